"""The page of one's calendar link, the calendar behind it, and the same as a file.

Who follows a link is known by it alone: it matters neither who is signed in, nor which language the browser speaks.
"""

from collections.abc import Sequence

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock
from portfolio.calendars import blueprint, making, queries
from portfolio.database import db
from portfolio.models import CalendarFeed, State, User
from portfolio.models.account import digest
from portfolio.series import Series, Slot
from portfolio.web.access import allow, public
from portfolio.web.headers import ASKED_AGAIN
from portfolio.web.outbox import link

NEW = "calendar"  # in the cookie, from the moment a link is made to the page on which it is shown
TO_WRITE = frozenset({State.DRAFT, State.RETURNED})
NOTHING = "Tautan kalender ini tidak menampilkan apa pun.\nThis calendar link shows nothing.\n"


@blueprint.after_app_request
def hide_from_search(response: Response) -> Response:
    """Nothing behind a link is for a search engine, the pages for wrong links included."""
    if request.path.startswith("/calendar/"):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/calendar-link")
def mine() -> ResponseReturnValue:
    """What the link is for, and whether there is one; right after it was made, the link itself, once."""
    feed, secret = queries.feed_of(current_user), ""
    if request.method == "GET":
        secret = session.pop(NEW, "")
    is_new = feed is not None and feed.digest == digest(secret)
    return render_template(
        "calendars/mine.html",
        feed=feed,
        address=link("calendars.follow", secret=secret) if is_new else "",
        enrolments=queries.enrolments_of(current_user),
    )


@blueprint.post("/calendar-link")
def make() -> ResponseReturnValue:
    """A new link; if there was one before, that shows nothing any more."""
    allow(bool(queries.enrolments_of(current_user)))
    before = queries.to_replace(current_user)
    feed, session[NEW] = CalendarFeed.open(current_user, before=before, now=clock.now())
    db.session.add(feed)
    db.session.commit()
    return redirect(url_for("calendars.mine"), 303)


@blueprint.post("/calendar-link/end")
def end() -> ResponseReturnValue:
    """The link shows nothing any more, from the next time on that somebody looks."""
    if (feed := queries.to_replace(current_user)) is not None:
        feed.end(now=clock.now())
        db.session.commit()
        flash(
            gettext(
                "The link has ended. Remove it from your calendar too: days that it has read before may stay there."
            )
        )
    return redirect(url_for("calendars.mine"), 303)


@blueprint.get("/calendar-link/days.ics")
def download() -> ResponseReturnValue:
    """The days as they are now, as a file."""
    all_series = queries.series_of(current_user, clock.now())
    allow(bool(all_series))
    return _calendar(current_user, all_series)


@blueprint.get("/calendar/<string(maxlength=100):secret>.ics")
@public
def follow(secret: str) -> ResponseReturnValue:
    """The calendar behind a link. A wrong link, one that has ended, and one of a closed account are all the same."""
    reader = queries.reader_of(secret)
    if reader is None:
        return NOTHING, 404, {"Content-Type": "text/plain; charset=utf-8"}
    response = _calendar(reader, queries.series_of(reader, clock.now()))
    response.headers["Cache-Control"] = ASKED_AGAIN
    response.add_etag()
    return response.make_conditional(request)


def _calendar(reader: User, all_series: Sequence[Series]) -> Response:
    origin = link("reflections.today")
    made = making.calendar(all_series, language=reader.language, origin=origin, address=_address)
    response = make_response(made)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers.set("Content-Disposition", "attachment", filename="portfolio.ics")
    return response


def _address(slot: Slot) -> str:
    """Where it is written; what nobody has begun is begun from the series."""
    if slot.reflection is None:
        cohort, place = slot.session.cohort_id, f"session-{slot.session.id}"
        return link("reflections.series", cohort=cohort, _anchor=place)
    page = "writing.edit" if slot.reflection.state in TO_WRITE else "reflections.show"
    return link(page, reflection_id=slot.reflection.id)
