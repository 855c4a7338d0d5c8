"""The rules of modules as they change: what is asked for, from when, by whom and why; nobody's completion is lost."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused, Stale
from portfolio.models.account import User
from portfolio.models.asked import LEAST_SHARE, WHOLE_SHARE, Basis, Mark, Rule
from portfolio.models.cohort import Cohort, Module
from portfolio.models.progress import ModuleProgress

RULE_REASON_LENGTH = 1_000
# Nothing is as good as anything else that is nothing, which SQL has two minds about.
CHANGES = (
    "required != from_required or basis != from_basis"
    " or coalesce(min_level, -1) != coalesce(from_min_level, -1) or coalesce(on_time, -1) != coalesce(from_on_time, -1)"
    " or coalesce(prerequisite_id, -1) != coalesce(from_prerequisite_id, -1)"
)
LEVELS = "{0}min_level between 0 and 9 and {0}min_level * 2 = round({0}min_level * 2)"


@dataclass(frozen=True)
class Effect:
    """What a rule would do to those whom it concerns, as counts of trainees."""

    gain: int  # become complete at once
    keep: int  # are complete, would not be by the new rule, and stay complete
    stay: int  # are complete before and after
    others: int  # are not complete, before and after
    beyond: int = 0  # how often another module becomes complete with it, which waited for this one

    @classmethod
    def of(
        cls,
        rows: Iterable[ModuleProgress],
        rule: Rule,
        *,
        beside: Iterable[ModuleProgress],
        due: Callable[[ModuleProgress], Mapping[int, Mark]] | None = None,
    ) -> Self:
        """The effect of a rule on these rows of one module.

        `beside` are those of the module it waits for, and of all that wait for this one, with their `module`; `due`
        tells what would be kept of a row's reflections, were they due by other days.
        """
        beyond, counts = 0, {(complete, met): 0 for complete in (False, True) for met in (False, True)}
        for row, there, is_met in _judged(rows, rule, beside, due):
            is_complete = row.completed_at is not None
            counts[is_complete, is_met] += 1
            if is_met and not is_complete:
                beyond += len(list(row.releases(there)))
        return cls(counts[False, True], counts[True, False], counts[True, True], counts[False, False], beyond)

    @staticmethod
    def gainers(
        rows: Iterable[ModuleProgress],
        rule: Rule,
        *,
        beside: Iterable[ModuleProgress],
        due: Callable[[ModuleProgress], Mapping[int, Mark]] | None = None,
    ) -> set[int]:
        """The enrolments of those who become complete by it at once, whom `gain` counts."""
        judged = _judged(rows, rule, beside, due)
        return {row.enrolment_id for row, _, is_met in judged if is_met and row.completed_at is None}

    @property
    def is_nothing(self) -> bool:
        """Whether it makes no difference to anybody."""
        return not (self.gain or self.keep or self.beyond)


def _judged(
    rows: Iterable[ModuleProgress],
    rule: Rule,
    beside: Iterable[ModuleProgress],
    due: Callable[[ModuleProgress], Mapping[int, Mark]] | None,
) -> Iterator[tuple[ModuleProgress, list[ModuleProgress], bool]]:
    """Each row with what stands beside it, and whether it would meet the rule."""
    places = _by_place(beside)
    for row in rows:
        there = places[row.enrolment_id]
        yield row, there, row.would_meet(rule, there, marks=due(row) if due else None)


def _by_place(rows: Iterable[ModuleProgress]) -> defaultdict[int, list[ModuleProgress]]:
    places: defaultdict[int, list[ModuleProgress]] = defaultdict(list)
    for row in rows:
        places[row.enrolment_id].append(row)
    return places


class RuleChange(Base):
    """A module was given another rule. Never changed; the first rule is that of the first change's `from_` columns."""

    __tablename__ = "rule_change"
    __table_args__ = (
        sa.UniqueConstraint("module_id", "version"),
        sa.CheckConstraint("version > 1", name="version_after_the_first"),
        sa.CheckConstraint("required >= 0 and from_required >= 0", name="required_not_negative"),
        sa.CheckConstraint(CHANGES, name="changes_something"),
        sa.CheckConstraint(LEVELS.format(""), name="level_in_halves"),
        sa.CheckConstraint(LEVELS.format("from_"), name="from_level_in_halves"),
        sa.CheckConstraint("min_level is null or basis = 'accepted'", name="level_of_what_is_accepted"),
        sa.CheckConstraint("from_min_level is null or from_basis = 'accepted'", name="from_level_of_what_is_accepted"),
        sa.CheckConstraint("on_time between 1 and 100", name="share_within_reason"),
        sa.CheckConstraint("from_on_time between 1 and 100", name="from_share_within_reason"),
        sa.CheckConstraint("prerequisite_id != module_id", name="waits_for_another"),
        sa.CheckConstraint("from_prerequisite_id != module_id", name="from_waits_for_another"),
        sa.CheckConstraint("gained >= 0 and kept >= 0", name="counts_not_negative"),
        sa.CheckConstraint("length(reason) > 0", name="has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"))
    version: Mapped[int]  # of the rule that holds from then on; the first one is 1
    from_required: Mapped[int]
    from_basis: Mapped[Basis] = mapped_column(word_of(Basis, "known_from_basis"))
    from_min_level: Mapped[float | None]
    from_on_time: Mapped[int | None]
    from_prerequisite_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module.id"))
    required: Mapped[int]
    basis: Mapped[Basis] = mapped_column(word_of(Basis, "known_basis"))
    min_level: Mapped[float | None]
    on_time: Mapped[int | None]
    prerequisite_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]
    gained: Mapped[int]  # trainees who became complete by it
    kept: Mapped[int]  # trainees who stayed complete though the new rule asks for more

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise", foreign_keys=module_id)
    by: Mapped[User] = relationship(lazy="raise")

    @property
    def from_rule(self) -> Rule:
        """What held before."""
        return Rule(
            self.from_required, self.from_basis, self.from_min_level, self.from_on_time, self.from_prerequisite_id
        )

    @property
    def rule(self) -> Rule:
        """What holds since."""
        return Rule(self.required, self.basis, self.min_level, self.on_time, self.prerequisite_id)

    @classmethod
    def check(cls, module: Module, rule: Rule) -> None:
        """Refuse what nobody could ever meet, or what is no rule, with the reason.

        Needs `sessions`, `rubric` and `cohort` of the module, and `modules` of that.
        """
        slots = sum(session.is_slot for session in module.sessions)
        if rule.required < 1:
            raise Refused(N_("A module that asks for nothing could never be complete. Excuse people from it instead."))
        if rule.required > slots:
            raise Refused(
                N_("This module expects %(slots)s reflections, so nobody could ever meet a rule of %(required)s."),
                slots=slots,
                required=rule.required,
            )
        if rule.on_time is not None and not LEAST_SHARE <= rule.on_time <= WHOLE_SHARE:
            raise Refused(N_("How many are to be on time is said in percent, from 1 to 100."))
        _check_level(module, rule)
        _check_prerequisite(module, rule)

    @classmethod
    def publish(
        cls,
        module: Module,
        rule: Rule,
        reason: str,
        *,
        rows: Sequence[ModuleProgress],
        beside: Sequence[ModuleProgress],
        before: Sequence["RuleChange"],
        seen: tuple[int, Effect],
        by: User,
        now: datetime,
    ) -> "RuleChange":
        """Let another rule hold from now on. Who meets it is complete; who was complete stays so.

        `rows` are those of all trainees of the module, `beside` those of the module that it is to wait for and of all
        that wait for it (each with its `module`), `before` the earlier changes. `seen` is what whoever publishes was
        shown: the version that held, and the effect of the new rule. Needs what `check` needs.
        """
        cls.check(module, rule)
        if rule == module.rule:
            raise Refused(N_("This is the rule already."))
        if not reason.strip():
            raise Refused(N_("Say why, so that others can understand it later."))
        effect = Effect.of(rows, rule, beside=beside)
        if (len(before) + 1, effect) != seen:
            raise Stale(N_("The rule or its figures have changed since you looked. Look at them again, then publish."))
        return cls.follow(module, rule, reason, rows=rows, beside=beside, before=before, by=by, now=now)

    @classmethod
    def follow(
        cls,
        module: Module,
        rule: Rule,
        reason: str,
        *,
        rows: Sequence[ModuleProgress],
        beside: Sequence[ModuleProgress],
        before: Sequence["RuleChange"],
        by: User,
        now: datetime,
    ) -> "RuleChange":
        """The rule that follows from what was agreed to. Who meets it is complete; who was complete stays so."""
        effect, old = Effect.of(rows, rule, beside=beside), module.rule
        change = cls(
            cohort_id=module.cohort_id, module=module, version=len(before) + 2,
            from_required=old.required, from_basis=old.basis, from_min_level=old.min_level,
            from_on_time=old.on_time, from_prerequisite_id=old.prerequisite_id,
            required=rule.required, basis=rule.basis, min_level=rule.min_level,
            on_time=rule.on_time, prerequisite_id=rule.prerequisite_id,
            reason=reason.strip()[:RULE_REASON_LENGTH], by=by, at=now, gained=effect.gain, kept=effect.keep,
        )  # fmt: skip
        module.rule = rule
        settle(rows, beside, now=now)
        return change


def settle(rows: Iterable[ModuleProgress], beside: Iterable[ModuleProgress], *, now: datetime) -> None:
    """Complete what is met now of these rows of one module, and with it what waited for it alone."""
    places = _by_place(beside)
    for row in rows:
        row.settle(places[row.enrolment_id], now=now)


def _check_level(module: Module, rule: Rule) -> None:
    if rule.min_level is None:
        return
    if rule.basis is not Basis.ACCEPTED:
        raise Refused(N_("A level can only be asked for of what is accepted: whoever accepts it gives the level."))
    if module.rubric is None:
        raise Refused(N_("This module has no rubric, so nobody could give the level that is asked for."))
    if rule.min_level not in module.rubric.scale:
        raise Refused(N_("This level is not in the rubric. Choose one of those that are shown."))


def _check_prerequisite(module: Module, rule: Rule) -> None:
    modules = {each.id: each for each in module.cohort.modules}
    chain, waits_for = [module], rule.prerequisite_id
    while waits_for is not None:
        if waits_for not in modules:
            raise Refused(N_("A module can only wait for another module of the same cohort."))
        other = modules[waits_for]
        if other is module and len(chain) == 1:
            raise Refused(N_("A module cannot wait for itself."))
        if other is module:
            names = [each.title for each in [*chain, module]]
            raise Refused(N_("Each of these would wait for the next, and none could ever be complete: %(circle)s."),
                          circle=names)  # fmt: skip
        if other.required < 1:
            raise Refused(
                N_("“%(module)s” asks for nothing and is never complete, so nothing can wait for it."),
                module=other.title,
            )
        chain.append(other)
        waits_for = other.prerequisite_id
