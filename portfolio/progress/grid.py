"""Reads for the grid of a cohort: trainees and modules. A page of it costs the same for 3 trainees as for 1,300."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Cohort,
    Enrolment,
    Module,
    ModuleProgress,
    Reflection,
    State,
    User,
)
from portfolio.progress.plans import Column, Order, Plan
from portfolio.progress.queries import Standing

PAGE = 25


class Stuck(Enum):
    """The three places where things stick."""

    MISSING = "missing"
    WAITING = "waiting"
    RETURNED = "returned"


@dataclass(frozen=True)
class Counts:
    """What a row of ModuleProgress says, read without making one of it."""

    submitted: int
    waiting: int
    returned: int
    accepted: int
    excused: int
    completed_at: datetime | None


COUNTS = (
    ModuleProgress.submitted,
    ModuleProgress.waiting,
    ModuleProgress.returned,
    ModuleProgress.accepted,
    ModuleProgress.excused,
    ModuleProgress.completed_at,
)


@dataclass(frozen=True)
class Cell:
    """A trainee in a module."""

    column: Column
    counts: Counts
    overdue: int  # how many were due before today

    @property
    def required(self) -> int:
        """How many are asked for; what is excused is not."""
        return max(self.column.module.required - self.counts.excused, 0)

    @property
    def missing(self) -> int:
        """How many are past their day."""
        return max(-self.gap, 0)

    @property
    def gap(self) -> int:
        """How many were handed in or excused, less what was due before today."""
        return self.counts.submitted + self.counts.excused - self.overdue

    @property
    def standing(self) -> Standing:
        """What to say of it first."""
        row = self.counts
        if row.completed_at is not None:
            return Standing.COMPLETE
        if row.returned:
            return Standing.RETURNED
        if self.missing:
            return Standing.LATE
        if row.waiting:
            return Standing.WAITING
        return Standing.BEGUN if row.submitted else Standing.UPCOMING


@dataclass(frozen=True)
class Row:
    """A trainee in the grid."""

    enrolment: Enrolment
    cells: Mapping[int, Cell]  # by the module's id, in the order of the columns
    last_submitted: datetime | None

    @property
    def gap(self) -> int:
        """How many were handed in or excused, less what was due before today."""
        return sum(cell.gap for cell in self.cells.values())

    @property
    def complete(self) -> int:
        """How many modules are complete."""
        return sum(cell.standing is Standing.COMPLETE for cell in self.cells.values())

    @property
    def missing(self) -> int:
        """How many are past their day."""
        return sum(cell.missing for cell in self.cells.values())


@dataclass(frozen=True)
class Totals:
    """How many trainees, and what sticks where; `…_from` is from how many of them."""

    trainees: int
    missing: int
    missing_from: int
    waiting: int
    waiting_from: int
    returned: int
    returned_from: int
    late: int  # of those waiting, past their promise

    def stuck(self, where: Stuck) -> int:
        """How many trainees have something that sticks there."""
        return int(getattr(self, f"{where.value}_from"))


def first_open(plan: Plan, rows: Sequence[Row]) -> Module | None:
    """Where the grid opens: at the first module in which somebody on this page is late, else at the one of today."""
    late = {module_id for row in rows for module_id, cell in row.cells.items() if cell.missing}
    wanted = [column for column in plan.columns if column.module.id in late]
    today = [column for column in plan.columns if column.before < column.in_all]
    return next((column.module for column in wanted or today), None)


def standing_of(user: User, cohort: Cohort) -> tuple[bool, bool]:
    """Whether they organise this cohort, and whether they see all of its trainees."""
    organised, overseen = (
        sa.exists(cohorts.where(Cohort.id == cohort.id).with_only_columns(Cohort.id))
        for cohorts in (policy.organised_cohorts(user), policy.overseen_cohorts(user))
    )
    is_organiser, oversees = db.session.execute(sa.select(organised, overseen)).one()
    return is_organiser, oversees


def visible_trainees(user: User, cohort: Cohort, group: str | None = None) -> sa.Select[Enrolment]:
    """The trainees of a cohort whose progress a person may see; those of one group, if one is named."""
    trainees = policy.visible_enrolments(user).where(
        Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None), Enrolment.user_id != user.id
    )
    return trainees if group is None else trainees.where(Enrolment.group == group)


def groups(user: User, cohort: Cohort) -> Sequence[str]:
    """The names of the groups that these trainees are in."""
    named = visible_trainees(user, cohort).where(Enrolment.group != "")
    return db.session.scalars(named.with_only_columns(Enrolment.group).distinct().order_by(Enrolment.group)).all()


def _sums(trainees: sa.Select[Enrolment], plan: Plan) -> sa.Subquery:
    """For each trainee, how much they did, and how much sticks where."""

    def total(what: sa.ColumnElement[int] | sa.SQLColumnExpression[int], name: str) -> sa.Label[int]:
        return sa.func.coalesce(sa.func.sum(what), 0).label(name)

    return (
        trainees.with_only_columns(
            Enrolment.id.label("enrolment_id"),
            total(ModuleProgress.submitted + ModuleProgress.excused - plan.overdue(), "gap"),
            total(plan.missing(), Stuck.MISSING.value),
            total(ModuleProgress.waiting, Stuck.WAITING.value),
            total(ModuleProgress.returned, Stuck.RETURNED.value),
        )
        .outerjoin(ModuleProgress, ModuleProgress.enrolment_id == Enrolment.id)
        .outerjoin(plan.respites, plan.is_respite)
        .group_by(Enrolment.id)
        .subquery()
    )


def totals(trainees: sa.Select[Enrolment], plan: Plan) -> Totals:
    """What sticks where, over all these trainees. One statement."""
    sums = _sums(trainees, plan)
    each = [
        expression
        for column in (sums.c.missing, sums.c.waiting, sums.c.returned)
        for expression in (
            sa.func.coalesce(sa.func.sum(column), 0),
            sa.func.count(sa.case((column > 0, 1))),
        )
    ]
    late = (
        sa.select(sa.func.count())
        .select_from(Reflection)
        .where(
            Reflection.state == State.SUBMITTED,
            Reflection.promised_on < plan.today,
            Reflection.enrolment_id.in_(trainees.with_only_columns(Enrolment.id)),
        )
    )
    row = db.session.execute(sa.select(sa.func.count(), *each, late.scalar_subquery()).select_from(sums)).one()
    return Totals(*map(int, row))


def last_submitted() -> sa.ScalarSelect[datetime | None]:
    """When a trainee last handed something in."""
    when = sa.func.max(Reflection.submitted_at, type_=Reflection.submitted_at.type)
    return sa.select(when).where(Reflection.enrolment_id == Enrolment.id).correlate(Enrolment).scalar_subquery()


def rows(
    trainees: sa.Select[Enrolment], plan: Plan, *, order: Order | Module, page: int, stuck: Stuck | None = None
) -> list[Row]:
    """A page of the grid, or of those with whom something sticks: the most pressing first. Two statements."""
    query = (
        trainees.add_columns(last_submitted())
        .join(Enrolment.user)
        .options(contains_eager(Enrolment.user))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    if stuck is not None or order is Order.GAP:  # the others need no sums, and are spared them
        sums = _sums(trainees, plan)
        query = query.join(sums, sums.c.enrolment_id == Enrolment.id)
        if stuck is not None:
            query = query.where(sums.c[stuck.value] > 0).order_by(*_most_pressing(stuck, sums))
        else:
            query = query.order_by(sums.c.gap)
    elif isinstance(order, Module):
        here = aliased(ModuleProgress)
        query = query.outerjoin(here, sa.and_(here.enrolment_id == Enrolment.id, here.module_id == order.id))
        query = query.order_by(here.submitted + here.excused, here.accepted)
    elif order is Order.GROUP:
        query = query.order_by(Enrolment.group)
    found = db.session.execute(query.order_by(User.name, Enrolment.id)).all()
    cells = _cells([enrolment.id for enrolment, _ in found], plan)
    return [Row(enrolment, cells.get(enrolment.id, {}), last) for enrolment, last in found]


def _most_pressing(stuck: Stuck, sums: sa.Subquery) -> Sequence[sa.ColumnElement[object]]:
    """Who lacks most, waits for the oldest promise, or has had something back for longest."""
    most = sums.c[stuck.value].desc()
    if stuck is Stuck.MISSING:
        return [most]
    state, since = (
        (State.SUBMITTED, sa.func.min(Reflection.promised_on))
        if stuck is Stuck.WAITING
        else (State.RETURNED, sa.func.min(Reflection.decided_at))
    )
    theirs = sa.select(since).where(Reflection.enrolment_id == Enrolment.id, Reflection.state == state)
    return [theirs.correlate(Enrolment).scalar_subquery(), most]


def _cells(enrolment_ids: Sequence[int], plan: Plan) -> dict[int, dict[int, Cell]]:
    """The cells of these trainees. One statement."""
    there = {}
    for row in db.session.execute(
        sa.select(ModuleProgress.enrolment_id, ModuleProgress.module_id, plan.overdue(), *COUNTS)
        .outerjoin(plan.respites, plan.is_respite)
        .where(ModuleProgress.enrolment_id.in_(enrolment_ids))
    ):
        there[row[0], row[1]] = Counts(*row[3:]), row[2]
    return {
        enrolment_id: {
            column.module.id: Cell(column, *there[enrolment_id, column.module.id])
            for column in plan.columns
            if (enrolment_id, column.module.id) in there
        }
        for enrolment_id in enrolment_ids
    }
