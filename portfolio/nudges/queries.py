"""Reads for reminders: what waits for whom, and of whom it may be said now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.database import db
from portfolio.errors import N_, Refused
from portfolio.models import (
    Cohort,
    Concern,
    Cover,
    Enrolment,
    Extension,
    Mentorship,
    Nudge,
    Reflection,
    Request,
    State,
    TrainingSession,
    User,
)
from portfolio.models.nudge import Thing

MOST = 100  # people at once
HANDED_IN = (State.SUBMITTED, State.RETURNED, State.ACCEPTED)

LEFT = N_("They have left the cohort.")
EXCUSED = N_("They are excused, or have more time.")
ASKED = N_("They have asked to be excused or for more time. Answer that first.")
NEVER_ASKED = N_("Nothing of this was asked of them yet.")
AWAY = N_("They are away, and somebody stands in.")


@dataclass
class _Found:
    """What was found of one person."""

    things: list[Thing] = field(default_factory=list)
    reason: str | None = None  # why there is nothing, where there is more to say of it than that it is done


@dataclass(frozen=True)
class Weighed:
    """Somebody who was chosen: of what they can be reminded now, or why of nothing."""

    to: User
    key: int  # by which they were chosen
    group: str
    things: Sequence[Thing]
    before: Sequence[Nudge]  # all the reminders that they had in the cohort
    left_out: Refused | None


def to_remind_in(user: User) -> sa.Select[Cohort]:
    """The cohorts in which they may remind somebody, with their holidays."""
    return policy.cohorts_to_remind_in(user).options(selectinload(Cohort.holidays))


def locked(cohorts: sa.Select[Cohort]) -> sa.Select[Cohort]:
    """One at a time reminds the people of a cohort: two at once would both find that nobody has."""
    return cohorts.with_for_update(of=Cohort, key_share=True)


def weighed(cohort: Cohort, concern: Concern, chosen: Collection[int], *, by: User, now: datetime) -> list[Weighed]:
    """Those who were chosen, by name: trainees by their places, reviewers by themselves. Four statements."""
    if concern is Concern.WAITING:
        people = _reviewers(cohort, chosen)
        found = _waiting(cohort, [user.id for _, user, _ in people], now)
    else:
        people = _trainees(cohort, chosen, by)
        places = [key for key, _, _ in people]
        found = _missing(cohort, places, now) if concern is Concern.MISSING else _returned(cohort, places)
    before = _before(cohort, [user.id for _, user, _ in people])
    weighed = []
    for key, user, place in people:
        theirs, earlier = found.get(key, _Found()), before.get(user.id, [])
        things: Sequence[Thing] = ()
        left_out = None
        try:
            if place is not None and not place.is_active:
                raise Refused(LEFT)
            if theirs.reason and not theirs.things:
                raise Refused(theirs.reason)
            things = Nudge.weigh(cohort, user, concern, theirs.things, before=earlier, by=by, now=now)
        except Refused as refused:
            left_out = refused
        weighed.append(Weighed(user, key, place.group if place else "", things, earlier, left_out))
    return sorted(weighed, key=lambda each: (each.to.name.casefold(), each.key))


def _trainees(cohort: Cohort, chosen: Collection[int], by: User) -> list[tuple[int, User, Enrolment | None]]:
    places = policy.enrolments_to_remind(by).where(Enrolment.cohort_id == cohort.id, Enrolment.id.in_(chosen))
    found = db.session.scalars(places.options(joinedload(Enrolment.user)))
    return [(place.id, place.user, place) for place in found]


def _reviewers(cohort: Cohort, chosen: Collection[int]) -> list[tuple[int, User, Enrolment | None]]:
    guides = sa.exists().where(
        Mentorship.cohort_id == cohort.id, Mentorship.user_id == User.id, Mentorship.ended_at.is_(None)
    )
    return [(user.id, user, None) for user in db.session.scalars(sa.select(User).where(User.id.in_(chosen), guides))]


def _before(cohort: Cohort, user_ids: Collection[int]) -> Mapping[int, list[Nudge]]:
    """The reminders that these people had in the cohort, the oldest first. Two statements."""
    found: dict[int, list[Nudge]] = defaultdict(list)
    nudges = sa.select(Nudge).where(Nudge.cohort_id == cohort.id, Nudge.to_id.in_(user_ids))
    for nudge in db.session.scalars(nudges.options(selectinload(Nudge.things)).order_by(Nudge.at, Nudge.id)):
        found[nudge.to_id].append(nudge)
    return found


def _is_asked(enrolment_id: sa.SQLColumnExpression[int], session_id: sa.SQLColumnExpression[int]) -> sa.Exists:
    return sa.exists().where(
        Request.enrolment_id == enrolment_id,
        Request.training_session_id == session_id,
        Request.waits(),
    )


def _missing(cohort: Cohort, places: Collection[int], now: datetime) -> Mapping[int, _Found]:
    """What is past its day, and neither handed in nor excused nor given more time nor asked about."""
    today = cohort.today(now)
    rows = db.session.execute(
        sa.select(
            Enrolment.id,
            TrainingSession.id,
            Reflection.state,
            sa.func.coalesce(Extension.due_on >= today, sa.false()),
            _is_asked(Enrolment.id, TrainingSession.id),
        )
        .join(TrainingSession, TrainingSession.cohort_id == Enrolment.cohort_id)
        .outerjoin(
            Reflection,
            sa.and_(Reflection.enrolment_id == Enrolment.id, Reflection.training_session_id == TrainingSession.id),
        )
        .outerjoin(Extension, Extension.holds_for(Enrolment.id, TrainingSession.id))
        .where(
            Enrolment.id.in_(places),
            TrainingSession.is_expected,
            TrainingSession.retired_at.is_(None),
            TrainingSession.due_on < today,
        )
        .order_by(TrainingSession.position)
    )
    found: dict[int, _Found] = {place: _Found(reason=NEVER_ASKED) for place in places}
    for place, session_id, state, has_more_time, is_asked in rows:
        theirs = found[place]
        if state in HANDED_IN:
            theirs.reason = None if theirs.reason is NEVER_ASKED else theirs.reason
        elif is_asked:
            theirs.reason = ASKED
        elif state is State.EXCUSED or has_more_time:
            theirs.reason = ASKED if theirs.reason is ASKED else EXCUSED
        else:
            theirs.things.append(Thing(place, session_id))
    return found


def _returned(cohort: Cohort, places: Collection[int]) -> Mapping[int, _Found]:
    """What came back and was not handed in again."""
    rows = db.session.execute(
        sa.select(
            Reflection.enrolment_id,
            Reflection.training_session_id,
            Reflection.state,
            Reflection.decided_at,
            _is_asked(Reflection.enrolment_id, Reflection.training_session_id),
        )
        .where(
            Reflection.enrolment_id.in_(places),
            sa.or_(
                Reflection.state == State.RETURNED,
                sa.and_(Reflection.state == State.EXCUSED, Reflection.submitted_at.is_not(None)),
            ),
        )
        .order_by(Reflection.decided_at, Reflection.id)
    )
    found: dict[int, _Found] = {place: _Found() for place in places}
    for place, session_id, state, decided_at, is_asked in rows:
        theirs = found[place]
        if state is State.EXCUSED:
            theirs.reason = theirs.reason or EXCUSED
        elif is_asked:
            theirs.reason = ASKED
        else:
            theirs.things.append(Thing(place, session_id, decided_at))
    return found


def _waiting(cohort: Cohort, user_ids: Iterable[int], now: datetime) -> Mapping[int, _Found]:
    """What waits for the decision of these people; of nothing, while somebody stands in for them."""
    away = sa.exists().where(
        Cover.cohort_id == cohort.id,
        Cover.absent_id == User.id,
        Cover.ended_at.is_(None),
        Cover.since <= now,
        Cover.until > now,
    )
    rows = db.session.execute(
        sa.select(User.id, away, Reflection.enrolment_id, Reflection.training_session_id, Reflection.waiting_since)
        .select_from(Reflection)
        .join(Reflection.enrolment)
        .join(Mentorship, Mentorship.decides(Reflection.enrolment_id, Reflection.awaiting))
        .join(Mentorship.user)
        .where(
            Reflection.cohort_id == cohort.id,
            Reflection.state == State.SUBMITTED,
            Enrolment.withdrawn_at.is_(None),
            User.id.in_(user_ids),
        )
        .order_by(Reflection.promised_on, Reflection.id)
    )
    found: dict[int, _Found] = defaultdict(_Found)
    for user_id, is_away, place, session_id, since in rows:
        if is_away:
            found[user_id].reason = AWAY
        else:
            found[user_id].things.append(Thing(place, session_id, since))
    return found
