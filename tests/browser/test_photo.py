"""A photo from a phone, on a line that breaks."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, expect
from sqlalchemy.orm import Session

from portfolio.models import Attachment
from tests import cast
from tests.attachments import corpus
from tests.cast import World

pytestmark = pytest.mark.browser


@pytest.fixture
def language() -> str:
    return "en"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """As large as a phone makes them."""
    noise = corpus.noise(1600, 1200)
    (tmp_path / "photo.jpg").write_bytes(noise)
    return tmp_path / "photo.jpg"


def names(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(Attachment.name)))


def test_a_photo_cut_half_way_is_sent_again_and_is_there_once(
    world: World, browser_of: Callable[..., BrowserContext], base_url: str, photo: Path, session: Session
):
    draft = cast.draft(world, world.ana)
    page = browser_of(world.ana, has_touch=True, is_mobile=True).new_page()
    page.goto(f"{base_url}/reflections/{draft.id}/edit")
    answer = page.get_by_role("textbox", name="discussed").first
    answer.fill("What I am writing stays.")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 200_000}
    network.send("Network.emulateNetworkConditions", slow)
    page.get_by_label("Or take a photo").set_input_files(photo)
    expect(page.get_by_text("% sent")).to_be_visible()
    network.send("Network.emulateNetworkConditions", slow | {"offline": True})
    expect(page.get_by_text("The connection was lost.").first).to_be_visible()
    assert names(session) == []
    network.send("Network.emulateNetworkConditions", slow | {"offline": False, "uploadThroughput": -1})
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("img", name="photo.jpg")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert names(session) == ["photo.jpg"]
    expect(answer).to_have_value("What I am writing stays.")
    page.get_by_role("button", name="Remove photo.jpg").click()
    page.get_by_role("button", name="Bring it back photo.jpg").click()
    expect(page.get_by_role("img", name="photo.jpg")).to_be_visible()
    expect(answer).to_have_value("What I am writing stays.")


def test_what_cannot_be_taken_is_said_beside_it(
    world: World, browser_of: Callable[..., BrowserContext], base_url: str, tmp_path: Path
):
    draft = cast.draft(world, world.ana)
    page = browser_of(world.ana).new_page()
    page.goto(f"{base_url}/reflections/{draft.id}/edit")
    (tmp_path / "page.html").write_bytes(b"<!doctype html>" + corpus.SCRIPT)
    page.get_by_label("Add a file").set_input_files(tmp_path / "page.html")
    expect(page.get_by_text("Web pages and drawings that can run scripts").first).to_be_visible()
    page.get_by_role("button", name="Leave it").click()
    expect(page.locator("[data-uploads] li")).to_have_count(0)
