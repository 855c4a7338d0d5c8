"""What stands beside a reflection: excuses, discarded texts, addenda, the private note, lessons for the job."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused, Stale
from portfolio.models.account import User
from portfolio.models.cohort import Cohort
from portfolio.models.document import Document
from portfolio.models.words import ANSWER_LENGTH, Written

if TYPE_CHECKING:
    from portfolio.models.reflection import Reflection

ADDENDUM_LENGTH, NOTE_LENGTH = 5_000, 20_000
DISCARDS_LAST = timedelta(days=7)
ASK_AFTER = timedelta(days=30)


class Excuse(Base):
    """A reflection was excused, or the excuse was undone, by somebody, for a reason."""

    __tablename__ = "excuse"
    __table_args__ = (sa.CheckConstraint("length(reason) > 0", name="has_a_reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    is_granted: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped["Reflection"] = relationship(back_populates="excuses", lazy="raise")

    @classmethod
    def of(cls, reason: str, *, is_granted: bool, cohort: Cohort, by: User, now: datetime) -> "Excuse":
        """Somebody excused a reflection, or took that back, which needs a reason."""
        if not reason.strip():
            raise Refused(N_("A reason is needed."))
        return cls(cohort=cohort, is_granted=is_granted, reason=reason.strip(), by=by, at=now)

    by: Mapped[User] = relationship(lazy="raise")


class Discard(Written, Base):
    """A draft that its writer discarded; kept for a week, so that it can be brought back."""

    __tablename__ = "discard"

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"), index=True)
    discarded_at: Mapped[datetime] = mapped_column(index=True)
    restored_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped["Reflection"] = relationship(back_populates="discards", lazy="raise")

    @property
    def lasts_until(self) -> datetime:
        """Until when it can be brought back."""
        return self.discarded_at + DISCARDS_LAST

    def is_restorable(self, now: datetime) -> bool:
        """Whether it can still be brought back."""
        return self.restored_at is None and now < self.lasts_until


class Addendum(Base):
    """What the writer added to an accepted text, with its date; never edited."""

    __tablename__ = "addendum"
    __table_args__ = (sa.CheckConstraint("length(text) > 0", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    added_at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped["Reflection"] = relationship(back_populates="addenda", lazy="raise")
    document: Mapped[Document | None] = relationship(lazy="raise", cascade="all, delete-orphan")


class PrivateNote(Base):
    """What a writer notes for themselves beside a reflection. Nobody else's, ever, in no export but their own."""

    __tablename__ = "private_note"

    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    version: Mapped[int] = mapped_column()
    written_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped["Reflection"] = relationship(back_populates="note", lazy="raise")

    def write(self, text: str, *, version: int, now: datetime) -> None:
        """Keep what was written, if nobody wrote since `version`; the same again changes nothing."""
        if text == self.text:
            return
        if version != self.version:
            raise Stale(N_("This text was changed elsewhere after you opened it."))
        self.text, self.written_at = text, now


class Happened(Enum):
    """What became of a lesson, as its writer says."""

    YES = "yes"
    PARTLY = "partly"
    NOT_YET = "not_yet"
    NO_LONGER = "no_longer"


class Lesson(Base):
    """What a writer means to do differently in their job; after 30 days they are asked whether it happened."""

    __tablename__ = "lesson"
    __table_args__ = (sa.CheckConstraint("length(text) > 0", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(ANSWER_LENGTH))
    written_at: Mapped[datetime]
    ask_on: Mapped[date | None] = mapped_column(index=True)  # nothing more is asked once it happened
    happened: Mapped[Happened | None] = mapped_column(word_of(Happened, "known_happened"))
    answered_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped["Reflection"] = relationship(back_populates="lessons", lazy="raise")

    @classmethod
    def collected(
        cls, texts: Sequence[str], *, before: Iterable["Lesson"], cohort: Cohort, now: datetime
    ) -> list["Lesson"]:
        """Those that the writer has answered for stay; the others are those of the text that was handed in last."""
        kept = {lesson.text: lesson for lesson in before if lesson.happened or lesson.text in texts}
        ask_on = cohort.today(now) + ASK_AFTER
        for text in texts:
            if text not in kept:
                kept[text] = cls(cohort=cohort, text=text, written_at=now, ask_on=ask_on)
        return list(kept.values())

    def answer(self, happened: Happened, *, now: datetime) -> None:
        """The writer says what became of it; what has not happened yet is asked again in 30 days."""
        self.happened, self.answered_at = happened, now
        self.ask_on = self.cohort.today(now) + ASK_AFTER if happened in (Happened.NOT_YET, Happened.PARTLY) else None
