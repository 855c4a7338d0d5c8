"""A calendar after RFC 5545, made of series: a day for each reflection that is expected, and nothing that was written.

The same series always make the same bytes, so that a calendar programme can be told that nothing is new.
"""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from flask_babel import force_locale, gettext

from portfolio import clock
from portfolio.models import Language
from portfolio.series import Condition, Series, Slot
from portfolio.web.filters import word

if TYPE_CHECKING:
    from icalendar import Event

MAKER = "-//Portfolio//Calendar//EN"
A_DAY, FRESH_FOR = timedelta(days=1), timedelta(hours=12)

Address = Callable[[Slot], str]


def calendar(all_series: Sequence[Series], *, language: Language, origin: str, address: Address) -> bytes:
    """What a calendar programme reads: in the reader's language, with the address at which each reflection is written.

    `origin` tells this installation from others, so that no day of theirs is ever taken for one of ours.
    """
    from icalendar import Calendar, vDuration, vText

    with force_locale(language.value):
        made = Calendar()
        made.add("prodid", MAKER)
        made.add("version", "2.0")
        # The library knows neither kind of name, nor the older one of the two ways to say how often to look again.
        for name in ("name", "x-wr-calname"):
            made.add(name, vText(_clean(_name(all_series))))
        made.add("refresh-interval", FRESH_FOR, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", vDuration(FRESH_FOR))
        for series in all_series:
            for slot in series.slots:
                if slot.condition is not Condition.EXCUSED:
                    made.add_component(_event(series, slot, language, origin, address(slot)))
        return made.to_ical()


def _name(all_series: Sequence[Series]) -> str:
    """One cohort is in the name; with several, each day says which in its category."""
    if len(all_series) == 1:
        return gettext("Reflections: %(cohort)s", cohort=all_series[0].enrolment.cohort.name)
    return gettext("Reflections")


def _event(series: Series, slot: Slot, language: Language, origin: str, address: str) -> "Event":
    """The whole day by whose end this trainee is to hand it in. It takes no time: others may still invite them."""
    from icalendar import Event

    cohort, session = series.enrolment.cohort, slot.session
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"{origin}/enrolments/{series.enrolment.id}/sessions/{session.id}")))
    # What it says is so on this day: a state can change at midnight by itself, and the day makes it no newer.
    event.add("dtstamp", clock.start_of_day(series.today, cohort.time_zone))
    event.add("dtstart", slot.due_on)
    event.add("dtend", slot.due_on + A_DAY)
    event.add("summary", _clean(_summary(slot, session.title[language.value])))
    module, state = session.module.title[language.value], word(slot.condition)
    event.add("description", _clean(f"{module}\n{state}\n\n{address}"))
    event.add("url", address)
    event.add("categories", [_clean(cohort.name)])
    event.add("transp", "TRANSPARENT")
    return event


def _summary(slot: Slot, title: str) -> str:
    if slot.condition is Condition.RETURNED:
        return gettext("To revise: %(title)s", title=title)
    if slot.condition is Condition.SPARED:
        return gettext("Not needed any more: %(title)s", title=title)
    return gettext("Handed in: %(title)s", title=title) if slot.is_done else gettext("Due: %(title)s", title=title)


def _clean(text: str) -> str:
    """Without the signs that no calendar programme may be sent: of those, the library lets some through."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) != "Cc")
