"""What waits for a writer: questions, answers, feedback not marked as read, and claims that have come to nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload

from portfolio.database import db
from portfolio.models import (
    Acknowledgement,
    Claim,
    Comment,
    Enrolment,
    Judgement,
    Outcome,
    Reflection,
    Review,
    SecondLook,
    State,
    Submission,
    Turn,
    User,
    Verdict,
    Visit,
    Withdrawal,
)

MOST = 30  # on one page; the series has them all


class Call(Enum):
    """Why something waits for its writer, the most pressing first. What came back waits too, and is seen by itself."""

    ADRIFT = "adrift"  # nothing else tells of it, and nobody but the writer can do anything about it
    TALK = "talk"
    LOOK = "look"
    JUDGED = "judged"
    FEEDBACK = "feedback"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a writer."""

    reflection: Reflection
    call: Call
    thing: int  # the id of the comment, the review, the second look or the claim
    at: datetime
    by: User | None
    times: int = 1  # so many conversations or claims of one reflection


def together(waiting: Sequence[Waiting]) -> list[Waiting]:
    """Those conversations of one reflection as one thing, which is the newest of them; its claims likewise."""
    found: dict[tuple[int, Call, int], Waiting] = {}
    for each in waiting:
        is_one = each.call in (Call.TALK, Call.ADRIFT, Call.JUDGED)
        key = (each.reflection.id, each.call, 0 if is_one else each.thing)
        found[key] = replace(found[key], times=found[key].times + 1) if key in found else each
    return list(found.values())


def waiting_for_writer(enrolment: Enrolment, *, most: int | None = None) -> list[Waiting]:
    """What others have said that a writer has not seen to, in one statement; the newest first of each kind.

    A conversation waits until they speak or it is resolved, feedback until they mark it as read, the answer to a
    second look or to a claim until they open it. A claim whose words are gone waits until they withdraw it.
    """
    calls = sa.union_all(*_calls()).subquery()
    rank = sa.case({call.value: rank for rank, call in enumerate(Call)}, value=calls.c.call)
    query = (
        sa.select(Reflection, calls.c.call, calls.c.thing, calls.c.at, User)
        .join(calls, calls.c.reflection_id == Reflection.id)
        .outerjoin(User, User.id == calls.c.by_id)
        .where(Reflection.enrolment_id == enrolment.id)
        .options(defer(Reflection.answers, raiseload=True), joinedload(Reflection.session))
        .order_by(rank, calls.c.at.desc(), calls.c.thing.desc())
        .limit(most)
    )
    return [
        Waiting(reflection, Call(call), thing, at, by) for reflection, call, thing, at, by in db.session.execute(query)
    ]


def _calls() -> Sequence[sa.Select[str, int, int, Any, Any]]:
    stands = ~sa.exists().where(Withdrawal.submission_id == Submission.id)
    said = aliased(Comment)
    in_it = sa.or_(said.id == Comment.id, said.parent_id == Comment.id)
    newest = sa.select(said.id).where(in_it).order_by(said.created_at.desc(), said.id.desc()).limit(1)
    last = aliased(Comment)
    talk = (
        sa.select(
            sa.literal(Call.TALK.value).label("call"),
            Submission.reflection_id.label("reflection_id"),
            Comment.id.label("thing"),
            last.created_at.label("at"),
            last.author_id.label("by_id"),
        )
        .join(Comment.submission)
        .join(last, last.id == newest.scalar_subquery())
        .where(Comment.turn == Turn.WRITER, stands)
    )
    seen = sa.exists().where(
        Visit.reflection_id == SecondLook.reflection_id,
        Visit.user_id == Enrolment.user_id,
        Visit.seen_at >= SecondLook.answered_at,
    )
    look = (
        sa.select(
            sa.literal(Call.LOOK.value),
            SecondLook.reflection_id,
            SecondLook.id,
            SecondLook.answered_at,
            SecondLook.reader_id,
        )
        .join(SecondLook.reflection)
        .join(Reflection.enrolment)
        .where(SecondLook.verdict == Verdict.UPHELD, ~seen)  # what was changed has come back
    )
    feedback = (
        sa.select(
            sa.literal(Call.FEEDBACK.value),
            Submission.reflection_id,
            Review.id,
            Review.decided_at,
            Review.reviewer_id,
        )
        .join(Review.submission)
        .join(Submission.reflection)
        .where(
            Review.outcome == Outcome.ACCEPTED,  # what was returned has come back
            Review.feedback != "",
            Submission.submitted_at == Reflection.submitted_at,  # of the text that stands
            Reflection.state.in_((State.SUBMITTED, State.ACCEPTED)),
            ~sa.exists().where(Acknowledgement.review_id == Review.id),
        )
    )
    stands_still = (Claim.withdrawn_at.is_(None), Reflection.submitted_at.is_not(None))
    adrift = (
        sa.select(sa.literal(Call.ADRIFT.value), Claim.reflection_id, Claim.id, Claim.adrift_at, sa.null())
        .join(Claim.reflection)
        .where(Claim.adrift_at.is_not(None), *stands_still)
    )
    later = aliased(Judgement)
    judged = (
        sa.select(sa.literal(Call.JUDGED.value), Claim.reflection_id, Claim.id, Judgement.at, Judgement.by_id)
        .join(Judgement.claim)
        .join(Judgement.submission)
        .join(Claim.reflection)
        .join(Reflection.enrolment)
        .where(
            *stands_still,
            Claim.adrift_at.is_(None),
            Submission.submitted_at == Reflection.submitted_at,  # of the text that stands
            ~sa.exists().where(later.claim_id == Claim.id, later.id > Judgement.id),
            ~sa.exists().where(
                Visit.reflection_id == Claim.reflection_id,
                Visit.user_id == Enrolment.user_id,
                Visit.seen_at >= Judgement.at,
            ),
        )
    )
    return talk, look, feedback, adrift, judged
