"""Reviews: what a person decided on a submission, for one sign-off step, and why."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Cohort
from portfolio.models.document import Document, Source
from portfolio.models.enrolment import Role
from portfolio.models.rating import Rating
from portfolio.models.reflection import Reflection
from portfolio.models.state import State
from portfolio.models.submission import Submission

if TYPE_CHECKING:
    from portfolio.models.guest import GuestPass
    from portfolio.models.response import Acknowledgement, SecondLook


class Outcome(Enum):
    """The two ways to decide."""

    RETURNED = "returned"
    ACCEPTED = "accepted"


class Review(Base):
    """One person's decision on one submission for one sign-off step; never edited."""

    __tablename__ = "review"
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "step"),
        sa.CheckConstraint("outcome = 'accepted' or length(feedback) > 0", name="returned_for_a_reason"),
        sa.Index("ix_review_reviewer_id", "reviewer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"))
    step: Mapped[int]
    role: Mapped[Role] = mapped_column(word_of(Role, "known_role"))
    reviewer_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    outcome: Mapped[Outcome] = mapped_column(word_of(Outcome, "known_outcome"))
    feedback: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    submission: Mapped[Submission] = relationship(back_populates="reviews", lazy="raise")
    reviewer: Mapped[User] = relationship(lazy="raise")
    ratings: Mapped[list[Rating]] = relationship(lazy="raise", order_by=Rating.id)
    acknowledgement: Mapped["Acknowledgement | None"] = relationship(back_populates="review", lazy="raise")
    second_look: Mapped["SecondLook | None"] = relationship(back_populates="review", lazy="raise")
    document: Mapped[Document | None] = relationship(lazy="raise", cascade="all, delete-orphan")

    @property
    def is_accepted(self) -> bool:
        """Whether the submission was accepted."""
        return self.outcome is Outcome.ACCEPTED

    @classmethod
    def decide(
        cls,
        reflection: Reflection,
        outcome: Outcome,
        feedback: str,
        *,
        round: int,
        step: int | None = None,
        levels: Mapping[str, float] | None = None,
        guest: "GuestPass | None" = None,
        by: User,
        now: datetime,
    ) -> "Review":
        """Return a submission with a reason, or accept it; saying the same again changes nothing.

        `round` is the one the reviewer read: a decision holds for that text and no other; `step` the one it was for,
        the present one when none is named. Each step is decided by somebody whose step it is, or who was given a pass
        for it. `levels` are by the criteria of the module's rubric. Needs the `mentorships` of `enrolment` loaded.
        """
        submission, feedback = reflection.latest, feedback.strip()
        step = reflection.step if step is None else step
        is_theirs = reflection.awaiting is not None and (
            step == reflection.step
            and (
                reflection.enrolment.is_guided_by(by, reflection.awaiting)
                or (guest is not None and guest.lets_sign(reflection, by, now=now))
            )
        )
        # Somebody who signs at two steps may say the same at both; what was reopened is not decided any more.
        if submission and submission.round == round and not is_theirs and submission.reopening is None:
            for review in submission.reviews:
                if (review.reviewer_id, review.outcome, review.feedback) == (by.id, outcome, feedback):
                    return review
        if reflection.state is not State.SUBMITTED or submission is None or reflection.awaiting is None:
            raise Refused(N_("This reflection is not waiting for a review: somebody decided, or it was withdrawn."))
        if submission.round != round:
            raise Refused(N_("The writer has handed in a newer text since you opened this one. Read that first."))
        if not is_theirs:
            raise Refused(N_("This reflection waits for somebody else's decision, not for yours."))
        if outcome is Outcome.RETURNED and not feedback:
            raise Refused(N_("To return a reflection, say what to improve."))
        rubric = reflection.session.module.rubric
        ratings = rubric.ratings(levels) if rubric else []
        review = cls(
            cohort=reflection.cohort,
            submission=submission,
            step=reflection.step,
            role=reflection.awaiting,
            reviewer=by,
            reviewer_id=by.id,
            outcome=outcome,
            feedback=feedback,
            decided_at=now,
            ratings=ratings,
        )
        for rating in ratings:
            rating.submission = submission
        if feedback:
            review.document = Document.of(Source.FEEDBACK, [feedback], reflection=reflection, at=now)
        level = rubric.mean(levels) if rubric and levels else None
        reflection.decided(accept=review.is_accepted, level=level, now=now)
        return review


class Reopening(Base):
    """A reviewer opened an accepted reflection again, for a reason; only so can completion be lost."""

    __tablename__ = "reopening"
    __table_args__ = (sa.CheckConstraint("length(reason) > 0", name="has_a_reason"),)

    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    reopened_at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    submission: Mapped[Submission] = relationship(back_populates="reopening", lazy="raise")
    by: Mapped[User] = relationship(lazy="raise")

    @classmethod
    def of(cls, reflection: Reflection, reason: str, *, by: User, now: datetime) -> "Reopening":
        """Give an accepted reflection back to its writer."""
        if not reason.strip():
            raise Refused(N_("A reason is needed."))
        reflection.reopened(now=now)
        return cls(
            cohort=reflection.cohort, submission=reflection.latest, by=by, reason=reason.strip(), reopened_at=now
        )
