"""Reads for cover and for giving trainees to another."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    GUIDES,
    Appointment,
    Cohort,
    Cover,
    Enrolment,
    Mentorship,
    Office,
    Reflection,
    Role,
    User,
)

MOST_PAST = 20


def guides_of(cohort: Cohort) -> Sequence[User]:
    """Those who guide somebody in a cohort, by name."""
    guiding = sa.select(Mentorship.user_id).where(
        Mentorship.cohort_id == cohort.id, Mentorship.role.in_(GUIDES), Mentorship.ended_at.is_(None)
    )
    active = sa.select(User).where(User.id.in_(guiding), User.deactivated_at.is_(None))
    return db.session.scalars(active.order_by(User.name, User.id)).all()


def staff_of(cohort: Cohort) -> Sequence[User]:
    """Those who guide or organise in a cohort, by name: who may stand in there, or take trainees over."""
    guiding = sa.select(Mentorship.user_id).where(
        Mentorship.cohort_id == cohort.id, Mentorship.role.in_(GUIDES), Mentorship.ended_at.is_(None)
    )
    organising = sa.select(Appointment.user_id).where(
        Appointment.cohort_id == cohort.id, Appointment.office == Office.ORGANISER, Appointment.ended_at.is_(None)
    )
    active = sa.select(User).where(User.id.in_(sa.union(guiding, organising)), User.deactivated_at.is_(None))
    return db.session.scalars(active.order_by(User.name, User.id)).all()


def person(user_id: int) -> User:
    """Somebody who was chosen from a list."""
    return db.session.get_one(User, user_id)


def cohorts_to_cover(user: User) -> Sequence[Cohort]:
    """Where a person may arrange cover, the newest first."""
    return db.session.scalars(policy.cohorts_to_cover(user).order_by(Cohort.id.desc())).all()


@dataclass(frozen=True)
class Covers:
    """What is arranged, and what was."""

    ahead: list[Cover]
    past: list[Cover]


def covers(user: User, cohort: Cohort | None, now: datetime) -> Covers:
    """The cover that concerns a person, in one cohort or in all; what is over comes last, and not all of it."""
    query = policy.visible_covers(user).options(
        joinedload(Cover.cohort),
        joinedload(Cover.absent),
        joinedload(Cover.stand_in),
        joinedload(Cover.arranged_by),
    )
    if cohort is not None:
        query = query.where(Cover.cohort_id == cohort.id)
    is_over = sa.or_(Cover.ended_at.is_not(None), Cover.until <= now)
    ahead = query.where(~is_over).order_by(Cover.since, Cover.id)
    past = query.where(is_over).order_by(Cover.until.desc(), Cover.id.desc()).limit(MOST_PAST)
    return Covers(list(db.session.scalars(ahead)), list(db.session.scalars(past)))


# --- Who guides whom


@dataclass(frozen=True)
class Guide:
    """Somebody in a role, with their trainees and what waits for them."""

    user: User | None  # None: the trainees who have nobody in this role
    role: Role
    trainees: list[Enrolment]
    waiting: int
    oldest: date | None  # the earliest day by which something was promised


def guides(cohort: Cohort) -> list[Guide]:
    """Who guides whom in each role that signs off, those without anybody first. Two statements."""
    places = db.session.scalars(
        sa.select(Enrolment)
        .join(Enrolment.user)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None))
        .options(contains_eager(Enrolment.user), selectinload(Enrolment.mentorships).joinedload(Mentorship.user))
        .order_by(User.name, Enrolment.id)
    ).all()
    waiting = {
        (enrolment_id, role): (count, oldest)
        for enrolment_id, role, count, oldest in db.session.execute(
            sa.select(
                Reflection.enrolment_id, Reflection.awaiting, sa.func.count(), sa.func.min(Reflection.promised_on)
            )
            .where(Reflection.cohort_id == cohort.id, Reflection.awaiting.is_not(None))
            .group_by(Reflection.enrolment_id, Reflection.awaiting)
        )
    }
    found = []
    for role in map(Role, cohort.sign_off_steps):
        theirs: dict[User | None, list[Enrolment]] = defaultdict(list)
        for place in places:
            guiding = [mentorship.user for mentorship in place.guides(role)]
            for user in guiding:
                theirs[user].append(place)
            if not guiding:
                theirs[None].append(place)
        found += [_guide(user, role, trainees, waiting) for user, trainees in sorted(theirs.items(), key=_by_name)]
    return found


def _by_name(item: tuple[User | None, list[Enrolment]]) -> tuple[bool, str, int]:
    user = item[0]
    return (user is not None, user.name if user else "", user.id if user else 0)


def _guide(
    user: User | None,
    role: Role,
    trainees: list[Enrolment],
    waiting: Mapping[tuple[int, Role | None], tuple[int, date | None]],
) -> Guide:
    there = [waiting[place.id, role] for place in trainees if (place.id, role) in waiting]
    return Guide(
        user, role, trainees, sum(count for count, _ in there), min((day for _, day in there if day), default=None)
    )


def to_hand_over(cohort: Cohort, ids: Iterable[int]) -> Sequence[Enrolment]:
    """Trainees of a cohort with those who guide them and what was declared, in a fixed order and locked."""
    return db.session.scalars(
        sa.select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None), Enrolment.id.in_(ids))
        .order_by(Enrolment.id)
        .options(
            joinedload(Enrolment.cohort, innerjoin=True),
            joinedload(Enrolment.user, innerjoin=True),
            selectinload(Enrolment.mentorships),
            selectinload(Enrolment.conflicts),
        )
        .with_for_update(of=[Enrolment])
    ).all()
