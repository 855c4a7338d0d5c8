"""What the tests of cohorts put into files."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from portfolio.cohorts.people import Row, read_people

Pack = dict[str, Any]

NOW = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
SMALL = "internship-10w"

HEADER = "role,name,email,group,job,unit,address,language,mentor,coach,supervisor"
MIA = "mentor,Mia Lestari,mia@demo.example,,Kepala Bidang,Dinas A,Ibu,id,,,"
KRIS = "coach,Kris Widodo,kris@demo.example,,Widyaiswara,BKPSDM,,,,,"
ANA = "peserta,Ana Sari,ana@demo.example,1,Analis,Dinas A,,,mia@demo.example,kris@demo.example,"
BEN = "trainee,Ben Putra,ben@demo.example,1,,,,en,mia@demo.example,kris@demo.example,"
ORGA = "penyelenggara,Olga Tanjung,olga@demo.example,,,,,,,,"
EVERYBODY = (MIA, KRIS, ANA, BEN, ORGA)


def text_of(lines: Iterable[str], header: str = HEADER) -> str:
    """A file of these lines."""
    return "\n".join([header, *lines]) + "\n"


def read(*lines: str, header: str = HEADER) -> list[Row]:
    """The rows of a file of these lines."""
    return read_people("people.csv", text_of(lines, header).encode())
