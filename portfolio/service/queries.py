"""Reads for the figures of service: what waited, for how long, and how it was answered."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Cohort,
    Comment,
    Conflict,
    Enrolment,
    Mentorship,
    Rating,
    Reflection,
    Review,
    Rubric,
    Scoring,
    Submission,
    User,
    Withdrawal,
)
from portfolio.service.figures import FEWEST, Days, Figures, Wait

MOST_NAMED = 5


def with_holidays(cohorts: sa.Select[Cohort]) -> sa.Select[Cohort]:
    """Cohorts with the days they do not work."""
    return cohorts.options(selectinload(Cohort.holidays))


def days_of(cohort: Cohort) -> Days:
    """How a cohort counts its days."""
    return Days(cohort.calendar, cohort.time_zone, cohort.promised_working_days)


def figures_of(cohort: Cohort, now: datetime) -> Figures:
    """Everything that was handed in in a cohort and not taken back. Three statements."""
    return figures_of_all([cohort], now)[cohort.id]


def figures_of_all(cohorts: Sequence[Cohort], now: datetime) -> dict[int, Figures]:
    """The same for several, by their ids, in as many statements."""
    return _by_cohort(cohorts, _waits(Submission.cohort_id.in_([cohort.id for cohort in cohorts])), now)


def figures_by(user: User, cohorts: Sequence[Cohort], now: datetime) -> dict[int, Figures]:
    """What one person decided in each of these cohorts, and what waits for them there now. Four statements."""
    decided = sa.exists().where(Review.submission_id == Submission.id, Review.reviewer_id == user.id)
    mine = policy.awaiting(user).with_only_columns(Reflection.id)
    awaited = set(db.session.scalars(mine))
    waits = _waits(
        Submission.cohort_id.in_([cohort.id for cohort in cohorts]),
        sa.or_(decided, Submission.reflection_id.in_(mine)),
    )
    theirs = (
        wait
        for wait in waits
        if wait.reviewer_id == user.id or (wait.decided_at is None and wait.reflection_id in awaited)
    )
    return _by_cohort(cohorts, theirs, now)


@dataclass(frozen=True)
class _Found(Wait):
    reflection_id: int = 0
    cohort_id: int = 0


def _by_cohort(cohorts: Sequence[Cohort], waits: Iterable[_Found], now: datetime) -> dict[int, Figures]:
    theirs: dict[int, list[Wait]] = {cohort.id: [] for cohort in cohorts}
    for wait in waits:
        theirs[wait.cohort_id].append(wait)
    return {cohort.id: Figures(theirs[cohort.id], days_of(cohort), now) for cohort in cohorts}


def _waits(*wanted: sa.ColumnElement[bool]) -> Iterator[_Found]:
    """The waits for each step of the submissions that stand; one that is still under way comes last."""
    handed_in = (
        sa.select(
            Submission.id,
            Submission.reflection_id,
            Submission.cohort_id,
            Reflection.enrolment_id,
            Submission.submitted_at,
            sa.and_(Reflection.awaiting.is_not(None), Reflection.submitted_at == Submission.submitted_at).label(
                "waits"
            ),
        )
        .join(Submission.reflection)
        .where(*wanted, ~sa.exists().where(Withdrawal.submission_id == Submission.id))
        .order_by(Submission.id)
    )
    ids = handed_in.with_only_columns(Submission.id).order_by(None)
    decisions: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for submission_id, at, reviewer in db.session.execute(
        sa.select(Review.submission_id, Review.decided_at, Review.reviewer_id)
        .where(Review.submission_id.in_(ids))
        .order_by(Review.submission_id, Review.step)
    ):
        decisions[submission_id].append((at, reviewer))
    said: dict[int, datetime] = {}
    for submission_id, at in db.session.execute(
        sa.select(Comment.submission_id, sa.func.min(Comment.created_at, type_=Comment.created_at.type))
        .join(Comment.submission)
        .join(Submission.reflection)
        .join(Reflection.enrolment)
        .where(Comment.submission_id.in_(ids), Comment.author_id != Enrolment.user_id)
        .group_by(Comment.submission_id)
    ):
        said[submission_id] = at
    for submission_id, reflection_id, cohort_id, enrolment_id, submitted_at, waits in db.session.execute(handed_in):
        since, is_first = submitted_at, True
        decided = decisions.get(submission_id, [])
        answers = [at for at in (said.get(submission_id), decided[0][0] if decided else None) if at]
        first_answer = min(answers, default=None)
        about = {"reflection_id": reflection_id, "cohort_id": cohort_id}
        for at, reviewer in decided:
            answered_at = first_answer if is_first else None
            yield _Found(enrolment_id, since, at, reviewer, answered_at, is_first, **about)
            since, is_first = at, False
        if waits:
            yield _Found(enrolment_id, since, None, None, first_answer if is_first else None, is_first, **about)


# --- Whether all are treated alike


@dataclass(frozen=True)
class Treated:
    """How one trainee was answered."""

    enrolment: Enrolment
    longest: int  # working days of their longest wait, decided or not
    words: float  # said to them for each text they handed in


@dataclass(frozen=True)
class Reviewing:
    """How one person answers."""

    user: User
    figures: Figures


class Among(Enum):
    """Whose levels are counted together."""

    ALL = "all"
    REVIEWER = "reviewer"
    GROUP = "group"


@dataclass(frozen=True)
class Levels:
    """How often each level was given for one criterion; not told where there are too few."""

    among: Among
    name: str  # of the reviewer or group
    counts: Mapping[float, int]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def is_told(self) -> bool:
        """Whether there are enough not to tell of single people."""
        return self.total >= FEWEST


def reviewers(figures: Figures) -> list[Reviewing]:
    """Each person who has decided, by name; nobody is ranked."""
    ids = {wait.reviewer_id for wait in figures.waits if wait.reviewer_id is not None}
    people = db.session.scalars(sa.select(User).where(User.id.in_(ids)).order_by(User.name, User.id))
    return [Reviewing(person, figures.of_reviewer(person.id)) for person in people]


def treated(cohort: Cohort, figures: Figures) -> list[Treated]:
    """How each trainee was answered who has handed something in: the one who waited longest first."""
    longest = figures.by_trainee()
    words: Counter[int] = Counter()
    for enrolment_id, count in db.session.execute(sa.union_all(_feedback(cohort), _talk(cohort))):
        words[enrolment_id] += count
    handed_in = Counter(wait.enrolment_id for wait in figures.waits if wait.is_first)
    places = db.session.scalars(
        sa.select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None), Enrolment.id.in_(handed_in))
        .options(joinedload(Enrolment.user))
    )
    found = [Treated(place, longest[place.id], words[place.id] / handed_in[place.id]) for place in places]
    return sorted(found, key=lambda one: (-one.longest, one.enrolment.id))


def _words(text: sa.SQLColumnExpression[str]) -> sa.ColumnElement[int]:
    """About how many words: one more than there are spaces between them."""
    plain = sa.func.trim(text)
    spaces = sa.func.length(plain) - sa.func.length(sa.func.replace(plain, " ", ""))
    return sa.func.coalesce(sa.func.sum(sa.case((sa.func.length(plain) > 0, spaces + 1), else_=0)), 0)


def _feedback(cohort: Cohort) -> sa.Select[int, int]:
    return (
        sa.select(Reflection.enrolment_id, _words(Review.feedback))
        .join(Review.submission)
        .join(Submission.reflection)
        .where(Review.cohort_id == cohort.id)
        .group_by(Reflection.enrolment_id)
    )


def _talk(cohort: Cohort) -> sa.Select[int, int]:
    return (
        sa.select(Reflection.enrolment_id, _words(Comment.text))
        .join(Comment.submission)
        .join(Submission.reflection)
        .join(Reflection.enrolment)
        .where(Comment.cohort_id == cohort.id, Comment.author_id != Enrolment.user_id)
        .group_by(Reflection.enrolment_id)
    )


@dataclass(frozen=True)
class Distribution:
    """The levels that were given by one rubric for one criterion: by all, by each reviewer, and to each group."""

    rubric: Rubric
    criterion: str
    groups: Sequence[Levels]


def distributions(cohort: Cohort) -> list[Distribution]:
    """Which levels reviewers gave. One statement."""
    rows = db.session.execute(
        sa.select(Rubric, Rating.criterion, Rating.level, User.name, Enrolment.group)
        .join(Rating, Rating.rubric_id == Rubric.id)
        .join(Review, Review.id == Rating.review_id)
        .join(User, User.id == Review.reviewer_id)
        .join(Submission, Submission.id == Review.submission_id)
        .join(Submission.reflection)
        .join(Reflection.enrolment)
        .where(Rating.cohort_id == cohort.id)
        .order_by(Rubric.slug, Rubric.version.desc())
    )
    found: dict[tuple[Rubric, str], dict[tuple[Among, str], Counter[float]]] = {}
    for rubric, criterion, level, reviewer, group in rows:
        counts = found.setdefault((rubric, criterion), defaultdict(Counter))
        for among, name in ((Among.ALL, ""), (Among.REVIEWER, reviewer), (Among.GROUP, group)):
            if name or among is Among.ALL:
                counts[among, name][level] += 1
    order = list(Among)
    return [
        Distribution(
            rubric,
            criterion,
            [Levels(*key, counts[key]) for key in sorted(counts, key=lambda key: (order.index(key[0]), key[1]))],
        )
        for (rubric, criterion), counts in found.items()
    ]


@dataclass(frozen=True)
class Fairness:
    """How many declared conflicts hold, how many ended, and how many passed a blind text on."""

    holding: int
    ended: int
    recused: int


def fairness(cohort: Cohort) -> Fairness:
    """One statement."""
    holds = Conflict.ended_at.is_(None)
    row = db.session.execute(
        sa.select(
            sa.select(sa.func.count()).where(Conflict.cohort_id == cohort.id, holds).scalar_subquery(),
            sa.select(sa.func.count()).where(Conflict.cohort_id == cohort.id, ~holds).scalar_subquery(),
            sa.select(sa.func.count())
            .where(Scoring.cohort_id == cohort.id, Scoring.recused_at.is_not(None))
            .scalar_subquery(),
        )
    ).one()
    return Fairness(*row)


def public_cohorts() -> Sequence[Cohort]:
    """Those that show everybody what they promise, the newest first."""
    shown = sa.select(Cohort).where(Cohort.is_promise_public).order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    return db.session.scalars(with_holidays(shown)).all()


def guided_cohorts(user: User) -> Sequence[Cohort]:
    """Those in which a person has decided something, or guides somebody now."""
    decided = sa.exists().where(Review.cohort_id == Cohort.id, Review.reviewer_id == user.id)
    guided = sa.exists().where(Mentorship.cohort_id == Cohort.id, Mentorship.user_id == user.id)
    cohorts = sa.select(Cohort).where(sa.or_(decided, guided)).order_by(Cohort.id.desc())
    return db.session.scalars(with_holidays(cohorts)).all()
