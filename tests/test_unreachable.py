"""The database does not answer: everybody is told so, soon, in words, and nothing of the inside is said."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portfolio import schema
from portfolio.config import Settings
from portfolio.models import User
from tests import cast, postgres
from tests.lint import Linter
from tests.site import Site, opened, running

INSIDE = [
    "hush",
    "somebody",
    "sqlite",
    "postgresql",
    "psycopg",
    "sqlalchemy",
    "Traceback",
    "OperationalError",
    "/tmp",
    "/dev",
    "127.0.0.1",
]
WORDS = "A text that took an hour to write."
KEY = "known to every test, and of use to nobody else"


@pytest.fixture
def nobody_listens() -> Iterator[Flask]:
    """A PostgreSQL on a port that is closed."""
    with running(Settings("postgresql+psycopg://somebody:hush@127.0.0.1:9/portfolio", KEY)) as (app, _):
        yield app


@pytest.fixture
def nobody_answers() -> Iterator[Flask]:
    """A PostgreSQL that takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with running(Settings(f"postgresql+psycopg://somebody:hush@127.0.0.1:{port}/portfolio", KEY)) as (app, _):
            yield app


@pytest.fixture
def folder_is_gone(tmp_path: Path) -> Iterator[Flask]:
    """A SQLite whose folder has vanished since."""
    folder = tmp_path / "hush"
    folder.mkdir()
    with running(Settings(f"sqlite:///{folder}/portfolio.sqlite3", KEY)) as (app, engine):
        schema.upgrade(engine)
        engine.dispose()
        shutil.rmtree(folder)
        yield app


def says_so(answer: TestResponse, started: float, *, within: float = 2) -> None:
    assert time.monotonic() - started < within
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [word for word in INSIDE if word.lower() in answer.text.lower()] == []


@pytest.mark.parametrize("kind", ["nobody_listens", "folder_is_gone"])
def test_every_page_says_that_the_database_does_not_answer(request: pytest.FixtureRequest, kind: str):
    app: Flask = request.getfixturevalue(kind)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "somebody who was signed in"
    for path in ("/", "/reflections/1", "/reflections/1/edit", "/progress/", "/sign-in", "/healthz", "/invitations/x"):
        started = time.monotonic()
        answer = client.get(path)
        says_so(answer, started)
        assert Linter(app).faults(answer.text, path) == []
    assert client.get("/static/app.css").status_code == 200


@pytest.mark.parametrize("kind", ["nobody_listens", "folder_is_gone"])
def test_the_words_that_were_sent_are_given_back(request: pytest.FixtureRequest, kind: str):
    client = request.getfixturevalue(kind).test_client()
    for path in (
        "/reflections/1/edit",
        "/reflections/1/submission",
        "/reflections/1/comments",
        "/reflections/1/review",
    ):
        started = time.monotonic()
        answer = client.post(path, data={"text": WORDS})
        says_so(answer, started)
        assert WORDS in answer.text


def test_a_server_that_says_nothing_is_not_waited_for(nobody_answers: Flask):
    started = time.monotonic()
    says_so(nobody_answers.test_client().get("/healthz"), started, within=3)


def test_a_database_that_is_taken_away_is_noticed(postgresql: postgres.Server):
    url = postgresql.create_database()
    with opened(url) as site:
        ana = _somebody(site)
        client = site.sign_in(ana.id)
        assert client.get("/profile").status_code == 200
        postgresql.drop_database(url)
        started = time.monotonic()
        says_so(client.get("/profile"), started)
        says_so(client.post("/profile", data={"name": WORDS}), started)


def _somebody(site: Site) -> User:
    with site.session() as session:
        session.add(ana := cast.person("ana"))
        session.commit()
        return ana


def test_a_stopped_server_is_noticed():
    with ExitStack() as running_on:
        with postgres.server() as server:
            site = running_on.enter_context(opened(server.create_database()))
            client = site.sign_in(_somebody(site).id)
            assert client.get("/profile").status_code == 200
        if "PORTFOLIO_TEST_DATABASE_URL" in os.environ:
            return  # not ours to stop
        started = time.monotonic()
        says_so(client.get("/profile"), started)
