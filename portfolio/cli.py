"""The `portfolio` command."""

import sys
from collections.abc import Callable
from copy import copy
from functools import update_wrapper
from typing import Any

import click
import sqlalchemy as sa

from portfolio.accounts.commands import user
from portfolio.app import create_app
from portfolio.attachments.sweeping import files_
from portfolio.cohorts.commands import cohort, people, programme
from portfolio.database import db
from portfolio.demo.commands import demo
from portfolio.errors import Failure, Refused
from portfolio.operations import backup, check_deploy, restore
from portfolio.outcomes.commands import claims
from portfolio.progress.commands import progress
from portfolio.searching.commands import search
from portfolio.server import database, serve
from portfolio.transfer.commands import import_


class OneLine(click.Group):
    """A group whose errors are one line on standard error: 2 for wrong use, 1 for failure, never a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        extra["standalone_mode"] = False
        try:
            code = super().main(*args, **extra)
        except click.UsageError as error:
            _stop(error.format_message(), 2)
        except click.ClickException as error:
            _stop(error.format_message(), 1)
        except (click.Abort, KeyboardInterrupt):
            _stop("stopped", 1)
        except (Failure, Refused) as error:
            _stop(str(error), 1)
        sys.exit(code if isinstance(code, int) else 0)


def _stop(message: str, code: int) -> None:
    click.echo(f"portfolio: {' '.join(message.split())}", err=True)
    sys.exit(code)


@click.group(cls=OneLine, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Reflections on a training programme, reviewed and counted honestly."""


def in_app(command: click.Command) -> click.Command:
    """The same command, run inside an application; a database that does not answer is said in one line."""
    command = copy(command)  # who imports the command itself runs it in an application of their own
    if isinstance(command, click.Group):
        command.commands = {name: in_app(inner) for name, inner in command.commands.items()}
    elif command.callback is not None:
        command.callback = _inside(command.callback)
    return command


def _inside(callback: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **values: Any) -> Any:
        try:
            app = create_app()
            with app.app_context():
                try:
                    return callback(*args, **values)
                finally:
                    db.session.remove()
                    db.engine.dispose()
        except sa.exc.DBAPIError as error:
            raise Failure(_said_by(error)) from error

    return update_wrapper(run, callback)


def _said_by(error: sa.exc.DBAPIError) -> str:
    said = str(error.orig).partition("\n")[0]
    if isinstance(error, sa.exc.ProgrammingError) or said.startswith(("no such table", "no such column")):
        return "the database is not ready: run `portfolio db upgrade` first"
    return f"the database cannot be used: {said}"


COMMANDS = (
    serve,
    demo,
    database,
    user,
    programme,
    cohort,
    people,
    import_,
    claims,
    progress,
    search,
    files_,
    backup,
    restore,
    check_deploy,
)
for command in COMMANDS:
    cli.add_command(in_app(command))


def main() -> None:
    """The console script."""
    cli()
