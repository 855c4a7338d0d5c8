"""Reads for the page of lessons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import Happened, Lesson, Reflection, TrainingSession, User


@dataclass(frozen=True)
class Lessons:
    """The lessons of one writer, the oldest first, by what became of them."""

    asked: Sequence[Lesson]  # their writer is asked about them now
    ahead: Sequence[Lesson]  # still to come, or under way
    happened: Sequence[Lesson]
    let_go: Sequence[Lesson]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(map(len, (self.asked, self.ahead, self.happened, self.let_go)))


def lessons_of(user: User, now: datetime) -> Lessons:
    """All lessons of a writer, in one statement."""
    groups: dict[str, list[Lesson]] = {"asked": [], "ahead": [], "happened": [], "let_go": []}
    for lesson in db.session.scalars(_whole(policy.visible_lessons(user)).order_by(Lesson.written_at, Lesson.id)):
        groups[_group(lesson, now)].append(lesson)
    return Lessons(**groups)


def _group(lesson: Lesson, now: datetime) -> str:
    if lesson.happened is Happened.NO_LONGER:
        return "let_go"
    if lesson.ask_on is None:
        return "happened"
    return "asked" if lesson.ask_on <= lesson.cohort.today(now) else "ahead"


def to_answer(user: User) -> sa.Select[Lesson]:
    """A lesson with what its verb needs. Its reflection is locked, so that handing that in again does not cross it."""
    return (
        policy.visible_lessons(user)
        .join(Lesson.reflection)
        .options(joinedload(Lesson.cohort, innerjoin=True))
        .with_for_update(of=[Reflection], key_share=True)
    )


def _whole(lessons: sa.Select[Lesson]) -> sa.Select[Lesson]:
    reflection = contains_eager(Lesson.reflection)
    return (
        lessons.join(Lesson.reflection)
        .join(Reflection.session)
        .options(
            joinedload(Lesson.cohort, innerjoin=True),
            reflection.options(defer(Reflection.answers, raiseload=True)),
            reflection.contains_eager(Reflection.session).joinedload(TrainingSession.module, innerjoin=True),
        )
    )
