"""Reads for what sticks: the reflections themselves, and on whose desk they are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer

from portfolio import policy
from portfolio.database import db
from portfolio.models import Cohort, Enrolment, Mentorship, Reflection, Role, State, User
from portfolio.progress.grid import Stuck

IN_STATE = {Stuck.WAITING: State.SUBMITTED, Stuck.RETURNED: State.RETURNED}


def held(user: User, enrolments: Sequence[Enrolment], where: Stuck) -> Mapping[int, list[Reflection]]:
    """The reflections of these trainees that stick there and that a person may read, by enrolment, the oldest first."""
    state = IN_STATE.get(where)
    found: dict[int, list[Reflection]] = defaultdict(list)
    if state is None or not enrolments:
        return found
    since = Reflection.waiting_since if where is Stuck.WAITING else Reflection.decided_at
    for reflection in db.session.scalars(
        policy.visible_reflections(user)
        .where(Reflection.state == state, Reflection.enrolment_id.in_([place.id for place in enrolments]))
        .join(Reflection.session)
        .options(contains_eager(Reflection.session), defer(Reflection.answers, raiseload=True))
        .order_by(since, Reflection.id)
    ):
        found[reflection.enrolment_id].append(reflection)
    return found


@dataclass(frozen=True)
class Desk:
    """What waits for one person in one role; for nobody, where a trainee has none."""

    user: User | None
    role: Role
    waiting: int
    late: int  # past the promise
    oldest: date | None


def desks(cohort: Cohort, today: date) -> list[Desk]:
    """What waits for whom in a cohort, by name; first what waits for nobody. One statement."""
    rows = db.session.execute(
        sa.select(
            User,
            Reflection.awaiting,
            sa.func.count(),
            sa.func.count(sa.case((Reflection.promised_on < today, 1))),
            sa.func.min(Reflection.promised_on),
        )
        .select_from(Reflection)
        .join(Reflection.enrolment)
        .outerjoin(
            Mentorship,
            sa.and_(
                Mentorship.enrolment_id == Reflection.enrolment_id,
                Mentorship.role == Reflection.awaiting,
                Mentorship.ended_at.is_(None),
            ),
        )
        .outerjoin(Mentorship.user)
        .where(Reflection.cohort_id == cohort.id, Reflection.awaiting.is_not(None), Enrolment.withdrawn_at.is_(None))
        .group_by(User.id, Reflection.awaiting)
    )
    found = [Desk(user, role, waiting, late, oldest) for user, role, waiting, late, oldest in rows if role is not None]
    return sorted(found, key=lambda desk: (desk.user is not None, desk.user.name if desk.user else "", desk.role.value))
