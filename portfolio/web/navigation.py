"""Which pages a person has: by what they are, in which cohorts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, g
from flask_login import current_user

from portfolio import policy
from portfolio.database import db
from portfolio.models import (
    GUIDES,
    Appointment,
    Calibration,
    Cohort,
    Comment,
    Enrolment,
    Mentorship,
    Nudge,
    Office,
    Reflection,
    Request,
    SampledText,
    Scoring,
    SecondLook,
    User,
)


@dataclass(frozen=True)
class Places:
    """What a person is, and where."""

    trainee_in: tuple[tuple[int, str], ...]  # (cohort id, its name), the newest first
    organises: tuple[tuple[int, str], ...]
    is_guide: bool
    is_assessor: bool
    waiting: int  # what waits for this person: decisions, replies, second looks
    to_score: int  # texts that wait to be scored blind
    reminders: int  # that were sent to them and are not put away, done or not
    requests: Mapping[int, int]  # where they answer requests, by the cohort's id, and how many wait for them there

    @property
    def home(self) -> str:
        """What this person does first here."""
        if self.trainee_in:
            return "trainee"
        if self.is_guide or self.waiting:
            return "guide"
        if self.organises:
            return "organiser"
        return "assessor" if self.is_assessor else "guide"


def find_places(user: User) -> Places:
    """All of it in one statement."""
    nothing = sa.literal("")
    asked = (
        policy.requests_awaiting(user)
        .with_only_columns(sa.func.count(Request.id))
        .where(Request.cohort_id == Cohort.id)
        .correlate(Cohort)
    )
    query = sa.union_all(
        sa.select(sa.literal("trainee").label("what"), Cohort.id, Cohort.name)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Enrolment.user_id == user.id, Enrolment.withdrawn_at.is_(None)),
        sa.select(sa.literal("organiser"), Cohort.id, Cohort.name)
        .join(Appointment, Appointment.cohort_id == Cohort.id)
        .where(Appointment.user_id == user.id, Appointment.ended_at.is_(None), Appointment.office != Office.ASSESSOR),
        sa.select(sa.literal("guide"), sa.func.count(Mentorship.id), nothing).where(
            Mentorship.user_id == user.id, Mentorship.role.in_(GUIDES), Mentorship.ended_at.is_(None)
        ),
        sa.select(sa.literal("assessor"), sa.func.count(Appointment.id), nothing).where(
            Appointment.user_id == user.id, Appointment.ended_at.is_(None), Appointment.office == Office.ASSESSOR
        ),
        *(
            sa.select(sa.literal("waiting"), sa.func.count(), nothing).select_from(things.subquery())
            for things in (
                policy.awaiting(user).with_only_columns(Reflection.id),
                policy.replies_awaiting(user).with_only_columns(Comment.id),
                policy.second_looks_awaiting(user).with_only_columns(SecondLook.id),
            )
        ),
        policy.own_nudges(user)
        .where(Nudge.ended_at.is_(None))
        .with_only_columns(sa.literal("reminders"), sa.func.count(Nudge.id), nothing),
        policy.cohorts_with_exceptions(user).with_only_columns(
            sa.literal("requests"), Cohort.id, sa.cast(asked.scalar_subquery(), sa.String)
        ),
        sa.select(sa.literal("to score"), sa.func.count(), nothing).select_from(
            policy.visible_scorings(user)
            .join(Scoring.text)
            .join(SampledText.calibration)
            .where(Scoring.scored_at.is_(None), Scoring.recused_at.is_(None), Calibration.closed_at.is_(None))
            .with_only_columns(Scoring.id)
            .subquery()
        ),
    )
    rows = db.session.execute(query).all()
    cohorts = {
        kind: tuple(sorted(((number, name) for what, number, name in rows if what == kind), reverse=True))
        for kind in ("trainee", "organiser")
    }
    counts: Counter[str] = Counter()
    for what, number, _ in rows:
        if what not in cohorts and what != "requests":
            counts[what] += number
    return Places(
        trainee_in=cohorts["trainee"],
        organises=cohorts["organiser"],
        is_guide=counts["guide"] > 0 or bool(user.standing_in),
        is_assessor=counts["assessor"] > 0,
        waiting=counts["waiting"],
        to_score=counts["to score"],
        reminders=counts["reminders"],
        requests={number: int(waiting) for what, number, waiting in rows if what == "requests"},
    )


def places() -> Places:
    """Those of the person signed in, looked up once a request."""
    if "places" not in g:
        g.places = find_places(current_user)
    return g.places


def start(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.globals["places"] = places
