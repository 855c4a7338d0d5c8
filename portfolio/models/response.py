"""What a writer says to a decision: that they read it, that it helped, what they did; or that they ask for another."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Cohort
from portfolio.models.rating import Rating
from portfolio.models.reflection import Reflection
from portfolio.models.review import Reopening, Review
from portfolio.models.state import State

ACTED_ON_LENGTH, LOOK_LENGTH = 1_000, 5_000


class Acknowledgement(Base):
    """What the writer made of the feedback in a review."""

    __tablename__ = "acknowledgement"
    __table_args__ = (sa.CheckConstraint("acted_at is null or length(acted_on) > 0", name="acting_is_told"),)

    review_id: Mapped[int] = mapped_column(sa.ForeignKey("review.id"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    read_at: Mapped[datetime]
    is_helpful: Mapped[bool | None]
    acted_on: Mapped[str] = mapped_column(sa.String(ACTED_ON_LENGTH), default="")
    acted_at: Mapped[datetime | None]

    review: Mapped[Review] = relationship(back_populates="acknowledgement", lazy="raise")

    @classmethod
    def of(cls, review: Review, *, is_helpful: bool | None, acted_on: str, now: datetime) -> "Acknowledgement":
        """The writer has read it; whether it helped, and what they did with it, if they say so; all may change later.

        Needs `acknowledgement` of the review loaded.
        """
        mark = review.acknowledgement
        if mark is None:
            mark = cls(cohort_id=review.cohort_id, read_at=now, acted_on="")
            review.acknowledgement = mark
        acted_on = acted_on.strip()
        if acted_on != mark.acted_on:
            mark.acted_on, mark.acted_at = acted_on, now if acted_on else None
        mark.is_helpful = is_helpful
        return mark


class Verdict(Enum):
    """What a second reader says of a decision."""

    UPHELD = "upheld"
    CHANGED = "changed"


class SecondLook(Base):
    """A writer asked that somebody else look at an accepted text again."""

    __tablename__ = "second_look"
    __table_args__ = (
        sa.CheckConstraint("length(reason) > 0", name="has_a_reason"),
        sa.CheckConstraint("(answered_at is null) = (verdict is null)", name="answered_with_a_verdict"),
        sa.CheckConstraint("verdict is null or length(answer) > 0", name="answered_for_a_reason"),
        sa.Index("ix_second_look_reader_id", "reader_id", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"), index=True)
    review_id: Mapped[int] = mapped_column(sa.ForeignKey("review.id"), unique=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[datetime]
    promised_on: Mapped[date]
    reader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    given_at: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = mapped_column(word_of(Verdict, "known_verdict"))
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped[Reflection] = relationship(lazy="raise")
    review: Mapped[Review] = relationship(back_populates="second_look", lazy="raise")
    reader: Mapped[User | None] = relationship(lazy="raise", foreign_keys=reader_id)
    given_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=given_by_id)
    ratings: Mapped[list[Rating]] = relationship(lazy="raise", order_by=Rating.id)

    @classmethod
    def ask(cls, reflection: Reflection, reason: str, *, now: datetime) -> "SecondLook":
        """The writer asks about the last decision on an accepted text, once.

        Needs `second_look` of the reviews loaded, and the `holidays` of the cohort.
        """
        submission, reason = reflection.latest, reason.strip()
        if reflection.state is not State.ACCEPTED or submission is None or not submission.reviews:
            raise Refused(N_("A second look can be asked for once a reflection has been accepted."))
        review = submission.reviews[-1]
        if review.second_look is not None:
            if review.second_look.reason == reason:
                return review.second_look  # sent twice
            raise Refused(N_("You have asked for a second look at this decision already."))
        if not reason:
            raise Refused(N_("A reason is needed."))
        look = cls(
            cohort=reflection.cohort,
            reflection=reflection,
            reason=reason,
            asked_at=now,
            promised_on=reflection.cohort.promise(now),
            answer="",
            ratings=[],
        )
        review.second_look = look
        return look

    @property
    def is_open(self) -> bool:
        """Whether it has not been answered."""
        return self.answered_at is None

    def give_to(self, reader: User, *, by: User, now: datetime) -> None:
        """An organiser asks somebody who has not decided on this reflection. Needs its submissions with reviews."""
        self._must_be_open()
        decided = {review.reviewer_id for submission in self.reflection.submissions for review in submission.reviews}
        if reader.id in decided:
            raise Refused(N_("This person has decided on the reflection before. Choose somebody else."))
        if reader.id == self.reflection.enrolment.user_id:
            raise Refused(N_("Nobody reviews their own reflections."))
        self.reader, self.reader_id, self.given_by_id, self.given_at = reader, reader.id, by.id, now

    def take_back(self) -> None:
        """Whoever was asked is too close to the writer to judge: somebody else has to be found."""
        self._must_be_open()
        self.reader = self.given_by = None
        self.reader_id = self.given_by_id = self.given_at = None

    def settle(
        self,
        verdict: Verdict,
        answer: str,
        *,
        levels: Mapping[str, float] | None = None,
        by: User,
        now: datetime,
    ) -> Reopening | None:
        """The second reader says whether the decision stands, and why; if not, the text is open again to its writer.

        Their `levels`, if any, stand beside those of the review. Needs `ratings` loaded.
        """
        answer = answer.strip()
        if not self.is_open and (self.verdict, self.answer, self.reader_id) == (verdict, answer, by.id):
            return None  # sent twice
        self._must_be_open()
        if self.reader_id != by.id:
            raise Refused(N_("This second look was given to somebody else."))
        if not answer:
            raise Refused(N_("A reason is needed."))
        rubric = self.reflection.session.module.rubric
        for rating in rubric.ratings(levels) if rubric else []:
            rating.submission_id = self.review.submission_id
            self.ratings.append(rating)
        self.verdict, self.answer, self.answered_at = verdict, answer, now
        if verdict is Verdict.CHANGED and self.reflection.state is State.ACCEPTED:
            return Reopening.of(self.reflection, answer, by=by, now=now)
        return None

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise Refused(N_("This second look has been answered."))
