"""The rules of a cohort's modules, and the page on which one is tried and published."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.models import Effect, Module, RuleChange
from portfolio.rules import blueprint, queries
from portfolio.rules.forms import PublishForm
from portfolio.web.access import find


@blueprint.get("/cohorts/<id:cohort_id>/rules")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """What makes each module of a cohort complete, and how that was changed."""
    cohort = find(policy.organised_cohorts(current_user), cohort_id)
    return render_template(
        "rules/cohort.html", cohort=cohort, modules=queries.modules_of(cohort), changes=queries.changes_in(cohort)
    )


@blueprint.get("/modules/<id:module_id>/rule")
def module(module_id: int) -> ResponseReturnValue:
    """Try another rule: what it would do is shown, and nothing is changed."""
    module = find(queries.whole(policy.organised_modules(current_user)), module_id)
    return _page(module, PublishForm(request.args if "required" in request.args else None))


def _page(module: Module, form: PublishForm, *, status: int = 200, refused: Refused | None = None) -> tuple[str, int]:
    slots, is_tried = sum(session.is_slot for session in module.sessions), bool(form.required.raw_data)
    is_rule = is_tried and form.is_rule_for(slots)
    return render_template(
        "rules/module.html",
        module=module,
        cohort=module.cohort,
        form=form,
        slots=slots,
        tried=form.rule if is_rule else None,
        effect=Effect.of(queries.rows_of(module), *form.rule) if is_rule else None,
        changes=queries.changes_of(module),
        refused=gettext(refused.sentence, **refused.values) if refused else None,
    ), 422 if is_tried and not is_rule else status


@blueprint.post("/modules/<id:module_id>/rule")
def publish(module_id: int) -> ResponseReturnValue:
    """Let the rule hold from now on. Whoever is complete stays complete."""
    module, form = find(queries.to_change(policy.organised_modules(current_user)), module_id), PublishForm(request.form)
    if not form.validate():
        return _again(module_id, form, status=422)
    rows, before = queries.rows_of(module, locked=True), queries.changes_of(module)
    said, by, now = form.reason.data, current_user, clock.now()
    try:
        change = RuleChange.publish(module, *form.rule, said, rows=rows, before=before, seen=form.seen, by=by, now=now)
    except Refused as no:
        return _again(module_id, form, status=409, refused=no)
    db.session.add(change)
    db.session.commit()
    flash(gettext("The new rule holds from now on."))
    return redirect(url_for("rules.cohort", cohort_id=module.cohort_id), 303)


def _again(module_id: int, form: PublishForm, *, status: int, refused: Refused | None = None) -> tuple[str, int]:
    db.session.rollback()
    module = find(queries.whole(policy.organised_modules(current_user)), module_id)
    return _page(module, form, status=status, refused=refused)
