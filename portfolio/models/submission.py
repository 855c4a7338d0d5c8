"""What was handed in, and what was said about it."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base
from portfolio.models.account import User
from portfolio.models.attachment import Attachment, handed_in_with
from portfolio.models.cohort import Cohort
from portfolio.models.document import Document
from portfolio.models.words import Written

if TYPE_CHECKING:
    from portfolio.models.audit import ReadEvent
    from portfolio.models.reflection import Reflection
    from portfolio.models.review import Reopening, Review


class Submission(Written, Base):
    """What was handed in, one a round; never edited."""

    __tablename__ = "submission"
    __table_args__ = (
        sa.UniqueConstraint("reflection_id", "round"),
        sa.CheckConstraint("round > 0", name="rounds_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"))
    round: Mapped[int]
    submitted_at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped["Reflection"] = relationship(back_populates="submissions", lazy="raise")
    withdrawal: Mapped["Withdrawal | None"] = relationship(back_populates="submission", lazy="raise")
    reviews: Mapped[list["Review"]] = relationship(back_populates="submission", lazy="raise", order_by="Review.step")
    reopening: Mapped["Reopening | None"] = relationship(back_populates="submission", lazy="raise")
    comments: Mapped[list["Comment"]] = relationship(
        back_populates="submission", lazy="raise", order_by="Comment.created_at, Comment.id"
    )
    attachments: Mapped[list[Attachment]] = relationship(secondary=handed_in_with, lazy="raise", order_by=Attachment.id)
    document: Mapped[Document | None] = relationship(lazy="raise", cascade="all, delete-orphan")
    readings: Mapped[list["ReadEvent"]] = relationship(back_populates="submission", lazy="raise")

    @property
    def is_opened(self) -> bool:
        """Whether a reviewer has opened it to review it, or decided on it."""
        return bool(self.reviews) or any(reading.is_opening for reading in self.readings)

    @property
    def decided_at(self) -> datetime | None:
        """When somebody last decided on it. Needs `reviews` and `reopening` loaded."""
        decisions = [review.decided_at for review in self.reviews]
        return max(decisions + ([self.reopening.reopened_at] if self.reopening else []), default=None)


class Withdrawal(Base):
    """The writer took a submission back before anybody opened it."""

    __tablename__ = "withdrawal"

    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), primary_key=True)
    withdrawn_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(back_populates="withdrawal", lazy="raise")


class Comment(Base):
    """Talk about a submission; a reply names what it answers."""

    __tablename__ = "comment"
    __table_args__ = (sa.CheckConstraint("length(text) > 0", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    submission: Mapped[Submission] = relationship(back_populates="comments", lazy="raise")
    author: Mapped[User] = relationship(lazy="raise")
    parent: Mapped["Comment | None"] = relationship(remote_side=id, lazy="raise")
    document: Mapped[Document | None] = relationship(lazy="raise", cascade="all, delete-orphan")
