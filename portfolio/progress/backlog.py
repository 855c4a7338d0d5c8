"""Reads for the reviewers' backlog and turnaround, side by side: what waits for whom, and how long answers took."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portfolio.clock import day_in
from portfolio.database import db
from portfolio.models import Cohort, Concern, Enrolment, Mentorship, Nudge, Reflection, Review, Role, Submission, User
from portfolio.reminders import Reminded, counted

WINDOW = timedelta(days=30)  # over which answers are counted
FEWEST = 5  # answers: of fewer, there is too little to say
READ_AT_ONCE = 5_000

Key = tuple[int | None, Role]  # a person and their role; nobody, where a trainee has none in it


@dataclass(frozen=True)
class Desk:
    """What waits for one person in one role, and how they answered lately; for nobody, where a trainee has none."""

    user: User | None
    role: Role
    waiting: int = 0
    late: int = 0  # past the promise
    oldest: date | None = None  # the day that was promised first
    reminded: Reminded | None = None
    days: Sequence[int] = ()  # working days that each answer of the last thirty days took

    @property
    def median_days(self) -> float | None:
        """The middle of those; nothing while there are too few."""
        return median(self.days) if len(self.days) >= FEWEST else None


def desks(cohort: Cohort, now: datetime) -> list[Desk]:
    """Everybody for whom something waits or who answered lately, by name, in no other order: nobody is ranked.

    First what waits for nobody. Two statements. Needs the `holidays` of the cohort loaded.
    """
    found = _waiting(cohort, cohort.today(now))
    for person, role, days in _took(cohort, now):
        desk = found.get((person.id, role), Desk(person, role))
        found[person.id, role] = replace(desk, days=days)
    return sorted(found.values(), key=_order)


def _order(desk: Desk) -> tuple[bool, str, int, str]:
    user = desk.user
    return user is not None, user.name.casefold() if user else "", user.id if user else 0, desk.role.value


def _waiting(cohort: Cohort, today: date) -> dict[Key, Desk]:
    """How much waits for whom, how much of it past the promise, the oldest promise, and who was reminded when."""
    last, by = counted(cohort, Concern.WAITING), aliased(User)
    rows = db.session.execute(
        sa.select(
            User,
            Reflection.awaiting,
            sa.func.count(Reflection.id),
            sa.func.count(sa.case((Reflection.promised_on < today, 1))),
            sa.func.min(Reflection.promised_on),
            Nudge.at,
            by,
            last.c.times,
        )
        .select_from(Reflection)
        .join(Reflection.enrolment)
        .outerjoin(Mentorship, Mentorship.decides(Reflection.enrolment_id, Reflection.awaiting))
        .outerjoin(Mentorship.user)
        .outerjoin(last, last.c.to_id == Mentorship.user_id)
        .outerjoin(Nudge, Nudge.id == last.c.last)
        .outerjoin(by, by.id == Nudge.by_id)
        .where(Reflection.cohort_id == cohort.id, Reflection.awaiting.is_not(None), Enrolment.withdrawn_at.is_(None))
        .group_by(User.id, Reflection.awaiting, Nudge.id, by.id, last.c.times)
    )
    found: dict[Key, Desk] = {}
    for user, role, waiting, late, oldest, at, sender, times in rows:
        reminded = Reminded(at, sender, times) if times else None
        found[user.id if user else None, role] = Desk(user, role, waiting, late, oldest, reminded)
    return found


def _took(cohort: Cohort, now: datetime) -> list[tuple[User, Role, list[int]]]:
    """How many working days each decision of the last thirty days took since the text came to that step."""
    earlier = aliased(Review)
    passed_on = (
        sa.select(sa.func.max(earlier.decided_at, type_=Review.decided_at.type))
        .where(earlier.submission_id == Review.submission_id, earlier.step < Review.step)
        .scalar_subquery()
    )
    since = sa.func.coalesce(passed_on, Submission.submitted_at, type_=Submission.submitted_at.type)
    between = cache(cohort.calendar.between)
    rows = db.session.execute(
        sa.select(User, Review.role, since, Review.decided_at)
        .join(Review.submission)
        .join(Review.reviewer)
        .where(Review.cohort_id == cohort.id, Review.decided_at > now - WINDOW, Review.decided_at <= now),
        execution_options={"yield_per": READ_AT_ONCE},
    )
    took: dict[tuple[User, Role], list[int]] = defaultdict(list)
    for person, role, came_at, decided_at in rows:
        took[person, role].append(between(*(day_in(moment, cohort.time_zone) for moment in (came_at, decided_at))))
    return [(person, role, days) for (person, role), days in took.items()]
