"""Office documents, which are ZIP archives of XML: counted before anything in them is read, and looked through then."""

import re
import stat
import struct
import zipfile
import zlib
from typing import BinaryIO

from portfolio.attachments.limits import (
    DIRECTORY_AT_MOST,
    ENTRIES_AT_MOST,
    RATIO_AT_MOST,
    RATIO_FROM,
    UNPACKED_AT_MOST,
)
from portfolio.errors import N_, Refused

OPEN_XML, OPEN_DOCUMENT = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
OFFICE = {
    f"{OPEN_XML}wordprocessingml.document": ".docx",
    f"{OPEN_XML}spreadsheetml.sheet": ".xlsx",
    f"{OPEN_XML}presentationml.presentation": ".pptx",
    f"{OPEN_DOCUMENT}text": ".odt",
    f"{OPEN_DOCUMENT}spreadsheet": ".ods",
    f"{OPEN_DOCUMENT}presentation": ".odp",
}

NO_ARCHIVES = N_("Archives (ZIP and the like) cannot be added. Add the files in it one by one.")
BROKEN = N_("This document cannot be read: it is broken, or only half of it is here.")
SUSPICIOUS = N_(
    "This document is not built as documents are, so it was not taken. Save it anew or as PDF, then add that."
)
MACROS = N_(
    "This document contains macros or programs. Save it without them (as DOCX, XLSX, PPTX or PDF), then add that."
)
OUTSIDE = N_("This document loads something from elsewhere when it is opened. Save it as PDF, then add that.")
PASSWORD = N_("This document is locked with a password. Save it without, then add it again.")

# All that `zipfile` and what it uses say of an archive that is none.
FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, KeyError, EOFError, OSError, RuntimeError)
END = struct.Struct("<4s4H2LH")
END_AT_MOST = END.size + 0xFFFF
CONTENTS = "[Content_Types].xml"
PART_AT_MOST = 4 * 1024 * 1024
XML_HEAD = 4096
MACRO_PARTS = re.compile(r"vbaproject|vbadata|activex/|macrosheets/|^basic/|^scripts/", re.IGNORECASE)
PROGRAM_PARTS = re.compile(
    r"\.(zip|jar|7z|rar|exe|dll|com|scr|js|vbs|ps1|bat|cmd|html?|svg|docm|xlsm|pptm)$", re.IGNORECASE
)
EXTERNAL = re.compile(rb"<[^>]*(attachedTemplate|oleObject|frame|externalLinkPath|subDocument)[^>]*>", re.IGNORECASE)
DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def office_type(source: BinaryIO) -> str:
    """The media type of a document; Refused when it is none, or does more than to be read."""
    _check_directory(source)
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            _check_entries(archive.infolist())
            found = _type_of(archive)
            _check_parts(archive)
            return found
    except FAULTS as error:
        raise Refused(BROKEN) from error


def _check_directory(source: BinaryIO) -> None:
    """How many entries there are, from the end of the archive: reading the table itself may be what hurts."""
    size = source.seek(0, 2)
    source.seek(max(0, size - END_AT_MOST))
    tail = source.read(END_AT_MOST)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + END.size:
        raise Refused(BROKEN)
    _, _, _, here, entries, directory, _, _ = END.unpack_from(tail, at)
    if here != entries or entries > ENTRIES_AT_MOST or directory > DIRECTORY_AT_MOST:
        raise Refused(SUSPICIOUS)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES_AT_MOST or unpacked > UNPACKED_AT_MOST:
        raise Refused(SUSPICIOUS)
    if unpacked > RATIO_FROM and unpacked > RATIO_AT_MOST * packed:
        raise Refused(SUSPICIOUS)
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(_leads_away(name) for name in names):
        raise Refused(SUSPICIOUS)
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise Refused(SUSPICIOUS)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:  # two entries of the same bytes: so a small bomb becomes a large one
            raise Refused(SUSPICIOUS)
        end = entry.header_offset + entry.compress_size
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(PASSWORD)


def _leads_away(name: str) -> bool:
    return name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/")


def _type_of(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if CONTENTS in names:
        contents = _read(archive, CONTENTS)
        if b"macroEnabled" in contents or b"vbaProject" in contents:
            raise Refused(MACROS)
        for media_type in OFFICE:
            if media_type.startswith(OPEN_XML) and f'"{media_type}.main+xml"'.encode() in contents:
                return media_type
    if names and names[0] == "mimetype":
        media_type = _read(archive, "mimetype").decode("ascii").strip()
        if media_type in OFFICE:
            return media_type
    raise Refused(NO_ARCHIVES)


def _check_parts(archive: zipfile.ZipFile) -> None:
    for entry in archive.infolist():
        name = entry.filename.lower()
        if MACRO_PARTS.search(name) or PROGRAM_PARTS.search(name):
            raise Refused(MACROS)
        if name.endswith((".xml", ".rels", ".rdf")):
            with archive.open(entry) as part:
                if DECLARES.search(part.read(XML_HEAD).replace(b"\0", b"")):
                    raise Refused(SUSPICIOUS)
        if name.endswith(".rels"):
            said = (found[0] for found in EXTERNAL.finditer(_read(archive, entry.filename)))
            if any(b'targetmode="external"' in one.lower() for one in said):
                raise Refused(OUTSIDE)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(PART_AT_MOST + 1)
    if len(content) > PART_AT_MOST:
        raise Refused(SUSPICIOUS)
    return content
