"""In which order things wait, and which one is next: the oldest promise first; among equals, lots are drawn daily."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portfolio.database import db
from portfolio.models import Cohort, Lease, Role, User, enrol
from portfolio.reviews import queries
from portfolio.reviews.queries import Filter, Kind
from tests import cast
from tests.cast import DAY, HOUR, NOON, SERVICE, SERVICE_2, World
from tests.site import Site

MIDNIGHT = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)  # when NOON's day began in Jakarta
EVERYTHING = Filter()


@pytest.fixture
def asking(site: Site, world: World) -> Iterator[None]:
    """Within the application, as a view is."""
    with site.app.app_context():
        yield


def order(world: World, user: User, now: datetime = NOON, chosen: Filter = EVERYTHING) -> list[str]:
    """Whose things wait, in order."""
    world.keep()
    counts = queries.counts(user, now=now)
    found = queries.queue(user, chosen, counts.days, page=1, now=now)
    names = [entry.reflection.enrolment.user.email.partition("@")[0] for entry in found]
    db.session.rollback()
    return names


def following(world: World, user: User, **asked: object) -> int | None:
    """The reflection to turn to next."""
    world.keep()
    found = queries.next_waiting(user, **{"now": NOON} | asked)  # type: ignore[arg-type]
    db.session.rollback()
    return found


def expected_turn(enrolment: int, user: int, day: date) -> int:
    """The same as the database counts, by Python's own powers."""
    drawn, p = sha256(f"{day.toordinal() // 2} {user}".encode()).digest(), 2_147_483_647
    a, m = int.from_bytes(drawn[:8]) % p, int.from_bytes(drawn[8:16]) % (p - 1) + 1
    lot = m * pow(enrolment + a, 5, p) % p
    return lot if day.toordinal() % 2 == 0 else p - lot


def table_of(*numbers: int) -> sa.Subquery:
    """These numbers as a table."""
    return sa.union_all(*(sa.select(sa.literal(number, sa.Integer).label("id")) for number in numbers)).subquery()


# --- The rotation


def test_over_sixty_days_each_of_ten_is_first_about_as_often_as_any_other(site: Site):
    reader, ten = User(id=7), table_of(*range(1, 11))
    first: Counter[int] = Counter()
    places: Counter[int] = Counter()
    with site.engine.connect() as connection:
        for number in range(60):
            now = NOON + (number + 1) * DAY  # the first of two days
            turn = queries.turn(ten.c.id, reader, now)
            found = [tuple(row) for row in connection.execute(sa.select(ten.c.id, turn).order_by(turn))]
            turns = {n: expected_turn(n, 7, now.date()) for n in range(1, 11)}
            assert found == sorted(turns.items(), key=lambda item: item[1])
            first[found[0][0]] += 1
            places.update({n: place for place, (n, _) in enumerate(found)})
    # Six times each, more or less, as with lots; and since all places count, all have had the same on average.
    assert all(2 <= first[n] <= 11 for n in range(1, 11)), first
    assert set(places.values()) == {60 * 9 // 2}


@pytest.mark.parametrize(
    "enrolments", [range(1, 11), range(1, 1001, 100), [1, 2, 3, 5, 8, 2000, 2001, 90_000, 5**9, 5**10]]
)
def test_in_the_long_run_nobody_is_favoured(enrolments: list[int]):
    days = [date(2026, 1, 1) + number * DAY for number in range(3000)]
    first = Counter(min(enrolments, key=lambda n: expected_turn(n, 7, day)) for day in days)
    assert all(230 < first[n] < 370 for n in enrolments), first  # four times what chance allows for


def test_no_two_are_ever_level(site: Site):
    many = [*range(1, 200), *range(2_147_483_500, 2_147_483_647)]
    numbers = table_of(*many)
    with site.engine.connect() as connection:
        turns = connection.scalars(sa.select(queries.turn(numbers.c.id, User(id=1), NOON))).all()
    assert len(set(turns)) == len(many)
    assert all(0 <= turn < 2**31 for turn in turns)


# --- The queue


@pytest.fixture
def five(world: World, asking: None) -> list[User]:
    """Ben and four others, who handed in one after another on one day; before them all, Ana the day before."""
    query = sa.select(Cohort).where(Cohort.id == world.cohort.id).options(selectinload(Cohort.modules))
    cohort = world.load(query)
    others = [cast.person(name, now=NOON) for name in ("zaki", "wati", "umar", "siti")]
    world.keep(*others)
    world.keep(*(enrol(trainee, cohort, now=NOON) for trainee in others))
    for trainee in others:
        world.keep(world.enrolment(trainee).assign(world.mia, Role.MENTOR, now=NOON))
    cast.submitted(world, world.ana, SERVICE, at=NOON - DAY)
    five = [world.ben, *others]
    for number, trainee in enumerate(five):
        cast.submitted(world, trainee, SERVICE, at=NOON - HOUR + timedelta(minutes=number))
    return five


def by_turn(world: World, trainees: list[User], day: date) -> list[str]:
    turns = {trainee: expected_turn(world.enrolment(trainee).id, world.mia.id, day) for trainee in trainees}
    return [trainee.email.partition("@")[0] for trainee in sorted(trainees, key=turns.__getitem__)]


def test_the_oldest_promise_is_first_and_equal_ones_take_turns_by_the_day(world: World, five: list[User]):
    today = NOON.date()
    assert order(world, world.mia) == ["ana", *by_turn(world, five, today)]
    for moment in (MIDNIGHT, MIDNIGHT + DAY - timedelta(seconds=1)):
        assert order(world, world.mia, moment) == order(world, world.mia)
    days = [order(world, world.mia, NOON + number * DAY) for number in range(6)]
    for number, found in enumerate(days):
        assert found == ["ana", *by_turn(world, five, today + number * DAY)]
    assert any(one != other for one, other in pairwise(days))


def test_names_change_nothing(world: World, five: list[User]):
    before = order(world, world.mia)
    for trainee, name in zip(five, ("Zzz", "Aaa", "Mmm", "Bbb", "Yyy"), strict=True):
        trainee.name = name
    assert order(world, world.mia) == before


def test_things_of_one_trainee_come_in_the_order_in_which_they_began_to_wait(world: World, asking: None):
    later = cast.submitted(world, world.ana, SERVICE, at=NOON)
    earlier = cast.submitted(world, world.ana, SERVICE_2, at=NOON - HOUR)
    assert following(world, world.mia) == earlier.id
    assert following(world, world.mia, after=earlier.id) == later.id


# --- The next one


def test_the_next_is_the_first_of_the_list_that_is_not_the_one_just_seen_to(world: World, five: list[User]):
    names = order(world, world.mia)
    ids = {trainee.email.partition("@")[0]: cast.begun(world, trainee).id for trainee in (world.ana, *five)}
    assert following(world, world.mia) == ids["ana"]
    assert following(world, world.mia, after=ids["ana"]) == ids[names[1]]
    assert following(world, world.mia, after=ids[names[3]]) == ids["ana"]
    world.keep(Lease.of(cast.begun(world, world.ana), world.paul, now=NOON))  # somebody else is at it
    assert following(world, world.mia) == ids[names[1]]
    assert following(world, world.paul) is None


def test_the_next_keeps_to_the_filter(world: World, asking: None):
    world.keep(world.enrolment(world.dodi).assign(world.mia, Role.MENTOR, now=NOON))
    cast.returned(world, world.ana, SERVICE, at=NOON - 7 * DAY)
    again = cast.submitted(world, world.ana, SERVICE, said=cast.words("More."), at=NOON - 6 * DAY)
    new, elsewhere = cast.submitted(world, world.ben, SERVICE), cast.submitted(world, world.dodi, SERVICE)
    world.keep(new.comment("Is this enough?", by=world.ben, now=NOON))

    assert following(world, world.mia) == again.id
    assert following(world, world.mia, kind=Kind.RESUBMITTED) == again.id
    assert following(world, world.mia, kind="resubmitted", after=again.id) is None
    assert following(world, world.mia, kind=Kind.NEW, cohort=world.cohort.id) == new.id
    assert following(world, world.mia, **Filter(Kind.NEW, world.other.id).args) == elsewhere.id
    assert following(world, world.mia, overdue=True) == again.id
    assert following(world, world.mia, overdue=True, after=again.id) is None
    assert following(world, world.mia, kind=Kind.REPLIED) is None  # which is read, not decided on


def test_what_is_overdue_goes_by_the_day_of_each_cohort(world: World, asking: None):
    world.keep(world.enrolment(world.dodi).assign(world.mia, Role.MENTOR, now=NOON))
    in_jakarta, in_makassar = cast.submitted(world, world.ana, SERVICE), cast.submitted(world, world.dodi, SERVICE)
    in_jakarta.promised_on = in_makassar.promised_on = date(2026, 3, 9)
    world.keep()
    late = Filter(overdue=True)
    for now, names in (
        (datetime(2026, 3, 9, 15, 59, tzinfo=UTC), []),
        (datetime(2026, 3, 9, 16, 0, tzinfo=UTC), ["dodi"]),  # midnight in Makassar
        (datetime(2026, 3, 9, 17, 0, tzinfo=UTC), ["ana", "dodi"]),  # and in Jakarta
        (datetime(2026, 3, 12, 5, 0, tzinfo=UTC), ["ana", "dodi"]),
    ):
        assert sorted(order(world, world.mia, now, late)) == names
        assert queries.counts(world.mia, now=now).under(late) == len(names)
        assert (following(world, world.mia, now=now, overdue=True) is None) == (not names)
