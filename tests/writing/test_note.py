"""The private note in the pages: its writer's alone, in every state; and nothing of it is lost between two tabs."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio.models import PrivateNote, Reflection, User
from portfolio.models.aside import NOTE_LENGTH
from tests import cast
from tests.cast import World
from tests.markup import Page

ClientFor = Callable[[User | None], FlaskClient]
SECRET = "Ketua kelas itu tidak adil kepada saya."


def note_of(world: World, reflection: Reflection) -> PrivateNote | None:
    world.session.commit()
    query = sa.select(PrivateNote).where(PrivateNote.reflection_id == reflection.id)
    return world.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def form_of(html: str, action: str) -> dict[str, str]:
    """What a form sends when nothing in it is changed."""
    [form] = [form for form in Page(html).all("form") if form.get("action") == action]
    hidden = {field.get("name") or "": field.get("value") or "" for field in form.all("input")}
    return hidden | {
        field.get("name") or "": "".join(map(str, field.children)).removeprefix("\n") for field in form.all("textarea")
    }


@pytest.fixture
def ana(client_for: ClientFor, world: World) -> FlaskClient:
    return client_for(world.ana)


def test_a_note_is_written_beside_a_draft_and_found_there_again(world: World, ana: FlaskClient):
    reflection = cast.draft(world, world.ana)
    response = ana.post(f"/reflections/{reflection.id}/note", data={"version": "0", "text": SECRET})
    assert (response.status_code, response.location) == (303, f"/reflections/{reflection.id}#note")
    assert SECRET in ana.get(f"/reflections/{reflection.id}").text
    assert SECRET in ana.get(f"/reflections/{reflection.id}/note").text
    kept = note_of(world, reflection)
    assert kept is not None
    assert (kept.text, kept.version) == (SECRET, 1)


@pytest.mark.parametrize(
    "state", [cast.only_me, cast.submitted, cast.returned, cast.accepted, cast.excused, cast.discarded]
)
def test_it_can_be_written_in_every_state(world: World, ana: FlaskClient, state: Callable[..., Reflection]):
    reflection = state(world, world.ana)
    for version, text in ((0, SECRET), (1, "And more.")):
        sent = {"version": str(version), "text": text}
        assert ana.post(f"/reflections/{reflection.id}/note", data=sent).status_code == 303
    kept = note_of(world, reflection)
    assert kept is not None
    assert kept.text == "And more."


def test_nobody_else_is_shown_it_or_that_there_is_one(world: World, client_for: ClientFor):
    reflection = cast.shared_with_cohort(world, world.ana)
    cast.noted(world, reflection, SECRET)
    for who in (world.ben, world.mia, world.kris, world.oki):
        page = client_for(who).get(f"/reflections/{reflection.id}")
        assert page.status_code == 200
        assert SECRET not in page.text, who.name
        assert "note-text" not in page.text, who.name
        assert client_for(who).get(f"/reflections/{reflection.id}/note").status_code == 403
    assert SECRET not in client_for(world.mia).get(f"/reflections/{reflection.id}/review").text


def test_it_stays_out_of_what_is_handed_in(world: World, ana: FlaskClient):
    reflection = cast.noted(world, cast.draft(world, world.ana), SECRET)
    reflection.submit(now=world.now)
    world.keep()
    for table in ("submission", "document", "lesson"):
        rows = world.session.execute(sa.text(f'select * from "{table}"')).mappings().all()
        assert SECRET not in str(rows), table


def test_of_two_tabs_the_second_gets_both_texts_to_go_on_with(world: World, ana: FlaskClient):
    reflection = cast.noted(world, cast.draft(world, world.ana), "Satu dua tiga empat lima.")
    address = f"/reflections/{reflection.id}/note"
    assert ana.post(address, data={"version": "1", "text": "Satu dua tiga empat lima enam."}).status_code == 303
    response = ana.post(address, data={"version": "1", "text": "Nol satu dua tiga empat lima."})
    assert response.status_code == 409
    form = form_of(response.text, address)
    assert form["version"] == "2"
    for word in ("Nol", "satu", "dua", "tiga", "empat", "lima", "enam"):
        assert word in form["text"].replace("Satu", "satu"), word
    kept = note_of(world, reflection)
    assert kept is not None
    assert kept.text == "Satu dua tiga empat lima enam."
    assert ana.post(address, data=form).status_code == 303
    kept = note_of(world, reflection)
    assert kept is not None
    assert kept.text == form["text"]


def test_two_tabs_that_both_begin_it_are_no_different(world: World, ana: FlaskClient):
    reflection = cast.draft(world, world.ana)
    address = f"/reflections/{reflection.id}/note"
    assert ana.post(address, data={"version": "0", "text": "Yang pertama."}).status_code == 303
    response = ana.post(address, data={"version": "0", "text": "Sesuatu lain."})
    assert response.status_code == 409
    assert "Yang pertama." in response.text
    assert "Sesuatu lain." in response.text
    assert ana.post(address, data={"version": "0", "text": "Yang pertama."}).status_code == 303  # sent twice


def test_one_that_is_too_long_comes_back_whole(world: World, ana: FlaskClient):
    reflection = cast.noted(world, cast.draft(world, world.ana), SECRET)
    long = "kata " * (NOTE_LENGTH // 5) + "akhir"
    response = ana.post(f"/reflections/{reflection.id}/note", data={"version": "1", "text": long})
    assert response.status_code == 422
    assert long in response.text
    assert "20000 characters" in response.text
    kept = note_of(world, reflection)
    assert kept is not None
    assert kept.text == SECRET


def test_one_without_a_version_comes_back_whole(world: World, ana: FlaskClient):
    reflection = cast.noted(world, cast.draft(world, world.ana), SECRET)
    for version in ("", "x", "-1"):
        response = ana.post(f"/reflections/{reflection.id}/note", data={"version": version, "text": "Something new."})
        assert response.status_code == 422
        assert "Something new." in response.text


def test_it_can_be_emptied_and_nothing_begins_with_nothing(world: World, ana: FlaskClient):
    reflection = cast.draft(world, world.ana)
    address = f"/reflections/{reflection.id}/note"
    assert ana.post(address, data={"version": "0", "text": "  "}).status_code == 303
    assert note_of(world, reflection) is None
    cast.noted(world, reflection, SECRET)
    assert ana.post(address, data={"version": "1", "text": ""}).status_code == 303
    kept = note_of(world, reflection)
    assert kept is not None
    assert kept.text == ""


def test_the_page_on_which_one_writes_opens_it_in_a_tab_of_its_own(world: World, ana: FlaskClient):
    """So that what is being written there stays where it is."""
    reflection = cast.draft(world, world.ana)
    page = ana.get(f"/reflections/{reflection.id}/edit").text
    assert f'href="/reflections/{reflection.id}/note" target="_blank"' in page
