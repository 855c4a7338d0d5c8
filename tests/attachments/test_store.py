"""Both places for files keep the same promises."""

import io
import os
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from portfolio import config
from portfolio.attachments.store import Bucket, Disk, Store, at, new_key, small
from portfolio.errors import Failure


@pytest.fixture(params=["disk", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Disk(tmp_path / "files") if request.param == "disk" else Bucket(MemoryStore())


def test_what_is_put_is_there(store: Store):
    key = new_key()
    store.put(key, io.BytesIO(b"some bytes"))
    store.put(small(key), io.BytesIO(b"few"))
    with store.open(key) as content:
        assert content.seek(0, io.SEEK_END) == 10
        content.seek(5)
        assert bytes(content.read()) == b"bytes"
    assert {(stored.key, stored.size) for stored in store.list()} == {(key, 10), (small(key), 3)}
    assert all(stored.changed_at.tzinfo for stored in store.list())
    store.delete(key)
    store.delete(key)
    assert [stored.key for stored in store.list()] == [small(key)]
    with pytest.raises(FileNotFoundError):
        store.open(key)


@pytest.mark.parametrize(
    "key", ["", "..", "../" * 3 + "x", "a" * 32 + "/../x", "A" * 32, "x" * 32, "a" * 31, "a" * 32 + "\n"]
)
def test_only_our_own_keys_are_taken(store: Store, key: str):
    for use in (lambda: store.put(key, io.BytesIO(b"x")), lambda: store.open(key), lambda: store.delete(key)):
        with pytest.raises(ValueError, match="no key"):
            use()


def test_a_bucket_has_a_prefix(monkeypatch: pytest.MonkeyPatch):
    for name, value in {
        "REGION": "auto",
        "ENDPOINT_URL": "http://127.0.0.1:9",
        "ACCESS_KEY_ID": "x",
        "SECRET_ACCESS_KEY": "x",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    store = at("s3://portfolio-files/first/second")
    assert isinstance(store, Bucket)
    assert store.store.prefix == "first/second"


def place(tmp_path: Path, value: str) -> str:
    return config.from_environment({"PORTFOLIO_INSTANCE": str(tmp_path), "PORTFOLIO_FILES_URL": value}).files_url


def test_where_files_lie_when_nothing_is_said(tmp_path: Path):
    assert place(tmp_path, "") == (tmp_path / "files").as_uri()
    assert at(place(tmp_path, "")).folder == tmp_path / "files"  # type: ignore[attr-defined]
    assert place(tmp_path, "s3://bucket/a") == "s3://bucket/a"
    assert at(place(tmp_path, "file:///srv/my%20files")).folder == Path("/srv/my files")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "value",
    ["files", "/srv/files", "http://x/y", "s3://", "s3:///x", "s3://b!d/x", "s3://k:s@bucket/x", "file://host/x",
     "file:///", "ftp://x", "s3://bucket/x?y=1", f"file://{Path(config.__file__).parent / 'static' / 'files'}"],
)  # fmt: skip
def test_nonsense_is_refused_in_one_line(tmp_path: Path, value: str):
    with pytest.raises(Failure, match="PORTFOLIO_FILES_URL") as failure:
        place(tmp_path, value)
    assert "\n" not in str(failure.value)


def test_a_file_is_written_under_another_name_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store, seen = Disk(tmp_path / "files"), []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(sorted(path.name for path in store.folder.glob("*/*"))))
    key = new_key()
    store.put(key, io.BytesIO(b"x"))
    assert [f"{key}.unfinished"] in seen
    assert seen[-1] == [key]
