"""What was handed in, and what was said about it."""

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.models.account import User
from portfolio.models.attachment import Attachment, handed_in_with
from portfolio.models.cohort import Cohort
from portfolio.models.document import Document, Source
from portfolio.models.rating import Rating
from portfolio.models.words import CONTEXT_LENGTH, QUOTE_LENGTH, Quoted, Written

if TYPE_CHECKING:
    from portfolio.models.audit import ReadEvent
    from portfolio.models.reflection import Reflection
    from portfolio.models.review import Reopening, Review


class Submission(Written, Base):
    """What was handed in, one a round; never edited."""

    __tablename__ = "submission"
    __table_args__ = (
        sa.UniqueConstraint("reflection_id", "round"),
        sa.CheckConstraint("round > 0", name="rounds_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"))
    round: Mapped[int]
    submitted_at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped["Reflection"] = relationship(back_populates="submissions", lazy="raise")
    withdrawal: Mapped["Withdrawal | None"] = relationship(back_populates="submission", lazy="raise")
    reviews: Mapped[list["Review"]] = relationship(back_populates="submission", lazy="raise", order_by="Review.step")
    reopening: Mapped["Reopening | None"] = relationship(back_populates="submission", lazy="raise")
    comments: Mapped[list["Comment"]] = relationship(
        back_populates="submission", lazy="raise", order_by="Comment.created_at, Comment.id"
    )
    attachments: Mapped[list[Attachment]] = relationship(secondary=handed_in_with, lazy="raise", order_by=Attachment.id)
    document: Mapped[Document | None] = relationship(lazy="raise", cascade="all, delete-orphan")
    readings: Mapped[list["ReadEvent"]] = relationship(back_populates="submission", lazy="raise")
    # What was chosen from the rubric by whoever may be known to the writer; those who score blind may not.
    ratings: Mapped[list[Rating]] = relationship(
        primaryjoin="and_(Submission.id == Rating.submission_id, Rating.scoring_id.is_(None))",
        back_populates="submission",
        lazy="raise",
        order_by="Rating.id",
    )

    @property
    def is_opened(self) -> bool:
        """Whether a reviewer has opened it to review it, or decided on it."""
        return bool(self.reviews) or any(reading.is_opening for reading in self.readings)

    @property
    def own_ratings(self) -> list[Rating]:
        """How its writer saw it when they handed it in. Needs `ratings` loaded."""
        return [rating for rating in self.ratings if rating.review_id is None and rating.second_look_id is None]

    @property
    def decided_at(self) -> datetime | None:
        """When somebody last decided on it. Needs `reviews` and `reopening` loaded."""
        decisions = [review.decided_at for review in self.reviews]
        return max(decisions + ([self.reopening.reopened_at] if self.reopening else []), default=None)

    def let_be_found(self, reflection: "Reflection") -> None:
        """By its title, its texts and its tags."""
        self.document = Document.of(
            Source.SUBMISSION,
            [self.title, *self.words.texts],
            reflection=reflection,
            at=self.submitted_at,
            tags=self.tags,
        )

    def talk(
        self,
        text: str,
        *,
        reflection: "Reflection",
        parent: "Comment | None",
        about: Quoted | None,
        by: User,
        now: datetime,
    ) -> "Comment":
        """Say something about it, or in the conversation that `parent` opens; whose turn it is, follows.

        The same again directly after changes nothing.
        """
        about = None if parent else about
        before = [said for said in self.comments if said.author_id == by.id]
        if before and (before[-1].text, before[-1].parent_id, before[-1].quoted) == (
            text,
            parent.id if parent else None,
            about,
        ):
            return before[-1]  # sent twice
        comment = Comment(
            cohort=reflection.cohort,
            submission=self,
            author=by,
            author_id=by.id,
            text=text,
            created_at=now,
            parent=parent,
            quoted=about,
        )
        comment.document = Document.of(Source.COMMENT, [text], reflection=reflection, at=now)
        opening, writer_id = parent or comment, reflection.enrolment.user_id
        if by.id != writer_id:
            opening.await_writer()
        else:
            thread = [said for said in self.comments if parent and parent in (said, said.parent)]
            others = [said.author for said in thread if said.author_id != by.id]
            last = others[-1] if others else None
            opening.await_guide(last, since=now, promised_on=reflection.cohort.promise(now))
        return comment


class Withdrawal(Base):
    """The writer took a submission back before anybody opened it."""

    __tablename__ = "withdrawal"

    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), primary_key=True)
    withdrawn_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(back_populates="withdrawal", lazy="raise")


class Turn(Enum):
    """Whose turn it is in a conversation."""

    WRITER = "writer"
    GUIDE = "guide"


class Comment(Base):
    """Talk about a submission, perhaps about a passage of it; a reply names what it answers.

    What opens a conversation also tells whose turn it is in it; those that answer do not.
    """

    __tablename__ = "comment"
    __table_args__ = (
        sa.CheckConstraint("length(text) > 0", name="says_something"),
        sa.CheckConstraint("(quote is null) = (prompt_key is null)", name="quote_has_a_place"),
        sa.CheckConstraint("parent_id is null or (turn is null and quote is null)", name="replies_have_no_turn"),
        sa.CheckConstraint("resolved_at is null or turn is null", name="resolved_waits_for_nobody"),
        sa.Index("ix_comment_cohort_id_turn", "cohort_id", "turn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime]
    prompt_key: Mapped[str | None] = mapped_column(sa.String(30))
    item: Mapped[int | None]
    start: Mapped[int | None]
    quote: Mapped[str | None] = mapped_column(sa.String(QUOTE_LENGTH))
    before: Mapped[str | None] = mapped_column(sa.String(CONTEXT_LENGTH))
    after: Mapped[str | None] = mapped_column(sa.String(CONTEXT_LENGTH))
    turn: Mapped[Turn | None] = mapped_column(word_of(Turn, "known_turn"))
    awaits_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # who spoke last; None is any guide
    waiting_since: Mapped[datetime | None]
    promised_on: Mapped[date | None]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    submission: Mapped[Submission] = relationship(back_populates="comments", lazy="raise")
    author: Mapped[User] = relationship(lazy="raise", foreign_keys=author_id)
    resolved_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=resolved_by_id)
    parent: Mapped["Comment | None"] = relationship(remote_side=id, lazy="raise")
    document: Mapped[Document | None] = relationship(lazy="raise", cascade="all, delete-orphan")

    @property
    def quoted(self) -> Quoted | None:
        """The passage it is about."""
        if self.quote is None or self.prompt_key is None:
            return None
        return Quoted(self.prompt_key, self.item or 0, self.start or 0, self.quote, self.before or "", self.after or "")

    @quoted.setter
    def quoted(self, quoted: Quoted | None) -> None:
        if quoted is not None:
            self.prompt_key, self.item, self.start = quoted.key, quoted.item, quoted.start
            self.quote, self.before, self.after = quoted.quote, quoted.before, quoted.after

    @property
    def is_open(self) -> bool:
        """Whether the conversation it opens goes on."""
        return self.resolved_at is None

    def await_writer(self) -> None:
        """Somebody spoke to the writer."""
        self.turn, self.awaits_id, self.waiting_since, self.promised_on = Turn.WRITER, None, None, None
        self.resolved_at, self.resolved_by_id = None, None

    def await_guide(self, last: User | None, *, since: datetime, promised_on: date) -> None:
        """The writer spoke, to whoever spoke last with them, or to anybody who guides them.

        A guest, who has no desk, is not waited for: they find the answer when they open their link again.
        """
        if last is not None and not last.has_account:
            self.turn, self.awaits_id, self.waiting_since, self.promised_on = None, None, None, None
            self.resolved_at, self.resolved_by_id = None, None
            return
        if self.turn is not Turn.GUIDE:
            self.turn, self.waiting_since, self.promised_on = Turn.GUIDE, since, promised_on
        self.awaits_id = last.id if last else None
        self.resolved_at, self.resolved_by_id = None, None

    def resolve(self, *, by: User, now: datetime) -> None:
        """Either side says that this is settled; whoever speaks again opens it again."""
        if self.resolved_at is None:
            self.resolved_at, self.resolved_by_id = now, by.id
        self.turn, self.awaits_id, self.waiting_since, self.promised_on = None, None, None, None
