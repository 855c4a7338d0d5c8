"""Reads for the curriculum: the sessions of a cohort, and all that a change of one stands on."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from portfolio.database import db
from portfolio.models import (
    Agenda,
    Altered,
    Cohort,
    Enrolment,
    Extension,
    Ground,
    Module,
    Reflection,
    Request,
    RuleChange,
    SessionChange,
    State,
    Template,
    TrainingSession,
)
from portfolio.touched import lock_modules, rows_beside, rows_of

MOST_CHANGES = 100  # of one cohort, on one page; a session's own page has all of its


def modules_of(cohort: Cohort) -> Sequence[Module]:
    """The modules of a cohort in their order, with their agenda and all their sessions. Two statements."""
    query = (
        sa.select(Module)
        .join(Module.agenda)
        .where(Module.cohort_id == cohort.id)
        .options(contains_eager(Module.agenda), selectinload(Module.sessions))
        .order_by(Agenda.position, Module.position)
    )
    return db.session.scalars(query).all()


def changes_in(cohort: Cohort) -> Sequence[SessionChange]:
    """What was changed in a cohort, the newest first."""
    return _changes(SessionChange.cohort_id == cohort.id, most=MOST_CHANGES)


def changes_of(session: TrainingSession) -> Sequence[SessionChange]:
    """What was changed of one session, the newest first."""
    return _changes(SessionChange.training_session_id == session.id)


def _changes(which: sa.ColumnElement[bool], most: int | None = None) -> Sequence[SessionChange]:
    query = (
        sa.select(SessionChange)
        .where(which)
        .options(
            joinedload(SessionChange.by),
            joinedload(SessionChange.module),
            joinedload(SessionChange.session),
            joinedload(SessionChange.rule_change),
        )
        .order_by(SessionChange.at.desc(), SessionChange.id.desc())
    )
    return db.session.scalars(query.limit(most)).all()


def templates() -> Sequence[Template]:
    """The ways to reflect that a new session can ask for."""
    return db.session.scalars(sa.select(Template).order_by(Template.id)).all()


def in_cohort(sessions: sa.Select[TrainingSession], *, locked: bool = False) -> sa.Select[TrainingSession]:
    """A session with its cohort and the days that it works; locked, to change any of its sessions.

    The cohort is what is locked: places are numbered through all of it. Of two that change something, the second is
    shown what the first did.
    """
    found = sessions.join(TrainingSession.cohort).options(
        contains_eager(TrainingSession.cohort).selectinload(Cohort.holidays)
    )
    return found.with_for_update(of=Cohort, key_share=True) if locked else found


def module_in_cohort(modules: sa.Select[Module], *, locked: bool = False) -> sa.Select[Module]:
    """A module with its cohort, in the same way."""
    found = modules.join(Module.cohort).options(contains_eager(Module.cohort).selectinload(Cohort.holidays))
    return found.with_for_update(of=Cohort, key_share=True) if locked else found


def ground(
    cohort: Cohort, module_id: int, *, about: TrainingSession | None = None, now: datetime, locked: bool = False
) -> Ground:
    """All that a change of this session, or a new one in this module, stands on. Five statements; locked, one more."""
    if locked:
        lock_modules(sa.select(Module), module_id)  # whoever changes a rule at the same moment waits
    order = (
        sa.select(TrainingSession)
        .join(TrainingSession.module)
        .where(TrainingSession.cohort_id == cohort.id)
        .options(contains_eager(TrainingSession.module))
        .order_by(TrainingSession.position)
    )
    # What was read before the lock may be old.
    sessions = db.session.scalars(order.execution_options(populate_existing=locked)).all()
    modules = sa.select(Module).where(Module.cohort_id == cohort.id).order_by(Module.position)
    there = db.session.scalars(modules.execution_options(populate_existing=locked)).all()
    [module] = [one for one in there if one.id == module_id]
    set_committed_value(cohort, "modules", there)
    set_committed_value(module, "cohort", cohort)
    rules = sa.select(RuleChange).where(RuleChange.module_id == module_id)
    made = sa.select(sa.func.count()).select_from(SessionChange).where(SessionChange.cohort_id == cohort.id)
    asked = (
        sa.select(sa.func.count())
        .select_from(Request)
        .join(Request.enrolment)
        .where(
            Request.training_session_id == (about.id if about else None),
            Request.waits(),
            Enrolment.withdrawn_at.is_(None),
        )
    )
    was, since = (_retirement(about, what) for what in (SessionChange.from_required, SessionChange.required))
    counted = db.session.execute(sa.select(made.scalar_subquery(), asked.scalar_subquery(), was, since)).one()
    states = _states(cohort, about)
    owing = [row for row in states if row.state in (None, State.DRAFT)]
    return Ground(
        cohort=cohort,
        module=module,
        sessions=sessions,
        rows=rows_of(module, locked=locked),
        beside=rows_beside(module, module.rule, locked=locked),
        rules=db.session.scalars(rules).all(),
        made=counted[0],
        owing={row.id for row in owing},
        days={row.id: row.due_on for row in states if row.due_on is not None},
        today=cohort.today(now),
        drafts=sum(row.state is not None and row.discarded_at is None for row in owing),
        requests=counted[1],
        excused=sum(row.state is State.EXCUSED for row in states),
        lowered=_lowered(about, counted[2], counted[3]),
    )


def _lowered(about: TrainingSession | None, was: int | None, since: int | None) -> tuple[int, int] | None:
    """What the retirement of a session took off the rule, if it is retired."""
    if about is None or about.retired_at is None or was is None or since is None or since >= was:
        return None
    return was, since


def _retirement(about: TrainingSession | None, what: InstrumentedAttribute[int]) -> sa.ScalarSelect[int]:
    """A fact of the last time that a session was retired."""
    query = sa.select(what).where(
        SessionChange.training_session_id == (about.id if about else None), SessionChange.kind == Altered.RETIRED
    )
    return query.order_by(SessionChange.id.desc()).limit(1).scalar_subquery()


def _states(
    cohort: Cohort, about: TrainingSession | None
) -> Sequence[sa.Row[int, date | None, State | None, datetime | None]]:
    """What everybody in the cohort has of a session: the day of their own, and the state of what they wrote."""
    if about is not None and not about.is_expected:
        return []
    session_id = about.id if about else 0  # of one that is not there yet, nobody has anything
    written = sa.and_(Reflection.enrolment_id == Enrolment.id, Reflection.training_session_id == session_id)
    query = (
        sa.select(Enrolment.id, Extension.due_on, Reflection.state, Reflection.discarded_at)
        .select_from(Enrolment)
        .outerjoin(Reflection, written)
        .outerjoin(Extension, Extension.holds_for(Enrolment.id, session_id))
        .where(Enrolment.cohort_id == cohort.id, Enrolment.withdrawn_at.is_(None))
    )
    return db.session.execute(query).all()
