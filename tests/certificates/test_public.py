"""What anybody is told who has a number, and who has none: never more than its holder agreed to."""

import re
from collections.abc import Callable
from itertools import product

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portfolio.models import Certificate, Reopening, Revealed, User
from tests import cast
from tests.cast import CONDUCT, DAY, NOON, World
from tests.lint import Linter
from tests.markup import Page
from tests.site import Site, Statements

NAME, GROUP, NUMBER = "Zulaikha Qomariah", "Kelompok Rajawali", "7K2MQ9XA4TBC01ZP"
ALWAYS = ("Invented programme", "2 Mar 2026", "12 Mar 2026", "Thursday, 5 March 2026", "7K2M-Q9XA-4TBC-01ZP", "Valid")
# What each consent adds to the page.
ADDED = {
    "name": [NAME],
    "group": [GROUP],
    "modules": ["Service", "Conduct", "Job", "complete on 4 Mar 2026"],
    "signed_off": ["5 reflections signed off"],
}
NEVER = ["First", "ana@test.example", "Mia", "Oki", "Kris", "Those who wait", "We asked who waits", "DIARY"]
Clients = Callable[[User | None], FlaskClient]


@pytest.fixture
def world(finished: World) -> World:
    """The cast, and Ana has completed everything."""
    return finished


@pytest.fixture
def made(world: World) -> Certificate:
    """Ana's, with words that stand nowhere else."""
    world.ana.name, world.enrolment(world.ana).group = NAME, GROUP
    world.keep()
    return cast.certified(world, world.ana, number=NUMBER, at=NOON + DAY)


def ask(site: Site, number: str = NUMBER, **more: object) -> TestResponse:
    """What somebody is answered who has never been here."""
    headers = {"Accept-Language": "en-GB,en;q=0.9,id;q=0.5"}
    return site.app.test_client().get(f"/verify/{number}", **{"headers": headers} | more)


def words_of(answer: TestResponse) -> str:
    """All that is told: the words on the page, and whatever else is sent with it."""
    page = Page(answer.text)
    assert page.all("main")
    return re.sub(r"\s+", " ", f"{answer.text} {answer.headers}")


@pytest.mark.parametrize("agreed", list(product((False, True), repeat=4)), ids=str)
def test_the_public_page_tells_what_was_agreed_and_nothing_more(
    site: Site, world: World, made: Certificate, agreed: tuple[bool, ...]
):
    made.reveal(Revealed(*agreed), now=NOON + 2 * DAY)
    world.keep()
    answer = ask(site)
    assert answer.status_code == 200
    told = words_of(answer)
    for word in ALWAYS:
        assert word in told
    for (what, words), is_agreed in zip(ADDED.items(), agreed, strict=True):
        for word in words:
            assert (word in told) is is_agreed, f"{what}: {word}"
    for word in NEVER:
        assert word not in told
    assert Linter(site.app).faults(answer.text, "/verify/") == []


def test_a_consent_that_is_taken_back_holds_at_once(site: Site, world: World, made: Certificate, client_for: Clients):
    ana = client_for(world.ana)
    shown = f"/certificates/{made.id}/revealed"
    assert ana.post(shown, data={"tell_name": "yes", "tell_modules": "yes"}).status_code == 303
    assert NAME in words_of(ask(site))
    assert ana.post(shown, data={}).status_code == 303
    told = words_of(ask(site))
    assert NAME not in told
    assert "Service" not in told
    assert "did not let the name be shown" in told


def test_what_is_revoked_says_the_day_and_no_more(site: Site, world: World, made: Certificate, client_for: Clients):
    made.reveal(Revealed(name=True, group=True, modules=True, signed_off=True), now=NOON + DAY)
    world.keep()
    sent = client_for(world.oki).post(f"/certificates/{made.id}/revocation", data={"reason": "Rahasia besar."})
    assert sent.status_code == 303
    answer = ask(site)
    told = words_of(answer)
    assert answer.status_code == 200
    assert "This certificate was revoked" in told
    assert "Wednesday, 4 March 2026" in told
    secret = [NAME, GROUP, "Service", "signed off", "Rahasia", "Oki", "Invented programme", "12 Mar 2026", "Valid"]
    for word in [*secret, *NEVER]:
        assert word not in told


def test_one_that_was_withdrawn_never_was(site: Site, world: World, made: Certificate, client_for: Clients):
    made.reveal(Revealed(name=True), now=NOON + DAY)
    world.keep()
    assert client_for(world.ana).post(f"/certificates/{made.id}/withdrawal").status_code == 303
    withdrawn, unknown = ask(site), ask(site, "0000-0000-0000-0000")
    unreadable, odd = ask(site, "never"), ask(site, "%22%3E%3Cscript%3E")
    assert [each.status_code for each in (withdrawn, unknown, unreadable, odd)] == [404] * 4
    assert withdrawn.data == unknown.data == unreadable.data == odd.data
    assert sorted(withdrawn.headers) == sorted(unknown.headers)
    assert "There is no certificate with this number" in withdrawn.text


def test_a_reopening_is_told_until_it_is_complete_again(site: Site, world: World, made: Certificate):
    assert "reopened" not in ask(site).text
    reflection = cast.begun(world, world.ana, CONDUCT)
    world.keep(Reopening.of(reflection, "Rahasia.", by=world.mia, now=NOON + DAY))
    told = words_of(ask(site))
    assert "A reflection was reopened since this certificate was issued" in told
    assert "Valid" in told
    assert "Rahasia" not in told
    assert "Mia" not in told
    cast.accepted(world, world.ana, CONDUCT, at=NOON + 2 * DAY)
    assert "reopened" not in ask(site).text


def test_it_needs_no_cookie_sets_none_and_is_kept_by_nobody(site: Site, world: World, made: Certificate):
    for where in (NUMBER, "7K2M-Q9XA-4TBC-01ZP", "", "?number=abc", f"?number={NUMBER}", "0000-0000-0000-0000"):
        answer = ask(site, where)
        assert answer.status_code in (200, 303, 404, 422)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        if answer.status_code != 303:
            assert '<meta name="robots" content="noindex, nofollow">' in answer.text


def test_it_does_not_matter_who_is_signed_in(site: Site, world: World, made: Certificate, client_for: Clients):
    stranger = site.app.test_client()
    with stranger.session_transaction() as cookie:
        cookie["language"] = "en"
    asked = f"/verify/{NUMBER}"
    pages = {client.get(asked).text for client in (stranger, client_for(world.ana), client_for(world.oki))}
    assert len(pages) == 1


@pytest.mark.parametrize("number", [NUMBER, "0000-0000-0000-0000", "never", "", "?number=never", f"?number={NUMBER}"])
def test_a_check_costs_two_statements_at_most_and_writes_nothing(
    site: Site, world: World, made: Certificate, queries: Statements, number: str
):
    with queries:
        ask(site, number)
    assert len(queries) <= 2, str(queries)
    assert queries.writes == []


@pytest.mark.parametrize("typed", ["7k2m q9xa 4tbc 01zp", "7K2M\u2013Q9XA\u20134TBC\u2013Olzp", f" {NUMBER} "])
def test_a_number_is_typed_as_people_type(site: Site, world: World, made: Certificate, typed: str):
    found = ask(site, "", query_string={"number": typed, "language": "en"})
    assert (found.status_code, found.location) == (303, "/verify/7K2M-Q9XA-4TBC-01ZP?language=en")


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("abc", 422, "This is no number of a certificate"),
        ("7K2M-Q9XA-4TBC-01ZU", 422, "This is no number of a certificate"),
        ("7K2M-Q9XA-4TBC-01ZQ", 404, "There is no certificate with this number"),
        ("", 422, "This field is required"),
        ("x" * 61, 422, "Please keep this to 60 characters"),
    ],
)
def test_what_is_not_found_comes_back_to_be_mended(
    site: Site, world: World, made: Certificate, typed: str, status: int, said: str
):
    answer = ask(site, "", query_string={"number": typed})
    assert answer.status_code == status
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert Linter(site.app).faults(answer.text, "/verify/") == []


def test_guesses_find_nothing(site: Site, world: World, made: Certificate):
    """Each of the sixteen signs counts: one that is wrong anywhere is as wrong as all of them."""
    near = [NUMBER[:at] + ("8" if NUMBER[at] != "8" else "9") + NUMBER[at + 1 :] for at in range(16)]
    answers = [ask(site, number) for number in [*near, NUMBER[::-1], f"{made.id:016d}", "%", "_" * 16, "1' or '1'='1"]]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1


@pytest.mark.parametrize(
    ("accepted", "asked", "spoken"),
    [
        ("en-GB,en;q=0.9", "", "This certificate is valid"),
        ("id-ID,id;q=0.9,en;q=0.5", "", 'lang="id"'),
        ("nl,fr;q=0.5", "", 'lang="id"'),
        ("", "", 'lang="id"'),
        ("id", "?language=en", "This certificate is valid"),
        ("en", "?language=id", '<html lang="id">'),
        ("en", "?language=xx", "This certificate is valid"),
    ],
)
def test_it_speaks_the_language_of_the_browser_or_the_one_asked_for(
    site: Site, world: World, made: Certificate, accepted: str, asked: str, spoken: str
):
    answer = ask(site, NUMBER + asked, headers={"Accept-Language": accepted})
    assert answer.status_code == 200
    assert spoken in answer.text
    other = "id" if '<html lang="en">' in answer.text else "en"
    assert f'href="?language={other}"' in answer.text
