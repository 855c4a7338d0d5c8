"""The stage on which access is tested: reflections in every condition, and the browsers of all who may want in."""

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio.database import Base
from portfolio.models import Attachment, Kind, Lesson, Outcome, Reflection, Submission, Visibility, handed_in_with
from tests import cast
from tests.cast import DAY, HOUR, NOON, World
from tests.rows import NOTHING, Rows, differences, read
from tests.site import Site

# Those who sign in. Cici has left the cohort after she wrote.
WHO = ("ana", "ben", "cici", "mia", "kris", "paul", "oki", "obed", "otto", "olla", "dodi")
STRANGERS = ("nobody", "deni")  # Deni's account is closed; his browser still has its cookie
MISSING = 2_000_000_000
SHARED = {"visibility": Visibility.COHORT}

Said = dict[str, Any]
Writing = Callable[[World, Said, int], Reflection]


def canary(thing: str) -> str:
    """A word that stands in all texts of one reflection, and nowhere else."""
    return "canary" + "".join(filter(str.isalnum, thing))


def said(thing: str) -> Said:
    """What a helper of the cast is given to write."""
    return {"said": cast.words(canary(thing), title=canary(thing))}


def passed_on(world: World, said: Said, n: int) -> Reflection:
    """Accepted by the mentor; it waits for the coach."""
    return cast.decide(world, cast.submitted(world, world.ana, n, at=NOON - HOUR, **said), Outcome.ACCEPTED, at=NOON)


def reviewed_by_paul(world: World, said: Said, n: int) -> Reflection:
    """Returned by Paul while he was the mentor, and handed in again since."""
    first = cast.submitted(world, world.ana, n, at=NOON - 3 * DAY, **said)
    past = next(mentorship for mentorship in first.enrolment.mentorships if mentorship.user_id == world.paul.id)
    ended, past.ended_at = past.ended_at, None
    world.keep()
    cast.decide(world, first, Outcome.RETURNED, "Say more.", by=world.paul, at=NOON - 2 * DAY)
    past.ended_at = ended
    return cast.submitted(world, world.ana, n, said=cast.words("More.", title=said["said"].title))


def rewriting(world: World, said: Said, n: int) -> Reflection:
    """Returned; Ana writes on, and what she writes now is hers alone until she hands it in."""
    cast.returned(world, world.ana, n, **said)
    return cast.draft(world, world.ana, n, said=cast.words(UNSEEN, title=UNSEEN))


UNSEEN = canary("what Ana writes now")
NEW = "new ana's rewriting"
NOTED = ("ana's submitted", "ana's accepted", "ana's shared")
REFLECTIONS: dict[str, Writing] = {
    "ana's draft": lambda world, said, n: cast.draft(world, world.ana, n, **said),
    "ana's draft to share": lambda world, said, n: cast.draft(world, world.ana, n, **said, **SHARED),
    "ana's for herself": lambda world, said, n: cast.only_me(world, world.ana, n, **said),
    "ana's withdrawn": lambda world, said, n: cast.withdrawn(world, world.ana, n, **said, **SHARED),
    "ana's discarded": lambda world, said, n: cast.discarded(world, world.ana, n, **said),
    "ana's excused": lambda world, said, n: cast.excused(world, world.ana, n, **said, **SHARED),
    "ana's submitted": lambda world, said, n: cast.submitted(world, world.ana, n, **said),
    "ana's sent to paul": lambda world, said, n: cast.submitted(world, world.ana, n, at=NOON - 3 * DAY, **said),
    "ana's read by paul": reviewed_by_paul,
    "ana's passed on": passed_on,
    "ana's rewriting": rewriting,
    "ana's accepted": lambda world, said, n: cast.accepted(world, world.ana, n, **said),
    "ana's shared": lambda world, said, n: cast.accepted(world, world.ana, n, **said, **SHARED),
    "cici's submitted": lambda world, said, n: cast.submitted(world, world.cici, n, **said),
    "dodi's submitted": lambda world, said, n: cast.submitted(world, world.dodi, n, **said),
    "dodi's shared": lambda world, said, n: cast.shared_with_cohort(world, world.dodi, n, **said),
}
SERVICES = sum(thing.startswith("ana") for thing in REFLECTIONS)  # one session for each of Ana's
CONDUCT, CEREMONY = SERVICES, SERVICES + 1


@dataclass
class Stage:
    """All of it on one database."""

    site: Site
    rows: Rows = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)  # of things and people, by their names
    secrets: dict[str, str] = field(default_factory=dict)  # of one-use links
    cookies: dict[str, str] = field(default_factory=dict)  # of those who have signed in

    def browser(self, who: str) -> FlaskClient:
        """A browser with the cookie that this person was given."""
        client = self.site.app.test_client()
        if who in self.cookies:
            client.set_cookie("portfolio", self.cookies[who])
        return client

    def set_up(self) -> None:
        """Put everything back as it was built."""
        self.site.become(self.rows)

    def changes(self, *, but: tuple[str, ...] = ()) -> list[str]:
        """What is no longer as it was built; nothing is asked while nobody has written."""
        if self.site.holds is self.rows:
            return []
        before = {name: kept for name, kept in self.rows.items() if name not in but}
        return differences(before, read(self.site.engine, but=but))

    def change(self, table: str, where: dict[str, Any], **values: Any) -> None:
        """Change rows behind the application's back."""
        columns = Base.metadata.tables[table].c
        fitting = [columns[name] == value for name, value in where.items()]
        with self.site.engine.begin() as connection:
            connection.execute(sa.update(Base.metadata.tables[table]).where(*fitting).values(**values))

    def row(self, table: str, **values: Any) -> dict[str, Any] | None:
        """The last row with these values, as it was built."""
        fitting = [row for row in self.rows[table] if all(row[name] == value for name, value in values.items())]
        return fitting[-1] if fitting else None


def build(site: Site) -> Stage:
    """Fill an empty database."""
    site.become(NOTHING)
    stage = Stage(site)
    with site.session() as session:
        world = cast.make_world(session, now=NOON, sessions=SERVICES + 4)
        written: Counter[str] = Counter()
        for thing, write in REFLECTIONS.items():
            writer = thing.split("'")[0]
            stage.ids[thing] = write(world, said(thing), written[writer]).id
            written[writer] += 1
        _talk(world, stage)
        _note(world, stage)
        _attach(world, stage)
        _invite(world, stage)
        _name(world, stage)
        _leave(world, session)
    _fill_the_store(site)
    for name in (*WHO, "deni"):
        cookie = site.sign_in(stage.ids[name]).get_cookie("portfolio")
        assert cookie is not None
        stage.cookies[name] = cookie.value
    stage.rows = read(site.engine)
    site.holds = stage.rows
    return stage


def _talk(world: World, stage: Stage) -> None:
    for thing, by in (("ana's submitted", world.mia), ("ana's shared", world.kris), ("dodi's submitted", world.otto)):
        reflection = world.reflection(world.session.get_one(Reflection, stage.ids[thing]))
        world.keep(comment := reflection.comment(canary(thing), by=by, now=NOON))
        stage.ids[f"comment on {thing}"] = comment.id


def _note(world: World, stage: Stage) -> None:
    """Beside what others may read, what they may not."""
    for thing in NOTED:
        cast.noted(world, world.session.get_one(Reflection, stage.ids[thing]), UNSEEN)


def _attach(world: World, stage: Stage) -> None:
    """A picture beside each reflection, handed in with what was handed in last; and one that Ana has added since."""
    for number, thing in enumerate((*REFLECTIONS, NEW)):
        reflection = world.session.get_one(Reflection, stage.ids[thing.removeprefix("new ")])
        attachment = Attachment(
            cohort_id=reflection.cohort_id,
            reflection_id=reflection.id,
            owner_id=getattr(world, thing.removeprefix("new ").split("'")[0]).id,
            upload=f"upload {number}",
            key=f"{number:032x}",
            name=f"{canary(thing)}.png",
            kind=Kind.IMAGE,
            media_type="image/png",
            size=1,
            sha256="0" * 64,
            added_at=NOON,
        )
        world.keep(attachment)
        stage.ids[f"file of {thing}"] = attachment.id
        last = sa.select(sa.func.max(Submission.id)).where(Submission.reflection_id == reflection.id)
        if thing != NEW and (submission := world.session.scalars(last).one()) is not None:
            world.session.execute(handed_in_with.insert().values(submission_id=submission, attachment_id=attachment.id))
    world.keep()


def _fill_the_store(site: Site) -> None:
    for number in range(len(REFLECTIONS) + 1):
        for key in (f"{number:032x}", f"{number:032x}-small"):
            site.app.extensions["files"].put(key, io.BytesIO(b"bytes"))


def _invite(world: World, stage: Stage) -> None:
    for thing, user, at in (
        ("a link", world.ben, NOON),
        ("a used link", world.ben, NOON),
        ("an old link", world.ben, NOON - 60 * DAY),
        ("a link to a closed account", world.deni, NOON),
    ):
        token, stage.secrets[thing] = user.invite(now=at)
        if thing == "a used link":
            token.use(now=at)
        world.keep(token)
    stage.secrets["missing"] = "there-never-was-such-a-link"


def _name(world: World, stage: Stage) -> None:
    stage.ids |= {name: getattr(world, name).id for name in (*WHO, "deni")}
    stage.ids |= {f"{name}'s place": world.enrolment(getattr(world, name)).id for name in ("ana", "cici", "dodi")}
    for thing in ("ana's shared", "cici's submitted", "dodi's submitted"):
        lessons = sa.select(sa.func.min(Lesson.id)).where(Lesson.reflection_id == stage.ids[thing])
        stage.ids[f"a lesson of {thing.split()[0]}"] = world.session.scalars(lessons).one()
    stage.ids |= {
        "a session": world.sessions[CONDUCT].id,
        "a session ana began": world.sessions[0].id,
        "the ceremony": world.sessions[CEREMONY].id,
        "dodi's session": world.other_sessions[CONDUCT].id,
        "the first cohort": world.cohort.id,
        "the second cohort": world.other.id,
        "missing": MISSING,
    }


def _leave(world: World, session: Session) -> None:
    world.enrolment(world.cici).withdrawn_at = NOON
    session.commit()
