"""The grid to take away: a line for each trainee, in the language of the reader, as many as there are."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

from portfolio import clock
from portfolio.database import db
from portfolio.models import Cohort, Enrolment, ModuleProgress, Reflection, User
from portfolio.progress.grid import COUNTS, Cell, Counts
from portfolio.progress.plans import Plan
from portfolio.progress.queries import Standing
from portfolio.spreadsheets import Row, Sheet, Value
from portfolio.web.filters import day, words

READ_AT_ONCE = 2_000  # rows of the database
WORDS = {
    Standing.COMPLETE: lazy_gettext("complete"),
    Standing.RETURNED: lazy_gettext("needs revision"),
    Standing.LATE: lazy_gettext("late"),
    Standing.WAITING: lazy_gettext("awaiting review"),
    Standing.BEGUN: lazy_gettext("in progress"),
    Standing.UPCOMING: lazy_gettext("not yet open"),
    Standing.NOTHING: "",
}
SIGNS = (Standing.COMPLETE, Standing.WAITING, Standing.RETURNED, Standing.LATE)  # those that have one in the grid


def about(cohort: Cohort, plan: Plan) -> list[Row]:
    """Of which cohort it is, of which day, and how to read it."""
    return [
        (gettext("Cohort"), cohort.name),
        (gettext("Day"), plan.today, day(plan.today)),
        (gettext("Time zone"), cohort.time_zone),
        (gettext("Reflections expected by today"), plan.expected),
        (gettext("Reflections expected in all"), plan.sessions),
    ]


def headings(plan: Plan) -> list[str]:
    """What stands above each column."""
    of_each = [gettext("submitted"), gettext("signed off"), gettext("asked for"), gettext("state")]
    return [
        gettext("Name"),
        gettext("Group"),
        gettext("Unit"),
        gettext("Modules complete"),
        gettext("Submitted"),
        gettext("Signed off"),
        gettext("Asked for"),
        gettext("Excused"),
        gettext("Awaiting review"),
        gettext("Returned"),
        gettext("Not submitted though due"),
        gettext("Ahead of the plan (behind it, if negative)"),
        gettext("Last submitted"),
        *(f"{words(column.module.title)}: {what}" for column in plan.columns for what in of_each),
    ]


def lines(trainees: sa.Select[Enrolment], cohort: Cohort, plan: Plan) -> Iterator[Row]:
    """A line for each of these trainees by name, read as they are wanted. One statement, however many."""
    named = {standing: str(said) for standing, said in WORDS.items()}
    handed_in = (
        sa.select(
            Reflection.enrolment_id,
            sa.func.max(Reflection.submitted_at, type_=Reflection.submitted_at.type).label("last"),
        )
        .where(Reflection.cohort_id == cohort.id)
        .group_by(Reflection.enrolment_id)
        .subquery()
    )
    found = db.session.execute(
        trainees.with_only_columns(
            Enrolment.id.label("enrolment_id"),
            User.name,
            Enrolment.group,
            User.unit,
            handed_in.c.last,
            ModuleProgress.module_id,
            plan.overdue(),
            *COUNTS,
        )
        .join(Enrolment.user)
        .outerjoin(ModuleProgress, ModuleProgress.enrolment_id == Enrolment.id)
        .outerjoin(plan.respites, plan.is_respite)
        .outerjoin(handed_in, handed_in.c.enrolment_id == Enrolment.id)
        .order_by(User.name, Enrolment.id),
        execution_options={"yield_per": READ_AT_ONCE},
    )
    for (_, name, group, unit, last), theirs in groupby(found, key=lambda row: tuple(row[:5])):
        known = {module_id: (Counts(*counts), overdue) for _, _, _, _, _, module_id, overdue, *counts in theirs}
        cells = [
            Cell(column, *known[column.module.id]) if column.module.id in known else None for column in plan.columns
        ]
        yield [name, group, unit, *_figures(cells, last, cohort.time_zone, named)]


def _figures(
    cells: list[Cell | None], last: datetime | None, time_zone: str, named: dict[Standing, str]
) -> Iterator[Value]:
    there = [(cell, cell.counts, cell.standing) for cell in cells if cell is not None]
    yield sum(standing is Standing.COMPLETE for _, _, standing in there)
    yield sum(counts.submitted for _, counts, _ in there)
    yield sum(counts.accepted for _, counts, _ in there)
    yield sum(cell.required for cell, _, _ in there)
    yield sum(counts.excused for _, counts, _ in there)
    yield sum(counts.waiting for _, counts, _ in there)
    yield sum(counts.returned for _, counts, _ in there)
    yield sum(cell.missing for cell, _, _ in there)
    yield sum(cell.gap for cell, _, _ in there)
    yield clock.day_in(last, time_zone) if last else None
    for cell in cells:
        if cell is None:
            yield from (None, None, None, None)
        else:
            yield from (cell.counts.submitted, cell.counts.accepted, cell.required, named[cell.standing])


def one_table(trainees: sa.Select[Enrolment], cohort: Cohort, plan: Plan) -> Iterator[Row]:
    """All of it one below the other: a line that says what it is, the headings, a line for each trainee."""
    yield [value for said in about(cohort, plan) for value in said[:2]]
    yield headings(plan)
    yield from lines(trainees, cohort, plan)


def sheets(trainees: sa.Select[Enrolment], cohort: Cohort, plan: Plan) -> Iterator[Sheet]:
    """A sheet that says what it is, and one with the trainees."""
    yield Sheet(gettext("About"), about(cohort, plan))
    yield Sheet(gettext("Progress"), lines(trainees, cohort, plan), headings(plan))
