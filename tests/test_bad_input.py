"""What nobody should send, sent all the same: it is refused in words, nothing is stored, and nothing breaks."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse
from wtforms import BooleanField, DateField, FieldList, IntegerField, PasswordField, StringField
from wtforms.fields.choices import SelectFieldBase

from portfolio.database import Base
from portfolio.reflections.forms import Day
from portfolio.web.forms import Form, Line, Password, Text, Whole
from tests.access.asking import Cell, ask, cells
from tests.access.forms import valid, writing
from tests.access.stage import Stage
from tests.access.table import OPEN, TABLE
from tests.markup import Page
from tests.rows import Rows, read

IDS = [
    "0",
    "-1",
    "+1",
    "01",
    "1e3",
    "0x1",
    "1.0",
    " 1",
    "%20",
    "１２",
    "٣",
    "2147483648",
    "9223372036854775808",
    "1" * 29,
    "9" * 5000,
]
URLENCODED = "application/x-www-form-urlencoded"
POSTS = sorted(endpoint for endpoint, method in TABLE.keys() | OPEN.keys() if method == "POST")
DRAFT = "ana's draft"
EDIT = "reflections.save"


def _allowed(endpoint: str) -> Cell:
    return next(cell for cell in cells(endpoint, "POST") if cell.wanted == "ok")


every_post = pytest.mark.parametrize("endpoint", POSTS)


# --- Addresses


def test_an_id_that_no_row_can_have_is_not_there(stage: Stage):
    rules = [
        rule for rule in stage.site.app.url_map.iter_rules() if any(name.endswith("_id") for name in rule.arguments)
    ]
    assert len(rules) > 10
    for rule in rules:
        [name] = rule.arguments
        for id in [*IDS, "2147483647"]:
            for method in rule.methods - {"OPTIONS", "HEAD"}:
                path = rule.rule.replace(f"<id:{name}>", quote(id))
                response = stage.browser("ana").open(path, method=method)
                assert response.status_code == 404, f"{method} {path[:80]}"
    assert stage.changes() == []


GARBAGE = [
    "",
    "0",
    "-1",
    "1.5",
    "1" * 30,
    "9" * 9,
    "９",
    "x",
    "'",
    "%",
    "\0",
    "\ud800",
    "é",
    "gap'--",
    "NaN",
    "x" * 5000,
]


@pytest.mark.parametrize("name", ["page", "sort", "cohort", "more", "next", "group", "unheard-of"])
def test_an_odd_wish_is_answered_with_the_nearest_there_is(stage: Stage, name: str):
    first = stage.ids["the first cohort"]
    pages = {"ana": ["/", "/series/"], "mia": ["/reviews/", f"/cohorts/{first}/progress"], "oki": ["/", "/cohorts/"]}
    for value in GARBAGE:
        query = urlencode({name: value}, errors="surrogatepass")
        for who, paths in pages.items():
            for path in paths:
                response = stage.browser(who).get(f"{path}?{query}&{query}")
                assert response.status_code in ((400,) if "%00" in query else (200, 303)), f"{path}?{query}"


# --- Dates and numbers

DATES = (
    "0001-01-01 1999-12-31 2100-01-01 9999-12-31 2026-02-30 2026-13-01 10000-01-01 2026-3-x 03/04/2026 ２０２６-03-03 x"
)
NUMBERS = "0 -1 10000 1e3 1.5 NaN inf 1e309 0x1 １２ ٣ 1_0 x " + "9" * 30 + " " + "9" * 5000
WRONG = [
    *(("session_date", value) for value in DATES.split()),
    *((name, value) for name in ("number", "part") for value in NUMBERS.split()),
    *(("version", value) for value in ("", "0", "-1", "x", "2147483648", "9" * 30)),
    *(("visibility", value) for value in ("", "everybody", "ONLY_ME", "mentor ", "\u202ementor")),
]


def test_a_date_or_a_number_that_is_none_is_refused_and_nothing_is_stored(stage: Stage):
    for name, value in WRONG:
        response = ask(stage, EDIT, "POST", Cell("ana", DRAFT, "422"), data=writing(stage, DRAFT) | {name: value})
        assert response.status_code == 422, f"{name}={value[:40]}"
        assert "We discussed it anew." in response.text
        assert stage.changes() == [], f"{name}={value[:40]}"


@pytest.mark.parametrize("day", ["2000-01-01", "2024-02-29", "2099-12-31", ""])
def test_a_day_within_reason_is_kept(stage: Stage, day: str):
    ask(stage, EDIT, "POST", Cell("ana", DRAFT, "ok"), data=writing(stage, DRAFT) | {"session_date": day})
    [row] = [row for row in read(stage.site.engine)["reflection"] if row["id"] == stage.ids[DRAFT]]
    assert row["session_date"] == (date.fromisoformat(day) if day else None)


# --- Bytes that are no text


def _raw(stage: Stage, endpoint: str, body: bytes, kind: str = URLENCODED) -> TestResponse:
    return ask(stage, endpoint, "POST", _allowed(endpoint), data=body, content_type=kind)


@every_post
def test_a_byte_that_is_no_text_is_refused(gates: Stage, endpoint: str):
    form = urlencode(valid(gates, endpoint, _allowed(endpoint).thing) | {"extra": "x"}).encode()
    for body in (
        form + b"\xe9",
        b"\xff" + form,
        form.replace(b"extra=x", b"extra=\xc3\x28"),
        form + b"&text=\xed\xa0\x80",
    ):
        assert _raw(gates, endpoint, body).status_code == 400
        assert gates.changes() == []


@every_post
def test_a_nul_is_refused(gates: Stage, endpoint: str):
    form = valid(gates, endpoint, _allowed(endpoint).thing)
    for name in [*form, "extra", "na\0me"]:
        changed = {**form, name: f"{form.get(name, '')}\0"}
        assert ask(gates, endpoint, "POST", _allowed(endpoint), data=changed).status_code == 400
        multipart = {"data": changed, "content_type": "multipart/form-data"}
        assert ask(gates, endpoint, "POST", _allowed(endpoint), **multipart).status_code == 400
        assert gates.changes() == []


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/json",
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "x",
    ],
)
def test_a_body_of_another_kind_never_empties_a_text(gates: Stage, kind: str):
    form = urlencode(writing(gates, DRAFT)).encode()
    for body in (form, b"{}", b"[" * 50_000, b"", b"--x\r\n", urlencode(writing(gates, DRAFT)).encode("utf-16")):
        response = ask(gates, EDIT, "POST", Cell("ana", DRAFT, ""), data=body, content_type=kind or None)
        assert response.status_code in (303, 400, 413, 422)
        [row] = [row for row in read(gates.site.engine)["reflection"] if row["id"] == gates.ids[DRAFT]]
        assert row["title"] and row["answers"]["discussed"]
        gates.set_up()


ODD = {
    "bidi": "abc\u202edef\u202c \u2066x\u2069", "zero width": "a\u200bb\u200d\ufeffc", "zalgo": "a" + "\u0301" * 500,
    "family": "👨‍👩‍👧‍👦🏽", "astral": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𓀀", "nfd": "e\u0301", "controls": "a\x01\x08\x1b[31m\x7f\x85b", "line ends": "a\r\nb\rc\nd",
    "separators": "a\u2028b\u2029c", "private": "\ue000\U0010ffff", "replaced": "a\ufffdb", "spaces": "\u00a0 \u3000x",
    "formula": "=1+1", "template": "{{7*7}} ${7*7} <%=7*7%> %(name)s {0}", "sql": "'; DROP TABLE reflection; --",
    "one line": "x" * 19_000, "many lines": "x\n" * 9_000,
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_text_is_kept_and_shown(stage: Stage, name: str):
    form = writing(stage, DRAFT) | {"answer_view": ODD[name], "title": ODD[name][:100] + "."}
    assert ask(stage, EDIT, "POST", Cell("ana", DRAFT, "ok"), data=form).status_code == 303
    [row] = [row for row in read(stage.site.engine)["reflection"] if row["id"] == stage.ids[DRAFT]]
    assert row["answers"]["view"]
    for endpoint in ("reflections.edit", "reflections.show", "reflections.series"):
        shown = ask(stage, endpoint, "GET", Cell("ana", DRAFT, "ok"))
        assert shown.status_code == 200
        assert Page(shown.text).faults == []
        assert "49" not in "".join(Page(shown.text).words.split()) or name != "template"
    edit = Page(ask(stage, "reflections.edit", "GET", Cell("ana", DRAFT, "ok")).text)
    [area] = [area for area in edit.all("textarea") if area.get("name") == "answer_view"]
    assert "".join(map(str, area.children)).removeprefix("\n") == row["answers"]["view"]


# --- Too much


@every_post
def test_a_body_of_ten_megabytes_is_refused(gates: Stage, endpoint: str):
    for data in ({"text": "x" * 10_000_000}, {"file": (io.BytesIO(b"x" * 10_000_000), "x.txt")}):
        response = ask(gates, endpoint, "POST", _allowed(endpoint), data=data)
        assert response.status_code == 413
        assert len(response.data) < 20_000
        assert gates.changes() == []


def test_too_many_parts_and_too_large_ones_are_refused(gates: Stage):
    cell, form = Cell("ana", DRAFT, "413"), writing(gates, DRAFT)
    for extra in ({f"more{n}": "x" for n in range(201)}, {"answer_view": "x" * 600_000}):
        response = ask(gates, EDIT, "POST", cell, data=form | extra, content_type="multipart/form-data")
        assert response.status_code == 413
        assert gates.changes() == []


LONG = [
    (EDIT, DRAFT, "ana", "title", 200),
    (EDIT, DRAFT, "ana", "facilitator", 120),
    (EDIT, DRAFT, "ana", "answer_discussed", 20_000),
    (EDIT, DRAFT, "ana", "answer_lessons-0", 20_000),
    ("reflections.comment", "ana's submitted", "ana", "text", 5_000),
    ("reviews.decide", "ana's submitted", "mia", "feedback", 5_000),
    ("reflections.reopen", "ana's accepted", "mia", "reason", 5_000),
    ("accounts.save_profile", "", "ana", "name", 120),
    ("accounts.save_profile", "", "ana", "job", 120),
    ("accounts.save_profile", "", "ana", "unit", 120),
]


@pytest.mark.parametrize(("endpoint", "thing", "who", "name", "most"), LONG)
def test_what_is_too_long_is_given_back_and_not_stored(
    stage: Stage, endpoint: str, thing: str, who: str, name: str, most: int
):
    form, cell = valid(stage, endpoint, thing), Cell(who, thing, "422")
    text = "Kata " * (most // 5) + "x" * (most % 5)
    response = ask(stage, endpoint, "POST", cell, data=form | {name: text + "xx"})
    assert response.status_code == 422
    assert text in response.text
    assert stage.changes() == []
    assert ask(stage, endpoint, "POST", cell, data=form | {name: text}).status_code == 303


def test_too_many_answers_are_not_stored(stage: Stage):
    form = writing(stage, DRAFT) | {f"answer_lessons-{n}": f"Lesson {n}." for n in range(40)}
    response = ask(stage, EDIT, "POST", Cell("ana", DRAFT, ""), data=form)
    [row] = [row for row in read(stage.site.engine)["reflection"] if row["id"] == stage.ids[DRAFT]]
    assert response.status_code in (303, 422)
    assert len(row["answers"]["lessons"]) <= 10


# --- Fields


def forms(kind: type[Form] = Form) -> Iterator[type[Form]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from forms(inner)


def test_every_field_of_every_form_has_an_end(app: Flask):
    known = {kind for kind in forms() if kind.__module__.startswith("portfolio.")}
    assert len(known) >= 8
    for kind in known:
        for field in kind():
            _check(field, f"{kind.__name__}.{field.name}")


def _check(field: Any, name: str) -> None:
    match field:
        case Line() | Text() | Password():
            assert field.length <= 20_000, name
        case Whole() | Day() | BooleanField():
            pass
        case FieldList():
            assert field.max_entries <= 10, name
            _check(field.unbound_field.bind(None, name), name)
        case SelectFieldBase():
            assert field.choices and field.validate_choice, name
        case StringField() | PasswordField() | IntegerField() | DateField():
            pytest.fail(f"{name} has no end: use Line, Text, Password, Whole or Day")
        case _:
            pytest.fail(f"{name}: how much can it hold?")


def test_a_field_that_no_form_has_changes_nothing(gates: Stage):
    """Mass assignment: the names of all columns and keys, sent along with each valid form."""
    columns = {column.name for table in Base.metadata.sorted_tables for column in table.columns}
    hostile = {name: value for name in sorted(columns) for value in [_hostile(gates, name)]}
    for endpoint in POSTS:
        cell = _allowed(endpoint)
        form = valid(gates, endpoint, cell.thing)
        assert ask(gates, endpoint, "POST", cell, data=form).status_code == 303
        wanted = without_secrets(read(gates.site.engine))
        gates.set_up()
        ours = {**hostile, **_unsent(endpoint), **form}
        assert ask(gates, endpoint, "POST", cell, data=ours).status_code == 303
        assert without_secrets(read(gates.site.engine)) == wanted, endpoint
        gates.set_up()


def _hostile(stage: Stage, name: str) -> str:
    if name.endswith("_id") or name == "id":
        return str(stage.ids["dodi"])
    known = {"state": "accepted", "role": "organiser", "office": "organiser", "step": "9", "awaiting": "coach"}
    return known.get(name) or ("2001-01-01T00:00:00" if name.endswith(("_at", "_on", "day")) else "hostile")


def _unsent(endpoint: str) -> dict[str, str]:
    """Fields that the form has indeed, empty, so that they are not counted as hostile."""
    return {"reflections.save": {"part": ""}, "reflections.submit": {"part": ""}}.get(endpoint, {})


def without_secrets(rows: Rows) -> Rows:
    """The rows without what is different each time."""
    return {
        name: [
            {column: value for column, value in row.items() if column not in ("digest", "password_hash")}
            for row in there
        ]
        for name, there in rows.items()
    }


def test_a_name_among_many_is_taken_once(stage: Stage):
    """The first of several values counts, for what is checked and for what is kept alike."""
    form = [*writing(stage, DRAFT).items(), ("title", "Another title"), ("visibility", "only_me"), ("version", "999")]
    response = ask(stage, EDIT, "POST", Cell("ana", DRAFT, ""), data=urlencode(form), content_type=URLENCODED)
    [row] = [row for row in read(stage.site.engine)["reflection"] if row["id"] == stage.ids[DRAFT]]
    assert response.status_code in (303, 422)
    assert row["title"] in ("A new title", stage.row("reflection", id=stage.ids[DRAFT])["title"])
