"""How much is tried: what `make test` tries before each change, and what `make test-all` tries before each release.

All that is cut for `make test` is cut here: which tests are repeated on PostgreSQL, and how often what has no end is
tried. `PORTFOLIO_TEST_ALL=1`, which `make test-all` sets, lifts every cut; a number can be set by itself as well.
"""

import os
from collections.abc import Collection
from pathlib import Path

import pytest

ALL = bool(os.environ.get("PORTFOLIO_TEST_ALL"))


def _number(name: str, usual: int, of_all: int) -> int:
    return int(os.environ.get(name, of_all if ALL else usual))


# Random walks through what people do, of 30 steps each.
WALKS = _number("PORTFOLIO_WALKS", 60, 120)
# Ways in which two tabs and a reviewer take turns.
INTERLEAVINGS = _number("PORTFOLIO_INTERLEAVINGS", 100, 200)
# Writers who change an entry of which passages were pointed at.
PASSAGES = _number("PORTFOLIO_PASSAGES", 400, 1200)
# One page of so many is looked at by night, in large letters, in colours of one's own, and walked through by the Tab
# key; all of them are looked at on a phone by day, and in every width.
ONE_IN = _number("PORTFOLIO_ONE_IN", 3, 1)

# What is repeated on PostgreSQL each time, below tests/: what people do and may do, races, queries with figures in
# them, the search, the migrations, the budgets. Of the rest, the variant on PostgreSQL is marked `both`, and waits for
# `make test-all`; tests/access/test_access.py asks every page once on PostgreSQL all the same.
ON_BOTH = (
    "access/test_access.py",
    "calendars/test_calendars.py",
    "certificates/test_certificate.py",
    "certificates/test_pages.py",
    "curriculum/test_curriculum.py",
    "load/",
    "models/",
    "outcomes/",
    "progress/",
    "reviews/test_queue",
    "search/",
    "service/test_figures.py",
    "test_budget.py",
    "test_migrations.py",
    "transfer/",
    "writing/test_conflict.py",
    "writing/test_retries.py",
)


def mark(item: pytest.Item) -> None:
    """Mark the variant on PostgreSQL of what need not be repeated there each time."""
    path = item.path.relative_to(Path(__file__).parent).as_posix()
    if _database_of(item) == "postgresql" and not path.startswith(ON_BOTH):
        item.add_marker("both")


def left_out(items: Collection[pytest.Item]) -> list[pytest.Item]:
    """Those that wait for `make test-all`: what is long, and what is tried on SQLite in the same run."""
    if ALL:
        return []
    there = {item.nodeid for item in items}
    return [item for item in items if item.get_closest_marker("long") or (_repeats(item) and _twin(item) in there)]


def _database_of(item: pytest.Item) -> object:
    return item.callspec.params.get("database") if hasattr(item, "callspec") else None


def _repeats(item: pytest.Item) -> bool:
    return _database_of(item) == "postgresql" and item.get_closest_marker("both") is not None


def _twin(item: pytest.Item) -> str:
    return item.nodeid.replace("postgresql", "sqlite")
