"""What every answer says to the browser, pages and faults alike; and under which names we answer."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.access.stage import WHO, Stage
from tests.cast import PASSWORD

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "media-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "worker-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
OUTSIDE = "https://portfolio.example"


def check(response: TestResponse) -> None:
    """What holds for every answer."""
    for name, value in EVERYWHERE.items():
        assert response.headers.get_all(name) == [value], name
    said = [part.split() for part in response.headers["Content-Security-Policy"].split(";")]
    policy = {name: sources for name, *sources in said}
    assert policy == POLICY
    assert "Permissions-Policy" in response.headers
    assert "X-Powered-By" not in response.headers
    if response.data:
        assert response.headers["Content-Type"].endswith("charset=utf-8")


def check_page(response: TestResponse) -> None:
    """What holds for every answer that may speak of a person."""
    check(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Cookie" in response.headers["Vary"]


def test_every_page_of_everybody(gates: Stage):
    for who in (*WHO, "nobody", "deni"):
        for path in ("/", "/series/", "/progress/", "/reviews/", "/cohorts/", "/profile", "/sign-in", "/no-such-page"):
            check_page(gates.browser(who).get(path))


def test_every_kind_of_answer(gates: Stage):
    ana, id = gates.browser("ana"), gates.ids["ana's draft"]
    draft = f"/reflections/{id}"
    answers = {
        200: ana.get(draft),
        303: ana.post("/language", data={"language": "en"}),
        400: ana.post(f"{draft}/edit", data=b"title=\xe9", content_type="application/x-www-form-urlencoded"),
        401: gates.browser("nobody").post(draft + "/edit"),
        403: ana.post("/language", data={"language": "en"}, headers={"Origin": "https://evil.example"}),
        404: ana.get("/reflections/2000000000"),
        405: ana.delete(draft),
        409: ana.post(f"{draft}/withdrawal"),
        413: ana.post(f"{draft}/edit", data={"title": "x" * 2_000_000}),
        422: ana.post(f"{draft}/edit", data={}),
        410: ana.get(f"/invitations/{gates.secrets['a used link']}"),
    }
    for status, response in answers.items():
        assert response.status_code == status
        check_page(response)
    check_page(ana.head("/"))
    check_page(ana.options("/"))


def test_a_page_for_a_fault(gates: Stage, monkeypatch: pytest.MonkeyPatch):
    def breaks() -> str:
        raise RuntimeError("a secret of the inside, in /home/somebody/portfolio.py")

    monkeypatch.setitem(gates.site.app.view_functions, "reflections.today", breaks)
    monkeypatch.setitem(gates.site.app.config, "PROPAGATE_FAULTS", False)
    response = gates.browser("ana").get("/")
    assert response.status_code == 500
    check_page(response)
    for secret in ("secret", "RuntimeError", "Traceback", "/home", "portfolio.py", "Ana"):
        assert secret not in response.text


def test_a_static_file_is_kept_for_as_long_as_it_is_the_same(app: Flask):
    client = app.test_client()
    with app.test_request_context():
        address = app.url_for("static", filename="app.css")
    assert "?v=" in address
    response = client.get(address)
    check(response)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response.headers
    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert "immutable" in again.headers["Cache-Control"]


def test_a_static_file_without_its_fingerprint_is_asked_for_again_soon(app: Flask):
    response = app.test_client().get("/static/app.css")
    assert response.headers["Cache-Control"] == "public, max-age=300"
    check_page(app.test_client().get("/static/no-such-file.css?v=1"))


@pytest.mark.parametrize(
    "path", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "..\\app.py", "/etc/passwd", "%00", "js/"]
)
def test_nothing_but_static_files_is_static(app: Flask, path: str):
    response = app.test_client().get(f"/static/{path}", follow_redirects=True)
    assert response.status_code in (400, 404)
    assert "create_app" not in response.text


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example:80", "", "lo calhost", "[", "@"],
)
def test_we_answer_to_no_other_name(gates: Stage, host: str):
    for client, method in (
        (gates.browser("ana"), "GET"),
        (gates.browser("nobody"), "GET"),
        (gates.browser("ana"), "POST"),
    ):
        headers = {"Host": host, "Origin": "http://localhost"}
        response = client.open("/language", method=method, headers=headers, data={"language": "id"})
        assert response.status_code == 400
        assert "evil" not in response.text
        assert "Location" not in response.headers
        check_page(response)
    assert gates.changes() == []


def test_a_forwarded_name_is_nobodys_business(gates: Stage):
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4", "Forwarded": "host=evil.example"}
    response = gates.browser("nobody").get("/", headers=headers)
    assert response.location == "/sign-in?next=/"
    with gates.site.served_as(is_behind_proxy=True) as behind:
        assert behind.test_client().get("/", headers=headers).location == "/sign-in?next=/"


Outside = Callable[..., TestResponse]


@pytest.fixture
def outside(gates: Stage) -> Iterator[Outside]:
    """A browser far from this machine: a proxy that speaks TLS with it speaks plainly with us."""
    with gates.site.served_as(public_origin=OUTSIDE, is_behind_proxy=True) as app:
        client = app.test_client()
        client.environ_base["HTTP_X_FORWARDED_PROTO"] = "https"
        yield lambda *args, **values: client.open(*args, **{"base_url": "http://portfolio.example"} | values)


def test_in_public_the_cookie_is_bound_to_the_site_and_to_tls(outside: Outside):
    form = {"email": "ana@test.example", "password": PASSWORD}
    response = outside("/sign-in", method="POST", data=form)
    assert response.status_code == 303
    [cookie] = response.headers.get_all("Set-Cookie")
    name, *flags = (part.strip() for part in cookie.split(";"))
    assert name.startswith("__Host-portfolio=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert not [flag for flag in flags if flag.lower().startswith("domain")]


def test_in_public_the_browser_is_told_to_stay_with_tls(outside: Outside):
    response = outside("/sign-in")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    check_page(response)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "portfolio.example.evil.example", "www.portfolio.example"])
def test_in_public_only_the_public_name_is_answered(outside: Outside, host: str):
    assert outside("/sign-in", base_url=f"http://{host}").status_code == 400


@pytest.mark.parametrize(
    ("origin", "status"), [(OUTSIDE, 303), ("https://evil.example", 403), ("http://portfolio.example", 403)]
)
def test_in_public_a_form_comes_from_the_public_name(outside: Outside, origin: str, status: int):
    response = outside("/language", method="POST", data={"language": "id"}, headers={"Origin": origin})
    assert response.status_code == status
