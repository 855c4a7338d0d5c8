"""After signing in, somebody is led to a page of ours, whatever the address says."""

from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.access.stage import Stage
from tests.cast import PASSWORD

TRICKS = [
    "",
    " ",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2e%2e",
    "/\\evil.example",
    "/\\/evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\x1f//evil.example",
    "\u00a0//evil.example",
    "\u2028//evil.example",
    "／／evil.example",
    "/／evil.example",
    "http://evil.example",
    "https://evil.example/series/",
    "HTTPS://EVIL.EXAMPLE",
    "http:evil.example",
    "https:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "http:\\\\evil.example",
    "https:/\\evil.example",
    "ftp://evil.example",
    "//localhost@evil.example",
    "http://localhost@evil.example",
    "http://localhost.evil.example/",
    "http://localhost:80@evil.example/",
    "//localhost/series/",
    "http://localhost/series/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\tjavascript:alert(1)",
    "javascript://localhost/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "mailto:ana@evil.example",
    "evil.example",
    "series/",
    ".evil.example",
    "@evil.example",
    ":80",
    "?next=//evil.example",
    "#//evil.example",
    "/.evil.example",
    "/@evil.example",
    "/%2fevil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/%0d%0aLocation:%20//evil.example",
    "/series/%0d%0aSet-Cookie:%20a=b",
    "/series/\r\nSet-Cookie: a=b",
    "/series/..//evil.example",
    "/series//evil.example",
    "/./series/",
    "/static//evil.example",
    "/series/\u202e",
    "/no-such-page",
    "/sign-out",
    "/reflections/1/withdrawal",
    "/reflections/0",
    "/reflections/１",
    "/" + "x" * 10_000,
    "http://[::1",
    "//[evil",
    "http://[",
]
OURS = [
    "/",
    "/series/",
    "/series/?cohort=1",
    "/reflections/12",
    "/reflections/12/edit?more=lessons",
    "/?next=//evil.example",
]

every_trick = pytest.mark.parametrize("address", TRICKS, ids=[f"{n} {trick[:30]!r}" for n, trick in enumerate(TRICKS)])
every_page = pytest.mark.parametrize("address", OURS)


def led_to(client: FlaskClient, method: str, path: str, **sent: object) -> str:
    response = client.open(path, method=method, **sent)
    assert response.status_code == 303
    assert response.headers.getlist("Location") == [response.location]
    where = urlsplit(urljoin("http://localhost/sign-in", response.location))
    assert (where.scheme, where.netloc) == ("http", "localhost")
    return response.location


def signing_in(gates: Stage, address: str) -> str:
    form = {"email": "ana@test.example", "password": PASSWORD, "next": address}
    return led_to(gates.browser("nobody"), "POST", "/sign-in", data=form)


def already_in(gates: Stage, address: str) -> str:
    return led_to(gates.browser("ana"), "GET", "/sign-in", query_string={"next": address})


def choosing_a_language(gates: Stage, address: str) -> str:
    return led_to(gates.browser("nobody"), "POST", "/language", data={"language": "en", "next": address})


every_way = pytest.mark.parametrize(
    "way", [signing_in, already_in, choosing_a_language], ids=lambda way: way.__name__.replace("_", " ")
)


@every_way
def test_no_trick_leads_away(gates: Stage, way):
    led_astray = {trick: where for trick in TRICKS if "\0" not in trick and (where := way(gates, trick)) != "/"}
    assert led_astray == {}


@every_way
@every_page
def test_the_page_that_was_asked_for_is_shown(gates: Stage, way, address: str):
    assert way(gates, address) == address


@every_page
def test_a_page_that_needs_a_sign_in_remembers_itself(gates: Stage, address: str):
    asked = gates.browser("nobody").get(address)
    assert asked.status_code == 303
    path, query = asked.location.split("?", 1)
    assert path == "/sign-in"
    page = gates.browser("nobody").get(asked.location)
    assert page.status_code == 200
    assert signing_in(gates, parse_qs(query)["next"][0]) == address
