"""What can be searched: one row for each text that others may find, kept by the verbs that make the texts."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio import spelling
from portfolio.database import Base, word_of
from portfolio.models.cohort import Cohort

if TYPE_CHECKING:
    from portfolio.models.reflection import Reflection


class Source(Enum):
    """Where a text comes from."""

    SUBMISSION = "submission"
    FEEDBACK = "feedback"
    COMMENT = "comment"
    ADDENDUM = "addendum"


class Document(Base):
    """A text to be found. Whoever may see its reflection may find it."""

    __tablename__ = "document"
    __table_args__ = (
        sa.CheckConstraint("(source = 'submission') = (submission_id is not null)", name="submission_is_named"),
        sa.CheckConstraint("(source = 'feedback') = (review_id is not null)", name="review_is_named"),
        sa.CheckConstraint("(source = 'comment') = (comment_id is not null)", name="comment_is_named"),
        sa.CheckConstraint("(source = 'addendum') = (addendum_id is not null)", name="addendum_is_named"),
        sa.Index("ix_document_reflection_id", "reflection_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"))
    source: Mapped[Source] = mapped_column(word_of(Source, "known_source"))
    submission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submission.id"), unique=True)
    review_id: Mapped[int | None] = mapped_column(sa.ForeignKey("review.id"), unique=True)
    comment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), unique=True)
    addendum_id: Mapped[int | None] = mapped_column(sa.ForeignKey("addendum.id"), unique=True)
    body: Mapped[str] = mapped_column(sa.Text)
    tokens: Mapped[str] = mapped_column(sa.Text)  # what the index is made of; see `spelling.tokens`
    at: Mapped[datetime]

    reflection: Mapped["Reflection"] = relationship(lazy="raise")

    @classmethod
    def of(
        cls,
        source: Source,
        texts: Iterable[str],
        *,
        reflection: "Reflection",
        at: datetime,
        tags: Iterable[str] = (),
    ) -> "Document":
        """The document of a text. Needs the `cohort` of the reflection loaded, and stored."""
        cohort: Cohort = reflection.cohort
        body = "\n\n".join(text for text in texts if text)
        return cls(
            cohort_id=cohort.id,
            reflection=reflection,
            source=source,
            body=body,
            tokens=spelling.tokens(body, cohort.id, tags),
            at=at,
        )
