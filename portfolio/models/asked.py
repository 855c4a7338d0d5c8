"""What a module asks for: a rule as a value, and what is kept of each reflection to judge it by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Self

from portfolio.models.state import State

LEAST_SHARE, WHOLE_SHARE = 1, 100


class Basis(Enum):
    """What makes a reflection count towards its module."""

    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    ACCEPTED = "accepted"


COUNTING: dict[Basis, frozenset[State]] = {
    Basis.SUBMITTED: frozenset({State.SUBMITTED, State.RETURNED, State.ACCEPTED}),
    Basis.REVIEWED: frozenset({State.RETURNED, State.ACCEPTED}),
    Basis.ACCEPTED: frozenset({State.ACCEPTED}),
}


@dataclass(frozen=True)
class Mark:
    """What is kept of a reflection that was handed in.

    `handed_in_on` is the day on which it was first handed in, in the zone of the cohort, and not withdrawn since;
    `due_on` the day by which its writer had to, with the time that was given to them alone; `level` the mean of what
    the reviewer chose who accepted it, by the weights of the rubric, if they chose any.
    """

    state: State
    handed_in_on: date
    due_on: date
    level: float | None = None

    @property
    def is_on_time(self) -> bool:
        """Whether it was first handed in by its day."""
        return self.handed_in_on <= self.due_on

    @property
    def kept(self) -> list[str | float | None]:
        """As it is stored."""
        return [self.state.value, self.handed_in_on.isoformat(), self.due_on.isoformat(), self.level]

    @classmethod
    def read(cls, kept: list[str | float | None]) -> Self:
        """As it was stored."""
        state, handed_in_on, due_on, level = kept
        return cls(
            State(state),
            date.fromisoformat(str(handed_in_on)),
            date.fromisoformat(str(due_on)),
            None if level is None else float(level),
        )


@dataclass(frozen=True)
class Rule:
    """What makes a module complete. Whoever is excused from some of its reflections owes so many fewer.

    `required` reflections must count. One counts by its state (`basis`), and where there is a `min_level` if whoever
    accepted it gave it at least that. Of those that count, at least `on_time` percent were first handed in by their
    day. And the module of `prerequisite_id` is complete; nothing keeps anybody from writing meanwhile.
    """

    required: int
    basis: Basis
    min_level: float | None = None
    on_time: int | None = None
    prerequisite_id: int | None = None

    @property
    def has_conditions(self) -> bool:
        """Whether it asks for more than a number."""
        return (self.min_level, self.on_time, self.prerequisite_id) != (None, None, None)

    def is_reached_by(self, mark: Mark) -> bool:
        """Whether a reflection counts."""
        if mark.state not in COUNTING[self.basis]:
            return False
        return self.min_level is None or (mark.level is not None and mark.level >= self.min_level)

    def of_those_on_time(self, marks: Iterable[Mark]) -> tuple[int, int]:
        """How many of those that count were on time, and how many count."""
        counting = [mark for mark in marks if self.is_reached_by(mark)]
        return sum(mark.is_on_time for mark in counting), len(counting)

    def is_timely(self, on_time: int, of: int) -> bool:
        """Whether so many on time are enough; of none, none has to be."""
        return self.on_time is None or on_time * WHOLE_SHARE >= self.on_time * of
