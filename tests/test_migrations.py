"""Every migration goes up, down and up again, alone and all the way, and what they make is what the models say."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from portfolio import paths, schema
from portfolio.config import Settings
from portfolio.database import Base
from tests.cast import NOON
from tests.site import running

SCRIPTS = ScriptDirectory.from_config(schema.configuration())
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
FILES = sorted(paths.top_level("migrations").rglob("*.py"))
SECRET = "of no use to anybody, and long enough"


@pytest.fixture
def url(database: str, new_database: Callable[[str], str]) -> str:
    """An empty database."""
    return new_database(database)


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    """An engine that is driven as the application drives it, on an empty database."""
    with running(Settings(url, SECRET)) as (_, engine):
        yield engine


def tables(engine: sa.Engine) -> set[str]:
    """Those of the models; what the full-text index is made of is SQLite's own affair."""
    names = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not name.startswith("document_words")}


def test_there_is_one_newest_revision():
    assert SCRIPTS.get_heads() == [REVISIONS[-1]] == [schema.newest()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_migration_stands_alone(file: Path):
    assert not re.search(r"^\s*(from|import)\s+portfolio|portfolio\.", file.read_text(), re.MULTILINE)


def test_each_revision_goes_up_and_down_and_up_again(engine: sa.Engine):
    for earlier, revision in pairwise(["base", *REVISIONS]):
        before = reflected(engine)
        schema.upgrade(engine, revision)
        made = reflected(engine)
        schema.downgrade(engine, earlier)
        assert reflected(engine) == before
        schema.upgrade(engine, revision)
        assert reflected(engine) == made
    assert schema.current(engine) == schema.newest()


def test_all_the_way_down_leaves_no_table(engine: sa.Engine):
    schema.upgrade(engine)
    assert tables(engine) == set(Base.metadata.tables)
    schema.downgrade(engine, "base")
    assert tables(engine) == set()
    assert schema.current(engine) is None


def test_alembic_finds_nothing_to_change(engine: sa.Engine):
    schema.upgrade(engine)
    assert schema.differences(engine) == []


def test_a_lost_full_text_index_is_missed(engine: sa.Engine, database: str):
    """A migration that remakes `document` takes its triggers along; `portfolio db check` says so."""
    schema.upgrade(engine)
    what, name = ("TRIGGER", "document_words_insert") if database == "sqlite" else ("INDEX", "document_words")
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP {what} {name}"))
    assert schema.differences(engine) == [("missing", name)]


def test_the_tables_are_those_of_the_models_to_the_last_constraint(
    engine: sa.Engine, database: str, new_database: Callable[[str], str]
):
    """Alembic compares no CHECKs and no conditions of indexes; so both are asked of the database itself."""
    schema.upgrade(engine)
    with running(Settings(new_database(database), SECRET)) as (_, by_models):
        Base.metadata.create_all(by_models)
        wanted = reflected(by_models)
    found = reflected(engine)
    assert found.keys() == wanted.keys()
    for table in wanted:
        assert found[table] == wanted[table], table


def test_every_check_of_the_models_is_in_the_database(engine: sa.Engine):
    schema.upgrade(engine)
    inspector = sa.inspect(engine)
    for table in Base.metadata.sorted_tables:
        wanted = {str(check.name) for check in table.constraints if isinstance(check, sa.CheckConstraint)}
        assert {check["name"] for check in inspector.get_check_constraints(table.name)} == wanted, table.name


def test_a_migration_that_breaks_off_leaves_nothing_behind(engine: sa.Engine):
    statements: list[str] = []

    def breaks_off(connection: sa.Connection, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)
        if "CREATE TABLE reflection" in statement:
            raise KeyboardInterrupt

    sa.event.listen(engine, "before_cursor_execute", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        schema.upgrade(engine)
    sa.event.remove(engine, "before_cursor_execute", breaks_off)
    assert sum("CREATE TABLE" in statement for statement in statements) > 5
    assert tables(engine) == set()
    assert schema.current(engine) is None
    schema.upgrade(engine)
    assert schema.differences(engine) == []


def test_two_upgrades_at_the_same_time_both_succeed(url: str, engine: sa.Engine, tmp_path: Path):
    environment = os.environ | {"PORTFOLIO_DATABASE_URL": url, "PORTFOLIO_INSTANCE": str(tmp_path)}
    (tmp_path / "secret-key").write_text(SECRET)
    (tmp_path / "secret-key").chmod(0o600)
    command = [sys.executable, "-m", "portfolio", "db", "upgrade"]
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0], answers
    assert schema.differences(engine) == []


# --- What was there before


def plainest(column: sa.Column[Any]) -> Any:
    """Something that a column takes."""
    if column.nullable or column.primary_key:
        return None
    kind = column.type.python_type
    known = {int: 1, str: "x", bool: False, datetime: NOON, date: NOON.date(), object: {}}
    return known[kind]


def test_conversations_that_were_there_are_given_a_turn(engine: sa.Engine, database: str):
    schema.upgrade(engine, "0003")
    there = sa.MetaData()
    there.reflect(engine, resolve_fks=False)

    def add(connection: sa.Connection, name: str, **values: Any) -> None:
        usual = {column.name: plainest(column) for column in there.tables[name].columns if not column.primary_key}
        kept = {key: value for key, value in usual.items() if value is not None}
        connection.execute(there.tables[name].insert().values(**kept | values))

    with engine.begin() as connection:
        add(connection, "user", id=1, email="writer", language="id")
        add(connection, "user", id=2, email="mentor", language="id")
        for name in ("programme", "cohort", "agenda"):
            add(connection, name, id=1)
        add(connection, "module", id=1, basis="accepted")
        add(connection, "training_session", id=1, mode="online")
        add(connection, "enrolment", id=1)
        add(connection, "module_progress", enrolment_id=1, module_id=1, submitted=0, waiting=0, returned=0,
            accepted=0, excused=0)  # fmt: skip
        add(connection, "reflection", id=1, state="draft", visibility="mentor")
        add(connection, "submission", id=1)
        # The mentor asked, and has been answered; asked, and was not; and the writer asked.
        talk = [(1, None, 2, 0), (2, 1, 1, 1), (3, None, 2, 2), (4, None, 1, 3)]
        for number, parent, author, hours in talk:
            at = NOON + timedelta(hours=hours)
            add(connection, "comment", id=number, parent_id=parent, author_id=author, created_at=at)
    schema.upgrade(engine, "0004")
    with engine.connect() as connection:
        columns = "id, turn, awaits_id, promised_on"
        rows = connection.execute(sa.text(f"SELECT {columns} FROM comment ORDER BY id")).all()
    assert [(number, turn, awaited, str(day)[:10]) for number, turn, awaited, day in rows] == [
        (1, "guide", 2, "2026-03-05"),
        (2, None, None, "None"),
        (3, "writer", None, "None"),
        (4, "guide", None, "2026-03-05"),
    ]


def reflected(engine: sa.Engine) -> dict[str, dict[str, Any]]:
    """All that the database says of its tables, in an order of its own that means nothing put aside."""
    inspector = sa.inspect(engine)
    return {table: _reflected(inspector, table) for table in sorted(tables(engine))}


def _reflected(inspector: sa.Inspector, table: str) -> dict[str, Any]:
    columns = {column["name"]: column | {"type": repr(column["type"])} for column in inspector.get_columns(table)}
    return {
        "columns": columns,
        "primary key": inspector.get_pk_constraint(table),
        "foreign keys": _by_name(inspector.get_foreign_keys(table)),
        "unique": _by_name(inspector.get_unique_constraints(table)),
        "indexes": _by_name([index for index in inspector.get_indexes(table) if index["name"] != "document_words"]),
        "checks": {
            check["name"]: " ".join(check["sqltext"].split()) for check in inspector.get_check_constraints(table)
        },
    }


def _by_name(things: list[Any]) -> dict[str, Any]:
    plain = [
        thing | {"dialect_options": {name: str(value) for name, value in thing.get("dialect_options", {}).items()}}
        for thing in things
    ]
    return {thing["name"]: thing for thing in plain}
