"""People, how they sign in, and the one-use links that let them choose a password."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused

if TYPE_CHECKING:
    from portfolio.models.cover import Cover

NAME_LENGTH, EMAIL_LENGTH, JOB_LENGTH = 120, 254, 120
SIGN_IN_LASTS = timedelta(days=30)
INVITATION_LASTS = timedelta(days=14)


class Language(Enum):
    """The languages of the pages."""

    INDONESIAN = "id"
    ENGLISH = "en"


class Purpose(Enum):
    """What a one-use link is for."""

    INVITATION = "invitation"


def digest(secret: str) -> str:
    """What is stored of a secret: enough to know it again, not to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class User(Base):
    """A person who can sign in."""

    __tablename__ = "user"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_in_lower_case"),
        sa.CheckConstraint("length(name) > 0", name="has_a_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(EMAIL_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    address: Mapped[str] = mapped_column(sa.String(20), default="")  # Ibu, Bapak: only as the person chose it
    job: Mapped[str] = mapped_column(sa.String(JOB_LENGTH), default="")
    unit: Mapped[str] = mapped_column(sa.String(JOB_LENGTH), default="")
    language: Mapped[Language] = mapped_column(word_of(Language, "known_language"), default=Language.INDONESIAN)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]

    sign_ins: Mapped[list["SignIn"]] = relationship(back_populates="user", lazy="raise")
    tokens: Mapped[list["Token"]] = relationship(back_populates="user", lazy="raise")

    def __init__(self, **values: object) -> None:
        if isinstance(email := values.get("email"), str):
            values["email"] = email.strip().lower()
        super().__init__(**values)

    # What Flask-Login asks of a person. The id in its cookie is the secret of the sign-in, which is nobody's to guess.
    is_authenticated = True
    is_anonymous = False
    sign_in_secret = ""
    # For whom they stand in at this moment: who they are for now, as whoever signs them in has looked up.
    standing_in = cast("tuple[Cover, ...]", ())
    too_close_to = cast("frozenset[int]", frozenset())  # the enrolments of which they then decide nothing all the same

    def get_id(self) -> str:
        """The secret of the sign-in just begun."""
        return self.sign_in_secret

    @property
    def is_active(self) -> bool:
        """Whether this person may be signed in."""
        return self.deactivated_at is None

    @property
    def has_account(self) -> bool:
        """Whether they have chosen a password. Whoever acts here without one is a guest."""
        return self.password_hash is not None

    @property
    def addressed(self) -> str:
        """The name with the form of address the person chose: "Ibu Sari"."""
        return f"{self.address} {self.name}".strip()

    @property
    def initials(self) -> str:
        """One or two letters that stand for the person."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    def sign_in(self, *, now: datetime) -> tuple["SignIn", str]:
        """A new sign-in, and the secret that proves it, which is not stored."""
        if not self.is_active:
            raise Refused(N_("This account is closed. Ask your organiser."))
        secret = secrets.token_urlsafe(32)
        row = SignIn(user=self, digest=digest(secret), created_at=now, seen_at=now, expires_at=now + SIGN_IN_LASTS)
        return row, secret

    def change_password(self, password_hash: str, *, now: datetime, keep: "SignIn | None" = None) -> None:
        """Set the password; every sign-in but `keep` ends, and so does every open link. Needs both loaded."""
        self.password_hash = password_hash
        self._end_sign_ins(now, keep)
        for token in self.tokens:
            token.used_at = token.used_at or now

    def deactivate(self, *, now: datetime) -> None:
        """Close the account: every sign-in ends. Needs `sign_ins` loaded."""
        self.deactivated_at = self.deactivated_at or now
        self._end_sign_ins(now, None)

    def invite(self, *, now: datetime) -> tuple["Token", str]:
        """A link for choosing a password, once; the secret in it is not stored."""
        secret = secrets.token_urlsafe(32)
        row = Token(
            user=self,
            purpose=Purpose.INVITATION,
            digest=digest(secret),
            created_at=now,
            expires_at=now + INVITATION_LASTS,
        )
        return row, secret

    def _end_sign_ins(self, now: datetime, keep: "SignIn | None") -> None:
        for sign_in in self.sign_ins:
            if sign_in is not keep:
                sign_in.end(now=now)


class SignIn(Base):
    """One signed-in browser; the cookie holds a secret of which only a digest is here."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="sign_ins", lazy="raise")

    def is_valid(self, now: datetime) -> bool:
        """Whether this sign-in still counts."""
        return self.ended_at is None and now < self.expires_at

    def end(self, *, now: datetime) -> None:
        """End it, once."""
        self.ended_at = self.ended_at or now

    def seen(self, *, now: datetime) -> None:
        """Somebody who works stays signed in."""
        if now - self.seen_at > timedelta(hours=1):
            self.seen_at, self.expires_at = now, now + SIGN_IN_LASTS


class Token(Base):
    """A one-use secret sent to a person."""

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose] = mapped_column(word_of(Purpose, "known_purpose"))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="tokens", lazy="raise")

    def is_usable(self, now: datetime) -> bool:
        """Whether it can still be used. Needs `user` loaded."""
        return self.used_at is None and now < self.expires_at and self.user.is_active

    def use(self, *, now: datetime) -> None:
        """Use it up; a used or expired one is refused."""
        if not self.is_usable(now):
            raise Refused(N_("This link has been used or has expired. Ask your organiser for a new one."))
        self.used_at = now
