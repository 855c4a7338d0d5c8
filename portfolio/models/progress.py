"""Progress: for each trainee and module, how many reflections stand where; kept by the verbs as they happen."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base
from portfolio.models.account import User
from portfolio.models.asked import COUNTING, Mark, Rule
from portfolio.models.cohort import Cohort, Module
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
    """One trainee in one module. `submitted` is how many were handed in, whatever became of them since.

    To be complete may depend on another module. So where something may become complete, `beside` stands for what is
    stored of the same trainee in the modules that this one waits for, or that wait for it, themselves or by way of
    others; that may be all of them, and this one too. Each needs its `module` loaded.
    """

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
    kept: Mapped[dict[str, list[str | float | None]]] = mapped_column(sa.JSON)  # `marks`, by the session's id

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(back_populates="progress", lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")

    @classmethod
    def begin(cls, enrolment: Enrolment, module: Module) -> "ModuleProgress":
        """Nothing done yet."""
        return cls(
            cohort=enrolment.cohort, enrolment=enrolment, module=module,
            submitted=0, waiting=0, returned=0, accepted=0, excused=0, kept={},
        )  # fmt: skip

    @property
    def required(self) -> int:
        """How many reflections this trainee owes the module. Needs `module` loaded."""
        return max(0, self.module.required - self.excused)

    @property
    def marks(self) -> dict[int, Mark]:
        """What is kept of each reflection that was handed in and is not excused, by the session's id."""
        return {int(session_id): Mark.read(kept) for session_id, kept in self.kept.items()}

    @marks.setter
    def marks(self, marks: Mapping[int, Mark]) -> None:
        self.kept = {str(session_id): marks[session_id].kept for session_id in sorted(marks)}

    @property
    def counting(self) -> int:
        """How many count by the module's rule."""
        return self._counting(self.module.rule)

    def is_met(self, beside: Iterable["ModuleProgress"]) -> bool:
        """Whether the rule of the module is met now."""
        return self.would_meet(self.module.rule, beside)

    def would_meet(
        self, rule: Rule, beside: Iterable["ModuleProgress"], *, marks: Mapping[int, Mark] | None = None
    ) -> bool:
        """Whether such a rule would be met now; `marks` are others than those that are kept, if days were others."""
        is_open = rule.prerequisite_id is None or any(
            row.module_id == rule.prerequisite_id and row.completed_at is not None for row in beside
        )
        return is_open and self.reaches(rule, marks=marks)

    def reaches(self, rule: Rule, *, marks: Mapping[int, Mark] | None = None) -> bool:
        """Whether it would be met if nothing else had to be complete before.

        A module that asks for nothing has nothing to complete.
        """
        if rule.required < 1 or self._counting(rule) < rule.required - self.excused:
            return False
        return rule.on_time is None or rule.is_timely(*rule.of_those_on_time((marks or self.marks).values()))

    def _counting(self, rule: Rule) -> int:
        if rule.min_level is not None:
            return rule.of_those_on_time(self.marks.values())[1]
        by_state = {State.SUBMITTED: self.waiting, State.RETURNED: self.returned, State.ACCEPTED: self.accepted}
        return sum(by_state[state] for state in COUNTING[rule.basis])

    @property
    def counts(self) -> dict[str, int]:
        """The stored counts by their names."""
        return {name: getattr(self, name) for name in ("submitted", "waiting", "returned", "accepted", "excused")}

    def moved(
        self,
        before: State,
        after: State,
        *,
        session_id: int,
        mark: Mark | None,
        beside: Iterable["ModuleProgress"],
        now: datetime,
    ) -> None:
        """A reflection went from one state to another; `mark` is what there is to keep of it from now on.

        Only what is reopened can undo a completion, and only that of its own module.
        """
        for name in COUNTED[before]:
            setattr(self, name, getattr(self, name) - 1)
        for name in COUNTED[after]:
            setattr(self, name, getattr(self, name) + 1)
        self._keep(session_id, mark)
        if before is State.ACCEPTED and not self.reaches(self.module.rule):
            self.completed_at = None
        else:
            self.settle(beside, now=now)

    def due(self, session_id: int, due_on: date, *, beside: Iterable["ModuleProgress"], now: datetime) -> None:
        """The day of this trainee for a session is another from now on; what was handed in is on time by that."""
        mark = self.marks.get(session_id)
        if mark is not None:
            self._keep(session_id, replace(mark, due_on=due_on))
            self.settle(beside, now=now)

    def settle(self, beside: Iterable["ModuleProgress"], *, now: datetime) -> None:
        """Complete it if its rule is met, and with it what waited for it alone."""
        beside = list(beside)
        if self.completed_at is None and self.is_met(beside):
            for row in (self, *self.releases(beside)):
                row.completed_at = row.completed_at or now

    def releases(self, beside: Collection["ModuleProgress"]) -> Iterator["ModuleProgress"]:
        """What waits for this module to be complete, and for nothing else; and what waits for that in turn."""
        for row in beside:
            waits = row.completed_at is None and row.module.prerequisite_id is not None
            if waits and row.module.prerequisite_id == self.module_id and row.reaches(row.module.rule):
                yield row
                yield from row.releases(beside)

    def _keep(self, session_id: int, mark: Mark | None) -> None:
        others = {key: kept for key, kept in self.marks.items() if key != session_id}
        self.marks = others if mark is None else others | {session_id: mark}

    def recount(self, states: Iterable[State], marks: Mapping[int, Mark]) -> bool:
        """Count again from the reflections themselves; whether anything had to be put right. Settle it afterwards."""
        counted = Counter(name for state in states for name in COUNTED[state])
        right = {name: counted[name] for name in self.counts}
        wrong = right != self.counts or dict(marks) != self.marks
        for name, count in right.items():
            setattr(self, name, count)
        if wrong:
            self.marks = marks
        return wrong


def enrol(user: User, cohort: Cohort, *, group: str = "", now: datetime) -> Enrolment:
    """Make a person a trainee of a cohort, with nothing done in each module. Needs `modules` of the cohort loaded."""
    enrolment = Enrolment(
        user=user, cohort=cohort, group=group, created_at=now, mentorships=[], conflicts=[], reflections=[]
    )
    enrolment.progress = [ModuleProgress.begin(enrolment, module) for module in cohort.modules]
    return enrolment
