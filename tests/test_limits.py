"""No more than there is room for: bodies, fields, lengths; and no field that a form does not have."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from wtforms import BooleanField, FieldList
from wtforms.fields.choices import SelectFieldBase

from portfolio.attachments.forms import File
from portfolio.database import Base
from portfolio.web.forms import Day, Form, Line, Password, Text, Whole
from tests.access.asking import POSTS, Cell, allowed, ask
from tests.access.forms import valid, writing
from tests.access.stage import Stage
from tests.rows import Rows, read

DRAFT, EDIT = "ana's draft", "writing.save"
HERS = Cell("ana", DRAFT, "ok")
TAKES_FILES = "attachments.attach"  # has limits of its own, in tests/attachments
URLENCODED = "application/x-www-form-urlencoded"
SEVERAL = "multipart/form-data; boundary=x"
SMALL_PAGE = 20_000

every_post = pytest.mark.parametrize("endpoint", POSTS)


# --- Bodies


@pytest.mark.parametrize("endpoint", [endpoint for endpoint in POSTS if endpoint != TAKES_FILES])
@pytest.mark.parametrize("kind", [URLENCODED, SEVERAL])
def test_a_body_of_ten_megabytes_is_refused(gates: Stage, endpoint: str, kind: str):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\n' if kind == SEVERAL else b"x="
    response = ask(gates, endpoint, "POST", allowed(endpoint), data=head + b"x" * 10_000_000, content_type=kind)
    assert response.status_code == 413
    assert len(response.data) < SMALL_PAGE
    assert gates.changes() == []


@pytest.mark.parametrize("sizes", [[1] * 201, [600_000]], ids=["many", "large"])
def test_too_many_fields_and_too_large_ones_are_refused(gates: Stage, sizes: list[int]):
    form = writing(gates, DRAFT) | {f"more{number}": "x" * size for number, size in enumerate(sizes)}
    parts = (f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items())
    body = "".join([*parts, "--x--\r\n"]).encode()
    response = ask(gates, EDIT, "POST", HERS, data=body, content_type=SEVERAL)
    assert response.status_code == 413
    assert gates.changes() == []


# --- Lengths

LONG = [
    (EDIT, DRAFT, "ana", "title", 200),
    (EDIT, DRAFT, "ana", "facilitator", 120),
    (EDIT, DRAFT, "ana", "answer_discussed", 20_000),
    (EDIT, DRAFT, "ana", "answer_lessons-0", 20_000),
    ("reflections.comment", "ana's submitted", "ana", "text", 5_000),
    ("reviews.decide", "ana's submitted", "mia", "feedback", 5_000),
    ("reflections.reopen", "ana's accepted", "mia", "reason", 5_000),
    ("certificates.revoke", "ben's certificate", "oki", "reason", 1_000),
    ("exceptions.ask", "a session", "ana", "reason", 1_000),
    ("exceptions.answer", "ana's request", "oki", "answer", 1_000),
    ("exceptions.give", "ana's place", "oki", "reason", 1_000),
    ("exceptions.expect", "ana's excused", "oki", "reason", 1_000),
    ("outcomes.change", "an outcome", "oki", "words_en", 2_000),
    ("outcomes.add", "an outcome", "oki", "words_id", 2_000),
    ("outcomes.make", "ana's submitted", "ana", "justification", 500),
    ("outcomes.judge", "claim of ana's accepted", "mia", "reason", 500),
    ("nudges.send", "the first cohort", "oki", "words", 300),
    ("accounts.save_profile", "", "ana", "name", 120),
    ("accounts.save_profile", "", "ana", "job", 120),
    ("accounts.save_profile", "", "ana", "unit", 120),
]


@pytest.mark.parametrize(("endpoint", "thing", "who", "name", "most"), LONG)
def test_what_is_too_long_is_given_back_and_not_stored(
    stage: Stage, endpoint: str, thing: str, who: str, name: str, most: int
):
    form, cell, fits = valid(stage, endpoint, thing), Cell(who, thing, ""), "kata " * (most // 5)
    response = ask(stage, endpoint, "POST", cell, data=form | {name: f"{fits}x"})
    assert response.status_code == 422
    assert f"{fits}x" in response.text
    assert stage.changes() == []
    assert ask(stage, endpoint, "POST", cell, data=form | {name: f"{fits[:-1]}x"}).status_code == 303
    assert f"{fits[:-1]}x" in str(read(stage.site.engine))


def test_too_many_answers_are_not_stored(stage: Stage):
    form = writing(stage, DRAFT) | {f"answer_lessons-{n}": f"Lesson {n}." for n in range(40)}
    response = ask(stage, EDIT, "POST", HERS, data=form)
    [row] = [row for row in read(stage.site.engine)["reflection"] if row["id"] == stage.ids[DRAFT]]
    assert response.status_code in (303, 422)
    assert len(row["answers"]["lessons"]) <= 10


def forms(kind: type[Form] = Form) -> Iterator[type[Form]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from forms(inner)


def test_every_field_of_every_form_has_an_end(gates: Stage):
    ask(gates, "writing.edit", "GET", HERS)  # makes the form of a template
    known = {kind for kind in forms() if kind.__module__.startswith("portfolio.")}
    assert len(known) >= 8
    for kind in known:
        for field in kind():
            check_field(field, f"{kind.__name__}.{field.name}")


def check_field(field: Any, name: str) -> None:
    match field:
        case Line() | Text() | Password():
            assert field.length <= 20_000, name
        case Whole() | Day() | BooleanField():
            pass
        case File():
            assert field.at_most <= 25 * 1024 * 1024, name
        case FieldList():
            assert field.max_entries <= 10, name
            check_field(field.unbound_field.bind(Form(), name), name)
        case SelectFieldBase():
            assert field.choices is not None, name  # where the list is empty, nothing can be chosen yet
            assert field.validate_choice, name
        case _:
            pytest.fail(f"{name} has no end: use Line, Text, Password, Whole or Day of ours")


# --- Fields that a form does not have

# What these take beside what is needed, under the name of a column.
BESIDE = {
    "reflections.comment": ("sentence", "key", "item", "start", "end", "round", "reply_to"),
    "outcomes.make": ("key", "item", "start", "end"),
    "outcomes.change": ("own_below",),
    "reviews.decide": ("version", "tab", "stroke"),
    "rules.publish": ("min_level", "on_time", "prerequisite", "beyond"),
}


@every_post
def test_a_field_that_the_form_does_not_have_changes_nothing(gates: Stage, endpoint: str):
    """Mass assignment: a valid form, and with it the name of every column there is."""
    cell = allowed(endpoint)
    form = valid(gates, endpoint, cell.thing)
    # What the form has beside, left empty.
    form |= {"part": "2", "tab": "", "stroke": "", "tags": ""} if "version" in form else {}
    form |= dict.fromkeys(BESIDE.get(endpoint, ()), "")
    assert ask(gates, endpoint, "POST", cell, data=form).status_code < 400
    wanted = without_secrets(read(gates.site.engine))
    columns = sorted({column.name for table in Base.metadata.sorted_tables for column in table.columns})
    for some in (columns[::2], columns[1::2]):  # no form may have as many fields as all tables have columns
        gates.set_up()
        hostile = {name: hostile_value(gates, name) for name in some}
        sent = valid(gates, endpoint, cell.thing)
        form |= {name: value for name, value in sent.items() if not isinstance(value, str)}  # files are read once
        assert ask(gates, endpoint, "POST", cell, data=hostile | form).status_code < 400
        assert without_secrets(read(gates.site.engine)) == wanted


def hostile_value(stage: Stage, name: str) -> str:
    """What somebody would want to stand in a column."""
    if name.endswith("_id") or name == "id":
        return str(stage.ids["dodi"])
    known = {"state": "accepted", "role": "mentor", "office": "organiser", "step": "9", "awaiting": "coach"}
    return known.get(name) or ("2001-01-01T00:00:00" if name.endswith(("_at", "_on", "day")) else "hostile")


def without_secrets(rows: Rows) -> Rows:
    """The rows without what is different each time."""
    secrets = ("digest", "password_hash", "key", "code")
    plain = {name: [row | {key: "" for key in secrets if key in row} for row in there] for name, there in rows.items()}
    return plain | {"certificate": [row | {"number": ""} for row in plain["certificate"]]}


def test_of_several_values_for_a_field_one_counts(stage: Stage):
    form = [*writing(stage, DRAFT).items(), ("title", "Another title"), ("visibility", "only_me"), ("version", "999")]
    response = ask(stage, EDIT, "POST", HERS, data=urlencode(form), content_type=URLENCODED)
    [row] = [row for row in read(stage.site.engine)["reflection"] if row["id"] == stage.ids[DRAFT]]
    assert response.status_code == 303
    assert (row["title"], row["visibility"]) == ("A new title", "cohort")
