"""Figures of service: of one's own answers, of a cohort, and of what is promised, for everybody."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.service import blueprint, kept, queries
from portfolio.service.forms import PublishForm
from portfolio.web.access import find, public


@blueprint.get("/service/")
@public
def promises() -> ResponseReturnValue:
    """What the cohorts promise that show it, and how it is kept: for everybody, with no name of anybody."""
    now = clock.now()
    return render_template("service/promises.html", promises=kept.promises(queries.public_cohorts(), now), now=now)


@blueprint.get("/service/mine")
def mine() -> ResponseReturnValue:
    """How this person answers, for themselves alone."""
    now, cohorts = clock.now(), queries.guided_cohorts(current_user)
    figures = queries.figures_by(current_user, cohorts, now)
    return render_template("service/mine.html", cohorts=[(cohort, figures[cohort.id]) for cohort in cohorts])


@blueprint.get("/cohorts/<id:cohort_id>/service")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """How a cohort's trainees are answered, and whether all are treated alike."""
    cohort, now = find(queries.with_holidays(policy.organised_cohorts(current_user)), cohort_id), clock.now()
    figures = queries.figures_of(cohort, now)
    return render_template(
        "service/cohort.html",
        cohort=cohort,
        figures=figures,
        reviewers=queries.reviewers(figures),
        treated=queries.treated(cohort, figures),
        most=queries.MOST_NAMED,
        distributions=queries.distributions(cohort),
        fairness=queries.fairness(cohort),
        now=now,
    )


@blueprint.post("/cohorts/<id:cohort_id>/service")
def publish(cohort_id: int) -> ResponseReturnValue:
    """Show everybody what this cohort promises and how it is kept, or no longer."""
    cohort = find(policy.organised_cohorts(current_user), cohort_id)
    cohort.is_promise_public = PublishForm(request.form).is_public.data
    db.session.commit()
    return redirect(url_for("service.cohort", cohort_id=cohort_id), 303)
