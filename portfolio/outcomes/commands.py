"""`portfolio claims`: whether the words that claims quote are still in the text."""

import click
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portfolio import clock
from portfolio.database import begin_writing, db
from portfolio.models import Claim, Reflection, Submission
from portfolio.web.following import follow


@click.group()
def claims() -> None:
    """What reflections are claimed to show."""


@claims.command("follow")
def follow_all() -> None:
    """Look in every text for the words that are quoted from it; needed once, after an upgrade from before 0012."""
    begin_writing()
    by_reflection: dict[int, list[Claim]] = {}
    for claim in db.session.scalars(sa.select(Claim).where(Claim.withdrawn_at.is_(None)).order_by(Claim.id)):
        by_reflection.setdefault(claim.reflection_id, []).append(claim)
    now, adrift = clock.now(), 0
    for number, made in by_reflection.items():
        reflection = db.session.scalars(
            sa.select(Reflection)
            .where(Reflection.id == number)
            .options(selectinload(Reflection.submissions).joinedload(Submission.withdrawal))
            .with_for_update(of=Reflection, key_share=True)
        ).one()
        follow(reflection, made, now=now)
        adrift += sum(claim.adrift_at is not None for claim in made)
    looked_at = sum(map(len, by_reflection.values()))
    db.session.commit()
    click.echo(f"{looked_at} claims looked at; of {adrift} the words are no longer in the text.")
