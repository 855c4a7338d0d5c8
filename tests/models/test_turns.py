"""Whose turn it is in a conversation, and the passage it is about."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portfolio import policy
from portfolio.errors import Refused
from portfolio.models import Comment, Cover, Quoted, Reflection, Turn, User, Visibility
from tests.cast import DAY, HOUR, PROMISED, World, returned, submitted, withdrawn, words

ABOUT = Quoted("view", 0, 3, "asked who waits", "We ", ", and why.")


def say(
    world: World, reflection: Reflection, text: str, by: User, to: Comment | None = None, hours: int = 0
) -> Comment:
    """Somebody says something, and it is stored."""
    reflection = world.reflection(reflection)
    to = answered(world, to) if to else None
    said = reflection.comment(text, by=by, now=world.now + hours * HOUR, reply_to=to)
    world.keep(said)
    return said


def answered(world: World, comment: Comment) -> Comment:
    """A comment as it is loaded to be answered."""
    query = sa.select(Comment).where(Comment.id == comment.id)
    return world.session.scalars(query.options(joinedload(Comment.submission), joinedload(Comment.parent))).one()


def opening(world: World, comment: Comment) -> Comment:
    return world.load(sa.select(Comment).where(Comment.id == comment.id))


def waits_for(world: World, *people: User) -> list[list[int]]:
    """The conversations in which each of these people is waited for."""
    found = [list(world.session.scalars(policy.replies_awaiting(one).with_only_columns(Comment.id))) for one in people]
    world.session.commit()
    return found


def test_who_spoke_last_has_no_turn(world: World) -> None:
    reflection = submitted(world, world.ana)
    question = say(world, reflection, "Why?", world.mia)
    assert (question.turn, question.promised_on) == (Turn.WRITER, None)
    reply = say(world, reflection, "Because.", world.ana, question, hours=1)
    assert (reply.turn, reply.promised_on) == (None, None)
    asked = opening(world, question)
    assert (asked.turn, asked.awaits_id, asked.promised_on) == (Turn.GUIDE, world.mia.id, PROMISED)
    say(world, reflection, "And more.", world.ana, question, hours=5)
    assert opening(world, question).waiting_since == world.now + HOUR  # who waits is not sent to the end for speaking
    say(world, reflection, "I see.", world.kris, question, hours=6)
    assert (opening(world, question).turn, opening(world, question).waiting_since) == (Turn.WRITER, None)


def test_a_conversation_that_was_resolved_waits_for_nobody_until_somebody_speaks_again(world: World) -> None:
    reflection = submitted(world, world.ana)
    question = say(world, reflection, "A question of mine.", world.ana)
    opening(world, question).resolve(by=world.mia, now=world.now + HOUR)
    world.keep()
    settled = opening(world, question)
    assert (settled.turn, settled.is_open, settled.resolved_by_id) == (None, False, world.mia.id)
    settled.resolve(by=world.ana, now=world.now + DAY)
    assert settled.resolved_at == world.now + HOUR
    world.keep()
    say(world, reflection, "One thing more.", world.ana, question, hours=2)
    again = opening(world, question)
    assert (again.turn, again.is_open, again.awaits_id) == (Turn.GUIDE, True, None)


def test_a_question_to_nobody_waits_for_all_who_guide_and_an_answer_for_whoever_spoke(world: World) -> None:
    reflection = submitted(world, world.ana)
    question = say(world, reflection, "Is this enough?", world.ana)
    assert waits_for(world, world.mia, world.kris, world.oki, world.ana) == [[question.id], [question.id], [], []]
    say(world, reflection, "Nearly.", world.kris, question)
    assert waits_for(world, world.mia, world.kris) == [[], []]
    say(world, reflection, "What is missing?", world.ana, question)
    assert waits_for(world, world.mia, world.kris) == [[], [question.id]]


def test_who_guides_no_longer_is_not_waited_for_and_others_are(world: World) -> None:
    reflection = submitted(world, world.ana)
    question = say(world, reflection, "Why?", world.mia)
    say(world, reflection, "Because.", world.ana, question)
    [mentorship] = [each for each in world.enrolment(world.ana).guides() if each.user_id == world.mia.id]
    mentorship.end(now=world.now)
    world.keep()
    assert waits_for(world, world.mia, world.kris) == [[], [question.id]]


def test_a_stand_in_is_waited_for(world: World) -> None:
    reflection = submitted(world, world.ana)
    question = say(world, reflection, "Why?", world.mia)
    say(world, reflection, "Because.", world.ana, question)
    today = world.now.date()
    cover = Cover.arrange(world.cohort, world.mia, world.otto, today, today, by=world.mia, now=world.now)
    world.keep(cover)
    assert waits_for(world, world.otto) == [[]]
    world.otto.standing_in = (cover,)
    assert waits_for(world, world.otto) == [[question.id]]


@pytest.mark.parametrize("gone", ["withdrawn", "left", "only me"])
def test_what_nobody_may_answer_waits_for_nobody(world: World, gone: str) -> None:
    reflection = withdrawn(world, world.ana) if gone == "withdrawn" else submitted(world, world.ana)
    if gone == "withdrawn":
        reflection.submissions[0].comments.append(
            Comment(cohort=reflection.cohort, author=world.ana, text="Hello?", created_at=world.now, turn=Turn.GUIDE)
        )
    else:
        say(world, reflection, "Hello?", world.ana)
        if gone == "left":
            world.enrolment(world.ana).withdrawn_at = world.now
        else:
            world.reflection(reflection).visibility = Visibility.ONLY_ME
    world.keep()
    assert waits_for(world, world.mia) == [[]]


def test_a_passage_belongs_to_the_round_that_was_read(world: World) -> None:
    reflection = returned(world, world.ana)
    reflection.write(words("Something else.", number=1), version=reflection.version, now=world.now + DAY)
    reflection.submit(now=world.now + DAY)
    world.keep()
    reflection = world.reflection(reflection)
    said = reflection.comment("This.", by=world.mia, now=world.now + DAY, about=ABOUT, round=1)
    world.keep(said)
    assert (said.submission.round, said.quoted) == (1, ABOUT)
    again = world.reflection(reflection).comment("This.", by=world.mia, now=world.now + DAY, about=ABOUT, round=1)
    assert again.id == said.id
    elsewhere = Quoted("view", 0, 30, "and why", ", ", ".")
    assert world.reflection(reflection).comment("This.", by=world.mia, now=world.now, about=elsewhere, round=1) != said


def test_a_passage_of_a_round_that_was_taken_back_cannot_be_talked_about(world: World) -> None:
    reflection = withdrawn(world, world.ana)
    reflection.submit(now=world.now + DAY)
    world.keep()
    with pytest.raises(Refused, match="taken back"):
        world.reflection(reflection).comment("This.", by=world.mia, now=world.now, about=ABOUT, round=1)


def test_a_reply_is_about_what_it_answers(world: World) -> None:
    reflection = submitted(world, world.ana)
    question = say(world, reflection, "Why?", world.mia)
    reflection = world.reflection(reflection)
    question = answered(world, question)
    reply = reflection.comment("So.", by=world.ana, now=world.now, reply_to=question, about=ABOUT)
    assert reply.quoted is None


def test_mentorships_of_one_cohort_are_not_covered_by_cover_in_another(world: World) -> None:
    today = world.now.date()
    world.otto.standing_in = (
        Cover.arrange(world.other, world.mia, world.otto, today, today, by=world.olla, now=world.now),
    )
    place = world.enrolment(world.ana)
    assert not place.is_guided_by(world.otto)
