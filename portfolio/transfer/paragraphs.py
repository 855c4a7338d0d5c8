"""Lines into paragraphs, also where a blog has lost the blank lines, without losing a word."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from portfolio.transfer.openings import field_of_label, field_of_opening

BLANK_LINE, LINE_BREAK = "\n\n", "\n"

_LONG = 160  # characters; nobody breaks lines as late as this, so such a line is a paragraph
_MOSTLY = 0.8  # of the lines end a sentence: then each of them is a paragraph
_FEW_BLOCKS = 2  # with so few the writer's blank lines say nothing
_LINES_OF_AN_OPENING = 3  # which may be broken within

_FINISHED = re.compile(r"[.!?…:;][\"'”’)\]*_]*$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]*_]*$")
_HEADING = re.compile(r"#{1,6}\s+\S")
_BULLET = re.compile(r"[-*+•]\s+\S|[|>]")  # and the rows of a table, the lines of a quotation
_NUMBERED = re.compile(r"(?:[0-9]{1,3}[.)]|–)\s+\S")  # which a sentence may wrap before, too
# "Tanggal: 23 Juli 2018" and the like, each on a line of its own.
_STATED = re.compile(
    r"(?:Hari|Tanggal|Hari/tanggal|Waktu|Tempat|Tema|Materi|Sesi|Fasilitator|Widyaiswara|Narasumber|Pemateri|Nama|Jabatan"
    r"|Date|Place|Topic|Session|Facilitator|Name) ?:\s+\S.{0,80}$",
    re.IGNORECASE,
)
# With these a sentence goes on from the one before, even at the beginning of a line.
_GOES_ON = re.compile(
    r"(?:kemudian|adapun|namun|tetapi|akan tetapi|artinya|sehingga|selain itu|oleh (?:karena|sebab) itu|dengan demikian"
    r"|selanjutnya|misalnya|contohnya|bahkan|hal (?:ini|tersebut|itu)|however|therefore|for example)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """A paragraph, a heading or an item of a list, and what stands between it and the piece before."""

    text: str
    joint: str = BLANK_LINE


@dataclass(frozen=True)
class _Setting:
    """How the lines of a text are set: what the end of a line means in it."""

    width: int  # of a full line
    has_blank_lines: bool  # between its paragraphs
    is_unwrapped: bool  # each line is a paragraph


def joined(pieces: Iterable[Piece]) -> str:
    """Pieces put together again."""
    return "".join(piece.joint + piece.text for piece in pieces).lstrip("\n")


def pieces_of(lines: Sequence[str]) -> list[Piece]:
    """The pieces of a text in order; only line breaks and doubled spaces are gone."""
    blocks = list(_blocks(lines))
    setting = _setting_of(blocks)
    return [piece for block in blocks for piece in _pieces_in(block, setting)]


def is_finished(line: str) -> bool:
    """Whether a line ends as a sentence or an announcement does."""
    return _FINISHED.search(line[-8:]) is not None


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _setting_of(blocks: Sequence[Sequence[str]]) -> _Setting:
    lines = [line for block in blocks for line in block]
    lengths = sorted(len(line) for line in lines if len(line) <= _LONG)
    finished = sum(is_finished(line) for line in lines)
    return _Setting(
        width=lengths[len(lengths) * 3 // 4] if lengths else 0,
        has_blank_lines=len(blocks) > _FEW_BLOCKS,
        is_unwrapped=finished >= _MOSTLY * len(lines),
    )


def _pieces_in(block: Sequence[str], setting: _Setting) -> Iterator[Piece]:
    current: list[str] = []
    joint, was_item = BLANK_LINE, False
    for n, line in enumerate(block):
        last = block[n - 1] if n else ""
        is_item = _begins_item(line, last)
        is_inner_item = is_item and was_item and line[:1].isspace()
        if current and not is_inner_item and (is_item or _begins_paragraph(block, n, setting)):
            yield Piece("".join(current), joint)
            current = []
        if not current:
            joint = LINE_BREAK if is_item and was_item else BLANK_LINE
        current.append(_added(line, current, is_item))
        was_item = is_item or (was_item and len(current) > 1)
    yield Piece("".join(current), joint)


def _added(line: str, current: Sequence[str], is_item: bool) -> str:
    """A line as it goes on with what there is: items keep their place in the line, sentences run on."""
    text = " ".join(line.split())
    if is_item:
        indent = " " * min(len(line) - len(line.lstrip()), 12)
        return (LINE_BREAK if current else "") + indent + text
    if not current:
        return text
    end = current[-1][-2:]
    return text if len(end) == 2 and end[0].isalnum() and end[1] == "-" else " " + text  # "antar-" + "pemegang"


def _begins_item(line: str, last: str) -> bool:
    stripped = line.lstrip()
    if _BULLET.match(stripped):
        return True
    return _NUMBERED.match(stripped) is not None and (
        not last or is_finished(last) or _NUMBERED.match(last.lstrip()) is not None
    )


def _begins_paragraph(block: Sequence[str], n: int, setting: _Setting) -> bool:
    """Whether the n-th line of a block begins a paragraph, seen from how the line before ends."""
    line, last = block[n], block[n - 1]
    if _stands_alone(block, n) or _stands_alone(block, n - 1):
        return True
    if not is_finished(last):
        return len(last) > _LONG and not setting.has_blank_lines
    if field_of_opening(" ".join(block[n : n + _LINES_OF_AN_OPENING])):
        return True
    if setting.has_blank_lines or not _SENTENCE_END.search(last[-8:]):
        return False
    first_word = line.split(maxsplit=1)[0]
    has_room = len(last) + 1 + len(first_word) <= setting.width
    goes_on = _GOES_ON.match(line.lstrip()) is not None or not first_word.lstrip("*_\"'“‘(")[:1].isupper()
    return setting.is_unwrapped or len(last) > _LONG or line[:1].isspace() or (has_room and not goes_on)


def _stands_alone(block: Sequence[str], n: int) -> bool:
    """Whether the n-th line of a block is a heading, and not the words of one where a sentence was broken."""
    if _HEADING.match(block[n]) or (block[n][:1].isupper() and _STATED.match(block[n])):
        return True
    return (
        field_of_label(block[n]) is not None
        and (n == 0 or is_finished(block[n - 1]))
        and not (n + 1 < len(block) and block[n + 1][:1].islower())
    )
