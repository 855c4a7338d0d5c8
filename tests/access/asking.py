"""Asking for a page as somebody, and what came of it in the words of the table."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.access.forms import valid
from tests.access.stage import FOR_GITA, REFLECTIONS, STRANGERS, UNSEEN, Stage, canary
from tests.access.table import GUEST, OPEN, TABLE

POSTS = sorted(endpoint for endpoint, method in TABLE.keys() | OPEN.keys() if method == "POST")


@dataclass(frozen=True)
class Cell:
    """One person, one thing, and what they get."""

    who: str
    thing: str
    wanted: str


def cells(endpoint: str, method: str) -> Iterator[Cell]:
    """All cells of a route, and those of strangers, whom no block names."""
    for thing, line in TABLE.get((endpoint, method), {}).items():
        yield from (Cell(who, thing, wanted) for who, wanted in line.items())
        yield from (Cell(who, thing, "sign in") for who in STRANGERS)
    for thing, wanted in OPEN.get((endpoint, method), {}).items():
        yield from (Cell(who, thing, wanted) for who in ("ana", *STRANGERS))
    yield from (Cell("gita", thing, wanted) for thing, wanted in GUEST.get((endpoint, method), {}).items())


def allowed(endpoint: str) -> Cell:
    """Somebody who may send the form of a route."""
    return next(cell for cell in cells(endpoint, "POST") if cell.wanted == "ok")


def rule_of(app: Flask, endpoint: str, method: str) -> Rule:
    """The rule behind a line of the table."""
    return next(rule for rule in app.url_map.iter_rules(endpoint) if method in (rule.methods or ()))


def address(stage: Stage, endpoint: str, method: str, thing: str) -> str:
    """The address of a route for a thing."""
    names = rule_of(stage.site.app, endpoint, method).arguments
    known = {"secret": stage.secrets, "code": stage.secrets, "number": stage.secrets, "filename": {thing: thing}}
    values = {name: known.get(name, stage.ids)[thing] for name in names}
    return stage.site.app.url_map.bind("localhost").build(endpoint, values, method=method)


def ask(
    stage: Stage, endpoint: str, method: str, cell: Cell, *, instead: str | None = None, **more: Any
) -> TestResponse:
    """What somebody is answered, who sends a valid form if one can be sent; `instead` is another method to use."""
    where = address(stage, endpoint, method, cell.thing)
    form = valid(stage, endpoint, cell.thing) if (instead or method) == "POST" else None
    return stage.browser(cell.who).open(where, **{"method": instead or method, "data": form} | more)


def outcome(response: TestResponse) -> str:
    """What somebody got: `ok`, `sign in`, or the status."""
    if response.status_code == 401:
        return "sign in"
    if response.status_code == 303 and response.location.startswith("/sign-in?next="):
        return "sign in"
    return "ok" if response.status_code < 400 else str(response.status_code)


@cache
def unreadable(who: str) -> frozenset[str]:
    """The words of all reflections that this person may not read."""
    readable = TABLE["reflections.show", "GET"]
    hidden = {canary(thing) for thing in REFLECTIONS if readable[thing].get(who) != "ok"}
    if who == "gita":
        hidden.discard(canary(FOR_GITA))
    return frozenset(hidden if who == "ana" else hidden | {UNSEEN})


@cache
def foreign(who: str) -> frozenset[str]:
    """The words of all reflections that are not this person's."""
    hidden = {canary(thing) for thing in REFLECTIONS if not thing.startswith(f"{who}'s")}
    return frozenset(hidden if who == "ana" else hidden | {UNSEEN})


def leaks(response: TestResponse, words: frozenset[str]) -> list[str]:
    """Which of these words somebody was told, on the page or in a header."""
    told = f"{response.headers}\n{text_of(response)}"
    return sorted(word for word in words if word in told)


def text_of(response: TestResponse) -> str:
    """What an answer says; a workbook, in all the files in it; a sheet, as it is written."""
    if response.mimetype == "application/pdf":
        return response.data.decode("latin-1")
    if not response.data.startswith(b"PK"):
        return response.text
    with zipfile.ZipFile(io.BytesIO(response.data)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())
