"""What a value in a pack must look like, put together from small checks that say where and why it does not."""

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.cohorts.letters import fault_in

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY = re.compile(r"[\w-]{1,60}", re.ASCII)
_TAG = re.compile(r"<[A-Za-z/!?]")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a pack, and where."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


# Every fault of a value that stands at a path.
Shape = Callable[[Any, str], Iterator[Fault]]


def inside(path: str, key: str) -> str:
    """The path of a key inside what stands at `path`; an odd key is quoted, since paths are shown on terminals."""
    word = key if _KEY.fullmatch(key) else ascii(key[:60])
    return f"{path}.{word}" if path else word


def text(longest: int, *, lines: bool = False) -> Shape:
    """Words that people read: without markup, since they are shown as they are."""

    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault(path, "must be text (put it in quotes)")
        elif not value.strip():
            yield Fault(path, "must not be empty")
        elif len(value) > longest:
            yield Fault(path, f"has {len(value)} characters; {longest} are allowed")
        elif (reason := fault_in(value, lines=lines)) is not None:
            yield Fault(path, reason)
        elif _TAG.search(value):
            yield Fault(path, "holds an HTML tag; only plain text is allowed")

    return check


def slug(longest: int = 60) -> Shape:
    """A short name for machines."""

    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault(path, "must be text (put it in quotes)")
        elif len(value) > longest or not _SLUG.fullmatch(value):
            yield Fault(path, f"must be a-z, 0-9 and single hyphens, at most {longest} characters")

    return check


def number(least: float, most: float) -> Shape:
    """A number between two bounds."""

    def check(value: Any, path: str) -> Iterator[Fault]:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        # A whole number too large for a float is out of bounds as well, and must not be asked whether it is finite.
        if not is_number or (isinstance(value, float) and not math.isfinite(value)):
            yield Fault(path, "must be a number")
        elif not least <= value <= most:
            yield Fault(path, f"must lie between {least} and {most}")

    return check


def whole(least: int, most: int) -> Shape:
    """A whole number between two bounds."""
    bounded = number(least, most)

    def check(value: Any, path: str) -> Iterator[Fault]:
        if isinstance(value, int) and not isinstance(value, bool):
            yield from bounded(value, path)
        else:
            yield Fault(path, "must be a whole number")

    return check


def flag(value: Any, path: str) -> Iterator[Fault]:
    """Yes or no."""
    if not isinstance(value, bool):
        yield Fault(path, "must be true or false")


def one_of(*words: str) -> Shape:
    """One of a few known words."""

    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, str) or value not in words:
            yield Fault(path, f"must be {words[0]}" if len(words) == 1 else f"must be one of {', '.join(words)}")

    return check


def listing(item: Shape, *, least: int = 1, most: int = 100) -> Shape:
    """A list of like things."""

    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault(path, "must be a list")
        elif not least <= len(value) <= most:
            yield Fault(path, f"has {len(value)} items; {least} to {most} are allowed")
        else:
            for index, each in enumerate(value):
                yield from item(each, f"{path}[{index}]")

    return check


def mapping(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """Known keys, each with its own shape; others are refused, since they are slips of the pen."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(path, f"must be a mapping with {', '.join(required or known)}")
            return
        yield from (Fault(inside(path, key), "is missing") for key in required if key not in value)
        for key, each in value.items():
            if key in known:
                yield from known[key](each, inside(path, key))
            else:
                yield Fault(inside(path, key), f"is not known here; known are {', '.join(known)}")

    return check


def notes(item: Shape, *, most: int = 30) -> Shape:
    """A mapping of remarks under keys of the author's choice."""

    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, dict) or len(value) > most:
            yield Fault(path, f"must be a mapping of at most {most} remarks")
            return
        for key, each in value.items():
            if not _KEY.fullmatch(key):
                yield Fault(inside(path, key), "must have a plain word as its key")
            yield from item(each, inside(path, key))

    return check


def bilingual(longest: int, *, lines: bool = False) -> Shape:
    """A text in both languages."""
    words = text(longest, lines=lines)
    return mapping({"id": words, "en": words})


def doubles(values: Collection[tuple[str, str]]) -> Iterator[Fault]:
    """The faults of (path, id) pairs where an id comes again."""
    first: dict[str, str] = {}
    for path, each in values:
        if each in first:
            yield Fault(path, f"{each!r} is already the id at {first[each]}")
        else:
            first[each] = path
