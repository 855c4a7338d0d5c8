"""Every route, method, person and thing against the table: who is denied is told nothing, and changes nothing."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import rows
from tests.access.asking import Cell, address, ask, cells, foreign, leaks, outcome, rule_of, unreadable
from tests.access.stage import WHO, Stage
from tests.access.table import OPEN, PUBLIC, TABLE
from tests.cast import NOON
from tests.extent import ALL

AUTOMATIC = {"HEAD", "OPTIONS"}
RECORDS = ("read_event", "visit", "lease")  # who read what, when, and has it before them: all that a GET writes
KEPT = {"reviews.decide": ("feedback_draft",)}  # what a rule refused is kept for its writer, beside what was decided
ROUTES = sorted(TABLE.keys() | OPEN.keys())
GETS = [route for route in ROUTES if route[1] == "GET"]
POSTS = [route for route in ROUTES if route[1] == "POST"]
# On PostgreSQL, all but what finds its rows as another page does; of a mentor, an organiser, and one who is let in.
SAME_QUERIES = [("writing.edit", "GET"), ("reviews.review", "GET")]
VERBS = [("accounts.begin_session", "POST"), ("writing.start", "POST"), ("reviews.decide", "POST")]
SOME = ("mia", "oki")
ASKED_TWICE = [route for route in GETS if route not in SAME_QUERIES] + VERBS


def _named(routes: list[tuple[str, str]]) -> list[Any]:
    return [pytest.param(*route, id=" ".join(route)) for route in routes]


# fmt: off
SPELLINGS = [
    "/reflections/{}/", "//reflections/{}", "/./reflections/{}", "/REFLECTIONS/{}", "/reflections/{};",
    "/reflections/{}.json", "/reflections/0{}", "/reflections/+{}", "/reflections/%20{}", "/reflections/{}%2f",
    "/x/..%2freflections/{}",
]
# fmt: on

every_route = pytest.mark.parametrize(("endpoint", "method"), _named(ROUTES))
every_get = pytest.mark.parametrize(("endpoint", "method"), _named(GETS))
every_post = pytest.mark.parametrize(("endpoint", "method"), _named(POSTS))


def test_every_route_and_method_is_classified(app: Flask):
    routes = {(rule.endpoint, method) for rule in app.url_map.iter_rules() for method in rule.methods - AUTOMATIC}
    assert routes == set(ROUTES), "classify it in tests/access/table.py"
    assert not TABLE.keys() & OPEN.keys()


def test_what_needs_no_sign_in_is_what_the_list_says(app: Flask):
    marked = {endpoint for endpoint, view in app.view_functions.items() if getattr(view, "is_public", False)}
    assert marked | {"static"} == PUBLIC == {endpoint for endpoint, _ in OPEN}


def test_every_permission_is_used_by_somebody():
    unused = [route for route in ROUTES if not any(cell.wanted == "ok" for cell in cells(*route))]
    assert unused == [("styleguide.show", "GET")]


@every_route
def test_everybody_gets_what_the_table_says(gates: Stage, endpoint: str, method: str):
    """And a GET that is allowed changes no row but the record of who read what."""
    check(gates, endpoint, method, cells(endpoint, method))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("endpoint", "method"), _named(ASKED_TWICE))
def test_everybody_gets_the_same_on_postgresql(stage: Stage, endpoint: str, method: str):
    check(stage, endpoint, method, [*cells(endpoint, method)] if ALL else some_of(endpoint, method))


def some_of(endpoint: str, method: str) -> list[Cell]:
    """What a mentor and an organiser get, and what somebody does who is let in, whoever that is."""
    every = [*cells(endpoint, method)]
    let_in = [cell for cell in every if cell.wanted == "ok" and cell.who not in SOME]
    return [*let_in[:1], *(cell for cell in every if cell.who in SOME)]


def check(stage: Stage, endpoint: str, method: str, asked: Iterable[Cell]) -> None:
    wrong, not_there = [], defaultdict(set)
    for cell in asked:
        response = ask(stage, endpoint, method, cell)
        if (got := outcome(response)) != cell.wanted:
            wrong.append(f"{cell} got {got}")
        is_shown = cell.wanted == "ok" or (cell.wanted == "409" and endpoint in KEPT)
        if told := leaks(response, unreadable(cell.who) if is_shown else foreign(cell.who)):
            wrong.append(f"{cell} was told {told}")
        if cell.wanted != "ok" or method == "GET":
            spared = RECORDS if cell.wanted == "ok" else KEPT[endpoint] if is_shown else ()
            wrong += [f"{cell} changed {change}" for change in stage.changes(but=spared)]
        if got == "404":
            not_there[cell.who].add(_whole(response))
        stage.set_up()
    wrong += [
        f"to {who}, what is foreign is not as what is missing" for who, seen in not_there.items() if len(seen) > 1
    ]
    assert not wrong, "\n".join(wrong)
    assert rows.read(stage.site.engine) == stage.rows


def _whole(response: TestResponse) -> tuple[str, tuple[tuple[str, str], ...], bytes]:
    return response.status, tuple(sorted(response.headers)), response.data


def one_of_each(endpoint: str, method: str) -> list[Cell]:
    """One thing of each outcome: for each person where all is tried, else for one of those who get it."""
    return list({(cell.who if ALL else "", cell.wanted): cell for cell in cells(endpoint, method)}.values())


@every_get
def test_a_head_is_answered_as_its_get_without_a_trace(gates: Stage, endpoint: str, method: str):
    for cell in one_of_each(endpoint, method):
        response = ask(gates, endpoint, method, cell, instead="HEAD")
        assert outcome(response) == cell.wanted, cell
        assert response.data == b""
        assert gates.changes() == [], cell


@every_route
def test_options_say_nothing(gates: Stage, endpoint: str, method: str):
    for cell in one_of_each(endpoint, method):
        response = ask(gates, endpoint, method, cell, instead="OPTIONS")
        told = "sign in" if cell.wanted == "sign in" else "ok"
        assert outcome(response) == told, cell
        assert not leaks(response, foreign(cell.who)), cell
        assert response.data == b"" or told == "sign in", cell
        assert gates.changes() == [], cell


@every_route
def test_no_other_method_does_anything(gates: Stage, endpoint: str, method: str):
    taken = rule_of(gates.site.app, endpoint, method)
    cell = next(cells(endpoint, method))
    where = address(gates, endpoint, method, cell.thing)
    known = {m for rule in gates.site.app.url_map.iter_rules() if rule.rule == taken.rule for m in rule.methods}
    for other in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"} - known:
        response = gates.browser("ana").open(where, method=other, data={"text": "x"})
        assert response.status_code == 405, other
        assert set(response.headers["Allow"].split(", ")) == known
    assert gates.changes() == []


@every_post
def test_no_header_turns_a_get_into_a_post(gates: Stage, endpoint: str, method: str):
    cell = next(cell for cell in cells(endpoint, method) if cell.wanted == "ok")
    headers = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    ask(gates, endpoint, method, cell, instead="GET", headers=headers, query_string={"_method": "POST"})
    assert gates.changes(but=RECORDS) == []


FROM_ANOTHER_SITE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "unheard-of"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": "null"},
    {"Origin": ""},
]
FROM_OUR_OWN = [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}]


@every_post
def test_what_another_site_sends_is_refused(gates: Stage, endpoint: str, method: str):
    cell, wrong = next(cell for cell in cells(endpoint, method) if cell.wanted == "ok"), []
    for headers in FROM_ANOTHER_SITE:
        response = ask(gates, endpoint, method, cell, headers=headers)
        if response.status_code != 403:
            wrong.append(f"{headers} got {response.status}")
        if "Set-Cookie" in response.headers:
            wrong.append(f"{headers} got a cookie")
        wrong += [f"{headers} changed {change}" for change in gates.changes()]
        gates.set_up()
    assert not wrong, "\n".join(wrong)


@every_post
def test_what_our_own_pages_send_is_taken(gates: Stage, endpoint: str, method: str):
    cell = next(cell for cell in cells(endpoint, method) if cell.wanted == "ok")
    for headers in FROM_OUR_OWN:
        assert outcome(ask(gates, endpoint, method, cell, headers=headers)) == "ok", headers
        gates.set_up()


def test_an_answer_cannot_be_hung_on_a_comment_of_another_reflection(stage: Stage):
    form = {"text": "Smuggled in.", "reply_to": str(stage.ids["comment on dodi's submitted"])}
    cell = Cell("ana", "ana's submitted", "ok")
    assert ask(stage, "reflections.comment", "POST", cell, data=form).status_code < 500
    comments = [change for change in stage.changes() if change.startswith("+ comment")]
    elsewhere = [change for change in comments if "'parent_id': None" not in change]
    assert elsewhere == []
    [mine] = [row for row in stage.rows["submission"] if row["reflection_id"] == stage.ids["ana's submitted"]]
    new = [row for row in rows.read(stage.site.engine)["comment"] if row["text"] == "Smuggled in."]
    assert {row["submission_id"] for row in new} <= {mine["id"]}


@pytest.mark.parametrize("path", SPELLINGS)
def test_no_other_spelling_of_an_address_opens_anything(gates: Stage, path: str):
    for who in WHO[1:]:
        response = gates.browser(who).get(path.format(gates.ids["ana's draft"]), follow_redirects=True)
        assert response.status_code in (400, 404)
        assert leaks(response, foreign(who)) == []


def test_those_who_leave_see_nothing_from_the_next_request_on(stage: Stage):
    cell = Cell("mia", "ana's accepted", "ok")
    assert outcome(ask(stage, "reflections.show", "GET", cell)) == "ok"
    stage.change("mentorship", {"user_id": stage.ids["mia"]}, ended_at=NOON)
    assert outcome(ask(stage, "reflections.comment", "POST", cell)) == "403"
    assert outcome(ask(stage, "reviews.decide", "POST", Cell("mia", "ana's submitted", "404"))) == "404"
    assert outcome(ask(stage, "progress.trainee", "GET", Cell("mia", "ana's place", "404"))) == "404"
    stage.change("appointment", {"user_id": stage.ids["oki"]}, ended_at=NOON)
    assert outcome(ask(stage, "reflections.show", "GET", Cell("oki", "ana's submitted", "404"))) == "404"
    assert outcome(ask(stage, "progress.cohort", "GET", Cell("oki", "the first cohort", "404"))) == "404"
