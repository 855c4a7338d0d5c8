"""A search as a person makes it, straight at the query function."""

from collections.abc import Callable
from typing import Any

import pytest

from portfolio import search
from portfolio.database import db
from portfolio.models import User
from tests.cast import World
from tests.site import Site

Finds = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def finds(site: Site, world: World) -> Finds:
    """What somebody finds: where each place is, and the title it goes by."""

    def finds(user: User, text: str, **filters: Any) -> list[tuple[str, str]]:
        world.session.commit()
        with site.app.app_context():
            found = search.find(db.session.get_one(User, user.id), text, **filters)
            pages = range(1, 2 + found.total // search.PAGE)
            hits = [(hit.place.value, hit.title) for number in pages for hit in found.page(number)]
            assert len(hits) == found.total
            return hits

    return finds
