"""How far the outcomes are shown: by one trainee, and by a cohort."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio import policy
from portfolio.models import Evidence
from portfolio.outcomes import blueprint, covering, queries
from portfolio.web.access import find


@blueprint.get("/enrolments/<id:enrolment_id>/coverage")
def trainee(enrolment_id: int) -> ResponseReturnValue:
    """The map of one trainee: what they have shown, what waits, what is missing."""
    enrolment = find(queries.to_map(policy.visible_enrolments(current_user)), enrolment_id)
    outcomes = queries.tree_of(enrolment.cohort_id) if enrolment.cohort.outcomes_published_at else []
    return render_template(
        "outcomes/trainee.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        is_mine=enrolment.user_id == current_user.id,
        kinds=Evidence,
        may_read=queries.may_follow(current_user, enrolment),
        map=covering.of_trainee(outcomes, queries.shown_by(enrolment)),
    )


@blueprint.get("/cohorts/<id:cohort_id>/coverage")
def covered(cohort_id: int) -> ResponseReturnValue:
    """The map of a cohort: how many have shown each outcome; nobody is named."""
    cohort = find(policy.overseen_cohorts(current_user), cohort_id)
    outcomes = queries.tree_of(cohort.id) if cohort.outcomes_published_at else []
    return render_template(
        "outcomes/covered.html",
        cohort=cohort,
        map=covering.of_cohort(outcomes, queries.shown_in(cohort), queries.trainees_in(cohort)),
    )
