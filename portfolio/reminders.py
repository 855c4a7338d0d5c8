"""Reads of reminders that several pages need: what somebody is reminded of just now, and who was reminded when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Cohort,
    Concern,
    Enrolment,
    Extension,
    Mentorship,
    Nudge,
    NudgeThing,
    Reflection,
    Request,
    State,
    TrainingSession,
    User,
)

MOST = 3  # on one page, the newest


@dataclass(frozen=True)
class Reminder:
    """What a reminder is about as things stand now: what was done since is not counted any more."""

    nudge: Nudge
    number: int
    session_id: int  # of the oldest
    reflection_id: int | None
    today: date

    @property
    def sent_on(self) -> date:
        """The day on which it was sent, in the cohort's zone."""
        return self.nudge.cohort.today(self.nudge.at)


def open_for(user: User, now: datetime) -> list[Reminder]:
    """What a person is reminded of, the newest first, in one statement. What is done reminds of nothing."""
    due_on = sa.func.coalesce(Extension.due_on, TrainingSession.due_on)
    since = sa.case(
        (Nudge.concern == Concern.RETURNED, sa.cast(Reflection.decided_at, sa.String)),
        (Nudge.concern == Concern.WAITING, sa.cast(Reflection.promised_on, sa.String)),
        else_=sa.cast(due_on, sa.String),
    )
    rows = db.session.execute(
        policy.own_nudges(user)
        .add_columns(NudgeThing.training_session_id, Reflection.id, TrainingSession.due_on, Extension.due_on)
        .join(Nudge.cohort)
        .join(NudgeThing, NudgeThing.nudge_id == Nudge.id)
        .join(Enrolment, Enrolment.id == NudgeThing.enrolment_id)
        .join(TrainingSession, TrainingSession.id == NudgeThing.training_session_id)
        .outerjoin(
            Reflection,
            sa.and_(
                Reflection.enrolment_id == NudgeThing.enrolment_id,
                Reflection.training_session_id == NudgeThing.training_session_id,
            ),
        )
        .outerjoin(Extension, Extension.holds_for(NudgeThing.enrolment_id, NudgeThing.training_session_id))
        .where(Nudge.ended_at.is_(None), Enrolment.withdrawn_at.is_(None), _waits(user))
        .options(contains_eager(Nudge.cohort), joinedload(Nudge.by))
        .order_by(Nudge.at.desc(), Nudge.id.desc(), since, TrainingSession.position, NudgeThing.enrolment_id)
    )
    found: dict[int, Reminder] = {}
    for nudge, session_id, reflection_id, due, until in rows:
        today = nudge.cohort.today(now)
        if nudge.concern is Concern.MISSING and max(due, until or due) >= today:
            continue
        first = found.setdefault(nudge.id, Reminder(nudge, 0, session_id, reflection_id, today))
        found[nudge.id] = Reminder(nudge, first.number + 1, first.session_id, first.reflection_id, today)
    return list(found.values())[:MOST]


def _waits(user: User) -> sa.ColumnElement[bool]:
    """That a thing still waits for the person who was reminded of it, as it did then."""
    asked = sa.exists().where(
        Request.enrolment_id == NudgeThing.enrolment_id,
        Request.training_session_id == NudgeThing.training_session_id,
        Request.waits(),
    )
    decides = sa.exists().where(
        Mentorship.decides(NudgeThing.enrolment_id, Reflection.awaiting), Mentorship.user_id == user.id
    )
    return sa.or_(
        sa.and_(
            Nudge.concern == Concern.MISSING,
            TrainingSession.is_expected,
            TrainingSession.retired_at.is_(None),
            sa.or_(Reflection.id.is_(None), Reflection.state == State.DRAFT),
            ~asked,
        ),
        sa.and_(
            Nudge.concern == Concern.RETURNED,
            Reflection.state == State.RETURNED,
            Reflection.decided_at <= Nudge.at,
            ~asked,
        ),
        sa.and_(
            Nudge.concern == Concern.WAITING,
            Reflection.state == State.SUBMITTED,
            Reflection.waiting_since <= Nudge.at,
            decides,
        ),
    )


@dataclass(frozen=True)
class Reminded:
    """When somebody was last reminded of one kind of thing, by whom, and how often in all."""

    at: datetime
    by: User
    times: int


def counted(cohort: Cohort, concern: Concern) -> sa.Subquery:
    """For each person the number of their last reminder of one kind in a cohort, and how many they had."""
    return (
        sa.select(Nudge.to_id, sa.func.max(Nudge.id).label("last"), sa.func.count().label("times"))
        .where(Nudge.cohort_id == cohort.id, Nudge.concern == concern)
        .group_by(Nudge.to_id)
        .subquery()
    )


def last_of(cohort: Cohort, concern: Concern, user_ids: Collection[int]) -> dict[int, Reminded]:
    """Which of these people were reminded of that in this cohort, by their ids. One statement."""
    last = counted(cohort, concern)
    rows = db.session.execute(
        sa.select(Nudge.to_id, Nudge.at, User, last.c.times)
        .join(last, last.c.last == Nudge.id)
        .join(User, User.id == Nudge.by_id)
        .where(Nudge.to_id.in_(user_ids))
    )
    return {to_id: Reminded(at, by, times) for to_id, at, by, times in rows}
