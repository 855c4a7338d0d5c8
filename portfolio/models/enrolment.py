"""Who is in a cohort: trainees, those who guide them, those who organise."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Cohort

if TYPE_CHECKING:
    from portfolio.models.conflict import Conflict
    from portfolio.models.progress import ModuleProgress
    from portfolio.models.reflection import Reflection

GROUP_LENGTH = 60


class Role(Enum):
    """What a person is to a trainee."""

    MENTOR = "mentor"
    COACH = "coach"
    SUPERVISOR = "supervisor"
    ASSESSOR = "assessor"


# Assessors score blind, so they are not among those who read and talk.
GUIDES = (Role.MENTOR, Role.COACH, Role.SUPERVISOR)


class Office(Enum):
    """What a person is to a cohort."""

    ORGANISER = "organiser"
    OBSERVER = "observer"
    ASSESSOR = "assessor"  # scores a sample blind


class Enrolment(Base):
    """A trainee in a cohort."""

    __tablename__ = "enrolment"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    group: Mapped[str] = mapped_column(sa.String(GROUP_LENGTH), default="")
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(back_populates="enrolments", lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")
    mentorships: Mapped[list["Mentorship"]] = relationship(
        back_populates="enrolment", lazy="raise", order_by="Mentorship.id"
    )
    conflicts: Mapped[list["Conflict"]] = relationship(back_populates="enrolment", lazy="raise")
    reflections: Mapped[list["Reflection"]] = relationship(back_populates="enrolment", lazy="raise")
    progress: Mapped[list["ModuleProgress"]] = relationship(back_populates="enrolment", lazy="raise")

    @property
    def is_active(self) -> bool:
        """Whether the trainee is still in the cohort."""
        return self.withdrawn_at is None

    def guides(self, role: Role | None = None) -> list["Mentorship"]:
        """Those who guide the trainee now, in one role or in all. Needs `mentorships` loaded."""
        return [
            mentorship
            for mentorship in self.mentorships
            if mentorship.is_current and mentorship.role in ((role,) if role else GUIDES)
        ]

    def is_guided_by(self, user: User, role: Role | None = None) -> bool:
        """Whether this person guides the trainee now, or stands in for somebody who does; nobody guides themselves.

        Needs `mentorships` loaded.
        """
        return self.user_id != user.id and any(mentorship.is_held_by(user) for mentorship in self.guides(role))

    def assign(self, user: User, role: Role, *, now: datetime) -> "Mentorship":
        """Let a person guide this trainee, from now on. Needs `mentorships` loaded, and both people stored."""
        if user.id == self.user_id:
            raise Refused(N_("Nobody reviews their own reflections."))
        for mentorship in self.mentorships:
            if mentorship.is_current and mentorship.role is role and mentorship.user_id == user.id:
                return mentorship
        return Mentorship(cohort=self.cohort, enrolment=self, user=user, role=role, started_at=now)

    def hand_over(self, role: Role, giver: User | None, taker: User, *, now: datetime) -> "Mentorship":
        """Let `taker` guide this trainee in place of `giver`, or besides nobody; what waits goes along.

        Needs `mentorships` and `conflicts` loaded.
        """
        if not taker.is_active:
            raise Refused(N_("This account is closed. Choose somebody else."))
        if any(conflict.user_id == taker.id and conflict.ended_at is None for conflict in self.conflicts):
            raise Refused(
                N_("%(name)s declared to be too close to %(trainee)s. Choose somebody else."),
                name=taker.name,
                trainee=self.user.name,
            )
        taken = self.assign(taker, role, now=now)
        for mentorship in self.guides(role):
            if giver is not None and mentorship.user_id == giver.id != taker.id:
                mentorship.end(now=now)
        return taken


class Mentorship(Base):
    """A person who guides a trainee in one role, from one day to another; reassigning ends it and keeps it."""

    __tablename__ = "mentorship"
    __table_args__ = (
        sa.Index(
            "uq_mentorship_current",
            "enrolment_id",
            "user_id",
            "role",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_mentorship_user_id", "user_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    role: Mapped[Role] = mapped_column(word_of(Role, "known_role"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(back_populates="mentorships", lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")

    @property
    def is_current(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None

    @classmethod
    def decides(
        cls, enrolment_id: sa.SQLColumnExpression[int], awaiting: sa.SQLColumnExpression[Role | None]
    ) -> sa.ColumnElement[bool]:
        """On its desk lies what this trainee has handed in and what waits for this role."""
        return sa.and_(cls.enrolment_id == enrolment_id, cls.role == awaiting, cls.ended_at.is_(None))

    def is_held_by(self, user: User) -> bool:
        """Whether it is this person's, or that of somebody they stand in for and no conflict of interest forbids."""
        covered = {(cover.absent_id, cover.cohort_id) for cover in user.standing_in}
        stands_in = (self.user_id, self.cohort_id) in covered and self.enrolment_id not in user.too_close_to
        return self.user_id == user.id or stands_in

    def end(self, *, now: datetime) -> None:
        """The person guides this trainee no longer, and may go on reading what came before."""
        self.ended_at = self.ended_at or now


class Appointment(Base):
    """An organiser, observer or blind assessor of a cohort."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.Index(
            "uq_appointment_current",
            "cohort_id",
            "user_id",
            "office",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_appointment_user_id", "user_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    office: Mapped[Office] = mapped_column(word_of(Office, "known_office"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(back_populates="appointments", lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")

    @classmethod
    def assessor(cls, cohort: Cohort, user: User, *, now: datetime) -> "Appointment":
        """Let a person score texts of a cohort blind, from now on. Needs `appointments` of the cohort loaded."""
        if not user.is_active:
            raise Refused(N_("This account is closed."))
        for appointment in cohort.appointments:
            if appointment.user_id == user.id and appointment.is_current:
                if appointment.office is Office.ORGANISER:
                    raise Refused(N_("Whoever organises a cohort can see whose a text is, and so scores none blind."))
                if appointment.office is Office.ASSESSOR:
                    return appointment
        return cls(cohort=cohort, user=user, office=Office.ASSESSOR, started_at=now)

    @property
    def is_current(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None

    def end(self, *, now: datetime) -> None:
        """It is over; what was done in it stays."""
        self.ended_at = self.ended_at or now
