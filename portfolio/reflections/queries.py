"""Reads for a trainee's own pages and for the page of a reflection."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.clock import WorkCalendar
from portfolio.database import db
from portfolio.models import (
    Cohort,
    Comment,
    Enrolment,
    Holiday,
    Mentorship,
    ModuleProgress,
    Reflection,
    Review,
    Role,
    Submission,
    TrainingSession,
    User,
)
from portfolio.queries import Condition, Series, Slot


def enrolment_of(user: User, cohort_id: int | None = None) -> Enrolment | None:
    """The cohort a trainee is in: the one asked for, else the newest. With those who guide them."""
    query = sa.select(Enrolment).where(Enrolment.user_id == user.id, Enrolment.withdrawn_at.is_(None))
    if cohort_id is not None:
        query = query.where(Enrolment.cohort_id == cohort_id)
    return db.session.scalars(
        query.order_by(Enrolment.cohort_id.desc())
        .limit(1)
        .options(
            joinedload(Enrolment.cohort),
            joinedload(Enrolment.user),
            selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
        )
    ).one_or_none()


def last_reviews(reflection_ids: list[int]) -> dict[int, Review]:
    """The newest review of each of these reflections, by the reflection's id."""
    rows = db.session.execute(
        sa.select(Submission.reflection_id, Review)
        .join(Review.submission)
        .where(Submission.reflection_id.in_(reflection_ids))
        .options(joinedload(Review.reviewer))
        .order_by(Review.decided_at)
    )
    return {reflection_id: review for reflection_id, review in rows}  # noqa: C416 - dict() takes a result for a mapping


def to_begin(user: User) -> sa.Select[TrainingSession]:
    """The sessions a person may write about, with what beginning needs."""
    return policy.visible_sessions(user).options(
        joinedload(TrainingSession.cohort),
        joinedload(TrainingSession.module),
        joinedload(TrainingSession.template),
    )


def written_about(user: User, session: TrainingSession) -> Reflection | None:
    """What a person wrote about a session already."""
    return db.session.scalars(
        sa.select(Reflection)
        .join(Reflection.enrolment)
        .where(Reflection.training_session_id == session.id, Enrolment.user_id == user.id)
    ).one_or_none()


def place_to_begin(user: User, session: TrainingSession) -> tuple[Enrolment, ModuleProgress]:
    """The trainee's enrolment in the session's cohort, and their progress in its module."""
    query = (
        sa.select(Enrolment, ModuleProgress)
        .join(ModuleProgress, ModuleProgress.enrolment_id == Enrolment.id)
        .where(
            Enrolment.cohort_id == session.cohort_id,
            Enrolment.user_id == user.id,
            ModuleProgress.module_id == session.module_id,
        )
    )
    enrolment, progress = db.session.execute(query).one()
    return enrolment, progress


def next_number(enrolment: Enrolment) -> int:
    """The number that the next entry of a writer's series would have."""
    highest = sa.select(sa.func.max(Reflection.number)).where(Reflection.enrolment_id == enrolment.id)
    return (db.session.scalar(highest) or 0) + 1


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


def guides_by_role(enrolment: Enrolment) -> dict[Role, list[User]]:
    """Who guides a trainee now."""
    found: dict[Role, list[User]] = {}
    for mentorship in enrolment.guides():
        found.setdefault(mentorship.role, []).append(mentorship.user)
    return found


def next_slot(series: Series) -> Slot | None:
    """The one thing to do next: what came back, then what is late, then today's, then a draft."""
    for condition in (Condition.RETURNED, Condition.LATE, Condition.OPEN, Condition.DRAFT):
        if slots := series.having(condition):
            return slots[0]
    return None


def calendar_of(cohort: Cohort) -> WorkCalendar:
    """The days a cohort works."""
    days = db.session.scalars(sa.select(Holiday.day).where(Holiday.cohort_id == cohort.id))
    return WorkCalendar(frozenset(cohort.weekend), frozenset(days))


def same_number(reflection: Reflection) -> bool:
    """Whether another entry of the writer's series has the same number."""
    return bool(
        db.session.scalar(
            sa.select(sa.func.count()).where(
                Reflection.enrolment_id == reflection.enrolment_id,
                Reflection.id != reflection.id,
                Reflection.number == reflection.number,
            )
        )
    )
