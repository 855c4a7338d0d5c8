"""The upload corpus: each file is refused in words, or served so that it can do nothing."""

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image

from portfolio.attachments.store import Disk
from tests.attachments import corpus
from tests.attachments.conftest import Add, kept
from tests.site import ONE_DATABASE

one_database = pytest.mark.parametrize("database", [ONE_DATABASE], indirect=True)
INERT = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def test_the_corpus_is_large_enough():
    assert len(list(corpus.refused())) + len(list(corpus.taken())) >= 110


@one_database
def test_what_could_do_harm_is_refused_in_words(add: Add, store: Disk):
    wrong = []
    for name, content in corpus.refused():
        answer = add(content, name)
        said = (answer.json or {}).get("refused", "")
        if answer.status_code != 422 or len(said) < 15 or kept(store):
            wrong.append((name, answer.status_code, said or answer.text[:100]))
    assert wrong == []


@one_database
def test_what_is_taken_is_served_inert(add: Add, ana: FlaskClient):
    for name, content, called, media_type in corpus.taken():
        answer = add(content, name)
        assert answer.status_code == 200, (name, answer.text)
        assert answer.json["name"] == called
        for variant in ("", "/small") if media_type.startswith("image/") else ("",):
            served = ana.get(f"/attachments/{answer.json['id']}{variant}")
            assert served.status_code == 200
            assert served.headers["Content-Type"] == ("image/webp" if variant else media_type), name
            how = "inline" if media_type.startswith("image/") else "attachment"
            assert served.headers["Content-Disposition"].startswith(f"{how}; filename="), name
            assert {header: served.headers[header] for header in INERT} == INERT, name
            if media_type.startswith("image/"):
                assert b"script" not in served.data, name
                Image.open(io.BytesIO(served.data)).load()
        removed = ana.post(f"/attachments/{answer.json['id']}/removal")  # else there are soon too many here
        assert removed.status_code == 303


@one_database
def test_a_photo_keeps_nothing_but_what_is_to_be_seen(add: Add, ana: FlaskClient):
    id = add(corpus.photo_with_place(), "photo.jpg").json["id"]
    for variant in ("", "/small"):
        content = ana.get(f"/attachments/{id}{variant}").data
        shown = Image.open(io.BytesIO(content))
        assert dict(shown.getexif()) == {}
        assert shown.size == (48, 64)  # upright
        for secret in (b"Secret", b"Exif", b"GPS"):
            assert secret not in content
    id = add(corpus.with_text("Secret place"), "photo.png").json["id"]
    assert b"Secret" not in ana.get(f"/attachments/{id}").data


@one_database
def test_a_large_photo_becomes_no_larger_than_a_screen(add: Add, ana: FlaskClient):
    id = add(corpus.picture(size=(6000, 4000)), "large.jpg").json["id"]
    assert Image.open(io.BytesIO(ana.get(f"/attachments/{id}").data)).size == (2048, 1365)
    assert Image.open(io.BytesIO(ana.get(f"/attachments/{id}/small").data)).size == (480, 320)
    assert add(corpus.picture(size=(6001, 4000)), "larger.jpg").status_code == 422
