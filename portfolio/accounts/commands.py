"""`portfolio user`: people, made and closed by the operator."""

import sys

import click
import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import selectinload

from portfolio import clock
from portfolio.accounts.passwords import LONGEST, SHORTEST, make_hash
from portfolio.accounts.queries import user_by_email
from portfolio.database import begin_writing, db
from portfolio.errors import Failure
from portfolio.models import Cohort, Language, User
from portfolio.models.account import NAME_LENGTH
from portfolio.models.enrolment import Appointment, Office
from portfolio.web.forms import clean_line


@click.group()
def user() -> None:
    """People who can sign in."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="The full name, as the person writes it.")
@click.option("--language", type=click.Choice([known.value for known in Language]), default="id", show_default=True)
@click.option("--organiser", "cohorts", multiple=True, metavar="COHORT", help="Make them an organiser of this cohort.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(email: str, name: str, language: str, cohorts: tuple[str, ...], password_stdin: bool) -> None:
    """Make an account; asks for its password."""
    try:
        checked = validate_email(email, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError as error:
        raise click.BadParameter(f"{email!r} is not an email address: {error}", param_hint="EMAIL") from error
    # SQLite and PostgreSQL disagree on what is lower case beyond ASCII, and addresses are compared in lower case.
    email, name = str(checked.ascii_email).lower(), clean_line(name)
    if not 0 < len(name) <= NAME_LENGTH:
        raise click.BadParameter(f"a name has 1 to {NAME_LENGTH} characters", param_hint="--name")
    if user_by_email(email):
        raise Failure(f"there is an account for {email} already")
    db.session.rollback()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _ask()
    if not SHORTEST <= len(password) <= LONGEST:
        raise Failure(f"a password has {SHORTEST} to {LONGEST} characters")
    password_hash, now = make_hash(password), clock.now()
    begin_writing()
    person = User(email=email, name=name, language=Language(language), password_hash=password_hash, created_at=now)
    db.session.add(person)
    for named in cohorts:
        cohort = db.session.scalars(sa.select(Cohort).where(Cohort.name == named)).one_or_none()
        if cohort is None:
            raise Failure(f"there is no cohort called {named!r}")
        db.session.add(Appointment(cohort=cohort, user=person, office=Office.ORGANISER, started_at=now))
    db.session.commit()
    click.echo(f"{name} <{email}> can sign in now.")


def _ask() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@user.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """Close an account: all its sign-ins end now."""
    begin_writing()
    query = sa.select(User).where(User.email == email.lower()).options(selectinload(User.sign_ins))
    person = db.session.scalars(query).one_or_none()
    if person is None:
        raise Failure(f"there is no account for {email}")
    person.deactivate(now=clock.now())
    db.session.commit()
    click.echo(f"The account of {person.email} is closed.")
