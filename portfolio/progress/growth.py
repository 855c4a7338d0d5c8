"""Growth: a trainee's own levels, words and waits, in the order in which they were. Never beside another's."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count

import sqlalchemy as sa

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Enrolment,
    Rating,
    Reflection,
    Review,
    Role,
    Rubric,
    State,
    Submission,
    TrainingSession,
    User,
    Withdrawal,
)
from portfolio.models.words import count_words
from portfolio.series import Series

STEPS = (1, 2, 5)
MOST_TICKS = 4


@dataclass(frozen=True)
class Point:
    """One value, of a text about a session."""

    on: date
    session: TrainingSession
    value: float
    role: Role | None = None  # of whoever chose the level


@dataclass(frozen=True)
class Line:
    """Values in the order of their days, and the marks at the side of the picture, the lowest first."""

    points: Sequence[Point]
    ticks: Sequence[float]
    rubric: Rubric | None = None

    @property
    def values(self) -> list[float]:
        """The figures alone."""
        return [point.value for point in self.points]


@dataclass(frozen=True)
class Growth:
    """What there is to show; a line for each rubric, since their scales differ."""

    levels: Sequence[Line] = ()
    words: Line | None = None
    answers: Line | None = None  # working days until the first answer

    def __bool__(self) -> bool:
        return bool(self.levels or self.words or self.answers)


@dataclass(frozen=True)
class Decided:
    """One decision: when, in which role, and the mean of the levels that were chosen with it, if any were."""

    step: int
    role: Role
    at: datetime
    rubric: Rubric | None
    level: float | None


@dataclass
class Round:
    """One round that was handed in and not taken back, with what was decided on it."""

    reflection_id: int
    session_id: int
    number: int
    submitted_at: datetime
    words: int
    is_open: bool  # somebody is still to decide on it, if it is the last
    decisions: list[Decided] = field(default_factory=list)


def rounds_of(enrolment: Enrolment, viewer: User) -> list[Round]:
    """All that a trainee handed in and this person may read, if they guide or organise; in one statement.

    Levels are those that reviewers chose: neither the writer's own, nor blind ones, nor those of a second look.
    """
    readable = policy.visible_reflections(viewer).with_only_columns(Reflection.id)
    followed = policy.followed_enrolments(viewer).with_only_columns(Enrolment.id)
    rows = db.session.execute(
        sa.select(Submission, Reflection.training_session_id, Reflection.state, Review, Rubric)
        .add_columns(sa.func.aggregate_strings(Rating.criterion + "=" + sa.cast(Rating.level, sa.String), ","))
        .join(Submission.reflection)
        .outerjoin(Submission.withdrawal)
        .outerjoin(Submission.reviews)
        .outerjoin(Rating, Rating.review_id == Review.id)
        .outerjoin(Rating.rubric)
        .where(Reflection.enrolment_id == enrolment.id, Reflection.id.in_(readable))
        .where(Reflection.enrolment_id.in_(followed), Withdrawal.submission_id.is_(None))
        .group_by(Submission.id, Reflection.id, Review.id, Rubric.id)
        .order_by(Submission.submitted_at, Submission.id, Review.step)
    )
    found: dict[int, Round] = {}
    for submission, session_id, state, review, rubric, levels in rows:
        round_ = found.get(submission.id)
        if round_ is None:
            round_ = found[submission.id] = Round(
                submission.reflection_id,
                session_id,
                submission.round,
                submission.submitted_at,
                count_words(submission.words.texts),
                is_open=state is State.SUBMITTED,
            )
        if review is not None:
            mean = rubric.mean(_chosen(levels)) if rubric is not None and levels else None
            round_.decisions.append(Decided(review.step, review.role, review.decided_at, rubric, mean))
    return list(found.values())


def _chosen(levels: str) -> dict[str, float]:
    pairs = (pair.split("=") for pair in levels.split(","))
    return {criterion: float(level) for criterion, level in pairs}


def growth_of(series: Series, rounds: Sequence[Round], *, with_levels: bool) -> Growth:
    """The lines of all that. Levels of a round are shown when everybody has decided on it, and to nobody before.

    Needs the `cohort` of the enrolment with its `holidays`.
    """
    cohort = series.enrolment.cohort
    sessions = {slot.session.id: slot.session for slot in series.slots}
    rounds = [round_ for round_ in rounds if round_.session_id in sessions]
    last = {round_.reflection_id: round_ for round_ in sorted(rounds, key=lambda round_: round_.number)}
    words, answers = [], []
    for round_ in rounds:
        session, on = sessions[round_.session_id], cohort.today(round_.submitted_at)
        if last[round_.reflection_id] is round_:
            words.append(Point(on, session, round_.words))
        if round_.decisions:
            answered = cohort.today(min(decision.at for decision in round_.decisions))
            answers.append(Point(on, session, max(0, cohort.calendar.between(on, answered))))
    told = [
        (decision, sessions[round_.session_id])
        for round_ in rounds
        for decision in round_.decisions
        if with_levels and not (round_.is_open and last[round_.reflection_id] is round_)
    ]
    return Growth(
        levels=_levels(told, cohort.today),
        words=_line(words),
        answers=_line(answers),
    )


def _levels(told: Iterable[tuple[Decided, TrainingSession]], day: Callable[[datetime], date]) -> list[Line]:
    # Versions of one rubric go on in one line as long as their scale is the same, in the words of the newest.
    lines: dict[tuple[object, ...], tuple[Rubric, list[Point]]] = {}
    for decision, session in sorted(told, key=lambda each: each[0].at):
        rubric = decision.rubric
        if rubric is None or decision.level is None:
            continue
        key = (rubric.slug, *rubric.scale)
        newest, points = lines.get(key, (rubric, []))
        points.append(Point(day(decision.at), session, decision.level, decision.role))
        lines[key] = (max(newest, rubric, key=lambda each: each.version), points)
    return [Line(points, [level.score for level in rubric.levels], rubric) for rubric, points in lines.values()]


def _line(points: Sequence[Point]) -> Line | None:
    return Line(points, ticks(max(point.value for point in points))) if points else None


def ticks(highest: float) -> list[float]:
    """Round numbers from 0 to at least the highest value, a few of them."""
    for power in count():
        for step in STEPS:
            width = step * 10**power
            if width * MOST_TICKS >= highest:
                return [float(width * n) for n in range(max(2, -int(-highest // width) + 1))]
    raise AssertionError("there is always a larger number")
