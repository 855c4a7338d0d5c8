"""Reads for the desk: one queue over all cohorts and roles of everything that waits for a person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload

from portfolio import clock, policy
from portfolio.claims import number_of_claims
from portfolio.database import LARGEST_ID, db
from portfolio.models import (
    GUIDES,
    Cohort,
    Comment,
    Cover,
    Enrolment,
    Lease,
    Mentorship,
    Outcome,
    Reflection,
    Reopening,
    Review,
    SecondLook,
    Submission,
    TrainingSession,
    User,
)
from portfolio.queries import News, news_for

PAGE = 50
PRIME = 2**31 - 1
TURNS_AT_MIDNIGHT_IN = "Asia/Jakarta"  # when nobody in Indonesia is at work


class Kind(Enum):
    """Why something waits."""

    NEW = "new"
    RESUBMITTED = "resubmitted"
    REPLIED = "replied"
    SECOND_LOOK = "second_look"

    @property
    def is_decision(self) -> bool:
        """Whether it waits on the review page."""
        return self in (Kind.NEW, Kind.RESUBMITTED)


@dataclass(frozen=True)
class Filter:
    """Which part of the queue somebody looks at; the whole of it unless they say otherwise."""

    kind: Kind | None = None
    cohort: int | None = None
    overdue: bool = False

    @classmethod
    def from_args(cls, args: Mapping[str, Any]) -> "Filter":
        """As an address, a form or a cookie has it; what cannot be meant is passed over."""
        kind, cohort = str(args.get("kind", "")), str(args.get("cohort", ""))
        known = cohort.isascii() and cohort.isdigit() and len(cohort) < 11 and 0 < int(cohort) <= LARGEST_ID
        return cls(
            kind=next((known_kind for known_kind in Kind if known_kind.value == kind), None),
            cohort=int(cohort) if known else None,
            overdue=str(args.get("overdue", "")) in ("1", "True"),
        )

    @property
    def args(self) -> dict[str, Any]:
        """The same for `url_for`, or for a cookie."""
        asked = {"kind": self.kind.value if self.kind else None, "cohort": self.cohort, "overdue": int(self.overdue)}
        return {name: value for name, value in asked.items() if value}

    def but(self, **changed: Any) -> "Filter":
        """The same with something else chosen."""
        return replace(self, **changed)


@dataclass(frozen=True)
class Group:
    """So many things of one kind in one cohort."""

    kind: Kind
    cohort: int
    name: str  # of the cohort
    is_overdue: bool
    count: int

    def is_in(self, chosen: Filter) -> bool:
        """Whether the filter lets it through."""
        return (
            chosen.kind in (None, self.kind)
            and chosen.cohort in (None, self.cohort)
            and (self.is_overdue or not chosen.overdue)
        )


@dataclass(frozen=True)
class Counts:
    """How much waits, by kind, cohort and promise."""

    groups: tuple[Group, ...]
    days: Mapping[int, date]  # which day it is in each cohort that something waits in
    claims: int = 0  # that wait for an answer, on a page of their own

    def under(self, chosen: Filter) -> int:
        """How much the filter lets through."""
        return sum(group.count for group in self.groups if group.is_in(chosen))

    def kinds(self, chosen: Filter) -> list[tuple[Kind, int]]:
        """The kinds there are, with how much each would show beside what else is chosen."""
        there = {group.kind for group in self.groups} | ({chosen.kind} if chosen.kind else set())
        return [(kind, self.under(chosen.but(kind=kind))) for kind in Kind if kind in there]

    def cohorts(self, chosen: Filter) -> list[tuple[int, str, int]]:
        """The cohorts there are, by name, with how much each would show beside what else is chosen."""
        names = {group.cohort: group.name for group in self.groups}
        found: Counter[int] = Counter()
        for group in self.groups:
            if group.is_in(chosen.but(cohort=None)):
                found[group.cohort] += group.count
        return [(cohort, name, found[cohort]) for cohort, name in sorted(names.items(), key=lambda item: item[1])]

    def held(self, chosen: Filter) -> Filter:
        """The filter without a cohort in which nothing waits any more."""
        return chosen if chosen.cohort in self.days else chosen.but(cohort=None)


@dataclass(frozen=True)
class Waiting:
    """Something in the queue of `reader`."""

    kind: Kind
    thing_id: int  # of the reflection, the comment or the second look
    reflection: Reflection
    promised_on: date
    since: datetime
    absent: User | None  # for whom the reader stands in
    reader: User
    now: datetime

    @property
    def today(self) -> date:
        """The day it is for its cohort."""
        return self.reflection.cohort.today(self.now)

    @property
    def age(self) -> int:
        """How many working days it has waited."""
        cohort = self.reflection.cohort
        return cohort.calendar.between(cohort.today(self.since), self.today)

    @property
    def is_overdue(self) -> bool:
        """Whether the promise has passed."""
        return self.promised_on < self.today

    @property
    def overdue_by(self) -> int:
        """How many working days ago the promise passed."""
        return max(0, self.reflection.cohort.calendar.between(self.promised_on, self.today))

    @property
    def cover(self) -> Cover | None:
        """By what they stand in."""
        if self.absent is None:
            return None
        about = (self.absent.id, self.reflection.cohort_id)
        return next((cover for cover in self.reader.standing_in if (cover.absent_id, cover.cohort_id) == about), None)

    @property
    def lease(self) -> Lease | None:
        """That of somebody else who is reading it just now, to decide on it too."""
        lease = self.reflection.lease
        return lease if self.kind.is_decision and lease and lease.is_of_another(self.reader, self.now) else None


def counts(user: User, *, now: datetime) -> Counts:
    """How much waits for a person, in one statement.

    Which day it is depends on the cohort's zone, but can only be the day of UTC or one beside it. So it is enough to
    know what was promised before these, and on each of them.
    """
    waiting, utc = _waiting(user).subquery(), clock.day_in(now, "UTC")
    days = [date.fromordinal(utc.toordinal() + number) for number in (-2, -1, 0)]
    before = sa.case(*((waiting.c.promised_on <= day, sa.literal(number)) for number, day in enumerate(days)), else_=3)
    each = sa.select(waiting.c.kind, waiting.c.cohort_id, before.label("before")).subquery()
    about = (each.c.kind, Cohort.id, Cohort.name, Cohort.time_zone, each.c.before)
    by_kind = sa.select(*about, sa.func.count()).join(Cohort, Cohort.id == each.c.cohort_id).group_by(*about)
    nothing, claims = sa.literal(""), number_of_claims(user)
    found = db.session.execute(
        by_kind.union_all(sa.select(nothing, sa.literal(0), nothing, nothing, sa.literal(0), claims))
    ).all()
    rows = [row for row in found if row[0]]
    today = {cohort: clock.day_in(now, zone) for _, cohort, _, zone, _, _ in rows}
    return Counts(
        groups=tuple(
            Group(Kind(kind), cohort, name, number < 3 and days[number] < today[cohort], count)
            for kind, cohort, name, _, number, count in rows
        ),
        days=today,
        claims=next(row[-1] for row in found if not row[0]),
    )


def queue(user: User, chosen: Filter, days: Mapping[int, date], *, page: int, now: datetime) -> list[Waiting]:
    """A page of what waits for a person, in its order, with all that the page shows; and the holidays of its cohorts.

    `days` says which day it is in each cohort.
    """
    waiting = _waiting(user, chosen, days).subquery()
    order = (waiting.c.promised_on, turn(waiting.c.enrolment_id, user, now), waiting.c.since, waiting.c.thing_id)
    some = sa.select(waiting, order[1].label("turn")).order_by(*order).limit(PAGE).offset((page - 1) * PAGE).subquery()
    absent = aliased(User)
    rows = db.session.execute(
        sa.select(some.c.kind, some.c.thing_id, Reflection, some.c.promised_on, some.c.since, absent)
        .join(Reflection, Reflection.id == some.c.reflection_id)
        .outerjoin(absent, absent.id == _absent(user, some))
        .order_by(some.c.promised_on, some.c.turn, some.c.since, some.c.thing_id)
        .options(
            defer(Reflection.answers, raiseload=True),
            joinedload(Reflection.enrolment, innerjoin=True).joinedload(Enrolment.user, innerjoin=True),
            joinedload(Reflection.session, innerjoin=True).joinedload(TrainingSession.module, innerjoin=True),
            joinedload(Reflection.cohort, innerjoin=True).selectinload(Cohort.holidays),
            joinedload(Reflection.lease).joinedload(Lease.holder),
        )
    )
    return [
        Waiting(Kind(kind), thing, reflection, promised, since, away, reader=user, now=now)
        for kind, thing, reflection, promised, since, away in rows
    ]


def next_waiting(
    user: User,
    *,
    after: int | None = None,
    kind: Kind | str | None = None,
    cohort: int | None = None,
    overdue: bool | int = False,
    now: datetime,
) -> int | None:
    """The id of the reflection to decide on next, other than the one just seen to; None when the filter leaves none.

    It is the first in the order of the queue that nobody else is reading just now, or else the first. The filter is
    given by its parts, so that `**chosen.args` will do.
    """
    chosen = Filter(Kind(kind) if kind else None, cohort, bool(overdue))
    if chosen.kind is not None and not chosen.kind.is_decision:
        return None
    waiting = _decisions(user, chosen, _days(user, now) if overdue else {}).subquery()
    is_read = sa.exists().where(
        Lease.reflection_id == waiting.c.reflection_id, Lease.holder_id != user.id, Lease.until > now
    )
    query = (
        sa.select(waiting.c.reflection_id)
        .order_by(
            sa.case((is_read, 1), else_=0),
            waiting.c.promised_on,
            turn(waiting.c.enrolment_id, user, now),
            waiting.c.since,
            waiting.c.thing_id,
        )
        .limit(1)
    )
    return db.session.scalar(query.where(waiting.c.reflection_id != after) if after is not None else query)


def _days(user: User, now: datetime) -> dict[int, date]:
    """Which day it is in the cohorts in which something can wait for a person's decision."""
    zones = policy.visible_cohorts(user).with_only_columns(Cohort.id, Cohort.time_zone)
    return {cohort: clock.day_in(now, zone) for cohort, zone in db.session.execute(zones)}


def _waiting(
    user: User, chosen: Filter | None = None, days: Mapping[int, date] | None = None
) -> sa.CompoundSelect[Any]:
    """All that waits for a person, as far as a filter lets it through, each with what it is ordered by."""
    chosen, days = chosen or Filter(), days or {}
    parts: list[sa.Select[Any]] = []
    about: tuple[sa.SQLColumnExpression[Any], ...]
    if chosen.kind is None or chosen.kind.is_decision:
        parts.append(_decisions(user, chosen, days))
    if chosen.kind in (None, Kind.REPLIED):
        replies = policy.replies_awaiting(user)
        about = (Comment.promised_on, Comment.waiting_since.label("since"), Comment.awaits_id.label("awaits_id"))
        parts.append(_part(replies, _word(Kind.REPLIED), Comment.id, about, chosen, days))
    if chosen.kind in (None, Kind.SECOND_LOOK):
        looks = policy.second_looks_awaiting(user).join(SecondLook.reflection)
        about = (SecondLook.promised_on, SecondLook.asked_at.label("since"), SecondLook.reader_id.label("awaits_id"))
        parts.append(_part(looks, _word(Kind.SECOND_LOOK), SecondLook.id, about, chosen, days))
    return sa.union_all(*parts)


def _decisions(user: User, chosen: Filter, days: Mapping[int, date]) -> sa.Select[Any]:
    given_back = sa.or_(
        sa.exists().where(Review.submission_id == Submission.id, Review.outcome == Outcome.RETURNED),
        sa.exists().where(Reopening.submission_id == Submission.id),
    )
    again = sa.exists().where(Submission.reflection_id == Reflection.id, given_back)
    kind = sa.case((again, _word(Kind.RESUBMITTED)), else_=_word(Kind.NEW))
    awaiting = policy.awaiting(user)
    if chosen.kind is not None:
        awaiting = awaiting.where(again if chosen.kind is Kind.RESUBMITTED else ~again)
    about = (Reflection.promised_on, Reflection.waiting_since.label("since"), _NOBODY.label("awaits_id"))
    return _part(awaiting, kind, Reflection.id, about, chosen, days)


_NOBODY: sa.ColumnElement[int | None] = sa.cast(sa.null(), sa.Integer)


def _word(kind: Kind) -> sa.ColumnElement[str]:
    return sa.literal(kind.value, sa.String)


def _part(
    things: sa.Select[Any],
    kind: sa.ColumnElement[str],
    thing_id: sa.SQLColumnExpression[int],
    about: tuple[sa.SQLColumnExpression[Any], ...],
    chosen: Filter,
    days: Mapping[int, date],
) -> sa.Select[Any]:
    """One kind of thing that waits, as a part of the union; `about` begins with the day that was promised."""
    if chosen.cohort is not None:
        things = things.where(Reflection.cohort_id == chosen.cohort)
    if chosen.overdue:
        cohorts_by_day: dict[date, list[int]] = {}
        for cohort, day in days.items():
            cohorts_by_day.setdefault(day, []).append(cohort)
        passed = [sa.and_(about[0] < day, Reflection.cohort_id.in_(ids)) for day, ids in cohorts_by_day.items()]
        things = things.where(sa.or_(sa.false(), *passed))
    return things.with_only_columns(
        kind.label("kind"),
        thing_id.label("thing_id"),
        Reflection.id.label("reflection_id"),
        Reflection.cohort_id,
        Reflection.enrolment_id,
        *about,
    )


def turn(enrolment_id: sa.ColumnElement[int], user: User, now: datetime) -> sa.ColumnElement[int]:
    """Whose turn it is among trainees to whom the same day was promised: lots are drawn.

    Each trainee's lot is m · (e + a)⁵ mod p, where e is the number of their enrolment, p a prime for which taking the
    fifth power maps the numbers below it one to one, and a and m come from a hash of the day and of the person who
    reads. So nobody is favoured, no two are ever level, it stays as it is until midnight, and it knows nothing of names
    or of who came first. Each second day the order of the day before is turned round: who was last is first. No product
    passes 2⁶², so that every database counts alike.
    """
    day = clock.day_in(now, TURNS_AT_MIDNIGHT_IN).toordinal()
    drawn = sha256(f"{day // 2} {user.id}".encode()).digest()
    a, m = int.from_bytes(drawn[:8]) % PRIME, 1 + int.from_bytes(drawn[8:16]) % (PRIME - 1)
    number = (sa.cast(enrolment_id, sa.BigInteger) + a) % PRIME
    square = (number * number) % PRIME
    fifth = (((square * square) % PRIME) * number) % PRIME
    lot = (fifth * m) % PRIME
    return PRIME - lot if day % 2 else lot


def _absent(user: User, some: sa.Subquery) -> sa.ColumnElement[int | None]:
    """The id of the person for whom `user` sees to this; none where it is theirs anyway."""
    covered = [cover.absent_id for cover in user.standing_in]
    if not covered:
        return _NOBODY
    held = Mentorship.enrolment_id == some.c.enrolment_id, Mentorship.ended_at.is_(None)
    is_reply = some.c.kind == Kind.REPLIED.value
    role = sa.or_(Mentorship.role == Reflection.awaiting, sa.and_(is_reply, Mentorship.role.in_(GUIDES)))
    is_mine = sa.exists().where(*held, role, Mentorship.user_id == user.id)
    theirs = sa.or_(
        *(
            sa.and_(Mentorship.user_id == cover.absent_id, Mentorship.cohort_id == cover.cohort_id)
            for cover in user.standing_in
        )
    )
    another = sa.select(sa.func.min(Mentorship.user_id)).where(*held, role, theirs).scalar_subquery()
    return sa.case(
        (some.c.kind == Kind.SECOND_LOOK.value, _NOBODY),
        (some.c.awaits_id.in_(covered), some.c.awaits_id),
        (is_mine, _NOBODY),
        else_=another,
    )


def other_news(user: User) -> list[News]:
    """What else was said since their last visit: where no answer of theirs is waited for."""
    return news_for(user, but=policy.replies_awaiting(user).with_only_columns(Submission.reflection_id))


def to_review(user: User) -> sa.Select[Reflection]:
    """What a person may see, with the holidays by which a promise is counted."""
    return policy.visible_reflections(user).options(joinedload(Reflection.cohort).selectinload(Cohort.holidays))
