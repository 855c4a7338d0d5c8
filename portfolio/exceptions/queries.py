"""Reads for exceptions: what is asked, what waits and what one needs to decide, and what a trainee has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

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
from portfolio.queries import to_change
from portfolio.series import Condition, Slot, load_series

MOST_WAITING = 100  # on one page; when they are answered, the next are shown
TO_GIVE = (Condition.LATE, Condition.SPARED, Condition.OPEN, Condition.UPCOMING, Condition.RETURNED, Condition.DRAFT)


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
    is_module_complete: bool

    def slot(self, session: TrainingSession, today: date) -> Slot:
        """Where the session stands for this trainee."""
        written, more = self.reflection, self.extension
        is_excused = written is not None and written.state is State.EXCUSED
        return Slot(
            session,
            written,
            today,
            is_excused,
            extended_to=more.due_on if more else None,
            is_module_complete=self.is_module_complete,
        )


def place_of(user: User, session: TrainingSession) -> Place:
    """That of this person, in one statement."""
    mine = sa.and_(
        Reflection.enrolment_id == Enrolment.id,
        Reflection.training_session_id == session.id,
        Reflection.discarded_at.is_(None),
    )
    query = (
        sa.select(Enrolment, Reflection, Extension, ModuleProgress.completed_at.is_not(None))
        .outerjoin(Reflection, mine)
        .outerjoin(Extension, Extension.holds_for(Enrolment.id, session.id))
        .outerjoin(
            ModuleProgress,
            sa.and_(ModuleProgress.enrolment_id == Enrolment.id, ModuleProgress.module_id == session.module_id),
        )
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


def given_until(asked: Sequence[Request]) -> dict[int, date]:
    """Until when more time was given by the answer to each of these, by their ids; where it was not, there is none."""
    given = Request.answered_by_giving(Extension.enrolment_id, Extension.training_session_id, Extension.at)
    rows = db.session.execute(
        sa.select(Request.id, Extension.due_on)
        .join(Extension, given)
        .where(Request.id.in_([each.id for each in asked if each.is_granted]))
    )
    return {request_id: due_on for request_id, due_on in rows}  # noqa: C416 - dict() takes a result for a mapping


def last_day(cohort_id: int) -> date | None:
    """The last day on which anything is due in a cohort."""
    due = sa.select(sa.func.max(TrainingSession.due_on, type_=TrainingSession.due_on.type))
    return db.session.scalar(
        due.where(
            TrainingSession.cohort_id == cohort_id,
            TrainingSession.is_expected,
            TrainingSession.retired_at.is_(None),
        )
    )


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
        waiting.add_columns(
            Reflection,
            Extension.due_on,
            before.scalar_subquery(),
            extended.scalar_subquery(),
            ModuleProgress.completed_at.is_not(None),
        )
        .join(Request.session)
        .outerjoin(
            ModuleProgress,
            sa.and_(
                ModuleProgress.enrolment_id == Request.enrolment_id,
                ModuleProgress.module_id == TrainingSession.module_id,
            ),
        )
        .outerjoin(Reflection, handed_in)
        .outerjoin(Extension, held)
        .options(
            contains_eager(Request.enrolment).joinedload(Enrolment.user),
            contains_eager(Request.session).joinedload(TrainingSession.module),
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
                is_module_complete=is_complete,
            ),
            excused,
            extended_times,
        )
        for asked, written, extended_to, excused, extended_times, is_complete in db.session.execute(query)
    ]


def waiting_for_others(cohort: Cohort, user: User) -> int:
    """How many requests wait for somebody else, since this person is too close to whoever asks."""
    theirs = policy.requests_for_others(user).where(Request.cohort_id == cohort.id)
    return db.session.scalar(sa.select(sa.func.count()).select_from(theirs.subquery())) or 0


def to_answer(user: User) -> sa.Select[Request]:
    """Requests with what the verbs and the permission need, locked."""
    return (
        policy.visible_requests(user)
        .options(
            contains_eager(Request.enrolment).options(
                joinedload(Enrolment.cohort),
                joinedload(Enrolment.user),
                selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
                selectinload(Enrolment.conflicts),
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


# --- One trainee


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
        .where(Request.enrolment_id == enrolment.id, Request.answered_at.is_(None), Request.withdrawn_at.is_(None))
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
