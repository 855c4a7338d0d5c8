"""The desk by keyboard: along the list, into what waits, and out of the way of who types."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}


@pytest.fixture
def language() -> str:
    return "en"


def test_keys_lead_along_the_list_and_into_it(come: Callable[..., Page]):
    page = come("desk", viewport=DESK)
    items = page.locator("[data-desk] a")
    addresses = [item.get_attribute("href") or "" for item in items.all()]
    assert len(addresses) > 3

    expect(page.get_by_text("Keys:")).to_be_visible()
    for key, place in (("j", 0), ("j", 1), ("ArrowDown", 2), ("k", 1), ("ArrowUp", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(items.nth(place)).to_be_focused()
    assert items.nth(0).evaluate("item => getComputedStyle(item).outlineStyle") == "solid"

    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys on the desk")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("j")  # means nothing in there
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(items.nth(0)).to_be_focused()

    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert page.url.endswith(addresses[1])
    page.go_back()
    first = page.get_by_role("link", name="Begin with the first").get_attribute("href") or "?"
    with page.expect_navigation():
        page.keyboard.press("n")
    assert page.url.endswith(first)


def test_keys_are_out_of_the_way_in_a_field_and_when_they_are_not_wanted(come: Callable[..., Page]):
    page = come("desk", viewport=DESK)
    here, items = page.url, page.locator("[data-desk] a")
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    field = page.locator("textarea")
    field.focus()
    page.keyboard.type("jno?")
    expect(field).to_have_value("jno?")
    expect(field).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.get_by_role("button", name="All keys").click()
    page.get_by_label("Use single letters as keys on this device").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("[data-desk] a:focus")).to_have_count(0)
    items.nth(1).focus()
    page.keyboard.press("ArrowDown")  # no letter, and only where the focus is in the list
    expect(items.nth(2)).to_be_focused()
    assert page.url == here


def test_on_a_phone_the_list_is_all_there_is(come: Callable[..., Page]):
    page = come("desk")
    expect(page.get_by_text("Keys:")).to_be_hidden()
    expect(page.locator("[data-desk] a").first).to_be_visible()
