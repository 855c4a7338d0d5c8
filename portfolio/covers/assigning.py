"""Giving trainees to another mentor: what is open goes along; what was decided stays with whoever decided it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.covers import blueprint, queries
from portfolio.covers.forms import HandOverForm, chosen_trainees
from portfolio.database import db
from portfolio.models import Cohort, Role
from portfolio.web.access import find


@blueprint.get("/cohorts/<id:cohort_id>/mentors")
def guides(cohort_id: int) -> ResponseReturnValue:
    """Who guides whom, how much waits for each, and who has nobody."""
    cohort = find(policy.organised_cohorts(current_user), cohort_id)
    return _page(cohort, None, 200)


def _page(cohort: Cohort, form: HandOverForm | None, status: int) -> ResponseReturnValue:
    return render_template(
        "covers/guides.html",
        cohort=cohort,
        guides=queries.guides(cohort),
        people=queries.staff_of(cohort),
        today=cohort.today(clock.now()),
        form=form,
        ticked=chosen_trainees(request.form),
    ), status


@blueprint.post("/cohorts/<id:cohort_id>/mentors")
def hand_over(cohort_id: int) -> ResponseReturnValue:
    """Give the trainees whose boxes are ticked to somebody else."""
    cohort = find(policy.organised_cohorts(current_user), cohort_id)
    form = HandOverForm.of(cohort, queries.staff_of(cohort), request.form)
    ids = chosen_trainees(request.form)
    if not form.validate() or not ids:
        if not ids:
            form.taker.errors = [*form.taker.errors, gettext("Tick at least one trainee.")]
        return _page(cohort, form, 422)
    giver = queries.person(int(form.giver.data)) if form.giver.data else None
    taker, now = queries.person(int(form.taker.data)), clock.now()
    enrolments = queries.to_hand_over(cohort, ids)
    for enrolment in enrolments:
        db.session.add(enrolment.hand_over(Role(form.role.data), giver, taker, now=now))
    db.session.commit()
    flash(
        ngettext(
            "%(num)s trainee is guided by %(name)s from now on.",
            "%(num)s trainees are guided by %(name)s from now on.",
            len(enrolments),
            name=taker.addressed,
        )
    )
    return redirect(url_for("covers.guides", cohort_id=cohort_id), 303)
