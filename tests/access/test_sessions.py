"""From signing in to signing out: which cookie opens what, and until when."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from portfolio import clock
from portfolio.accounts import passwords
from tests.access.forms import NEW_PASSWORD
from tests.access.stage import Stage
from tests.cast import DAY, NOON, PASSWORD
from tests.rows import read

COOKIE = "portfolio"
ANA = {"email": "ana@test.example", "password": PASSWORD}


def is_in(client: FlaskClient) -> bool:
    """Whether this browser is signed in."""
    response = client.get("/profile")
    assert response.status_code in (200, 303)
    return response.status_code == 200


def copied(stage: Stage, client: FlaskClient) -> FlaskClient:
    """Another browser with the same cookie: one that was stolen, or put back."""
    copy = stage.browser("nobody")
    if cookie := client.get_cookie(COOKIE):
        copy.set_cookie(COOKIE, cookie.value)
    return copy


@pytest.fixture
def ana(stage: Stage) -> FlaskClient:
    """Ana, who signed in by the form."""
    client = stage.browser("nobody")
    response = client.post("/sign-in", data=ANA)
    assert (response.status_code, response.location) == (303, "/")
    return client


def test_the_form_lets_in_who_knows_the_password(ana: FlaskClient):
    page = ana.get("/")
    assert page.status_code == 200
    assert "Ana" in page.text


def test_each_browser_is_its_own_person(stage: Stage):
    """If this fails, an application context is open around requests, and no test of permissions is worth anything."""
    browsers = {who: stage.browser(who) for who in ("ana", "mia", "nobody", "oki")}
    for who, browser in [*browsers.items(), *reversed(browsers.items())]:
        page = browser.get("/profile")
        assert page.status_code == (303 if who == "nobody" else 200)
        assert who == "nobody" or f"{who}@test.example" in page.text


@pytest.mark.parametrize(
    "sent",
    [
        {"email": " ANA@Test.example "},
        {"email": "ana@test.example", "next": "/series/"},
    ],
    ids=["capitals and spaces", "another page"],
)
def test_an_address_is_known_however_it_is_typed(stage: Stage, sent: dict[str, str]):
    client = stage.browser("nobody")
    assert client.post("/sign-in", data=ANA | sent).status_code == 303
    assert is_in(client)


def test_a_weaker_hash_is_made_again_when_its_password_is_known(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert stage.browser("nobody").post("/sign-in", data=ANA).status_code == 303
    assert [change for change in stage.changes() if change.startswith("+ user") and "t=2" in change]
    assert stage.browser("nobody").post("/sign-in", data=ANA).status_code == 303


def test_signing_in_changes_the_cookie_and_leaves_the_old_one_worthless(stage: Stage):
    client = stage.browser("nobody")
    client.post("/language", data={"language": "en"})
    before = copied(stage, client)
    client.post("/sign-in", data=ANA)
    assert client.get_cookie(COOKIE).value != before.get_cookie(COOKIE).value
    assert is_in(client)
    assert not is_in(before)


def test_each_sign_in_has_a_cookie_of_its_own(stage: Stage, ana: FlaskClient):
    first = copied(stage, ana)
    ana.post("/sign-in", data=ANA)
    assert ana.get_cookie(COOKIE).value != first.get_cookie(COOKIE).value


@pytest.mark.parametrize(
    "sent",
    [
        {"password": "not the password"},
        {"password": ""},
        {"password": PASSWORD.upper()},
        {"password": f" {PASSWORD}"},
        {"password": f"{PASSWORD}\n"},
        {"password": "x" * 2000},
        {"email": "nobody@test.example"},
        {"email": "deni@test.example"},
        {"email": ""},
        {"email": "ana@test.example%"},
        {"email": "' or 1=1 --"},
    ],
    ids=repr,
)
def test_nobody_else_is_let_in(stage: Stage, sent: dict[str, str]):
    client = stage.browser("nobody")
    response = client.post("/sign-in", data=ANA | sent)
    assert response.status_code == 422
    assert not is_in(client)
    assert stage.changes() == []


def test_a_wrong_password_an_unknown_address_and_a_closed_account_look_the_same(stage: Stage):
    answers = set()
    for email, password in (("ana", "not the password"), ("unknown", PASSWORD), ("deni", PASSWORD)):
        response = stage.browser("nobody").post(
            "/sign-in", data={"email": f"{email}@test.example", "password": password}
        )
        assert password not in response.text
        answers.add((response.status, tuple(response.headers), response.text.replace(email, "somebody")))
    assert len({(status, len(headers), text) for status, headers, text in answers}) == 1


def test_after_signing_out_the_cookie_is_worthless(stage: Stage, ana: FlaskClient):
    before = copied(stage, ana)
    assert ana.post("/sign-out").status_code == 303
    assert not is_in(ana)
    assert not is_in(before)


def test_signing_out_ends_no_other_browser(stage: Stage, ana: FlaskClient):
    ana.post("/sign-out")
    assert is_in(stage.browser("ana"))


def test_after_a_new_password_only_the_browser_that_chose_it_stays(stage: Stage, ana: FlaskClient):
    other, stolen = stage.browser("ana"), copied(stage, stage.browser("ana"))
    form = {"password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert ana.post("/profile/password", data=form).status_code == 303
    assert is_in(ana)
    assert not is_in(other)
    assert not is_in(stolen)
    assert stage.browser("nobody").post("/sign-in", data=ANA).status_code == 422
    assert stage.browser("nobody").post("/sign-in", data=ANA | {"password": NEW_PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "sent",
    [
        {"password": "not the password"},
        {"password": ""},
        {"repeated": "another one, typed wrong"},
        {"new_password": "tooshort1", "repeated": "tooshort1"},
        {"new_password": "x" * 1025, "repeated": "x" * 1025},
    ],
    ids=lambda sent: repr(sent)[:40],
)
def test_a_password_is_changed_only_by_who_knows_it_and_types_it_twice(stage: Stage, sent: dict[str, str]):
    form = {"password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD} | sent
    response = stage.browser("ana").post("/profile/password", data=form)
    assert response.status_code == 422
    assert stage.changes() == []
    assert not any(len(typed) > 4 and typed in response.text for typed in form.values())


def test_a_closed_account_is_out_at_the_next_request(stage: Stage, ana: FlaskClient):
    assert is_in(ana)
    stage.change("user", {"id": stage.ids["ana"]}, deactivated_at=NOON)
    assert not is_in(ana)
    response = ana.post("/profile", data={"name": "Still here", "language": "id"})
    assert response.status_code == 401


def test_a_sign_in_lasts_as_long_as_somebody_works(stage: Stage, ana: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    language = {"language": "en"}
    for days in (29, 58, 87):
        monkeypatch.setattr(clock, "now", lambda days=days: NOON + days * DAY)
        assert ana.post("/language", data=language).status_code == 303
        assert is_in(ana)
    monkeypatch.setattr(clock, "now", lambda: NOON + 117 * DAY)
    assert not is_in(ana)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value[:-1],
        lambda value: value[1:],
        lambda value: value.swapcase(),
        lambda value: "",
        lambda value: "x" * 3900,
        lambda value: value.split(".")[0] + "..",
        lambda value: "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ],
    ids=["cut off", "cut on", "swapped", "empty", "long", "without a signature", "made up"],
)
def test_a_spoilt_cookie_is_that_of_a_stranger(stage: Stage, ana: FlaskClient, spoil: Callable[[str], str]):
    client = stage.browser("nobody")
    client.set_cookie(COOKIE, spoil(ana.get_cookie(COOKIE).value))
    assert not is_in(client)


def test_a_cookie_made_with_another_key_is_that_of_a_stranger(stage: Stage):
    with stage.site.served_as(secret_key="somebody else's key, as long as ours is") as other:
        forger = other.test_client()
        with forger.session_transaction() as cookie:
            cookie["_user_id"] = "1"
        client = stage.browser("nobody")
        client.set_cookie(COOKIE, forger.get_cookie(COOKIE).value)
        assert not is_in(client)


def test_the_number_of_a_person_opens_nothing(stage: Stage):
    client = stage.browser("nobody")
    for guess in (str(stage.ids["ana"]), "1", "", "%", None):
        with client.session_transaction() as cookie:
            cookie["_user_id"] = guess
        assert not is_in(client), guess


@pytest.mark.parametrize("value", ["1", "1|", "1|0000", "x" * 100, ""])
def test_there_is_no_cookie_that_remembers(stage: Stage, ana: FlaskClient, value: str):
    assert ana.get_cookie("remember_token") is None
    client = stage.browser("nobody")
    client.set_cookie("remember_token", value)
    assert not is_in(client)


def test_what_is_stored_of_a_sign_in_opens_nothing(stage: Stage, ana: FlaskClient):
    with ana.session_transaction() as cookie:
        secret = cookie["_user_id"]
    assert secret not in str(read(stage.site.engine))
    assert len(secret) >= 43


def test_a_one_use_link_works_once_and_signs_in(stage: Stage):
    client, link = stage.browser("nobody"), f"/invitations/{stage.secrets['a link']}"
    form = {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    old = stage.browser("ben")
    assert client.post(link, data=form).status_code == 303
    assert is_in(client)
    assert not is_in(old)
    assert stage.browser("nobody").get(link).status_code == 410
    assert stage.browser("nobody").post(link, data=form).status_code == 410
    assert stage.secrets["an old link"] not in str(read(stage.site.engine))


def test_a_link_lasts_two_weeks(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    link = f"/invitations/{stage.secrets['a link']}"
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=14) - timedelta(seconds=1))
    assert stage.browser("nobody").get(link).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=14))
    assert stage.browser("nobody").get(link).status_code == 410
