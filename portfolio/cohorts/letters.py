"""What may be wrong with the letters of a text from a file: broken, not to be seen, or not what they seem."""

import re
import unicodedata

_SPACES = re.compile(r"[\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Drawn as nothing, though Unicode counts them among letters and marks.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {chr(n) for n in range(0xFE00, 0xFE10)}
# Alphabets with letters that look like those of another.
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
# Where `surrogateescape` puts the bytes that are not UTF-8.
_BYTES = range(0xDC80, 0xDD00)


def tidy(text: str) -> str:
    """One form for what looks the same, one space between words, none around."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def fault_in(text: str, *, lines: bool = False) -> str | None:
    """Why a text cannot be kept, or None. Line breaks are for texts of several `lines`."""
    for letter in text:
        if letter.isascii() and letter.isprintable():
            continue
        if letter in "\r\n":
            if lines:
                continue
            return "must stand on one line"
        kind = unicodedata.category(letter)
        if letter == "\ufffd" or ord(letter) in _BYTES:
            return "holds letters that are not UTF-8"
        if kind in ("Cs", "Co") or ord(letter) & 0xFFFE == 0xFFFE:
            return f"holds a broken letter (U+{ord(letter):04X})"
        if kind in ("Cc", "Cf", "Zl", "Zp") or letter in _BLANK:
            return f"holds a letter that cannot be seen (U+{ord(letter):04X})"
    return None


def is_mixed(text: str) -> bool:
    """Whether a word mixes alphabets whose letters look alike, as in "Bud\u0456" with a Cyrillic i."""
    return not text.isascii() and any(len(_alphabets(word)) > 1 for word in text.split())


def _alphabets(word: str) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for letter in word if letter.isalpha()} & _ALIKE
