"""Guests: somebody without an account reads one reflection by a personal link, and may sign off one step of it."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused
from portfolio.models.account import User, digest
from portfolio.models.cohort import Cohort
from portfolio.models.enrolment import Role
from portfolio.models.reflection import Reflection

PASS_LASTS = timedelta(days=14)
ACTS_AT_MOST, WITHIN = 20, timedelta(hours=1)


class TooMany(Refused):
    """More than is allowed in an hour."""


class GuestPass(Base):
    """A personal link to one reflection, for one person, for some days. Its secret is not stored."""

    __tablename__ = "guest_pass"
    __table_args__ = (sa.Index("ix_guest_pass_reflection_id", "reflection_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"))
    guest_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    role: Mapped[Role | None] = mapped_column(word_of(Role, "known_role"))  # the step it signs, if any
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    invited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    hour_began_at: Mapped[datetime | None]  # of the hour in which what they do is counted
    acts: Mapped[int] = mapped_column(default=0)

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped[Reflection] = relationship(lazy="raise")
    guest: Mapped[User] = relationship(lazy="raise", foreign_keys=guest_id)
    invited_by: Mapped[User] = relationship(lazy="raise", foreign_keys=invited_by_id)

    @classmethod
    def issue(
        cls, reflection: Reflection, guest: User, role: Role | None, *, by: User, now: datetime
    ) -> tuple["GuestPass", str]:
        """A link for a guest, and the secret in it. What was never handed in is shown to nobody."""
        if reflection.submitted_at is None:
            raise Refused(N_("There is nothing submitted to talk about yet."))
        if guest.has_account or not guest.is_active:
            raise Refused(N_("This person has an account. Ask an organiser to make them a guide of the trainee."))
        if guest.id == reflection.enrolment.user_id:
            raise Refused(N_("Nobody reviews their own reflections."))
        if role is not None and role.value not in reflection.cohort.sign_off_steps:
            raise Refused(N_("This is no step of the sign-off here."))
        secret = secrets.token_urlsafe(32)
        issued = cls(
            cohort=reflection.cohort,
            reflection=reflection,
            guest=guest,
            role=role,
            digest=digest(secret),
            invited_by=by,
            created_at=now,
            expires_at=now + PASS_LASTS,
            acts=0,
        )
        return issued, secret

    def is_valid(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at

    def lets_in(self, now: datetime) -> bool:
        """Whether its guest may come in: not any more once they have an account. Needs `guest` loaded."""
        return self.is_valid(now) and self.guest.is_active and not self.guest.has_account

    def lets_sign(self, reflection: Reflection, by: User, *, now: datetime) -> bool:
        """Whether this guest may sign off the step at which the reflection is."""
        return (
            self.is_valid(now)
            and (self.guest_id, self.reflection_id) == (by.id, reflection.id)
            and self.role is not None
            and self.role is reflection.awaiting
        )

    def open(self, *, now: datetime) -> None:
        """The guest has come."""
        self.opened_at = self.opened_at or now

    def act(self, *, now: datetime) -> None:
        """The guest does something; only so often in an hour. Needs `guest` loaded."""
        if not self.lets_in(now):
            raise Refused(N_("This link has expired or was taken back. Ask whoever sent it for a new one."))
        if self.hour_began_at is None or now - self.hour_began_at >= WITHIN:
            self.hour_began_at, self.acts = now, 0
        if self.acts >= ACTS_AT_MOST:
            raise TooMany(N_("That was a lot in one hour. Please try again later; nothing is lost."))
        self.acts += 1

    def revoke(self, *, by: User, now: datetime) -> None:
        """It opens nothing any more."""
        if self.revoked_at is None:
            self.revoked_at, self.revoked_by_id = now, by.id
