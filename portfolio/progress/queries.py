"""Reads for the progress of one trainee; that of a whole cohort is in grid.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Agenda,
    Cohort,
    Enrolment,
    Module,
    ModuleProgress,
    Reflection,
    User,
)
from portfolio.queries import Condition, Series, Slot


class Standing(Enum):
    """Where a trainee stands in a module today, the most pressing first."""

    COMPLETE = "complete"
    RETURNED = "returned"
    LATE = "late"
    WAITING = "waiting"
    BEGUN = "begun"
    UPCOMING = "upcoming"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Card:
    """A module on a trainee's page."""

    module: Module
    progress: ModuleProgress
    slots: Sequence[Slot]

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
    def is_pressing(self) -> bool:
        """Whether there is something to say or to do about it."""
        return self.standing not in (Standing.COMPLETE, Standing.UPCOMING)

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
    """Enrolments with the trainee, and with the cohort and its calendar."""
    return enrolments.options(joinedload(Enrolment.user), joinedload(Enrolment.cohort).selectinload(Cohort.holidays))


def may_declare(user: User, enrolment: Enrolment) -> bool:
    """Whether they may say that somebody is too close to this trainee to judge them."""
    asked = policy.enrolments_to_judge(user).where(Enrolment.id == enrolment.id).with_only_columns(Enrolment.id)
    return db.session.scalar(asked) is not None


def cards(series: Series) -> list[tuple[Agenda, list[Card]]]:
    """A trainee's modules by agenda; those that expect nothing are left out."""
    rows = db.session.scalars(
        sa.select(ModuleProgress)
        .join(ModuleProgress.module)
        .join(Module.agenda)
        .where(ModuleProgress.enrolment_id == series.enrolment.id)
        .options(contains_eager(ModuleProgress.module).contains_eager(Module.agenda))
        .order_by(Module.position)
    )
    found: dict[Agenda, list[Card]] = {}
    for progress in rows:
        slots = [slot for slot in series.slots if slot.session.module_id == progress.module_id]
        if slots:
            card = Card(progress.module, progress, slots)
            found.setdefault(progress.module.agenda, []).append(card)
    return list(found.items())
