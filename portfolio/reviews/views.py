"""The desk: what waits for a reviewer, and the page on which they decide."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.models import Outcome, Reason, Reflection, Review
from portfolio.queries import news_for, to_change, whole
from portfolio.reviews import blueprint, queries
from portfolio.reviews.forms import ReviewForm
from portfolio.web import reading
from portfolio.web.access import allow, find
from portfolio.web.differences import since_last_review
from portfolio.web.paging import page_number


@blueprint.get("/reviews/")
def queue() -> ResponseReturnValue:
    """Everything that waits for this person, oldest promise first."""
    total = queries.how_many_wait(current_user)
    page = page_number(total, queries.PAGE)
    waiting = queries.queue(current_user, page=page.number, now=clock.now())
    return render_template("reviews/queue.html", waiting=waiting, page=page, news=news_for(current_user))


@blueprint.get("/reflections/<id:reflection_id>/review")
def review(reflection_id: int) -> ResponseReturnValue:
    """Read a submission and decide."""
    reflection = find(whole(queries.to_review(current_user)), reflection_id)
    allow(policy.may_review(current_user, reflection))
    if not policy.may_decide(current_user, reflection):
        return redirect(url_for("reflections.show", reflection_id=reflection.id), 303)
    return _page(reflection, ReviewForm(), 200)


def _page(reflection: Reflection, form: ReviewForm, status: int) -> ResponseReturnValue:
    now = clock.now()
    last_visit = reading.record(reflection, reader=current_user, reason=Reason.REVIEW, now=now)
    return render_template(
        "reviews/review.html",
        reflection=reflection,
        submission=reflection.latest,
        form=form,
        now=now,
        last_visit=last_visit,
        since=since_last_review(reflection),
        following=queries.next_waiting(current_user, after=reflection.id),
    ), status


@blueprint.post("/reflections/<id:reflection_id>/review")
def decide(reflection_id: int) -> ResponseReturnValue:
    """Return with a reason, or accept; then straight to the next one waiting."""
    reflection = find(to_change(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_review(current_user, reflection))
    form = ReviewForm(request.form)
    if not form.validate():
        db.session.rollback()
        seen = find(whole(queries.to_review(current_user)), reflection_id)
        return _page(seen, form, 422)
    outcome, now = Outcome(form.outcome.data), clock.now()
    decision = Review.decide(
        reflection,
        outcome,
        form.feedback.data,
        round=form.round.data or 0,
        step=form.step.data,
        by=current_user,
        now=now,
    )
    db.session.add(decision)
    db.session.commit()
    name = reflection.enrolment.user.name
    flash(
        gettext("Accepted. %(name)s will see it.", name=name)
        if decision.is_accepted
        else gettext("Returned. %(name)s will see your reason first.", name=name)
    )
    following = queries.next_waiting(current_user, after=reflection_id)
    if following is None:
        return redirect(url_for("reviews.queue"), 303)
    return redirect(url_for("reviews.review", reflection_id=following), 303)
