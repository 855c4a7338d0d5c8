"""Saved comments while one reviews: found by typing, put where the cursor is, taken back by undo, and counted."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from portfolio.models import SavedComment
from tests.browser.conftest import BrowserOf
from tests.cast import World, submitted

pytestmark = pytest.mark.browser


def saved(world: World, title: str, text: str) -> SavedComment:
    """One of Mia's."""
    world.keep(comment := SavedComment.keep(title, text, None, by=world.mia, beside=0, now=world.now))
    return comment


def test_a_saved_comment_is_found_put_at_the_cursor_taken_back_and_counted(world: World, browser_of: BrowserOf) -> None:
    saved(world, "Sumber", "Sebutkan sumbernya.")
    chosen = saved(world, "Penutup", "Kapan Anda mulai, {nama}?")
    about = submitted(world, world.ana)
    page = browser_of(world.mia).new_page()
    page.goto(f"/reflections/{about.id}/review")
    feedback, search = page.locator("#feedback"), page.locator("#saved-search")
    feedback.fill("Bagus. Salam.")
    feedback.evaluate("field => field.setSelectionRange(6, 6)")

    search.fill("mulai KAPAN")
    expect(page.locator("#saved-list").get_by_role("option")).to_have_count(1)
    with page.expect_response(f"**/saved-comments/{chosen.id}/use") as counted:
        search.press("Enter")
    assert counted.value.status == 204
    expect(feedback).to_have_value("Bagus. Kapan Anda mulai, Ana? Salam.")
    expect(feedback).to_be_focused()
    page.keyboard.press("Control+z")
    expect(feedback).to_have_value("Bagus. Salam.")
    search.fill("tidak ada")
    search.press("Enter")  # and the form is not sent
    expect(page.locator("#saved-list").get_by_role("option")).to_have_count(0)
    expect(feedback).to_have_value("Bagus. Salam.")

    page.locator("button[data-save-for]").click()
    expect(page.locator("[data-kept]")).not_to_be_empty()
    counts = sa.select(SavedComment.text, SavedComment.uses)
    kept = dict(world.session.execute(counts).all())
    assert kept == {"Sebutkan sumbernya.": 0, "Kapan Anda mulai, {nama}?": 1, "Bagus. Salam.": 0}
