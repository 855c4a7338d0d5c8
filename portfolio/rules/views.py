"""The rules of a cohort's modules, and the page on which one is tried and published."""

from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import Bilingual, db
from portfolio.errors import Refused, Stale
from portfolio.models import Effect, Module, Rule, RuleChange
from portfolio.rules import blueprint, queries
from portfolio.rules.forms import PublishForm
from portfolio.touched import lock_modules, rows_beside, rows_of
from portfolio.web.access import find
from portfolio.web.filters import refusal


@blueprint.get("/cohorts/<id:cohort_id>/rules")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """What makes each module of a cohort complete, and how that was changed."""
    cohort = find(policy.organised_cohorts(current_user), cohort_id)
    modules = queries.modules_of(cohort)
    return render_template(
        "rules/cohort.html",
        cohort=cohort,
        modules=modules,
        titles=_titles(module for module, _ in modules),
        changes=queries.changes_in(cohort),
    )


def _titles(modules: Iterable[Module]) -> dict[int, Bilingual]:
    """The titles of modules by their ids, to say for which one another waits."""
    return {module.id: module.title for module in modules}


@blueprint.get("/modules/<id:module_id>/rule")
def module(module_id: int) -> ResponseReturnValue:
    """Try another rule: what it would do is shown, and nothing is changed."""
    module = find(queries.whole(policy.organised_modules(current_user)), module_id)
    return _page(module, PublishForm.of(module, request.args if "required" in request.args else None))


def _page(module: Module, form: PublishForm, *, status: int = 200, refused: Refused | None = None) -> tuple[str, int]:
    slots, is_tried = sum(session.is_slot for session in module.sessions), bool(form.required.raw_data)
    tried = form.rule if is_tried and form.is_rule_for(slots) else None
    if tried is not None and refused is None:
        refused = _no_rule(module, tried)
        status = 422 if refused else status
    is_shown = tried is not None and (refused is None or isinstance(refused, Stale))
    return render_template(
        "rules/module.html",
        module=module,
        cohort=module.cohort,
        form=form,
        slots=slots,
        tried=tried,
        titles=_titles(module.cohort.modules),
        effect=_effect(module, tried) if tried and is_shown else None,
        changes=queries.changes_of(module),
        refused=refusal(refused),
    ), 422 if is_tried and not tried else status


def _no_rule(module: Module, rule: Rule) -> Refused | None:
    """Why nobody could ever meet it, if so."""
    try:
        RuleChange.check(module, rule)
    except Refused as no:
        return no
    return None


def _effect(module: Module, rule: Rule) -> Effect:
    return Effect.of(rows_of(module), rule, beside=rows_beside(module, rule))


@blueprint.post("/modules/<id:module_id>/rule")
def publish(module_id: int) -> ResponseReturnValue:
    """Let the rule hold from now on. Whoever is complete stays complete."""
    organised = policy.organised_modules(current_user)
    lock_modules(organised, module_id)
    module = find(queries.whole(organised), module_id)
    form = PublishForm.of(module, request.form)
    if not form.validate():
        return _again(module_id, form, status=422)
    rule, reason, before, by = form.rule, form.reason.data, queries.changes_of(module), current_user
    rows = {"rows": rows_of(module, locked=True), "beside": rows_beside(module, rule, locked=True)}
    try:
        change = RuleChange.publish(module, rule, reason, **rows, before=before, seen=form.seen, by=by, now=clock.now())
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
