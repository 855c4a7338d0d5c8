"""What nobody needs any more is removed: files whose request failed, what was removed a week ago, old discards."""

import logging
from dataclasses import dataclass
from datetime import datetime

import click
import sqlalchemy as sa

from portfolio import clock
from portfolio.attachments.intake import discard
from portfolio.attachments.limits import LOST_AFTER, REMOVED_LAST
from portfolio.attachments.store import UNFINISHED, Store, files, small
from portfolio.database import begin_writing, db
from portfolio.models import Attachment, Discard, handed_in_with
from portfolio.models.aside import DISCARDS_LAST

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What was removed."""

    removed: int  # files that their owners had removed
    discards: int  # drafts that their writers had discarded
    lost: int  # files in the store that belong to nothing


def sweep(store: Store, *, now: datetime) -> Swept:
    """Rows first, then files: what is left over when this is interrupted is swept the next time."""
    begin_writing()
    removed = db.session.scalars(
        sa.delete(Attachment)
        .where(
            Attachment.removed_at < now - REMOVED_LAST,
            ~sa.exists().where(handed_in_with.c.attachment_id == Attachment.id),
        )
        .returning(Attachment.key)
    ).all()
    discards = db.session.scalars(
        sa.delete(Discard).where(Discard.discarded_at < now - DISCARDS_LAST).returning(Discard.id)
    ).all()
    db.session.commit()
    for key in removed:
        discard(store, key)
    return Swept(len(removed), len(discards), _sweep_lost(store, now))


def _sweep_lost(store: Store, now: datetime) -> int:
    # Listed before the rows are read: a file that is put meanwhile is too young to be taken for a lost one.
    old = [stored.key for stored in store.list() if stored.changed_at < now - LOST_AFTER]
    known = set(db.session.scalars(sa.select(Attachment.key)))
    db.session.rollback()
    known |= {small(key) for key in known}
    lost = [key for key in old if key.endswith(UNFINISHED) or key not in known]
    for key in lost:
        store.delete(key)
    return len(lost)


@click.group("files")
def files_() -> None:
    """The files beside reflections."""


@files_.command("sweep")
def sweep_() -> None:
    """Remove what nobody needs any more; `portfolio serve` does it each hour by itself."""
    swept = sweep(files(), now=clock.now())
    click.echo(
        f"Removed {swept.removed} files that their owners had removed, {swept.discards} discarded drafts, "
        f"and {swept.lost} files that belonged to nothing."
    )
