"""`portfolio demo`: the invented cohort, on this machine only."""

import click
import sqlalchemy as sa
from flask import current_app

from portfolio import clock
from portfolio.attachments.store import files
from portfolio.database import begin_writing, db
from portfolio.demo.build import build
from portfolio.demo.cast import COACH, MENTOR, ORGANISER, PASSWORD, TRAINEE
from portfolio.errors import Failure
from portfolio.models import User


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing, and say nothing, when there are people already.")
def demo(if_empty: bool) -> None:
    """Fill an empty database with an invented cohort, to look around in."""
    if current_app.config["IS_PUBLIC"]:
        raise Failure("the demo's passwords are known to everyone: it is refused where PORTFOLIO_PUBLIC_ORIGIN is set")
    begin_writing()
    if db.session.scalar(sa.select(sa.func.count()).select_from(User)):
        if if_empty:
            return
        raise Failure("there are people in this database already; the demo needs an empty one")
    cohort = build(db.session(), now=clock.now(), store=files())
    db.session.commit()
    click.echo(f"The demo cohort {cohort.name} is ready. Sign in as one of these, password {PASSWORD}:")
    for email in (TRAINEE, MENTOR, COACH, ORGANISER):
        click.echo(f"  {email}")
