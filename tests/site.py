"""The application on a migrated database of its own, as the tests use it."""

import os
import pickle
import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio import clock, schema
from portfolio.app import create_app
from portfolio.config import Settings
from portfolio.database import db
from portfolio.models import SignIn
from portfolio.models.account import SIGN_IN_LASTS, digest
from tests import rows

# What takes long and does not depend on the database runs on one: this one, unless the other is asked for.
ONE_DATABASE = os.environ.get("PORTFOLIO_TEST_ONE_DATABASE", "sqlite")
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
MEANT = ("BEGIN", "PRAGMA")  # how SQLite is driven, which is no question to the database
AT_HAND = 8  # copies of a database that are kept, each of a megabyte


class Pictured(Protocol):
    """What is made of rows, and can be had again with the same rows in another session."""

    def enter(self, session: Session) -> None:
        """Be in this session from now on."""


Picture = TypeVar("Picture", bound=Pictured)


@dataclass
class Statements:
    """The SQL that ran on an engine: all of it inside a `with` block."""

    engine: sa.Engine
    ran: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.ran.clear()
        sa.event.listen(self.engine, "before_cursor_execute", self._heard)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self._heard)

    def __len__(self) -> int:
        return len(self.ran)

    def __str__(self) -> str:
        return "\n\n".join(f"{number}. {statement}" for number, statement in enumerate(self.ran, start=1))

    def _heard(self, connection: sa.Connection, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(MEANT):
            self.ran.append(statement)

    @property
    def writes(self) -> list[str]:
        """Those that change rows."""
        return [statement for statement in self.ran if statement.startswith(WRITES)]


class Browser(FlaskClient):
    """A test client. What the test has written, it writes for the request to see."""

    def open(self, *args: Any, **values: Any) -> Any:
        if session := self.application.extensions.get("session of the test"):
            session.commit()
        return super().open(*args, **{"buffered": True} | values)


@dataclass
class Site:
    """An application and its database."""

    settings: Settings
    app: Flask
    engine: sa.Engine
    holds: rows.Rows | None = None  # the rows that are there, as long as nobody has written since
    built: dict[str, tuple[rows.Rows, bytes]] = field(default_factory=dict)
    copies: list[tuple[rows.Rows, sqlite3.Connection]] = field(default_factory=list)

    def become(self, wanted: rows.Rows) -> None:
        """Hold these rows and no others. Costs nothing while nobody writes, and little where they were held before."""
        if self.holds is wanted:
            return
        if not self._copy_back(wanted):
            rows.replace(self.engine, wanted)
            self._keep_a_copy(wanted)
        self.holds = wanted

    def _copy_back(self, wanted: rows.Rows) -> bool:
        """SQLite copies its pages ten times as fast as rows are written, and the full-text index with them."""
        for number, (there, copy) in enumerate(self.copies):
            if there is wanted:
                self.copies.append(self.copies.pop(number))  # the last that will be given up
                with closing(self.engine.raw_connection()) as connection:
                    copy.backup(connection.driver_connection)
                return True
        return False

    def _keep_a_copy(self, wanted: rows.Rows) -> None:
        if self.engine.dialect.name != "sqlite":
            return
        if len(self.copies) == AT_HAND:
            self.copies.pop(0)[1].close()
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(self.engine.raw_connection()) as connection:
            connection.driver_connection.backup(copy)
        self.copies.append((wanted, copy))

    def once(self, name: str, session: Session, build: Callable[[], Picture]) -> Picture:
        """What `build` makes in the empty database: made by it the first time, and put back as it was from then on."""
        if self.holds is not rows.NOTHING:
            return build()
        if name not in self.built:
            made = build()
            self.built[name] = rows.read(self.engine), pickle.dumps(made)
            return made
        there, picture = self.built[name]
        self.become(there)
        again: Picture = pickle.loads(picture)
        again.enter(session)
        return again

    def sign_in(self, user_id: int | None) -> FlaskClient:
        """The browser of somebody who has signed in; of a stranger when nobody is named."""
        client = self.app.test_client()
        if user_id is None:
            return client
        secret, now = secrets.token_urlsafe(32), clock.now()
        with Session(self.engine) as session, session.begin():
            times = {"created_at": now, "seen_at": now, "expires_at": now + SIGN_IN_LASTS}
            session.add(SignIn(user_id=user_id, digest=digest(secret), **times))
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["language"] = secret, True, "en"
        return client

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for a test; each request of a browser commits it first, and so holds up none."""
        with Session(self.engine, expire_on_commit=False) as session:
            self.app.extensions["session of the test"] = session
            yield session
            del self.app.extensions["session of the test"]

    @contextmanager
    def served_as(self, **changed: Any) -> Iterator[Flask]:
        """Another application on the same database, with other settings."""
        with running(replace(self.settings, **changed)) as (app, _):
            yield app


@contextmanager
def running(settings: Settings) -> Iterator[tuple[Flask, sa.Engine]]:
    """An application for these settings. Its connections are closed at the end: a forgotten one fails the tests."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Browser
    with app.app_context():
        engine = db.engine
    try:
        yield app, engine
    finally:
        engine.dispose()


@contextmanager
def opened(url: str) -> Iterator[Site]:
    """The application on an empty database, whose tables the migrations make."""
    key = "known to every test, and of use to nobody else"
    with tempfile.TemporaryDirectory(prefix="portfolio-files-") as name, ExitStack() as stack:
        folder = Path(name)
        places = {"files_url": (folder / "files").as_uri(), "mail_url": (folder / "mail").as_uri()}
        settings = Settings(database_url=url, secret_key=key, **places)
        app, engine = stack.enter_context(running(settings))
        schema.upgrade(engine)
        site = Site(settings, app, engine, rows.NOTHING)

        @sa.event.listens_for(engine, "before_cursor_execute")
        def written(connection: sa.Connection, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.startswith(WRITES):
                site.holds = None

        yield site
        for _, copy in site.copies:
            copy.close()
