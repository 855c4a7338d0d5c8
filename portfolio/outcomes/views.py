"""The tree of a cohort's outcomes for its organisers: laid out, checked, published."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.cohorts.outcome_tree import tree as planned_tree
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.models import LearningOutcome, OutcomeChange
from portfolio.outcomes import blueprint, queries, tree
from portfolio.web.access import find
from portfolio.web.filters import refusal


@blueprint.get("/cohorts/<id:cohort_id>/outcomes")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """What the programme is for, who answers for what, and what the check says of it."""
    return _page(cohort_id)


def _page(cohort_id: int, status: int = 200, refused: Refused | None = None) -> ResponseReturnValue:
    cohort = find(policy.organised_cohorts(current_user), cohort_id)
    outcomes = queries.tree_of(cohort.id)
    sessions = queries.sessions_of(cohort.id)
    found = tree.findings(outcomes, sessions) if outcomes else []
    return render_template(
        "outcomes/cohort.html",
        cohort=cohort,
        branches=tree.grown(outcomes),
        faults=[each for each in found if each.kind.is_fault],
        remarks=[each for each in found if not each.kind.is_fault],
        changes=queries.changes_of(cohort.id),
        refused=refusal(refused),
    ), status


@blueprint.post("/cohorts/<id:cohort_id>/outcomes")
def lay_out(cohort_id: int) -> ResponseReturnValue:
    """Take the outcomes over from the programme; they are the cohort's own from then on."""
    cohort = find(queries.to_lay_out(policy.organised_cohorts(current_user)), cohort_id)
    before, now = queries.tree_of(cohort.id), clock.now()
    planned = planned_tree(cohort.programme.pack)
    try:
        made = LearningOutcome.lay_out(cohort, planned, before=before)
    except Refused as no:
        db.session.rollback()
        return _page(cohort_id, 409, no)
    db.session.add_all([*made, OutcomeChange.laid_out(cohort, by=current_user, now=now)])
    db.session.commit()
    flash(gettext("The outcomes of the programme are taken over. They are this cohort's own from now on."))
    return redirect(url_for("outcomes.cohort", cohort_id=cohort_id), 303)


@blueprint.post("/cohorts/<id:cohort_id>/outcomes/publication")
def publish(cohort_id: int) -> ResponseReturnValue:
    """Trainees see the outcomes, and can claim them, from now on."""
    cohort = find(queries.to_publish(policy.organised_cohorts(current_user)), cohort_id)
    try:
        change = OutcomeChange.publish(cohort, queries.tree_of(cohort.id), by=current_user, now=clock.now())
    except Refused as no:
        db.session.rollback()
        return _page(cohort_id, 409, no)
    if change is not None:
        db.session.add(change)
    db.session.commit()
    flash(gettext("Published. Trainees see the outcomes from now on, and can say which of them they show."))
    return redirect(url_for("outcomes.cohort", cohort_id=cohort_id), 303)
