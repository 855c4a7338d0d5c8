"""People from a file: what is read, and what is refused, with every line."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.cohorts import plain_csv
from portfolio.cohorts.people import FaultyPeople, Row, read_people
from portfolio.cohorts.people_csv import CAPACITIES, COLUMNS, MOST_ROWS, Capacity
from portfolio.cohorts.plain_csv import Fault, as_cell
from portfolio.models import Language, Role
from tests.cohorts.files import ANA, EVERYBODY, HEADER, MIA, read, text_of


def faults_of(raw: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(FaultyPeople) as refused:
        read_people("people.csv", raw.encode() if isinstance(raw, str) else raw)
    return [(fault.line, fault.column, fault.reason) for fault in refused.value.faults]


def one_fault(*lines: str, header: str = HEADER) -> tuple[int, str, str]:
    (fault,) = faults_of(text_of(lines, header))
    return fault


# --- Reading


def test_a_row_holds_all_that_the_file_says():
    mia, _, ana, ben, _ = read(*EVERYBODY)
    assert mia == Row(
        2, Capacity.MENTOR, "Mia Lestari", "mia@demo.example",
        job="Kepala Bidang", unit="Dinas A", address="Ibu", language=Language.INDONESIAN,
    )  # fmt: skip
    assert ana.guides == ((Role.MENTOR, "mia@demo.example"), (Role.COACH, "kris@demo.example"))
    assert (ana.group, ana.capacity, ana.language) == ("1", Capacity.TRAINEE, None)
    assert ben.language is Language.ENGLISH


@pytest.mark.parametrize(
    ("word", "capacity"),
    [
        ("peserta", "trainee"),
        ("Peserta", "trainee"),
        (" MENTOR ", "mentor"),
        ("coach", "coach"),
        ("atasan", "supervisor"),
        ("supervisor", "supervisor"),
        ("penyelenggara", "organiser"),
        ("organizer", "organiser"),
        ("pengamat", "observer"),
    ],
)
def test_roles_may_be_said_in_either_language(word: str, capacity: str):
    (row,) = read(f"{word},A,a@demo.example", header="role,name,email")
    assert row.capacity is Capacity(capacity)


def test_columns_may_come_in_any_order_and_case():
    (row,) = read("a@demo.example,Ana,1,trainee", header=" Email ,NAME,Group,Role")
    assert (row.name, row.email, row.group) == ("Ana", "a@demo.example", "1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(encoding: str, sign: str, end: str):
    lines = ["role,name,email,group", "peserta,Añisa Ćirić,anisa@demo.example,1", ",,,", "", "mentor,M,m@demo.example,"]
    rows = read_people("x.csv", end.join(lines).replace(",", sign).encode(encoding))
    assert [(row.name, row.group, row.line) for row in rows] == [("Añisa Ćirić", "1", 2), ("M", "", 5)]


def test_utf_16_of_either_end_is_read():
    text = text_of([MIA])
    assert read_people("x", b"\xff\xfe" + text.encode("utf-16-le")) == read_people(
        "x", b"\xfe\xff" + text.encode("utf-16-be")
    )


def test_excels_own_first_line_is_no_header():
    (row,) = read("role;name;email", "mentor;M;m@demo.example", header="sep=;")
    assert (row.name, row.line) == ("M", 3)


def test_a_sign_within_a_cell_does_not_mislead():
    (row,) = read_people("x", b'role;name;email;unit\nmentor;"Sari, S.Sos., M.Si.";s@demo.example;"A, B, C"\n')
    assert (row.name, row.unit) == ("Sari, S.Sos., M.Si.", "A, B, C")


@pytest.mark.parametrize("sign", [";", " ", "; ", "  ", " ; ", "\n"])
def test_several_guides_may_be_named(sign: str):
    (row,) = read(f'trainee,A,a@demo.example,"b@demo.example{sign}C@DEMO.EXAMPLE"', header="role,name,email,mentor")
    assert row.guides == ((Role.MENTOR, "b@demo.example"), (Role.MENTOR, "c@demo.example"))


def test_names_are_tidied_and_addresses_made_small():
    (row,) = read("mentor,\u00a0Rene\u0301e \u2003 Putri ,Renee@Demo.Example", header="role,name,email")
    assert (row.name, row.email) == ("Renée Putri", "renee@demo.example")


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+62", "-", "@SUM(A1)", '=HYPERLINK("http://x")', "<b>Budi</b>", "'; DROP TABLE user; --", "{{7*7}}"],
)
def test_a_name_that_looks_like_code_is_text(name: str):
    quoted = name.replace('"', '""')
    (row,) = read(f'mentor,"{quoted}",a@demo.example', header="role,name,email")
    assert row.name == name
    (again,) = read(f'mentor,"{as_cell(quoted)}",a@demo.example', header="role,name,email")
    assert again.name == name


def test_one_person_may_stand_in_two_rows_with_two_roles():
    rows = read("mentor,A,a@demo.example,X", "organiser,A,a@demo.example,", header="role,name,email,job")
    assert [row.capacity for row in rows] == [Capacity.MENTOR, Capacity.ORGANISER]


# --- Refused


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ("teacher,A,a@demo.example", "role", "'teacher' is not known; use one of trainee"),
        (",A,a@demo.example", "role", "is missing"),
        ("mentor,,a@demo.example", "name", "is missing"),
        ("mentor,A,", "email", "is missing"),
        ("mentor,A,a", "email", "is not an e-mail address"),
        ("mentor,A,a@b", "email", "is not an e-mail address"),
        ("mentor,A,a@demo.example\x00", "email", "is not an e-mail address"),
        ("mentor,A,a b@demo.example", "email", "is not an e-mail address"),
        ("mentor,A,a@dеmo.example", "email", "'a@d\\u0435mo.example' has letters"),
        ("mentor,A,a\u200b@demo.example", "email", "'a\\u200b@demo.example' has letters"),
        (f"mentor,A,{'x' * 250}@demo.example", "email", "is not an e-mail address"),
        (f"mentor,{'x' * 121},a@demo.example", "name", "has 121 characters; 120 are allowed"),
        ("mentor,A\x00B,a@demo.example", "name", "cannot be seen (U+0000)"),
        ("mentor,A\x1b[31m,a@demo.example", "name", "cannot be seen (U+001B)"),
        ("mentor,A\u200bB,a@demo.example", "name", "cannot be seen (U+200B)"),
        ("mentor,A\u202eB,a@demo.example", "name", "cannot be seen (U+202E)"),
        ("mentor,\u3164,a@demo.example", "name", "cannot be seen (U+3164)"),
        ("mentor,A\ufffdB,a@demo.example", "name", "not UTF-8"),
        ("mentor,Budі,a@demo.example", "name", "'Bud\\u0456' mixes letters"),
        ('mentor,"A\nB",a@demo.example', "name", "must stand on one line"),
        ("mentor,A,a@demo.example,1", "group", "for trainees only"),
        (f"trainee,A,a@demo.example,{'x' * 61}", "group", "60 are allowed"),
        (f"mentor,A,a@demo.example,,{'x' * 121}", "job", "120 are allowed"),
        (f"mentor,A,a@demo.example,,,{'x' * 121}", "unit", "120 are allowed"),
        (f"mentor,A,a@demo.example,,,,{'x' * 21}", "address", "20 are allowed"),
        ("mentor,A,a@demo.example,,,,,fr", "language", "use id or en"),
        ("mentor,A,a@demo.example,,,,,,b@demo.example", "mentor", "for trainees only"),
        ("trainee,A,a@demo.example,,,,,,b", "mentor", "'b' is not an e-mail address"),
        ("trainee,A,a@demo.example,,,,,,,b@demo.example c", "coach", "'c' is not an e-mail address"),
        ("mentor,A,a@demo.example,,,,,,,,,surplus", "", "has 12 cells, but there are 11 columns"),
        ('mentor,"A"x,a@demo.example', "", "quotation marks do not match"),
        ('mentor,"A,a@demo.example', "", "quotation marks do not match"),
    ],
)
def test_a_faulty_cell_is_named(cells: str, column: str, why: str):
    line, where, reason = one_fault("coach,Sound,sound@demo.example", cells)
    assert (line, where) == (3, column)
    assert why in reason
    assert reason.isprintable()


@pytest.mark.parametrize(
    ("header", "column", "why"),
    [
        ("role,name", "email", "is missing; the first line"),
        ("role,name,email,email", "'email'", "stands twice"),
        ("role,name,email,shoe size", "'shoe size'", "is not a column; known are role"),
        ("role,name,email,\x1b[2J", "'\\x1b[2j'", "is not a column"),
    ],
)
def test_a_faulty_header_is_named(header: str, column: str, why: str):
    line, where, reason = one_fault("mentor,A,a@demo.example", header=header)
    assert (line, where) == (1, column)
    assert why in reason


def test_columns_without_a_name_are_empty_columns():
    assert len(read("mentor,A,a@demo.example,,", header="role,name,email,,")) == 1
    assert (
        one_fault("mentor,A,a@demo.example,x,", header="role,name,email,,")[2]
        == "a cell stands in a column without a name"
    )


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", HEADER.encode(), b"\0" * 100])
def test_a_file_without_people_is_refused(raw: bytes):
    assert {line for line, *_ in faults_of(raw)} == {1}


def test_every_faulty_line_is_named_in_order():
    lines = [MIA, "x,y,z", ANA, "mentor,,b@demo.example", "mentor,C,c", "trainee,Ana Sari,ana@demo.example,2"]
    assert [(line, column) for line, column, _ in faults_of(text_of(lines))] == [
        (3, "role"),
        (3, "email"),
        (5, "name"),
        (6, "email"),
        (7, "group"),
    ]


def test_lines_are_those_of_an_editor_also_after_a_cell_of_several_lines():
    lines = ['trainee,A,a@demo.example,"b@demo.example\nc@demo.example"', "x,B,b@demo.example,"]
    assert one_fault(*lines, header="role,name,email,mentor")[0] == 4


def test_windows_letters_are_refused_line_by_line_with_advice():
    raw = text_of(["mentor,René,r@demo.example", MIA, "coach,Zoë,z@demo.example"]).encode("cp1252")
    told = faults_of(raw)
    assert [(line, column) for line, column, _ in told] == [(2, "name"), (4, "name")]
    assert all("CSV UTF-8" in reason for *_, reason in told)


@pytest.mark.parametrize("column", ["name", "job", "unit", "address", "language", "group"])
def test_rows_of_one_person_may_not_contradict_each_other(column: str):
    values = {"name": ("A", "B"), "language": ("id", "en")}.get(column, ("x", "y"))
    cells = ({"role": "trainee", "name": "A", "email": mail, column: value} for mail, value in zip(
        ("a@demo.example", "A@demo.example"), values, strict=True
    ))  # fmt: skip
    columns = list(dict.fromkeys(["role", "name", "email", column]))
    line, where, reason = one_fault(*(",".join(each[c] for c in columns) for each in cells), header=",".join(columns))
    assert (line, where) == (3, column)
    assert reason == f"a@demo.example has another {column} in line 2"


def test_too_many_people_and_too_large_a_file_are_refused_at_once():
    many = [f"mentor,A,a{n}@demo.example" for n in range(MOST_ROWS + 1)]
    assert one_fault(*many, header="role,name,email") == (
        MOST_ROWS + 2,
        "",
        "there are more than 10,000 rows; split the file",
    )
    started = time.monotonic()
    assert faults_of(b"x" * (plain_csv.LARGEST + 1)) == [(1, "", "the file is larger than 5 MiB")]
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "raw",
    [
        b'"' * 1_000_000,
        b'role,name,email\nmentor,"' + b"x" * 2_000_000,
        b"," * 1_000_000,
        b"\n" * 1_000_000,
        b"role,name,email\n" + b"x\n" * 20_000,
        b"role,name,email\nmentor,A," + b"a." * 60_000 + b"@demo.example\n",
        b"role,name,email,mentor\ntrainee,A,a@demo.example," + b"b " * 60_000 + b"\n",
    ],
    ids=range(7),
)
def test_hostile_files_are_refused_in_little_time(raw: bytes):
    started = time.monotonic()
    assert faults_of(raw)
    assert time.monotonic() - started < 10


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_break_the_reader(raw: bytes):
    for file in (raw, b"role,name,email\nmentor," + raw, b"role;name;email;mentor\ntrainee;A;a@demo.example;" + raw):
        people, faults = read_or_refuse(file)
        assert bool(people) != bool(faults)
        assert all(fault.reason.isprintable() for fault in faults)
        assert all(row.name and row.name.isprintable() and "@" in row.email for row in people)


def read_or_refuse(raw: bytes) -> tuple[list[Row], list[Fault]]:
    try:
        return read_people("x", raw), []
    except FaultyPeople as refused:
        return [], refused.faults


def test_the_guide_for_organisers_tells_what_is_so():
    guide = (Path(__file__).parents[2] / "docs" / "people-csv.md").read_text()
    example = guide.split("```csv\n")[1].split("```")[0]
    assert len(read_people("example.csv", example.encode())) == 5
    told = set(re.findall(r"`(\w+)`", " ".join(line.split("|")[1] for line in guide.splitlines() if line[:3] == "| `")))
    assert told == set(COLUMNS)
    assert all(f"`{word}`" in guide for word in CAPACITIES if word != "organizer")
