"""What happens to a reflection: begun, written, handed in, taken back, excused, talked about."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.exc import StaleDataError

from portfolio.errors import Refused, Stale
from portfolio.models import (
    Comment,
    Excuse,
    Module,
    Outcome,
    Reason,
    Reflection,
    Reopening,
    Role,
    State,
    Submission,
    Visibility,
    Withdrawal,
    Words,
)
from portfolio.models.words import count_words
from portfolio.queries import to_change
from tests import rows
from tests.cast import (
    CEREMONY,
    CONDUCT,
    DAY,
    FINAL,
    HOUR,
    JOB,
    PROMISED,
    SERVICE_2,
    World,
    accepted,
    begun,
    decide,
    draft,
    excused,
    only_me,
    read,
    returned,
    submitted,
    withdrawn,
    words,
)


def columns(reflection: Reflection, *but: str) -> dict[str, Any]:
    """What is stored of a reflection."""
    keys = [attribute.key for attribute in sa.inspect(Reflection).column_attrs]
    return {key: getattr(reflection, key) for key in keys if key not in but}


# --- Beginning


def test_a_reflection_begins_as_an_empty_draft_that_knows_its_session(world: World) -> None:
    reflection = begun(world, world.ana)
    assert reflection.words == Words(
        title="id: Service", number=1, part=1, session_date=date(2026, 3, 2), facilitator="Ibu Farah", answers={}
    )
    assert (reflection.state, reflection.visibility) == (State.DRAFT, Visibility.MENTOR)
    assert (reflection.submitted_at, reflection.awaiting, reflection.promised_on) == (None, None, None)
    assert reflection.module_id == world.sessions[0].module_id


def test_only_a_module_of_several_sessions_has_parts(world: World) -> None:
    assert begun(world, world.ana, SERVICE_2).part == 2
    world.session.execute(sa.update(Module).where(Module.id == world.sessions[CONDUCT].module_id).values(parts=1))
    assert begun(world, world.ana, CONDUCT).part is None


def test_nothing_can_be_begun_for_a_session_that_expects_nothing_or_is_retired(world: World) -> None:
    place, progress = world.enrolment(world.ana), world.progress(world.ana)
    world.sessions[JOB].retired_at = world.now
    for n in (CEREMONY, JOB):
        with pytest.raises(Refused, match="No reflection is expected"):
            Reflection.begin(place, world.sessions[n], progress, number=None, now=world.now)


# --- Writing


def test_what_is_written_is_kept_with_its_time(world: World) -> None:
    said = words("Nobody had told her.", title="The counter", number=7, part=2, session_date=date(2026, 3, 3))
    begun(world, world.ana)
    reflection = draft(world, world.ana, said=said, at=world.now + HOUR)
    assert reflection.words == said
    assert (reflection.created_at, reflection.written_at) == (world.now, world.now + HOUR)


def test_the_same_words_again_change_nothing_even_from_an_old_page(world: World, engine: sa.Engine) -> None:
    reflection = draft(world, world.ana)
    before = rows.read(engine)
    reflection.write(reflection.words, version=reflection.version - 1, now=world.now + DAY)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_the_same_words_again_are_no_refusal_where_nothing_can_be_written(world: World) -> None:
    reflection = accepted(world, world.ana)
    reflection.write(reflection.words, version=1, now=world.now + DAY)
    assert reflection not in world.session.dirty


@pytest.mark.parametrize("behind", [1, -1])
def test_words_from_another_version_are_stale_and_change_nothing(world: World, engine: sa.Engine, behind: int) -> None:
    reflection = draft(world, world.ana)
    before = rows.read(engine)
    with pytest.raises(Stale):
        reflection.write(words("From another tab."), version=reflection.version - behind, now=world.now + HOUR)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_each_change_makes_a_new_version(world: World) -> None:
    versions = [draft(world, world.ana, said=words(text)).version for text in ("One.", "One.", "Two.")]
    assert versions[0] == versions[1] < versions[2]


def test_of_two_who_change_it_at_the_same_moment_the_second_fails(world: World, engine: sa.Engine) -> None:
    slow = draft(world, world.ana)
    with Session(engine.execution_options(sqlite_begin="IMMEDIATE")) as other:
        quick = other.scalars(to_change(sa.select(Reflection))).unique().one()
        quick.write(words("The first."), version=quick.version, now=world.now)
        other.commit()
    slow.write(words("The second."), version=slow.version, now=world.now)
    with pytest.raises(StaleDataError):
        world.keep()
    world.session.rollback()
    assert world.reflection(slow).words == words("The first.")


def test_who_may_read_it_can_change_alone(world: World) -> None:
    reflection = draft(world, world.ana)
    reflection.write(reflection.words, version=reflection.version, visibility=Visibility.COHORT, now=world.now)
    world.keep()
    assert world.reflection(reflection).visibility is Visibility.COHORT


def test_what_others_were_given_to_read_cannot_become_for_its_writer_only(world: World) -> None:
    reflection = returned(world, world.ana)
    with pytest.raises(Refused, match="no longer be for you only"):
        reflection.write(words("Mine."), version=reflection.version, visibility=Visibility.ONLY_ME, now=world.now + DAY)
    assert reflection.words == words()


def test_what_was_taken_back_unopened_can_become_for_its_writer_only(world: World) -> None:
    withdrawn(world, world.ana)
    assert only_me(world, world.ana).visibility is Visibility.ONLY_ME


def test_writing_on_leaves_what_was_handed_in_as_it_was(world: World) -> None:
    returned(world, world.ana)
    reflection = draft(world, world.ana, said=words("Better now.", title="Again"))
    [submission] = reflection.submissions
    assert (submission.words, reflection.words.title) == (words(), "Again")


# --- Handing in


def test_what_is_handed_in_is_the_text_as_it_stands(world: World) -> None:
    said = words("As it stands.", facilitator="Pak Budi", session_date=date(2026, 3, 2), part=1)
    reflection = submitted(world, world.ana, said=said)
    [submission] = reflection.submissions
    assert submission.words == reflection.words == said
    assert (submission.round, submission.submitted_at, submission.withdrawal) == (1, world.now, None)
    assert submission.cohort_id == world.cohort.id
    assert reflection.latest is submission


def test_what_is_handed_in_waits_for_the_first_step_and_has_a_promise(world: World) -> None:
    reflection = submitted(world, world.ana)
    assert (reflection.state, reflection.step, reflection.awaiting) == (State.SUBMITTED, 0, Role.MENTOR)
    assert (reflection.submitted_at, reflection.waiting_since) == (world.now, world.now)
    assert (reflection.promised_on, reflection.decided_at) == (PROMISED, None)


@pytest.mark.parametrize(
    "answers", [{}, {"discussed": ""}, {"discussed": " \n\t", "lessons": []}, {"lessons": ["", "  "]}], ids=repr
)
def test_what_says_nothing_cannot_be_handed_in(world: World, answers: dict[str, Any]) -> None:
    reflection = draft(world, world.ana, said=words(answers=answers))
    with pytest.raises(Refused, match="nothing to submit"):
        reflection.submit(now=world.now)
    assert (reflection.state, reflection.submissions) == (State.DRAFT, [])


def test_one_answer_of_several_is_enough(world: World) -> None:
    assert submitted(world, world.ana, said=words(answers={"lessons": ["", "Look up."]})).state is State.SUBMITTED


def test_what_is_for_its_writer_only_cannot_be_handed_in(world: World) -> None:
    reflection = only_me(world, world.ana)
    with pytest.raises(Refused, match="for you only"):
        reflection.submit(now=world.now)
    assert (reflection.state, reflection.submissions) == (State.DRAFT, [])


def test_handing_in_twice_is_handing_in_once(world: World, engine: sa.Engine) -> None:
    reflection = submitted(world, world.ana)
    before = rows.read(engine)
    assert reflection.submit(now=world.now + HOUR) is reflection.latest
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_handing_in_again_begins_at_the_first_step_with_a_new_promise(world: World) -> None:
    reflection = decide(world, submitted(world, world.ana), Outcome.ACCEPTED)
    assert (reflection.step, reflection.awaiting) == (1, Role.COACH)
    reflection = decide(world, reflection, Outcome.RETURNED, "Not yet.")
    assert (reflection.step, reflection.awaiting, reflection.waiting_since) == (0, None, None)
    reflection = submitted(world, world.ana, said=words("Better."), at=world.now + 5 * DAY)  # a Monday
    assert (reflection.step, reflection.awaiting) == (0, Role.MENTOR)
    assert (reflection.waiting_since, reflection.promised_on) == (world.now + 5 * DAY, date(2026, 3, 11))
    assert [submission.round for submission in reflection.submissions] == [1, 2]
    assert reflection.decided_at is None


# --- Taking back


def test_what_nobody_opened_can_be_taken_back_and_stays_with_its_writer(world: World) -> None:
    reflection = submitted(world, world.ana)
    assert reflection.can_withdraw
    reflection.withdraw(now=world.now + HOUR)
    world.keep()
    reflection = world.reflection(reflection)
    assert (reflection.state, reflection.words) == (State.DRAFT, words())
    assert (reflection.submitted_at, reflection.awaiting, reflection.promised_on) == (None, None, None)
    [submission] = reflection.submissions
    assert submission.words == words()
    assert submission.withdrawal is not None
    assert submission.withdrawal.withdrawn_at == world.now + HOUR
    assert (reflection.standing, reflection.latest, reflection.can_withdraw) == ([], None, False)


def test_reading_does_not_keep_it_from_being_taken_back(world: World) -> None:
    reflection = read(world, submitted(world, world.ana), world.mia, Reason.READING)
    assert reflection.can_withdraw
    reflection.withdraw(now=world.now)
    assert reflection.state is State.DRAFT


def test_what_a_reviewer_opened_cannot_be_taken_back(world: World, engine: sa.Engine) -> None:
    reflection = read(world, submitted(world, world.ana), world.mia, Reason.REVIEW)
    assert not reflection.can_withdraw
    before = rows.read(engine)
    with pytest.raises(Refused, match="A reviewer has opened"):
        reflection.withdraw(now=world.now)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_what_was_accepted_at_the_first_step_cannot_be_taken_back(world: World) -> None:
    reflection = decide(world, submitted(world, world.ana), Outcome.ACCEPTED)
    assert not reflection.can_withdraw
    with pytest.raises(Refused, match="A reviewer has opened"):
        reflection.withdraw(now=world.now + DAY)


def test_that_an_earlier_round_was_opened_does_not_matter(world: World) -> None:
    read(world, returned(world, world.ana), world.mia, Reason.REVIEW)
    reflection = submitted(world, world.ana, said=words("Better."), at=world.now + DAY)
    assert reflection.can_withdraw
    reflection.withdraw(now=world.now + DAY)
    assert reflection.state is State.RETURNED


def before_it_was_excused_again(world: World) -> Reflection:
    """Excused, handed in all the same, and returned: an excuse that has done its work."""
    excused(world, world.ana, said=words())
    reflection = submitted(world, world.ana, said=words("All the same."), at=world.now + HOUR)
    return decide(world, reflection, Outcome.RETURNED, "Go on.")


def excused_after_it_was_returned(world: World) -> Reflection:
    reflection = returned(world, world.ana)
    reflection.excuse("Was ill.", by=world.oki, now=world.now + 2 * HOUR)
    world.keep()
    return world.reflection(reflection)


def reopened(world: World) -> Reflection:
    reflection = accepted(world, world.ana)
    world.keep(Reopening.of(reflection, "Look again.", by=world.mia, now=world.now + 2 * HOUR))
    return world.reflection(reflection)


@pytest.mark.parametrize(
    ("start", "state"),
    [
        (lambda world: draft(world, world.ana), State.DRAFT),
        (lambda world: withdrawn(world, world.ana), State.DRAFT),
        (lambda world: returned(world, world.ana), State.RETURNED),
        (reopened, State.RETURNED),
        (lambda world: excused(world, world.ana, said=words()), State.EXCUSED),
        (excused_after_it_was_returned, State.EXCUSED),
        (before_it_was_excused_again, State.RETURNED),
    ],
    ids=["draft", "withdrawn", "returned", "reopened", "excused", "excused-after-return", "excuse-used-up"],
)
def test_taking_back_puts_everything_where_it_was_before(world: World, start: Any, state: State) -> None:
    reflection = start(world)
    before, counts = columns(reflection, "version"), world.progress(world.ana).counts
    assert reflection.state is state
    reflection = world.reflection(reflection)
    reflection.submit(now=world.now + DAY)
    world.keep()
    reflection = world.reflection(reflection)
    assert reflection.state is State.SUBMITTED
    reflection.withdraw(now=world.now + 2 * DAY)
    world.keep()
    assert columns(world.reflection(reflection), "version") == before
    assert world.progress(world.ana).counts == counts


def test_a_round_that_was_taken_back_keeps_its_number(world: World) -> None:
    withdrawn(world, world.ana)
    reflection = submitted(world, world.ana, said=words("Second thoughts."), at=world.now + DAY)
    assert [submission.round for submission in reflection.submissions] == [1, 2]
    assert [submission.round for submission in reflection.standing] == [2]
    assert reflection.submissions[0].words == words()


# --- Excusing


def test_what_is_excused_keeps_its_text_and_the_reason(world: World) -> None:
    reflection = draft(world, world.ana)
    reflection.excuse("  Was ill that week. ", by=world.oki, now=world.now)
    world.keep()
    reflection = world.reflection(reflection)
    assert (reflection.state, reflection.words) == (State.EXCUSED, words())
    [excuse] = reflection.excuses
    assert (excuse.is_granted, excuse.reason, excuse.by_id, excuse.at) == (
        True, "Was ill that week.", world.oki.id, world.now,
    )  # fmt: skip


@pytest.mark.parametrize("verb", ["excuse", "unexcuse"])
def test_an_excuse_needs_a_reason(world: World, engine: sa.Engine, verb: str) -> None:
    reflection = draft(world, world.ana) if verb == "excuse" else excused(world, world.ana)
    before = rows.read(engine)
    with pytest.raises(Refused, match="A reason is needed"):
        getattr(reflection, verb)(" \n", by=world.oki, now=world.now)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_an_excuse_that_is_undone_stays_on_record(world: World) -> None:
    reflection = excused(world, world.ana)
    reflection.unexcuse("Is well again.", by=world.oki, now=world.now + DAY)
    world.keep()
    reflection = world.reflection(reflection)
    assert reflection.state is State.DRAFT
    assert [(excuse.is_granted, excuse.reason) for excuse in reflection.excuses] == [
        (True, "Was ill that week."),
        (False, "Is well again."),
    ]


def test_undoing_an_excuse_leads_back_to_what_was_returned(world: World) -> None:
    reflection = excused_after_it_was_returned(world)
    reflection.unexcuse("Is well again.", by=world.oki, now=world.now + DAY)
    assert reflection.state is State.RETURNED


# --- Talking


def said(world: World, comment: Comment) -> Comment:
    world.keep(comment)
    return comment


def test_a_conversation_has_two_levels(world: World) -> None:
    reflection = submitted(world, world.ana)
    question = said(world, reflection.comment("Why?", by=world.mia, now=world.now))
    answer = said(world, reflection.comment("Because.", by=world.ana, now=world.now, reply_to=question))
    deeper = said(world, reflection.comment("I see.", by=world.kris, now=world.now, reply_to=answer))
    assert (question.parent_id, answer.parent_id, deeper.parent_id) == (None, question.id, question.id)
    assert {comment.submission_id for comment in (question, answer, deeper)} == {reflection.submissions[0].id}


def test_an_answer_stays_with_the_round_it_was_about(world: World) -> None:
    question = said(world, returned(world, world.ana).comment("Why?", by=world.mia, now=world.now))
    reflection = submitted(world, world.ana, said=words("Better."), at=world.now + DAY)
    asked = sa.select(Comment).where(Comment.id == question.id)
    reflection = world.reflection(reflection)
    with_place = asked.options(joinedload(Comment.submission), joinedload(Comment.parent))
    question = world.session.scalars(with_place).one()
    answer = said(world, reflection.comment("Because.", by=world.ana, now=world.now, reply_to=question))
    fresh = said(world, world.reflection(reflection).comment("And now?", by=world.mia, now=world.now))
    first, second = world.reflection(reflection).submissions
    assert (answer.submission_id, fresh.submission_id) == (first.id, second.id)


def test_what_somebody_else_spoke_about_can_no_longer_be_withdrawn(world: World) -> None:
    reflection = submitted(world, world.ana)
    said(world, reflection.comment("Wait, I forgot something.", by=world.ana, now=world.now))
    assert world.reflection(reflection).can_withdraw
    said(world, reflection.comment("A good beginning.", by=world.mia, now=world.now))
    reflection = world.reflection(reflection)
    assert not reflection.can_withdraw
    with pytest.raises(Refused, match="no longer be withdrawn"):
        reflection.withdraw(now=world.now)


def test_there_is_nothing_to_talk_about_before_something_is_handed_in(world: World) -> None:
    for reflection in (draft(world, world.ana), withdrawn(world, world.ben), excused(world, world.cici)):
        with pytest.raises(Refused, match="nothing submitted"):
            reflection.comment("Hello?", by=world.mia, now=world.now)


# --- Words


def test_numbers_and_signs_are_no_words() -> None:
    assert count_words(["Satu-satunya hal: 100 % jujur, kata Bu Ani’s.", "", "3 + 4 = 7"]) == 6
    assert words("Two words.").texts == ["Two words."] * 3 + ["And again: Two words."]
    assert replace(words(), answers={"a": " ", "b": ["", "x"]}).texts == ["x"]


def test_the_capstone_has_no_number(world: World) -> None:
    reflection = begun(world, world.ana, FINAL)
    assert reflection.number is None
    assert reflection.session.template is not None
    assert reflection.session.template.is_final


def test_history_hangs_from_the_cohort(world: World) -> None:
    excused(world, world.ana, said=words())
    withdrawn(world, world.ana, said=words("More."))
    for table in (Submission, Excuse):
        assert set(world.session.scalars(sa.select(table.cohort_id))) == {world.cohort.id}
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Withdrawal)) == 1
