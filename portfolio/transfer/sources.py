"""The bytes of a file into clean text, or one sentence that says why not."""

import codecs
import hashlib
import re
import unicodedata
from itertools import groupby

from portfolio.errors import N_, Refused

MAX_CHARACTERS = 200_000
_MOST_BYTES = 4 * MAX_CHARACTERS + 4  # four for a character at most, and a byte-order mark
_MOST_MARKS = 30  # on one letter, as in Unicode's stream-safe format; normalising more than that takes time n * n

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_NOISE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\ufeff]")  # what nobody wrote and nobody sees
# Bytes that a text in Windows-1252 hardly has: a whole character of (otherwise broken) UTF-8, a control character.
_NOT_WINDOWS = re.compile(rb"[\xc2-\xf4][\x80-\xbf]|[\x01-\x08\x0e-\x1f]")
_MOST_FOREIGN = 0.1  # of the characters of such a text: quotes, dashes, an accent here and there

EMPTY = N_("The file is empty.")
TOO_LONG = N_("The file is longer than 200,000 characters.")
NOT_TEXT = N_("The file is not text.")
NOT_UTF8 = N_("The file is not text in UTF-8.")
TOO_MANY_MARKS = N_("The file has letters under heaps of accents, which is not text.")


class BadEntry(Refused):
    """What was handed in cannot be read as an entry; `reason` is one sentence for the person."""

    @property
    def reason(self) -> str:
        """The sentence in English, with its values filled in."""
        return str(self)


def text_of(raw: bytes) -> str:
    """The text of a file: line breaks, byte-order mark, control characters and trailing space put right."""
    if len(raw) > _MOST_BYTES:
        raise BadEntry(TOO_LONG)
    text = _decoded(raw)
    if len(text) > MAX_CHARACTERS:
        raise BadEntry(TOO_LONG)
    text = _composed(_NOISE.sub("", _LINE_BREAKS.sub("\n", text)))
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    if not text:
        raise BadEntry(EMPTY)
    return text


def digest_of(text: str) -> str:
    """The same for the same text, however it was saved."""
    return hashlib.sha256(text.encode()).hexdigest()


def _decoded(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _try(raw, "utf-16")
    else:
        text = _try(raw, "utf-8-sig") if b"\0" not in raw else None
        if text is None and b"\0" not in raw:
            text = _from_windows(raw)
            if text is None:
                raise BadEntry(NOT_UTF8)
    if text is None or "\0" in text:
        raise BadEntry(NOT_TEXT)
    return text


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _from_windows(raw: bytes) -> str | None:
    """The text if it makes sense in Windows-1252, in which nearly any bytes can be read."""
    if _NOT_WINDOWS.search(raw) or sum(byte > 0x7F for byte in raw) > _MOST_FOREIGN * len(raw):
        return None
    return _try(raw, "cp1252")


def _composed(text: str) -> str:
    if text.isascii():
        return text
    for is_mark, run in groupby(text, key=lambda character: unicodedata.combining(character) > 0):
        if is_mark and sum(1 for _ in run) > _MOST_MARKS:
            raise BadEntry(TOO_MANY_MARKS)
    return unicodedata.normalize("NFC", text)
