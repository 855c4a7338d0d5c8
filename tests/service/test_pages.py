"""Figures of service on the pages: nobody is ranked, small groups are not told, and everybody sees no name."""

import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio import clock
from portfolio.models import Cohort, Enrolment, Outcome, Rating, Review, Role
from portfolio.models.rating import WHOLE
from tests.cast import DAY, HOUR, NOON, World, accepted, draft, submitted, with_rubric
from tests.site import Site

EVERYBODY = "/service/"


def anybody(site: Site) -> FlaskClient:
    """A stranger, who reads English."""
    stranger = site.sign_in(None)
    stranger.post("/language", data={"language": "en"})
    return stranger


def decided(world: World, days: int, n: int, level: float | None = None) -> None:
    """Ana's n-th reflection is accepted by Mia so many days after it was handed in."""
    reflection = draft(world, world.ana, n)
    reflection.submit(now=NOON)
    world.keep()
    reflection = world.reflection(reflection)
    levels = {WHOLE: level} if level else None
    at = NOON + days * DAY
    world.keep(Review.decide(reflection, Outcome.ACCEPTED, "", round=1, levels=levels, by=world.mia, now=at))


def publish(site: Site, world: World) -> None:
    answer = site.sign_in(world.oki.id).post(f"/cohorts/{world.cohort.id}/service", data={"is_public": "yes"})
    assert answer.status_code == 303


def test_nothing_is_public_until_an_organiser_says_so_and_then_no_name_is(site: Site, world: World, monkeypatch):
    for n, days in enumerate((0, 0, 1, 6, 6)):
        if n != 3:
            decided(world, days, n)
    accepted(world, world.ben)
    stranger = anybody(site)
    assert "First" not in stranger.get(EVERYBODY).text
    publish(site, world)
    monkeypatch.setattr(clock, "now", lambda: NOON + 7 * DAY)
    site.app.extensions.pop("promises", None)
    page = stranger.get(EVERYBODY)
    assert page.status_code == 200
    assert "First" in page.text
    assert "within 2 working days" in page.text
    for name in ("Ana", "Ben", "Cici", "Mia", "Kris", "Oki"):
        assert name not in page.text
    assert site.sign_in(world.oki.id).post(f"/cohorts/{world.cohort.id}/service").status_code == 303
    assert "First" not in stranger.get(EVERYBODY).text


def test_everybody_is_told_no_figure_of_few(site: Site, world: World):
    accepted(world, world.ana)
    publish(site, world)
    site.app.extensions.pop("promises", None)
    page = anybody(site).get(EVERYBODY).text
    assert "too few answers" in page
    assert "%" not in page.split("<main")[1]


def test_the_public_page_is_counted_once_an_hour(site: Site, world: World, monkeypatch):
    publish(site, world)
    site.app.extensions.pop("promises", None)
    stranger = anybody(site)
    stranger.get(EVERYBODY)
    for trainee, n in ((world.ana, 0), (world.ana, 1), (world.ben, 0)):
        accepted(world, trainee, n)
    assert "too few answers" in stranger.get(EVERYBODY).text
    monkeypatch.setattr(clock, "now", lambda: NOON + HOUR)
    assert "100%" in stranger.get(EVERYBODY).text


def test_levels_of_small_groups_are_not_told(site: Site, world: World):
    with_rubric(world)
    for n in (0, 1, 2, 4):
        decided(world, 0, n, 2.5)
    organiser = site.sign_in(world.oki.id)
    page = f"/cohorts/{world.cohort.id}/service"
    assert organiser.get(page).text.count("fewer than five") == 3 + 1  # all, Mia, group A; and what is said of it
    [one] = world.session.scalars(sa.select(Rating).limit(1))
    enrolment = world.enrolment(world.ben)
    reflection = draft(world, world.ben)
    reflection.submit(now=NOON)
    world.keep()
    reflection = world.reflection(reflection)
    world.keep(Review.decide(reflection, Outcome.ACCEPTED, "", round=1, levels={WHOLE: 4}, by=world.mia, now=NOON))
    world.session.get_one(Enrolment, enrolment.id).group = "B"
    world.keep()
    text = organiser.get(page).text
    assert text.count("fewer than five") == 2 + 1  # groups A and B; five in all, and Mia's
    assert one.level == 2.5


def test_who_waited_longest_and_who_was_told_least_are_named_to_organisers(site: Site, world: World, monkeypatch):
    decided(world, 6, 0)
    submitted(world, world.ben)
    world.keep(world.enrolment(world.cici).assign(world.mia, Role.MENTOR, now=NOON))
    accepted(world, world.cici)
    monkeypatch.setattr(clock, "now", lambda: NOON + 7 * DAY)
    text = site.sign_in(world.oki.id).get(f"/cohorts/{world.cohort.id}/service").text
    longest = text.split("Who waited longest")[1].split("Who was told least")[0]
    # Ben waits for Mia, and Ana for Kris since the sixth day; Cici had her answers within the hour.
    assert longest.index("Ben") < longest.index("Ana") < longest.index("Cici")


def test_ones_own_page_tells_of_nobody_else(site: Site, world: World):
    decided(world, 0, 0)
    text = site.sign_in(world.mia.id).get("/service/mine").text
    assert "First" in text
    assert "Kris" not in text
    assert world.load(sa.select(Cohort).where(Cohort.id == world.cohort.id)).is_promise_public is False
