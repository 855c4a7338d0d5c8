"""Two tabs, two clicks, the back button, an ended session: whatever happens, the words are still there."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests import cast
from tests.browser.visitor import Reviewer, Trainee, Visits
from tests.cast import CONDUCT, PASSWORD, World

pytestmark = pytest.mark.browser

FIRST, SECOND = "What I wrote in the first tab.", "What I wrote in the second tab."


@pytest.fixture
def ana(world: World, visits: Visits) -> Trainee:
    """Ana, who has written a draft about today's session and has it open."""
    draft = cast.draft(world, world.ana, CONDUCT)
    return visits(Trainee, world.ana).opens(f"/reflections/{draft.id}/edit")


@pytest.fixture
def other(ana: Trainee) -> Trainee:
    """Ana in another tab, with the same page."""
    tab = Trainee(ana.user, ana.page.context.new_page(), ana.check, ana.language)
    return tab.opens(ana.page.url)


def kept(world: World) -> str:
    """What the database has as the answer."""
    answer = world.reflection(cast.begun(world, world.ana, CONDUCT)).answers["what"]
    assert isinstance(answer, str)
    return answer


def rounds(world: World) -> int:
    """How often it was handed in."""
    return len(world.reflection(cast.begun(world, world.ana, CONDUCT)).submissions)


def sent(ana: Trainee) -> Locator:
    return ana.part(ana.say("What you just sent"))


def there(ana: Trainee) -> Locator:
    return ana.part(ana.say("What is kept now"))


def test_who_saves_an_older_version_sees_both_texts_and_goes_on_with_theirs(world: World, ana: Trainee, other: Trainee):
    other.answers(what=SECOND).saves_the_draft()
    ana.answers(what=FIRST).presses(ana.say("Save draft"), status=409)
    expect(sent(ana)).to_contain_text(FIRST)
    expect(there(ana)).to_contain_text(SECOND)
    assert kept(world) == SECOND
    ana.presses(ana.say("Go on with what I sent")).has_written(what=FIRST)
    assert kept(world) == FIRST


def test_who_hands_in_an_older_version_can_keep_what_is_there(world: World, ana: Trainee, other: Trainee):
    other.answers(what=SECOND).saves_the_draft()
    ana.answers(what=FIRST).presses(ana.say("Submit"), status=409)
    expect(sent(ana)).to_contain_text(FIRST)
    expect(there(ana)).to_contain_text(SECOND)
    ana.follows(ana.say("Keep what is there")).reads(SECOND)
    assert (kept(world), rounds(world)) == (SECOND, 0)


def test_what_is_written_after_it_was_handed_in_elsewhere_is_shown_but_not_taken(
    world: World, ana: Trainee, other: Trainee
):
    other.answers(what=SECOND).submits()
    ana.answers(what=FIRST).presses(ana.say("Save draft"), status=409)
    expect(sent(ana)).to_contain_text(FIRST)
    expect(ana.page.get_by_role("button", name=ana.say("Go on with what I sent"))).to_have_count(0)
    assert (kept(world), rounds(world)) == (SECOND, 1)


def test_the_same_words_sent_twice_are_kept_once(world: World, ana: Trainee, other: Trainee):
    other.answers(what=FIRST).submits()
    ana.answers(what=FIRST).submits().reads(FIRST)
    assert (kept(world), rounds(world)) == (FIRST, 1)


def test_a_double_click_hands_in_once(world: World, ana: Trainee):
    ana.answers(what=FIRST)
    with ana.page.expect_navigation(url=re.compile(r"/reflections/\d+$")):
        ana.page.get_by_role("button", name=ana.say("Submit"), exact=True).dblclick()
    ana.looks().reads(FIRST, ana.say("Awaiting review"))
    assert (kept(world), rounds(world)) == (FIRST, 1)


def test_going_back_after_handing_in_does_no_harm(world: World, ana: Trainee):
    ana.answers(what=FIRST).submits()
    address = ana.page.url
    ana.page.go_back()
    ana.looks().reads(FIRST, ana.say("Awaiting review"))
    assert ana.page.url == address, "what is handed in is shown, not edited"
    ana.page.go_forward()
    ana.looks().reads(FIRST)
    assert (kept(world), rounds(world)) == (FIRST, 1)


def test_two_decisions_of_one_reviewer_count_once(world: World, visits: Visits):
    reflection = cast.submitted(world, world.ana, CONDUCT)
    mia = visits(Reviewer, world.mia).opens(f"/reflections/{reflection.id}/review")
    again = Reviewer(mia.user, mia.page.context.new_page(), mia.check, mia.language).opens(mia.page.url)
    again.returns(because=SECOND)
    mia.returns(because=FIRST, status=409).reads(mia.say("What you wrote"))
    expect(mia.main.get_by_role("textbox")).to_have_value(FIRST)
    [submission] = world.reflection(reflection).submissions
    assert [review.feedback for review in submission.reviews] == [SECOND]


@pytest.mark.parametrize("scripts", [False])
def test_words_sent_after_the_session_has_ended_are_saved_after_signing_in(world: World, ana: Trainee, other: Trainee):
    before = kept(world)
    other.goes_to("Me").presses(other.say("Sign out"))
    ana.answers(what=FIRST).presses(ana.say("Save draft"), status=401).reads(ana.say("What you wrote"))
    assert FIRST in [box.input_value() for box in ana.main.get_by_role("textbox").all()]
    assert kept(world) == before
    ana.fills(ana.say("Email address"), ana.user.email).fills(ana.say("Password"), PASSWORD)
    ana.presses(ana.say("Sign in and go on")).is_told("Your draft is saved.").has_written(what=FIRST)
    assert kept(world) == FIRST
