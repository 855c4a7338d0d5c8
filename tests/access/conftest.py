"""The stage, built once for each database and put back as it was before each test."""

from collections.abc import Callable, Iterator

import pytest

from portfolio import clock
from tests.access import stage as stages
from tests.access.stage import Stage
from tests.cast import NOON
from tests.site import Site


@pytest.fixture(scope="session")
def built() -> dict[str, Stage]:
    """The stages that have been built."""
    return {}


@pytest.fixture
def stage(
    database: str, sites: Callable[[str], Site], built: dict[str, Stage], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """Everybody and everything, at noon of the cast's Wednesday."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    if database not in built:
        built[database] = stages.build(sites(database))
    built[database].set_up()
    return built[database]
