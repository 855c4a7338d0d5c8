"""What all tests share: the application on both databases, a session, the cast, and signed-in browsers.

No application context stays open around a request of a test: Flask would use it again for the request, and with it
the person that Flask-Login has remembered in `g`. Every test of permissions would lie. So tests look at rows through
`session`, which is SQLAlchemy's own.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.accounts import passwords
from portfolio.models import User
from tests import cast, extent, postgres, rows
from tests.access import stage as stages
from tests.cast import NOON, World, make_world
from tests.commands import on_site, run  # noqa: F401 - fixtures
from tests.site import ONE_DATABASE, Site, Statements, opened

DATABASES = ("sqlite", "postgresql")
MEMORY = "/dev/shm"
LONGEST = ("test_story", "test_payloads", "test_never_lost", "test_kill9", "test_walk", "test_interleaving")


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Before anybody chooses by `-m`."""
    extent.mark(item)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what waits for `make test-all`; and what takes long begins first, or a process would end with it."""

    def rank(item: pytest.Item) -> int:
        is_long = item.get_closest_marker("browser") or item.get_closest_marker("slow")
        return LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST) + (not is_long)

    if left_out := extent.left_out(items):
        config.hook.pytest_deselected(items=left_out)
        waiting = set(left_out)
        items[:] = [item for item in items if item not in waiting]
    if hasattr(config, "workerinput"):
        items.sort(key=rank)


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what stays until the end: it takes a sixth of the time, to find nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords are hashed as cheaply as those of the cast: the real settings take a tenth of a second each."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "_nobody", cheap.hash("nobody's password"))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """A PostgreSQL server, for as long as this worker tests."""
    with postgres.server() as server:
        yield server


@pytest.fixture(scope="session")
def folder_in_memory() -> Iterator[Path]:
    """A folder for databases, in memory where there is some: SQLite waits for the disk at each commit."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2**30
    with tempfile.TemporaryDirectory(prefix="portfolio-tests-", dir=MEMORY if roomy else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def new_database(folder_in_memory: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """The address of a new, empty database of one kind."""

    def new_database(kind: str) -> str:
        if kind == "postgresql":
            server: postgres.Server = request.getfixturevalue("postgresql")
            return server.create_database()
        return f"sqlite:///{tempfile.mkdtemp(dir=folder_in_memory)}/portfolio.sqlite3"

    return new_database


@pytest.fixture(scope="session")
def sites(new_database: Callable[[str], str]) -> Iterator[Callable[[str], Site]]:
    """The application on each kind of database; each is made once, when a test first asks for it."""
    with ExitStack() as stack:
        made: dict[str, Site] = {}

        def site(kind: str) -> Site:
            if kind not in made:
                made[kind] = stack.enter_context(opened(new_database(kind)))
            return made[kind]

        yield site


@pytest.fixture(scope="session")
def stage_on(sites: Callable[[str], Site]) -> Callable[[str], stages.Stage]:
    """The stage on each kind of database; each is built once, when a test first asks for it."""
    return cache(lambda kind: stages.build(sites(kind)))


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database: what uses it runs on both."""
    return str(request.param)


@pytest.fixture
def site(database: str, sites: Callable[[str], Site]) -> Site:
    """The application and its database, without any rows."""
    site = sites(database)
    site.become(rows.NOTHING)
    return site


@pytest.fixture
def app(site: Site) -> Flask:
    """The application, on a database without any rows."""
    return site.app


@pytest.fixture
def engine(site: Site) -> sa.Engine:
    """The engine that the application itself uses."""
    return site.engine


@pytest.fixture
def session(site: Site) -> Iterator[Session]:
    """A session of the test's own. Each request commits it first; `session.refresh(row)` then looks again."""
    with site.session() as session:
        yield session


@pytest.fixture
def queries(site: Site) -> Statements:
    """Records SQL: `with queries: client.get(…)`, then `assert len(queries) <= 12, str(queries)`."""
    return Statements(site.engine)


@pytest.fixture
def client_for(site: Site) -> Callable[[User | None], FlaskClient]:
    """The browser of somebody who has signed in; that of a stranger for None."""
    return lambda user: site.sign_in(user.id if user else None)


@pytest.fixture
def world(site: Site, session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    """The cast, with nothing written yet; for the application it is noon of the cast's Wednesday."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return site.once("world", session, lambda: make_world(session, now=NOON))


@pytest.fixture
def crowd(site: Site, session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    """The cast and sixty trainees more, each with an accepted reflection, and one that waits and is talked about."""
    monkeypatch.setattr(clock, "now", lambda: NOON)

    def crowd() -> World:
        world = make_world(session, now=NOON)
        before = rows.read(site.engine)
        cast.grow(session, world, 1)
        site.become(rows.repeated(before, rows.read(site.engine), 60))
        return world

    return site.once("crowd", session, crowd)


@pytest.fixture
def stage(database: str, stage_on: Callable[[str], stages.Stage], monkeypatch: pytest.MonkeyPatch) -> stages.Stage:
    """Everybody, and reflections in every condition, as they were built; for the application it is noon."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    stage = stage_on(database)
    stage.set_up()
    return stage


@pytest.fixture
def gates(stage_on: Callable[[str], stages.Stage], monkeypatch: pytest.MonkeyPatch) -> stages.Stage:
    """The stage on one database, for what does not depend on it."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    stage = stage_on(ONE_DATABASE)
    stage.set_up()
    return stage
