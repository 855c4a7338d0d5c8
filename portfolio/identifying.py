"""What in a text tells who somebody is: official numbers, telephone numbers, addresses, names of the cohort's people.

Rather one too few than one too many: whoever is warned of years and sums soon reads no warning.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

SHORTEST = 4  # letters of a name: shorter ones are words as well
AROUND = 140  # characters of a sentence on each side of what was found

# What stands before or after a name and is no part of it.
TITLES = frozenset(
    """
    dr drs dra drg drh ir prof haji hajah hajjah kiai ustaz ustadz raden ajeng rara ngurah bapak ibu saudara
    saudari amdkeb amdkep shut skom spsi ssos stap sstp sfarm skep skeb mkes mkom mhum mfarm sarjana magister
    doktor apoteker ners
""".split()
)
HONORIFICS = frozenset(
    """
    pak bapak bu ibu mas mbak kak kakak bang abang sdr sdri saudara saudari mr mrs ms
""".split()
)
# Names that are words as well. Alone they tell nothing; after "Pak" or "Bu", or beside another name, they do.
WORDS_TOO = frozenset(
    """
    abadi adil agung agustus alam amal amanah amin anggun anugerah april asih asri bagus bakti berkah bintang
    budi bulan bunga cahaya cahya cantik cinta cipta citra damai daya dewa dewi dharma dian eka elok fajar
    gemilang guna guntur hadi harapan hari harum hidayah hikmah ihsan ikhlas ikhsan iman indah insan intan jati
    jaya jelita jujur juli juni karunia karya kartika kasih kembar kenanga kencana kurnia kusuma lestari luhur
    mahardika maju maret mawar mega melati mentari merdeka muda mulia murni mustika nanda nikmat nirmala nusa
    nusantara pancar panca perdana permata pertiwi prima purnama pusaka puspa putra putri rahayu rahmat ratna
    ratu rejeki restu rezeki sabar sakti salam santri sari satria satya sejahtera sejati selamat semesta senja
    sentosa setia sinar slamet subur suci sukma surya susila syukur taufik tegas teguh teladan tirta tulus
    tunggal utama utami wahyu wangi wibawa wijaya yakin yoga bill faith grace grant hope june mark rose will
""".split()
)

WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*")
SENTENCE_ENDS = re.compile(r"[.!?…]+[\"'”’)]*\s+|\n+")


class Kind(Enum):
    """What it is that tells who somebody is."""

    NIP = "nip"
    NIK = "nik"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True)
class Finding:
    """A place in a text."""

    kind: Kind
    start: int
    end: int
    text: str

    @property
    def told(self) -> str:
        """What it tells, however it is written."""
        return "".join(filter(str.isalnum, self.text.casefold()))


@dataclass(frozen=True)
class Excerpt:
    """A sentence, and what was found in it."""

    pieces: Sequence[tuple[str, Kind | None]]


class Names:
    """The people of a cohort, to be found in texts by their names or what is distinctive of them."""

    def __init__(self, names: Iterable[str], *, but: str = "") -> None:
        """`but` is the writer, whose own names tell of nobody else."""
        own = frozenset(_parts(but))
        people = [parts for name in names if (parts := _parts(name)) and parts != _parts(but)]
        self._neighbours = {pair for parts in people for pair in itertools.pairwise(parts)}
        self._alone = {part for parts in people for part in parts if len(part) >= SHORTEST} - own

    def find(self, text: str) -> Iterator[Finding]:
        """Where somebody is named: by two parts of a name in a row, or by one that says enough."""
        words = [(word.start(), word.end(), _plain(word.group())) for word in WORD.finditer(text)]
        place = 0
        while place < len(words):
            last = place
            while last + 1 < len(words) and self._is_one_name(text, words[last], words[last + 1]):
                last += 1
            if last > place or self._tells(text, words, place):
                start, end = words[place][0], words[last][1]
                yield Finding(Kind.NAME, start, end, text[start:end])
            place = last + 1

    def _is_one_name(self, text: str, one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
        pair = one[2], other[2]
        # Both in small letters are words: "setia budi".
        is_written_so = text[one[0]].isupper() or text[other[0]].isupper() or max(map(len, pair)) > 2 * SHORTEST
        return pair in self._neighbours and is_written_so and text[one[1] : other[0]].strip(" .-") == ""

    def _tells(self, text: str, words: Sequence[tuple[int, int, str]], place: int) -> bool:
        start, _, word = words[place]
        if word not in self._alone:
            return False
        if place and words[place - 1][2] in HONORIFICS:
            return True
        return text[start].isupper() and word not in WORDS_TOO


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(filter(str.isalpha, letters))


def _parts(name: str) -> list[str]:
    """The parts of a name, without what stands before or after it: "dr. Ani Sulastri, M.Kes." is ani, sulastri."""
    bare = " ".join(part for part in name.partition(",")[0].split() if "." not in part)
    parts = [_plain(word) for word in WORD.findall(bare)]
    return [part for part in parts if part not in TITLES and len(part) > 1]


# --- Numbers and addresses

_NIP = re.compile(r"(?<![\d.,/])(\d{4})(\d\d)(\d\d)[ \u00a0]?(\d{4})(\d\d)[ \u00a0]?([12])[ \u00a0]?(\d{3})(?!\d)")
_NIK = re.compile(
    r"(?<![\d.,/])(?:[1-9]\d{15}|[1-9]\d{5}[ \u00a0](\d{6})[ \u00a0]\d{4}|[1-9]\d{3}(?:[ \u00a0]\d{4}){3})(?!\d)"
)
_PHONES = (
    re.compile(r"(?<![\w/])\+62(?:[ .()-]{0,2}\d){8,12}(?!\d)"),
    re.compile(r"(?<![\w/.,-])(?:0|62[ -]?)8\d{1,2}[ .-]?\d{3,4}[ .-]?\d{3,5}(?!\d|[.,]\d)"),
    re.compile(r"(?<![\w/.,-])08\d{1,2}(?:[ .-]\d{2,3}){3,4}(?!\d|[.,]\d)"),
    re.compile(r"(?<![\w/])\(0\d{2,3}\)[ -]?\d{3,4}[ -]?\d{2,4}(?!\d)"),
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _is_nip(found: re.Match[str]) -> bool:
    """Born, and since then appointed. Who serves by contract has 21 for the month."""
    year, month, day, since, in_month = (int(found[group]) for group in range(1, 6))
    is_born = 1930 <= year <= 2015 and _is_day(year, month, day)
    return is_born and 15 <= since - year <= 70 and (1 <= in_month <= 12 or in_month == 21)


def _is_nik(found: re.Match[str]) -> bool:
    """No round sum. Where it is written in groups, the day of birth has to be one (women: 40 more)."""
    digits = "".join(filter(str.isdigit, found[0]))
    if digits == found[0]:
        return not digits.endswith("000000")
    day, month = int(digits[6:8]) % 40, int(digits[8:10])
    return 1 <= day <= 31 and 1 <= month <= 12 and int(digits[6:8]) <= 71


def _numbers(text: str) -> Iterator[Finding]:
    for kind, pattern, fits in ((Kind.NIP, _NIP, _is_nip), (Kind.NIK, _NIK, _is_nik)):
        for found in pattern.finditer(text):
            if fits(found):
                yield Finding(kind, found.start(), found.end(), found[0])
    for kind, patterns in ((Kind.PHONE, _PHONES), (Kind.EMAIL, (_EMAIL,))):
        for pattern in patterns:
            yield from (Finding(kind, found.start(), found.end(), found[0]) for found in pattern.finditer(text))


def identifying(text: str, names: Names) -> list[Finding]:
    """What in a text tells who somebody is, in order; nothing twice."""
    found: list[Finding] = []
    for finding in sorted([*_numbers(text), *names.find(text)], key=lambda each: (each.start, -each.end)):
        if not found or finding.start >= found[-1].end:
            found.append(finding)
    return found


def excerpts(text: str, findings: Sequence[Finding]) -> list[Excerpt]:
    """The sentences in which something was found, each with all that was found in it."""
    ends = [0, *(end.end() for end in SENTENCE_ENDS.finditer(text)), len(text)]
    result = []
    for start, end in itertools.pairwise(ends):
        if there := [finding for finding in findings if start <= finding.start < end]:
            result.append(Excerpt(tuple(_pieces(text, start, max(end, there[-1].end), there))))
    return result


def _pieces(text: str, start: int, end: int, findings: Sequence[Finding]) -> Iterator[tuple[str, Kind | None]]:
    here, stop = max(start, findings[0].start - AROUND), min(end, findings[-1].end + AROUND)
    before = ("… " if here > start else "") + text[here : findings[0].start].lstrip()
    for finding in findings:
        yield before, None
        yield finding.text, finding.kind
        here = finding.end
        after = next((other.start for other in findings if other.start >= here), stop)
        before = text[here:after]
    yield before.rstrip() + (" …" if stop < end else ""), None
