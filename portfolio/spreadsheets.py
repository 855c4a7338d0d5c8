"""Tables to take away, as CSV and as XLSX: written row by row, and safe to open.

A spreadsheet takes a text for a formula that begins like one. In XLSX each text is stored as a text. CSV knows no
kinds: there an apostrophe comes before such a text, and before one that begins with an apostrophe itself, so that
whoever reads it back takes exactly one away. Numbers and days stay numbers and days.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

Value = str | int | float | date | None
Row = Sequence[Value]

# What begins a formula, in whatever width; what splits cells where a semicolon does; and the apostrophe itself.
RISKY = tuple("=+-@\t\r\n\0;'＝＋－＠")
MARK = "\ufeff"  # by which Excel knows that it is UTF-8
CHUNK = 32_768
LONGEST_NAME = 31  # of a sheet, for Excel
NOT_IN_NAMES = str.maketrans("[]:*?/\\", "       ")
WIDTH, NARROW, DAY = 28, 14, "yyyy-mm-dd"


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: a line of headings, if any, and rows under it."""

    name: str
    rows: Iterable[Row]
    headings: Sequence[str] = ()


def csv_chunks(rows: Iterable[Row]) -> Iterator[bytes]:
    """Rows as CSV after RFC 4180 in UTF-8, in pieces, as the rows come."""
    buffer = io.StringIO(MARK, newline="")
    buffer.seek(len(MARK))
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL)
    for row in rows:
        writer.writerow([safe(value) for value in row])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def safe(value: Value) -> str | int | float | None:
    """What stands in a cell of CSV."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and (value.startswith(RISKY) or value.lstrip().startswith(RISKY)):
        return f"'{value}"
    return value


def write_xlsx(file: BinaryIO, sheets: Iterable[Sheet]) -> None:
    """A workbook of these sheets, one after the other; no more than a row of them is held in memory."""
    import xlsxwriter  # takes a quarter of a second, and few ask for it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        bold, day = (
            book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            book.add_format({"num_format": DAY}),
        )
        for sheet in sheets:
            page = book.add_worksheet(sheet.name.translate(NOT_IN_NAMES).strip(" '")[:LONGEST_NAME])
            page.set_column(0, 0, WIDTH)
            if sheet.headings:
                page.set_column(1, len(sheet.headings) - 1, NARROW)
                page.freeze_panes(1, 1)
                for number, heading in enumerate(sheet.headings):
                    page.write_string(0, number, heading, bold)
            for line, row in enumerate(sheet.rows, start=1 if sheet.headings else 0):
                for number, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(line, number, value)
                    elif isinstance(value, date):
                        page.write_datetime(line, number, value, day)
                    elif value is not None:
                        page.write_number(line, number, value)
