"""What stands beside a text: drafts put away, addenda, private notes, lessons; and what is sent twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portfolio.errors import Refused, Stale
from portfolio.models import (
    Attachment,
    Comment,
    Document,
    Happened,
    Kind,
    Lesson,
    Outcome,
    Pen,
    PrivateNote,
    Reflection,
    Reopening,
    Visibility,
    Words,
)
from tests import rows
from tests.cast import (
    DAY,
    HOUR,
    SERVICE_2,
    World,
    accepted,
    added_to,
    decide,
    discarded,
    draft,
    excused,
    noted,
    only_me,
    returned,
    submitted,
    withdrawn,
    words,
)

WEEK = timedelta(days=7)


def keep(world: World, reflection: Reflection) -> Reflection:
    world.keep()
    return world.reflection(reflection)


def with_file(world: World, reflection: Reflection, name: str) -> Attachment:
    about = {"cohort": reflection.cohort, "owner": world.ana, "kind": Kind.PDF, "media_type": "application/pdf"}
    attachment = Attachment(**about, upload=name, key=name, name=name, size=9, sha256="0" * 64, added_at=world.now)
    reflection.attachments.append(attachment)
    world.keep()
    return attachment


# --- Discarding and bringing back


def test_what_is_discarded_is_kept_aside_and_the_text_is_blank(world: World) -> None:
    said = words("A first try.", title="My own title", number=7, tags=("loket",))
    reflection = discarded(world, world.ana, said=said, gone_at=world.now + HOUR)
    assert (reflection.words.title, reflection.words.number, reflection.words.texts) == ("id: Service", None, [])
    assert reflection.discarded_at == world.now + HOUR
    [kept] = reflection.discards
    assert (kept.words, kept.discarded_at, kept.restored_at) == (said, world.now + HOUR, None)


def test_what_is_discarded_comes_back_word_for_word(world: World) -> None:
    said = words("A first try.", title="My own title", number=7, tags=("loket",))
    reflection = discarded(world, world.ana, said=said)
    reflection.restore(reflection.discards[0], now=world.now + DAY)
    reflection = keep(world, reflection)
    assert (reflection.words, reflection.discarded_at) == (said, None)
    assert (reflection.written_at, reflection.discards[0].restored_at) == (world.now + DAY, world.now + DAY)


def test_discarding_twice_is_discarding_once(world: World, engine: sa.Engine) -> None:
    reflection = discarded(world, world.ana)
    before = rows.read(engine)
    reflection.discard(now=world.now + DAY)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


@pytest.mark.parametrize(("after", "comes_back"), [(WEEK - timedelta(seconds=1), True), (WEEK, False)])
def test_a_draft_can_be_brought_back_for_a_week(world: World, after: timedelta, comes_back: bool) -> None:
    reflection = discarded(world, world.ana, gone_at=world.now)
    [kept] = reflection.discards
    assert kept.is_restorable(world.now + after) is comes_back
    if comes_back:
        reflection.restore(kept, now=world.now + after)
    else:
        with pytest.raises(Refused, match="more than a week ago"):
            reflection.restore(kept, now=world.now + after)


def test_a_draft_comes_back_once(world: World) -> None:
    reflection = discarded(world, world.ana)
    reflection.restore(reflection.discards[0], now=world.now + DAY)
    reflection.discard(now=world.now + 2 * DAY)
    reflection = keep(world, reflection)
    first, second = reflection.discards
    with pytest.raises(Refused, match="is back already"):
        reflection.restore(first, now=world.now + 3 * DAY)
    reflection.restore(second, now=world.now + 3 * DAY)
    assert reflection.words == second.words


def test_its_files_go_and_come_back_with_it_and_no_others(world: World) -> None:
    reflection = draft(world, world.ana)
    earlier, with_it = with_file(world, reflection, "earlier.pdf"), with_file(world, reflection, "with it.pdf")
    reflection.detach(earlier, now=world.now)
    reflection.discard(now=world.now + HOUR)
    reflection = keep(world, reflection)
    assert reflection.files == []
    reflection.restore(reflection.discards[0], now=world.now + DAY)
    assert [attachment.name for attachment in keep(world, reflection).files] == [with_it.name]


def test_what_was_begun_anew_is_never_written_over_by_what_comes_back(world: World, engine: sa.Engine) -> None:
    reflection = discarded(world, world.ana)
    reflection.begin_again(number=4, now=world.now + DAY)
    assert (reflection.discarded_at, reflection.number, reflection.words.texts) == (None, 4, [])
    reflection.write(words("Anew."), version=reflection.version, now=world.now + DAY)
    reflection = keep(world, reflection)
    before = rows.read(engine)
    with pytest.raises(Refused, match="begun anew"):
        reflection.restore(reflection.discards[0], now=world.now + 2 * DAY)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_what_was_begun_anew_and_is_still_empty_gives_way_to_what_comes_back(world: World) -> None:
    reflection = discarded(world, world.ana, said=words("A first try."))
    reflection.begin_again(number=4, now=world.now + DAY)
    reflection.restore(reflection.discards[0], now=world.now + DAY)
    assert keep(world, reflection).words == words("A first try.")


def test_what_was_not_touched_leaves_nothing_to_bring_back(world: World) -> None:
    reflection = discarded(world, world.ana, said=words("A first try."))
    reflection.begin_again(number=4, now=world.now + DAY)
    reflection.discard(now=world.now + DAY)
    [kept] = keep(world, reflection).discards
    assert kept.words == words("A first try.")


@pytest.mark.parametrize("touched", ["title", "file"])
def test_a_title_or_a_file_is_kept_too_and_never_written_over(world: World, touched: str) -> None:
    reflection = discarded(world, world.ana)
    reflection.begin_again(number=4, now=world.now + DAY)
    if touched == "title":
        titled = replace(reflection.words, title="My own title")
        reflection.write(titled, version=reflection.version, now=world.now + DAY)
    else:
        with_file(world, reflection, "mine.pdf")
    reflection = keep(world, reflection)
    with pytest.raises(Refused, match="begun anew"):
        reflection.restore(reflection.discards[0], now=world.now + DAY)
    reflection.discard(now=world.now + DAY)
    reflection = keep(world, reflection)
    reflection.restore(reflection.discards[1], now=world.now + 2 * DAY)
    reflection = keep(world, reflection)
    assert (reflection.title == "My own title") == (touched == "title")
    assert [each.name for each in reflection.files] == (["mine.pdf"] if touched == "file" else [])


def test_beginning_anew_changes_nothing_where_nothing_was_discarded(world: World, engine: sa.Engine) -> None:
    reflection = draft(world, world.ana)
    before = rows.read(engine)
    reflection.begin_again(number=99, now=world.now + DAY)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_a_page_that_was_open_when_it_was_discarded_brings_its_words_only_with_the_new_version(world: World) -> None:
    reflection = draft(world, world.ana)
    version = reflection.version
    reflection.discard(now=world.now + HOUR)
    reflection = keep(world, reflection)
    with pytest.raises(Stale):
        reflection.write(words("Written on."), version=version, now=world.now + HOUR)
    reflection.write(words("Written on."), version=reflection.version, now=world.now + HOUR)
    assert (reflection.words, reflection.discarded_at) == (words("Written on."), None)


@pytest.mark.parametrize("which", [submitted, returned, accepted, excused])
def test_only_a_draft_can_be_discarded(world: World, which: object) -> None:
    reflection = which(world, world.ana)  # type: ignore[operator]
    with pytest.raises(Refused):
        reflection.discard(now=world.now + DAY)


def test_a_draft_that_was_handed_in_once_keeps_its_history_when_it_is_discarded(world: World) -> None:
    reflection = withdrawn(world, world.ana)
    reflection.discard(now=world.now + DAY)
    reflection = keep(world, reflection)
    assert (reflection.submissions[0].words, reflection.words.texts) == (words(), [])


# --- Adding


def test_what_is_added_stands_below_with_its_date_and_can_be_found(world: World) -> None:
    reflection = added_to(world, world.ana, added="Later I saw it again.")
    [addendum] = reflection.addenda
    assert (addendum.text, addendum.added_at) == ("Later I saw it again.", world.now + 2 * HOUR)
    assert (reflection.words, reflection.latest.words) == (words(), words())  # type: ignore[union-attr]
    [found] = world.session.scalars(sa.select(Document).where(Document.addendum_id == addendum.id))
    assert (found.body, found.reflection_id) == ("Later I saw it again.", reflection.id)


def test_what_is_added_twice_in_a_row_is_added_once(world: World, engine: sa.Engine) -> None:
    reflection = added_to(world, world.ana, added="The same.")
    before = rows.read(engine)
    assert reflection.add("The same.", now=world.now + DAY) is reflection.addenda[0]
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []
    reflection.add("Another.", now=world.now + DAY)
    reflection.add("The same.", now=world.now + 2 * DAY)
    assert [addendum.text for addendum in keep(world, reflection).addenda] == ["The same.", "Another.", "The same."]


@pytest.mark.parametrize("nothing", ["", " \n"])
def test_nothing_cannot_be_added(world: World, nothing: str) -> None:
    with pytest.raises(Refused, match="nothing to add"):
        accepted(world, world.ana).add(nothing, now=world.now)


def test_what_was_added_stays_when_the_text_is_opened_again(world: World) -> None:
    reflection = added_to(world, world.ana)
    world.keep(Reopening.of(reflection, "Once more.", by=world.kris, now=world.now + DAY))
    reflection = world.reflection(reflection)
    assert [addendum.text for addendum in reflection.addenda] == ["Later I saw it again."]
    with pytest.raises(Refused):
        reflection.add("More.", now=world.now + DAY)


# --- What is sent twice


def test_a_comment_sent_twice_is_said_once(world: World) -> None:
    reflection = submitted(world, world.ana)
    world.keep(first := reflection.comment("Why?", by=world.mia, now=world.now))
    reflection = world.reflection(reflection)
    assert reflection.comment("Why?", by=world.mia, now=world.now + HOUR) is first
    assert reflection.comment("Why?", by=world.kris, now=world.now) is not first  # another asks the same


def test_the_same_answer_to_another_comment_is_said(world: World) -> None:
    reflection = submitted(world, world.ana)
    world.keep(one := reflection.comment("Why?", by=world.mia, now=world.now))
    world.keep(other := world.reflection(reflection).comment("How?", by=world.mia, now=world.now))
    for question in (one, other):
        reflection = world.reflection(reflection)
        query = sa.select(Comment).where(Comment.id == question.id)
        asked = world.session.scalars(query.options(joinedload(Comment.submission), joinedload(Comment.parent))).one()
        world.keep(reflection.comment("I will say.", by=world.ana, now=world.now, reply_to=asked))
    said = world.session.scalars(sa.select(Comment).where(Comment.author_id == world.ana.id).order_by(Comment.id))
    assert [comment.parent_id for comment in said] == [one.id, other.id]


# --- Saving by itself: which tab wrote, and in which order


def test_the_tab_that_wrote_last_may_not_have_heard_of_it(world: World) -> None:
    reflection = draft(world, world.ana)
    version = reflection.version
    reflection.write(words("One."), version=version, pen=Pen("tab", 1), now=world.now)
    world.keep()
    reflection.write(words("Two."), version=version, pen=Pen("tab", 2), now=world.now)
    assert keep(world, reflection).words == words("Two.")


def test_a_save_that_comes_late_is_passed_over(world: World, engine: sa.Engine) -> None:
    reflection = draft(world, world.ana)
    reflection.write(words("Two."), version=reflection.version, pen=Pen("tab", 2), now=world.now)
    reflection = keep(world, reflection)
    before = rows.read(engine)
    for stroke in (1, 2):
        reflection.write(words("One."), version=reflection.version, pen=Pen("tab", stroke), now=world.now)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_a_tab_that_did_not_write_last_has_to_know_the_newest(world: World) -> None:
    reflection = draft(world, world.ana)
    version = reflection.version
    reflection.write(words("One."), version=version, pen=Pen("tab", 5), now=world.now)
    reflection = keep(world, reflection)
    for pen in (Pen("another", 99), None):
        with pytest.raises(Stale):
            reflection.write(words("Another."), version=version, pen=pen, now=world.now)
    reflection.write(words("Another."), version=reflection.version, pen=Pen("another", 1), now=world.now)
    reflection = keep(world, reflection)
    with pytest.raises(Stale):  # the first tab is no longer the last one
        reflection.write(words("More."), version=version, pen=Pen("tab", 6), now=world.now)


def test_a_form_without_a_script_takes_the_pen_from_every_tab(world: World) -> None:
    reflection = draft(world, world.ana)
    version = reflection.version
    reflection.write(words("One."), version=version, pen=Pen("tab", 1), now=world.now)
    reflection = keep(world, reflection)
    reflection.write(words("Two."), version=reflection.version, now=world.now)
    reflection = keep(world, reflection)
    assert (reflection.tab, reflection.stroke) == (None, 0)
    with pytest.raises(Stale):
        reflection.write(words("Three."), version=version, pen=Pen("tab", 2), now=world.now)


# --- The private note


def test_a_note_is_kept_with_its_time_and_each_change_is_a_version(world: World) -> None:
    reflection = noted(world, draft(world, world.ana), "For me.")
    note = world.session.get_one(PrivateNote, reflection.id)
    assert note.version == 1
    note.write("For me, and more.", version=1, now=world.now + HOUR)
    world.keep()
    assert (note.text, note.version, note.written_at) == ("For me, and more.", 2, world.now + HOUR)


def test_a_note_from_an_old_page_is_stale_and_the_same_again_is_nothing(world: World, engine: sa.Engine) -> None:
    reflection = noted(world, draft(world, world.ana), "For me.")
    note = world.session.get_one(PrivateNote, reflection.id)
    note.write("Newer.", version=1, now=world.now + HOUR)
    world.keep()
    before = rows.read(engine)
    with pytest.raises(Stale):
        note.write("From elsewhere.", version=1, now=world.now + DAY)
    note.write("Newer.", version=1, now=world.now + DAY)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


# --- Lessons


def lessons(session: Session, reflection: Reflection) -> list[Lesson]:
    query = sa.select(Lesson).where(Lesson.reflection_id == reflection.id).order_by(Lesson.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def told(*texts: str) -> Words:
    said = words()
    return replace(said, answers={**said.answers, "lessons": list(texts)})


def test_what_is_handed_in_is_collected_as_lessons_and_asked_about_after_thirty_days(world: World) -> None:
    reflection = submitted(world, world.ana, said=told("Greet first.", " ", "Number the files."))
    kept = lessons(world.session, reflection)
    assert [lesson.text for lesson in kept] == ["Greet first.", "Number the files."]
    assert {lesson.ask_on for lesson in kept} == {world.cohort.today(world.now) + timedelta(days=30)}
    assert {lesson.happened for lesson in kept} == {None}


def test_a_draft_has_no_lessons_yet(world: World) -> None:
    for reflection in (draft(world, world.ana), only_me(world, world.ben)):
        assert lessons(world.session, reflection) == []


def test_a_lesson_that_is_still_told_stays_the_same_one(world: World) -> None:
    reflection = returned(world, world.ana, said=told("Greet first.", "Number the files."))
    stays, goes = lessons(world.session, reflection)
    reflection = submitted(world, world.ana, said=told("Ask why.", "Greet first."), at=world.now + 2 * DAY)
    kept = lessons(world.session, reflection)
    assert [lesson.text for lesson in kept] == ["Greet first.", "Ask why."]
    assert (kept[0].id, kept[0].written_at) == (stays.id, world.now)
    assert kept[1].ask_on == world.cohort.today(world.now) + timedelta(days=32)
    assert goes.id not in {lesson.id for lesson in kept}


def test_a_lesson_that_was_answered_for_stays_even_when_the_text_no_longer_tells_it(world: World) -> None:
    reflection = returned(world, world.ana, said=told("Greet first."))
    [lesson] = lessons(world.session, reflection)
    world.load(sa.select(Lesson).where(Lesson.id == lesson.id).options(joinedload(Lesson.cohort)))
    lesson.answer(Happened.YES, now=world.now + DAY)
    world.keep()
    reflection = submitted(world, world.ana, said=told("Ask why."), at=world.now + 2 * DAY)
    assert [(each.text, each.happened) for each in lessons(world.session, reflection)] == [
        ("Greet first.", Happened.YES),
        ("Ask why.", None),
    ]


def test_the_same_lesson_told_twice_is_one(world: World) -> None:
    assert len(lessons(world.session, submitted(world, world.ana, said=told("Greet.", "Greet.")))) == 1


# --- What can be searched is what stands


def test_what_is_found_is_what_stands(world: World) -> None:
    def found() -> list[str]:
        handed_in = Document.submission_id.is_not(None)
        return [document.body for document in world.session.scalars(sa.select(Document).where(handed_in))]

    reflection = decide(world, submitted(world, world.ana, SERVICE_2, said=told("One.")), Outcome.RETURNED, "More.")
    assert len(found()) == 1
    reflection.write(told("Two."), version=reflection.version, visibility=Visibility.MENTOR, now=world.now + DAY)
    reflection.submit(now=world.now + DAY)
    reflection = keep(world, reflection)
    [body] = found()
    assert "Two." in body
    assert "One." not in body
    reflection.withdraw(now=world.now + 2 * DAY)
    world.keep()
    [body] = found()
    assert "One." in body
    assert "Two." not in body
