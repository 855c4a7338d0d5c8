"""Rubrics and what was chosen from them: by a writer of their own text, by a reviewer, by a second reader, blind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, Bilingual
from portfolio.errors import N_, Refused, Stale
from portfolio.models.cohort import Cohort
from portfolio.models.programme import fingerprint

if TYPE_CHECKING:
    from portfolio.models.submission import Submission

WHOLE = "whole"  # the one criterion of a holistic rubric
HALF = 0.5
HIGHEST_SCORE = 9
MOST_CRITERIA = 10
LEVEL_LENGTH, DESCRIPTOR_LENGTH, CRITERION_LENGTH, END_LENGTH = 60, 300, 80, 200


@dataclass(frozen=True)
class Level:
    """One level of a rubric, as it is shown where one chooses."""

    score: int
    name: Bilingual
    descriptor: Bilingual | None


@dataclass(frozen=True)
class Criterion:
    """One thing that is looked at; `low` and `high` say what the two ends of the scale look like."""

    key: str
    name: Bilingual
    weight: int
    low: Bilingual | None
    high: Bilingual | None


class Rubric(Base):
    """One version of a rubric in a cohort. It never changes: what is corrected is a new version."""

    __tablename__ = "rubric"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "slug", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(sa.String(30))
    version: Mapped[int]
    pack: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # as checked; see data of the rubrics that come along
    created_at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(back_populates="rubrics", lazy="raise")

    @classmethod
    def adopt(cls, pack: Mapping[str, Any], *, cohort: Cohort, now: datetime) -> "Rubric":
        """The rubric of a cohort that says what `pack` says; a new version only if none does.

        Needs `rubrics` of the cohort loaded.
        """
        of_its_name = [rubric for rubric in cohort.rubrics if rubric.slug == pack["id"]]
        for rubric in of_its_name:
            if fingerprint(rubric.pack) == fingerprint(dict(pack)):
                return rubric
        version = 1 + max((rubric.version for rubric in of_its_name), default=0)
        adopted = cls(slug=pack["id"], version=version, pack=dict(pack), created_at=now)
        cohort.rubrics.append(adopted)
        return adopted

    def reword(self, pack: Mapping[str, Any], *, cohort: Cohort, now: datetime) -> "Rubric":
        """Say it in the cohort's own words: a new version, to which the modules that use this one move.

        What was chosen before keeps the words it was chosen by. Needs `rubrics` and `modules` of the cohort loaded.
        """
        if self.slug != pack["id"] or _bones(self.pack) != _bones(pack):
            raise Refused(N_("Only the words of a rubric can be changed: its levels and criteria stay."))
        in_use = {module.rubric_id for module in cohort.modules}
        if self.id not in in_use and any(each.slug == self.slug and each.id in in_use for each in cohort.rubrics):
            raise Stale(N_("The words of this rubric were changed by somebody else after you opened them."))
        reworded = Rubric.adopt(pack, cohort=cohort, now=now)
        for module in cohort.modules:
            if module.rubric_id == self.id:
                module.rubric = reworded
        return reworded

    @property
    def title(self) -> Bilingual:
        """What it is called."""
        return Bilingual(self.pack["title"])

    @property
    def is_holistic(self) -> bool:
        """Whether one level is chosen for the whole text."""
        return not self.pack.get("criteria")

    @property
    def levels(self) -> list[Level]:
        """The levels, the lowest first."""
        levels = sorted(self.pack["levels"], key=lambda level: int(level["score"]))
        return [Level(level["score"], Bilingual(level["name"]), _words(level, "descriptor")) for level in levels]

    @property
    def criteria(self) -> list[Criterion]:
        """What is looked at; the text as a whole, if nothing else."""
        if self.is_holistic:
            return [Criterion(WHOLE, self.title, 100, None, None)]
        return [
            Criterion(each["key"], Bilingual(each["name"]), each["weight"], _words(each, "low"), _words(each, "high"))
            for each in self.pack["criteria"]
        ]

    @property
    def scale(self) -> list[float]:
        """Every level that may be chosen, with those half-way where the rubric has them."""
        scores = [float(level.score) for level in self.levels]
        halves = [score + HALF for score in scores[:-1]] if self.pack.get("half_levels") else []
        return sorted(scores + halves)

    def check(self, chosen: Mapping[str, float]) -> None:
        """Refuse what is not in this rubric; not every criterion has to be chosen."""
        known = {criterion.key for criterion in self.criteria}
        if not known.issuperset(chosen) or not set(self.scale).issuperset(chosen.values()):
            raise Refused(N_("This level is not in the rubric. Choose one of those that are shown."))

    def mean(self, chosen: Mapping[str, float]) -> float | None:
        """What was chosen, as one level: by the weights of the criteria that a level was chosen for."""
        weights = {criterion.key: criterion.weight for criterion in self.criteria if criterion.key in chosen}
        whole = sum(weights.values())
        return sum(chosen[key] * weight for key, weight in weights.items()) / whole if whole else None

    def ratings(self, chosen: Mapping[str, float] | None) -> list["Rating"]:
        """What was chosen, as rows."""
        self.check(chosen or {})
        return [
            Rating(cohort_id=self.cohort_id, rubric_id=self.id, criterion=criterion.key, level=chosen[criterion.key])
            for criterion in self.criteria
            if chosen and criterion.key in chosen
        ]


class Rating(Base):
    """The level somebody chose for one criterion. Without a review, second look or scoring it is the writer's own."""

    __tablename__ = "rating"
    __table_args__ = (
        sa.CheckConstraint(f"level between 0 and {HIGHEST_SCORE}", name="level_within_reason"),
        sa.CheckConstraint("level * 2 = round(level * 2)", name="level_in_halves"),
        sa.CheckConstraint(
            "(review_id is not null and second_look_id is null and scoring_id is null)"
            " or (review_id is null and (second_look_id is null or scoring_id is null))",
            name="belongs_to_one",
        ),
        sa.UniqueConstraint("review_id", "criterion"),
        sa.UniqueConstraint("second_look_id", "criterion"),
        sa.UniqueConstraint("scoring_id", "criterion"),
        sa.Index(
            "uq_rating_own",
            "submission_id",
            "criterion",
            unique=True,
            sqlite_where=sa.text("review_id IS NULL AND second_look_id IS NULL AND scoring_id IS NULL"),
            postgresql_where=sa.text("review_id IS NULL AND second_look_id IS NULL AND scoring_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    rubric_id: Mapped[int] = mapped_column(sa.ForeignKey("rubric.id"), index=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    review_id: Mapped[int | None] = mapped_column(sa.ForeignKey("review.id"))
    second_look_id: Mapped[int | None] = mapped_column(sa.ForeignKey("second_look.id"))
    scoring_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scoring.id"))
    criterion: Mapped[str] = mapped_column(sa.String(30))
    level: Mapped[float]

    rubric: Mapped[Rubric] = relationship(lazy="raise")
    submission: Mapped["Submission"] = relationship(back_populates="ratings", lazy="raise")


def _bones(pack: Mapping[str, Any]) -> tuple[object, ...]:
    """What makes levels that were chosen comparable from one version to the next."""
    scores = [level["score"] for level in pack["levels"]]
    criteria = [(each["key"], each["weight"]) for each in pack.get("criteria") or ()]
    return scores, criteria, bool(pack.get("half_levels"))


def _words(pack: Mapping[str, Any], name: str) -> Bilingual | None:
    return Bilingual(pack[name]) if pack.get(name) else None
