"""The `portfolio` command: one line for what is wrong, 2 for wrong use, 1 for failure, and never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portfolio import schema
from portfolio.config import from_environment
from portfolio.models import User
from portfolio.paths import PACKAGE
from tests import cast, rows
from tests.cast import World
from tests.commands import Done, Run, says_in_one_line
from tests.site import Site

PASSWORD = "a long enough password"
NOBODY_LISTENS = "postgresql+psycopg://somebody:hush@127.0.0.1:9/portfolio"


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["serve", "--port", "many"],
        ["serve", "--port", "70000"],
        ["serve", "--no-such-option"],
        ["db", "sideways"],
        ["user", "add"],
        ["user", "add", "no address", "--name", "Ana"],
        ["user", "add", "ana@example.org", "--name", " "],
        ["user", "add", "ana@example.org", "--name", "Ana", "--language", "nl"],
        ["progress", "rebuild", "--wrong"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_said_in_one_line(run: Run, arguments: list[str]):
    says_in_one_line(run(*arguments), 2)


@pytest.mark.parametrize(
    "command", [["db", "check"], ["serve"], ["progress", "rebuild"], ["user", "deactivate", "a@b.example"]]
)
def test_a_database_without_tables_is_said_in_one_line(run: Run, command: list[str]):
    assert "db upgrade" in says_in_one_line(run(*command), 1)


@pytest.mark.parametrize(
    "command", [["db", "upgrade"], ["db", "check"], ["serve"], ["progress", "rebuild"]], ids=" ".join
)
def test_a_database_that_does_not_answer_is_said_in_one_line(run: Run, command: list[str]):
    said = says_in_one_line(run(*command, DATABASE_URL=NOBODY_LISTENS), 1)
    assert "database" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    "url",
    [
        "portfolio.sqlite3",
        "oracle://hush@nowhere/x",
        "sqlite",
        "sqlite+nothing:///x",
        "postgresql://h:hush/x",
        "postgresql+nothing://h",
    ],
)
def test_an_address_of_a_database_that_is_none_is_said_in_one_line(run: Run, url: str):
    said = says_in_one_line(run("db", "check", DATABASE_URL=url), 1)
    assert "PORTFOLIO_DATABASE_URL" in said
    assert "hush" not in said


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_of_postgresql_needs_no_name_of_a_driver(scheme: str, tmp_path: Path):
    rest = "://ana@db.example/portfolio"
    settings = from_environment({"PORTFOLIO_DATABASE_URL": scheme + rest, "PORTFOLIO_INSTANCE": str(tmp_path)})
    assert settings.database_url == "postgresql+psycopg" + rest


def test_an_instance_folder_that_cannot_be_made_is_said_in_one_line(run: Run, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    says_in_one_line(run("db", "check", INSTANCE=str(tmp_path / "file" / "instance")), 1)


@pytest.mark.parametrize("missing", ["file", "bytes", "length"])
def test_a_secret_key_that_is_of_no_use_is_said_in_one_line(run: Run, tmp_path: Path, missing: str):
    key = tmp_path / "key"
    if missing != "file":
        key.write_bytes(b"\xff" * 64 if missing == "bytes" else b"short")
        key.chmod(0o600)
    assert "secret key" in says_in_one_line(run("db", "check", SECRET_KEY_FILE=str(key)), 1)


def test_a_secret_key_that_everyone_can_read_is_refused(run: Run, tmp_path: Path):
    key = tmp_path / "key"
    key.write_text("k" * 64)
    key.chmod(0o644)
    assert "chmod 600" in says_in_one_line(run("db", "check", SECRET_KEY_FILE=str(key)), 1)


def test_a_public_address_without_https_is_refused(run: Run):
    assert "https" in says_in_one_line(run("db", "check", PUBLIC_ORIGIN="http://portfolio.example"), 1)


def test_development_settings_are_refused_in_public(run: Run):
    settings = {"PUBLIC_ORIGIN": "https://portfolio.example", "DEVELOPMENT": "1"}
    assert "PORTFOLIO_DEVELOPMENT" in says_in_one_line(run("db", "check", **settings), 1)


def test_the_first_run_makes_a_key_that_only_its_owner_reads(run: Run, tmp_path: Path):
    assert run("db", "upgrade").code == 0
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert len((tmp_path / "secret-key").read_text()) >= 32


def test_check_says_that_the_tables_are_right_or_what_is_wrong(on_site: Run, engine: sa.Engine):
    assert on_site("db", "check").code == 0
    with engine.begin() as connection:
        connection.execute(sa.text('ALTER TABLE "user" ADD COLUMN surplus INTEGER'))
    try:
        assert "surplus" in says_in_one_line(on_site("db", "check"), 1)
    finally:
        engine.dispose()  # to drop a column, a connection of SQLite has to have looked at the tables since it was added
        with engine.begin() as connection:
            connection.execute(sa.text('ALTER TABLE "user" DROP COLUMN surplus'))


def test_an_account_is_made_with_a_password_from_standard_input(on_site: Run, site: Site, session: Session):
    add = ["user", "add", "Ana@Example.org", "--name", "  Ana   Lestari ", "--password-stdin"]
    done = on_site(*add, sent=f"{PASSWORD}\n")
    assert (done.code, done.err) == (0, "")
    ana = session.scalars(sa.select(User)).one()
    assert (ana.email, ana.name) == ("ana@example.org", "Ana Lestari")
    signed_in = site.app.test_client().post("/sign-in", data={"email": "ana@example.org", "password": PASSWORD})
    assert signed_in.status_code == 303
    assert "ana@example.org" in says_in_one_line(on_site(*add, sent=f"{PASSWORD}\n"), 1)


@pytest.mark.parametrize("password", ["", "short", "x" * 2000])
def test_a_password_of_no_use_makes_no_account(on_site: Run, session: Session, password: str):
    done = on_site("user", "add", "ana@example.org", "--name", "Ana", "--password-stdin", sent=f"{password}\n")
    assert "password" in says_in_one_line(done, 1)
    assert session.scalars(sa.select(User)).all() == []


def test_wrong_progress_is_found_and_counted_again(on_site: Run, world: World, engine: sa.Engine):
    cast.accepted(world, world.ana)
    cast.submitted(world, world.ben)
    check, right = ("progress", "rebuild", "--check"), rows.read(engine)
    assert on_site(*check).code == 0
    with engine.begin() as connection:
        more = "UPDATE module_progress SET waiting = waiting + 1, submitted = submitted + 1 WHERE enrolment_id = :place"
        connection.execute(sa.text(more), {"place": world.enrolment(world.ana).id})
    wrong = rows.read(engine)
    said = says_in_one_line(on_site(*check), 1)
    assert " rows of progress differ" in said
    assert rows.differences(wrong, rows.read(engine)) == []
    assert "put right" in on_site("progress", "rebuild").out
    assert rows.differences(right, rows.read(engine)) == []
    assert on_site(*check).code == 0


def test_python_runs_it_as_a_module(tmp_path: Path):
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PORTFOLIO_INSTANCE": str(tmp_path / "instance")}

    def portfolio(*arguments: str) -> Done:
        command = [sys.executable, "-W", "error", "-m", "portfolio", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return Done(done.returncode, done.stdout, done.stderr)

    assert portfolio("db", "upgrade") == Done(0, f"The database is now at revision {schema.newest()}.\n", "")
    says_in_one_line(portfolio("no-such-command"), 2)
