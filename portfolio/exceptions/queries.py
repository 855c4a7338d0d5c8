"""Reads for exceptions: what is asked, what waits and what one needs to decide, and what a trainee has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Cohort,
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
from portfolio.queries import Condition, Slot, load_series, to_change

MOST_WAITING = 100  # on one page; when they are answered, the next are shown
TO_GIVE = (Condition.LATE, Condition.OPEN, Condition.UPCOMING, Condition.RETURNED, Condition.DRAFT)


def to_ask(user: User) -> sa.Select[TrainingSession]:
    """The sessions a trainee may ask about."""
    return policy.visible_sessions(user).options(
        joinedload(TrainingSession.cohort),
        joinedload(TrainingSession.module),
        joinedload(TrainingSession.template),
    )


@dataclass(frozen=True)
class Place:
    """A trainee's place in the cohort of a session, and what stands there of theirs."""

    enrolment: Enrolment
    reflection: Reflection | None
    extension: Extension | None

    def slot(self, session: TrainingSession, today: date) -> Slot:
        """Where the session stands for this trainee."""
        written, more = self.reflection, self.extension
        is_excused = written is not None and written.state is State.EXCUSED
        return Slot(session, written, today, is_excused, extended_to=more.due_on if more else None)


def place_of(user: User, session: TrainingSession) -> Place:
    """That of this person, in one statement."""
    mine = sa.and_(
        Reflection.enrolment_id == Enrolment.id,
        Reflection.training_session_id == session.id,
        Reflection.discarded_at.is_(None),
    )
    query = (
        sa.select(Enrolment, Reflection, Extension)
        .outerjoin(Reflection, mine)
        .outerjoin(Extension, Extension.holds_for(Enrolment.id, session.id))
        .where(Enrolment.cohort_id == session.cohort_id, Enrolment.user_id == user.id)
        .options(joinedload(Enrolment.cohort))
    )
    return Place(*db.session.execute(query).one())


def asked_before(place: Place, session: TrainingSession) -> Sequence[Request]:
    """What this trainee asked about the session, the newest first."""
    query = sa.select(Request).where(
        Request.enrolment_id == place.enrolment.id, Request.training_session_id == session.id
    )
    return db.session.scalars(query.options(joinedload(Request.answered_by)).order_by(Request.id.desc())).all()


def own_requests(user: User, *, most: int) -> Sequence[Request]:
    """All that this person asked for, what waits first, then the newest."""
    waits = sa.case((sa.and_(Request.answered_at.is_(None), Request.withdrawn_at.is_(None)), 0), else_=1)
    query = (
        policy.visible_requests(user)
        .where(Enrolment.user_id == user.id)
        .options(joinedload(Request.cohort), joinedload(Request.session), joinedload(Request.answered_by))
        .order_by(waits, Request.asked_at.desc(), Request.id.desc())
    )
    return db.session.scalars(query.limit(most)).all()


def own_enrolments(user: User) -> sa.Select[int]:
    """The ids of this person's places."""
    return sa.select(Enrolment.id).where(Enrolment.user_id == user.id)


def to_withdraw(user: User) -> sa.Select[Request]:
    """Requests with whose they are, locked."""
    return policy.visible_requests(user).options(contains_eager(Request.enrolment)).with_for_update(of=Request)


# --- For those who answer


@dataclass(frozen=True)
class Waiting:
    """A request that waits, with what one needs to decide."""

    request: Request
    slot: Slot
    excused: int  # how often this trainee was excused before, and given more time
    extended: int


def waiting_in(cohort: Cohort, user: User, today: date) -> list[Waiting]:
    """The requests of a cohort that wait for this person, the oldest first, in one statement.

    That a text was begun is nobody's business but its writer's, so a draft is as good as nothing here.
    """
    handed_in = sa.and_(
        Reflection.enrolment_id == Request.enrolment_id,
        Reflection.training_session_id == Request.training_session_id,
        Reflection.state != State.DRAFT,
    )
    held = Extension.holds_for(Request.enrolment_id, Request.training_session_id)
    # What was undone, and a day that took the place of another, do not count against anybody.
    hers, more = aliased(Reflection), aliased(Extension)
    before = sa.select(sa.func.count(hers.id)).where(
        hers.enrolment_id == Request.enrolment_id, hers.state == State.EXCUSED
    )
    extended = sa.select(sa.func.count(more.training_session_id.distinct())).where(
        more.enrolment_id == Request.enrolment_id
    )
    waiting = policy.requests_awaiting(user).where(Request.cohort_id == cohort.id)
    query = (
        waiting.add_columns(Reflection, Extension.due_on, before.scalar_subquery(), extended.scalar_subquery())
        .outerjoin(Reflection, handed_in)
        .outerjoin(Extension, held)
        .options(
            contains_eager(Request.enrolment).joinedload(Enrolment.user),
            joinedload(Request.session).joinedload(TrainingSession.module),
            defer(Reflection.answers, raiseload=True),
        )
        .order_by(Request.asked_at, Request.id)
        .limit(MOST_WAITING)
    )
    return [
        Waiting(
            asked,
            Slot(
                asked.session,
                written,
                today,
                written is not None and written.state is State.EXCUSED,
                extended_to=extended_to,
            ),
            excused,
            extended_times,
        )
        for asked, written, extended_to, excused, extended_times in db.session.execute(query)
    ]


def to_answer(user: User) -> sa.Select[Request]:
    """Requests with what the verbs and the permission need, locked."""
    return (
        policy.visible_requests(user)
        .options(
            contains_eager(Request.enrolment).options(
                joinedload(Enrolment.cohort),
                joinedload(Enrolment.user),
                selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
            ),
            joinedload(Request.cohort),
            joinedload(Request.session).options(
                joinedload(TrainingSession.cohort),
                joinedload(TrainingSession.module),
                joinedload(TrainingSession.template),
            ),
        )
        .with_for_update(of=Request)
    )


def written_about(enrolment: Enrolment, session: TrainingSession) -> Reflection | None:
    """What there is of a trainee about a session, to be excused, locked; seen or not by whoever excuses."""
    there = sa.select(Reflection).where(
        Reflection.enrolment_id == enrolment.id, Reflection.training_session_id == session.id
    )
    return db.session.scalars(to_change(there)).unique().one_or_none()


def progress_of(enrolment: Enrolment, session: TrainingSession) -> ModuleProgress:
    """A trainee's progress in the module of a session, locked."""
    query = (
        sa.select(ModuleProgress)
        .where(ModuleProgress.enrolment_id == enrolment.id, ModuleProgress.module_id == session.module_id)
        .options(joinedload(ModuleProgress.module))
        .with_for_update(of=ModuleProgress, key_share=True)
    )
    return db.session.scalars(query).one()


def extension_of(enrolment: Enrolment, session: TrainingSession) -> Extension | None:
    """The day of their own that a trainee has for a session, locked."""
    query = sa.select(Extension).where(Extension.holds_for(enrolment.id, session.id))
    return db.session.scalars(query.with_for_update()).one_or_none()


# --- One trainee


def to_give(user: User) -> sa.Select[Enrolment]:
    """The trainees to whom they may give something, with what the page and the permission need."""
    return policy.enrolments_to_excuse(user).options(
        joinedload(Enrolment.cohort),
        joinedload(Enrolment.user),
        selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
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
    about = {request.training_session_id for request in asked}
    series = load_series(enrolment, today, viewer=viewer)
    return Given(
        extensions=db.session.scalars(held).all(),
        excused=db.session.scalars(excused).all(),
        asked=asked,
        slots=[slot for slot in series.having(*TO_GIVE) if slot.session.id not in about],
    )


def waiting_about(enrolment: Enrolment) -> Sequence[Request]:
    """What a trainee asked for and nobody has answered."""
    query = (
        sa.select(Request)
        .where(Request.enrolment_id == enrolment.id, Request.answered_at.is_(None), Request.withdrawn_at.is_(None))
        .options(joinedload(Request.session))
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
            )
        )
        .with_for_update(of=Extension)
    )


def to_expect(user: User) -> sa.Select[Reflection]:
    """Reflections that were excused, with what the verb and the permission need, locked."""
    theirs = to_change(policy.reflections_once_excused(user))
    return theirs.options(joinedload(Reflection.enrolment).joinedload(Enrolment.cohort))
