"""The archive of a backup: the database, the files that it names, and the SHA-256 of each, as `sha256sum` reads it.

database.sqlite3
files/<key>
SHA256SUMS
"""

import hashlib
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Literal

from portfolio.attachments.store import KEYS, Store, small
from portfolio.errors import Failure

DATABASE, FOLDER, SUMS = "database.sqlite3", "files/", "SHA256SUMS"
ATTACHED = "SELECT key, sha256 FROM attachment ORDER BY id"
CHUNK = 1024 * 1024


@contextmanager
def open_archive(file: Path, mode: Literal["r:", "w:"]) -> Iterator[tarfile.TarFile]:
    """A tar archive, not compressed: photos and recordings are already."""
    try:
        with tarfile.open(file, mode) as archive:
            yield archive
    except (tarfile.TarError, EOFError) as error:
        raise Failure(f"{file} is damaged: {error}") from error


def is_archive(file: Path) -> bool:
    """Whether a backup has files in it; older ones are a SQLite database and nothing else."""
    with file.open("rb") as start:
        return not start.read(16).startswith(b"SQLite format 3") and tarfile.is_tarfile(file)


def add_files(archive: tarfile.TarFile, store: Store, attached: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """Add the files with these keys and SHA-256, and the small copies there are. How many, and how many were wrong."""
    sums, missing = [], 0
    for key, wanted in attached:
        for one in (key, small(key)):
            try:
                with store.open(one) as found:
                    content = bytes(found.read())
            except FileNotFoundError:
                missing += one == key
                continue
            digest = hashlib.sha256(content).hexdigest()
            missing += one == key and digest != wanted
            sums.append(f"{digest}  {FOLDER}{one}\n")
            _add(archive, f"{FOLDER}{one}", content)
    _add(archive, SUMS, "".join(sums).encode())
    return len(attached) - missing, missing


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    about = tarfile.TarInfo(name)
    about.size, about.mode = len(content), 0o600
    archive.addfile(about, BytesIO(content))


def database_in(file: Path, folder: Path) -> Path:
    """The database of a backup, copied into a folder."""
    with open_archive(file, "r:") as archive:
        try:
            found = archive.extractfile(DATABASE)
        except KeyError:
            found = None
        if found is None:
            raise Failure(f"{file} is no backup of a Portfolio database")
        with found, (folder / DATABASE).open("wb") as copy:
            shutil.copyfileobj(found, copy)
    return folder / DATABASE


def check_files(file: Path, attached: Sequence[tuple[str, str]]) -> None:
    """Failure unless every file of the archive is as it was, and as the database says."""
    with open_archive(file, "r:") as archive:
        found = {key: _digest(archive, member) for key, member in _files(archive)}
        try:
            listed = archive.extractfile(SUMS)
        except KeyError:
            listed = None
        if listed is None:
            raise Failure(f"{file} is damaged: it has no {SUMS}")
        lines = [line.split("  ", 1) for line in listed.read().decode().splitlines()]
    written = {name.removeprefix(FOLDER): digest for digest, name in lines}
    wrong = [key for key in written.keys() | found.keys() if written.get(key) != found.get(key)]
    wrong += [key for key, digest in attached if key in found and found[key] != digest]
    if wrong:
        raise Failure(f"{file} is damaged: {len(wrong)} of its files are not as they were, first {sorted(wrong)[0]}")


def put_files(file: Path, store: Store) -> int:
    """Put the files of a backup into the store, before the rows that name them. How many attachments they are."""
    count = 0
    with open_archive(file, "r:") as archive:
        for key, member in _files(archive):
            content = archive.extractfile(member)
            assert content is not None  # only ordinary files are gone through
            store.put(key, BytesIO(content.read()))
            count += not key.endswith("-small")
    return count


def _files(archive: tarfile.TarFile) -> Iterator[tuple[str, tarfile.TarInfo]]:
    for member in archive:
        key = member.name.removeprefix(FOLDER)
        if member.name.startswith(FOLDER):
            if not member.isfile() or not KEYS.fullmatch(key):
                raise Failure(f"the archive has something in it that no backup has: {member.name!r}")
            yield key, member


def _digest(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    digest, content = hashlib.sha256(), archive.extractfile(member)
    assert content is not None
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
