"""The words of each cohort, kept in memory, so that a misspelt one can be understood."""

import weakref
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from portfolio import spelling
from portfolio.database import db
from portfolio.models import Document

MOST_COHORTS, MOST_WORDS = 64, 200_000  # kept in memory
AT_ONCE = 100  # texts read for one search: a cohort that is new to this process is learnt little by little
MOST_ALIKE = 30


@dataclass
class Known:
    """The words of one cohort by their length, and the last text they were taken from."""

    tokens: set[str] = field(default_factory=set)
    by_length: dict[int, list[str]] = field(default_factory=dict)
    last: tuple[int, int] | None = None  # its id, and what tells it from another that was given the same id since

    def learn(self, tokens: Iterable[str], start: str = "") -> None:
        """Take the words among these tokens; past the bound, none more."""
        if len(self.tokens) > MOST_WORDS:
            return
        new = set(tokens) - self.tokens
        self.tokens |= new
        for token in new:
            if token.startswith(start):
                word = token[len(start) :]
                self.by_length.setdefault(len(word), []).append(word)


class Vocabulary:
    """What this process knows of the words of one database."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Known] = OrderedDict()
        self._lock = Lock()

    def alike(self, words: Collection[str], cohort_ids: Collection[int]) -> dict[str, frozenset[str]]:
        """For each of these words, the words of these cohorts that differ in few letters."""
        with self._lock:
            some = sorted(cohort_ids, reverse=True)[:MOST_COHORTS]
            self._catch_up(some)
            return {
                word: frozenset().union(*(_alike(word, self._known[cohort_id].by_length) for cohort_id in some))
                for word in words
            }

    def _catch_up(self, cohort_ids: Collection[int]) -> None:
        """Read the texts that came since. What was deleted is not forgotten, which does no harm: it is not found."""
        for cohort_id in cohort_ids:
            self._known.setdefault(cohort_id, Known())
            self._known.move_to_end(cohort_id)
        while len(self._known) > MOST_COHORTS:
            self._known.popitem(last=False)
        if not self._read(cohort_ids):
            self._read(cohort_ids)

    def _read(self, cohort_ids: Collection[int]) -> bool:
        """Read on; False when the text read last is gone, since its id may have been given away again."""
        since = [
            sa.and_(Document.cohort_id == cohort_id, Document.id >= (known.last[0] if known.last else 0))
            for cohort_id in cohort_ids
            for known in [self._known[cohort_id]]
        ]
        rows = db.session.execute(
            sa.select(Document.cohort_id, Document.id, Document.tokens)
            .where(sa.or_(sa.false(), *since))
            .order_by(Document.id)
            .limit(AT_ONCE + len(since))
        ).all()
        there = {(cohort_id, id, hash(tokens)) for cohort_id, id, tokens in rows}
        gone = [
            cohort_id
            for cohort_id in cohort_ids
            if (last := self._known[cohort_id].last) and (cohort_id, *last) not in there
        ]
        for cohort_id in gone:
            self._known[cohort_id] = Known()
        for cohort_id in set(cohort_ids).difference(gone):
            news = [(id, tokens) for whose, id, tokens in rows if whose == cohort_id]
            if news:
                # All at once: a thousand texts are split in the time in which a hundred are one by one.
                together = " ".join(tokens for _, tokens in news).split()
                self._known[cohort_id].learn(together, spelling.word_token("", cohort_id))
                self._known[cohort_id].last = (news[-1][0], hash(news[-1][1]))
        return not gone


def _alike(word: str, by_length: Mapping[int, Sequence[str]]) -> Iterable[str]:
    most = spelling.edits(word)
    near = [other for length in range(len(word) - most, len(word) + most + 1) for other in by_length.get(length, ())]
    if not most or not near:
        return ()
    found = process.extract(word, near, scorer=OSA.distance, processor=None, score_cutoff=most, limit=MOST_ALIKE)
    return [other for other, _, _ in found if other != word]


_vocabularies: weakref.WeakKeyDictionary[sa.Engine, Vocabulary] = weakref.WeakKeyDictionary()


def alike_in(words: Collection[str], others: Iterable[str]) -> dict[str, frozenset[str]]:
    """The same, among words that are at hand."""
    known = Known()
    known.learn(others)
    return {word: frozenset(_alike(word, known.by_length)) for word in words}


def of_database() -> Vocabulary:
    """The vocabulary of the database in use."""
    return _vocabularies.setdefault(db.engine, Vocabulary())


def forget() -> None:
    """Begin anew, as a process that has just started does."""
    _vocabularies.clear()
