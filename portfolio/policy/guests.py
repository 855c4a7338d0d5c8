"""Who may let a guest in, and what a guest sees."""

import sqlalchemy as sa

from portfolio.models import (
    Attachment,
    GuestPass,
    Office,
    Reflection,
    Submission,
    User,
    Visibility,
    Withdrawal,
    handed_in_with,
)
from portfolio.policy.holding import holds_office
from portfolio.policy.reflections import may_comment, own_reflections, owns


def visible_guest_passes(user: User) -> sa.Select[GuestPass]:
    """Those to their own reflections, those they gave, and those in the cohorts they organise."""
    mine = own_reflections(user).with_only_columns(Reflection.id)
    return sa.select(GuestPass).where(
        sa.or_(
            GuestPass.invited_by_id == user.id,
            GuestPass.reflection_id.in_(mine),
            holds_office(user, GuestPass.cohort_id, Office.ORGANISER),
        )
    )


def reflection_of_guest(held: GuestPass) -> sa.Select[Reflection]:
    """The one reflection that a pass is for, while something of it is handed in."""
    return sa.select(Reflection).where(
        Reflection.id == held.reflection_id,
        Reflection.submitted_at.is_not(None),
        Reflection.visibility != Visibility.ONLY_ME,
    )


def attachments_of_guest(held: GuestPass) -> sa.Select[Attachment]:
    """The files handed in with the text that a guest is shown, and no others."""
    last = sa.select(sa.func.max(Submission.round)).where(
        Submission.reflection_id == held.reflection_id,
        ~sa.exists().where(Withdrawal.submission_id == Submission.id),
    )
    shown = sa.exists().where(
        handed_in_with.c.attachment_id == Attachment.id,
        handed_in_with.c.submission_id == Submission.id,
        Submission.reflection_id.in_(reflection_of_guest(held).with_only_columns(Reflection.id)),
        Submission.round == last.scalar_subquery(),
    )
    return sa.select(Attachment).where(shown)


def may_invite(user: User, reflection: Reflection, organises: bool) -> bool:
    """Give a guest a link to it: those who guide the writer or organise the cohort, and the writer. Needs the
    `mentorships` of `enrolment` loaded."""
    return organises or may_comment(user, reflection)


def may_let_sign(user: User, reflection: Reflection, organises: bool) -> bool:
    """Let a guest sign off a step: those who guide the writer or organise the cohort, but never the writer. Needs the
    `mentorships` of `enrolment` loaded."""
    return not owns(user, reflection) and (organises or reflection.enrolment.is_guided_by(user))
