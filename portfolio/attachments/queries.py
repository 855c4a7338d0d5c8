"""Reads for files: what they are put beside, who has how much, and with which submission they were handed in."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portfolio import policy
from portfolio.attachments.limits import FILES_AT_MOST, MIB, PERSON_AT_MOST, REMOVED_AT_MOST
from portfolio.database import db
from portfolio.errors import N_, Refused
from portfolio.models import Attachment, GuestPass, Reflection, Submission, User, Withdrawal, handed_in_with

TOO_MANY = N_("There are %(most)s files here already. Remove one, then add another.")
TOO_MUCH = N_(
    "All your files together may take %(most)s MB, and this one would be too much. Remove some that you do not need."
)
TOO_MUCH_REMOVED = N_("You have added and removed a great deal this week. Please try again in a few days.")


def to_look_at(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    """A reflection with what its files are shown with, in two statements."""
    return reflections.options(
        contains_eager(Reflection.enrolment),
        joinedload(Reflection.cohort, innerjoin=True),
        joinedload(Reflection.session, innerjoin=True),
        selectinload(Reflection.attachments),
    )


def to_attach(reflections: sa.Select[Reflection]) -> sa.Select[Reflection]:
    """The same, locked: its files are counted, and one more is put beside it."""
    return to_look_at(reflections).with_for_update(of=[Reflection], key_share=True)


def to_open(attachments: sa.Select[Attachment]) -> sa.Select[Attachment]:
    """A file with whose it is."""
    return attachments.options(joinedload(Attachment.reflection).joinedload(Reflection.enrolment))


def same_upload(reflection: Reflection, upload: str) -> Attachment | None:
    """The file that this upload made already: its answer may have been lost."""
    return next((file for file in reflection.attachments if file.upload == upload), None)


@dataclass(frozen=True)
class Room:
    """How much a person has; locked, so that two uploads at once are both counted."""

    kept: int
    removed: int

    def check(self, reflection: Reflection, size: int) -> None:
        """Refused when a file of this size is one too many, or too much."""
        if len(reflection.files) >= FILES_AT_MOST:
            raise Refused(TOO_MANY, most=FILES_AT_MOST)
        if self.kept + size > PERSON_AT_MOST:
            raise Refused(TOO_MUCH, most=PERSON_AT_MOST // MIB)
        if self.removed > REMOVED_AT_MOST:
            raise Refused(TOO_MUCH_REMOVED)


def room_of(user: User) -> Room:
    """What a person has, and what they removed that is not swept yet."""
    db.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))
    handed_in = sa.exists().where(handed_in_with.c.attachment_id == Attachment.id)
    is_kept = sa.or_(Attachment.removed_at.is_(None), handed_in)
    total, kept = db.session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(Attachment.size), 0),
            sa.func.coalesce(sa.func.sum(sa.case((is_kept, Attachment.size), else_=0)), 0),
        ).where(Attachment.owner_id == user.id)
    ).one()
    return Room(kept=int(kept), removed=int(total) - int(kept))


def handed_in(attachment: Attachment, reader: User) -> Submission | None:
    """The newest submission with which a reader is shown this file."""
    readable = policy.visible_reflections(reader).with_only_columns(Reflection.id)
    return db.session.scalars(
        sa.select(Submission)
        .join(handed_in_with, handed_in_with.c.submission_id == Submission.id)
        .where(
            handed_in_with.c.attachment_id == attachment.id,
            Submission.reflection_id.in_(readable),
            ~sa.exists().where(Withdrawal.submission_id == Submission.id),
        )
        .order_by(Submission.round.desc())
        .limit(1)
    ).one_or_none()


def shown_to_guest(held: GuestPass) -> Submission:
    """The submission that stands, which is what a guest is shown."""
    return db.session.scalars(
        sa.select(Submission)
        .where(
            Submission.reflection_id == held.reflection_id,
            ~sa.exists().where(Withdrawal.submission_id == Submission.id),
        )
        .order_by(Submission.round.desc())
        .limit(1)
    ).one()
