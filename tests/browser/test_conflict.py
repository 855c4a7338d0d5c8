"""Two texts, and two rounds, as they are seen: side by side on a desk, one under the other on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from portfolio.models import Outcome, User
from tests import cast
from tests.browser.pages import UNBROKEN
from tests.browser.visitor import Reviewer, Trainee
from tests.cast import CONDUCT, DAY, SERVICE, World

pytestmark = pytest.mark.browser

SHARED = "Aturan yang tidak terlihat selalu kalah dari hubungan yang terlihat, dan itu saya lihat."
FIRST = f"{SHARED} Di tab pertama saya menulis tentang antrean. {UNBROKEN}"
SECOND = f"{SHARED} Di tab kedua saya menulis tentang loket baru. {UNBROKEN}"
BOTH = ("pertama", "kedua", "antrean", "loket baru")
# How wide, and whether scripts run: everything works without them.
PLACES = {
    "phone": ({"width": 390, "height": 844}, True),
    "narrow phone without scripts": ({"width": 320, "height": 640}, False),
    "desk": ({"width": 1280, "height": 900}, True),
}

BrowserOf = Callable[..., BrowserContext]


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> tuple[dict[str, int], bool]:
    return PLACES[request.param]


@pytest.fixture
def viewport(place: tuple[dict[str, int], bool]) -> dict[str, int]:
    return place[0]


@pytest.fixture
def scripts(place: tuple[dict[str, int], bool]) -> bool:
    return place[1]


def box(part: Locator) -> dict[str, float]:
    found = part.bounding_box()
    assert found is not None
    return dict(found)


def conflicting(world: World, browser_of: BrowserOf, check: object, language: str, viewport: dict[str, int]) -> Trainee:
    """Ana, who has just sent what another tab had already written otherwise."""
    draft = cast.draft(world, world.ana, CONDUCT)
    ana = Trainee(world.ana, browser_of(world.ana, viewport=viewport).new_page(), check, language)
    ana.opens(f"/reflections/{draft.id}/edit")
    said = cast.words(SECOND, template="what", title="Judul lain")
    reflection = world.reflection(draft)
    reflection.write(said, version=reflection.version, now=world.now)
    world.keep()
    return ana.answers(what=FIRST).presses(ana.say("Save draft"), status=409)


def test_two_texts_are_side_by_side_or_one_under_the_other_and_become_one(
    world: World, browser_of: BrowserOf, check: object, language: str, viewport: dict[str, int]
):
    ana = conflicting(world, browser_of, check, language, viewport)
    mine, kept = ana.part(ana.say("What you just sent")), ana.part(ana.say("What is kept now"))
    expect(mine).to_contain_text(FIRST)
    expect(kept).to_contain_text(SECOND)
    if viewport["width"] > 1000:
        assert box(kept)["x"] > box(mine)["x"] + box(mine)["width"]
        assert box(kept)["y"] == box(mine)["y"]
    else:
        assert box(kept)["y"] > box(mine)["y"] + box(mine)["height"]
    marked = mine.locator("mark").first
    assert "underline" in marked.evaluate("mark => getComputedStyle(mark).textDecorationLine")
    said = marked.evaluate("mark => getComputedStyle(mark, '::before').content")
    assert ana.say("only here") in said
    ana.presses(ana.say("Keep it like this"))
    answer = world.reflection(cast.begun(world, world.ana, CONDUCT)).answers["what"]
    assert [words for words in BOTH if words not in answer] == []
    assert answer.count(SHARED) == 1


def test_a_part_is_chosen_by_hand(
    world: World, browser_of: BrowserOf, check: object, language: str, viewport: dict[str, int]
):
    ana = conflicting(world, browser_of, check, language, viewport)
    group = ana.main.get_by_role("group", name="id: what" if language == "id" else "what", exact=True)
    choice = group.get_by_role("radio", name=ana.say("What is kept"), exact=True)
    assert box(choice.locator(".."))["height"] >= 44
    choice.check()
    ana.presses(ana.say("Keep it like this"))
    assert world.reflection(cast.begun(world, world.ana, CONDUCT)).answers["what"] == SECOND


def test_a_second_round_shows_first_what_changed(
    world: World, browser_of: BrowserOf, check: object, language: str, viewport: dict[str, int]
):
    first = cast.submitted(world, world.ana, SERVICE, said=cast.words(FIRST), at=world.now - DAY)
    cast.decide(world, first, Outcome.RETURNED, "Di loket mana?", by=world.mia)
    again = cast.submitted(world, world.ana, SERVICE, said=cast.words(SECOND), at=world.now)
    mia = reviewer(world.mia, browser_of, check, language, viewport).opens(f"/reflections/{again.id}/review")
    changes = mia.main.locator("details", has_text=mia.say("What changed since the last review"))
    added, removed = changes.locator("ins").first, changes.locator("del").first
    expect(added).to_be_visible()
    assert "underline" in added.evaluate("ins => getComputedStyle(ins).textDecorationLine")
    assert "line-through" in removed.evaluate("del => getComputedStyle(del).textDecorationLine")
    whole = mia.main.locator("details", has=mia.page.get_by_text(mia.say("The whole text"), exact=True))
    expect(whole.locator(".answer").first).to_be_hidden()
    whole.locator("summary").click()
    expect(whole.locator(".answer").first).to_be_visible()
    mia.looks()


def reviewer(user: User, browser_of: BrowserOf, check: object, language: str, viewport: dict[str, int]) -> Reviewer:
    return Reviewer(user, browser_of(user, viewport=viewport).new_page(), check, language)
