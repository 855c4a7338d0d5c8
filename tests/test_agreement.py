"""Figures of agreement: known values, what holds for any scores, and how sure they are."""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portfolio.agreement import (
    Interval,
    Weights,
    ac,
    alpha,
    joint_ac,
    kappa,
    mean_kappa,
    mean_percent,
    percent,
    with_interval,
)

HALVES = (1, 1.5, 2, 2.5, 3, 3.5, 4)
WEIGHTS: tuple[Weights, ...] = (None, "linear", "quadratic")
FIGURES: dict[str, Callable[..., float | None]] = {
    "percent": mean_percent,
    "alpha, nominal": partial(alpha, metric="nominal"),
    "alpha, ordinal": partial(alpha, metric="ordinal"),
    "alpha, interval": partial(alpha, metric="interval"),
    "kappa": partial(mean_kappa, levels=HALVES, weights=None),
    "kappa, linear": partial(mean_kappa, levels=HALVES, weights="linear"),
    "kappa, quadratic": partial(mean_kappa, levels=HALVES, weights="quadratic"),
    "AC1": partial(joint_ac, levels=HALVES, weights=None),
    "AC2, linear": partial(joint_ac, levels=HALVES, weights="linear"),
    "AC2, quadratic": partial(joint_ac, levels=HALVES, weights="quadratic"),
}
each_figure = pytest.mark.parametrize("figure", [pytest.param(figure, id=name) for name, figure in FIGURES.items()])
each_weights = pytest.mark.parametrize("weights", WEIGHTS)

# --- Known values, to four decimals

FOUR_BY_TWELVE = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
# The paradox of kappa: 118 times yes and yes, 5 times yes and no, twice no and yes, never no and no.
PARADOX = (
    (1,) * 118 + (1,) * 5 + (0,) * 2,
    (1,) * 118 + (0,) * 5 + (1,) * 2,
)
TWO_BY_TWENTY = (
    (1, 2, 2, 3, 3, 3, 2, 4, 1, 2, 3, 3, 2, 2, 4, 3, 1, 2, 3, 2),
    (1, 2, 3, 3, 3, 2, 2, 3, 1, 2, 3, 4, 2, 1, 4, 3, 2, 2, 3, 2),
)
ALL_THE_SAME = ((2, 2, 2), (2, 2, 2))

FIVE, FOUR, YES_NO = (1, 2, 3, 4, 5), (1, 2, 3, 4), (0, 1)

KNOWN = [
    (alpha, (FOUR_BY_TWELVE, "nominal"), 0.7434),
    (alpha, (FOUR_BY_TWELVE, "ordinal"), 0.8154),
    (alpha, (FOUR_BY_TWELVE, "interval"), 0.8491),
    (joint_ac, (FOUR_BY_TWELVE, FIVE, None), 0.7754),
    (percent, PARADOX, 0.9440),
    (kappa, (*PARADOX, YES_NO, None), -0.0234),
    (ac, (*PARADOX, YES_NO, None), 0.9408),
    (percent, TWO_BY_TWENTY, 0.7000),
    (kappa, (*TWO_BY_TWENTY, FOUR, None), 0.5620),
    (kappa, (*TWO_BY_TWENTY, FOUR, "linear"), 0.6774),
    (kappa, (*TWO_BY_TWENTY, FOUR, "quadratic"), 0.7973),
    (alpha, (TWO_BY_TWENTY, "nominal"), 0.5730),
    (alpha, (TWO_BY_TWENTY, "ordinal"), 0.8243),
    (alpha, (TWO_BY_TWENTY, "interval"), 0.8024),
    (ac, (*TWO_BY_TWENTY, FOUR, None), 0.6112),
    (ac, (*TWO_BY_TWENTY, FOUR, "linear"), 0.7860),
    (ac, (*TWO_BY_TWENTY, FOUR, "quadratic"), 0.9021),
    (percent, ALL_THE_SAME, 1.0),
    # Counted by hand: half levels, three of them in use.
    (kappa, ((1, 1.5, 2, 2), (1, 2, 2, 1.5), (1, 1.5, 2), "linear"), 0.4286),  # 1 - 0.25 / 0.4375
    (kappa, ((1, 1.5, 2, 2), (1, 2, 2, 1.5), (1, 1.5, 2), "quadratic"), 0.6364),  # 1 - 0.125 / 0.34375
    (kappa, ((1, 1.5, 2, 2), (1, 2, 2, 1.5), HALVES, "linear"), 0.4286),  # levels nobody gave change nothing …
    (ac, ((1, 1.5, 2, 2), (1, 2, 2, 1.5), (1, 1.5, 2), "linear"), 0.4783),  # 11/23
    (ac, ((1, 1.5, 2, 2), (1, 2, 2, 1.5), HALVES, "linear"), 0.8481),  # … but for AC: 1 - (1/12) / (1 - 65/144)
]


@pytest.mark.parametrize(("figure", "arguments", "known"), KNOWN)
def test_known_values(figure: Callable[..., float | None], arguments: tuple[object, ...], known: float) -> None:
    value = figure(*arguments)
    assert value is not None
    assert abs(value - known) <= 0.00005 + 1e-12


# --- Not defined


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_alpha_is_not_defined_when_all_is_the_same(metric: str) -> None:
    assert alpha(ALL_THE_SAME, metric) is None
    assert alpha(((2, 2, None), (2, 2, 3)), metric) is None  # the 3 is nobody's business but its assessor's


@each_weights
def test_kappa_is_not_defined_when_all_is_the_same_and_ac_is(weights: Weights) -> None:
    assert kappa(*ALL_THE_SAME, HALVES, weights) is None
    assert kappa((2, 2, None), (2, 2, 3), HALVES, weights) is None
    assert kappa(*ALL_THE_SAME, (2,), weights) is None
    assert ac(*ALL_THE_SAME, HALVES, weights) == 1
    assert ac(*ALL_THE_SAME, (2,), weights) is None  # no scale


@each_weights
def test_kappa_of_two_who_each_give_one_level_is_nothing(weights: Weights) -> None:
    assert kappa((2, 2, 2), (3, 3, 3), HALVES, weights) == 0


@each_figure
@pytest.mark.parametrize(
    "scores",
    [
        (),
        ((),),
        ((), ()),
        ((1, 2, 3),),
        ((1,), (2,)),
        ((1, None, 3), (1, 2, None)),
        ((None, None), (None, None)),
        ((1, 2, None, None), (None, None, 1, 2)),
    ],
)
def test_fewer_than_two_texts_scored_twice_have_no_figure(
    figure: Callable[..., float | None], scores: Sequence[Sequence[float | None]]
) -> None:
    assert figure(scores) is None
    assert with_interval(figure, scores, seed=1) == Interval(None, None, None)


@pytest.mark.parametrize("score", [0.5, 1.25, 4.5])
def test_a_score_off_the_scale_is_refused(score: float) -> None:
    for figure in (kappa, ac):
        with pytest.raises(ValueError, match="none of the levels"):
            figure((1, 2, score), (1, 2, 2), HALVES)


def test_rows_of_different_length_are_refused() -> None:
    for figure in FIGURES.values():
        with pytest.raises(ValueError, match="inhomogeneous"):
            figure(((1, 2, 3), (1, 2)))


# --- More than two assessors


def test_the_mean_kappa_counts_each_two_by_the_texts_they_share() -> None:
    ani, budi, citra = (1, 1, 2, 2), (1, 1, 2, 1), (None, 1, 2, None)
    assert kappa(ani, budi, FOUR, None) == pytest.approx(0.5)
    assert kappa(ani, citra, FOUR, None) == kappa(budi, citra, FOUR, None) == 1
    assert mean_kappa((ani, budi, citra), FOUR, None) == pytest.approx((4 * 0.5 + 2 * 1 + 2 * 1) / 8)
    dewi = (1, 1, None, None)  # not defined with Ani and Budi, one text with Citra
    assert mean_kappa((ani, budi, citra, dewi), FOUR, None) == pytest.approx(0.75)


def test_percent_is_of_all_pairs_of_scores() -> None:
    assert mean_percent(((1, 2, 3, None), (1, 2, 2, None), (1, 3, None, 1))) == pytest.approx(4 / 7)


# --- What holds for any scores

scores = st.tuples(st.integers(2, 5), st.integers(2, 12)).flatmap(
    lambda size: st.lists(
        st.lists(st.none() | st.sampled_from(HALVES), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)
pairs = st.lists(st.tuples(st.sampled_from(HALVES), st.sampled_from(HALVES)), min_size=2, max_size=15)


def near(value: float | None) -> object:
    return value if value is None else pytest.approx(value, abs=1e-9)


def figures_of(scores: Sequence[Sequence[float | None]], *, but: str = "-") -> dict[str, float | None]:
    """All figures, without those whose name begins with `but`."""
    return {name: figure(scores) for name, figure in FIGURES.items() if not name.startswith(but)}


def all_near(figures: dict[str, float | None]) -> dict[str, object]:
    return {name: near(value) for name, value in figures.items()}


@settings(deadline=None)
@given(scores=scores, seed=st.integers(0, 1000))
def test_who_comes_first_changes_nothing(scores: list[list[float | None]], seed: int) -> None:
    chance = random.Random(seed)
    texts = chance.sample(range(len(scores[0])), len(scores[0]))
    known = all_near(figures_of(scores))
    assert figures_of([[row[text] for text in texts] for row in scores]) == known
    assert figures_of(chance.sample(scores, len(scores))) == known


@settings(deadline=None)
@given(scores=scores)
def test_the_scale_upside_down_changes_nothing(scores: list[list[float | None]]) -> None:
    turned = [[None if score is None else 5 - score for score in row] for row in scores]
    assert figures_of(turned) == all_near(figures_of(scores))


@settings(deadline=None)
@given(scores=scores)
def test_no_figure_is_above_one(scores: list[list[float | None]]) -> None:
    for name, value in figures_of(scores).items():
        assert value is None or value <= 1, name


@settings(deadline=None)
@given(row=st.lists(st.sampled_from(HALVES), min_size=2, max_size=12), assessors=st.integers(2, 5))
def test_who_agree_in_all_have_one(row: list[float], assessors: int) -> None:
    assume(len(set(row)) > 1)
    assert set(figures_of([row] * assessors).values()) == {1}


@settings(deadline=None)
@given(scores=scores, single=st.sampled_from(HALVES))
def test_a_single_score_changes_nothing_but_ac(scores: list[list[float | None]], single: float) -> None:
    with_single = [[*row, None] for row in scores]
    with_single[0][-1] = single
    assert figures_of(with_single, but="AC") == all_near(figures_of(scores, but="AC"))


@settings(deadline=None)
@given(scores=scores)
def test_an_assessor_without_scores_changes_nothing(scores: list[list[float | None]]) -> None:
    assert figures_of([*scores, [None] * len(scores[0])]) == all_near(figures_of(scores))


@each_weights
@settings(deadline=None)
@given(pairs=pairs)
def test_kappa_is_what_its_definition_says(weights: Weights, pairs: list[tuple[float, float]]) -> None:
    """Each score of the one beside each of the other is what chance does; no table, no shares."""

    def apart(one: float, other: float) -> float:
        share = abs(one - other) / 3
        return float(share > 0) if weights is None else share if weights == "linear" else share**2

    first, second = zip(*pairs, strict=True)
    by_chance = statistics.fmean(apart(one, other) for one in first for other in second)
    assume(by_chance)
    expected = 1 - statistics.fmean(apart(one, other) for one, other in pairs) / by_chance
    assert kappa(first, second, HALVES, weights) == pytest.approx(expected)


@each_weights
@settings(deadline=None)
@given(scores=scores)
def test_ac_is_what_its_definition_says(weights: Weights, scores: list[list[float | None]]) -> None:
    def weight(one: float, other: float) -> float:
        share = abs(one - other) / 3
        return float(share == 0) if weights is None else 1 - share if weights == "linear" else 1 - share**2

    texts = [given for column in zip(*scores, strict=True) if (given := [score for score in column if score])]
    twice = [given for given in texts if len(given) > 1]
    assume(len(twice) > 1)
    agreed = statistics.fmean(
        statistics.fmean(weight(one, given[j]) for i, one in enumerate(given) for j in range(len(given)) if i != j)
        for given in twice
    )
    shares = [statistics.fmean(given.count(level) / len(given) for given in texts) for level in HALVES]
    weighed = sum(weight(one, other) for one in HALVES for other in HALVES) / (7 * 6)
    by_chance = weighed * sum(share * (1 - share) for share in shares)
    assert joint_ac(scores, HALVES, weights) == pytest.approx((agreed - by_chance) / (1 - by_chance))


# --- How sure


def assessed(texts: int, assessors: int, seed: int) -> list[list[float | None]]:
    """Scores as assessors give them: most often the same, else a half level apart; one in ten missing."""
    chance = random.Random(seed)
    true = [chance.randrange(len(HALVES)) for _ in range(texts)]
    return [
        [
            None if chance.random() < 0.1 else HALVES[min(max(place + chance.choice((-1, 0, 0, 0, 1)), 0), 6)]
            for place in true
        ]
        for _ in range(assessors)
    ]


@each_figure
@pytest.mark.parametrize("seed", range(5))
def test_a_figure_lies_in_its_interval(figure: Callable[..., float | None], seed: int) -> None:
    scores = assessed(40, 3, seed)
    found = with_interval(figure, scores, seed=seed, rounds=300)
    assert found.value == figure(scores)
    assert found.low is not None
    assert found.low < found.value < found.high <= 1


def test_an_interval_is_as_wide_as_it_should_be() -> None:
    """42 of 60 agree: what is drawn is binomial, from 35 to 49 of 60 in 95 of 100 rounds."""
    found = with_interval(mean_percent, [[1] * 60, [1] * 42 + [2] * 18], seed=4, rounds=10_000)
    assert found.value == pytest.approx(42 / 60)
    assert found.low == pytest.approx(35 / 60)
    assert found.high == pytest.approx(49 / 60)


@each_figure
def test_texts_that_nobody_scored_change_no_interval(figure: Callable[..., float | None]) -> None:
    scores = assessed(20, 3, 6)
    among_others = [[None, *row, None, None] for row in scores]
    found = with_interval(figure, scores, seed=1, rounds=100)
    assert with_interval(figure, among_others, seed=1, rounds=100) == found


def test_more_texts_make_it_narrower() -> None:
    few, many = (with_interval(alpha, assessed(texts, 3, 2), seed=1, rounds=300) for texts in (20, 320))
    assert many.high - many.low < (few.high - few.low) / 2


@each_figure
def test_the_same_seed_gives_the_same_interval_in_any_order_of_the_texts(figure: Callable[..., float | None]) -> None:
    scores = assessed(30, 3, 5)
    turned = [row[::-1] for row in scores]
    found = with_interval(figure, scores, seed=9, rounds=100)
    assert with_interval(figure, scores, seed=9, rounds=100) == found
    again = with_interval(figure, turned, seed=9, rounds=100)
    assert (again.low, again.high) == (near(found.low), near(found.high))
    assert with_interval(figure, scores, seed=10, rounds=100) != found


@each_figure
def test_fewer_than_five_texts_scored_twice_have_no_interval(figure: Callable[..., float | None]) -> None:
    four = [[1, 2, 3, 4, 3, None], [1, 2, 3, 3, None, 2]]
    assert with_interval(figure, four, seed=1) == Interval(figure(four), None, None)
    five = [[1, 2, 3, 4, 3, 2], [1, 2, 3, 3, None, 2]]
    assert with_interval(figure, five, seed=1, rounds=100).low is not None


def test_a_figure_that_is_seldom_defined_has_no_interval() -> None:
    """Without the one text that differs kappa is 0/0: in 36 of 100 rounds; where two are needed, in more than half."""
    one_differs = [[1] * 30 + [2], [1] * 30 + [2]]
    assert with_interval(partial(mean_kappa, levels=FOUR), one_differs, seed=1) == Interval(1, 1, 1)

    def with_both(drawn: object) -> float | None:
        return alpha(drawn) if {2, 3} <= set(drawn[0]) else None

    two_differ = [[1] * 30 + [2, 3], [1] * 30 + [2, 3]]
    assert with_interval(with_both, two_differ, seed=1) == Interval(1, None, None)


@each_figure
def test_two_hundred_texts_and_four_assessors_are_quick(figure: Callable[..., float | None]) -> None:
    scores = assessed(200, 4, 1)
    started = time.process_time()
    assert with_interval(figure, scores, seed=1).low is not None
    assert time.process_time() - started < 2


def test_numpy_is_not_loaded_before_somebody_asks_for_a_figure() -> None:
    code = "import sys, portfolio.app, portfolio.agreement; print({'numpy', 'krippendorff'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
