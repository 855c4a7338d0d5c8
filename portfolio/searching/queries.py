"""Reads for the page of searches: what there is to filter by."""

from collections.abc import Sequence

import sqlalchemy as sa

from portfolio import policy
from portfolio.database import Bilingual, db
from portfolio.models import Module, Reflection, User
from portfolio.spelling import fold_tag


def modules_of(user: User) -> Sequence[tuple[str, Bilingual]]:
    """The modules of the cohorts a person can find something in, those of the newest cohort first, each slug once."""
    rows = db.session.execute(
        sa.select(Module.slug, Module.title)
        .where(Module.cohort_id.in_(policy.cohorts_to_search(user)))
        .order_by(Module.cohort_id.desc(), Module.position)
    )
    found: dict[str, Bilingual] = {}
    for slug, title in rows:
        found.setdefault(slug, title)
    return list(found.items())


def own_tags(user: User) -> list[str]:
    """The topics of a person's own reflections, each once however it is spelt."""
    rows = db.session.scalars(
        policy.own_reflections(user)
        .where(sa.cast(Reflection.tags, sa.Text) != "[]")
        .with_only_columns(Reflection.tags)
        .order_by(Reflection.id)
    )
    found: dict[str, str] = {}
    for tags in rows:
        for tag in tags:
            found.setdefault(fold_tag(tag), tag)
    return sorted(found.values(), key=str.casefold)
