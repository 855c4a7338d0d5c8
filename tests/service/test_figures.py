"""The figures of service against another way of counting: a year of decisions, weekends and holidays, three zones."""

import random
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portfolio.clock import WorkCalendar
from portfolio.models import Cohort, Comment, Enrolment, Holiday, Outcome, Review, Role, Submission, User
from portfolio.service import queries
from portfolio.service.figures import Days, Figures, Spread, Wait
from tests import cast
from tests.site import Site

ZONES = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}  # hours ahead, all year
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
PROMISED, ROUNDS = 2, 120


class Told(NamedTuple):
    """What was made up about one submission."""

    submitted: datetime
    decided: datetime | None
    commented: datetime | None
    reviewer: int


class Count:
    """Working days by counting, once, which number each day of two years has among those that are worked."""

    def __init__(self, hours: int, holidays: set[date]) -> None:
        self.shift = timedelta(hours=hours)
        days = [date(2025, 12, 1) + timedelta(days=number) for number in range(800)]
        self.worked = [day for day in days if day.isoweekday() < 6 and day not in holidays]

    def days(self, since: datetime, until: datetime) -> int:
        """The working days after the one day, up to and with the other."""
        first, last = ((moment + self.shift).date() for moment in (since, until))
        return bisect_right(self.worked, last) - bisect_right(self.worked, first)


def middle(values: list[int]) -> float:
    values = sorted(values)
    half = len(values) // 2
    return float(values[half]) if len(values) % 2 else (values[half - 1] + values[half]) / 2


def nine_in_ten(values: list[int]) -> int:
    return min(value for value in values if sum(other <= value for other in values) >= 0.9 * len(values) - 1e-9)


def year_of(lot: random.Random, reviewers: list[int]) -> Iterator[Told]:
    """A year of rounds: handed in at any minute, decided soon, late or not at all; sometimes talked about first."""
    for number in range(ROUNDS):
        submitted = YEAR + timedelta(minutes=lot.randrange(365 * 24 * 60))
        decided = submitted + timedelta(minutes=int(lot.expovariate(1 / (2.2 * 24 * 60))))
        commented = submitted + (decided - submitted) * lot.random() if lot.random() < 0.4 else None
        yield Told(submitted, None if number % 17 == 0 else decided, commented, lot.choice(reviewers))


def holidays_of(lot: random.Random) -> set[date]:
    return {(YEAR + timedelta(days=lot.randrange(400))).date() for _ in range(25)}


def told(world: cast.World, zone: str) -> tuple[list[Told], Count]:
    """Everything that was handed in and decided in a year, as rows; for each of three trainees a third of it."""
    lot = random.Random(zone)
    holidays = holidays_of(lot)
    world.session.execute(sa.delete(Holiday))
    world.keep(*(Holiday(cohort_id=world.cohort.id, day=day, name="") for day in sorted(holidays)))
    started = [cast.draft(world, trainee) for trainee in (world.ana, world.ben, world.cici)]
    every = list(year_of(lot, [world.mia.id, world.paul.id]))
    for number, one in enumerate(every):
        reflection = started[number % 3]
        submission = Submission(
            cohort_id=world.cohort.id, reflection_id=reflection.id, round=number + 1, title="", answers={}, tags=[],
            submitted_at=one.submitted,
        )  # fmt: skip
        world.session.add(submission)
        world.session.flush()
        about = {"cohort_id": world.cohort.id, "submission_id": submission.id}
        if one.decided:
            world.session.add(Review(**about, step=0, role=Role.MENTOR, reviewer_id=one.reviewer,
                                     outcome=Outcome.ACCEPTED, feedback="", decided_at=one.decided))  # fmt: skip
        if one.commented:
            world.session.add(Comment(**about, author_id=world.kris.id, text="So?", created_at=one.commented))
        # What the writer says themselves is no answer.
        writer = world.session.get_one(Enrolment, reflection.enrolment_id).user_id
        world.session.add(Comment(**about, author_id=writer, text="Hello?", created_at=one.submitted))
    world.keep()
    return every, Count(ZONES[zone], holidays)


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_decisions_is_counted_as_it_is_by_hand(site: Site, session: Session, zone: str):
    world = cast.make_world(session, time_zone=zone, steps=["mentor"])
    every, count = told(world, zone)
    now = YEAR + timedelta(days=420)
    with site.app.app_context():
        cohort = queries.db.session.scalars(
            queries.with_holidays(sa.select(Cohort).where(Cohort.name == "First"))
        ).one()
        figures = queries.figures_of(cohort, now)
        decided = [count.days(one.submitted, one.decided) for one in every if one.decided]
        assert figures.to_decision == Spread(len(decided), middle(decided), nine_in_ten(decided), max(decided))
        assert figures.kept == sum(days <= PROMISED for days in decided)
        answers = figures.to_first_answer
        assert answers is not None
        # A round that nobody decided, and after which another was handed in, waits for nothing any more.
        still = [one for one in every if one.decided]
        firsts = [count.days(one.submitted, min(at for at in (one.decided, one.commented) if at)) for one in still]
        assert answers == Spread(len(firsts), middle(firsts), nine_in_ten(firsts), max(firsts))
        for reviewer in (world.mia, world.paul):
            theirs = [
                count.days(one.submitted, one.decided) for one in every if one.decided and one.reviewer == reviewer.id
            ]
            assert figures.of_reviewer(reviewer.id).to_decision == Spread(
                len(theirs), middle(theirs), nine_in_ten(theirs), max(theirs)
            )


# --- Small ones, by hand


DAYS = Days(WorkCalendar(holidays=frozenset({date(2026, 3, 5)})), "Asia/Jakarta", PROMISED)
NOON = cast.NOON  # a Wednesday; Thursday is a holiday


def wait(days: float, *, since: datetime = NOON, **more: object) -> Wait:
    return Wait(1, since, since + timedelta(days=days), 7, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "working"),
    [(0, 0), (0.6, 0), (1, 0), (2, 1), (3, 1), (4, 1), (5, 2), (6, 3)],  # Thursday is off, then a weekend
)
def test_weekends_and_holidays_do_not_count(days: float, working: int):
    one = wait(days)
    assert one.decided_at is not None
    assert DAYS.between(one.since, one.decided_at) == working


def test_what_waits_beyond_its_day_is_a_promise_broken_and_what_waits_within_it_is_none_yet():
    waiting = [Wait(1, NOON), Wait(2, NOON + timedelta(days=5))]
    figures = Figures([wait(0), wait(6), *waiting], DAYS, NOON + timedelta(days=6))
    assert (figures.kept, figures.judged, figures.overdue, figures.waiting) == (1, 3, 1, 2)
    assert figures.share == 1 / 3
    assert figures.is_small


def test_nothing_is_said_of_nothing():
    figures = Figures([], DAYS, NOON)
    assert (figures.share, figures.to_decision, figures.to_first_answer) == (None, None, None)


@pytest.mark.parametrize(("values", "ninetieth"), [([4], 4), ([1] * 9 + [8], 1), ([1] * 8 + [7, 8], 7), ([3, 1, 2], 3)])
def test_nine_in_ten(values: list[int], ninetieth: int):
    found = Spread.of(values)
    assert found is not None
    assert (found.ninetieth, found.longest) == (ninetieth, max(values))


def test_the_longest_wait_of_each_counts_also_while_it_lasts():
    figures = Figures([wait(2), Wait(1, NOON), Wait(2, NOON + timedelta(days=5))], DAYS, NOON + timedelta(days=6))
    assert figures.by_trainee() == {1: 3, 2: 1}


def test_a_second_step_begins_to_wait_when_the_first_has_decided(site: Site, world: cast.World):
    reflection = cast.submitted(world, world.ana)
    cast.decide(world, reflection, Outcome.ACCEPTED, at=NOON + timedelta(days=2))
    with site.app.app_context():
        cohort = _loaded(world)
        figures = queries.figures_of(cohort, NOON + timedelta(days=6))
        assert [(one.is_first, one.since, one.decided_at) for one in figures.waits] == [
            (True, NOON, NOON + timedelta(days=2)),
            (False, NOON + timedelta(days=2), None),
        ]
        assert figures.to_first_answer == Spread(1, 1, 1, 1)


def test_what_was_taken_back_does_not_count(site: Site, world: cast.World):
    cast.withdrawn(world, world.ana)
    with site.app.app_context():
        assert queries.figures_of(_loaded(world), NOON).waits == []


def _loaded(world: cast.World) -> Cohort:
    query = sa.select(Cohort).where(Cohort.id == world.cohort.id).options(selectinload(Cohort.holidays))
    return queries.db.session.scalars(query).one()


def test_ones_own_figures_are_what_one_decided_and_what_waits_for_one(site: Site, world: cast.World):
    cast.accepted(world, world.ana)  # by Mia, then by Kris
    cast.submitted(world, world.ben)
    with site.app.app_context():
        now, cohort = NOON + timedelta(days=6), _loaded(world)
        mia, kris, oki = (
            queries.figures_by(queries.db.session.get_one(User, person.id), [cohort], now)[cohort.id]
            for person in (world.mia, world.kris, world.oki)
        )
    assert [(one.judged, one.waiting, one.overdue) for one in (mia, kris, oki)] == [(2, 1, 1), (1, 0, 0), (0, 0, 0)]
