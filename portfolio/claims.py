"""Reads that several pages need: what reflections are claimed to show, and how far that carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from portfolio import policy
from portfolio.alignment import Rank
from portfolio.database import db
from portfolio.models import (
    Claim,
    Enrolment,
    Evidence,
    Judgement,
    LearningOutcome,
    Reflection,
    State,
    Submission,
    User,
    Withdrawal,
)

BEST_FIRST = [each for each in Evidence if each is not Evidence.NOTHING]


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


def standing_claims(reflection: Reflection) -> Sequence[Claim]:
    """All that is claimed of a reflection and not withdrawn, whoever may see it: to follow it."""
    return db.session.scalars(
        sa.select(Claim).where(Claim.reflection_id == reflection.id, Claim.withdrawn_at.is_(None)).order_by(Claim.id)
    ).all()


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
    """Of a claim, whether its words are in the round that stands and nobody has said anything of it for that round."""
    return sa.and_(Claim.adrift_at.is_(None), _last_said().is_(None))


def claims_waiting(user: User) -> int:
    """How many claims wait for this person's answer."""
    return db.session.scalar(sa.select(number_of_claims(user))) or 0


def number_of_claims(user: User) -> sa.ScalarSelect[int]:
    """The same, for a statement that asks for more."""
    return policy.claims_awaiting(user).where(unanswered()).with_only_columns(sa.func.count(Claim.id)).scalar_subquery()


def evidence() -> sa.Case[str]:
    """Of a claim, joined with its reflection: the value of its `Evidence`, as `Claim.evidence_in` has it."""
    said = _last_said()
    return sa.case(
        (Claim.adrift_at.is_not(None), Evidence.ADRIFT.value),
        (said.is_(sa.false()), Evidence.DECLINED.value),
        (sa.and_(said.is_(sa.true()), Reflection.state == State.ACCEPTED), Evidence.SHOWN.value),
        (said.is_(sa.true()), Evidence.CONFIRMED.value),
        else_=Evidence.WAITING.value,
    )


def rank_of(evidence: sa.ColumnElement[str]) -> sa.Case[int]:
    """The place of an `Evidence` among those that carry, the best first; so that the least of several is the best."""
    return sa.case({each.value: place for place, each in enumerate(BEST_FIRST)}, value=evidence)


@dataclass(frozen=True)
class Covered:
    """How the outcomes that a text can show stand with one trainee."""

    counts: Mapping[Evidence, int]
    total: int

    @property
    def shown(self) -> int:
        """How many are shown."""
        return self.counts.get(Evidence.SHOWN, 0)

    @property
    def figures(self) -> list[tuple[Evidence, int]]:
        """How many stand where, the best first; together they are all."""
        found = [(each, self.counts.get(each, 0)) for each in BEST_FIRST]
        left = self.total - sum(number for _, number in found)
        return [(each, number) for each, number in [*found, (Evidence.NOTHING, left)] if number]


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
        .where(
            *ends,
            Reflection.enrolment_id == enrolment.id,
            Reflection.submitted_at.is_not(None),
            Claim.withdrawn_at.is_(None),
        )
        .subquery()
    )
    best = sa.select(sa.func.min(rank_of(each.c.evidence)).label("place")).group_by(each.c.id).subquery()
    rows = db.session.execute(
        sa.union_all(
            sa.select(best.c.place, sa.func.count()).group_by(best.c.place),
            sa.select(sa.literal(len(BEST_FIRST)), sa.func.count(LearningOutcome.id)).where(*ends),
        )
    )
    found = dict(tuple(row) for row in rows)
    return Covered(
        {BEST_FIRST[place]: n for place, n in found.items() if place < len(BEST_FIRST)}, found[len(BEST_FIRST)]
    )
