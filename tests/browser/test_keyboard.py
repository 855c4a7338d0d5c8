"""With the keyboard alone: every control is reached, in order, with the focus in sight, and the work can be done."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests import cast
from tests.browser import pages
from tests.browser.conftest import Visits
from tests.browser.visitor import Reviewer, Trainee, called
from tests.cast import CONDUCT, World, both

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}
SEVERAL = 9  # stops inside controls: a date has one for the day, the month, the year and the calendar
FARTHEST = 60  # how often somebody presses Tab until they give up
FIND_CONTROLS = """() => {
    const inGroup = (part) => part.type === "radio" && !part.checked
        && document.querySelector(`[name="${part.name}"]:checked`);
    window.controls = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
        .filter((part) => part.checkVisibility() && part.tabIndex >= 0 && part.type !== "hidden" && !inGroup(part));
    return controls.length;
}"""
WHERE = """() => {
    const part = document.activeElement, box = part.getBoundingClientRect(), style = getComputedStyle(part);
    const points = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].map(([right, down]) =>
        document.elementFromPoint(box.left + right * box.width, box.top + down * box.height));
    return {
        number: controls.indexOf(part),
        name: part.outerHTML.slice(0, 120),
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isInSight: points.some((there) => there && (part.contains(there) || there.contains(part))),
    };
}"""


@pytest.mark.parametrize("name", pages.PAGES)
def test_tab_reaches_every_control_in_order_and_in_sight(come: Callable[..., Page], name: str):
    page = come(name, viewport=DESK, reduced_motion="reduce")
    count = page.evaluate(FIND_CONTROLS)
    stops: list[dict[str, Any]] = []
    while len(stops) < count + SEVERAL and (not stops or stops[-1]["number"] != count - 1):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(WHERE))
    assert [number for number, _ in groupby(stop["number"] for stop in stops)] == list(range(count))
    assert not [stop["name"] for stop in stops if not stop["isMarked"]], "the focus cannot be seen"
    assert not [stop["name"] for stop in stops if not stop["isInSight"]], "something covers the focus"


def test_the_first_stop_skips_to_the_content(come: Callable[..., Page]):
    page = come("writing", viewport=DESK)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
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
