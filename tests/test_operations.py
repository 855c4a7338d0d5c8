"""Backup, restore, and whether an installation is fit for people."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands import Run, says_in_one_line


@pytest.fixture
def filled(run: Run) -> Run:
    """The command, on a SQLite database with one person in it."""
    assert run("db", "upgrade").code == 0
    made = run("user", "add", "ana@test.example", "--name", "Ana", "--password-stdin", sent="a long password\n")
    assert made.code == 0, made.err
    return run


def people(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return [email for (email,) in database.execute("SELECT email FROM user ORDER BY id")]


def test_a_backup_restores_what_was_there(filled: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    assert filled("backup", str(copy)).code == 0
    assert people(copy) == ["ana@test.example"]
    assert copy.stat().st_mode & 0o077 == 0
    filled("user", "add", "ben@test.example", "--name", "Ben", "--password-stdin", sent="a long password\n")
    assert "--replace" in says_in_one_line(filled("restore", str(copy)), 1)
    assert filled("restore", str(copy), "--replace").code == 0
    assert people(tmp_path / "portfolio.sqlite3") == ["ana@test.example"]
    assert filled("db", "check").code == 0


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
    fit = filled("check-deploy", **public)
    assert (fit.code, fit.err) == (0, "")
    filled("user", "add", "trainee@demo.example", "--name", "X", "--password-stdin", sent="portfolio-demo\n")
    assert "demo" in filled("check-deploy", **public).err
