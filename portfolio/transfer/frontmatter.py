"""The block of `key: value` lines that may stand above an entry, read without building anything from it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import yaml

from portfolio.errors import N_
from portfolio.transfer.indonesian import date_in
from portfolio.transfer.sources import BadEntry

MAX_BYTES = 4096
LARGEST_NUMBER = 9_999
_TEXT_LENGTH = 200
_DEEPEST = 8  # mappings and lists in one another; thousands of them take seconds to read

Visibility = Literal["only_me", "mentor", "cohort"]
VISIBILITIES: dict[str, Visibility] = {
    "private": "only_me",
    "only_me": "only_me",
    "mentor": "mentor",
    "cohort": "cohort",
    "public": "cohort",  # to publish is a decision of its own, which no file can take
}
BOOLEANS = {"true": True, "yes": True, "ya": True, "false": False, "no": False, "tidak": False}
_NULLS = {"", "~", "null", "Null", "NULL"}
_KEY = re.compile(r"[A-Za-z_][\w-]*\s*:(\s|$)")

TOO_LONG = N_("Line 1: the front matter is longer than 4 KB.")
NOT_CLOSED = N_("Line 1: the front matter has no closing line of three hyphens.")
NO_REFERENCES = N_("Line %(line)d of the front matter: references (& and *) are not read.")
NOT_YAML = N_("Line %(line)d of the front matter cannot be read.")
NO_LIST = N_("Line %(line)d: the front matter is not made of “key: value” lines.")
TWICE = N_("Line %(line)d of the front matter: “%(key)s” stands there twice.")
NOT_ONE_VALUE = N_("Line %(line)d of the front matter: “%(key)s” needs one value.")
NOT_A_TEXT = N_("Line %(line)d of the front matter: “%(key)s” is too long or has unreadable characters.")
NOT_A_NUMBER = N_("Line %(line)d of the front matter: “%(key)s” is not a whole number from 1 to 9999.")
NOT_A_DATE = N_("Line %(line)d of the front matter: “%(key)s” is not a date such as 2018-07-23.")
NOT_YES_OR_NO = N_("Line %(line)d of the front matter: “%(key)s” is neither true nor false.")
NOT_A_VISIBILITY = N_("Line %(line)d of the front matter: “%(key)s” is none of private, mentor, cohort, public.")


@dataclass(frozen=True)
class FrontMatter:
    """What the block says; None where it says nothing."""

    series: str | None = None
    number: int | None = None
    is_final: bool = False
    title: str | None = None
    theme: str | None = None
    part: int | None = None
    session_date: date | None = None
    facilitator: str | None = None
    curriculum: str | None = None
    agenda: str | None = None
    module: str | None = None
    visibility: Visibility | None = None
    author: str | None = None
    job: str | None = None


def split(text: str) -> tuple[FrontMatter, str]:
    """The front matter of a text, and the text below it."""
    lines = text.split("\n")
    if lines[0] != "---":
        return FrontMatter(), text
    end = next((n for n, line in enumerate(lines[1:], start=1) if line in ("---", "...")), None)
    block = "\n".join(lines[1:end])
    is_long = len(block.encode()) > MAX_BYTES
    if end is None or is_long:
        if len(lines) > 1 and not _KEY.match(lines[1]):
            return FrontMatter(), text  # a line drawn above the text
        raise BadEntry(TOO_LONG if end else NOT_CLOSED)
    return _read(_Values(block)), "\n".join(lines[end + 1 :])


def _read(values: "_Values") -> FrontMatter:
    return FrontMatter(
        series=values.text("series"),
        number=values.whole_number("number"),
        is_final=values.boolean("final"),
        title=values.text("title"),
        theme=values.text("theme"),
        part=values.whole_number("part"),
        session_date=values.day("session_date"),
        facilitator=values.text("facilitator", longest=120),
        curriculum=values.text("curriculum"),
        agenda=values.text("agenda"),
        module=values.text("module"),
        visibility=values.visibility("visibility"),
        author=values.text("author"),
        job=values.text("job"),
    )


class _Values:
    """The single values of a YAML mapping by their keys. Every complaint names the line of the file."""

    def __init__(self, block: str) -> None:
        self._nodes: dict[str, tuple[yaml.NodeEvent, int]] = {}
        nodes = list(_nodes(block))
        for (key, line), value in zip(nodes[0::2], nodes[1::2], strict=True):
            if not isinstance(key, yaml.ScalarEvent):
                raise BadEntry(NO_LIST, line=line)
            if key.value in self._nodes:
                raise BadEntry(TWICE, line=line, key=_shown(key.value))
            self._nodes[key.value] = value

    def text(self, key: str, longest: int = _TEXT_LENGTH) -> str | None:
        node, line = self._nodes.get(key, (None, 0))
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarEvent):
            raise BadEntry(NOT_ONE_VALUE, line=line, key=key)
        if node.style is None and node.value in _NULLS:
            return None
        text = " ".join(node.value.split())
        # Escapes such as "\0" and "\ud800" bring in what the file itself was cleaned of.
        if len(text) > longest or any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise BadEntry(NOT_A_TEXT, line=line, key=key)
        return text or None

    def whole_number(self, key: str) -> int | None:
        text = self.text(key)
        if text is None:
            return None
        if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= LARGEST_NUMBER:
            raise BadEntry(NOT_A_NUMBER, line=self._line(key), key=key)
        return int(text)

    def day(self, key: str) -> date | None:
        text = self.text(key)
        if text is None:
            return None
        day = date_in(text)
        if day is None:
            raise BadEntry(NOT_A_DATE, line=self._line(key), key=key)
        return day

    def boolean(self, key: str) -> bool:
        text = self.text(key)
        if text is None:
            return False
        if text.lower() not in BOOLEANS:
            raise BadEntry(NOT_YES_OR_NO, line=self._line(key), key=key)
        return BOOLEANS[text.lower()]

    def visibility(self, key: str) -> Visibility | None:
        text = self.text(key)
        if text is None:
            return None
        if text.lower() not in VISIBILITIES:
            raise BadEntry(NOT_A_VISIBILITY, line=self._line(key), key=key)
        return VISIBILITIES[text.lower()]

    def _line(self, key: str) -> int:
        return self._nodes[key][1]


def _nodes(block: str) -> Iterator[tuple[yaml.NodeEvent, int]]:
    """Keys and values of the outermost mapping in turn, with their lines; in a stream of events nothing recurses."""
    depth = 0
    try:
        for event in yaml.parse(block, Loader=yaml.SafeLoader):
            line = _line_of(event.start_mark)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise BadEntry(NO_REFERENCES, line=line)
            if isinstance(event, yaml.NodeEvent):
                if depth == 0 and not isinstance(event, yaml.MappingStartEvent):
                    raise BadEntry(NO_LIST, line=line)
                if depth == 1:
                    yield event, line
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise BadEntry(NOT_YAML, line=line)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two for escapes beyond Unicode
        raise BadEntry(NOT_YAML, line=_line_of(getattr(error, "problem_mark", None))) from error


def _line_of(mark: Any) -> int:
    """The line of the file, which counts from 1 and from the hyphens above the block."""
    return mark.line + 2 if mark else 2


def _shown(key: str) -> str:
    return key if len(key) <= 40 else key[:39] + "…"
