"""Dates, people and capitals as Indonesian diaries write them; English dates too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# --- Dates

MONTHS = (
    "januari|january|jan",
    "februari|pebruari|february|feb|peb",
    "maret|march|mar|mrt",
    "april|apr",
    "mei|may",
    "juni|june|jun",
    "juli|july|jul",
    "agustus|august|agust|agst|agt|agu|ags|aug",
    "september|sept|sep",
    "oktober|october|okt|oct",
    "november|nopember|nov|nop",
    "desember|december|des|dec",
)
WEEKDAYS = (
    "senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})\b\.?"
_YEAR = r"(?P<year>20[0-9]{2})(?![0-9])"  # so that 17 August 1945 is no session
_DAY = r"\b(?P<day>[0-9]{1,2})"
# Of "23-24 Juli 2018" and "23 s.d. 24 Juli 2018" the first day counts.
_UNTIL = r"(?:\s*(?:-|–|s\.?\s?/?d\.?|sampai|hingga|dan|to|and)\s*[0-9]{1,2})?"
_DATE_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_DAY}(?:st|nd|rd|th)?{_UNTIL}(?:\s+of)?\s+{_MONTH},?\s+{_YEAR}",
        rf"\b{_MONTH}\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?{_UNTIL},?\s+{_YEAR}",
        rf"\b{_YEAR}-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}})(?![0-9])",
        rf"{_DAY}\s?(?P<mark>[/.-])\s?(?P<month>[0-9]{{1,2}})\s?(?P=mark)\s?{_YEAR}",
    )
)
# What stands right before the date of the session itself, and seldom before that of a law.
_DATE_CUE = re.compile(rf"\b(?:hari ini|tanggal|tgl\.?|date|{WEEKDAYS})\W{{0,3}}(?:tanggal|tgl\.?)?\s*$", re.IGNORECASE)
_MONTH_NUMBERS = {name: number for number, names in enumerate(MONTHS, start=1) for name in names.split("|")}


def date_in(text: str) -> date | None:
    """The date a text tells of: the first after a word such as "tanggal" or "Selasa,", else the first."""
    first: tuple[bool, int, date] | None = None
    for form in _DATE_FORMS:
        for found in form.finditer(text):
            day = _day(found)
            if day is not None:
                has_cue = _DATE_CUE.search(text[max(0, found.start() - 24) : found.start()]) is not None
                first = min(first or (True, len(text), day), (not has_cue, found.start(), day))
    return first[2] if first else None


def _day(found: re.Match[str]) -> date | None:
    month = found["month"].lower()
    try:
        return date(int(found["year"]), _MONTH_NUMBERS.get(month) or int(month), int(found["day"]))
    except ValueError:  # 31 February, or a month of 23
        return None


# --- People

FULL_ADDRESS = {"Bapak": "Bapak", "Bpk": "Bapak", "Ibu": "Ibu"}
SHORT_ADDRESS = {"Pak": "Pak", "Bu": "Bu", "Mr": "Mr", "Mrs": "Mrs", "Ms": "Ms", "Dr": "Dr.", "Prof": "Prof."}
_ADDRESSES = FULL_ADDRESS | SHORT_ADDRESS
_DEGREES = r"(?:(?:Prof|Drs?|Dra|Ir|Hj?)\.? )*"
_NAME = r"(?:[A-ZÀ-Þ]\.|[A-ZÀ-Þ][\w'’-]+)"
_NAMES = rf"(?P<name>{_NAME}(?: {_NAME}){{0,4}})"
_PERSON = re.compile(rf"\b(?P<address>{'|'.join(_ADDRESSES)})\b\.? (?P<degrees>{_DEGREES}){_NAMES}")
_LABELLED = re.compile(
    rf"\b(?i:fasilitator|facilitator|widyaiswara|narasumber|pemateri|pengajar)[*_]{{0,2}} ?:[*_ ]{{0,4}}{_NAMES}"
)
# What stands before the person who led the session.
_LEADS = re.compile(
    r"\b(?:bersama|oleh|dengan|dibawakan|disampaikan|difasilitasi|dipandu|dipimpin|dibimbing|diampu|diisi|fasilitator\w*"
    r"|facilitator|widyaiswara|narasumber|pemateri|pengajar|with|by)(?:\s+\w+)?\W{0,4}$",
    re.IGNORECASE,
)
# Capitals after "Ibu" and "Bapak" that belong to no name …
NOT_A_NAME = _words(
    "Kota Negara Pertiwi Rumah Bangsa Pembangunan Proklamator Presiden Wakil Menteri Kepala Gubernur Bupati Wali Camat",
    "Walikota Lurah Direktur Sekretaris Ketua Pimpinan Widyaiswara Fasilitator Narasumber Pemateri Pengajar Penguji",
    "Mentor Coach Guru Dosen Peserta Ibu Bapak",
)
# … and those that begin the next sentence, or say when.
_NAME_ENDS = _words(
    "Kami Saya Beliau Materi Kegiatan Hari Sesi Diskusi Dalam Pada Setelah Yang Dan Di Ini Kita Tanggal We The I In On",
    "Senin Selasa Rabu Kamis Jumat Sabtu Minggu Menurut Salah Jujur Ternyata",
)


@dataclass(frozen=True)
class Person:
    """Somebody a text speaks of with a form of address."""

    address: str
    degrees: str
    names: tuple[str, ...]
    leads: bool

    @property
    def fullness(self) -> tuple[bool, int]:
        """Greater for a fuller form: "Bapak Harun Wiratama" before "Pak Harun"."""
        return self.address in FULL_ADDRESS, len(self.names)

    def __str__(self) -> str:
        return " ".join([self.address, *self.degrees.split(), *self.names])


def facilitator_in(opening: str, whole: str) -> str | None:
    """Who led the session, in the fullest form that the whole text has, by the text's opening."""
    people = list(_people(opening))
    if not people:
        labelled = _LABELLED.search(opening)
        return " ".join(_name_words(labelled["name"])) or None if labelled else None
    leader = max(people, key=lambda person: (person.leads, len(person.names) > 1))
    namesakes = [person for person in _people(whole) if person.names[0] == leader.names[0]]
    return str(max([leader, *namesakes], key=lambda person: person.fullness))


def _people(text: str) -> Iterator[Person]:
    for found in _PERSON.finditer(text):
        names = _name_words(found["name"])
        if names and names[0] not in NOT_A_NAME:
            leads = _LEADS.search(text[max(0, found.start() - 40) : found.start()]) is not None
            yield Person(_ADDRESSES[found["address"]], found["degrees"], names, leads)


def _name_words(name: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in name.split():
        if word in _NAME_ENDS or word in _ADDRESSES:
            break
        words.append(word)
    return tuple(words)


# --- Capitals

PHRASES = ("Whole of Government", "Bhinneka Tunggal Ika", "Tut Wuri Handayani", "SMART ASN", "Undang-Undang Dasar")
# Words that keep their capitals. Those without a vowel (PNS, KKN, KPK) need not be here.
PROPER = {
    word.lower(): word
    for word in _words(
        "ASN ANEKA WoG NKRI BerAKHLAK LAN PAN PANRB MenPANRB KemenPANRB PermenPANRB UU UUD RI APBN APBD BUMN BUMD",
        "SAKIP LAKIP AKIP SOP USG SWOT MOOC ASEAN NIP HAM DIPA OPD SPBE TNI POLRI COVID",
        "Indonesia Pancasila Bhinneka Nusantara Garuda Jakarta Bogor Bandung Semarang Yogyakarta Surabaya Makassar",
        "Jawa Sumatera Sumatra Kalimantan Sulawesi Papua Maluku Aceh Bali Lombok Asia Eropa",
        "Senin Selasa Rabu Kamis Jumat Sabtu",
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    )
}
_ABBREVIATED = _words("yg dg dgn utk sbg tdk krn pd dlm dr thd dll dsb dst")  # no vowel, and yet plain words
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_START = re.compile(r"(?:^|[.?!]\s)\W*[^\W\d_]")


def is_capitals(text: str) -> bool:
    """Whether a text is written in capitals throughout."""
    return text.isupper()


def sentence_case(text: str) -> str:
    """A title in capitals as it stands in a sentence; any other text as it is."""
    if not is_capitals(text):
        return text
    lowered = _WORD.sub(lambda word: _lowered(word[0]), text)
    for phrase in PHRASES:
        lowered = re.sub(rf"\b{phrase}\b", phrase, lowered, flags=re.IGNORECASE)
    return _SENTENCE_START.sub(lambda start: start[0][:-1] + start[0][-1].upper(), lowered)


def _lowered(word: str) -> str:
    lower = word.lower()
    if lower in PROPER:
        return PROPER[lower]
    is_acronym = len(word) > 1 and not re.search("[aeiou]", lower) and lower not in _ABBREVIATED
    is_roman = len(word) > 1 and re.fullmatch("[ivx]+", lower)
    return word if is_acronym or is_roman else lower
