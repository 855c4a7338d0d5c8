"""Blind scoring: a sample of accepted texts, drawn by lot, scored by people who do not know whose they are."""

import random
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Cohort
from portfolio.models.rating import HIGHEST_SCORE, Rating, Rubric
from portfolio.models.reflection import REASON_LENGTH
from portfolio.models.submission import Submission

CODE_LENGTH, SEED_LENGTH = 16, 32
ASSESSORS_PER_TEXT = 2


class Calibration(Base):
    """One sample of a cohort: how it was drawn, by which rubric it is scored, and whether the scores are shown yet."""

    __tablename__ = "calibration"
    __table_args__ = (
        sa.CheckConstraint("percent between 1 and 100", name="percent_within_reason"),
        sa.CheckConstraint("per_text between 2 and 9", name="scored_by_some"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    rubric_id: Mapped[int] = mapped_column(sa.ForeignKey("rubric.id"))
    percent: Mapped[int]
    per_text: Mapped[int]  # how many score each text
    seed: Mapped[str] = mapped_column(
        sa.String(SEED_LENGTH)
    )  # with it, the draw can be done again and comes out the same
    drawn_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    drawn_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]  # from then on the scores are shown, and none is added

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    rubric: Mapped[Rubric] = relationship(lazy="raise")
    drawn_by: Mapped[User] = relationship(lazy="raise")
    texts: Mapped[list["SampledText"]] = relationship(
        back_populates="calibration", lazy="raise", order_by="SampledText.code"
    )

    @classmethod
    def draw(
        cls,
        cohort: Cohort,
        rubric: Rubric,
        candidates: Mapping[int, Sequence[int]],
        *,
        percent: int,
        per_text: int = ASSESSORS_PER_TEXT,
        seed: str | None = None,
        by: User,
        now: datetime,
    ) -> "Calibration":
        """Draw `percent` of the submissions, each for `per_text` assessors, by a recorded seed.

        `candidates` tells for each submission, by its id, the ids of those who may score it blind. A text that too
        few may score is not drawn. Whoever has the fewest texts so far comes first, and the lot decides among equals.
        """
        able = sorted(submission for submission, assessors in candidates.items() if len(set(assessors)) >= per_text)
        wanted = -(-len(candidates) * percent // 100)  # rounded up
        if not able or not wanted:
            raise Refused(N_("No text can be drawn: each needs assessors who neither guide its writer nor know them."))
        seed = seed or secrets.token_hex(8)
        lot = random.Random(seed)  # noqa: S311 - a lottery that anybody can do again, not a secret
        calibration = cls(
            cohort=cohort, rubric=rubric, percent=percent, per_text=per_text, seed=seed, drawn_by=by, drawn_at=now,
            texts=[],
        )  # fmt: skip
        load: dict[int, int] = {}
        for submission_id in lot.sample(able, min(wanted, len(able))):
            order = sorted(set(candidates[submission_id]))
            lot.shuffle(order)
            chosen = sorted(order, key=lambda assessor: load.get(assessor, 0))[:per_text]
            for assessor in chosen:
                load[assessor] = load.get(assessor, 0) + 1
            text = SampledText(cohort=cohort, submission_id=submission_id, code=secrets.token_urlsafe(12))
            text.scorings = [
                Scoring(cohort=cohort, assessor_id=assessor, assigned_at=now, note="", ratings=[])
                for assessor in chosen
            ]
            calibration.texts.append(text)
        return calibration

    @property
    def is_open(self) -> bool:
        """Whether texts are still scored."""
        return self.closed_at is None

    def close(self, *, now: datetime) -> None:
        """No more scores; those there are may be compared."""
        self.closed_at = self.closed_at or now


class SampledText(Base):
    """A submission in a sample. Assessors know it by a code that tells nothing."""

    __tablename__ = "sampled_text"
    __table_args__ = (sa.UniqueConstraint("calibration_id", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    calibration_id: Mapped[int] = mapped_column(sa.ForeignKey("calibration.id"))
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(CODE_LENGTH), unique=True)

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    calibration: Mapped[Calibration] = relationship(back_populates="texts", lazy="raise")
    submission: Mapped[Submission] = relationship(lazy="raise")
    scorings: Mapped[list["Scoring"]] = relationship(back_populates="text", lazy="raise", order_by="Scoring.id")
    moderations: Mapped[list["Moderation"]] = relationship(
        back_populates="text", lazy="raise", order_by="Moderation.id"
    )

    def pass_on(self, assessor: User, able: Collection[int], *, now: datetime) -> "Scoring":
        """Give a text that an assessor has passed on to another, one of those who are `able` by their ids.

        Needs `calibration` and `scorings` loaded.
        """
        if not self.calibration.is_open:
            raise Refused(N_("This sample is closed: the scores are being compared."))
        if not self.lacks:
            raise Refused(N_("This text has all its assessors."))
        if assessor.id not in able or any(scoring.assessor_id == assessor.id for scoring in self.scorings):
            raise Refused(N_("This person may not score this text blind. Choose another."))
        scoring = Scoring(cohort=self.cohort, assessor_id=assessor.id, assigned_at=now)
        self.scorings.append(scoring)
        return scoring

    @property
    def lacks(self) -> int:
        """How many assessors are missing since some have passed it on. Needs `calibration` and `scorings` loaded."""
        return self.calibration.per_text - sum(scoring.recused_at is None for scoring in self.scorings)


class Scoring(Base):
    """One assessor's blind scores of one text."""

    __tablename__ = "scoring"
    __table_args__ = (
        sa.UniqueConstraint("text_id", "assessor_id"),
        sa.CheckConstraint("recused_at is null or length(note) > 0", name="recused_for_a_reason"),
        sa.CheckConstraint("recused_at is null or scored_at is null", name="scored_or_recused"),
        sa.Index("ix_scoring_assessor_id", "assessor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("sampled_text.id"))
    assessor_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    assigned_at: Mapped[datetime]
    scored_at: Mapped[datetime | None]
    recused_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    text: Mapped[SampledText] = relationship(back_populates="scorings", lazy="raise")
    assessor: Mapped[User] = relationship(lazy="raise")
    ratings: Mapped[list[Rating]] = relationship(lazy="raise", order_by=Rating.id, cascade="all, delete-orphan")

    @property
    def is_open(self) -> bool:
        """Whether it waits for its assessor."""
        return self.scored_at is None and self.recused_at is None

    def score(self, levels: Mapping[str, float], note: str, *, now: datetime) -> None:
        """Score every criterion; until the sample is closed this may be done again.

        Needs `text` with its `calibration` and rubric, and `ratings` loaded.
        """
        calibration = self.text.calibration
        self._must_be_open(calibration)
        if set(levels) != {criterion.key for criterion in calibration.rubric.criteria}:
            raise Refused(N_("Choose a level for each criterion."))
        fresh = calibration.rubric.ratings(levels)
        known = {rating.criterion: rating for rating in self.ratings}
        for rating in fresh:
            if rating.criterion in known:
                known[rating.criterion].level = rating.level
            else:
                rating.submission_id = self.text.submission_id
                self.ratings.append(rating)
        self.scored_at, self.note = now, note.strip()

    def recuse(self, reason: str, *, now: datetime) -> None:
        """The assessor knows after all whose it is, or is too close to judge."""
        self._must_be_open(self.text.calibration)
        if not reason.strip():
            raise Refused(N_("A reason is needed."))
        if self.scored_at is not None:
            raise Refused(N_("You have scored this text already."))
        self.recused_at, self.note = now, reason.strip()

    def _must_be_open(self, calibration: Calibration) -> None:
        if not calibration.is_open:
            raise Refused(N_("This sample is closed: the scores are being compared."))
        if self.recused_at is not None:
            raise Refused(N_("You have passed this text on."))


class Moderation(Base):
    """After the comparison, somebody settled what level a text has, and why. The blind scores stay as they were."""

    __tablename__ = "moderation"
    __table_args__ = (
        sa.CheckConstraint("length(reason) > 0", name="has_a_reason"),
        sa.CheckConstraint(f"level between 0 and {HIGHEST_SCORE}", name="level_within_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("sampled_text.id"), index=True)
    criterion: Mapped[str] = mapped_column(sa.String(30))
    level: Mapped[float]
    reason: Mapped[str] = mapped_column(sa.String(REASON_LENGTH))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    text: Mapped[SampledText] = relationship(back_populates="moderations", lazy="raise")
    by: Mapped[User] = relationship(lazy="raise")

    @classmethod
    def settle(
        cls, text: SampledText, criterion: str, level: float, reason: str, *, by: User, now: datetime
    ) -> "Moderation":
        """Settle one criterion of a text of a closed sample. The last word counts; the earlier ones stay on record."""
        if text.calibration.is_open:
            raise Refused(N_("Close the sample first; until then nobody may see the scores."))
        text.calibration.rubric.check({criterion: level})
        if not reason.strip():
            raise Refused(N_("A reason is needed."))
        return cls(
            cohort=text.cohort, text=text, criterion=criterion, level=level, reason=reason.strip(), by=by, at=now
        )
