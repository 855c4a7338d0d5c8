"""Reads for how hard modules are, and how far cohorts are as a whole. Nothing here names anybody."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

import sqlalchemy as sa

from portfolio import clock, policy
from portfolio.database import db
from portfolio.models import (
    Cohort,
    Enrolment,
    Extension,
    Module,
    ModuleProgress,
    Outcome,
    Reflection,
    Review,
    State,
    Submission,
    TrainingSession,
    User,
    Withdrawal,
)
from portfolio.progress.plans import Plan

FEWEST = 5  # trainees: a figure of fewer tells of single people
READ_AT_ONCE = 5_000


@dataclass(frozen=True)
class Difficulty:
    """How a module's reflections fared."""

    module: Module
    handed_in: int
    writers: int  # how many trainees handed something in
    returned: int  # at least once
    days: Sequence[int]  # from the first time it was handed in to the day it was signed off
    accepted_writers: int

    @property
    def return_rate(self) -> float | None:
        """Which part was returned at least once; nothing while too few have handed in."""
        return self.returned / self.handed_in if self.writers >= FEWEST else None

    @property
    def median_days(self) -> float | None:
        """The middle number of days until sign-off; nothing while too few are signed off."""
        return median(self.days) if self.accepted_writers >= FEWEST else None


def difficulties(cohort: Cohort, plan: Plan) -> list[Difficulty]:
    """Each module that expects something, in the order of the programme. Two statements."""
    fared, days = _fared(cohort), _days(cohort)
    return [
        Difficulty(column.module, *fared.get(column.module.id, (0, 0, 0)), *days.get(column.module.id, ([], 0)))
        for column in plan.columns
    ]


def _fared(cohort: Cohort) -> Mapping[int, tuple[int, int, int]]:
    """For each module: how many stand as handed in, from how many trainees, and how many were ever returned."""
    returned = (
        sa.select(Submission.reflection_id)
        .join(Review.submission)
        .where(Review.cohort_id == cohort.id, Review.outcome == Outcome.RETURNED)
    )
    rows = db.session.execute(
        sa.select(
            Reflection.module_id,
            sa.func.count(),
            sa.func.count(Reflection.enrolment_id.distinct()),
            sa.func.count(sa.case((Reflection.id.in_(returned), 1))),
        )
        .join(Reflection.enrolment)
        .where(
            Reflection.cohort_id == cohort.id, Reflection.submitted_at.is_not(None), Enrolment.withdrawn_at.is_(None)
        )
        .group_by(Reflection.module_id)
    )
    return {module_id: (count, writers, back) for module_id, count, writers, back in rows}


def _days(cohort: Cohort) -> Mapping[int, tuple[list[int], int]]:
    """For each module, how many days each signed-off reflection took in the cohort's zone, and from how many."""
    first = sa.func.min(Submission.submitted_at, type_=Submission.submitted_at.type)
    rows = db.session.execute(
        sa.select(Reflection.module_id, Reflection.enrolment_id, Reflection.decided_at, first)
        .join(Submission, Submission.reflection_id == Reflection.id)
        .join(Reflection.enrolment)
        .outerjoin(Withdrawal, Withdrawal.submission_id == Submission.id)
        .where(
            Reflection.cohort_id == cohort.id,
            Reflection.state == State.ACCEPTED,
            Reflection.decided_at.is_not(None),
            Withdrawal.submission_id.is_(None),
            Enrolment.withdrawn_at.is_(None),
        )
        .group_by(Reflection.id),
        execution_options={"yield_per": READ_AT_ONCE},
    )
    took: dict[int, list[int]] = defaultdict(list)
    writers: dict[int, set[int]] = defaultdict(set)
    for module_id, enrolment_id, decided_at, handed_in_at in rows:
        since, until = (clock.day_in(moment, cohort.time_zone) for moment in (handed_in_at, decided_at) if moment)
        took[module_id].append((until - since).days)
        writers[module_id].add(enrolment_id)
    return {module_id: (days, len(writers[module_id])) for module_id, days in took.items()}


@dataclass(frozen=True)
class Due:
    """How many reflections a cohort expects of each trainee."""

    today: date
    in_all: int
    by_today: int


@dataclass(frozen=True)
class Funnel:
    """How far a cohort is, as counts of reflections. What is excused is not expected; what has more time, later."""

    trainees: int
    in_all: int
    expected: int  # by the end of today
    submitted: int
    returned: int  # and still with their writers
    accepted: int


def funnels(cohorts: Mapping[int, Due]) -> dict[int, Funnel]:
    """How far these cohorts are, by their ids. Three statements."""
    excused, excused_by_now = _excused(cohorts)
    later = _given_time(cohorts)
    done: dict[int, list[int]] = {}
    for cohort_id, *counts in db.session.execute(
        sa.select(
            Enrolment.cohort_id,
            sa.func.count(Enrolment.id.distinct()),
            *(
                sa.func.coalesce(sa.func.sum(count), 0)
                for count in (ModuleProgress.submitted, ModuleProgress.returned, ModuleProgress.accepted)
            ),
        )
        .outerjoin(ModuleProgress, ModuleProgress.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id.in_(cohorts), Enrolment.withdrawn_at.is_(None))
        .group_by(Enrolment.cohort_id)
    ):
        done[cohort_id] = [int(count) for count in counts]
    found = {}
    for cohort_id, due in cohorts.items():
        trainees, submitted, returned, accepted = done.get(cohort_id, [0, 0, 0, 0])
        in_all = trainees * due.in_all - excused[cohort_id]
        by_today = trainees * due.by_today - excused_by_now[cohort_id] - later[cohort_id]
        found[cohort_id] = Funnel(trainees, in_all, by_today, submitted, returned, accepted)
    return found


def _given_time(cohorts: Mapping[int, Due]) -> Counter[int]:
    """How many reflections were to be handed in by today in each cohort, but not by a trainee who has more time."""
    found = Counter[int]()
    done = sa.exists().where(  # handed in, which needs no more time, or excused, which is counted elsewhere
        Reflection.enrolment_id == Extension.enrolment_id,
        Reflection.training_session_id == Extension.training_session_id,
        Reflection.state != State.DRAFT,
    )
    for cohort_id, for_all, for_them, count in db.session.execute(
        sa.select(Enrolment.cohort_id, TrainingSession.due_on, Extension.due_on, sa.func.count())
        .select_from(Extension)
        .join(Enrolment, Enrolment.id == Extension.enrolment_id)
        .join(TrainingSession, TrainingSession.id == Extension.training_session_id)
        .where(
            Enrolment.cohort_id.in_(cohorts),
            Enrolment.withdrawn_at.is_(None),
            Extension.ended_at.is_(None),
            TrainingSession.is_expected,
            TrainingSession.retired_at.is_(None),
            ~done,
        )
        .group_by(Enrolment.cohort_id, TrainingSession.due_on, Extension.due_on)
    ):
        found[cohort_id] += count if for_all <= cohorts[cohort_id].today < for_them else 0
    return found


def _excused(cohorts: Mapping[int, Due]) -> tuple[Counter[int], Counter[int]]:
    """How many reflections are excused in each cohort: in all, and of those expected by today.

    What was handed in about a session that was retired is expected of its writer alone: that is less than none.
    """
    is_excused = Reflection.state == State.EXCUSED
    in_all, by_today = Counter[int](), Counter[int]()
    for cohort_id, due_on, count in db.session.execute(
        sa.select(Reflection.cohort_id, TrainingSession.due_on, sa.func.sum(sa.case((is_excused, 1), else_=-1)))
        .join(Reflection.session)
        .join(Reflection.enrolment)
        .where(
            Reflection.cohort_id.in_(cohorts),
            Reflection.state != State.DRAFT,
            is_excused == TrainingSession.retired_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            TrainingSession.is_expected,
        )
        .group_by(Reflection.cohort_id, TrainingSession.due_on)
    ):
        in_all[cohort_id] += count
        by_today[cohort_id] += count if due_on <= cohorts[cohort_id].today else 0
    return in_all, by_today


# --- Several cohorts side by side


@dataclass(frozen=True)
class Compared:
    """A cohort beside others."""

    cohort: Cohort
    funnel: Funnel
    waiting: int
    late: int  # of those, past their promise


def compared(cohorts: Sequence[Cohort], now: datetime) -> list[Compared]:
    """These cohorts in the order in which they are given: nobody is ranked. Five statements."""
    today = {cohort.id: cohort.today(now) for cohort in cohorts}
    in_all, by_today, waiting, late = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
    for cohort_id, due_on, count in db.session.execute(
        sa.select(TrainingSession.cohort_id, TrainingSession.due_on, sa.func.count())
        .where(TrainingSession.cohort_id.in_(today), TrainingSession.is_expected, TrainingSession.retired_at.is_(None))
        .group_by(TrainingSession.cohort_id, TrainingSession.due_on)
    ):
        in_all[cohort_id] += count
        by_today[cohort_id] += count if due_on <= today[cohort_id] else 0
    for cohort_id, promised_on, count in db.session.execute(
        sa.select(Reflection.cohort_id, Reflection.promised_on, sa.func.count())
        .join(Reflection.enrolment)
        .where(Reflection.cohort_id.in_(today), Reflection.state == State.SUBMITTED, Enrolment.withdrawn_at.is_(None))
        .group_by(Reflection.cohort_id, Reflection.promised_on)
    ):
        waiting[cohort_id] += count
        late[cohort_id] += count if promised_on is not None and promised_on < today[cohort_id] else 0
    done = funnels({id: Due(day, in_all[id], by_today[id]) for id, day in today.items()})
    return [Compared(cohort, done[cohort.id], waiting[cohort.id], late[cohort.id]) for cohort in cohorts]


def overseen(user: User) -> Sequence[Cohort]:
    """The cohorts they organise or observe, those that began last first."""
    return db.session.scalars(policy.overseen_cohorts(user).order_by(Cohort.starts_on.desc(), Cohort.name)).all()
