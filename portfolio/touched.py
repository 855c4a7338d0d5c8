"""Reads that several pages need: the progress that a change of a rule, or of a session, touches."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portfolio.database import db
from portfolio.models import Enrolment, Module, ModuleProgress, Rule


def lock_modules(modules: sa.Select[Module], module_id: int) -> None:
    """Lock the modules of a cohort: of two who change a rule, the second is shown what the first did.

    All of them, or two modules could be made to wait for each other at the same moment.
    """
    cohort = modules.where(Module.id == module_id).with_only_columns(Module.cohort_id)
    locked = sa.select(Module.id).where(Module.cohort_id.in_(cohort)).order_by(Module.id)
    db.session.execute(locked.with_for_update(key_share=True)).all()


def rows_of(module: Module, *, locked: bool = False) -> Sequence[ModuleProgress]:
    """The progress in a module of all who are still in the cohort; locked, to change it."""
    return _rows([module.id], locked=locked)


def rows_beside(module: Module, rule: Rule, *, locked: bool = False) -> Sequence[ModuleProgress]:
    """That in the module for which this one is to wait, and in all that wait for this one, or for one of those.

    Needs `cohort` of the module, with its `modules`.
    """
    wanted: set[int] = set()
    waiting = [module.id]
    while waiting:
        before = waiting.pop()
        after = {each.id for each in module.cohort.modules if each.prerequisite_id == before} - wanted
        wanted |= after
        waiting += after
    if rule.prerequisite_id is not None:
        wanted.add(rule.prerequisite_id)
    return _rows(sorted(wanted), locked=locked) if wanted else ()


def _rows(module_ids: Sequence[int], *, locked: bool) -> Sequence[ModuleProgress]:
    rows = (
        sa.select(ModuleProgress)
        .join(ModuleProgress.enrolment)
        .where(ModuleProgress.module_id.in_(module_ids), Enrolment.withdrawn_at.is_(None))
        .options(joinedload(ModuleProgress.module))
        .order_by(ModuleProgress.enrolment_id, ModuleProgress.module_id)
    )
    if locked:  # the place in the cohort first, as every verb does
        rows = rows.with_for_update(of=[Enrolment, ModuleProgress], key_share=True)
    return db.session.scalars(rows).all()
