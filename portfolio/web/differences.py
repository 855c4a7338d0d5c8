"""What differs between two texts, word by word: what was added, what was removed, and both put together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from rapidfuzz.distance import Indel

from portfolio.models import Reflection, Submission, Words
from portfolio.models.words import Answer, count_words

# From coarse to fine: what is the same in the coarse is not looked at again, so that long texts cost little.
LINE = re.compile(r"[^\n]*\n+|[^\n]+")
SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]+\s*|[^.!?\n]+")
WORD = re.compile(r"(?:\w+|[^\w\s])\s*|\s+")  # with the space after it, which is not compared: a space is no word
GRAINS = (LINE, SENTENCE, WORD)
MOST_PAIRS = 20_000**2  # tokens of one text times those of the other; past that a passage counts as written anew
SHORT_WORD = 4  # letters: "yang" between two changes belongs to them


class Kind(Enum):
    """Where a part of a text stands: in both, in the new one only, in the old one only."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Part(NamedTuple):
    """A part of two texts that are compared."""

    kind: Kind
    text: str


class _Hunk(NamedTuple):
    same: str  # what stands before the change in both
    removed: str
    added: str


def differences(old: str, new: str) -> list[Part]:
    """The parts of both texts, in order. Those that are not added make up the old one, those not removed the new."""
    parts = []
    for same, removed, added in _readable(_hunks(old, new)):
        there = (Part(Kind.SAME, same), Part(Kind.REMOVED, removed), Part(Kind.ADDED, added))
        parts += [part for part in there if part.text]
    return parts


def together(kept: str, mine: str) -> str:
    """Both texts in one, with every word of both in its order, and once where they agree.

    Where they have less than half of their words in common nobody could read that; then one follows the other.
    """
    if kept == mine or not kept.strip() or not mine.strip():
        return mine if mine.strip() else kept
    parts = differences(kept, mine)
    common = count_words(part.text for part in parts if part.kind is Kind.SAME)
    if 2 * common < min(count_words([kept]), count_words([mine])) or not common:
        return f"{kept}\n\n{mine}"
    text = ""
    for part in parts:
        needs_space = part.text and re.search(r"\w\Z", text) and re.match(r"\w", part.text)
        text += f" {part.text}" if needs_space else part.text
    return text


def _hunks(old: str, new: str, grains: Sequence[re.Pattern[str]] = GRAINS) -> Iterator[_Hunk]:
    grain, *finer = grains
    olds, news = grain.findall(old), grain.findall(new)
    if not finer and len(olds) * len(news) > MOST_PAIRS:
        yield _Hunk("", old, new)
        return
    for same, removed, added in _changes(olds, news):
        if finer and removed and added:
            yield _Hunk(same, "", "")
            yield from _hunks(removed, added, finer)
        else:
            yield _Hunk(same, removed, added)


def _changes(olds: Sequence[str], news: Sequence[str]) -> Iterator[_Hunk]:
    same = removed = added = ""
    for step in Indel.opcodes([old.rstrip() for old in olds], [new.rstrip() for new in news]):
        before, after = olds[step.src_start : step.src_end], news[step.dest_start : step.dest_end]
        if step.tag != "equal":
            removed += "".join(before)
            added += "".join(after)
            continue
        for old, new in zip(before, after, strict=True):
            shared = old[: _alike(old, new)]
            if removed or added:
                yield _Hunk(same, removed, added)
                same = ""
            same, removed, added = same + shared, old[len(shared) :], new[len(shared) :]
    yield _Hunk(same, removed, added)


def _readable(hunks: Iterator[_Hunk]) -> Iterator[_Hunk]:
    """Two changes with hardly anything between them are read as one."""
    last = _Hunk("", "", "")
    for same, removed, added in _with_space_outside(hunks):
        is_change = bool(last.removed or last.added)
        if not is_change:
            last = _Hunk(last.same + same, removed, added)
        elif not same or ((removed or added) and _is_slight(same) and _says_both(last, removed, added)):
            last = _Hunk(last.same, last.removed + same + removed, last.added + same + added)
        else:
            yield last
            last = _Hunk(same, removed, added)
    yield last


def _with_space_outside(hunks: Iterator[_Hunk]) -> Iterator[_Hunk]:
    # The space after both the old and the new word is the same.
    space = ""
    for same, removed, added in hunks:
        ends = [text[len(text.rstrip()) :][::-1] for text in (removed, added)]
        cut = _alike(*ends)
        yield _Hunk(space + same, removed[: len(removed) - cut], added[: len(added) - cut])
        space = ends[0][:cut][::-1]
    yield _Hunk(space, "", "")


def _alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    differing = (place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(differing, min(len(one), len(other)))


def _is_slight(same: str) -> bool:
    # One short word or less, on one line.
    words = same.split()
    return "\n" not in same and (not words or (len(words) == 1 and len(words[0]) <= SHORT_WORD))


def _says_both(last: _Hunk, removed: str, added: str) -> bool:
    # Where words are only added, or only removed, what is between them stays between them.
    return bool((last.removed + removed).strip() and (last.added + added).strip())


# --- Two versions of an entry


@dataclass(frozen=True)
class Change:
    """One thing an entry says of itself, as it was and as it is."""

    name: str
    old: object
    new: object
    parts: Sequence[Part] = ()  # where it is a text


@dataclass(frozen=True)
class Changes:
    """What changed between two versions of an entry."""

    facts: Sequence[Change]  # those that changed, by the name of their field
    answers: dict[str, list[list[Part]]]  # all, by the key of their prompt; a repeated prompt has several

    @property
    def added(self) -> int:
        """How many words were added."""
        return self._count(Kind.ADDED)

    @property
    def removed(self) -> int:
        """How many words were removed."""
        return self._count(Kind.REMOVED)

    @property
    def any(self) -> bool:
        """Whether anything changed, be it a full stop."""
        return bool(self.facts) or any(part.kind is not Kind.SAME for part in self._parts)

    @property
    def _parts(self) -> list[Part]:
        facts = [part for fact in self.facts for part in fact.parts]
        return facts + [part for items in self.answers.values() for item in items for part in item]

    def _count(self, kind: Kind) -> int:
        return count_words(part.text for part in self._parts if part.kind is kind)


def compare(old: Words, new: Words) -> Changes:
    """What changed from one version of an entry to the next, field by field."""
    facts = []
    for name in ("title", "number", "part", "session_date", "facilitator", "tags"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            parts = differences(before, after) if isinstance(before, str) and isinstance(after, str) else []
            facts.append(Change(name, before, after, parts))
    keys = [*new.answers, *(key for key in old.answers if key not in new.answers)]
    return Changes(facts, {key: compare_answers(old.answers.get(key, ""), new.answers.get(key, "")) for key in keys})


def compare_answers(old: Answer, new: Answer) -> list[list[Part]]:
    """The same for one answer; of several, each is compared with the one in whose place it stands."""
    return [differences(before, after) for before, after in pairs(listed(old), listed(new))]


def pairs(olds: Sequence[str], news: Sequence[str]) -> list[tuple[str, str]]:
    """Which of several answers stands in the place of which; those that are the same lead."""
    found: list[tuple[str, str]] = []
    removed: list[str] = []
    added: list[str] = []

    def close() -> None:
        length = max(len(removed), len(added))
        blank = [""] * length
        found.extend(zip((removed + blank)[:length], (added + blank)[:length], strict=True))
        removed.clear()
        added.clear()

    for step in Indel.opcodes(olds, news):
        if step.tag == "equal":
            close()
            found.extend((text, text) for text in olds[step.src_start : step.src_end])
        else:
            removed += olds[step.src_start : step.src_end]
            added += news[step.dest_start : step.dest_end]
    close()
    return found


def listed(answer: Answer) -> list[str]:
    """The texts of an answer that say something."""
    return [text for text in ([answer] if isinstance(answer, str) else answer) if text.strip()]


# --- Since a review


@dataclass(frozen=True)
class Since:
    """What changed since the submission that was decided on last."""

    submission: Submission
    changes: Changes


def since_last_review(reflection: Reflection) -> Since | None:
    """From what was decided on before to what stands now; nothing for a first round.

    Needs `submissions` loaded with their `withdrawal`, `reviews` and `reopening`.
    """
    decided = [submission for submission in reflection.standing[:-1] if submission.decided_at is not None]
    if reflection.latest is None or not decided:
        return None
    return Since(decided[-1], compare(decided[-1].words, reflection.latest.words))


def since_return(reflection: Reflection) -> Since | None:
    """From what came back to what its writer has made of it so far. Needs the same."""
    latest = reflection.latest
    if latest is None or latest.decided_at is None or not reflection.is_writable:
        return None
    return Since(latest, compare(latest.words, reflection.words))
