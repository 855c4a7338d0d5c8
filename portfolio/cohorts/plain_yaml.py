"""YAML as plain data: mappings, lists, texts, numbers, yes and no; nothing that refers, repeats or runs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

import yaml

from portfolio.cohorts.shapes import Fault, inside

LARGEST = 2**20
DEEPEST = 12
_PLAIN = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null"))


class NotPlain(Exception):
    """The text is not plain YAML."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class _Loader(yaml.SafeLoader):
    """Refuses what a plain file has no use for before it is built: a few lines of it can stand for gigabytes."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        peek: Callable[[], Any] = self.peek_event
        event = peek()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self._refuse(event, "anchors (&) and aliases (*) are not allowed")
        if getattr(event, "tag", None) is not None:
            self._refuse(event, "tags (!) are not allowed")
        if self.depth == DEEPEST:
            self._refuse(event, f"is nested deeper than {DEEPEST} levels")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    @staticmethod
    def _refuse(event: Any, problem: str) -> NoReturn:
        raise yaml.composer.ComposerError(None, None, problem, event.start_mark)


def read(raw: bytes) -> Any:
    """What the file says; NotPlain when it is not plain YAML in UTF-8."""
    if len(raw) > LARGEST:
        raise NotPlain([Fault("", f"is larger than {LARGEST // 1024} KiB")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotPlain([Fault(_line(raw.count(b"\n", 0, error.start)), "is not UTF-8 text")]) from error
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        line = _line(text.count("\n", 0, error.position))
        raise NotPlain([Fault(line, "holds a character that YAML does not allow")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotPlain([Fault(_line(mark.line) if mark else "", error.problem or "is not YAML")]) from error
    if node is None:
        raise NotPlain([Fault("", "is empty")])
    faults: list[Fault] = []
    value = _built(node, "", loader, faults)
    if faults:
        raise NotPlain(faults)
    return value


def lines(raw: bytes) -> dict[str, int]:
    """The line on which each path of a file begins, counted from 1: where somebody has to look to mend it."""
    found: dict[str, int] = {}
    try:
        node = _Loader(raw[: LARGEST + 1].decode("utf-8-sig")).get_single_node()
    except (UnicodeDecodeError, yaml.YAMLError):
        return found  # such a fault tells its line itself
    if node is not None:
        _number(node, "", node.start_mark.line, found)
    return found


def line_of(path: str, numbered: Mapping[str, int]) -> int | None:
    """The line of a path, or of the nearest thing around it when nothing stands there; None when it is no path."""
    while path and path not in numbered:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return numbered.get(path) if path else None


def _number(node: yaml.Node, path: str, line: int, found: dict[str, int]) -> None:
    found[path] = line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                _number(value, inside(path, key.value), key.start_mark.line, found)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _number(item, f"{path}[{index}]", item.start_mark.line, found)


def _built(node: yaml.Node, path: str, loader: _Loader, faults: list[Fault]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key: _built(value, inside(path, key), loader, faults) for key, value in _pairs(node, path, faults)}
    if isinstance(node, yaml.SequenceNode):
        return [_built(item, f"{path}[{index}]", loader, faults) for index, item in enumerate(node.value)]
    if node.tag not in _PLAIN:
        faults.append(Fault(path, "must be text: put it in quotes"))
        return None
    try:
        return loader.construct_object(node)
    except (ValueError, OverflowError):
        faults.append(Fault(path, "is not a number that can be kept"))
        return None


def _pairs(node: yaml.MappingNode, path: str, faults: list[Fault]) -> Iterator[tuple[str, yaml.Node]]:
    """The keys and what they stand for; YAML itself would let the last of two equal keys win without a word."""
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            faults.append(Fault(path, "has a key that is not a word"))
        elif key.value in seen:
            faults.append(Fault(inside(path, key.value), f"stands here twice ({_line(key.start_mark.line)})"))
        else:
            seen.add(key.value)
            yield key.value, value


def _line(before: int) -> str:
    return f"line {before + 1}"
