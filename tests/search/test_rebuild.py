"""`portfolio search rebuild`: what can be searched is what stands, and nothing else."""

from typing import Any

import sqlalchemy as sa

from portfolio.models import Document, Outcome
from tests import cast, rows
from tests.cast import DAY, NOON, SERVICE, SERVICE_2, World, words
from tests.commands import Run
from tests.search.conftest import Finds


def talked(world: World) -> None:
    """Texts of every kind, in several rounds."""
    first = cast.returned(world, world.ana, said=words("kelambu", tags=("etika",)), at=NOON - 3 * DAY)
    world.keep(first.comment("Satu pertanyaan.", by=world.mia, now=NOON - 2 * DAY))
    again = cast.submitted(world, world.ana, said=words("jendela", tags=("etika",)), at=NOON - DAY)
    while again.awaiting:
        again = cast.decide(world, again, Outcome.ACCEPTED, "Baik.")
    again.add("Kemudian.", now=NOON)
    world.keep()
    cast.withdrawn(world, world.ben, SERVICE)
    cast.draft(world, world.ben, SERVICE_2)


def documents(engine: sa.Engine) -> list[Any]:
    plain = [{**row, "id": None} for row in rows.read(engine)["document"]]
    return sorted(plain, key=str)


def test_what_the_verbs_keep_is_what_a_rebuild_makes(on_site: Run, world: World, engine: sa.Engine):
    talked(world)
    before = documents(engine)
    assert len(before) == 6
    assert "All 6 texts are found" in on_site("search", "rebuild", "--check").out
    assert "6 texts can be found, 0 put right" in on_site("search", "rebuild").out
    assert documents(engine) == before


def test_what_is_missing_or_wrong_is_put_right(on_site: Run, world: World, engine: sa.Engine, finds: Finds):
    talked(world)
    before = documents(engine)
    world.session.execute(sa.delete(Document).where(Document.source == "feedback"))
    world.session.execute(sa.update(Document).values(tokens=""))
    world.session.commit()
    assert finds(world.mia, "jendela") == []
    checked = on_site("search", "rebuild", "--check")
    assert checked.code == 1
    assert len(checked.err.splitlines()) == 1
    assert documents(engine) != before
    assert on_site("search", "rebuild").code == 0
    assert documents(engine) == before
    assert finds(world.mia, "jendela") == [("submission", "Those who wait")]
    assert finds(world.mia, "", tag="etika") == [("submission", "Those who wait")]
