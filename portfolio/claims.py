"""Reads that several pages need: what reflections are claimed to show, and how far that carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from portfolio import policy
from portfolio.alignment import Rank
from portfolio.database import db
from portfolio.models import (
    Claim,
    Enrolment,
    Judgement,
    LearningOutcome,
    Reflection,
    State,
    Submission,
    User,
    Withdrawal,
)


class Evidence(Enum):
    """How far an outcome is shown by one trainee."""

    SHOWN = "shown"  # confirmed, in a text that is signed off
    WAITING = "waiting"  # claimed, and not answered; or confirmed in a text that is not signed off yet
    DECLINED = "declined"  # claimed, and not confirmed
    NOTHING = "nothing"


def claims_on(reflection: Reflection, user: User) -> Sequence[Claim]:
    """What was claimed of a reflection and stands, as far as this person may see it, in the order of the tree."""
    outcome = aliased(LearningOutcome)
    made = db.session.scalars(
        policy.visible_claims(user)
        .join(outcome, outcome.id == Claim.outcome_id)
        .where(Claim.reflection_id == reflection.id, Claim.withdrawn_at.is_(None))
        .options(joinedload(Claim.outcome), joinedload(Claim.judgements).joinedload(Judgement.by))
        .order_by(outcome.position)
    )
    return made.unique().all()


def claims_beside(reflection: Reflection, user: User) -> Sequence[Claim]:
    """The same for a page that shows the reflection; nothing is asked while no outcome can be claimed."""
    is_claimable = reflection.cohort.outcomes_published_at is not None and reflection.submitted_at is not None
    return claims_on(reflection, user) if is_claimable else []


# --- How far it carries


def _latest_round() -> sa.ScalarSelect[int]:
    """Of a claim's reflection, the round that stands."""
    return (
        sa.select(Submission.id)
        .where(
            Submission.reflection_id == Claim.reflection_id,
            ~sa.exists().where(Withdrawal.submission_id == Submission.id),
        )
        .order_by(Submission.round.desc())
        .limit(1)
        .correlate(Claim)
        .scalar_subquery()
    )


def _last_said() -> sa.ScalarSelect[bool]:
    """Of a claim, whether it was confirmed when somebody last said so for the round that stands; NULL if nobody did."""
    return (
        sa.select(Judgement.is_confirmed)
        .where(Judgement.claim_id == Claim.id, Judgement.submission_id == _latest_round())
        .order_by(Judgement.id.desc())
        .limit(1)
        .correlate(Claim)
        .scalar_subquery()
    )


def unanswered() -> sa.ColumnElement[bool]:
    """Of a claim, whether nobody has said anything of it for the round that stands."""
    return _last_said().is_(None)


def evidence() -> sa.Case[str]:
    """Of a claim, joined with its reflection: the value of its `Evidence`."""
    said = _last_said()
    return sa.case(
        (sa.and_(said.is_(sa.true()), Reflection.state == State.ACCEPTED), Evidence.SHOWN.value),
        (said.is_(sa.false()), Evidence.DECLINED.value),
        else_=Evidence.WAITING.value,
    )


@dataclass(frozen=True)
class Covered:
    """How many of the outcomes that a text can show one trainee has shown, and how many wait."""

    shown: int
    waiting: int
    total: int


def covered_by(enrolment: Enrolment) -> Covered:
    """The figures of one trainee, in one statement. Needs `cohort` loaded."""
    below = aliased(LearningOutcome)
    ends = (
        LearningOutcome.cohort_id == enrolment.cohort_id,
        LearningOutcome.ended_at.is_(None),
        LearningOutcome.rank >= Rank.MODULE,
        ~sa.exists().where(below.parent_id == LearningOutcome.id, below.ended_at.is_(None)),
    )
    each = (
        sa.select(LearningOutcome.id, evidence().label("evidence"))
        .select_from(LearningOutcome)
        .join(Claim, Claim.outcome_id == LearningOutcome.id)
        .join(Claim.reflection)
        .where(*ends, Reflection.enrolment_id == enrolment.id, Claim.withdrawn_at.is_(None))
        .subquery()
    )
    shown = sa.select(each.c.id).where(each.c.evidence == Evidence.SHOWN.value)
    waiting = sa.select(each.c.id).where(each.c.evidence == Evidence.WAITING.value, each.c.id.not_in(shown))
    counts = [
        sa.select(sa.func.count()).select_from(some.distinct().subquery()).scalar_subquery()
        for some in (shown, waiting, sa.select(LearningOutcome.id).where(*ends))
    ]
    return Covered(*db.session.execute(sa.select(*counts)).one())
