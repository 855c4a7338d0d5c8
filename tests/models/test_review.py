"""Deciding: for one round and one step, with a reason, within the promise; and opening again."""

import threading
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portfolio.errors import Refused
from portfolio.models import Outcome, Reflection, Reopening, Review, Role, State, User
from portfolio.queries import to_change
from tests import rows
from tests.cast import (
    DAY,
    HOUR,
    PROMISED,
    World,
    accepted,
    decide,
    draft,
    excused,
    make_world,
    returned,
    submitted,
    withdrawn,
    words,
)

YES, NO = Outcome.ACCEPTED, Outcome.RETURNED


def press(world: World, reflection: Reflection, outcome: Outcome, feedback: str = "", *, round: int = 1) -> Review:
    """Mia presses a button on the page that showed her a round."""
    at = world.now + 9 * HOUR
    review = Review.decide(reflection, outcome, feedback, round=round, by=world.mia, now=at)
    world.keep(review)
    return review


def refuse(
    world: World,
    engine: sa.Engine,
    reflection: Reflection,
    outcome: Outcome,
    feedback: str,
    why: str,
    *,
    round: int = 1,
) -> None:
    """Mia presses a button, and nothing comes of it."""
    before = rows.read(engine)
    reflection = world.reflection(reflection)
    with pytest.raises(Refused, match=why):
        Review.decide(reflection, outcome, feedback, round=round, by=world.mia, now=world.now + 9 * HOUR)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def reviews(world: World) -> list[tuple[int, Role, str, Outcome, str]]:
    """Every decision there is."""
    found = world.session.scalars(sa.select(Review).order_by(Review.id)).all()
    world.session.commit()
    people = {user.id: user.name for user in (world.mia, world.kris, world.otto, world.paul)}
    return [(row.step, row.role, people[row.reviewer_id], row.outcome, row.feedback) for row in found]


# --- Deciding


def test_to_return_needs_a_reason(world: World, engine: sa.Engine) -> None:
    refuse(world, engine, submitted(world, world.ana), NO, " \n ", "say what to improve")


def test_what_is_returned_is_its_writers_turn(world: World) -> None:
    reflection = submitted(world, world.ana)
    press(world, reflection, NO, "  Say what you will do. ")
    reflection = world.reflection(reflection)
    assert (reflection.state, reflection.awaiting, reflection.waiting_since) == (State.RETURNED, None, None)
    assert (reflection.promised_on, reflection.decided_at) == (None, world.now + 9 * HOUR)
    assert reviews(world) == [(0, Role.MENTOR, "Mia", NO, "Say what you will do.")]


def test_to_accept_needs_no_words(world: World) -> None:
    reflection = submitted(world, world.dodi)
    reflection = decide(world, reflection, YES)
    assert (reflection.state, reflection.awaiting) == (State.ACCEPTED, None)
    assert reviews(world) == [(0, Role.MENTOR, "Otto", YES, "")]


def test_each_step_signs_in_its_turn_with_a_promise_of_its_own(world: World) -> None:
    reflection = submitted(world, world.ana)
    assert (reflection.awaiting, reflection.promised_on) == (Role.MENTOR, PROMISED)
    reflection = decide(world, reflection, YES, "Good.", at=world.now + 2 * DAY)  # on Friday
    assert (reflection.state, reflection.step, reflection.awaiting) == (State.SUBMITTED, 1, Role.COACH)
    assert (reflection.waiting_since, reflection.promised_on) == (world.now + 2 * DAY, date(2026, 3, 10))
    assert (reflection.submitted_at, reflection.decided_at) == (world.now, None)
    reflection = decide(world, reflection, YES, at=world.now + 6 * DAY)
    assert (reflection.state, reflection.step, reflection.decided_at) == (State.ACCEPTED, 0, world.now + 6 * DAY)
    assert reviews(world) == [(0, Role.MENTOR, "Mia", YES, "Good."), (1, Role.COACH, "Kris", YES, "")]


def test_the_last_step_may_return_what_the_first_accepted(world: World) -> None:
    reflection = decide(world, submitted(world, world.ana), YES)
    reflection = decide(world, reflection, NO, "Not for me.")
    assert (reflection.state, reflection.step) == (State.RETURNED, 0)
    assert reviews(world)[1:] == [(1, Role.COACH, "Kris", NO, "Not for me.")]


def test_a_decision_about_an_older_round_is_refused(world: World, engine: sa.Engine) -> None:
    withdrawn(world, world.ana)
    reflection = submitted(world, world.ana, said=words("Second thoughts."), at=world.now + 2 * HOUR)
    for outcome in Outcome:
        refuse(world, engine, reflection, outcome, "Because.", "newer text", round=1)
    press(world, world.reflection(reflection), YES, round=2)
    assert len(reviews(world)) == 1


def test_a_decision_that_was_made_about_an_older_round_is_not_made_again(world: World, engine: sa.Engine) -> None:
    returned(world, world.ana, feedback="Because.")
    reflection = submitted(world, world.ana, said=words("Better."), at=world.now + DAY)
    refuse(world, engine, reflection, NO, "Because.", "newer text", round=1)


def test_a_decision_about_a_round_that_is_not_there_yet_is_refused(world: World, engine: sa.Engine) -> None:
    refuse(world, engine, submitted(world, world.ana), YES, "", "newer text", round=2)


@pytest.mark.parametrize(
    ("outcome", "feedback", "state"), [(NO, "Because.", State.RETURNED), (YES, "", State.SUBMITTED)]
)
def test_pressing_twice_is_one_review(
    world: World, engine: sa.Engine, outcome: Outcome, feedback: str, state: State
) -> None:
    first = press(world, submitted(world, world.ana), outcome, feedback)
    before = rows.read(engine)
    reflection = world.reflection(submitted(world, world.ana) if outcome is YES else draft(world, world.ana))
    assert press(world, reflection, outcome, f" {feedback} ") is first
    assert rows.differences(before, rows.read(engine)) == []
    assert world.reflection(reflection).state is state


def test_who_holds_both_roles_signs_at_both_steps_with_the_same_words(world: World) -> None:
    world.keep(world.enrolment(world.ana).assign(world.mia, Role.COACH, now=world.now))
    reflection = submitted(world, world.ana)
    for state in (State.SUBMITTED, State.ACCEPTED):
        reflection = decide(world, reflection, YES, "Good.", by=world.mia)
        assert reflection.state is state
    assert reviews(world) == [(0, Role.MENTOR, "Mia", YES, "Good."), (1, Role.COACH, "Mia", YES, "Good.")]


def test_who_holds_both_roles_and_presses_twice_signs_once(world: World, engine: sa.Engine) -> None:
    world.keep(world.enrolment(world.ana).assign(world.mia, Role.COACH, now=world.now))
    reflection = submitted(world, world.ana)
    first = Review.decide(reflection, YES, "Good.", round=1, step=0, by=world.mia, now=world.now + HOUR)
    world.keep(first)
    before = rows.read(engine)
    reflection = world.reflection(reflection)
    assert Review.decide(reflection, YES, "Good.", round=1, step=0, by=world.mia, now=world.now + HOUR) is first
    with pytest.raises(Refused, match="waits for somebody else's decision"):  # from a page that is a step behind
        Review.decide(reflection, NO, "After all.", round=1, step=0, by=world.mia, now=world.now + HOUR)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_what_is_decided_cannot_be_decided_otherwise(world: World, engine: sa.Engine) -> None:
    reflection = returned(world, world.ana, feedback="Because.")
    refuse(world, engine, reflection, NO, "For another reason.", "not waiting for a review")
    refuse(world, engine, reflection, YES, "Because.", "not waiting for a review")
    with pytest.raises(Refused, match="not waiting for a review"):  # the same words, by somebody else
        Review.decide(reflection, NO, "Because.", round=1, by=world.paul, now=world.now + DAY)


def test_nobody_decides_at_the_step_of_another(world: World, engine: sa.Engine) -> None:
    reflection = submitted(world, world.ana)
    before = rows.read(engine)
    # The coach, whose turn comes later; who was a mentor once; the organiser; the mentor of others; the writer.
    for by in (world.kris, world.paul, world.oki, world.otto, world.ana):
        for outcome in Outcome:
            with pytest.raises(Refused, match="waits for somebody else's decision"):
                Review.decide(reflection, outcome, "Because.", round=1, by=by, now=world.now + HOUR)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []
    reflection = decide(world, reflection, YES)
    with pytest.raises(Refused, match="waits for somebody else's decision"):
        Review.decide(reflection, NO, "On second thoughts.", round=1, by=world.mia, now=world.now + DAY)


def test_what_was_taken_back_cannot_be_decided(world: World, engine: sa.Engine) -> None:
    refuse(world, engine, withdrawn(world, world.ana), YES, "", "or it was withdrawn")


def test_what_was_never_handed_in_cannot_be_decided(world: World, engine: sa.Engine) -> None:
    refuse(world, engine, draft(world, world.ana), YES, "", "not waiting for a review")
    refuse(world, engine, excused(world, world.ben), YES, "", "not waiting for a review")


def test_of_two_who_decide_at_the_same_moment_the_second_is_told(world: World, engine: sa.Engine) -> None:
    submitted(world, world.ana)
    world.keep(world.enrolment(world.ana).assign(world.otto, Role.MENTOR, now=world.now))
    writing, told = engine.execution_options(sqlite_begin="IMMEDIATE"), []

    def load(session: Session) -> Reflection:
        return session.scalars(to_change(sa.select(Reflection))).unique().one()

    def the_second_decides() -> None:
        with Session(writing) as session:
            try:
                Review.decide(load(session), NO, "Not yet.", round=1, by=world.otto, now=world.now + HOUR)
            except Refused as refusal:
                told.append(str(refusal))
            else:
                session.commit()

    with Session(writing) as session:
        seen = load(session)
        second = threading.Thread(target=the_second_decides)
        second.start()
        second.join(timeout=0.3)  # it waits for us
        session.add(Review.decide(seen, YES, "Good.", round=1, by=session.get_one(User, world.mia.id), now=world.now))
        session.commit()
    second.join()
    assert reviews(world) == [(0, Role.MENTOR, "Mia", YES, "Good.")]
    # It waits for the coach by now.
    assert told == ["This reflection waits for somebody else's decision, not for yours."]


# --- Promises: two working days, counted in days of the cohort; Thursday the 5th is a holiday


@pytest.mark.parametrize(
    ("handed_in", "promised"),
    [
        ((3, 2, 3, 0, 0), (3, 4)),  # Monday morning: Wednesday
        ((3, 3, 16, 59, 59), (3, 6)),  # the last second of Tuesday in Jakarta: Friday, over the holiday
        ((3, 3, 17, 0, 0), (3, 9)),  # the first of Wednesday: Monday, over the holiday and the weekend
        ((3, 5, 5, 0, 0), (3, 9)),  # on the holiday itself: the days begin on Friday
        ((3, 6, 5, 0, 0), (3, 10)),  # Friday: Tuesday
        ((3, 7, 5, 0, 0), (3, 10)),  # Saturday: Tuesday
        ((3, 8, 16, 59, 59), (3, 10)),  # the last second of Sunday: Tuesday
        ((3, 8, 17, 0, 0), (3, 11)),  # the first of Monday: Wednesday
    ],
)
def test_a_review_is_promised_in_working_days(
    world: World, handed_in: tuple[int, ...], promised: tuple[int, int]
) -> None:
    reflection = submitted(world, world.ana, at=datetime(2026, *handed_in, tzinfo=UTC))
    assert reflection.promised_on == date(2026, *promised)


def test_nothing_promised_is_promised_for_the_same_day(world: World) -> None:
    world.cohort.promised_working_days = 0
    world.keep()
    assert submitted(world, world.ana).promised_on == date(2026, 3, 4)


@pytest.mark.parametrize(("zone", "day"), [("Asia/Jakarta", 10), ("Asia/Makassar", 10), ("Asia/Jayapura", 11)])
def test_the_day_is_that_of_the_cohort(session: Session, zone: str, day: int) -> None:
    half_past_ten_in_jakarta = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)  # on Friday; it is Saturday in Jayapura
    world = make_world(session, time_zone=zone)
    reflection = submitted(world, world.ana, at=half_past_ten_in_jakarta)
    assert reflection.cohort.today(half_past_ten_in_jakarta) == date(2026, 3, 7 if zone == "Asia/Jayapura" else 6)
    assert reflection.promised_on == date(2026, 3, 10)
    later = submitted(world, world.ben, at=datetime(2026, 3, 8, 15, 30, tzinfo=UTC))  # Monday in Jayapura
    assert later.promised_on == date(2026, 3, day)


# --- Opening again


def test_what_was_accepted_can_be_opened_again_for_a_reason(world: World) -> None:
    reflection = accepted(world, world.ana)
    world.keep(row := Reopening.of(reflection, " It is about another session. ", by=world.mia, now=world.now + DAY))
    reflection = world.reflection(reflection)
    assert (reflection.state, reflection.decided_at) == (State.RETURNED, world.now + DAY)
    assert (row.reason, row.by_id, row.reopened_at) == ("It is about another session.", world.mia.id, world.now + DAY)
    assert row.submission_id == reflection.submissions[0].id
    assert len(reviews(world)) == 2


def test_opening_again_needs_a_reason(world: World, engine: sa.Engine) -> None:
    reflection = accepted(world, world.ana)
    before = rows.read(engine)
    with pytest.raises(Refused, match="A reason is needed"):
        Reopening.of(reflection, "  ", by=world.mia, now=world.now + DAY)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_an_old_page_does_not_say_accepted_of_what_was_opened_again(world: World, engine: sa.Engine) -> None:
    reflection = decide(world, submitted(world, world.dodi), YES, "Good.")
    world.keep(Reopening.of(reflection, "Look again.", by=world.otto, now=world.now + DAY))
    before = rows.read(engine)
    with pytest.raises(Refused, match="not waiting for a review"):
        Review.decide(world.reflection(reflection), YES, "Good.", round=1, by=world.otto, now=world.now + DAY)
    world.keep()
    assert rows.differences(before, rows.read(engine)) == []


def test_each_round_can_be_opened_again(world: World) -> None:
    for round in (1, 2, 3):
        at = world.now + round * DAY
        reflection = accepted(world, world.dodi, said=words(f"Round {round}."), at=at)
        world.keep(Reopening.of(reflection, "Look again.", by=world.otto, now=at + 2 * HOUR))
    reflection = world.reflection(reflection)
    assert [submission.reopening is not None for submission in reflection.submissions] == [True] * 3
    assert reflection.state is State.RETURNED


def test_a_double_press_signs_one_step_only(world: World) -> None:
    """Even for somebody who is mentor and coach of the same trainee: the second press was for the first step."""
    world.keep(world.enrolment(world.ana).assign(world.mia, Role.COACH, now=world.now))
    reflection = submitted(world, world.ana)
    for _ in range(2):
        seen = world.reflection(reflection)
        world.keep(Review.decide(seen, YES, "Good.", round=1, step=0, by=world.mia, now=world.now + HOUR))
    assert reviews(world) == [(0, Role.MENTOR, "Mia", YES, "Good.")]
    assert world.reflection(reflection).awaiting is Role.COACH
