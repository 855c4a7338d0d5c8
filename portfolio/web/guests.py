"""Guests: whose pass this browser holds, apart from any sign-in; and who was invited to a reflection."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import session
from sqlalchemy.orm import joinedload

from portfolio import policy
from portfolio.database import db
from portfolio.models import Cohort, Enrolment, GuestPass, Reflection, Role, User
from portfolio.models.account import digest

COOKIE = "guest"  # in the cookie, beside a sign-in if there is one: neither ever acts as the other
MOST_SHOWN = 20


def admit(secret: str) -> None:
    """From now on this browser holds the pass with this secret, and no other."""
    session[COOKIE] = secret


def held(*, lock: bool = False) -> GuestPass | None:
    """The pass of this browser, as it is at this moment; whether it still opens anything is not asked here."""
    secret = session.get(COOKIE)
    return by_secret(secret, lock=lock) if isinstance(secret, str) else None


def by_secret(secret: str, *, lock: bool = False) -> GuestPass | None:
    """The pass with this secret, with whom it is for, from, and about. Locked, so that all they do is counted."""
    query = sa.select(GuestPass).where(GuestPass.digest == digest(secret))
    query = query.options(*_people(), joinedload(GuestPass.cohort))
    if lock:
        query = query.with_for_update(of=[GuestPass], key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def to_change(passes: sa.Select[GuestPass]) -> sa.Select[GuestPass]:
    """A pass with what its verbs need, and what a new one in its place needs; locked."""
    mentorships = joinedload(GuestPass.reflection).joinedload(Reflection.enrolment).selectinload(Enrolment.mentorships)
    cohort = joinedload(GuestPass.reflection).joinedload(Reflection.cohort)
    whole = passes.options(*_people(), joinedload(GuestPass.cohort), mentorships, cohort)
    return whole.with_for_update(of=[GuestPass], key_share=True)


def _people() -> Sequence[sa.orm.interfaces.ORMOption]:
    writer = joinedload(GuestPass.reflection).joinedload(Reflection.enrolment).joinedload(Enrolment.user)
    return joinedload(GuestPass.guest), joinedload(GuestPass.invited_by), writer


@dataclass(frozen=True)
class Invited:
    """Who was invited to a reflection, and whether the person who looks may invite others."""

    passes: Sequence[GuestPass]
    may_invite: bool
    may_let_sign: bool
    steps: Sequence[Role]  # those that a guest of theirs may sign


def organises(user: User, cohort_id: int) -> bool:
    """Whether this person organises the cohort."""
    return bool(db.session.scalar(sa.select(policy.organised_cohorts(user).where(Cohort.id == cohort_id).exists())))


def free_steps(reflection: Reflection) -> list[Role]:
    """The steps of the sign-off that nobody with an account has: the others are for those who signed in.

    Who signs in has proved more than that they read a mailbox, and one step is for one side to decide. Needs `cohort`
    and the `mentorships` of `enrolment` with their `user` loaded.
    """
    steps = [Role(step) for step in reflection.cohort.sign_off_steps]
    return [step for step in steps if not any(each.user.has_account for each in reflection.enrolment.guides(step))]


def invited(reflection: Reflection, user: User) -> Invited | None:
    """What stands beside a reflection about its guests; nothing for those whom it does not concern."""
    if reflection.submitted_at is None:
        return None
    is_close = policy.owns(user, reflection) or reflection.enrolment.is_guided_by(user)
    is_organiser = not is_close and organises(user, reflection.cohort_id)
    passes = policy.visible_guest_passes(user).where(GuestPass.reflection_id == reflection.id)
    newest = passes.order_by(GuestPass.id.desc()).limit(MOST_SHOWN)
    may_let_sign = policy.may_let_sign(user, reflection, is_organiser)
    return Invited(
        passes=db.session.scalars(newest.options(joinedload(GuestPass.guest), joinedload(GuestPass.invited_by))).all(),
        may_invite=policy.may_invite(user, reflection, is_organiser),
        may_let_sign=may_let_sign,
        steps=free_steps(reflection) if may_let_sign else [],
    )
