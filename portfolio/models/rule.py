"""The rules of modules as they change: what is asked for, from when, by whom and why; nobody's completion is lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused, Stale
from portfolio.models.account import User
from portfolio.models.cohort import Basis, Cohort, Module
from portfolio.models.progress import ModuleProgress

RULE_REASON_LENGTH = 1_000


@dataclass(frozen=True)
class Effect:
    """What a rule would do to those whom it concerns, as counts of trainees."""

    gain: int  # become complete at once
    keep: int  # are complete, would not be by the new rule, and stay complete
    stay: int  # are complete before and after
    others: int  # are not complete, before and after

    @classmethod
    def of(cls, rows: Iterable[ModuleProgress], required: int, basis: Basis) -> Self:
        """The effect of a rule on these rows of one module."""
        counts = {(complete, met): 0 for complete in (False, True) for met in (False, True)}
        for row in rows:
            counts[row.completed_at is not None, row.would_meet(required, basis)] += 1
        return cls(counts[False, True], counts[True, False], counts[True, True], counts[False, False])


class RuleChange(Base):
    """A module was given another rule. Never changed; the first rule is that of the first change's `from_` columns."""

    __tablename__ = "rule_change"
    __table_args__ = (
        sa.UniqueConstraint("module_id", "version"),
        sa.CheckConstraint("version > 1", name="version_after_the_first"),
        sa.CheckConstraint("required >= 0 and from_required >= 0", name="required_not_negative"),
        sa.CheckConstraint("required != from_required or basis != from_basis", name="changes_something"),
        sa.CheckConstraint("gained >= 0 and kept >= 0", name="counts_not_negative"),
        sa.CheckConstraint("length(reason) > 0", name="has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"))
    version: Mapped[int]  # of the rule that holds from then on; the first one is 1
    from_required: Mapped[int]
    from_basis: Mapped[Basis] = mapped_column(word_of(Basis, "known_from_basis"))
    required: Mapped[int]
    basis: Mapped[Basis] = mapped_column(word_of(Basis, "known_basis"))
    reason: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]
    gained: Mapped[int]  # trainees who became complete by it
    kept: Mapped[int]  # trainees who stayed complete though the new rule asks for more

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")
    by: Mapped[User] = relationship(lazy="raise")

    @classmethod
    def publish(
        cls,
        module: Module,
        required: int,
        basis: Basis,
        reason: str,
        *,
        rows: Sequence[ModuleProgress],
        before: Sequence["RuleChange"],
        seen: tuple[int, Effect],
        by: User,
        now: datetime,
    ) -> "RuleChange":
        """Let another rule hold from now on. Who meets it is complete; who was complete stays so.

        `rows` are those of all trainees of the module, `before` its earlier changes. `seen` is what whoever publishes
        was shown: the version that held, and the effect of the new rule. Needs `sessions` and `cohort` of the module.
        """
        slots = sum(session.is_slot for session in module.sessions)
        if required < 1:
            raise Refused(N_("A module that asks for nothing could never be complete. Excuse people from it instead."))
        if required > slots:
            raise Refused(
                N_("This module expects %(slots)s reflections, so nobody could ever meet a rule of %(required)s."),
                slots=slots,
                required=required,
            )
        if (required, basis) == (module.required, module.basis):
            raise Refused(N_("This is the rule already."))
        if not reason.strip():
            raise Refused(N_("Say why, so that others can understand it later."))
        effect = Effect.of(rows, required, basis)
        if (len(before) + 1, effect) != seen:
            raise Stale(N_("The rule or its figures have changed since you looked. Look at them again, then publish."))
        change = cls(
            cohort=module.cohort, module=module, version=len(before) + 2,
            from_required=module.required, from_basis=module.basis, required=required, basis=basis,
            reason=reason.strip()[:RULE_REASON_LENGTH], by=by, at=now, gained=effect.gain, kept=effect.keep,
        )  # fmt: skip
        module.required, module.basis = required, basis
        for row in rows:
            if row.would_meet(required, basis):
                row.completed_at = row.completed_at or now
        return change
