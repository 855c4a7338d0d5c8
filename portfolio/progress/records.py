"""What else stands on a trainee's page: what waits for others, and what the trainee was excused from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Comment,
    Enrolment,
    Excuse,
    Reflection,
    Request,
    SecondLook,
    Submission,
    Turn,
    User,
    Withdrawal,
)
from portfolio.series import Condition, Series


class Wait(Enum):
    """For what of somebody else something waits."""

    DECISION = "decision"
    REPLY = "reply"
    LOOK = "look"


@dataclass(frozen=True)
class Waited:
    """One thing that waits for somebody else, since when, and the day by which an answer is promised."""

    reflection: Reflection
    wait: Wait
    since: datetime
    promised_on: date
    thing: int | None = None  # the id of the comment or the second look
    who: User | None = None  # of whom it is wanted, where that is one person; of a decision, those who guide say


def waiting_for_others(series: Series) -> list[Waited]:
    """All that waits for a reviewer, the longest first: decisions, and for the writer what they said or asked."""
    waited = [
        Waited(reflection, Wait.DECISION, reflection.waiting_since, reflection.promised_on)
        for slot in series.having(Condition.WAITING)
        if (reflection := slot.reflection) and reflection.waiting_since and reflection.promised_on
    ]
    if series.is_own:
        waited += _asked(series.enrolment)
    return sorted(waited, key=lambda each: each.since)


def _asked(enrolment: Enrolment) -> list[Waited]:
    stands = ~sa.exists().where(Withdrawal.submission_id == Submission.id)
    said = sa.select(
        sa.literal(Wait.REPLY.value).label("wait"),
        Submission.reflection_id.label("reflection_id"),
        Comment.id.label("thing"),
        Comment.waiting_since.label("since"),
        Comment.promised_on.label("promised_on"),
        Comment.awaits_id.label("who_id"),
    ).join(Comment.submission)
    looks = sa.select(
        sa.literal(Wait.LOOK.value),
        SecondLook.reflection_id,
        SecondLook.id,
        SecondLook.asked_at,
        SecondLook.promised_on,
        SecondLook.reader_id,
    ).where(SecondLook.answered_at.is_(None))
    asked = sa.union_all(said.where(Comment.turn == Turn.GUIDE, stands), looks).subquery()
    rows = db.session.execute(
        sa.select(Reflection, asked.c.wait, asked.c.since, asked.c.promised_on, asked.c.thing, User)
        .join(asked, asked.c.reflection_id == Reflection.id)
        .outerjoin(User, User.id == asked.c.who_id)
        .where(Reflection.enrolment_id == enrolment.id)
        .options(defer(Reflection.answers, raiseload=True))
    )
    return [Waited(reflection, Wait(wait), *when) for reflection, wait, *when in rows]


def asked_about(enrolment: Enrolment, viewer: User) -> dict[int, Request]:
    """What a trainee asked for and nobody has answered yet, by the session; for those who may read why."""
    followed = policy.followed_enrolments(viewer).with_only_columns(Enrolment.id)
    waiting = sa.select(Request).where(
        Request.enrolment_id == enrolment.id,
        Request.enrolment_id.in_(followed),
        Request.waits(),
    )
    return {request.training_session_id: request for request in db.session.scalars(waiting)}


@dataclass(frozen=True)
class Excused:
    """That a trainee was excused, or that it was taken back."""

    excuse: Excuse
    asked: Request | None  # to what it was the answer

    @property
    def reason(self) -> str:
        """In the words of whoever excused them, of which there may be none where the trainee had asked."""
        return self.asked.answer if self.asked else self.excuse.reason


def excuses_of(enrolment: Enrolment, viewer: User) -> list[Excused]:
    """What a trainee was excused from and what was taken back, by whom and why, the newest first.

    For the trainee and for those who guide or organise; others are told that a session is excused and no more.
    """
    followed = policy.followed_enrolments(viewer).with_only_columns(Enrolment.id)
    place, session = Reflection.enrolment_id, Reflection.training_session_id
    answered = sa.and_(Excuse.is_granted, Request.answered_by_giving(place, session, Excuse.at))
    rows = db.session.execute(
        sa.select(Excuse, Request)
        .join(Excuse.reflection)
        .outerjoin(Request, answered)
        .where(Reflection.enrolment_id == enrolment.id, Reflection.enrolment_id.in_(followed))
        .options(
            joinedload(Excuse.by),
            joinedload(Excuse.reflection).options(
                defer(Reflection.answers, raiseload=True), joinedload(Reflection.session)
            ),
        )
        .order_by(Excuse.at.desc(), Excuse.id.desc())
    )
    return [Excused(excuse, asked) for excuse, asked in rows]
