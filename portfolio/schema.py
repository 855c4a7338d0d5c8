"""The tables: brought up to date by migrations, and compared with the models."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

import portfolio.models  # noqa: F401 - the metadata is whole only once all models are imported
from portfolio import paths
from portfolio.database import Base

# What searches need, and no model tells of: a migration that remakes `document` would drop it without a word.
FULL_TEXT = {
    "sqlite": {"document_words", *(f"document_words_{event}" for event in ("insert", "delete", "update"))},
    "postgresql": {"document_words"},
}
_POSTGRESQL_INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"


def configuration(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings; they stand here and in no file, so that a wheel needs none."""
    config = Config()
    config.set_main_option("script_location", str(paths.top_level("migrations")).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["target_metadata"] = Base.metadata
    config.attributes["include_name"] = is_modelled
    return config


@contextmanager
def migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection fit for migrations.

    SQLite remakes a table to alter it; with foreign keys on, dropping the old one would delete the rows that point
    to it. They are off meanwhile, and checked afterwards.
    """
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
        if connection.dialect.name != "sqlite":
            # One at a time, however many start at once.
            connection.execute(sa.text("SELECT pg_advisory_lock(7046029254386353131)"))
            connection.commit()
            try:
                yield connection
            finally:
                connection.execute(sa.text("SELECT pg_advisory_unlock(7046029254386353131)"))
                connection.commit()
            return
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
            connection.commit()
            if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
                raise RuntimeError(f"after the migration, rows point nowhere: {broken[:5]}")
        finally:
            connection.invalidate()


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the tables up to date."""
    with migrating(engine) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the tables back to an earlier revision."""
    with migrating(engine) as connection:
        command.downgrade(configuration(connection), revision)


def current(engine: sa.Engine) -> str | None:
    """The revision the tables are at."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision this code needs."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def write_revision(engine: sa.Engine, message: str) -> str:
    """Write a migration for what differs between the models and the tables; where it stands."""
    number = f"{int(newest() or 0) + 1:04d}"
    with migrating(engine) as connection:
        script = command.revision(configuration(connection), message, autogenerate=True, rev_id=number)
    assert isinstance(script, Script)  # one revision was asked for
    return str(script.path)


def differences(engine: sa.Engine) -> list[Any]:
    """What in the tables is not as the models say."""
    with engine.connect() as connection:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": is_modelled}
        found = list(compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata))
        return found + [("missing", name) for name in sorted(FULL_TEXT[connection.dialect.name] - _made(connection))]


def is_modelled(name: str | None, kind: str, parents: Any = None) -> bool:
    """Whether something in the database is told by the models; the full-text index is told by its migration alone."""
    return not (name or "").startswith("document_words")


def _made(connection: sa.Connection) -> set[str]:
    listed = "SELECT name FROM sqlite_master" if connection.dialect.name == "sqlite" else _POSTGRESQL_INDEXES
    return set(connection.execute(sa.text(listed)).scalars())
