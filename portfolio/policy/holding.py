"""How people hold what they hold: what all rules here are made of."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portfolio.models import (
    GUIDES,
    Appointment,
    Conflict,
    Enrolment,
    Mentorship,
    Office,
    User,
)


def is_held_by(user: User) -> sa.ColumnElement[bool]:
    """A mentorship of theirs, or of somebody they stand in for just now."""
    covered = [
        sa.and_(
            Mentorship.user_id == cover.absent_id,
            Mentorship.cohort_id == cover.cohort_id,
            Mentorship.enrolment_id.not_in(user.too_close_to),
        )
        for cover in user.standing_in
    ]
    return sa.or_(Mentorship.user_id == user.id, *covered)


def guides(user: User, enrolment_id: sa.SQLColumnExpression[int]) -> sa.Exists:
    return sa.exists().where(
        Mentorship.enrolment_id == enrolment_id,
        is_held_by(user),
        Mentorship.role.in_(GUIDES),
        Mentorship.ended_at.is_(None),
    )


def guides_somebody_in(user: User, cohort_id: sa.SQLColumnExpression[int]) -> sa.Exists:
    return sa.exists().where(
        Mentorship.cohort_id == cohort_id,
        is_held_by(user),
        Mentorship.role.in_(GUIDES),
        Mentorship.ended_at.is_(None),
    )


def is_too_close(user: User, enrolment_id: sa.SQLColumnExpression[int]) -> sa.Exists:
    return sa.exists().where(
        Conflict.enrolment_id == enrolment_id, Conflict.user_id == user.id, Conflict.ended_at.is_(None)
    )


def holds_office(user: User, cohort_id: sa.SQLColumnExpression[int], *offices: Office) -> sa.Exists:
    return sa.exists().where(
        Appointment.cohort_id == cohort_id,
        Appointment.user_id == user.id,
        Appointment.office.in_(offices),
        Appointment.ended_at.is_(None),
    )


def is_in_cohort(user: User, cohort_id: sa.SQLColumnExpression[int]) -> sa.Exists:
    mine = aliased(Enrolment)
    return sa.exists().where(mine.cohort_id == cohort_id, mine.user_id == user.id, mine.withdrawn_at.is_(None))


def is_another_active(user: User, enrolment_id: sa.SQLColumnExpression[int]) -> sa.Exists:
    return sa.exists().where(
        Enrolment.id == enrolment_id, Enrolment.withdrawn_at.is_(None), Enrolment.user_id != user.id
    )
