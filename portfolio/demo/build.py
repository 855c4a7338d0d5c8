"""How the demo comes to be: three weeks of a cohort, lived through by the same verbs as any other."""

import heapq
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.accounts.passwords import make_hash
from portfolio.attachments.store import Store
from portfolio.clock import WorkCalendar
from portfolio.cohorts.packs import install_templates, load_programme, rubrics, shipped_pack
from portfolio.demo.aiming import aim, answer, claim
from portfolio.demo.cast import COACH, FOLDER, MENTOR, ORGANISER, PASSWORD, TRAINEE, Writer, words
from portfolio.demo.excepting import ask
from portfolio.demo.reminding import remind
from portfolio.demo.responding import respond
from portfolio.demo.samples import scored_blind
from portfolio.demo.shown import beside, discarded, reworked, shown
from portfolio.demo.stories import Actors, Pace, Scene, Story, excused, left_as_draft, returned_again, written
from portfolio.demo.visiting import somebody, visited
from portfolio.errors import Failure
from portfolio.models import (
    Appointment,
    Cohort,
    Enrolment,
    Language,
    ModuleProgress,
    Office,
    Role,
    Rubric,
    SavedComment,
    TrainingSession,
    User,
    Visit,
    enrol,
)
from portfolio.transfer.entries import Entry, parse
from portfolio.transfer.importing import facts_of
from portfolio.transfer.matching import match

PACK, TODAYS_SESSION = "latsar-2018", "whole-of-government-s2"
ZONE = "Asia/Jakarta"
SEED = 23_07_2018
WEEK_OFF = range(14, 21)  # so many days ago


def build(session: Session, *, now: datetime, store: Store | None = None) -> Cohort:
    """The demo cohort, dated so that its session "WoG: teori dan praktiknya di Indonesia" is held today.

    With a store for files, there is a picture too.
    """
    chance = random.Random(SEED)
    pack = shipped_pack(PACK)
    if pack is None:
        raise Failure(f"the curriculum pack {PACK} is missing from this installation")
    programme, _ = load_programme(session, pack, now)
    templates = install_templates(session)
    today = clock.day_in(now, ZONE)
    calendar = _calendar(today)
    starts_on = _starts_on(today, _day_of(pack, TODAYS_SESSION), calendar)
    begun = _at(starts_on - timedelta(days=7), time(9))
    people = words()["people"]
    cohort = Cohort.unfold(
        programme,
        name=people["cohort"]["name"],
        series=people["cohort"]["series"],
        starts_on=starts_on,
        time_zone=ZONE,
        templates=templates,
        weekend=calendar.weekend,
        holidays=dict.fromkeys(calendar.holidays, "Cuti bersama"),
        sign_off_steps=(Role.MENTOR.value, Role.COACH.value),
        facilitators=people["facilitators"],
        now=begun,
    )
    session.add(cohort)
    _arrange_rubrics(cohort, begun)
    actors, enrolments = _people(session, cohort, begun)
    outcomes, aimed = aim(cohort, actors, begun)
    session.add_all([*outcomes, *aimed, guest := somebody(now)])
    session.flush()
    with session.no_autoflush:
        _live(cohort, actors, enrolments, today=today, now=now, chance=chance, store=store)
        session.add(visited(enrolments[0], guest, now=now))
        for enrolment in enrolments:
            session.add_all(enrolment.reflections)
        session.add(respond(actors, enrolments, now))
        session.add_all(ask(cohort, actors, enrolments, now))
        claims = list(claim(outcomes, actors, enrolments, now))
        session.add_all(claims)
        session.add_all(remind(cohort, actors, enrolments, now))
    session.flush()
    answer(claims, actors, now)
    session.add_all(_saved_comments(cohort, actors, begun))
    session.add_all(_visits(actors, enrolments, before=_at(today - timedelta(days=1), time(12))))
    scored_blind(session, cohort, enrolments, by=actors.organiser, begun=begun, now=now)
    return cohort


HOLISTIC, ANALYTIC = "kember-4", "seed-neutral"
WITH_CRITERIA, WITHOUT_RUBRIC = "akuntabilitas", ("nasionalisme", "mtsl")


def _arrange_rubrics(cohort: Cohort, begun: datetime) -> None:
    """Criteria for one module, no rubric for some, one level for the whole text for the others."""
    packs = {pack["id"]: pack for pack in rubrics()}
    adopted = {slug: Rubric.adopt(packs[slug], cohort=cohort, now=begun) for slug in (HOLISTIC, ANALYTIC)}
    for module in cohort.modules:
        chosen = adopted[ANALYTIC if module.slug == WITH_CRITERIA else HOLISTIC]
        module.use(None if module.slug in WITHOUT_RUBRIC else chosen)


def _calendar(today: date) -> WorkCalendar:
    # There is a session today, whichever day it is: a demo made on a Saturday has a cohort that meets on Saturdays.
    # And there was a week off, so that what was learnt in the first days is asked about by now.
    weekend = frozenset({clock.SATURDAY, clock.SUNDAY} - {today.weekday()})
    return WorkCalendar(weekend, frozenset(today - timedelta(days=ago) for ago in WEEK_OFF))


def _starts_on(today: date, nth: int, calendar: WorkCalendar) -> date:
    day = today
    while calendar.nth(day, nth) > today:
        day -= timedelta(days=1)
    return day


def _day_of(pack: dict[str, Any], slug: str) -> int:
    return next(
        int(session["day"])
        for agenda in pack["agendas"]
        for module in agenda["modules"]
        for session in module["sessions"]
        if session["id"] == slug
    )


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=clock.zone(ZONE))


def _people(session: Session, cohort: Cohort, begun: datetime) -> tuple[Actors, list[Enrolment]]:
    people, jobs, password = words()["people"], words()["jobs"], make_hash(PASSWORD)

    def person(about: dict[str, Any], email: str, job: str) -> User:
        user = User(
            email=email,
            name=about["name"],
            address=about.get("address", ""),
            job=job,
            unit=about["unit"],
            password_hash=password,
            created_at=begun,
        )
        session.add(user)
        return user

    def address_of(name: str, first: str, rank: int) -> str:
        return first if rank == 0 else f"{name.lower().replace(' ', '.')}@demo.example"

    mentors = {
        about["group"]: person(about, address_of(about["name"], MENTOR, rank), about["job"])
        for rank, about in enumerate(people["mentors"])
    }
    coach = person(people["coach"], COACH, people["coach"]["job"])
    organiser = person(people["organiser"], ORGANISER, people["organiser"]["job"])
    session.add(Appointment(cohort=cohort, user=organiser, office=Office.ORGANISER, started_at=begun))
    enrolments = []
    for rank, about in enumerate(people["trainees"]):
        trainee = person(about, address_of(about["name"], TRAINEE, rank), jobs[about["job"]]["title"])
        if about["name"] in {entry["author"] for entry in words()["english"]}:
            trainee.language = Language.ENGLISH
        enrolment = enrol(trainee, cohort, group=about["group"], now=begun)
        session.add(enrolment)
        session.flush()
        for guide, role in ((mentors[about["group"]], Role.MENTOR), (coach, Role.COACH)):
            session.add(enrolment.assign(guide, role, now=begun))
        enrolments.append(enrolment)
    return Actors(mentors=mentors, coach=coach, organiser=organiser), enrolments


def _live(
    cohort: Cohort,
    actors: Actors,
    enrolments: list[Enrolment],
    *,
    today: date,
    now: datetime,
    chance: random.Random,
    store: Store | None,
) -> None:
    """Let everybody write, review and talk, in the order of time, until now."""
    diaries = _diaries()
    held = [session for session in cohort.sessions if session.is_slot and session.opens_on <= today]
    stories: list[tuple[datetime, int, Story]] = []
    for rank, enrolment in enumerate(enrolments):
        about = words()["people"]["trainees"][rank]
        sure = frozenset(shown()["lessons"]) if rank == 0 else frozenset()
        writer = Writer(about["name"], about["job"], random.Random(chance.random()), sure)
        progress = {row.module.slug: row for row in enrolment.progress}
        own = _own_diaries(diaries, held, about["job"]) if rank % 2 == 0 else {}
        pace = Pace(
            random.Random(chance.random()), behind=0 if rank == 0 else chance.choice((0, 0, 0, 0, 1, 1, 2, 3, 5))
        )
        if about["name"] == SILENT:
            pace.behind = FAR_BEHIND
        for story in _stories_of(
            enrolment, held, writer, progress, own, actors, pace, is_shown=rank == 0, now=now, store=store
        ):
            heapq.heappush(stories, (next(story), len(stories), story))
    while stories:
        moment, rank, story = heapq.heappop(stories)
        if moment < now and (following := next(story, None)) is not None:
            heapq.heappush(stories, (following, rank, story))


# What the first trainee, whom visitors are, finds: so many sessions before today's.
LATE, RETURNED, EXCUSED = 5, 3, 12
BEGUN = timedelta(minutes=25)
# Whom the mentor, whom visitors are too, finds: somebody for each reason to need them.
SILENT, AGAIN, AWAY = "Jumadi", "Ni Luh Sukerti", "Andi Nurmala"
FAR_BEHIND, RETURNED_TWICE, AWAY_FOR = 6, 8, timedelta(days=9)


def _stories_of(
    enrolment: Enrolment,
    held: list[TrainingSession],
    writer: Writer,
    progress: dict[str, ModuleProgress],
    diaries: dict[str, Entry],
    actors: Actors,
    pace: Pace,
    *,
    is_shown: bool,
    now: datetime,
    store: Store | None,
) -> Iterator[Story]:
    """What happens to each session of one trainee; of the first one's, a little of everything is sure to be there."""
    number, todays = 0, [session for session in held if session.opens_on == held[-1].opens_on]
    for position, session in enumerate(held):
        before = max(0, len(held) - len(todays) - position)  # 0 is today
        scene = Scene(enrolment, session, progress[session.module.slug], writer, actors, pace, number + 1)
        if is_shown:
            yield from beside(scene, now)
        if is_shown and session.slug == shown()["discarded"]["session"]:
            yield discarded(scene, now)
        elif is_shown and session.slug == shown()["reworked"]["session"]:
            number += 1
            yield reworked(scene, store)
        elif is_shown and session is todays[-1]:
            yield left_as_draft(scene, now - BEGUN)
        elif is_shown and before == EXCUSED:
            yield excused(scene)
        elif writer.name == AGAIN and before == RETURNED_TWICE:
            number += 1
            yield returned_again(scene)
        elif not (before in (0, LATE) if is_shown else pace.skips(before)):
            number += 1
            returned = before == RETURNED if is_shown else pace.is_returned()
            yield written(
                scene,
                entry=diaries.get(session.slug),
                returned=returned,
                stays=is_shown and returned,
                shared=is_shown and session.slug in shown()["shared"],
            )


def _visits(actors: Actors, enrolments: list[Enrolment], *, before: datetime) -> Iterator[Visit]:
    """Everybody was last here the day before, at noon; what was said since is new to them. One came to write only."""
    for enrolment in enrolments:
        away_since = before - AWAY_FOR if enrolment.user.name == AWAY else before
        people = {enrolment.user.id, actors.mentors[enrolment.group].id, actors.coach.id}
        for reflection in enrolment.reflections:
            if reflection.submitted_at is not None and reflection.submitted_at < before:
                for user_id in people:
                    is_away = user_id == enrolment.user.id and reflection.submitted_at > away_since
                    seen_at = reflection.submitted_at if is_away else before
                    yield Visit(user_id=user_id, reflection_id=reflection.id, seen_at=seen_at)


def _saved_comments(cohort: Cohort, actors: Actors, begun: datetime) -> Iterator[SavedComment]:
    """What the first mentor and the coach say often: each their own, and some shared in the cohort."""
    first = next(iter(actors.mentors.values()))
    for number, about in enumerate(words()["saved"]):
        by = actors.coach if about.get("by") == "coach" else first
        shared = cohort if about.get("is_shared") else None
        saved = SavedComment.keep(about["title"], about["text"], shared, by=by, beside=number, now=begun)
        for _ in range(about["uses"]):
            saved.use(now=begun)
        yield saved


def _diaries() -> list[Entry]:
    return [parse(file.name, file.read_bytes()) for file in sorted((FOLDER / "diaries").glob("*.md"))]


def _own_diaries(diaries: list[Entry], held: list[TrainingSession], job: str) -> dict[str, Entry]:
    """The diaries of a trainee with this job, by the session each belongs to."""
    facts = [facts_of(session) for session in held]
    slugs = {session.id: session.slug for session in held}
    found: dict[str, Entry] = {}
    for entry in diaries:
        if entry.job == words()["jobs"][job]["title"]:
            result = match(entry, facts)
            best = result.session or next(iter(result.candidates), None)
            if best is not None and not entry.is_final:
                found.setdefault(slugs[best.id], entry)
    return found
