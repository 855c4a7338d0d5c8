"""Who scores blind, and who draws and compares."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portfolio.models import (
    Appointment,
    Calibration,
    Office,
    SampledText,
    Scoring,
    User,
)
from portfolio.policy.holding import holds_office


def visible_scorings(user: User) -> sa.Select[Scoring]:
    """The texts this person scores blind, while they are an assessor of the cohort: theirs alone."""
    return sa.select(Scoring).where(
        Scoring.assessor_id == user.id, holds_office(user, Scoring.cohort_id, Office.ASSESSOR)
    )


def visible_calibrations(user: User) -> sa.Select[Calibration]:
    """The samples of the cohorts they organise."""
    return sa.select(Calibration).where(holds_office(user, Calibration.cohort_id, Office.ORGANISER))


def visible_sampled_texts(user: User) -> sa.Select[SampledText]:
    """The texts of those samples."""
    samples = visible_calibrations(user).with_only_columns(Calibration.id)
    return sa.select(SampledText).where(SampledText.calibration_id.in_(samples))


def visible_assessors(user: User) -> sa.Select[Appointment]:
    """The blind assessors of the cohorts they organise."""
    mine = aliased(Appointment)
    organises = sa.exists().where(
        mine.cohort_id == Appointment.cohort_id,
        mine.user_id == user.id,
        mine.office == Office.ORGANISER,
        mine.ended_at.is_(None),
    )
    return sa.select(Appointment).where(Appointment.office == Office.ASSESSOR, organises)
