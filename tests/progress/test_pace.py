"""The way back to the plan, by hand. March 2026: the 2nd is a Monday, Thursday the 5th a holiday."""

from datetime import date

import pytest

from portfolio.clock import WorkCalendar
from portfolio.models import Enrolment, Reflection, State, TrainingSession
from portfolio.progress.pace import catch_up
from portfolio.series import Series, Slot

CALENDAR = WorkCalendar(holidays=frozenset({date(2026, 3, 5)}))


def march(day: int) -> date:
    return date(2026, 3, day)


def slot(number: int, due: int, today: int, *, state: State | None = None, extended_to: int | None = None) -> Slot:
    session = TrainingSession(id=number, position=number, opens_on=march(due), due_on=march(due))
    reflection = Reflection(state=state) if state else None
    return Slot(session, reflection, march(today), extended_to=march(extended_to) if extended_to else None)


def series(today: int, *slots: Slot) -> Series:
    return Series(Enrolment(), slots, march(today), is_own=True)


def plan_of(today: int, *dues: int) -> dict[int, list[int]]:
    """On which day which of the sessions, numbered from 1, that are due on these days and not begun."""
    slots = [slot(number, due, today) for number, due in enumerate(dues, start=1)]
    plan = catch_up(series(today, *slots), CALENDAR)
    return {step.day.day: [each.session.position for each in step.slots] for step in plan.steps}


@pytest.mark.parametrize(
    ("today", "dues", "plan"),
    [
        (4, [], {}),
        (4, [4, 6], {}),  # today's and a later one: nothing is late
        (4, [3], {4: [1]}),
        (4, [2, 3], {4: [1, 2]}),  # two a day
        (4, [2, 2, 3], {4: [1, 2], 6: [3]}),  # nobody works on the 5th
        (4, [2, 3, 4], {4: [1], 6: [2]}),  # today has one of its own, so one late one beside it
        (4, [2, 3, 4, 4], {4: [1], 6: [2]}),  # the same with two of its own
        (4, [2, 2, 3, 6], {4: [1, 2], 6: [3]}),
        (4, [2, 2, 2, 2, 6], {4: [1, 2], 6: [3], 9: [4]}),  # the 7th and the 8th are a weekend
        (7, [3, 4, 6], {9: [1, 2], 10: [3]}),  # on a Saturday it begins on Monday
        (5, [4], {6: [1]}),  # and on a holiday the day after
        (10, [6, 2, 4], {10: [2, 3], 11: [1]}),  # the oldest first, whatever their number
    ],
)
def test_late_ones_are_spread_over_the_coming_working_days(today: int, dues: list[int], plan: dict[int, list[int]]):
    assert plan_of(today, *dues) == plan


def test_the_plan_says_how_far_behind_and_when_level_again():
    late = [slot(number, 2, 4) for number in (1, 2, 3)]
    plan = catch_up(series(4, *late, slot(4, 4, 4)), CALENDAR)
    assert (plan.behind, plan.level_on) == (3, march(6))
    assert [(step.day, step.own) for step in plan.steps] == [(march(4), 1), (march(6), 0)]
    nothing = catch_up(series(4, slot(1, 6, 4)), CALENDAR)
    assert (nothing.behind, nothing.level_on, list(nothing.steps)) == (0, None, [])


def test_what_is_handed_in_takes_no_time_and_is_not_late():
    late = [slot(1, 2, 4), slot(2, 2, 4)]
    handed_in = [slot(3, 4, 4, state=State.SUBMITTED), slot(4, 3, 4, state=State.RETURNED)]
    plan = catch_up(series(4, *late, *handed_in), CALENDAR)
    assert [(step.day, len(step.slots)) for step in plan.steps] == [(march(4), 2)]


def test_more_time_makes_it_the_own_one_of_a_later_day():
    late, extended = [slot(number, 2, 4) for number in (1, 2)], slot(3, 2, 4, extended_to=4)
    plan = catch_up(series(4, *late, extended), CALENDAR)
    assert [(step.day, len(step.slots)) for step in plan.steps] == [(march(4), 1), (march(6), 1)]


def test_what_was_handed_in_before_its_day_is_ahead():
    assert catch_up(series(4, slot(1, 9, 4, state=State.SUBMITTED)), CALENDAR).ahead == 1
