"""Finding again: one question, answered by SQLite's full-text index or by PostgreSQL's.

Whoever may see a reflection finds what was handed in and said of it. What its writer alone has - the living draft, the
private note - is in no index: it is looked through in the writer's own few rows, and nowhere else.
"""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased, defer, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from portfolio import policy, spelling, vocabulary
from portfolio.database import db
from portfolio.models import (
    Comment,
    Document,
    Enrolment,
    Module,
    PrivateNote,
    Reflection,
    Review,
    Source,
    State,
    Submission,
    TrainingSession,
    User,
)
from portfolio.models.state import TRANSITIONS, Action

Query = TypeVar("Query", bound=sa.Select[*tuple[Any, ...]])

PAGE = 10
MOST_FOUND = 300  # more than anybody leafs through
MOST_LETTERS, MOST_WORDS = 1_000, 12  # of a question that are looked at
FEW = 3  # found: then words that are spelt nearly so are looked for too
LEAST_BEGINNING = 3  # letters of a last word that others may begin with

WRITABLE = [state for state, action in TRANSITIONS if action is Action.WRITE]
INDEX = sa.table("document_words", sa.column("rowid", sa.Integer), sa.column("document_words", sa.Text))


class Place(Enum):
    """Where something was found."""

    TEXT = "submission"
    FEEDBACK = "feedback"
    COMMENT = "comment"
    ADDENDUM = "addendum"
    DRAFT = "draft"  # these two by their writer alone
    NOTE = "note"


@dataclass(frozen=True)
class Term:
    """One word that was asked for, folded, and what stands for it."""

    word: str
    alike: frozenset[str] = frozenset()
    beginnings: frozenset[str] = frozenset()  # words that begin so stand for it too

    @property
    def exact(self) -> list[str]:
        """The words that stand for it as they are."""
        return sorted({self.word} | self.alike)

    def meets(self, folded: str) -> bool:
        """Whether a word of a text is one that was asked for."""
        return folded == self.word or folded in self.alike or any(map(folded.startswith, self.beginnings))

    def is_among(self, words: Set[str]) -> bool:
        """Whether one of these words is one that was asked for."""
        if self.word in words or not self.alike.isdisjoint(words):
            return True
        return any(word.startswith(beginning) for beginning in self.beginnings for word in words)


@dataclass(frozen=True)
class Filters:
    """What else is asked: of which module, in which state, on which topic."""

    module: str | None = None  # by its slug, since each cohort has its own
    state: State | None = None
    tag: str | None = None


@dataclass(frozen=True)
class Hit:
    """A text that was found."""

    place: Place
    reflection: Reflection  # with all that it is called by; of others, neither title nor number of the living text
    title: str
    number: int | None
    at: datetime
    body: str
    tags: Sequence[str] = ()
    by: User | None = None  # who said it, when it is not the writer's text
    id: int | None = None  # of the comment, review or addendum


@dataclass(frozen=True)
class Found:
    """What a person finds: their own hits first, then the documents by the order in which they came, newest first."""

    terms: Sequence[Term]
    own: Sequence[Hit]
    document_ids: Sequence[int]
    has_more: bool = False  # than are counted
    is_widened: bool = False

    @property
    def total(self) -> int:
        """How many texts."""
        return len(self.own) + len(self.document_ids)

    def page(self, number: int) -> list[Hit]:
        """The hits of one page, from 1, in one statement."""
        first, last = (number - 1) * PAGE, number * PAGE
        skipped = len(self.own)
        wanted = self.document_ids[max(0, first - skipped) : max(0, last - skipped)]
        return [*self.own[first:last], *_load(wanted)]


def terms_of(text: str) -> list[Term]:
    """The words of what somebody typed; whatever else they typed means nothing."""
    typed = [found.group() for found in spelling.WORD.finditer(text[:MOST_LETTERS])]
    folded = list(dict.fromkeys(word for word in map(spelling.fold, typed) if word))[:MOST_WORDS]
    terms = [Term(word) for word in folded]
    if terms and terms[-1].word == spelling.fold(typed[-1]) and len(terms[-1].word) >= LEAST_BEGINNING:
        terms[-1] = replace(terms[-1], beginnings=spelling.begins(typed[-1]))
    return terms


def find(
    user: User, text: str, *, module: str | None = None, state: State | None = None, tag: str | None = None
) -> Found:
    """What this person may see that has all these words, is of this module, in this state and on this topic.

    With no words but a filter, all texts handed in that fit it; with neither, nothing.
    """
    terms, filters = terms_of(text), Filters(module, state, tag if tag and spelling.fold_tag(tag) else None)
    if not terms and (text.strip() or filters == Filters()):
        return Found((), (), ())
    cohort_ids = db.session.scalars(policy.cohorts_to_search(user)).all()
    mine = _Own(user, filters)
    own, ids = mine.having(terms), _documents(user, terms, filters, cohort_ids)
    found = Found(terms, own, ids[:MOST_FOUND], has_more=len(ids) > MOST_FOUND)
    if found.total >= FEW or not any(spelling.edits(term.word) for term in terms):
        return found
    # Whether others are asked for too depends on what this person sees alone, never on what is there.
    words = [term.word for term in terms]
    known, own_words = vocabulary.of_database().alike(words, cohort_ids), vocabulary.alike_in(words, mine.words)
    wider = [replace(term, alike=known[term.word] | own_words[term.word]) for term in terms]
    if not any(term.alike for term in wider):
        return found
    more_own = [hit for hit in mine.having(wider) if hit not in own]
    more = [id for id in _documents(user, wider, filters, cohort_ids) if id not in ids]
    if not more_own and not more:
        return found
    return Found(wider, [*own, *more_own], [*ids, *more][:MOST_FOUND], len(more) > MOST_FOUND, is_widened=True)


# --- Documents: what others may find


def _documents(user: User, terms: Sequence[Term], filters: Filters, cohort_ids: Collection[int]) -> Sequence[int]:
    if not cohort_ids:
        return []
    query = (
        policy.visible_reflections(user)
        .join(Document, Document.reflection_id == Reflection.id)
        .with_only_columns(Document.id)
        # A sum is in no index: PostgreSQL would look through all documents by this one until it has enough.
        .order_by(Document.id.desc() if _is_sqlite() else (Document.id + 0).desc())
        .limit(MOST_FOUND + 1)
    )
    if terms:
        query = _where_has(query, terms, cohort_ids)
    else:
        query = query.where(Document.source == Source.SUBMISSION)
    if filters.tag:
        tagged = sa.select(Document.reflection_id).where(_has([[_tag(filters.tag, id) for id in cohort_ids]]))
        query = query.where(Document.reflection_id.in_(tagged))
    return db.session.scalars(_filtered(query, filters)).all()


def _filtered(query: Query, filters: Filters) -> Query:
    if filters.state:
        query = query.where(Reflection.state == filters.state)
    if filters.module:
        query = query.where(Reflection.module_id.in_(sa.select(Module.id).where(Module.slug == filters.module)))
    return query


def _where_has(query: sa.Select[int], terms: Sequence[Term], cohort_ids: Collection[int]) -> sa.Select[int]:
    wanted = [
        [(spelling.word_token(word, id), False) for id in cohort_ids for word in term.exact]
        + [(spelling.word_token(word, id), True) for id in cohort_ids for word in sorted(term.beginnings)]
        for term in terms
    ]
    return query.where(_has(wanted))


def _tag(tag: str, cohort_id: int) -> tuple[str, bool]:
    return spelling.tag_token(tag, cohort_id), False


def _has(wanted: Sequence[Sequence[tuple[str, bool]]]) -> sa.ColumnElement[bool]:
    """Whether a document has of each of these groups at least one token (or one that begins so).

    Tokens are letters and digits alone, and quoted all the same: none can be taken for an operator.
    """
    if _is_sqlite():
        question = _question(wanted, '"{}"', '"{}"*', " OR ", " AND ")
        return Document.id.in_(sa.select(INDEX.c.rowid).where(INDEX.c.document_words.op("MATCH")(question)))
    question = _question(wanted, "'{}'", "'{}':*", " | ", " & ")
    vector = sa.func.document_vector(Document.tokens)
    return vector.op("@@", is_comparison=True)(sa.cast(question, TSQUERY))


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _question(wanted: Sequence[Sequence[tuple[str, bool]]], whole: str, begun: str, either: str, both: str) -> str:
    groups = [[(begun if is_begun else whole).format(token) for token, is_begun in group] for group in wanted]
    return both.join(f"({either.join(group)})" for group in groups)


def _load(ids: Sequence[int]) -> list[Hit]:
    """These documents, in this order, with what their reflections are called by."""
    if not ids:
        return []
    own_text, standing = aliased(Document), aliased(Submission)
    rows = db.session.execute(
        sa.select(Document, Reflection, standing, User)
        .join(Document.reflection)
        .outerjoin(
            own_text, sa.and_(own_text.reflection_id == Document.reflection_id, own_text.source == Source.SUBMISSION)
        )
        .outerjoin(standing, standing.id == own_text.submission_id)
        .outerjoin(Comment, Comment.id == Document.comment_id)
        .outerjoin(Review, Review.id == Document.review_id)
        .outerjoin(User, User.id == sa.func.coalesce(Comment.author_id, Review.reviewer_id))
        .where(Document.id.in_(ids))
        .options(defer(Document.tokens), defer(standing.answers), *_called_by())
    )
    found = {document.id: _hit(document, reflection, said, by) for document, reflection, said, by in rows}
    return [found[id] for id in ids if id in found]


def _hit(document: Document, reflection: Reflection, handed_in: Submission | None, by: User | None) -> Hit:
    is_text = document.source is Source.SUBMISSION
    title = handed_in.title if handed_in else ""
    return Hit(
        place=Place(document.source.value),
        reflection=reflection,
        title=title,
        number=handed_in.number if handed_in else None,
        at=document.at,
        body=(document.body.removeprefix(title).lstrip("\n") or document.body) if is_text else document.body,
        tags=tuple(handed_in.tags or ()) if handed_in else (),
        by=by,
        id=document.comment_id or document.review_id or document.addendum_id,
    )


def _called_by() -> tuple[ORMOption, ...]:
    return (
        defer(Reflection.answers),
        joinedload(Reflection.cohort),
        joinedload(Reflection.session).joinedload(TrainingSession.template),
        joinedload(Reflection.session).joinedload(TrainingSession.module),
        joinedload(Reflection.enrolment).joinedload(Enrolment.user),
    )


# --- What a person alone has


class _Own:
    """A person's living drafts that nobody else has been given so, and their private notes."""

    def __init__(self, user: User, filters: Filters) -> None:
        tag = spelling.fold_tag(filters.tag) if filters.tag else ""
        query = (
            policy.own_reflections(user)
            .outerjoin(Reflection.note)
            .outerjoin(Document, sa.and_(Document.reflection_id == Reflection.id, Document.source == Source.SUBMISSION))
            .outerjoin(Submission, Submission.id == Document.submission_id)
            .where(sa.or_(Reflection.state.in_(WRITABLE), PrivateNote.reflection_id.is_not(None)))
            .with_only_columns(Reflection, PrivateNote.text, PrivateNote.written_at, Document.body, Submission.tags)
            .options(*_called_by()[1:])
        )
        self.hits: list[Hit] = []
        rows = db.session.execute(_filtered(query, filters))
        for reflection, note, noted_at, body, tags in rows:
            if tag and tag not in map(spelling.fold_tag, reflection.tags or ()):
                continue
            hit = Hit(Place.DRAFT, reflection, reflection.title, reflection.number, reflection.written_at, "")
            texts = [reflection.title, *reflection.words.texts]
            is_handed_in = body == "\n\n".join(text for text in texts if text) and tags == (reflection.tags or [])
            if reflection.is_writable and reflection.discarded_at is None and not is_handed_in:
                self.hits.append(replace(hit, body="\n\n".join(texts[1:]), tags=tuple(reflection.tags or ())))
            if note:
                self.hits.append(replace(hit, place=Place.NOTE, at=noted_at, body=note))
        self.hits.sort(key=lambda hit: (hit.at, hit.reflection.id), reverse=True)
        self._words = [spelling.distinct(self._text(hit)) for hit in self.hits]

    @staticmethod
    def _text(hit: Hit) -> str:
        return f"{hit.title}\n{hit.body}" if hit.place is Place.DRAFT else hit.body

    @property
    def words(self) -> set[str]:
        """All the words of these texts."""
        return set().union(*self._words)

    def having(self, terms: Sequence[Term]) -> list[Hit]:
        """Those that have all of these; with none asked for, the drafts."""
        if not terms:
            return [hit for hit in self.hits if hit.place is Place.DRAFT]
        return [
            hit
            for hit, there in zip(self.hits, self._words, strict=True)
            if all(term.is_among(there) for term in terms)
        ]
