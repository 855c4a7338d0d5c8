"""What the page on which a reviewer decides sends by itself: what is written, that it is open, that it is left."""

from datetime import timedelta

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import N_, Refused, Stale
from portfolio.models import FeedbackDraft, Lease, Reason, Reflection, Submission
from portfolio.queries import whole
from portfolio.reviews import blueprint, queries, review_queries
from portfolio.reviews.forms import FeedbackForm
from portfolio.reviews.reviewing import done, held, late_page, not_like_that, page
from portfolio.web import reading
from portfolio.web.access import allow, find
from portfolio.web.filters import hour
from portfolio.web.headers import AHEAD_LASTS
from portfolio.web.navigation import places

TAKEN_BACK = N_("The text you read was taken back by its writer.")
OVER = N_("This is not waiting for your decision any more. What you write here is kept.")
NEWER_KEPT = N_("The writer has handed in a newer text since you opened this one. What you write here is kept for it.")
TWO_TABS = N_("Your feedback was changed in another tab or on another device. Both texts are in the field now.")
SENT_ALREADY = N_("You have decided on this already.")


@blueprint.post("/reflections/<id:reflection_id>/review/draft")
def keep(reflection_id: int) -> ResponseReturnValue:
    """Keep what is not sent yet: what a tab sends by itself, or what somebody keeps for later by a button.

    For the script: 200 `{"version": …, "saved": "14.05 WIB", "told": …, "is_over": …}`, see `news`;
    422 `{"errors": {field: sentence}}`; 409 `{"refused": sentence}` when a rule says no; 409 with `"conflict": true`
    and the newer `"version"` when another tab wrote.
    """
    reflection, now = find(review_queries.to_keep(current_user), reflection_id), clock.now()
    allow(policy.may_review(current_user, reflection))
    form, is_press = FeedbackForm.sent(request.values, reflection.session.module.rubric), "keep" in request.form
    if not form.validate():
        return not_like_that(reflection, form) if is_press else _wrong(form)
    place = review_queries.place(current_user, reflection, round=form.round.data or 0, step=form.step.data or 0)
    if place is None or place.is_sent:
        sentence = TAKEN_BACK if place is None else SENT_ALREADY
        if is_press:
            raise Refused(sentence)
        return {"refused": gettext(sentence)}, 409
    draft = place.draft or FeedbackDraft.begin(place.submission, current_user, now=now)
    try:
        draft.keep(form.feedback.data, form.levels, version=form.version.data or 0, pen=form.pen, now=now)
    except Stale as stale:
        return _both(reflection, form, draft) if is_press else _stale(stale, draft)
    db.session.add(draft)
    if policy.may_decide(current_user, reflection):
        Lease.hold(reflection, current_user, now=now)
    db.session.commit()
    if is_press:
        return redirect(url_for("reviews.review", reflection_id=reflection_id, _anchor="answer"), 303)
    saved = hour(draft.written_at, reflection.cohort.time_zone)
    return {"version": draft.version, "saved": saved, **news(reflection, place.submission)}


def _wrong(form: FeedbackForm) -> ResponseReturnValue:
    wrong = {name or "levels": str(said[0]) for name, said in form.errors.items()}
    return {"errors": wrong}, 422


def _stale(stale: Stale, draft: FeedbackDraft) -> ResponseReturnValue:
    return {"refused": gettext(stale.sentence), "version": draft.version, "conflict": True}, 409


def _both(reflection: Reflection, form: FeedbackForm, draft: FeedbackDraft) -> ResponseReturnValue:
    """Both texts in one field, one below the other."""
    form.add_other(draft)
    db.session.rollback()
    seen = find(whole(queries.to_review(current_user)), reflection.id)
    if not policy.may_decide(current_user, seen):
        return late_page(seen, form, 409)
    return page(seen, form, 409, told=gettext(TWO_TABS))


def news(reflection: Reflection, submission: Submission | None = None) -> dict[str, object]:
    """What has happened since the page was opened, in words; and whether it should be opened anew for that."""
    if not policy.may_decide(current_user, reflection):
        return {"told": gettext(OVER), "is_over": True}
    if submission is not None and submission.submitted_at != reflection.submitted_at:
        return {"told": gettext(NEWER_KEPT), "is_over": True}
    return {"told": held(reflection, clock.now()), "is_over": False}


@blueprint.post("/reflections/<id:reflection_id>/lease")
def hold(reflection_id: int) -> ResponseReturnValue:
    """Whoever reads on without writing keeps it before them; the answer is as when something is kept."""
    reflection = find(review_queries.to_keep(current_user), reflection_id)
    allow(policy.may_review(current_user, reflection))
    if not policy.may_decide(current_user, reflection):
        return news(reflection), 409
    Lease.hold(reflection, current_user, now=clock.now())
    db.session.commit()
    return news(reflection)


@blueprint.post("/reflections/<id:reflection_id>/lease/end")
def leave(reflection_id: int) -> ResponseReturnValue:
    """Leave it to others, and go on with the next one."""
    reflection, now = find(review_queries.to_keep(current_user), reflection_id), clock.now()
    allow(policy.may_review(current_user, reflection))
    if reflection.lease is not None:
        reflection.lease.give_up(current_user, now=now)
    db.session.commit()
    chosen = queries.Filter.from_args(request.form)
    following = queries.next_waiting(current_user, after=reflection_id, now=now, **chosen.args)
    if following is None:
        return redirect(url_for("reviews.queue", **chosen.args), 303)
    return redirect(url_for("reviews.review", reflection_id=following, **chosen.args), 303)


@blueprint.post("/reflections/<id:reflection_id>/review/opening")
def open_ahead(reflection_id: int) -> ResponseReturnValue:
    """A page that was sent ahead is looked at now: that is written down, unless there is something newer to see.

    `{"is_current": …}`; and when it is, what the page could not know: who has it before them, what this person has
    just decided on the page before, how much waits for them, and what is next now.
    """
    reflection, now = find(review_queries.to_open(current_user), reflection_id), clock.now()
    allow(policy.may_review(current_user, reflection))
    is_current = policy.may_decide(current_user, reflection) and request.form.get("mark") == review_queries.mark(
        current_user, reflection
    )
    if not is_current:
        return {"is_current": False}
    before = news(reflection)
    reading.write_down(db.session, reflection, reader=current_user, reason=Reason.REVIEW, now=now)
    db.session.commit()
    since, came_from = now - timedelta(seconds=AHEAD_LASTS), request.form.get("from", "")
    is_known = came_from.isascii() and came_from.isdigit() and len(came_from) < 10
    decision = review_queries.last_decision(current_user, int(came_from), since=since) if is_known else None
    chosen = queries.Filter.from_args(request.form)
    following = queries.next_waiting(current_user, after=reflection_id, now=now, **chosen.args)
    return {
        "is_current": True,
        **before,
        "said": done(decision, decision.submission.reflection) if decision else "",
        "waiting": places().waiting,
        "next": url_for("reviews.review", reflection_id=following, **chosen.args) if following else "",
    }
