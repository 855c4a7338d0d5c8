"""Why a trainee may need those who guide them: from what is known of them, by the days their cohort works.

Nothing here asks the database or the clock. Each reason says what was seen, never what somebody is like.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import ClassVar

from portfolio.clock import WorkCalendar

SILENT_AFTER = 3  # working days in which nothing came although something was due
UNREAD_AFTER = 3  # working days in which there was no sign that feedback was read
MANY_RETURNS = 2  # so often one reflection came back
COMPARED = 3  # so many of the newest rated reviews, with as many before them
DEEP_FALL = Fraction(1)  # a level, on average, from one three to the next: that is enough
FALL = Fraction(1, 2)  # of a level: that is a reason only when the three before had fallen as much


class Kind(Enum):
    """The kinds of reasons, the most pressing first: what somebody waits for, then what nobody hears of."""

    OVERDUE = "overdue"
    SILENT = "silent"
    RETURNED = "returned"
    UNREAD = "unread"
    FALLING = "falling"


@dataclass(frozen=True)
class Text:
    """A reflection, by the title of its session."""

    reflection_id: int
    title: Mapping[str, str]


@dataclass(frozen=True)
class Awaited:
    """What waits for whoever looks: a decision, or a word in a conversation."""

    text: Text
    promised_on: date
    comment_id: int | None = None  # that opens the conversation


@dataclass(frozen=True)
class GivenBack:
    """A reflection that is with its writer, returned so many times, the last time on this day."""

    text: Text
    times: int
    on: date


@dataclass(frozen=True)
class Told:
    """Feedback of this day on a text, without a sign that its writer has read it."""

    text: Text
    on: date


@dataclass(frozen=True)
class Rated:
    """The mean level that a review gave."""

    text: Text
    rubric: str
    level: Fraction


@dataclass(frozen=True)
class Known:
    """What those who guide a trainee know of them."""

    here_since: date
    last_on: date | None = None  # when they last handed something in
    missing: Sequence[date] = ()  # the days for which something was due that is not there
    awaited: Sequence[Awaited] = ()
    given_back: Sequence[GivenBack] = ()
    told: Sequence[Told] = ()
    rated: Sequence[Rated] = ()  # the oldest first


@dataclass(frozen=True)
class Overdue:
    """Something waits longer than was promised."""

    kind: ClassVar[Kind] = Kind.OVERDUE
    days: int  # working days since the promise
    first: Awaited
    count: int


@dataclass(frozen=True)
class Silent:
    """Nothing was handed in, although something was due."""

    kind: ClassVar[Kind] = Kind.SILENT
    days: int
    missing: int


@dataclass(frozen=True)
class Returned:
    """A reflection is with its writer, not for the first time."""

    kind: ClassVar[Kind] = Kind.RETURNED
    days: int  # since it came back
    first: GivenBack
    count: int


@dataclass(frozen=True)
class Unread:
    """Feedback lies unread, as far as one can tell."""

    kind: ClassVar[Kind] = Kind.UNREAD
    days: int
    first: Told
    count: int


@dataclass(frozen=True)
class Falling:
    """The newest levels lie below those before them."""

    kind: ClassVar[Kind] = Kind.FALLING
    days: ClassVar[int] = 0
    before: Fraction
    last: Fraction
    texts: Sequence[Text]  # those of the newest reviews, the newest first, each once


Reason = Overdue | Silent | Returned | Unread | Falling


def reasons_for(known: Known, calendar: WorkCalendar, today: date) -> list[Reason]:
    """Why they may need somebody today, the most pressing first; nothing, if all goes its way."""
    found = (
        overdue(known.awaited, calendar, today),
        silent(known, calendar, today),
        returned(known.given_back, calendar, today),
        unread(known.told, calendar, today),
        falling(known.rated),
    )
    return [reason for reason in found if reason is not None]


def overdue(awaited: Sequence[Awaited], calendar: WorkCalendar, today: date) -> Overdue | None:
    """What was promised for a day that has passed, the oldest promise first."""
    late = sorted((each for each in awaited if each.promised_on < today), key=lambda each: each.promised_on)
    if not late:
        return None
    return Overdue(max(0, calendar.between(late[0].promised_on, today)), late[0], len(late))


def silent(known: Known, calendar: WorkCalendar, today: date) -> Silent | None:
    """Three working days or more without anything handed in, while something that was due is not there.

    The silence begins with the last thing that came, or with the first that did not, whichever is later; and never
    before the trainee was in the cohort.
    """
    missing = [due_on for due_on in known.missing if due_on < today]
    if not missing:
        return None
    since = max(day for day in (known.last_on, min(missing), known.here_since) if day is not None)
    days = calendar.between(since, today)
    return Silent(days, len(missing)) if days >= SILENT_AFTER else None


def returned(given_back: Sequence[GivenBack], calendar: WorkCalendar, today: date) -> Returned | None:
    """What is with its writer after the second return or a later one, that which lies longest first."""
    again = sorted((each for each in given_back if each.times >= MANY_RETURNS), key=lambda each: each.on)
    return Returned(max(0, calendar.between(again[0].on, today)), again[0], len(again)) if again else None


def unread(told: Sequence[Told], calendar: WorkCalendar, today: date) -> Unread | None:
    """Feedback of three working days ago or more, the oldest first."""
    old = sorted((each for each in told if calendar.between(each.on, today) >= UNREAD_AFTER), key=lambda each: each.on)
    return Unread(calendar.between(old[0].on, today), old[0], len(old)) if old else None


def falling(rated: Sequence[Rated]) -> Falling | None:
    """The last three levels a level or more below the three before, on average; or half a level or more, when those had
    fallen by half a level or more too. One low text, or one step down, is no reason: that happens to everybody.

    Only levels of one rubric can be compared: those of the rubric by which they were looked at last.
    """
    alike = [each for each in rated if each.rubric == rated[-1].rubric]
    if len(alike) < 2 * COMPARED:
        return None
    newest, before = alike[-COMPARED:], _mean(alike[-2 * COMPARED : -COMPARED])
    fall, earlier = before - _mean(newest), alike[-3 * COMPARED : -2 * COMPARED]
    goes_on = len(earlier) == COMPARED and _mean(earlier) - before >= FALL
    if fall < (FALL if goes_on else DEEP_FALL):
        return None
    texts = {each.text.reflection_id: each.text for each in reversed(newest)}
    return Falling(before, _mean(newest), list(texts.values()))


def urgency(reasons: Sequence[Reason]) -> tuple[int, int]:
    """By what those who have reasons are put in order: the kind of the first, then for how long."""
    return list(Kind).index(reasons[0].kind), -reasons[0].days


def _mean(rated: Sequence[Rated]) -> Fraction:
    # Exact: as floats, half a level could be a hair less.
    return sum((each.level for each in rated), Fraction(0)) / len(rated)
