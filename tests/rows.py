"""All rows of a database: read, removed, put back, compared."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa

from portfolio.database import Base

Rows = dict[str, list[dict[str, Any]]]

NOTHING: Rows = {}
SCREENFUL = 12
FAR_APART = 10_000  # more than there are rows in a table of the tests


def read(engine: sa.Engine, *, but: Collection[str] = ()) -> Rows:
    """Every row of every table, in the order of the primary keys; tables without any are left out."""
    with engine.connect() as connection:
        every = {
            table.name: [dict(row) for row in connection.execute(_plain(table)).mappings()]
            for table in Base.metadata.sorted_tables
            if table.name not in but
        }
    return {name: rows for name, rows in every.items() if rows}


def replace(engine: sa.Engine, rows: Rows) -> None:
    """Remove all rows there are, and put these in their place."""
    tables = Base.metadata.sorted_tables
    # A page of the test before may still be sending: it is waited for, and nothing is read that it then changes.
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        filled = connection.execute(_which_are_filled()).mappings().one()
        for table in reversed(tables):
            if filled[table.name]:
                connection.execute(table.delete())
        for table in tables:
            if there := rows.get(table.name):
                connection.execute(_plain_table(table).insert(), there)
        if engine.dialect.name == "postgresql":
            touched = [table for table in tables if "id" in table.c and (filled[table.name] or table.name in rows)]
            if touched:  # ids go on where the rows end, as they do in SQLite, whatever was there before
                connection.execute(sa.select(*(_go_on(table, rows.get(table.name, [])) for table in touched)))


def differences(before: Rows, after: Rows) -> list[str]:
    """What is not the same any more, in words; none when all is the same."""
    return list(_differences(before, after))[:SCREENFUL]


def repeated(before: Rows, after: Rows, times: int) -> Rows:
    """What was added between two readings, added that many times in all: many trainees are made from one.

    Each repetition has ids of its own, also where its rows refer to each other.
    """
    tables = {name: Base.metadata.tables[name] for name in after}
    added = {name: [row for row in there if row not in before.get(name, [])] for name, there in after.items()}
    ids = {name: {row["id"] for row in new if "id" in row} for name, new in added.items()}

    def again(name: str, row: dict[str, Any], number: int) -> dict[str, Any]:
        other = dict(row)
        for column in tables[name].columns:
            owners = [name] if column.name == "id" else [key.column.table.name for key in column.foreign_keys]
            if any(row[column.name] in ids.get(owner, ()) for owner in owners):
                other[column.name] += number * FAR_APART
            if column.unique and isinstance(row[column.name], str):
                other[column.name] = f"{number}.{row[column.name]}"
        return other

    return {
        name: there + [again(name, row, number) for number in range(1, times) for row in added[name]]
        for name, there in after.items()
    }


def _differences(before: Rows, after: Rows) -> Iterable[str]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, []), after.get(name, [])
        yield from (f"- {name} {row}" for row in old if row not in new)
        yield from (f"+ {name} {row}" for row in new if row not in old)


def _go_on(table: sa.Table, rows: list[dict[str, Any]]) -> sa.Function[int]:
    sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', "id")
    return sa.func.setval(sequence, max((row["id"] for row in rows), default=1), bool(rows))


@cache
def _which_are_filled() -> sa.Select[Any]:
    # Asked at once, since most tables are empty in most tests.
    return sa.select(*(sa.exists().select_from(table).label(table.name) for table in Base.metadata.sorted_tables))


@cache
def _plain_table(table: sa.Table) -> sa.TableClause:
    # As the database has them: what our column types make of a value is not compared, and not made twice.
    return sa.table(table.name, *(sa.column(column.name, _stored(column.type)) for column in table.columns))


@cache
def _plain(table: sa.Table) -> sa.Select[Any]:
    plain = _plain_table(table)
    return sa.select(plain).order_by(*(plain.c[column.name] for column in table.primary_key))


def _stored(type_: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    stored = type_.impl_instance if isinstance(type_, sa.types.TypeDecorator) else type_
    return sa.String() if isinstance(stored, sa.Enum) else stored
