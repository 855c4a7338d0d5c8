"""What the options of the commands may be."""

from datetime import date
from typing import Any

import click

from portfolio import clock
from portfolio.cohorts.holidays_csv import HOLIDAY_NAME_LENGTH, day_from
from portfolio.cohorts.letters import fault_in, tidy

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONE_LENGTH = 40


class Line(click.ParamType):
    """A text of one line."""

    name = "text"

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Tidied, neither empty nor too long."""
        text = tidy(value)
        if not text:
            self.fail("must not be empty", param, ctx)
        if (reason := fault_in(text)) is not None:
            self.fail(reason, param, ctx)
        if len(text) > self.longest:
            self.fail(f"has {len(text)} characters; {self.longest} are allowed", param, ctx)
        return text


class Day(click.ParamType):
    """A calendar day."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        try:
            return day_from(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Holiday(click.ParamType):
    """A day and what it is called."""

    name = "YYYY-MM-DD[=name]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, str]:
        """The day, and its name or nothing."""
        day, _, called = value.partition("=")
        text = Line(HOLIDAY_NAME_LENGTH).convert(called, param, ctx) if called.strip() else ""
        return Day().convert(day, param, ctx), text


class Weekend(click.ParamType):
    """The days of the week that are not worked."""

    name = "sat,sun"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[int]:
        """Their numbers, Monday being 0."""
        words = [word.strip().casefold() for word in value.split(",")]
        if words == ["none"]:
            return []
        for word in words:
            if word not in DAYS:
                self.fail(f"{word!r} is not one of {', '.join(DAYS)}; use none for no weekend", param, ctx)
        if len(set(words)) == len(DAYS):
            self.fail("at least one day has to be worked", param, ctx)
        return sorted({DAYS.index(word) for word in words})


class Zone(click.ParamType):
    """A time zone, by its Indonesian or its international name."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The international name."""
        name = ZONES.get(value.upper(), value)
        try:
            clock.zone(name)
        except ValueError as error:
            self.fail(f"{error}; use WIB, WITA, WIT or a name such as Asia/Jakarta", param, ctx)
        if len(name) > ZONE_LENGTH:
            self.fail(f"has {len(name)} characters; {ZONE_LENGTH} are allowed", param, ctx)
        return name
