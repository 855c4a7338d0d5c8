"""For those who run an installation: `portfolio backup`, `restore` and `check-deploy`."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app

from portfolio import schema
from portfolio.database import db
from portfolio.errors import Failure
from portfolio.models import User

DEMO_ADDRESSES = "%@demo.example"
ELSEWHERE = "is for SQLite; PostgreSQL has its own: pg_dump --format=custom, and pg_restore"


def _database_file() -> Path:
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Failure(f"this command {ELSEWHERE}")
    return Path(url.database)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy the whole database to FILE while the server goes on; a plain copy of the file would lack the newest rows."""
    source = _database_file()
    if file.exists():
        raise Failure(f"{file} is there already; a backup overwrites nothing")
    unfinished = file.with_name(file.name + ".unfinished")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(unfinished)) as there:
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")
        _check(unfinished)
        unfinished.rename(file)
    except OSError as error:
        raise Failure(f"the backup cannot be written to {file}: {error.strerror}") from error
    click.echo(f"{file}: {file.stat().st_size:,} bytes, whole and checked.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Replace a database that has people in it. Stop the server first.")
def restore(file: Path, replace: bool) -> None:
    """Put the database back as it was in FILE."""
    target = _database_file()
    _check(file)
    if not replace and schema.current(db.engine) and db.session.scalar(sa.select(sa.func.count()).select_from(User)):
        raise Failure("there are people in this database; --replace puts the backup in its place")
    db.session.remove()
    db.engine.dispose()
    with closing(sqlite3.connect(file)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
    schema.upgrade(db.engine)
    click.echo(f"The database is as it was in {file}.")


def _check(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as found:
            [answer] = found.execute("PRAGMA integrity_check").fetchone()
            found.execute("SELECT version_num FROM alembic_version")
    except sqlite3.DatabaseError as error:
        raise Failure(f"{file} is no backup of a Portfolio database") from error
    if answer != "ok":
        raise Failure(f"{file} is damaged: {answer}")


@click.command("check-deploy")
def check_deploy() -> None:
    """Say whether this installation is fit to be used by people."""
    faults = list(_faults())
    for fault in faults:
        click.echo(f"not yet: {fault}", err=True)
    if faults:
        raise Failure(f"{len(faults)} things to mend before people use this installation")
    click.echo("This installation is fit to be used.")


def _faults() -> Iterator[str]:
    if not current_app.config["IS_PUBLIC"]:
        yield "PORTFOLIO_PUBLIC_ORIGIN is not set, so only this machine is served and cookies may travel unencrypted"
    if "PORTFOLIO_SECRET_KEY_FILE" not in os.environ:
        yield "PORTFOLIO_SECRET_KEY_FILE is not set, so the key lies beside the data it protects"
    if schema.current(db.engine) != schema.newest():
        yield "the database is not up to date: run `portfolio db upgrade`"
    elif db.session.scalar(sa.select(sa.func.count()).where(User.email.like(DEMO_ADDRESSES))):
        yield "the accounts of the demo are in this database, and everyone knows their password"
