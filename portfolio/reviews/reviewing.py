"""The page on which a reviewer reads and decides."""

from datetime import datetime, timedelta

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.claims import claims_beside
from portfolio.database import db
from portfolio.errors import N_, Refused, Stale
from portfolio.models import FeedbackDraft, Outcome, Reason, Reflection, Review
from portfolio.queries import saved_comments_of, to_change, whole
from portfolio.reviews import blueprint, queries, review_queries
from portfolio.reviews.forms import FeedbackForm, ReviewForm
from portfolio.web import reading
from portfolio.web.access import allow, find
from portfolio.web.differences import since_last_review
from portfolio.web.filters import hour, refusal
from portfolio.web.headers import AHEAD_LASTS, KEPT_AHEAD
from portfolio.web.margin import Margin
from portfolio.web.placeholders import ready

NEWER = N_("The writer has handed in a newer text since you opened this one. Read that first.")


@blueprint.get("/reflections/<id:reflection_id>/review")
def review(reflection_id: int) -> ResponseReturnValue:
    """Read a submission and decide; what was written and not sent is there again."""
    reflection = find(whole(queries.to_review(current_user)), reflection_id)
    allow(policy.may_review(current_user, reflection))
    if is_asked_ahead() and not policy.may_decide(current_user, reflection):
        return "", 204  # there is nothing to fetch, and nobody reads anything
    drafts = [draft for draft in review_queries.drafts(current_user, reflection) if not draft.is_blank]
    draft = drafts[0] if drafts else None
    form = ReviewForm.kept(draft, reflection.session.module.rubric)
    if policy.may_decide(current_user, reflection):
        return page(reflection, form, draft=draft)
    if draft is not None and reflection.latest is not None and not _is_said(reflection, draft):
        return late_page(reflection, form, draft=draft)
    return redirect(url_for("reflections.show", reflection_id=reflection.id), 303)


def _is_said(reflection: Reflection, draft: FeedbackDraft) -> bool:
    """Whether they have said it as a comment instead."""
    said = [comment for submission in reflection.standing for comment in submission.comments]
    return any(comment.author_id == draft.reviewer_id and comment.text == draft.feedback for comment in said)


def page(
    reflection: Reflection,
    form: FeedbackForm,
    status: int = 200,
    *,
    draft: FeedbackDraft | None = None,
    told: str = "",
    is_new: bool = False,
) -> ResponseReturnValue:
    """The page; `is_new` is for a text that they have not seen, though it was another that they sent something for.

    When the browser asks for it ahead, nobody has opened it yet, and the browser may keep it a while.
    """
    now, is_ahead = clock.now(), is_asked_ahead()
    reason, record = Reason.AHEAD if is_ahead else Reason.REVIEW, reading.record_shown if is_new else reading.record
    last_visit = record(reflection, reader=current_user, reason=reason, now=now)
    if draft is not None and draft.submission_id != (reflection.latest.id if reflection.latest else None):
        form.version.data = 0  # for this round nothing is kept yet
    chosen = queries.Filter.from_args(request.values)
    response = make_response(
        render_template(
            "reviews/review.html",
            reflection=reflection,
            submission=reflection.latest,
            form=form,
            now=now,
            last_visit=last_visit,
            since=since_last_review(reflection),
            claims=claims_beside(reflection, current_user),
            margin=Margin.of(reflection, current_user),
            following=queries.next_waiting(current_user, after=reflection.id, now=now, **chosen.args),
            chosen=chosen,
            draft=draft,
            told=told,
            held=held(reflection, now),
            saved=ready(saved_comments_of(current_user), reflection),
            mark=review_queries.mark(current_user, reflection) if is_ahead else "",
        ),
        status,
    )
    if is_ahead:
        response.headers["Cache-Control"] = KEPT_AHEAD
    return response


def late_page(
    reflection: Reflection,
    form: FeedbackForm,
    status: int = 200,
    *,
    draft: FeedbackDraft | None = None,
    no: Refused | None = None,
) -> ResponseReturnValue:
    """What was decided meanwhile, and what this person had written, to be said as a comment or copied."""
    reviews = reflection.latest.reviews if reflection.latest else []
    here = [review for review in reviews if form.step.data in (None, review.step)] or reviews
    chosen, now = queries.Filter.from_args(request.values), clock.now()
    return render_template(
        "reviews/late.html",
        reflection=reflection,
        form=form,
        draft=draft,
        rubric=reflection.session.module.rubric,
        decision=here[-1] if here else None,
        sentence=refusal(no),
        may_comment=policy.may_comment(current_user, reflection),
        following=queries.next_waiting(current_user, after=reflection.id, now=now, **chosen.args),
        chosen=chosen,
    ), status


def is_asked_ahead() -> bool:
    """Whether the browser fetches this before anybody turns to it."""
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or ""
    return request.method == "GET" and "prefetch" in purpose


def held(reflection: Reflection, now: datetime) -> str:
    """Who else is at it just now, in words. Needs `lease` loaded with its `holder`."""
    lease, zone = reflection.lease, reflection.cohort.time_zone
    if lease is None or not lease.is_of_another(current_user, now):
        return ""
    return gettext(
        "%(name)s has had this open since %(since)s; it is kept for them until %(until)s.",
        name=lease.holder.addressed,
        since=hour(lease.taken_at, zone),
        until=hour(lease.until, zone),
    )


@blueprint.post("/reflections/<id:reflection_id>/review")
def decide(reflection_id: int) -> ResponseReturnValue:
    """Return with a reason, or accept; then straight to the next one waiting."""
    reflection = find(to_change(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_review(current_user, reflection))
    form, now = ReviewForm.sent(request.form, reflection.session.module.rubric), clock.now()
    if not form.validate():
        return not_like_that(reflection, form)
    try:
        decision = Review.decide(
            reflection,
            Outcome(form.outcome.data),
            form.feedback.data,
            round=form.round.data or 0,
            step=form.step.data,
            levels=form.levels,
            by=current_user,
            now=now,
        )
    except Refused as no:
        return _too_late(reflection, form, no, now)
    db.session.add(decision)
    if reflection.lease is not None:
        reflection.lease.end(now=now)
    for draft in review_queries.drafts(current_user, reflection):
        db.session.delete(draft)
    db.session.commit()
    return _go_on(reflection, decision, now)


def not_like_that(reflection: Reflection, form: FeedbackForm) -> ResponseReturnValue:
    """The page again, with all that was sent and what is wrong with it; nothing is kept."""
    db.session.rollback()
    seen = find(whole(queries.to_review(current_user)), reflection.id)
    if not policy.may_decide(current_user, seen):
        return late_page(seen, form, 422)
    is_new = form.round.data is not None and seen.latest is not None and form.round.data != seen.latest.round
    return page(seen, form, 422, told=gettext(NEWER) if is_new else "", is_new=is_new)


def _too_late(reflection: Reflection, form: FeedbackForm, no: Refused, now: datetime) -> ResponseReturnValue:
    """Somebody was quicker, or there is a newer text: that is shown, and what was sent is kept and on the page."""
    place = review_queries.place(current_user, reflection, round=form.round.data or 0, step=form.step.data or 0)
    if place is not None and not place.is_sent:
        draft = place.draft or FeedbackDraft.begin(place.submission, current_user, now=now)
        try:
            draft.keep(form.feedback.data, form.levels, version=form.version.data or 0, pen=form.pen, now=now)
            db.session.add(draft)
        except Stale:
            form.add_other(draft)
    db.session.commit()
    seen = find(whole(queries.to_review(current_user)), reflection.id)
    if not policy.may_decide(current_user, seen):
        return late_page(seen, form, 409, no=no)
    form.version.data = 0
    return page(seen, form, 409, told=refusal(no), is_new=True)


def _go_on(reflection: Reflection, decision: Review, now: datetime) -> ResponseReturnValue:
    """To the next one under the same filter, or to the desk when there is none.

    Where the browser may have the next page already, nothing may be put into the cookie, by which it knows that it is
    still this person's: that page asks for the sentence itself, see `open_ahead`.
    """
    chosen = queries.Filter.from_args(request.form)
    following = queries.next_waiting(current_user, after=reflection.id, now=now, **chosen.args)
    since = now - timedelta(seconds=AHEAD_LASTS)
    if following is None or not review_queries.was_sent_ahead(current_user, following, since=since):
        flash(done(decision, reflection))
    if following is None:
        return redirect(url_for("reviews.queue", **chosen.args), 303)
    return redirect(url_for("reviews.review", reflection_id=following, **chosen.args), 303)


def done(decision: Review, reflection: Reflection) -> str:
    """What has just been decided, in words."""
    name = reflection.enrolment.user.name
    if decision.is_accepted:
        return gettext("Accepted. %(name)s will see it.", name=name)
    return gettext("Returned. %(name)s will see your reason first.", name=name)
