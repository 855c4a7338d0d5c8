"""The link to a calendar: made, shown once, followed, replaced, ended; and what nobody who follows it is told."""

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portfolio.models import CalendarFeed, Enrolment, Extension, Language, User
from tests import cast, rows
from tests.cast import CONDUCT, FINAL, HOUR, JOB, NOON, SERVICE, SERVICE_2, World
from tests.lint import Linter
from tests.site import ONE_DATABASE, Site

ADDRESS = re.compile(r"http://localhost(/calendar/[A-Za-z0-9_-]{43}\.ics)")
AT_ONCE = 6
UNKNOWN = f"/calendar/{'A' * 43}.ics"
one_database = pytest.mark.parametrize("database", [ONE_DATABASE], indirect=True)
Clients = Callable[[User | None], FlaskClient]


def new_link(browser: FlaskClient) -> str:
    """Somebody makes a link: where it leads, from the page that shows it."""
    answer = browser.post("/calendar-link")
    assert (answer.status_code, answer.location) == (303, "/calendar-link")
    [address] = ADDRESS.findall(browser.get("/calendar-link").text)
    return str(address)


def follow(site: Site, address: str, **asked: object) -> TestResponse:
    """What a calendar programme is answered."""
    return site.app.test_client().get(address, **asked)


def days(answer: TestResponse) -> dict[str, date]:
    """What is said of which day."""
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    return {str(event["summary"]): event["dtstart"].dt for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def is_nothing(answer: TestResponse) -> bool:
    return answer.status_code == 404 and answer.content_type == "text/plain; charset=utf-8"


def test_the_whole_story(site: Site, world: World, client_for: Clients, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    ana = client_for(world.ana)
    before = ana.get("/calendar-link")
    assert "Make a link" in before.text
    assert "sees your days, not your texts" in before.text

    made = ana.post("/calendar-link")
    shown = ana.get("/calendar-link")
    [address] = ADDRESS.findall(shown.text)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    assert "sees your days, not your texts" in shown.text
    after = ana.get("/calendar-link")
    assert "You have a link, made on 4 Mar 2026" in after.text

    # The days of the cast: the 5th is a day off.
    answer = follow(site, address)
    assert days(answer) == {
        "Due: Service (1)": date(2026, 3, 2),
        "Due: Service (2)": date(2026, 3, 3),
        "Due: Conduct": date(2026, 3, 4),
        "Due: The job": date(2026, 3, 9),
        "Due: Looking back": date(2026, 3, 12),
    }
    written = cast.submitted(world, world.ana, SERVICE, said=cast.words("A canary text", title="A canary title"))
    begun = cast.draft(world, world.ana, SERVICE_2, said=cast.words("A canary draft", title="A canary name"))
    cast.excused(world, world.ana, CONDUCT)
    place, job = world.enrolment(world.ana), world.sessions[JOB]
    world.keep(Extension.give(place, job, date(2026, 3, 20), "A canary", by=world.oki, now=NOON))
    later = follow(site, address)
    assert days(later) == {
        "Handed in: Service (1)": date(2026, 3, 2),
        "Due: Service (2)": date(2026, 3, 3),
        "Due: The job": date(2026, 3, 20),
        "Due: Looking back": date(2026, 3, 12),
    }
    events = Calendar.from_ical(later.data).walk("VEVENT")
    told = {str(event["url"]): str(event["description"]) for event in events}
    assert told[f"http://localhost/reflections/{written.id}"].startswith("Service\nAwaiting review\n\nhttp://localhost")
    assert told[f"http://localhost/reflections/{begun.id}/edit"].startswith("Service\nLate\n\n")
    final = world.sessions[FINAL]
    begun_here = f"http://localhost/series/?cohort={world.cohort.id}#session-{final.id}"
    assert told[begun_here] == f"Job\nNot yet open\n\n{begun_here}"
    for word in (b"canary", b"VALARM", b"Ana", b"ana@", b"DIARY"):
        assert word not in later.data

    assert ana.post("/calendar-link/end").status_code == 303
    assert is_nothing(follow(site, address))
    over = ana.get("/calendar-link")
    assert "The link has ended." in over.text
    assert "Make a link" in over.text

    everywhere = [rows.read(site.engine), caplog.text, made.text, after.text, answer.text, answer.headers, over.text]
    assert secret not in str(everywhere)
    assert ana.get("/calendar-link").text.count("/calendar/") == 0


@one_database
def test_it_is_shown_only_where_it_was_made_and_only_once(world: World, client_for: Clients):
    here, there = client_for(world.ana), client_for(world.ana)
    here.post("/calendar-link")
    assert ADDRESS.findall(there.get("/calendar-link").text) == []
    assert ADDRESS.findall(here.head("/calendar-link").text) == []
    assert len(ADDRESS.findall(here.get("/calendar-link").text)) == 1
    assert ADDRESS.findall(here.get("/calendar-link").text) == []


@one_database
def test_a_link_that_ended_before_it_was_shown_is_not_shown(site: Site, world: World, client_for: Clients):
    here, there = client_for(world.ana), client_for(world.ana)
    here.post("/calendar-link")
    newer = new_link(there)
    assert ADDRESS.findall(here.get("/calendar-link").text) == []
    assert days(follow(site, newer))


def test_a_new_link_ends_the_one_before(site: Site, session: Session, world: World, client_for: Clients):
    ana, ben = client_for(world.ana), client_for(world.ben)
    first, others = new_link(ana), new_link(ben)
    second = new_link(ana)
    assert len({first, second, others}) == 3
    assert is_nothing(follow(site, first))
    assert days(follow(site, second))
    ends = session.scalars(sa.select(CalendarFeed.ended_at).order_by(CalendarFeed.id)).all()
    assert ends == [NOON, None, None]
    ana.post("/calendar-link/end")
    assert days(follow(site, others)), "what is another's goes on"


def test_all_that_shows_nothing_looks_the_same(site: Site, session: Session, world: World, client_for: Clients):
    ana, ben = client_for(world.ana), client_for(world.ben)
    replaced, ended, closed = new_link(ana), new_link(ana), new_link(ben)
    ana.post("/calendar-link/end")
    session.get_one(User, world.ben.id).deactivated_at = NOON
    session.commit()
    cut = f"{closed.removesuffix('.ics')[:-1]}.ics"
    asked = (replaced, ended, closed, cut, UNKNOWN, "/calendar/x.ics", "/calendar/ü.ics")
    speaking = site.app.test_client()
    speaking.post("/language", data={"language": "en"})
    answers = {
        (answer.status_code, answer.data, str(answer.headers))
        for address in asked
        for answer in (follow(site, address), speaking.get(address), ana.get(address))
    }  # fmt: skip
    [(status, said, headers)] = answers
    assert status == 404
    assert said.decode() == "Tautan kalender ini tidak menampilkan apa pun.\nThis calendar link shows nothing.\n"
    assert "Cache-Control: no-store" in headers
    assert "Set-Cookie" not in headers


def test_a_link_asked_for_many_times_at_once_is_one_in_the_end(site: Site, session: Session, world: World):
    cookie = site.sign_in(world.ana.id).get_cookie("portfolio")
    assert cookie is not None
    ready = Barrier(AT_ONCE)

    def press(_: int) -> int:
        browser = FlaskClient(site.app, site.app.response_class)  # not ours, which shares the test's session
        browser.set_cookie("portfolio", cookie.value)
        ready.wait()
        return browser.post("/calendar-link", buffered=True).status_code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert set(threads.map(press, range(AT_ONCE))) == {303}
    ends = session.scalars(sa.select(CalendarFeed.ended_at)).all()
    assert sorted(map(bool, ends)) == [False, *[True] * (AT_ONCE - 1)]


@one_database
def test_the_headers(site: Site, world: World, client_for: Clients):
    ana = client_for(world.ana)
    address = new_link(ana)
    for browser in (site.app.test_client(), ana):
        headers = browser.get(address).headers
        assert headers["Cache-Control"] == "private, no-cache"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Content-Disposition"] == "attachment; filename=portfolio.ics"
        assert "Set-Cookie" not in headers
    for path in (UNKNOWN, "/calendar/", "/calendar/a/b", address.removesuffix(".ics"), f"{address}/"):
        answer = follow(site, path)
        assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (404, "noindex, nofollow")
        assert path.removesuffix(".ics") not in answer.text + str(answer.headers) or path == "/calendar/"
    assert "X-Robots-Tag" not in ana.get("/calendar-link").headers


def test_a_calendar_in_which_nothing_is_new_is_not_sent_again(site: Site, world: World, client_for: Clients):
    address = new_link(client_for(world.ana))
    known = {"If-None-Match": follow(site, address).headers["ETag"]}
    again = follow(site, address, headers=known)
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", "private, no-cache")
    cast.submitted(world, world.ana, SERVICE, at=NOON - HOUR)
    assert "Handed in: Service (1)" in days(follow(site, address, headers=known))


@one_database
def test_it_speaks_the_language_of_its_owner(site: Site, world: World, client_for: Clients):
    world.ana.language = Language.INDONESIAN
    world.keep()
    ana = client_for(world.ana)
    address = new_link(ana)
    speaking = site.app.test_client()
    speaking.post("/language", data={"language": "en"})
    for answer in (follow(site, address), speaking.get(address), ana.get("/calendar-link/days.ics")):
        assert any(summary.endswith("id: Conduct") for summary in days(answer))
        assert "Terlambat" in answer.text


@one_database
def test_addresses_are_those_of_the_installation(
    site: Site, world: World, client_for: Clients, monkeypatch: pytest.MonkeyPatch
):
    ana = client_for(world.ana)
    address = new_link(ana)
    monkeypatch.setitem(site.app.config, "PUBLIC_ORIGIN", "https://portfolio.example")
    unfolded = follow(site, address).text.replace("\r\n ", "")
    assert "URL:https://portfolio.example/series/?cohort=" in unfolded
    assert "localhost" not in unfolded
    ana.post("/calendar-link")
    assert "https://portfolio.example/calendar/" in ana.get("/calendar-link").text


@one_database
def test_the_file_holds_the_same_days(site: Site, world: World, client_for: Clients):
    ana = client_for(world.ana)
    answer = ana.get("/calendar-link/days.ics")
    assert answer.data == follow(site, new_link(ana)).data
    assert answer.headers["Content-Disposition"] == "attachment; filename=portfolio.ics"
    assert answer.headers["Cache-Control"] == "no-store"


@one_database
def test_who_is_no_trainee_has_no_days(site: Site, session: Session, world: World, client_for: Clients):
    mia, ana = client_for(world.mia), client_for(world.ana)
    assert "There are no days to show" in mia.get("/calendar-link").text
    assert (mia.post("/calendar-link").status_code, mia.get("/calendar-link/days.ics").status_code) == (403, 403)
    assert "/calendar-link" in ana.get("/profile").text
    assert "/calendar-link" not in mia.get("/profile").text
    address = new_link(ana)
    session.execute(sa.update(Enrolment).where(Enrolment.user_id == world.ana.id).values(withdrawn_at=NOON))
    session.commit()
    assert days(follow(site, address)) == {}, "her calendar empties itself"
    page = ana.get("/calendar-link").text
    assert "End the link" in page
    assert "Make a new link" not in page
    assert ana.post("/calendar-link/end").status_code == 303
    assert ana.post("/calendar-link/end").status_code == 303, "it has ended already"
    assert session.scalars(sa.select(sa.func.count(CalendarFeed.id))).one() == 1


@one_database
def test_the_pages_are_well_made(site: Site, world: World, client_for: Clients):
    ana = client_for(world.ana)
    answers = [ana.get("/calendar-link")]
    ana.post("/calendar-link")
    answers += [ana.get("/calendar-link"), ana.get("/calendar-link"), client_for(world.mia).get("/calendar-link")]
    linter = Linter(site.app)
    assert [fault for answer in answers for fault in linter.faults(answer.text, answer.request.path)] == []
