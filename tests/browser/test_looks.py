"""Every page as people may need it: on a phone or a desk, by day or night, in large letters, in their own colours."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.check import Check
from tests.browser.pages import Stage
from tests.extent import ONE_IN
from tests.site import Site

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)
LARGE = 32  # pixels, where 16 are usual
THUMB = 44
LIGHT = 100_000  # bytes
TOO_SMALL = """(thumb) => [...document.querySelectorAll(
        "button, .btn, select, textarea, input, summary, .tabs a, .nav-link")]
    .filter((part) => part.checkVisibility({visibilityProperty: true}) && !["hidden", "radio"].includes(part.type))
    .map((part) => part.type === "checkbox" ? part.closest("label") ?? part : part)
    .filter((part) => part.getBoundingClientRect().height && part.getBoundingClientRect().height < thumb
                      && !part.matches(".hidden-words"))
    .map((part) => `${part.getBoundingClientRect().height} px: ${part.outerHTML.slice(0, 150)}`)"""
MOVING = """() => [...document.querySelectorAll("*")].map((part) => [part, getComputedStyle(part)])
    .filter(([part, style]) => style.scrollBehavior !== "auto" || style.animationName !== "none"
                               || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0))
    .map(([part]) => part.cloneNode().outerHTML.slice(0, 120))"""
WITHOUT_EDGE = """() => [...document.querySelectorAll(
        ".btn:not(.link), .state, .strip li > *, textarea, select, "
        + "input:not([type=hidden], [type=radio], [type=checkbox])")]
    .filter((part) => part.checkVisibility() && !part.matches(".hidden-words"))
    .filter((part) => !(parseFloat(getComputedStyle(part).borderTopWidth) > 0))
    .map((part) => part.outerHTML.slice(0, 120))"""


def test_every_page_is_looked_at(stage: Stage, site: Site):
    addresses = site.app.url_map.bind("127.0.0.1")
    paths = [stage.address(name).partition("?")[0] for name in pages.PAGES]
    seen = {addresses.match(path, method="GET")[0] for path in paths if addresses.test(path, method="GET")}
    all_pages = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in rule.methods}
    assert all_pages - seen == pages.NO_PAGES, "show it in tests/browser/pages.py"


@pytest.mark.parametrize("name", pages.PAGES)
def test_it_fits_and_is_accessible_to_all(come: Callable[..., Page], check: Check, name: str):
    page = come(name, reduced_motion="reduce")  # or else colours would be measured while they change
    check(page, status=pages.STATUS.get(name, 200))
    assert not page.evaluate(TOO_SMALL, THUMB), "too small for a thumb"
    assert not page.evaluate(MOVING), "somebody asked for less motion"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        check.fits(page)
    if [*pages.PAGES].index(name) % ONE_IN:
        return
    check.is_reachable(page)
    page.emulate_media(color_scheme="dark")
    page.evaluate("scrollTo(0, 0)")  # what lies half under the bar only now is not too small
    check.is_accessible(page, "on a desk by night")
    page.emulate_media(forced_colors="active")
    assert not page.evaluate(WITHOUT_EDGE), "colours alone do not show where it ends"
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": LARGE, "fixed": LARGE}})
    for width in WIDTHS[1:]:
        page.set_viewport_size({"width": width, "height": 844})
        check.fits(page, "in large letters")


@pytest.mark.parametrize("name", ["sign-in", "today"])
def test_the_first_page_is_light(come: Callable[..., Page], check: Check, name: str):
    come(name).wait_for_load_state("networkidle")
    sizes = [request.sizes() for request in check.loaded]
    assert len(sizes) >= 3, "the page, its style, its icon"
    assert sum(size["responseHeadersSize"] + size["responseBodySize"] for size in sizes) < LIGHT
