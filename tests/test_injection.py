"""What people write is shown as words, never as markup: in every text there is, to everybody, on every page."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urlsplit

import pytest
from werkzeug.test import TestResponse

from portfolio.web import richtext
from tests.access.asking import POSTS, Cell, allowed, ask, cells
from tests.access.forms import valid
from tests.access.stage import Stage
from tests.access.table import TABLE
from tests.crawl import crawl, pages
from tests.markup import Page
from tests.payloads import PAYLOADS, poisoned, texts
from tests.rows import Rows

MARK = re.compile(r"mark(\d+)k")
BREAKING_OUT = (
    """'"><xss mark{}k onxss=x>&lt;xss&gt;</textarea></title></script><script>xss()</script><!--"""
    """<img src=x onerror=xss>{{{{7*7919}}}}[a](javascript:xss)[b](data:text/html,xss)<javascript:xss>"""
    """![c](x)[d](//xss.example 'x" onxss=')[e](https://xss.example)"""
)
MOST = 20_000  # characters that the longest field takes, as tests/test_limits.py says
AWAY = ("//", "/\\", "\\", "http:", "https:")
TAKEN_AWAY = (
    "text/csv", "text/calendar", "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)  # fmt: skip
PICTURES = ("/attachments/", "/guest/files/", "/static/")
STARTS = ("/", "/series/", "/progress/", "/reviews/", "/cohorts/", "/profile", "/sign-in")
# What is certainly shown somewhere: if it were not, nothing would have been tried.
SHOWN = {
    "user.name", "user.job", "user.unit", "user.address", "cohort.name", "cohort.series", "agenda.title",
    "module.title", "training_session.title", "prompt.label", "prompt.prompt", "enrolment.group", "reflection.title",
    "reflection.answers", "reflection.facilitator", "submission.title", "submission.answers", "submission.facilitator",
    "comment.text", "review.feedback", "attachment.name", "lesson.text", "reflection.tags", "request.reason",
    "extension.reason", "excuse.reason", "nudge.words",
}  # fmt: skip


def injected(answer: TestResponse) -> Iterator[str]:
    """What on a page was made by a text."""
    if answer.location is not None:
        return  # no page of ours
    if answer.mimetype in TAKEN_AWAY:  # no page at all, as long as no browser takes it for one
        if answer.headers.get("X-Content-Type-Options") != "nosniff":
            yield "a file may be taken for a page"
        return
    yield from oddities(Page(answer.text))
    if "55433" in answer.text:
        yield "a template was filled in"


def oddities(page: Page) -> Iterator[str]:
    """What in a page is none of ours."""
    yield from page.faults
    for element in page:
        odd = [name for name in element.attributes if name.startswith(("on", "xss", "mark")) or name == "style"]
        is_foreign = element.tag == "img" and not (element.get("src") or "").startswith(PICTURES)
        if odd or is_foreign or element.tag in ("xss", "iframe", "style", "base", "object"):
            yield f"{element} was made"
        if element.tag == "script" and (element.words or not (element.get("src") or "").startswith("/static/")):
            yield f"{element} runs"
        for name in ("href", "src", "action", "formaction"):
            address = (element.get(name) or "").strip()
            scheme = urlsplit(address).scheme
            if scheme not in ("", "http", "https", "mailto"):
                yield f"{element} leads to {scheme}"
            if address.startswith(AWAY) and "noopener" not in (element.get("rel") or ""):
                yield f"{element} leads away, and the page there may look back"


def marked(rows: Rows) -> tuple[Rows, dict[int, str]]:
    """The same rows, with something nasty at the end of every text; and which number stands for which column."""
    names = dict(enumerate(map(str, texts())))
    numbers = {name: number for number, name in names.items()}
    return poisoned(rows, lambda text, column: text + BREAKING_OUT.format(numbers[str(column)])), names


def test_no_text_becomes_markup_anywhere(gates: Stage):
    nasty, names = marked(gates.rows)
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
    too_long = nasty * (MOST // len(nasty) + 1)
    for name in valid(gates, endpoint, cell.thing):
        for value in (nasty, too_long):
            for headers in ({}, {"Origin": "https://evil.example"}):
                changed = valid(gates, endpoint, cell.thing) | {name: value}
                answer = ask(gates, endpoint, "POST", cell, data=changed, headers=headers)
                assert answer.status_code < 500
                assert list(injected(answer)) == [], name
        gates.set_up()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_becomes_markup_where_texts_are_in_markdown(payload: str):
    for text in (payload, f"Before.\n\n{payload}", f"- {payload}", f"> {payload}", f"*{payload}*", f"`{payload}"):
        page = Page(richtext.render(text))
        assert list(oddities(page)) == []
        for element in page:
            known = richtext.ALLOWED[element.tag] | ({"rel"} if element.tag == "a" else set())
            assert element.attributes.keys() <= known


def test_no_text_in_a_conflict_becomes_markup(gates: Stage):
    nasty, cell = BREAKING_OUT.format(0), Cell("ana", "ana's draft", "")
    form = valid(gates, "writing.save", "ana's draft")
    assert ask(gates, "writing.save", "POST", cell, data=form).status_code == 303
    fields = ("title", "facilitator", "answer_view", "answer_discussed", "answer_lessons-0")
    stale = form | {name: nasty[: 100 if name == "facilitator" else 190] for name in fields}
    answer = ask(gates, "writing.save", "POST", cell, data=stale)
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
