"""The page of lessons for one's job, and the answer to "did it happen?"."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock
from portfolio.database import db
from portfolio.lessons import blueprint, queries
from portfolio.lessons.forms import AnswerForm
from portfolio.models import Happened, Lesson
from portfolio.web.access import find
from portfolio.web.filters import day


@blueprint.get("/lessons/")
def mine() -> ResponseReturnValue:
    """A writer's own lessons, to be read, answered for, and printed."""
    return _page(AnswerForm())


def _page(form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    lessons = queries.lessons_of(current_user, now)
    return render_template("lessons/mine.html", lessons=lessons, form=form, now=now), status


@blueprint.post("/lessons/<id:lesson_id>/answer")
def answer(lesson_id: int) -> ResponseReturnValue:
    """Say what became of a lesson; the answer may be changed at any time."""
    lesson = find(queries.to_answer(current_user), lesson_id)
    form = AnswerForm(request.form)
    if not form.validate():
        return _page(form, 422)
    lesson.answer(Happened(form.happened.data), now=clock.now())
    db.session.commit()
    flash(_thanks(lesson))
    if form.then.data == "today":
        return redirect(url_for("reflections.today"), 303)
    return redirect(url_for("lessons.mine", _anchor=f"lesson-{lesson_id}"), 303)


def _thanks(lesson: Lesson) -> str:
    again = day(lesson.ask_on) if lesson.ask_on else ""
    match lesson.happened:
        case Happened.YES:
            return gettext("It happened: what you wrote has reached your work.")
        case Happened.PARTLY:
            return gettext("A part of it is there, and that counts. We ask again on %(day)s.", day=again)
        case Happened.NO_LONGER:
            return gettext("Put aside. Plans may change; what you learnt stays yours.")
        case _:
            return gettext("Noted; good things take their time. We ask again on %(day)s.", day=again)
