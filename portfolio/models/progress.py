"""Progress: for each trainee and module, how many reflections stand where; kept by the verbs as they happen."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base
from portfolio.models.account import User
from portfolio.models.cohort import Basis, Cohort, Module
from portfolio.models.enrolment import Enrolment
from portfolio.models.state import State

# Which counts a reflection in a state adds one to.
COUNTED: dict[State, tuple[str, ...]] = {
    State.DRAFT: (),
    State.SUBMITTED: ("submitted", "waiting"),
    State.RETURNED: ("submitted", "returned"),
    State.ACCEPTED: ("submitted", "accepted"),
    State.EXCUSED: ("excused",),
}


class ModuleProgress(Base):
    """One trainee in one module. `submitted` is how many were handed in, whatever became of them since."""

    __tablename__ = "module_progress"
    __table_args__ = (
        sa.CheckConstraint(
            "waiting >= 0 and returned >= 0 and accepted >= 0 and excused >= 0", name="counts_not_negative"
        ),
        sa.CheckConstraint("submitted = waiting + returned + accepted", name="counts_add_up"),
        sa.Index("ix_module_progress_cohort_id", "cohort_id", "enrolment_id"),
    )

    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), primary_key=True, index=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    submitted: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    excused: Mapped[int] = mapped_column(default=0)
    completed_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(back_populates="progress", lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")

    @classmethod
    def begin(cls, enrolment: Enrolment, module: Module) -> "ModuleProgress":
        """Nothing done yet."""
        return cls(
            cohort=enrolment.cohort, enrolment=enrolment, module=module,
            submitted=0, waiting=0, returned=0, accepted=0, excused=0,
        )  # fmt: skip

    @property
    def required(self) -> int:
        """How many reflections this trainee owes the module. Needs `module` loaded."""
        return max(0, self.module.required - self.excused)

    @property
    def counting(self) -> int:
        """How many count by the module's rule."""
        return self._counting(self.module.basis)

    @property
    def is_met(self) -> bool:
        """Whether the rule of the module is met now."""
        return self.would_meet(self.module.required, self.module.basis)

    def would_meet(self, required: int, basis: Basis) -> bool:
        """Whether such a rule would be met now. A module that asks for nothing has nothing to complete."""
        return required > 0 and self._counting(basis) >= max(0, required - self.excused)

    def _counting(self, basis: Basis) -> int:
        return {
            Basis.SUBMITTED: self.submitted,
            Basis.REVIEWED: self.returned + self.accepted,
            Basis.ACCEPTED: self.accepted,
        }[basis]

    @property
    def counts(self) -> dict[str, int]:
        """The stored counts by their names."""
        return {name: getattr(self, name) for name in ("submitted", "waiting", "returned", "accepted", "excused")}

    def moved(self, before: State, after: State, *, now: datetime) -> None:
        """A reflection went from one state to another. Only what is reopened can undo a completion."""
        for name in COUNTED[before]:
            setattr(self, name, getattr(self, name) - 1)
        for name in COUNTED[after]:
            setattr(self, name, getattr(self, name) + 1)
        if before is State.ACCEPTED and not self.is_met:
            self.completed_at = None
        elif self.is_met:
            self.completed_at = self.completed_at or now

    def recount(self, states: Iterable[State], *, now: datetime) -> bool:
        """Count again from the reflections themselves; whether anything had to be put right."""
        counted = Counter(name for state in states for name in COUNTED[state])
        right = {name: counted[name] for name in self.counts}
        wrong = right != self.counts
        for name, count in right.items():
            setattr(self, name, count)
        if self.is_met and self.completed_at is None:
            self.completed_at, wrong = now, True
        return wrong


def enrol(user: User, cohort: Cohort, *, group: str = "", now: datetime) -> Enrolment:
    """Make a person a trainee of a cohort, with nothing done in each module. Needs `modules` of the cohort loaded."""
    enrolment = Enrolment(
        user=user, cohort=cohort, group=group, created_at=now, mentorships=[], conflicts=[], reflections=[]
    )
    enrolment.progress = [ModuleProgress.begin(enrolment, module) for module in cohort.modules]
    return enrolment
