"""Levels chosen from a rubric, as they come in a form: a field `level-<criterion>` for each that was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext

from portfolio.errors import Refused
from portfolio.models import Reflection, Review, Rubric, State, Submission, User
from portfolio.web.navigation import places

FIELD = "level-"
NOT_THERE = lazy_gettext("This level is not in the rubric. Choose one of those that are shown.")


def chosen(form: Mapping[str, str]) -> dict[str, float]:
    """What was chosen, by the key of the criterion; what is no number at all is 0, which no rubric has."""
    found = {}
    for name, value in form.items():
        if name.startswith(FIELD) and value.strip():
            found[name.removeprefix(FIELD)[:30]] = _number(value)
    return found


def fields(levels: Mapping[str, float]) -> dict[str, Any]:
    """The same as a form or an address has it."""
    return {f"{FIELD}{criterion}": str(level) for criterion, level in levels.items()}


def fits(rubric: Rubric | None, levels: Mapping[str, float]) -> bool:
    """Whether all of it can be chosen from this rubric; where there is none, nothing can."""
    if rubric is None:
        return not levels
    try:
        rubric.check(levels)
    except Refused:
        return False
    return True


@dataclass
class Beside:
    """What the writer and a reviewer chose from a rubric, by the key of the criterion."""

    rubric: Rubric
    own: dict[str, float] = field(default_factory=dict)
    theirs: dict[str, float] = field(default_factory=dict)


def beside(reflection: Reflection, submission: Submission, review: Review | None, viewer: User) -> list[Beside]:
    """The levels of a decision and the writer's own, as far as this person is shown them.

    The writer's own are theirs alone until everybody has decided on that round. Fellow trainees are shown no levels.
    Versions of one rubric are set side by side, in the words of the reviewer's; different rubrics one by one. Needs
    `ratings` with their rubrics loaded.
    """
    is_writer = reflection.enrolment.user_id == viewer.id
    if not is_writer and reflection.cohort_id in {cohort_id for cohort_id, _ in places().trainee_in}:
        return []
    is_open = submission is reflection.latest and reflection.state is State.SUBMITTED
    own = submission.own_ratings if is_writer or not is_open else []
    theirs = [rating for rating in submission.ratings if review is not None and rating.review_id == review.id]
    if review is not None and not theirs and review is not _told_beside(submission):
        return []
    found: dict[str, Beside] = {}
    for rating in (*theirs, *own):
        side = found.setdefault(rating.rubric.slug, Beside(rating.rubric))
        (side.theirs if rating in theirs else side.own)[rating.criterion] = rating.level
    return list(found.values())


def _told_beside(submission: Submission) -> Review | None:
    """The decision beside which the writer's own levels stand when nobody chose any: the last."""
    has_levels = any(rating.review_id is not None for rating in submission.ratings)
    return None if has_levels or not submission.reviews else submission.reviews[-1]


def _number(value: str) -> float:
    try:
        number = float(value.strip()[:5])
    except ValueError:
        return 0.0
    return number if 0 < number < 100 else 0.0
