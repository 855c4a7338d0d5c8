"""What waits for a writer, on their first page and in words on the others; and what they say to feedback."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio.models import Acknowledgement, Comment, Outcome, Reflection, Review, Turn, User
from portfolio.models.response import ACTED_ON_LENGTH
from tests import cast
from tests.cast import DAY, HOUR, World
from tests.markup import Element, Page

ClientFor = Callable[[User | None], FlaskClient]


def main_of(client: FlaskClient, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.faults == []
    [main] = page.root.all("main")
    return main


def waiting(client: FlaskClient) -> list[tuple[str, str]]:
    """What waits on the first page: the words of each link and where it leads."""
    sections = [each for each in main_of(client, "/").all("section") if each.get("aria-labelledby") == "your-turn"]
    return [(link.words, link.get("href") or "") for section in sections for link in section.all("a")]


def whose(client: FlaskClient, reflection: Reflection) -> str:
    """Whose turn it is, by the page of a reflection."""
    main = main_of(client, f"/reflections/{reflection.id}")
    return " ".join(each.words for each in main.all("b") if each.get("class") == "whose")


def last_review(session: Session, reflection: Reflection) -> int:
    found = session.scalars(sa.select(sa.func.max(Review.id)).join(Review.submission).where(
        Review.submission.has(reflection_id=reflection.id))).one()  # fmt: skip
    session.commit()
    assert found is not None
    return found


def praised(world: World, n: int = 0) -> Reflection:
    """Accepted by both; the mentor said something."""
    reflection = cast.submitted(world, world.ana, n, at=world.now - 2 * DAY)
    reflection = cast.decide(world, reflection, Outcome.ACCEPTED, "Well seen.")
    return cast.decide(world, reflection, Outcome.ACCEPTED, at=world.now - DAY)


def test_one_list_has_all_that_waits(world: World, client_for: ClientFor):
    returned = cast.returned(world, world.ana, 0, at=world.now - 3 * DAY)
    read = praised(world, 1)
    talked = cast.submitted(world, world.ana, 2, said=cast.words(title="At the counter"), at=world.now - DAY)
    world.keep(talked.comment("Which one?", by=world.kris, now=world.now - 3 * HOUR))
    world.keep(question := talked.comment("Who waits?", by=world.mia, now=world.now - 2 * HOUR))
    cast.submitted(world, world.ana, 4, at=world.now)  # waits for the mentor: not for her
    [first] = world.session.scalars(sa.select(Review.id).where(Review.feedback == "Well seen.")).all()
    world.session.commit()
    assert waiting(client_for(world.ana)) == [
        ("Open and revise : Service (1)", f"/reflections/{returned.id}/edit"),
        (
            "At the counter Answer · 2 conversations · Mia · 4 Mar 2026, 10:00 WIB",
            f"/reflections/{talked.id}#comment-{question.id}",
        ),
        ("Those who wait Read the feedback · Mia · 2 Mar 2026, 13:00 WIB", f"/reflections/{read.id}#decision-{first}"),
    ]
    assert waiting(client_for(world.ben)) == []


def test_a_conversation_waits_until_it_is_answered_and_again_when_it_goes_on(world: World, client_for: ClientFor):
    talked = cast.submitted(world, world.ana, 0, at=world.now - DAY)
    world.keep(question := talked.comment("Who waits?", by=world.mia, now=world.now))
    ana, mia = client_for(world.ana), client_for(world.mia)
    assert [link.split(" · ")[0] for link, _ in waiting(ana)] == ["Those who wait Answer"]
    assert whose(ana, talked) == "Your turn"
    assert whose(mia, talked) == "Your turn"  # to decide
    said = ana.post(f"/reflections/{talked.id}/comments", data={"text": "The old.", "reply_to": question.id})
    assert said.status_code == 303
    assert waiting(ana) == []
    assert whose(ana, talked) == "Waiting for the mentor"
    assert whose(client_for(world.kris), talked) == "Waiting for the mentor"
    mia.post(f"/reflections/{talked.id}/comments", data={"text": "Why?", "reply_to": question.id})
    assert [link.split(" · ")[0] for link, _ in waiting(ana)] == ["Those who wait Answer"]


@pytest.mark.parametrize("by", ["ana", "mia"])
def test_either_side_settles_a_conversation_and_it_folds(world: World, client_for: ClientFor, by: str):
    talked = cast.accepted(world, world.ana, 0, at=world.now - DAY)
    world.keep(question := talked.comment("Who waits?", by=world.mia, now=world.now))
    client, address = client_for(getattr(world, by)), f"/comments/{question.id}/resolution"
    for _ in range(2):  # and twice is once
        assert client.post(address).status_code == 303
    main = main_of(client, f"/reflections/{talked.id}")
    [summary] = [each.words for each in main.all("summary") if each.words.startswith("Resolved")]
    assert summary == f"Resolved by {by.title()} · 4 Mar 2026, 12:00 WIB · Who waits?"
    assert waiting(client_for(world.ana)) == []
    # Whoever speaks again opens it again.
    client_for(world.mia).post(f"/reflections/{talked.id}/comments", data={"text": "Still?", "reply_to": question.id})
    assert "Resolved by" not in main_of(client, f"/reflections/{talked.id}").words
    world.session.expire_all()
    assert world.session.get_one(Comment, question.id).turn is Turn.WRITER


def test_only_what_opens_a_conversation_is_settled_and_only_by_those_in_it(world: World, client_for: ClientFor):
    shared = cast.accepted(world, world.ana, 0, at=world.now - DAY, visibility=cast.Visibility.COHORT)
    world.keep(question := shared.comment("Who waits?", by=world.mia, now=world.now))
    ana = client_for(world.ana)
    ana.post(f"/reflections/{shared.id}/comments", data={"text": "The old.", "reply_to": question.id})
    assert ana.post(f"/comments/{question.id + 1}/resolution").status_code == 404  # her answer
    assert client_for(world.ben).post(f"/comments/{question.id}/resolution").status_code == 403
    assert client_for(world.dodi).post(f"/comments/{question.id}/resolution").status_code == 404
    world.session.expire_all()
    assert world.session.get_one(Comment, question.id).resolved_at is None


def test_feedback_is_marked_as_read_and_what_was_said_to_it_may_change(
    world: World, session: Session, client_for: ClientFor
):
    reflection, ana, mia = praised(world), client_for(world.ana), client_for(world.mia)
    [review] = session.scalars(sa.select(Review.id).where(Review.feedback == "Well seen.")).all()
    session.commit()
    address, page = f"/reviews/{review}/acknowledgement", f"/reflections/{reflection.id}"
    assert whose(ana, reflection) == "Your turn"
    assert "Mark as read" in main_of(ana, page).words
    answer = ana.post(address)
    assert (answer.status_code, answer.location) == (303, f"{page}#marks-{review}")
    assert waiting(ana) == []
    assert whose(ana, reflection) == ""
    assert "Mark as read" not in main_of(ana, page).words
    ana.post(address, data={"helpful": "yes", "acted_on": "I asked at the counter."})
    for client in (ana, mia):
        words = main_of(client, page).words
        assert "Read by its writer on 4 Mar 2026, 12:00 WIB · It helped" in words
        assert "I asked at the counter." in words
    ana.post(address, data={"helpful": "no", "acted_on": ""})
    words = main_of(mia, page).words
    assert "It did not help" in words
    assert "I asked at the counter." not in words
    session.expire_all()
    [mark] = session.scalars(sa.select(Acknowledgement)).all()
    assert (mark.read_at, mark.is_helpful, mark.acted_on, mark.acted_at) == (world.now, False, "", None)


@pytest.mark.parametrize("sent", [{"helpful": "perhaps"}, {"acted_on": "x" * (ACTED_ON_LENGTH + 1)}])
def test_a_mark_that_cannot_be_taken_comes_back_with_its_words(
    world: World, session: Session, client_for: ClientFor, sent: dict[str, str]
):
    reflection = praised(world)
    answer = client_for(world.ana).post(
        f"/reviews/{last_review(session, reflection) - 1}/acknowledgement", data={"acted_on": "I asked."} | sent
    )
    assert answer.status_code == 422
    assert sent.get("acted_on", "I asked.") in answer.text
    assert session.scalars(sa.select(Acknowledgement)).all() == []


def test_marks_are_for_both_sides_and_not_for_those_with_whom_a_text_is_shared(
    world: World, session: Session, client_for: ClientFor
):
    reflection = cast.accepted(world, world.ana, 0, at=world.now - DAY, visibility=cast.Visibility.COHORT)
    client_for(world.ana).post(
        f"/reviews/{last_review(session, reflection)}/acknowledgement", data={"acted_on": "I asked at the counter."}
    )
    seen = {
        who: "I asked at the counter." in client_for(getattr(world, who)).get(f"/reflections/{reflection.id}").text
        for who in ("ana", "mia", "kris", "oki", "ben")
    }
    assert seen == {"ana": True, "mia": True, "kris": True, "oki": True, "ben": False}


def test_what_was_said_to_a_returned_text_stays_with_its_round(world: World, session: Session, client_for: ClientFor):
    cast.returned(world, world.ana, 0, feedback="Say who waits.", at=world.now - 3 * DAY)
    again = cast.submitted(world, world.ana, 0, said=cast.words("The old wait."), at=world.now - DAY)
    ana = client_for(world.ana)
    assert waiting(ana) == []  # she has handed in again
    answer = ana.post(
        f"/reviews/{last_review(session, again)}/acknowledgement", data={"helpful": "yes", "acted_on": "I named them."}
    )
    assert answer.status_code == 303
    for client in (ana, client_for(world.mia)):
        [first] = [
            fold for fold in main_of(client, f"/reflections/{again.id}").all("details") if fold.get("id") == "round-1"
        ]
        assert "I named them." in first.words


def test_whose_turn_it_is_stands_in_the_series(world: World, client_for: ClientFor):
    cast.returned(world, world.ana, 0, at=world.now - 3 * DAY)
    cast.submitted(world, world.ana, 1, at=world.now)
    praised(world, 2)
    cast.accepted(world, world.ana, 4, at=world.now - DAY)  # nothing was said
    items = [each.words for each in main_of(client_for(world.ana), "/series/").all("a") if each.get("class") == "item"]
    marks = ("Your turn", "Waiting for your mentor", "Waiting for your coach")
    assert [[mark for mark in marks if mark in words] for words in items] == [
        ["Your turn"], ["Waiting for your mentor"], ["Your turn"], [],
    ]  # fmt: skip
