"""Who may remind whom, and whose reminder it is."""

import sqlalchemy as sa

from portfolio.models import GUIDES, Cohort, Enrolment, Mentorship, Nudge, Office, User
from portfolio.policy.holding import guides, holds_office, is_held_by


def cohorts_to_remind_in(user: User) -> sa.Select[Cohort]:
    """The cohorts in which they may remind somebody: those they organise, and those in which they guide somebody."""
    guided = sa.exists().where(
        Mentorship.cohort_id == Cohort.id,
        is_held_by(user),
        Mentorship.role.in_(GUIDES),
        Mentorship.ended_at.is_(None),
    )
    return sa.select(Cohort).where(sa.or_(holds_office(user, Cohort.id, Office.ORGANISER), guided))


def enrolments_to_remind(user: User) -> sa.Select[Enrolment]:
    """The trainees whom they may remind, never themselves; those who have left too, so that it can be said of them."""
    return sa.select(Enrolment).where(
        Enrolment.user_id != user.id,
        sa.or_(holds_office(user, Enrolment.cohort_id, Office.ORGANISER), guides(user, Enrolment.id)),
    )


def own_nudges(user: User) -> sa.Select[Nudge]:
    """The reminders that were sent to them; nobody else's, ever."""
    return sa.select(Nudge).where(Nudge.to_id == user.id)
