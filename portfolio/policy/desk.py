"""What waits for a reviewer, and what they work with."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portfolio.models import (
    GUIDES,
    Cohort,
    Comment,
    Conflict,
    Cover,
    Enrolment,
    Mentorship,
    Office,
    Reflection,
    Rubric,
    SavedComment,
    SecondLook,
    State,
    Submission,
    Turn,
    User,
    Visibility,
    Withdrawal,
)
from portfolio.policy.holding import (
    guides,
    guides_somebody_in,
    holds_office,
    is_another_active,
    is_held_by,
    is_too_close,
)
from portfolio.policy.reflections import own_reflections


def _cohorts_to_answer_in(user: User) -> sa.Select[int]:
    """The cohorts in which they guide somebody, as a list to look things up by: quicker than to ask for each."""
    return sa.select(Mentorship.cohort_id).where(is_held_by(user), Mentorship.ended_at.is_(None))


def held_mentorships(user: User) -> sa.Select[Mentorship]:
    """Those by which they guide somebody now, for somebody else too; not those of trainees who left."""
    return (
        sa.select(Mentorship)
        .join(Mentorship.enrolment)
        .where(
            is_held_by(user),
            Mentorship.role.in_(GUIDES),
            Mentorship.ended_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Enrolment.user_id != user.id,
        )
    )


def awaiting(user: User) -> sa.Select[Reflection]:
    """What waits for a decision of this person, in a role they hold now or stand in for; not of those who left."""
    return sa.select(Reflection).where(
        # Said first, so that no database looks at all that was ever written: what waits is little.
        Reflection.state == State.SUBMITTED,
        Reflection.cohort_id.in_(_cohorts_to_answer_in(user)),
        is_another_active(user, Reflection.enrolment_id),
        sa.exists().where(Mentorship.decides(Reflection.enrolment_id, Reflection.awaiting), is_held_by(user)),
    )


def replies_awaiting(user: User) -> sa.Select[Comment]:
    """The conversations in which a writer waits for this person's word.

    Whoever spoke last with the writer is waited for; if nobody did, or they guide the writer no longer, everybody is
    who does.
    """
    spoke = aliased(Mentorship)
    still_guides = sa.exists().where(
        spoke.enrolment_id == Reflection.enrolment_id,
        spoke.user_id == Comment.awaits_id,
        spoke.role.in_(GUIDES),
        spoke.ended_at.is_(None),
    )
    covered = [
        sa.and_(Comment.awaits_id == cover.absent_id, Comment.cohort_id == cover.cohort_id)
        for cover in user.standing_in
    ]
    return (
        sa.select(Comment)
        .join(Comment.submission)
        .join(Submission.reflection)
        .where(
            Comment.turn == Turn.GUIDE,
            Comment.cohort_id.in_(_cohorts_to_answer_in(user)),
            Reflection.visibility != Visibility.ONLY_ME,
            guides(user, Reflection.enrolment_id),
            is_another_active(user, Reflection.enrolment_id),
            ~sa.exists().where(Withdrawal.submission_id == Submission.id),
            sa.or_(Comment.awaits_id == user.id, *covered, Comment.awaits_id.is_(None), ~still_guides),
        )
    )


def second_looks_awaiting(user: User) -> sa.Select[SecondLook]:
    """The second looks this person was asked for and has not answered."""
    return sa.select(SecondLook).where(SecondLook.reader_id == user.id, SecondLook.answered_at.is_(None))


def visible_second_looks(user: User) -> sa.Select[SecondLook]:
    """Those they asked for, those they were asked for, and those in the cohorts they organise."""
    mine = own_reflections(user).with_only_columns(Reflection.id)
    return sa.select(SecondLook).where(
        sa.or_(
            SecondLook.reader_id == user.id,
            SecondLook.reflection_id.in_(mine),
            holds_office(user, SecondLook.cohort_id, Office.ORGANISER),
        )
    )


def may_settle(user: User, look: SecondLook) -> bool:
    """Answer a second look: the person it was given to."""
    return look.reader_id == user.id


def may_give(user: User, look: SecondLook, organised: Iterable[int]) -> bool:
    """Choose who looks again: organisers; `organised` are the ids of the cohorts they organise."""
    return look.cohort_id in organised


def visible_saved_comments(user: User) -> sa.Select[SavedComment]:
    """Their own, and those shared in a cohort in which they guide or organise."""
    cohort_id = sa.func.coalesce(SavedComment.cohort_id, 0)
    shared = sa.or_(guides_somebody_in(user, cohort_id), holds_office(user, cohort_id, Office.ORGANISER))
    return sa.select(SavedComment).where(sa.or_(SavedComment.owner_id == user.id, shared))


def cohorts_to_share_with(user: User) -> sa.Select[Cohort]:
    """The cohorts in which they may share a saved comment: where they guide, for somebody else too, or organise."""
    organised = holds_office(user, Cohort.id, Office.ORGANISER)
    return sa.select(Cohort).where(sa.or_(organised, guides_somebody_in(user, Cohort.id)))


def may_change(user: User, saved: SavedComment) -> bool:
    """Change or remove a saved comment: its owner alone."""
    return saved.owner_id == user.id


def cohorts_to_cover(user: User) -> sa.Select[Cohort]:
    """The cohorts in which they may arrange cover: for others where they organise, for themselves where they guide."""
    guided = sa.exists().where(
        Mentorship.cohort_id == Cohort.id,
        Mentorship.user_id == user.id,
        Mentorship.role.in_(GUIDES),
        Mentorship.ended_at.is_(None),
    )
    return sa.select(Cohort).where(sa.or_(holds_office(user, Cohort.id, Office.ORGANISER), guided))


def visible_covers(user: User) -> sa.Select[Cover]:
    """Those of themselves, those in which they stand in, and those in the cohorts they organise."""
    return sa.select(Cover).where(
        sa.or_(
            Cover.absent_id == user.id,
            Cover.stand_in_id == user.id,
            holds_office(user, Cover.cohort_id, Office.ORGANISER),
        )
    )


def may_call_off(user: User, cover: Cover, organised: Iterable[int]) -> bool:
    """End cover: whoever is covered, and organisers; `organised` are the ids of the cohorts they organise."""
    return cover.absent_id == user.id or cover.cohort_id in organised


def visible_conflicts(user: User) -> sa.Select[Conflict]:
    """Those of themselves, and those in the cohorts they organise. The trainee sees none."""
    return sa.select(Conflict).where(
        sa.or_(Conflict.user_id == user.id, holds_office(user, Conflict.cohort_id, Office.ORGANISER))
    )


def enrolments_to_judge(user: User) -> sa.Select[Enrolment]:
    """The trainees to whom they may say that somebody is too close: those they guide, or did until they said so, or
    look at again; and those in the cohorts they organise. Never themselves."""
    guided = sa.exists().where(
        Mentorship.enrolment_id == Enrolment.id,
        Mentorship.user_id == user.id,
        Mentorship.role.in_(GUIDES),
        Mentorship.ended_at.is_(None),
    )
    looking = sa.exists().where(
        Reflection.enrolment_id == Enrolment.id,
        SecondLook.reflection_id == Reflection.id,
        SecondLook.reader_id == user.id,
        SecondLook.answered_at.is_(None),
    )
    organised = holds_office(user, Enrolment.cohort_id, Office.ORGANISER)
    theirs = sa.or_(guided, is_too_close(user, Enrolment.id), looking, organised)
    return sa.select(Enrolment).where(Enrolment.user_id != user.id, theirs)


def may_end(user: User, conflict: Conflict, organised: Iterable[int]) -> bool:
    """Say that a conflict holds no longer: organisers; `organised` are the ids of the cohorts they organise."""
    return conflict.cohort_id in organised


def organised_rubrics(user: User) -> sa.Select[Rubric]:
    """Every version of the rubrics of the cohorts they organise."""
    return sa.select(Rubric).where(holds_office(user, Rubric.cohort_id, Office.ORGANISER))
