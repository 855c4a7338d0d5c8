"""Reads for a mentor's own trainees: six statements, however many trainees and cohorts there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from portfolio import policy
from portfolio.attention.reasons import (
    Awaited,
    GivenBack,
    Known,
    Rated,
    Reason,
    Text,
    Told,
    reasons_for,
    urgency,
)
from portfolio.database import db
from portfolio.models import (
    Acknowledgement,
    Cohort,
    Comment,
    Cover,
    Enrolment,
    Extension,
    Mentorship,
    ModuleProgress,
    Outcome,
    Rating,
    Reflection,
    Review,
    Rubric,
    State,
    Submission,
    TrainingSession,
    User,
    Visit,
)


@dataclass(frozen=True)
class Trainee:
    """One of the trainees somebody guides, as they stand today."""

    enrolment: Enrolment
    absent: User | None  # for whom the reader stands in
    cover: Cover | None  # and by what
    today: date
    last_on: date | None  # when they last handed something in
    submitted: int
    accepted: int
    expected: int  # by the end of today
    talks: Sequence[Awaited]  # the conversations in which they wait for the reader's word, the oldest promise first
    latest: Text | None  # what they handed in last, about which one can write to them
    reasons: Sequence[Reason]


@dataclass
class _Found:
    """What is read of one trainee, before it is put together."""

    enrolment: Enrolment
    submitted: int
    accepted: int
    complete: set[int]  # their modules, in which nothing is missing any more
    held_for: dict[int, User] = field(default_factory=dict)  # the reader, or those for whom they stand in
    handed_in: set[int] = field(default_factory=set)  # by their sessions
    excused: set[int] = field(default_factory=set)
    decisions: list[Awaited] = field(default_factory=list)
    talks: list[Awaited] = field(default_factory=list)
    given_back: list[GivenBack] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    rated: list[Rated] = field(default_factory=list)
    last_at: datetime | None = None
    latest: Text | None = None


@dataclass(frozen=True)
class _Slot:
    session_id: int
    module_id: int
    due_on: date
    is_retired: bool
    more_time: Mapping[int, date]  # until when, by the enrolment

    def due_for(self, enrolment: Enrolment) -> date:
        return max(self.due_on, self.more_time.get(enrolment.id, self.due_on))


@dataclass(frozen=True)
class _Seen:
    """A reflection that was handed in, and when its writer was last known to be at it."""

    enrolment_id: int
    text: Text
    state: State
    since: datetime


def trainees(user: User, *, now: datetime) -> list[Trainee]:
    """Everybody they guide: those with reasons first, the most pressing first; then the others by name."""
    found = _guided(user)
    sessions, titles = _sessions(user, {each.enrolment.cohort_id for each in found.values()})
    seen = _reflections(user, found, titles)
    _reviews(user, found, seen)
    _talks(user, found, seen)
    everybody = [_put_together(each, sessions[each.enrolment.cohort_id], user, now) for each in found.values()]
    return sorted(everybody, key=_order)


def cohorts(guided: Iterable[Trainee]) -> list[Cohort]:
    """The cohorts in which they are, by name."""
    return sorted({each.enrolment.cohort for each in guided}, key=lambda cohort: (cohort.name, cohort.id))


def _order(trainee: Trainee) -> tuple[bool, tuple[int, int], str, int]:
    pressing = urgency(trainee.reasons) if trainee.reasons else (0, 0)
    return not trainee.reasons, pressing, trainee.enrolment.user.name.casefold(), trainee.enrolment.id


def _put_together(found: _Found, slots: Sequence[_Slot], user: User, now: datetime) -> Trainee:
    enrolment, cohort = found.enrolment, found.enrolment.cohort
    today = cohort.today(now)
    open_to_them = [slot for slot in slots if slot.session_id not in found.excused]
    missing = [
        slot.due_for(enrolment)
        for slot in open_to_them
        if not slot.is_retired and slot.session_id not in found.handed_in and slot.module_id not in found.complete
    ]
    expected = [
        slot
        for slot in open_to_them
        if slot.due_for(enrolment) <= today and (not slot.is_retired or slot.session_id in found.handed_in)
    ]
    known = Known(
        here_since=cohort.today(enrolment.created_at),
        last_on=cohort.today(found.last_at) if found.last_at else None,
        missing=missing,
        awaited=found.decisions + found.talks,
        given_back=found.given_back,
        told=found.told,
        rated=found.rated,
    )
    absent = None if user.id in found.held_for else next(iter(found.held_for.values()))
    covers = (each for each in user.standing_in if absent and each.absent_id == absent.id)
    return Trainee(
        enrolment=enrolment,
        absent=absent,
        cover=next((each for each in covers if each.cohort_id == enrolment.cohort_id), None),
        today=today,
        last_on=known.last_on,
        submitted=found.submitted,
        accepted=found.accepted,
        expected=len(expected),
        talks=found.talks,
        latest=found.latest,
        reasons=reasons_for(known, cohort.calendar, today),
    )


def _guided_ids(user: User) -> sa.Select[int]:
    return policy.held_mentorships(user).with_only_columns(Mentorship.enrolment_id)


def _guided(user: User) -> dict[int, _Found]:
    """The trainees by their enrolments, with what is stored of their progress. Two statements."""

    def in_all(count: InstrumentedAttribute[int]) -> sa.ScalarSelect[int]:
        return (
            sa.select(sa.func.coalesce(sa.func.sum(count), 0))
            .where(ModuleProgress.enrolment_id == Mentorship.enrolment_id)
            .scalar_subquery()
        )

    complete = (
        sa.select(sa.func.aggregate_strings(sa.cast(ModuleProgress.module_id, sa.String), " "))
        .where(ModuleProgress.enrolment_id == Mentorship.enrolment_id, ModuleProgress.completed_at.is_not(None))
        .scalar_subquery()
    )
    rows = db.session.execute(
        policy.held_mentorships(user)
        .add_columns(in_all(ModuleProgress.submitted), in_all(ModuleProgress.accepted), complete)
        .options(
            joinedload(Mentorship.user),
            contains_eager(Mentorship.enrolment).options(
                joinedload(Enrolment.user), joinedload(Enrolment.cohort).selectinload(Cohort.holidays)
            ),
        )
        .order_by(Mentorship.id)
    )
    found: dict[int, _Found] = {}
    for mentorship, submitted, accepted, modules in rows:
        enrolment = mentorship.enrolment
        done = {int(number) for number in (modules or "").split()}
        each = found.setdefault(enrolment.id, _Found(enrolment, submitted, accepted, done))
        each.held_for[mentorship.user_id] = mentorship.user
    return found


def _sessions(user: User, cohort_ids: set[int]) -> tuple[Mapping[int, list[_Slot]], Mapping[int, Mapping[str, str]]]:
    """What is expected in each cohort, with the days that were given to single trainees; and every title."""
    more_time = sa.and_(
        Extension.training_session_id == TrainingSession.id,
        Extension.ended_at.is_(None),
        Extension.enrolment_id.in_(_guided_ids(user)),
    )
    about = TrainingSession
    rows = db.session.execute(
        sa.select(
            about.id, about.cohort_id, about.module_id, about.title, about.due_on, about.is_expected, about.retired_at,
            Extension.enrolment_id, Extension.due_on,
        )
        .outerjoin(Extension, more_time)
        .where(about.cohort_id.in_(cohort_ids))
    )  # fmt: skip
    slots: dict[int, _Slot] = {}
    by_cohort: dict[int, list[_Slot]] = defaultdict(list)
    titles: dict[int, Mapping[str, str]] = {}
    longer: dict[int, dict[int, date]] = defaultdict(dict)
    for session_id, cohort_id, module_id, title, due_on, is_expected, retired_at, enrolment_id, until in rows:
        titles[session_id] = title
        if enrolment_id is not None:
            longer[session_id][enrolment_id] = until
        if is_expected and session_id not in slots:
            slots[session_id] = _Slot(session_id, module_id, due_on, retired_at is not None, longer[session_id])
            by_cohort[cohort_id].append(slots[session_id])
    return by_cohort, titles


def _reflections(user: User, found: Mapping[int, _Found], titles: Mapping[int, Mapping[str, str]]) -> dict[int, _Seen]:
    """What they handed in, as far as the reader may see it, by its id; that something is excused is no secret."""
    readable = _readable(user)
    mine = policy.awaiting(user).with_only_columns(Reflection.id)
    rows = db.session.execute(
        sa.select(
            Reflection.id,
            Reflection.enrolment_id,
            Reflection.training_session_id,
            Reflection.state,
            Reflection.submitted_at,
            Reflection.written_at,
            Visit.seen_at,
            Reflection.id.in_(readable),
            sa.case((Reflection.id.in_(mine), Reflection.promised_on)),
        )
        .join(Reflection.enrolment)
        .outerjoin(Visit, sa.and_(Visit.reflection_id == Reflection.id, Visit.user_id == Enrolment.user_id))
        .where(
            Reflection.enrolment_id.in_(_guided_ids(user)),
            sa.or_(Reflection.id.in_(readable), Reflection.state == State.EXCUSED),
        )
        .order_by(Reflection.submitted_at, Reflection.id)
    )
    seen: dict[int, _Seen] = {}
    for (
        reflection_id,
        enrolment_id,
        session_id,
        state,
        submitted_at,
        written_at,
        seen_at,
        is_readable,
        promised,
    ) in rows:
        theirs = found[enrolment_id]
        if state is State.EXCUSED:
            theirs.excused.add(session_id)
        if not is_readable:
            continue
        text = Text(reflection_id, titles[session_id])
        # To write on, one opens the page that begins with the feedback.
        last_there = max(moment for moment in (submitted_at, written_at, seen_at) if moment is not None)
        seen[reflection_id] = _Seen(enrolment_id, text, state, last_there)
        theirs.last_at, theirs.latest = submitted_at, text
        if state is not State.EXCUSED:
            theirs.handed_in.add(session_id)
        if promised is not None:
            theirs.decisions.append(Awaited(text, promised))
    return seen


def _readable(user: User) -> sa.Select[int]:
    visible = policy.visible_reflections(user).where(Reflection.enrolment_id.in_(_guided_ids(user)))
    return visible.with_only_columns(Reflection.id)


def _reviews(user: User, found: Mapping[int, _Found], seen: Mapping[int, _Seen]) -> None:
    """What was decided on these: how often each came back, what its writer has not read, and which levels it got."""
    acknowledged = sa.exists().where(Acknowledgement.review_id == Review.id)
    level = Rating.level
    rows = db.session.execute(
        sa.select(
            Submission.reflection_id,
            Review.outcome,
            Review.decided_at,
            sa.and_(Review.feedback != "", ~acknowledged),
            Rubric.slug,
            sa.func.sum(level),
            sa.func.count(level),
        )
        .select_from(Review)
        .join(Review.submission)
        .outerjoin(Rating, Rating.review_id == Review.id)
        .outerjoin(Rubric, Rubric.id == Rating.rubric_id)
        .where(Submission.reflection_id.in_(_readable(user)))
        .group_by(Submission.reflection_id, Review.id, Rubric.slug)
        .order_by(Review.decided_at, Review.id)
    )
    came_back: dict[int, list[datetime]] = defaultdict(list)
    unread: dict[int, datetime] = {}
    for reflection_id, outcome, decided_at, is_told, rubric, levels, count in rows:
        each = seen[reflection_id]
        if outcome is Outcome.RETURNED:
            came_back[reflection_id].append(decided_at)
        if is_told and each.since < decided_at:
            unread.setdefault(reflection_id, decided_at)
        if count:  # levels are whole or half: their sum is exact
            found[each.enrolment_id].rated.append(Rated(each.text, rubric, Fraction(levels) / count))
    for reflection_id, moments in came_back.items():
        each = seen[reflection_id]
        theirs = found[each.enrolment_id]
        if each.state is State.RETURNED:
            theirs.given_back.append(GivenBack(each.text, len(moments), theirs.enrolment.cohort.today(moments[-1])))
    for reflection_id, moment in unread.items():
        each = seen[reflection_id]
        theirs = found[each.enrolment_id]
        theirs.told.append(Told(each.text, theirs.enrolment.cohort.today(moment)))


def _talks(user: User, found: Mapping[int, _Found], seen: Mapping[int, _Seen]) -> None:
    """The conversations in which they wait for a word of the reader."""
    waiting = policy.replies_awaiting(user).order_by(Comment.promised_on, Comment.id)
    for reflection_id, comment_id, promised_on in db.session.execute(
        waiting.with_only_columns(Submission.reflection_id, Comment.id, Comment.promised_on)
    ):
        if reflection_id in seen and promised_on is not None:
            each = seen[reflection_id]
            found[each.enrolment_id].talks.append(Awaited(each.text, promised_on, comment_id))
