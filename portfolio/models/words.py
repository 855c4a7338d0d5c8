"""What a writer writes: the answers to a template's prompts, and what an entry says of itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.models.cohort import TrainingSession

TITLE_LENGTH, FACILITATOR_LENGTH = 200, 120
ANSWER_LENGTH = 20_000
LARGEST_NUMBER = 9_999
PEN_LENGTH = 40
TAG_LENGTH, MOST_TAGS = 40, 10
QUOTE_LENGTH, CONTEXT_LENGTH = 1_000, 40

Answer = str | list[str]


@dataclass(frozen=True)
class Words:
    """What a writer wrote: the answers by the key of their prompt, and what the entry says of itself."""

    title: str
    number: int | None = None
    part: int | None = None
    session_date: date | None = None
    facilitator: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    @classmethod
    def of_nothing(cls, session: TrainingSession, number: int | None) -> "Words":
        """Before anything is written: what is known of the session."""
        return cls(
            title=str(session.theme)[:TITLE_LENGTH],
            number=number,
            part=session.part if session.module.parts > 1 else None,
            session_date=session.opens_on,
            facilitator=session.facilitator,
        )

    @property
    def texts(self) -> list[str]:
        """Every answer that says something."""
        every = [text for answer in self.answers.values() for text in ([answer] if isinstance(answer, str) else answer)]
        return [text for text in every if text.strip()]


@dataclass(frozen=True)
class Quoted:
    """Words of a round that a comment is about, with what stood around them, by which they are found again."""

    key: str  # of the prompt
    item: int  # which of several answers to it, from 0
    start: int  # in the answer as it is read, without marks
    quote: str
    before: str
    after: str


@dataclass(frozen=True)
class Pen:
    """Which tab of a browser wrote, and which of its saves this is, counted; so that a late one beats no newer."""

    tab: str
    stroke: int


def count_words(texts: Iterable[str]) -> int:
    """How many words there are; signs and numbers alone count as none."""
    return sum(len(re.findall(r"[^\W\d_][\w'’-]*", text)) for text in texts)


class Written:
    """The columns of `Words`, shared by the living text and by what was handed in."""

    number: Mapped[int | None]
    title: Mapped[str] = mapped_column(sa.String(TITLE_LENGTH))
    part: Mapped[int | None]
    session_date: Mapped[date | None]
    facilitator: Mapped[str] = mapped_column(sa.String(FACILITATOR_LENGTH), default="")
    answers: Mapped[dict[str, Answer]] = mapped_column(sa.JSON)
    tags: Mapped[list[str]] = mapped_column(sa.JSON, default=list)

    @property
    def words(self) -> Words:
        """All that was written."""
        said = (self.title, self.number, self.part, self.session_date, self.facilitator, self.answers)
        return Words(*said, tags=tuple(self.tags or ()))

    @words.setter
    def words(self, words: Words) -> None:
        self.title, self.number, self.part = words.title, words.number, words.part
        self.session_date, self.facilitator = words.session_date, words.facilitator
        self.answers, self.tags = dict(words.answers), list(words.tags)

    @property
    def word_count(self) -> int:
        """The length of the answers in words."""
        return count_words(self.words.texts)
