"""The record of who read what, and of when each was last here: the only thing a GET writes."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import Session

from portfolio.database import db
from portfolio.models import ReadEvent, Reason, Reflection, Submission, User, Visit

ONE_READING = timedelta(minutes=15)  # a page and its pictures, or a recording listened to in parts


def record(reflection: Reflection, *, reader: User, reason: Reason, now: datetime) -> datetime | None:
    """Write down that somebody reads this, before it is shown to them; when they were here last.

    In a transaction of its own: the page goes on reading in another, and whoever writes meanwhile waits for this
    line only. If it cannot be written, nothing is read.
    """
    if request.method != "GET":
        return None
    engine = db.engine.execution_options(sqlite_begin="IMMEDIATE")
    with Session(engine) as session, session.begin():
        here = (Visit.user_id == reader.id, Visit.reflection_id == reflection.id)
        before = session.scalar(sa.select(Visit.seen_at).where(*here))
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
    return before


def record_file(submission: Submission, *, reader: User, now: datetime) -> None:
    """Write down that somebody opens a file of a submission, unless they have just opened the submission itself."""
    if request.method != "GET":
        return
    engine = db.engine.execution_options(sqlite_begin="IMMEDIATE")
    with Session(engine) as session, session.begin():
        just_now = sa.exists().where(
            ReadEvent.submission_id == submission.id,
            ReadEvent.reader_id == reader.id,
            ReadEvent.read_at > now - ONE_READING,
        )
        if not session.scalar(sa.select(just_now)):
            about = {"cohort_id": submission.cohort_id, "submission_id": submission.id, "reader_id": reader.id}
            session.add(ReadEvent(**about, reason=Reason.READING, read_at=now))
