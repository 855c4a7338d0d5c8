"""Whether two outcomes say the same or nearly the same, in Indonesian or in English.

Compared are the content words of two sentences, in any order and each once: without those that only hold a sentence
together or say that somebody is able to ("mampu", "dapat", "be able to"), and without endings that do not change what
is meant (plurals, "-nya", the passive "di-" of a verb with "me-"). Words that differ by a slip of the pen are one, if
at least one of the two stands in no other sentence: "adapt" and "adopt" are two words where both are used.

Two sentences are nearly the same when

- they hold the same numbers, the same negations and the same single-letter names: agenda II is not agenda III, "with"
  is not "without", and group A is not group B;
- at most one of them has content words that the other lacks: "explain the values of A" and "explain the values of B"
  each have one of their own, and are two different things however long the rest that they share;
- their likeness, twice the words they share over the words of both, is at least NEAR.

NEAR is 0.88, so that one word more is passed over from four shared words on (8/9 = 0.889), and two from eight on. It
was measured on the 8,436 pairs of sentences of one rank in the four shipped packs, and on doubles of them (tests/
alignment). In no true pair does only one sentence have words of its own, and the most that any two share is 0.60
("Draft the plan with coach and mentor", "Defend the plan before examiner, coach and mentor"). What lies between is a
second thing added to a short sentence, as in "explain the concept" and "explain the concept and stages" (0.80 to
0.857), which is left alone. Each double - other word order, a slip of the pen, a plural, the passive, other joining
words, a word more - reaches 0.88.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

NEAR = 0.88
LONG = 12  # letters of a word in which two may be wrong
LONGEST = 40  # letters: what is longer is no word, and is cut
SLIP = 0.1  # what a slip of the pen takes from the word it is in
LANGUAGES = ("id", "en")

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}

_JOINING = {
    "id": """
        yang dan atau serta maupun dengan di ke dari dalam pada kepada untuk bagi oleh sebagai terhadap atas antara
        adalah ialah merupakan itu ini tersebut para agar supaya sehingga karena maka juga pun lah nya secara hal akan
        telah sudah sedang dapat mampu bisa sanggup peserta pelatihan mereka ia dia kita kami saya anda suatu sebuah
        seorang seekor satu sesuai menurut melalui guna demi tentang mengenai yaitu yakni saat ketika bila jika apabila
        baik benar tepat jelas sendiri masing setiap tiap seluruh semua sekaligus kemudian lalu
    """,
    "en": """
        a an the and or of in on at to for from by with as into onto about than then that this these those which who
        whom whose what how is are was were be been being it its they them their theirs he she his her we our you your
        yours i me my one can could able may will would shall should must do does did has have had having also both
        each every all any some such so well clearly correctly properly own participant participants trainee trainees
        learner learners when while between through via using upon over regarding
    """,
}
_NEGATIONS = frozenset(
    "tidak tak bukan tanpa jangan belum kecuali non not no never without except nor neither none cannot".split()
)
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "first pertama kesatu",
            "dua kedua two second twice",
            "tiga ketiga three third",
            "empat keempat four fourth",
            "lima kelima five fifth",
            "enam keenam six sixth",
            "tujuh ketujuh seven seventh",
            "delapan kedelapan eight eighth",
            "sembilan kesembilan nine ninth",
            "sepuluh kesepuluh ten tenth",
        ),
        start=1,
    )
    for word in words.split()
}
_CLITIC = re.compile(r"(?<=....)(?:nya|lah|kah|pun)$")
# "me-" takes the first letter of some verbs; "di-" leaves it. A first k is dropped from both: "meng-" cannot tell.
_ACTIVE = (
    (re.compile(r"^meny(?=[aeiou])"), "s"),
    (re.compile(r"^mengk?(?=\w{4})"), ""),
    (re.compile(r"^mem(?=[aeiou]\w{3})"), "p"),
    (re.compile(r"^mem(?=[bfpv]\w{3})"), ""),
    (re.compile(r"^men(?=[aeiou]\w{3})"), "t"),
    (re.compile(r"^men(?=[cdjsz]\w{3})"), ""),
    (re.compile(r"^me(?=[lrwymn]\w{3})"), ""),
    (re.compile(r"^dik?(?=\w{4})"), ""),
)


@dataclass(frozen=True)
class Saying:
    """What somebody's outcome says in each language; two of one somebody are not compared."""

    words: Mapping[str, str]
    whose: Hashable


@dataclass(frozen=True)
class _Gist:
    """The content words of a sentence, and what has to be equal in another for the two to be compared."""

    words: frozenset[str]  # as stems
    marks: tuple[str, ...]
    written: Mapping[str, str]  # how each stem stands in the sentence


def near_pairs(sayings: Sequence[Saying], *, most: int) -> list[tuple[int, int, float]]:
    """The pairs that say nearly the same in either language, by their places, and how alike they are; `most` of them.

    Only those are compared that share a rare word or one with a slip of the pen, so thousands take less than a second.
    """
    found: dict[tuple[int, int], float] = {}
    for language in LANGUAGES:
        gists = [_gist(saying.words.get(language, ""), language) for saying in sayings]
        for number, (one, other, likeness) in enumerate(_near(gists, [saying.whose for saying in sayings])):
            if number == most:
                break
            found[one, other] = max(likeness, found.get((one, other), 0))
    return [(one, other, found[one, other]) for one, other in sorted(found)][:most]


def likeness(one: str, other: str, language: str) -> float | None:
    """How alike two sentences are that stand alone; None where they are not to be compared at all."""
    gists = [_gist(one, language), _gist(other, language)]
    if gists[0].marks != gists[1].marks:
        return None
    return _alike(gists[0], gists[1], Counter[str]())


def _near(gists: Sequence[_Gist], owners: Sequence[Hashable]) -> Iterator[tuple[int, int, float]]:
    used = Counter(word for gist in gists for word in gist.words)
    rarest = [min(gist.words, key=lambda word: (used[word], word), default="") for gist in gists]
    holders: dict[tuple[tuple[str, ...], str], list[int]] = defaultdict(list)
    led: dict[tuple[tuple[str, ...], str], list[int]] = defaultdict(list)
    for place, gist in enumerate(gists):
        led[gist.marks, rarest[place]].append(place)
        for word in gist.words:
            holders[gist.marks, word].append(place)
    slipped = _slipped(gists, used)
    for place, gist in enumerate(gists):
        # Of two that are near, one has all the words of the other, its rarest among them, or a slip of the pen in one.
        candidates = {*holders[gist.marks, rarest[place]], *slipped.get(place, ())}
        candidates.update(*(led[gist.marks, word] for word in gist.words if (gist.marks, word) in led))
        for other in sorted(each for each in candidates if each > place and owners[each] != owners[place]):
            alike = _alike(gist, gists[other], used)
            if alike is not None and alike >= NEAR:
                yield place, other, round(alike, 3)


def _slipped(gists: Sequence[_Gist], used: Mapping[str, int]) -> dict[int, set[int]]:
    """Which sentences hold a word that may be a slip of the pen for a word of the other, both ways.

    Words that are one or two letters apart are equal once as many letters are left out of each, so nothing has to be
    compared with everything.
    """
    spelt: dict[str, set[tuple[tuple[str, ...], int]]] = defaultdict(set)
    for place, gist in enumerate(gists):
        for word in gist.written.values():
            spelt[word].add((gist.marks, place))
    bare: dict[str, list[str]] = defaultdict(list)
    for word in spelt:
        for less in _with_less(word):
            bare[less].append(word)
    found: dict[int, set[int]] = defaultdict(set)
    for place, gist in enumerate(gists):
        for stem, word in gist.written.items():
            if used[stem] > 1:
                continue  # who stands here once alone can be a slip
            for match in {each for less in _with_less(word) for each in bare[less]} - {word}:
                for marks, other in spelt[match]:
                    if marks == gist.marks and other != place:
                        found[place].add(other)
                        found[other].add(place)
    return found


def _with_less(word: str) -> set[str]:
    """A word and what is left of it when a letter is left out, or two of a long one; never the first letter."""
    without = {word} | {word[:at] + word[at + 1 :] for at in range(1, len(word))}
    if len(word) >= LONG - 2:
        without |= {less[:at] + less[at + 1 :] for less in without for at in range(1, len(less))}
    return without


def _slips(words: int) -> int:
    """How many words of a sentence may hold a slip of the pen: two only in a long one."""
    return 1 if words < 8 else 2


def _alike(first: _Gist, second: _Gist, used: Mapping[str, int]) -> float | None:
    """Twice the shared words over all; None where each has words of its own."""
    one, other = first.words, second.words
    shared, shorter = len(one & other), min(len(one), len(other))
    slips, allowed = 0, _slips(shorter)
    if shorter - shared > allowed:
        return None
    here, there = sorted(one - other), sorted(other - one)
    if here and there:
        for word in tuple(here):
            match = next((each for each in there if _is_slip(word, each, first, second, used)), None)
            if match is not None:
                here.remove(word)
                there.remove(match)
                slips += 1
    if (here and there) or slips > allowed or not (one or other):
        return None
    return 2 * (shared + slips * (1 - SLIP)) / (len(one) + len(other))


def _is_slip(stem: str, match: str, first: _Gist, second: _Gist, used: Mapping[str, int]) -> bool:
    """Whether two words are one, written wrongly once: a letter more, less, other, or two changed about."""
    one, other = first.written[stem], second.written[match]
    if min(used.get(stem, 0), used.get(match, 0)) > 1 or one[0] != other[0]:
        return False  # each is used elsewhere too, or begins otherwise: people seldom get the first letter wrong
    longer = max(len(one), len(other))
    if sorted(one) == sorted(other):
        return longer >= 4 and OSA.distance(one, other, score_cutoff=1) == 1
    allowed = 0 if longer < 6 else 1 if longer < LONG else 2
    return allowed > 0 and OSA.distance(one, other, score_cutoff=allowed) <= allowed


@lru_cache(maxsize=16_384)
def _gist(sentence: str, language: str) -> _Gist:
    joining, marks = _STOPWORDS[language], set()
    written: dict[str, str] = {}
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", sentence))
    for place, token in enumerate(tokens):
        word = token.casefold().replace("’", "'")[:LONGEST]
        if token in _ROMAN and (len(token) > 1 or place > 0):
            marks.add(f"#{_ROMAN[token]}")
        elif token.isdecimal():
            marks.add(f"#{int(token[:18])}")
        elif word in _NUMBERS:
            marks.add(f"#{_NUMBERS[word]}")
        elif any(map(str.isdecimal, token)):
            marks.add(word)
        elif word in _NEGATIONS or word.endswith("n't"):
            marks.add("not")
        elif len(token) == 1 and token.isupper() and place > 0 and not sentence.isupper():
            marks.add(token)  # group A, form B: a name, not an article
        elif word not in joining:
            written.setdefault(_stem(word, language), word)
    if not written:  # a sentence of joining words alone is compared by those
        written = {word: word for word in (token.casefold()[:LONGEST] for token in tokens)}
    return _Gist(frozenset(written), tuple(sorted(marks)), written)


def _stem(word: str, language: str) -> str:
    return _stem_english(word) if language == "en" else _stem_indonesian(word)


def _stem_indonesian(word: str) -> str:
    word = _CLITIC.sub("", word)
    for prefix, first in _ACTIVE:
        bare, changed = prefix.subn(first, word)
        if changed:
            return bare
    return word


def _stem_english(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'").replace("isation", "ization").replace("our", "or")
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            word = word.removesuffix(ending)
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    if word.endswith(("ise", "ize", "yse", "yze")):
        word = word[:-2] + "z"
    elif word.endswith(("is", "iz", "ys", "yz")) and len(word) > 5:
        word = word[:-1] + "z"
    return word.removesuffix("e") if len(word) > 4 else word


_STOPWORDS = {language: frozenset(words.split()) - _NEGATIONS for language, words in _JOINING.items()}
