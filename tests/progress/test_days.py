"""The days of a programme as months of weeks, by hand. March 2026 begins on a Sunday, February 2027 on a Monday."""

from collections.abc import Mapping
from datetime import date

from portfolio.models import TrainingSession
from portfolio.progress.days import Month, months
from portfolio.series import Slot

TODAY, WEEKEND = date(2026, 3, 4), (5, 6)


def due(*days: date, extended_to: date | None = None) -> list[Slot]:
    return [
        Slot(TrainingSession(position=number, opens_on=day, due_on=day), None, TODAY, extended_to=extended_to)
        for number, day in enumerate(days, start=1)
    ]


def of(
    slots: list[Slot], *, weekend: tuple[int, ...] = WEEKEND, holidays: Mapping[date, str] | None = None
) -> list[Month]:
    return months(slots, weekend=weekend, holidays=holidays or {}, today=TODAY)


def numbers(month: Month) -> list[list[int]]:
    """The days of each week; 0 where there is none."""
    return [[day.date.day if day else 0 for day in week] for week in month.weeks]


def test_a_month_is_weeks_from_monday_to_sunday():
    [march] = of(due(TODAY))
    assert march.first == date(2026, 3, 1)
    assert numbers(march) == [
        [0, 0, 0, 0, 0, 0, 1],
        [2, 3, 4, 5, 6, 7, 8],
        [9, 10, 11, 12, 13, 14, 15],
        [16, 17, 18, 19, 20, 21, 22],
        [23, 24, 25, 26, 27, 28, 29],
        [30, 31, 0, 0, 0, 0, 0],
    ]
    [february] = of(due(date(2027, 2, 10)))
    assert numbers(february)[0] == [1, 2, 3, 4, 5, 6, 7]
    assert numbers(february)[3:] == [[22, 23, 24, 25, 26, 27, 28]]


def test_months_go_from_the_first_day_to_the_last_without_gaps():
    found = of(due(date(2026, 12, 31), date(2027, 2, 1)))
    assert [month.first for month in found] == [date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]
    assert [month.holds(date(2027, 1, 31)) for month in found] == [False, True, False]
    assert [month.is_before(date(2027, 1, 1)) for month in found] == [True, False, False]
    assert of([]) == []


def test_each_reflection_stands_once_on_the_day_it_is_due_for_this_trainee():
    own, more_time = due(TODAY, TODAY), due(TODAY, extended_to=date(2026, 3, 9))
    [march] = of([*own, *more_time])
    told = {day.date.day: len(day.slots) for week in march.weeks for day in week if day and day.slots}
    assert told == {4: 2, 9: 1}


def test_days_off_are_named_and_today_is_marked():
    [march] = of(due(TODAY), holidays={date(2026, 3, 5): "Nyepi", date(2026, 3, 6): ""})
    days = {day.date.day: day for week in march.weeks for day in week if day}
    assert [day for day in days if days[day].is_off] == [1, 5, 6, 7, 8, 14, 15, 21, 22, 28, 29]
    assert (days[5].holiday, days[6].holiday, days[9].holiday) == ("Nyepi", "", None)
    assert [day for day in days if days[day].is_today] == [4]
    assert [day for day in days if days[day].says_something] == [4, 5, 6]
    [other] = of(due(TODAY), weekend=(4,))
    assert [day.date.day for week in other.weeks for day in week if day and day.is_weekend] == [6, 13, 20, 27]


def test_what_was_due_before_today_is_that_of_this_month_alone():
    february, march, april = of(due(date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 3), TODAY, date(2026, 4, 1)))
    assert [slot.due_on.day for slot in march.before(TODAY)] == [2, 3]
    assert february.before(TODAY) == april.before(TODAY) == march.before(date(2026, 3, 1)) == []


def test_what_is_late_or_due_by_tomorrow_presses():
    days = [date(2026, 3, day) for day in (3, 4, 5, 6)]
    assert [slot.is_pressing for slot in due(*days)] == [True, True, False, False]  # the 5th has not opened yet
    opened = [
        Slot(TrainingSession(position=1, opens_on=days[0], due_on=day), None, TODAY, is_module_complete=complete)
        for day, complete in ((days[0], True), (days[1], False), (days[2], False), (days[3], False))
    ]
    assert [slot.is_pressing for slot in opened] == [False, True, True, False]
