"""Exceptions: a trainee asks to be excused or for more time, and sees the answer; a day of one's own to hand in."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Cohort, TrainingSession
from portfolio.models.enrolment import Enrolment
from portfolio.models.reflection import Reflection
from portfolio.models.state import State

REASON_LENGTH = 1_000
MARGIN = timedelta(days=60)  # after the last day of a cohort, time can be given for so long and no longer


class Wish(Enum):
    """What a trainee asks for."""

    EXCUSE = "excuse"
    ABSENCE = "absence"  # they were not at the session, and have nothing to write about
    EXTENSION = "extension"


class Extension(Base):
    """A day of a trainee's own by which to hand in one reflection. The one that is not `ended_at` holds."""

    __tablename__ = "extension"
    __table_args__ = (
        sa.CheckConstraint("length(reason) > 0", name="has_a_reason"),
        sa.Index(
            "uq_extension_current",
            "enrolment_id",
            "training_session_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    training_session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), index=True)
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(lazy="raise")
    session: Mapped[TrainingSession] = relationship(lazy="raise")
    by: Mapped[User] = relationship(lazy="raise", foreign_keys=by_id)
    ended_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=ended_by_id)

    @classmethod
    def give(
        cls,
        enrolment: Enrolment,
        session: TrainingSession,
        due_on: date,
        reason: str,
        *,
        before: "Extension | None" = None,
        ends_on: date | None = None,
        by: User,
        now: datetime,
    ) -> "Extension":
        """Let a trainee hand in until the end of `due_on`; `before` is what held until now.

        What they have handed in by then is on time, and where that makes a module complete, it is complete at once.
        Needs `cohort` and `progress` of the enrolment, with their `module`.
        `ends_on` is the last day on which anything is due in the cohort, if the day is to be held against it.
        """
        _not_for_themselves(enrolment, by)
        _check_day(enrolment, session, due_on, ends_on, now)
        if before is not None:
            before.end(by=by, now=now)
        given = cls(
            cohort_id=enrolment.cohort_id, enrolment=enrolment, session=session, due_on=due_on, reason=_reason(reason),
            by=by, at=now,
        )  # fmt: skip
        _due(enrolment, session, due_on, now=now)
        return given

    @classmethod
    def holds_for(
        cls, enrolment_id: sa.SQLColumnExpression[int] | int, session_id: sa.SQLColumnExpression[int] | int
    ) -> sa.ColumnElement[bool]:
        """It is the one that holds for this trainee and session, of which there is at most one."""
        return sa.and_(cls.enrolment_id == enrolment_id, cls.training_session_id == session_id, cls.ended_at.is_(None))

    def end(self, *, by: User, now: datetime) -> None:
        """The day for everybody holds again, or another. What became complete by it stays so.

        Needs `session`, and the `progress` of the enrolment.
        """
        if self.ended_at is None:
            self.ended_at, self.ended_by_id = now, by.id
            _due(self.enrolment, self.session, self.session.due_on, now=now)


class Request(Base):
    """What a trainee asks for about one session, and the answer. At most one about a session is open."""

    __tablename__ = "request"
    __table_args__ = (
        sa.CheckConstraint("length(reason) > 0", name="has_a_reason"),
        sa.CheckConstraint("(wish = 'extension') = (wanted_on is not null)", name="extensions_name_a_day"),
        sa.CheckConstraint(
            "(answered_at is null) = (answered_by_id is null) and (answered_at is null) = (is_granted is null)",
            name="answered_by_somebody",
        ),
        sa.CheckConstraint("answered_at is null or withdrawn_at is null", name="answered_or_withdrawn"),
        sa.CheckConstraint("is_granted or is_granted is null or length(answer) > 0", name="declined_with_a_reason"),
        sa.Index(
            "uq_request_open",
            "enrolment_id",
            "training_session_id",
            unique=True,
            sqlite_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
        ),
        sa.Index("ix_request_cohort_id", "cohort_id", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    training_session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), index=True)
    wish: Mapped[Wish] = mapped_column(word_of(Wish, "known_wish"))
    reason: Mapped[str] = mapped_column(sa.Text)
    wanted_on: Mapped[date | None]  # the day asked for, of an extension
    asked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    is_granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(lazy="raise")
    session: Mapped[TrainingSession] = relationship(lazy="raise")
    answered_by: Mapped[User | None] = relationship(lazy="raise")

    @classmethod
    def ask(
        cls,
        enrolment: Enrolment,
        session: TrainingSession,
        wish: Wish,
        reason: str,
        *,
        wanted_on: date | None = None,
        ends_on: date | None = None,
        reflection: Reflection | None,
        before: Iterable["Request"],
        now: datetime,
    ) -> "Request":
        """Ask about one session; the same again while it waits changes nothing.

        `before` is what the trainee asked about the session earlier, `ends_on` the last day on which anything is due
        in the cohort. Needs the `cohort` of the enrolment loaded.
        """
        reason = _reason(reason)
        if not session.is_slot:
            raise Refused(N_("No reflection is expected for this session."))
        if reflection is not None and reflection.state not in (State.DRAFT, State.RETURNED):
            raise Refused(N_("This reflection is handed in or excused already, so there is nothing to ask for."))
        wanted_on = wanted_on if wish is Wish.EXTENSION else None
        if wish is Wish.EXTENSION:
            _check_day(enrolment, session, wanted_on, ends_on, now)
        for request in before:
            if request.is_open:
                if (request.wish, request.reason, request.wanted_on) == (wish, reason, wanted_on):
                    return request
                raise Refused(N_("You have asked about this session already. Wait for the answer, or withdraw it."))
        return cls(
            cohort_id=enrolment.cohort_id, enrolment=enrolment, session=session, wish=wish, reason=reason,
            wanted_on=wanted_on, asked_at=now, answer="",
        )  # fmt: skip

    @classmethod
    def answered_by_giving(
        cls,
        enrolment_id: sa.SQLColumnExpression[int],
        session_id: sa.SQLColumnExpression[int],
        at: sa.SQLColumnExpression[datetime],
    ) -> sa.ColumnElement[bool]:
        """It is the one, if any, to which somebody said yes by what they gave a trainee at this moment."""
        return sa.and_(
            cls.enrolment_id == enrolment_id,
            cls.training_session_id == session_id,
            cls.answered_at == at,
            cls.is_granted.is_(True),
        )

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answered_at is None and self.withdrawn_at is None

    @classmethod
    def waits(cls) -> sa.ColumnElement[bool]:
        """The same for a query: it waits for an answer."""
        return sa.and_(cls.answered_at.is_(None), cls.withdrawn_at.is_(None))

    def withdraw(self, *, now: datetime) -> None:
        """The trainee does not ask for it any more."""
        if self.answered_at is not None:
            raise Refused(N_("This has been answered meanwhile."))
        self.withdrawn_at = self.withdrawn_at or now

    def grant(
        self,
        answer: str,
        *,
        reflection: Reflection | None = None,
        due_on: date | None = None,
        extension: Extension | None = None,
        ends_on: date | None = None,
        by: User,
        now: datetime,
    ) -> Extension | None:
        """Say yes: the reflection is excused, or there is more time; the new extension, if it is one.

        To excuse needs the `reflection`, begun if there was none, with its `excuses` loaded. More time is given until
        `due_on`, or as asked for; `extension` is what held until now, `ends_on` the last day on which anything is due
        in the cohort. Needs `enrolment` with its `cohort`, `session`.
        """
        self._answered(True, answer, by=by, now=now)
        if self.wish is Wish.EXTENSION:
            day = due_on or self.wanted_on
            assert day is not None  # a CHECK of the table
            reason = answer.strip() or self.reason
            return Extension.give(
                self.enrolment, self.session, day, reason, before=extension, ends_on=ends_on, by=by, now=now
            )
        assert reflection is not None
        reflection.excuse(answer.strip() or self.reason, by=by, now=now)
        return None

    def decline(self, answer: str, *, by: User, now: datetime) -> None:
        """Say no, with the reason. Needs `enrolment` and `session` loaded."""
        self._answered(False, _reason(answer), by=by, now=now)

    def _answered(self, is_granted: bool, answer: str, *, by: User, now: datetime) -> None:
        _not_for_themselves(self.enrolment, by)
        if self.withdrawn_at is not None:
            raise Refused(N_("This was withdrawn by whoever asked for it."))
        if self.answered_at is not None:
            raise Refused(N_("This has been answered meanwhile."))
        if self.session.retired_at is not None:
            raise Refused(N_("This session was retired, so there is nothing to answer any more."))
        self.is_granted, self.answer, self.answered_at = is_granted, answer.strip(), now
        self.answered_by, self.answered_by_id = by, by.id


class DayRefused(Refused):
    """A rule said no to the day that was named."""


def _check_day(
    enrolment: Enrolment, session: TrainingSession, day: date | None, ends_on: date | None, now: datetime
) -> None:
    if day is None or day <= session.due_on or day < enrolment.cohort.today(now):
        raise DayRefused(N_("Choose a day that is later than the one for everybody, and not in the past."))
    if ends_on is not None and day > ends_on + MARGIN:
        raise DayRefused(
            N_("Choose a day until %(last)s: that is %(days)s days after the last day of the programme."),
            last=ends_on + MARGIN,
            days=MARGIN.days,
        )


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused(N_("Say why, so that others can understand it later."))
    return text.strip()[:REASON_LENGTH]


def _due(enrolment: Enrolment, session: TrainingSession, due_on: date, *, now: datetime) -> None:
    for row in enrolment.progress:
        if row.module_id == session.module_id:
            row.due(session.id, due_on, beside=enrolment.progress, now=now)


def _not_for_themselves(enrolment: Enrolment, by: User) -> None:
    if by.id == enrolment.user_id:
        raise Refused(N_("Nobody decides on what they ask for themselves."))
