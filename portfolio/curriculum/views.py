"""The sessions of a cohort, and the page on which a change of one is tried and published."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.curriculum import blueprint, queries
from portfolio.curriculum.forms import ChangeForm, DaysForm, PlaceForm, RetireForm, ReturnForm
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.models import Misplaced, TrainingSession
from portfolio.web.access import find
from portfolio.web.filters import refusal

FORMS: dict[str, type[ChangeForm]] = {
    "days": DaysForm,
    "place": PlaceForm,
    "retirement": RetireForm,
    "return": ReturnForm,
}


@blueprint.get("/cohorts/<id:cohort_id>/sessions")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """All sessions by agenda and module, and what was changed so far."""
    cohort = find(policy.organised_cohorts(current_user), cohort_id)
    modules = queries.modules_of(cohort)
    return render_template(
        "curriculum/cohort.html",
        cohort=cohort,
        modules=modules,
        titles={module.id: module.title for module in modules},
        changes=queries.changes_in(cohort),
        today=cohort.today(clock.now()),
    )


@blueprint.get("/sessions/<id:session_id>/change")
def change(session_id: int) -> ResponseReturnValue:
    """Try a change: what it would do is shown, and nothing is done."""
    session = find(queries.in_cohort(policy.organised_sessions(current_user)), session_id)
    what = request.args.get("what", "")
    return _page(session, what, FORMS[what](request.args) if what in FORMS else None)


def _page(
    session: TrainingSession,
    what: str = "",
    form: ChangeForm | None = None,
    *,
    status: int = 200,
    refused: Refused | None = None,
) -> ResponseReturnValue:
    ground = queries.ground(session.cohort, session.module_id, about=session, now=clock.now())
    forms = {name: kind(obj=session) for name, kind in FORMS.items()}
    forms |= {what: form} if form is not None else {}
    for each in forms.values():
        each.offer(ground, session)
    impact = None
    if form is not None:
        try:
            impact = form.tried(ground, session)
        except Refused as no:
            refused = refused or no
    return render_template(
        "curriculum/change.html",
        session=session,
        cohort=session.cohort,
        ground=ground,
        forms=forms,
        form=form,
        what=what,
        impact=impact,
        changes=queries.changes_of(session),
        refused=refusal(refused),
    ), 422 if status == 200 and form is not None and form.errors else status


def _publish(session_id: int, what: str) -> ResponseReturnValue:
    session = find(queries.in_cohort(policy.organised_sessions(current_user), locked=True), session_id)
    form, now = FORMS[what](request.form), clock.now()
    ground = queries.ground(session.cohort, session.module_id, about=session, now=now, locked=True)
    form.offer(ground, session)
    if not form.validate():
        return _again(session_id, what, form, status=422)
    try:
        change = form.publish(ground, session, by=current_user, now=now)
    except Misplaced:
        return _again(session_id, what, form, status=422)
    except Refused as no:
        return _again(session_id, what, form, status=409, refused=no)
    db.session.add(change)
    db.session.commit()
    flash(gettext("The sessions are changed. Nothing that was written was touched."))
    return redirect(url_for("curriculum.change", session_id=session_id), 303)


def _again(
    session_id: int, what: str, form: ChangeForm, *, status: int, refused: Refused | None = None
) -> ResponseReturnValue:
    db.session.rollback()
    session = find(queries.in_cohort(policy.organised_sessions(current_user)), session_id)
    return _page(session, what, form, status=status, refused=refused)


@blueprint.post("/sessions/<id:session_id>/days")
def move(session_id: int) -> ResponseReturnValue:
    """Other days, for everybody."""
    return _publish(session_id, "days")


@blueprint.post("/sessions/<id:session_id>/place")
def renumber(session_id: int) -> ResponseReturnValue:
    """Another place in its module."""
    return _publish(session_id, "place")


@blueprint.post("/sessions/<id:session_id>/retirement")
def retire(session_id: int) -> ResponseReturnValue:
    """Nothing is expected for it any more; what was written stays."""
    return _publish(session_id, "retirement")


@blueprint.post("/sessions/<id:session_id>/return")
def bring_back(session_id: int) -> ResponseReturnValue:
    """It is expected again."""
    return _publish(session_id, "return")
