"""The exceptions log: what was given, ended, undone, declined, withdrawn and reopened, by whom and why."""

from collections.abc import Collection, Sequence
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


GIVEN = (What.EXCUSED, What.EXPECTED, What.EXTENDED, What.ENDED)


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    what: What
    at: datetime
    by: User
    enrolment: Enrolment
    session: TrainingSession
    reason: str
    due_on: date | None  # the day that was given, or asked for
    wish: Wish | None  # what was asked for, where it was not given


def number_of(enrolments: sa.Select[int], kinds: Collection[What] = tuple(What)) -> int:
    """How many lines there are about these trainees."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(_happened(enrolments, kinds))) or 0


def entries(
    enrolments: sa.Select[int], kinds: Collection[What] = tuple(What), *, most: int, skip: int = 0
) -> Sequence[Entry]:
    """Lines about these trainees, the newest first, in one statement."""
    happened = _happened(enrolments, kinds)
    rows = db.session.execute(
        sa.select(
            happened.c.what,
            happened.c.at,
            User,
            Enrolment,
            TrainingSession,
            happened.c.reason,
            happened.c.due_on,
            happened.c.wish,
        )
        .join(User, User.id == happened.c.by_id)
        .join(Enrolment, Enrolment.id == happened.c.enrolment_id)
        .join(TrainingSession, TrainingSession.id == happened.c.session_id)
        .options(joinedload(Enrolment.user), joinedload(Enrolment.cohort))
        .order_by(happened.c.at.desc(), happened.c.what, happened.c.thing.desc())
        .limit(most)
        .offset(skip)
    )
    return [
        Entry(What(what), at, by, enrolment, session, reason, due_on, Wish(wish) if wish else None)
        for what, at, by, enrolment, session, reason, due_on, wish in rows
    ]


def _happened(enrolments: sa.Select[int], kinds: Collection[What]) -> sa.Subquery:
    return sa.union_all(*(part for what, part in _parts(enrolments) if what in kinds)).subquery()


def _parts(enrolments: sa.Select[int]) -> Sequence[tuple[What, sa.Select[Any]]]:
    nothing = sa.cast(sa.null(), sa.String)

    def line(
        what: What, thing: Any, at: Any, by: Any, about: Any, reason: Any, due_on: Any = None, wish: Any = nothing
    ) -> sa.Select[Any]:
        return sa.select(
            sa.literal(what.value).label("what"),
            thing.label("thing"),
            at.label("at"),
            by.label("by_id"),
            about.enrolment_id.label("enrolment_id"),
            about.training_session_id.label("session_id"),
            reason.label("reason"),
            (sa.cast(sa.null(), sa.Date) if due_on is None else due_on).label("due_on"),
            wish.label("wish"),
        ).where(about.enrolment_id.in_(enrolments))

    def excuse(what: What, is_granted: bool) -> sa.Select[Any]:
        said = line(what, Excuse.id, Excuse.at, Excuse.by_id, Reflection, Excuse.reason).join_from(
            Excuse, Reflection, Reflection.id == Excuse.reflection_id
        )
        return said.where(Excuse.is_granted if is_granted else ~Excuse.is_granted)

    given, instead = Extension, aliased(Extension)
    replaced = sa.exists().where(
        instead.enrolment_id == given.enrolment_id,
        instead.training_session_id == given.training_session_id,
        instead.id > given.id,
        instead.at == given.ended_at,
    )
    more = line(What.EXTENDED, given.id, given.at, given.by_id, given, given.reason, given.due_on)
    no_more = line(What.ENDED, given.id, given.ended_at, given.ended_by_id, given, sa.literal(""), given.due_on)
    wish = sa.cast(Request.wish, sa.String)
    declined = line(
        What.DECLINED, Request.id, Request.answered_at, Request.answered_by_id, Request, Request.answer,
        Request.wanted_on, wish,
    )  # fmt: skip
    withdrawn = line(
        What.WITHDRAWN,
        Request.id,
        Request.withdrawn_at,
        Enrolment.user_id,
        Request,
        Request.reason,
        Request.wanted_on,
        wish,
    ).join_from(Request, Enrolment, Enrolment.id == Request.enrolment_id)
    reopened = (
        line(What.REOPENED, Submission.id, Reopening.reopened_at, Reopening.by_id, Reflection, Reopening.reason)
        .join_from(Reopening, Submission, Submission.id == Reopening.submission_id)
        .join(Reflection, Reflection.id == Submission.reflection_id)
    )
    return (
        (What.EXCUSED, excuse(What.EXCUSED, is_granted=True)),
        (What.EXPECTED, excuse(What.EXPECTED, is_granted=False)),
        (What.EXTENDED, more),
        (What.ENDED, no_more.where(given.ended_at.is_not(None), ~replaced)),
        (What.DECLINED, declined.where(Request.is_granted.is_(False))),
        (What.WITHDRAWN, withdrawn.where(Request.withdrawn_at.is_not(None))),
        (What.REOPENED, reopened),
    )
