"""Which texts may be scored blind, and by whom: whoever knows the writer, or could read whose it is, may not."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from portfolio.database import db
from portfolio.models import (
    Appointment,
    Cohort,
    Comment,
    Conflict,
    Cover,
    Enrolment,
    GuestPass,
    Mentorship,
    Office,
    ReadEvent,
    Reason,
    Reflection,
    Review,
    SampledText,
    Scoring,
    SecondLook,
    State,
    Submission,
    User,
    Visibility,
    Withdrawal,
)

Column: TypeAlias = sa.SQLColumnExpression[Any]


class Left(Enum):
    """Why a text is not in the lottery."""

    NOT_ACCEPTED = "not_accepted"
    WRITER_LEFT = "writer_left"
    PRIVATE = "private"


class Bar(Enum):
    """Why somebody may not score a text blind."""

    WRITER = "writer"
    GUIDE = "guide"
    UNIT = "unit"
    CONFLICT = "conflict"
    ANSWERED = "answered"
    READER = "reader"
    EARLIER = "earlier"


@dataclass(frozen=True)
class Eligible:
    """A text in the lottery."""

    submission_id: int
    reflection_id: int
    writer_id: int
    unit: str
    is_shared: bool


@dataclass(frozen=True)
class Barred:
    """Why somebody may not score what one person wrote, or one reflection, or what the cohort shares; or nothing."""

    assessor_id: int
    bar: Bar
    writer_id: int | None
    reflection_id: int | None
    is_shared: bool = False

    def holds(self, text: Eligible) -> bool:
        """Whether it keeps them from this text."""
        if self.is_shared and not text.is_shared:
            return False
        return self.writer_id in (None, text.writer_id) and self.reflection_id in (None, text.reflection_id)


@dataclass(frozen=True)
class Lottery:
    """Who may score what in a cohort, and why others may not."""

    texts: Sequence[Eligible]
    left_out: Mapping[Left, int]
    appointments: Sequence[Appointment]  # of the assessors, with the people
    barred: Mapping[int, Sequence[Barred]]  # by the assessor

    def bar(self, user: User, text: Eligible) -> Bar | None:
        """Why a person may not score a text; None if they may."""
        if user.id == text.writer_id:
            return Bar.WRITER
        found = {barred.bar for barred in self.barred.get(user.id, ()) if barred.holds(text)}
        if (unit := same_unit(user.unit)) and unit == same_unit(text.unit):
            found.add(Bar.UNIT)
        return next((bar for bar in Bar if bar in found), None)

    @cached_property
    def candidates(self) -> dict[int, list[int]]:
        """For each text, by its submission, who may score it."""
        people = [appointment.user for appointment in self.appointments]
        return {text.submission_id: [user.id for user in people if self.bar(user, text) is None] for text in self.texts}

    @cached_property
    def bars(self) -> dict[int, Counter[Bar]]:
        """For each assessor, from how many texts what keeps them."""
        found: dict[int, Counter[Bar]] = {appointment.user_id: Counter() for appointment in self.appointments}
        for appointment in self.appointments:
            for text in self.texts:
                if (bar := self.bar(appointment.user, text)) is not None:
                    found[appointment.user_id][bar] += 1
        return found

    def with_enough(self, per_text: int) -> int:
        """How many texts have as many assessors as are asked for."""
        return sum(len(able) >= per_text for able in self.candidates.values())

    def able(self, submission_id: int) -> list[User]:
        """Those who may score a text."""
        ids = self.candidates.get(submission_id, ())
        return [appointment.user for appointment in self.appointments if appointment.user_id in ids]


def same_unit(unit: str) -> str:
    """A unit without case, spaces and punctuation, by which it is compared; empty if none is named."""
    return "".join(filter(str.isalnum, unit.casefold()))


def lottery(cohort: Cohort) -> Lottery:
    """Everything that decides who may score what, in three statements."""
    texts, left_out = [], Counter[Left]()
    for text in _texts(cohort):
        if isinstance(text, Left):
            left_out[text] += 1
        else:
            texts.append(text)
    barred: dict[int, list[Barred]] = {}
    for each in _barred(cohort):
        barred.setdefault(each.assessor_id, []).append(each)
    return Lottery(texts, left_out, assessors(cohort), barred)


def assessors(cohort: Cohort) -> Sequence[Appointment]:
    """Those who score blind in a cohort now, in the order in which they were appointed."""
    query = _current(cohort).options(joinedload(Appointment.user)).order_by(Appointment.id)
    return db.session.scalars(query).all()


def _current(cohort: Cohort) -> sa.Select[Appointment]:
    return (
        sa.select(Appointment)
        .join(Appointment.user)
        .where(
            Appointment.cohort_id == cohort.id,
            Appointment.office == Office.ASSESSOR,
            Appointment.ended_at.is_(None),
            User.deactivated_at.is_(None),
        )
    )


def _texts(cohort: Cohort) -> Iterator[Eligible | Left]:
    """What was handed in and stands, of each reflection, or why it is left out."""
    stands = (
        sa.select(Submission.reflection_id, sa.func.max(Submission.id).label("id"))
        .outerjoin(Withdrawal, Withdrawal.submission_id == Submission.id)
        .where(Submission.cohort_id == cohort.id, Withdrawal.submission_id.is_(None))
        .group_by(Submission.reflection_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            stands.c.id, Reflection.id, Reflection.state, Reflection.visibility,
            Enrolment.user_id, Enrolment.withdrawn_at, User.unit,
        )
        .join(Reflection, Reflection.id == stands.c.reflection_id)
        .join(Reflection.enrolment)
        .join(Enrolment.user)
        .order_by(stands.c.id)
    )  # fmt: skip
    for submission_id, reflection_id, state, visibility, writer_id, withdrawn_at, unit in rows:
        if state is not State.ACCEPTED:
            yield Left.NOT_ACCEPTED
        elif withdrawn_at is not None:
            yield Left.WRITER_LEFT
        elif visibility is Visibility.ONLY_ME:
            yield Left.PRIVATE
        else:
            yield Eligible(submission_id, reflection_id, writer_id, unit, visibility is Visibility.COHORT)


def _barred(cohort: Cohort) -> Iterator[Barred]:
    """What is on record between the assessors and those who write, whenever and in whichever cohort it was."""
    people = _current(cohort).with_only_columns(Appointment.user_id).correlate(None)
    nothing: Column = sa.cast(sa.null(), sa.Integer)
    absent = aliased(Mentorship)

    def row(bar: Bar, who: Column, *, writer: Column = nothing, text: Column = nothing) -> Any:
        return sa.select(who, sa.literal(bar.value), writer, text, sa.false()).where(who.in_(people))

    writer, text = Enrolment.user_id, Submission.reflection_id
    # Fellow trainees could read what is shared with the cohort.
    fellows = sa.select(Enrolment.user_id, sa.literal(Bar.READER.value), nothing, nothing, sa.true())
    statement: sa.CompoundSelect[Any] = sa.union(
        row(Bar.GUIDE, Mentorship.user_id, writer=writer).join(Enrolment, Enrolment.id == Mentorship.enrolment_id),
        row(Bar.GUIDE, Cover.stand_in_id, writer=writer)
        .join(absent, sa.and_(absent.user_id == Cover.absent_id, absent.cohort_id == Cover.cohort_id))
        .join(Enrolment, Enrolment.id == absent.enrolment_id),
        row(Bar.CONFLICT, Conflict.user_id, writer=writer).join(Enrolment, Enrolment.id == Conflict.enrolment_id),
        row(Bar.ANSWERED, Review.reviewer_id, text=text)
        .join(Submission, Submission.id == Review.submission_id)
        .where(Review.cohort_id == cohort.id),
        row(Bar.ANSWERED, Comment.author_id, text=text)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Comment.cohort_id == cohort.id),
        row(Bar.ANSWERED, SecondLook.reader_id, text=SecondLook.reflection_id),
        row(Bar.READER, GuestPass.guest_id, writer=writer)
        .join(Reflection, Reflection.id == GuestPass.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id),
        row(Bar.READER, ReadEvent.reader_id, text=text)
        .join(Submission, Submission.id == ReadEvent.submission_id)
        .where(ReadEvent.cohort_id == cohort.id, ReadEvent.reason != Reason.SCORING),
        row(Bar.READER, Appointment.user_id).where(
            Appointment.cohort_id == cohort.id, Appointment.office == Office.ORGANISER
        ),
        fellows.where(Enrolment.cohort_id == cohort.id, Enrolment.user_id.in_(people)),
        row(Bar.EARLIER, Scoring.assessor_id, text=text)
        .join(SampledText, SampledText.id == Scoring.text_id)
        .join(Submission, Submission.id == SampledText.submission_id)
        .where(Scoring.cohort_id == cohort.id),
    )
    for assessor_id, bar, writer_id, reflection_id, is_shared in db.session.execute(statement):
        yield Barred(assessor_id, Bar(bar), writer_id, reflection_id, bool(is_shared))
