"""Backup, restore, and whether an installation is fit for people."""

import os
import sqlite3
import tarfile
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from portfolio.models import Attachment, Kind
from tests import cast
from tests.cast import NOON, World
from tests.commands import Run, says_in_one_line


@pytest.fixture
def filled(run: Run) -> Run:
    """The command, on a SQLite database with one person in it."""
    assert run("db", "upgrade").code == 0
    made = run("user", "add", "ana@test.example", "--name", "Ana", "--password-stdin", sent="a long password\n")
    assert made.code == 0, made.err
    return run


def add_file(folder: Path, content: bytes = b"A note.") -> Path:
    """A row for a file, by hand, and the file itself."""
    key = "ab" + "0" * 30
    about = (1, 1, 1, 1, "u", key, "notes.txt", "document", "text/plain", 7, sha256(content).hexdigest(), "2026-03-04")
    columns = "id, cohort_id, reflection_id, owner_id, upload, key, name, kind, media_type, size, sha256, added_at"
    with closing(sqlite3.connect(folder / "portfolio.sqlite3")) as database, database:
        database.execute(f"INSERT INTO attachment ({columns}) VALUES ({', '.join('?' * len(about))})", about)
    (folder / "files" / "ab").mkdir(parents=True, mode=0o700)
    (folder / "files" / "ab" / key).write_bytes(content)
    return folder / "files" / "ab" / key


def people_in(backup: Path, folder: Path) -> list[str]:
    with tarfile.open(backup) as archive:
        database = archive.extractfile("database.sqlite3")
        assert database is not None
        (folder / "taken out").mkdir()
        (folder / "taken out" / "database.sqlite3").write_bytes(database.read())
    return people(folder / "taken out" / "database.sqlite3")


def people(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return [email for (email,) in database.execute("SELECT email FROM user ORDER BY id")]


def test_a_backup_restores_what_was_there(filled: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar"
    assert filled("backup", str(copy)).code == 0
    assert people_in(copy, tmp_path) == ["ana@test.example"]
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.tar"]
    assert copy.stat().st_mode & 0o077 == 0
    filled("user", "add", "ben@test.example", "--name", "Ben", "--password-stdin", sent="a long password\n")
    assert "--replace" in says_in_one_line(filled("restore", str(copy)), 1)
    assert filled("restore", str(copy), "--replace").code == 0
    assert people(tmp_path / "portfolio.sqlite3") == ["ana@test.example"]
    assert filled("db", "check").code == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_files_come_along_and_are_checked(on_site: Run, world: World, tmp_path: Path) -> None:
    reflection, key, copy = cast.draft(world, world.ana), "ab" + "0" * 30, tmp_path / "copy.tar"
    about = {"kind": Kind.DOCUMENT, "media_type": "text/plain", "size": 7, "added_at": NOON, "upload": "u"}
    digest = sha256(b"A note.").hexdigest()
    where = {"cohort_id": reflection.cohort_id, "reflection_id": reflection.id, "owner_id": world.ana.id}
    world.keep(Attachment(key=key, name="notes.txt", sha256=digest, **about, **where))
    file = tmp_path / "files" / "ab" / key
    file.parent.mkdir(parents=True)
    file.write_bytes(b"A note.")
    assert "1 files" in on_site("backup", str(copy)).out
    file.unlink()
    restored = on_site("restore", str(copy), "--replace")
    assert restored.code == 0, restored.err
    assert file.read_bytes() == b"A note."
    copy.write_bytes(copy.read_bytes().replace(b"A note.", b"A lie!!"))
    assert "damaged" in says_in_one_line(on_site("restore", str(copy), "--replace"), 1)
    assert file.read_bytes() == b"A note."


def test_a_backup_without_a_file_that_should_be_there_says_so(filled: Run, tmp_path: Path) -> None:
    add_file(tmp_path).unlink()
    assert "1 files" in says_in_one_line(filled("backup", str(tmp_path / "copy.tar")), 1)
    assert people_in(tmp_path / "copy.tar", tmp_path) == ["ana@test.example"]


def test_a_backup_from_before_there_were_files_is_restored(filled: Run, tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(tmp_path / "portfolio.sqlite3")) as here, closing(sqlite3.connect(old)) as there:
        here.backup(there)
    assert filled("restore", str(old), "--replace").code == 0
    assert people(tmp_path / "portfolio.sqlite3") == ["ana@test.example"]


def test_sweeping_says_what_it_removed(filled: Run, tmp_path: Path) -> None:
    file = add_file(tmp_path)
    lost = file.with_name("ab" + "1" * 30)
    lost.write_bytes(b"lost")
    os.utime(lost, (0, 0))
    assert "1 files that belonged to nothing" in filled("files", "sweep").out
    assert (file.exists(), lost.exists()) == (True, False)


def test_a_backup_overwrites_nothing(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("something")
    says_in_one_line(filled("backup", str(tmp_path / "there")), 1)
    assert (tmp_path / "there").read_text() == "something"
    says_in_one_line(filled("backup", str(tmp_path / "no" / "folder")), 1)


def test_what_is_no_backup_is_refused(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all")
    says_in_one_line(filled("restore", str(tmp_path / "text"), "--replace"), 1)
    with closing(sqlite3.connect(tmp_path / "other.sqlite3")) as other:
        other.execute("CREATE TABLE something (id INTEGER)")
    says_in_one_line(filled("restore", str(tmp_path / "other.sqlite3"), "--replace"), 1)
    assert people(tmp_path / "portfolio.sqlite3") == ["ana@test.example"]


def test_check_deploy_names_what_is_missing(filled: Run, tmp_path: Path) -> None:
    private = filled("check-deploy")
    assert private.code == 1
    assert "PORTFOLIO_PUBLIC_ORIGIN" in private.err
    key = tmp_path / "key"
    key.write_text("k" * 64)
    key.chmod(0o600)
    public = {"PUBLIC_ORIGIN": "https://portfolio.example", "SECRET_KEY_FILE": str(key)}
    fit = filled("check-deploy", **public, MAIL_URL="smtp://mail.example")
    assert (fit.code, fit.err) == (0, "")
    silent = filled("check-deploy", **public)
    assert (silent.code, silent.err.count("\n")) == (0, 1)
    assert f"only goes into the folder {tmp_path / 'mail'}" in silent.err
    (tmp_path / "files").chmod(0o755)
    assert "chmod 700" in filled("check-deploy", **public).err
    (tmp_path / "files").chmod(0o700)
    (tmp_path / "no folder").write_text("")
    elsewhere = filled("check-deploy", **public, FILES_URL=(tmp_path / "no folder" / "files").as_uri())
    assert "no file can be kept" in elsewhere.err
    filled("user", "add", "trainee@demo.example", "--name", "X", "--password-stdin", sent="portfolio-demo\n")
    assert "demo" in filled("check-deploy", **public).err
