"""Reads for requests: what is asked, what waits, and what one needs to decide. What a trainee has is in trainees.py."""

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
    Extension,
    Mentorship,
    ModuleProgress,
    Reflection,
    Request,
    State,
    TrainingSession,
    User,
)
from portfolio.series import Condition, Slot

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
    waits = sa.case((Request.waits(), 0), else_=1)
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
