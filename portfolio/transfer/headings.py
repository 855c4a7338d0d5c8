"""What stands above and below the text of an entry: series and number, theme and part; lists of entries, comments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portfolio.transfer.indonesian import date_in, is_capitals, sentence_case
from portfolio.transfer.openings import field_of_label

TITLE_LENGTH = 200
_MIXED_TITLE = 120  # characters; a title that is not in capitals has to be short to be told from a sentence
_LONGEST_LINE = 240
_MOST_ABOVE = 3  # lines before the heading
_MOST_LINES = 12  # of a title with its repetition; more in capitals is a text by somebody who writes in capitals

_SERIES_NAME = re.compile(r"(?i:diar[yi]|catatan|jurnal|journal|buku harian|log|refleksi|reflection|my )")
_SERIES = re.compile(
    r"""
    (?P<series> [^\W\d_] [^()\n]{1,79}? ) \s*
    (?: \( \s* (?P<number> [0-9]{1,4} ) \s* \)
      | (?<=\s) (?: hari \s )? (?: \# | no\.? \s? | ke-? )? (?P<bare> [0-9]{1,3} )
      | (?P<final> \( \s* final \s* \) | \b final )
    )
    (?: \s* [:–—-] \s* (?P<title> [^\W\d_] [^\n]{0,118} [^\s.] ) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PART = re.compile(
    r"\s*\(\s*(?:bagian |part )?(?P<bracketed>[0-9]{1,2})\s*\)$"
    r"|[,:–-]?\s(?:bagian|part)\s(?:ke-)?(?P<bare>[0-9]{1,2})$",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(r"assalam|salam\b|selamat (?:pagi|siang|sore|malam)|hal+o\b|dear\b|[-*+•>|]\s", re.IGNORECASE)

_FOOTER = re.compile(
    r"[0-9]+ (?:comments?|komentar) ?:?|(?:no|tidak ada|belum ada) (?:comments?|komentar) ?:"
    r"|post a comment|(?:posting|kirim) komentar|(?:newer|older) posts?|subscribe to:.{0,60}|langganan:.{0,60}",
    re.IGNORECASE,
)
_READ_ALSO = re.compile(r"^[ \t>#*_-]{0,12}(?:baca juga|read also)\b[*_: \t]{0,12}", re.IGNORECASE | re.MULTILINE)
_REFERENCE = re.compile(
    r"[\s,;|•*-]*(?:dan\s|and\s)?\s*"
    r"(?:\[[^\]\n]{1,120}\]\([^)\s]{1,300}\)"
    r"|(?P<series>[^\W\d_][\w\s.&'’-]{0,79}?)\s*(?:\(\s*[0-9]{1,4}\s*\)|\bfinal\b))",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\s*\Z")
_REST_OF_LINE = re.compile(r"[*_.,; \t]*(?=\n|\Z)")


@dataclass(frozen=True)
class Heading:
    """Series and number, theme and part, as far as they are told."""

    series: str | None = None
    number: int | None = None
    is_final: bool = False
    title: str | None = None
    part: int | None = None


def key_of(text: str) -> str:
    """The same for two headings that differ in capitals, spaces and marks only."""
    return re.sub(r"[\W_]+", "", text).casefold()


def title_and_part(text: str) -> tuple[str, int | None]:
    """A theme and the number of its part: "Teori (2)" is the second part of "Teori"."""
    found = _PART.search(text[-24:])
    if not found or len(found[0]) == len(text):
        return text, None
    return text[: len(text) - len(found[0])], int(found["bracketed"] or found["bare"]) or None


def read(lines: Sequence[str], known: Heading) -> tuple[Heading, list[str]]:
    """The heading above a text, completed from what is known of it already, and the lines below it."""
    series, title, part = Heading(), known.title, known.part
    first = n = _first_line(lines, known.series)
    while n < len(lines):
        found = series_of(lines[n], known.series, _line(lines, _next_line(lines, n + 1)))
        if found and (series == Heading() or _is_same(found, series)):
            series, n = found, n + 1
            title, part = title or found.title, part or found.part
        elif title is None:
            title, own_part, n = _title_at(lines, n)
            part = part or own_part
            if title is None:
                break
        else:
            own_part, size = _repetition_at(lines, n, title)
            part = part or own_part
            if not size:
                break
            n += size
        n = _next_line(lines, n)
    is_final = known.is_final or (known.number is None and series.is_final)
    heading = Heading(
        series=known.series or series.series,
        number=None if is_final else known.number or series.number,
        is_final=is_final,
        title=sentence_case(title) if title else None,
        part=part,
    )
    return heading, [*lines[:first], "", *lines[n:]]


def series_of(line: str, known_series: str | None = None, next_line: str = "") -> Heading | None:
    """The series and the number that a line names, and a theme behind them: "DIARY LATSAR CPNS (15)"."""
    found = _SERIES.fullmatch(_plain(line)) if len(line) <= _LONGEST_LINE else None
    if not found:
        return None
    is_known = _SERIES_NAME.match(found["series"]) or (known_series and key_of(found["series"]) == key_of(known_series))
    if not is_known and (not found["number"] or found["title"] or not _is_above_theme(line, next_line)):
        return None
    title, part = title_and_part(found["title"] or "")
    number = int(found["number"] or found["bare"] or 0)
    return Heading(" ".join(found["series"].split()), number or None, found["final"] is not None, title or None, part)


def _is_above_theme(line: str, next_line: str) -> bool:
    """Whether a line in capitals has a theme below it; if not it is the theme, and its number that of the part."""
    return is_capitals(line) and _is_heading(next_line) and key_of(next_line) != key_of(line)


def _is_same(one: Heading, other: Heading) -> bool:
    return key_of(one.series or "") == key_of(other.series or "") and one.number == other.number


def _title_at(lines: Sequence[str], n: int) -> tuple[str | None, int | None, int]:
    """The theme that stands at the n-th line, its part, and the line to read on from."""
    if lines[n].startswith("#") and _is_heading(lines[n]):
        titles, end = [_plain(lines[n])], n + 1
        while titles[-1].endswith(":") and _is_heading(_line(lines, end)):
            titles, end = [*titles, _plain(lines[end])], end + 1
    elif _is_heading(lines[n]):
        titles, end = _capitals_at(lines, n)
    elif _is_mixed_title(lines, n):
        titles, end = [_plain(lines[n])], n + 1
    else:
        return None, None, n
    title, part = title_and_part(" ".join(titles))
    return (title, part, end) if len(title) <= TITLE_LENGTH else (None, None, n)


def _capitals_at(lines: Sequence[str], n: int) -> tuple[list[str], int]:
    """Lines in capitals from the n-th on, each theme once, and the line after them."""
    titles: list[str] = []
    end = n
    while _is_heading(_line(lines, end)) and not lines[end].startswith("#"):
        titles.append(_plain(lines[end]))
        end = _next_line(lines, end + 1)
        if len(titles) > _MOST_LINES or end == len(lines):
            return titles[:1], n + 1
    for size in range(1, len(titles)):
        if len(titles) % size == 0 and all(key_of(one) == key_of(titles[k % size]) for k, one in enumerate(titles)):
            return titles[:size], end
    return titles, end


def _repetition_at(lines: Sequence[str], n: int, title: str) -> tuple[int | None, int]:
    """How many lines say the title once more, and the part they name."""
    words = ""
    for size, line in enumerate(lines[n : n + _MOST_LINES // 2], start=1):
        words = f"{words} {_plain(line)}".strip()
        repeated, part = title_and_part(words)
        if key_of(repeated) == key_of(title):
            return part, size
        if len(words) > _LONGEST_LINE:
            break
    return None, 0


def _is_heading(line: str) -> bool:
    """Whether a line is marked as a heading, or in capitals, and names no question of the template."""
    words = _plain(line)
    if not key_of(words) or len(line) > _LONGEST_LINE or field_of_label(words) or _NO_TITLE.match(words):
        return False
    if line.startswith("#"):
        return True
    return is_capitals(words) and len(key_of(words)) > 2 and words[-1] not in ".,;" and date_in(words) is None


def _is_mixed_title(lines: Sequence[str], n: int) -> bool:
    """Whether a line that is not in capitals stands apart as a title does."""
    words = _plain(lines[n])
    if _next_line(lines, n + 1) == len(lines):
        return False
    if len(words) > _MIXED_TITLE or not words[:1].isalpha() or words[-1] in ".,;:!":
        return False
    if field_of_label(words) or _NO_TITLE.match(words) or date_in(words):
        return False
    following = _line(lines, n + 1)
    return title_and_part(words)[1] is not None or not following.strip() or key_of(following) == key_of(words)


def _plain(line: str) -> str:
    return " ".join(line.lstrip("# ").replace("*", "").strip("_ ").split())


def _line(lines: Sequence[str], n: int) -> str:
    return lines[n] if n < len(lines) else ""


def _first_line(lines: Sequence[str], known_series: str | None) -> int:
    """Where the heading begins: a blog may have put a date above it."""
    first = n = _next_line(lines, 0)
    for _ in range(_MOST_ABOVE):
        line = _line(lines, n)
        if series_of(line, known_series):
            return n
        if len(line) > _MIXED_TITLE or line.endswith((".", "!", "?")):  # a sentence: the text has begun
            break
        n = _next_line(lines, n + 1)
    return first


def _next_line(lines: Sequence[str], n: int) -> int:
    """The first line from the n-th on that is not blank."""
    while n < len(lines) and not lines[n].strip():
        n += 1
    return n


def without_comments(lines: Sequence[str]) -> list[str]:
    """Lines without what a blog puts below the text."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _FOOTER.fullmatch(_plain(lines[end - 1][:_LONGEST_LINE]))):
        end -= 1
    return list(lines[:end])


def without_series_list(text: str, series: str | None) -> str:
    """A text without its list of the other entries, which the app makes itself."""
    kept: list[str] = []
    begin = 0
    for marker in _READ_ALSO.finditer(text):
        end = _end_of_list(text, marker.end(), series)
        if end and marker.start() >= begin:
            kept.append(text[begin : marker.start()])
            begin = end
    return "\n\n".join([*kept, text[begin:]])


def _end_of_list(text: str, begin: int, series: str | None) -> int | None:
    """Where the entries named from `begin` on end; None if there are none and the words mean something else."""
    key, end = key_of(series or ""), begin
    while found := _REFERENCE.match(text, end):
        name = found["series"]
        if name and (key_of(name) != key if key else not (is_capitals(name) or _SERIES_NAME.match(name))):
            break
        key, end = key or key_of(name or ""), found.end()
    if end == begin and not _NOTHING.match(text, begin):
        return None
    rest = _REST_OF_LINE.match(text, end)
    return rest.end() if rest else end
