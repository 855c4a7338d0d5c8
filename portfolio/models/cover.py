"""Cover: somebody stands in for a mentor who is away."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio import clock
from portfolio.database import Base
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Cohort

LONGEST_COVER = 92  # days


class Cover(Base):
    """For some days, one person may do in a cohort what another is there for. Kept when it is over."""

    __tablename__ = "cover"
    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        sa.CheckConstraint("absent_id != stand_in_id", name="by_somebody_else"),
        sa.Index("ix_cover_stand_in_id", "stand_in_id", "until"),
        sa.Index("ix_cover_absent_id", "absent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    absent_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    stand_in_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    since: Mapped[datetime]  # the same days as moments, in the cohort's zone
    until: Mapped[datetime]
    arranged_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    arranged_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # called off, before or during its days

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    absent: Mapped[User] = relationship(lazy="raise", foreign_keys=absent_id)
    stand_in: Mapped[User] = relationship(lazy="raise", foreign_keys=stand_in_id)
    arranged_by: Mapped[User] = relationship(lazy="raise", foreign_keys=arranged_by_id)

    @classmethod
    def arrange(
        cls, cohort: Cohort, absent: User, stand_in: User, first: date, last: date, *, by: User, now: datetime
    ) -> "Cover":
        """Let `stand_in` do what `absent` does in this cohort, from the first day to the last, both included."""
        if absent.id == stand_in.id:
            raise Refused(N_("Nobody can stand in for themselves. Choose somebody else."))
        if not stand_in.is_active:
            raise Refused(N_("This account is closed. Choose somebody else."))
        if last < first:
            raise Refused(N_("The last day lies before the first."))
        if last < cohort.today(now):
            raise Refused(N_("These days are over already."))
        if (last - first).days >= LONGEST_COVER:
            raise Refused(N_("Cover lasts three months at most. For longer, give the trainees another mentor."))
        return cls(
            cohort=cohort,
            absent=absent,
            stand_in=stand_in,
            starts_on=first,
            ends_on=last,
            since=clock.start_of_day(first, cohort.time_zone),
            until=clock.end_of_day(last, cohort.time_zone),
            arranged_by=by,
            arranged_at=now,
        )

    def is_in_force(self, now: datetime) -> bool:
        """Whether the stand-in stands in at this moment."""
        return self.ended_at is None and self.since <= now < self.until

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more will come of it."""
        return self.ended_at is not None or now >= self.until

    def call_off(self, *, now: datetime) -> None:
        """It ends here, once."""
        self.ended_at = self.ended_at or now
