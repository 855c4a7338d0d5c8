"""Time: days in a zone, to the second; and working days, against slow and simple ways to count them."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio import clock
from portfolio.clock import WorkCalendar, day_in, end_of_day

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
EPOCH = date(1970, 1, 1).toordinal()

# --- Days in a zone. Indonesia has no summer time; London is here to prove that one is not forgotten.


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def london(seconds: int) -> int:
    """How many hours London is ahead, by the law: from 01.00 UTC of one Sunday to 01.00 UTC of another."""
    day, hour = date.fromordinal(EPOCH + seconds // 86400), seconds % 86400 // 3600
    begins, ends = last_sunday(day.year, 3), last_sunday(day.year, 10)
    return int((begins, 1) <= (day, hour) < (ends, 1))


HOURS_AHEAD = {
    "Asia/Jakarta": lambda seconds: 7,  # WIB
    "Asia/Makassar": lambda seconds: 8,  # WITA
    "Asia/Jayapura": lambda seconds: 9,  # WIT
    "UTC": lambda seconds: 0,
    "Europe/London": london,
}


@pytest.mark.parametrize("zone", HOURS_AHEAD)
def test_ten_thousand_moments_fall_on_the_day_that_arithmetic_says(zone: str) -> None:
    chance, ahead = random.Random(zone), HOURS_AHEAD[zone]
    first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2000, 2100))
    for _ in range(10_000):
        seconds = chance.randrange(first, last)
        if chance.random() < 0.5:  # close to a midnight, where it matters
            seconds = seconds // 86400 * 86400 - 3600 * ahead(seconds) + chance.randint(-2, 2)
        moment = datetime.fromtimestamp(seconds, UTC)
        day = date.fromordinal(EPOCH + (seconds + 3600 * ahead(seconds)) // 86400)
        assert day_in(moment, zone) == day, moment
        assert end_of_day(day - DAY, zone) <= moment < end_of_day(day, zone), moment


@pytest.mark.parametrize(
    ("zone", "midnight"), [("Asia/Jakarta", 17), ("Asia/Makassar", 16), ("Asia/Jayapura", 15)], ids=str
)
def test_a_day_ends_at_midnight_where_the_cohort_is(zone: str, midnight: int) -> None:
    at = datetime(2026, 3, 4, midnight, 0, 0, tzinfo=UTC)  # 00.00.00 of the 5th, there
    assert day_in(at - SECOND, zone) == date(2026, 3, 4)
    assert day_in(at - timedelta(microseconds=1), zone) == date(2026, 3, 4)
    assert day_in(at, zone) == date(2026, 3, 5)
    assert end_of_day(date(2026, 3, 4), zone) == at
    assert end_of_day(date(2026, 3, 4), zone).tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "first_after"),
    [
        # Where clocks go forward at midnight, the day has no 00.00; it begins at 01.00.
        ("Africa/Cairo", date(2023, 4, 27), datetime(2023, 4, 27, 22, 0, tzinfo=UTC)),
        # Where they go back at 01.00, the hour after midnight comes twice; the day ends at the first.
        ("America/Havana", date(2025, 11, 1), datetime(2025, 11, 2, 4, 0, tzinfo=UTC)),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", date(2011, 12, 29), datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
    ],
    ids=["no-midnight", "two-midnights", "no-day"],
)
def test_odd_days_end_too(zone: str, day: date, first_after: datetime) -> None:
    assert end_of_day(day, zone) == first_after
    assert day_in(first_after - SECOND, zone) == day
    assert day_in(first_after, zone) > day


def test_a_moment_may_be_told_in_any_zone() -> None:
    told_in_jayapura = datetime(2026, 3, 5, 1, 30, tzinfo=clock.zone("Asia/Jayapura"))
    assert day_in(told_in_jayapura, "Asia/Jakarta") == date(2026, 3, 4)


@pytest.mark.parametrize("name", ["", "WIB", "Asia/Bandung", "Asia", "../../etc/passwd", "/etc/localtime", "a\0b"])
def test_a_zone_that_is_none_is_said_to_be_none(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone is called"):
        clock.zone(name)


def test_now_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


# --- Working days

some_days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    WorkCalendar,
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
    holidays=st.frozensets(st.dates(date(2024, 1, 1), date(2028, 12, 31)), max_size=40),
)
slowly = settings(max_examples=200, deadline=None, derandomize=True)


def worked(calendar: WorkCalendar, first: date, how_many: int = 800) -> list[date]:
    """The days that are worked among those that follow, the first with them."""
    days = [first + timedelta(days=n) for n in range(how_many)]
    return [day for day in days if day.isoweekday() - 1 not in calendar.weekend and day not in calendar.holidays]


@slowly
@given(calendars, some_days, st.integers(1, 60))
def test_the_nth_working_day_is_the_nth_of_those_worked(calendar: WorkCalendar, start: date, n: int) -> None:
    assert calendar.nth(start, n) == worked(calendar, start)[n - 1]


@slowly
@given(calendars, some_days, st.integers(0, 60))
def test_n_working_days_after_a_day_that_day_is_not_counted(calendar: WorkCalendar, day: date, n: int) -> None:
    after = [day, *worked(calendar, day + DAY)]
    assert calendar.after(day, n) == after[n]


@slowly
@given(calendars, some_days, some_days)
def test_between_two_days_lie_those_worked_after_the_first_up_to_the_last(
    calendar: WorkCalendar, start: date, end: date
) -> None:
    early, late = sorted((start, end))
    count = len([day for day in worked(calendar, early + DAY, 1500) if day <= late])
    assert calendar.between(start, end) == (count if start <= end else -count)


@slowly
@given(calendars, some_days, st.integers(0, 60))
def test_as_many_days_lie_between_as_were_added(calendar: WorkCalendar, day: date, n: int) -> None:
    assert calendar.between(day, calendar.after(day, n)) == n


def test_weekends_and_holidays_are_not_worked() -> None:
    calendar = WorkCalendar(holidays=frozenset({date(2026, 3, 5)}))
    assert [calendar.is_working(date(2026, 3, day)) for day in range(2, 10)] == [
        True, True, True, False, True, False, False, True,
    ]  # fmt: skip
    assert calendar.after(date(2026, 3, 4), 2) == date(2026, 3, 9)
    assert calendar.nth(date(2026, 3, 7), 1) == date(2026, 3, 9)


@pytest.mark.parametrize("weekend", [range(7), {7}, {-1}])
def test_a_weekend_leaves_a_day_to_work_and_is_made_of_days(weekend: set[int]) -> None:
    with pytest.raises(ValueError, match="at least one day to work"):
        WorkCalendar(weekend=frozenset(weekend))
