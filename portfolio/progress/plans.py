"""What the modules of a cohort expect by a day, of all and of those who have more time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

import sqlalchemy as sa

from portfolio.database import db
from portfolio.models import (
    Cohort,
    Extension,
    Module,
    ModuleProgress,
    Reflection,
    State,
    TrainingSession,
)

BY_MODULE = "module."  # before the short name of the module by which the grid is sorted


class Order(Enum):
    """By what the grid is sorted."""

    GAP = "gap"
    NAME = "name"
    GROUP = "group"


@dataclass(frozen=True)
class Column:
    """A module in the grid, with how many reflections it expects of everybody."""

    module: Module
    in_all: int
    by_today: int  # by the end of today
    before: int  # before today


@dataclass(frozen=True)
class Plan:
    """What a cohort's modules expect by a day."""

    columns: Sequence[Column]
    today: date
    respites: sa.Subquery  # by enrolment and module, how much of that some may still hand in

    @property
    def sessions(self) -> int:
        """How many reflections are expected of everybody in all."""
        return sum(column.in_all for column in self.columns)

    @property
    def expected(self) -> int:
        """How many are expected by the end of today."""
        return sum(column.by_today for column in self.columns)

    def overdue(self) -> sa.ColumnElement[int]:
        """How many reflections a row of ModuleProgress was to hold before today: what is due is decided here alone.

        A complete module was to hold no more than it does: what is left of it is not needed any more. Needs the
        respites joined, as `is_respite` says.
        """
        due = {column.module.id: column.before for column in self.columns if column.before} or {0: 0}
        respite = sa.func.coalesce(self.respites.c.number, 0)
        by_the_plan = sa.case(due, value=ModuleProgress.module_id, else_=0) - respite
        done = ModuleProgress.submitted + ModuleProgress.excused
        spared = sa.and_(ModuleProgress.completed_at.is_not(None), by_the_plan > done)
        return sa.case((spared, done), else_=by_the_plan)

    @property
    def is_respite(self) -> sa.ColumnElement[bool]:
        """The one, if any, of a row of ModuleProgress."""
        return sa.and_(
            self.respites.c.enrolment_id == ModuleProgress.enrolment_id,
            self.respites.c.module_id == ModuleProgress.module_id,
        )

    def missing(self) -> sa.ColumnElement[int]:
        """How many of those are neither handed in nor excused."""
        lacking = self.overdue() - ModuleProgress.submitted - ModuleProgress.excused
        return sa.case((lacking > 0, lacking), else_=0)

    def sorted_by(self, wish: str) -> Order | Module:
        """What somebody asks the grid to be sorted by; by the gap, if there is no such thing."""
        modules = {f"{BY_MODULE}{column.module.slug}": column.module for column in self.columns}
        orders = {order.value: order for order in Order}
        return modules.get(wish) or orders.get(wish, Order.GAP)


def plan(cohort: Cohort, today: date) -> Plan:
    """What the cohort's modules expect; those that expect nothing are left out. One statement."""
    slot = sa.and_(TrainingSession.is_expected, TrainingSession.retired_at.is_(None))

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((sa.and_(slot, *conditions), 1)))

    found = db.session.execute(
        sa.select(Module, count(), count(TrainingSession.due_on <= today), count(TrainingSession.due_on < today))
        .join(Module.sessions)
        .where(Module.cohort_id == cohort.id)
        .group_by(Module.id)
        .having(count() > 0)
        .order_by(Module.position)
    )
    return Plan([Column(*row) for row in found], today, respites(cohort, today))


def respites(cohort: Cohort, today: date) -> sa.Subquery:
    """How many reflections that are past the day of all may still be handed in, by enrolment and module: they have
    more time, and have not handed in yet. Those who have none are left out.

    What was handed in or excused about a session that was retired is taken off: it was due when it was done, or it
    would pass for another one, which is late.
    """
    handed_in = sa.exists().where(
        Reflection.enrolment_id == Extension.enrolment_id,
        Reflection.training_session_id == Extension.training_session_id,
        Reflection.state != State.DRAFT,
    )
    later = (
        sa.select(
            Extension.enrolment_id.label("enrolment_id"), TrainingSession.module_id.label("module_id"),
            sa.literal(1).label("one"),
        )
        .join(Extension.session)
        .where(
            Extension.cohort_id == cohort.id,
            Extension.ended_at.is_(None),
            Extension.due_on >= today,
            TrainingSession.due_on < today,
            TrainingSession.is_expected,
            TrainingSession.retired_at.is_(None),
            ~handed_in,
        )
    )  # fmt: skip
    about_retired = (
        sa.select(Reflection.enrolment_id, Reflection.module_id, sa.literal(-1))
        .join(Reflection.session)
        .where(
            TrainingSession.cohort_id == cohort.id,  # so that a database begins with these few, not with all texts
            Reflection.state != State.DRAFT,
            TrainingSession.is_expected,
            TrainingSession.retired_at.is_not(None),
        )
    )
    each = sa.union_all(later, about_retired).subquery()
    by_module = each.c.enrolment_id, each.c.module_id
    return sa.select(*by_module, sa.func.sum(each.c.one).label("number")).group_by(*by_module).subquery()
