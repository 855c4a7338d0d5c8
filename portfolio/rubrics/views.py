"""The organiser's pages for the rubrics of a cohort."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.models import Cohort, Rubric
from portfolio.rubrics import blueprint, queries
from portfolio.rubrics.forms import ChoiceForm, WordsForm
from portfolio.web.access import find
from portfolio.web.filters import refusal


@blueprint.get("/cohorts/<id:cohort_id>/rubrics")
def arrange(cohort_id: int) -> ResponseReturnValue:
    """Which rubric each module uses, and in which words."""
    cohort = find(queries.arranged(current_user), cohort_id)
    return _page(cohort, ChoiceForm.of(cohort.modules, queries.library(cohort)))


def _page(cohort: Cohort, form: ChoiceForm, status: int = 200, refused: str = "") -> ResponseReturnValue:
    used = queries.in_use(cohort)
    slugs = {rubric.slug for rubric in used}
    return render_template(
        "rubrics/arrange.html",
        cohort=cohort,
        form=form,
        used=used,
        others=[Rubric(pack=dict(pack)) for pack in queries.library(cohort) if pack["id"] not in slugs],
        library=queries.library(cohort),
        refused=refused,
    ), status


@blueprint.post("/cohorts/<id:cohort_id>/rubrics")
def choose(cohort_id: int) -> ResponseReturnValue:
    """A rubric or none for each module, or for all; what was chosen from another before stays as it is."""
    cohort, now = find(queries.to_arrange(current_user), cohort_id), clock.now()
    form = ChoiceForm.of(cohort.modules, queries.library(cohort), request.form)
    if not form.validate():
        return _page(cohort, form, 422)
    try:
        for module, slug in form.chosen(cohort.modules).items():
            module.use(_adopted(cohort, slug, now) if slug else None)
    except Refused as no:
        db.session.rollback()
        return _page(find(queries.arranged(current_user), cohort_id), form, 409, refusal(no))
    db.session.commit()
    flash(gettext("Saved. It holds for reviews from now on."))
    return redirect(url_for("rubrics.arrange", cohort_id=cohort_id), 303)


def _adopted(cohort: Cohort, slug: str, now: datetime) -> Rubric:
    """The cohort's own version of a rubric, or the one of the library."""
    [pack] = [pack for pack in queries.library(cohort) if pack["id"] == slug]
    return queries.current(cohort).get(slug) or Rubric.adopt(pack, cohort=cohort, now=now)


@blueprint.get("/rubrics/<id:rubric_id>")
def words(rubric_id: int) -> ResponseReturnValue:
    """The words of a rubric in both languages, to be put otherwise."""
    rubric = find(policy.organised_rubrics(current_user), rubric_id)
    cohort = find(queries.arranged(current_user), rubric.cohort_id)
    return _words_page(cohort, rubric, WordsForm.of(rubric))


def _words_page(
    cohort: Cohort, rubric: Rubric, form: WordsForm, status: int = 200, refused: str = ""
) -> ResponseReturnValue:
    modules = [module for module in cohort.modules if module.rubric_id == rubric.id]
    values = {"cohort": cohort, "rubric": rubric, "form": form, "modules": modules, "refused": refused}
    return render_template("rubrics/words.html", **values), status


@blueprint.post("/rubrics/<id:rubric_id>")
def reword(rubric_id: int) -> ResponseReturnValue:
    """Put a rubric into the cohort's own words: a new version, for coming reviews."""
    rubric = find(policy.organised_rubrics(current_user), rubric_id)
    cohort = find(queries.to_arrange(current_user), rubric.cohort_id)
    form = WordsForm.of(rubric, request.form)
    if not form.validate():
        return _words_page(cohort, rubric, form, 422)
    try:
        reworded = rubric.reword(form.pack(rubric), cohort=cohort, now=clock.now())
    except Refused as no:
        return _words_page(cohort, rubric, form, 409, refused=refusal(no))
    db.session.commit()
    flash(gettext("Saved as version %(version)s. It holds for reviews from now on.", version=reworded.version))
    return redirect(url_for("rubrics.arrange", cohort_id=cohort.id, _anchor=f"rubric-{reworded.id}"), 303)
