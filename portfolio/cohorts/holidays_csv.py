"""A CSV file of holidays: a day and what it is called."""

import re
from datetime import date

from portfolio import clock
from portfolio.cohorts import plain_csv
from portfolio.cohorts.plain_csv import Fault, FaultyFile

HOLIDAY_NAME_LENGTH = 120
MOST_HOLIDAYS = 1_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day_from(text: str) -> date:
    """A day written as 2027-01-31; ValueError says what is wrong with it."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a day; write it as 2027-01-31")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"there is no day {text}") from error
    if not clock.EARLIEST <= day <= clock.LATEST:
        raise ValueError(f"{text} does not lie between {clock.EARLIEST} and {clock.LATEST}")
    return day


def read_holidays(name: str, raw: bytes) -> dict[date, str]:
    """The holidays in the file called `name`, which has the columns day and name; FaultyFile when one is wrong."""
    faults: list[Fault] = []
    holidays: dict[date, str] = {}
    for record in plain_csv.read(raw, known=("day", "name"), needed=("day",), most=MOST_HOLIDAYS, faults=faults):
        called = record.text("name", HOLIDAY_NAME_LENGTH)
        try:
            day = day_from(record.given("day"))
        except ValueError as error:
            record.refuse("day", str(error))
            continue
        if holidays.setdefault(day, called) != called:
            record.refuse("day", f"{day} stands in the file twice, with different names")
    if faults:
        raise FaultyFile(name, faults)
    return holidays
