"""Reads for progress. A page of the grid costs the same for 3 trainees as for 1,300."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Agenda,
    Cohort,
    Enrolment,
    Module,
    ModuleProgress,
    Reflection,
    State,
    TrainingSession,
    User,
)
from portfolio.queries import Condition, Series, Slot

PAGE = 25


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


def organises(user: User, cohort: Cohort) -> bool:
    """Whether they organise this cohort."""
    asked = policy.organised_cohorts(user).where(Cohort.id == cohort.id).with_only_columns(Cohort.id)
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


class Order(Enum):
    """By what the grid is sorted."""

    GAP = "gap"
    NAME = "name"
    GROUP = "group"


@dataclass(frozen=True)
class Column:
    """A module in the grid."""

    module: Module
    expected: int  # by the end of today


@dataclass(frozen=True)
class Cell:
    """A trainee in a module."""

    progress: ModuleProgress
    expected: int
    overdue: int  # sessions whose day has passed

    @property
    def standing(self) -> Standing:
        """What to say of it first."""
        row = self.progress
        if row.completed_at is not None:
            return Standing.COMPLETE
        if row.returned:
            return Standing.RETURNED
        if row.submitted + row.excused < self.overdue:
            return Standing.LATE
        if row.waiting:
            return Standing.WAITING
        return Standing.BEGUN if row.submitted else Standing.UPCOMING


@dataclass(frozen=True)
class Row:
    """A trainee in the grid."""

    enrolment: Enrolment
    gap: int  # handed in or excused, less what was due before today
    cells: Sequence[Cell]
    last_submitted: datetime | None

    @property
    def complete(self) -> int:
        """How many modules are complete."""
        return sum(cell.standing is Standing.COMPLETE for cell in self.cells)


@dataclass(frozen=True)
class Totals:
    """The three places where things stick."""

    trainees: int
    missing: int
    missing_from: int  # how many trainees
    waiting: int
    overdue: int  # of those waiting, past their promise
    returned: int


@dataclass(frozen=True)
class Grid:
    """A page of a cohort's progress."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    sessions: int
    expected: int

    @property
    def first_open(self) -> int | None:
        """The first column in which somebody on this page is not complete."""
        for number in range(len(self.columns)):
            if any(row.cells[number].standing is not Standing.COMPLETE for row in self.rows):
                return number
        return None


def visible_trainees(user: User, cohort: Cohort) -> sa.Select[Enrolment]:
    """The trainees of a cohort whose progress a person may see."""
    return policy.visible_enrolments(user).where(
        Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None), Enrolment.user_id != user.id
    )


def _done(trainees: sa.Select[Enrolment]) -> sa.Subquery:
    """For each trainee, how many reflections they handed in or were excused from."""
    done = sa.func.coalesce(sa.func.sum(ModuleProgress.submitted + ModuleProgress.excused), 0).label("done")
    return (
        trainees.with_only_columns(Enrolment.id.label("enrolment_id"), done)
        .outerjoin(ModuleProgress, ModuleProgress.enrolment_id == Enrolment.id)
        .group_by(Enrolment.id)
        .subquery()
    )


def due_by_module(cohort: Cohort, today: date) -> list[tuple[Module, int, int, int]]:
    """Each module with how many reflections it expects in all, by the end of today, and before today."""
    slot = sa.and_(TrainingSession.is_expected, TrainingSession.retired_at.is_(None))

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((sa.and_(slot, *conditions), 1)))

    rows = db.session.execute(
        sa.select(Module, count(), count(TrainingSession.due_on <= today), count(TrainingSession.due_on < today))
        .join(Module.sessions)
        .where(Module.cohort_id == cohort.id)
        .group_by(Module.id)
        .having(count() > 0)
        .order_by(Module.position)
    )
    return [(module, in_all, by_today, before) for module, in_all, by_today, before in rows]


def totals(user: User, cohort: Cohort, *, today: date, overdue: int) -> Totals:
    """What sticks where, over all the trainees a person sees, in one statement; `overdue` is what was due before."""
    done = _done(visible_trainees(user, cohort))
    missing = sa.case((done.c.done < overdue, overdue - done.c.done), else_=0)
    seen = sa.select(done.c.enrolment_id)
    waiting = sa.and_(Reflection.state == State.SUBMITTED, Reflection.enrolment_id.in_(seen))

    def how_many(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).select_from(Reflection).where(*conditions).scalar_subquery()

    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(missing), 0),
            sa.func.count(sa.case((done.c.done < overdue, 1))),
            how_many(waiting),
            how_many(waiting, Reflection.promised_on < today),
            how_many(Reflection.state == State.RETURNED, Reflection.enrolment_id.in_(seen)),
        ).select_from(done)
    ).one()
    return Totals(*row)


def grid(
    user: User, cohort: Cohort, *, modules: Sequence[tuple[Module, int, int, int]], order: Order, page: int
) -> Grid:
    """A page of the grid, in three statements."""
    overdue = sum(before for _, _, _, before in modules)
    trainees = visible_trainees(user, cohort)
    done = _done(trainees)
    by = {
        Order.GAP: (done.c.done, User.name),
        Order.NAME: (User.name,),
        Order.GROUP: (Enrolment.group, User.name),
    }[order]
    enrolments = db.session.execute(
        trainees.add_columns(done.c.done)
        .join(Enrolment.user)
        .join(done, done.c.enrolment_id == Enrolment.id)
        .options(contains_eager(Enrolment.user), selectinload(Enrolment.progress))
        .order_by(*by, Enrolment.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    handed_in_at = db.session.execute(
        sa.select(Reflection.enrolment_id, sa.func.max(Reflection.submitted_at))
        .where(Reflection.enrolment_id.in_([enrolment.id for enrolment, _ in enrolments]))
        .group_by(Reflection.enrolment_id)
    )
    last = {enrolment_id: moment for enrolment_id, moment in handed_in_at}  # noqa: C416 - dict() takes it for a mapping
    rows = []
    for enrolment, handed_in in enrolments:
        progress = {row.module_id: row for row in enrolment.progress}
        cells = [
            Cell(progress[module.id], by_today, before)
            for module, _, by_today, before in modules
            if module.id in progress
        ]
        rows.append(Row(enrolment, handed_in - overdue, cells, last.get(enrolment.id)))
    return Grid(
        columns=[Column(module, by_today) for module, _, by_today, _ in modules],
        rows=rows,
        sessions=sum(in_all for _, in_all, _, _ in modules),
        expected=sum(by_today for _, _, by_today, _ in modules),
    )
