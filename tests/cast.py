"""The cast of all tests: an invented programme, two cohorts, the people in them, and reflections in every state.

A helper brings a reflection to a state as the application would: it loads what a view loads, calls the verbs, and
commits. It leaves no transaction open, so that a browser of the same test can write.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from portfolio.cohorts import outcome_tree
from portfolio.database import Base, Bilingual
from portfolio.models import (
    Appointment,
    Basis,
    Certificate,
    Claim,
    Cohort,
    Effect,
    Enrolment,
    Extension,
    Ground,
    Judgement,
    Language,
    LearningOutcome,
    Mode,
    Module,
    ModuleProgress,
    Office,
    Outcome,
    OutcomeChange,
    PrivateNote,
    Programme,
    Prompt,
    Quoted,
    ReadEvent,
    Reason,
    Reflection,
    Revealed,
    Review,
    Role,
    Rubric,
    RuleChange,
    SessionChange,
    State,
    Template,
    TrainingSession,
    User,
    Visibility,
    Wanted,
    Words,
    enrol,
)
from portfolio.models.certificate import new_number
from portfolio.queries import to_change
from portfolio.web.following import follow

Row = TypeVar("Row", bound=Base)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A Wednesday, 12.00 in Jakarta. The day after is a holiday: two working days later it is Monday.
NOON = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
FIRST_DAY, HOLIDAY, PROMISED = date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 9)

PASSWORD = "portfolio-test"
# As cheap as argon2 can be, since nearly every test makes everybody anew.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

# What each template asks. The step "session" is not answered in writing; "lessons" takes several answers.
TEMPLATES = {
    "diary": ("session", "discussed", "view", "lessons"),
    "what": ("what", "so-what", "now-what"),
    "final": ("journey", "commitment"),
}
# Where each session stands in `World.sessions`. The first two are one module; nothing is expected for the ceremony.
SERVICE, SERVICE_2, CONDUCT, CEREMONY, JOB, FINAL = range(6)


def both(text: str) -> dict[str, str]:
    """A bilingual text."""
    return {"id": f"id: {text}", "en": text}


def _level(score: int, name: str) -> dict[str, Any]:
    return {"score": score, "name": both(name), "descriptor": both(f"What {name.lower()} looks like.")}


def _criterion(key: str) -> dict[str, Any]:
    return {"key": key, "weight": 50, "name": both(key.title()), "low": both("Nothing"), "high": both("A lot")}


LEVELS = [_level(score, name) for score, name in enumerate(("Story", "Thought", "Reflection", "Change"), start=1)]
HOLISTIC = {"id": "depth", "title": both("Depth"), "kind": "holistic", "half_levels": True, "levels": LEVELS}
ANALYTIC = {
    "id": "parts", "title": both("Parts"), "kind": "analytic", "levels": LEVELS,
    "criteria": [_criterion("causes"), _criterion("steps")],
}  # fmt: skip


@dataclass
class World:
    """Who and what there is. Ana, Ben and Cici are trainees of one cohort, Dodi is one of another."""

    session: Session
    now: datetime
    cohort: Cohort
    sessions: list[TrainingSession]
    trainees: list[User]  # of the first cohort
    other: Cohort
    other_sessions: list[TrainingSession]
    ana: User
    ben: User
    cici: User  # has no mentor
    mia: User  # mentor of Ana and Ben
    kris: User  # coach of all three
    paul: User  # was mentor of Ana until the day before
    oki: User  # organiser
    obed: User  # observer
    deni: User  # has a closed account
    dodi: User
    otto: User  # Dodi's mentor
    olla: User  # organises Dodi's cohort
    asta: User  # scores blind in the first cohort, and knows nobody there

    def __getstate__(self) -> dict[str, Any]:
        """All but the session, which is another one in each test."""
        return {name: value for name, value in vars(self).items() if name != "session"}

    def enter(self, session: Session) -> None:
        """Be in this session from now on."""
        self.session = session
        there = vars(self).values()
        session.add_all(part for value in there for part in (value if isinstance(value, list) else [value])
                        if isinstance(part, Base))  # fmt: skip

    def reflection(self, of: Reflection) -> Reflection:
        """A reflection as it is stored now, loaded as it is for its verbs."""
        return self.load(to_change(sa.select(Reflection).where(Reflection.id == of.id)))

    def enrolment(self, trainee: User) -> Enrolment:
        """A trainee's place in their cohort, with those who guide them."""
        return self.load(
            sa.select(Enrolment)
            .where(Enrolment.user_id == trainee.id)
            .options(
                joinedload(Enrolment.cohort).selectinload(Cohort.holidays),
                selectinload(Enrolment.mentorships),
                selectinload(Enrolment.conflicts),
                selectinload(Enrolment.progress).joinedload(ModuleProgress.module),
            )
        )

    def progress(self, trainee: User, n: int = SERVICE) -> ModuleProgress:
        """A trainee's progress in the module of their n-th session."""
        place = self.enrolment(trainee)
        return self.load(
            sa.select(ModuleProgress)
            .where(
                ModuleProgress.enrolment_id == place.id,
                ModuleProgress.module_id == self.sessions_of(place)[n].module_id,
            )
            .options(joinedload(ModuleProgress.module))
        )

    def sessions_of(self, place: Enrolment) -> list[TrainingSession]:
        """The sessions of a trainee's cohort, in order."""
        return self.sessions if place.cohort_id == self.cohort.id else self.other_sessions

    def load(self, query: sa.Select[tuple[Row]]) -> Row:
        """The one thing asked for, as it is stored now."""
        found = self.session.scalars(query.execution_options(populate_existing=True)).unique().one()
        self.session.commit()
        return found

    def keep(self, *things: Base) -> None:
        """Store these, and whatever was changed."""
        self.session.add_all(things)
        self.session.commit()


def make_world(
    session: Session,
    *,
    now: datetime = NOON,
    trainees: int = 3,
    sessions: int = 6,
    steps: Sequence[str] = ("mentor", "coach"),
    basis: Basis = Basis.ACCEPTED,
    time_zone: str = "Asia/Jakarta",
) -> World:
    """The whole cast, stored. More than 6 sessions lengthen the first module; more than 3 trainees are coached only."""
    since = now - 30 * DAY
    templates = {slug: _template(slug, keys) for slug, keys in TEMPLATES.items()}
    programme = Programme.from_pack(_pack(sessions), now=since)
    cohort = Cohort.unfold(
        programme,
        name="First",
        series="DIARY",
        starts_on=FIRST_DAY,
        time_zone=time_zone,
        templates=templates,
        holidays={HOLIDAY: "A day off"},
        sign_off_steps=steps,
        facilitators={"service": "Ibu Farah"},
        now=since,
    )
    other = Cohort.unfold(
        programme, name="Second", starts_on=FIRST_DAY, time_zone="Asia/Makassar", templates=templates, now=since
    )
    for module in cohort.modules:
        module.basis = basis
    names = ("ana", "ben", "cici", "mia", "kris", "paul", "oki", "obed", "deni", "dodi", "otto", "olla", "asta")
    people = {name: person(name, now=since) for name in names}
    more = [person(f"trainee{number}", now=since) for number in range(4, trainees + 1)]
    world = World(
        session=session,
        now=now,
        cohort=cohort,
        sessions=list(cohort.sessions),
        trainees=[*list(people.values())[: min(trainees, 3)], *more],
        other=other,
        other_sessions=list(other.sessions),
        **people,
    )
    world.deni.deactivated_at = now - DAY
    session.add_all([cohort, other, *people.values(), *more])
    session.flush()

    session.add_all(places := [enrol(trainee, cohort, group="A", now=since) for trainee in world.trainees])
    session.add(dodi := enrol(world.dodi, other, now=since))
    session.flush()
    past = places[0].assign(world.paul, Role.MENTOR, now=since)
    past.end(now=now - DAY)
    session.add_all([past, dodi.assign(world.otto, Role.MENTOR, now=since)])
    session.add_all(place.assign(world.mia, Role.MENTOR, now=since) for place in places[:2])
    session.add_all(place.assign(world.kris, Role.COACH, now=since) for place in places)
    session.add_all(
        Appointment(cohort=where, user=user, office=office, started_at=since)
        for where, user, office in (
            (cohort, world.oki, Office.ORGANISER),
            (cohort, world.obed, Office.OBSERVER),
            (other, world.olla, Office.ORGANISER),
            (cohort, world.asta, Office.ASSESSOR),
        )
    )
    session.commit()
    return world


def person(name: str, *, now: datetime = NOON, **values: Any) -> User:
    """Somebody who reads English, with the password of all tests."""
    address = f"{name}@test.example"
    about = {"name": name.title(), "email": address, "password_hash": PASSWORD_HASH, "language": Language.ENGLISH}
    return User(**(about | {"created_at": now} | values))


def words(text: str = "We asked who waits, and why.", *, template: str = "diary", **said: Any) -> Words:
    """What somebody writes: `text` in answer to everything a template asks."""
    asked = [key for key in TEMPLATES[template] if key != "session"]
    answers = {key: [text, f"And again: {text}"] if key == "lessons" else text for key in asked}
    return replace(Words(title="Those who wait", number=1, answers=answers), **said)


# --- A reflection of a trainee on the n-th session of their cohort, in each state


def begun(world: World, trainee: User, n: int = SERVICE, *, at: datetime | None = None) -> Reflection:
    """Begun, with nothing written yet; what was begun before is given back."""
    place = world.enrolment(trainee)
    about = world.sessions_of(place)[n]
    found = world.session.scalars(
        sa.select(Reflection).where(Reflection.enrolment_id == place.id, Reflection.training_session_id == about.id)
    ).one_or_none()
    if found is None:
        about = world.load(
            sa.select(TrainingSession)
            .where(TrainingSession.id == about.id)
            .options(
                joinedload(TrainingSession.cohort),
                joinedload(TrainingSession.module),
                joinedload(TrainingSession.template),
            )
        )
        assert about.template is not None, "nothing is expected for this session"
        number = None if about.template.is_final else n + 1
        found = Reflection.begin(place, about, world.progress(trainee, n), number=number, now=at or world.now)
        world.keep(found)
    return world.reflection(found)


def draft(
    world: World,
    trainee: User,
    n: int = SERVICE,
    *,
    said: Words | None = None,
    visibility: Visibility = Visibility.MENTOR,
    at: datetime | None = None,
) -> Reflection:
    """Written, or written on; nothing is handed in."""
    at = at or world.now
    reflection = begun(world, trainee, n, at=at)
    template = reflection.session.template
    assert template is not None
    said = said or words(template=template.slug, number=reflection.number)
    reflection.write(said, version=reflection.version, visibility=visibility, now=at)
    world.keep()
    return world.reflection(reflection)


def only_me(world: World, trainee: User, n: int = SERVICE, **written: Any) -> Reflection:
    """Written, for its writer alone."""
    return draft(world, trainee, n, visibility=Visibility.ONLY_ME, **written)


def discarded(
    world: World, trainee: User, n: int = SERVICE, *, gone_at: datetime | None = None, **written: Any
) -> Reflection:
    """Written and put away, an hour later if nothing else is said."""
    reflection = draft(world, trainee, n, **written)
    reflection.discard(now=gone_at or reflection.written_at + HOUR)
    world.keep()
    return world.reflection(reflection)


def noted(world: World, reflection: Reflection, text: str, *, at: datetime | None = None) -> Reflection:
    """With a note of its writer beside it, which nobody else ever sees."""
    world.keep(
        PrivateNote(reflection_id=reflection.id, cohort_id=reflection.cohort_id, text=text, written_at=at or world.now)
    )
    return world.reflection(reflection)


def added_to(
    world: World, trainee: User, n: int = SERVICE, *, added: str = "Later I saw it again.", **written: Any
) -> Reflection:
    """Accepted, and added to two hours after it was handed in."""
    reflection = accepted(world, trainee, n, **written)
    assert reflection.submitted_at is not None
    reflection.add(added, now=reflection.submitted_at + 2 * HOUR)
    world.keep()
    return world.reflection(reflection)


def submitted(world: World, trainee: User, n: int = SERVICE, **written: Any) -> Reflection:
    """Written and handed in, at the same moment: `said`, `visibility`, `at`."""
    reflection = draft(world, trainee, n, **written)
    reflection.submit(now=written.get("at") or world.now)
    followed(world, reflection, at=written.get("at"))
    world.keep()
    return world.reflection(reflection)


def shared_with_cohort(world: World, trainee: User, n: int = SERVICE, **written: Any) -> Reflection:
    """Handed in, for the whole cohort to read."""
    return submitted(world, trainee, n, visibility=Visibility.COHORT, **written)


def withdrawn(
    world: World, trainee: User, n: int = SERVICE, *, back_at: datetime | None = None, **written: Any
) -> Reflection:
    """Handed in and taken back, an hour later if nothing else is said."""
    reflection = submitted(world, trainee, n, **written)
    assert reflection.submitted_at is not None
    back_at = back_at or reflection.submitted_at + HOUR
    reflection.withdraw(now=back_at)
    followed(world, reflection, at=back_at)
    world.keep()
    return world.reflection(reflection)


def returned(
    world: World,
    trainee: User,
    n: int = SERVICE,
    *,
    feedback: str = "Say more about what you will do.",
    decided: datetime | None = None,
    **written: Any,
) -> Reflection:
    """Handed in, and returned at the first step, an hour later if nothing else is said."""
    reflection = submitted(world, trainee, n, **written)
    return decide(world, reflection, Outcome.RETURNED, feedback, at=decided)


def accepted(
    world: World, trainee: User, n: int = SERVICE, *, decided: datetime | None = None, **written: Any
) -> Reflection:
    """Handed in and accepted at every step, an hour later if nothing else is said."""
    reflection = submitted(world, trainee, n, **written)
    while reflection.state is State.SUBMITTED:
        reflection = decide(world, reflection, Outcome.ACCEPTED, at=decided)
    return reflection


def excused(
    world: World,
    trainee: User,
    n: int = SERVICE,
    *,
    reason: str = "Was ill that week.",
    at: datetime | None = None,
    **written: Any,
) -> Reflection:
    """Excused by the cohort's organiser; a draft if something is said of what is written, else hardly begun."""
    reflection = draft(world, trainee, n, at=at, **written) if written else begun(world, trainee, n, at=at)
    by = world.oki if reflection.cohort_id == world.cohort.id else world.olla
    reflection.excuse(reason, by=by, now=at or world.now)
    world.keep()
    return world.reflection(reflection)


def decide(
    world: World,
    reflection: Reflection,
    outcome: Outcome,
    feedback: str = "",
    *,
    by: User | None = None,
    levels: Mapping[str, float] | None = None,
    at: datetime | None = None,
) -> Reflection:
    """What one of those decides for whom it waits: an hour after it was handed in if nothing else is said."""
    reflection = world.reflection(reflection)
    assert reflection.latest is not None
    if by is None:
        [by] = [mentorship.user for mentorship in reflection.enrolment.guides(reflection.awaiting)]
    at = at or reflection.latest.submitted_at + HOUR
    round = reflection.latest.round
    world.keep(Review.decide(reflection, outcome, feedback, round=round, levels=levels, by=by, now=at))
    return world.reflection(reflection)


def read(
    world: World, reflection: Reflection, by: User, reason: Reason = Reason.READING, *, at: datetime | None = None
) -> Reflection:
    """Somebody opened the submission that stands, to read or to review it."""
    latest = reflection.latest
    assert latest is not None
    world.keep(
        ReadEvent(
            cohort_id=reflection.cohort_id,
            submission_id=latest.id,
            reader_id=by.id,
            reason=reason,
            read_at=at or latest.submitted_at,
        )
    )
    return world.reflection(reflection)


def with_rubric(world: World, pack: dict[str, Any] | None = None) -> Rubric:
    """Every module of the first cohort is looked at by a rubric: holistic with half levels, if nothing else is said."""
    cohort = world.load(
        sa.select(Cohort)
        .where(Cohort.id == world.cohort.id)
        .options(selectinload(Cohort.rubrics), selectinload(Cohort.modules).joinedload(Module.rubric))
    )
    rubric = Rubric.adopt(pack or HOLISTIC, cohort=cohort, now=world.now)
    for module in cohort.modules:
        module.rubric = rubric
    world.keep()
    return rubric


def extended(world: World, trainee: User, n: int, due_on: date) -> Extension:
    """Oki gives a trainee more time for one reflection."""
    place = world.enrolment(trainee)
    more = Extension.give(place, world.sessions_of(place)[n], due_on, "Was ill.", by=world.oki, now=world.now)
    world.keep(more)
    return more


def completed(world: World, trainee: User, *, at: datetime | None = None) -> Enrolment:
    """Everything that is expected of a trainee was accepted."""
    place = world.enrolment(trainee)
    for n, session in enumerate(world.sessions_of(place)):
        if session.is_slot:
            accepted(world, trainee, n, at=at)
    return world.enrolment(trainee)


def to_certify(world: World, trainee: User) -> Enrolment:
    """A trainee's place with what it takes to certify it."""
    return world.load(
        sa.select(Enrolment)
        .where(Enrolment.user_id == trainee.id)
        .options(
            joinedload(Enrolment.user),
            joinedload(Enrolment.cohort).joinedload(Cohort.programme),
            selectinload(Enrolment.progress).joinedload(ModuleProgress.module),
        )
    )


def certified(
    world: World, trainee: User, shows: Revealed | None = None, *, at: datetime | None = None, number: str = ""
) -> Certificate:
    """A trainee who has completed the programme makes their certificate."""
    place = to_certify(world, trainee)
    last = max(session.due_on for session in world.sessions_of(place))
    issued = Certificate.issue(
        place, shows=shows or Revealed(), ends_on=last, before=[], number=number or new_number(), now=at or world.now
    )
    world.keep(issued)
    return certificate(world, issued)


def certificate(world: World, of: Certificate) -> Certificate:
    """A certificate as it is stored now."""
    return world.load(
        sa.select(Certificate)
        .where(Certificate.id == of.id)
        .options(
            joinedload(Certificate.cohort),
            joinedload(Certificate.enrolment).joinedload(Enrolment.user),
            selectinload(Certificate.modules),
        )
    )


def module_of(world: World, n: int = SERVICE) -> Module:
    """The module of the n-th session, with what a change of its rule needs."""
    asked_for = ["required", "basis", "min_level", "on_time", "prerequisite_id", "rubric_id", "rubric", "sessions"]
    module = world.session.get_one(Module, world.sessions[n].module_id)
    world.session.refresh(module, asked_for)
    world.session.refresh(world.session.get_one(Cohort, module.cohort_id), ["modules"])
    world.session.refresh(module, ["cohort"])
    return module


def rows_in_all(world: World) -> list[ModuleProgress]:
    """The progress of everybody in the modules of the first cohort."""
    query = (
        sa.select(ModuleProgress)
        .where(ModuleProgress.cohort_id == world.cohort.id)
        .options(joinedload(ModuleProgress.module))
        .order_by(ModuleProgress.enrolment_id, ModuleProgress.module_id)
        .execution_options(populate_existing=True)
    )
    return list(world.session.scalars(query))


def rule_changed(world: World, n: int = SERVICE, *, reason: str = "Fairer.", **asked: Any) -> RuleChange:
    """The module of the n-th session has another rule from now on, as Oki wishes: `required`, `basis` and so on."""
    there, module = rows_in_all(world), module_of(world, n)
    before = world.session.scalars(sa.select(RuleChange).where(RuleChange.module_id == module.id)).all()
    rows, rule = [row for row in there if row.module_id == module.id], replace(module.rule, **asked)
    seen = len(before) + 1, Effect.of(rows, rule, beside=there)
    change = RuleChange.publish(
        module, rule, reason, rows=rows, beside=there, before=before, seen=seen, by=world.oki, now=world.now
    )
    world.keep(change)
    return change


def with_outcomes(world: World, *, owner: str = "The academy", published: bool = True) -> list[LearningOutcome]:
    """The outcomes that the programme names, all answered for by one, and published."""
    cohort = world.load(
        sa.select(Cohort)
        .where(Cohort.id == world.cohort.id)
        .options(
            joinedload(Cohort.programme),
            selectinload(Cohort.agendas),
            selectinload(Cohort.modules),
            selectinload(Cohort.sessions),
        )
    )
    planned = [replace(each, owner=owner) for each in outcome_tree.tree(cohort.programme.pack)]
    tree = LearningOutcome.lay_out(cohort, planned, before=[])
    world.keep(*tree, OutcomeChange.laid_out(cohort, by=world.oki, now=world.now))
    if published:
        change = OutcomeChange.publish(cohort, tree, by=world.oki, now=world.now)
        assert change is not None
        world.keep(change)
    return tree


def outcome_of(world: World, slug: str) -> LearningOutcome:
    """The outcome of a module."""
    named = sa.select(Module.id).where(Module.cohort_id == world.cohort.id, Module.slug == slug)
    return world.load(
        sa.select(LearningOutcome)
        .where(LearningOutcome.module_id == named.scalar_subquery())
        .options(joinedload(LearningOutcome.cohort), selectinload(LearningOutcome.sessions))
    )


def claimed(
    world: World, reflection: Reflection, outcome: LearningOutcome, *, why: str = "I asked who waits."
) -> Claim:
    """Claimed by the first words of the first answer of what was handed in."""
    reflection = world.reflection(reflection)
    assert reflection.latest is not None
    key = next(key for key, answer in reflection.latest.answers.items() if answer)
    answer = reflection.latest.answers[key]
    text = answer if isinstance(answer, str) else answer[0]
    about = Quoted(key=key, item=0, start=0, quote=text[:20].strip(), before="", after=text[20:40])
    claim = Claim.make(reflection, outcome, why, about, before=[], now=world.now)
    world.keep(claim)
    return claim


def followed(world: World, reflection: Reflection, *, at: datetime | None = None) -> None:
    """What is claimed of a text follows it into the round that stands."""
    claims = sa.select(Claim).where(Claim.reflection_id == reflection.id, Claim.withdrawn_at.is_(None))
    follow(reflection, world.session.scalars(claims).all(), now=at or world.now)


def judged(
    world: World,
    claim: Claim,
    *,
    yes: bool = True,
    reason: str = "",
    by: User | None = None,
    at: datetime | None = None,
) -> Claim:
    """What a reviewer says of a claim, for the round that stands."""
    claim = world.load(
        sa.select(Claim)
        .where(Claim.id == claim.id)
        .options(joinedload(Claim.reflection), selectinload(Claim.judgements).joinedload(Judgement.by))
    )
    latest = world.reflection(claim.reflection).latest
    seen = claim.judgements[-1].id if claim.judgements else None
    world.keep(
        claim.judge(
            is_confirmed=yes,
            reason=reason,
            is_there=True,
            submission=latest,
            seen=seen,
            by=by or world.mia,
            now=at or world.now,
        )
    )
    return claim


# What a form is sent with in which a session is added: on a Monday, first in its module.
A_NEW_SESSION = (
    "title_id=Antrean&title_en=Queues&after=0&opens_on=2027-03-01&due_on=2027-03-01&mode=online&template=1&asks_more=y"
)


def ground(world: World, n: int = SERVICE) -> Ground:
    """What a change of the n-th session stands on, read as the application reads it, but without its pages."""
    about = world.sessions[n]
    cohort = world.load(sa.select(Cohort).where(Cohort.id == world.cohort.id).options(selectinload(Cohort.holidays)))
    return read_ground(world.session, cohort, about, now=world.now)


def read_ground(session: Session, cohort: Cohort, about: TrainingSession, *, now: datetime) -> Ground:
    """The same, of any cohort with its holidays."""
    module_id = about.module_id
    sessions = session.scalars(
        sa.select(TrainingSession)
        .where(TrainingSession.cohort_id == cohort.id)
        .options(joinedload(TrainingSession.module))
        .order_by(TrainingSession.position)
        .execution_options(populate_existing=True)
    ).all()
    modules = session.scalars(
        sa.select(Module).where(Module.cohort_id == cohort.id).execution_options(populate_existing=True)
    ).all()
    set_committed_value(cohort, "modules", modules)
    rows = session.scalars(
        sa.select(ModuleProgress)
        .join(ModuleProgress.enrolment)
        .where(ModuleProgress.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None))
        .options(joinedload(ModuleProgress.module))
        .execution_options(populate_existing=True)
    ).all()
    places = session.execute(
        sa.select(Enrolment.id, Extension.due_on, Reflection.state)
        .outerjoin(Extension, Extension.holds_for(Enrolment.id, about.id))
        .outerjoin(
            Reflection,
            sa.and_(Reflection.enrolment_id == Enrolment.id, Reflection.training_session_id == about.id),
        )
        .where(Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None))
    ).all()
    owing = [place for place in places if place.state in (None, State.DRAFT)]
    return Ground(
        cohort=cohort,
        module=next(one.module for one in sessions if one.module_id == module_id),
        sessions=sessions,
        rows=[row for row in rows if row.module_id == module_id],
        beside=rows,
        rules=session.scalars(sa.select(RuleChange).where(RuleChange.module_id == module_id)).all(),
        made=len(session.scalars(sa.select(SessionChange.id).where(SessionChange.cohort_id == cohort.id)).all()),
        owing={place.id for place in owing},
        days={place.id: place.due_on for place in places if place.due_on is not None},
        today=cohort.today(now),
        drafts=sum(place.state is not None for place in owing),
        excused=sum(place.state is State.EXCUSED for place in places),
    )


def wanted(world: World, **values: Any) -> Wanted:
    """A session about queues, first in its module, on the day that it is."""
    diary = world.session.scalars(sa.select(Template).where(Template.slug == "diary")).one()
    today = world.cohort.today(world.now)
    about = {"title": Bilingual({"id": "Antrean", "en": "Queues"}), "after": None, "opens_on": today, "due_on": today}
    return Wanted(**(about | {"mode": Mode.ONLINE, "template": diary} | values))


def session_added(world: World, n: int = SERVICE, reason: str = "It was asked for.", **values: Any) -> SessionChange:
    """Oki adds such a session to the module of the n-th."""
    here, new = ground(world, n), wanted(world, **values)
    seen = here.mark(here.if_added(new))
    change = SessionChange.add(here, new, reason, seen=seen, by=world.oki, now=world.now)
    world.keep(change)
    return change


def retired(world: World, n: int = SERVICE, reason: str = "The speaker fell ill.") -> SessionChange:
    """Oki retires the n-th session."""
    here = ground(world, n)
    seen = here.mark(here.if_retired(world.sessions[n]))
    change = SessionChange.retire(here, world.sessions[n], reason, seen=seen, by=world.oki, now=world.now)
    world.keep(change)
    return change


def grow(session: Session, world: World, n: int) -> list[User]:
    """More trainees of Mia: each with a first reflection accepted, and a second one waiting and talked about."""
    first = len(world.trainees) + 1
    grown = [person(f"grown{number}", now=world.now) for number in range(first, first + n)]
    cohort = world.load(sa.select(Cohort).where(Cohort.id == world.cohort.id).options(selectinload(Cohort.modules)))
    session.add_all(places := [enrol(trainee, cohort, group="B", now=world.now) for trainee in grown])
    session.flush()
    for place in places:
        session.add_all([place.assign(world.mia, Role.MENTOR, now=world.now)])
        session.add_all([place.assign(world.kris, Role.COACH, now=world.now)])
    session.commit()
    for trainee in grown:
        accepted(world, trainee, SERVICE)
        waiting = shared_with_cohort(world, trainee, SERVICE_2)
        world.keep(question := waiting.comment("Who waited longest?", by=world.mia, now=world.now))
        world.keep(waiting.comment("The last in line.", by=trainee, now=world.now, reply_to=question))
    world.trainees.extend(grown)
    return grown


# --- The invented programme


def _template(slug: str, keys: Iterable[str]) -> Template:
    prompts = [
        Prompt(position=position, key=key, label=Bilingual(both(key)), prompt=Bilingual(both(f"{key}?")),
               is_repeated=key == "lessons")
        for position, key in enumerate(keys, start=1)
    ]  # fmt: skip
    return Template(slug=slug, title=Bilingual(both(slug)), prompts=prompts)


def _session(slug: str, title: str, day: int, template: str | None, **more: Any) -> dict[str, Any]:
    asked = {"expected": True, "template": template} if template else {"expected": False}
    return {"id": slug, "title": both(title), "day": day, "mode": "in_person", "reflection": asked, **more}


def _module(slug: str, *sessions: dict[str, Any]) -> dict[str, Any]:
    outcomes = [both(f"Can do {slug}")]
    return {"id": slug, "code": slug[0].upper(), "title": both(slug.title()), "outcomes": outcomes,
            "sessions": list(sessions)}  # fmt: skip


def _pack(sessions: int) -> dict[str, Any]:
    """Two agendas, three modules, six sessions (or more, in the first module), on six working days."""
    service = [_session(f"service-{n}", f"Service ({n})", min(n, 2), "diary") for n in range(1, sessions - 3)]
    conduct = [_session("conduct-1", "Conduct", 3, "what"), _session("ceremony", "Ceremony", 4, None)]
    job = [_session("job-1", "The job", 5, "diary", mode="workplace"), _session("final", "Looking back", 6, "final")]
    job[1]["day_to"] = 8
    agendas = [
        ("values", "Values", [_module("service", *service), _module("conduct", *conduct)]),
        ("work", "Work", [_module("job", *job)]),
    ]
    return {
        "id": "invented",
        "version": "1.0",
        "title": both("Invented programme"),
        "summary": both("Serves whoever waits"),
        "agendas": [
            {"id": slug, "code": slug[0], "title": both(title), "outcome": both(f"Lives {slug}"), "modules": modules}
            for slug, title, modules in agendas
        ],
    }
