"""Who asks to be excused or for more time, who answers, and who sees a calendar by its link."""

from collections.abc import Iterable

import sqlalchemy as sa

from portfolio.models import (
    GUIDES,
    CalendarFeed,
    Cohort,
    Enrolment,
    Excuse,
    Extension,
    Mentorship,
    Office,
    Reflection,
    Request,
    User,
)
from portfolio.policy.holding import guides, holds_office, is_held_by


def _may_be_decided_by(
    user: User, enrolment_id: sa.SQLColumnExpression[int], cohort_id: sa.SQLColumnExpression[int]
) -> sa.ColumnElement[bool]:
    trusted = sa.exists().where(Cohort.id == cohort_id, Cohort.guides_may_excuse)
    return sa.or_(holds_office(user, cohort_id, Office.ORGANISER), sa.and_(trusted, guides(user, enrolment_id)))


def enrolments_to_excuse(user: User) -> sa.Select[Enrolment]:
    """The trainees whom they may excuse and give more time: of cohorts they organise; and those they guide, where the
    organisers let guides do so. Never themselves."""
    return sa.select(Enrolment).where(
        Enrolment.user_id != user.id,
        Enrolment.withdrawn_at.is_(None),
        _may_be_decided_by(user, Enrolment.id, Enrolment.cohort_id),
    )


def enrolments_with_exceptions(user: User) -> sa.Select[Enrolment]:
    """The trainees whose exceptions they see in the log: those they decide on, also when they have left since."""
    return sa.select(Enrolment).where(_may_be_decided_by(user, Enrolment.id, Enrolment.cohort_id))


def cohorts_with_exceptions(user: User) -> sa.Select[Cohort]:
    """The cohorts in which they answer requests: those they organise; and those in which they guide somebody, where
    the organisers let guides do so."""
    guided = sa.exists().where(
        Mentorship.cohort_id == Cohort.id,
        is_held_by(user),
        Mentorship.role.in_(GUIDES),
        Mentorship.ended_at.is_(None),
    )
    return sa.select(Cohort).where(
        sa.or_(holds_office(user, Cohort.id, Office.ORGANISER), sa.and_(Cohort.guides_may_excuse, guided))
    )


def requests_awaiting(user: User) -> sa.Select[Request]:
    """What waits for an answer of theirs."""
    return (
        sa.select(Request)
        .join(Request.enrolment)
        .where(
            Request.answered_at.is_(None),
            Request.withdrawn_at.is_(None),
            Enrolment.user_id != user.id,
            Enrolment.withdrawn_at.is_(None),
            _may_be_decided_by(user, Request.enrolment_id, Request.cohort_id),
        )
    )


def reflections_once_excused(user: User) -> sa.Select[Reflection]:
    """The reflections whose excuse they may undo. That they are excused is no secret, but their texts may be, also to
    them: nothing of those is for a page that starts here."""
    return sa.select(Reflection).where(
        Reflection.enrolment_id.in_(enrolments_to_excuse(user).with_only_columns(Enrolment.id)),
        sa.exists().where(Excuse.reflection_id == Reflection.id),
    )


def visible_requests(user: User) -> sa.Select[Request]:
    """What they asked for themselves, and what they may answer."""
    return (
        sa.select(Request)
        .join(Request.enrolment)
        .where(sa.or_(Enrolment.user_id == user.id, _may_be_decided_by(user, Request.enrolment_id, Request.cohort_id)))
    )


def visible_extensions(user: User) -> sa.Select[Extension]:
    """What was given to them, and what they may take back."""
    return (
        sa.select(Extension)
        .join(Extension.enrolment)
        .where(
            sa.or_(Enrolment.user_id == user.id, _may_be_decided_by(user, Extension.enrolment_id, Extension.cohort_id))
        )
    )


def may_withdraw_request(user: User, request: Request) -> bool:
    """Not ask for it any more: whoever asked. Needs `enrolment` loaded."""
    return request.enrolment.user_id == user.id


def may_answer(user: User, request: Request, organised: Iterable[int]) -> bool:
    """Grant or decline: never one's own. Needs `cohort` and `enrolment` with its `mentorships` loaded."""
    return may_excuse(user, request.enrolment, organised)


def may_excuse(user: User, enrolment: Enrolment, organised: Iterable[int]) -> bool:
    """Excuse a trainee, give them more time, or take that back; `organised` are the ids of the cohorts they organise.

    Needs `cohort` and the `mentorships` of the enrolment loaded.
    """
    return enrolment.user_id != user.id and (
        enrolment.cohort_id in organised or (enrolment.cohort.guides_may_excuse and enrolment.is_guided_by(user))
    )


def own_feeds(user: User) -> sa.Select[CalendarFeed]:
    """The links to their calendar that show something, of which there is at most one."""
    return sa.select(CalendarFeed).where(CalendarFeed.user_id == user.id, CalendarFeed.ended_at.is_(None))
