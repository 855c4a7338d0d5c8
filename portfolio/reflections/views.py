"""The trainee's pages, and the page of a reflection for all who may read it."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import begin_writing, db
from portfolio.errors import Refused, Stale
from portfolio.models import Reason, Reflection, Reopening, Visibility, Words
from portfolio.queries import Condition, load_series, news_for, to_change, to_write, whole
from portfolio.reflections import blueprint, queries
from portfolio.reflections.forms import CommentForm, ReasonForm, ReflectionForm
from portfolio.web import reading
from portfolio.web.access import allow, find
from portfolio.web.navigation import places


@blueprint.get("/")
def today() -> ResponseReturnValue:
    """Home: what to do today, for a trainee; for others, the way to their desk."""
    mine = places()
    if mine.home == "guide" and mine.is_guide:
        return redirect(url_for("reviews.queue"), 303)
    if mine.home == "organiser":
        return redirect(url_for("progress.cohort", cohort_id=mine.organises[0][0]), 303)
    enrolment, now = queries.enrolment_of(current_user, _asked_cohort()), clock.now()
    if enrolment is None:
        return render_template("reflections/nothing_yet.html")
    series = load_series(enrolment, enrolment.cohort.today(now), viewer=current_user)
    returned = series.having(Condition.RETURNED)
    return render_template(
        "reflections/today.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        series=series,
        now=now,
        next_slot=queries.next_slot(series),
        returned=returned,
        reviews=queries.last_reviews([slot.reflection.id for slot in returned if slot.reflection]),
        waiting=series.having(Condition.WAITING),
        calendar=queries.calendar_of(enrolment.cohort),
        news=news_for(current_user),
    )


@blueprint.get("/series/")
def series() -> ResponseReturnValue:
    """The whole series of a trainee."""
    enrolment = queries.enrolment_of(current_user, _asked_cohort())
    if enrolment is None:
        return render_template("reflections/nothing_yet.html")
    whole_series = load_series(enrolment, enrolment.cohort.today(clock.now()), viewer=current_user)
    return render_template("reflections/series.html", series=whole_series, cohort=enrolment.cohort)


@blueprint.post("/sessions/<id:session_id>/reflection")
def start(session_id: int) -> ResponseReturnValue:
    """Begin to write about a session; what was begun is opened again."""
    session = find(queries.to_begin(current_user), session_id)
    reflection = queries.written_about(current_user, session)
    if reflection is None:
        enrolment, progress = queries.place_to_begin(current_user, session)
        is_final = session.template is not None and session.template.is_final
        number = None if is_final else queries.next_number(enrolment)
        reflection = Reflection.begin(enrolment, session, progress, number=number, now=clock.now())
        db.session.add(reflection)
        try:
            db.session.commit()
        except sa.exc.IntegrityError:  # begun twice at the same moment: there is one, and it is opened
            db.session.rollback()
            begin_writing()
            reflection = queries.written_about(current_user, session) or abort(409)
    return redirect(url_for("reflections.edit", reflection_id=reflection.id), 303)


@blueprint.get("/reflections/<id:reflection_id>")
def show(reflection_id: int) -> ResponseReturnValue:
    """A reflection with everything that was said about it."""
    reflection = find(whole(policy.visible_reflections(current_user)), reflection_id)
    return _page(reflection, CommentForm())


def _page(reflection: Reflection, form: CommentForm, status: int = 200) -> ResponseReturnValue:
    now, is_mine = clock.now(), policy.owns(current_user, reflection)
    last_visit = reading.record(reflection, reader=current_user, reason=Reason.READING, now=now)
    series = load_series(reflection.enrolment, reflection.cohort.today(now), viewer=current_user)
    return render_template(
        "reflections/show.html",
        reflection=reflection,
        series=series,
        neighbours=queries.neighbours(series, reflection),
        last_visit=last_visit,
        now=now,
        is_mine=is_mine,
        may_write=policy.may_write(current_user, reflection),
        may_decide=policy.may_decide(current_user, reflection),
        may_reopen=policy.may_review(current_user, reflection),
        may_comment=policy.may_comment(current_user, reflection),
        form=form,
    ), status


def _own(reflection_id: int, load: Callable[[sa.Select[Reflection]], sa.Select[Reflection]] = to_change) -> Reflection:
    """A reflection of the person's own, to be changed unless it is loaded otherwise."""
    reflection = find(load(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_write(current_user, reflection))
    return reflection


@blueprint.get("/reflections/<id:reflection_id>/edit")
def edit(reflection_id: int) -> ResponseReturnValue:
    """Write, or write on."""
    reflection = _own(reflection_id, load=to_write)
    if not reflection.is_writable:
        return redirect(url_for("reflections.show", reflection_id=reflection.id), 303)
    return _edit_page(reflection, ReflectionForm.of(reflection, room=min(1, len(request.args.get("more", "")))))


def _edit_page(
    reflection: Reflection, form: ReflectionForm, status: int = 200, refused: Refused | None = None
) -> ResponseReturnValue:
    last = queries.last_reviews([reflection.id]).get(reflection.id)
    return render_template(
        "reflections/edit.html",
        reflection=reflection,
        form=form,
        review=last if reflection.state.value == "returned" else None,
        guides=queries.guides_by_role(reflection.enrolment),
        doubles=queries.same_number(reflection),
        zone=reflection.cohort.time_zone,
        refused=gettext(refused.sentence, **refused.values) if refused else "",
    ), status


@dataclass(frozen=True)
class Sent:
    """What came of a form that was sent: the reflection with its words kept, or the page that says why not."""

    reflection: Reflection
    answer: ResponseReturnValue | None = None


def _keep(reflection_id: int) -> Sent:
    """Write what was sent into the reflection; 422 when the form is wrong, 409 with both texts when it is stale."""
    reflection = _own(reflection_id)
    form = ReflectionForm.of(reflection, request.form)
    if not form.validate():
        return Sent(reflection, _edit_page(reflection, form, 422))
    words, visibility = form.words(reflection), Visibility(form.visibility.data)
    try:
        reflection.write(words, version=form.version.data or 0, visibility=visibility, now=clock.now())
    except Stale:
        return Sent(reflection, _conflict_page(reflection, words))
    return Sent(reflection)


def _conflict_page(reflection: Reflection, sent: Words) -> ResponseReturnValue:
    """Both texts side by side; the one that was sent goes along, to be kept after all."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in ("version", "more")]
    return render_template(
        "reflections/conflict.html",
        reflection=reflection,
        mine=sent,
        kept=reflection.words,
        sent=fields,
        action=request.path,
    ), 409


@blueprint.post("/reflections/<id:reflection_id>/edit")
def save(reflection_id: int) -> ResponseReturnValue:
    """Save the draft."""
    sent = _keep(reflection_id)
    if sent.answer is not None:
        return sent.answer
    db.session.commit()
    if more := request.form.get("more"):
        address = url_for("reflections.edit", reflection_id=reflection_id, more=more[:40], _anchor=f"more-{more[:40]}")
        return redirect(address, 303)
    flash(gettext("Your draft is saved."))
    return redirect(url_for("reflections.edit", reflection_id=reflection_id), 303)


@blueprint.post("/reflections/<id:reflection_id>/submission")
def submit(reflection_id: int) -> ResponseReturnValue:
    """Save and hand in."""
    sent = _keep(reflection_id)
    if sent.answer is not None:
        return sent.answer
    try:
        sent.reflection.submit(now=clock.now())
    except Refused as no:
        if not sent.reflection.is_writable:
            raise
        db.session.commit()  # the rule said no to handing in; the draft is kept all the same
        return _edit_page(sent.reflection, ReflectionForm.of(sent.reflection), 409, refused=no)
    db.session.commit()
    flash(gettext("Your reflection has been submitted."))
    return redirect(url_for("reflections.show", reflection_id=reflection_id), 303)


@blueprint.post("/reflections/<id:reflection_id>/withdrawal")
def withdraw(reflection_id: int) -> ResponseReturnValue:
    """Take back what no reviewer has opened yet."""
    reflection = _own(reflection_id)
    reflection.withdraw(now=clock.now())
    db.session.commit()
    flash(gettext("Your reflection is back with you. Nobody else sees it until you submit it again."))
    return redirect(url_for("reflections.edit", reflection_id=reflection_id), 303)


@blueprint.post("/reflections/<id:reflection_id>/comments")
def comment(reflection_id: int) -> ResponseReturnValue:
    """Say something about what was submitted."""
    reflection = find(whole(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_comment(current_user, reflection))
    form = CommentForm(request.form)
    if not form.validate():
        return _page(reflection, form, 422)
    answered = queries.comment_on(reflection, form.reply_to.data)
    said = reflection.comment(form.text.data, by=current_user, now=clock.now(), reply_to=answered)
    db.session.add(said)
    db.session.commit()
    address = url_for("reflections.show", reflection_id=reflection_id, _anchor=f"comment-{said.id}")
    return redirect(address, 303)


@blueprint.post("/reflections/<id:reflection_id>/reopening")
def reopen(reflection_id: int) -> ResponseReturnValue:
    """A reviewer gives an accepted reflection back to its writer."""
    reflection = find(to_change(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_review(current_user, reflection))
    form = ReasonForm(request.form)
    if not form.validate():
        abort(422)
    db.session.add(Reopening.of(reflection, form.reason.data, by=current_user, now=clock.now()))
    db.session.commit()
    flash(gettext("The reflection is back with its writer."))
    return redirect(url_for("reflections.show", reflection_id=reflection_id), 303)


def _asked_cohort() -> int | None:
    asked = request.args.get("cohort", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
