"""Reads for what one trainee has been given, and can be: more time, and excuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from portfolio import policy
from portfolio.database import db
from portfolio.exceptions.queries import TO_GIVE
from portfolio.models import (
    Enrolment,
    Excuse,
    Extension,
    Mentorship,
    ModuleProgress,
    Reflection,
    Request,
    State,
    TrainingSession,
    User,
)
from portfolio.queries import to_change
from portfolio.series import Slot, load_series


def written_about(enrolment: Enrolment, session: TrainingSession) -> Reflection | None:
    """What there is of a trainee about a session, to be excused, locked; seen or not by whoever excuses."""
    there = sa.select(Reflection).where(
        Reflection.enrolment_id == enrolment.id, Reflection.training_session_id == session.id
    )
    return db.session.scalars(to_change(there)).unique().one_or_none()


def progress_of(enrolment: Enrolment, session: TrainingSession) -> ModuleProgress:
    """A trainee's progress in the module of a session; that in all modules is loaded with it, and locked.

    The place in the cohort is locked first, as it is for every verb.
    """
    query = (
        sa.select(ModuleProgress)
        .join(ModuleProgress.enrolment)
        .where(ModuleProgress.enrolment_id == enrolment.id)
        .options(joinedload(ModuleProgress.module))
        .order_by(ModuleProgress.module_id)
        .with_for_update(of=[Enrolment, ModuleProgress], key_share=True)
    )
    rows = db.session.scalars(query).all()
    set_committed_value(enrolment, "progress", rows)
    [there] = [row for row in rows if row.module_id == session.module_id]
    return there


def handed_in_late(enrolment: Enrolment) -> set[int]:
    """The sessions of which a trainee first handed in after their day. More time given then makes it good."""
    rows = db.session.scalars(sa.select(ModuleProgress).where(ModuleProgress.enrolment_id == enrolment.id))
    return {session_id for row in rows for session_id, mark in row.marks.items() if not mark.is_on_time}


def extension_of(enrolment: Enrolment, session: TrainingSession) -> Extension | None:
    """The day of their own that a trainee has for a session, locked."""
    query = (
        sa.select(Extension)
        .where(Extension.holds_for(enrolment.id, session.id))
        .options(joinedload(Extension.enrolment), joinedload(Extension.session))
        .with_for_update(of=Extension)
    )
    return db.session.scalars(query).one_or_none()


def to_give(user: User) -> sa.Select[Enrolment]:
    """The trainees to whom they may give something, with what the page and the permission need."""
    return policy.enrolments_to_excuse(user).options(
        joinedload(Enrolment.cohort),
        joinedload(Enrolment.user),
        selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
        joinedload(Enrolment.conflicts),
    )


def session_to_give(enrolment: Enrolment, session_id: int) -> TrainingSession | None:
    """A session of the trainee's cohort for which a reflection is expected."""
    query = (
        sa.select(TrainingSession)
        .where(
            TrainingSession.id == session_id,
            TrainingSession.cohort_id == enrolment.cohort_id,
            TrainingSession.is_expected,
            TrainingSession.retired_at.is_(None),
        )
        .options(
            joinedload(TrainingSession.cohort),
            joinedload(TrainingSession.module),
            joinedload(TrainingSession.template),
        )
    )
    return db.session.scalars(query).one_or_none()


@dataclass(frozen=True)
class Given:
    """What one trainee has, and what can be given."""

    extensions: Sequence[Extension]  # that hold
    excused: Sequence[Reflection]  # of which only the session and the reason are for the page
    asked: Sequence[Request]  # what waits
    answered: Mapping[tuple[int, datetime], Request]  # what was granted, by the session and the moment
    slots: Sequence[Slot]  # about which something can be given


def given_to(enrolment: Enrolment, today: date, *, viewer: User) -> Given:
    """All of it, in a few statements."""
    held = (
        sa.select(Extension)
        .where(Extension.enrolment_id == enrolment.id, Extension.ended_at.is_(None))
        .options(joinedload(Extension.session), joinedload(Extension.by))
        .order_by(Extension.due_on, Extension.id)
    )
    excused = (
        sa.select(Reflection)
        .where(Reflection.enrolment_id == enrolment.id, Reflection.state == State.EXCUSED)
        .options(
            defer(Reflection.answers, raiseload=True),
            defer(Reflection.title, raiseload=True),
            joinedload(Reflection.session),
            selectinload(Reflection.excuses).joinedload(Excuse.by),
        )
        .order_by(Reflection.id)
    )
    asked = waiting_about(enrolment)
    about, late = {request.training_session_id for request in asked}, handed_in_late(enrolment)
    series = load_series(enrolment, today, viewer=viewer)
    return Given(
        extensions=db.session.scalars(held).all(),
        excused=db.session.scalars(excused).all(),
        asked=asked,
        answered=_granted(enrolment),
        slots=[
            slot
            for slot in series.slots
            if slot.session.id not in about and (slot.condition in TO_GIVE or slot.session.id in late)
        ],
    )


def _granted(enrolment: Enrolment) -> Mapping[tuple[int, datetime], Request]:
    said_yes = sa.select(Request).where(Request.enrolment_id == enrolment.id, Request.is_granted.is_(True))
    return {
        (each.training_session_id, each.answered_at): each for each in db.session.scalars(said_yes) if each.answered_at
    }


def waiting_about(enrolment: Enrolment) -> Sequence[Request]:
    """What a trainee asked for and nobody has answered; not about sessions that were retired."""
    query = (
        sa.select(Request)
        .join(Request.session)
        .where(Request.enrolment_id == enrolment.id, Request.waits())
        .where(TrainingSession.retired_at.is_(None))
        .options(contains_eager(Request.session))
        .order_by(Request.asked_at, Request.id)
    )
    return db.session.scalars(query).all()


def to_end(user: User) -> sa.Select[Extension]:
    """More time that was given, with whose it is, locked."""
    return (
        policy.visible_extensions(user)
        .options(
            contains_eager(Extension.enrolment).options(
                joinedload(Enrolment.cohort),
                joinedload(Enrolment.user),
                selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
                selectinload(Enrolment.conflicts),
            ),
            joinedload(Extension.session),
        )
        .with_for_update(of=Extension)
    )


def to_expect(user: User) -> sa.Select[Reflection]:
    """Reflections that were excused, with what the verb and the permission need, locked."""
    theirs = to_change(policy.reflections_once_excused(user))
    place = joinedload(Reflection.enrolment)
    return theirs.options(place.joinedload(Enrolment.cohort), place.selectinload(Enrolment.conflicts))
