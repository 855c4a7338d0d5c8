"""What people write is shown as words, never as markup: in every text there is, to everybody, on every page."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from portfolio.database import Base
from tests.access.asking import POSTS, Cell, allowed, ask, cells
from tests.access.forms import valid
from tests.access.stage import Stage
from tests.access.table import TABLE
from tests.crawl import crawl, pages
from tests.markup import Page
from tests.rows import Rows

# Names and secrets that people do not choose, and that the application compares.
NOT_TEXTS = {"digest", "password_hash", "slug", "key", "time_zone", "import_digest", "sign_off_steps", "pack"}
MARK = re.compile(r"mark(\d+)k")
BREAKING_OUT = (
    """'"><xss mark{}k onxss=x>&lt;xss&gt;</textarea></title></script><script>xss()</script><!--"""
    """<img src=x onerror=xss>{{{{7*7919}}}}[a](javascript:xss)[b](data:text/html,xss)<javascript:xss>"""
    """![c](x)[d](//xss.example 'x" onxss=')[e](https://xss.example)"""
)
STARTS = ("/", "/series/", "/progress/", "/reviews/", "/cohorts/", "/profile", "/sign-in")
# What is certainly shown somewhere: if it were not, nothing would have been tried.
SHOWN = {
    "user.name", "user.job", "user.unit", "user.address", "cohort.name", "cohort.series", "agenda.title",
    "module.title", "training_session.title", "prompt.label", "prompt.prompt", "enrolment.group", "reflection.title",
    "reflection.answers", "reflection.facilitator", "submission.title", "submission.answers", "submission.facilitator",
    "comment.text", "review.feedback",
}  # fmt: skip


def injected(answer: TestResponse) -> Iterator[str]:
    """What on a page was made by a text."""
    if answer.location is not None:
        return  # no page of ours
    page = Page(answer.text)
    yield from page.faults
    for element in page:
        odd = [name for name in element.attributes if name.startswith(("on", "xss", "mark")) or name == "style"]
        if odd or element.tag in ("xss", "img", "iframe", "style", "base", "object"):
            yield f"{element} was made"
        if element.tag == "script" and (element.words or not (element.get("src") or "").startswith("/static/")):
            yield f"{element} runs"
        for name in ("href", "src", "action", "formaction"):
            scheme = urlsplit((element.get(name) or "").strip()).scheme
            if scheme not in ("", "http", "https", "mailto"):
                yield f"{element} leads to {scheme}"
            if "//" in (element.get(name) or "") and "noopener" not in (element.get("rel") or ""):
                yield f"{element} leads away, and the page there may look back"
    if "55433" in answer.text:
        yield "a template was filled in"


def texts() -> list[sa.Column[Any]]:
    """Every column in which somebody's words may stand."""
    kinds = (sa.String, sa.JSON)
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    return [
        column
        for column in columns
        if isinstance(getattr(column.type, "impl_instance", column.type), kinds)
        and not isinstance(column.type, sa.Enum)
        and column.name not in NOT_TEXTS
    ]


def poisoned(rows: Rows) -> tuple[Rows, dict[int, str]]:
    """The same rows, with something nasty at the end of every text; and which number stands for which column."""
    names = dict(enumerate(map(str, texts())))
    numbers = {name: number for number, name in names.items()}

    def poison(value: Any, number: int) -> Any:
        match value:
            case str():
                return value + BREAKING_OUT.format(number)
            case dict():
                return {key: poison(inner, number) for key, inner in value.items()}
            case list():
                return [poison(inner, number) for inner in value]
        return value

    def changed(table: str, row: dict[str, Any]) -> dict[str, Any]:
        return {
            name: poison(value, numbers[f"{table}.{name}"]) if f"{table}.{name}" in numbers else value
            for name, value in row.items()
        }

    return {table: [changed(table, row) for row in there] for table, there in rows.items()}, names


def test_no_text_becomes_markup_anywhere(gates: Stage):
    nasty, names = poisoned(gates.rows)
    gates.site.become(nasty)
    seen: set[str] = set()
    for who in ("ana", "mia", "oki", "nobody"):
        links = [f"/invitations/{secret}" for secret in gates.secrets.values()]
        for address, answer in pages(crawl(gates.browser(who), [*STARTS, *links])).items():
            assert list(injected(answer)) == [], f"{who}: {address}"
            seen |= {names[int(number)] for number in MARK.findall(answer.text)}
    for endpoint, method in TABLE:
        for cell in (cell for cell in cells(endpoint, method) if method == "GET" and cell.wanted == "ok"):
            answer = ask(gates, endpoint, method, cell)
            assert list(injected(answer)) == [], f"{cell}: {endpoint}"
    assert SHOWN - seen == set()


@pytest.mark.parametrize("endpoint", POSTS)
def test_no_text_that_is_given_back_becomes_markup(gates: Stage, endpoint: str):
    cell, nasty = allowed(endpoint), BREAKING_OUT.format(0)
    form = valid(gates, endpoint, cell.thing)
    for name in form:
        for value in (nasty, nasty * 500):
            changed = form | {name: value}
            for headers in ({}, {"Origin": "https://evil.example"}):
                answer = ask(gates, endpoint, "POST", cell, data=changed, headers=headers)
                assert answer.status_code < 500
                assert list(injected(answer)) == [], name
        gates.set_up()


def test_no_text_in_a_conflict_becomes_markup(gates: Stage):
    nasty, cell = BREAKING_OUT.format(0), Cell("ana", "ana's draft", "")
    form = valid(gates, "reflections.save", "ana's draft")
    assert ask(gates, "reflections.save", "POST", cell, data=form).status_code == 303
    fields = ("title", "facilitator", "answer_view", "answer_discussed", "answer_lessons-0")
    stale = form | {name: nasty[: 100 if name == "facilitator" else 190] for name in fields}
    answer = ask(gates, "reflections.save", "POST", cell, data=stale)
    assert answer.status_code == 409
    assert "mark0k" in answer.text
    assert list(injected(answer)) == []


def test_no_part_of_an_address_or_a_header_becomes_markup(gates: Stage):
    nasty = BREAKING_OUT.format(0)
    headers = {
        "Referer": nasty,
        "User-Agent": nasty,
        "Accept-Language": nasty,
        "Cookie": f"portfolio={quote(nasty)}; x={quote(nasty)}",
    }
    query = urlencode(dict.fromkeys(("page", "sort", "cohort", "more", "next", "q", nasty), nasty))
    for path in (
        "/",
        "/sign-in",
        "/series/",
        "/reviews/",
        "/profile",
        f"/{quote(nasty)}",
        f"/invitations/{quote(nasty)}",
    ):
        for who in ("ana", "mia", "oki", "nobody"):
            for more in ({}, {"headers": headers}):
                answer = gates.browser(who).get(f"{path}?{query}", **more)
                assert answer.status_code < 500
                assert list(injected(answer)) == [], path
                assert not [value for _, value in answer.headers if "<xss" in value]
