"""The sheet: one page, the same bytes each time, every name as it is written, and a code that leads to its check."""

import re
import time
from datetime import UTC, date, datetime

import pytest
import segno
from flask import Flask

from portfolio.certificates import typesetting
from portfolio.database import Bilingual
from portfolio.models import Certificate, CertifiedModule, Cohort
from portfolio.web import language
from tests.certificates.pdf import Sheet
from tests.payloads import PAYLOADS
from tests.site import ONE_DATABASE

ADDRESS = "https://portfolio.example.go.id/verify/7K2M-Q9XA-4TBC-01ZP"
LONG = "Dra. Hj. Siti Nurhaliza Puspitaningrum Kusumawardhani, M.Si."
HOSTILE = [
    '#eval("1+1")', "$x^2$", "#{panic()}", "*bold* _slanted_ `raw`", "= Heading", "- a list", "// gone /* gone */",
    "\\#sys.inputs", "@reference <label>", '#read("/etc/passwd")', "https://evil.example", "~ -- --- ...", '"quoted"',
    "[content]", "{code}", "#include \"x.typ\"", "%PDF-1.7", "(unbalanced", "back\\slash", "R'aden “Ayu” d’Ark",
]  # fmt: skip
UNCOVERED = [
    "Ana 🎉🇮🇩",
    "محمد علي",
    "王小明",
    "\u202eevil\u202c",
    "Nguyễn Thị Ánh",
    "A\u0301na",
    "\u200b",
    "ꦫꦢꦺꦤ꧀",
    "\uffff",
    "\U0010ffff",
]

one_database = pytest.mark.parametrize("database", [ONE_DATABASE], indirect=True)
pytestmark = one_database


def certificate(holder: str = LONG, **more: object) -> Certificate:
    said = {
        "number": "7K2MQ9XA4TBC01ZP",
        "issued_at": datetime(2026, 11, 23, 20, tzinfo=UTC),  # the 24th in Jakarta
        "holder": holder,
        "programme_title": Bilingual({"id": "Pelatihan Dasar CPNS", "en": "Basic training"}),
        "cohort_name": "Angkatan XIV",
        "group": "2",
        "starts_on": date(2026, 3, 2),
        "ends_on": date(2026, 11, 20),
        "hours": 1141,
        "hour_unit": Bilingual({"id": "jam pelajaran", "en": "lesson hour"}),
        "signed_off": 60,
    }
    made = Certificate(**said | more, modules=[CertifiedModule() for _ in range(17)])
    made.cohort = Cohort(time_zone="Asia/Jakarta")
    return made


def sheet(app: Flask, made: Certificate, spoken: str = "en") -> bytes:
    with app.test_request_context("/"):
        language.speak(spoken)
        return typesetting.sheet(made, address=ADDRESS, language=spoken)


def lines(file: bytes) -> list[str]:
    return [line.strip() for line in Sheet(file).text.splitlines() if line.strip()]


def together(text: str) -> str:
    """Without what depends on where a line ends."""
    return "".join(text.replace("\u200b", "").split())


def test_it_says_all_that_it_certifies(app: Flask):
    assert lines(sheet(app, certificate())) == [
        "CERTIFICATE OF COMPLETION",
        "given to",
        LONG,
        "who completed the programme",
        "Basic training",
        "Angkatan XIV · Group 2",
        "from 2 March 2026 to 20 November 2026",
        "1,141 lesson hours · 17 modules complete · 60 reflections signed off",
        "Issued on",
        "Number",
        "24 November 2026",
        "7K2M-Q9XA-4TBC-01ZP",
        "Whether this certificate is valid can be checked with the code, or at this address:",
        ADDRESS,
    ]


def test_what_is_not_known_is_left_out(app: Flask):
    told = lines(sheet(app, certificate(hours=None, hour_unit=None, group="", signed_off=1)))
    assert "Angkatan XIV" in told
    assert "17 modules complete · 1 reflection signed off" in told


def test_it_is_one_page_in_the_readers_language_that_can_be_read_aloud(app: Flask):
    indonesian, english = sheet(app, certificate(), "id"), sheet(app, certificate(), "en")
    assert "Pelatihan Dasar CPNS" in lines(indonesian)
    assert "24 November 2026" in lines(indonesian)
    assert any("2 Maret 2026" in line for line in lines(indonesian))
    for file, spoken in ((indonesian, b"id"), (english, b"en")):
        assert Sheet(file).pages == 1
        assert b"/MediaBox[0 0 841.8898 595.2756]" in file  # A4 across
        assert b"/Marked true" in file
        assert b"/StructTreeRoot" in file
        assert b"/Lang(" + spoken in file
        assert b"/Alt(" in Sheet(file).drawn
        assert b"/FontFile" in file
        assert b"/JavaScript" not in file


def test_the_same_certificate_makes_the_same_bytes_quickly(app: Flask):
    first = sheet(app, certificate())
    began = time.monotonic()
    assert sheet(app, certificate()) == first
    assert time.monotonic() - began < 2
    assert sheet(app, certificate("Somebody else")) != first


@pytest.mark.parametrize("holder", HOSTILE)
def test_every_name_stands_as_it_is_written(app: Flask, holder: str):
    title = Bilingual({"id": holder, "en": holder})
    file = sheet(app, certificate(holder, programme_title=title, cohort_name=holder, group=holder))
    told = together(Sheet(file).text)
    assert Sheet(file).pages == 1
    assert told.count(together(holder)) == 4
    assert together("who completed the programme") in told


@pytest.mark.parametrize("holder", [*UNCOVERED, *(payload[:120] for payload in PAYLOADS)])
def test_no_name_breaks_it(app: Flask, holder: str):
    file = sheet(app, certificate(holder))
    assert Sheet(file).pages == 1
    assert "7K2M-Q9XA-4TBC-01ZP" in together(Sheet(file).text)


@pytest.mark.parametrize("holder", ["W" * 120, "Raden Ajeng Anastasia " * 5, "i" * 120, "Ana", "W W " * 30, LONG])
def test_a_long_name_stays_within_the_sheet(app: Flask, holder: str):
    read = Sheet(sheet(app, certificate(holder)))
    assert read.pages == 1
    assert together(holder) in together(read.text)
    lines = [run for run in read.runs if run.text and run.text.strip() in holder and run.size > 12]
    assert lines
    assert all(
        85 <= run.x <= 420 for run in lines
    )  # points: within the margin, which is at 85, and begun by the middle
    assert min(run.size for run in lines) >= (40 if holder == "Ana" else 16)


def test_the_code_leads_to_its_check(app: Flask):
    """It is the code of this address, and of no other: each of its squares is where it should be."""
    drawn = typesetting.qr_code(ADDRESS)
    expected = segno.make_qr(ADDRESS, error="m")
    assert matrix(drawn) == [[bool(square) for square in row] for row in expected.matrix_iter(border=4)]
    assert matrix(drawn) != matrix(typesetting.qr_code(ADDRESS.replace("ZP", "ZQ")))
    assert 'fill="#fff"' in drawn
    assert 'stroke="#22252b"' in drawn
    assert ADDRESS.encode() in sheet(app, certificate())  # and it can be clicked on


def matrix(svg: str) -> list[list[bool]]:
    """The dark squares of a code, from the lines that draw them."""
    [size] = re.findall(r'viewBox="0 0 (\d+) \1"', svg)
    [path] = re.findall(r'stroke="#22252b" d="([^"]*)"', svg)
    squares = [[False] * int(size) for _ in range(int(size))]
    x, y = 0.0, 0.0
    for what, arguments in re.findall(r"([MmhH])([-\d. ]+)", path):
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", arguments)]
        match what:
            case "M":
                x, y = numbers
            case "m":
                x, y = x + numbers[0], y + numbers[1]
            case "h":
                for at in range(int(numbers[0])):
                    squares[int(y)][int(x) + at] = True
                x += numbers[0]
    return squares
