"""The trainee's pages, and the page of a reflection for all who may read it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy, reminders
from portfolio.claims import claims_beside
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.models import Reason, Reflection, Reopening
from portfolio.models.aside import NOTE_LENGTH
from portfolio.queries import draft_files, last_reviews, news_for, note_beside, to_change, whole
from portfolio.reflections import blueprint, queries
from portfolio.reflections.forms import AddendumForm, CommentForm, MarkForm, ReasonForm
from portfolio.reflections.turns import whose_turn
from portfolio.series import Condition, load_series
from portfolio.turns import MOST, Call, together, waiting_for_writer
from portfolio.web import guests, reading
from portfolio.web.access import allow, find
from portfolio.web.differences import since_last_review
from portfolio.web.filters import refusal
from portfolio.web.margin import Margin
from portfolio.web.navigation import places


@blueprint.get("/")
def today() -> ResponseReturnValue:
    """Home: what to do today, for a trainee; for others, the way to their desk."""
    mine = places()
    if mine.home == "guide" and mine.is_guide:
        return redirect(url_for("reviews.queue"), 303)
    if mine.home == "organiser":
        return redirect(url_for("progress.cohort", cohort_id=mine.organises[0][0]), 303)
    if mine.home == "assessor":
        return redirect(url_for("scoring.texts"), 303)
    enrolment, now = queries.enrolment_of(current_user, _asked_cohort()), clock.now()
    if enrolment is None:
        return render_template("reflections/nothing_yet.html")
    series = load_series(enrolment, enrolment.cohort.today(now), viewer=current_user)
    returned, turns = series.having(Condition.RETURNED), together(waiting_for_writer(enrolment, most=MOST))
    talked = {turn.reflection.id for turn in turns if turn.call is Call.TALK}
    return render_template(
        "reflections/today.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        series=series,
        now=now,
        returned=returned,
        reviews=last_reviews([slot.reflection.id for slot in returned if slot.reflection]),
        waiting=series.having(Condition.WAITING),
        calendar=enrolment.cohort.calendar,
        turns=turns,
        news=[entry for entry in news_for(current_user) if entry.reflection.id not in talked],
        asked=queries.asked_of(current_user, enrolment.cohort, series.today),
        answered=queries.answered_lately(enrolment, now),
        reminded=reminders.open_for(current_user, now) if mine.reminders else [],
    )


@blueprint.get("/series/")
def series() -> ResponseReturnValue:
    """The whole series of a trainee."""
    enrolment = queries.enrolment_of(current_user, _asked_cohort())
    if enrolment is None:
        return render_template("reflections/nothing_yet.html")
    whole_series = load_series(enrolment, enrolment.cohort.today(clock.now()), viewer=current_user)
    yours = {turn.reflection.id for turn in waiting_for_writer(enrolment)}
    return render_template("reflections/series.html", series=whole_series, cohort=enrolment.cohort, yours=yours)


@blueprint.get("/reflections/<id:reflection_id>")
def show(reflection_id: int) -> ResponseReturnValue:
    """A reflection with everything that was said about it."""
    reflection = find(whole(policy.visible_reflections(current_user)), reflection_id)
    return page(reflection, CommentForm())


def page(
    reflection: Reflection,
    form: CommentForm,
    status: int = 200,
    *,
    addendum: AddendumForm | None = None,
    mark: MarkForm | None = None,
    marked: int | None = None,
    asking: ReasonForm | None = None,
    refused: Refused | None = None,
) -> ResponseReturnValue:
    """The page of a reflection, with a form on it that has to be mended; `marked` is the review that `mark` is of."""
    now, is_mine = clock.now(), policy.owns(current_user, reflection)
    last_visit = reading.record(reflection, reader=current_user, reason=Reason.READING, now=now)
    series = load_series(reflection.enrolment, reflection.cohort.today(now), viewer=current_user)
    may_hear = policy.may_hear(current_user, reflection, [cohort_id for cohort_id, _ in places().organises])
    return render_template(
        "reflections/show.html",
        reflection=reflection,
        series=series,
        neighbours=queries.neighbours(series, reflection),
        since=since_last_review(reflection),
        claims=claims_beside(reflection, current_user),
        last_visit=last_visit,
        now=now,
        is_mine=is_mine,
        longest_note=NOTE_LENGTH,
        note=note_beside(reflection, current_user) if is_mine else None,
        read_blind=queries.read_blind(reflection) if is_mine else [],
        draft_files=draft_files(reflection) if is_mine else [],
        may_write=policy.may_write(current_user, reflection),
        may_decide=policy.may_decide(current_user, reflection),
        may_reopen=policy.may_review(current_user, reflection),
        may_comment=policy.may_comment(current_user, reflection),
        may_hear=may_hear,
        whose=whose_turn(reflection, current_user) if may_hear else None,
        mark=mark or MarkForm(),
        marked=marked,
        asking=asking or ReasonForm(),
        invited=guests.invited(reflection, current_user),
        form=form,
        margin=Margin.of(reflection, current_user, about=form.about),
        refused=refusal(refused),
        addendum=addendum or AddendumForm(),
        discarded=queries.to_restore(reflection, now) if is_mine and reflection.discarded_at else None,
    ), status


@blueprint.post("/reflections/<id:reflection_id>/addenda")
def add(reflection_id: int) -> ResponseReturnValue:
    """The writer adds to an accepted text, which itself stays as it is."""
    reflection = find(to_change(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_write(current_user, reflection))
    form = AddendumForm(request.form)
    if not form.validate():
        db.session.rollback()
        seen = find(whole(policy.visible_reflections(current_user)), reflection_id)
        return page(seen, CommentForm(), 422, addendum=form)
    addendum = reflection.add(form.text.data, now=clock.now())
    db.session.commit()
    address = url_for("reflections.show", reflection_id=reflection_id, _anchor=f"addendum-{addendum.id}")
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
