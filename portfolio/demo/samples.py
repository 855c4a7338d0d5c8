"""Blind scoring in the demo: one sample that was scored and closed, and one that is being scored."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portfolio.accounts.passwords import make_hash
from portfolio.demo.cast import ASSESSOR, PASSWORD, words
from portfolio.models import (
    Appointment,
    Calibration,
    Cohort,
    Enrolment,
    Moderation,
    Rubric,
    SampledText,
    Scoring,
    State,
    User,
)

CLOSED_SEED, OPEN_SEED = "penyamaan-1", "penyamaan-2"
CLOSED_TEXTS, OPEN_TEXTS = 12, 6


def scored_blind(
    session: Session, cohort: Cohort, enrolments: Sequence[Enrolment], *, by: User, begun: datetime, now: datetime
) -> None:
    """Draw both samples by their seeds, from what was accepted longest ago, and let the assessors score."""
    assessors = _assessors(session, cohort, begun)
    accepted = sorted(
        (
            reflection
            for enrolment in enrolments
            for reflection in enrolment.reflections
            if reflection.state is State.ACCEPTED and reflection.latest is not None
        ),
        key=lambda reflection: (reflection.submitted_at, reflection.id),
    )
    ids = [reflection.latest.id for reflection in accepted if reflection.latest]
    able = [assessor.id for assessor in assessors]
    holistic = next(rubric for rubric in cohort.rubrics if rubric.is_holistic)
    analytic = next(rubric for rubric in cohort.rubrics if not rubric.is_holistic)
    half = 2 * CLOSED_TEXTS
    closed = _draw(session, cohort, holistic, ids[:half], able, CLOSED_SEED, by=by, now=now - timedelta(days=4))
    chance = random.Random(CLOSED_SEED)
    for scoring in _scorings(closed):
        _score(scoring, chance, assessors, now=now - timedelta(days=2))
    closed.close(now=now - timedelta(days=1))
    _settle(session, closed, by=by, now=now - timedelta(hours=20))
    open_ = _draw(
        session,
        cohort,
        analytic,
        ids[half : half + 2 * OPEN_TEXTS],
        able,
        OPEN_SEED,
        by=by,
        now=now - timedelta(days=1),
    )
    waiting = list(_scorings(open_))
    mine = [scoring for scoring in waiting if scoring.assessor_id == assessors[0].id]
    theirs = [scoring for scoring in waiting if scoring.assessor_id != assessors[0].id]
    for scoring in mine[:1] + theirs[1:4]:
        _score(scoring, chance, assessors, now=now - timedelta(hours=5))
    theirs[0].recuse(words()["scored_blind"]["recusal"], now=now - timedelta(hours=6))


def _assessors(session: Session, cohort: Cohort, begun: datetime) -> list[User]:
    people, password = [], make_hash(PASSWORD)
    for rank, about in enumerate(words()["scored_blind"]["assessors"]):
        email = ASSESSOR if rank == 0 else f"{about['name'].lower().replace(' ', '.')}@demo.example"
        people.append(
            User(
                email=email, name=about["name"], address=about.get("address", ""), job=about["job"],
                unit=about["unit"], password_hash=password, created_at=begun,
            )
        )  # fmt: skip
    session.add_all(people)
    session.flush()
    session.add_all(Appointment.assessor(cohort, person, now=begun) for person in people)
    return people


def _draw(
    session: Session, cohort: Cohort, rubric: Rubric, ids: list[int], able: list[int], seed: str, *, by: User,
    now: datetime,
) -> Calibration:  # fmt: skip
    drawn = Calibration.draw(cohort, rubric, dict.fromkeys(ids, able), percent=50, seed=seed, by=by, now=now)
    session.add(drawn)
    session.flush()
    return drawn


def _scorings(calibration: Calibration) -> Iterator[Scoring]:
    return (scoring for text in calibration.texts for scoring in text.scorings)


def _score(scoring: Scoring, chance: random.Random, assessors: list[User], *, now: datetime) -> None:
    """Near to what others say of the same text; the last of the assessors is a little more severe than the others."""
    scale = scoring.text.calibration.rubric.scale
    step = scale[1] - scale[0]
    severity = step if scoring.assessor_id == assessors[-1].id else 0
    levels = {}
    for criterion in scoring.text.calibration.rubric.criteria:
        of_text = random.Random(f"{scoring.text.submission_id} {criterion.key}").choice(scale[1:])
        wanted = of_text - severity + chance.choice((-step, 0, 0, 0, step))
        levels[criterion.key] = min(max(wanted, scale[0]), scale[-1])
    scoring.score(levels, chance.choice(words()["scored_blind"]["notes"]), now=now)


def _settle(session: Session, calibration: Calibration, *, by: User, now: datetime) -> None:
    """The text on which they differ most is settled."""
    [criterion] = calibration.rubric.criteria

    def levels(text: SampledText) -> list[float]:
        return [rating.level for scoring in text.scorings for rating in scoring.ratings]

    text = max(calibration.texts, key=lambda text: (max(levels(text)) - min(levels(text)), text.submission_id))
    reason = words()["scored_blind"]["settled"]
    session.add(Moderation.settle(text, criterion.key, max(levels(text)), reason, by=by, now=now))
