"""One story of a claim: a passage is selected, an outcome named, a mentor confirms it; with a script and without."""

import re

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.browser.test_passage import select
from tests.browser.visitor import Reviewer, Trainee, Visits
from tests.cast import SERVICE, World

pytestmark = pytest.mark.browser

WHY = "Saya menyebut siapa yang menunggu."
MISSING = "Say what is missing, so that the writer can show it."


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
    mia.is_told("Confirmed.").reads(mia.say("Shown"))

    ana.opens(f"/enrolments/{world.enrolment(world.ana).id}/coverage")
    said = f"{ana.say('Shown')}: 1. {ana.say('Not claimed yet')}: 2."
    expect(ana.page.get_by_role("img", name=f"{ana.say('Map of the outcomes')} {said}")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_what_is_wrong_with_an_answer_is_in_sight_on_a_phone(world: World, visits: Visits, scripts: bool):
    cast.with_outcomes(world)
    reflection = cast.accepted(world, world.ana, SERVICE)
    first, second = (cast.claimed(world, reflection, cast.outcome_of(world, slug)) for slug in ("service", "conduct"))
    mia = visits(Reviewer, world.mia).opens(f"/reflections/{reflection.id}/claims")
    card = mia.page.locator(f"#claim-{second.id}")
    card.get_by_label(mia.say("Not yet")).check()
    card.get_by_role("button", name=mia.say("Keep")).click()
    mia.looks(422)

    said = card.get_by_role("alert")
    expect(said).to_be_in_viewport()
    expect(said).to_be_focused()
    reason = card.get_by_role("textbox")
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(reason).to_have_accessible_description(re.compile(re.escape(mia.say(MISSING))))
    expect(mia.page.locator(f"#claim-{first.id} [aria-invalid]")).to_have_count(0)
    said.get_by_role("link", name=mia.say(MISSING)).click()
    expect(reason).to_be_in_viewport()
    reason.fill("Siapa yang menunggu?")
    card.get_by_role("button", name=mia.say("Keep")).click()

    told = card.get_by_role("status")
    expect(told).to_contain_text(mia.say("Kept. The writer sees what is missing."))
    expect(told).to_be_in_viewport()
    told.get_by_role("link", name=mia.say("Next claim that waits")).click()
    expect(mia.page.locator(f"#claim-{first.id}")).to_be_in_viewport()


def test_what_is_wrong_with_a_claim_is_in_sight_on_a_phone(world: World, visits: Visits):
    cast.with_outcomes(world)
    reflection, outcome = cast.accepted(world, world.ana, SERVICE), cast.outcome_of(world, "service")
    ana = visits(Trainee, world.ana).opens(f"/reflections/{reflection.id}/claims")
    form = ana.page.locator("#claiming")
    form.get_by_label(ana.say("Outcome"), exact=True).select_option(str(outcome.id))
    form.get_by_label(ana.say("How this passage shows it")).fill(WHY)
    form.evaluate("form => { form.noValidate = true }")
    form.get_by_role("button", name=ana.say("Claim it")).click()
    ana.looks(422)
    expect(form.get_by_role("alert")).to_be_in_viewport()
    expect(form.get_by_role("alert")).to_contain_text(ana.say("Choose the passage of your text that shows it."))
    expect(form.get_by_label(ana.say("Outcome"), exact=True)).to_have_value(str(outcome.id))
