"""Writing: beginning, saving, handing in, taking back, putting away."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import begin_writing, db
from portfolio.errors import N_, Refused, Stale
from portfolio.models import Reflection, Visibility
from portfolio.queries import last_reviews, to_change, to_form, to_save
from portfolio.web import levels
from portfolio.web.access import allow, find
from portfolio.web.differences import since_return
from portfolio.web.filters import hour, refusal
from portfolio.web.following import follow
from portfolio.web.margin import still_there
from portfolio.web.richtext import render
from portfolio.writing import blueprint, queries
from portfolio.writing.checking import Check
from portfolio.writing.conflict import Conflict, settled
from portfolio.writing.forms import ADVISED_WORDS, AsItStandsForm, PreviewForm, ReflectionForm


@blueprint.post("/sessions/<id:session_id>/reflection")
def start(session_id: int) -> ResponseReturnValue:
    """Begin to write about a session; what was begun is opened again."""
    session = find(queries.to_begin(current_user), session_id)
    reflection = queries.written_about(current_user, session)
    if reflection is None:
        enrolment, progress = queries.place_to_begin(current_user, session)
        number = queries.number_for(session, enrolment)
        reflection = Reflection.begin(enrolment, session, progress, number=number, now=clock.now())
        db.session.add(reflection)
        try:
            db.session.commit()
        except sa.exc.IntegrityError:  # begun twice at the same moment: there is one, and it is opened
            db.session.rollback()
            begin_writing()
            reflection = queries.written_about(current_user, session) or abort(409)
    elif reflection.discarded_at is not None:
        reflection.begin_again(number=queries.number_for(session, reflection.enrolment), now=clock.now())
        db.session.commit()
    return redirect(url_for("writing.edit", reflection_id=reflection.id), 303)


def _own(reflection_id: int, load: Callable[[sa.Select[Reflection]], sa.Select[Reflection]] = to_change) -> Reflection:
    """A reflection of the person's own, to be changed unless it is loaded otherwise."""
    reflection = find(load(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_write(current_user, reflection))
    return reflection


@blueprint.get("/reflections/<id:reflection_id>/edit")
def edit(reflection_id: int) -> ResponseReturnValue:
    """Write, or write on."""
    reflection = _own(reflection_id, load=to_form)
    if not reflection.is_writable or reflection.discarded_at is not None:
        return redirect(url_for("reflections.show", reflection_id=reflection.id), 303)
    return _edit_page(reflection, ReflectionForm.of(reflection, room=min(1, len(request.args.get("more", "")))))


def _edit_page(
    reflection: Reflection, form: ReflectionForm, status: int = 200, refused: Refused | None = None
) -> ResponseReturnValue:
    rubric, own = reflection.session.module.rubric, levels.chosen(request.values)
    last = last_reviews([reflection.id]).get(reflection.id)
    return render_template(
        "writing/edit.html",
        reflection=reflection,
        form=form,
        review=last if reflection.state.value == "returned" else None,
        readers=queries.readers_of(reflection.enrolment),
        doubles=queries.same_number(reflection),
        retirement=queries.retirement_of(reflection.session),
        siblings=queries.parts_beside(reflection, reflection.cohort.today(clock.now())),
        since=since_return(reflection),
        talk=[*still_there(reflection, queries.open_comments(reflection))],
        zone=reflection.cohort.time_zone,
        advised=ADVISED_WORDS,
        refused=refusal(refused),
        rubric=rubric,
        own=own,
        level_error="" if levels.fits(rubric, own) else levels.NOT_THERE,
    ), status


@dataclass(frozen=True)
class Sent:
    """What came of a form that was sent: the reflection with its words kept, or the page that says why not."""

    reflection: Reflection
    answer: ResponseReturnValue | None = None


def _keep(reflection_id: int) -> Sent:
    """Write what was sent into the reflection; 422 when the form is wrong, 409 with both texts when it is stale."""
    reflection = _own(reflection_id)
    form = ReflectionForm.of(reflection, settled(request.form, reflection))
    if not form.validate():
        return Sent(reflection, _edit_page(reflection, form, 422))
    words, visibility = form.words(reflection), Visibility(form.visibility.data)
    try:
        reflection.write(words, version=form.version.data or 0, visibility=visibility, pen=form.pen, now=clock.now())
    except Stale:
        return Sent(reflection, _conflict_page(reflection, form))
    return Sent(reflection)


def _conflict_page(reflection: Reflection, form: ReflectionForm) -> ResponseReturnValue:
    """Both texts side by side, to go on with either or with a merge; what was sent goes along."""
    return render_template(
        "writing/conflict.html",
        reflection=reflection,
        conflict=Conflict.between(form, ReflectionForm.of(reflection)),
        own=levels.chosen(request.form),
        action=request.path,
        is_handing_in=request.endpoint == "writing.submit",
    ), 409


@blueprint.post("/reflections/<id:reflection_id>/edit")
def save(reflection_id: int) -> ResponseReturnValue:
    """Save the draft."""
    sent = _keep(reflection_id)
    if sent.answer is not None:
        return sent.answer
    db.session.commit()
    own = levels.fields(levels.chosen(request.form))
    if more := request.form.get("more"):
        anchor = f"more-{more[:40]}"
        address = url_for("writing.edit", reflection_id=reflection_id, more=more[:40], _anchor=anchor, **own)
        return redirect(address, 303)
    flash(gettext("Your draft is saved."))
    return redirect(url_for("writing.edit", reflection_id=reflection_id, **own), 303)


@blueprint.post("/reflections/<id:reflection_id>/draft")
def autosave(reflection_id: int) -> ResponseReturnValue:
    """Save what a tab sends by itself; the answer is for its script. At most three statements.

    200 `{"version": …, "saved": "14.05 WIB"}`; 422 `{"errors": {field: sentence}}`; 409 `{"refused": sentence}` when
    a rule says no; 409 with `"conflict": true` and the newer `"version"` when another wrote.
    """
    reflection = _own(reflection_id, load=to_save)
    form = ReflectionForm.of(reflection, request.form)
    if not form.validate():
        return {"errors": {name: str(said[0]) for name, said in form.errors.items()}}, 422
    words, visibility = form.words(reflection), Visibility(form.visibility.data)
    try:
        reflection.write(words, version=form.version.data or 0, visibility=visibility, pen=form.pen, now=clock.now())
    except Stale as stale:
        return {"refused": gettext(stale.sentence), "version": reflection.version, "conflict": True}, 409
    except Refused as no:
        return {"refused": refusal(no)}, 409
    db.session.commit()
    return {"version": reflection.version, "saved": hour(reflection.written_at, reflection.cohort.time_zone)}


@blueprint.post("/reflections/<id:reflection_id>/discard")
def discard(reflection_id: int) -> ResponseReturnValue:
    """Put a draft away; for a week it can be brought back."""
    reflection = _own(reflection_id)
    reflection.discard(now=clock.now())
    db.session.commit()
    flash(gettext("The draft is discarded. For a week you can bring it back."))
    return redirect(url_for("reflections.show", reflection_id=reflection_id), 303)


@blueprint.post("/reflections/<id:reflection_id>/restoration")
def restore(reflection_id: int) -> ResponseReturnValue:
    """Bring back the draft that was discarded last."""
    reflection = _own(reflection_id)
    kept = [discard for discard in reflection.discards if discard.restored_at is None]
    reflection.restore(kept[-1] if kept else abort(409), now=clock.now())
    db.session.commit()
    flash(gettext("Your draft is back."))
    return redirect(url_for("writing.edit", reflection_id=reflection_id), 303)


@blueprint.post("/reflections/<id:reflection_id>/submission")
def submit(reflection_id: int) -> ResponseReturnValue:
    """Save and hand in; first a gentle question when the text tells who others are."""
    sent = _as_it_stands(reflection_id) if "as_it_stands" in request.form else _keep(reflection_id)
    if sent.answer is not None:
        return sent.answer
    own = levels.chosen(request.form)
    if not levels.fits(sent.reflection.session.module.rubric, own):
        db.session.commit()  # what was written is kept, whatever was chosen
        return _level_page(sent.reflection)
    if "as_it_stands" not in request.form and _check(sent.reflection).answers:
        db.session.commit()
        return redirect(url_for("writing.check", reflection_id=reflection_id, **levels.fields(own)), 303)
    try:
        sent.reflection.submit(levels=own, now=clock.now())
    except Refused as no:
        if not sent.reflection.is_writable:
            raise
        db.session.commit()  # the rule said no to handing in; the draft is kept all the same
        return _edit_page(sent.reflection, ReflectionForm.of(sent.reflection), 409, refused=no)
    follow(sent.reflection, now=clock.now())
    db.session.commit()
    flash(gettext("Your reflection has been submitted."))
    return redirect(url_for("reflections.show", reflection_id=reflection_id), 303)


def _as_it_stands(reflection_id: int) -> Sent:
    """The kept text, which its writer has looked at; the page to write on when it was changed since."""
    reflection, form = _own(reflection_id), AsItStandsForm(request.form)
    if reflection.is_writable and not (form.validate() and form.version.data == reflection.version):
        changed = Refused(N_("This text was changed after you looked at it. Look at it once more, then submit it."))
        return Sent(reflection, _edit_page(reflection, ReflectionForm.of(reflection), 409, refused=changed))
    return Sent(reflection)


def _check(reflection: Reflection) -> Check:
    """What to ask about before it is handed in: nothing where it cannot be."""
    if not reflection.is_writable or reflection.visibility is Visibility.ONLY_ME:
        return Check((), frozenset())
    return Check.of(reflection, queries.names_around(reflection.enrolment))


@blueprint.get("/reflections/<id:reflection_id>/submission")
def check(reflection_id: int) -> ResponseReturnValue:
    """Before it is handed in: what tells who others are, and who will read it."""
    reflection = _own(reflection_id, load=to_form)
    found = _check(reflection)
    if not found.answers:
        return redirect(url_for("writing.edit", reflection_id=reflection_id), 303)
    return _check_page(reflection, found)


def _check_page(reflection: Reflection, found: Check, status: int = 200) -> ResponseReturnValue:
    rubric, own = reflection.session.module.rubric, levels.chosen(request.values)
    return render_template(
        "writing/check.html",
        reflection=reflection,
        check=found,
        readers=queries.readers_of(reflection.enrolment),
        rubric=rubric,
        own=own,
        level_error="" if levels.fits(rubric, own) else levels.NOT_THERE,
    ), status


def _level_page(reflection: Reflection) -> ResponseReturnValue:
    """A level that is not in the rubric: the page it was chosen on, to choose again."""
    if "as_it_stands" in request.form and (found := _check(reflection)).answers:
        return _check_page(reflection, found, 422)
    return _edit_page(reflection, ReflectionForm.of(reflection), 422)


@blueprint.post("/reflections/<id:reflection_id>/withdrawal")
def withdraw(reflection_id: int) -> ResponseReturnValue:
    """Take back what no reviewer has opened yet."""
    reflection = _own(reflection_id)
    reflection.withdraw(now=clock.now())
    follow(reflection, now=clock.now())
    db.session.commit()
    flash(gettext("Your reflection is back with you. Nobody else sees it until you submit it again."))
    return redirect(url_for("writing.edit", reflection_id=reflection_id), 303)


@blueprint.post("/preview")
def preview() -> ResponseReturnValue:
    """A text as every reader will see it: a piece of a page, for the editor's script."""
    form = PreviewForm(request.form)
    if not form.validate():
        return {"errors": {name: str(said[0]) for name, said in form.errors.items()}}, 422
    return str(render(form.text.data or ""))
