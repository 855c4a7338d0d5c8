"""Pages of progress: a trainee's own, a trainee's as others see it, and the grid of a cohort."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.models import Enrolment
from portfolio.progress import blueprint, queries
from portfolio.queries import load_series
from portfolio.web.access import find
from portfolio.web.paging import page_number


@blueprint.get("/progress/")
def mine() -> ResponseReturnValue:
    """A trainee's own progress."""
    wanted = queries.with_cohort(queries.own_enrolments(current_user)).limit(1)
    enrolment = db.session.scalars(wanted).one_or_none()
    if enrolment is None:
        return render_template("reflections/nothing_yet.html")
    return _page(enrolment)


@blueprint.get("/enrolments/<id:enrolment_id>/progress")
def trainee(enrolment_id: int) -> ResponseReturnValue:
    """A trainee's progress, for those who guide or organise."""
    enrolment = find(queries.with_cohort(policy.visible_enrolments(current_user)), enrolment_id)
    return _page(enrolment)


def _page(enrolment: Enrolment) -> ResponseReturnValue:
    now = clock.now()
    series = load_series(enrolment, enrolment.cohort.today(now), viewer=current_user)
    return render_template(
        "progress/trainee.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        series=series,
        agendas=queries.cards(series),
        is_mine=enrolment.user_id == current_user.id,
        may_declare=queries.may_declare(current_user, enrolment),
        now=now,
    )


@blueprint.get("/cohorts/")
def cohorts() -> ResponseReturnValue:
    """The cohorts whose grid this person may see."""
    found = queries.cohorts_of(current_user)
    if len(found) == 1:
        return redirect(url_for("progress.cohort", cohort_id=found[0].id), 303)
    return render_template("progress/cohorts.html", cohorts=found)


@blueprint.get("/cohorts/<id:cohort_id>/progress")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """The grid of trainees and modules: all of them for organisers, their own for those who guide."""
    cohort = find(policy.visible_cohorts(current_user), cohort_id)
    today = cohort.today(clock.now())
    modules = queries.due_by_module(cohort, today)
    overdue = sum(before for _, _, _, before in modules)
    totals = queries.totals(current_user, cohort, today=today, overdue=overdue)
    page = page_number(totals.trainees, queries.PAGE)
    known = {order.value: order for order in queries.Order}
    order = known.get(request.args.get("sort", ""), queries.Order.GAP)
    grid = queries.grid(current_user, cohort, modules=modules, order=order, page=page.number)
    return render_template(
        "progress/cohort.html",
        cohort=cohort,
        totals=totals,
        grid=grid,
        page=page,
        order=order,
        today=today,
        is_organiser=queries.organises(current_user, cohort),
    )
