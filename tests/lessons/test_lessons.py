"""Lessons for the job: collected on one page, asked about after 30 days, answered by a press, nobody else's."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.models import Happened, Lesson
from tests import cast
from tests.cast import DAY, NOON, World
from tests.markup import Page
from tests.site import Statements

WRITTEN = NOON - 40 * DAY  # 23 January 2026; asked about since 22 February


def collected(world: World, *, n: int = 0, at: datetime = WRITTEN) -> list[Lesson]:
    """What a submission of Ana's left behind: two lessons, the first that there are."""
    cast.submitted(world, world.ana, n, said=cast.words(f"Begin earlier {n}."), at=at)
    found = world.session.scalars(sa.select(Lesson).order_by(Lesson.id.desc()).limit(2)).all()
    world.session.commit()
    return list(reversed(found))


def kept(session: Session, lesson_id: int) -> Lesson:
    """A lesson as it is stored."""
    session.expire_all()
    lesson = session.get_one(Lesson, lesson_id)
    session.commit()
    return lesson


@pytest.fixture
def ana(world: World, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    """Ana's browser."""
    return client_for(world.ana)


def test_what_was_submitted_is_asked_about_once_thirty_days_have_passed(
    world: World, ana: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    first, _ = collected(world, at=NOON - 29 * DAY)
    page = ana.get("/lessons/").text
    assert "Begin earlier 0." in page
    assert "Still ahead" in page
    assert "Did it happen?" not in page
    assert "Did it happen?" not in ana.get("/").text
    monkeypatch.setattr(clock, "now", lambda: NOON + DAY)
    assert "Did it happen?" in ana.get("/lessons/").text
    assert "Did it happen?" in ana.get("/").text
    assert first.ask_on == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("answer", "again", "heading"),
    [
        ("yes", None, "It happened"),
        ("partly", date(2026, 4, 3), "Still ahead"),
        ("not_yet", date(2026, 4, 3), "Still ahead"),
        ("no_longer", None, "Put aside"),
    ],
)
def test_an_answer_is_kept_and_what_has_not_happened_is_asked_again(
    world: World, ana: FlaskClient, session: Session, answer: str, again: date | None, heading: str
):
    first, second = collected(world)
    response = ana.post(f"/lessons/{first.id}/answer", data={"happened": answer})
    assert (response.status_code, response.location) == (303, f"/lessons/#lesson-{first.id}")
    said = kept(session, first.id)
    assert (said.happened, said.ask_on, said.answered_at) == (Happened(answer), again, NOON)
    assert kept(session, second.id).happened is None
    page = ana.get("/lessons/").text
    assert heading in page
    assert "Did it happen?" in page  # the second still waits


def test_an_answer_can_be_changed(world: World, ana: FlaskClient, session: Session):
    first, _ = collected(world)
    for answer in ("no_longer", "yes"):
        assert ana.post(f"/lessons/{first.id}/answer", data={"happened": answer}).status_code == 303
    assert kept(session, first.id).happened is Happened.YES
    page = Page(ana.get("/lessons/").text)
    pressed = [element.get("value") for element in page if element.get("aria-pressed") == "true"]
    assert pressed == ["yes"]


def test_today_asks_about_the_oldest_and_leads_back(world: World, ana: FlaskClient):
    older, _ = collected(world, n=0, at=WRITTEN - 5 * DAY)
    collected(world, n=1)
    page = ana.get("/").text
    assert "Begin earlier 0." in page
    assert "Begin earlier 1." not in page
    assert "3 more, and all your lessons" in page
    response = ana.post(f"/lessons/{older.id}/answer", data={"happened": "yes", "then": "today"})
    assert (response.status_code, response.location) == (303, "/")
    assert "It happened: what you wrote has reached your work." in ana.get("/").text


@pytest.mark.parametrize("sent", [{}, {"happened": ""}, {"happened": "maybe"}, {"happened": "YES"}])
def test_what_is_no_answer_changes_nothing_and_shows_the_page(
    world: World, ana: FlaskClient, session: Session, sent: dict[str, str]
):
    first, _ = collected(world)
    response = ana.post(f"/lessons/{first.id}/answer", data=sent)
    assert response.status_code == 422
    assert "Please choose one of the four answers. Nothing has been changed." in response.text
    assert "Begin earlier 0." in response.text
    assert kept(session, first.id).happened is None


def test_a_lesson_is_its_writers_alone(world: World, client_for: Callable[..., FlaskClient], session: Session):
    first, _ = collected(world)
    for other in (world.ben, world.mia, world.kris, world.oki, world.dodi):
        client = client_for(other)
        assert "Begin earlier" not in client.get("/lessons/").text
        assert client.post(f"/lessons/{first.id}/answer", data={"happened": "yes"}).status_code == 404
    assert kept(session, first.id).happened is None


def test_an_empty_page_invites_and_is_kind_to_those_who_do_not_write(
    world: World, ana: FlaskClient, client_for: Callable[..., FlaskClient]
):
    assert "Here your lessons come together" in ana.get("/lessons/").text
    for other in (world.mia, world.oki):
        assert "This page is for those who write" in client_for(other).get("/lessons/").text


def test_who_left_the_cohort_keeps_their_lessons(world: World, ana: FlaskClient, session: Session):
    first, _ = collected(world)
    world.enrolment(world.ana).withdrawn_at = NOON
    session.commit()
    assert "Begin earlier 0." in ana.get("/lessons/").text
    assert ana.post(f"/lessons/{first.id}/answer", data={"happened": "yes"}).status_code == 303


def test_a_text_handed_in_anew_keeps_what_was_answered(world: World, ana: FlaskClient, session: Session):
    reflection = cast.returned(world, world.ana, said=cast.words("Old."), at=WRITTEN)
    first = session.scalars(sa.select(Lesson).order_by(Lesson.id)).first()
    assert first is not None
    session.commit()
    ana.post(f"/lessons/{first.id}/answer", data={"happened": "yes"})
    session.expire_all()
    cast.submitted(world, world.ana, said=cast.words("New."), at=NOON)
    texts = session.scalars(sa.select(Lesson.text).where(Lesson.reflection_id == reflection.id)).all()
    session.commit()
    assert sorted(texts) == ["And again: New.", "New.", "Old."]


def test_the_parts_of_a_theme_lead_to_each_other(
    world: World, ana: FlaskClient, client_for: Callable[..., FlaskClient]
):
    one = cast.submitted(world, world.ana, cast.SERVICE)
    shown = ana.get(f"/reflections/{one.id}").text
    assert "Part 1 of 2" in shown
    assert "not written yet" in shown
    two = cast.draft(world, world.ana, cast.SERVICE_2)
    written = ana.get(f"/reflections/{two.id}/edit").text
    assert "Part 2 of 2" in written
    assert f'href="/reflections/{one.id}"' in written
    assert f'href="/reflections/{two.id}"' in ana.get(f"/reflections/{one.id}").text
    read = client_for(world.mia).get(f"/reflections/{one.id}").text  # to whom the draft does not exist
    assert "nothing to read yet" in read
    assert f'href="/reflections/{two.id}"' not in read


def test_a_module_of_one_part_says_nothing_of_parts(world: World, ana: FlaskClient):
    only = cast.submitted(world, world.ana, cast.CONDUCT)
    assert 'class="fold parts' not in ana.get(f"/reflections/{only.id}").text


def test_thirty_lessons_cost_as_little_as_three(world: World, ana: FlaskClient, queries: Statements):
    counts = []
    for n, times in ((0, 1), (1, 15)):
        reflection = cast.submitted(world, world.ana, n, at=WRITTEN)
        for number in range(times):
            lesson = Lesson(
                cohort_id=world.cohort.id, reflection_id=reflection.id, text=f"Step {n}.{number}",
                written_at=WRITTEN, ask_on=(NOON - timedelta(days=2)).date(),
            )  # fmt: skip
            world.keep(lesson)
        for address in ("/lessons/", "/"):
            with queries:
                assert ana.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12
