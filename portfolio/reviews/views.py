"""The desk: what waits for a reviewer, and the page on which they decide."""

from flask import render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio import clock, reminders
from portfolio.reviews import blueprint, queries
from portfolio.web.navigation import places
from portfolio.web.paging import page_number

CHOSEN = "desk"  # in the cookie


@blueprint.get("/reviews/")
def queue() -> ResponseReturnValue:
    """Everything that waits for this person, or the part of it they chose; the choice stays until it is cleared."""
    now = clock.now()
    counts = queries.counts(current_user, now=now)
    chosen = counts.held(_chosen())
    if session.get(CHOSEN) != chosen.args:
        session[CHOSEN] = chosen.args
    page = page_number(counts.under(chosen), queries.PAGE)
    waiting = queries.queue(current_user, chosen, counts.days, page=page.number, now=now)
    news = queries.other_news(current_user)
    return render_template(
        "reviews/queue.html",
        waiting=waiting,
        page=page,
        counts=counts,
        chosen=chosen,
        news=news,
        reminded=reminders.open_for(current_user, now) if places().reminders else [],
        address=_address,
    )


def _chosen() -> queries.Filter:
    """What the address asks for; where it asks for nothing, what was asked for last."""
    is_asked = any(name in request.args for name in ("kind", "cohort", "overdue"))
    return queries.Filter.from_args(request.args if is_asked else session.get(CHOSEN, {}))


def _address(entry: queries.Waiting, chosen: queries.Filter) -> str:
    """Where somebody sees to it."""
    if entry.kind.is_decision:
        return url_for("reviews.review", reflection_id=entry.thing_id, **chosen.args)
    if entry.kind is queries.Kind.SECOND_LOOK:
        return url_for("second_looks.show", look_id=entry.thing_id)
    return url_for("reflections.show", reflection_id=entry.reflection.id, _anchor=f"comment-{entry.thing_id}")
