"""Second looks: asked for once, given by an organiser to somebody who has not decided, settled with a reason."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portfolio.models import (
    Conflict,
    Rating,
    ReadEvent,
    Reflection,
    Relation,
    Reopening,
    Role,
    Rubric,
    SecondLook,
    State,
    User,
    Verdict,
)
from tests import cast
from tests.cast import DAY, NOON, PROMISED, World
from tests.markup import Element, Page

ClientFor = Callable[[User | None], FlaskClient]
WHY = "The coach says it lacks an example; there are two."
PACK = {
    "id": "depth",
    "title": {"en": "Depth", "id": "Kedalaman"},
    "levels": [{"score": n, "name": {"en": f"Level {n}", "id": f"Tingkat {n}"}} for n in (1, 2, 3)],
    "half_levels": True,
}


@pytest.fixture
def accepted(world: World) -> Reflection:
    """Ana's, accepted by Mia and Kris; Otto guides Cici, so that there is somebody else."""
    cici = world.enrolment(world.cici)
    world.keep(cici.assign(world.otto, Role.MENTOR, now=world.now))
    return cast.accepted(world, world.ana, at=world.now - DAY)


def ask(client: FlaskClient, reflection: Reflection, reason: str = WHY) -> TestResponse:
    return client.post(f"/reflections/{reflection.id}/second-look", data={"reason": reason})


def stored(session: Session) -> SecondLook:
    session.expire_all()
    [look] = session.scalars(sa.select(SecondLook)).all()
    session.commit()
    return look


def give(client: FlaskClient, look: SecondLook, to: User) -> int:
    return client.post(f"/second-looks/{look.id}/reader", data={"reader": to.id}).status_code


def settle(client: FlaskClient, look: SecondLook, **said: Any) -> TestResponse:
    return client.post(f"/second-looks/{look.id}", data={"verdict": "upheld", "answer": "I see it so too."} | said)


@pytest.fixture
def given(world: World, session: Session, accepted: Reflection, client_for: ClientFor) -> SecondLook:
    """Ana asked; Otto was asked to look."""
    assert ask(client_for(world.ana), accepted).status_code == 303
    look = stored(session)
    assert give(client_for(world.oki), look, world.otto) == 303
    return stored(session)


def main_of(client: FlaskClient, address: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.faults == []
    [main] = page.root.all("main")
    return main


def test_a_writer_asks_once(world: World, session: Session, accepted: Reflection, client_for: ClientFor):
    ana, page = client_for(world.ana), f"/reflections/{accepted.id}"
    assert "Ask for a second look" in main_of(ana, page).words
    assert "Ask for a second look" not in main_of(client_for(world.mia), page).words
    assert ask(ana, accepted, "  ").status_code == 422
    assert ask(ana, accepted).status_code == 303
    assert ask(ana, accepted).status_code == 303  # pressed twice
    look = stored(session)
    assert (look.reason, look.asked_at, look.promised_on, look.reader_id) == (WHY, NOON, PROMISED, None)
    other = ask(ana, accepted, "And another thing, which is as long as a sentence.")
    assert other.status_code == 409
    assert "another thing" in other.text
    assert "Ask for a second look" not in main_of(ana, page).words
    # The reason is not for those who decided.
    assert WHY in main_of(ana, page).words
    seen = main_of(client_for(world.mia), page).words
    assert "The organisers will ask somebody else" in seen
    assert WHY not in seen


@pytest.mark.parametrize(("who", "wanted"), [("mia", 403), ("oki", 403), ("ben", 404), ("dodi", 404)])
def test_only_the_writer_asks(world: World, accepted: Reflection, client_for: ClientFor, who: str, wanted: int):
    assert ask(client_for(getattr(world, who)), accepted).status_code == wanted


def test_what_is_not_accepted_is_not_looked_at_again(world: World, session: Session, client_for: ClientFor):
    returned = cast.returned(world, world.ana, at=world.now - DAY)
    assert ask(client_for(world.ana), returned).status_code == 409
    assert session.scalars(sa.select(SecondLook)).all() == []


def named(client: FlaskClient, world: World) -> list[str]:
    """Those who may be asked, in their order."""
    return [each.words for each in main_of(client, f"/cohorts/{world.cohort.id}/second-looks").all("option")]


def test_the_list_names_those_who_may_look_with_the_fewest_to_answer_first(
    world: World, session: Session, accepted: Reflection, client_for: ClientFor
):
    more = [cast.accepted(world, world.ben, n, at=world.now - DAY) for n in (1, 2)]
    ask(client_for(world.ana), accepted)
    # Mia and Kris have decided on it; Paul guides nobody now; Obed observes.
    assert named(client_for(world.oki), world) == ["Oki · 0 to answer", "Otto · 0 to answer"]
    for reflection in more:
        ask(client_for(world.ben), reflection)
    first, second, third = session.scalars(sa.select(SecondLook).order_by(SecondLook.id)).all()
    session.commit()
    assert give(client_for(world.oki), second, world.oki) == 303
    assert give(client_for(world.oki), third, world.oki) == 303
    options = named(client_for(world.oki), world)
    assert options[:2] == ["Otto · 0 to answer", "Oki · 2 to answer"]
    place = world.enrolment(world.ana)
    about = {"relation": Relation.FAMILY, "note": "", "declared_by_id": world.oki.id, "declared_at": NOON}
    world.keep(Conflict(enrolment_id=place.id, cohort_id=place.cohort_id, user_id=world.otto.id, **about))
    assert named(client_for(world.oki), world)[:1] == ["Oki · 2 to answer"]
    assert give(client_for(world.oki), first, world.otto) == 422  # too close
    assert give(client_for(world.oki), first, world.mia) == 422  # decided
    assert give(client_for(world.oki), first, world.ana) == 422
    assert give(client_for(world.olla), first, world.oki) == 404
    assert give(client_for(world.ana), first, world.oki) == 403


def test_the_reader_reads_it_which_is_on_record_and_says_that_it_stands(
    world: World, session: Session, given: SecondLook, accepted: Reflection, client_for: ClientFor
):
    otto, address = client_for(world.otto), f"/second-looks/{given.id}"
    assert "Look at it again" in main_of(otto, f"/reflections/{accepted.id}").words
    main = main_of(otto, address)
    for words in (WHY, "We asked who waits, and why.", "Kris"):
        assert words in main.words
    [event] = session.scalars(sa.select(ReadEvent).where(ReadEvent.reader_id == world.otto.id).limit(1)).all()
    assert event.read_at == NOON
    session.commit()
    assert settle(otto, given, answer="").status_code == 422
    assert settle(otto, given, verdict="perhaps").status_code == 422
    for _ in range(2):
        assert settle(otto, given).status_code == 303
    late = settle(otto, given, answer="On second thoughts, no: it lacks an example.")
    assert late.status_code == 409
    assert "On second thoughts" in late.text
    look = stored(session)
    assert (look.verdict, look.answer, look.answered_at) == (Verdict.UPHELD, "I see it so too.", NOON)
    assert session.get_one(Reflection, accepted.id).state is State.ACCEPTED
    session.commit()
    for who in ("ana", "mia", "kris"):
        words = main_of(client_for(getattr(world, who)), f"/reflections/{accepted.id}").words
        assert "The decision stands Otto" in words
        assert "I see it so too." in words
    assert otto.get(address).location == f"/reflections/{accepted.id}"


def test_an_answer_waits_for_the_writer_until_they_open_it(world: World, given: SecondLook, client_for: ClientFor):
    ana = client_for(world.ana)
    settle(client_for(world.otto), given)
    link = f"/reflections/{given.reflection_id}#second-look-{given.id}"
    assert link in [each.get("href") for each in main_of(ana, "/").all("a")]
    ana.get(f"/reflections/{given.reflection_id}")
    assert link not in [each.get("href") for each in main_of(ana, "/").all("a")]


def test_a_changed_decision_opens_the_text_with_the_reason_first(
    world: World, session: Session, given: SecondLook, accepted: Reflection, client_for: ClientFor
):
    for _ in range(2):
        answer = settle(client_for(world.otto), given, verdict="changed", answer="Name the second example.")
        assert answer.status_code == 303
    session.expire_all()
    assert session.get_one(Reflection, accepted.id).state is State.RETURNED
    [reopening] = session.scalars(sa.select(Reopening)).all()
    assert (reopening.by_id, reopening.reason) == (world.otto.id, "Name the second example.")
    session.commit()
    today = main_of(client_for(world.ana), "/").words
    assert "Came back" in today
    assert "Name the second example. Otto" in " ".join(today.split())
    assert "The decision is changed" in main_of(client_for(world.mia), f"/reflections/{accepted.id}").words


def test_only_whoever_was_asked_answers_and_only_while_they_are(
    world: World, session: Session, given: SecondLook, accepted: Reflection, client_for: ClientFor
):
    for who, wanted in (("mia", 404), ("ana", 403), ("oki", 403), ("olla", 404)):
        assert settle(client_for(getattr(world, who)), given).status_code == wanted
    assert client_for(world.otto).get(f"/reflections/{accepted.id}").status_code == 200
    assert give(client_for(world.oki), given, world.oki) == 303  # to another, while it is not answered
    assert client_for(world.otto).get(f"/reflections/{accepted.id}").status_code == 404
    assert client_for(world.otto).get(f"/second-looks/{given.id}").status_code == 404
    assert settle(client_for(world.otto), given).status_code == 404
    assert settle(client_for(world.oki), given).status_code == 303
    assert give(client_for(world.oki), given, world.otto) == 409
    assert stored(session).reader_id == world.oki.id


def test_levels_of_the_rubric_stand_beside_those_of_the_review_and_no_others_are_taken(
    world: World, session: Session, given: SecondLook, accepted: Reflection, client_for: ClientFor
):
    module = world.load(sa.select(Reflection).where(Reflection.id == accepted.id)).module_id
    rubric = Rubric(cohort_id=world.cohort.id, slug="depth", version=1, pack=PACK, created_at=NOON)
    world.keep(rubric)
    session.execute(sa.text("update module set rubric_id = :rubric where id = :module"), {
        "rubric": rubric.id, "module": module})  # fmt: skip
    session.commit()
    otto = client_for(world.otto)
    assert "Level 2" in main_of(otto, f"/second-looks/{given.id}").words
    wrong = settle(otto, given, answer="It has what it needs.", **{"level-whole": "7"})
    assert wrong.status_code == 422
    assert "This level is not in the rubric." in wrong.text
    assert "It has what it needs." in wrong.text
    assert settle(otto, given, **{"level-whole": "2.5"}).status_code == 303
    [rating] = session.scalars(sa.select(Rating)).all()
    assert (rating.second_look_id, rating.review_id, rating.level) == (given.id, None, 2.5)
    session.commit()
    assert (
        "The whole text: 2.5 · between Level 2 and Level 3"
        in main_of(client_for(world.ana), f"/reflections/{accepted.id}").words
    )
