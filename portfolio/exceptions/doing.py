"""How the verbs of exceptions are carried out: wholly or not at all, with a sentence when a rule says no."""

from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from portfolio.database import db
from portfolio.errors import N_, Refused
from portfolio.exceptions import queries, trainees
from portfolio.models import Enrolment, Extension, Reflection, Request, State, TrainingSession, Wish


def carried_out(act: Callable[[], None]) -> Refused | None:
    """Do it and keep it; or leave everything as it was, and give back what the rule says."""
    try:
        act()
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return refused
    except (sa.exc.IntegrityError, StaleDataError):
        db.session.rollback()
        return Refused(N_("Somebody else changed this at the same moment. Look again, then decide."))
    return None


def grant(asked: Request, answer: str, due_on: date | None, *, now: datetime) -> None:
    """Say yes to what was asked."""
    if asked.wish is Wish.EXTENSION:
        trainees.progress_of(asked.enrolment, asked.session)
        until_now = _ended(trainees.extension_of(asked.enrolment, asked.session), now)
        ends_on = queries.last_day(asked.cohort_id)
        given = asked.grant(answer, due_on=due_on, extension=until_now, ends_on=ends_on, by=current_user, now=now)
        if given is not None:
            db.session.add(given)
    else:
        asked.grant(answer, reflection=_to_excuse(asked.enrolment, asked.session, now), by=current_user, now=now)


def excuse(enrolment: Enrolment, session: TrainingSession, reason: str, *, now: datetime) -> None:
    """Without being asked."""
    _to_excuse(enrolment, session, now).excuse(reason, by=current_user, now=now)


def extend(enrolment: Enrolment, session: TrainingSession, due_on: date, reason: str, *, now: datetime) -> None:
    """Without being asked; the same again changes nothing."""
    trainees.progress_of(enrolment, session)
    held = trainees.extension_of(enrolment, session)
    if held is not None and (held.due_on, held.reason) == (due_on, reason):
        return
    until_now = _ended(held, now)
    ends_on = queries.last_day(enrolment.cohort_id)
    given = Extension.give(
        enrolment, session, due_on, reason, before=until_now, ends_on=ends_on, by=current_user, now=now
    )
    db.session.add(given)


def _ended(extension: Extension | None, now: datetime) -> Extension | None:
    # The database holds one at a time, and would be given the new one first.
    if extension is not None:
        extension.end(by=current_user, now=now)
        db.session.flush()
    return extension


def expect(reflection: Reflection, reason: str, *, now: datetime) -> None:
    """It is expected after all."""
    if reflection.state is not State.EXCUSED:  # that a text was begun is nobody's business, so no more is said
        raise Refused(N_("It is expected already."))
    reflection.unexcuse(reason, by=current_user, now=now)


def _to_excuse(enrolment: Enrolment, session: TrainingSession, now: datetime) -> Reflection:
    progress = trainees.progress_of(enrolment, session)
    _ended(trainees.extension_of(enrolment, session), now)  # who is excused needs no more time
    reflection = trainees.written_about(enrolment, session)
    if reflection is None:  # an empty one, so that the excuse has something to stand on
        reflection = Reflection.begin(enrolment, session, progress, number=None, now=now)
        db.session.add(reflection)
    return reflection
