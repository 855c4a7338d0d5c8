"""How far a cohort is, and how hard its modules are; figures of fewer than five trainees are not told."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio.models import Appointment, Office, Outcome, Reflection, Role, User
from tests import cast
from tests.cast import CONDUCT, DAY, NOON, SERVICE, SERVICE_2, World, accepted, excused, extended, returned, submitted
from tests.markup import Page
from tests.site import Site


def shown(site: Site, world: World) -> tuple[str, list[list[str]]]:
    """The words of the picture, and the lines of the table of modules."""
    page = Page(site.sign_in(world.oki.id).get(f"/cohorts/{world.cohort.id}/difficulty").text)
    assert page.faults == []
    [picture] = [each for each in page.root.all("svg") if each.get("role") == "img"]
    lines = [[cell.words for cell in line.all("th", "td")] for line in page.root.all("table")[1].all("tr")]
    return picture.all("desc")[0].words, lines[1:]


def test_the_funnel_counts_reflections_and_not_what_is_excused(site: Site, world: World):
    accepted(world, world.ana, SERVICE)
    returned(world, world.ana, SERVICE_2)
    submitted(world, world.ben, CONDUCT)
    excused(world, world.cici, SERVICE)  # was expected by today
    said, _ = shown(site, world)
    # 3 trainees: of 5 each, 3 by today; one of them is excused.
    assert said == "Expected in all: 14, Expected by today: 8, Submitted: 3, Signed off: 1."
    extended(world, world.ben, SERVICE_2, date(2026, 3, 6))  # what was due on Tuesday is due on Friday
    said, _ = shown(site, world)
    assert said == "Expected in all: 14, Expected by today: 7, Submitted: 3, Signed off: 1."


def test_a_module_of_fewer_than_five_is_not_told(site: Site, world: World):
    for trainee in (world.ana, world.ben):
        accepted(world, trainee, SERVICE)
        accepted(world, trainee, SERVICE_2)
        returned(world, trainee, CONDUCT)
    _, lines = shown(site, world)
    assert lines[0] == ["Service", "4", "– fewer than five", "– fewer than five"]
    assert lines[1] == ["Conduct", "2", "– fewer than five", "– fewer than five"]


def test_a_module_of_five_is_told(site: Site, session: Session, world: World):
    """Two were returned, one of them twice. Signed off after 0, 0, 3, 5 and 10 days."""
    cast.grow(session, world, 2)  # each has one accepted on the same day, and one of the second part waits
    world.keep(world.enrolment(world.cici).assign(world.mia, Role.MENTOR, now=NOON))
    returned(world, world.ben, SERVICE)
    twice = returned(world, world.ana, SERVICE)
    rewrite(world, world.ana)
    cast.decide(world, twice, Outcome.RETURNED, "Once more.")
    for trainee, days in ((world.ana, 10), (world.ben, 3), (world.cici, 5)):
        reflection = rewrite(world, trainee)
        for _ in world.cohort.sign_off_steps:
            cast.decide(world, reflection, Outcome.ACCEPTED, at=NOON + days * DAY)
    _, lines = shown(site, world)
    assert lines[0] == ["Service", "7", "29% (2 of 7)", "3"]  # 5 of the first part, 2 of the second


def rewrite(world: World, trainee: User) -> Reflection:
    """What they wrote, or wrote again, is handed in, on the day of everything else."""
    reflection = cast.draft(world, trainee, SERVICE, said=cast.words("Again, and better."))
    reflection.submit(now=NOON + 2 * cast.HOUR)
    world.keep()
    return reflection


@pytest.mark.parametrize("who", ["mia", "ana"])
def test_it_is_for_those_who_see_the_whole_cohort(site: Site, world: World, who: str):
    client: FlaskClient = site.sign_in(getattr(world, who).id)
    assert client.get(f"/cohorts/{world.cohort.id}/difficulty").status_code == 404


def test_cohorts_stand_side_by_side_for_those_who_oversee_them(site: Site, world: World):
    accepted(world, world.ana, SERVICE)
    returned(world, world.ana, SERVICE_2)
    submitted(world, world.ben, CONDUCT)
    excused(world, world.cici, SERVICE)
    submitted(world, world.dodi, SERVICE)
    world.keep(Appointment(cohort=world.other, user=world.obed, office=Office.OBSERVER, started_at=NOON))
    page = Page(site.sign_in(world.obed.id).get("/cohorts/compare").text)
    lines = [[cell.words for cell in line.all("th", "td")] for line in page.root.all("table")[0].all("tr")]
    first = ["First", "2 Mar 2026", "3", "14", "8", "3", "1", "1", "0", "1"]
    second = ["Second", "2 Mar 2026", "1", "5", "3", "1", "0", "1", "0", "0"]
    assert lines[1:] == [first, second]
    assert "First" not in site.sign_in(world.olla.id).get("/cohorts/compare").text
    for nobody in (world.mia, world.ana):  # who guides, and who is a trainee
        assert site.sign_in(nobody.id).get("/cohorts/compare").status_code == 404
