"""Reads for the progress of one trainee; that of a whole cohort is in grid.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Self

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Agenda,
    Cohort,
    Enrolment,
    Mentorship,
    Module,
    ModuleProgress,
    Reflection,
    Rule,
    State,
    User,
)
from portfolio.series import Condition, Series, Slot


class Standing(Enum):
    """Where a trainee stands in a module today, the most pressing first."""

    COMPLETE = "complete"
    RETURNED = "returned"
    LATE = "late"
    WAITING = "waiting"
    BEGUN = "begun"
    UPCOMING = "upcoming"
    NOTHING = "nothing"


# What is still to be handed in.
TO_COME = (Condition.OPEN, Condition.DRAFT, Condition.UPCOMING)


@dataclass(frozen=True)
class Conditions:
    """How a trainee stands by a rule that asks for a level, or for what is on time."""

    counting: int
    on_time: int  # of those that count
    unlevelled: int  # accepted, and no level was given
    below: int  # accepted, at a lower level
    is_timely: bool  # enough of those that count were on time
    is_out_of_reach: bool  # that, unless somebody gives more time afterwards or excuses them

    @classmethod
    def of(cls, rule: Rule, progress: ModuleProgress, open_ones: int, overdue: int) -> Self:
        """`open_ones` may still be handed in by their day, those `overdue` may not."""
        marks = progress.marks.values()
        on_time, counting = rule.of_those_on_time(marks)
        accepted = [mark for mark in marks if mark.state is State.ACCEPTED] if rule.min_level is not None else []
        unlevelled = sum(mark.level is None for mark in accepted)
        # At best all that is not decided yet counts, and all that may still come in comes in on time; what is overdue
        # is handed in only if there are not enough without it.
        coming = [mark for mark in marks if mark.state is not State.ACCEPTED or rule.is_reached_by(mark)]
        best = sum(mark.is_on_time for mark in coming) + open_ones
        late = len(coming) + open_ones - best
        late += min(overdue, max(0, progress.required - len(coming) - open_ones))
        return cls(
            counting=counting,
            on_time=on_time,
            unlevelled=unlevelled,
            below=len(accepted) - unlevelled - counting,
            is_timely=rule.is_timely(on_time, counting),
            is_out_of_reach=not rule.is_timely(best, best + late),
        )


@dataclass(frozen=True)
class Card:
    """A module on a trainee's page."""

    module: Module
    progress: ModuleProgress
    slots: Sequence[Slot]
    before: ModuleProgress | None = None  # that in the module which its rule wants complete first

    def having(self, *conditions: Condition) -> list[Slot]:
        """The module's slots in one of these conditions."""
        return [slot for slot in self.slots if slot.condition in conditions]

    @property
    def expected(self) -> int:
        """How many are expected by the end of today."""
        return sum(slot.is_expected for slot in self.slots)

    @property
    def standing(self) -> Standing:
        """What to say of the module first."""
        if not self.slots:
            return Standing.NOTHING
        if self.progress.completed_at is not None:
            return Standing.COMPLETE
        if self.having(Condition.RETURNED):
            return Standing.RETURNED
        if self.having(Condition.LATE):
            return Standing.LATE
        if self.having(Condition.WAITING):
            return Standing.WAITING
        begun = self.having(Condition.OPEN, Condition.DRAFT, Condition.ACCEPTED)
        return Standing.BEGUN if begun else Standing.UPCOMING

    @property
    def conditions(self) -> Conditions | None:
        """How the rule stands, where it asks for more than a number."""
        if not self.module.rule.has_conditions:
            return None
        open_ones, overdue = len(self.having(*TO_COME)), len(self.having(Condition.LATE))
        return Conditions.of(self.module.rule, self.progress, open_ones, overdue)

    @property
    def waits_for(self) -> Module | None:
        """The module which is to be complete first, and is not."""
        return self.before.module if self.before and self.before.completed_at is None else None

    @property
    def is_pressing(self) -> bool:
        """Whether there is something to say or to do about it."""
        return self.standing not in (Standing.COMPLETE, Standing.UPCOMING)

    @property
    def is_to_write(self) -> bool:
        """Whether its trainee can write something about it now that it lacks."""
        lacking = self.having(Condition.RETURNED, Condition.LATE, Condition.OPEN, Condition.DRAFT)
        return self.is_pressing and bool(lacking)

    @property
    def oldest_waiting(self) -> Reflection | None:
        """What has waited longest for a reviewer."""
        waiting = [slot.reflection for slot in self.having(Condition.WAITING) if slot.reflection]
        return min(waiting, key=lambda reflection: reflection.waiting_since or reflection.created_at, default=None)


def own_enrolments(user: User) -> sa.Select[Enrolment]:
    """The cohorts a person is a trainee in, the newest first."""
    return (
        sa.select(Enrolment)
        .where(Enrolment.user_id == user.id, Enrolment.withdrawn_at.is_(None))
        .order_by(Enrolment.cohort_id.desc())
    )


def cohorts_of(user: User) -> Sequence[Cohort]:
    """The cohorts whose grid a person may see, the newest first."""
    return db.session.scalars(policy.visible_cohorts(user).order_by(Cohort.id.desc())).all()


def with_cohort(enrolments: sa.Select[Enrolment]) -> sa.Select[Enrolment]:
    """Enrolments with the trainee, those who guide them, and the cohort and its calendar."""
    return enrolments.options(
        joinedload(Enrolment.user),
        joinedload(Enrolment.cohort).selectinload(Cohort.holidays),
        joinedload(Enrolment.mentorships).joinedload(Mentorship.user),  # few: not worth a statement of their own
    )


def may_judge(user: User, enrolment: Enrolment) -> tuple[bool, bool]:
    """Whether they may say that somebody is too close to this trainee, and whether they may excuse the trainee and give
    them more time. One statement."""
    may_declare, may_excuse = (
        sa.exists(enrolments.where(Enrolment.id == enrolment.id).with_only_columns(Enrolment.id))
        for enrolments in (policy.enrolments_to_judge(user), policy.enrolments_to_excuse(user))
    )
    declares, excuses = db.session.execute(sa.select(may_declare, may_excuse)).one()
    return declares, excuses


def cards(series: Series) -> list[tuple[Agenda, list[Card]]]:
    """A trainee's modules by agenda; those that expect nothing are left out."""
    there = db.session.scalars(
        sa.select(ModuleProgress)
        .join(ModuleProgress.module)
        .join(Module.agenda)
        .where(ModuleProgress.enrolment_id == series.enrolment.id)
        .options(contains_eager(ModuleProgress.module).contains_eager(Module.agenda))
        .order_by(Module.position)
    )
    found: dict[Agenda, list[Card]] = {}
    rows = {progress.module_id: progress for progress in there}
    for progress in rows.values():
        slots = [slot for slot in series.slots if slot.session.module_id == progress.module_id]
        if slots:
            before = rows.get(progress.module.prerequisite_id or 0)
            card = Card(progress.module, progress, slots, before)
            found.setdefault(progress.module.agenda, []).append(card)
    return list(found.items())
