"""A session more in a module: tried, and published."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.curriculum import blueprint, queries
from portfolio.curriculum.forms import AddForm
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.models import Misplaced, Module
from portfolio.web.access import find
from portfolio.web.filters import refusal


@blueprint.get("/modules/<id:module_id>/sessions")
def new(module_id: int) -> ResponseReturnValue:
    """What the session would be, and what it would do; nothing is added by it."""
    module = find(queries.module_in_cohort(policy.organised_modules(current_user)), module_id)
    return _page(module, AddForm(request.args) if "title_en" in request.args else None)


def _page(
    module: Module, form: AddForm | None, *, status: int = 200, refused: Refused | None = None
) -> ResponseReturnValue:
    ground = queries.ground(module.cohort, module.id, now=clock.now())
    is_tried, form = form is not None, form or AddForm.proposed(ground)
    form.know(ground, queries.templates())
    impact = form.tried(ground) if is_tried else None
    return render_template(
        "curriculum/add.html",
        module=module,
        cohort=module.cohort,
        ground=ground,
        form=form,
        impact=impact,
        refused=refusal(refused),
    ), 422 if status == 200 and form.errors else status


@blueprint.post("/modules/<id:module_id>/sessions")
def add(module_id: int) -> ResponseReturnValue:
    """The session is there from now on. Whoever is complete stays complete."""
    module = find(queries.module_in_cohort(policy.organised_modules(current_user), locked=True), module_id)
    form, now = AddForm(request.form), clock.now()
    ground = queries.ground(module.cohort, module.id, now=now, locked=True)
    form.know(ground, queries.templates())
    if not form.validate():
        return _again(module_id, form, status=422)
    try:
        change = form.publish(ground, by=current_user, now=now)
    except Misplaced:
        return _again(module_id, form, status=422)
    except Refused as no:
        return _again(module_id, form, status=409, refused=no)
    db.session.add(change)
    db.session.commit()
    flash(gettext("The session is added. Nothing that was written was touched."))
    return redirect(url_for("curriculum.change", session_id=change.training_session_id), 303)


def _again(module_id: int, form: AddForm, *, status: int, refused: Refused | None = None) -> ResponseReturnValue:
    db.session.rollback()
    module = find(queries.module_in_cohort(policy.organised_modules(current_user)), module_id)
    return _page(module, form, status=status, refused=refused)
