"""The rules of a cohort's modules, and the page on which one is tried and published."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.models import Effect, Module, RuleChange
from portfolio.rules import blueprint, queries
from portfolio.rules.forms import PublishForm, TryForm
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
    form = PublishForm(request.args)
    is_tried = "required" in request.args
    return _page(module, form, is_tried=is_tried, status=422 if is_tried and not _is_rule(form) else 200)


def _is_rule(form: TryForm) -> bool:
    return form.required.validate(form) and form.basis.validate(form)


def _page(module: Module, form: PublishForm, *, is_tried: bool, status: int) -> ResponseReturnValue:
    is_rule = is_tried and not (form.required.errors or form.basis.errors)
    slots = sum(session.is_slot for session in module.sessions)
    return render_template(
        "rules/module.html",
        module=module,
        cohort=module.cohort,
        form=form,
        slots=slots,
        tried=form.rule if is_rule else None,
        effect=Effect.of(queries.rows_of(module), *form.rule) if is_rule else None,
        changes=queries.changes_of(module),
    ), status


@blueprint.post("/modules/<id:module_id>/rule")
def publish(module_id: int) -> ResponseReturnValue:
    """Let the rule hold from now on. Whoever is complete stays complete."""
    module, form = find(queries.to_change(policy.organised_modules(current_user)), module_id), PublishForm(request.form)
    if not form.validate():
        db.session.rollback()
        return _page(
            find(queries.whole(policy.organised_modules(current_user)), module_id), form, is_tried=True, status=422
        )
    rows, before = queries.rows_of(module, locked=True), queries.changes_of(module)
    change = RuleChange.publish(
        module, *form.rule, form.reason.data, rows=rows, before=before, seen=form.seen, by=current_user, now=clock.now()
    )
    db.session.add(change)
    db.session.commit()
    flash(gettext("The new rule holds from now on."))
    return redirect(url_for("rules.cohort", cohort_id=module.cohort_id), 303)
