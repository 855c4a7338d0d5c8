"""Who sees and changes what a programme is for, and who claims and confirms that it was shown."""

import sqlalchemy as sa

from portfolio.models import Claim, Enrolment, LearningOutcome, Office, Reflection, User, Visibility
from portfolio.policy.holding import guides, holds_office
from portfolio.policy.reflections import may_review, may_write, visible_reflections


def organised_outcomes(user: User) -> sa.Select[LearningOutcome]:
    """The outcomes of the cohorts they organise."""
    return sa.select(LearningOutcome).where(holds_office(user, LearningOutcome.cohort_id, Office.ORGANISER))


def visible_claims(user: User) -> sa.Select[Claim]:
    """Their own; and those on what they may read, of trainees whom they guide or whose cohort they organise.

    With whom a reflection is shared, they read the text and no more.
    """
    readable = visible_reflections(user).with_only_columns(Reflection.id)
    concerned = sa.or_(
        Enrolment.user_id == user.id,
        guides(user, Enrolment.id),
        holds_office(user, Claim.cohort_id, Office.ORGANISER),
    )
    return (
        sa.select(Claim)
        .join(Claim.reflection)
        .join(Reflection.enrolment)
        .where(Claim.reflection_id.in_(readable), concerned)
    )


def claims_awaiting(user: User) -> sa.Select[Claim]:
    """What stands of the claims of those whom they guide, in texts that are handed in; never their own."""
    return (
        sa.select(Claim)
        .join(Claim.reflection)
        .join(Reflection.enrolment)
        .where(
            Claim.withdrawn_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Reflection.submitted_at.is_not(None),
            Reflection.visibility != Visibility.ONLY_ME,
            guides(user, Enrolment.id),
        )
    )


def may_claim(user: User, reflection: Reflection) -> bool:
    """Say what it shows: the writer alone, while in the cohort. Needs `enrolment` loaded."""
    return may_write(user, reflection)


def may_judge(user: User, reflection: Reflection) -> bool:
    """Confirm what is claimed: who may sign off. Needs `cohort` and the `mentorships` of `enrolment` loaded."""
    return may_review(user, reflection)
