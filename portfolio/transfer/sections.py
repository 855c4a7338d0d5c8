"""The paragraphs of an entry under the questions they answer; one that does not say so goes with the one before."""

import re
from collections.abc import Sequence

from portfolio.transfer.openings import ORDINAL, ORDINALS, Field, field_of_label, field_of_opening, plain_beginning
from portfolio.transfer.paragraphs import Piece, is_finished, joined

Answers = dict[str, str | list[str]]

_SHORT = 240  # characters; a paragraph that only leads in to the lessons is no longer than that

# "Kedua, …", "Yang kedua …", "Pelajaran kedua: …"; but not "Kedua pihak sepakat".
_ORDINAL_START = re.compile(
    rf"(?:(?:pelajaran|lesson(?: learn\w*)?|hal|yang|the) (?P<named>{ORDINAL})\b|(?P<alone>{ORDINAL})\s*[,:])"
)
_NUMBER_START = re.compile(r"\W{0,8}(?P<number>[0-9]{1,2})[.)]\s")
# Where such a start may stand inside a paragraph, and "(2)" with it.
_INNER_START = re.compile(
    rf"(?<=[.!?;:,\"”’)*_])\s+(?=\W{{0,3}}(?:(?:pelajaran|lesson(?: learn\w*)?|hal|yang|the)\s+(?P<named>{ORDINAL})\b"
    rf"|(?P<alone>{ORDINAL})\s*[,:]|\((?P<number>[0-9]{{1,2}})\)\s))",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\b(?:dua|tiga|empat|lima|beberapa|berikut|two|three|four|several|some)\b[^.]{0,80}[.:]$")


def answers_of(pieces: Sequence[Piece]) -> Answers:
    """The answers to the four questions of the template `diary`; a field nobody wrote to is empty."""
    sorted_pieces: dict[Field, list[Piece]] = {"discussed": [], "striking": [], "view": [], "lessons": []}
    field: Field = "discussed"
    for piece in pieces:
        label = field_of_label(piece.text)
        field = label or field_of_opening(piece.text) or field
        if not label:
            sorted_pieces[field].append(piece)
    return {
        "discussed": joined(sorted_pieces["discussed"]),
        "striking": joined(sorted_pieces["striking"]),
        "view": joined(sorted_pieces["view"]),
        "lessons": _lessons(sorted_pieces["lessons"]),
    }


def _lessons(pieces: Sequence[Piece]) -> list[str]:
    lessons: list[list[Piece]] = []
    for whole in pieces:
        piece, *others = _enumerated(whole)
        if not lessons or _begins_lesson(piece, lessons[-1]):
            lessons.append([])
        lessons[-1].append(piece)
        lessons += [[other] for other in others]
    return [joined(lesson) for lesson in lessons]


def _begins_lesson(piece: Piece, lesson: Sequence[Piece]) -> bool:
    """Whether a piece is another lesson than the one being read."""
    ordinal = _ordinal_of(piece.text)
    if ordinal is not None and ordinal > 1:
        return True
    if ordinal == 1 or field_of_opening(piece.text) == "lessons":
        return not (len(lesson) == 1 and _leads_in(lesson[0]))
    number = _NUMBER_START.match(piece.text)
    is_list_of_lessons = _leads_in(lesson[0]) or _NUMBER_START.match(lesson[0].text) is not None
    return number is not None and int(number["number"]) > 1 and is_list_of_lessons


def _leads_in(piece: Piece) -> bool:
    """Whether a paragraph announces lessons without being one."""
    if len(piece.text) > _SHORT or _ordinal_of(piece.text) is not None:
        return False
    return piece.text.endswith(":") or _COUNTS.search(piece.text.lower()) is not None


def _ordinal_of(text: str) -> int | None:
    start = _ORDINAL_START.match(plain_beginning(text))
    return ORDINALS[start["named"] or start["alone"]] if start else None


def _enumerated(piece: Piece) -> list[Piece]:
    """A piece cut before "Kedua, …", "Ketiga, …" where it counts from the first without a gap."""
    parts, begin = [], 0
    count = 1 if _ordinal_of(piece.text) == 1 else 0
    for start in _INNER_START.finditer(piece.text):
        word = start["named"] or start["alone"]
        number = ORDINALS[word.lower()] if word else int(start["number"])
        ends_clause = is_finished(piece.text[max(0, start.start() - 8) : start.start()])
        if number == count + 1 and (number == 1 or ends_clause):
            count = number
            if number > 1:
                parts.append(piece.text[begin : start.start()])
                begin = start.end()
    parts.append(piece.text[begin:])
    return [Piece(part, piece.joint) for part in parts]
