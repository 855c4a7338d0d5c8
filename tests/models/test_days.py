"""The day it is, in zones where it is easily got wrong: against the law of each place, told here by arithmetic alone.

New York changes its clocks, Kathmandu stands three quarters of an hour off, and Apia is where a day begins first.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from portfolio.clock import day_in, end_of_day, start_of_day
from portfolio.models import Cohort, TrainingSession
from portfolio.series import Slot

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
A_DAY, EPOCH = 86_400, date(1970, 1, 1).toordinal()


def sunday(n: int, year: int, month: int) -> int:
    """The n-th Sunday of a month, in days since 1970."""
    first = date(year, month, 1)
    return first.toordinal() - EPOCH + (6 - first.weekday()) % 7 + 7 * (n - 1)


def new_york(seconds: int) -> int:
    """Summer from 7.00 UTC of the second Sunday in March to 6.00 UTC of the first in November: the law since 2007."""
    year = datetime.fromtimestamp(seconds, UTC).year
    begins, ends = sunday(2, year, 3) * A_DAY + 7 * 3600, sunday(1, year, 11) * A_DAY + 6 * 3600
    return -240 if begins <= seconds < ends else -300


MINUTES_AHEAD: dict[str, Callable[[int], int]] = {
    "Asia/Jakarta": lambda seconds: 7 * 60,
    "Asia/Makassar": lambda seconds: 8 * 60,
    "Asia/Jayapura": lambda seconds: 9 * 60,
    "America/New_York": new_york,
    "Asia/Kathmandu": lambda seconds: 5 * 60 + 45,
    "Pacific/Apia": lambda seconds: 13 * 60,  # without a summer time since 2021
}


def midnight(day: int, ahead: Callable[[int], int]) -> int:
    """The second in which a day begins: where the clock, as far ahead as it is then, has just come to zero."""
    [second] = {day * A_DAY - 60 * minutes for minutes in (ahead(day * A_DAY), ahead(day * A_DAY + A_DAY))
                if ahead(day * A_DAY - 60 * minutes) == minutes}  # fmt: skip
    return second


@pytest.mark.parametrize("zone", MINUTES_AHEAD)
def test_ten_thousand_moments_are_on_their_day(zone: str):
    chance, ahead = random.Random(f"days of {zone}"), MINUTES_AHEAD[zone]
    first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2022, 2060))
    close = 0
    for _ in range(10_000):
        seconds = chance.randrange(first, last)
        if chance.random() < 0.5:  # within two seconds of a midnight, where it matters
            seconds = midnight(seconds // A_DAY, ahead) + chance.randint(-2, 2)
        day, moment = (seconds + 60 * ahead(seconds)) // A_DAY, datetime.fromtimestamp(seconds, UTC)
        begins, ends = midnight(day, ahead), midnight(day + 1, ahead)
        close += seconds - begins <= 2 or ends - seconds <= 2
        named = date.fromordinal(EPOCH + day)
        assert day_in(moment, zone) == named, moment
        assert start_of_day(named, zone) == datetime.fromtimestamp(begins, UTC)
        assert end_of_day(named, zone) == datetime.fromtimestamp(ends, UTC)
        assert begins <= seconds < ends
    assert close > 4_000


# When a day begins and ends, in UTC, by hand; on the second last, clocks go forward, on the last, back.
DAYS = [
    ("Asia/Jakarta", date(2026, 3, 4), datetime(2026, 3, 3, 17, 0, tzinfo=UTC), 24),
    ("Asia/Makassar", date(2026, 3, 4), datetime(2026, 3, 3, 16, 0, tzinfo=UTC), 24),
    ("Asia/Jayapura", date(2026, 3, 4), datetime(2026, 3, 3, 15, 0, tzinfo=UTC), 24),
    ("Asia/Kathmandu", date(2026, 3, 4), datetime(2026, 3, 3, 18, 15, tzinfo=UTC), 24),
    ("Pacific/Apia", date(2026, 3, 4), datetime(2026, 3, 3, 11, 0, tzinfo=UTC), 24),
    ("America/New_York", date(2026, 3, 8), datetime(2026, 3, 8, 5, 0, tzinfo=UTC), 23),
    ("America/New_York", date(2026, 11, 1), datetime(2026, 11, 1, 4, 0, tzinfo=UTC), 25),
]
every_day = pytest.mark.parametrize(("zone", "day", "begins", "hours"), DAYS, ids=lambda value: str(value))


def slot(zone: str, now: datetime, opens_on: date, due_on: date, extended_to: date | None = None) -> Slot:
    session = TrainingSession(opens_on=opens_on, due_on=due_on)
    return Slot(session, None, Cohort(time_zone=zone).today(now), extended_to=extended_to)


@every_day
def test_a_slot_is_todays_from_its_first_second_to_its_last(zone: str, day: date, begins: datetime, hours: int):
    ends = begins + timedelta(hours=hours)
    moments = {begins - SECOND: "upcoming", begins: "open", ends - SECOND: "open", ends: "late"}
    for now, condition in moments.items():
        found = slot(zone, now, day, day)
        assert (found.is_today, found.condition.value) == (condition == "open", condition), now
        assert found.is_expected == (condition != "upcoming")


@every_day
def test_more_time_ends_with_its_own_last_second(zone: str, day: date, begins: datetime, hours: int):
    ends = begins + timedelta(hours=hours)
    for now, is_today in ((ends - SECOND, True), (ends, False)):
        given = slot(zone, now, day - 3 * DAY, day - 3 * DAY, extended_to=day)
        assert (given.is_today, given.condition.value) == (is_today, "open" if is_today else "late")
        long = slot(zone, now, day - 3 * DAY, day)
        assert (long.is_today, long.condition.value) == (is_today, "open" if is_today else "late")
    assert slot(zone, begins - SECOND, day, day + DAY).is_today is False
    assert slot(zone, begins, day, day + DAY).is_today is True
