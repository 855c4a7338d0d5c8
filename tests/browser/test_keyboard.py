"""With the keyboard alone the work can be done. (That each control of each page is reached: see test_looks.py.)"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests import cast
from tests.browser.visitor import Reviewer, Trainee, Visits, called
from tests.cast import CONDUCT, World, both

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}
FARTHEST = 60  # how often somebody presses Tab until they give up


def test_the_first_stop_skips_to_the_content(come: Callable[..., Page]):
    page = come("writing", viewport=DESK)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.querySelector('main :is(a[href], summary, button)')")


def test_a_reflection_is_submitted_and_returned_by_keyboard(world: World, visits: Visits, language: str):
    ana, mia = visits(Trainee, world.ana), visits(Reviewer, world.mia)
    title = both("Conduct")[language]

    ana.opens("/")
    enter(ana.page.get_by_role("button", name=called(ana.say("Write a reflection"), title)))
    for key in cast.TEMPLATES["what"]:
        go_to(ana.page.get_by_label(both(key)[language], exact=True))
        ana.page.keyboard.type(f"Written for {key}.")
    enter(ana.page.get_by_role("button", name=ana.say("Submit"), exact=True))
    ana.looks().is_told("Your reflection has been submitted.").reads("Written for now-what.")

    mia.opens("/")
    enter(mia.page.get_by_role("link", name=mia.say("Begin with the first"), exact=True))
    go_to(mia.page.get_by_label(mia.say("Feedback"), exact=True))
    mia.page.keyboard.type("Say more.")
    enter(mia.page.get_by_role("button", name=mia.say("Return for revision"), exact=True))
    mia.looks().is_told("Returned. %(name)s will see your reason first.", name="Ana")
    assert world.reflection(cast.begun(world, world.ana, CONDUCT)).state.value == "returned"


def go_to(control: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(FARTHEST):
        if control.evaluate("control => control === document.activeElement"):
            return
        control.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {control}")


def enter(control: Locator) -> None:
    """Go there, and press Enter."""
    go_to(control)
    with control.page.expect_navigation():
        control.page.keyboard.press("Enter")
