"""The pages for what went wrong: what happened, what is safe, what to do, and the words back."""

import logging
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import AnonymousUserMixin
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from portfolio.database import db
from portfolio.errors import Refused
from portfolio.web.filters import refusal

log = logging.getLogger(__name__)
PAGES = (400, 403, 404, 405, 409, 413, 422, 500, 503)
WORTH_GIVING_BACK = 20  # characters: shorter fields are dates and numbers, not words


def is_password(name: str) -> bool:
    """Whether a field of this name holds a password, which no page gives back."""
    return "password" in name or name == "repeated"


def sent_texts() -> list[str]:
    """The longer texts that came with this request, so that no page for an error swallows them."""
    try:
        fields = request.form.items(multi=True)
        return [text for name, text in fields if len(text) >= WORTH_GIVING_BACK and not is_password(name)]
    except HTTPException:
        return []


def came_from() -> str:
    """The page of ours that the person was on when they sent this; nothing for a page that was only opened."""
    before = urlsplit(request.referrer or "")
    return before.path if request.method == "POST" and before.netloc == request.host else ""


def page(status: int, **values: object) -> Response:
    """The error page for a status, made without the database."""
    g._login_user = AnonymousUserMixin()  # else Flask-Login asks who it is, for the page's `current_user`
    template = f"errors/{status if status in PAGES else 400}.html"
    sent = sent_texts() if status != 404 else []
    response = make_response(render_template(template, sent=sent, back=came_from(), **values), status)
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def start(app: Flask) -> None:
    """Answer each kind of fault."""

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        db.session.rollback()
        if isinstance(request.routing_exception, SecurityError):
            # Asked for under a name that is not ours, for which a page could make no links.
            return "This is not the name of this site.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}
        response = page(error.code)
        if error.code == 405 and error.get_headers():
            response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
        return response

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        db.session.rollback()
        return page(409, sentence=refusal(error))

    @app.errorhandler(StaleDataError)
    def overtaken(error: StaleDataError) -> ResponseReturnValue:
        db.session.rollback()
        return page(409, sentence=gettext("Somebody else changed this at the same moment. Look again, then decide."))

    @app.errorhandler(sa.exc.OperationalError)
    @app.errorhandler(sa.exc.TimeoutError)
    def unreachable(error: Exception) -> ResponseReturnValue:
        log.error("the database cannot be used: %s", type(error).__name__, exc_info=error)
        _forget()
        return page(503)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> ResponseReturnValue:
        log.exception("unexpected fault", exc_info=error)
        _forget()
        if app.testing and app.config.get("PROPAGATE_FAULTS", True):
            raise error
        return page(500)


def _forget() -> None:
    try:
        db.session.rollback()
    except sa.exc.SQLAlchemyError:
        db.session.remove()
