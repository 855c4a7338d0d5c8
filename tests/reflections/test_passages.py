"""A comment on a passage: chosen, kept with the round that was read, found again, shown, and refused in words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portfolio.models import Comment, Outcome, Quoted, Reflection, Reopening, User, Words
from tests import cast
from tests.cast import DAY, HOUR, SERVICE, SERVICE_2, World
from tests.markup import Element, Page

ClientFor = Callable[[User | None], FlaskClient]

#       0                                  35               52                67
VIEW = "We asked who waits at the counter. Nobody knew why. I will ask again."
NOBODY = {"key": "view", "item": "0", "start": "35", "end": "51"}
LOST = "These words are not in the text. Choose them again, or comment on the whole text."
CHANGED = "The text has changed: these words are no longer in it."


def said(view: str = VIEW, *lessons: str) -> Words:
    """An entry with these answers."""
    answers: dict[str, str | list[str]] = {
        "discussed": "Queues.",
        "view": view,
        "lessons": [*lessons] or ["Begin.", "Ask **each one** who waits."],
    }
    return replace(cast.words(), answers=answers)


@pytest.fixture
def read(world: World) -> Reflection:
    """Handed in by Ana, a first round."""
    return cast.submitted(world, world.ana, SERVICE, said=said(), at=world.now - 2 * DAY)


def again(world: World, reflection: Reflection, view: str) -> Reflection:
    """Returned, rewritten and handed in once more."""
    cast.decide(world, reflection, Outcome.RETURNED, "Say more.")
    return cast.submitted(world, world.ana, SERVICE, said=said(view), at=world.now - HOUR)


def comments(world: World, reflection: Reflection) -> list[Comment]:
    """What was said of it, in all rounds."""
    return [comment for round_ in world.reflection(reflection).submissions for comment in round_.comments]


def post(client: FlaskClient, reflection: Reflection, text: str = "Why is that?", **form: Any) -> TestResponse:
    """Comment on it."""
    return client.post(f"/reflections/{reflection.id}/comments", data={"text": text, "round": "1"} | form)


def main_of(answer: TestResponse, status: int = 200) -> Element:
    assert answer.status_code == status
    page = Page(answer.text)
    assert page.faults == []
    [main] = page.root.all("main")
    return main


def page(client: FlaskClient, reflection: Reflection, what: str = "") -> Element:
    return main_of(client.get(f"/reflections/{reflection.id}{what}"))


def marks(element: Element) -> list[tuple[str | None, str]]:
    """What is marked, with its name."""
    return [(mark.get("id"), mark.words) for mark in element.all("mark")]


def text_of(main: Element) -> Element:
    """The text that can be commented on."""
    [text] = [element for element in main if element.get("data-passages") is not None]
    return text


def form_of(main: Element) -> Element:
    [form] = [form for form in main.all("form") if form.get("data-passage-form") is not None]
    return form


def hidden(form: Element) -> dict[str, str]:
    """What the form has of a passage that was selected."""
    fields = {field.get("name"): field.get("value") or "" for field in form.all("input")}
    return {name: fields[name] for name in ("key", "item", "start", "end")}


def quotes(main: Element) -> list[str]:
    """What is said with each quote in the talk."""
    form = form_of(main)
    return [element.words for element in main if element.get("class") == "quoted" and form not in element.above]


# --- Choosing

CHOSEN = [
    (NOBODY, Quoted("view", 0, 35, "Nobody knew why.", VIEW[:35], VIEW[51:])),
    ({"sentence": "view.0.35.51"}, Quoted("view", 0, 35, "Nobody knew why.", VIEW[:35], VIEW[51:])),
    # What a script says counts, whole words are taken, and marks are no words.
    (
        {"key": "lessons", "item": "1", "start": "5", "end": "11", "sentence": "view.0.35.51"},
        Quoted("lessons", 1, 4, "each one", "Ask ", " who waits."),
    ),
    ({"sentence": "", "key": "", "item": "", "start": "", "end": ""}, None),
    ({}, None),
]


@pytest.mark.parametrize(("form", "about"), CHOSEN)
def test_a_comment_keeps_the_words_it_is_about(
    world: World, client_for: ClientFor, read: Reflection, form: dict[str, str], about: Quoted | None
):
    assert post(client_for(world.mia), read, **form).status_code == 303
    [comment] = comments(world, read)
    assert (comment.text, comment.quoted) == ("Why is that?", about)


WRONG = {
    "past the end": NOBODY | {"end": "70"},
    "nothing": NOBODY | {"end": "35"},
    "end before start": NOBODY | {"end": "30"},
    "only a space": NOBODY | {"end": "35", "start": "34"},
    "another key": NOBODY | {"key": "session"},
    "another item": NOBODY | {"item": "1"},
    "no item": NOBODY | {"item": ""},
    "no number": NOBODY | {"start": "-1"},
    "not a digit": NOBODY | {"start": "٣٥"},
    "a long number": NOBODY | {"end": "5" * 40},
    "a long key": NOBODY | {"key": "view" * 9_000},
    "not a sentence": {"sentence": "view"},
    "a sentence of another text": {"sentence": "view.0.35.500"},
    "a long sentence": {"sentence": "view.0.35.51" * 50},
}


@pytest.mark.parametrize("form", WRONG.values(), ids=WRONG)
def test_what_is_not_in_the_text_cannot_be_commented_on(
    world: World, client_for: ClientFor, read: Reflection, form: dict[str, str]
):
    main = main_of(post(client_for(world.mia), read, **form), 422)
    [field] = form_of(main).all("textarea")
    assert field.words == "Why is that?"
    assert LOST in form_of(main).words
    assert hidden(form_of(main)) == {"key": "", "item": "", "start": "", "end": ""}
    assert comments(world, read) == []


def test_a_passage_of_another_reflection_is_none_of_this_one(world: World, client_for: ClientFor, read: Reflection):
    other = cast.submitted(world, world.ana, SERVICE_2, said=said(f"{VIEW} And longer than the other one."))
    assert post(client_for(world.mia), other, start="52", end="90", key="view", item="0").status_code == 303
    main_of(post(client_for(world.mia), read, start="52", end="90", key="view", item="0"), 422)
    assert comments(world, read) == []


def test_the_passage_comes_back_with_a_form_that_has_to_be_mended(
    world: World, client_for: ClientFor, read: Reflection
):
    mia = client_for(world.mia)
    form = form_of(main_of(post(mia, read, " ", key="view", item="0", start="35", end="46"), 422))
    assert hidden(form) == {"key": "view", "item": "0", "start": "35", "end": "46"}
    [chosen] = [element for element in form if element.get("data-chosen") is not None]
    assert chosen.get("hidden") is None
    assert chosen.words == "Nobody knew Comment on the whole text instead"
    # A sentence is chosen in the list.
    form = form_of(main_of(post(mia, read, "x" * 5_001, sentence="view.0.35.51"), 422))
    assert hidden(form) == {"key": "", "item": "", "start": "", "end": ""}
    assert [option.words for option in form.all("option") if option.get("selected") is not None] == ["Nobody knew why."]
    assert form.all("textarea")[0].words == "x" * 5_001


def test_every_sentence_is_in_the_list_under_its_prompt(world: World, client_for: ClientFor, read: Reflection):
    form = form_of(page(client_for(world.mia), read))
    groups = {group.get("label"): group.all("option") for group in form.all("optgroup")}
    assert [*groups] == ["discussed", "view", "lessons"]
    assert [(option.get("value"), option.words) for option in groups["view"]] == [
        ("view.0.0.34", "We asked who waits at the counter."),
        ("view.0.35.51", "Nobody knew why."),
        ("view.0.52.69", "I will ask again."),
    ]
    assert [option.words for option in groups["lessons"]] == ["Begin.", "Ask each one who waits."]


# --- The round that was read


def test_a_comment_goes_to_the_round_that_was_read(world: World, client_for: ClientFor, read: Reflection):
    again(world, read, "Nobody asked.")
    mia = client_for(world.mia)
    answer = post(mia, read, **NOBODY, back="review")
    rounds = world.reflection(read).submissions
    assert [[comment.quote for comment in round_.comments] for round_ in rounds] == [["Nobody knew why."], []]
    shown = mia.get(answer.location)
    told = "A newer round has come since. Your comment stands with round 1, which you read."
    assert told in Page(shown.text).root.words
    main = main_of(shown)
    assert quotes(main) == [f"Nobody knew why. {CHANGED} Show in round 1"]


def test_what_was_read_and_is_taken_back_is_said_in_words(world: World, client_for: ClientFor, read: Reflection):
    cast.decide(world, read, Outcome.RETURNED, "Say more.")
    cast.withdrawn(world, world.ana, SERVICE, said=said("Something else."), at=world.now - HOUR, back_at=world.now)
    main = main_of(post(client_for(world.mia), read, "So?", round="2", **NOBODY), 409)
    assert "The text you read was taken back by its writer." in main.words
    form = form_of(main)
    assert form.all("textarea")[0].words == "So?"
    assert [field.get("value") for field in form.all("input") if field.get("name") == "round"] == ["1"]
    assert comments(world, read) == []


def test_an_answer_to_what_was_taken_back_comes_back_too(world: World, client_for: ClientFor, read: Reflection):
    cast.decide(world, read, Outcome.RETURNED, "Say more.")
    second = cast.submitted(world, world.ana, SERVICE, said=said("Something else."), at=world.now - HOUR)
    world.keep(asked := second.comment("Is it better?", by=world.ana, now=world.now))
    world.reflection(second).withdraw(now=world.now)
    world.keep()
    main = main_of(post(client_for(world.mia), read, "It is.", reply_to=str(asked.id)), 409)
    assert form_of(main).all("textarea")[0].words == "It is."
    assert [comment.text for comment in comments(world, read)] == ["Is it better?"]


def test_an_answer_to_nothing_here_is_not_found(world: World, client_for: ClientFor, read: Reflection):
    other = cast.submitted(world, world.ana, SERVICE_2)
    world.keep(asked := other.comment("Is it good?", by=world.ana, now=world.now))
    assert post(client_for(world.mia), read, reply_to=str(asked.id)).status_code == 404
    assert comments(world, read) == []


def test_an_answer_has_no_passage_and_comes_back_where_it_was_written(
    world: World, client_for: ClientFor, read: Reflection
):
    world.keep(asked := read.comment("Is it good?", by=world.ana, now=world.now))
    mia = client_for(world.mia)
    main = main_of(post(mia, read, "x" * 5_001, reply_to=str(asked.id)), 422)
    filled = [field.get("id") for field in main.all("textarea") if field.words]
    assert filled == [f"reply-{asked.id}"]
    assert post(mia, read, "It is.", reply_to=str(asked.id), **NOBODY).status_code == 303
    assert [comment.quoted for comment in comments(world, read)] == [None, None]


def test_who_comments_while_they_decide_comes_back_to_that(world: World, client_for: ClientFor, read: Reflection):
    mia = client_for(world.mia)
    answer = post(mia, read, back="review", **NOBODY)
    [comment] = comments(world, read)
    assert answer.location == f"/reflections/{read.id}/review#comment-{comment.id}"
    main = page(mia, read, "/review")
    assert marks(text_of(main)) == [(f"passage-{comment.id}", "Nobody knew why.")]
    assert [field.get("value") for field in form_of(main).all("input") if field.get("name") == "back"] == ["review"]
    # Whoever may not decide does not.
    assert post(client_for(world.ana), read, "I wonder.", back="review").location.startswith(f"/reflections/{read.id}#")


# --- Showing


@pytest.mark.parametrize("who", ["ana", "mia", "kris", "oki"])
def test_exactly_the_words_are_marked_and_lead_to_the_comment(
    world: World, client_for: ClientFor, read: Reflection, who: str
):
    one = Quoted("lessons", 1, 4, "each one", "Ask ", " who waits.")
    world.keep(comment := read.comment("All of them?", by=world.mia, about=one, now=world.now))
    main = main_of(client_for(getattr(world, who)).get(f"/reflections/{read.id}"))
    assert marks(main) == [(f"passage-{comment.id}", "each one")]
    [mark] = main.all("mark")
    [answer] = [element for element in mark.above if element.get("data-key")]
    assert (answer.get("data-key"), answer.get("data-item")) == ("lessons", "1")
    assert answer.words == "Ask each one who waits."
    [link] = answer.all("a")
    assert (link.get("href"), link.get("aria-label")) == (f"#comment-{comment.id}", "Comment on “each one”")
    [quote] = [element for element in main if element.get("class") == "quoted" and element.get("data-chosen") is None]
    assert quote.words == "each one Show in the text"
    assert [link.get("href") for link in quote.all("a")] == [f"#passage-{comment.id}"]
    assert [element.get("id") for element in quote.above if element.tag == "article"] == [f"comment-{comment.id}"]


def test_two_passages_may_overlap(world: World, client_for: ClientFor, read: Reflection):
    mia = client_for(world.mia)
    post(mia, read, "Really?", key="view", item="0", start="35", end="51")
    post(mia, read, "When?", key="view", item="0", start="42", end="58")
    first, second = [comment.id for comment in comments(world, read)]
    shown: dict[str | None, str] = {}
    for mark in page(mia, read).all("mark"):
        number = mark.get("data-comment")
        shown[number] = f"{shown.get(number, '')} {mark.words}".strip()
    assert shown == {str(first): "Nobody knew why.", str(second): "knew why. I will"}


def test_a_passage_is_found_again_in_the_next_round(world: World, client_for: ClientFor, read: Reflection):
    post(client_for(world.mia), read, **NOBODY)
    [comment] = comments(world, read)
    # Another sentence before it, and the one after it is another.
    again(world, read, "At noon. We asked who waits at the counter. Nobody knew why. Now I know.")
    for who in (world.ana, world.mia):
        main = page(client_for(who), read)
        assert marks(text_of(main)) == [(f"passage-{comment.id}", "Nobody knew why.")]
        # The older round has its own.
        assert marks(main)[1:] == [(f"passage-{comment.id}-round-1", "Nobody knew why.")]
        assert quotes(main) == ["Nobody knew why. Show in the text"]


def test_a_passage_that_was_rewritten_is_said_to_be(world: World, client_for: ClientFor, read: Reflection):
    post(client_for(world.mia), read, **NOBODY)
    [comment] = comments(world, read)
    again(world, read, "We asked who waits at the counter. Nobody knows why. I will ask again.")
    main = page(client_for(world.ana), read)
    assert marks(text_of(main)) == []
    assert marks(main) == [(f"passage-{comment.id}-round-1", "Nobody knew why.")]
    assert quotes(main) == [f"Nobody knew why. {CHANGED} Show in round 1"]
    hrefs = [link.get("href") for link in main.all("a")]
    assert f"#passage-{comment.id}-round-1" in hrefs
    assert f"#passage-{comment.id}" not in hrefs


def test_what_is_resolved_is_marked_no_more(world: World, client_for: ClientFor, read: Reflection):
    mia = client_for(world.mia)
    post(mia, read, **NOBODY)
    [comment] = comments(world, read)
    assert mia.post(f"/comments/{comment.id}/resolution").status_code == 303
    main = page(mia, read)
    assert marks(main) == []
    assert quotes(main) == ["Nobody knew why."]
    post(mia, read, "Once more: why?", reply_to=str(comment.id))
    assert marks(page(mia, read)) == [(f"passage-{comment.id}", "Nobody knew why.")]


def test_who_only_reads_has_no_form(world: World, client_for: ClientFor, read: Reflection):
    main = page(client_for(world.oki), read)
    assert [form for form in main.all("form") if form.get("data-passage-form") is not None] == []
    assert [element for element in main if element.get("data-passages") is not None] == []


# --- While it is rewritten


def test_the_writer_sees_what_was_said_while_they_rewrite(world: World, client_for: ClientFor, read: Reflection):
    mia = client_for(world.mia)
    post(mia, read, "Why is that?", **NOBODY)
    post(mia, read, "Whom?", key="view", item="0", start="52", end="69")
    post(mia, read, "A good text.")
    post(mia, read, "Settled.", key="view", item="0", start="0", end="8")
    settled = comments(world, read)[-1]
    mia.post(f"/comments/{settled.id}/resolution")
    cast.decide(world, read, Outcome.RETURNED, "Say more.")
    draft = world.reflection(read)
    draft.write(said("Nobody knew why. I will ask Ben."), version=draft.version, now=world.now)
    world.keep()
    main = main_of(client_for(world.ana).get(f"/reflections/{read.id}/edit"))
    [talk] = [fold for fold in main.all("details") if fold.all("summary")[0].words == "3 open comments"]
    first, second, third = [[part.words for part in entry.all("blockquote", "p")] for entry in talk.all("li")]
    assert first[1:3] == ["Nobody knew why.", "Still in your text."]
    assert second[1:3] == ["I will ask again.", "You have changed this: these words are no longer in your text."]
    assert talk.all("li")[2].all("blockquote") == []
    assert third[1] == "A good text."


def test_a_first_draft_has_no_talk_beside_it(world: World, client_for: ClientFor):
    draft = cast.draft(world, world.ana, SERVICE)
    assert "open comment" not in main_of(client_for(world.ana).get(f"/reflections/{draft.id}/edit")).words


def test_what_was_accepted_and_opened_again_keeps_its_marks(world: World, client_for: ClientFor, read: Reflection):
    post(client_for(world.mia), read, **NOBODY)
    [comment] = comments(world, read)
    for _ in range(2):
        cast.decide(world, read, Outcome.ACCEPTED)
    opened = world.reflection(read)
    world.keep(Reopening.of(opened, "Something was overlooked.", by=world.mia, now=world.now))
    assert marks(page(client_for(world.ana), read)) == [(f"passage-{comment.id}", "Nobody knew why.")]
