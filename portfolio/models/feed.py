"""The calendar feed: the days of a trainee's series, for the calendar of a phone, behind a secret link."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base
from portfolio.models.account import User, digest


class CalendarFeed(Base):
    """A link by which a calendar programme reads a person's days, without signing in. Its secret is not stored."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        sa.Index(
            "uq_calendar_feed_current",
            "user_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")

    @classmethod
    def open(cls, user: User, *, before: "CalendarFeed | None", now: datetime) -> tuple["CalendarFeed", str]:
        """A new link and the secret in it; the one before ends."""
        if before is not None:
            before.end(now=now)
        secret = secrets.token_urlsafe(32)
        return cls(user=user, digest=digest(secret), created_at=now), secret

    def end(self, *, now: datetime) -> None:
        """The link shows nothing any more."""
        self.ended_at = self.ended_at or now
