"""Who asks to be excused or for more time, who answers, and who sees a calendar by its link."""

from collections.abc import Iterable

import sqlalchemy as sa

from portfolio.models import (
    CalendarFeed,
    Cohort,
    Enrolment,
    Excuse,
    Extension,
    Office,
    Reflection,
    Request,
    TrainingSession,
    User,
)
from portfolio.policy.holding import guides, guides_somebody_in, holds_office, is_too_close


def _answers_for(
    user: User, enrolment_id: sa.SQLColumnExpression[int], cohort_id: sa.SQLColumnExpression[int]
) -> sa.ColumnElement[bool]:
    trusted = sa.exists().where(Cohort.id == cohort_id, Cohort.guides_may_excuse)
    return sa.or_(holds_office(user, cohort_id, Office.ORGANISER), sa.and_(trusted, guides(user, enrolment_id)))


def _may_be_decided_by(
    user: User, enrolment_id: sa.SQLColumnExpression[int], cohort_id: sa.SQLColumnExpression[int]
) -> sa.ColumnElement[bool]:
    return sa.and_(_answers_for(user, enrolment_id, cohort_id), ~is_too_close(user, enrolment_id))


def enrolments_to_excuse(user: User) -> sa.Select[Enrolment]:
    """The trainees whom they may excuse and give more time: of cohorts they organise; and those they guide, where the
    organisers let guides do so. Never themselves, nor whom they declared to be too close to."""
    return sa.select(Enrolment).where(
        Enrolment.user_id != user.id,
        Enrolment.withdrawn_at.is_(None),
        _may_be_decided_by(user, Enrolment.id, Enrolment.cohort_id),
    )


def enrolments_with_exceptions(user: User) -> sa.Select[Enrolment]:
    """The trainees whose exceptions they see in the log: those they decide on, also when they have left since, or
    when somebody else decides because they are too close."""
    return sa.select(Enrolment).where(_answers_for(user, Enrolment.id, Enrolment.cohort_id))


def cohorts_with_exceptions(user: User) -> sa.Select[Cohort]:
    """The cohorts in which they answer requests: those they organise; and those in which they guide somebody, where
    the organisers let guides do so."""
    trusted = sa.and_(Cohort.guides_may_excuse, guides_somebody_in(user, Cohort.id))
    return sa.select(Cohort).where(sa.or_(holds_office(user, Cohort.id, Office.ORGANISER), trusted))


def requests_awaiting(user: User) -> sa.Select[Request]:
    """What waits for an answer of theirs."""
    return _open_requests(user).where(~is_too_close(user, Request.enrolment_id))


def requests_for_others(user: User) -> sa.Select[Request]:
    """What would wait for an answer of theirs, were they not too close to whoever asks."""
    return _open_requests(user).where(is_too_close(user, Request.enrolment_id))


def _open_requests(user: User) -> sa.Select[Request]:
    """What is open in what they decide on; about a session that was retired there is nothing to answer."""
    return (
        sa.select(Request)
        .join(Request.enrolment)
        .where(
            Request.waits(),
            ~sa.select(TrainingSession.id)
            .where(TrainingSession.id == Request.training_session_id, TrainingSession.retired_at.is_not(None))
            .correlate(Request)
            .exists(),
            Enrolment.user_id != user.id,
            Enrolment.withdrawn_at.is_(None),
            _answers_for(user, Request.enrolment_id, Request.cohort_id),
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
    """Grant or decline: never one's own. Needs `enrolment` loaded, with what `may_excuse` needs."""
    return may_excuse(user, request.enrolment, organised)


def may_excuse(user: User, enrolment: Enrolment, organised: Iterable[int]) -> bool:
    """Excuse a trainee, give them more time, or take that back; `organised` are the ids of the cohorts they organise.

    Never themselves, nor whom they declared to be too close to. Needs `cohort`, `mentorships` and `conflicts` of the
    enrolment loaded.
    """
    is_close = any(conflict.user_id == user.id and conflict.ended_at is None for conflict in enrolment.conflicts)
    trusted = enrolment.cohort.guides_may_excuse and enrolment.is_guided_by(user)
    return enrolment.user_id != user.id and not is_close and (enrolment.cohort_id in organised or trusted)


def own_feeds(user: User) -> sa.Select[CalendarFeed]:
    """The links to their calendar that show something, of which there is at most one."""
    return sa.select(CalendarFeed).where(CalendarFeed.user_id == user.id, CalendarFeed.ended_at.is_(None))
