"""A trainee's series, and where each of its slots stands today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, defer, joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Enrolment,
    Extension,
    Module,
    ModuleProgress,
    Reflection,
    State,
    TrainingSession,
    User,
)


class Condition(Enum):
    """How a slot looks today: the state of its reflection, or what the calendar says when there is none to speak of."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    RETURNED = "returned"
    EXCUSED = "excused"
    LATE = "late"
    SPARED = "spared"  # its day is over, but its module is complete without it
    DRAFT = "draft"
    OPEN = "open"
    UPCOMING = "upcoming"


BY_STATE = {
    State.SUBMITTED: Condition.WAITING,
    State.RETURNED: Condition.RETURNED,
    State.ACCEPTED: Condition.ACCEPTED,
    State.EXCUSED: Condition.EXCUSED,
}
TO_WRITE = frozenset({Condition.LATE, Condition.OPEN, Condition.DRAFT})
SOON = timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """One expected reflection of one trainee."""

    session: TrainingSession
    reflection: Reflection | None
    today: date
    is_excused: bool = False  # which is no secret, even where the reflection is
    discarded: Reflection | None = None  # a draft that its writer put away, and may write anew
    extended_to: date | None = None  # the day that was given to this trainee alone
    is_module_complete: bool = False

    @property
    def due_on(self) -> date:
        """The day by which this trainee is to hand it in."""
        return max(self.session.due_on, self.extended_to or self.session.due_on)

    @property
    def is_extended(self) -> bool:
        """Whether this trainee has more time than the others."""
        return self.due_on > self.session.due_on

    @property
    def condition(self) -> Condition:
        """Where it stands today."""
        if self.is_excused:
            return Condition.EXCUSED
        if self.reflection is not None and self.reflection.state in BY_STATE:
            return BY_STATE[self.reflection.state]
        if self.due_on < self.today and self.session.retired_at is None:
            return Condition.SPARED if self.is_module_complete else Condition.LATE
        if self.reflection is not None:
            return Condition.DRAFT
        return Condition.OPEN if self.session.opens_on <= self.today else Condition.UPCOMING

    @property
    def is_final(self) -> bool:
        """Whether it is the capstone, which has no number and shows as FINAL."""
        return self.session.template is not None and self.session.template.is_final

    @property
    def is_today(self) -> bool:
        """Whether the session is held today."""
        return self.session.opens_on <= self.today <= self.due_on

    @property
    def is_pressing(self) -> bool:
        """Whether it is late, or soon will be."""
        is_soon = self.due_on <= self.today + SOON and self.session.retired_at is None
        return self.condition is Condition.LATE or (self.condition in TO_WRITE and is_soon)

    @property
    def is_done(self) -> bool:
        """Whether the writer has done their part."""
        return self.condition not in TO_WRITE | {Condition.UPCOMING, Condition.SPARED}

    @property
    def is_expected(self) -> bool:
        """Whether it should have been handed in by the end of today; what is handed in needs no more time."""
        is_handed_in = self.condition in (Condition.WAITING, Condition.RETURNED, Condition.ACCEPTED)
        due_on = self.session.due_on if is_handed_in else self.due_on
        return due_on <= self.today and self.condition is not Condition.EXCUSED


@dataclass(frozen=True)
class Series:
    """All slots of one trainee, in the order of the programme."""

    enrolment: Enrolment
    slots: Sequence[Slot]
    today: date
    is_own: bool  # seen by the writer
    set_aside: Sequence[Slot] = ()  # drafts about sessions that were retired: nothing that is expected

    def having(self, *conditions: Condition) -> list[Slot]:
        """The slots in one of these conditions."""
        return [slot for slot in self.slots if slot.condition in conditions]

    @property
    def submitted(self) -> int:
        """How many were handed in, whatever became of them."""
        return len(self.having(Condition.WAITING, Condition.RETURNED, Condition.ACCEPTED))

    @property
    def accepted(self) -> int:
        """How many are signed off."""
        return len(self.having(Condition.ACCEPTED))

    @property
    def total(self) -> int:
        """How many are expected in all; what is excused is not."""
        return len(self.slots) - len(self.having(Condition.EXCUSED))

    @property
    def expected(self) -> int:
        """How many are expected by the end of today."""
        return sum(slot.is_expected for slot in self.slots)

    @property
    def behind(self) -> int:
        """How many are past their day. What a complete module can do without is not late."""
        return len(self.having(Condition.LATE))

    @property
    def spared(self) -> int:
        """How many are past their day and not needed any more."""
        return len(self.having(Condition.SPARED))

    @property
    def due_today(self) -> int:
        """How many are to be handed in today, and are not yet."""
        return sum(slot.due_on == self.today and slot.condition in TO_WRITE for slot in self.slots)

    @property
    def ahead(self) -> int:
        """How many were handed in before their day."""
        return sum(slot.is_done and slot.session.opens_on > self.today for slot in self.slots)

    def parts_of(self, module_id: int) -> list[Slot]:
        """The parts of one module, in their order."""
        return [slot for slot in self.slots if slot.session.module_id == module_id]

    @property
    def skipped(self) -> list[int]:
        """The numbers within the series that no slot has: of sessions for which no reflection is expected."""
        there = {slot.session.position for slot in self.slots}
        return [number for number in range(min(there, default=0), max(there, default=0)) if number not in there]

    @property
    def next(self) -> Slot | None:
        """The one thing to write next: what came back, then what is late, then what is open, then a draft."""
        for condition in (Condition.RETURNED, Condition.LATE, Condition.OPEN, Condition.DRAFT):
            if slots := self.having(condition):
                return slots[0]
        return None

    @property
    def todays(self) -> list[Slot]:
        """What is held today and still to be written."""
        return [slot for slot in self.slots if slot.is_today and slot.condition in TO_WRITE]


def load_series(enrolment: Enrolment, today: date, *, viewer: User) -> Series:
    """The series of a trainee as `viewer` may see it, in two statements, without the texts.

    For anybody but the writer, what they may not read does not exist; only that a slot is excused is no secret.
    """
    readable: sa.ColumnElement[bool] = sa.true()
    unread: list[InstrumentedAttribute[Any]] = [Reflection.answers]
    if viewer.id != enrolment.user_id:
        unread += [Reflection.title, Reflection.facilitator]  # what others read is what was handed in
        readable = Reflection.id.in_(policy.visible_reflections(viewer).with_only_columns(Reflection.id))
    known = sa.or_(readable, Reflection.state == State.EXCUSED)
    progress = sa.and_(
        ModuleProgress.enrolment_id == enrolment.id, ModuleProgress.module_id == TrainingSession.module_id
    )
    sessions = db.session.execute(
        sa.select(TrainingSession, Extension.due_on, ModuleProgress.completed_at.is_not(None))
        .join(TrainingSession.module)
        .join(Module.agenda)
        .outerjoin(Extension, Extension.holds_for(enrolment.id, TrainingSession.id))
        .outerjoin(ModuleProgress, progress)
        .where(TrainingSession.cohort_id == enrolment.cohort_id, TrainingSession.is_expected)
        .options(
            contains_eager(TrainingSession.module).contains_eager(Module.agenda),
            joinedload(TrainingSession.template),
        )
        .order_by(TrainingSession.position)
    ).all()
    written: dict[int, Reflection] = {}
    discarded: dict[int, Reflection] = {}
    excused = set()
    for reflection, is_readable in db.session.execute(
        sa.select(Reflection, readable)
        .where(Reflection.enrolment_id == enrolment.id, known)
        .options(*(defer(text, raiseload=True) for text in unread))
    ):
        if is_readable:
            there = written if reflection.discarded_at is None else discarded
            there[reflection.training_session_id] = reflection
        if reflection.state is State.EXCUSED:
            excused.add(reflection.training_session_id)
    slots = [
        Slot(
            session,
            written.get(session.id),
            today,
            is_excused=session.id in excused,
            discarded=discarded.get(session.id),
            extended_to=extended_to,
            is_module_complete=is_complete,
        )
        for session, extended_to, is_complete in sessions
        if session.retired_at is None or session.id in written or session.id in excused
    ]
    set_aside = [slot for slot in slots if slot.session.retired_at and slot.condition is Condition.DRAFT]
    return Series(
        enrolment,
        [slot for slot in slots if slot not in set_aside],
        today,
        is_own=viewer.id == enrolment.user_id,
        set_aside=set_aside,
    )
