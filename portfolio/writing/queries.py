"""Reads for writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.identifying import Names
from portfolio.models import (
    Altered,
    Appointment,
    Comment,
    Enrolment,
    Extension,
    Mentorship,
    ModuleProgress,
    Office,
    Reflection,
    Role,
    SessionChange,
    Submission,
    TrainingSession,
    User,
)
from portfolio.series import Slot


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
        .options(
            contains_eager(Reflection.enrolment),
            joinedload(Reflection.session).joinedload(TrainingSession.module),
            joinedload(Reflection.session).joinedload(TrainingSession.template),
        )
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


def number_for(session: TrainingSession, enrolment: Enrolment) -> int | None:
    """The number that the next entry of a writer's series would have; the capstone has none."""
    if session.template is not None and session.template.is_final:
        return None
    highest = sa.select(sa.func.max(Reflection.number)).where(
        Reflection.enrolment_id == enrolment.id, Reflection.discarded_at.is_(None)
    )
    return (db.session.scalar(highest) or 0) + 1


def guides_by_role(enrolment: Enrolment) -> dict[Role, list[User]]:
    """Who guides a trainee now."""
    found: dict[Role, list[User]] = {}
    for mentorship in enrolment.guides():
        found.setdefault(mentorship.role, []).append(mentorship.user)
    return found


@dataclass(frozen=True)
class Readers:
    """Who can read what a trainee submits, by their names."""

    guides: dict[Role, list[User]]
    organisers: Sequence[User]
    trainees: int  # of the cohort, besides the writer


def readers_of(enrolment: Enrolment) -> Readers:
    """Those who guide a trainee, those who organise the cohort, and how many others are in it; two statements."""
    others = sa.select(sa.func.count()).where(
        Enrolment.cohort_id == enrolment.cohort_id, Enrolment.withdrawn_at.is_(None), Enrolment.id != enrolment.id
    )
    organisers = sa.select(Appointment.user_id).where(
        Appointment.cohort_id == enrolment.cohort_id,
        Appointment.office == Office.ORGANISER,
        Appointment.ended_at.is_(None),
    )
    return Readers(
        guides_by_role(enrolment),
        db.session.scalars(sa.select(User).where(User.id.in_(organisers)).order_by(User.name)).all(),
        db.session.scalar(others) or 0,
    )


def to_note(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    """A reflection with what the page of its private note shows."""
    return reflections.options(
        contains_eager(Reflection.enrolment),
        joinedload(Reflection.cohort, innerjoin=True),
        joinedload(Reflection.session, innerjoin=True),
    )


def names_around(enrolment: Enrolment) -> Names:
    """The people of a trainee's cohort, trainees and those who guide them, to be found in a text."""
    trainees = sa.select(Enrolment.user_id).where(
        Enrolment.cohort_id == enrolment.cohort_id, Enrolment.withdrawn_at.is_(None)
    )
    guides = sa.select(Mentorship.user_id).where(
        Mentorship.cohort_id == enrolment.cohort_id, Mentorship.ended_at.is_(None)
    )
    people = sa.select(User.name).where(sa.or_(User.id.in_(trainees), User.id.in_(guides)))
    return Names(db.session.scalars(people), but=enrolment.user.name)


def open_comments(reflection: Reflection) -> Sequence[Comment]:
    """What opened a conversation about what was handed in, and is not settled; in one statement."""
    if not reflection.submissions:
        return []
    said = (
        sa.select(Comment)
        .join(Comment.submission)
        .where(Submission.reflection_id == reflection.id, Comment.parent_id.is_(None), Comment.resolved_at.is_(None))
    )
    return db.session.scalars(said.order_by(Comment.created_at, Comment.id).options(joinedload(Comment.author))).all()


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


def parts_beside(reflection: Reflection, today: date) -> list[Slot]:
    """The parts of the theme that a reflection is one of, with what its writer wrote about each; in one statement."""
    beside = sa.and_(
        Reflection.training_session_id == TrainingSession.id,
        Reflection.enrolment_id == reflection.enrolment_id,
        Reflection.discarded_at.is_(None),
    )
    rows = db.session.execute(
        sa.select(TrainingSession, Reflection, Extension.due_on)
        .outerjoin(Reflection, beside)
        .outerjoin(Extension, Extension.holds_for(reflection.enrolment_id, TrainingSession.id))
        .where(TrainingSession.module_id == reflection.module_id, TrainingSession.is_expected)
        .where(sa.or_(TrainingSession.retired_at.is_(None), Reflection.id.is_not(None)))
        .options(
            joinedload(TrainingSession.module, innerjoin=True),
            joinedload(TrainingSession.template),
            defer(Reflection.answers, raiseload=True),
        )
        .order_by(TrainingSession.position)
    )
    return [Slot(session, written, today, extended_to=extended_to) for session, written, extended_to in rows]


def retirement_of(session: TrainingSession) -> SessionChange | None:
    """Who retired a session and why, if it is retired; in one statement, and in none if it is not."""
    if session.retired_at is None:
        return None
    query = sa.select(SessionChange).where(
        SessionChange.training_session_id == session.id, SessionChange.kind == Altered.RETIRED
    )
    last = query.order_by(SessionChange.id.desc()).limit(1).options(joinedload(SessionChange.by))
    return db.session.scalars(last).one_or_none()
