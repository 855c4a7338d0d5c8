"""The page of progress by its accessible names alone, as a screen reader has them: it tells the same story."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests import cast
from tests.browser.conftest import BrowserOf
from tests.cast import CONDUCT, DAY, NOON, SERVICE, SERVICE_2, World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["en"])]

# What is heard of Ana, in this order. Of the three expected by her Wednesday one is excused. In the diary she gives two
# answers of 6 words, and two more of 6 and 8; about Conduct three of 6.
STORY = """
heading "My progress" [level=1]
region "Next thing to do"
link "Open and revise : Service (1)"
region "In all"
Submitted by you
2 of 4
Signed off
1 of 4
what is expected by today (2).
region "Pace"
Level with today's plan.
region "Series"
link "1 · Service (1): Needs revision"
link "2 · Service (2): Excused"
link "3 · Conduct: Accepted, today"
heading "Work" [level=3]
2 not yet open
region "Values"
article
heading "Service" [level=3]
Your turn
Complete when 1 reflection is signed off. 1 is still missing.
Not complete, because 1 reflection was returned.
heading "Conduct" [level=3]
Complete
region "Work"
heading "Work" [level=2]
Not yet open
region "Growth"
heading "Growth" [level=2]
words and working days, as lines
region "Excused, and more time"
text: "1"
"""

# The same when what is folded is opened: nothing of it is missing.
UNFOLDED = """
region "Series"
link "3 · Conduct: Accepted, today"
heading "Work" [level=3]
listitem: "5 · The job: Not yet open"
region "Values"
heading "Conduct" [level=3]
Complete since Tuesday, 3 March 2026.
region "Work"
heading "Job" [level=3]
Not yet open
Next: The job, Monday, 9 March 2026.
region "Growth"
img "Words in each reflection 2 values from 2 Mar 2026 to 3 Mar 2026. First 26, last 18; lowest 18, highest 26."
img "Working days until the first answer 2 values from 2 Mar 2026 to 3 Mar 2026. First 0, last 0; lowest 0, highest 0."
region "Excused, and more time"
Was ill that week.
"""


@pytest.fixture
def heard(world: World, browser_of: BrowserOf, base_url: str) -> Callable[..., str]:
    """`heard("/progress/")`: all that is in the tree of accessible names of one of Ana's pages; with `unfolded`, once
    she has opened all that is folded."""
    cast.returned(world, world.ana, SERVICE, at=NOON - 2 * DAY)
    cast.excused(world, world.ana, SERVICE_2)
    cast.accepted(world, world.ana, CONDUCT, at=NOON - DAY, decided=NOON - DAY + cast.HOUR)

    def heard(path: str, *, unfolded: bool = False) -> str:
        page: Page = browser_of(world.ana).new_page()
        page.goto(base_url + path)
        if unfolded:
            while (shut := page.locator("main details:not([open]) > summary:visible")).count():
                shut.first.press("Enter")
        return page.locator("main").aria_snapshot()

    return heard


def in_order(told: str, story: str) -> list[str]:
    """What of a story is not heard, or not where it belongs."""
    place, missing = 0, []
    for line in filter(None, story.splitlines()):
        found = told.find(line, place)
        if found < 0:
            missing.append(line)
        else:
            place = found
    return missing


def test_progress_is_told_in_words(heard: Callable[..., str]):
    told = heard("/progress/")
    assert in_order(told, STORY) == [], told


def test_what_is_folded_tells_the_rest(heard: Callable[..., str]):
    told = heard("/progress/", unfolded=True)
    assert in_order(told, UNFOLDED) == [], told


FROM_TODAY = """
Wednesday, 4 March 2026
Today
3 · Conduct Accepted
Thursday, 5 March 2026
A day off
Monday, 9 March 2026
5 · The job Not yet open
"""
BEFORE = """
Monday, 2 March 2026
1 · Service (1) Needs revision
Tuesday, 3 March 2026
2 · Service (2) Excused
"""


def test_the_calendar_is_told_in_words(heard: Callable[..., str]):
    month = 'heading "March 2026" [level=2]\n'
    told = heard("/progress/calendar")  # on a phone, where it begins with today
    assert in_order(told, month + "Earlier this month Needs revision" + FROM_TODAY) == [], told
    assert "Monday, 2 March 2026" not in told
    told = heard("/progress/calendar", unfolded=True)
    assert in_order(told, month + BEFORE + FROM_TODAY) == [], told
