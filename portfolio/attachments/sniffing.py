"""What a file is, as its bytes say; its name has to agree, and what could do something by itself is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import filetype

from portfolio.attachments import names
from portfolio.attachments.documents import OFFICE, office_type
from portfolio.attachments.pdf import check_pdf
from portfolio.errors import N_, Refused
from portfolio.models import Kind

HEAD = 8192  # bytes; enough for all that `filetype` looks at
TEXT_AT_MOST = 5 * 1024 * 1024

EMPTY = N_("This file is empty.")
UNKNOWN = N_(
    "Files of this kind cannot be added. You can add photos (JPEG, PNG, WebP, GIF), PDF, "
    "audio (MP3, M4A, AAC, OGG, WAV), documents (DOCX, XLSX, PPTX, ODT, ODS, ODP) and plain text (TXT)."
)
MARKUP = N_(
    "Web pages and drawings that can run scripts (HTML, SVG, XML) cannot be added. A picture or a PDF of it can."
)
HEIC = N_(
    "This photo is in the HEIC format. Save it as JPEG, or take it with the camera button here, then add it again."
)
OLD_OFFICE = N_("Old Office files (DOC, XLS, PPT) can carry macros. Save it as DOCX, XLSX, PPTX or PDF, then add that.")
PROGRAM = N_("Programs and scripts cannot be added.")
DISAGREES = N_(
    "The name of this file ends in “%(ending)s”, but inside it is something else. "
    "Give it its right ending, or choose another file."
)


@dataclass(frozen=True)
class Type:
    """A type that we take, and what its files are called; the first ending is the one we give."""

    kind: Kind
    media_type: str
    endings: tuple[str, ...]
    format: str = ""  # what Pillow calls it


PICTURES = {
    "image/jpeg": Type(Kind.IMAGE, "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), "JPEG"),
    "image/png": Type(Kind.IMAGE, "image/png", (".png",), "PNG"),
    "image/webp": Type(Kind.IMAGE, "image/webp", (".webp",), "WEBP"),
    "image/gif": Type(Kind.IMAGE, "image/png", (".png", ".gif"), "GIF"),
}
PICTURES["image/apng"] = PICTURES["image/png"]  # one that moves; its first frame is kept
SOUNDS = {
    "audio/mpeg": Type(Kind.AUDIO, "audio/mpeg", (".mp3", ".mpga")),
    "audio/mp4": Type(Kind.AUDIO, "audio/mp4", (".m4a", ".mp4a", ".m4b")),
    "audio/aac": Type(Kind.AUDIO, "audio/aac", (".aac",)),
    "audio/ogg": Type(Kind.AUDIO, "audio/ogg", (".ogg", ".oga", ".opus")),
    "audio/x-wav": Type(Kind.AUDIO, "audio/wav", (".wav", ".wave")),
}
PDF = Type(Kind.PDF, "application/pdf", (".pdf",))
TEXT = Type(Kind.DOCUMENT, "text/plain", (".txt",))
DOCUMENTS = {media_type: Type(Kind.DOCUMENT, media_type, (ending,)) for media_type, ending in OFFICE.items()}
ALL = (*PICTURES.values(), *SOUNDS.values(), PDF, *DOCUMENTS.values(), TEXT)
PICTURE_ENDINGS = frozenset(ending for picture in PICTURES.values() for ending in picture.endings)

# What a chooser of files offers. Not HEIC: a phone that is not offered it sends JPEG instead.
ACCEPT = ",".join(sorted({ending for type_ in ALL for ending in type_.endings} | set(PICTURES)))


def recognise(source: BinaryIO, name: str) -> Type:
    """The type of these bytes; Refused, in words, when it is none that we take."""
    source.seek(0)
    head = source.read(HEAD)
    found = _by_bytes(source, head, names.ending(name))
    _agree(found, name)
    return found


def _by_bytes(source: BinaryIO, head: bytes, ending: str) -> Type:
    if not head:
        raise Refused(EMPTY)
    if head.startswith(b"%PDF-"):
        check_pdf(source)
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return DOCUMENTS[office_type(source)]
    guessed = filetype.guess_mime(head) or ""
    if known := PICTURES.get(guessed) or SOUNDS.get(_sound(guessed, head, ending)):
        return known
    for looks_so, sentence in SIGNS:
        if looks_so(head, guessed):
            raise Refused(sentence)
    if ending == ".txt" and _is_text(source):
        return TEXT
    raise Refused(UNKNOWN)


def _sound(guessed: str, head: bytes, ending: str) -> str:
    # A recorder's MP4 does not always call itself audio; its name does. MPEG without a tag begins with a sync word.
    if head[4:8] == b"ftyp" and head[8:12] in (b"M4A ", b"M4B ", b"isom", b"iso2", b"mp41", b"mp42", b"dash"):
        return "audio/mp4" if ending in SOUNDS["audio/mp4"].endings else ""
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and ending in SOUNDS["audio/mpeg"].endings:
        return "audio/mpeg"
    return guessed


def _is_markup(head: bytes, guessed: str) -> bool:
    text = head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    start = text.lstrip()[:200].lower()
    return start.startswith(b"<") or b"mime-version:" in start or b"<script" in text.lower()


SIGNS: tuple[tuple[Callable[[bytes, str], bool], str], ...] = (
    (lambda head, guessed: guessed in ("image/heic", "image/heif") or head[4:12] in (b"ftypheic", b"ftypmif1"), HEIC),
    (lambda head, guessed: head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), OLD_OFFICE),
    (lambda head, guessed: head.startswith((b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")), PROGRAM),
    (_is_markup, MARKUP),
)


def _is_text(source: BinaryIO) -> bool:
    source.seek(0)
    content = source.read(TEXT_AT_MOST + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return len(content) <= TEXT_AT_MOST and all(letter >= " " or letter in "\t\r\n\f" for letter in text)


def _agree(found: Type, name: str) -> None:
    ending = names.ending(name)
    fitting = PICTURE_ENDINGS if found.kind is Kind.IMAGE else found.endings
    if ending and ending not in fitting:
        raise Refused(DISAGREES, ending=ending)
