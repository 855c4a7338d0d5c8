"""Reads for assessors: the texts they score, and what must be left out of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Appointment,
    Calibration,
    Enrolment,
    Mentorship,
    Reflection,
    SampledText,
    Scoring,
    Submission,
    Template,
    TrainingSession,
    User,
    handed_in_with,
)
from portfolio.scoring.redaction import Identity


def texts_of(user: User) -> Sequence[Scoring]:
    """What an assessor was given: first what waits for them, by codes, whose order tells nothing."""
    waits = sa.and_(Scoring.scored_at.is_(None), Scoring.recused_at.is_(None), Calibration.closed_at.is_(None))
    query = (
        policy.visible_scorings(user)
        .join(Scoring.text)
        .join(SampledText.calibration)
        .options(contains_eager(Scoring.text).contains_eager(SampledText.calibration).joinedload(Calibration.rubric))
        .order_by(sa.case((waits, 0), else_=1), Calibration.closed_at.is_not(None), SampledText.code)
    )
    return db.session.scalars(query).all()


def coded(user: User, code: str) -> sa.Select[Scoring]:
    """The scoring of the text that an assessor knows by this code."""
    return (
        policy.visible_scorings(user)
        .join(Scoring.text)
        .join(SampledText.calibration)
        .where(SampledText.code == code)
        .options(
            contains_eager(Scoring.text).contains_eager(SampledText.calibration).joinedload(Calibration.rubric),
            selectinload(Scoring.ratings),
        )
    )


def to_read(scorings: sa.Select[Scoring]) -> sa.Select[Scoring]:
    """With the text itself, and its writer, who must not be found in it."""
    reflection = contains_eager(Scoring.text).joinedload(SampledText.submission).joinedload(Submission.reflection)
    return scorings.options(
        reflection.joinedload(Reflection.session).joinedload(TrainingSession.template).joinedload(Template.prompts),
        reflection.joinedload(Reflection.enrolment).joinedload(Enrolment.user),
    )


def to_score(scorings: sa.Select[Scoring]) -> sa.Select[Scoring]:
    """With what its verbs need, locked together with its sample: whoever closes that waits, or was first."""
    return scorings.with_for_update(of=[Scoring, Calibration], key_share=True)


def identity_of(submission: Submission) -> Identity:
    """All that tells whose a text is, with the names of everybody in the cohort."""
    enrolment, cohort_id = submission.reflection.enrolment, submission.cohort_id
    people = sa.union(
        sa.select(Enrolment.user_id).where(Enrolment.cohort_id == cohort_id),
        sa.select(Mentorship.user_id).where(Mentorship.cohort_id == cohort_id),
        sa.select(Appointment.user_id).where(Appointment.cohort_id == cohort_id),
    )
    writer = enrolment.user
    others = db.session.scalars(sa.select(User.name).where(User.id.in_(people), User.id != writer.id))
    return Identity(
        writer.name, writer.email, writer.unit, writer.job, enrolment.group, (*others, submission.facilitator)
    )


def files_left_out(submission: Submission) -> int:
    """How many files were handed in with a text."""
    handed_in = sa.select(sa.func.count()).where(handed_in_with.c.submission_id == submission.id)
    return db.session.scalar(handed_in) or 0


def next_text(user: User, *, after: str) -> str | None:
    """The code of the text to score after this one: whatever waits, or nothing."""
    query = (
        policy.visible_scorings(user)
        .join(Scoring.text)
        .join(SampledText.calibration)
        .where(Scoring.scored_at.is_(None), Scoring.recused_at.is_(None), Calibration.closed_at.is_(None))
        .where(SampledText.code != after)
        .with_only_columns(SampledText.code)
        .order_by(SampledText.code <= after, SampledText.code)
        .limit(1)
    )
    return db.session.scalar(query)
