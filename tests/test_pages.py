"""Every template compiles, and every page of everybody is well made, and light."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portfolio.models import User
from portfolio.paths import top_level
from tests import cast
from tests.access.stage import WHO, Stage
from tests.cast import World
from tests.crawl import crawl, pages
from tests.lint import Linter
from tests.markup import Page
from tests.site import Site

TEMPLATES = sorted(path.relative_to(top_level("templates")).as_posix() for path in top_level("templates").rglob("*.*"))
HEAVY = 100 * 1024
_weights: dict[str, int] = {}  # of static files

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # which it is, is not to be seen on a page


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(sites: Callable[[str], Site], name: str):
    sites("sqlite").app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_escapes_what_it_shows(name: str):
    source = (top_level("templates") / name).read_text()
    assert name.endswith((".html", ".txt")), "only these are escaped as they should be"
    assert not re.search(r"\|\s*safe\b|autoescape|Markup\(", source)


def faults_of(client: FlaskClient) -> list[str]:
    """What is wrong with the pages that somebody can come to: faults, bad markup, too much weight."""
    answers = crawl(client)
    linter, shown = Linter(client.application), pages(answers)
    broken = [f"{address}: {answer.status}" for address, answer in answers.items() if answer.status_code >= 400]
    badly_made = [fault for address, page in shown.items() for fault in linter.faults(page.text, address)]
    weights = {address: weight(client, page) for address, page in shown.items()}
    return broken + badly_made + [f"{address} weighs {kilos}" for address, kilos in weights.items() if kilos > HEAVY]


def weight(client: FlaskClient, page: TestResponse) -> int:
    """How many bytes a page is on its way, with all that it asks for."""
    static = Path(client.application.static_folder or "")
    links = [element.get(name) or "" for element in Page(page.text) for name in ("href", "src")]
    files = {urlsplit(link).path.removeprefix("/static/") for link in links if link.startswith("/static/")}
    return len(page.data) + sum(_weight_of(client, file) for file in imported(static, frozenset(files)))


def _weight_of(client: FlaskClient, file: str) -> int:
    """The same for everybody, so it is asked for once."""
    if file not in _weights:
        _weights[file] = len(client.get(f"/static/{file}", headers={"Accept-Encoding": "gzip"}).data)
    return _weights[file]


@cache
def imported(static: Path, asked: frozenset[str]) -> frozenset[str]:
    """These files, and the modules that they import."""
    found, files = set[str](), set(asked)
    while files - found:
        file = (files - found).pop()
        found.add(file)
        if file.endswith(".js"):
            names = re.findall(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""", (static / file).read_text())
            files |= {((static / file).parent / name).resolve().relative_to(static).as_posix() for name in names}
    return frozenset(found)


GOOD = """<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width">
<title>Me · Portfolio</title></head><body><main id="main"><h1>Me</h1>{}</main></body></html>"""
BAD = """
<p>
<h1>Me too</h1>
<h4>Too deep</h4>
<div id="main"></div>
<p id=""></p>
<p onclick="x()">x</p>
<p style="color: red">x</p>
<p class="a" class="b">x</p>
<script>x()</script>
<script src="https://elsewhere.example/x.js"></script>
<style>p { color: red }</style>
<iframe src="/"></iframe>
<img src="/static/favicon.svg?v=1">
<svg></svg>
<ul><p>x</p></ul>
<table><tr><th>x</th></tr></table>
<a href="/"></a>
<a href="/no-such-page">x</a>
<a href="/sign-out">x</a>
<a href="/reflections/0">x</a>
<a href="https://elsewhere.example">x</a>
<a href="javascript:x()">x</a>
<a href="#nowhere">x</a>
<a href="/"><button>x</button></a>
<div class="words"><a href="https://elsewhere.example">x</a></div>
<div class="words"><a href="javascript:x()">x</a></div>
<form method="post"><button>x</button></form>
<form action="/language"><button>x</button></form>
<form action="/language" method="post"></form>
<form action="/" method="post"><button>x</button></form>
<form action="/language" method="post"><button formaction="/series/">x</button></form>
<input>
<label for="x"></label><input id="x">
<label>x<textarea></textarea></label>
<p aria-describedby="nowhere">x</p>
<p>None</p>
<p title="%(name)s">x</p>
<link rel="stylesheet" href="/static/app.css">
<link rel="stylesheet" href="/static/no-such.css?v=1">
<svg aria-hidden="true"><use href="/static/icons.svg?v=1#no-such-icon"></use></svg>
"""


@pytest.mark.parametrize("bad", BAD.strip().splitlines())
def test_what_is_badly_made_is_found(sites: Callable[[str], Site], bad: str):
    linter = Linter(sites("sqlite").app)
    assert linter.faults(GOOD.format("<p>Well.</p>"), "/profile") == []
    assert linter.faults(GOOD.format(bad), "/profile") != []


@pytest.mark.parametrize("who", [*WHO, "nobody", "deni"])
def test_every_page_that_somebody_comes_to_is_well_made(gates: Stage, who: str):
    assert faults_of(gates.browser(who)) == []


@pytest.mark.parametrize("who", ["ana", "mia", "oki", "nobody"])
def test_and_in_indonesian_too(gates: Stage, who: str):
    client = gates.browser(who)
    client.post("/language", data={"language": "id"})
    assert 'lang="id"' in client.get("/profile", follow_redirects=True).text
    assert faults_of(client) == []


@on_sqlite
@pytest.mark.parametrize("who", ["ana", "mia", "kris", "oki", "obed", "deni", "dodi"])
def test_a_page_with_nothing_on_it_is_well_made(world: World, client_for: Callable[[User], FlaskClient], who: str):
    assert faults_of(client_for(getattr(world, who))) == []


@on_sqlite
def test_somebody_who_is_nothing_here_is_welcome(world: World, client_for: Callable[[User], FlaskClient]):
    world.keep(zul := cast.person("zul", now=world.now))
    client = client_for(zul)
    assert client.get("/").status_code == 200
    assert faults_of(client) == []


@on_sqlite
def test_long_lists_have_pages_that_lead_to_each_other(crowd: World, client_for: Callable[[User], FlaskClient]):
    grid = f"/cohorts/{crowd.cohort.id}/progress"
    for who, path, last in ((crowd.mia, "/reviews/", 3), (crowd.oki, grid, 3)):
        client = client_for(who)
        lists = {at: page for at, page in crawl(client, [path], only=path).items() if urlsplit(at).path == path}
        assert {at for at in lists if f"page={last}" in at}
        assert not {at for at in lists if f"page={last + 1}" in at}
        linter = Linter(client.application)
        assert [fault for at, page in lists.items() for fault in linter.faults(page.text, at)] == []


def test_the_page_for_each_fault_is_well_made(gates: Stage):
    ana, id, accepted = gates.browser("ana"), gates.ids["ana's draft"], gates.ids["ana's accepted"]
    here, words = f"/reflections/{id}", "Something long enough to be given back."
    answers = [
        ana.post(f"{here}/edit", data=b"title=\xe9", content_type="application/x-www-form-urlencoded"),
        gates.browser("nobody").post(f"{here}/edit", data={"title": words}),
        ana.post(f"{here}/edit", data={"title": words}, headers={"Origin": "https://evil.example"}),
        ana.get("/no-such-page"),
        ana.delete(here),
        ana.post(f"{here}/withdrawal", data={"text": words}),
        ana.post(f"{here}/edit", data={"title": "x" * 2_000_000}),
        gates.browser("mia").post(f"/reflections/{accepted}/reopening"),
        ana.get(f"/invitations/{gates.secrets['a used link']}"),
    ]
    assert [answer.status_code for answer in answers] == [400, 401, 403, 404, 405, 409, 413, 422, 410]
    linter = Linter(gates.site.app)
    assert [fault for answer in answers for fault in linter.faults(answer.text, answer.request.path)] == []
    for answer in answers[1], answers[2], answers[5]:
        assert words in answer.text
