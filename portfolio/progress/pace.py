"""Pace: which late reflections to write on which of the coming days, until a trainee is level with the plan again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portfolio.clock import WorkCalendar
from portfolio.series import TO_WRITE, Condition, Series, Slot

A_DAY = 2  # late ones, on a day with nothing else to write
BESIDE_OTHERS = 1  # late ones, on a day that has a session of its own


@dataclass(frozen=True)
class Step:
    """What to catch up with on one day, besides what is due that day anyway."""

    day: date
    slots: Sequence[Slot]
    own: int  # how many are to be written that day anyway


@dataclass(frozen=True)
class Plan:
    """How far behind, and the way back; with nothing to catch up with there are no steps."""

    behind: int
    ahead: int
    steps: Sequence[Step]

    @property
    def level_on(self) -> date | None:
        """The day at the end of which nothing is late any more."""
        return self.steps[-1].day if self.steps else None


def catch_up(series: Series, calendar: WorkCalendar) -> Plan:
    """Two late ones a day at most, the oldest first, one where the day has a session of its own. Working days only."""
    late = sorted(series.having(Condition.LATE), key=lambda slot: (slot.due_on, slot.session.position))
    own = Counter(slot.due_on for slot in series.slots if slot.condition in TO_WRITE | {Condition.UPCOMING})
    steps: list[Step] = []
    day, left = calendar.nth(series.today, 1), late
    while left:
        room = BESIDE_OTHERS if own[day] else A_DAY
        steps.append(Step(day, left[:room], own[day]))
        left, day = left[room:], calendar.after(day, 1)
    return Plan(len(late), series.ahead, steps)
