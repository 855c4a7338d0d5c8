"""Reads for the rubrics of a cohort."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.cohorts.packs import rubrics
from portfolio.models import Cohort, Module, Rubric, User


def arranged(user: User) -> sa.Select[Cohort]:
    """A cohort this person organises, with its modules and every version of its rubrics, in three statements."""
    return policy.organised_cohorts(user).options(
        selectinload(Cohort.modules).options(joinedload(Module.agenda), joinedload(Module.rubric)),
        selectinload(Cohort.rubrics),
    )


def to_arrange(user: User) -> sa.Select[Cohort]:
    """The same, locked: two who change its rubrics at the same moment would make the same version."""
    return arranged(user).with_for_update(of=[Cohort], key_share=True)


def in_use(cohort: Cohort) -> list[Rubric]:
    """The rubrics that some module uses, in the order of the modules."""
    return list(dict.fromkeys(module.rubric for module in cohort.modules if module.rubric))


def current(cohort: Cohort) -> dict[str, Rubric]:
    """By its slug, the version of each rubric that is taken when it is chosen again: that in use, else the newest."""
    return {rubric.slug: rubric for rubric in (*cohort.rubrics, *in_use(cohort))}


def library(cohort: Cohort) -> Sequence[Mapping[str, Any]]:
    """What can be chosen: the rubrics that come along, each as this cohort words it, and others it has."""
    known = {pack["id"]: pack for pack in rubrics()} | {slug: each.pack for slug, each in current(cohort).items()}
    return list(known.values())
