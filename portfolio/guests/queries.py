"""Reads for guests: who they are, what of theirs is still open, and what was said with them."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Comment,
    Enrolment,
    GuestPass,
    Language,
    Mentorship,
    Reflection,
    Submission,
    User,
)

A_DAY = timedelta(days=1)


def to_invite(user: User) -> sa.Select[Reflection]:
    """What a person may see, with what it takes to invite somebody to it; locked, so that a double click is one."""
    enrolment = joinedload(Reflection.enrolment)
    return (
        policy.visible_reflections(user)
        .options(
            joinedload(Reflection.cohort),
            enrolment.joinedload(Enrolment.user),
            enrolment.selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
        )
        .with_for_update(of=[Reflection], key_share=True)
    )


def guest(name: str, email: str, language: str, *, now: datetime) -> User:
    """The person with this address, as they are known here; whoever is not known is, from now on."""
    known = sa.select(User).where(User.email == email.lower())
    if (found := db.session.scalars(known).one_or_none()) is not None:
        return found
    try:
        with db.session.begin_nested():
            db.session.add(User(name=name, email=email, language=Language(language), created_at=now))
    except IntegrityError:
        pass  # somebody else invited them in the same moment
    return db.session.scalars(known).one()


def open_passes(reflection: Reflection, guest: User, *, now: datetime) -> list[GuestPass]:
    """The passes of a guest to a reflection that still open it."""
    theirs = sa.select(GuestPass).where(GuestPass.reflection_id == reflection.id, GuestPass.guest_id == guest.id)
    return [each for each in db.session.scalars(theirs.order_by(GuestPass.id)) if each.is_valid(now)]


def given_today(user: User, *, now: datetime) -> int:
    """How many passes a person gave in the last 24 hours."""
    query = sa.select(sa.func.count(GuestPass.id)).where(
        GuestPass.invited_by_id == user.id, GuestPass.created_at > now - A_DAY
    )
    return db.session.scalar(query) or 0


def comment_of(held: GuestPass, comment_id: int | None) -> Comment | None:
    """The conversation of the guest's own that is gone on with, if any."""
    if comment_id is None:
        return None
    query = (
        sa.select(Comment)
        .join(Comment.submission)
        .where(
            Comment.id == comment_id,
            Comment.author_id == held.guest_id,
            Comment.parent_id.is_(None),
            Submission.reflection_id == held.reflection_id,
        )
    )
    return db.session.scalars(query.options(joinedload(Comment.submission), joinedload(Comment.parent))).one_or_none()
