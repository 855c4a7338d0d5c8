"""What the options of the commands may be: each function makes a value of what was typed, or says what is wrong."""

from collections.abc import Callable
from datetime import date

import click

from portfolio import clock
from portfolio.cohorts.holidays_csv import HOLIDAY_NAME_LENGTH, day_from
from portfolio.cohorts.letters import fault_in, tidy

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONE_LENGTH = 40


def line(longest: int) -> Callable[[str], str]:
    """A text of one line."""

    def convert(typed: str) -> str:
        text = tidy(typed)
        if not text:
            raise click.BadParameter("must not be empty")
        if (reason := fault_in(text)) is not None:
            raise click.BadParameter(reason)
        if len(text) > longest:
            raise click.BadParameter(f"has {len(text)} characters; {longest} are allowed")
        return text

    return convert


def day(typed: str) -> date:
    """A calendar day, 2027-01-31."""
    try:
        return day_from(typed)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def holiday(typed: str) -> tuple[date, str]:
    """A calendar day and, after an equals sign, what it is called."""
    when, _, called = typed.partition("=")
    return day(when), line(HOLIDAY_NAME_LENGTH)(called) if called.strip() else ""


def weekend(typed: str) -> list[int]:
    """The days of the week that are not worked, Monday being 0."""
    words = [word.strip().casefold() for word in typed.split(",")]
    if words == ["none"]:
        return []
    for word in words:
        if word not in DAYS:
            raise click.BadParameter(f"{word!r} is not one of {', '.join(DAYS)}; use none for no weekend")
    if len(set(words)) == len(DAYS):
        raise click.BadParameter("at least one day has to be worked")
    return sorted({DAYS.index(word) for word in words})


def zone(typed: str) -> str:
    """The international name of a time zone, or the Indonesian one."""
    name = ZONES.get(typed.upper(), typed)
    try:
        clock.zone(name)
    except ValueError as error:
        raise click.BadParameter(f"{error}; use WIB, WITA, WIT or a name such as Asia/Jakarta") from error
    if len(name) > ZONE_LENGTH:
        raise click.BadParameter(f"has {len(name)} characters; {ZONE_LENGTH} are allowed")
    return name
