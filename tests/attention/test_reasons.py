"""The rules, by tables: who may need somebody on which day. Days are counted by hand on the calendar below.

March 2026:  Mo 2  Tu 3  We 4  Th 5 (holiday)  Fr 6  |  Sa 7  Su 8  |  Mo 9  Tu 10  We 11 …
"""

from datetime import date
from fractions import Fraction

import pytest

from portfolio.attention.reasons import (
    Awaited,
    GivenBack,
    Kind,
    Known,
    Rated,
    Text,
    Told,
    falling,
    overdue,
    reasons_for,
    returned,
    silent,
    unread,
    urgency,
)
from portfolio.clock import WorkCalendar

CALENDAR = WorkCalendar(holidays=frozenset({date(2026, 3, 5)}))
FRIDAYS_OFF = WorkCalendar(weekend=frozenset({4, 5}))
LONG_HERE = date(2026, 2, 1)


def march(day: int) -> date:
    return date(2026, 3, day)


def text(number: int = 1) -> Text:
    return Text(number, {"en": f"No. {number}", "id": f"No. {number}"})


@pytest.mark.parametrize(
    ("last", "due", "today", "days"),
    [
        # Due on Tuesday: Wednesday, Friday and Monday are the three working days after it.
        (2, [3], 9, 3),
        (2, [3], 8, None),
        (2, [3], 6, None),
        (2, [3], 10, 4),
        # Something came on Friday, about an earlier day: the silence begins there. Mo 9, Tu 10, We 11.
        (6, [3], 11, 3),
        (6, [3], 10, None),
        # Nothing ever came.
        (None, [3], 9, 3),
        # The first that is missing counts, not the last.
        (2, [3, 6, 9], 9, 3),
        # Last heard of long ago, but nothing was due until Friday: not silent before Wednesday.
        (2, [6], 10, None),
        (2, [6], 11, 3),
        # What is due today, or later, is not missing.
        (2, [11, 12], 11, None),
        (2, [], 31, None),
    ],
)
def test_silence(last: int | None, due: list[int], today: int, days: int | None):
    known = Known(LONG_HERE, march(last) if last else None, [march(day) for day in due])
    found = silent(known, CALENDAR, march(today))
    assert (found.days if found else None) == days


def test_silence_is_counted_by_the_calendar_of_the_cohort():
    known = Known(LONG_HERE, march(2), [march(3)])
    # Here Thursday is worked, and the weekend is Friday and Saturday: We 4, Th 5, Su 8.
    assert silent(known, FRIDAYS_OFF, march(7)) is None
    found = silent(known, FRIDAYS_OFF, march(8))
    assert found
    assert found.days == 3


def test_silence_tells_how_many_are_missing_by_now():
    found = silent(Known(LONG_HERE, None, [march(3), march(4), march(11), march(20)]), CALENDAR, march(11))
    assert found
    assert found.missing == 2


def test_nobody_was_silent_before_they_came():
    known = Known(march(10), None, [march(2), march(3)])
    assert silent(known, CALENDAR, march(12)) is None
    assert silent(known, CALENDAR, march(13))


@pytest.mark.parametrize(("times", "is_reason"), [(1, False), (2, True), (3, True)])
def test_returned_twice(times: int, is_reason: bool):
    found = returned([GivenBack(text(), times, march(4))], CALENDAR, march(9))
    assert bool(found) is is_reason
    if found:
        assert (found.days, found.first.times, found.count) == (2, times, 1)


def test_of_several_that_came_back_that_which_lies_longest_comes_first():
    again = [GivenBack(text(1), 2, march(6)), GivenBack(text(2), 3, march(4)), GivenBack(text(3), 1, march(2))]
    found = returned(again, CALENDAR, march(6))
    assert found
    assert (found.first.text, found.count) == (text(2), 2)


@pytest.mark.parametrize(("on", "today", "days"), [(3, 9, 3), (3, 8, None), (3, 6, None), (6, 11, 3), (7, 10, None)])
def test_unread_feedback(on: int, today: int, days: int | None):
    found = unread([Told(text(), march(on))], CALENDAR, march(today))
    assert (found.days if found else None) == days


def test_of_unread_feedback_the_oldest_comes_first_and_what_is_new_is_not_counted():
    found = unread([Told(text(1), march(4)), Told(text(2), march(3)), Told(text(3), march(9))], CALENDAR, march(10))
    assert found
    assert (found.first.text, found.days, found.count) == (text(2), 4, 2)


@pytest.mark.parametrize(("promised", "today", "days"), [(6, 6, None), (6, 7, 0), (6, 9, 1), (4, 9, 2), (10, 9, None)])
def test_past_the_promise(promised: int, today: int, days: int | None):
    found = overdue([Awaited(text(), march(promised))], CALENDAR, march(today))
    assert (found.days if found else None) == days


def rated(*levels: float | str, rubric: str = "depth") -> list[Rated]:
    return [Rated(text(number), rubric, Fraction(level)) for number, level in enumerate(levels, start=1)]


@pytest.mark.parametrize(
    ("levels", "is_falling"),
    [
        ((3, 3, 3, 2, 2, 2), True),  # by a level exactly
        ((3, 3, 3, 2, 2, 2.5), False),  # by 5/6
        ((3, 3, 3, 2.5, 2.5, 2.5), False),  # half a level, once
        ((3, 3, 3, 3, 3, 1.5), False),  # one low one is not enough: by half a level
        ((4, 4, 3, 4, 3, 1), True),  # but it may end what fell: 11/3 and 8/3
        ((3, 3, 3, 2.5, 2.5, 2.5, 2, 2, 2), True),  # half a level, and half a level again
        ((3, 3, 3, 2.5, 2.5, 2.5, 2, 2, 2.5), False),  # half a level, and then a third
        ((3, 3, 3, 2.5, 2.5, 3, 2, 2, 2), False),  # a third, and then 2/3
        ((2, 2.5, 3.5, 1, 2, 3.5, 1, 2, 2), True),  # 16/6, 13/6 and 10/6: as floats, a hair less than half a level
        ((2, 3, 3, 3, 2.5, 2.5, 2.5, 2, 2, 2), True),  # what came before the nine plays no part
        ((3, 3, 3, 3.5, 4, 4), False),
        ((3, 3, 2, 2, 2), False),  # five are too few
        ((1, 1, 4, 4, 4, 3, 3, 3), True),  # what came before the six plays no part in a fall by a level
        ((4, 4, 4, 2, 2, 2, 2, 2, 2), False),  # it fell long ago and is steady since
        ((), False),
    ],
)
def test_falling_levels(levels: tuple[float, ...], is_falling: bool):
    assert bool(falling(rated(*levels))) is is_falling


def test_falling_levels_come_with_their_figures_and_the_newest_text_first():
    found = falling(rated("11/3", 3, 3, "5/2", 2, 2))
    assert found
    assert (found.before, found.last) == (Fraction(29, 9), Fraction(13, 6))
    assert [each.reflection_id for each in found.texts] == [6, 5, 4]


def test_levels_of_different_rubrics_are_not_compared():
    high, low = rated(4, 4, 4, rubric="nine steps"), rated(2, 2, 2, rubric="depth")
    assert falling(high + low) is None
    assert falling(rated(3, 3, 3, rubric="depth") + high + low), "those between are passed over"


def test_two_reviews_of_one_text_name_it_once():
    reviews = rated(4, 4, 4, 2, 2, 2)
    again = [*reviews[:5], Rated(text(5), "depth", Fraction(2))]
    found = falling(again)
    assert found
    assert [each.reflection_id for each in found.texts] == [5, 4]


def test_the_most_pressing_comes_first():
    known = Known(
        here_since=LONG_HERE,
        last_on=march(2),
        missing=[march(3)],
        awaited=[Awaited(text(), march(6))],
        given_back=[GivenBack(text(), 2, march(4))],
        told=[Told(text(), march(2))],
        rated=rated(3, 3, 3, 2, 2, 2),
    )
    found = reasons_for(known, CALENDAR, march(10))
    assert [reason.kind for reason in found] == [
        Kind.OVERDUE, Kind.SILENT, Kind.RETURNED, Kind.UNREAD, Kind.FALLING
    ]  # fmt: skip
    assert reasons_for(Known(LONG_HERE), CALENDAR, march(10)) == []


def test_trainees_are_ordered_by_what_is_most_pressing_then_by_how_long():
    def silence(since: int) -> tuple[int, int]:
        return urgency(reasons_for(Known(LONG_HERE, None, [march(since)]), CALENDAR, march(20)))

    late = urgency(reasons_for(Known(LONG_HERE, awaited=[Awaited(text(), march(19))]), CALENDAR, march(20)))
    assert late < silence(3) < silence(10)
