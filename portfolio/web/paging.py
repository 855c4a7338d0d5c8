"""Pages of long lists."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True)
class Page:
    """Which page of how many."""

    number: int
    last: int
    total: int


def page_number(total: int, size: int) -> Page:
    """The page asked for, held between the first and the last: a wish too far is answered with the nearest there is."""
    last = max(1, -(-total // size))
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return Page(min(max(1, number), last), last, total)
