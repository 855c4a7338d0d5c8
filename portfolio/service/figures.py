"""How long writers wait, in working days: the figures, from moments; nothing here asks the database.

A wait begins when a text is handed in or passed on to the next step, and ends with the decision. It is counted as the
promise is: the working days after the day on which it began, up to and with the day on which it ended, in the cohort's
zone. So an answer on the same day took 0 days, and the weekend does not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import ceil
from statistics import median

from portfolio.clock import WorkCalendar, day_in

FEWEST = 5  # of anything: a figure of fewer tells of single people


@dataclass(frozen=True)
class Days:
    """How a cohort counts its days, and what it has promised."""

    calendar: WorkCalendar
    zone: str
    promised: int  # working days

    def between(self, since: datetime, until: datetime) -> int:
        """The working days from one moment to another."""
        return self.calendar.between(day_in(since, self.zone), day_in(until, self.zone))


@dataclass(frozen=True)
class Wait:
    """One text that waited, or waits, for one decision."""

    enrolment_id: int
    since: datetime
    decided_at: datetime | None = None
    reviewer_id: int | None = None
    answered_at: datetime | None = None  # when anything was first said of the text; for its first step only
    is_first: bool = True  # whether it was handed in, and not passed on


@dataclass(frozen=True)
class Spread:
    """Some numbers of days: how many, the middle one, and the one that nine in ten do not exceed."""

    count: int
    median: float
    ninetieth: int
    longest: int

    @classmethod
    def of(cls, days: Iterable[int]) -> "Spread | None":
        """Of these; nothing for none. The ninetieth is the smallest that at least nine in ten do not exceed."""
        ordered = sorted(days)
        if not ordered:
            return None
        rank = ceil(len(ordered) * 9 / 10)
        return cls(len(ordered), median(ordered), ordered[rank - 1], ordered[-1])


@dataclass(frozen=True)
class Figures:
    """What became of some waits, at one moment."""

    waits: Sequence[Wait]
    days: Days
    now: datetime

    @cached_property
    def to_decision(self) -> Spread | None:
        """How long decisions took."""
        return Spread.of(self.days.between(wait.since, wait.decided_at) for wait in self.waits if wait.decided_at)

    @cached_property
    def to_first_answer(self) -> Spread | None:
        """How long it took until a reviewer said anything of a text: a comment, or the decision."""
        return Spread.of(
            self.days.between(wait.since, wait.answered_at)
            for wait in self.waits
            if wait.is_first and wait.answered_at is not None
        )

    @cached_property
    def kept(self) -> int:
        """How many decisions came within the promise."""
        return sum(
            self.days.between(wait.since, wait.decided_at) <= self.days.promised
            for wait in self.waits
            if wait.decided_at
        )

    @cached_property
    def overdue(self) -> int:
        """How many wait still though the promised day is over."""
        return sum(
            self.days.between(wait.since, self.now) > self.days.promised for wait in self.waits if not wait.decided_at
        )

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return sum(wait.decided_at is None for wait in self.waits)

    @property
    def judged(self) -> int:
        """How many promises have been kept or broken: what waits beyond its day is broken, decided or not."""
        return sum(wait.decided_at is not None for wait in self.waits) + self.overdue

    @property
    def share(self) -> float | None:
        """Which part of the promises was kept; nothing while there are none to judge."""
        return self.kept / self.judged if self.judged else None

    @property
    def is_small(self) -> bool:
        """Whether there are too few to be shown to everybody."""
        return self.judged < FEWEST

    def by_trainee(self) -> dict[int, int]:
        """The longest wait of each trainee, decided or not, by their enrolment."""
        longest: dict[int, int] = {}
        for wait in self.waits:
            days = self.days.between(wait.since, wait.decided_at or self.now)
            longest[wait.enrolment_id] = max(days, longest.get(wait.enrolment_id, 0))
        return longest

    def of_reviewer(self, reviewer_id: int) -> "Figures":
        """Those that one person decided."""
        return Figures([wait for wait in self.waits if wait.reviewer_id == reviewer_id], self.days, self.now)
