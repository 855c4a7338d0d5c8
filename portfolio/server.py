"""The production server, and the `portfolio serve` and `portfolio db` commands."""

import logging
import os
import socket
from threading import Event, Thread

import click
import sqlalchemy as sa
from flask import Flask, current_app
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from portfolio import clock, schema
from portfolio.attachments.store import files
from portfolio.attachments.sweeping import sweep
from portfolio.database import db
from portfolio.errors import Failure

AN_HOUR = 60 * 60  # seconds
# More would only wait for each other: the interpreter runs one at a time, and SQLite takes one writer at a time.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True)
def serve(host: str, port: int, threads: int) -> None:
    """Serve the pages. One process with threads: SQLite is fastest so, and PostgreSQL has room to spare."""
    try:
        revision = schema.current(db.engine)
    except sa.exc.OperationalError as error:
        raise Failure(f"the database cannot be used: {str(error.orig).splitlines()[0]}") from error
    if revision != schema.newest():
        raise Failure("the database is not up to date: run `portfolio db upgrade` first")
    db.session.remove()
    db.engine.dispose()
    if _is_taken(host, port):
        raise Failure(f"port {port} of {host} is taken: stop what listens there, or choose another with --port")
    _sweep_by_the_hour(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo(f"Portfolio listens on http://{host}:{port} (Ctrl-C stops it)")
    Server(
        "portfolio.app:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


def _sweep_by_the_hour(app: Flask) -> None:
    """Remove what nobody needs any more, first in an hour; the thread ends with the process."""
    never, log = Event(), logging.getLogger(__name__)

    def sweep_on() -> None:
        while not never.wait(AN_HOUR):
            try:
                with app.app_context():
                    sweep(files(), now=clock.now())
                    db.session.remove()
            except Exception:
                log.exception("what nobody needs any more could not be removed; it is tried again in an hour")

    Thread(target=sweep_on, name="sweep", daemon=True).start()


def _is_taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


@click.group("db")
def database() -> None:
    """The tables."""


@database.command()
def upgrade() -> None:
    """Bring the tables up to date."""
    before = schema.current(db.engine)
    schema.upgrade(db.engine)
    after = schema.current(db.engine)
    click.echo("The database is up to date." if before == after else f"The database is now at revision {after}.")


@database.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a migration for what differs between the models and the tables; for developers, in a checkout."""
    click.echo(f"Read it before you keep it: {schema.write_revision(db.engine, message)}")


@database.command()
def check() -> None:
    """Say whether the tables are what this version needs."""
    if schema.current(db.engine) != schema.newest():
        raise Failure("the database is not up to date: run `portfolio db upgrade`")
    if found := schema.differences(db.engine):
        raise Failure(f"the tables differ from the models in {len(found)} places, first: {found[0]}")
    click.echo("The database is up to date and equals the models.")
