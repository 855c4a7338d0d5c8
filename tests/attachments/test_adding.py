"""Adding a file: once however often it is sent, whole or not at all, and no more than there is room for."""

import errno
import gc
import io
import os
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio.attachments import limits, queries
from portfolio.attachments import store as stores
from portfolio.attachments.store import Disk, Unstored
from portfolio.attachments.sweeping import sweep
from portfolio.database import db
from portfolio.models import Attachment
from tests import cast
from tests.attachments import corpus
from tests.attachments.conftest import Add, body, kept
from tests.cast import DAY, NOON, World


def rows(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(Attachment)) or 0


def test_the_same_upload_twice_is_one_file(add: Add, session: Session, store: Disk):
    first = add(corpus.picture(), "photo.jpg", "the same")
    again = add(corpus.picture(), "photo.jpg", "the same")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json["id"] == again.json["id"]
    assert add(corpus.picture(), "photo.jpg", "another").json["id"] != first.json["id"]
    assert rows(session) == 2
    assert len(kept(store)) == 4  # each with its small copy


def test_without_a_script_one_comes_back_to_the_text(add: Add, ana: FlaskClient, draft_id: int):
    answer = add(corpus.picture(), "photo.jpg", json=False)
    assert (answer.status_code, answer.location) == (303, f"/reflections/{draft_id}/edit#files")
    assert "photo.jpg" in ana.get(f"/reflections/{draft_id}/edit").text
    assert "photo.jpg" in ana.get(f"/reflections/{draft_id}").text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "photo.jpg", "This file is empty."),
        (b"", "", "Choose a file first."),
        (b"MZ" + bytes(9), "a.exe", "Programs and scripts cannot be added."),
        (corpus.picture()[:-50], "photo.jpg", "This picture cannot be read"),
    ],
)
def test_without_a_script_the_sentence_stands_beside_the_field(add: Add, content: bytes, name: str, sentence: str):
    answer = add(content, name, json=False)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2  # at the top, and beside the field
    assert 'aria-invalid="true"' in answer.text
    assert "Your text is saved as it was." in answer.text


def test_one_byte_too_many(add: Add, monkeypatch: pytest.MonkeyPatch, store: Disk):
    content = b"%PDF-" + bytes(limits.FILE_AT_MOST - 11) + b"%%EOF\n"
    assert len(content) == limits.FILE_AT_MOST
    assert add(content, "paper.pdf").status_code == 200
    answer = add(content + b"\n", "paper.pdf")
    assert (answer.status_code, answer.json["refused"]) == (422, "This file is too large: at most 25 MB.")
    answer = add(content + bytes(2_000_000), "paper.pdf")
    assert (answer.status_code, answer.json["refused"]) == (422, "This file is too large: at most 25 MB.")
    assert len(kept(store)) == 1


def test_no_more_files_than_twenty(add: Add):
    for _ in range(limits.FILES_AT_MOST):
        assert add(b"A note.", "notes.txt").status_code == 200
    answer = add(b"A note.", "notes.txt")
    assert answer.status_code == 422
    assert "20 files" in answer.json["refused"]


def test_what_somebody_has_everywhere_is_counted(
    add: Add, world: World, session: Session, monkeypatch: pytest.MonkeyPatch, store: Disk
):
    monkeypatch.setattr(queries, "PERSON_AT_MOST", 1000)
    monkeypatch.setattr(queries, "REMOVED_AT_MOST", 1000)
    other = cast.draft(world, world.ana, 1).id
    first = add(b"x" * 600, "notes.txt").json["id"]
    answer = add(b"x" * 401, "more.txt", to=other)
    assert answer.status_code == 422
    assert "All your files together" in answer.json["refused"]
    assert len(kept(store)) == 1
    assert add(b"x" * 400, "more.txt", to=other).status_code == 200
    session.get_one(Attachment, first).remove(now=NOON)
    assert add(b"x" * 600, "again.txt", to=other).status_code == 200
    session.execute(sa.update(Attachment).values(removed_at=NOON))
    assert "this week" in add(b"x", "again.txt", to=other).json["refused"]


def test_what_is_handed_in_takes_no_more_files(add: Add, world: World, ana: FlaskClient, store: Disk):
    id = add(b"A note.", "notes.txt").json["id"]
    cast.submitted(world, world.ana)
    answer = add(b"A note.", "more.txt")
    assert answer.status_code == 409
    assert "waiting for a review" in answer.json["refused"]
    assert ana.post(f"/attachments/{id}/removal").status_code == 409
    assert len(kept(store)) == 1


def test_a_removed_file_is_brought_back(add: Add, ana: FlaskClient, draft_id: int, store: Disk):
    id = add(b"A note.", "notes.txt").json["id"]
    assert ana.post(f"/attachments/{id}/removal").status_code == 303
    page = ana.get(f"/reflections/{draft_id}/edit").text
    assert "No files yet." in page
    assert f"/attachments/{id}/return" in page
    answer = ana.post(f"/attachments/{id}/return", headers={"Accept": "application/json"})
    assert f"/attachments/{id}/removal" in answer.json["list"]
    assert ana.get(f"/attachments/{id}").data == b"A note."


def test_an_upload_cut_half_way_leaves_nothing_and_can_be_sent_again(
    ana: FlaskClient, add: Add, draft_id: int, session: Session, store: Disk
):
    content = corpus.picture(size=(900, 900))
    sent = body(content, "photo.jpg", "cut")
    whole = sent["data"]
    for at in (20, 90, len(whole) // 2, len(whole) - 5):
        cut = sent | {"data": None, "input_stream": io.BytesIO(whole[:at]), "content_length": len(whole)}
        answer = ana.post(f"/reflections/{draft_id}/attachments", headers={"Accept": "application/json"}, **cut)
        assert answer.status_code in (400, 422), at
        gc.collect()
        assert (rows(session), kept(store)) == (0, [])
    assert add(content, "photo.jpg", "cut").status_code == 200
    assert rows(session) == 1


def fails_at(n: int, error: int) -> Callable[..., Any]:
    """The n-th thing that is brought to the disk is not."""
    calls = iter(range(1, 1000))

    def fsync(descriptor: int) -> None:
        if next(calls) == n:
            raise OSError(error, os.strerror(error))

    return fsync


@pytest.mark.parametrize("n", range(1, 5))
@pytest.mark.parametrize(("error", "status"), [(errno.ENOSPC, 507), (errno.EIO, 503)])
def test_a_full_disk_leaves_nothing_and_says_so(
    add: Add, session: Session, store: Disk, monkeypatch: pytest.MonkeyPatch, n: int, error: int, status: int
):
    for inner in store.folder.glob("*"):
        inner.rmdir()
    with monkeypatch.context() as patch:
        patch.setattr(stores.os, "fsync", fails_at(n, error))
        answer = add(corpus.picture(), "photo.jpg", "full")
        assert answer.status_code == status
        assert "Your text is saved as it was." in answer.json["refused"]
    assert (rows(session), kept(store)) == (0, [])
    assert add(corpus.picture(), "photo.jpg", "full").status_code == 200


def test_a_disk_that_is_full_while_the_file_comes_in(add: Add, store: Disk, monkeypatch: pytest.MonkeyPatch):
    def full(*about: Any, **more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("werkzeug.wrappers.request.Request._get_file_stream", full)
    answer = add(corpus.picture(), "photo.jpg", json=False)
    assert answer.status_code == 507
    assert "There is no room for files" in answer.text


def test_a_commit_that_fails_leaves_no_file(add: Add, session: Session, store: Disk, monkeypatch: pytest.MonkeyPatch):
    def fails() -> None:
        raise sa.exc.OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(db.session, "commit", fails)
        assert add(corpus.picture(), "photo.jpg").status_code == 503
    assert (rows(session), kept(store)) == (0, [])


def test_a_file_is_on_the_disk_before_its_row_is(add: Add, store: Disk, monkeypatch: pytest.MonkeyPatch):
    happened: list[str] = []
    fsync, commit = os.fsync, db.session.commit
    monkeypatch.setattr(stores.os, "fsync", lambda descriptor: (happened.append("fsync"), fsync(descriptor)))
    monkeypatch.setattr(db.session, "commit", lambda: (happened.append("commit"), commit()))
    add(b"A note.", "notes.txt")
    assert happened.count("commit") == 1
    assert happened[-1] == "commit"
    assert happened.count("fsync") >= 2  # the file, and its folder


def test_files_lie_where_no_address_leads_and_only_we_look(add: Add, store: Disk, world: World, ana: FlaskClient):
    add(corpus.picture(), "../../static/photo.jpg")
    static = ana.application.static_folder
    assert static is not None
    for path in kept(store):
        assert not path.is_relative_to(static)
        assert path.stat().st_mode & 0o077 == 0
        assert "photo" not in path.name
        assert ana.get(f"/static/{path.name}").status_code == 404
        assert ana.get(f"/static/../files/{path.parent.name}/{path.name}").status_code == 404
    assert store.folder.stat().st_mode & 0o077 == 0


def test_a_part_of_a_recording_is_sent_when_asked_for(add: Add, ana: FlaskClient):
    content = b"OggS\0\x02" + bytes(range(256)) * 8
    id = add(content, "talk.ogg").json["id"]
    part = ana.get(f"/attachments/{id}", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(content)}"
    assert part.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert ana.get(f"/attachments/{id}", headers={"Range": "bytes=9999-"}).status_code == 416
    many = ana.get(f"/attachments/{id}", headers={"Range": "bytes=" + ",".join(f"{n}-{n}" for n in range(1000))})
    assert many.status_code in (200, 206, 416)
    assert len(many.data) <= 20_000


def test_an_old_file_is_swept_and_a_young_one_is_not(add: Add, store: Disk, session: Session, ana: FlaskClient):
    known = add(b"A note.", "notes.txt").json["id"]
    removed = add(b"A note.", "old.txt").json["id"]
    session.get_one(Attachment, removed).removed_at = NOON - 8 * DAY
    session.commit()
    old, young = stores.new_key(), stores.new_key()
    for key in (old, young, stores.small(old)):
        store.put(key, io.BytesIO(b"lost"))
    (store.folder / old[:2] / f"{old}.unfinished").write_bytes(b"half")
    for path in kept(store):
        age = NOON.timestamp() - (60 if path.name == young else 7200)
        os.utime(path, (age, age))
    with ana.application.app_context():
        swept = sweep(store, now=NOON)
    assert (swept.removed, swept.lost) == (1, 3)
    assert {path.name for path in kept(store)} == {young, session.get_one(Attachment, known).key}
    assert rows(session) == 1


def test_unstored_knows_when_there_is_no_room():
    assert Unstored(OSError(errno.ENOSPC, "full")).is_full
    assert not Unstored(OSError(errno.EIO, "broken")).is_full
