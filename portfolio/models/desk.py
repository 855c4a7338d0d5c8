"""What a reviewer works with: who is reading what just now, feedback that is not sent yet, saved comments."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base
from portfolio.errors import N_, Refused, Stale
from portfolio.models.account import User
from portfolio.models.cohort import Cohort
from portfolio.models.reflection import Reflection
from portfolio.models.submission import Submission
from portfolio.models.words import PEN_LENGTH, Pen

LEASE_LASTS, LEASE_RESTS = timedelta(minutes=45), timedelta(minutes=5)  # it is not renewed more often than that
SAVED_LENGTH, SAVED_TITLE_LENGTH, MOST_SAVED = 2_000, 80, 200


class Lease(Base):
    """Who has a reflection before them just now. It keeps nobody out: it lets others know, and choose another."""

    __tablename__ = "lease"

    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    holder_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    taken_at: Mapped[datetime]
    until: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped[Reflection] = relationship(back_populates="lease", lazy="raise")
    holder: Mapped[User] = relationship(lazy="raise")

    @classmethod
    def of(cls, reflection: Reflection, by: User, *, now: datetime) -> "Lease":
        """A new one, for 45 minutes."""
        about = {"reflection_id": reflection.id, "cohort_id": reflection.cohort_id, "holder_id": by.id}
        return cls(**about, taken_at=now, until=now + LEASE_LASTS)

    @classmethod
    def hold(cls, reflection: Reflection, by: User, *, now: datetime) -> "Lease":
        """Take it, or go on holding it, unless another has it. Needs `lease` of the reflection loaded."""
        if reflection.lease is None:
            reflection.lease = cls.of(reflection, by, now=now)
        elif reflection.lease.holder_id != by.id or reflection.lease.until < now + LEASE_LASTS - LEASE_RESTS:
            reflection.lease.take(by, now=now)
        return reflection.lease

    def is_live(self, now: datetime) -> bool:
        """Whether it still runs."""
        return now < self.until

    def is_of_another(self, user: User, now: datetime) -> bool:
        """Whether somebody else is at it just now."""
        return self.holder_id != user.id and self.is_live(now)

    def take(self, by: User, *, now: datetime) -> bool:
        """Take it, or go on holding it, unless it is another's; whether it is theirs now."""
        if self.is_of_another(by, now):
            return False
        if self.holder_id != by.id or not self.is_live(now):
            self.holder_id, self.taken_at = by.id, now
        self.until = now + LEASE_LASTS
        return True

    def give_up(self, by: User, *, now: datetime) -> None:
        """Its holder turns to something else."""
        if self.holder_id == by.id:
            self.end(now=now)

    def end(self, *, now: datetime) -> None:
        """What it was for is decided, whoever held it."""
        self.until = min(self.until, now)


class FeedbackDraft(Base):
    """What a reviewer has written and chosen for a submission, and not sent yet. Nobody else sees it."""

    __tablename__ = "feedback_draft"

    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True, index=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    feedback: Mapped[str] = mapped_column(sa.Text, default="")
    levels: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # by the key of the criterion
    version: Mapped[int] = mapped_column()
    written_at: Mapped[datetime]
    tab: Mapped[str | None] = mapped_column(sa.String(PEN_LENGTH))  # see Reflection
    stroke: Mapped[int] = mapped_column(default=0)

    __mapper_args__ = {"version_id_col": version}

    submission: Mapped[Submission] = relationship(lazy="raise")

    @classmethod
    def begin(cls, submission: Submission, by: User, *, now: datetime) -> "FeedbackDraft":
        """Nothing yet."""
        about = {"submission_id": submission.id, "reviewer_id": by.id, "cohort_id": submission.cohort_id}
        return cls(**about, feedback="", levels={}, written_at=now, tab=None, stroke=0)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it."""
        return not self.feedback and not self.levels

    def keep(
        self, feedback: str, levels: Mapping[str, float], *, version: int, pen: Pen | None = None, now: datetime
    ) -> None:
        """Keep it, by the same rules as a writer's text: see `Reflection.write`."""
        wrote_last = pen is not None and pen.tab == self.tab
        if (feedback, dict(levels)) == (self.feedback, self.levels):
            if wrote_last and pen is not None:
                self.stroke = max(self.stroke, pen.stroke)
            return
        if wrote_last and pen is not None and pen.stroke <= self.stroke:
            return
        if version != (self.version or 0) and not wrote_last:
            raise Stale(N_("This text was changed elsewhere after you opened it."))
        self.feedback, self.levels, self.written_at = feedback, dict(levels), now
        self.tab, self.stroke = (pen.tab, pen.stroke) if pen else (None, 0)


class SavedComment(Base):
    """A comment kept for the next time: one's own, or shared with all who guide or organise in a cohort."""

    __tablename__ = "saved_comment"
    __table_args__ = (
        sa.CheckConstraint("length(text) > 0", name="says_something"),
        sa.CheckConstraint("uses >= 0", name="uses_not_negative"),
        sa.Index("ix_saved_comment_owner_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"), index=True)  # where it is shared
    title: Mapped[str] = mapped_column(sa.String(SAVED_TITLE_LENGTH), default="")
    text: Mapped[str] = mapped_column(sa.String(SAVED_LENGTH))
    uses: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    owner: Mapped[User] = relationship(lazy="raise")
    cohort: Mapped[Cohort | None] = relationship(lazy="raise")

    @classmethod
    def keep(
        cls, title: str, text: str, cohort: Cohort | None, *, by: User, beside: int, now: datetime
    ) -> "SavedComment":
        """A new one of this person, who has `beside` others already."""
        _fits(beside)
        saved = cls(owner=by, uses=0, created_at=now)
        saved.change(title, text, cohort)
        return saved

    def change(self, title: str, text: str, cohort: Cohort | None) -> None:
        """Say it better, or share it with a cohort, or keep it to oneself."""
        if not text.strip():
            raise Refused(N_("There is nothing to save yet."))
        self.title, self.text, self.cohort = title, text, cohort

    def use(self, *, now: datetime) -> None:
        """Somebody put it into their feedback."""
        self.uses, self.used_at = self.uses + 1, now

    def remove(self, *, now: datetime) -> None:
        """It is offered no longer."""
        self.removed_at = self.removed_at or now

    def bring_back(self, *, beside: int = 0) -> None:
        """It is offered again, beside others of its owner."""
        if self.removed_at is not None:
            _fits(beside)
        self.removed_at = None


def _fits(beside: int) -> None:
    if beside >= MOST_SAVED:
        raise Refused(N_("You have %(most)s saved comments, which is as many as fit. Remove one."), most=MOST_SAVED)
