"""The record of who read what, and of when each was last here: the only thing a GET writes."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, scoped_session

from portfolio.database import db
from portfolio.models import Lease, ReadEvent, Reason, Reflection, SampledText, Submission, User, Visit

SomeSession = Session | scoped_session[Any]
ONE_READING = timedelta(minutes=15)  # a page and its pictures, or a recording listened to in parts


def record(reflection: Reflection, *, reader: User, reason: Reason, now: datetime) -> datetime | None:
    """Write down that somebody opens this, before it is shown to them; when they were here last."""
    if request.method != "GET":
        return None
    return record_shown(reflection, reader=reader, reason=reason, now=now)


def record_shown(reflection: Reflection, *, reader: User, reason: Reason, now: datetime) -> datetime | None:
    """The same for a text that somebody did not ask for, and is shown all the same.

    In a transaction of its own: the page goes on reading in another, and whoever writes meanwhile waits for this line
    only. If it cannot be written, nothing is read.
    """
    engine = db.engine.execution_options(sqlite_begin="IMMEDIATE")
    with Session(engine) as session, session.begin():
        return write_down(session, reflection, reader=reader, reason=reason, now=now)


def write_down(
    session: SomeSession, reflection: Reflection, *, reader: User, reason: Reason, now: datetime
) -> datetime | None:
    """The same within a transaction that writes anyway.

    Whoever opens it to review it takes the lease, unless another has it. What is sent ahead has not been looked at: it
    is on record, but nobody was here for it.
    """
    here = (Visit.user_id == reader.id, Visit.reflection_id == reflection.id)
    before = session.scalar(sa.select(Visit.seen_at).where(*here))
    if reason is not Reason.AHEAD:
        if before is None:
            session.add(Visit(user_id=reader.id, reflection_id=reflection.id, seen_at=now))
        else:
            session.execute(sa.update(Visit).where(*here).values(seen_at=now))
    if reflection.enrolment.user_id != reader.id and reflection.latest is not None:
        session.add(
            ReadEvent(
                cohort_id=reflection.cohort_id,
                submission_id=reflection.latest.id,
                reader_id=reader.id,
                reason=reason,
                read_at=now,
            )
        )
    if reason is Reason.REVIEW:
        _take_lease(session, reflection, reader, now)
    return before


def _take_lease(session: SomeSession, reflection: Reflection, reader: User, now: datetime) -> None:
    lease = session.get(Lease, reflection.id)
    if lease is not None:
        lease.take(reader, now=now)
        return
    new = Lease.of(reflection, reader, now=now)
    values = {name: getattr(new, name) for name in ("reflection_id", "cohort_id", "holder_id", "taken_at", "until")}
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(Lease).values(values).on_conflict_do_nothing()
    )  # if somebody else opened it in the same moment, theirs it is


def record_file(submission: Submission, *, reader: User, now: datetime) -> None:
    """Write down that somebody opens a file of a submission, unless they have just opened the submission itself."""
    _record_once(submission.id, submission.cohort_id, reader, Reason.READING, now)


def record_scoring(text: SampledText, *, reader: User, now: datetime) -> None:
    """Write down that an assessor opens a text to score it blind, unless they have just opened it."""
    _record_once(text.submission_id, text.cohort_id, reader, Reason.SCORING, now)


def _record_once(submission_id: int, cohort_id: int, reader: User, reason: Reason, now: datetime) -> None:
    if request.method != "GET":
        return
    engine = db.engine.execution_options(sqlite_begin="IMMEDIATE")
    with Session(engine) as session, session.begin():
        just_now = sa.exists().where(
            ReadEvent.submission_id == submission_id,
            ReadEvent.reader_id == reader.id,
            ReadEvent.read_at > now - ONE_READING,
        )
        if not session.scalar(sa.select(just_now)):
            about = {"cohort_id": cohort_id, "submission_id": submission_id, "reader_id": reader.id}
            session.add(ReadEvent(**about, reason=reason, read_at=now))
