"""Reads for the calendar: whose it is, and the series that it tells of."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import CalendarFeed, Enrolment, User
from portfolio.models.account import digest
from portfolio.series import Series, load_series

MOST_COHORTS = 3  # the newest: two statements each


def feed_of(user: User) -> CalendarFeed | None:
    """The link of a person that shows something, if they have one."""
    return db.session.scalars(policy.own_feeds(user)).one_or_none()


def to_replace(user: User) -> CalendarFeed | None:
    """The same, while nobody else makes one for this person: of a double click, the second waits for the first."""
    db.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    return feed_of(user)


def reader_of(secret: str) -> User | None:
    """Whose days this link shows, as long as it does and their account is open."""
    query = sa.select(CalendarFeed).where(CalendarFeed.digest == digest(secret), CalendarFeed.ended_at.is_(None))
    feed = db.session.scalars(query.options(joinedload(CalendarFeed.user, innerjoin=True))).one_or_none()
    return feed.user if feed and feed.user.is_active else None


def enrolments_of(user: User) -> Sequence[Enrolment]:
    """Where a person is a trainee, the newest cohort first, with the cohort."""
    query = sa.select(Enrolment).where(Enrolment.user_id == user.id, Enrolment.withdrawn_at.is_(None))
    newest = query.order_by(Enrolment.cohort_id.desc()).limit(MOST_COHORTS)
    return db.session.scalars(newest.options(joinedload(Enrolment.cohort, innerjoin=True))).all()


def series_of(user: User, now: datetime) -> list[Series]:
    """Their own series, as they stand at this moment."""
    return [load_series(place, place.cohort.today(now), viewer=user) for place in enrolments_of(user)]
