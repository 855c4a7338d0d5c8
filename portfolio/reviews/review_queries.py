"""Reads for the page on which somebody decides: what they keep there, and what is new on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Comment,
    Enrolment,
    FeedbackDraft,
    Lease,
    Module,
    ReadEvent,
    Reason,
    Reflection,
    Review,
    Submission,
    TrainingSession,
    User,
    Withdrawal,
)


def to_keep(user: User) -> sa.Select[Reflection]:
    """What a person may see, locked, with what is needed to keep what they write of it or to hold the lease."""
    return (
        policy.visible_reflections(user)
        .options(
            defer(Reflection.answers),
            contains_eager(Reflection.enrolment).joinedload(Enrolment.mentorships),
            joinedload(Reflection.cohort, innerjoin=True),
            joinedload(Reflection.session, innerjoin=True)
            .joinedload(TrainingSession.module, innerjoin=True)
            .joinedload(Module.rubric),
            joinedload(Reflection.lease).joinedload(Lease.holder),
        )
        .with_for_update(of=[Reflection], key_share=True)
    )


def to_open(user: User) -> sa.Select[Reflection]:
    """The same with the rounds."""
    return to_keep(user).options(selectinload(Reflection.submissions).joinedload(Submission.withdrawal))


@dataclass(frozen=True)
class Place:
    """Where somebody's feedback on one round is kept until it is sent."""

    submission: Submission
    draft: FeedbackDraft | None
    is_sent: bool  # they have decided on it


def place(user: User, reflection: Reflection, *, round: int, step: int) -> Place | None:
    """That of a round that stands; none where there is no such round."""
    mine = FeedbackDraft.submission_id == Submission.id, FeedbackDraft.reviewer_id == user.id
    decided = sa.exists().where(Review.submission_id == Submission.id, Review.reviewer_id == user.id)
    if policy.may_decide(user, reflection):  # perhaps again, at another step
        decided = decided.where(Review.step == step)
    row = db.session.execute(
        sa.select(Submission, FeedbackDraft, decided)
        .outerjoin(FeedbackDraft, sa.and_(*mine))
        .where(
            Submission.reflection_id == reflection.id,
            Submission.round == round,
            ~sa.exists().where(Withdrawal.submission_id == Submission.id),
        )
        .options(defer(Submission.answers))
    ).one_or_none()
    return Place(*row) if row else None


def drafts(user: User, reflection: Reflection) -> Sequence[FeedbackDraft]:
    """What a person wrote of a reflection and has not sent, the newest round first."""
    theirs = (
        sa.select(FeedbackDraft)
        .join(FeedbackDraft.submission)
        .where(Submission.reflection_id == reflection.id, FeedbackDraft.reviewer_id == user.id)
        .order_by(Submission.round.desc())
        .options(contains_eager(FeedbackDraft.submission).defer(Submission.answers))
    )
    return db.session.scalars(theirs).all()


def mark(user: User, reflection: Reflection) -> str:
    """What changes when there is something new to see on the page on which this person decides."""
    of_it = Submission.reflection_id == reflection.id
    said, kept = db.session.execute(
        sa.select(
            sa.select(sa.func.max(Comment.id))
            .join(Submission, Submission.id == Comment.submission_id)
            .where(of_it)
            .scalar_subquery(),
            sa.select(sa.func.max(FeedbackDraft.written_at))
            .join(Submission, Submission.id == FeedbackDraft.submission_id)
            .where(of_it, FeedbackDraft.reviewer_id == user.id)
            .scalar_subquery(),
        )
    ).one()
    return f"{reflection.version} {said or 0} {kept.timestamp() if kept else 0}"


def was_sent_ahead(user: User, reflection_id: int, *, since: datetime) -> bool:
    """Whether their browser may still have the page that was sent to it before they turned to it."""
    sent = (
        sa.select(ReadEvent.id)
        .join(ReadEvent.submission)
        .where(
            Submission.reflection_id == reflection_id,
            ReadEvent.reader_id == user.id,
            ReadEvent.reason == Reason.AHEAD,
            ReadEvent.read_at > since,
        )
        .limit(1)
    )
    return db.session.scalar(sent) is not None


def last_decision(user: User, reflection_id: int, *, since: datetime) -> Review | None:
    """What they decided on a reflection just before, with its writer."""
    decided = (
        sa.select(Review)
        .join(Review.submission)
        .where(Submission.reflection_id == reflection_id, Review.reviewer_id == user.id, Review.decided_at > since)
        .order_by(Review.id.desc())
        .limit(1)
        .options(
            contains_eager(Review.submission)
            .defer(Submission.answers)
            .joinedload(Submission.reflection)
            .defer(Reflection.answers)
            .joinedload(Reflection.enrolment)
            .joinedload(Enrolment.user)
        )
    )
    return db.session.scalars(decided).one_or_none()
