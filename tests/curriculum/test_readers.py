"""Whoever reads sessions knows which are retired: what was handed in about one counts, and nothing else is expected."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from portfolio.errors import Refused
from portfolio.progress.pace import catch_up
from portfolio.series import Condition, Series, load_series
from tests.cast import (
    CONDUCT,
    FINAL,
    JOB,
    SERVICE,
    SERVICE_2,
    World,
    accepted,
    discarded,
    draft,
    excused,
    retired,
    submitted,
)
from tests.markup import Page
from tests.site import Site

TODAY = date(2026, 3, 4)  # before which, as today, three are due: both of Service, and Conduct


def series(site: Site, world: World) -> Series:
    with site.app.app_context():
        return load_series(world.enrolment(world.ana), TODAY, viewer=world.ana)


def test_a_draft_is_set_aside_and_what_was_handed_in_counts(site: Site, world: World) -> None:
    draft(world, world.ana, SERVICE)
    submitted(world, world.ana, SERVICE_2)
    before = series(site, world)
    assert (before.submitted, before.total, before.expected, before.behind) == (1, 5, 3, 1)
    retired(world, SERVICE)
    retired(world, SERVICE_2)
    now = series(site, world)
    assert (now.submitted, now.total, now.expected, now.behind) == (1, 4, 2, 0)
    assert [slot.session.id for slot in now.set_aside] == [world.sessions[SERVICE].id]
    assert now.set_aside[0].condition is Condition.DRAFT, "never late"
    assert [slot.session.id for slot in now.slots] == [
        world.sessions[n].id for n in (SERVICE_2, CONDUCT, JOB, FINAL)
    ]  # fmt: skip
    assert now.next is not None
    assert now.next.session.id == world.sessions[CONDUCT].id
    assert catch_up(now, world.enrolment(world.ana).cohort.calendar).behind == 0


def test_what_is_excused_and_retired_is_not_asked_for(site: Site, world: World) -> None:
    excused(world, world.ana, SERVICE)
    retired(world, SERVICE)
    now = series(site, world)
    assert (now.total, now.expected) == (4, 2)


def test_the_calendar_has_no_day_for_what_is_retired(world: World, client_for: Callable[..., FlaskClient]) -> None:
    draft(world, world.ana, SERVICE)
    ana = client_for(world.ana)
    [first, second] = [world.sessions[n].title["en"] for n in (SERVICE, SERVICE_2)]
    days = ana.get("/calendar-link/days.ics").text
    assert first in days
    assert second in days
    retired(world, SERVICE)
    days = ana.get("/calendar-link/days.ics").text
    assert first not in days
    assert second in days


def test_the_funnel_expects_of_its_writer_alone_what_was_handed_in(
    world: World, client_for: Callable[..., FlaskClient]
) -> None:
    """3 trainees: of 4 each, 2 by today; and of Ana one more, which she handed in."""
    submitted(world, world.ana, SERVICE_2)
    draft(world, world.ben, SERVICE_2)
    retired(world, SERVICE_2)
    page = Page(client_for(world.oki).get(f"/cohorts/{world.cohort.id}/difficulty").text)
    [picture] = [each for each in page.root.all("svg") if each.get("role") == "img"]
    expected = "Expected in all: 13, Expected by today: 7, Submitted: 1, Signed off: 0."
    assert picture.all("desc")[0].words == expected


def test_a_mentor_expects_nothing_that_is_retired(world: World, client_for: Callable[..., FlaskClient]) -> None:
    mia = client_for(world.mia)
    assert "3 expected by today" in mia.get("/trainees/").text
    for n in (SERVICE, SERVICE_2, CONDUCT):
        retired(world, n)
    assert "0 expected by today" in mia.get("/trainees/").text


def test_a_discarded_draft_is_not_begun_again_but_can_be_brought_back(world: World) -> None:
    reflection = discarded(world, world.ana, SERVICE)
    retired(world, SERVICE)
    reflection = world.reflection(reflection)
    with pytest.raises(Refused, match="No reflection is expected"):
        reflection.begin_again(number=1, now=world.now)
    reflection.restore(reflection.discards[-1], now=world.now)
    reflection.submit(now=world.now)
    world.keep()
    assert world.progress(world.ana).submitted == 1


def test_what_is_accepted_after_the_retirement_still_completes_the_module(world: World) -> None:
    waiting = submitted(world, world.ana, SERVICE_2)
    retired(world, SERVICE_2)
    assert world.progress(world.ana).completed_at is None
    accepted(world, world.ana, SERVICE_2)
    assert world.progress(world.ana).completed_at is not None
    assert waiting.id
