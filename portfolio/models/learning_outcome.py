"""What a programme is for: a tree of outcomes, each answered for by one owner, and which sessions serve them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.alignment import MOST_CONTRIBUTORS, OWNER_LENGTH, PlannedOutcome, Rank, same_owner
from portfolio.database import Base, Bilingual, word_of
from portfolio.errors import N_, Refused
from portfolio.models.account import User
from portfolio.models.cohort import Agenda, Cohort, Module, TrainingSession

OUTCOME_LENGTH = 2_000

serving = sa.Table(
    "outcome_session",
    Base.metadata,
    sa.Column("learning_outcome_id", sa.ForeignKey("learning_outcome.id", ondelete="CASCADE"), primary_key=True),
    sa.Column(
        "training_session_id", sa.ForeignKey("training_session.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
)


class LearningOutcome(Base):
    """One node of the tree: of the programme, an agenda, a module, or an indicator by which it is seen.

    Each hangs under one of the rank above, in the same cohort; the database holds that, so that no cycle can be.
    """

    __tablename__ = "learning_outcome"
    __table_args__ = (
        sa.UniqueConstraint("cohort_id", "id", "rank"),
        sa.UniqueConstraint("cohort_id", "position"),
        sa.ForeignKeyConstraint(
            ["cohort_id", "parent_id", "parent_rank"],
            ["learning_outcome.cohort_id", "learning_outcome.id", "learning_outcome.rank"],
        ),
        sa.CheckConstraint("rank between 1 and 4", name="known_rank"),
        sa.CheckConstraint("parent_rank = rank - 1", name="hangs_one_below"),
        sa.CheckConstraint("(rank = 1) = (parent_id is null)", name="only_the_first_rank_is_on_top"),
        sa.CheckConstraint("(rank = 2) = (agenda_id is not null)", name="agenda_of_its_rank"),
        sa.CheckConstraint("(rank = 3) = (module_id is not null)", name="module_of_its_rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(index=True)
    parent_rank: Mapped[int]
    rank: Mapped[int]
    position: Mapped[int]  # in the whole tree as it was laid out; what is added later comes last in its branch
    words: Mapped[Bilingual]
    owner: Mapped[str] = mapped_column(sa.String(OWNER_LENGTH), default="")
    contributors: Mapped[list[str]] = mapped_column(sa.JSON)
    agenda_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agenda.id"), index=True)
    module_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module.id"), index=True)
    ended_at: Mapped[datetime | None]  # it is aimed at no longer; what was claimed of it stays

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    parent: Mapped["LearningOutcome | None"] = relationship(
        lazy="raise",
        remote_side="LearningOutcome.id",
        primaryjoin="LearningOutcome.parent_id == LearningOutcome.id",
        foreign_keys="LearningOutcome.parent_id",
        back_populates="children",
    )
    children: Mapped[list["LearningOutcome"]] = relationship(
        lazy="raise",
        primaryjoin="LearningOutcome.id == LearningOutcome.parent_id",
        foreign_keys="LearningOutcome.parent_id",
        back_populates="parent",
        order_by="LearningOutcome.position",
    )
    agenda: Mapped[Agenda | None] = relationship(lazy="raise")
    module: Mapped[Module | None] = relationship(lazy="raise")
    sessions: Mapped[list[TrainingSession]] = relationship(
        secondary=serving, lazy="raise", order_by=TrainingSession.position
    )

    @classmethod
    def lay_out(
        cls, cohort: Cohort, planned: Sequence[PlannedOutcome], *, before: Sequence["LearningOutcome"]
    ) -> list["LearningOutcome"]:
        """The tree of a cohort as its programme has it, parents before children; only where there is none yet.

        What the cohort has no longer, an agenda or a session that was never unfolded, is passed over. Needs `agendas`,
        `modules` and `sessions` of the cohort loaded.
        """
        if before:
            raise Refused(N_("This cohort has its outcomes already."))
        agendas = {agenda.slug: agenda for agenda in cohort.agendas}
        modules = {module.slug: module for module in cohort.modules}
        sessions = {session.slug: session for session in cohort.sessions}
        made: dict[str, LearningOutcome] = {}
        for place, plan in enumerate(planned, start=1):
            parent = made.get(plan.parent) if plan.parent is not None else None
            agenda = agendas.get(plan.agenda or "") if plan.rank is Rank.AGENDA else None
            module = modules.get(plan.module or "") if plan.rank is Rank.MODULE else None
            is_orphan = plan.parent is not None and parent is None
            if is_orphan or (plan.rank is Rank.AGENDA and not agenda) or (plan.rank is Rank.MODULE and not module):
                continue
            made[plan.key] = cls(
                cohort=cohort, parent=parent, parent_rank=plan.rank - 1, rank=int(plan.rank), position=place,
                words=Bilingual(plan.words), owner=plan.owner, contributors=list(plan.contributors),
                agenda=agenda, module=module,
                sessions=[sessions[slug] for slug in plan.sessions if slug in sessions],
            )  # fmt: skip
        return list(made.values())

    @property
    def is_current(self) -> bool:
        """Whether it is aimed at."""
        return self.ended_at is None

    @property
    def is_seen_in_texts(self) -> bool:
        """Whether a reflection can claim it: an agenda's or the programme's is shown by those below it."""
        return self.rank >= Rank.MODULE

    def change(
        self,
        words: Mapping[str, str],
        owner: str,
        contributors: Iterable[str],
        sessions: Sequence[TrainingSession],
        *,
        by: User,
        now: datetime,
    ) -> "OutcomeChange | None":
        """Say it, own or serve it otherwise; the same again changes nothing. Needs `cohort` and `sessions` loaded."""
        owner, contributors = squeezed(owner), _contributors(owner, contributors)
        if not same_owner(owner) and self.cohort.outcomes_published_at is not None:
            raise Refused(N_("These outcomes are published, and each of them needs somebody who answers for it."))
        was = (dict(self.words), self.owner, list(self.contributors), {session.id for session in self.sessions})
        said = ({"id": words["id"].strip(), "en": words["en"].strip()}, owner, contributors)
        if was == (*said, {session.id for session in sessions}):
            return None
        fields = zip(("words", "owner", "contributors"), was, said, strict=False)
        told: dict[str, list[object]] = {name: [old, new] for name, old, new in fields if old != new}
        if was[3] != {session.id for session in sessions}:
            told["sessions"] = [_slugs(self.sessions), _slugs(sessions)]
        self.words, self.owner, self.contributors = Bilingual(said[0]), owner, contributors
        self.sessions = list(sessions)
        return OutcomeChange(cohort=self.cohort, outcome=self, act=OutcomeAct.CHANGED, told=told, by=by, at=now)

    def own_below(self, *, by: User, now: datetime, tree: Iterable["LearningOutcome"]) -> list["OutcomeChange"]:
        """Whoever answers for it answers for all below it for which nobody does. `tree` is that of the cohort."""
        below, changes = {self.id}, []
        for node in sorted(tree, key=lambda each: each.rank):
            if node.parent_id in below and node.is_current:
                below.add(node.id)
                if not same_owner(node.owner):
                    node.owner, mine = self.owner, same_owner(self.owner)
                    node.contributors = [name for name in node.contributors if same_owner(name) != mine]
                    told: dict[str, list[object]] = {"owner": ["", self.owner]}
                    changes.append(
                        OutcomeChange(
                            cohort=self.cohort, outcome=node, act=OutcomeAct.CHANGED, told=told, by=by, at=now
                        )
                    )
        return changes

    def add(
        self,
        words: Mapping[str, str],
        owner: str,
        *,
        module: Module | None = None,
        position: int,
        by: User,
        now: datetime,
    ) -> "OutcomeChange":
        """Put one below it: under an agenda that of a module, which has to be named, under a module's an indicator.

        `position` is the next that is free in the tree. Needs `cohort` loaded.
        """
        owner = squeezed(owner)
        if not self.is_current:
            raise Refused(N_("This outcome has ended, so nothing can be put below it."))
        if self.rank not in (Rank.AGENDA, Rank.MODULE) or (self.rank == Rank.AGENDA) != (module is not None):
            raise Refused(N_("Only the outcome of a module hangs under an agenda, and only an indicator under that."))
        if module is not None and module.agenda_id != self.agenda_id:
            raise Refused(N_("This module belongs to another agenda."))
        _contributors(owner, ())
        if not same_owner(owner) and self.cohort.outcomes_published_at is not None:
            raise Refused(N_("These outcomes are published, and each of them needs somebody who answers for it."))
        node = LearningOutcome(
            cohort=self.cohort, parent=self, parent_rank=self.rank, rank=self.rank + 1, position=position,
            words=Bilingual({"id": words["id"].strip(), "en": words["en"].strip()}), owner=owner, contributors=[],
            module=module, sessions=[],
        )  # fmt: skip
        return OutcomeChange(cohort=self.cohort, outcome=node, act=OutcomeAct.ADDED, told={}, by=by, at=now)

    def end(self, *, tree: Iterable["LearningOutcome"], by: User, now: datetime) -> list["OutcomeChange"]:
        """It is aimed at no longer, nor is what hangs below it; what was claimed stays. `tree` is the cohort's."""
        if self.rank == Rank.PROGRAMME:
            raise Refused(N_("The outcome of the programme cannot be ended; change its wording instead."))
        below, changes = {self.id}, []
        for node in sorted(tree, key=lambda each: each.rank):
            if (node.id in below or node.parent_id in below) and node.is_current:
                below.add(node.id)
                node.ended_at = now
                changes.append(
                    OutcomeChange(cohort=self.cohort, outcome=node, act=OutcomeAct.ENDED, told={}, by=by, at=now)
                )
        return changes


class OutcomeAct(Enum):
    """What was done to the outcomes of a cohort."""

    LAID_OUT = "laid_out"
    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    PUBLISHED = "published"


class OutcomeChange(Base):
    """Somebody changed the outcomes of a cohort, or published them. Never changed."""

    __tablename__ = "outcome_change"
    __table_args__ = (
        sa.CheckConstraint("(act in ('laid_out', 'published')) = (outcome_id is null)", name="of_one_or_of_all"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"), index=True)
    outcome_id: Mapped[int | None] = mapped_column(sa.ForeignKey("learning_outcome.id"), index=True)
    act: Mapped[OutcomeAct] = mapped_column(word_of(OutcomeAct, "known_act"))
    told: Mapped[dict[str, list[object]]] = mapped_column(sa.JSON)  # by the name of what changed: before, and since
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    outcome: Mapped[LearningOutcome | None] = relationship(lazy="raise")
    by: Mapped[User] = relationship(lazy="raise")

    @classmethod
    def laid_out(cls, cohort: Cohort, *, by: User, now: datetime) -> "OutcomeChange":
        """The tree was taken over from the programme."""
        return cls(cohort=cohort, outcome=None, act=OutcomeAct.LAID_OUT, told={}, by=by, at=now)

    @classmethod
    def publish(
        cls, cohort: Cohort, tree: Sequence[LearningOutcome], *, by: User, now: datetime
    ) -> "OutcomeChange | None":
        """Let trainees see the outcomes and claim them; refused while nobody answers for one of them.

        Where they are published already, nothing changes.
        """
        current = [node for node in tree if node.is_current]
        if cohort.outcomes_published_at is not None:
            return None
        if not current:
            raise Refused(N_("There are no outcomes to publish yet."))
        unowned = [node for node in current if not same_owner(node.owner)]
        if unowned:
            raise Refused(
                N_("Nobody answers yet for: %(words)s (%(count)s in all). Name an owner for each, then publish."),
                words=unowned[0].words,
                count=len(unowned),
            )
        cohort.outcomes_published_at = now
        return cls(cohort=cohort, outcome=None, act=OutcomeAct.PUBLISHED, told={}, by=by, at=now)


def squeezed(name: str) -> str:
    """A name on one line, without what surrounds it."""
    return " ".join(name.split())


def _contributors(owner: str, names: Iterable[str]) -> list[str]:
    if any(sign in owner for sign in ";\n"):
        raise Refused(N_("One alone answers for an outcome. Name the others among those who contribute."))
    contributors: dict[str, str] = {}
    for name in names:
        contributors.setdefault(same_owner(name), squeezed(name))
    contributors.pop("", None)
    if same_owner(owner) in contributors:
        raise Refused(N_("Who answers for an outcome need not be named among those who contribute."))
    if len(contributors) > MOST_CONTRIBUTORS:
        raise Refused(N_("At most %(most)s can be named as contributing."), most=MOST_CONTRIBUTORS)
    return list(contributors.values())


def _slugs(sessions: Iterable[TrainingSession]) -> list[str]:
    return sorted(session.slug for session in sessions)
