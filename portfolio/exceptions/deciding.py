"""For those who answer: what waits in a cohort, the exceptions log, and whether guides answer too."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import joinedload

from portfolio import clock, policy
from portfolio.database import LARGEST_ID, begin_writing, db
from portfolio.exceptions import blueprint, doing, log, queries
from portfolio.exceptions.forms import AnswerForm, TrustForm, mark_day
from portfolio.models import Cohort, Enrolment, Request
from portfolio.queries import organised_ids
from portfolio.web.access import allow, find
from portfolio.web.filters import refusal, words
from portfolio.web.paging import page_number

PAGE = 50


@blueprint.get("/cohorts/<id:cohort_id>/exceptions")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """What waits for an answer, the oldest first, and what was excused, extended, declined and reopened."""
    return _page(cohort_id)


def _page(
    cohort_id: int,
    status: int = 200,
    *,
    form: AnswerForm | None = None,
    about: int | None = None,
    refused: str = "",
) -> ResponseReturnValue:
    """With a form that has to be mended: that of one request, or, where `about` is none, that of several."""
    shown = policy.cohorts_with_exceptions(current_user).options(joinedload(Cohort.trust_set_by))
    cohort = find(shown, cohort_id)
    waiting = queries.waiting_in(cohort, current_user, cohort.today(clock.now()))
    theirs = policy.enrolments_with_exceptions(current_user).where(Enrolment.cohort_id == cohort.id)
    ids = theirs.with_only_columns(Enrolment.id)
    page = page_number(log.number_of(ids), PAGE)
    return render_template(
        "exceptions/cohort.html",
        cohort=cohort,
        is_organiser=cohort.id in organised_ids(current_user),
        waiting=[(each, form if form and each.request.id == about else AnswerForm.proposed(each.request))
                 for each in waiting],
        is_full=len(waiting) == queries.MOST_WAITING,
        for_others=queries.waiting_for_others(cohort, current_user),
        together=form if form and about is None else AnswerForm(),
        chosen=_chosen(),
        entries=log.entries(ids, most=PAGE, skip=(page.number - 1) * PAGE),
        page=page,
        to_mend=form,
        about=about,
        refused=refused,
        unsent=form.answer.data if form and about not in [each.request.id for each in waiting] else "",
    ), status  # fmt: skip


def _answer(asked: Request, form: AnswerForm, *, now: datetime) -> None:
    if form.is_yes:
        doing.grant(asked, form.answer.data, form.due_on.data, now=now)
    else:
        asked.decline(form.answer.data, by=current_user, now=now)


@blueprint.post("/requests/<id:request_id>/answer")
def answer(request_id: int) -> ResponseReturnValue:
    """Yes or no to what a trainee asks for."""
    asked = find(queries.to_answer(current_user), request_id)
    allow(policy.may_answer(current_user, asked, organised_ids(current_user)))
    cohort_id, name, form = asked.cohort_id, asked.enrolment.user.name, AnswerForm(request.form)
    if not form.validate():
        db.session.rollback()
        return _page(cohort_id, 422, form=form, about=request_id)
    if refused := doing.carried_out(lambda: _answer(asked, form, now=clock.now())):
        mark_day(form.due_on, refused)
        why = "" if form.due_on.errors else refusal(refused)
        return _page(cohort_id, 409, form=form, about=request_id, refused=why)
    flash(
        gettext("Granted. %(name)s sees it.", name=name)
        if form.is_yes
        else gettext("Declined. %(name)s sees your reason.", name=name)
    )
    return redirect(url_for("exceptions.cohort", cohort_id=cohort_id), 303)


@blueprint.post("/cohorts/<id:cohort_id>/exceptions/answers")
def answer_many(cohort_id: int) -> ResponseReturnValue:
    """One answer to several requests; each is answered wholly or not at all, and why not is said."""
    find(policy.cohorts_with_exceptions(current_user), cohort_id)
    form, organised, now = AnswerForm(request.form), organised_ids(current_user), clock.now()
    if not form.validate() or not _chosen():
        db.session.rollback()
        return _page(cohort_id, 422, form=form)
    done, missed = 0, []
    for number in sorted(_chosen()):
        asked = _one_of(cohort_id, number)
        if asked is None or not policy.may_answer(current_user, asked, organised):
            missed.append(gettext("One of them is not yours to answer."))
            continue
        about = f"{asked.enrolment.user.name}, {words(asked.session.title)}"
        refused = doing.carried_out(lambda asked=asked: _answer(asked, form, now=now))  # type: ignore[misc]
        begin_writing()
        if refused is None:
            done += 1
        else:
            missed.append(f"{about}: {refusal(refused)}")
    db.session.rollback()  # of nothing: what was answered is kept
    if missed:
        return _page(cohort_id, 409, form=form, refused=" ".join([*_how_many(done, len(missed)), *missed]))
    flash(*_how_many(done, 0))
    return redirect(url_for("exceptions.cohort", cohort_id=cohort_id), 303)


def _how_many(done: int, missed: int) -> list[str]:
    said = [ngettext("%(num)s request is answered.", "%(num)s requests are answered.", done)]
    if missed:
        said.append(ngettext("%(num)s could not be answered.", "%(num)s could not be answered.", missed))
    return said


def _one_of(cohort_id: int, request_id: int) -> Request | None:
    one = queries.to_answer(current_user).where(Request.id == request_id, Request.cohort_id == cohort_id)
    return db.session.scalars(one).unique().one_or_none()


def _chosen() -> set[int]:
    """The requests that were marked."""
    marked = request.form.getlist("request")[: queries.MOST_WAITING]
    digits = {each for each in marked if each.isascii() and each.isdigit() and len(each) < 11}
    return {number for each in digits if 0 < (number := int(each)) <= LARGEST_ID}


@blueprint.post("/cohorts/<id:cohort_id>/exceptions/trust")
def trust(cohort_id: int) -> ResponseReturnValue:
    """Organisers let those who guide a trainee excuse them and give them more time, or no longer."""
    cohort: Cohort = find(policy.organised_cohorts(current_user), cohort_id)
    form = TrustForm(request.form)
    cohort.trust_guides(form.guides.data, by=current_user, now=clock.now())
    db.session.commit()
    flash(
        gettext("Guides answer for their own trainees now, besides the organisers.")
        if form.guides.data
        else gettext("Only organisers answer now.")
    )
    return redirect(url_for("exceptions.cohort", cohort_id=cohort_id, _anchor="trust"), 303)
