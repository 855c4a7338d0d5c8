"""A writer who writes an entry and changes it, of whom is known which word of one round is which of the next."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings

from portfolio.models import Words
from portfolio.web.passages import Passage, plain
from portfolio.web.richtext import render
from tests.extent import PASSAGES

T = TypeVar("T")


def examples(share: float) -> Callable[[Any], Any]:
    """So many of them, the same each time."""
    return settings(
        max_examples=max(1, int(PASSAGES * share)),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def text_of(words: Words, key: str, item: int) -> str:
    """The plain text of an answer."""
    answer = words.answers[key]
    return plain(render(answer if isinstance(answer, str) else answer[item]))


def words_at(words: Words, passage: Passage) -> list[str]:
    """The words that stand where a passage is said to be."""
    return text_of(words, passage.key, passage.item)[passage.start : passage.end].split()


VOCABULARY = """
saya belajar di desa antrean panjang warga marah kami pulang lebih awal mendengar dulu itu yang bukan bisa
anak-anak Jum'at ke-2 pukul 08.30 3,5 “sabar” (tenang) & <b> kafe\u0301 👍🏽 👩‍👧 🇮🇩
""".split()


@dataclass(frozen=True)
class Sentence:
    """Some words, and which sentence it is: another with the same words is not the same."""

    words: tuple[str, ...]
    name: int
    style: int = 0  # which of its words is emphasised

    @property
    def markdown(self) -> str:
        styled = [word.replace("<", "\\<").replace("&", "\\&") for word in self.words]
        if self.style:
            place = self.style % len(styled)
            styled[place] = "{0}{1}{0}".format(("*", "**")[self.style % 2], styled[place])
        return " ".join(styled)


@dataclass(frozen=True)
class Block:
    """Sentences that are set in one way."""

    kind: str
    sentences: tuple[Sentence, ...]

    @property
    def markdown(self) -> str:
        lines = [sentence.markdown for sentence in self.sentences]
        match self.kind:
            case "lines":
                return "\n".join(lines)
            case "bullets":
                return "\n".join(f"- {line}" for line in lines)
            case "numbers":
                return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
            case "quote":
                return "> " + " ".join(lines)
            case "heading":
                return "\n\n".join(f"## {line}" for line in lines)
        return " ".join(lines)


Answers = dict[str, list[list[Block]]]
KINDS = ["text", "text", "lines", "bullets", "numbers", "quote", "heading"]
KEYS = ["what", "so", "now"]


def written(answers: Answers) -> Words:
    """The entry; "so" takes several answers."""
    texts = {key: ["\n\n".join(block.markdown for block in item) for item in items] for key, items in answers.items()}
    return Words("Judul", answers={key: items if key == "so" else "\n\n".join(items) for key, items in texts.items()})


def flat(answers: Answers) -> dict[tuple[str, int], list[Sentence]]:
    """The sentences of each answer, one after another."""
    return {
        (key, item): [sentence for block in blocks for sentence in block.sentences]
        for key, items in answers.items()
        for item, blocks in enumerate(items)
    }


class Writer:
    """Writes an entry and changes it, as chance has it: each byte decides one thing, and after the last all is 0."""

    def __init__(self, chances: bytes) -> None:
        self.chances = iter(chances)
        self.names = 0
        self.pool = [
            tuple(self.one_of(VOCABULARY) for _ in range(1 + self.chance(6))) for _ in range(2 + self.chance(4))
        ]

    def chance(self, most: int) -> int:
        return next(self.chances, 0) % (most + 1)

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.chance(len(things) - 1)]

    def sentence(self) -> Sentence:
        self.names += 1
        words = self.one_of(self.pool)
        return Sentence(
            (*words[:-1], words[-1] + self.one_of([".", ".", "!", "?", "…", ""])), self.names, self.chance(4)
        )

    def block(self) -> Block:
        return Block(self.one_of(KINDS), tuple(self.sentence() for _ in range(1 + self.chance(3))))

    def entry(self) -> Answers:
        lengths = {"what": 1, "so": 1 + self.chance(2), "now": 1}
        return {
            key: [[self.block() for _ in range(1 + self.chance(2))] for _ in range(n)] for key, n in lengths.items()
        }

    def change(self, answers: Answers) -> Answers:
        """One thing is done to it."""
        answers = {key: [list(blocks) for blocks in items] for key, items in answers.items()}
        places = [
            (blocks, b, s)
            for items in answers.values()
            for blocks in items
            for b, block in enumerate(blocks)
            for s in range(len(block.sentences))
        ]
        if not places:
            return answers
        deed = self.one_of(["insert", "insert", "delete", "move", "word", "style", "set", "split", "block"])
        blocks, b, s = self.one_of(places)
        kind, said = blocks[b].kind, list(blocks[b].sentences)
        if deed == "insert":
            said.insert(s, self.sentence())
        elif deed == "delete":
            del said[s]
        elif deed == "style":
            said[s] = replace(said[s], style=self.chance(4))
        elif deed == "word":
            self.names += 1
            place = self.chance(len(said[s].words) - 1)
            other = self.one_of(VOCABULARY)
            said[s] = Sentence((*said[s].words[:place], other, *said[s].words[place + 1 :]), self.names)
        elif deed == "set":
            kind = self.one_of(KINDS)
        if deed == "split":
            blocks[b : b + 1] = [Block(kind, tuple(part)) for part in (said[:s], said[s:]) if part]
        elif deed == "block":
            block = blocks.pop(b)
            items = answers[self.one_of(KEYS)]
            target = items[self.chance(len(items) - 1)]
            target.insert(self.chance(len(target)), block)
        elif deed == "move":
            moved = said.pop(s)
            others = [(bs, i) for items in answers.values() for bs in items for i in range(len(bs))]
            blocks[b] = Block(kind, tuple(said))
            target, place = self.one_of(others)
            there = list(target[place].sentences)
            there.insert(self.chance(len(there)), moved)
            target[place] = Block(target[place].kind, tuple(there))
        else:
            blocks[b] = Block(kind, tuple(said))
        for items in answers.values():
            for blocks in items:
                blocks[:] = [block for block in blocks if block.sentences]
        return answers


@dataclass(frozen=True)
class Chosen:
    """Words that a reviewer chose: of these sentences, without so many words at the beginning and at the end."""

    names: tuple[int, ...]
    skipped: int
    left: int

    def place(self, answers: Answers) -> tuple[str, int, int, int] | None:
        """Where they are now: the answer, and from which of its words to which; None if they were touched."""
        for (key, item), said in flat(answers).items():
            names = [sentence.name for sentence in said]
            for first in range(len(names) - len(self.names) + 1):
                if tuple(names[first : first + len(self.names)]) == self.names:
                    before = sum(len(sentence.words) for sentence in said[:first])
                    there = sum(len(sentence.words) for sentence in said[first : first + len(self.names)])
                    return key, item, before + self.skipped, before + there - self.left
        return None


def passage_of(words: Words, place: tuple[str, int, int, int]) -> Passage:
    """The same in characters."""
    key, item, first, last = place
    spans = [found.span() for found in re.finditer(r"\S+", text_of(words, key, item))]
    return Passage(key, item, spans[first][0], spans[last - 1][1])


def choose(writer: Writer, answers: Answers) -> Chosen:
    """Some of the words of one answer."""
    said = writer.one_of([*flat(answers).values()])
    first = writer.chance(len(said) - 1)
    chosen = said[first : first + 1 + writer.chance(2)]
    skipped = writer.chance(len(chosen[0].words) - 1)
    room = len(chosen[-1].words) - 1 - (skipped if len(chosen) == 1 else 0)
    return Chosen(tuple(sentence.name for sentence in chosen), skipped, writer.chance(room))
