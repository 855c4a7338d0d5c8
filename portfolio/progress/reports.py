"""Reports to take away: how hard modules are, what sticks with whom, and the reviewers' backlog and turnaround."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

from portfolio import clock
from portfolio.database import db
from portfolio.models import Cohort, Enrolment, ModuleProgress, Reflection, State, User
from portfolio.progress.backlog import Desk
from portfolio.progress.difficulty import Difficulty
from portfolio.progress.export import READ_AT_ONCE, about
from portfolio.progress.grid import Stuck
from portfolio.progress.plans import Plan
from portfolio.spreadsheets import Row, Sheet, Value
from portfolio.web.filters import word, words

NAMES = {
    Stuck.MISSING: lazy_gettext("Not submitted"),
    Stuck.WAITING: lazy_gettext("Awaiting review"),
    Stuck.RETURNED: lazy_gettext("Returned"),
}


def difficulty_headings() -> list[str]:
    """What stands above how hard the modules are."""
    return [
        gettext("Module"),
        gettext("Submitted"),
        gettext("Returned at least once"),
        gettext("Signed off"),
        gettext("Days until sign-off (middle)"),
    ]


def difficulty_lines(difficulties: list[Difficulty]) -> Iterator[Row]:
    """A line for each module; what comes from fewer than five trainees is left empty."""
    for one in difficulties:
        is_told, is_signed = one.return_rate is not None, one.median_days is not None
        yield [
            words(one.module.title),
            one.handed_in,
            one.returned if is_told else None,
            len(one.days) if is_signed else None,
            one.median_days,
        ]


def stuck_headings(where: Stuck) -> list[str]:
    """What stands above what sticks there."""
    since = {Stuck.WAITING: [gettext("The oldest promise")], Stuck.RETURNED: [gettext("Returned since")]}
    return [
        gettext("Name"),
        gettext("Group"),
        gettext("Unit"),
        gettext("Module"),
        str(NAMES[where]),
        *since.get(where, []),
    ]


def stuck_lines(trainees: sa.Select[Enrolment], cohort: Cohort, plan: Plan, where: Stuck) -> Iterator[Row]:
    """A line for each trainee and module in which something sticks there, read as they are wanted. One statement."""
    counts: dict[Stuck, sa.ColumnElement[int] | sa.SQLColumnExpression[int]] = {
        Stuck.MISSING: plan.missing(),
        Stuck.WAITING: ModuleProgress.waiting,
        Stuck.RETURNED: ModuleProgress.returned,
    }
    count, state = counts[where], State.RETURNED if where is Stuck.RETURNED else State.SUBMITTED
    here = (
        Reflection.enrolment_id == ModuleProgress.enrolment_id,
        Reflection.module_id == ModuleProgress.module_id,
        Reflection.state == state,
    )
    promised = sa.select(sa.func.min(Reflection.promised_on)).where(*here).scalar_subquery()
    decided = sa.func.min(Reflection.decided_at, type_=Reflection.decided_at.type)
    returned = sa.select(decided).where(*here).scalar_subquery()
    titles = {column.module.id: column.module.title for column in plan.columns}
    found = db.session.execute(
        trainees.with_only_columns(
            User.name, Enrolment.group, User.unit, ModuleProgress.module_id, count, promised, returned
        )
        .join(Enrolment.user)
        .join(ModuleProgress, ModuleProgress.enrolment_id == Enrolment.id)
        .outerjoin(plan.respites, plan.is_respite)
        .where(count > 0, ModuleProgress.module_id.in_(titles))
        .order_by(User.name, Enrolment.id, ModuleProgress.module_id),
        execution_options={"yield_per": READ_AT_ONCE},
    )
    for name, group, unit, module_id, number, promised_on, returned_at in found:
        line: list[Value] = [name, group, unit, words(titles[module_id]), number]
        if where is Stuck.WAITING:
            line.append(promised_on)
        elif where is Stuck.RETURNED:
            line.append(clock.day_in(returned_at, cohort.time_zone) if returned_at else None)
        yield line


def backlog_headings() -> list[str]:
    """What stands above the reviewers."""
    return [
        gettext("Name"),
        gettext("Role"),
        gettext("Waiting"),
        gettext("Later than promised"),
        gettext("The oldest promise"),
        gettext("Answers in the last thirty days"),
        gettext("Working days to answer (middle)"),
    ]


def backlog_lines(desks: list[Desk]) -> Iterator[Row]:
    """A line for each person and role, by name."""
    for desk in desks:
        yield [
            desk.user.addressed if desk.user else gettext("nobody"),
            word(desk.role),
            desk.waiting,
            desk.late,
            desk.oldest,
            len(desk.days),
            desk.median_days,
        ]


@dataclass(frozen=True)
class Report:
    """A table about a cohort on a day, with what it is called."""

    name: str
    cohort: Cohort
    plan: Plan
    headings: list[str]
    lines: Iterable[Row]

    @property
    def file_name(self) -> str:
        """What the file is called."""
        return f"{self.name} {self.cohort.name} {self.plan.today.isoformat()}"

    def one_table(self) -> Iterator[Row]:
        """A line that says what it is, the headings, and the lines."""
        yield [value for said in about(self.cohort, self.plan) for value in said[:2]]
        yield self.headings
        yield from self.lines

    def sheets(self) -> Iterator[Sheet]:
        """A sheet that says what it is, and one with the lines."""
        yield Sheet(gettext("About"), about(self.cohort, self.plan))
        yield Sheet(self.name, self.lines, self.headings)
