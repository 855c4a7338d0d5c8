"""What nobody should send, sent all the same: it is refused in words, nothing is stored, and nothing breaks."""

from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.access.asking import POSTS, Cell, allowed, ask
from tests.access.forms import valid, writing
from tests.access.stage import Stage
from tests.markup import Page
from tests.rows import read

DRAFT, EDIT = "ana's draft", "writing.save"
URLENCODED = "application/x-www-form-urlencoded"
HERS = Cell("ana", DRAFT, "ok")

every_post = pytest.mark.parametrize("endpoint", POSTS)


def kept(stage: Stage) -> dict[str, Any]:
    """Ana's draft as it is stored now."""
    [row] = [row for row in read(stage.site.engine)["reflection"] if row["id"] == stage.ids[DRAFT]]
    return row


# --- Addresses

IDS = ["0", "-1", "+1", "01", "1e3", "0x1", "1.0", " 1", "１２", "٣", "2147483647", "2147483648", "9" * 30, "9" * 5000]


def test_an_id_that_no_row_can_have_is_not_there(stage: Stage):
    rules = [rule for rule in stage.site.app.url_map.iter_rules() if "<id:" in rule.rule]
    assert len(rules) > 10
    for rule in rules:
        [name] = rule.arguments
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            for id in IDS:
                path = rule.rule.replace(f"<id:{name}>", quote(id))
                response = stage.browser("ana").open(path, method=method)
                assert response.status_code in (404, 405), f"{method} {path[:80]}"
    assert stage.changes() == []


GARBAGE = [
    "",
    "0",
    "-1",
    "1.5",
    "9" * 9,
    "9" * 30,
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
WISHES = [
    *((name, "mia", "reviews.queue", "") for name in ("page", "kind", "cohort", "overdue")),
    ("page", "mia", "progress.cohort", "the first cohort"),
    ("sort", "oki", "progress.cohort", "the first cohort"),
    ("group", "oki", "progress.cohort", "the first cohort"),
    ("at", "oki", "progress.stuck_at", "the first cohort"),
    ("cohort", "ana", "reflections.today", ""),
    ("cohort", "ana", "reflections.series", ""),
    ("more", "ana", "writing.edit", DRAFT),
    ("next", "nobody", "accounts.sign_in", ""),
    ("unheard-of", "ana", "progress.mine", ""),
]


@pytest.mark.parametrize(("name", "who", "endpoint", "thing"), WISHES)
def test_an_odd_wish_is_answered_with_the_nearest_there_is(
    gates: Stage, name: str, who: str, endpoint: str, thing: str
):
    for value in GARBAGE:
        query = urlencode([(name, value)] * 2, errors="surrogatepass")
        response = ask(gates, endpoint, "GET", Cell(who, thing, "ok"), query_string=query)
        assert response.status_code == (400 if value == "\0" else 200), query[:80]
        assert Page(response.text).faults == []


# --- Dates and numbers

DATES = "0001-01-01 1999-12-31 2100-01-01 9999-12-31 10000-01-01 2026-02-30 2026-13-01 2026-3-x 03/04/2026 x"
NUMBERS = [
    "0",
    "-1",
    "10000",
    "1e3",
    "1.5",
    "NaN",
    "inf",
    "1e309",
    "0x1",
    "１２",
    "٣",
    "1_0",
    "x",
    "9" * 30,
    "9" * 5000,
]
WRONG = {
    "session_date": DATES.split(),
    "number": NUMBERS,
    "part": NUMBERS,
    "version": ["", "0", "-1", "x", "2147483648", "9" * 30],
    "visibility": ["", "everybody", "ONLY_ME", "mentor ", "\u202ementor"],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_date_or_a_number_that_is_none_is_refused_and_nothing_is_stored(stage: Stage, name: str):
    for value in WRONG[name]:
        response = ask(stage, EDIT, "POST", HERS, data=writing(stage, DRAFT) | {name: value})
        assert response.status_code == 422, value[:40]
        assert "We discussed it anew." in response.text
        assert stage.changes() == [], value[:40]


@pytest.mark.parametrize("day", ["2000-01-01", "2024-02-29", "2099-12-31", ""])
def test_a_day_within_reason_is_kept(stage: Stage, day: str):
    ask(stage, EDIT, "POST", HERS, data=writing(stage, DRAFT) | {"session_date": day})
    assert kept(stage)["session_date"] == (date.fromisoformat(day) if day else None)


# --- Bytes that are no text


@every_post
def test_a_byte_that_is_no_text_is_refused(gates: Stage, endpoint: str):
    cell = allowed(endpoint)
    form = urlencode(valid(gates, endpoint, cell.thing) | {"extra": "x"}).encode()
    for body in (form + b"\xe9", b"\xff" + form, form.replace(b"=x", b"=\xc3\x28"), form + b"&text=\xed\xa0\x80"):
        assert ask(gates, endpoint, "POST", cell, data=body, content_type=URLENCODED).status_code == 400
        assert gates.changes() == []


@every_post
@pytest.mark.parametrize("kind", [URLENCODED, "multipart/form-data"])
def test_a_nul_is_refused(gates: Stage, endpoint: str, kind: str):
    cell = allowed(endpoint)
    texts = [name for name, value in valid(gates, endpoint, cell.thing).items() if isinstance(value, str)]
    for name in [*texts, "extra", "na\0me"]:
        form = valid(gates, endpoint, cell.thing)  # a file in it can be sent once
        if kind == URLENCODED:
            form = {name: form[name] for name in texts}
        changed = form | {name: f"{form.get(name, '')}\0"}
        assert ask(gates, endpoint, "POST", cell, data=changed, content_type=kind).status_code == 400
        assert gates.changes() == []


KINDS = ["", "x", "text/plain", "application/json", f"{URLENCODED}; charset=utf-16", "multipart/form-data; boundary=x"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_of_another_kind_never_empties_a_text(gates: Stage, kind: str):
    form = urlencode(writing(gates, DRAFT))
    broken = (form.encode("utf-16"), b"{}", b"[" * 50_000, b"", b"--x\r\n", f"{form}&title=%FF%ED%A0%80".encode())
    for body in (form.encode(), *broken):
        response = ask(gates, EDIT, "POST", HERS, data=body, content_type=kind or None)
        assert response.status_code in (303, 400, 413, 422)
        assert kept(gates)["title"]
        assert kept(gates)["answers"]["discussed"]
        gates.set_up()


ODD = {
    "bidi": "abc\u202edef\u202c \u2066x\u2069",
    "zero width": "a\u200bb\u200d\ufeffc",
    "zalgo": "a" + "\u0301" * 500,
    "family": "👨‍👩‍👧‍👦🏽",
    "astral": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𓀀",
    "decomposed": "e\u0301",
    "controls": "a\x01\x08\x1b[31m\x7f\x85b",
    "line ends": "a\r\nb\rc\nd",
    "separators": "a\u2028b\u2029c",
    "private": "\ue000\U0010ffff",
    "replaced": "a\ufffdb",
    "spaces": "\u00a0 \u3000x",
    "formula": "=1+1",
    "template": "{{7*7}} ${7*7} <%=7*7%> %(name)s {0}",
    "sql": "'; DROP TABLE reflection; --",
    "markdown": "[" * 500 + "*" * 500 + "> " * 500 + "`" * 500,
    "one line": "x" * 19_000,
    "many lines": "x\n" * 9_000,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_text_is_kept_and_shown(gates: Stage, name: str):
    form = writing(gates, DRAFT) | {"answer_view": ODD[name], "title": ODD[name][:100] + "."}
    assert ask(gates, EDIT, "POST", HERS, data=form).status_code == 303
    for endpoint in ("writing.edit", "reflections.show", "reflections.series"):
        shown = Page(ask(gates, endpoint, "GET", HERS).text)
        assert shown.faults == []
        assert "{{49}}" not in shown.words.replace("7*7", "49") or name == "template"
    edit = Page(ask(gates, "writing.edit", "GET", HERS).text)
    [area] = [area for area in edit.all("textarea") if area.get("name") == "answer_view"]
    assert "".join(map(str, area.children)).removeprefix("\n") == kept(gates)["answers"]["view"] != ""


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_keeps_odd_text_too(stage: Stage):
    everything = "\n\n".join(text for text in ODD.values() if len(text) < 1000)
    assert ask(stage, EDIT, "POST", HERS, data=writing(stage, DRAFT) | {"answer_view": everything}).status_code == 303
    assert "𓀀" in kept(stage)["answers"]["view"]
    assert "𓀀" in ask(stage, "reflections.show", "GET", HERS).text
