"""Taking a file in: measured, recognised, drawn anew if it is a picture, and stored under a name of ours."""

import hashlib
import io
from dataclasses import dataclass
from typing import BinaryIO

from portfolio.attachments import names
from portfolio.attachments.images import redraw
from portfolio.attachments.limits import FILE_AT_MOST, MIB
from portfolio.attachments.sniffing import EMPTY, PICTURES, recognise
from portfolio.attachments.store import Store, new_key, small
from portfolio.errors import N_, Refused
from portfolio.models import Kind

TOO_LARGE = N_("This file is too large: at most %(most)s MB.")
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Taken:
    """A file that may be kept, with what is known of it."""

    name: str
    kind: Kind
    media_type: str
    size: int
    sha256: str
    content: BinaryIO
    small: bytes | None = None
    width: int | None = None
    height: int | None = None

    def put(self, store: Store) -> str:
        """Store it, the small copy first: what can be asked for is whole. The key; nothing is left when it fails."""
        key = new_key()
        try:
            if self.small is not None:
                store.put(small(key), io.BytesIO(self.small))
            self.content.seek(0)
            store.put(key, self.content)
        except BaseException:
            discard(store, key)
            raise
        return key


def discard(store: Store, key: str) -> None:
    """Remove a file and its small copy; what cannot be removed now is swept within the hour."""
    for one in (key, small(key)):
        try:
            store.delete(one)
        except Exception:  # noqa: S112 - whatever a store says when it is full or away, the sweep comes again
            continue


def take(source: BinaryIO, name: str) -> Taken:
    """Look at what was sent; Refused, in words, when it cannot be kept."""
    size = source.seek(0, io.SEEK_END)
    if size == 0:
        raise Refused(EMPTY)
    if size > FILE_AT_MOST:
        raise Refused(TOO_LARGE, most=FILE_AT_MOST // MIB)
    name = names.cleaned(name)
    found = recognise(source, name)
    if found.kind is Kind.IMAGE:
        drawn = redraw(source, found.format)
        drawn_as = PICTURES[f"image/{drawn.format.lower()}"]
        fits = names.ending(name) in drawn_as.endings
        return Taken(
            name=name if fits else names.with_ending(name, drawn_as.endings[0]),
            kind=Kind.IMAGE,
            media_type=drawn_as.media_type,
            size=len(drawn.content),
            sha256=hashlib.sha256(drawn.content).hexdigest(),
            content=io.BytesIO(drawn.content),
            small=drawn.small,
            width=drawn.width,
            height=drawn.height,
        )
    if not names.ending(name):
        name = names.with_ending(name, found.endings[0])
    return Taken(name, found.kind, found.media_type, size, _digest(source), source)


def _digest(source: BinaryIO) -> str:
    digest = hashlib.sha256()
    source.seek(0)
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
