"""Reminders: who was reminded of what, by whom; never too often, never of what is done, never of others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Cohort

WORDS_LENGTH = 300  # of the sender's own
PAUSE = 3  # working days that lie between two reminders
MOST_TIMES = 3  # so often somebody is reminded of one thing, ever


class Concern(Enum):
    """What somebody is reminded of."""

    MISSING = "missing"  # a writer: what is past its day
    RETURNED = "returned"  # a writer: what came back
    WAITING = "waiting"  # a reviewer: what waits for their decision


@dataclass(frozen=True)
class Thing:
    """One reflection that somebody can be reminded of, written or not: that of a trainee about a session."""

    enrolment_id: int
    training_session_id: int
    since: datetime | None = None  # when it came to them, where it can come again


class Nudge(Base):
    """A reminder, which its reader finds where they begin. It is shown until it is done, put away or followed."""

    __tablename__ = "nudge"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="about_something"),
        sa.CheckConstraint("to_id != by_id", name="by_somebody_else"),
        sa.Index("ix_nudge_cohort_id_to_id", "cohort_id", "to_id"),
        sa.Index("ix_nudge_to_id_ended_at", "to_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    concern: Mapped[Concern] = mapped_column(word_of(Concern, "known_concern"))
    number: Mapped[int]  # how many things it was about when it was sent
    words: Mapped[str] = mapped_column(sa.String(WORDS_LENGTH), default="")  # the sender's own
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # put away by its reader, or another of the kind came in its place

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    to: Mapped[User] = relationship(lazy="raise", foreign_keys=to_id)
    by: Mapped[User] = relationship(lazy="raise", foreign_keys=by_id)
    things: Mapped[list["NudgeThing"]] = relationship(
        back_populates="nudge", lazy="raise", cascade="all, delete-orphan"
    )

    @classmethod
    def send(
        cls,
        cohort: Cohort,
        to: User,
        concern: Concern,
        things: Iterable[Thing],
        words: str = "",
        *,
        before: Sequence["Nudge"],
        by: User,
        now: datetime,
    ) -> "Nudge":
        """Remind somebody of things that wait for them in a cohort.

        `before` are all the reminders that they had there. Needs their `things` and the `holidays` of the cohort
        loaded.
        """
        left = cls.weigh(cohort, to, concern, things, before=before, by=by, now=now)
        for earlier in before:
            if earlier.concern is concern:
                earlier.put_away(now=now)
        return cls(
            cohort=cohort,
            to=to,
            concern=concern,
            number=len(left),
            words=" ".join(words.split())[:WORDS_LENGTH],
            by=by,
            at=now,
            things=[
                NudgeThing(enrolment_id=thing.enrolment_id, training_session_id=thing.training_session_id)
                for thing in left
            ],
        )

    @staticmethod
    def weigh(
        cohort: Cohort,
        to: User,
        concern: Concern,
        things: Iterable[Thing],
        *,
        before: Sequence["Nudge"],
        by: User,
        now: datetime,
    ) -> list[Thing]:
        """Of what somebody may be reminded now; refused with the reason where it is nothing. Needs the same."""
        if to.id == by.id:
            raise Refused(N_("Nobody reminds themselves."))
        if not to.is_active:
            raise Refused(N_("The account is closed."))
        things = list(things)
        if not things:
            raise Refused(N_("It is done: nothing of this waits for them."))
        last = max((earlier.at for earlier in before), default=None)
        if last is not None and cohort.calendar.between(cohort.today(last), cohort.today(now)) < PAUSE:
            raise Refused(N_("They were reminded less than three working days ago."))
        left = [thing for thing in things if times(thing, concern, before) < MOST_TIMES]
        if not left:
            raise Refused(N_("They were reminded of this three times already. A talk helps more now."))
        return left

    def put_away(self, *, now: datetime) -> None:
        """Its reader needs to see it no more."""
        self.ended_at = self.ended_at or now


class NudgeThing(Base):
    """One of the things that a reminder is about."""

    __tablename__ = "nudge_thing"

    nudge_id: Mapped[int] = mapped_column(sa.ForeignKey("nudge.id", ondelete="CASCADE"), primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True, index=True)
    training_session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), primary_key=True, index=True)

    nudge: Mapped[Nudge] = relationship(back_populates="things", lazy="raise")


def times(thing: Thing, concern: Concern, before: Iterable[Nudge]) -> int:
    """How often somebody was reminded of a thing since it came to them."""
    return sum(
        nudge.concern is concern
        and (thing.since is None or nudge.at >= thing.since)
        and any(
            (named.enrolment_id, named.training_session_id) == (thing.enrolment_id, thing.training_session_id)
            for named in nudge.things
        )
        for nudge in before
    )
