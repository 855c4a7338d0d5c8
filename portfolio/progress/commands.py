"""`portfolio progress`: whether what is stored equals a recount."""

from itertools import groupby

import click
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portfolio import clock
from portfolio.database import begin_writing, db
from portfolio.errors import Failure
from portfolio.models import Enrolment, ModuleProgress
from portfolio.progress import history


@click.group()
def progress() -> None:
    """Stored progress."""


@progress.command()
@click.option("--check", is_flag=True, help="Only say whether it is right; change nothing.")
def rebuild(check: bool) -> None:
    """Count the progress of everybody again from their reflections."""
    begin_writing()
    wrong, total = recount()
    if check:
        db.session.rollback()
        if wrong:
            raise Failure(f"{wrong} of {total} rows of progress differ from a recount; run without --check to mend")
        click.echo(f"All {total} rows of progress equal a recount.")
        return
    db.session.commit()
    click.echo(f"{total} rows of progress counted, {wrong} put right.")


def recount() -> tuple[int, int]:
    """Count again, without committing: how many rows were wrong, of how many."""
    # The rows first, and locked: what a verb counts meanwhile would be counted away.
    locked = (
        sa.select(ModuleProgress)
        .join(ModuleProgress.enrolment)
        .options(joinedload(ModuleProgress.module))
        .order_by(ModuleProgress.enrolment_id, ModuleProgress.module_id)
        .with_for_update(of=[Enrolment, ModuleProgress])
    )
    rows, now = db.session.scalars(locked).all(), clock.now()
    states, marks, wrong = history.states(), history.marks(), 0
    for _, those in groupby(rows, key=lambda row: row.enrolment_id):
        beside = list(those)
        was = {row: row.completed_at for row in beside}
        mended = {row for row in beside if row.recount(states[_of(row)], marks[_of(row)])}
        for row in beside:  # all are counted now, so that what waits for another can be told
            row.settle(beside, now=now)
        wrong += len(mended | {row for row in beside if row.completed_at != was[row]})
    return wrong, len(rows)


def _of(row: ModuleProgress) -> history.Place:
    return row.enrolment_id, row.module_id
