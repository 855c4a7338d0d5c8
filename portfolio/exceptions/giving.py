"""What is given to one trainee without being asked for, and taken back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import N_, Refused
from portfolio.exceptions import blueprint, doing, trainees
from portfolio.exceptions.forms import GiveForm, UndoForm, mark_day
from portfolio.queries import organised_ids
from portfolio.web.access import allow, find
from portfolio.web.filters import refusal


@blueprint.get("/enrolments/<id:enrolment_id>/exceptions")
def trainee(enrolment_id: int) -> ResponseReturnValue:
    """What one trainee has, and what can be given."""
    return _page(enrolment_id, GiveForm())


def _page(
    enrolment_id: int,
    form: GiveForm,
    status: int = 200,
    *,
    refused: Refused | None = None,
    undo: UndoForm | None = None,
    undone: int | None = None,
) -> ResponseReturnValue:
    """With a form to be mended: that in which one gives, or `undo`, that of the excuse of the reflection `undone`."""
    enrolment = find(trainees.to_give(current_user), enrolment_id)
    return render_template(
        "exceptions/trainee.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        given=trainees.given_to(enrolment, enrolment.cohort.today(clock.now()), viewer=current_user),
        form=form,
        refused=refusal(refused),
        undo=undo or UndoForm(),
        undone=undone,
    ), status


@blueprint.post("/enrolments/<id:enrolment_id>/exceptions")
def give(enrolment_id: int) -> ResponseReturnValue:
    """Excuse a trainee from one session, or give them more time for it."""
    enrolment = find(trainees.to_give(current_user), enrolment_id)
    allow(policy.may_excuse(current_user, enrolment, organised_ids(current_user)))
    form = GiveForm(request.form)
    session = trainees.session_to_give(enrolment, form.session.data or 0)
    if session is None and not form.session.errors:
        form.session.process_errors = [gettext("Choose one of the sessions that are named.")]
    if not form.validate() or session is None:
        db.session.rollback()
        return _page(enrolment_id, form, 422)

    def act() -> None:
        if any(asked.training_session_id == session.id for asked in trainees.waiting_about(enrolment)):
            raise Refused(N_("The trainee has asked about this session. Answer that, so that they see the answer."))
        if form.what.data == "excuse":
            doing.excuse(enrolment, session, form.reason.data, now=clock.now())
        else:
            doing.extend(enrolment, session, form.due_on.data, form.reason.data, now=clock.now())

    if refused := doing.carried_out(act):
        mark_day(form.due_on, refused)
        return _page(enrolment_id, form, 409, refused=refused)
    flash(gettext("Done, and in the log."))
    return redirect(url_for("exceptions.trainee", enrolment_id=enrolment_id), 303)


@blueprint.post("/extensions/<id:extension_id>/end")
def end(extension_id: int) -> ResponseReturnValue:
    """The day for everybody holds again."""
    extension = find(trainees.to_end(current_user), extension_id)
    allow(policy.may_excuse(current_user, extension.enrolment, organised_ids(current_user)))
    trainees.progress_of(extension.enrolment, extension.session)
    extension.end(by=current_user, now=clock.now())
    db.session.commit()
    flash(gettext("Ended. The day for everybody holds again."))
    return redirect(url_for("exceptions.trainee", enrolment_id=extension.enrolment_id), 303)


@blueprint.post("/reflections/<id:reflection_id>/expectation")
def expect(reflection_id: int) -> ResponseReturnValue:
    """An excuse is undone: a reflection is expected after all. Its text is shown to nobody who may not read it."""
    reflection = find(trainees.to_expect(current_user), reflection_id)
    allow(policy.may_excuse(current_user, reflection.enrolment, organised_ids(current_user)))
    enrolment_id, form = reflection.enrolment_id, UndoForm(request.form)
    if not form.validate():
        db.session.rollback()
        return _page(enrolment_id, GiveForm(), 422, undo=form, undone=reflection_id)
    if refused := doing.carried_out(lambda: doing.expect(reflection, form.reason.data, now=clock.now())):
        return _page(enrolment_id, GiveForm(), 409, refused=refused, undo=form, undone=reflection_id)
    flash(gettext("It is expected after all. The trainee sees your reason."))
    return redirect(url_for("exceptions.trainee", enrolment_id=enrolment_id), 303)
