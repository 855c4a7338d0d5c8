"""Files follow their reflection: from the next request on they are seen by those who may read it, and on record."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio.attachments.store import Disk
from portfolio.models import Outcome, ReadEvent
from tests import cast
from tests.attachments import corpus
from tests.attachments.conftest import Add
from tests.cast import World

VARIANTS = ("", "/small")
ClientFor = Callable[..., FlaskClient]


@pytest.fixture
def photo(add: Add) -> str:
    return f"/attachments/{add(corpus.picture(), 'photo.jpg').json['id']}"


def seen_by(client: FlaskClient, photo: str) -> set[int]:
    return {client.get(photo + variant).status_code for variant in VARIANTS}


def test_a_file_is_seen_while_what_it_was_handed_in_with_stands(world: World, photo: str, client_for: ClientFor):
    ana, mia, ben = client_for(world.ana), client_for(world.mia), client_for(world.ben)
    assert (seen_by(ana, photo), seen_by(mia, photo), seen_by(ben, photo)) == ({200}, {404}, {404})
    handed_in = cast.submitted(world, world.ana)
    assert (seen_by(ana, photo), seen_by(mia, photo), seen_by(ben, photo)) == ({200}, {200}, {404})
    handed_in.withdraw(now=world.now)
    world.keep()
    assert (seen_by(ana, photo), seen_by(mia, photo)) == ({200}, {404})
    assert seen_by(client_for(None), photo) == {303}


def test_what_is_removed_after_it_came_back_stays_with_what_was_handed_in(
    world: World, photo: str, client_for: ClientFor, add: Add
):
    cast.returned(world, world.ana)
    later = f"/attachments/{add(corpus.picture(), 'later.jpg').json['id']}"
    assert client_for(world.ana).post(f"{photo}/removal").status_code == 303
    mia = client_for(world.mia)
    assert (seen_by(mia, photo), seen_by(mia, later)) == ({200}, {404})
    again = cast.submitted(world, world.ana)
    page = mia.get(f"/reflections/{again.id}/review").text
    assert "later.jpg" in page
    assert (seen_by(mia, photo), seen_by(mia, later)) == ({200}, {200})
    cast.decide(world, again, Outcome.ACCEPTED)
    assert seen_by(mia, later) == {200}


def test_who_opens_somebodys_file_is_on_record_once_for_a_while(
    world: World, photo: str, client_for: ClientFor, session: Session
):
    cast.submitted(world, world.ana)
    mia = client_for(world.mia)
    for _ in range(3):
        seen_by(mia, photo)
    mia.head(photo)
    client_for(world.ana).get(photo)
    session.rollback()
    assert session.scalars(sa.select(ReadEvent.reader_id)).all() == [world.mia.id]


def test_a_file_that_the_store_has_lost_is_not_there(photo: str, ana: FlaskClient, store: Disk):
    for stored in list(store.list()):
        store.delete(stored.key)
    assert seen_by(ana, photo) == {404}
