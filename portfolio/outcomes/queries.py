"""Reads for outcomes: the tree of a cohort, its history, what was claimed, and what is shown so far."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload, selectinload

from portfolio import policy
from portfolio.claims import BEST_FIRST, evidence, rank_of, unanswered
from portfolio.database import db
from portfolio.models import (
    Agenda,
    Claim,
    Cohort,
    Enrolment,
    Evidence,
    Judgement,
    LearningOutcome,
    Mentorship,
    Module,
    OutcomeChange,
    Programme,
    Reflection,
    Submission,
    Template,
    TrainingSession,
    User,
)

MOST_CHANGES = 30


def tree_of(cohort_id: int) -> Sequence[LearningOutcome]:
    """All outcomes of a cohort, those aimed at no longer as well, in their order; with the sessions that serve them."""
    return db.session.scalars(
        sa.select(LearningOutcome)
        .where(LearningOutcome.cohort_id == cohort_id)
        .options(selectinload(LearningOutcome.sessions))
        .order_by(LearningOutcome.position)
    ).all()


def sessions_of(cohort_id: int) -> Sequence[TrainingSession]:
    """The sessions of a cohort that are held, in their order, with their modules and agendas."""
    return db.session.scalars(
        sa.select(TrainingSession)
        .where(TrainingSession.cohort_id == cohort_id, TrainingSession.retired_at.is_(None))
        .options(joinedload(TrainingSession.module).joinedload(Module.agenda))
        .order_by(TrainingSession.position)
    ).all()


def changes_of(cohort_id: int) -> Sequence[OutcomeChange]:
    """What was changed lately, the newest first."""
    return db.session.scalars(
        sa.select(OutcomeChange)
        .where(OutcomeChange.cohort_id == cohort_id)
        .options(joinedload(OutcomeChange.by), joinedload(OutcomeChange.outcome))
        .order_by(OutcomeChange.at.desc(), OutcomeChange.id.desc())
        .limit(MOST_CHANGES)
    ).all()


def to_lay_out(cohorts: sa.Select[Cohort]) -> sa.Select[Cohort]:
    """A cohort with all that its tree is made from, locked: of two that make it, the second is told."""
    return cohorts.options(
        joinedload(Cohort.programme),
        selectinload(Cohort.agendas),
        selectinload(Cohort.modules),
        selectinload(Cohort.sessions),
    ).with_for_update(of=Cohort, key_share=True)


def to_publish(cohorts: sa.Select[Cohort]) -> sa.Select[Cohort]:
    """A cohort, locked."""
    return cohorts.with_for_update(of=Cohort, key_share=True)


def to_edit(outcomes: sa.Select[LearningOutcome]) -> sa.Select[LearningOutcome]:
    """An outcome with what is needed to change it."""
    return outcomes.options(
        joinedload(LearningOutcome.cohort).joinedload(Cohort.programme).load_only(Programme.title),
        joinedload(LearningOutcome.parent),
        joinedload(LearningOutcome.agenda),
        joinedload(LearningOutcome.module),
        selectinload(LearningOutcome.sessions),
    )


def modules_under(agenda_id: int) -> Sequence[Module]:
    """The modules of an agenda, in their order."""
    return db.session.scalars(sa.select(Module).where(Module.agenda_id == agenda_id).order_by(Module.position)).all()


def agendas_of(cohort_id: int) -> Sequence[Agenda]:
    """The agendas of a cohort, in their order."""
    return db.session.scalars(sa.select(Agenda).where(Agenda.cohort_id == cohort_id).order_by(Agenda.position)).all()


# --- Claims


def to_claim(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    """A reflection with what the page of its claims shows, and making or judging one needs."""
    submissions = selectinload(Reflection.submissions)
    return reflections.options(
        joinedload(Reflection.cohort),
        joinedload(Reflection.session).joinedload(TrainingSession.module).joinedload(Module.agenda),
        joinedload(Reflection.session).joinedload(TrainingSession.template).joinedload(Template.prompts),
        joinedload(Reflection.enrolment).selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
        joinedload(Reflection.enrolment).joinedload(Enrolment.user),
        submissions.joinedload(Submission.withdrawal),
    )


def to_make(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    """The same, locked: what is claimed while another round is handed in quotes that one, or is followed into it."""
    return to_claim(reflections).with_for_update(of=Reflection, key_share=True)


def claim_to_renew(user: User, reflection: Reflection, claim_id: int) -> Claim | None:
    """A claim of a reflection that was withdrawn, unless its outcome is claimed again already."""
    again = aliased(Claim)
    return db.session.scalar(
        policy.visible_claims(user).where(
            Claim.id == claim_id,
            Claim.reflection_id == reflection.id,
            Claim.withdrawn_at.is_not(None),
            ~sa.exists().where(
                again.reflection_id == Claim.reflection_id,
                again.outcome_id == Claim.outcome_id,
                again.withdrawn_at.is_(None),
            ),
        )
    )


def outcome_to_claim(reflection: Reflection, outcome_id: int) -> LearningOutcome | None:
    """An outcome of the cohort of a reflection, by its id."""
    return db.session.scalar(
        sa.select(LearningOutcome).where(
            LearningOutcome.id == outcome_id, LearningOutcome.cohort_id == reflection.cohort_id
        )
    )


def to_change(claims: sa.Select[Claim]) -> sa.Select[Claim]:
    """A claim with its reflection and what was said of it, locked."""
    submissions = joinedload(Claim.reflection).selectinload(Reflection.submissions)
    return claims.options(
        joinedload(Claim.reflection).options(
            joinedload(Reflection.cohort),
            joinedload(Reflection.enrolment).selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
            joinedload(Reflection.enrolment).joinedload(Enrolment.user),
        ),
        submissions.joinedload(Submission.withdrawal),
        joinedload(Claim.outcome),
        selectinload(Claim.judgements).joinedload(Judgement.by),
    ).with_for_update(of=Claim, key_share=True)


PAGE = 50


def claims_to_judge(user: User, *, page: int) -> Sequence[Claim]:
    """A page of what trainees of theirs claim and nobody has answered for the round that stands, the oldest first."""
    return db.session.scalars(
        policy.claims_awaiting(user)
        .where(unanswered())
        .options(
            joinedload(Claim.outcome),
            joinedload(Claim.reflection).options(
                defer(Reflection.answers, raiseload=True),
                defer(Reflection.title, raiseload=True),
                joinedload(Reflection.session),
                joinedload(Reflection.cohort),
                joinedload(Reflection.enrolment).joinedload(Enrolment.user),
            ),
        )
        .order_by(Claim.made_at, Claim.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()


def next_to_judge(user: User, *, after: Reflection) -> Claim | None:
    """What waits for them first, in another text than this one."""
    return db.session.scalars(
        policy.claims_awaiting(user)
        .where(unanswered(), Claim.reflection_id != after.id)
        .options(joinedload(Claim.outcome))
        .order_by(Claim.made_at, Claim.id)
        .limit(1)
    ).one_or_none()


# --- Coverage


@dataclass(frozen=True)
class Shown:
    """A claim of a trainee, and how far it carries."""

    claim: Claim
    evidence: Evidence


def shown_by(enrolment: Enrolment) -> Sequence[Shown]:
    """All that a trainee claims, in the order in which it was claimed."""
    rows = db.session.execute(
        sa.select(Claim, evidence().label("evidence"))
        .join(Claim.reflection)
        .where(
            Reflection.enrolment_id == enrolment.id, Claim.withdrawn_at.is_(None), Reflection.submitted_at.is_not(None)
        )
        .options(
            joinedload(Claim.reflection).options(
                joinedload(Reflection.session), defer(Reflection.answers, raiseload=True)
            )
        )
        .order_by(Claim.made_at, Claim.id)
    )
    return [Shown(claim, Evidence(carries)) for claim, carries in rows]


def shown_in(cohort: Cohort) -> dict[int, dict[Evidence, int]]:
    """For each outcome, how many trainees of a cohort stand where with it; each counts once, by what carries best."""
    each = (
        sa.select(Claim.outcome_id, Reflection.enrolment_id, evidence().label("evidence"))
        .join(Claim.reflection)
        .join(Reflection.enrolment)
        .where(
            Claim.cohort_id == cohort.id,
            Claim.withdrawn_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Reflection.submitted_at.is_not(None),
        )
        .subquery()
    )
    best = (
        sa.select(
            each.c.outcome_id,
            each.c.enrolment_id,
            sa.func.min(rank_of(each.c.evidence)).label("best"),
        )
        .group_by(each.c.outcome_id, each.c.enrolment_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(best.c.outcome_id, best.c.best, sa.func.count()).group_by(best.c.outcome_id, best.c.best)
    )
    counts: dict[int, dict[Evidence, int]] = {}
    for outcome_id, place, number in rows:
        counts.setdefault(outcome_id, {})[BEST_FIRST[place]] = number
    return counts


def trainees_in(cohort: Cohort) -> int:
    """How many trainees are in a cohort."""
    active = sa.select(sa.func.count(Enrolment.id)).where(
        Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None)
    )
    return db.session.scalar(active) or 0


def may_follow(user: User, enrolment: Enrolment) -> bool:
    """Whether they may read what this trainee claims, and not only how far it carries."""
    followed = policy.followed_enrolments(user).where(Enrolment.id == enrolment.id)
    return db.session.scalar(sa.select(followed.exists())) is True


def to_map(enrolments: sa.Select[Enrolment]) -> sa.Select[Enrolment]:
    """A trainee with what heads their map."""
    return enrolments.options(joinedload(Enrolment.cohort), joinedload(Enrolment.user))
