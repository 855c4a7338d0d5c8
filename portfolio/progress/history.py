"""What is to be stored of everybody's reflections, worked out from history: when it was handed in, what was decided."""

from collections import defaultdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portfolio import clock
from portfolio.database import db
from portfolio.models import (
    Cohort,
    Extension,
    Mark,
    Rating,
    Reflection,
    Review,
    Rubric,
    State,
    Submission,
    TrainingSession,
    Withdrawal,
)

Place = tuple[int, int]  # an enrolment and a module
HANDED_IN = (State.SUBMITTED, State.RETURNED, State.ACCEPTED)


def states() -> defaultdict[Place, list[State]]:
    """The states of all reflections. One statement."""
    found: defaultdict[Place, list[State]] = defaultdict(list)
    for enrolment_id, module_id, state in db.session.execute(
        sa.select(Reflection.enrolment_id, Reflection.module_id, Reflection.state)
    ):
        found[enrolment_id, module_id].append(state)
    return found


def marks() -> defaultdict[Place, dict[int, Mark]]:
    """What a rule is judged by, of all that is handed in. Two statements."""
    levels = _levels()
    first = sa.func.min(Submission.submitted_at, type_=Submission.submitted_at.type)
    rows = db.session.execute(
        sa.select(Reflection.id, Reflection.enrolment_id, Reflection.module_id, Reflection.training_session_id)
        .add_columns(Reflection.state, TrainingSession.due_on, Extension.due_on, Cohort.time_zone, first)
        .join(Reflection.session)
        .join(Reflection.cohort)
        .join(Submission, Submission.reflection_id == Reflection.id)
        .outerjoin(Submission.withdrawal)
        .outerjoin(Extension, Extension.holds_for(Reflection.enrolment_id, Reflection.training_session_id))
        .where(Withdrawal.submission_id.is_(None), Reflection.state.in_(HANDED_IN))
        .group_by(Reflection.id, TrainingSession.due_on, Extension.due_on, Cohort.time_zone)
    )
    found: defaultdict[Place, dict[int, Mark]] = defaultdict(dict)
    for id, enrolment_id, module_id, session_id, state, due_on, extended_to, time_zone, handed_in in rows:
        own: date = max(due_on, extended_to or due_on)
        level = levels.get(id) if state is State.ACCEPTED else None
        found[enrolment_id, module_id][session_id] = Mark(state, clock.day_in(handed_in, time_zone), own, level)
    return found


def _levels() -> dict[int, float]:
    """The level given by whoever accepted it, by the reflection's id, of all that is accepted."""
    later = aliased(Submission)
    stands = ~sa.exists().where(Withdrawal.submission_id == Submission.id)
    is_last = ~sa.exists().where(
        later.reflection_id == Submission.reflection_id,
        later.round > Submission.round,
        ~sa.exists().where(Withdrawal.submission_id == later.id),
    )
    rows = db.session.execute(
        sa.select(Submission.reflection_id, Review.step, Rubric, Rating.criterion, Rating.level)
        .join(Review, Review.submission_id == Submission.id)
        .outerjoin(Rating, Rating.review_id == Review.id)
        .outerjoin(Rating.rubric)
        .join(Reflection, Reflection.id == Submission.reflection_id)
        .where(Reflection.state == State.ACCEPTED, stands, is_last)
    )
    chosen: dict[int, tuple[int, Rubric | None, dict[str, float]]] = {}
    for id, step, rubric, criterion, level in rows:
        if id not in chosen or chosen[id][0] < step:  # the last step is the one that accepted it
            chosen[id] = step, rubric, {}
        if chosen[id][0] == step and criterion is not None:
            chosen[id][2][criterion] = level
    means = {id: rubric.mean(levels) for id, (_, rubric, levels) in chosen.items() if rubric is not None}
    return {id: mean for id, mean in means.items() if mean is not None}
