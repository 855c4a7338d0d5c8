"""Reads for a trainee's own pages and for the page of a reflection."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Calibration,
    Cohort,
    Comment,
    Discard,
    Enrolment,
    Lesson,
    ReadEvent,
    Reason,
    Reflection,
    Request,
    Review,
    SampledText,
    Scoring,
    Submission,
    TrainingSession,
    User,
)
from portfolio.queries import MOST_NEWS
from portfolio.series import Series, Slot


def enrolment_of(user: User, cohort_id: int | None = None) -> Enrolment | None:
    """The cohort a trainee is in: the one asked for, else the newest. With the days it works."""
    query = sa.select(Enrolment).where(Enrolment.user_id == user.id, Enrolment.withdrawn_at.is_(None))
    if cohort_id is not None:
        query = query.where(Enrolment.cohort_id == cohort_id)
    return db.session.scalars(
        query.order_by(Enrolment.cohort_id.desc())
        .limit(1)
        .options(
            joinedload(Enrolment.cohort).selectinload(Cohort.holidays),
            joinedload(Enrolment.user),
        )
    ).one_or_none()


def comment_on(reflection: Reflection, comment_id: int | None) -> Comment | None:
    """The comment of this reflection that is answered, if any."""
    if comment_id is None:
        return None
    query = (
        sa.select(Comment)
        .join(Comment.submission)
        .where(Comment.id == comment_id, Submission.reflection_id == reflection.id)
    )
    return db.session.scalars(query.options(joinedload(Comment.submission), joinedload(Comment.parent))).one_or_none()


def conversations(user: User) -> sa.Select[Comment]:
    """What opens a conversation that they may read, with those who may take part in it."""
    reflection = joinedload(Comment.submission).joinedload(Submission.reflection)
    return (
        policy.visible_comments(user)
        .where(Comment.parent_id.is_(None))
        .options(
            reflection.defer(Reflection.answers),
            reflection.joinedload(Reflection.enrolment).selectinload(Enrolment.mentorships),
        )
        .with_for_update(of=Comment)
    )


def to_acknowledge(user: User) -> sa.Select[Review]:
    """The decisions they may read, with what the writer said to them, locked."""
    reflection = joinedload(Review.submission).joinedload(Submission.reflection)
    return (
        policy.visible_reviews(user)
        .options(
            reflection.defer(Reflection.answers),
            reflection.joinedload(Reflection.enrolment),
            selectinload(Review.acknowledgement),  # asked for when the lock is held
        )
        .with_for_update(of=Review)
    )


@dataclass(frozen=True)
class Neighbours:
    """ "Read also": what stands before and after a reflection in its writer's series."""

    previous: Slot | None
    following: Slot | None
    slots: list[Slot]
    doubled: frozenset[int]  # numbers that stand twice
    missing: list[int]  # numbers that are left out


def neighbours(series: Series, reflection: Reflection) -> Neighbours:
    """The written entries of the series around one of them, in the order of their numbers, FINAL last."""
    written = sorted((slot for slot in series.slots if slot.reflection and _is_readable(slot, series)), key=_place)
    places = [slot.session.id for slot in written]
    here = places.index(reflection.training_session_id) if reflection.training_session_id in places else -1
    numbers = Counter(slot.reflection.number for slot in written if slot.reflection and slot.reflection.number)
    highest = max(numbers, default=0)
    return Neighbours(
        previous=written[here - 1] if here > 0 else None,
        following=written[here + 1] if 0 <= here < len(written) - 1 else None,
        slots=written,
        doubled=frozenset(number for number, times in numbers.items() if times > 1),
        missing=[number for number in range(1, highest) if number not in numbers][:20],
    )


def _is_readable(slot: Slot, series: Series) -> bool:
    # For others an excused slot is known, but there is nothing to read.
    return series.is_own or (slot.reflection is not None and slot.reflection.submitted_at is not None)


def _place(slot: Slot) -> tuple[bool, float, int]:
    reflection = slot.reflection
    assert reflection is not None
    number = reflection.number if reflection.number is not None else float("inf")
    return slot.is_final, number, slot.session.position


@dataclass(frozen=True)
class Asked:
    """The lesson that its writer is asked about first, and how many more there are."""

    lesson: Lesson
    more: int


def asked_of(user: User, cohort: Cohort, today: date) -> Asked | None:
    """Whether there is something to ask a writer about today: did it happen? One statement."""
    row = db.session.execute(
        policy.visible_lessons(user)
        .where(Lesson.cohort_id == cohort.id, Lesson.ask_on <= today)
        .add_columns(sa.func.count().over())
        .order_by(Lesson.ask_on, Lesson.id)
        .limit(1)
        .options(
            joinedload(Lesson.cohort, innerjoin=True),
            joinedload(Lesson.reflection, innerjoin=True).options(
                defer(Reflection.answers, raiseload=True),
                joinedload(Reflection.session, innerjoin=True).joinedload(TrainingSession.module, innerjoin=True),
            ),
        )
    ).one_or_none()
    return Asked(row[0], row[1] - 1) if row else None


NEWS_FOR = timedelta(days=3)


def answered_lately(enrolment: Enrolment, now: datetime) -> Sequence[Request]:
    """What a trainee asked for and was answered in the last days, the newest first, in one statement."""
    query = sa.select(Request).where(Request.enrolment_id == enrolment.id, Request.answered_at > now - NEWS_FOR)
    query = query.options(joinedload(Request.session, innerjoin=True))
    return db.session.scalars(query.order_by(Request.answered_at.desc(), Request.id.desc()).limit(MOST_NEWS)).all()


def to_restore(reflection: Reflection, now: datetime) -> Discard | None:
    """The draft that its writer discarded last and can still bring back."""
    last = sa.select(Discard).where(Discard.reflection_id == reflection.id, Discard.restored_at.is_(None))
    found = db.session.scalars(last.order_by(Discard.id.desc()).limit(1)).one_or_none()
    return found if found and found.is_restorable(now) else None


@dataclass(frozen=True)
class BlindReading:
    """An assessor read a text to score it blind; who it was is said when the sample is closed."""

    read_at: datetime
    name: str | None


def read_blind(reflection: Reflection) -> list[BlindReading]:
    """Who read a text to score it blind, and when first. Asks only where `readings`, which are loaded, hold any."""
    readings = [reading for submission in reflection.submissions for reading in submission.readings]
    if not any(reading.reason is Reason.SCORING for reading in readings):
        return []
    is_open = sa.exists().where(
        Scoring.assessor_id == ReadEvent.reader_id,
        SampledText.id == Scoring.text_id,
        SampledText.submission_id == ReadEvent.submission_id,
        Calibration.id == SampledText.calibration_id,
        Calibration.closed_at.is_(None),
    )
    rows = db.session.execute(
        sa.select(ReadEvent, is_open)
        .join(ReadEvent.submission)
        .join(ReadEvent.reader)
        .options(contains_eager(ReadEvent.reader))
        .where(Submission.reflection_id == reflection.id, ReadEvent.reason == Reason.SCORING)
        .order_by(ReadEvent.read_at, ReadEvent.id)
    )
    first: dict[int, BlindReading] = {}
    for event, is_hidden in rows:
        first.setdefault(event.reader_id, BlindReading(event.read_at, None if is_hidden else event.reader.addressed))
    return list(first.values())
