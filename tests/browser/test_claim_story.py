"""One story of a claim: a passage is selected, an outcome named, a mentor confirms it; with a script and without."""

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.browser.test_passage import select
from tests.browser.visitor import Reviewer, Trainee, Visits
from tests.cast import SERVICE, World

pytestmark = pytest.mark.browser

WHY = "Saya menyebut siapa yang menunggu."


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_passage_shows_an_outcome(world: World, visits: Visits, scripts: bool):
    cast.with_outcomes(world)
    reflection = cast.accepted(world, world.ana, SERVICE)
    outcome = cast.outcome_of(world, "service")

    ana = visits(Trainee, world.ana).opens(f"/reflections/{reflection.id}")
    ana.page.get_by_role("link", name=ana.say("Name the outcomes it shows")).click()
    expect(ana.page.get_by_role("heading", level=1)).to_have_text(ana.say("What this reflection shows"))
    if scripts:
        select(ana.page, "who waits", at=("view", 0))
        ana.page.get_by_role("button", name=ana.say("This shows an outcome")).click()
        expect(ana.page.locator("[data-quote]")).to_have_text("who waits")
    else:
        ana.page.get_by_label(ana.say("Passage")).select_option(index=1)
    ana.page.get_by_label(ana.say("Outcome"), exact=True).select_option(str(outcome.id))
    ana.page.get_by_label(ana.say("How this passage shows it")).fill(WHY)
    ana.presses(ana.say("Claim it")).reads(WHY, ana.say("Waiting for a reviewer"))

    mia = visits(Reviewer, world.mia).opens("/claims/")
    mia.page.get_by_role("link", name=outcome.words["id"]).click()
    mia.reads(WHY)
    mia.page.get_by_label(mia.say("Yes, I confirm it")).check()
    mia.page.get_by_role("button", name=mia.say("Keep")).click()
    mia.reads(mia.say("Confirmed"))

    ana.opens(f"/enrolments/{world.enrolment(world.ana).id}/coverage")
    figures = {"shown": 1, "total": 3, "waiting": 0, "declined": 0, "nothing": 2}
    said = ana.say(
        "Shown: %(shown)s of %(total)s. Waiting for a reviewer: %(waiting)s. Something is missing: %(declined)s."
        " Not claimed yet: %(nothing)s."
    )
    expect(ana.page.get_by_role("img", name=f"{ana.say('Map of the outcomes')} {said % figures}")).to_be_visible()
