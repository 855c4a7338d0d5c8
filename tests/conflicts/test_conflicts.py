"""Conflicts of interest: declared by a guide or by an organiser for them; what ends with it, and who sees it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio.models import Conflict, Mentorship, Relation, Role, SecondLook, User
from portfolio.models.conflict import CONFLICT_LENGTH
from tests import cast
from tests.cast import DAY, NOON, World
from tests.markup import Page

ClientFor = Callable[[User | None], FlaskClient]
NOTE = "She is my sister-in-law."


@pytest.fixture
def place(world: World) -> int:
    """Ana's place in the cohort."""
    return world.enrolment(world.ana).id


def stored(session: Session) -> list[tuple[int, Relation, str, int, bool]]:
    session.expire_all()
    found = [
        (each.user_id, each.relation, each.note, each.declared_by_id, each.ended_at is None)
        for each in session.scalars(sa.select(Conflict).order_by(Conflict.id))
    ]
    session.commit()
    return found


def guides(session: Session, place: int) -> list[str]:
    session.expire_all()
    query = sa.select(User.name).join(Mentorship, Mentorship.user_id == User.id)
    found = session.scalars(query.where(Mentorship.enrolment_id == place, Mentorship.ended_at.is_(None))).all()
    session.commit()
    return sorted(found)


def test_a_guide_declares_it_and_guides_no_longer(world: World, session: Session, place: int, client_for: ClientFor):
    reflection = cast.submitted(world, world.ana, at=world.now - DAY)
    mia, address = client_for(world.mia), f"/enrolments/{place}/conflict"
    assert address in mia.get(f"/enrolments/{place}/progress").text
    assert address in mia.get(f"/reflections/{reflection.id}/review").text
    assert "This is what happens" in mia.get(address).text
    for _ in range(2):  # pressed twice
        answer = mia.post(address, data={"relation": "family", "note": NOTE})
        assert (answer.status_code, answer.location) == (303, "/")
    assert stored(session) == [(world.mia.id, Relation.FAMILY, NOTE, world.mia.id, True)]
    assert guides(session, place) == ["Kris"]
    assert mia.get(f"/reflections/{reflection.id}/review").status_code == 403  # handed in while she guided
    decided = mia.post(f"/reflections/{reflection.id}/review", data={"round": 1, "step": 0, "outcome": "accepted"})
    assert decided.status_code == 403
    assert "You declared this on" in mia.get(address).text


def test_organisers_see_it_and_the_trainee_does_not(world: World, place: int, client_for: ClientFor):
    client_for(world.mia).post(f"/enrolments/{place}/conflict", data={"relation": "family", "note": NOTE})
    page = Page(client_for(world.oki).get(f"/cohorts/{world.cohort.id}/conflicts").text)
    assert page.faults == []
    words = page.root.words
    assert NOTE in words
    assert "1 trainee is left without Ana no mentor" in words
    for address in ("/", "/series/", "/progress/"):
        assert NOTE not in client_for(world.ana).get(address).text
    assert client_for(world.ana).get(f"/cohorts/{world.cohort.id}/conflicts").status_code == 404
    assert client_for(world.obed).get(f"/cohorts/{world.cohort.id}/conflicts").status_code == 404
    assert client_for(world.mia).get(f"/cohorts/{world.cohort.id}/conflicts").status_code == 404


def test_an_organiser_declares_it_for_another_and_ends_it(
    world: World, session: Session, place: int, client_for: ClientFor
):
    oki, address = client_for(world.oki), f"/enrolments/{place}/conflict"
    # Those who guide her first, then who else works in the cohort, as Asta, who scores; neither Paul, who guided her
    # before, nor Obed, who observes.
    options = [each.words for each in Page(oki.get(address).text).root.all("option")]
    assert options == ["Kris", "Mia", "Asta", "Oki"]
    answer = oki.post(address, data={"who": world.kris.id, "relation": "dispute", "note": NOTE})
    assert (answer.status_code, answer.location) == (303, f"/cohorts/{world.cohort.id}/conflicts")
    assert stored(session) == [(world.kris.id, Relation.DISPUTE, NOTE, world.oki.id, True)]
    assert guides(session, place) == ["Mia"]
    [conflict] = session.scalars(sa.select(Conflict.id)).all()
    session.commit()
    assert client_for(world.kris).post(f"/conflicts/{conflict}/end").status_code == 403  # it is of themselves
    assert client_for(world.olla).post(f"/conflicts/{conflict}/end").status_code == 404
    assert client_for(world.ana).post(f"/conflicts/{conflict}/end").status_code == 404
    for _ in range(2):
        assert oki.post(f"/conflicts/{conflict}/end").status_code == 303
    assert stored(session) == [(world.kris.id, Relation.DISPUTE, NOTE, world.oki.id, False)]
    assert guides(session, place) == ["Mia"]  # assigned anew by hand
    words = Page(oki.get(f"/cohorts/{world.cohort.id}/conflicts").text).root.words
    assert NOTE in words
    assert "1 trainee is left without Ana no coach" in words


@pytest.mark.parametrize(
    ("who", "sent", "wanted"),
    [
        ("mia", {"note": NOTE}, 422),
        ("mia", {"relation": "marriage", "note": NOTE}, 422),
        ("mia", {"relation": "family", "note": "x" * (CONFLICT_LENGTH + 1)}, 422),
        ("mia", {"relation": "family", "note": NOTE, "who": "6"}, 422),  # of another
        ("oki", {"relation": "family", "note": NOTE, "who": "2000000000"}, 422),
        ("ana", {"relation": "family"}, 404),
        ("ben", {"relation": "family"}, 404),
        ("paul", {"relation": "family"}, 404),
        ("obed", {"relation": "family"}, 404),
        ("olla", {"relation": "family"}, 404),
    ],
)
def test_what_cannot_be_taken_changes_nothing_and_comes_back(
    world: World, session: Session, place: int, client_for: ClientFor, who: str, sent: dict[str, str], wanted: int
):
    answer = client_for(getattr(world, who)).post(f"/enrolments/{place}/conflict", data=sent)
    assert answer.status_code == wanted
    if wanted == 422:
        assert sent["note"] in answer.text
    assert stored(session) == []
    assert guides(session, place) == ["Kris", "Mia"]


def test_a_second_look_goes_back_when_its_reader_is_too_close(
    world: World, session: Session, place: int, client_for: ClientFor
):
    reflection = cast.accepted(world, world.ana, at=world.now - DAY)
    cici = world.enrolment(world.cici)
    world.keep(cici.assign(world.otto, Role.MENTOR, now=NOON))
    client_for(world.ana).post(f"/reflections/{reflection.id}/second-look", data={"reason": "Look again."})
    [look] = session.scalars(sa.select(SecondLook.id)).all()
    session.commit()
    client_for(world.oki).post(f"/second-looks/{look}/reader", data={"reader": world.otto.id})
    otto = client_for(world.otto)
    assert f"/enrolments/{place}/conflict" in otto.get(f"/second-looks/{look}").text
    answer = otto.post(f"/enrolments/{place}/conflict", data={"relation": "friendship"})
    assert answer.status_code == 303
    session.expire_all()
    assert session.get_one(SecondLook, look).reader_id is None
    session.commit()
    assert otto.get(f"/second-looks/{look}").status_code == 404
    assert otto.get(f"/reflections/{reflection.id}").status_code == 404
