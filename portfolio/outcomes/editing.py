"""One outcome: said, owned and served otherwise; one put below it; or aimed at no longer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.alignment import Rank
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.models import LearningOutcome
from portfolio.outcomes import blueprint, queries, tree
from portfolio.outcomes.forms import AddForm, OutcomeForm
from portfolio.web.access import find
from portfolio.web.filters import refusal


@blueprint.get("/outcomes/<id:outcome_id>")
def edit(outcome_id: int) -> ResponseReturnValue:
    """One outcome, to be changed."""
    outcome = find(queries.to_edit(policy.organised_outcomes(current_user)), outcome_id)
    return _page(outcome, _as_it_is(outcome))


def _page(
    outcome: LearningOutcome,
    form: OutcomeForm,
    status: int = 200,
    *,
    adding: AddForm | None = None,
    refused: Refused | None = None,
) -> ResponseReturnValue:
    outcomes = queries.tree_of(outcome.cohort_id)
    return render_template(
        "outcomes/outcome.html",
        outcome=outcome,
        cohort=outcome.cohort,
        form=form,
        adding=adding or AddForm(),
        is_adding=adding is not None,
        sessions=queries.sessions_of(outcome.cohort_id),
        branch=next((each for each in tree.flat(outcomes) if each.outcome.id == outcome.id), None),
        modules=queries.modules_under(outcome.agenda_id) if outcome.agenda_id else [],
        ranks=Rank,
        refused=refusal(refused),
    ), status


def _again(outcome_id: int, form: OutcomeForm, status: int, **more: object) -> ResponseReturnValue:
    """The page with what was written, to mend it."""
    db.session.rollback()
    outcome = find(queries.to_edit(policy.organised_outcomes(current_user)), outcome_id)
    return _page(outcome, form, status, **more)  # type: ignore[arg-type]


@blueprint.post("/outcomes/<id:outcome_id>")
def change(outcome_id: int) -> ResponseReturnValue:
    """Keep what it says, who answers for it and what serves it; and let its owner answer for those below, if asked."""
    outcome = find(queries.to_edit(policy.organised_outcomes(current_user)), outcome_id)
    form, sessions = OutcomeForm(request.form), queries.sessions_of(outcome.cohort_id)
    if not form.is_well_filled(session.id for session in sessions):
        return _again(outcome_id, form, 422)
    # What is retired serves no longer, but that it did is not forgotten.
    chosen = [session for session in sessions if session.id in form.sessions.data]
    chosen += [session for session in outcome.sessions if session.retired_at is not None]
    by, now = current_user, clock.now()
    try:
        said = outcome.change(form.words, form.owner.data, form.names, chosen, by=by, now=now)
        below = (
            outcome.own_below(tree=queries.tree_of(outcome.cohort_id), by=by, now=now) if form.own_below.data else []
        )
    except Refused as no:
        return _again(outcome_id, form, 409, refused=no)
    db.session.add_all([*([said] if said else []), *below])
    db.session.commit()
    flash(gettext("Kept.") if said or below else gettext("Nothing was changed."))
    return redirect(url_for("outcomes.cohort", cohort_id=outcome.cohort_id, _anchor=f"outcome-{outcome_id}"), 303)


@blueprint.post("/outcomes/<id:outcome_id>/parts")
def add(outcome_id: int) -> ResponseReturnValue:
    """Put another outcome below it."""
    outcome = find(queries.to_edit(policy.organised_outcomes(current_user)), outcome_id)
    form, outcomes = AddForm(request.form), queries.tree_of(outcome.cohort_id)
    modules = queries.modules_under(outcome.agenda_id) if outcome.agenda_id else []
    if not form.is_well_filled(module.id for module in modules):
        return _again(outcome_id, _as_it_is(outcome), 422, adding=form)
    module = next((each for each in modules if each.id == form.module.data), None)
    place = 1 + max(each.position for each in outcomes)
    try:
        change = outcome.add(
            form.words, form.owner.data, module=module, position=place, by=current_user, now=clock.now()
        )
    except Refused as no:
        return _again(outcome_id, _as_it_is(outcome), 409, adding=form, refused=no)
    db.session.add(change)
    db.session.commit()
    assert change.outcome is not None
    flash(gettext("Added. Now choose which sessions serve it."))
    return redirect(url_for("outcomes.edit", outcome_id=change.outcome.id), 303)


def _as_it_is(outcome: LearningOutcome) -> OutcomeForm:
    return OutcomeForm(
        words_id=outcome.words["id"],
        words_en=outcome.words["en"],
        owner=outcome.owner,
        contributors="\n".join(outcome.contributors),
        sessions=[session.id for session in outcome.sessions],
    )


@blueprint.post("/outcomes/<id:outcome_id>/end")
def end(outcome_id: int) -> ResponseReturnValue:
    """It is aimed at no longer, nor are those below it. What was claimed of them stays."""
    outcome = find(queries.to_edit(policy.organised_outcomes(current_user)), outcome_id)
    try:
        changes = outcome.end(tree=queries.tree_of(outcome.cohort_id), by=current_user, now=clock.now())
    except Refused as no:
        return _again(outcome_id, _as_it_is(outcome), 409, refused=no)
    db.session.add_all(changes)
    db.session.commit()
    flash(gettext("This outcome has ended. What was claimed of it stays on record."))
    return redirect(url_for("outcomes.cohort", cohort_id=outcome.cohort_id), 303)
