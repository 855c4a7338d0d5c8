"""A CSV file of people, read whole: either every row is sound, or every fault is named."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from email_validator import EmailNotValidError, validate_email

from portfolio.cohorts.letters import fault_in, is_mixed, tidy
from portfolio.models import GUIDES, Language, Role
from portfolio.models.account import EMAIL_LENGTH, JOB_LENGTH, NAME_LENGTH
from portfolio.models.enrolment import GROUP_LENGTH

LARGEST = 5 * 2**20
MOST_ROWS = 10_000
ADDRESS_LENGTH = 20
NEEDED = ("role", "name", "email")
COLUMNS = (*NEEDED, "group", "job", "unit", "address", "language", *(role.value for role in GUIDES))
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")  # what makes a spreadsheet calculate instead of show


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


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file of people, and where; the line is that of a text editor, counted from 1."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}{', ' if self.column else ''}{self.column}: {self.reason}"


class FaultyPeople(Exception):
    """A file of people is refused whole; `faults` names every one."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        super().__init__(f"{name}: {faults[0]}")
        self.name = name
        self.faults = faults


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
    if len(raw) > LARGEST:
        raise FaultyPeople(name, [Fault(1, "", f"the file is larger than {LARGEST // 2**20} MiB")])
    faults: list[Fault] = []
    records = _records(_decoded(raw), faults)
    header = next(records, None)
    columns = _columns(header, faults)
    rows = [row for line, cells in records if (row := _row(line, columns, cells, faults))] if columns else []
    if columns and not rows and not faults:
        faults.append(Fault(1, "", "there is nobody in the file"))
    faults.extend(_contradictions(rows))
    if faults:
        raise FaultyPeople(name, sorted(faults, key=lambda fault: fault.line))
    return rows


def as_cell(text: str) -> str:
    """A text that a spreadsheet shows as it is; reading the cell again takes the apostrophe off."""
    return f"'{text}" if _FORMULA.match(text) else text


# --- From bytes to records


def _decoded(raw: bytes) -> str:
    """The text; a byte that is not text stays in its place as a sign of itself, and is a fault of its cell."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    return raw.decode("utf-8-sig", errors="surrogateescape")


def _records(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the line it begins on."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=True)
    count, begins = -1, 1
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(begins, "", _in_words(error)))
            continue
        if not any(cell.strip() for cell in cells) or (begins == 1 and _names_delimiter(text)):
            continue
        count += 1
        if count > MOST_ROWS:
            faults.append(Fault(begins, "", f"there are more than {MOST_ROWS:,} people; split the file"))
            return
        yield begins, cells


def _in_words(error: csv.Error) -> str:
    if "limit" in str(error):
        return "a cell is far too long; perhaps a quotation mark is not closed"
    return "the quotation marks do not match"


def _names_delimiter(text: str) -> bool:
    """Whether the file begins with Excel's own "sep=;"."""
    return re.match(r'"?sep=.', text, re.IGNORECASE) is not None


def _delimiter(text: str) -> str:
    """The sign between cells: that which makes most sense of the header."""
    lines = text[:10_000].lstrip("\r\n").splitlines() or [""]
    header = lines[1] if _names_delimiter(text) and len(lines) > 1 else lines[0]
    return max(",;\t", key=lambda sign: (len(_words(header, sign) & set(COLUMNS)), header.count(sign)))


def _words(header: str, delimiter: str) -> set[str]:
    return {_column(cell) for cell in header.replace('"', "").split(delimiter)}


def _column(cell: str) -> str:
    return tidy(cell).casefold()


def _columns(header: tuple[int, list[str]] | None, faults: list[Fault]) -> list[str]:
    """The names of the columns, or none at all when the rows cannot be understood by them."""
    if header is None:
        faults.append(Fault(1, "", "the file is empty; its first line must name the columns"))
        return []
    line, columns = header[0], [_column(cell) for cell in header[1]]
    missing = [column for column in NEEDED if column not in columns]
    doubled = sorted({column for column in columns if column and columns.count(column) > 1})
    known = f"known are {', '.join(COLUMNS)}"
    faults.extend(Fault(line, ascii(c[:40]), f"is not a column; {known}") for c in columns if c and c not in COLUMNS)
    faults.extend(Fault(line, column, "is missing; the first line must name the columns") for column in missing)
    faults.extend(Fault(line, column, "stands twice among the columns") for column in doubled)
    return [] if missing or doubled else columns


# --- From records to rows


@dataclass(frozen=True)
class _Record:
    """One record; what is wrong in it joins the faults of the file."""

    line: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def refuse(self, column: str, reason: str) -> None:
        self.faults.append(Fault(self.line, column, reason))

    def given(self, column: str) -> str:
        return tidy(self.cells.get(column, ""))

    def text(self, column: str, longest: int) -> str:
        text = self.given(column)
        if text.startswith("'") and _FORMULA.match(text[1:]):
            text = text[1:]
        if (reason := fault_in(text)) is not None:
            advice = "; in Excel save as “CSV UTF-8 (Comma delimited)”" if "UTF-8" in reason else ""
            self.refuse(column, reason + advice)
        elif len(text) > longest:
            self.refuse(column, f"has {len(text)} characters; {longest} are allowed")
        elif not text and column in NEEDED:
            self.refuse(column, "is missing")
        return text

    def name(self) -> str:
        name = self.text("name", NAME_LENGTH)
        if is_mixed(name):
            self.refuse("name", f"{name!a} mixes letters of different alphabets that look alike")
        return name

    def email(self, column: str, text: str) -> str:
        if not text:
            self.refuse(column, "is missing")
            return ""
        if not text.isascii():
            self.refuse(column, f"{text[:EMAIL_LENGTH]!a} has letters that no e-mail address here can have")
            return ""
        try:
            found = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
        except EmailNotValidError as error:
            self.refuse(column, f"{text[:EMAIL_LENGTH]!r} is not an e-mail address. {error}")
            return ""
        return (found.ascii_email or found.normalized).lower()

    def guides(self) -> Iterator[tuple[Role, str]]:
        for role in GUIDES:
            for address in re.split(r"[;,\s]+", self.given(role.value)):
                if address and (email := self.email(role.value, address)):
                    yield role, email


def _row(line: int, columns: list[str], cells: list[str], faults: list[Fault]) -> Row | None:
    before = len(faults)
    record = _Record(line, dict(zip(columns, cells, strict=False)), faults)
    if any(cell.strip() for cell in cells[len(columns) :]):
        record.refuse("", f"has {len(cells)} cells, but there are {len(columns)} columns")
    if any(cell.strip() for column, cell in zip(columns, cells, strict=False) if not column):
        record.refuse("", "a cell stands in a column without a name")
    capacity = _capacity(record)
    values: dict[str, Any] = {
        "name": record.name(),
        "email": record.email("email", record.given("email")),
        "group": record.text("group", GROUP_LENGTH),
        "job": record.text("job", JOB_LENGTH),
        "unit": record.text("unit", JOB_LENGTH),
        "address": record.text("address", ADDRESS_LENGTH),
        "language": _language(record),
        "guides": tuple(record.guides()),
    }
    if capacity not in (None, Capacity.TRAINEE):
        for column in filter(record.given, ("group", *(role.value for role in GUIDES))):
            record.refuse(column, "is for trainees only; leave it empty")
    if capacity is None or len(faults) > before:
        return None
    return Row(line, capacity, **values)


def _capacity(record: _Record) -> Capacity | None:
    word = record.given("role").casefold()
    if word not in CAPACITIES:
        told = f"{word[:40]!a} is not known" if word else "is missing"
        record.refuse("role", f"{told}; use one of {', '.join(CAPACITIES)}")
    return CAPACITIES.get(word)


def _language(record: _Record) -> Language | None:
    word = record.given("language").casefold()
    if word in ("", *(language.value for language in Language)):
        return Language(word) if word else None
    record.refuse("language", f"{word[:40]!a} is not known; use id or en, or leave it empty")
    return None


def _contradictions(rows: list[Row]) -> Iterator[Fault]:
    """One person may stand in several rows, which then have to say the same."""
    first: dict[tuple[str, str], tuple[object, int]] = {}
    for row in rows:
        for column in ("name", "job", "unit", "address", "language", "group"):
            if value := getattr(row, column):
                said, line = first.setdefault((row.email, column), (value, row.line))
                if said != value:
                    yield Fault(row.line, column, f"{row.email} has another {column} in line {line}")
