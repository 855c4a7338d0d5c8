"""Who read what, and when a person was last here."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.models.account import User
from portfolio.models.reflection import Reflection
from portfolio.models.submission import Submission


class Reason(Enum):
    """Why a submission was opened."""

    READING = "reading"
    REVIEW = "review"
    AHEAD = "ahead"  # sent to the browser of a reviewer before they turn to it
    SCORING = "scoring"  # by somebody who scores it blind, and is not named to its writer before the sample is closed


class ReadEvent(Base):
    """Somebody other than the writer opened a submission. Never changed, kept as long as the text."""

    __tablename__ = "read_event"
    __table_args__ = (sa.Index("ix_read_event_reader_id", "reader_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    reader_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[Reason] = mapped_column(word_of(Reason, "known_reason"))
    read_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(back_populates="readings", lazy="raise")
    reader: Mapped[User] = relationship(lazy="raise")

    @property
    def is_opening(self) -> bool:
        """Whether it was opened to be reviewed, after which its writer can no longer withdraw it."""
        return self.reason is Reason.REVIEW


class Visit(Base):
    """When a person last looked at a reflection, to mark what is new since."""

    __tablename__ = "visit"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime]

    reflection: Mapped[Reflection] = relationship(lazy="raise")
