"""Reads for conflicts: of whom they can be declared, and what a cohort's organisers see of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    GUIDES,
    Appointment,
    Cohort,
    Conflict,
    Enrolment,
    Mentorship,
    Office,
    Reflection,
    Role,
    SecondLook,
    User,
)


def to_judge(user: User) -> sa.Select[Enrolment]:
    """The trainees of whom they may say it, with those who guide them and what was declared."""
    return policy.enrolments_to_judge(user).options(
        joinedload(Enrolment.cohort),
        joinedload(Enrolment.user),
        selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
        selectinload(Enrolment.conflicts),
    )


def people_of(enrolment: Enrolment) -> list[User]:
    """Those of whom an organiser may say it: who guides the trainee first, then who else works in the cohort."""
    guides = sa.select(Mentorship.user_id).where(
        Mentorship.cohort_id == enrolment.cohort_id, Mentorship.role.in_(GUIDES), Mentorship.ended_at.is_(None)
    )
    offices = sa.select(Appointment.user_id).where(
        Appointment.cohort_id == enrolment.cohort_id,
        Appointment.office.in_((Office.ORGANISER, Office.ASSESSOR)),
        Appointment.ended_at.is_(None),
    )
    own = {mentorship.user_id for mentorship in enrolment.guides()}
    people = db.session.scalars(
        sa.select(User).where(User.id.in_(sa.union(guides, offices)), User.id != enrolment.user_id).order_by(User.name)
    )
    return sorted(people, key=lambda person: person.id not in own)


def open_looks(enrolment: Enrolment, reader: User) -> Sequence[SecondLook]:
    """The second looks at what this trainee wrote that wait for this person."""
    mine = sa.select(Reflection.id).where(Reflection.enrolment_id == enrolment.id)
    looks = sa.select(SecondLook).where(
        SecondLook.reader_id == reader.id, SecondLook.answered_at.is_(None), SecondLook.reflection_id.in_(mine)
    )
    return db.session.scalars(looks.options(joinedload(SecondLook.reader), joinedload(SecondLook.given_by))).all()


@dataclass(frozen=True)
class Declared:
    """The conflicts of a cohort."""

    holding: list[Conflict]
    ended: list[Conflict]

    @property
    def without(self) -> list[tuple[Enrolment, list[Role]]]:
        """The trainees who have nobody in a role that signs off, since somebody who had it was too close."""
        trainees = {conflict.enrolment_id: conflict.enrolment for conflict in (*self.holding, *self.ended)}
        missing = [
            (enrolment, [role for role in map(Role, enrolment.cohort.sign_off_steps) if not enrolment.guides(role)])
            for enrolment in trainees.values()
            if enrolment.is_active
        ]
        return [(enrolment, roles) for enrolment, roles in missing if roles]


def declared_in(cohort: Cohort) -> Declared:
    """What was declared in a cohort, the newest first."""
    query = (
        sa.select(Conflict)
        .where(Conflict.cohort_id == cohort.id)
        .options(
            joinedload(Conflict.user),
            joinedload(Conflict.declared_by),
            joinedload(Conflict.enrolment).options(
                joinedload(Enrolment.user), joinedload(Enrolment.cohort), selectinload(Enrolment.mentorships)
            ),
        )
        .order_by(Conflict.declared_at.desc(), Conflict.id.desc())
    )
    found = db.session.scalars(query).all()
    return Declared(
        holding=[conflict for conflict in found if conflict.ended_at is None],
        ended=[conflict for conflict in found if conflict.ended_at is not None],
    )
