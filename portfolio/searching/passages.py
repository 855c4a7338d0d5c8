"""Where in a text the words are that somebody looks for: the passage that shows it best."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from portfolio import spelling
from portfolio.search import Hit, Term

LENGTH, BEFORE = 30, 6  # words
ENOUGH = 1_000  # words after the first one found among which the best place is looked for

Placed = tuple[int, int, int | None]  # where a word begins and ends, and which of those looked for it is

# Signs of Markdown that mean nothing in a passage: at the beginning of a line, and around words.
MARKS = re.compile(r"\n[ \t]*(?:#{1,6}|>+|[-*+]|\d{1,3}[.)])[ \t]+|\*{1,3}|`+|~~")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Piece:
    """A piece of a text: what was looked for, or what stands around it."""

    text: str
    is_found: bool = False


@dataclass(frozen=True)
class Shown:
    """A hit, with its title and passage in pieces."""

    hit: Hit
    title: Sequence[Piece]
    passage: Sequence[Piece]


def show(hits: Iterable[Hit], terms: Sequence[Term]) -> list[Shown]:
    """The hits with what a page shows of them."""
    cutter = Cutter(terms)
    return [Shown(hit, cutter.whole(hit.title), cutter.passage(hit.body)) for hit in hits]


class Cutter:
    """Cuts texts into pieces by the words that were looked for."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        self._known: dict[str, int | None] = {}  # which term a word is, as it is spelt

    def whole(self, text: str) -> list[Piece]:
        """The whole text, in pieces."""
        return _cut(text, 0, len(text), list(self._words(text)))

    def passage(self, body: str) -> list[Piece]:
        """Some thirty words of a text around the place where most of the words stand together."""
        words = list(self._words(body))
        first = max(0, _best([number for _, _, number in words]) - BEFORE)
        last = min(len(words), first + LENGTH)
        first = max(0, last - LENGTH)
        begin = words[first][0] if first else 0
        end = words[last - 1][1] if last < len(words) else len(body)
        shown = _plain(_cut(body, begin, end, words[first:last]))
        return [*[Piece("… ")][: first > 0], *shown, *[Piece(" …")][: end < len(body.rstrip())]]

    def _words(self, text: str) -> Iterator[Placed]:
        """Where each word is, and which term; of a long text no more than some pages after the first one found."""
        known, left = self._known, ENOUGH
        for word in spelling.WORD.finditer(text):
            spelt = word.group()
            if spelt in known:
                number = known[spelt]
            else:
                number = known[spelt] = self._met(spelling.fold(spelt))
            if number is not None or left < ENOUGH:
                left -= 1
            yield word.start(), word.end(), number
            if not left:
                return

    def _met(self, folded: str) -> int | None:
        return next((number for number, term in enumerate(self._terms) if term.meets(folded)), None)


def _best(met: Sequence[int | None]) -> int:
    """The word at which to begin, so that the most different ones follow, and of those the most."""
    best, most = 0, (0, 0)
    for place, number in enumerate(met):
        if number is not None:
            near = [other for other in met[place : place + LENGTH - BEFORE] if other is not None]
            if (worth := (len(set(near)), len(near))) > most:
                best, most = place, worth
    return best


def _cut(text: str, begin: int, end: int, words: Iterable[Placed]) -> list[Piece]:
    found, done = [], begin
    for first, last, number in words:
        if number is not None:
            found += [Piece(text[done:first]), Piece(text[first:last], is_found=True)]
            done = last
    return [piece for piece in (*found, Piece(text[done:end])) if piece.text]


def _plain(pieces: Sequence[Piece]) -> list[Piece]:
    """Without signs and line ends. The first piece begins a line, as far as anybody can see."""
    cleaned = []
    for number, piece in enumerate(pieces):
        text = piece.text if number or piece.is_found else f"\n{piece.text}"
        text = SPACE.sub(" ", MARKS.sub("\n", text))
        cleaned.append(Piece(text if number or piece.is_found else text.lstrip(), piece.is_found))
    return [piece for piece in cleaned if piece.text]
