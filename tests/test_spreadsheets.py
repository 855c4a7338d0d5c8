"""Tables to take away: nothing that people wrote is ever a formula, and everything comes back as it was."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.spreadsheets import MARK, Sheet, csv_chunks, write_xlsx
from tests.workbook import Book

RISKY = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", ";=1", "＝1+1", "＋1", "－1", "＠x", " =1+1", "'=1",
    '=HYPERLINK("http://evil.example";"x")', "=cmd|' /C calc'!A0",
]  # fmt: skip
PLAIN = ["Ni Luh Sukerti", "O'Brien", "a=b", "Étienne, S.Pd", 'Say "yes"', "two\nlines", "日本", ""]


def read(data: bytes) -> list[list[str]]:
    text = data.decode()
    assert text.startswith(MARK)
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.parametrize("text", RISKY)
def test_what_looks_like_a_formula_is_marked_as_text_in_csv(text: str):
    [[cell, number]] = read(b"".join(csv_chunks([(text, -3)])))
    assert cell == f"'{text}"
    assert number == "-3"


def test_what_does_not_is_left_alone_in_csv():
    [cells] = read(b"".join(csv_chunks([PLAIN])))
    assert cells == PLAIN


@settings(max_examples=200)
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4), max_size=5))
def test_whoever_takes_one_apostrophe_away_has_what_was_there(rows: list[list[str]]):
    there = read(b"".join(csv_chunks(rows)))
    # The reader of CSV does not tell an empty line from none.
    assert [[cell.removeprefix("'") for cell in row] for row in there if row != [""]] == [
        row for row in rows if row != [""]
    ]
    assert not [cell for row in there for cell in row if cell.lstrip().startswith(tuple("=+-@"))]


def test_csv_comes_in_pieces_and_only_as_it_is_read():
    taken = []

    def rows():
        for n in range(10_000):
            taken.append(n)
            yield (n, "x" * 100)

    chunks = csv_chunks(rows())
    next(chunks)
    assert len(taken) < 1_000
    assert sum(1 for _ in chunks) > 10


def test_a_workbook_keeps_texts_texts_numbers_numbers_and_days_days():
    file = io.BytesIO()
    rows = [(text, 7, 2.5, date(2026, 3, 4), None) for text in [*RISKY, "12", "https://example.org"]]
    write_xlsx(file, [Sheet("About: [you]", [("=1+1",)]), Sheet("All", rows, ["=head", "b", "c", "d", "e"])])
    book = Book.read(file.getvalue())
    assert list(book.sheets) == ["About   you", "All"]
    assert book.sheets["About   you"] == [{"A": "=1+1"}]
    head, *lines = book.sheets["All"]
    assert head["A"] == "=head"
    # XML knows neither NUL nor a bare CR; both are written in Excel's own way.
    wanted = [row[0].replace("\0", "_x0000_") for row in rows]
    assert [line["A"].replace("_x000D_", "\r") for line in lines] == wanted
    assert lines[0] == {"A": "=1+1", "B": 7, "C": 2.5, "D": 46085}  # days since 30 December 1899
    assert "<f>" not in book.source
    assert "<hyperlink " not in book.source
