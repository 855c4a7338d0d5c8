"""How words are compared when people search: without case, accents, or the ways in which one word is spelt."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
LONGEST = 40  # letters: what is longer is an address, not a word
MOST = 200_000  # characters of one text in the index: PostgreSQL keeps at most a megabyte

# Spellings that stand for one sound in Indonesian, old and new, at home and borrowed; in this order.
SPELT = tuple(
    (re.compile(pattern), one)
    for pattern, one in (
        ("ph", "f"),  # photo, foto
        ("v", "f"),  # aktivitas, aktifitas
        ("z", "j"),  # izin, ijin
        ("x", "ks"),  # complex, kompleks
        ("kw|qu", "ku"),  # kwalitas, kualitas
        ("q", "k"),  # Qur'an
        ("by(?=e)", "bj"),  # obyek, objek
        ("(?<=[^aeiouy])y(?=[^aeiouy])", "i"),  # system, sistem
        ("c(?![aeiouyh])", "k"),  # public, publik
        (r"([bdfgklmnprt])\1", r"\1"),  # effektif, efektif
    )
)


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """What all spellings of a word have in common: `Public` and `publik` are one."""
    plain = word.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).casefold()
    plain = "".join(filter(str.isalnum, plain))
    for spelt, one in SPELT:
        plain = spelt.sub(one, plain)
    return plain[:LONGEST]


def begins(word: str) -> frozenset[str]:
    """How words that begin with these letters may begin when folded: more letters may follow, and change the last."""
    return frozenset((fold(word), fold(word + "a")[:-1]))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [folded for word in WORD.findall(unicodedata.normalize("NFC", text)) if (folded := fold(word))]


def distinct(text: str) -> set[str]:
    """The folded words of a text, each once."""
    return {fold(word) for word in set(WORD.findall(unicodedata.normalize("NFC", text)))} - {""}


def edits(word: str) -> int:
    """How many letters of a word may be wrong for it still to be known."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def word_token(word: str, cohort_id: int) -> str:
    """How a folded word stands in the index: with its cohort, so that the texts of others cost nothing."""
    return f"c{cohort_id}w{word}"


def tag_token(tag: str, cohort_id: int) -> str:
    """How a tag stands in the index."""
    return f"c{cohort_id}t{fold_tag(tag)}"


def fold_tag(tag: str) -> str:
    """What all spellings of a tag have in common."""
    return "".join(words(tag))


def tokens(text: str, cohort_id: int, tags: Iterable[str] = ()) -> str:
    """What the index has of a text: each of its words and tags once."""
    tagged = sorted({tag_token(tag, cohort_id) for tag in tags if fold_tag(tag)})
    found = " ".join([*tagged, *sorted({word_token(word, cohort_id) for word in distinct(text)})])
    return found if len(found) <= MOST else found[:MOST].rpartition(" ")[0]
