"""Conflicts of interest: somebody is too close to a trainee to judge them, and says so."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Cohort
from portfolio.models.enrolment import Enrolment

CONFLICT_LENGTH = 1_000


class Relation(Enum):
    """What two people are to each other, as far as fairness asks."""

    FAMILY = "family"
    FRIENDSHIP = "friendship"
    BUSINESS = "business"
    DISPUTE = "dispute"
    OTHER = "other"


class Conflict(Base):
    """A declared relation between a person and a trainee, of whom that person decides and scores nothing more."""

    __tablename__ = "conflict"
    __table_args__ = (
        sa.Index(
            "uq_conflict_current",
            "enrolment_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    relation: Mapped[Relation] = mapped_column(word_of(Relation, "known_relation"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    declared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(back_populates="conflicts", lazy="raise")
    user: Mapped[User] = relationship(lazy="raise", foreign_keys=user_id)
    declared_by: Mapped[User] = relationship(lazy="raise", foreign_keys=declared_by_id)

    @classmethod
    def declare(
        cls, enrolment: Enrolment, user: User, relation: Relation, note: str, *, by: User, now: datetime
    ) -> "Conflict":
        """Say that a person is too close to a trainee; they guide them no longer, and keep what they have decided.

        Needs `conflicts` and `mentorships` of the enrolment loaded.
        """
        if user.id == enrolment.user_id:
            raise Refused(N_("Nobody reviews their own reflections."))
        for conflict in enrolment.conflicts:
            if conflict.ended_at is None and conflict.user_id == user.id:
                return conflict
        for mentorship in enrolment.guides():
            if mentorship.user_id == user.id:
                mentorship.end(now=now)
        declared = cls(
            cohort=enrolment.cohort, user=user, user_id=user.id, relation=relation, note=note.strip(),
            declared_by=by, declared_at=now,
        )  # fmt: skip
        enrolment.conflicts.append(declared)
        return declared

    def end(self, *, now: datetime) -> None:
        """It holds no longer, or was declared in error."""
        self.ended_at = self.ended_at or now
