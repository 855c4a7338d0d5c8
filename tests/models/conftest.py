"""The cast, for the tests of the models."""

import pytest
from sqlalchemy.orm import Session

from tests.cast import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    """Everybody, with nothing written yet."""
    return make_world(session)
