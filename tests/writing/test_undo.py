"""Undoing in the pages: a draft that was put away comes back for a week; accepted text is added to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portfolio import clock
from portfolio.models import User
from tests import cast
from tests.cast import CONDUCT, DAY, NOON, World, words

ClientFor = Callable[[User | None], FlaskClient]
SAID = words("A first try.", title="My own title")


@pytest.fixture
def ana(client_for: ClientFor, world: World) -> FlaskClient:
    return client_for(world.ana)


def test_a_draft_is_discarded_and_brought_back_from_the_page_after_it(world: World, ana: FlaskClient):
    reflection = cast.draft(world, world.ana, said=SAID)
    assert "Discard this draft" in ana.get(f"/reflections/{reflection.id}/edit").text
    response = ana.post(f"/reflections/{reflection.id}/discard")
    assert (response.status_code, response.location) == (303, f"/reflections/{reflection.id}")
    page = ana.get(response.location).text
    assert "For a week you can bring it back." in page
    assert "Bring it back" in page
    assert "Begin anew" in page
    assert "A first try." in page  # to know which one it is
    back = ana.post(f"/reflections/{reflection.id}/restoration")
    assert (back.status_code, back.location) == (303, f"/reflections/{reflection.id}/edit")
    assert "A first try." in ana.get(back.location).text
    assert world.reflection(reflection).words == SAID


def test_only_a_draft_offers_to_be_discarded(world: World, ana: FlaskClient):
    reflection = cast.returned(world, world.ana)
    assert "Discard this draft" not in ana.get(f"/reflections/{reflection.id}/edit").text


def test_after_a_week_nothing_is_offered_and_nothing_comes_back(
    world: World, ana: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    reflection = cast.discarded(world, world.ana, gone_at=NOON)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=7))
    page = ana.get(f"/reflections/{reflection.id}").text
    assert "Bring it back" not in page
    assert "Begin anew" in page
    assert ana.post(f"/reflections/{reflection.id}/restoration").status_code == 409


def test_where_nothing_was_discarded_nothing_comes_back(world: World, ana: FlaskClient):
    reflection = cast.draft(world, world.ana, said=SAID)
    assert ana.post(f"/reflections/{reflection.id}/restoration").status_code == 409
    assert world.reflection(reflection).words == SAID


def test_what_was_begun_anew_stays_and_the_earlier_one_is_still_there(world: World, ana: FlaskClient):
    reflection = cast.discarded(world, world.ana, said=SAID)
    begun = ana.post(f"/sessions/{reflection.training_session_id}/reflection")
    assert (begun.status_code, begun.location) == (303, f"/reflections/{reflection.id}/edit")
    assert "A first try." not in ana.get(begun.location).text
    anew = cast.draft(world, world.ana, said=words("Anew."))
    assert ana.post(f"/reflections/{reflection.id}/restoration").status_code == 409
    assert world.reflection(anew).words == words("Anew.")
    ana.post(f"/reflections/{reflection.id}/discard")
    ana.post(f"/reflections/{reflection.id}/restoration")
    assert world.reflection(reflection).words == words("Anew.")  # the one discarded last


def test_a_discarded_draft_does_not_count_as_begun(world: World, ana: FlaskClient):
    reflection = cast.discarded(world, world.ana, said=SAID)
    for address in ("/", "/series/"):
        page = ana.get(address).text
        assert "My own title" not in page
    assert ana.get(f"/reflections/{reflection.id}/edit").location == f"/reflections/{reflection.id}"


def test_what_is_added_to_accepted_text_is_seen_by_all_who_may_read(
    world: World, ana: FlaskClient, client_for: ClientFor
):
    reflection = cast.accepted(world, world.ana, visibility=cast.Visibility.COHORT, at=NOON - DAY)
    response = ana.post(f"/reflections/{reflection.id}/addenda", data={"text": "Sebulan kemudian **berhasil**."})
    [addendum] = world.reflection(reflection).addenda
    assert (response.status_code, response.location) == (303, f"/reflections/{reflection.id}#addendum-{addendum.id}")
    for who in (world.ana, world.ben, world.mia, world.oki):
        page = client_for(who).get(f"/reflections/{reflection.id}").text
        assert "Sebulan kemudian <strong>berhasil</strong>." in page
        assert "4 March 2026" in page
    assert client_for(world.mia).post(f"/reflections/{reflection.id}/addenda", data={"text": "x"}).status_code == 403


def test_what_cannot_be_added_comes_back_with_its_words(world: World, ana: FlaskClient):
    reflection, draft = cast.accepted(world, world.ana), cast.draft(world, world.ana, CONDUCT)
    long = "kata " * 1_001
    too_long = ana.post(f"/reflections/{reflection.id}/addenda", data={"text": long})
    assert too_long.status_code == 422
    assert long.strip() in too_long.text
    for text in ("", " "):
        assert ana.post(f"/reflections/{reflection.id}/addenda", data={"text": text}).status_code == 422
    refused = ana.post(f"/reflections/{draft.id}/addenda", data={"text": "Twenty letters and more."})
    assert refused.status_code == 409
    assert "Twenty letters and more." in refused.text
    assert world.reflection(reflection).addenda == []
