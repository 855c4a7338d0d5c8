"""The exceptions log: what was given, ended, undone, declined, withdrawn and reopened, by whom and why."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from portfolio.database import db
from portfolio.models import Enrolment, Excuse, Extension, Reflection, Reopening, Request, TrainingSession, User, Wish
from portfolio.models.submission import Submission


class What(Enum):
    """What happened."""

    EXCUSED = "excused"
    EXPECTED = "expected"  # an excuse was undone
    EXTENDED = "extended"
    ENDED = "ended"  # more time was taken back; not where other days were given in its place
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"


READ_AT_ONCE = 500
GIVEN = (What.EXCUSED, What.EXPECTED, What.EXTENDED, What.ENDED)


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    what: What
    at: datetime
    by: User
    enrolment: Enrolment
    session: TrainingSession
    reason: str  # in the words of whoever did it, of which there may be none where somebody had asked
    due_on: date | None  # the day that was given
    wish: Wish | None  # what the trainee had asked for, if they had,
    wanted_on: date | None  # until when,
    asked: str  # and why, in their words


def number_of(enrolments: sa.Select[int], kinds: Collection[What] = tuple(What)) -> int:
    """How many lines there are about these trainees."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(_happened(enrolments, kinds))) or 0


def entries(
    enrolments: sa.Select[int], kinds: Collection[What] = tuple(What), *, most: int, skip: int = 0
) -> Sequence[Entry]:
    """Lines about these trainees, the newest first, in one statement."""
    return list(map(_entry, db.session.execute(_newest_first(enrolments, kinds).limit(most).offset(skip))))


def every(enrolments: sa.Select[int]) -> Iterator[Entry]:
    """All of them, read as they are wanted, in one statement."""
    wanted = _newest_first(enrolments, tuple(What))
    yield from map(_entry, db.session.execute(wanted, execution_options={"yield_per": READ_AT_ONCE}))


def _newest_first(enrolments: sa.Select[int], kinds: Collection[What]) -> sa.Select[Any]:
    happened = _happened(enrolments, kinds)
    return (
        sa.select(
            happened.c.what,
            happened.c.at,
            User,
            Enrolment,
            TrainingSession,
            happened.c.reason,
            happened.c.due_on,
            happened.c.wish,
            happened.c.wanted_on,
            happened.c.asked,
        )
        .join(User, User.id == happened.c.by_id)
        .join(Enrolment, Enrolment.id == happened.c.enrolment_id)
        .join(TrainingSession, TrainingSession.id == happened.c.session_id)
        .options(joinedload(Enrolment.user), joinedload(Enrolment.cohort))
        .order_by(happened.c.at.desc(), happened.c.what, happened.c.thing.desc())
    )


def _entry(row: Any) -> Entry:
    what, at, by, enrolment, session, reason, due_on, wish, wanted_on, asked = row
    return Entry(What(what), at, by, enrolment, session, reason, due_on, Wish(wish) if wish else None, wanted_on, asked)


def _happened(enrolments: sa.Select[int], kinds: Collection[What]) -> sa.Subquery:
    return sa.union_all(*(part for what, part in _parts(enrolments) if what in kinds)).subquery()


def _parts(enrolments: sa.Select[int]) -> Sequence[tuple[What, sa.Select[Any]]]:
    no_day, no_wish, asked = (
        sa.cast(sa.null(), sa.Date),
        sa.cast(sa.null(), sa.String),
        sa.cast(Request.wish, sa.String),
    )
    had_asked = Request.id.is_not(None)

    def line(
        what: What, thing: Any, at: Any, by: Any, about: Any, reason: Any, due_on: Any = no_day, *, is_answer: bool
    ) -> sa.Select[Any]:
        """With what was asked for, where it is an answer; the reason is then that of whoever answered."""
        return sa.select(
            sa.literal(what.value).label("what"),
            thing.label("thing"),
            at.label("at"),
            by.label("by_id"),
            about.enrolment_id.label("enrolment_id"),
            about.training_session_id.label("session_id"),
            (sa.case((had_asked, Request.answer), else_=reason) if is_answer else reason).label("reason"),
            due_on.label("due_on"),
            (asked if is_answer else no_wish).label("wish"),
            (Request.wanted_on if is_answer else no_day).label("wanted_on"),
            (sa.func.coalesce(Request.reason, "") if is_answer else sa.literal("")).label("asked"),
        ).where(about.enrolment_id.in_(enrolments))

    def excuse(what: What, is_granted: bool) -> sa.Select[Any]:
        said = (
            line(what, Excuse.id, Excuse.at, Excuse.by_id, Reflection, Excuse.reason, is_answer=is_granted)
            .select_from(Excuse)
            .join(Reflection, Reflection.id == Excuse.reflection_id)
        )
        if not is_granted:
            return said.where(~Excuse.is_granted)
        answered = Request.answered_by_giving(Reflection.enrolment_id, Reflection.training_session_id, Excuse.at)
        return said.outerjoin(Request, answered).where(Excuse.is_granted)

    given, instead = Extension, aliased(Extension)
    replaced = sa.exists().where(
        instead.enrolment_id == given.enrolment_id,
        instead.training_session_id == given.training_session_id,
        instead.id > given.id,
        instead.at == given.ended_at,
    )
    more = (
        line(What.EXTENDED, given.id, given.at, given.by_id, given, given.reason, given.due_on, is_answer=True)
        .select_from(given)
        .outerjoin(Request, Request.answered_by_giving(given.enrolment_id, given.training_session_id, given.at))
    )
    no_more = line(
        What.ENDED, given.id, given.ended_at, given.ended_by_id, given, sa.literal(""), given.due_on, is_answer=False
    )
    declined = line(
        What.DECLINED, Request.id, Request.answered_at, Request.answered_by_id, Request, Request.answer, is_answer=True
    )
    withdrawn = line(
        What.WITHDRAWN, Request.id, Request.withdrawn_at, Enrolment.user_id, Request, sa.literal(""), is_answer=True
    ).join_from(Request, Enrolment, Enrolment.id == Request.enrolment_id)
    reopened = (
        line(
            What.REOPENED, Submission.id, Reopening.reopened_at, Reopening.by_id, Reflection, Reopening.reason,
            is_answer=False,
        )
        .join_from(Reopening, Submission, Submission.id == Reopening.submission_id)
        .join(Reflection, Reflection.id == Submission.reflection_id)
    )  # fmt: skip
    return (
        (What.EXCUSED, excuse(What.EXCUSED, is_granted=True)),
        (What.EXPECTED, excuse(What.EXPECTED, is_granted=False)),
        (What.EXTENDED, more),
        (What.ENDED, no_more.where(given.ended_at.is_not(None), ~replaced)),
        (What.DECLINED, declined.where(Request.is_granted.is_(False))),
        (What.WITHDRAWN, withdrawn.where(Request.withdrawn_at.is_not(None))),
        (What.REOPENED, reopened),
    )
