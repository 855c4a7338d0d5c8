"""How far assessors agree who scored the same texts: figures that can be shown beside what they scored.

Each figure is None where it is not defined: fewer than two texts scored twice, or 0/0, as kappa and alpha are when
every score is the same. Nothing is put in the place of a figure that there is not, neither 0 nor 1.

numpy takes longer to load than a page to make, so it is loaded by the first who asks for a figure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

Row: TypeAlias = Sequence[float | None]
Scores: TypeAlias = Sequence[Row]  # one row for each assessor, one column for each text; None where there is no score
Table: TypeAlias = "NDArray[float64]"  # the same in numpy, with NaN for None
Metric = Literal["nominal", "ordinal", "interval"]
Weights = Literal["linear", "quadratic"] | None

FEWEST = 2  # texts scored twice, for a figure
FEWEST_FOR_INTERVAL = 5


@dataclass(frozen=True)
class Interval:
    """A figure, and between what it lies in 95 of 100 samples; None where it is not defined."""

    value: float | None
    low: float | None
    high: float | None


# --- Two assessors


def percent(first: Row, second: Row) -> float | None:
    """The share, 0 to 1, of the texts scored by both to which both gave the same score."""
    return mean_percent((first, second))


def kappa(first: Row, second: Row, levels: Sequence[float], weights: Weights = "quadratic") -> float | None:
    """Cohen's kappa over the texts scored by both: 1 − Do/De, which is (po − pe)/(1 − pe).

    Do and De are how far apart the two are, and would be by chance with each one's own shares of the levels. Two levels
    are apart by 1 without weights (Cohen 1960), else by |i − j|/(k − 1) or its square (Cohen 1968), where i and j are
    their places among the k `levels`, not their scores.
    """
    return mean_kappa((first, second), levels, weights)


def ac(first: Row, second: Row, levels: Sequence[float], weights: Weights = "quadratic") -> float | None:
    """Gwet's AC2, and AC1 without weights, of two assessors: see `joint_ac`."""
    return joint_ac((first, second), levels, weights)


# --- Any number of assessors, with scores missing


def alpha(scores: "Scores | Table", metric: Metric = "ordinal") -> float | None:
    """Krippendorff's alpha: 1 − Do/De on the matrix of coincidences (Hayes and Krippendorff 2007).

    Texts with a single score do not count. Counted by the library `krippendorff`.
    """
    import krippendorff
    import numpy as np

    table = _scored_twice(_table(scores))
    values = np.unique(table[~np.isnan(table)])
    if table.shape[1] < FEWEST or len(values) < 2:
        return None
    counts = (table[..., np.newaxis] == values).sum(axis=0)
    return float(krippendorff.alpha(value_counts=counts, value_domain=values, level_of_measurement=metric))


def mean_percent(scores: "Scores | Table") -> float | None:
    """The share, 0 to 1, of equal scores among all pairs of scores for one text by two assessors."""
    import numpy as np

    table = _scored_twice(_table(scores))
    if table.shape[1] < FEWEST:
        return None
    one, other = np.triu_indices(len(table), 1)
    apart = table[one] - table[other]
    return float((apart == 0).sum() / (~np.isnan(apart)).sum())


def mean_kappa(scores: "Scores | Table", levels: Sequence[float], weights: Weights = "quadratic") -> float | None:
    """The mean of the kappas of each two assessors (Light 1971), weighted by how many texts both scored.

    Two whose kappa is not defined are left out.
    """
    import numpy as np

    apart = _apart(levels, weights)
    tables = _cross_tables(_places(scores, levels), len(apart))
    both = tables.sum(axis=(1, 2))
    observed = (tables * apart).sum(axis=(1, 2)) * both
    by_chance = ((tables.sum(axis=2) @ apart) * tables.sum(axis=1)).sum(axis=1)
    defined = (both >= FEWEST) & (by_chance > 0)
    if not defined.any():
        return None
    return float(np.average(1 - observed[defined] / by_chance[defined], weights=both[defined]))


def joint_ac(scores: "Scores | Table", levels: Sequence[float], weights: Weights = "quadratic") -> float | None:
    """Gwet's AC2, and AC1 without weights: (pa − pe)/(1 − pe) (Gwet 2008 and 2014).

    pe is the sum of the weights by k(k − 1), times the sum of πq(1 − πq), where πq is the mean share of level q over
    all texts with a score, those with a single one too. It holds where nearly all scores are one level and kappa falls;
    where all are, it is 1, not 0/0. It depends on how many `levels` there are, used or not.
    """
    import numpy as np

    apart = _apart(levels, weights)
    size = len(apart)
    counts = (_places(scores, levels)[..., np.newaxis] == np.arange(size)).sum(axis=0)
    counts = counts[counts.any(axis=1)]
    total = counts.sum(axis=1)
    twice = total >= 2
    if twice.sum() < FEWEST or size < 2:
        return None
    pairs = total[twice] * (total[twice] - 1)
    observed = (((counts[twice] @ apart) * counts[twice]).sum(axis=1) / pairs).mean()  # 1 − pa
    shares = (counts / total[:, np.newaxis]).mean(axis=0)
    by_chance = (size**2 - apart.sum()) / (size * (size - 1)) * (shares * (1 - shares)).sum()  # pe
    return float(1 - observed / (1 - by_chance))


# --- How sure


def with_interval(
    function: "Callable[[Table], float | None]", scores: Scores, *, seed: int, rounds: int = 1000
) -> Interval:
    """A figure and its 95 % interval, as in `with_interval(partial(mean_kappa, levels=levels), scores, seed=1)`.

    The percentile bootstrap (Efron and Tibshirani 1993, chapter 13): the texts are drawn anew, as many as there are,
    `rounds` times. The same scores and seed give the same interval, in whatever order the texts come. There is none for
    fewer than five texts scored twice, nor when the figure is not defined in more than half of the rounds; a lesser
    number of such rounds is left out. Where all agree the interval is a single point, which says little of few texts.

    All rounds are counted in full: a thousand take about 0.2 s for 200 texts and 4 assessors.
    """
    import numpy as np

    table = _table(scores)
    value = function(table)
    if value is None or _scored_twice(table).shape[1] < FEWEST_FOR_INTERVAL:
        return Interval(value, None, None)
    table = table[:, ~np.isnan(table).all(axis=0)]
    table = table[:, np.lexsort(table)]
    texts = table.shape[1]
    drawn = np.random.default_rng(seed).integers(texts, size=(rounds, texts))
    figures = [figure for columns in drawn if (figure := function(table[:, columns])) is not None]
    if 2 * len(figures) < rounds:
        return Interval(value, None, None)
    low, high = np.percentile(figures, (2.5, 97.5))
    return Interval(value, float(low), float(high))


# --- Counting


def _table(scores: "Scores | Table") -> "Table":
    import numpy as np

    table = np.asarray(scores, dtype=np.float64)  # None becomes NaN
    return table if table.ndim == 2 else np.empty((0, 0))


def _scored_twice(table: "Table") -> "Table":
    """The texts with at least two scores."""
    import numpy as np

    return table[:, (~np.isnan(table)).sum(axis=0) >= 2]


def _places(scores: "Scores | Table", levels: Sequence[float]) -> "NDArray[int64]":
    """The place of each score among the levels, from 0; −1 where there is no score."""
    import numpy as np

    table, scale = _table(scores), np.unique(levels)
    missing = np.isnan(table)
    places = np.searchsorted(scale, table)
    if (np.append(scale, np.nan)[places] != table)[~missing].any():
        raise ValueError("a score that is none of the levels")
    return np.where(missing, -1, places)


def _apart(levels: Sequence[float], weights: Weights) -> "Table":
    """How far each level is from each, from 0 to 1: what the weights of agreement lack to 1."""
    import numpy as np

    places = np.arange(len(set(levels)), dtype=np.float64)
    apart = np.abs(places[:, np.newaxis] - places)
    if weights is None:
        return np.sign(apart)
    share = apart / max(len(places) - 1, 1)
    return share if weights == "linear" else share**2


def _cross_tables(places: "NDArray[int64]", size: int) -> "NDArray[int64]":
    """For each two assessors, how often the one gave a level (rows) and the other another (columns)."""
    import numpy as np

    one, other = np.triu_indices(len(places), 1)
    first, second = places[one], places[other]
    cells = (np.arange(len(one))[:, np.newaxis] * size + first) * size + second
    counts = np.bincount(cells[(first >= 0) & (second >= 0)], minlength=len(one) * size**2)
    return counts.reshape(len(one), size, size)
