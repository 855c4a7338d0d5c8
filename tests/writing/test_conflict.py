"""Two tabs wrote: the second sees both texts, and goes on with either or with both; no word of either is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portfolio.models import Reflection, State, User, Visibility, Words
from tests import cast
from tests.cast import SERVICE, World
from tests.markup import Element, Page

BASE = "We asked who waits at the counter, and why."
MINE = "We asked who waits at the counter longest, and why."
KEPT = "We asked who waits at the new counter, and nobody knew."
BOTH = "We asked who waits at the new counter longest, and nobody knew why."


@pytest.fixture
def ana(world: World, client_for: Callable[[User | None], FlaskClient]) -> FlaskClient:
    return client_for(world.ana)


@pytest.fixture
def draft(world: World) -> Reflection:
    """Written once, as both tabs have it open: what is written later does not show in it."""
    return as_opened(world, cast.draft(world, world.ana, SERVICE, said=cast.words(BASE)))


def as_opened(world: World, reflection: Reflection) -> Reflection:
    world.session.expunge(reflection)
    return reflection


def sent(reflection: Reflection, text: str, **more: str) -> dict[str, str]:
    """What a tab sends that was opened when `reflection` was loaded."""
    return {
        "version": str(reflection.version),
        "title": reflection.title,
        "number": str(reflection.number),
        "visibility": "mentor",
        "answer_discussed": text,
        "answer_view": BASE,
        "answer_lessons-0": BASE,
        "answer_lessons-1": f"And again: {BASE}",
        **more,
    }


def write_elsewhere(world: World, draft: Reflection, text: str = KEPT, **more: Any) -> Reflection:
    """The other tab saves first."""
    reflection = world.reflection(draft)
    said = cast.words(BASE, answers={**reflection.answers, "discussed": text}, **more)
    reflection.write(said, version=reflection.version, now=world.now)
    world.keep()
    return world.reflection(reflection)


def address(draft: Reflection, what: str = "edit") -> str:
    return f"/reflections/{draft.id}/{what}"


def forms(answer: TestResponse) -> list[dict[str, str]]:
    """What each form of the conflict page would send as it stands, as a browser sends it."""
    page = Page(answer.text)
    assert page.faults == []
    [main] = page.root.all("main")
    return [dict(field for part in form if (field := _field(part))) for form in main.all("form")]


def _field(part: Element) -> tuple[str, str] | None:
    name = part.get("name")
    if not name or (part.tag == "input" and part.get("type") == "radio" and part.get("checked") is None):
        return None
    if part.tag == "textarea":
        return name, "".join(str(child) for child in part.children).removeprefix("\n")
    return (name, part.get("value") or "") if part.tag == "input" else None


def part(answer: TestResponse, name: str) -> str:
    """The words of one of the two texts on the page."""
    [section] = [one for one in Page(answer.text).root.all("section") if one.get("aria-labelledby") == name]
    return "".join(_texts(section))


def _texts(element: Element) -> list[str]:
    return [text for child in element.children for text in ([child] if isinstance(child, str) else _texts(child))]


def stale(ana: FlaskClient, draft: Reflection, form: dict[str, str], what: str = "edit") -> TestResponse:
    answer = ana.post(address(draft, what), data=form)
    assert answer.status_code == 409
    return answer


def test_both_texts_are_shown_whole_and_what_is_the_same_is_left_out(world: World, ana: FlaskClient, draft: Reflection):
    write_elsewhere(world, draft)
    answer = stale(ana, draft, sent(draft, MINE))
    assert MINE in part(answer, "mine")
    assert KEPT in part(answer, "kept")
    assert "And again" not in part(answer, "mine") + part(answer, "kept")
    assert "longest</mark>" in answer.text
    assert "<ins" not in answer.text
    assert world.reflection(draft).answers["discussed"] == KEPT


def test_go_on_with_what_i_sent(world: World, ana: FlaskClient, draft: Reflection):
    write_elsewhere(world, draft, title="Their title")
    mine, _ = forms(stale(ana, draft, sent(draft, MINE, title="My title")))
    assert ana.post(address(draft), data=mine).status_code == 303
    now = world.reflection(draft)
    assert (now.answers["discussed"], now.title) == (MINE, "My title")
    assert now.answers["lessons"] == [BASE, f"And again: {BASE}"]


def test_keep_what_is_there_is_a_link_that_changes_nothing(world: World, ana: FlaskClient, draft: Reflection):
    write_elsewhere(world, draft)
    answer = stale(ana, draft, sent(draft, MINE))
    assert f'href="{address(draft, "")[:-1]}">Keep what is there' in answer.text
    assert world.reflection(draft).answers["discussed"] == KEPT


@pytest.mark.parametrize(("choice", "text"), [("both", BOTH), ("mine", MINE), ("kept", KEPT)])
def test_each_part_can_be_chosen(world: World, ana: FlaskClient, draft: Reflection, choice: str, text: str):
    write_elsewhere(world, draft)
    _, merge = forms(stale(ana, draft, sent(draft, MINE)))
    assert merge["choice.answer_discussed"] == "both"
    assert merge["answer_discussed"] == BOTH
    assert ana.post(address(draft), data=merge | {"choice.answer_discussed": choice}).status_code == 303
    assert world.reflection(draft).answers == {
        "discussed": text, "view": BASE, "lessons": [BASE, f"And again: {BASE}"],
    }  # fmt: skip


def test_both_can_be_edited_before_it_is_kept(world: World, ana: FlaskClient, draft: Reflection):
    write_elsewhere(world, draft)
    _, merge = forms(stale(ana, draft, sent(draft, MINE)))
    assert ana.post(address(draft), data=merge | {"answer_discussed": "In my own words."}).status_code == 303
    assert world.reflection(draft).answers["discussed"] == "In my own words."


def test_what_the_entry_says_of_itself_is_mine_or_theirs(world: World, ana: FlaskClient, draft: Reflection):
    write_elsewhere(world, draft, title="Their title", number=8, facilitator="Pak Joko")
    form = sent(draft, BASE, number="5", facilitator="Ibu Farah", session_date="2026-03-03", visibility="cohort")
    answer = stale(ana, draft, form)
    assert "3 Mar 2026" in part(answer, "mine")
    assert "My cohort" in part(answer, "mine")
    _, merge = forms(answer)
    choices = {name: value for name, value in merge.items() if name.startswith("choice.")}
    assert choices["choice.number"] == choices["choice.visibility"] == "mine"
    chosen = merge | {"choice.number": "mine", "choice.facilitator": "kept", "choice.visibility": "mine"}
    assert ana.post(address(draft), data=chosen | {"choice.session_date": "kept"}).status_code == 303
    now = world.reflection(draft)
    assert (now.number, now.facilitator, now.session_date) == (5, "Pak Joko", None)
    assert now.visibility is Visibility.COHORT


@pytest.mark.parametrize(
    ("choice", "lessons"),
    [
        ("mine", ["Mine.", "Shared."]),
        ("kept", ["Shared.", "Theirs.", "More of theirs."]),
        ("both", ["Mine.", "Shared.", "Theirs.", "More of theirs."]),
    ],
)
def test_several_answers_are_chosen_as_one(
    world: World, ana: FlaskClient, draft: Reflection, choice: str, lessons: list[str]
):
    theirs = {**draft.answers, "lessons": ["Shared.", "Theirs.", "More of theirs."]}
    kept = world.reflection(draft)
    kept.write(cast.words(answers=theirs), version=kept.version, now=world.now)
    world.keep()
    form = sent(draft, BASE) | {"answer_lessons-0": "Mine.", "answer_lessons-1": "Shared."}
    _, merge = forms(stale(ana, draft, form))
    assert ana.post(address(draft), data=merge | {"choice.answer_lessons": choice}).status_code == 303
    assert world.reflection(draft).answers["lessons"] == lessons


def test_more_answers_than_a_form_has_room_for_are_joined_not_dropped(
    world: World, ana: FlaskClient, draft: Reflection
):
    mine, theirs = ([f"{whose} lesson number {n}." for n in "abcdefgh"] for whose in ("My", "Their own other"))
    kept = world.reflection(draft)
    said = cast.words(answers={**draft.answers, "lessons": ["Both.", *theirs]})
    kept.write(said, version=kept.version, now=world.now)
    world.keep()
    plain = {name: value for name, value in sent(draft, BASE).items() if not name.startswith("answer_lessons")}
    form = plain | {f"answer_lessons-{place}": text for place, text in enumerate([*mine, "Both."])}
    _, merge = forms(stale(ana, draft, form))
    assert ana.post(address(draft), data=merge).status_code == 303
    lessons = world.reflection(draft).answers["lessons"]
    assert len(lessons) <= 10
    assert [text for text in ["Both.", *mine, *theirs] if text not in "\n".join(lessons)] == []


def test_a_third_text_in_between_is_a_conflict_again_and_nothing_is_lost(
    world: World, ana: FlaskClient, draft: Reflection
):
    write_elsewhere(world, draft)
    mine, merge = forms(stale(ana, draft, sent(draft, MINE)))
    write_elsewhere(world, draft, "A third text altogether.")
    for form, text in ((mine, MINE), (merge, BOTH)):
        again = stale(ana, draft, form)
        assert text in part(again, "mine")
        assert "A third text altogether." in part(again, "kept")
        assert world.reflection(draft).answers["discussed"] == "A third text altogether."
    _, last = forms(again)
    assert ana.post(address(draft), data=last).status_code == 303
    kept = world.reflection(draft).answers["discussed"]
    assert BOTH in kept
    assert "A third text altogether." in kept


@pytest.mark.parametrize("which", [0, 1])
def test_who_was_handing_in_hands_in_what_they_choose(world: World, ana: FlaskClient, draft: Reflection, which: int):
    write_elsewhere(world, draft)
    answer = stale(ana, draft, sent(draft, MINE), "submission")
    assert "Submit it like this" in answer.text
    assert world.reflection(draft).state is State.DRAFT
    assert ana.post(address(draft, "submission"), data=forms(answer)[which]).status_code == 303
    [submission] = world.reflection(draft).submissions
    assert submission.answers["discussed"] == (MINE, BOTH)[which]


def test_what_is_handed_in_already_is_shown_beside_but_cannot_be_replaced(
    world: World, ana: FlaskClient, draft: Reflection
):
    reflection = write_elsewhere(world, draft)
    reflection.submit(now=world.now)
    world.keep()
    answer = stale(ana, draft, sent(draft, MINE))
    assert MINE in part(answer, "mine")
    assert KEPT in part(answer, "kept")
    assert "Go on with what I sent" not in answer.text
    assert "<textarea" not in answer.text


def test_a_choice_is_never_taken_for_a_late_save_of_the_tab(world: World, ana: FlaskClient, draft: Reflection):
    """The tab's own count of its saves does not go along: else the second choice would be passed over in silence."""
    write_elsewhere(world, draft)
    mine, merge = forms(stale(ana, draft, sent(draft, MINE, tab="one", stroke="3")))
    assert not {"tab", "stroke"} & {*mine, *merge}
    assert ana.post(address(draft), data=mine).status_code == 303
    # Back to the page, and the other way.
    again = stale(ana, draft, merge)
    assert BOTH in part(again, "mine")
    assert MINE in part(again, "kept")


def test_a_merge_that_is_too_long_comes_back_to_be_shortened(world: World, ana: FlaskClient, draft: Reflection):
    write_elsewhere(world, draft, "theirs " * 2_500)
    _, merge = forms(stale(ana, draft, sent(draft, "mine " * 3_500)))
    answer = ana.post(address(draft), data=merge)
    assert answer.status_code == 422
    assert "mine " * 3_499 in answer.text
    assert "theirs " * 2_499 in answer.text
    assert world.reflection(draft).answers["discussed"] == "theirs " * 2_500


def test_a_discarded_draft_is_no_reason_to_lose_what_another_tab_wrote(
    world: World, ana: FlaskClient, draft: Reflection
):
    reflection = world.reflection(draft)
    reflection.discard(now=world.now)
    world.keep()
    mine, _ = forms(stale(ana, draft, sent(draft, MINE)))
    assert ana.post(address(draft), data=mine).status_code == 303
    now = world.reflection(draft)
    assert (now.answers["discussed"], now.discarded_at) == (MINE, None)
    assert [kept.answers["discussed"] for kept in now.discards] == [BASE]


@pytest.mark.parametrize("choice", ["neither", "", "both"])
def test_a_choice_that_is_none_keeps_what_stands_in_the_box(
    world: World, ana: FlaskClient, draft: Reflection, choice: str
):
    write_elsewhere(world, draft)
    _, merge = forms(stale(ana, draft, sent(draft, MINE)))
    forged = merge | {"choice.answer_discussed": choice, "choice.nothing": "mine", "mine.nothing": "No field."}
    assert ana.post(address(draft), data=forged).status_code == 303
    assert world.reflection(draft).answers["discussed"] == BOTH


def test_hostile_text_is_text_on_both_sides(world: World, ana: FlaskClient, draft: Reflection):
    write_elsewhere(world, draft, "<script>alert(1)</script> & more", title="<b>Theirs</b>")
    answer = stale(ana, draft, sent(draft, '"><img src=x onerror=alert(1)> & more', title="<i>Mine</i>"))
    [main] = Page(answer.text).root.all("main")
    assert not main.all("script", "img", "i", "script")
    assert "<script>alert(1)</script> & more" in part(answer, "kept")


def test_words_of_a_template_with_other_prompts_go_along(world: World, ana: FlaskClient):
    conduct = as_opened(world, cast.draft(world, world.ana, cast.CONDUCT))
    reflection = world.reflection(conduct)
    reflection.write(
        Words("Conduct", 3, answers={**reflection.answers, "so-what": KEPT}), version=reflection.version, now=world.now
    )
    world.keep()
    form = {"version": str(conduct.version), "title": "Conduct", "visibility": "mentor", "answer_so_what": MINE}
    _, merge = forms(stale(ana, conduct, form))
    assert merge["answer_so_what"] == BOTH
