"""Static text is packed for those who can unpack it, and for nobody else; pages never are."""

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.cast import World
from tests.site import Site

PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def browser(site: Site) -> FlaskClient:
    return site.sign_in(None)


def on_disk(site: Site, name: str) -> bytes:
    return (Path(site.app.static_folder or "") / name).read_bytes()


@pytest.mark.parametrize("name", ["app.css", "js/keep.js", "icons.svg"])
def test_a_text_goes_out_packed_and_is_the_same(site: Site, browser: FlaskClient, name: str):
    answer = browser.get(f"/static/{name}", headers=PACKED)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(on_disk(site, name)) / 2
    assert gzip.decompress(answer.data) == on_disk(site, name)


@pytest.mark.parametrize("accepts", ["", "br", "gzip;q=0", "identity"])
def test_who_cannot_unpack_gets_it_as_it_is(site: Site, browser: FlaskClient, accepts: str):
    answer = browser.get("/static/app.css", headers={"Accept-Encoding": accepts})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == on_disk(site, "app.css")
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_part_is_a_part_of_the_file_itself(site: Site, browser: FlaskClient):
    answer = browser.get("/static/app.css", headers=PACKED | {"Range": "bytes=0-9"})
    assert (answer.status_code, answer.data) == (206, on_disk(site, "app.css")[:10])


def test_the_head_of_it_is_the_same_and_what_is_not_there_is_not(browser: FlaskClient):
    asked, head = (browser.open("/static/app.css", method=method, headers=PACKED) for method in ("GET", "HEAD"))
    assert head.data == b""
    assert {name: head.headers[name] for name in ("Content-Encoding", "Content-Length", "ETag")} == {
        name: asked.headers[name] for name in ("Content-Encoding", "Content-Length", "ETag")
    }
    assert browser.get("/static/nothing.css", headers=PACKED).status_code == 404


def test_a_page_is_never_packed(site: Site, world: World):
    answer = site.sign_in(world.ana.id).get("/", headers=PACKED)
    assert "Content-Encoding" not in answer.headers
