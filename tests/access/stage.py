"""The stage on which access is tested: reflections in every condition, and the browsers of all who may want in."""

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, selectinload

from portfolio.database import Base
from portfolio.models import (
    Appointment,
    Attachment,
    CalendarFeed,
    Calibration,
    Cohort,
    Concern,
    Conflict,
    Cover,
    Extension,
    GuestPass,
    Kind,
    Lesson,
    ModuleProgress,
    Nudge,
    Office,
    Outcome,
    Reflection,
    Relation,
    Request,
    Review,
    Role,
    Rubric,
    SavedComment,
    SecondLook,
    Submission,
    Visibility,
    Wish,
    handed_in_with,
)
from portfolio.models.nudge import Thing
from tests import cast
from tests.cast import DAY, HOUR, NOON, World
from tests.rows import NOTHING, Rows, differences, read
from tests.site import Site

# Those who sign in. Cici has left the cohort after she wrote; Asta scores blind.
WHO = ("ana", "ben", "cici", "mia", "kris", "paul", "oki", "obed", "otto", "olla", "dodi", "asta")
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


FOR_GITA = "ana's passed on"  # the one text that a guest without an account was given a link to
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
CONDUCT, CEREMONY, JOB = SERVICES, SERVICES + 1, SERVICES + 2


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
        _answer(world, stage)
        _attach(world, stage)
        _invite(world, stage)
        _give_passes(world, stage)
        _cover(world, stage)
        _sample(world, stage)
        _save_comments(world, stage)
        _except(world, stage)
        _follow(world, stage)
        _aim(world, stage)
        _certify(world, stage)
        _remind(world, stage)
        _retire(world)
        _name(world, stage)
        _leave(world, session)
    _fill_the_store(site)
    for name in (*WHO, "deni"):
        cookie = site.sign_in(stage.ids[name]).get_cookie("portfolio")
        assert cookie is not None
        stage.cookies[name] = cookie.value
    guest = site.app.test_client()
    guest.post("/guest/" + stage.secrets["gita's pass"])
    cookie = guest.get_cookie("portfolio")
    assert cookie is not None
    stage.cookies["gita"] = cookie.value
    stage.rows = read(site.engine)
    site.holds = stage.rows
    return stage


def _talk(world: World, stage: Stage) -> None:
    for thing, by in (("ana's submitted", world.mia), ("ana's shared", world.kris), ("dodi's submitted", world.otto)):
        reflection = world.reflection(world.session.get_one(Reflection, stage.ids[thing]))
        world.keep(comment := reflection.comment(canary(thing), by=by, now=NOON))
        stage.ids[f"comment on {thing}"] = comment.id


def _answer(world: World, stage: Stage) -> None:
    """What was decided, a second look at it, and a guide of before who is too close."""
    for thing in ("ana's accepted", "ana's shared", "ana's read by paul"):
        reviews = sa.select(sa.func.min(Review.id)).join(Review.submission)
        of = Submission.reflection_id == stage.ids[thing]
        stage.ids[f"review of {thing}"] = world.session.scalars(reviews.where(of)).one() or 0
    accepted = world.reflection(world.session.get_one(Reflection, stage.ids["ana's accepted"]))
    world.keep(look := SecondLook.ask(accepted, "Look again.", now=NOON))
    look.give_to(world.oki, by=world.oki, now=NOON)
    place = world.enrolment(world.ana)
    conflict = Conflict(
        cohort_id=place.cohort_id, enrolment_id=place.id, user_id=world.paul.id, relation=Relation.DISPUTE,
        declared_by_id=world.paul.id, declared_at=NOON, note="",
    )  # fmt: skip
    world.keep(conflict)
    stage.ids |= {"ana's second look": look.id, "paul's conflict": conflict.id}


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


def _cover(world: World, stage: Stage) -> None:
    """Kris stands in for Mia next week."""
    first, last = (NOON + 6 * DAY).date(), (NOON + 8 * DAY).date()
    world.keep(cover := Cover.arrange(world.cohort, world.mia, world.kris, first, last, by=world.mia, now=NOON))
    stage.ids["the cover of mia"] = cover.id


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
    stage.secrets["missing"] = "never-was-a-link"  # as long as the code of a text


def _sample(world: World, stage: Stage) -> None:
    """Two texts of Ben's in samples: one that Asta is to score and Olla has passed on, one in a closed sample."""
    rian = cast.person("rian")
    rubric = world.load(sa.select(Cohort).where(Cohort.id == world.cohort.id).options(selectinload(Cohort.rubrics)))
    rubric = Rubric.adopt(cast.ANALYTIC, cohort=rubric, now=NOON)
    world.keep(rian, rubric)
    world.keep(Appointment(cohort=world.cohort, user=rian, office=Office.ASSESSOR, started_at=NOON))
    stage.ids |= {"a rubric": rubric.id, "rian": rian.id}
    for n, thing in ((2, "ben's text"), (3, "ben's closed text")):
        latest = cast.accepted(world, world.ben, n).latest
        assert latest is not None
        able = {latest.id: [world.asta.id, world.olla.id]}
        sample = Calibration.draw(world.cohort, rubric, able, percent=100, by=world.oki, now=NOON)
        [text] = sample.texts
        text.scorings[1 if text.scorings[0].assessor_id == world.asta.id else 0].recuse("I know her.", now=NOON)
        if thing == "ben's closed text":
            sample.close(now=NOON)
        world.keep(sample)
        stage.secrets[thing] = text.code
        stage.ids |= {thing: text.id, thing.replace("text", "sample"): sample.id}
    mine = sa.select(Appointment.id).where(Appointment.user_id == world.asta.id)
    stage.ids["asta's office"] = world.session.scalars(mine).one()


def _save_comments(world: World, stage: Stage) -> None:
    """Two of Mia's, of which one is shared in her cohort, and one of Otto's."""
    for thing, by, cohort in (
        ("mia's saved comment", world.mia, None),
        ("a comment mia shared", world.mia, world.cohort),
        ("otto's saved comment", world.otto, None),
    ):
        world.keep(saved := SavedComment.keep("", canary(thing), cohort, by=by, beside=0, now=NOON))
        stage.ids[thing] = saved.id


def _follow(world: World, stage: Stage) -> None:
    """Links to calendars: Ana's, and three that show nothing."""
    before, stage.secrets["ana's calendar of before"] = CalendarFeed.open(world.ana, before=None, now=NOON - DAY)
    world.keep(before)
    now, stage.secrets["ana's calendar"] = CalendarFeed.open(world.ana, before=before, now=NOON)
    ended, stage.secrets["cici's ended calendar"] = CalendarFeed.open(world.cici, before=None, now=NOON)
    ended.end(now=NOON)
    closed, stage.secrets["deni's calendar"] = CalendarFeed.open(world.deni, before=None, now=NOON)
    world.keep(now, ended, closed)


def _aim(world: World, stage: Stage) -> None:
    """What the first cohort's programme is for, published; and what Ana says she has shown."""
    cast.with_outcomes(world)
    service, job = cast.outcome_of(world, "service"), cast.outcome_of(world, "job")
    accepted = world.session.get_one(Reflection, stage.ids["ana's accepted"])
    claim = cast.claimed(world, accepted, service)
    stage.ids |= {"an outcome": service.id, "an outcome to claim": job.id, "claim of ana's accepted": claim.id}


def _certify(world: World, stage: Stage) -> None:
    """Ben has a certificate, Ana withdrew hers, that of Cici was revoked; Dodi could make one. Ana is not complete."""
    for name, outcome in (("ben", "certificate"), ("ana", "withdrawn certificate"), ("cici", "revoked certificate")):
        undone = _complete(world, name)
        certificate = cast.certified(world, getattr(world, name))
        match outcome:
            case "withdrawn certificate":
                certificate.withdraw(now=NOON)
                for progress in undone:
                    progress.completed_at = None
            case "revoked certificate":
                certificate.revoke("Made by mistake.", by=world.oki, now=NOON)
        world.keep()
        stage.ids[f"{name}'s {outcome}"] = certificate.id
        stage.secrets[f"{name}'s {outcome}"] = certificate.number
    _complete(world, "dodi")


def _complete(world: World, name: str) -> list[ModuleProgress]:
    """Whatever was written, every module is complete; those that were not before."""
    place = world.enrolment(getattr(world, name))
    rows = sa.select(ModuleProgress).where(
        ModuleProgress.enrolment_id == place.id, ModuleProgress.completed_at.is_(None)
    )
    undone = list(world.session.scalars(rows))
    for progress in undone:
        progress.completed_at = NOON
    world.keep()
    return undone


def _retire(world: World) -> None:
    """The ceremony of the second cohort is not held."""
    world.other_sessions[CEREMONY].retired_at = NOON
    world.keep()


def _except(world: World, stage: Stage) -> None:
    """What Ana and Dodi ask for, and have; in Dodi's cohort, those who guide answer too."""
    world.other.guides_may_excuse = True
    for name, by in (("ana", world.oki), ("dodi", world.olla)):
        place = world.enrolment(getattr(world, name))
        job, final = world.sessions_of(place)[JOB:]
        request = Request.ask(place, job, Wish.EXCUSE, "Ill.", reflection=None, before=[], now=NOON)
        extension = Extension.give(place, final, (NOON + 30 * DAY).date(), "Away on duty.", by=by, now=NOON)
        world.keep(request, extension)
        stage.ids |= {f"{name}'s request": request.id, f"{name}'s extension": extension.id}
    stage.ids["dodi's excused"] = cast.excused(world, world.dodi, CONDUCT - 1).id


def _remind(world: World, stage: Stage) -> None:
    """What Ana was reminded of, so long ago that she can be again, and Mia."""
    place = world.enrolment(world.ana)
    written = {
        thing: world.session.get_one(Reflection, stage.ids[thing]) for thing in ("ana's draft", "ana's submitted")
    }
    for name, thing, concern, at in (
        ("ana", "ana's draft", Concern.MISSING, NOON - 20 * DAY),
        ("mia", "ana's submitted", Concern.WAITING, NOON),
    ):
        things, to = [Thing(place.id, written[thing].training_session_id)], getattr(world, name)
        nudge = Nudge.send(place.cohort, to, concern, things, "A word.", before=[], by=world.oki, now=at)
        world.keep(nudge)
        stage.ids[f"{name}'s reminder"] = nudge.id


def _give_passes(world: World, stage: Stage) -> None:
    """Gita, who has no account, may sign what waits for Ana's coach; what she opened before is over."""
    gita = cast.person("gita", password_hash=None)
    world.keep(gita)
    for thing, to, by, role, at in (
        ("gita's pass", FOR_GITA, world.mia, Role.COACH, NOON),
        ("a pass of dodi's", "dodi's submitted", world.dodi, None, NOON),
        ("an old pass", "ana's submitted", world.mia, None, NOON - 60 * DAY),
        ("a pass taken back", "ana's submitted", world.ana, None, NOON),
    ):
        reflection = world.reflection(world.session.get_one(Reflection, stage.ids[to]))
        held, stage.secrets[thing] = GuestPass.issue(reflection, gita, role, by=by, now=at)
        if thing == "a pass taken back":
            held.revoke(by=by, now=at)
        world.keep(held)
        stage.ids[thing] = held.id


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
        "a retired session": world.other_sessions[CEREMONY].id,
        "dodi's session": world.other_sessions[CONDUCT].id,
        "the first module": world.sessions[0].module_id,
        "a module of the second": world.other_sessions[0].module_id,
        "the first cohort": world.cohort.id,
        "the second cohort": world.other.id,
        "missing": MISSING,
    }


def _leave(world: World, session: Session) -> None:
    world.enrolment(world.cici).withdrawn_at = NOON
    session.commit()
