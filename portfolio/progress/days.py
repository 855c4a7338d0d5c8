"""The days of a programme: months of weeks, each reflection on the day by which it is to be handed in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portfolio.series import Slot

WEEK = 7


@dataclass(frozen=True)
class Day:
    """One day, with what is due on it."""

    date: date
    slots: Sequence[Slot]
    holiday: str | None  # its name, which may be empty; None on any other day
    is_weekend: bool
    is_today: bool

    @property
    def is_off(self) -> bool:
        """Whether nobody works."""
        return self.is_weekend or self.holiday is not None

    @property
    def says_something(self) -> bool:
        """Whether it is worth a line in a list of days."""
        return bool(self.slots) or self.is_today or self.holiday is not None


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday to Sunday; where another month has the day there is none."""

    first: date
    weeks: Sequence[Sequence[Day | None]]

    def holds(self, day: date) -> bool:
        """Whether the day is one of this month."""
        return day.replace(day=1) == self.first

    def is_before(self, day: date) -> bool:
        """Whether it is over by this day."""
        return self.first < day.replace(day=1)

    def before(self, today: date) -> list[Slot]:
        """What was due on the days of this month that are over; nothing where it is another month than today's."""
        if not self.holds(today):
            return []
        return [slot for week in self.weeks for day in week if day and day.date < today for slot in day.slots]


def months(slots: Iterable[Slot], *, weekend: Iterable[int], holidays: Mapping[date, str], today: date) -> list[Month]:
    """The months from the first day on which something is due to the last, without gaps."""
    due: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        due[slot.due_on].append(slot)
    if not due:
        return []
    off = frozenset(weekend)

    def told(day: date) -> Day:
        return Day(day, due.get(day, []), holidays.get(day), day.weekday() in off, day == today)

    found, first, last = [], min(due).replace(day=1), max(due)
    while first <= last:
        following = (first + timedelta(days=31)).replace(day=1)
        days: list[Day | None] = [None] * first.weekday()
        days += [told(first + timedelta(days=n)) for n in range((following - first).days)]
        days += [None] * (-len(days) % WEEK)
        found.append(Month(first, [days[n : n + WEEK] for n in range(0, len(days), WEEK)]))
        first = following
    return found
