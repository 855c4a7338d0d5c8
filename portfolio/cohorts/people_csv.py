"""A CSV file of people, read whole: either every row is sound, or every fault is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from email_validator import EmailNotValidError, validate_email

from portfolio.cohorts import plain_csv
from portfolio.cohorts.letters import is_mixed
from portfolio.cohorts.plain_csv import Fault, FaultyFile, Record
from portfolio.models import GUIDES, Language, Role
from portfolio.models.account import EMAIL_LENGTH, JOB_LENGTH, NAME_LENGTH
from portfolio.models.enrolment import GROUP_LENGTH

MOST_ROWS = 10_000
ADDRESS_LENGTH = 20
NEEDED = ("role", "name", "email")
COLUMNS = (*NEEDED, "group", "job", "unit", "address", "language", *(role.value for role in GUIDES))


class Capacity(Enum):
    """What a person of the file is in the cohort."""

    TRAINEE = "trainee"
    MENTOR = "mentor"
    COACH = "coach"
    SUPERVISOR = "supervisor"
    ORGANISER = "organiser"
    OBSERVER = "observer"


CAPACITIES = {capacity.value: capacity for capacity in Capacity} | {
    "peserta": Capacity.TRAINEE,
    "atasan": Capacity.SUPERVISOR,
    "penyelenggara": Capacity.ORGANISER,
    "organizer": Capacity.ORGANISER,
    "pengamat": Capacity.OBSERVER,
}


class FaultyPeople(FaultyFile):
    """A file of people is refused whole; `faults` names every one."""


@dataclass(frozen=True)
class Row:
    """One person in one capacity; `guides` are the e-mail addresses of those who guide a trainee, with their role."""

    line: int
    capacity: Capacity
    name: str
    email: str
    group: str = ""
    job: str = ""
    unit: str = ""
    address: str = ""
    language: Language | None = None
    guides: tuple[tuple[Role, str], ...] = ()


def read_people(name: str, raw: bytes) -> list[Row]:
    """The rows of the file called `name`; FaultyPeople when there is a fault in any of them."""
    faults: list[Fault] = []
    records = plain_csv.read(raw, known=COLUMNS, needed=NEEDED, most=MOST_ROWS, faults=faults)
    rows = [row for record in records if (row := _row(record))]
    if not rows and not faults:
        faults.append(Fault(1, "", "there is nobody in the file"))
    faults.extend(_contradictions(rows))
    if faults:
        raise FaultyPeople(name, faults)
    return rows


def _row(record: Record) -> Row | None:
    before = len(record.faults)
    capacity = _capacity(record)
    values: dict[str, Any] = {
        "name": _name(record),
        "email": _email(record, "email", record.given("email")),
        "group": record.text("group", GROUP_LENGTH),
        "job": record.text("job", JOB_LENGTH),
        "unit": record.text("unit", JOB_LENGTH),
        "address": record.text("address", ADDRESS_LENGTH),
        "language": _language(record),
        "guides": tuple(_guides(record)),
    }
    if capacity not in (None, Capacity.TRAINEE):
        for column in filter(record.given, ("group", *(role.value for role in GUIDES))):
            record.refuse(column, "is for trainees only; leave it empty")
    if capacity is None or len(record.faults) > before:
        return None
    return Row(record.line, capacity, **values)


def _capacity(record: Record) -> Capacity | None:
    word = record.given("role").casefold()
    if word not in CAPACITIES:
        told = f"{word[:40]!a} is not known" if word else "is missing"
        record.refuse("role", f"{told}; use one of {', '.join(CAPACITIES)}")
    return CAPACITIES.get(word)


def _language(record: Record) -> Language | None:
    word = record.given("language").casefold()
    if word in ("", *(language.value for language in Language)):
        return Language(word) if word else None
    record.refuse("language", f"{word[:40]!a} is not known; use id or en, or leave it empty")
    return None


def _name(record: Record) -> str:
    name = record.text("name", NAME_LENGTH)
    if not name:
        record.refuse("name", "is missing")
    if is_mixed(name):
        record.refuse("name", f"{name!a} mixes letters of different alphabets that look alike")
    return name


def _email(record: Record, column: str, text: str) -> str:
    if not text:
        record.refuse(column, "is missing")
    elif not text.isascii():
        record.refuse(column, f"{text[:EMAIL_LENGTH]!a} has letters that no e-mail address here can have")
    else:
        try:
            found = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
            return (found.ascii_email or found.normalized).lower()
        except EmailNotValidError as error:
            record.refuse(column, f"{text[:EMAIL_LENGTH]!r} is not an e-mail address. {error}")
    return ""


def _guides(record: Record) -> Iterator[tuple[Role, str]]:
    for role in GUIDES:
        for address in re.split(r"[;,\s]+", record.given(role.value)):
            if address and (email := _email(record, role.value, address)):
                yield role, email


def _contradictions(rows: list[Row]) -> Iterator[Fault]:
    """One person may stand in several rows, which then have to say the same."""
    first: dict[tuple[str, str], tuple[object, int]] = {}
    for row in rows:
        for column in ("name", "job", "unit", "address", "language", "group"):
            if value := getattr(row, column):
                said, line = first.setdefault((row.email, column), (value, row.line))
                if said != value:
                    yield Fault(row.line, column, f"{row.email} has another {column} in line {line}")
