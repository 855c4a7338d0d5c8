"""The demo: on any day of the week it has a session today, something that waits and something late, in every state."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, joinedload, selectinload

from portfolio import clock
from portfolio.attention.queries import trainees
from portfolio.attention.reasons import Kind
from portfolio.database import db
from portfolio.demo.build import build
from portfolio.demo.cast import COACH, MENTOR, ORGANISER, PASSWORD, TRAINEE, words
from portfolio.models import (
    Addendum,
    Comment,
    Enrolment,
    Happened,
    Lesson,
    PrivateNote,
    Reflection,
    State,
    Submission,
    User,
    Visibility,
)
from portfolio.progress.commands import recount
from portfolio.series import Condition, load_series
from portfolio.web.passages import find
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


def what_stands_beside_is_there(session: Session, today: date) -> None:
    rani = sa.select(Reflection.id).join(Reflection.enrolment).join(Enrolment.user).where(User.email == TRAINEE)

    def mine(*of: sa.ColumnElement[bool]) -> sa.Select[Reflection]:
        return sa.select(Reflection).where(Reflection.id.in_(rani), *of)

    session.expire_all()
    away = session.scalars(mine(Reflection.discarded_at.is_not(None)).options(selectinload(Reflection.discards))).one()
    assert (away.words.texts, len(away.discards)) == ([], 1)
    assert away.discards[0].title == "Parkir, Paraf, dan Sebuah Catatan Kecil"
    [added] = session.scalars(sa.select(Addendum).where(Addendum.reflection_id.in_(rani)))
    assert session.get_one(Reflection, added.reflection_id).state is State.ACCEPTED
    [note] = session.scalars(sa.select(PrivateNote))
    assert session.get_one(Reflection, note.reflection_id).state is State.RETURNED
    lessons = session.scalars(sa.select(Lesson).where(Lesson.reflection_id.in_(rani))).all()
    due = [lesson for lesson in lessons if lesson.ask_on and lesson.ask_on <= today]
    assert len(due) >= 2, "some lessons are asked about"
    assert {lesson.happened for lesson in lessons} == {None, Happened.YES, Happened.PARTLY, Happened.NO_LONGER}
    assert session.scalars(mine(Reflection.visibility == Visibility.COHORT, Reflection.state == State.ACCEPTED)).all()
    rounds = selectinload(Reflection.submissions)
    both = session.scalars(
        mine(Reflection.title == 'Menjawab "Belum Ada Kabar"').options(rounds.selectinload(Submission.comments))
    ).one()
    assert [len(handed_in.comments) for handed_in in both.submissions] == [4, 2]
    first, second = both.submissions
    about = [comment.quoted for comment in first.comments if comment.quoted]
    assert [find(second.words, quoted) is not None for quoted in about] == [True, False]
    came_back = mine(Reflection.state == State.RETURNED).options(rounds.selectinload(Submission.comments))
    assert any(comment.quoted for row in session.scalars(came_back) for comment in row.submissions[-1].comments)
    assert both.submissions[0].answers["view"] != both.submissions[1].answers["view"]
    tagged = session.scalars(sa.select(Reflection.tags)).all()
    assert sum(map(bool, tagged)) > 100
    assert all(len(tags) <= 2 for tags in tagged)


def somebody_needs_the_mentor_for_each_reason(app: Flask, now: datetime) -> None:
    with app.app_context():
        mentor = db.session.scalars(sa.select(User).where(User.email == MENTOR)).one()
        theirs = trainees(mentor, now=now)
    found = {reason.kind for trainee in theirs for reason in trainee.reasons}
    assert found >= set(Kind) - {Kind.FALLING}  # the levels here are chosen by chance, and seldom fall so far
    assert any(not trainee.reasons for trainee in theirs), "with somebody all goes its way"


@pytest.mark.parametrize("now", [WEEK[1], WEEK[6]], ids=lambda day: f"{day:%A}")
def test_visitors_find_a_little_of_everything(session: Session, app: Flask, now: datetime) -> None:
    build(session, now=now)
    session.commit()
    conditions = series_of(session, TRAINEE, now, app)
    for condition in set(Condition) - {Condition.SPARED}:  # here, every module asks for all of its reflections
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
    somebody_needs_the_mentor_for_each_reason(app, now)
    what_stands_beside_is_there(session, clock.day_in(now, "Asia/Jakarta"))
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
