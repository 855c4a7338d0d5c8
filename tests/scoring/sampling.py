"""Samples for the tests of blind scoring: who scores, and what is drawn for them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio.models import Appointment, Calibration, Cohort, Office, Rubric, SampledText, Scoring, User
from tests import cast
from tests.cast import NOON, World


def rubric_in(world: World, pack: dict[str, Any] = cast.ANALYTIC) -> Rubric:
    """A rubric of the first cohort, which none of its modules needs."""
    cohort = world.load(sa.select(Cohort).where(Cohort.id == world.cohort.id).options(selectinload(Cohort.rubrics)))
    world.keep(rubric := Rubric.adopt(pack, cohort=cohort, now=NOON))
    return rubric


def assessor(world: World, name: str, **about: Any) -> User:
    """Somebody who scores blind in the first cohort."""
    world.keep(user := cast.person(name, **about))
    world.keep(Appointment(cohort=world.cohort, user=user, office=Office.ASSESSOR, started_at=NOON))
    return user


def sample(
    world: World, able: Mapping[int, Sequence[int]], *, rubric: Rubric | None = None, **draw: Any
) -> Calibration:
    """A sample of everything, or as is said, drawn by Oki."""
    how = {"percent": 100, "seed": "a seed", "by": world.oki, "now": NOON} | draw
    world.keep(drawn := Calibration.draw(world.cohort, rubric or rubric_in(world), able, **how))
    return drawn


def scorings(world: World, calibration: Calibration) -> list[Scoring]:
    """All of a sample, as their verbs need them."""
    text = joinedload(Scoring.text)
    query = (
        sa.select(Scoring)
        .join(Scoring.text)
        .where(SampledText.calibration_id == calibration.id)
        .options(
            text.joinedload(SampledText.calibration).joinedload(Calibration.rubric),
            text.joinedload(SampledText.cohort),
            selectinload(Scoring.ratings),
        )
        .order_by(Scoring.id)
        .execution_options(populate_existing=True)
    )
    found = list(world.session.scalars(query))
    world.session.commit()
    return found


def score_all(world: World, calibration: Calibration, levels: Iterable[Mapping[str, float]]) -> None:
    """Every scoring gets the next levels."""
    for scoring, chosen in zip(scorings(world, calibration), levels, strict=True):
        scoring.score(chosen, "", now=NOON)
    world.keep()


def code(calibration: Calibration) -> str:
    """The code of the only text of a sample."""
    [text] = calibration.texts
    return text.code
