"""Reads for rules: the modules of a cohort with theirs, and all that a change touches."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio.database import db
from portfolio.models import Agenda, Cohort, Enrolment, Module, ModuleProgress, RuleChange, TrainingSession


def modules_of(cohort: Cohort) -> Sequence[tuple[Module, int]]:
    """The modules of a cohort in their order, each with how many reflections it expects."""
    slots = sa.func.count(sa.case((sa.and_(TrainingSession.is_expected, TrainingSession.retired_at.is_(None)), 1)))
    expected = (
        sa.select(TrainingSession.module_id, slots.label("slots"))
        .where(TrainingSession.cohort_id == cohort.id)
        .group_by(TrainingSession.module_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(Module, sa.func.coalesce(expected.c.slots, 0))
        .join(Module.agenda)
        .outerjoin(expected, expected.c.module_id == Module.id)
        .where(Module.cohort_id == cohort.id)
        .options(joinedload(Module.agenda))
        .order_by(Agenda.position, Module.position)
    )
    return [(module, number) for module, number in rows]


def changes_in(cohort: Cohort) -> Sequence[RuleChange]:
    """What was changed in a cohort, the newest first."""
    return db.session.scalars(
        sa.select(RuleChange)
        .where(RuleChange.cohort_id == cohort.id)
        .options(joinedload(RuleChange.by), joinedload(RuleChange.module))
        .order_by(RuleChange.at.desc(), RuleChange.id.desc())
    ).all()


def whole(modules: sa.Select[Module]) -> sa.Select[Module]:
    """A module with all that a change of its rule needs."""
    return modules.options(joinedload(Module.cohort), joinedload(Module.agenda), selectinload(Module.sessions))


def to_change(modules: sa.Select[Module]) -> sa.Select[Module]:
    """The same, locked: of two that change it, the second is shown what the first did."""
    return whole(modules).with_for_update(of=Module, key_share=True)


def rows_of(module: Module, *, locked: bool = False) -> Sequence[ModuleProgress]:
    """The progress in a module of all who are still in the cohort; locked, to change it."""
    rows = sa.select(ModuleProgress).join(ModuleProgress.enrolment).where(ModuleProgress.module_id == module.id)
    if locked:
        rows = rows.with_for_update(of=ModuleProgress)
    return db.session.scalars(rows.where(Enrolment.withdrawn_at.is_(None))).all()


def changes_of(module: Module) -> Sequence[RuleChange]:
    """What was changed in a module, the newest first."""
    return db.session.scalars(
        sa.select(RuleChange)
        .where(RuleChange.module_id == module.id)
        .options(joinedload(RuleChange.by))
        .order_by(RuleChange.version.desc())
    ).all()
