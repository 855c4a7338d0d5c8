"""Backlog and turnaround side by side, by hand: working days over a holiday and weekends, thirty days, no ranking.

It is noon of Wednesday, 4 March 2026 in Jakarta; Thursday is a holiday.
"""

from datetime import UTC, date, datetime
from statistics import median

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import selectinload

from portfolio import clock
from portfolio.models import Cohort, Outcome, User
from portfolio.progress import backlog
from portfolio.progress.backlog import Desk
from portfolio.service import queries as service
from tests import cast
from tests.cast import DAY, NOON, World
from tests.markup import Page
from tests.site import Site

# When Mia's five texts came to her, when she decided, and how many working days that took.
MIAS = [
    (datetime(2026, 3, 4, 5, tzinfo=UTC), datetime(2026, 3, 4, 9, tzinfo=UTC), 0),  # the same day
    (datetime(2026, 3, 4, 5, tzinfo=UTC), datetime(2026, 3, 5, 9, tzinfo=UTC), 0),  # the next is a holiday
    (datetime(2026, 3, 4, 5, tzinfo=UTC), datetime(2026, 3, 6, 9, tzinfo=UTC), 1),  # Friday
    (datetime(2026, 3, 6, 5, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC), 1),  # from Friday to Monday
    (datetime(2026, 3, 4, 5, tzinfo=UTC), datetime(2026, 3, 10, 17, tzinfo=UTC), 4),  # midnight: Wednesday, the 11th
]
LATER = datetime(2026, 3, 11, 5, tzinfo=UTC)


@pytest.fixture
def busy(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Mia has decided five times and passed on four, of which Kris has decided two; a week has gone by."""
    world = world
    for n, (came, decided, _) in enumerate(MIAS):
        trainee, session = (world.ana, n) if n < 3 else (world.ben, n - 3)
        waits = cast.submitted(world, trainee, session, at=came)
        outcome = Outcome.RETURNED if n == 0 else Outcome.ACCEPTED
        done = cast.decide(world, waits, outcome, "Well.", by=world.mia, at=decided)
        if n in (1, 2):  # Kris takes two working days after that
            cast.decide(world, done, Outcome.ACCEPTED, by=world.kris, at=decided + 4 * DAY)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    return world


def cohort_of(world: World) -> Cohort:
    return world.load(sa.select(Cohort).where(Cohort.id == world.cohort.id).options(selectinload(Cohort.holidays)))


def desks(app: Flask, world: World, now: datetime = LATER) -> dict[tuple[str, str], Desk]:
    cohort = cohort_of(world)
    with app.app_context():
        return {(desk.user.name if desk.user else "", desk.role.value): desk for desk in backlog.desks(cohort, now)}


def test_working_days_are_counted_by_hand(app: Flask, busy: World):
    found = desks(app, busy)
    mia, kris = found["Mia", "mentor"], found["Kris", "coach"]
    assert sorted(mia.days) == sorted(days for _, _, days in MIAS)
    assert mia.median_days == 1
    # Passed on on Thursday the 5th and Friday the 6th; decided on Monday the 9th and Tuesday the 10th.
    assert sorted(kris.days) == [2, 2]
    assert kris.median_days is None, "two are too few to say"
    assert (mia.waiting, mia.late, mia.oldest) == (0, 0, None)
    # What came to Kris on Monday the 9th waits until Wednesday, what came at midnight until Friday.
    assert (kris.waiting, kris.late, kris.oldest) == (2, 0, date(2026, 3, 11))
    assert list(found) == [("Kris", "coach"), ("Mia", "mentor")], "by name"


def test_it_says_what_the_page_of_service_says(app: Flask, busy: World):
    cohort = cohort_of(busy)
    with app.app_context():
        figures = service.figures_of(cohort, LATER).of_reviewer(busy.mia.id)
    assert figures.to_decision is not None
    mia = desks(app, busy)["Mia", "mentor"]
    assert (len(mia.days), median(mia.days)) == (figures.to_decision.count, figures.to_decision.median)


def test_what_is_past_its_promise_and_what_waits_for_nobody(app: Flask, world: World):
    cast.submitted(world, world.ana, at=NOON)  # promised for Monday the 9th
    cast.submitted(world, world.cici, at=NOON)  # has no mentor
    found = desks(app, world)
    assert list(found) == [("", "mentor"), ("Mia", "mentor")], "first what waits for nobody"
    assert (found["Mia", "mentor"].waiting, found["Mia", "mentor"].late) == (1, 1)
    assert found["Mia", "mentor"].oldest == date(2026, 3, 9)


def test_answers_of_more_than_thirty_days_ago_do_not_count(app: Flask, busy: World):
    first = MIAS[0][1]
    assert len(desks(app, busy, first + 30 * DAY)["Mia", "mentor"].days) == 4, "the first is just too old"
    assert "Mia" not in {name for name, _ in desks(app, busy, first + 60 * DAY)}


def browser(site: Site, who: User) -> FlaskClient:
    return site.sign_in(who.id)


def test_the_page_shows_both_beside_each_other(site: Site, busy: World):
    page = browser(site, busy.oki).get(f"/cohorts/{busy.cohort.id}/stuck?at=waiting").text
    words = Page(page).root.words
    assert "too few to say" in words
    assert "1 of 5" in words
    assert f"/cohorts/{busy.cohort.id}/mentors" in page
    assert words.index("Kris") < words.index("Mia")
    seen = browser(site, busy.obed).get(f"/cohorts/{busy.cohort.id}/stuck?at=waiting").text
    assert "Give to a colleague" not in seen, "observers only look"
    mia = browser(site, busy.mia).get(f"/cohorts/{busy.cohort.id}/stuck?at=waiting").text
    assert "On whose desk" not in mia, "reviewers see their own figures on a page of their own"
