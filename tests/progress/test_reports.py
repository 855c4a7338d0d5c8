"""Reports to take away: they say what the pages say, parse back, and nothing in them runs in a spreadsheet."""

import csv
import io
from datetime import date

import pytest
from flask.testing import FlaskClient

from portfolio.models import Extension
from tests import cast
from tests.cast import CONDUCT, DAY, NOON, SERVICE, SERVICE_2, World
from tests.site import Site
from tests.workbook import Book

RISKY = '=HYPERLINK("https://xss.example";"x")'
REPORTS = ("stuck", "backlog", "difficulty", "exceptions")


@pytest.fixture
def written(world: World) -> World:
    """Ben and Cici lack something; Ana has one back; three wait; Ana's name and a reason begin like a formula."""
    cast.returned(world, world.ana, SERVICE_2)
    cast.submitted(world, world.ana, CONDUCT)
    cast.submitted(world, world.ben, SERVICE)
    cast.submitted(world, world.ben, CONDUCT)
    cast.excused(world, world.cici, SERVICE, reason=RISKY)
    place = world.enrolment(world.ben)
    late = Extension.give(place, world.sessions[SERVICE_2], date(2026, 3, 20), "Ill.", by=world.oki, now=NOON - DAY)
    world.keep(late)
    late.end(by=world.oki, now=NOON)
    for user in (world.ana, world.mia):
        user.name = f"{RISKY} {user.name}"
        user.unit = "@unit"
    world.enrolment(world.ana).group = "-1+1"
    world.keep()
    return world


def oki(site: Site, world: World) -> FlaskClient:
    return site.sign_in(world.oki.id)


def table(site: Site, world: World, report: str) -> list[list[str]]:
    answer = oki(site, world).get(f"/cohorts/{world.cohort.id}/{report}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_what_is_not_submitted(site: Site, written: World):
    about, headings, *lines = table(site, written, "stuck.csv")
    assert about[:4] == ["Cohort", "First", "Day", "2026-03-04"]
    assert headings == ["Name", "Group", "Unit", "Module", "Not submitted"]
    assert lines == [
        [f"'{RISKY} Ana", "'-1+1", "'@unit", "Service", "1"],
        ["Ben", "A", "", "Service", "1"],
        ["Cici", "A", "", "Service", "1"],
    ]


def test_what_waits_and_what_was_returned(site: Site, written: World):
    _, headings, *lines = table(site, written, "stuck.csv?at=waiting")
    assert headings[-2:] == ["Awaiting review", "The oldest promise"]
    assert [line[3:] for line in lines] == [
        ["Conduct", "1", "2026-03-09"],
        ["Service", "1", "2026-03-09"],
        ["Conduct", "1", "2026-03-09"],
    ]
    _, headings, *lines = table(site, written, "stuck.csv?at=returned&group=A")
    assert headings[-2:] == ["Returned", "Returned since"]
    assert lines == [], "Ana is in another group"
    *_, line = table(site, written, "stuck.csv?at=returned")
    assert line[3:] == ["Service", "1", "2026-03-04"]


def test_the_backlog(site: Site, written: World):
    _, headings, *lines = table(site, written, "backlog.csv")
    assert headings == [
        "Name", "Role", "Waiting", "Later than promised", "The oldest promise", "Answers in the last thirty days",
        "Working days to answer (middle)",
    ]  # fmt: skip
    # Mia's one decision was made an hour after noon, which is later than now.
    assert lines == [[f"'{RISKY} Mia", "mentor", "3", "0", "2026-03-09", "0", ""]]


def test_how_hard_modules_are_tells_nothing_of_few(site: Site, written: World):
    _, headings, *lines = table(site, written, "difficulty.csv")
    assert headings[0] == "Module"
    assert lines == [["Service", "2", "", "", ""], ["Conduct", "2", "", "", ""], ["Job", "0", "", "", ""]]


def test_the_exceptions_log(site: Site, written: World):
    _, headings, *lines = table(site, written, "exceptions.csv")
    assert headings[3:8] == ["What happened", "Day", "When", "By", "Reason"]
    assert sorted(line[3] for line in lines) == ["Excused", "More time", "More time ended"]
    [excused] = [line for line in lines if line[3] == "Excused"]
    assert excused[:3] == ["Cici", "A", "Service (1)"]
    assert excused[4:8] == ["2026-03-04", "4 Mar 2026, 12:00 WIB", "Oki", f"'{RISKY}"]
    [given] = [line for line in lines if line[3] == "More time"]
    assert given[0] == "Ben"
    assert given[11] == "2026-03-20"


@pytest.mark.parametrize("report", REPORTS)
def test_a_workbook_holds_the_same_and_no_formula(site: Site, written: World, report: str):
    answer = oki(site, written).get(f"/cohorts/{written.cohort.id}/{report}.xlsx")
    assert answer.status_code == 200
    book = Book.read(answer.data)
    assert len(book.sheets) == 2
    about, rows = list(book.sheets.values())
    assert about[0] == {"A": "Cohort", "B": "First"}
    _, headings, *lines = table(site, written, f"{report}.csv")
    assert list(rows[0].values()) == headings
    assert len(rows) - 1 == len(lines)
    for word in ("<f>", "<f ", "<hyperlink", 't="str"'):
        assert word not in book.source
    plain = {value for row in rows[1:] for value in row.values() if isinstance(value, str)}
    for line in lines:
        for value in line:
            if value.startswith("'"):
                assert value[1:] in plain, "a text as it was written"
