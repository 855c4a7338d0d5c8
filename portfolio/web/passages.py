"""A passage of what somebody wrote: pointed at, kept in its own words, found again in another round, and shown.

Places are counted in the plain text of an answer, as a person sees and selects it. `static/js/passage.js` counts the
same way in the browser. What is kept of a passage is its words with some of the text around them, so that it can be
looked for wherever the writer has moved it; where those very words are gone, nothing is found.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape as escape_words
from html.parser import HTMLParser
from itertools import pairwise
from typing import NamedTuple, Self
from unicodedata import category

from flask_babel import gettext
from markupsafe import Markup, escape

from portfolio.models import Quoted, Template, Words
from portfolio.models.words import CONTEXT_LENGTH, QUOTE_LENGTH
from portfolio.web.richtext import render

NAME_LENGTH = 60  # of the words by which a link names its passage

# Those that stand on lines of their own, and the two that break a line; the same in static/js/passage.js.
BLOCKS = {"p", "blockquote", "pre", "ul", "ol", "li", "h3", "h4", "hr", "br"}
SPACES = " \t\n\r\f"  # what a browser draws together
RUN = re.compile(rf"[{SPACES}]+|[^{SPACES}]+")


@dataclass(frozen=True)
class Passage:
    """Where something stands: the key of its prompt, which of several answers, and from where to where."""

    key: str
    item: int
    start: int
    end: int

    @property
    def value(self) -> str:
        """As the value of an option."""
        return f"{self.key}.{self.item}.{self.start}.{self.end}"

    @classmethod
    def read(cls, value: str) -> Self | None:
        """From the value of an option; None if it is none."""
        found = re.fullmatch(r"(.+)\.([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})", value, re.DOTALL)
        return cls(found[1], *map(int, found.groups()[1:])) if found else None


# --- The plain text


class _Run(NamedTuple):
    """Signs that are shown, with their place; or a space, with the place of what it is drawn together to."""

    text: str
    at: int
    is_inline: bool = True  # not a space between lines, which shows nothing


class _Reader(HTMLParser):
    """Takes the HTML of `richtext.render` apart: into tags, and runs of text with their places."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str | _Run] = []
        self._texts: list[str] = []
        self._length = self._kept = 0
        self._gap = ""
        self.feed(html)
        self.close()

    @property
    def plain(self) -> str:
        return "".join(self._texts)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._pass(tag, 1)
        self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._pass(tag, -1)
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        for run in RUN.findall(data):
            if run[0] in SPACES:
                breaks = self._gap == "\n" or (self._kept and re.search(r"[\r\n]", run))
                self._gap = "\n" if breaks else " "
                self.parts.append(_Run(run, self._length, not breaks and self._length > 0))
            else:
                self._add(self._gap if self._length else "")
                self._gap = ""
                self.parts.append(_Run(run, self._length))
                self._add(run)

    def _pass(self, tag: str, depth: int) -> None:
        if tag in BLOCKS:
            self._gap = "\n"
        if tag == "pre":
            self._kept += depth  # here the lines are as they were typed

    def _add(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)


@lru_cache(maxsize=512)
def plain(html: str) -> str:
    """The text that is seen of the HTML of `richtext.render`: each block, entry and line on a line of its own."""
    return _Reader(html).plain


def _plains(words: Words) -> Iterator[tuple[str, int, str]]:
    for key, answer in words.answers.items():
        for item, text in enumerate([answer] if isinstance(answer, str) else answer):
            yield key, item, plain(render(text))


# --- Whole words

_JOINING = "-'’‑"  # between letters: anak-anak, Jum'at
_DECIMAL = ".,:/"  # between digits: 3,5 and 08.00


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or category(sign)[0] == "M"


def _belongs(sign: str) -> bool:
    """Whether a sign belongs to the one before: an accent, a colour of skin, a joiner."""
    return category(sign) in ("Mn", "Mc", "Me", "Cf") or "\U0001f3fb" <= sign <= "\U0001f3ff"


def _is_flag(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _is_inside(text: str, place: int) -> bool:
    """Whether a place is within a word, or within what looks like one sign."""
    if not 0 < place < len(text):
        return False
    left, right = text[place - 1], text[place]
    if left.isspace() or right.isspace():
        return False
    if _belongs(right) or category(left) == "Cf" or (_is_letter(left) and _is_letter(right)):
        return True
    if _is_flag(left) and _is_flag(right):
        return True
    return _joins(text, place) or _joins(text, place - 1)


def _joins(text: str, place: int) -> bool:
    """Whether the sign there makes one word of what is on either side."""
    if not 0 < place < len(text) - 1:
        return False
    around = text[place - 1], text[place + 1]
    joining = text[place] in _JOINING and all(map(_is_letter, around))
    return joining or (text[place] in _DECIMAL and all(map(str.isdigit, around)))


def _is_shown(text: str) -> bool:
    return any(category(sign) not in ("Zs", "Zl", "Zp", "Cc", "Cf") for sign in text)


def quoted(words: Words, passage: Passage) -> Quoted | None:
    """What to keep of a passage: whole words, as many as there is room for; None if there is nothing to see there."""
    texts = {(key, item): text for key, item, text in _plains(words)}
    text = texts.get((passage.key, passage.item), "")
    start, end = passage.start, passage.end
    if not 0 <= start < end <= len(text):
        return None
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if not _is_shown(text[start:end]):
        return None
    while _is_inside(text, start):
        start -= 1
    while _is_inside(text, end):
        end += 1
    if end - start > QUOTE_LENGTH:
        end = start + QUOTE_LENGTH
        while end > start and (_is_inside(text, end) or text[end - 1].isspace()):
            end -= 1
        if end == start:
            return None  # without an end in sight it is no word
    before, after = text[max(0, start - CONTEXT_LENGTH) : start], text[end : end + CONTEXT_LENGTH]
    return Quoted(passage.key, passage.item, start, text[start:end], before, after)


# --- Finding it again

_BEGINNING, _END = "\x02", "\x03"  # of an answer: as good a neighbour as a word


def find(words: Words, quoted: Quoted) -> Passage | None:
    """Where the words of a passage stand in another round; None if those very words are not there any more.

    Where they stand several times, what stands around them decides; then the prompt and the place they stood at.
    """
    if not (signs := quoted.quote.split()):
        return None
    pattern = re.compile("(?=(" + r"\s+".join(map(re.escape, signs)) + "))")  # ahead: they may overlap
    found = []
    for key, item, text in _plains(words):
        line = _on_a_line(text)
        for start, end in (match.span(1) for match in pattern.finditer(text)):
            if not _is_inside(text, start) and not _is_inside(text, end):
                found.append((_likeness(line, start, end, quoted), Passage(key, item, start, end)))
    if not found:
        return None

    def rank(one: tuple[int, Passage]) -> tuple[int, bool, int, int]:
        likeness, passage = one
        moved = abs(passage.item - quoted.item), abs(passage.start - quoted.start)
        return -likeness, passage.key != quoted.key, *moved

    return min(found, key=rank)[1]


def _likeness(line: str, start: int, end: int, quoted: Quoted) -> int:
    """How much of what stood around a passage stands around this one."""
    before = _BEGINNING + line[:start] if start <= CONTEXT_LENGTH else line[start - CONTEXT_LENGTH - 1 : start]
    after = line[end : end + CONTEXT_LENGTH + 1] + _END
    was_before = quoted.before if len(quoted.before) == CONTEXT_LENGTH else _BEGINNING + quoted.before
    was_after = quoted.after if len(quoted.after) == CONTEXT_LENGTH else quoted.after + _END
    return _alike(_on_a_line(was_before)[::-1], before[::-1]) + _alike(_on_a_line(was_after), after)


def _on_a_line(text: str) -> str:
    return re.sub(r"\s", " ", text)


def _alike(old: str, new: str) -> int:
    """How much of one text another begins with, in whole words: that two begin with one letter is chance."""
    if new.startswith(old):
        return len(old) + 1
    same = next((place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(new))
    return old[:same].rfind(" ") + 1


# --- Sentences to choose from

SENTENCE = re.compile(r"\S(?:[^\n]*?[.!?…]+[\"'”’»)\]*]*(?=\s)|[^\n]*)")
MARKER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z])[.)]")  # of an entry in a list that was typed by hand
SHORT = 12  # letters and signs: "dr." and "Ya." are read with what follows


def sentences(words: Words, template: Template) -> list[tuple[Passage, str]]:
    """Every sentence of every answer, as the page has them one after another."""
    order = [prompt.key for prompt in template.written]
    places = {key: place for place, key in enumerate(order)}
    answers = sorted(_plains(words), key=lambda answer: places.get(answer[0], len(order)))
    return [
        (Passage(key, item, start, end), text[start:end])
        for key, item, text in answers
        for start, end in _sentences(text)
    ]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    begun: int | None = None
    last: tuple[int, int] | None = None
    for match in SENTENCE.finditer(text):
        start, end = match.start() if begun is None else begun, match.start() + len(match[0].rstrip())
        ends_line = not text[end:].split("\n", 1)[0].strip()
        said = text[start:end]
        if MARKER.fullmatch(said) or (end - start < SHORT and not ends_line):
            begun = start
            continue
        begun = None
        if last and end - start < SHORT and "\n" not in text[last[1] : start]:
            last = last[0], end  # the end of its line is too short to stand alone
            continue
        if last:
            yield last
        last = start, end
    if last:
        yield last


# --- Showing it

Span = tuple[int, int, int | str]


class _Piece(NamedTuple):
    """A tag, or words with the names of the passages they are part of."""

    html: str
    ids: tuple[int | str, ...] = ()


def marked(html: Markup, spans: Sequence[Span], suffix: str = "") -> Markup:
    """The same HTML with passages marked: from where to where in `plain(html)`, and the number of their comment.

    A link to the comment follows the last words of a passage, as the sign of a footnote does. The words themselves are
    no link: they may hold one already, two passages may overlap, and they stay easy to select. The link has no text,
    only a name, so that the text of the answer remains what its writer wrote; the style sheet gives it its sign.
    A mark can be linked to as `passage-<number>`, with `suffix` after it where a page shows the passage several times.
    """
    reader = _Reader(html)
    ordered = sorted((span for span in spans if span[0] < span[1]), key=lambda span: (span[0], -span[1]))
    pieces = [*_pieces(reader.parts, ordered)]
    ends = {id: place for place, piece in enumerate(pieces) for id in piece.ids}
    names = {id: shortened(reader.plain[start:end]) for start, end, id in reversed(ordered)}
    if not ends:
        return html
    made: list[str] = []
    begun: set[int | str] = set()
    waiting: list[int | str] = []  # for the end of the writer's own link: links do not nest
    depth = 0
    for place, piece in enumerate(pieces):
        depth += piece.html.startswith("<a ") - (piece.html == "</a>") if not piece.ids else 0
        made.append(_opened(piece.ids, begun, suffix) + piece.html + "</mark>" * len(piece.ids))
        waiting += [id for id in piece.ids if ends[id] == place]
        if not depth:
            made += [_link(id, names[id]) for id in waiting]
            waiting.clear()
    return Markup("".join(made))  # noqa: S704 - the tags that came in, our own, and escaped words


def _pieces(parts: Iterable[str | _Run], spans: Sequence[Span]) -> Iterator[_Piece]:
    """The tags as they are, and the words cut where a passage begins or ends."""
    text = ""
    ids: tuple[int | str, ...] = ()
    for part in parts:
        cut = [(part, ())] if isinstance(part, str) else [*_cut(part, spans)]
        for now, theirs in cut:
            if text and (isinstance(part, str) or theirs != ids):
                yield _Piece(escape_words(text, quote=False), ids)
                text = ""
            if isinstance(part, str):
                yield _Piece(part)
            else:
                text, ids = text + now, theirs
    if text:
        yield _Piece(escape_words(text, quote=False), ids)


def _cut(run: _Run, spans: Sequence[Span]) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    if not run.is_inline:
        yield run.text, ()
        return
    length = 1 if run.text[0] in SPACES else len(run.text)
    cuts = {place - run.at for start, end, _ in spans for place in (start, end) if 0 < place - run.at < length}
    places = [0, *sorted(cuts), len(run.text)]
    for begin, end in pairwise(places):
        at = run.at + begin
        yield run.text[begin:end], tuple(dict.fromkeys(id for first, last, id in spans if first <= at < last))


def _opened(ids: Sequence[int | str], begun: set[int | str], suffix: str) -> str:
    opened = ""
    for id in ids:
        name = "" if id in begun else f' id="passage-{escape(str(id))}{escape(suffix)}"'
        opened += f'<mark class="passage"{name} data-comment="{escape(str(id))}">'
        begun.add(id)
    return opened


def _link(id: int | str, words: str) -> str:
    name = escape(gettext("Comment on “%(words)s”", words=words))
    return f'<a class="passage-link" href="#comment-{escape(str(id))}" aria-label="{name}"></a>'


def shortened(text: str, length: int = NAME_LENGTH) -> str:
    """The first words of a text, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= length else (words[:length].rpartition(" ")[0] or words[:length]) + "…"
