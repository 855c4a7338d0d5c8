"""PDF files: those that are locked, or that would run something when they are opened, are not taken.

This is a courtesy to those who open them, and no proof: a PDF can hide what it does. What protects the reader is
that it is only ever downloaded, as a file, and never shown in a page of ours.
"""

import re
import zlib
from typing import BinaryIO

from portfolio.errors import N_, Refused

LOCKED = N_("This PDF is locked with a password or against copying. Save it without, then add it again.")
ACTIVE = N_(
    "This PDF contains something that runs when it is opened (a script, a form that sends, a program). "
    "Print it to a new PDF, then add that."
)
NO_PDF = N_("This PDF cannot be read: it is broken, or only half of it is here.")

STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
NAME_IN_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
ENCRYPTED = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
RUNS = re.compile(rb"/(JavaScript|Launch|SubmitForm|ImportData|RichMedia|GoToE)\b|/JS\s*[(<\d]")
PACKED = b"/ObjStm"
DICTIONARY = 400  # bytes before a stream in which its kind is said
UNPACKED_AT_MOST = 4 * 1024 * 1024  # of one packed part …
PARTS_AT_MOST = 2_000  # … and so many of them are looked into
TAIL = 2048


def check_pdf(source: BinaryIO) -> None:
    """Refused when it is locked, active, or has no end."""
    source.seek(0)
    content = source.read()
    if b"%%EOF" not in content[-TAIL:] and b"startxref" not in content[-TAIL:]:
        raise Refused(NO_PDF)
    outside, packed = _parts(content)
    for part in (outside, *packed):
        said = NAME_IN_HEX.sub(lambda found: bytes([int(found[1], 16)]), part)
        if ENCRYPTED.search(said):
            raise Refused(LOCKED)
        if RUNS.search(said):
            raise Refused(ACTIVE)


def _parts(content: bytes) -> tuple[bytes, list[bytes]]:
    """What stands outside of streams, and the packed streams that hold such things too, unpacked."""
    outside, packed, end = [], [], 0
    for number, found in enumerate(STREAM.finditer(content)):
        about = content[max(end, found.start() - DICTIONARY) : found.start()]
        outside.append(content[end : found.start()])
        end = found.end()
        if PACKED in about and number < PARTS_AT_MOST:
            packed.append(_unpacked(found[1]))
    outside.append(content[end:])
    return b"\n".join(outside), packed


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, UNPACKED_AT_MOST)
    except zlib.error:
        return stream
