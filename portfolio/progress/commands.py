"""`portfolio progress`: whether what is stored equals a recount."""

from collections import defaultdict

import click
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portfolio import clock
from portfolio.database import begin_writing, db
from portfolio.errors import Failure
from portfolio.models import ModuleProgress, Reflection, State


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
    locked = sa.select(ModuleProgress).options(joinedload(ModuleProgress.module)).with_for_update(of=ModuleProgress)
    rows, now = db.session.scalars(locked).all(), clock.now()
    states: dict[tuple[int, int], list[State]] = defaultdict(list)
    for enrolment_id, module_id, state in db.session.execute(
        sa.select(Reflection.enrolment_id, Reflection.module_id, Reflection.state)
    ):
        states[enrolment_id, module_id].append(state)
    wrong = sum(row.recount(states[row.enrolment_id, row.module_id], now=now) for row in rows)
    return wrong, len(rows)
