"""Which pages a person has: by what they are, in which cohorts."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, g
from flask_login import current_user

from portfolio import policy
from portfolio.database import db
from portfolio.models import GUIDES, Appointment, Cohort, Enrolment, Mentorship, Reflection, User


@dataclass(frozen=True)
class Places:
    """What a person is, and where."""

    trainee_in: tuple[tuple[int, str], ...]  # (cohort id, its name), the newest first
    organises: tuple[tuple[int, str], ...]
    is_guide: bool
    waiting: int  # reflections that wait for a decision of this person

    @property
    def home(self) -> str:
        """What this person does first here."""
        if self.trainee_in:
            return "trainee"
        return "guide" if self.is_guide or not self.organises else "organiser"


def find_places(user: User) -> Places:
    """All of it in one statement."""
    nothing = sa.literal("")
    query = sa.union_all(
        sa.select(sa.literal("trainee").label("what"), Cohort.id, Cohort.name)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Enrolment.user_id == user.id, Enrolment.withdrawn_at.is_(None)),
        sa.select(sa.literal("organiser"), Cohort.id, Cohort.name)
        .join(Appointment, Appointment.cohort_id == Cohort.id)
        .where(Appointment.user_id == user.id, Appointment.ended_at.is_(None)),
        sa.select(sa.literal("guide"), sa.func.count(Mentorship.id), nothing).where(
            Mentorship.user_id == user.id, Mentorship.role.in_(GUIDES), Mentorship.ended_at.is_(None)
        ),
        sa.select(sa.literal("waiting"), sa.func.count(), nothing).select_from(
            policy.awaiting(user).with_only_columns(Reflection.id).subquery()
        ),
    )
    rows = db.session.execute(query).all()
    cohorts = {
        kind: tuple(sorted(((number, name) for what, number, name in rows if what == kind), reverse=True))
        for kind in ("trainee", "organiser")
    }
    counts = {what: number for what, number, _ in rows if what in ("guide", "waiting")}
    return Places(cohorts["trainee"], cohorts["organiser"], counts["guide"] > 0, counts["waiting"])


def places() -> Places:
    """Those of the person signed in, looked up once a request."""
    if "places" not in g:
        g.places = find_places(current_user)
    return g.places


def start(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.globals["places"] = places
