"""`POST /reflections/<id>/draft`: what a tab saves by itself, and what it is answered."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portfolio.models import Reflection, SignIn
from tests import cast
from tests.cast import CONDUCT, World
from tests.site import Statements

A, B = "a" * 32, "b" * 32  # two tabs


@pytest.fixture
def draft(world: World) -> Reflection:
    """Begun by Ana, in version 1."""
    return cast.begun(world, world.ana, CONDUCT)


@pytest.fixture
def ana(world: World, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    return client_for(world.ana)


Send = Callable[..., TestResponse]


@pytest.fixture
def send(ana: FlaskClient, draft: Reflection) -> Send:
    """`send("Some text.", version=1, tab=A, stroke=1)`"""

    def send(what: str, *, client: FlaskClient = ana, **fields: object) -> TestResponse:
        form = {"version": 1, "tab": A, "stroke": 1, "title": "Conduct", "visibility": "mentor", "answer_what": what}
        return client.post(f"/reflections/{draft.id}/draft", data=form | fields)

    return send


@pytest.fixture
def kept(world: World, draft: Reflection) -> Callable[[], object]:
    return lambda: world.reflection(draft).answers.get("what")


def test_what_is_saved_is_confirmed_with_its_version_and_time(send: Send, kept: Callable[[], object]):
    answer = send("First.")
    assert (answer.status_code, answer.json) == (200, {"version": 2, "saved": "12:00 WIB"})
    assert kept() == "First."
    assert send("Second.", version=2, stroke=2).json == {"version": 3, "saved": "12:00 WIB"}
    assert kept() == "Second."


def test_it_costs_three_statements(send: Send, queries: Statements):
    with queries:
        assert send("First.").status_code == 200
    assert len(queries) <= 3, str(queries)
    assert len(queries.writes) == 1, str(queries)


def test_the_same_again_changes_nothing(send: Send, draft: Reflection, world: World):
    assert send("First.").json["version"] == 2
    assert send("First.").json["version"] == 2  # sent twice, since no answer came
    assert world.reflection(draft).version == 2
    before = world.reflection(draft)
    later = send("First.", stroke=2).json["version"]  # a later save of the same: what comes after it, late, is older
    after = world.reflection(draft)
    assert (after.version, after.stroke) == (later, 2)
    assert (after.words, after.written_at) == (before.words, before.written_at)


def test_the_tab_that_wrote_last_need_not_have_heard_of_it(send: Send, kept: Callable[[], object]):
    send("First.")
    assert send("Second.", version=1, stroke=2).json["version"] == 3
    assert kept() == "Second."


def test_what_comes_late_is_passed_over(send: Send, kept: Callable[[], object]):
    send("Second.", stroke=2)
    answer = send("First.", stroke=1)
    assert (answer.status_code, answer.json["version"]) == (200, 2)
    assert kept() == "Second."


def test_another_tab_with_an_old_version_is_told_of_the_newer_one(send: Send, kept: Callable[[], object]):
    send("In the first tab.")
    answer = send("In the second tab.", tab=B)
    assert answer.status_code == 409
    assert answer.json["conflict"] is True
    assert answer.json["version"] == 2
    assert answer.json["refused"] == "This text was changed elsewhere after you opened it."
    assert kept() == "In the first tab."
    assert send("In the second tab.", tab=B, version=2).status_code == 200
    assert send("In the first tab again.", stroke=2, version=2).status_code == 409, "it does not write last any more"
    assert kept() == "In the second tab."


def test_without_a_tab_the_version_decides(send: Send, kept: Callable[[], object]):
    assert send("First.", tab="", stroke="").status_code == 200
    assert send("Second.", tab="", stroke="").status_code == 409
    assert kept() == "First."


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"title": ""}, "title", "This field is required."),
        ({"title": "x" * 201}, "title", "Please keep this to 200 characters."),
        ({"number": "many"}, "number", "Please give a number from 1 to 9999."),
        ({"version": ""}, "version", "This field is required."),
        ({"visibility": "everybody"}, "visibility", "Not a valid choice."),
    ],
)
def test_a_wrong_field_is_named(
    send: Send, kept: Callable[[], object], wrong: dict[str, str], field: str, sentence: str
):
    answer = send("First.", **wrong)
    assert (answer.status_code, answer.json) == (422, {"errors": {field: sentence}})
    assert kept() is None


def test_what_is_handed_in_is_not_written_on(world: World, draft: Reflection, send: Send):
    handed_in = cast.submitted(world, world.ana, CONDUCT)
    answer = send("Later thoughts.", version=handed_in.version)
    assert answer.status_code == 409
    assert answer.json == {"refused": "This reflection is waiting for a review, so that cannot be done now."}


def test_what_others_were_given_to_read_does_not_become_private(world: World, send: Send):
    returned = cast.returned(world, world.ana, CONDUCT)
    answer = send("Later thoughts.", version=returned.version, visibility="only_me")
    assert answer.status_code == 409
    assert "conflict" not in answer.json


def test_an_ended_session_is_a_401(world: World, session: Session, send: Send, kept: Callable[[], object]):
    session.execute(sa.delete(SignIn))
    session.commit()
    assert send("First.").status_code == 401
    assert kept() is None


def test_another_person_is_told_nothing(
    world: World, client_for: Callable[..., FlaskClient], send: Send, kept: Callable[[], object]
):
    for other in (world.ben, world.mia, world.oki):
        answer = send("Not Ana's.", client=client_for(other))
        assert answer.status_code == 404
        assert b"version" not in answer.data
    assert kept() is None


def test_what_is_too_large_is_refused_whole(send: Send, kept: Callable[[], object]):
    assert send("First.").status_code == 200
    assert send("x" * 2_000_000, stroke=2).status_code == 413
    assert kept() == "First."
