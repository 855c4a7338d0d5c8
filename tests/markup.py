"""A page as a tree, read strictly: an element that is not closed where it should be is a fault."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(eq=False)
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Element | None" = None
    children: "list[Element | str]" = field(default_factory=list)

    def __iter__(self) -> "Iterator[Element]":
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def __str__(self) -> str:
        said = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        return f"<{self.tag}{said}>"

    def get(self, name: str) -> str | None:
        """An attribute."""
        return self.attributes.get(name)

    def all(self, *tags: str) -> "list[Element]":
        """The elements inside with one of these tags."""
        return [element for element in self if element.tag in tags]

    @property
    def above(self) -> "Iterator[Element]":
        """The elements it is inside of, the nearest first."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    @property
    def words(self) -> str:
        """The text inside, on one line."""
        texts = [child if isinstance(child, str) else child.words for child in self.children]
        return " ".join(" ".join(texts).split())


class Page(HTMLParser):
    """A page, and what was wrong with its markup."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self._open = Element("")
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        if self._open is not self.root:
            self.faults.append(f"{self._open} is never closed")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)
        if tag not in VOID:
            child = self._open.children[-1]
            assert isinstance(child, Element)
            self._open = child

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag != self._open.tag or self._open.parent is None:
            self.faults.append(f"</{tag}> closes {self._open}")
            return
        self._open = self._open.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> says {names} twice")
        self._open.children.append(Element(tag, {name: value or "" for name, value in attrs}, self._open))

    def __iter__(self) -> Iterator[Element]:
        return iter(self.root)

    def all(self, *tags: str) -> list[Element]:
        """The elements with one of these tags."""
        return self.root.all(*tags)

    @property
    def words(self) -> str:
        """All the text of the page."""
        return self.root.words

    @classmethod
    def of(cls, html: str) -> Self:
        """The page of an answer."""
        return cls(html)
