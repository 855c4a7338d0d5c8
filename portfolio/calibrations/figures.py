"""How the scores of a closed sample compare: for each criterion how they spread, and how far assessors agree."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from statistics import fmean

from portfolio.agreement import Interval, alpha, mean_kappa, with_interval
from portfolio.models import Calibration, Criterion, User

FEWEST = 10  # texts scored twice: figures of agreement from fewer than these would say more than is known
WIDE = 2  # levels: who are so far apart should talk


@dataclass(frozen=True)
class Score:
    """One level that one assessor chose for one criterion of one text."""

    text_id: int
    assessor_id: int
    criterion: str
    level: float


@dataclass(frozen=True)
class Spread:
    """The levels that one assessor chose for a criterion."""

    assessor: User
    counts: list[int]  # for each level of the scale
    mean: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class Agreement:
    """Figures of agreement with their 95 % intervals."""

    alpha: Interval
    kappa: Interval


@dataclass(frozen=True)
class Compared:
    """One criterion."""

    criterion: Criterion
    spreads: list[Spread]
    twice: int  # texts with two scores or more
    equal: int  # of those, how many got one level from all
    agreement: Agreement | None  # None for fewer texts than FEWEST


def compare(calibration: Calibration, scores: Sequence[Score], assessors: Iterable[User]) -> list[Compared]:
    """All criteria of a sample. Needs `rubric` loaded."""
    people, scale = list(assessors), calibration.rubric.scale
    return [
        _compare(criterion, [score for score in scores if score.criterion == criterion.key], people, scale, calibration)
        for criterion in calibration.rubric.criteria
    ]


def _compare(
    criterion: Criterion, scores: list[Score], people: list[User], scale: list[float], calibration: Calibration
) -> Compared:
    by_text: dict[int, list[float]] = {}
    for score in scores:
        by_text.setdefault(score.text_id, []).append(score.level)
    twice = [levels for levels in by_text.values() if len(levels) > 1]
    spreads = []
    for person in people:
        chosen = [score.level for score in scores if score.assessor_id == person.id]
        if chosen:
            counts = [chosen.count(level) for level in scale]
            spreads.append(Spread(person, counts, fmean(chosen), min(chosen), max(chosen)))
    agreement = None
    if len(twice) >= FEWEST:
        agreement = agreement_of(table(scores), tuple(scale), zlib.crc32(calibration.seed.encode()))
    return Compared(criterion, spreads, len(twice), sum(len(set(levels)) == 1 for levels in twice), agreement)


def table(scores: Sequence[Score]) -> tuple[tuple[float | None, ...], ...]:
    """A row for each assessor and a column for each text, both by their ids."""
    found = {(score.assessor_id, score.text_id): score.level for score in scores}
    assessors, texts = sorted({who for who, _ in found}), sorted({text for _, text in found})
    return tuple(tuple(found.get((who, text)) for text in texts) for who in assessors)


@lru_cache(maxsize=512)
def agreement_of(scores: tuple[tuple[float | None, ...], ...], scale: tuple[float, ...], seed: int) -> Agreement:
    """Agreement on one criterion. Its intervals take a tenth of a second each, so they are kept by what was scored."""
    return Agreement(
        alpha=with_interval(partial(alpha, metric="ordinal"), scores, seed=seed),
        kappa=with_interval(partial(mean_kappa, levels=scale, weights="quadratic"), scores, seed=seed),
    )


def apart(scores: Sequence[Score]) -> dict[int, tuple[float, float]]:
    """How far apart the scores of each text are, by its id: at most in one criterion, and over all of them."""
    levels: dict[tuple[int, str], list[float]] = {}
    for score in scores:
        levels.setdefault((score.text_id, score.criterion), []).append(score.level)
    found: dict[int, tuple[float, float]] = {}
    for (text_id, _), chosen in levels.items():
        gap, (most, sum_) = max(chosen) - min(chosen), found.get(text_id, (0.0, 0.0))
        found[text_id] = (max(most, gap), sum_ + gap)
    return found
