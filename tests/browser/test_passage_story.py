"""One story of a passage: chosen and commented on, answered, found again in the next round."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from portfolio.models import Outcome, Words
from tests import cast
from tests.browser.test_passage import select
from tests.browser.visitor import Reviewer, Trainee, Visitor, Visits
from tests.cast import HOUR, SERVICE, World

pytestmark = pytest.mark.browser

FIRST = "We asked who waits at the counter. Nobody knew why. I will ask again."
SECOND = "At noon we asked who waits, and where. Nobody knew why. I will ask Ben on Monday."
QUESTION, ANSWER = "Did you ask them?", "I asked four of them."


def said(view: str) -> Words:
    return replace(cast.words(), answers={"discussed": "Queues.", "view": view})


def follows_the_mark(visitor: Visitor) -> str:
    """The sentence is marked in the text that stands, and the mark leads to what was said; its number."""
    page = visitor.page
    mark = page.locator("[data-passages] mark")
    expect(mark).to_have_text("Nobody knew why.")
    number = mark.get_attribute("data-comment")
    if page.locator("details:not([open]) [data-passages]").count():
        page.get_by_text(visitor.say("The whole text")).click()
    mark.locator("xpath=following-sibling::a").click()
    expect(page.locator(f"#comment-{number}")).to_be_in_viewport()
    assert page.url.endswith(f"#comment-{number}")
    return str(number)


def test_a_sentence_is_talked_about_over_two_rounds(world: World, visits: Visits):
    reflection = cast.submitted(world, world.ana, SERVICE, said=said(FIRST), at=world.now - HOUR)
    mia = visits(Reviewer, world.mia).opens(f"/reflections/{reflection.id}/review")
    select(mia.page, "Nobody knew why.", at=("view", 0))
    mia.page.get_by_role("button", name=mia.say("Comment on this passage")).click()
    expect(mia.page.get_by_label(mia.say("Your comment"))).to_be_focused()
    mia.page.keyboard.type(QUESTION)
    mia.presses(mia.say("Post a comment")).is_asked_by(world.ana).reads(QUESTION)  # she is where she was
    number = follows_the_mark(mia)
    cast.decide(world, reflection, Outcome.RETURNED, "Say when.")

    ana = visits(Trainee, world.ana).opens(f"/reflections/{reflection.id}/edit")
    ana.reads(QUESTION, ana.say("Still in your text.")).answers(view=SECOND).submits()
    assert follows_the_mark(ana) == number
    ana.replies(QUESTION, ANSWER)

    mia.opens(f"/reflections/{reflection.id}/review").reads(QUESTION, ANSWER, mia.say("Show in the text"))
    assert follows_the_mark(mia) == number
