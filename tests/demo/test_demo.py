"""The demo: on any day of the week it has a session today, something that waits and something late, in every state."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, joinedload

from portfolio import clock
from portfolio.demo.build import build
from portfolio.demo.cast import COACH, MENTOR, ORGANISER, PASSWORD, TRAINEE, words
from portfolio.models import Comment, Enrolment, Reflection, State, User
from portfolio.progress.commands import recount
from portfolio.queries import Condition, load_series
from tests.commands import Run
from tests.site import Site

WEEK = [datetime(2026, 11, day, 3, 30, tzinfo=UTC) for day in range(23, 30)]


def series_of(session: Session, email: str, now: datetime, app: Flask) -> list[Condition]:
    enrolment = session.scalars(
        sa.select(Enrolment)
        .join(Enrolment.user)
        .where(User.email == email)
        .options(joinedload(Enrolment.cohort), joinedload(Enrolment.user))
    ).one()
    with app.app_context():
        series = load_series(enrolment, enrolment.cohort.today(now), viewer=enrolment.user)
        assert series.todays, "there is a session today"
        return [slot.condition for slot in series.slots]


def nobody_says_the_same_twice(session: Session) -> None:
    rows = session.execute(sa.select(Reflection.enrolment_id, Reflection.answers)).all()
    said: dict[int, list[str]] = {}
    for enrolment_id, answers in rows:
        for answer in answers.values():
            said.setdefault(enrolment_id, []).extend([answer] if isinstance(answer, str) else answer)
    for texts in said.values():
        assert len(texts) == len(set(texts))
    assert len(words()["people"]["trainees"]) == len(said) == 24


@pytest.mark.parametrize("now", [WEEK[1], WEEK[6]], ids=lambda day: f"{day:%A}")
def test_visitors_find_a_little_of_everything(session: Session, app: Flask, now: datetime) -> None:
    build(session, now=now)
    session.commit()
    conditions = series_of(session, TRAINEE, now, app)
    for condition in Condition:
        assert condition in conditions, f"nothing is {condition.value}"
    states = dict(session.execute(sa.select(Reflection.state, sa.func.count()).group_by(Reflection.state)).all())
    assert set(states) == set(State)
    for role in ("mentor", "coach"):
        assert session.scalar(sa.select(sa.func.count()).where(Reflection.awaiting == role)), f"nothing for the {role}"
    overdue = sa.and_(Reflection.state == State.SUBMITTED, Reflection.promised_on < clock.day_in(now, "Asia/Jakarta"))
    assert session.scalar(sa.select(sa.func.count()).select_from(Reflection).where(overdue)), "nothing is overdue"
    assert session.scalar(sa.select(sa.func.max(Comment.created_at))) < now
    with app.app_context():
        wrong, total = recount()
    assert (wrong, total) == (0, 24 * 21)
    nobody_says_the_same_twice(session)
    numbered = sa.select(Reflection.enrolment_id, Reflection.number).where(Reflection.number.is_not(None))
    numbers = session.execute(numbered).all()
    assert len(numbers) == len(set(numbers)), "a number stands twice in somebody's series"


def test_everybody_who_is_named_can_come_in(on_site: Run, site: Site) -> None:
    done = on_site("demo")
    assert done.code == 0, done.err
    for email in (TRAINEE, MENTOR, COACH, ORGANISER):
        assert email in done.out
        client = site.app.test_client()
        answer = client.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303
        assert client.get("/", follow_redirects=True).status_code == 200
    again = on_site("demo")
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert on_site("demo", "--if-empty").code == 0


def test_it_is_refused_on_a_public_address(on_site: Run, session: Session) -> None:
    done = on_site("demo", PUBLIC_ORIGIN="https://portfolio.example")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 0
