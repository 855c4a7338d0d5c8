"""Reads for what sticks: the reflections themselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import contains_eager, defer

from portfolio import policy
from portfolio.database import db
from portfolio.models import Enrolment, Reflection, State, User
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
