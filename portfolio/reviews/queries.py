"""Reads for the desk: one queue over all cohorts."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Cohort,
    Enrolment,
    Outcome,
    Reflection,
    Review,
    Submission,
    TrainingSession,
    User,
    Withdrawal,
)

PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """A reflection in the queue."""

    reflection: Reflection
    round: int
    was_returned: bool
    now: datetime

    @property
    def today(self) -> date:
        """The day it is for its cohort."""
        return self.reflection.cohort.today(self.now)

    @property
    def age(self) -> int:
        """How many working days it has waited."""
        since, cohort = self.reflection.waiting_since, self.reflection.cohort
        return cohort.calendar.between(cohort.today(since), self.today) if since else 0

    @property
    def is_overdue(self) -> bool:
        """Whether the promise has passed."""
        return self.reflection.promised_on is not None and self.reflection.promised_on < self.today


def _in_order(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    # Oldest promise first; never by name.
    return reflections.order_by(Reflection.promised_on, Reflection.waiting_since, Reflection.id)


def queue(user: User, *, page: int, now: datetime) -> list[Waiting]:
    """A page of what waits for a person, oldest promise first."""
    handed_in = Submission.reflection_id == Reflection.id
    rounds = (
        sa.select(sa.func.count(Submission.id))
        .outerjoin(Withdrawal, Withdrawal.submission_id == Submission.id)
        .where(handed_in, Withdrawal.submission_id.is_(None))
        .scalar_subquery()
    )
    returned = sa.exists().where(handed_in, Review.submission_id == Submission.id, Review.outcome == Outcome.RETURNED)
    query = _in_order(policy.awaiting(user)).add_columns(rounds, returned).limit(PAGE).offset((page - 1) * PAGE)
    rows = db.session.execute(
        query.options(
            defer(Reflection.answers, raiseload=True),
            joinedload(Reflection.enrolment).joinedload(Enrolment.user),
            joinedload(Reflection.session).joinedload(TrainingSession.module),
            joinedload(Reflection.cohort).selectinload(Cohort.holidays),
        )
    )
    return [Waiting(reflection, round_, bool(was_returned), now) for reflection, round_, was_returned in rows]


def how_many_wait(user: User) -> int:
    """How many reflections wait for a person."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(policy.awaiting(user).subquery())) or 0


def next_waiting(user: User, *, after: int | None = None) -> int | None:
    """The id of the reflection that has waited longest, other than the one just seen to."""
    query = _in_order(policy.awaiting(user)).with_only_columns(Reflection.id).limit(1)
    return db.session.scalar(query.where(Reflection.id != after) if after is not None else query)


def to_review(user: User) -> sa.Select[Reflection]:
    """What a person may see, with the holidays by which a promise is counted."""
    return policy.visible_reflections(user).options(joinedload(Reflection.cohort).selectinload(Cohort.holidays))
