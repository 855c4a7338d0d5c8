"""Reads for organisers: the samples of a cohort, and one of them with all that was scored."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.calibrations.figures import WIDE, Score, apart
from portfolio.database import db
from portfolio.models import (
    Calibration,
    Cohort,
    Moderation,
    Rating,
    SampledText,
    Scoring,
    Submission,
    User,
)

PAGE = 20


@dataclass(frozen=True)
class Sample:
    """A sample in the list."""

    calibration: Calibration
    texts: int
    asked: int  # scorings that were asked for and not passed on
    scored: int
    passed_on: int


@dataclass(frozen=True)
class Ranked:
    """A text of a sample, and how far apart its scores are at most in one criterion."""

    text: SampledText
    apart: float

    @property
    def is_wide(self) -> bool:
        """Whether its assessors should talk."""
        return self.apart >= WIDE


def with_rubrics(cohorts: sa.Select[Cohort]) -> sa.Select[Cohort]:
    """A cohort with the rubrics a sample may be scored by, and who holds an office in it."""
    return cohorts.options(selectinload(Cohort.rubrics), selectinload(Cohort.appointments))


def _samples(user: User, *of: sa.ColumnElement[bool]) -> list[Sample]:
    query = (
        policy.visible_calibrations(user)
        .where(*of)
        .join(Calibration.texts)
        .join(SampledText.scorings)
        .add_columns(
            sa.func.count(sa.distinct(SampledText.id)),
            sa.func.count(Scoring.id) - sa.func.count(Scoring.recused_at),
            sa.func.count(Scoring.scored_at),
            sa.func.count(Scoring.recused_at),
        )
        .group_by(Calibration.id)
        .order_by(Calibration.id.desc())
    )
    return [Sample(*row) for row in db.session.execute(query)]


def samples_of(user: User, cohort: Cohort) -> list[Sample]:
    """Those of a cohort."""
    return _samples(user, Calibration.cohort_id == cohort.id)


def progress_of(user: User, calibration: Calibration) -> Sample:
    """How far one sample is."""
    [sample] = _samples(user, Calibration.id == calibration.id)
    return sample


def with_rubric(calibrations: sa.Select[Calibration]) -> sa.Select[Calibration]:
    """A sample with its cohort and rubric, and who drew it."""
    return calibrations.options(
        joinedload(Calibration.cohort), joinedload(Calibration.rubric), joinedload(Calibration.drawn_by)
    )


def to_close(calibrations: sa.Select[Calibration]) -> sa.Select[Calibration]:
    """A sample, locked: no score crosses its closing."""
    return calibrations.with_for_update(key_share=True)


def to_change(texts: sa.Select[SampledText]) -> sa.Select[SampledText]:
    """A text of a sample with what its verbs need, its sample locked."""
    return (
        texts.join(SampledText.calibration)
        .options(
            joinedload(SampledText.calibration).joinedload(Calibration.rubric),
            joinedload(SampledText.cohort),
            selectinload(SampledText.scorings),
        )
        .with_for_update(of=[Calibration], key_share=True)
    )


def scores_of(calibration: Calibration) -> list[Score]:
    """Every level that was chosen in a closed sample; nothing of one that is open, for whomever asks."""
    if calibration.is_open:
        return []
    rows = db.session.execute(
        sa.select(Scoring.text_id, Scoring.assessor_id, Rating.criterion, Rating.level)
        .join(SampledText, SampledText.id == Scoring.text_id)
        .join(Rating, Rating.scoring_id == Scoring.id)
        .where(SampledText.calibration_id == calibration.id, Scoring.scored_at.is_not(None))
        .order_by(Scoring.id, Rating.id)
    )
    return [Score(*row) for row in rows]


def order_of(calibration: Calibration, scores: Sequence[Score]) -> list[tuple[int, float]]:
    """The texts of a sample by their ids, the largest difference first, and those with equal ones by their codes."""
    gaps = apart(scores)
    rows = db.session.execute(
        sa.select(SampledText.id, SampledText.code).where(SampledText.calibration_id == calibration.id)
    )
    codes = {text_id: code for text_id, code in rows}  # noqa: C416 - dict() takes a result for a mapping

    def rank(text_id: int) -> tuple[float, float, str]:
        most, sum_ = gaps.get(text_id, (0.0, 0.0))
        return -most, -sum_, codes[text_id]

    return [(text_id, gaps.get(text_id, (0.0, 0.0))[0]) for text_id in sorted(codes, key=rank)]


def page_with(order: Sequence[tuple[int, float]], text_id: int) -> int:
    """The page on which a text stands in that order."""
    return [each for each, _ in order].index(text_id) // PAGE + 1


def page_of(order: Sequence[tuple[int, float]], page: int) -> list[Ranked]:
    """The texts on one page of that order, with who was given them, and what was settled since."""
    here = order[(page - 1) * PAGE : page * PAGE]
    query = (
        sa.select(SampledText)
        .where(SampledText.id.in_([text_id for text_id, _ in here]))
        .options(
            joinedload(SampledText.submission).load_only(Submission.reflection_id),
            joinedload(SampledText.calibration),
            selectinload(SampledText.scorings).joinedload(Scoring.assessor),
            selectinload(SampledText.moderations).joinedload(Moderation.by),
        )
    )
    texts = {text.id: text for text in db.session.scalars(query)}
    return [Ranked(texts[text_id], gap) for text_id, gap in here]


def everybody(calibration: Calibration) -> Sequence[User]:
    """All who were given a text of a sample, in the order in which they first were."""
    first = (
        sa.select(Scoring.assessor_id, sa.func.min(Scoring.id).label("first"))
        .join(SampledText, SampledText.id == Scoring.text_id)
        .where(SampledText.calibration_id == calibration.id)
        .group_by(Scoring.assessor_id)
        .subquery()
    )
    query = sa.select(User).join(first, first.c.assessor_id == User.id).order_by(first.c.first)
    return db.session.scalars(query).all()


def account(email: str) -> User | None:
    """Whoever signs in with this address."""
    return db.session.scalars(sa.select(User).where(User.email == email.strip().lower())).one_or_none()
