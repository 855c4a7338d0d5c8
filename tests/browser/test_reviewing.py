"""Review after review, with no list between: by keyboard, and by thumb on a phone; and no word is lost on the way."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from portfolio.models import FeedbackDraft, Outcome, ReadEvent, Reason, Reflection, Review, SignIn, Submission
from tests import cast
from tests.browser.check import Check
from tests.browser.conftest import BrowserOf
from tests.browser.visitor import Reviewer
from tests.cast import DAY, JOB, PASSWORD, SERVICE, SERVICE_2, World

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}
NAMES = ("Ana", "Ben", "Ana", "Ben", "Ana")
RETURNED = "Returned. %(name)s will see your reason first."
WORDS = "Say when you begin, and with whom."
PRELOADED = """() => performance.getEntriesByType("resource").some(
    ({initiatorType, name, responseEnd}) => initiatorType === "link" && name.includes("/review") && responseEnd)"""


@pytest.fixture
def five(world: World) -> list[int]:
    """Five that wait for Mia, the oldest promise first."""
    written = [
        (world.ana, SERVICE),
        (world.ben, SERVICE),
        (world.ana, SERVICE_2),
        (world.ben, SERVICE_2),
        (world.ana, JOB),
    ]
    ids = []
    for days, (trainee, n) in enumerate(written):
        said = cast.words(f"Number {days}.", title=f"Judul {days}")
        ids.append(cast.submitted(world, trainee, n, said=said, at=world.now - (10 - days) * DAY).id)
    return ids


def reviewer(world: World, check: Check, browser_of: BrowserOf, **browser: object) -> Reviewer:
    return Reviewer(world.mia, browser_of(world.mia, **browser).new_page(), check, "id")


def readings(session: Session) -> Counter[tuple[int, Reason]]:
    session.rollback()
    rows = session.execute(sa.select(Submission.reflection_id, ReadEvent.reason).join(ReadEvent.submission))
    return Counter((reflection_id, reason) for reflection_id, reason in rows)


def outcomes(session: Session) -> list[tuple[int, Outcome, str]]:
    session.rollback()
    rows = session.execute(
        sa.select(Submission.reflection_id, Review.outcome, Review.feedback).join(Review.submission).order_by(Review.id)
    )
    return [tuple(row) for row in rows]


def pages(check: Check, page: Page) -> list[str]:
    """The addresses of the pages that were gone through."""
    return [
        re.sub(r"^https?://[^/]+", "", request.url).partition("?")[0]
        for request in check.loaded
        if request.is_navigation_request() and request.method == "GET"
    ]


def comes_to(mia: Reviewer, reflection_id: int) -> None:
    """The page on which it is decided is there, and the next one is under way."""
    expect(mia.page).to_have_url(re.compile(rf"/reflections/{reflection_id}/review"))
    expect(mia.page.locator("form[data-keep]")).to_be_attached()


def test_five_in_a_row_by_keyboard(
    world: World, five: list[int], check: Check, browser_of: BrowserOf, session: Session
):
    mia = reviewer(world, check, browser_of, viewport=DESK)
    keyboard = mia.page.keyboard
    mia.page.goto(f"/reflections/{five[0]}/review")
    for number, reflection_id in enumerate(five):
        comes_to(mia, reflection_id)
        if number == 0:
            mia.looks()
            keyboard.press("?")
            keys = mia.page.get_by_role("dialog", name=mia.say("Keys while you review"))
            expect(keys).to_be_visible()
            keyboard.press("Escape")
            expect(keys).to_be_hidden()
        else:
            assert mia.page.locator("form[data-ahead]").count() == 1, "it is the page that was preloaded"
            mia.is_told("Accepted. %(name)s will see it." if number != 2 else RETURNED, name=NAMES[number - 1])
        if reflection_id != five[-1]:
            mia.page.wait_for_function(PRELOADED)
        if number == 1:
            keyboard.press("f")
            keyboard.type(WORDS)
            keyboard.press("Escape")
            keyboard.press("r")
        elif number == 2:
            keyboard.press("f")
            keyboard.type("Now I see it.")
            keyboard.press("Control+Enter")
        else:
            keyboard.press("a")
            expect(mia.page.locator("[data-accept]")).to_be_focused()
        assert len(outcomes(session)) == number, "no key decides"
        keyboard.press("Enter")
    expect(mia.page).to_have_url(re.compile("/reviews/$"))
    mia.looks().is_told("Accepted. %(name)s will see it.", name="Ana")
    assert "/reviews/" not in pages(check, mia.page)[:-1]
    yes, no = Outcome.ACCEPTED, Outcome.RETURNED
    said = [(yes, ""), (no, WORDS), (yes, "Now I see it."), (yes, ""), (yes, "")]
    assert outcomes(session) == [(id, *what) for id, what in zip(five, said, strict=True)]
    opened = {(id, Reason.REVIEW): 1 for id in five} | {(id, Reason.AHEAD): 1 for id in five[1:]}
    assert readings(session) == opened


def test_five_in_a_row_by_thumb(world: World, five: list[int], check: Check, browser_of: BrowserOf, session: Session):
    mia = reviewer(world, check, browser_of, has_touch=True, is_mobile=True)
    mia.page.goto(f"/reflections/{five[0]}/review")
    for number, reflection_id in enumerate(five):
        comes_to(mia, reflection_id)
        way = mia.page.get_by_role("link", name=mia.say("To the decision"))
        expect(way).to_be_in_viewport()
        way.tap()
        if number == 1:
            mia.fills(mia.say("Feedback"), WORDS)
        name = "Return for revision" if number == 1 else "Accept, then the next one" if number < 4 else "Accept"
        button = mia.page.get_by_role("button", name=mia.say(name), exact=True)
        button.tap()
    expect(mia.page).to_have_url(re.compile("/reviews/$"))
    assert "/reviews/" not in pages(check, mia.page)[:-1]
    assert [(id, outcome) for id, outcome, _ in outcomes(session)] == [
        (id, Outcome.RETURNED if number == 1 else Outcome.ACCEPTED) for number, id in enumerate(five)
    ]
    opened = readings(session)
    assert [opened[id, Reason.REVIEW] for id in five] == [1] * 5


def test_what_was_preloaded_and_is_not_as_it_was_is_loaded_anew(
    world: World, five: list[int], check: Check, browser_of: BrowserOf, session: Session
):
    mia = reviewer(world, check, browser_of, viewport=DESK)
    mia.page.goto(f"/reflections/{five[0]}/review")
    mia.page.wait_for_function(PRELOADED)
    assert readings(session) == {(five[0], Reason.REVIEW): 1, (five[1], Reason.AHEAD): 1}
    second = world.reflection(session.get_one(Reflection, five[1]))
    assert second.can_withdraw
    world.keep(second.comment("Please read this first.", by=world.ben, now=world.now))
    mia.page.keyboard.press("a")
    mia.page.keyboard.press("Enter")
    comes_to(mia, five[1])
    mia.reads("Please read this first.")
    assert readings(session)[five[1], Reason.REVIEW] == 1


def test_who_was_slower_hears_of_it_and_loses_no_word(
    world: World, five: list[int], check: Check, browser_of: BrowserOf, session: Session
):
    world.keep(world.enrolment(world.ana).assign(world.oki, cast.Role.MENTOR, now=world.now))
    mia = reviewer(world, check, browser_of, viewport=DESK)
    mia.page.goto(f"/reflections/{five[0]}/review")
    cast.decide(
        world, session.get_one(Reflection, five[0]), Outcome.ACCEPTED, "I was quicker.", by=world.oki, at=world.now
    )
    mia.page.keyboard.press("f")
    mia.page.keyboard.type(WORDS)
    mia.is_told("This is not waiting for your decision any more. What you write here is kept.")
    check.is_accessible(mia.page)
    mia.page.keyboard.press("Control+Enter")
    with mia.page.expect_navigation():
        mia.page.keyboard.press("Enter")
    mia.looks(409).reads("I was quicker.")
    expect(mia.page.get_by_label(mia.say("Your feedback"))).to_have_value(WORDS)
    mia.presses(mia.say("Post it as a comment")).reads(WORDS)


def test_feedback_survives_a_lost_network_and_an_ended_session(
    world: World, five: list[int], check: Check, browser_of: BrowserOf, session: Session
):
    mia = reviewer(world, check, browser_of, viewport=DESK)
    mia.page.goto(f"/reflections/{five[0]}/review")
    mia.page.wait_for_function(PRELOADED)
    with unplugged(mia.page.context):
        mia.page.keyboard.press("f")
        mia.page.keyboard.type(WORDS)
        expect(mia.page.get_by_role("banner")).to_contain_text(mia.say("Your text is kept on this device."))
    expect(mia.page.get_by_role("banner")).to_contain_text(re.compile(r"\d\d\.\d\d WIB"))
    session.execute(sa.delete(SignIn))
    session.commit()
    mia.page.keyboard.press("Control+Enter")
    mia.page.keyboard.press("Enter")
    dialog = mia.page.get_by_role("dialog", name=mia.say("Please sign in again"))
    dialog.get_by_label(mia.say("Email address")).fill(world.mia.email)
    dialog.get_by_label(mia.say("Password")).fill(PASSWORD)
    dialog.get_by_role("button", name=mia.say("Sign in"), exact=True).click()
    comes_to(mia, five[1])
    assert outcomes(session) == [(five[0], Outcome.ACCEPTED, WORDS)]
    assert session.scalars(sa.select(FeedbackDraft)).all() == []


@contextmanager
def unplugged(context: BrowserContext) -> Iterator[None]:
    """The network is cut."""
    context.set_offline(True)
    yield
    context.set_offline(False)
