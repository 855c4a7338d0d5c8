"""What a reflection shows: its writer claims an outcome by a passage and a sentence; a reviewer confirms it or not."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Cohort
from portfolio.models.learning_outcome import LearningOutcome
from portfolio.models.reflection import Reflection
from portfolio.models.state import State
from portfolio.models.submission import Submission
from portfolio.models.words import Quoted

JUSTIFICATION_LENGTH, JUDGED_LENGTH, MOST_CLAIMS = 500, 500, 10
STANDS = sa.text("withdrawn_at IS NULL")


class Evidence(Enum):
    """How far an outcome is shown by one trainee; of several claims, the first of these is what it stands at."""

    SHOWN = "shown"  # confirmed, in a text that is signed off
    CONFIRMED = "confirmed"  # in a text that is not signed off yet
    WAITING = "waiting"  # for a reviewer
    DECLINED = "declined"  # a reviewer has said what is missing
    ADRIFT = "adrift"  # the words that it quotes are gone: its writer claims anew, or no longer
    NOTHING = "nothing"  # is claimed yet


class Claim(Base):
    """A writer says that what they handed in shows an outcome, and where. One for each outcome and reflection."""

    __tablename__ = "claim"
    __table_args__ = (
        sa.CheckConstraint("length(justification) > 0", name="is_justified"),
        sa.Index(
            "uq_claim_that_stands",
            "reflection_id",
            "outcome_id",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        sa.Index("ix_claim_cohort_id", "cohort_id", "outcome_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    reflection_id: Mapped[int] = mapped_column(sa.ForeignKey("reflection.id"))
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)  # the round it quotes
    outcome_id: Mapped[int] = mapped_column(sa.ForeignKey("learning_outcome.id"), index=True)
    justification: Mapped[str] = mapped_column(sa.String(JUSTIFICATION_LENGTH))
    passage: Mapped[dict[str, str | int]] = mapped_column(sa.JSON)  # a `Quoted`, by the names of its fields
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    adrift_at: Mapped[datetime | None]  # since when the words it quotes are not in the round that stands

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    reflection: Mapped[Reflection] = relationship(lazy="raise")
    submission: Mapped[Submission] = relationship(lazy="raise")
    outcome: Mapped[LearningOutcome] = relationship(lazy="raise")
    judgements: Mapped[list["Judgement"]] = relationship(back_populates="claim", lazy="raise", order_by="Judgement.id")

    @classmethod
    def make(
        cls,
        reflection: Reflection,
        outcome: LearningOutcome,
        justification: str,
        about: Quoted | None,
        *,
        before: Sequence["Claim"],
        now: datetime,
    ) -> "Claim":
        """Claim an outcome by a passage of the round that stands; the same again changes nothing.

        `before` are the claims of this reflection. Needs `submissions` with their `withdrawal`, and `cohort`.
        """
        submission = reflection.latest
        if submission is None or reflection.state is State.EXCUSED:
            raise Refused(N_("Hand in your reflection first; then say what it shows."))
        if reflection.cohort.outcomes_published_at is None or not outcome.is_current or not outcome.is_seen_in_texts:
            raise Refused(N_("This outcome cannot be claimed."))
        if not justification.strip():
            raise Refused(N_("Say in a sentence how this passage shows it."))
        if about is None:
            raise Refused(N_("Choose the passage that shows it."))
        open_ones = [claim for claim in before if claim.withdrawn_at is None]
        for claim in open_ones:
            if claim.outcome_id == outcome.id:
                if (claim.justification, claim.quoted) == (justification.strip(), about):
                    return claim
                raise Refused(N_("You have claimed this outcome already. Withdraw that claim first, then claim anew."))
        if len(open_ones) >= MOST_CLAIMS:
            raise Refused(N_("A reflection can claim at most %(most)s outcomes."), most=MOST_CLAIMS)
        return cls(
            cohort=reflection.cohort, reflection=reflection, submission=submission, outcome=outcome,
            justification=justification.strip()[:JUSTIFICATION_LENGTH], passage=vars(about).copy(), made_at=now,
            judgements=[],
        )  # fmt: skip

    @property
    def quoted(self) -> Quoted:
        """The passage that shows it."""
        return Quoted(**self.passage)  # type: ignore[arg-type]  # kept as it came

    def judgement_of(self, submission: Submission | None) -> "Judgement | None":
        """What was last said of it for this round; what was said for an earlier one does not count any more.

        Needs `judgements` loaded.
        """
        of_it = [each for each in self.judgements if submission is not None and each.submission_id == submission.id]
        return of_it[-1] if of_it else None

    def evidence_in(self, reflection: Reflection) -> Evidence:
        """How far it carries now. Needs `judgements`, and the `submissions` of its reflection with `withdrawal`."""
        if self.adrift_at is not None:
            return Evidence.ADRIFT
        said = self.judgement_of(reflection.latest)
        if said is None:
            return Evidence.WAITING
        if not said.is_confirmed:
            return Evidence.DECLINED
        return Evidence.SHOWN if reflection.state is State.ACCEPTED else Evidence.CONFIRMED

    def follow(self, *, is_there: bool, now: datetime) -> None:
        """Another round stands now: keep whether the words it quotes are in it. The same again changes nothing."""
        self.adrift_at = None if is_there else self.adrift_at or now

    def withdraw(self, *, now: datetime) -> None:
        """Its writer claims it no longer; what was said of it stays on record."""
        self.withdrawn_at = self.withdrawn_at or now

    def judge(
        self,
        *,
        is_confirmed: bool,
        reason: str,
        is_there: bool,
        submission: Submission | None,
        seen: int | None = None,
        by: User,
        now: datetime,
    ) -> "Judgement":
        """Confirm that the round that stands shows it, or say why not; the same again changes nothing.

        `is_there` tells whether the words it quotes stand in that round; `seen` is the judgement that they had before
        them, so that nobody overrules another unawares. Needs `judgements` loaded, with `by` of each.
        """
        if self.withdrawn_at is not None:
            raise Refused(N_("Its writer has withdrawn this claim."))
        if submission is None or not is_there:
            raise Refused(N_("The text has changed: the words that this claim quotes are no longer in it."))
        if not is_confirmed and not reason.strip():
            raise Refused(N_("Say what is missing, so that the writer can show it."))
        said = self.judgement_of(submission)
        if said and (said.is_confirmed, said.reason, said.by_id) == (is_confirmed, reason.strip(), by.id):
            return said
        if said and said.by_id != by.id and said.id != seen:
            raise Refused(N_("%(name)s has answered this claim meanwhile. Read that first."), name=said.by.addressed)
        judgement = Judgement(
            cohort_id=self.cohort_id, submission=submission, submission_id=submission.id, is_confirmed=is_confirmed,
            reason=reason.strip()[:JUDGED_LENGTH], by=by, by_id=by.id, at=now,
        )  # fmt: skip
        self.judgements.append(judgement)
        return judgement


class Judgement(Base):
    """What a reviewer said of a claim, for one round. Never changed: who thinks otherwise later says it anew."""

    __tablename__ = "judgement"
    __table_args__ = (sa.CheckConstraint("is_confirmed or length(reason) > 0", name="declined_for_a_reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claim.id"), index=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    is_confirmed: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(JUDGED_LENGTH), default="")
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]

    claim: Mapped[Claim] = relationship(back_populates="judgements", lazy="raise")
    submission: Mapped[Submission] = relationship(lazy="raise")
    by: Mapped[User] = relationship(lazy="raise")
