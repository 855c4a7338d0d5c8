"""Reads for rules: the modules of a cohort with theirs, and all that a change touches."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio.database import db
from portfolio.models import Agenda, Cohort, Module, RuleChange, TrainingSession


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
    return modules.options(
        joinedload(Module.cohort).selectinload(Cohort.modules),
        joinedload(Module.agenda),
        joinedload(Module.rubric),
        selectinload(Module.sessions),
    )


def changes_of(module: Module) -> Sequence[RuleChange]:
    """What was changed in a module, the newest first."""
    return db.session.scalars(
        sa.select(RuleChange)
        .where(RuleChange.module_id == module.id)
        .options(joinedload(RuleChange.by))
        .order_by(RuleChange.version.desc())
    ).all()
