"""Reads for second looks: those of a cohort, and who may be asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    GUIDES,
    Appointment,
    Cohort,
    Enrolment,
    Mentorship,
    Module,
    Office,
    Rating,
    Reflection,
    Review,
    SecondLook,
    Submission,
    Template,
    TrainingSession,
    User,
)

MOST_ANSWERED = 20


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be asked, and how much they have been asked."""

    person: User
    open: int  # second looks they have not answered
    ever: int


def _with_decisions(looks: sa.Select[SecondLook]) -> sa.Select[SecondLook]:
    """With the people and the decisions that tell who may be asked; without the texts."""
    reflection = joinedload(SecondLook.reflection)
    submissions = reflection.selectinload(Reflection.submissions)
    return looks.options(
        reflection.defer(Reflection.answers),
        reflection.joinedload(Reflection.session),
        reflection.joinedload(Reflection.enrolment).options(
            joinedload(Enrolment.user), selectinload(Enrolment.conflicts)
        ),
        submissions.defer(Submission.answers),
        submissions.joinedload(Submission.reviews),
        joinedload(SecondLook.review).joinedload(Review.reviewer),
        joinedload(SecondLook.reader),
    )


def open_looks(cohort: Cohort) -> Sequence[SecondLook]:
    """Those of a cohort that have not been answered, the oldest promise first."""
    waiting = sa.select(SecondLook).where(SecondLook.cohort_id == cohort.id, SecondLook.answered_at.is_(None))
    return db.session.scalars(_with_decisions(waiting).order_by(SecondLook.promised_on, SecondLook.id)).unique().all()


def answered_looks(cohort: Cohort) -> Sequence[SecondLook]:
    """The last of a cohort that have been answered."""
    query = (
        sa.select(SecondLook)
        .where(SecondLook.cohort_id == cohort.id, SecondLook.answered_at.is_not(None))
        .options(
            joinedload(SecondLook.reader),
            joinedload(SecondLook.reflection).options(
                defer(Reflection.answers, raiseload=True),
                joinedload(Reflection.session),
                joinedload(Reflection.enrolment).joinedload(Enrolment.user),
            ),
        )
        .order_by(SecondLook.answered_at.desc(), SecondLook.id.desc())
        .limit(MOST_ANSWERED)
    )
    return db.session.scalars(query).all()


def to_give(looks: sa.Select[SecondLook]) -> sa.Select[SecondLook]:
    """Second looks with what is needed to ask somebody, locked."""
    return _with_decisions(looks).with_for_update(of=SecondLook)


def people_of(cohort_id: int) -> list[Candidate]:
    """Those who guide or organise in a cohort; whoever has the fewest to answer first, never by name."""
    guides = sa.select(Mentorship.user_id).where(
        Mentorship.cohort_id == cohort_id, Mentorship.role.in_(GUIDES), Mentorship.ended_at.is_(None)
    )
    organisers = sa.select(Appointment.user_id).where(
        Appointment.cohort_id == cohort_id, Appointment.office == Office.ORGANISER, Appointment.ended_at.is_(None)
    )
    given = sa.select(sa.func.count(SecondLook.id)).where(SecondLook.reader_id == User.id)
    waiting = given.where(SecondLook.answered_at.is_(None)).scalar_subquery()
    ever = given.scalar_subquery()
    people = db.session.execute(
        sa.select(User, waiting, ever)
        .where(User.id.in_(sa.union(guides, organisers)), User.deactivated_at.is_(None))
        .order_by(waiting, ever, User.id)
    )
    return [Candidate(person, open_, all_) for person, open_, all_ in people]


def able(people: Sequence[Candidate], look: SecondLook) -> list[Candidate]:
    """Those who may be asked about this one: who have not decided on it, are not its writer, nor too close to them."""
    reflection = look.reflection
    decided = {review.reviewer_id for submission in reflection.submissions for review in submission.reviews}
    close = {conflict.user_id for conflict in reflection.enrolment.conflicts if conflict.ended_at is None}
    barred = decided | close | {reflection.enrolment.user_id}
    return [candidate for candidate in people if candidate.person.id not in barred]


def to_read(looks: sa.Select[SecondLook]) -> sa.Select[SecondLook]:
    """Second looks with the text, the decision, and what the page of its reader shows."""
    reflection = joinedload(SecondLook.reflection)
    submissions = reflection.selectinload(Reflection.submissions)
    return looks.options(
        reflection.joinedload(Reflection.cohort),
        reflection.joinedload(Reflection.enrolment).joinedload(Enrolment.user),
        reflection.joinedload(Reflection.session).options(
            joinedload(TrainingSession.module).options(joinedload(Module.agenda), joinedload(Module.rubric)),
            joinedload(TrainingSession.template).joinedload(Template.prompts),
        ),
        submissions.joinedload(Submission.withdrawal),
        submissions.joinedload(Submission.attachments),
        joinedload(SecondLook.review).options(
            joinedload(Review.reviewer), selectinload(Review.ratings).joinedload(Rating.rubric)
        ),
    )


def to_settle(user: User) -> sa.Select[SecondLook]:
    """Second looks with the decision they are about, locked; the reflection is loaded by itself."""
    return (
        policy.visible_second_looks(user)
        .options(joinedload(SecondLook.review), joinedload(SecondLook.reflection), selectinload(SecondLook.ratings))
        .with_for_update(of=SecondLook)
    )
