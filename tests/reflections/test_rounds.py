"""Every round stays readable, with what was decided on it and said of it; and what changed since is shown."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portfolio.models import Outcome, Reflection, Reopening, User
from tests import cast
from tests.cast import DAY, HOUR, SERVICE, World
from tests.markup import Element, Page

ClientFor = Callable[[User | None], FlaskClient]

FIRST = "We asked who waits at the counter, and why."
SECOND = "We asked who waits at the new counter, and nobody knew why."
REASON, OF_FIRST, OF_SECOND = "Say who waits.", "Which counter?", "That is the one."
TAKEN_BACK = "What I took back again."


@pytest.fixture
def revised(world: World) -> Reflection:
    """Ana's second round: the first came back; in between she took one back. Mia spoke of both that stand."""
    reflection = cast.submitted(world, world.ana, SERVICE, said=cast.words(FIRST), at=world.now - 3 * DAY)
    world.keep(reflection.comment(OF_FIRST, by=world.mia, now=world.now - 2 * DAY))
    cast.decide(world, reflection, Outcome.RETURNED, REASON)
    cast.withdrawn(world, world.ana, SERVICE, said=cast.words(TAKEN_BACK, title="Taken back"), at=world.now - DAY)
    said = cast.words(SECOND, title="Those who wait longer")
    again = cast.submitted(world, world.ana, SERVICE, said=said, at=world.now - HOUR)
    world.keep(again.comment(OF_SECOND, by=world.mia, now=world.now))
    return world.reflection(again)


def page(client_for: ClientFor, who: User, reflection: Reflection, what: str = "") -> Element:
    answer = client_for(who).get(f"/reflections/{reflection.id}{what}")
    assert answer.status_code == 200
    read = Page(answer.text)
    assert read.faults == []
    [main] = read.root.all("main")
    return main


def folds(main: Element) -> dict[str, Element]:
    """What can be unfolded, by its summary."""
    return {fold.all("summary")[0].words: fold for fold in main.all("details")}


def rounds(main: Element) -> list[str]:
    return [summary for summary in folds(main) if summary.startswith("Round")]


def fold(main: Element, beginning: str) -> Element:
    [found] = [fold for summary, fold in folds(main).items() if summary.startswith(beginning)]
    return found


def said(element: Element, *tags: str) -> list[str]:
    """What stands in these elements."""
    return [one.words for one in element.all(*tags)]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ana", ["Round 2 · 3 Mar 2026, 12:00 WIB · withdrawn", "Round 1 · 1 Mar 2026, 12:00 WIB · Returned"]),
        ("mia", ["Round 1 · 1 Mar 2026, 12:00 WIB · Returned"]),
        ("kris", ["Round 1 · 1 Mar 2026, 12:00 WIB · Returned"]),
        ("oki", ["Round 1 · 1 Mar 2026, 12:00 WIB · Returned"]),
    ],
)
def test_earlier_rounds_are_there_and_what_was_withdrawn_for_its_writer_only(
    world: World, client_for: ClientFor, revised: Reflection, who: str, seen: list[str]
):
    main = page(client_for, getattr(world, who), revised)
    assert rounds(main) == seen
    assert (TAKEN_BACK in main.words) == (who == "ana")
    first = fold(main, "Round 1").words
    assert FIRST in first
    assert REASON in first
    assert "1 comment on this round" in first


def test_a_comment_stays_with_the_round_it_spoke_of(world: World, client_for: ClientFor, revised: Reflection):
    main = page(client_for, world.mia, revised)
    [earlier] = [thread for thread in main.all("ol") if thread.get("aria-labelledby") == "said-of-1"]
    assert OF_FIRST in earlier.words
    assert OF_SECOND not in earlier.words
    [heading] = [heading for heading in main.all("h3") if heading.get("id") == "said-of-1"]
    assert heading.words == "On round 1"
    assert [link.get("href") for link in heading.all("a")] == ["#round-1"]
    threads = [thread for thread in main.all("ol") if thread.get("class") == "thread"]
    assert [OF_SECOND in thread.words for thread in threads] == [True, False]  # the newest round first


def test_what_a_writer_said_of_a_withdrawn_round_is_theirs(world: World, client_for: ClientFor, revised: Reflection):
    second = revised.submissions[1]
    assert second.withdrawal is not None
    revised = world.reflection(revised)
    answered = revised.submissions[1]
    world.keep(revised.comment("A note to myself.", by=world.ana, now=world.now))
    [note] = [comment for comment in world.reflection(revised).latest.comments if "myself" in comment.text]
    note.submission_id = answered.id
    world.keep()
    assert "A note to myself." in page(client_for, world.ana, revised).words
    assert "A note to myself." not in page(client_for, world.mia, revised).words


@pytest.mark.parametrize("who", ["ana", "mia", "kris", "oki"])
def test_all_who_may_read_it_can_see_what_changed_since_the_review(
    world: World, client_for: ClientFor, revised: Reflection, who: str
):
    changes = fold(page(client_for, getattr(world, who), revised), "Show what changed since the last review")
    # "longer" in the title; "new", "nobody knew" in each of four answers.
    assert changes.all("summary")[0].words.endswith("(13 words added)")
    assert changes.get("open") is None
    assert said(changes, "ins") == ["longer", *["new", "nobody knew"] * 4]
    assert said(changes, "del") == []
    assert TAKEN_BACK not in changes.words


def test_a_second_round_is_reviewed_by_what_changed_with_the_whole_text_one_press_away(
    world: World, client_for: ClientFor, revised: Reflection
):
    main = page(client_for, world.mia, revised, "/review")
    changes, whole = fold(main, "What changed since the last review"), fold(main, "The whole text")
    assert (changes.get("open"), whole.get("open")) == ("", None)
    assert "nobody knew" in said(changes, "ins")
    assert SECOND in whole.words
    order = [summary for summary in folds(main) if summary.startswith(("What changed", "The whole text"))]
    assert order[0].startswith("What changed")


def test_the_next_step_compares_with_what_was_decided_in_the_round_before(
    world: World, client_for: ClientFor, revised: Reflection
):
    cast.decide(world, revised, Outcome.ACCEPTED, by=world.mia, at=world.now)
    main = page(client_for, world.kris, revised, "/review")
    assert "nobody knew" in said(fold(main, "What changed since the last review"), "ins")


def test_a_first_round_has_nothing_to_compare_with(world: World, client_for: ClientFor):
    first = cast.withdrawn(world, world.ana, SERVICE, said=cast.words(FIRST))
    again = cast.submitted(world, world.ana, SERVICE, said=cast.words(SECOND), at=world.now + DAY)
    for what in ("", "/review"):
        main = page(client_for, world.mia, again, what)
        assert not [summary for summary in folds(main) if "changed" in summary or "whole text" in summary]
        assert SECOND in main.words
    assert first.id == again.id
    assert rounds(page(client_for, world.ana, again)) == ["Round 1 · 4 Mar 2026, 12:00 WIB · withdrawn"]


def test_a_draft_shows_its_writer_what_they_withdrew(world: World, client_for: ClientFor):
    back = cast.withdrawn(world, world.ana, SERVICE, said=cast.words(FIRST))
    assert FIRST in fold(page(client_for, world.ana, back), "Round 1").words


def test_a_writer_sees_what_they_changed_since_it_came_back(world: World, client_for: ClientFor):
    returned = cast.returned(world, world.ana, SERVICE, said=cast.words(FIRST))
    main = page(client_for, world.ana, returned, "/edit")
    assert fold(main, "Show what you changed since it came back").all("summary")[0].words.endswith("(nothing)")
    cast.draft(world, world.ana, SERVICE, said=cast.words("We asked who waits, and why nobody knew.", number=2))
    changes = fold(page(client_for, world.ana, returned, "/edit"), "Show what you changed since it came back")
    assert changes.all("summary")[0].words.endswith("(8 words added, 12 removed)")
    assert said(changes, "del") == ["1", *["at the counter"] * 4]
    assert said(changes, "ins") == ["2", *["nobody knew"] * 4]


def test_what_was_opened_again_is_compared_with_what_had_been_accepted(world: World, client_for: ClientFor):
    accepted = cast.accepted(world, world.ana, SERVICE, said=cast.words(FIRST))
    reopening = Reopening.of(world.reflection(accepted), "One thing was overlooked.", by=world.kris, now=world.now)
    world.keep(reopening)
    again = cast.submitted(world, world.ana, SERVICE, said=cast.words(SECOND), at=world.now + DAY)
    main = page(client_for, world.mia, again)
    assert "One thing was overlooked." in fold(main, "Round 1").words
    assert "nobody knew" in said(fold(main, "Show what changed"), "ins")


@pytest.mark.parametrize("what", ["", "/review"])
def test_changes_that_are_hostile_stay_text(world: World, client_for: ClientFor, what: str):
    cast.returned(world, world.ana, SERVICE, said=cast.words("<script>one()</script>", title="<b>One</b>"))
    said = cast.words("<script>two()</script>", title="<b>Two</b>", facilitator="<i>Me</i>")
    again = cast.submitted(world, world.ana, SERVICE, said=said, at=world.now + DAY)
    main = page(client_for, world.mia, again, what)
    assert not main.all("script", "i")
    assert [bold for bold in main.all("b") if bold.words in ("One", "Two")] == []
    assert "<i>Me</i>" in main.words
