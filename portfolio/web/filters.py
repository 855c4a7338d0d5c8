"""How things are said on a page: days, times, ages, states, and the words of people."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import gettext, lazy_gettext, ngettext

from portfolio import clock
from portfolio.errors import Refused
from portfolio.models import Basis, Happened, Mode, Outcome, Relation, Role, State, Verdict, Visibility
from portfolio.series import Condition, Series
from portfolio.web import levels
from portfolio.web.language import chosen
from portfolio.web.passages import marked
from portfolio.web.richtext import render

WORDS = {
    State.DRAFT: lazy_gettext("Draft"),
    State.SUBMITTED: lazy_gettext("Awaiting review"),
    State.RETURNED: lazy_gettext("Needs revision"),
    State.ACCEPTED: lazy_gettext("Accepted"),
    State.EXCUSED: lazy_gettext("Excused"),
    Condition.ACCEPTED: lazy_gettext("Accepted"),
    Condition.WAITING: lazy_gettext("Awaiting review"),
    Condition.RETURNED: lazy_gettext("Needs revision"),
    Condition.EXCUSED: lazy_gettext("Excused"),
    Condition.LATE: lazy_gettext("Late"),
    Condition.SPARED: lazy_gettext("Not needed any more"),
    Condition.DRAFT: lazy_gettext("Draft"),
    Condition.OPEN: lazy_gettext("Open"),
    Condition.UPCOMING: lazy_gettext("Not yet open"),
    Outcome.ACCEPTED: lazy_gettext("Accepted"),
    Outcome.RETURNED: lazy_gettext("Returned"),
    Role.MENTOR: lazy_gettext("mentor"),
    Role.COACH: lazy_gettext("coach"),
    Role.SUPERVISOR: lazy_gettext("supervisor"),
    Role.ASSESSOR: lazy_gettext("assessor"),
    Visibility.ONLY_ME: lazy_gettext("Only me"),
    Visibility.MENTOR: lazy_gettext("Me and those who guide me"),
    Visibility.COHORT: lazy_gettext("My cohort"),
    Mode.IN_PERSON: lazy_gettext("In person"),
    Mode.ONLINE: lazy_gettext("Online"),
    Mode.SELF_PACED: lazy_gettext("Self-paced"),
    Mode.WORKPLACE: lazy_gettext("At the workplace"),
    Happened.YES: lazy_gettext("Yes"),
    Happened.PARTLY: lazy_gettext("Partly"),
    Happened.NOT_YET: lazy_gettext("Not yet"),
    Happened.NO_LONGER: lazy_gettext("No longer wanted"),
    Verdict.UPHELD: lazy_gettext("The decision stands"),
    Verdict.CHANGED: lazy_gettext("The decision is changed"),
    Relation.FAMILY: lazy_gettext("Family"),
    Relation.FRIENDSHIP: lazy_gettext("Close friendship"),
    Relation.BUSINESS: lazy_gettext("Business or money"),
    Relation.DISPUTE: lazy_gettext("A dispute"),
    Relation.OTHER: lazy_gettext("Something else"),
    Basis.SUBMITTED: lazy_gettext("submitted"),
    Basis.REVIEWED: lazy_gettext("reviewed"),
    Basis.ACCEPTED: lazy_gettext("accepted"),
}


def word(thing: object) -> str:
    """The word for a state, a role, or another of the few known values."""
    return str(WORDS[thing])  # type: ignore[index]


def words(text: Mapping[str, str]) -> str:
    """A bilingual text in the language of the page."""
    return text[chosen()]


def refusal(refused: Refused | None) -> str:
    """What a rule said, in the language of the page; nothing when none did."""
    if refused is None:
        return ""
    return gettext(refused.sentence, **{name: _told(value) for name, value in refused.values.items()})


def _told(value: object) -> object:
    """Titles and days as the page writes them; several are a way from one to the next."""
    if isinstance(value, list):
        return " → ".join(str(_told(each)) for each in value)
    if isinstance(value, Mapping):
        return words(value)
    return day(value) if isinstance(value, date) else value


def day(value: date) -> str:
    """Senin, 23 Juli 2018; Monday, 23 July 2018."""
    return format_date(value, "EEEE, d MMMM y", locale=chosen())


def short_day(value: date) -> str:
    """23 Jul 2018."""
    return format_date(value, "d MMM y", locale=chosen())


def hour(moment: datetime, zone: str) -> str:
    """14.05 WIB; 14:05 WIB."""
    local = moment.astimezone(clock.zone(zone))
    return f"{local:%H.%M} {local.tzname()}" if chosen() == "id" else f"{local:%H:%M} {local.tzname()}"


def at(moment: datetime, zone: str) -> str:
    """Senin, 23 Juli 2018, 14.05 WIB."""
    return f"{day(clock.day_in(moment, zone))}, {hour(moment, zone)}"


def brief(moment: datetime, zone: str) -> str:
    """23 Jul 2018, 14.05 WIB."""
    return f"{short_day(clock.day_in(moment, zone))}, {hour(moment, zone)}"


def score(level: float) -> str:
    """A level in figures: 3; 3,5 or 3.5."""
    return str(format_decimal(level, locale=chosen()))


def number(value: int) -> str:
    """A count in figures: 1.300 or 1,300."""
    return str(format_decimal(value, locale=chosen()))


def age(working_days: int) -> str:
    """How long something has waited, in working days."""
    if working_days <= 0:
        return gettext("since today")
    return ngettext("%(num)s working day", "%(num)s working days", working_days)


def ago(earlier: date, today: date) -> str:
    """How many days ago, in words."""
    days = (today - earlier).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    return ngettext("%(num)s day ago", "%(num)s days ago", days)


def due(promised: date, today: date) -> str:
    """A promise as a day: today, tomorrow, or which."""
    days = (promised - today).days
    if days < 0:
        return gettext("promised for %(day)s", day=short_day(promised))
    if days == 0:
        return gettext("promised today")
    if days == 1:
        return gettext("promised tomorrow")
    return gettext("promised for %(day)s", day=format_date(promised, "EEEE, d MMM", locale=chosen()))


def coming(value: date, today: date) -> str:
    """A day to come, within a sentence: today, tomorrow, Friday; and with its date when it is a week away or more."""
    days = (value - today).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    return format_date(value, "EEEE" if days < 7 else "EEEE, d MMMM", locale=chosen())


def month(value: date) -> str:
    """Juli 2018."""
    return format_date(value, "LLLL y", locale=chosen())


def weekdays() -> list[tuple[str, str]]:
    """The days of the week from Monday, short and whole."""
    monday = date(2018, 7, 2)
    days = [monday + timedelta(days=n) for n in range(7)]
    return [(format_date(each, "EEE", locale=chosen()), format_date(each, "EEEE", locale=chosen())) for each in days]


def until(last: date, today: date, zone: str) -> str:
    """By when a reflection is due: today's has an hour, another day is enough for the rest."""
    if last == today:
        return gettext("until %(hour)s today", hour=hour(clock.end_of_day(last, zone) - timedelta(minutes=1), zone))
    return gettext("until %(day)s", day=day(last))


def percent(part: float) -> str:
    """83%; whole ones, and never 100 % while one is missing."""
    return str(format_percent(min(part, 0.99) if part < 1 else part, "0%", locale=chosen()))


def decimals(value: float, places: int = 2) -> str:
    """0.67; 0,67."""
    return str(format_decimal(value, f"0.{'0' * places}", locale=chosen()))


def greeting(moment: datetime, zone: str) -> str:
    """A greeting for the time of day."""
    local = moment.astimezone(clock.zone(zone)).hour
    if 4 <= local < 11:
        return gettext("Good morning")
    if 11 <= local < 15:
        return gettext("Good day")
    return gettext("Good afternoon") if 15 <= local < 18 else gettext("Good evening")


def pace(series: Series) -> str:
    """How a trainee keeps pace, in words. What would bring them back is on their page of progress."""
    behind, ahead = series.behind, series.ahead
    if behind:
        return ngettext(
            "You are %(num)d reflection behind the plan.", "You are %(num)d reflections behind the plan.", behind
        )
    if ahead:
        return ngettext(
            "You are %(num)d reflection ahead of the plan.", "You are %(num)d reflections ahead of the plan.", ahead
        )
    return gettext("You are where the plan wants you to be.")


def start(app: Flask) -> None:
    """Give them to the templates."""
    days = (day, short_day, hour, at, brief, age, ago, due, coming, month, until)
    for filter_ in (word, words, *days, number, score, decimals, greeting, pace, percent):
        app.add_template_filter(filter_)
    app.add_template_filter(render, "rich")
    app.add_template_filter(marked)
    app.jinja_env.globals |= {"conditions": Condition, "happened": Happened, "levels_beside": levels.beside}
    app.jinja_env.globals["weekdays"] = weekdays
