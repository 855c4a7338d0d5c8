"""Reads that several pages need: reflections with what their pages show, and what was said of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    Attachment,
    Cohort,
    Comment,
    Enrolment,
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
    Submission,
    Template,
    TrainingSession,
    User,
    Visit,
)
from portfolio.models.desk import MOST_SAVED

MOST_NEWS = 10


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

    Its progress is locked with it: two verbs on one module at the same moment must both be counted. And before that
    the trainee's place in the cohort: one module may become complete because another does, and what is read after the
    lock (the other modules, the day given to them alone) is as others left it. (SQLite has one writer at a time.)
    """
    submissions, place = selectinload(Reflection.submissions), aliased(Enrolment)
    changed = (
        reflections.join(place, place.id == Reflection.enrolment_id)
        .join(Reflection.progress)
        .options(
            joinedload(Reflection.cohort).selectinload(Cohort.holidays),
            contains_eager(Reflection.progress).joinedload(ModuleProgress.module),
            joinedload(Reflection.session).joinedload(TrainingSession.module).joinedload(Module.rubric),
            joinedload(Reflection.session).joinedload(TrainingSession.template).joinedload(Template.prompts),
            joinedload(Reflection.enrolment).selectinload(Enrolment.mentorships).joinedload(Mentorship.user),
            joinedload(Reflection.enrolment)
            .selectinload(Enrolment.progress)
            .joinedload(ModuleProgress.module)
            .joinedload(
                Module.rubric
            ),  # not for their sake: where all is read anew, what is not read again is forgotten
            joinedload(Reflection.enrolment).joinedload(Enrolment.user),
            selectinload(Reflection.extension),
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
            submissions.selectinload(Submission.comments).options(
                joinedload(Comment.author), joinedload(Comment.parent)
            ),
        )
    )
    return changed.with_for_update(of=[place, Reflection, ModuleProgress], key_share=True)
