"""The disk is full: what was sent comes back with the page that says so, reading goes on, and later all is well."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portfolio.models import Reflection
from tests import cast
from tests.cast import CONDUCT, World
from tests.site import Site

TEXT = "The work of an hour. " * 900  # more than fits into what is free inside the file
BEFORE = "What was there before."


@pytest.fixture
def database() -> str:
    """PostgreSQL says the same with the same class of error, and its disk cannot be filled by a test."""
    return "sqlite"


@pytest.fixture
def draft(world: World) -> Reflection:
    return cast.draft(world, world.ana, CONDUCT, said=cast.words(BEFORE, template="what"))


@pytest.fixture
def ana(world: World, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    return client_for(world.ana)


@dataclass
class Disk:
    """How many pages the database's file may have; never fewer than it has."""

    engine: sa.Engine
    most: int = 2**30

    @contextmanager
    def full(self) -> Iterator[None]:
        """Nothing more fits, as long as the block runs; the connections stay as they are."""
        connection = self.engine.raw_connection()
        connection.cursor().execute("VACUUM")  # or else there may be much room inside the file
        connection.close()
        self.most = 1
        yield
        self.most = 2**30

    def limit(self, connection: sa.Connection) -> None:
        """Before each transaction."""
        connection.exec_driver_sql(f"PRAGMA max_page_count={self.most}")


@pytest.fixture
def disk(site: Site) -> Iterator[Disk]:
    """`with disk.full():` there is no more room."""
    disk = Disk(site.engine)
    sa.event.listen(site.engine, "begin", disk.limit)
    yield disk
    sa.event.remove(site.engine, "begin", disk.limit)
    site.engine.dispose()


def form(draft: Reflection, **more: Any) -> dict[str, Any]:
    return {"version": draft.version, "title": "Conduct", "visibility": "mentor", "answer_what": TEXT} | more


def says_so(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "sqlite" not in answer.text.lower()
    assert TEXT.strip() in answer.text


@pytest.mark.parametrize("what", ["edit", "draft", "submission"])
def test_a_text_that_cannot_be_kept_comes_back_and_is_kept_later(
    world: World, ana: FlaskClient, draft: Reflection, disk: Disk, what: str
):
    address, text = f"/reflections/{draft.id}/{what}", form(draft)
    with disk.full():
        says_so(ana.post(address, data=text))
        page = ana.get(f"/reflections/{draft.id}/edit")
        assert (page.status_code, BEFORE in page.text) == (200, True)
        assert ana.get("/series/").status_code == 200
    assert world.reflection(draft).answers["what"] == BEFORE
    assert ana.post(address, data=text).status_code in (200, 303)
    assert world.reflection(draft).answers["what"] == TEXT.strip()


def test_the_log_says_what_happened_and_not_what_was_written(
    ana: FlaskClient, draft: Reflection, disk: Disk, caplog: pytest.LogCaptureFixture
):
    with disk.full():
        says_so(ana.post(f"/reflections/{draft.id}/edit", data=form(draft)))
    assert "disk is full" in caplog.text
    assert TEXT[:20] not in caplog.text


def test_a_comment_that_cannot_be_kept_comes_back_and_is_kept_later(world: World, ana: FlaskClient, disk: Disk):
    talked_about = cast.submitted(world, world.ana, CONDUCT)
    address, text = f"/reflections/{talked_about.id}/comments", TEXT[:4_800].strip()
    with disk.full():
        answers = [ana.post(address, data={"text": f"{number} {text}"}) for number in range(30)]
        assert answers[-1].status_code == 503, "what is free inside the file is used up before"
        assert text in answers[-1].text
        kept = ana.get(f"/reflections/{talked_about.id}").text
        assert [f"{number} {text}" in kept for number in range(30)] == [answer.status_code == 303 for answer in answers]
    assert ana.post(address, data={"text": f"29 {text}"}).status_code == 303
    assert f"29 {text}" in ana.get(f"/reflections/{talked_about.id}").text


def test_somebody_who_cannot_be_signed_in_is_told_so(world: World, site: Site, disk: Disk):
    with disk.full():
        form = {"email": world.ana.email, "password": cast.PASSWORD}
        answers = {site.app.test_client().post("/sign-in", data=form).status_code for _ in range(60)}
        assert answers <= {303, 503}
        assert 503 in answers
    assert site.app.test_client().post("/sign-in", data=form).status_code == 303
