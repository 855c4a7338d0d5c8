"""A text without what tells whose it is: names, numbers, addresses and workplaces are blacked out before it is shown.

Rather one word too many than one too few: what is left out here is missed by nobody who judges how somebody reflects.
Looked for is what a reader would see: neither a mark of Markdown nor an invisible letter inside a name hides it.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from html import escape
from html.parser import HTMLParser
from typing import NamedTuple

from markupsafe import Markup

from portfolio.identifying import Kind as Found
from portfolio.identifying import Names, identifying

SHORTEST = 3  # letters of a part of a name
TELLING = 4  # letters of a word of an office or a job that tells something: "dan", "di" do not
NEAR = 3  # signs at most between two words of one name
MOST_WORDS = 24  # of an office or a job, of which each part is looked for
SIGN = "▒▒▒"


class Kind(Enum):
    """What was left out, as far as its reader is told."""

    NAME = "name"
    NUMBER = "number"
    ADDRESS = "address"
    WORKPLACE = "workplace"


class Span(NamedTuple):
    """A place in a text that is left out."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Identity:
    """All that tells who wrote a text: the writer, and those whose names lead to them."""

    name: str
    email: str = ""
    unit: str = ""
    job: str = ""
    group: str = ""
    others: tuple[str, ...] = ()  # names: those who guide the writer, and everybody in the cohort

    @cached_property
    def names(self) -> Names:
        """The others, as they are found by a part of their name, after "Bu" or beside another part."""
        return Names(self.others)

    @cached_property
    def phrases(self) -> dict[str, list[tuple[tuple[str, ...], Kind]]]:
        """What is looked for, word for word, by its first word; the longest first."""
        found: dict[str, list[tuple[tuple[str, ...], Kind]]] = {}
        for words, kind in {*self._own_names(), *self._others(), *self._places()}:
            found.setdefault(words[0], []).append((words, kind))
        for there in found.values():
            there.sort(key=lambda phrase: (-len(phrase[0]), phrase[1].value))
        return found

    def _own_names(self) -> Iterator[tuple[tuple[str, ...], Kind]]:
        for part in (self.name, *self.name.split(), self.email.partition("@")[0]):
            words = tuple(_words(part))
            together = "".join(words)  # as in "Maruf" for "Ma'ruf", and in the name of an account
            for written in (words, (together,), *((word,) for word in words)):
                if sum(map(len, written)) >= SHORTEST:
                    yield written, Kind.NAME

    def _others(self) -> Iterator[tuple[tuple[str, ...], Kind]]:
        for name in self.others:
            words = tuple(_words(name))
            if sum(map(len, words)) >= SHORTEST:
                yield words, Kind.NAME
                yield ("".join(words),), Kind.NAME

    def _places(self) -> Iterator[tuple[tuple[str, ...], Kind]]:
        for place in (self.unit, self.job, self.group):
            words = tuple(_words(place))
            if sum(map(len, words)) >= SHORTEST:
                yield words, Kind.WORKPLACE
            # A part of it tells as much: "Dinas Perhubungan" of "Dinas Perhubungan Kabupaten Sukatani".
            words = words[:MOST_WORDS]
            for start in range(len(words)):
                for end in range(start + 2, len(words) + 1):
                    if sum(len(word) >= TELLING for word in words[start:end]) >= 2:
                        yield words[start:end], Kind.WORKPLACE
        if group := tuple(_words(self.group)):
            yield from (((word, *group), Kind.WORKPLACE) for word in ("kelompok", "kel", "grup", "group"))


def redact(html: Markup, identity: Identity, labels: dict[Kind, str]) -> Markup:
    """A text as it is shown, with a sign in the place of all that tells whose it is, and no link in it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.without(spans(reader.text, identity), labels)


def spans(text: str, identity: Identity) -> list[Span]:
    """The places in a plain text that tell whose it is, in order and apart from each other."""
    folded, origin = _fold(text)
    found = [
        *(Span(each.start, each.end, _kind(each.kind)) for each in identifying(text, identity.names)),
        *(
            Span(origin[match.start()], origin[match.end() - 1] + 1, kind)
            for kind, pattern in PATTERNS
            for match in pattern.finditer(folded)
        ),
        *(Span(origin[start], origin[end - 1] + 1, kind) for start, end, kind in _said(folded, identity)),
    ]
    apart: list[Span] = []
    for span in sorted(found, key=lambda each: (each.start, -each.end)):
        last = apart[-1] if apart else None
        if last and (span.start < last.end or (span.kind is last.kind and not text[last.end : span.start].strip())):
            apart[-1] = apart[-1]._replace(end=max(apart[-1].end, span.end))
        else:
            apart.append(span)
    return apart


# Each repetition has an end, so that no text takes long; and a number of more digits than these is found in parts.
_LABEL = r"[a-z0-9-]{1,63}"
_TOP = "(?:com|net|org|id|me|blog)"
PATTERNS: Sequence[tuple[Kind, re.Pattern[str]]] = (
    (Kind.ADDRESS, re.compile(rf"[\w.+-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,5}}")),
    (Kind.ADDRESS, re.compile(r"(?<![\w.])@[\w.]{3,40}")),
    (Kind.ADDRESS, re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}")),
    (Kind.ADDRESS, re.compile(rf"(?<![\w.-]){_LABEL}(?:\.{_LABEL}){{0,4}}\.{_TOP}\b(?:/[^\s<>]{{0,500}})?")),
    (Kind.NUMBER, re.compile(r"(?<!\d)\d(?:[ .\u00a0-]{0,2}\d){17}(?!\d)")),  # NIP
    (Kind.NUMBER, re.compile(r"(?<!\d)\d(?:[ .\u00a0-]{0,2}\d){15}(?!\d)")),  # NIK
    (Kind.NUMBER, re.compile(r"(?<![\d.,])(?:\+ ?\d{1,3}|\(?0\d{1,3}\)?|62)(?:[ ()./-]{0,2}\d){7,12}(?!\d)")),
)  # fmt: skip


def _kind(found: Found) -> Kind:
    if found is Found.NAME:
        return Kind.NAME
    return Kind.ADDRESS if found is Found.EMAIL else Kind.NUMBER


def _fold(text: str) -> tuple[str, list[int]]:
    """A text in plain small letters, and where each of them stood: "Rán­i" is "rani"."""
    letters: list[str] = []
    origin: list[int] = []
    for place, letter in enumerate(text):
        for plain in unicodedata.normalize("NFKD", letter).casefold():
            if unicodedata.category(plain) not in ("Mn", "Cf"):
                letters.append(plain)
                origin.append(place)
    return "".join(letters), origin


WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> list[str]:
    return WORD.findall(_fold(text)[0])


def _said(folded: str, identity: Identity) -> Iterator[tuple[int, int, Kind]]:
    """Where a phrase stands as whole words, the longest that begins at a word."""
    words = [(word.group(), word.start(), word.end()) for word in WORD.finditer(folded)]
    for place, (word, start, _) in enumerate(words):
        for phrase, kind in identity.phrases.get(word, ()):
            there = words[place : place + len(phrase)]
            is_near = all(other[1] - one[2] <= NEAR for one, other in itertools.pairwise(there))
            if is_near and tuple(each[0] for each in there) == phrase:
                yield start, there[-1][2], kind
                break


class _Reader(HTMLParser):
    """Takes a sanitised text apart: its marks, without those of links, and its words, as they are read on the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[tuple[bool, str]] = []  # whether it is a mark, and what it is

    @property
    def text(self) -> str:
        """What is read."""
        return "".join(piece for is_mark, piece in self._pieces if not is_mark)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """A mark begins. An address in it could tell; only a list may say where it begins to count."""
        if tag != "a":
            start = dict(attributes).get("start") if tag == "ol" else None
            self._pieces.append((True, f'<{tag} start="{escape(start)}">' if start else f"<{tag}>"))

    def handle_endtag(self, tag: str) -> None:
        """A mark ends."""
        if tag != "a":
            self._pieces.append((True, f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        """Words."""
        self._pieces.append((False, data))

    def without(self, spans: Iterable[Span], labels: dict[Kind, str]) -> Markup:
        """All of it again, with a sign where each of these places begins and nothing of what stands in it."""
        result: list[str] = []
        waiting = list(reversed(list(spans)))
        here = 0
        for is_mark, piece in self._pieces:
            if is_mark:
                result.append(piece)
                continue
            end = here + len(piece)
            place = here
            while waiting and waiting[-1].start < end:
                span = waiting[-1]
                if span.start >= place:
                    result.append(escape(piece[place - here : span.start - here], quote=False))
                if span.start >= here:
                    result.append(_sign(labels[span.kind]))
                place = min(span.end, end)
                if span.end > end:
                    break
                waiting.pop()
            result.append(escape(piece[place - here :], quote=False))
            here = end
        return Markup("".join(result))  # noqa: S704 - marks of a sanitised text, and escaped words


def _sign(label: str) -> str:
    return f'<span class="withheld" role="img" aria-label="{escape(label)}">{SIGN}</span>'
