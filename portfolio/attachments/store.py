"""Where the bytes of files lie: a folder on disk, or an S3-compatible store. Four methods, and keys that we make."""

import errno
import io
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

from portfolio.disk import bring_to_disk
from portfolio.errors import Failure

KEYS = re.compile(r"[0-9a-f]{32}(-small)?(\.unfinished)?")
UNFINISHED = ".unfinished"
READ_AHEAD = 256 * 1024
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Unstored(Exception):
    """The bytes could not be kept; `is_full` when there is no room for them."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.is_full = isinstance(cause, OSError) and cause.errno in FULL


@dataclass(frozen=True)
class Stored:
    """One of the things in a store."""

    key: str
    size: int
    changed_at: datetime


class Store(Protocol):
    """A place for bytes. What `put` has returned from is there after a power cut, whole."""

    def put(self, key: str, content: BinaryIO) -> None:
        """Keep these bytes, all or none of them; Unstored when that fails."""

    def open(self, key: str) -> BinaryIO:
        """The bytes, from the beginning, to be read and to be searched; FileNotFoundError when they are not there."""

    def delete(self, key: str) -> None:
        """Remove them; it is no fault if they are not there."""

    def list(self) -> Iterator[Stored]:
        """All that is there, what was left unfinished too."""


def new_key() -> str:
    """A name that nobody can guess, and that no person had a say in."""
    return secrets.token_hex(16)


def small(key: str) -> str:
    """The key of a picture's small copy."""
    return f"{key}-small"


def _checked(key: str) -> str:
    if not KEYS.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a file")
    return key


class Disk:
    """A folder that only we can look into; two hundred and fifty-six folders in it, so that none grows large."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: str) -> Path:
        return self.folder / _checked(key)[:2] / key

    def put(self, key: str, content: BinaryIO) -> None:
        """Written under another name, brought to the disk, and only then called by its own."""
        path = self._path(key)
        unfinished = path.with_name(key + UNFINISHED)
        try:
            self._make_folders(path.parent)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    shutil.copyfileobj(content, file)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(path)
                bring_to_disk(path.parent)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                path.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise Unstored(error) from error

    def _make_folders(self, inner: Path) -> None:
        for folder in (self.folder, inner):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                bring_to_disk(folder.parent)

    def open(self, key: str) -> BinaryIO:
        """A file, open for reading."""
        return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        """Remove the file."""
        self._path(key).unlink(missing_ok=True)

    def list(self) -> Iterator[Stored]:
        """Every file of ours; what others put there is left alone."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if KEYS.fullmatch(path.name):
                try:
                    found = path.stat()
                except FileNotFoundError:  # removed by another meanwhile
                    continue
                yield Stored(path.name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


class Bucket:
    """A store in the manner of S3, through obstore; the keys and the address are in the usual AWS_… variables."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.api = import_module("obstore")  # an extra: who keeps files on disk does not need it

    @classmethod
    def at(cls, url: str) -> "Bucket":
        """The bucket and prefix of `s3://bucket/prefix`."""
        parts = urlsplit(url)
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT") or ""
        store = import_module("obstore.store").S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": "60s"},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
        )
        return cls(store)

    def put(self, key: str, content: BinaryIO) -> None:
        """Sent whole; S3 shows nothing before it has everything."""
        key = _checked(key)
        try:
            self.api.put(self.store, key, content)
        except Exception as error:  # obstore's own, of which the common ancestor is this
            raise Unstored(error) from error

    def open(self, key: str) -> BinaryIO:
        """Read as it is asked for; obstore's "not found" is a FileNotFoundError too."""
        return io.BufferedReader(_Remote(self.api.open_reader(self.store, _checked(key))), READ_AHEAD)

    def delete(self, key: str) -> None:
        """Remove it; S3 does not mind if it is not there."""
        with suppress(FileNotFoundError):
            self.api.delete(self.store, _checked(key))

    def list(self) -> Iterator[Stored]:
        """Everything below our prefix that has a key of ours."""
        for batch in self.api.list(self.store):
            for found in batch:
                if KEYS.fullmatch(found["path"]):
                    yield Stored(found["path"], found["size"], found["last_modified"])


class _Remote(io.RawIOBase):
    """What obstore reads, as Python's own files are read."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = bytes(self.reader.read(len(buffer)))
        buffer[: len(content)] = content
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self.reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self.reader.tell())

    def close(self) -> None:
        if not self.closed:
            self.reader.close()
        super().close()


def at(url: str) -> Store:
    """The store of a setting: `file:///folder` or `s3://bucket/prefix`."""
    parts = urlsplit(url)
    return Bucket.at(url) if parts.scheme == "s3" else Disk(Path(unquote(parts.path)))


def start(app: Flask, url: str) -> None:
    """Give the application its store."""
    app.extensions["files"] = at(url) if url else None


def files() -> Store:
    """The store of this application."""
    store: Store | None = current_app.extensions["files"]
    if store is None:
        raise Failure("no place for files is set")
    return store
