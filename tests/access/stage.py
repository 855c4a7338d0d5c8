"""The stage on which access is tested: reflections in every condition, and the browser of everybody who may want in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.models import Cohort, Comment, Enrolment, Outcome, Reflection, TrainingSession, User, Visibility
from tests import cast, rows
from tests.cast import DAY, HOUR, NOON, World
from tests.site import Site

# Those who sign in. Cici has left the cohort since she wrote.
WHO = ("ana", "ben", "cici", "mia", "kris", "paul", "oki", "obed", "otto", "olla", "dodi")
STRANGERS = ("nobody", "deni")  # Deni's account is closed; his browser still has its cookie
SESSIONS = 16
*_, UNBEGUN, CONDUCT, CEREMONY, JOB, FINAL = range(SESSIONS)
MISSING = 2_000_000_000


def canary(thing: str) -> str:
    """The word that stands in all texts of a reflection, and nowhere else."""
    return "canary" + "".join(filter(str.isalnum, thing))


def _said(thing: str, **more: Any) -> dict[str, Any]:
    return {"said": cast.words(canary(thing), title=canary(thing)), **more}


def _rewriting(world: World, n: int) -> Reflection:
    cast.returned(world, world.ana, n, feedback=canary("ana's rewriting"), **_said("ana's rewriting"))
    return cast.draft(world, world.ana, n, **_said("what ana is writing"))


def _reviewed_by_paul(world: World, n: int) -> Reflection:
    said = _said("ana's reviewed by paul")
    first = cast.submitted(world, world.ana, n, at=NOON - 3 * DAY, **said)
    cast.decide(world, first, Outcome.RETURNED, canary("ana's reviewed by paul"), by=world.paul, at=NOON - 2 * DAY)
    return cast.submitted(world, world.ana, n, **said)


def _passed_on(world: World, n: int) -> Reflection:
    waiting = cast.submitted(world, world.ana, n, at=NOON - HOUR, **_said("ana's passed on"))
    return cast.decide(world, waiting, Outcome.ACCEPTED, canary("ana's passed on"), at=NOON)


COHORT = {"visibility": Visibility.COHORT}
# Each is written about a session of its own, in this order.
REFLECTIONS: dict[str, Callable[[World, str, int], Reflection]] = {
    "ana's draft": lambda w, thing, n: cast.draft(w, w.ana, n, **_said(thing)),
    "ana's draft to share": lambda w, thing, n: cast.draft(w, w.ana, n, **_said(thing, **COHORT)),
    "ana's for herself": lambda w, thing, n: cast.only_me(w, w.ana, n, **_said(thing)),
    "ana's withdrawn": lambda w, thing, n: cast.withdrawn(w, w.ana, n, **_said(thing, **COHORT)),
    "ana's excused": lambda w, thing, n: cast.excused(w, w.ana, n, reason=canary(thing), **_said(thing, **COHORT)),
    "ana's submitted": lambda w, thing, n: cast.submitted(w, w.ana, n, **_said(thing)),
    "ana's submitted to paul": lambda w, thing, n: cast.submitted(w, w.ana, n, **_said(thing, at=NOON - 3 * DAY)),
    "ana's reviewed by paul": lambda w, thing, n: _reviewed_by_paul(w, n),
    "ana's passed on": lambda w, thing, n: _passed_on(w, n),
    "ana's rewriting": lambda w, thing, n: _rewriting(w, n),
    "ana's accepted": lambda w, thing, n: cast.accepted(w, w.ana, n, **_said(thing)),
    "ana's shared": lambda w, thing, n: cast.accepted(w, w.ana, n, **_said(thing, **COHORT)),
    "cici's submitted": lambda w, thing, n: cast.submitted(w, w.cici, n, **_said(thing)),
    "dodi's submitted": lambda w, thing, n: cast.submitted(w, w.dodi, n, **_said(thing)),
    "dodi's shared": lambda w, thing, n: cast.shared_with_cohort(w, w.dodi, n, **_said(thing)),
}
OTHER_WORDS = ("what ana is writing",)  # Ana's, not handed in again yet


@dataclass
class Stage:
    """All of it on one database; `set_up` puts everything back as it was."""

    site: Site
    rows: rows.Rows = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)  # of reflections, sessions, enrolments, cohorts, people
    secrets: dict[str, str] = field(default_factory=dict)  # of one-use links
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def set_up(self) -> None:
        """Everything as it was built."""
        self.site.become(self.rows)

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has written since."""
        return self.site.holds is self.rows or not self.changes()

    def changes(self, *, but: tuple[str, ...] = ()) -> list[str]:
        """What is no longer as it was built."""
        before = {name: kept for name, kept in self.rows.items() if name not in but}
        return rows.differences(before, rows.read(self.site.engine, but=but))

    def row(self, table: str, id: int) -> dict[str, Any]:
        """A row as it was built."""
        return next((row for row in self.rows[table] if row["id"] == id), {})


def build(site: Site) -> Stage:
    """Fill an empty database."""
    site.become(rows.NOTHING)
    stage = Stage(site)
    with site.session() as session:
        world = cast.make_world(session, now=NOON, sessions=SESSIONS)
        for n, (thing, write) in enumerate(REFLECTIONS.items()):
            place = n if n <= UNBEGUN - 1 else n - UNBEGUN
            stage.ids[thing] = write(world, thing, place if not thing.startswith(("cici", "dodi")) else n % 3).id
        _talk(world, stage)
        _invite(world, stage)
        world.enrolment(world.cici).withdrawn_at = NOON
        session.commit()
        _name(world, session, stage)
        people = {name: getattr(world, name).id for name in (*WHO, "deni")}
    stage.browsers = {name: site.sign_in(id) for name, id in people.items()} | {"nobody": site.sign_in(None)}
    stage.rows = rows.read(site.engine)
    site.holds = stage.rows
    return stage


def _talk(world: World, stage: Stage) -> None:
    for thing in ("ana's submitted", "ana's shared", "dodi's submitted"):
        reflection = world.load(sa.select(Reflection).where(Reflection.id == stage.ids[thing]))
        reflection = world.reflection(reflection)
        by = world.otto if thing.startswith("dodi") else world.mia
        said = reflection.comment(canary(thing), by=by, now=NOON)
        world.keep(said)
        stage.ids[f"comment on {thing}"] = world.load(sa.select(Comment).where(Comment.id == said.id)).id


def _invite(world: World, stage: Stage) -> None:
    for thing, user, when in (
        ("a link", world.ben, NOON),
        ("a used link", world.ben, NOON),
        ("an old link", world.ben, NOON - timedelta(days=60)),
        ("a link of a closed account", world.deni, NOON),
    ):
        token, secret = user.invite(now=when)
        world.keep(token)
        if "used" in thing:
            token.use(now=when)
        stage.secrets[thing] = secret
    world.keep()
    stage.secrets["missing"] = "there-never-was-such-a-link"


def _name(world: World, session: Session, stage: Stage) -> None:
    for name in (*WHO, "deni"):
        user: User = getattr(world, name)
        place = session.scalars(sa.select(Enrolment).where(Enrolment.user_id == user.id)).one_or_none()
        stage.ids[name] = user.id
        if place:
            stage.ids[f"{name}'s place"] = place.id
    sessions = {"a session": UNBEGUN, "ana's draft's session": 0, "the ceremony": CEREMONY}
    stage.ids |= {thing: world.sessions[n].id for thing, n in sessions.items()}
    stage.ids["a session of dodi's"] = world.other_sessions[UNBEGUN].id
    stage.ids |= {"the first cohort": world.cohort.id, "the second cohort": world.other.id, "missing": MISSING}


__all__ = ["STRANGERS", "WHO", "Stage", "build", "canary", "clock", "Cohort", "TrainingSession"]
