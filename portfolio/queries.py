"""Reads that several pages need: a trainee's series, and where each of its slots stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, defer, joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Attachment,
    Cohort,
    Comment,
    Enrolment,
    Extension,
    Lease,
    Mentorship,
    Module,
    ModuleProgress,
    PrivateNote,
    Rating,
    Reflection,
    Reopening,
    Review,
    SavedComment,
    SecondLook,
    State,
    Submission,
    Template,
    TrainingSession,
    User,
    Visit,
)
from portfolio.models.desk import MOST_SAVED


class Condition(Enum):
    """How a slot looks today: the state of its reflection, or what the calendar says when there is none to speak of."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    RETURNED = "returned"
    EXCUSED = "excused"
    LATE = "late"
    DRAFT = "draft"
    OPEN = "open"
    UPCOMING = "upcoming"


BY_STATE = {
    State.SUBMITTED: Condition.WAITING,
    State.RETURNED: Condition.RETURNED,
    State.ACCEPTED: Condition.ACCEPTED,
    State.EXCUSED: Condition.EXCUSED,
}
MOST_NEWS = 10
TO_WRITE = frozenset({Condition.LATE, Condition.OPEN, Condition.DRAFT})


@dataclass(frozen=True)
class Slot:
    """One expected reflection of one trainee."""

    session: TrainingSession
    reflection: Reflection | None
    today: date
    is_excused: bool = False  # which is no secret, even where the reflection is
    discarded: Reflection | None = None  # a draft that its writer put away, and may write anew
    extended_to: date | None = None  # the day that was given to this trainee alone

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
        if self.due_on < self.today:
            return Condition.LATE
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
    def is_done(self) -> bool:
        """Whether the writer has done their part."""
        return self.condition not in TO_WRITE and self.condition is not Condition.UPCOMING

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
        """How many are past their day."""
        return len(self.having(Condition.LATE))

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
    sessions = db.session.execute(
        sa.select(TrainingSession, Extension.due_on)
        .join(TrainingSession.module)
        .join(Module.agenda)
        .outerjoin(Extension, Extension.holds_for(enrolment.id, TrainingSession.id))
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
        Slot(session, written.get(session.id), today, session.id in excused, discarded.get(session.id), extended_to)
        for session, extended_to in sessions
        if session.retired_at is None or session.id in written or session.id in excused
    ]
    return Series(enrolment, slots, today, is_own=viewer.id == enrolment.user_id)


@dataclass(frozen=True)
class News:
    """What others said about a reflection since somebody was last there."""

    reflection: Reflection
    comments: int


def news_for(user: User, *, but: sa.Select[int] | None = None) -> list[News]:
    """What was said since this person's last visit, on what they wrote or review; the newest first.

    `but` selects the ids of reflections of which they are told elsewhere on the page.
    """
    count, last = sa.func.count(Comment.id), sa.func.max(Comment.created_at)
    heard = (
        policy.visible_reflections(user)
        .with_only_columns(Reflection.id.label("id"), count.label("comments"), last.label("last"))
        .join(Submission, Submission.reflection_id == Reflection.id)
        .join(Comment, Comment.submission_id == Submission.id)
        .join(Visit, sa.and_(Visit.reflection_id == Reflection.id, Visit.user_id == user.id))
        .where(Comment.author_id != user.id, Comment.created_at > Visit.seen_at)
        .where(Reflection.id.not_in(but) if but is not None else sa.true())
        .group_by(Reflection.id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(Reflection, heard.c.comments)
        .join(heard, heard.c.id == Reflection.id)
        .options(
            defer(Reflection.answers, raiseload=True),
            joinedload(Reflection.session),
            joinedload(Reflection.enrolment).joinedload(Enrolment.user),
        )
        .order_by(heard.c.last.desc(), Reflection.id)
        .limit(MOST_NEWS)
    )
    return [News(reflection, comments) for reflection, comments in rows]


def last_reviews(reflection_ids: list[int]) -> dict[int, Review]:
    """The newest review of each of these reflections, by the reflection's id."""
    rows = db.session.execute(
        sa.select(Submission.reflection_id, Review)
        .join(Review.submission)
        .where(Submission.reflection_id.in_(reflection_ids))
        .options(
            joinedload(Review.reviewer),
            joinedload(Review.submission).options(
                defer(Submission.answers, raiseload=True), joinedload(Submission.reopening).joinedload(Reopening.by)
            ),
        )
        .order_by(Review.decided_at)
    )
    return {reflection_id: review for reflection_id, review in rows}  # noqa: C416 - dict() takes a result for a mapping


def whole(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    """A reflection with all that its page shows, in as many statements however much was written and said."""
    submissions = selectinload(Reflection.submissions)
    return reflections.options(
        joinedload(Reflection.cohort),
        joinedload(Reflection.session)
        .joinedload(TrainingSession.module)
        .options(joinedload(Module.agenda), joinedload(Module.rubric)),
        joinedload(Reflection.session).joinedload(TrainingSession.template).joinedload(Template.prompts),
        joinedload(Reflection.lease).joinedload(Lease.holder),
        joinedload(Reflection.enrolment).joinedload(Enrolment.user),
        joinedload(Reflection.enrolment).selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
        submissions.joinedload(Submission.withdrawal),
        submissions.joinedload(Submission.reopening).joinedload(Reopening.by),
        submissions.joinedload(Submission.reviews).options(
            joinedload(Review.reviewer),
            joinedload(Review.acknowledgement),
            joinedload(Review.second_look).joinedload(SecondLook.reader),
        ),
        submissions.selectinload(Submission.ratings).joinedload(Rating.rubric),
        submissions.selectinload(Submission.comments).options(
            joinedload(Comment.author), joinedload(Comment.resolved_by)
        ),
        submissions.selectinload(Submission.readings),
        submissions.joinedload(Submission.attachments),
        joinedload(Reflection.addenda),  # there are seldom any, and seldom files: not worth a statement each
    )


def to_form(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    """A reflection with what the page shows on which it is written, and no more."""
    submissions = selectinload(Reflection.submissions)
    return reflections.options(
        joinedload(Reflection.cohort),
        joinedload(Reflection.session).joinedload(TrainingSession.module).joinedload(Module.rubric),
        joinedload(Reflection.session).joinedload(TrainingSession.template).joinedload(Template.prompts),
        joinedload(Reflection.enrolment).selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
        joinedload(Reflection.enrolment).joinedload(Enrolment.user),
        selectinload(Reflection.attachments),
        submissions.joinedload(Submission.withdrawal),
        submissions.joinedload(Submission.reopening),
        submissions.joinedload(Submission.reviews),
    )


def draft_files(reflection: Reflection) -> Sequence[Attachment]:
    """The files beside a text of which nothing has been handed in yet; later they are shown with what was."""
    if reflection.submissions:
        return []
    here = sa.select(Attachment).where(Attachment.reflection_id == reflection.id, Attachment.removed_at.is_(None))
    return db.session.scalars(here.order_by(Attachment.id)).all()


def saved_comments_of(user: User) -> Sequence[SavedComment]:
    """Their saved comments and those shared with them, the most used first, in one statement.

    Should there be too many, some of the others' are left out, never their own.
    """
    offered = policy.visible_saved_comments(user).where(SavedComment.removed_at.is_(None))
    is_own = sa.case((SavedComment.owner_id == user.id, 1), else_=0)
    saved = db.session.scalars(
        offered.options(joinedload(SavedComment.cohort), joinedload(SavedComment.owner))
        .order_by(is_own.desc(), SavedComment.uses.desc(), SavedComment.id.desc())
        .limit(MOST_SAVED)
    )
    return sorted(saved, key=lambda each: (-each.uses, -each.id))


def organised_ids(user: User) -> Sequence[int]:
    """The ids of the cohorts a person organises."""
    return db.session.scalars(policy.organised_cohorts(user).with_only_columns(Cohort.id)).all()


def note_beside(reflection: Reflection, user: User) -> PrivateNote | None:
    """What a writer noted beside their own reflection; for anybody else there is nothing."""
    notes = policy.visible_notes(user).where(PrivateNote.reflection_id == reflection.id)
    return db.session.scalars(notes).one_or_none()


def to_save(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    """A reflection with what is needed to save its text and no more, locked, in one statement."""
    return reflections.options(
        contains_eager(Reflection.enrolment),
        joinedload(Reflection.cohort, innerjoin=True),
        joinedload(Reflection.session, innerjoin=True)
        .joinedload(TrainingSession.template)
        .joinedload(Template.prompts),
    ).with_for_update(of=[Reflection], key_share=True)


def to_change(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    """A reflection with all that its verbs need, locked until they are done.

    Its progress is locked with it: two verbs on one module at the same moment must both be counted. (SQLite has one
    writer at a time anyway.)
    """
    submissions = selectinload(Reflection.submissions)
    changed = reflections.join(Reflection.progress).options(
        joinedload(Reflection.cohort).selectinload(Cohort.holidays),
        contains_eager(Reflection.progress).joinedload(ModuleProgress.module),
        joinedload(Reflection.session).joinedload(TrainingSession.module).joinedload(Module.rubric),
        joinedload(Reflection.session).joinedload(TrainingSession.template).joinedload(Template.prompts),
        joinedload(Reflection.enrolment).selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
        joinedload(Reflection.enrolment).joinedload(Enrolment.user),
        joinedload(Reflection.lease),
        selectinload(Reflection.excuses),
        selectinload(Reflection.discards),
        selectinload(Reflection.addenda),
        selectinload(Reflection.attachments),
        selectinload(Reflection.lessons),
        submissions.joinedload(Submission.withdrawal),
        submissions.joinedload(Submission.reopening),
        submissions.joinedload(Submission.reviews).joinedload(Review.second_look),
        submissions.joinedload(Submission.document),
        submissions.selectinload(Submission.readings),
        submissions.selectinload(Submission.comments).options(joinedload(Comment.author), joinedload(Comment.parent)),
    )
    return changed.with_for_update(of=[Reflection, ModuleProgress], key_share=True)
