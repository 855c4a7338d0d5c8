"""A brief run of what `make load RUN=kill9 N=100` does at length, and whether that would find what is lost."""

from dataclasses import replace

import pytest

from portfolio.models import Words
from tests import cast
from tests.cast import World
from tests.load import kill9
from tests.load.kill9 import Found
from tests.load.writer import Draft, Sheet
from tests.site import Site

DRAFTS = [Draft(f"Catatan 0.0.{number}", f"Text {number}.", "A view.", ("One.", "Two.")) for number in range(2)]


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_server_is_killed():
    figures = kill9.run(rounds=2, pace=30)
    wrong = {name: figures[name] for name in ("lost", "doubled", "damaged", "unexpected")}
    assert wrong == dict.fromkeys(wrong, 0), figures
    assert int(str(figures["acknowledged"])) > 50


@pytest.fixture
def sheet(world: World) -> Sheet:
    """Handed in, as its writer heard, with one comment."""
    title, answers = DRAFTS[0].kept
    kept = cast.submitted(world, world.ana, said=Words(title=title, answers=answers))
    world.keep(kept.comment("A word.", by=world.ana, now=world.now))
    heard = {"acknowledged": 0, "stands": 0, "handed_in": {0: True}, "comments": {"A word.": True}}
    return Sheet(kept.training_session_id, "0.0", id=kept.id, drafts=DRAFTS, **heard)


def found(site: Site, sheet: Sheet) -> tuple[int, int, int]:
    """How much is lost, doubled, damaged."""
    found = Found()
    kill9.compare(site, [sheet], found)
    return len(found.lost), len(found.doubled), len(found.damaged)


def test_what_is_there_is_found_there(site: Site, sheet: Sheet):
    assert found(site, sheet) == (0, 0, 0)
    unheard = replace(sheet, acknowledged=-1, handed_in={0: False}, comments={"A word.": False}, pending="submission")
    assert found(site, unheard) == (0, 0, 0)


def test_what_is_lost_is_missed(site: Site, sheet: Sheet):
    assert found(site, replace(sheet, acknowledged=1)) == (1, 0, 0)
    assert found(site, replace(sheet, stands=None)) == (1, 0, 0)
    assert found(site, replace(sheet, taken_back={0: True})) == (1, 0, 0)
    assert found(site, replace(sheet, handed_in={0: True, 1: True})) == (1, 0, 0)
    assert found(site, replace(sheet, comments={"Another word.": True})) == (1, 0, 0)
    assert found(site, replace(sheet, drafts=[replace(DRAFTS[0], view="Another view.")])) == (2, 0, 0)


def test_what_is_there_twice_is_seen(world: World, site: Site, sheet: Sheet):
    kept = world.reflection(cast.begun(world, world.ana))
    kept.withdraw(now=world.now)
    kept.submit(now=world.now)
    world.keep()
    again = world.reflection(kept)
    world.keep(again.comment("A word.", by=world.ana, now=world.now))
    assert found(site, sheet) == (0, 2, 0)


def test_progress_that_is_not_right_is_seen(world: World, site: Site, sheet: Sheet):
    progress = world.progress(world.ana)
    progress.submitted, progress.accepted = 2, 1
    world.keep()
    assert found(site, sheet) == (0, 0, 1)
