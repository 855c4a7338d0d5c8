"""What is sent after the session has ended: signing in on the page that answers does it after all, without scripts."""

import re
from collections.abc import Callable
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portfolio.models import Reflection, SignIn, State
from tests import cast
from tests.cast import CONDUCT, PASSWORD, World
from tests.markup import Page

WRITTEN = "What I wrote while my session ended."
EMAIL = "ana@test.example"


@pytest.fixture
def draft(world: World) -> Reflection:
    return cast.begun(world, world.ana, CONDUCT)


@pytest.fixture
def form(draft: Reflection) -> dict[str, str]:
    return {"version": "1", "title": "Conduct", "visibility": "mentor", "answer_what": WRITTEN}


@pytest.fixture
def ana(world: World, session: Session, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    """Ana's browser, which was signed in by the form; her session has ended since."""
    client = client_for(None)
    assert client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 303
    ends(session)
    return client


def ends(session: Session) -> None:
    session.execute(sa.delete(SignIn))
    session.commit()


def carried(answer: TestResponse) -> dict[str, str]:
    """All that the form on the page would send."""
    fields = {field.get("name") or "": field.get("value") or "" for field in Page(answer.text) if field.tag == "input"}
    texts = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n([^<]*)</textarea>', answer.text)
    return fields | {name: unescape(text) for name, text in texts}


def signs_in(client: FlaskClient, answer: TestResponse, password: str = PASSWORD, **more: str) -> TestResponse:
    fields = carried(answer) | {"sign-in-email": EMAIL, "sign-in-password": password} | more
    return client.post("/sign-in", data=fields)


def sent_on(client: FlaskClient, answer: TestResponse, fields: dict[str, str]) -> TestResponse:
    """A browser sends the same form once more, to where it is led."""
    assert answer.status_code == 307
    return client.post(answer.location, data=fields)


def test_what_was_submitted_is_submitted(world: World, draft: Reflection, ana: FlaskClient, form: dict[str, str]):
    asked = ana.post(f"/reflections/{draft.id}/submission", data=form)
    assert asked.status_code == 401
    assert form.items() <= carried(asked).items()
    fields = carried(asked) | {"sign-in-email": EMAIL, "sign-in-password": PASSWORD}
    done = sent_on(ana, signs_in(ana, asked), fields)
    assert (done.status_code, done.location) == (303, f"/reflections/{draft.id}")
    kept = world.reflection(draft)
    assert (kept.state, kept.answers["what"]) == (State.SUBMITTED, WRITTEN)


def test_after_a_wrong_password_all_of_it_is_still_there(draft: Reflection, ana: FlaskClient, form: dict[str, str]):
    asked = ana.post(f"/reflections/{draft.id}/edit", data=form)
    again = signs_in(ana, asked, "not the password")
    assert again.status_code == 422
    assert "The email address or the password is not right." in again.text
    assert carried(again) == carried(asked) | {"sign-in-email": EMAIL}
    assert signs_in(ana, again, "").status_code == 422
    assert signs_in(ana, again).location == f"/reflections/{draft.id}/edit"


def test_the_password_does_not_come_along(draft: Reflection, ana: FlaskClient, form: dict[str, str]):
    """Not even on the pages that give back all that was sent."""
    asked = ana.post(f"/reflections/{draft.id}/edit", data=form | {"version": "7", "title": ""})
    fields = carried(asked) | {"sign-in-email": EMAIL, "sign-in-password": PASSWORD}
    wrong = sent_on(ana, signs_in(ana, asked), fields)
    assert wrong.status_code == 422
    assert PASSWORD not in wrong.text
    stale = sent_on(ana, signs_in(ana, asked), fields | {"title": "Conduct"})
    assert stale.status_code == 409
    assert WRITTEN in stale.text
    assert PASSWORD not in stale.text
    assert "sign-in-" not in stale.text


def test_a_new_password_is_not_given_back(ana: FlaskClient):
    secret = "a new password, a long one"
    form = {"password": "the present password, long", "new_password": secret, "repeated": secret}
    asked = ana.post("/profile/password", data=form)
    assert asked.status_code == 401
    assert not [typed for typed in form.values() if typed in asked.text]
    assert signs_in(ana, asked).status_code == 303, "what is not whole is not sent once more"


def test_another_person_does_not_send_what_the_first_one_wrote(
    world: World, draft: Reflection, ana: FlaskClient, form: dict[str, str]
):
    asked = ana.post("/profile", data={"name": "Ana Anew", "language": "en"})
    answer = signs_in(ana, asked, **{"sign-in-email": "ben@test.example"})
    assert (answer.status_code, answer.location) == (303, "/")
    world.session.refresh(world.ben)
    assert world.ben.name != "Ana Anew"


def test_it_is_known_whose_browser_it_was_after_signing_out(world: World, client_for: Callable[..., FlaskClient]):
    client = client_for(None)
    client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    client.post("/sign-out")
    asked = client.post("/profile", data={"name": "Ana Anew", "language": "en"})
    assert signs_in(client, asked, **{"sign-in-email": "ben@test.example"}).location == "/"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example/reflections/1/edit",
        "https://evil.example/reflections/1/edit",
        "/\\evil.example",
        "/no-such-page",
        "/reflections/1",  # is opened, not sent to
        "/sign-in",
        "/sign-out",
        "/language",
        "/invitations/x",
    ],
)
def test_nothing_is_sent_anywhere_else(world: World, client_for: Callable[..., FlaskClient], address: str):
    fields = {"sign-in-resume": address, "sign-in-email": EMAIL, "sign-in-password": PASSWORD, "text": WRITTEN}
    answer = client_for(None).post("/sign-in", data=fields)
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_site_resumes_nothing(world: World, client_for: Callable[..., FlaskClient], headers: dict[str, str]):
    fields = {"sign-in-resume": "/profile", "sign-in-email": EMAIL, "sign-in-password": PASSWORD, "name": "x"}
    assert client_for(None).post("/sign-in", data=fields, headers=headers).status_code == 403
