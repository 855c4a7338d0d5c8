"""The pages on which organisers draw a sample, follow it, close it, and compare what was scored."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.calibrations import blueprint, figures, queries
from portfolio.calibrations.eligibility import Bar, Left, lottery
from portfolio.calibrations.forms import AssessorForm, DrawForm, ModerationForm, PassOnForm
from portfolio.database import db
from portfolio.models import Appointment, Calibration, Moderation, SampledText
from portfolio.web import levels
from portfolio.web.access import find
from portfolio.web.paging import page_number

BARS = {
    Bar.WRITER: lazy_gettext("wrote it"),
    Bar.GUIDE: lazy_gettext("guides or guided the writer"),
    Bar.UNIT: lazy_gettext("is of the same unit"),
    Bar.CONFLICT: lazy_gettext("has a declared conflict of interest"),
    Bar.ANSWERED: lazy_gettext("has decided on it or talked about it"),
    Bar.READER: lazy_gettext("has read it, or could, under the writer's name"),
    Bar.EARLIER: lazy_gettext("was given it in an earlier sample"),
}
LEFT = {
    Left.NOT_ACCEPTED: lazy_gettext("not accepted yet"),
    Left.WRITER_LEFT: lazy_gettext("by trainees who have left"),
    Left.PRIVATE: lazy_gettext("for their writers only"),
}


@blueprint.get("/cohorts/<id:cohort_id>/calibrations")
def of_cohort(cohort_id: int) -> ResponseReturnValue:
    """The samples of a cohort, its assessors, and what the next lottery would draw from."""
    return _list(cohort_id)


def _list(
    cohort_id: int, drawing: DrawForm | None = None, appointing: AssessorForm | None = None
) -> ResponseReturnValue:
    cohort = find(queries.with_rubrics(policy.organised_cohorts(current_user)), cohort_id)
    drawing = drawing or DrawForm()
    appointing = appointing or AssessorForm()
    return render_template(
        "calibrations/of_cohort.html",
        cohort=cohort,
        samples=queries.samples_of(current_user, cohort),
        titles={rubric.id: rubric.title for rubric in cohort.rubrics},
        lottery=lottery(cohort),
        drawing=drawing,
        appointing=appointing,
        bars=BARS,
        left=LEFT,
        now=clock.now(),
    ), (422 if drawing.errors or appointing.errors else 200)


@blueprint.post("/cohorts/<id:cohort_id>/calibrations")
def draw(cohort_id: int) -> ResponseReturnValue:
    """Draw a sample by lot."""
    cohort = find(queries.with_rubrics(policy.organised_cohorts(current_user)), cohort_id)
    form = DrawForm(request.form)
    rubric = next((rubric for rubric in cohort.rubrics if rubric.id == form.rubric.data), None)
    if not form.validate() or rubric is None:
        form.rubric.errors = form.rubric.errors or ([] if rubric else [gettext("Choose a rubric.")])
        return _list(cohort_id, drawing=form)
    calibration = Calibration.draw(
        cohort,
        rubric,
        lottery(cohort).candidates,
        percent=form.percent.data or 1,
        per_text=form.per_text.data or 2,
        seed=form.seed.data or None,
        by=current_user,
        now=clock.now(),
    )
    db.session.add(calibration)
    db.session.commit()
    flash(gettext("The sample is drawn. Its assessors find the texts under Blind scoring."))
    return redirect(url_for("calibrations.show", calibration_id=calibration.id), 303)


@blueprint.post("/cohorts/<id:cohort_id>/assessors")
def appoint(cohort_id: int) -> ResponseReturnValue:
    """Let somebody score texts of this cohort blind."""
    cohort = find(queries.with_rubrics(policy.organised_cohorts(current_user)), cohort_id)
    form = AssessorForm(request.form)
    user = queries.account(form.email.data) if form.validate() else None
    if user is None:
        form.email.errors = form.email.errors or [gettext("Nobody signs in with this address.")]
        return _list(cohort_id, appointing=form)
    db.session.add(Appointment.assessor(cohort, user, now=clock.now()))
    db.session.commit()
    flash(gettext("%(name)s scores blind in this cohort from now on.", name=user.name))
    return redirect(url_for("calibrations.of_cohort", cohort_id=cohort_id), 303)


@blueprint.post("/assessors/<id:appointment_id>/ending")
def end(appointment_id: int) -> ResponseReturnValue:
    """Somebody scores here no longer; what they have scored stays."""
    appointment = find(policy.visible_assessors(current_user), appointment_id)
    appointment.end(now=clock.now())
    db.session.commit()
    flash(gettext("The appointment has ended. What was scored stays."))
    return redirect(url_for("calibrations.of_cohort", cohort_id=appointment.cohort_id), 303)


@blueprint.get("/calibrations/<id:calibration_id>")
def show(calibration_id: int) -> ResponseReturnValue:
    """A sample: how far it is, and once it is closed, how the scores compare."""
    return _page(calibration_id)


def _page(
    calibration_id: int,
    *,
    about: SampledText | None = None,
    moderating: ModerationForm | None = None,
    passing: PassOnForm | None = None,
) -> ResponseReturnValue:
    """The page of a sample, or the one with the text that a form has to be mended about."""
    calibration = find(queries.with_rubric(policy.visible_calibrations(current_user)), calibration_id)
    scores = queries.scores_of(calibration)
    order = queries.order_of(calibration, scores)
    page = page_number(len(order), queries.PAGE)
    if about:
        page = replace(page, number=queries.page_with(order, about.id))
    return render_template(
        "calibrations/show.html",
        calibration=calibration,
        rubric=calibration.rubric,
        sample=queries.progress_of(current_user, calibration),
        compared=figures.compare(calibration, scores, queries.everybody(calibration)),
        texts=queries.page_of(order, page.number),
        page=page,
        levels_of={(score.text_id, score.assessor_id, score.criterion): score.level for score in scores},
        lottery=lottery(calibration.cohort) if calibration.is_open else None,
        about=about.id if about else None,
        moderating=moderating or ModerationForm(),
        passing=passing,
        fewest=figures.FEWEST,
    ), (422 if about else 200)


@blueprint.post("/calibrations/<id:calibration_id>/closing")
def close(calibration_id: int) -> ResponseReturnValue:
    """Show the scores; from now on none is added."""
    calibration = find(queries.to_close(policy.visible_calibrations(current_user)), calibration_id)
    calibration.close(now=clock.now())
    db.session.commit()
    flash(gettext("The sample is closed. These are its scores."))
    return redirect(url_for("calibrations.show", calibration_id=calibration_id), 303)


@blueprint.post("/sampled-texts/<id:text_id>/scorings")
def pass_on(text_id: int) -> ResponseReturnValue:
    """Give a text that an assessor has passed on to somebody else."""
    text = find(queries.to_change(policy.visible_sampled_texts(current_user)), text_id)
    able = lottery(text.cohort).able(text.submission_id)
    form = PassOnForm(request.form)
    assessor = next((user for user in able if user.id == form.assessor.data), None)
    if not form.validate() or assessor is None:
        form.assessor.errors = form.assessor.errors or [gettext("Choose an assessor.")]
        db.session.rollback()
        return _page(text.calibration_id, about=text, passing=form)
    text.pass_on(assessor, [user.id for user in able], now=clock.now())
    db.session.commit()
    flash(gettext("%(name)s finds this text in their list now.", name=assessor.name))
    return redirect(_address(text), 303)


@blueprint.post("/sampled-texts/<id:text_id>/moderations")
def moderate(text_id: int) -> ResponseReturnValue:
    """Settle one criterion of a text, with a reason; the blind scores stay as they were."""
    text = find(queries.to_change(policy.visible_sampled_texts(current_user)), text_id)
    form = ModerationForm(request.form)
    criterion = form.criterion.data or ""
    chosen = levels.chosen({f"{levels.FIELD}{criterion}": form.level.data or ""})
    if form.validate() and not levels.fits(text.calibration.rubric, chosen):
        form.level.errors = [levels.NOT_THERE]
    if form.errors:
        db.session.rollback()
        return _page(text.calibration_id, about=text, moderating=form)
    settled = Moderation.settle(text, criterion, chosen[criterion], form.reason.data, by=current_user, now=clock.now())
    db.session.add(settled)
    db.session.commit()
    flash(gettext("Settled. The blind scores stay as they were."))
    return redirect(_address(text), 303)


def _address(text: SampledText) -> str:
    calibration = text.calibration
    order = queries.order_of(calibration, queries.scores_of(calibration))
    number = queries.page_with(order, text.id)
    return url_for("calibrations.show", calibration_id=calibration.id, page=number, _anchor=f"text-{text.code}")
