"""The cast at the end of their programme: everything that was expected of Ana was accepted."""

import pytest
from sqlalchemy.orm import Session

from portfolio import clock
from tests import cast
from tests.cast import NOON, World
from tests.site import Site


@pytest.fixture
def finished(site: Site, session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    """The cast, as `world` is, and Ana has completed everything: it takes a second, and so it is done once."""
    monkeypatch.setattr(clock, "now", lambda: NOON)

    def finished() -> World:
        world = cast.make_world(session, now=NOON)
        cast.completed(world, world.ana)
        return world

    return site.once("finished", session, finished)
