"""The grid of a cohort, its order, what sticks where, and how hard the modules are: computed by hand on a Wednesday.

Expected before that day: two reflections, both of Service. On that day: one of Conduct. Later: two of Job.
"""

import csv
import io
from datetime import date

import pytest
import sqlalchemy as sa
from flask import session as cookie
from flask.testing import FlaskClient

from portfolio import clock
from portfolio.models import Basis
from portfolio.progress import plans
from tests.cast import (
    CONDUCT,
    DAY,
    NOON,
    PROMISED,
    SERVICE,
    SERVICE_2,
    World,
    accepted,
    draft,
    excused,
    extended,
    returned,
    rule_changed,
    submitted,
)
from tests.markup import Page
from tests.site import Site
from tests.workbook import Book

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
LATER = date(2026, 3, 20)
COLUMNS = "complete submitted accepted asked excused waiting returned missing gap last".split()


@pytest.fixture
def written(world: World) -> World:
    """Ana is ahead and has one back; Ben is ahead in Conduct but lacks one of Service; Cici is excused from one."""
    accepted(world, world.ana, SERVICE, at=NOON - 2 * DAY)
    returned(world, world.ana, SERVICE_2)
    submitted(world, world.ana, CONDUCT)
    submitted(world, world.ben, SERVICE)
    submitted(world, world.ben, CONDUCT)
    excused(world, world.cici, SERVICE)
    place = world.enrolment(world.ben)
    place.group = "B"
    world.keep()
    return world


def browser(site: Site, world: World, who: str) -> FlaskClient:
    return site.sign_in(getattr(world, who).id)


def table(site: Site, world: World, who: str, query: str = "") -> list[list[str]]:
    answer = browser(site, world, who).get(f"/cohorts/{world.cohort.id}/progress.csv{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_the_table_to_take_away_says_what_was_computed_by_hand(site: Site, written: World):
    about, headings, *lines = table(site, written, "oki")
    assert about == [
        "Cohort", "First", "Day", "2026-03-04", "Time zone", "Asia/Jakarta",
        "Reflections expected by today", "3", "Reflections expected in all", "5",
    ]  # fmt: skip
    assert headings[:3] == ["Name", "Group", "Unit"]
    assert headings[13:17] == ["Service: submitted", "Service: signed off", "Service: asked for", "Service: state"]
    assert [line[:3] for line in lines] == [["Ana", "A", ""], ["Ben", "B", ""], ["Cici", "A", ""]]
    figures = {line[0]: dict(zip(COLUMNS, line[3:13], strict=True)) for line in lines}
    nothing = dict.fromkeys(COLUMNS, "0")
    assert figures == {
        "Ana": nothing | {"submitted": "3", "accepted": "1", "asked": "5", "waiting": "1", "returned": "1",
                          "gap": "1", "last": "2026-03-04"},
        "Ben": nothing | {"submitted": "2", "asked": "5", "waiting": "2", "missing": "1", "last": "2026-03-04"},
        "Cici": nothing | {"asked": "4", "excused": "1", "missing": "1", "gap": "-1", "last": ""},
    }  # fmt: skip
    service, conduct, job = slice(13, 17), slice(17, 21), slice(21, 25)
    assert [line[service] for line in lines] == [
        ["2", "1", "2", "needs revision"], ["1", "0", "2", "late"], ["0", "0", "1", "late"],
    ]  # fmt: skip
    assert [line[conduct][3] for line in lines] == ["awaiting review", "awaiting review", "not yet open"]
    assert [line[job] for line in lines] == [["0", "0", "2", "not yet open"]] * 3


def test_the_workbook_says_the_same(site: Site, written: World):
    answer = browser(site, written, "oki").get(f"/cohorts/{written.cohort.id}/progress.xlsx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=progress-first-2026-03-04.xlsx"
    assert answer.content_length == len(answer.data)
    book, (_, headings, *lines) = Book.read(answer.data), table(site, written, "oki")
    assert list(book.sheets) == ["About", "Progress"]
    assert [row["A"] for row in book.sheets["About"]][:3] == ["Cohort", "Day", "Time zone"]
    head, *rows = book.sheets["Progress"]
    assert list(head.values()) == headings
    for row, line in zip(rows, lines, strict=True):
        kept = [cell for number, cell in enumerate(line) if cell or number < 3]
        there = [str(int(value)) if isinstance(value, float) else value for value in row.values()]
        day = [number for number, cell in enumerate(kept) if cell.startswith("2026-")]
        assert [cell for n, cell in enumerate(there) if n not in day] == [
            cell for n, cell in enumerate(kept) if n not in day
        ]


def test_more_time_is_not_late_until_it_is_over(site: Site, written: World, monkeypatch: pytest.MonkeyPatch):
    """Ben has until Friday for the second part of Service: on that day he is not late, on Saturday he is."""
    extended(written, written.ben, SERVICE_2, date(2026, 3, 6))
    for days, wanted in (
        (0, ["0", "1", "awaiting review"]),
        (2, ["0", "0", "awaiting review"]),
        (3, ["1", "-1", "late"]),
    ):
        monkeypatch.setattr(clock, "now", lambda days=days: NOON + days * DAY)
        [ben] = [line for line in table(site, written, "oki")[2:] if line[0] == "Ben"]
        assert [*ben[10:12], ben[16]] == wanted
        assert ("Ben" in stuck(site, written, "oki", "missing")) is (days == 3)


def test_what_is_left_of_a_complete_module_sticks_nowhere(site: Site, written: World):
    """Of the two of Service that were due, Ben handed in one. When one is enough, the other is not missed any more."""
    assert "Ben" in stuck(site, written, "oki", "missing")
    rule_changed(written, SERVICE, required=1, basis=Basis.SUBMITTED)
    [ben] = [line for line in table(site, written, "oki")[2:] if line[0] == "Ben"]
    # Missing: 0 of Service. Ahead: Service 1 - 1, Conduct 1 - 0.
    assert [*ben[10:12], ben[16]] == ["0", "1", "complete"]
    assert "Ben" not in stuck(site, written, "oki", "missing")
    place = written.enrolment(written.ben).id
    page = Page(browser(site, written, "oki").get(f"/enrolments/{place}/progress").text).root.words
    assert "Not needed any more (the module is complete)" in page
    assert "overdue" not in page


def test_a_name_and_a_group_are_no_formulas(site: Site, written: World):
    written.ana.name, written.ana.unit, written.ben.name = "=1+1", "@here", "+62"
    written.keep()
    assert [line[0] for line in table(site, written, "oki")[2:]] == ["'+62", "'=1+1", "Cici"]
    book = Book.read(browser(site, written, "oki").get(f"/cohorts/{written.cohort.id}/progress.xlsx").data)
    assert [row["A"] for row in book.sheets["Progress"][1:]] == ["+62", "=1+1", "Cici"]
    assert "<f>" not in book.source


def test_each_takes_away_the_trainees_they_see(site: Site, written: World):
    assert [line[0] for line in table(site, written, "mia")[2:]] == ["Ana", "Ben"]
    assert [line[0] for line in table(site, written, "obed")[2:]] == ["Ana", "Ben", "Cici"]
    assert [line[0] for line in table(site, written, "oki", "?group=B")[2:]] == ["Ben"]
    for what in ("progress", "progress.csv", "progress.xlsx", "stuck"):
        address = f"/cohorts/{written.cohort.id}/{what}?group="
        answers = [browser(site, written, "oki").get(address + group).status_code for group in ("Z", "B", "")]
        assert answers == [404 if "." in what else 200, 200, 200], what
        if answers[0] == 200:
            page = Page(browser(site, written, "oki").get(address + "Z").text)
            assert "No such group" in page.root.words
            assert "Ana" not in page.root.words


def test_the_grid_opens_where_somebody_is_late_else_at_today(
    site: Site, written: World, monkeypatch: pytest.MonkeyPatch
):
    """On Wednesday Ben and Cici are late in Service. On Monday the 9th, when Service is given up, in Conduct. Before
    the first day nobody is late, and it opens at the first module."""
    oki, address = browser(site, written, "oki"), f"/cohorts/{written.cohort.id}/progress"

    def opens_at() -> str:
        [head] = [each for each in Page(oki.get(address).text).root.all("th") if "data-now" in each.attributes]
        return head.words.removeprefix("Sort by ")

    assert opens_at() == "Service"
    rule_changed(written, SERVICE, required=1, basis=Basis.SUBMITTED)
    excused(written, written.cici, SERVICE_2)
    assert opens_at() == "Conduct"  # it is Wednesday, and nobody is late: that of today
    monkeypatch.setattr(clock, "now", lambda: NOON + 5 * DAY)
    assert opens_at() == "Conduct"  # where Cici is late now
    extended(written, written.cici, CONDUCT, date(2026, 3, 20))
    assert opens_at() == "Job"


def test_large_figures_are_told_in_the_way_of_the_language(site: Site, written: World):
    with site.app.test_request_context():
        for language, said in (("en", "1,300"), ("id", "1.300")):
            cookie["language"] = language
            funnel = site.app.jinja_env.get_template("components/funnel.html").module.funnel  # type: ignore[attr-defined]
            counts = {"in_all": 1300, "expected": 900, "submitted": 40, "accepted": 7}
            assert funnel(counts, "First").count(said) == 3  # for the eye, aloud, and in the table


@on_sqlite
@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        ("", "Cici Ben Ana"),  # -1, 0, 1
        ("sort=name", "Ana Ben Cici"),
        ("sort=group", "Ana Cici Ben"),
        ("sort=module.service", "Ben Cici Ana"),  # 1, 1, 2
        ("sort=module.conduct", "Cici Ana Ben"),  # 0, 1, 1
        ("sort=module.nothing", "Cici Ben Ana"),
        ("group=A", "Cici Ana"),
        ("group=A&sort=name", "Ana Cici"),
    ],
)
def test_the_grid_is_sorted_and_filtered(site: Site, written: World, wish: str, wanted: str):
    page = Page(browser(site, written, "oki").get(f"/cohorts/{written.cohort.id}/progress?{wish}").text)
    [grid] = [each for each in page.root.all("table") if each.get("class") == "grid"]
    rows = [head.all("bdi")[0].words for head in grid.all("th") if head.get("scope") == "row"]
    assert rows == wanted.split()
    assert page.faults == []


def stuck(site: Site, world: World, who: str, at: str) -> str:
    answer = browser(site, world, who).get(f"/cohorts/{world.cohort.id}/stuck?at={at}")
    assert answer.status_code == 200
    [main] = Page(answer.text).root.all("main")
    return main.words


def test_what_sticks_is_shown_with_whom_and_what_to_do(site: Site, written: World):
    text = browser(site, written, "oki").get(f"/cohorts/{written.cohort.id}/progress").text
    assert "Not submitted 2 from 2 trainees" in " ".join(Page(text).root.words.split())
    missing = stuck(site, written, "oki", "missing")
    assert "Ben · B Service (1) 1 not submitted last submitted today" in missing
    assert "Cici · A Service (1) 1 not submitted nothing yet" in missing
    assert "Ana" not in missing
    waiting = stuck(site, written, "oki", "waiting")
    assert "Awaiting review (3)" in waiting
    assert "Mia mentor 3 0 promised for Monday, 9 Mar" in waiting  # on whose desk it is
    assert "Give trainees to somebody else" in waiting
    back = stuck(site, written, "oki", "returned")
    assert "Ana · A" in back
    assert "Service (2) returned today" in back
    assert "Ben" not in back


def test_a_mentor_sees_their_own_and_no_other_desks(site: Site, written: World):
    assert "Cici" not in stuck(site, written, "mia", "missing")
    waiting = stuck(site, written, "mia", "waiting")
    assert "On whose desk" not in waiting
    assert "Give trainees" not in waiting


def test_an_observer_reads_no_reflections_but_how_many(site: Site, written: World):
    answer = browser(site, written, "obed").get(f"/cohorts/{written.cohort.id}/stuck?at=waiting")
    assert "/reflections/" not in answer.text
    assert "Conduct" in answer.text
    assert "Give trainees" not in answer.text


def test_what_waits_for_nobody_is_said_first(site: Site, written: World):
    submitted(written, written.cici, SERVICE_2)
    waiting = stuck(site, written, "oki", "waiting")
    assert waiting.index("nobody") < waiting.index("Mia")


def test_past_its_promise_is_counted_by_the_day_in_the_cohorts_zone(
    site: Site, written: World, monkeypatch: pytest.MonkeyPatch
):
    """Promised for Monday 9 March: late from the first moment of the Tuesday in Jakarta, 17.00 UTC."""
    last = clock.end_of_day(PROMISED, "Asia/Jakarta")
    for moment, said in ((last - DAY / 86_400, False), (last, True)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        text = browser(site, written, "oki").get(f"/cohorts/{written.cohort.id}/progress").text
        assert ("3 later than promised" in text) is said


def test_a_respite_is_past_the_day_of_all_not_past_ones_own_and_not_handed_in(world: World) -> None:
    extended(world, world.ana, SERVICE, LATER)
    due = world.sessions_of(world.enrolment(world.ana))[SERVICE].due_on

    def given_to(today: date) -> list[int]:
        """Of Ana and Ben in the module, and of Ana in another."""
        rows = [world.progress(world.ana), world.progress(world.ben), world.progress(world.ana, CONDUCT)]
        keys = [(row.enrolment_id, row.module_id) for row in rows]
        found = world.session.execute(sa.select(plans.respites(world.cohort, today)))
        there = {(enrolment_id, module_id): number for enrolment_id, module_id, number in found}
        world.session.commit()
        return [there.get(key, 0) for key in keys]

    days = (due, due + DAY, LATER, LATER + DAY)
    assert [given_to(day) for day in days] == [[0, 0, 0], [1, 0, 0], [1, 0, 0], [0, 0, 0]]
    draft(world, world.ana)
    assert given_to(LATER) == [1, 0, 0]
    submitted(world, world.ana)
    assert given_to(LATER) == [0, 0, 0]
