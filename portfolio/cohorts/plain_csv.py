"""CSV as it comes out of spreadsheets: any usual sign between cells, UTF-8 or UTF-16; every fault with its line."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portfolio.cohorts.letters import fault_in, tidy

LARGEST = 5 * 2**20
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")  # what makes a spreadsheet calculate instead of show


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file, and where; the line is that of a text editor, counted from 1."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}{', ' if self.column else ''}{self.column}: {self.reason}"


class FaultyFile(Exception):
    """A file is refused whole; `faults` names every one."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.name = name
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__(f"{name}: {self.faults[0]}")


@dataclass(frozen=True)
class Record:
    """One record, its cells by their columns; what is wrong in it joins the faults of the file."""

    line: int
    cells: dict[str, str]
    faults: list[Fault]

    def refuse(self, column: str, reason: str) -> None:
        """Note a fault of this record."""
        self.faults.append(Fault(self.line, column, reason))

    def given(self, column: str) -> str:
        """What stands in a cell."""
        return tidy(self.cells.get(column, ""))

    def text(self, column: str, longest: int) -> str:
        """What stands in a cell, noted as a fault when it is no text of one line."""
        text = self.given(column)
        if text.startswith("'") and _FORMULA.match(text[1:]):
            text = text[1:]  # see `as_cell`
        if (reason := fault_in(text)) is not None:
            advice = "; in Excel save as “CSV UTF-8 (Comma delimited)”" if "UTF-8" in reason else ""
            self.refuse(column, reason + advice)
        elif len(text) > longest:
            self.refuse(column, f"has {len(text)} characters; {longest} are allowed")
        return text


def as_cell(text: str) -> str:
    """A text that a spreadsheet shows as it is; reading the cell again takes the apostrophe off."""
    return f"'{text}" if _FORMULA.match(text) else text


def read(
    raw: bytes, *, known: Sequence[str], needed: Sequence[str], most: int, faults: list[Fault]
) -> Iterator[Record]:
    """The records of a file, whose first line names its columns; what is wrong joins `faults`."""
    if len(raw) > LARGEST:
        faults.append(Fault(1, "", f"the file is larger than {LARGEST // 2**20} MiB"))
        return
    lines = _lines(_decoded(raw), known, faults)
    columns = _columns(next(lines, None), known, needed, faults)
    if not columns:
        return
    for count, (line, cells) in enumerate(lines, start=1):
        if count > most:
            faults.append(Fault(line, "", f"there are more than {most:,} rows; split the file"))
            return
        record = Record(line, dict(zip(columns, cells, strict=False)), faults)
        if any(cell.strip() for cell in cells[len(columns) :]):
            record.refuse("", f"has {len(cells)} cells, but there are {len(columns)} columns")
        if any(cell.strip() for column, cell in zip(columns, cells, strict=False) if not column):
            record.refuse("", "a cell stands in a column without a name")
        yield record


def _decoded(raw: bytes) -> str:
    """The text; a byte that is not text stays in its place as a sign of itself, and is a fault of its cell."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    return raw.decode("utf-8-sig", errors="surrogateescape")


def _lines(text: str, known: Sequence[str], faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The cells of all that is not blank, each with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, known), strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(begins, "", _in_words(error)))
            continue
        if any(cell.strip() for cell in cells) and not (begins == 1 and _names_delimiter(text)):
            yield begins, cells


def _in_words(error: csv.Error) -> str:
    if "limit" in str(error):
        return "a cell is far too long; perhaps a quotation mark is not closed"
    return "the quotation marks do not match"


def _names_delimiter(text: str) -> bool:
    """Whether the file begins with Excel's own "sep=;"."""
    return re.match(r'"?sep=.', text, re.IGNORECASE) is not None


def _delimiter(text: str, known: Sequence[str]) -> str:
    """The sign between cells: that which makes most sense of the header."""
    lines = [line for line in text[:10_000].splitlines() if line.strip()] or [""]
    header = (lines[1] if _names_delimiter(text) and len(lines) > 1 else lines[0]).replace('"', "")
    return max(",;\t", key=lambda sign: (len(set(known) & set(map(_column, header.split(sign)))), header.count(sign)))


def _column(cell: str) -> str:
    return tidy(cell).casefold()


def _columns(
    header: tuple[int, list[str]] | None, known: Sequence[str], needed: Sequence[str], faults: list[Fault]
) -> list[str]:
    """The names of the columns, or none at all when the rows cannot be understood by them."""
    if header is None:
        faults.append(Fault(1, "", "the file is empty; its first line must name the columns"))
        return []
    line, columns = header[0], [_column(cell) for cell in header[1]]
    missing = [column for column in needed if column not in columns]
    doubled = sorted({column for column in columns if column and columns.count(column) > 1})
    unknown = [column for column in columns if column and column not in known]
    told = f"known are {', '.join(known)}"
    faults.extend(Fault(line, ascii(column[:40]), f"is not a column; {told}") for column in unknown)
    faults.extend(Fault(line, column, "is missing; the first line must name the columns") for column in missing)
    faults.extend(Fault(line, ascii(column[:40]), "stands twice among the columns") for column in doubled)
    return [] if missing or doubled else columns
