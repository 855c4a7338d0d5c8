"""What a file is called: by its owner, cleaned of what could deceive; never a path, never where it is stored."""

import unicodedata

from portfolio.models.attachment import FILE_NAME_LENGTH
from portfolio.web.forms import clean_line

NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"|?*', "_"))  # no name on Windows has them
DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
JOINER = "\u200d"  # holds families of emoji together; the other invisible letters only deceive
ENDING_LENGTH = 10
UNNAMED = "file"


def cleaned(name: str) -> str:
    """The last part of the name that was sent, without invisible letters, dots at its ends, and names of devices."""
    last = clean_line(name.replace("\\", "/").replace("\0", "")).rpartition("/")[2]
    seen = "".join(letter for letter in last if letter == JOINER or unicodedata.category(letter) not in ("Cf", "Cs"))
    plain = seen.translate(NOT_IN_NAMES).strip(" .")
    stem, dot, end = plain.rpartition(".")
    if plain.partition(".")[0].strip().lower() in DEVICES:
        plain = f"_{plain}"
        stem = f"_{stem}" if dot else stem
    if len(plain) > FILE_NAME_LENGTH:
        room = FILE_NAME_LENGTH - len(end) - 1
        plain = f"{stem[:room]}.{end}" if dot and len(end) <= ENDING_LENGTH else plain[:FILE_NAME_LENGTH]
    return plain or UNNAMED


def ending(name: str) -> str:
    """Its ending, with the dot, in small letters; nothing when it has none."""
    stem, dot, end = name.rpartition(".")
    return f".{end.lower()}" if stem and dot else ""


def with_ending(name: str, end: str) -> str:
    """The name with this ending in place of its own."""
    stem = name[: -len(ending(name))] if ending(name) else name
    return stem[: FILE_NAME_LENGTH - len(end)] + end
