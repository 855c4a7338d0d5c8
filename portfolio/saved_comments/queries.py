"""Reads for the page of saved comments."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portfolio import policy
from portfolio.database import LARGEST_ID, db
from portfolio.models import Cohort, SavedComment, User
from portfolio.queries import saved_comments_of


def with_cohort(saved: sa.Select[SavedComment]) -> sa.Select[SavedComment]:
    """With the cohort in which they are shared."""
    return saved.options(joinedload(SavedComment.cohort))


def found(user: User, asked: str) -> Sequence[SavedComment]:
    """Those in which every word stands that was asked for, the most used first; all when nothing was asked."""
    words = asked.casefold().split()
    return [
        saved
        for saved in saved_comments_of(user)
        if all(word in f"{saved.title} {saved.text}".casefold() for word in words)
    ]


def count_of(user: User) -> int:
    """How many of their own somebody has."""
    own = sa.select(sa.func.count()).where(SavedComment.owner_id == user.id, SavedComment.removed_at.is_(None))
    return db.session.scalar(own) or 0


def removed(user: User, number: int) -> SavedComment | None:
    """One of their own that is offered no longer."""
    if not 0 < number <= LARGEST_ID:
        return None
    own = sa.select(SavedComment).where(SavedComment.owner_id == user.id, SavedComment.removed_at.is_not(None))
    return db.session.scalars(own.where(SavedComment.id == number)).one_or_none()


def cohorts_to_share_with(user: User) -> Sequence[Cohort]:
    """The cohorts in which they guide or organise, the newest first."""
    return db.session.scalars(policy.cohorts_to_share_with(user).order_by(Cohort.id.desc())).all()
