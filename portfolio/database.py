"""The database: one metadata with names for every constraint, column types, and how SQLite is driven."""

import enum
import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
LARGEST_ID = 2**31 - 1
# Triggers keep the full-text index. Before SQLite 3.41, FTS5 does not say that it is harmless in them, and works only
# where the schema is trusted; ours is made by the migrations alone, and has no functions of our own to call.
TRUSTED_SCHEMA = "OFF" if sqlite3.sqlite_version_info >= (3, 41) else "ON"


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC; naive ones are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Bilingual(dict[str, str]):
    """A short text in both languages, `{"id": …, "en": …}`."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(id=texts["id"], en=texts["en"])

    def __str__(self) -> str:
        return self["id"]


class BilingualText(sa.types.TypeDecorator[Bilingual]):
    """A `Bilingual` kept as JSON."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> dict[str, str] | None:
        return None if value is None else dict(Bilingual(value))

    def process_result_value(self, value: Mapping[str, str] | None, dialect: Dialect) -> Bilingual | None:
        return None if value is None else Bilingual(value)


def word_of(kind: type[enum.Enum], name: str) -> sa.Enum:
    """A column for one of a few known words, held to them by a CHECK called `name`."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=name,
        values_callable=lambda words: [word.value for word in words],
    )


class Base(DeclarativeBase):
    """What every model is made from."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UTCDateTime, Bilingual: BilingualText}


# What was committed stays readable: a page is made after the commit, and must not ask for everything again.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def engine_options(url: str) -> dict[str, Any]:
    """How connections to `url` are made: short waits, and a check that a pooled one still lives."""
    # What people wrote is no matter for a log, in which a fault would name it among its parameters.
    options: dict[str, Any] = {"json_serializer": _dump, "pool_pre_ping": True, "hide_parameters": True}
    if sa.make_url(url).database:  # a database in memory has one connection
        # A request may hold two at once: one that reads the page, one that writes down who reads.
        options |= {"pool_size": 10, "max_overflow": 10}
    if sa.make_url(url).get_backend_name() == "postgresql":
        options |= {
            "pool_recycle": 1800,
            "pool_timeout": 2,
            "connect_args": {
                "connect_timeout": 2,
                "options": "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=30000 -c timezone=utc",
            },
        }
    return options


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def drive_sqlite(engine: sa.Engine) -> None:
    """Make SQLite durable and honest: WAL, full synchronisation, foreign keys, and real transactions.

    The driver of Python 3.11 begins transactions by its own rules, late or not at all; so it is told not to, and the
    BEGIN is ours: IMMEDIATE where a request says it will write, since a deferred one that turns into a writer fails
    at once when another writes.
    """
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "busy_timeout=5000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"trusted_schema={TRUSTED_SCHEMA}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def began(connection: sa.Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


def begin_writing() -> None:
    """Begin the transaction of a request or command that will write, before anything is read in it."""
    db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
