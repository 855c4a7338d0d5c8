"""What was sent after the session had ended goes along with signing in again, and then it is done after all."""

from flask import Flask, current_app, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from portfolio.web import addresses
from portfolio.web.errors import came_from, is_password

PREFIX = "sign-in-"  # of the fields that are for signing in: among the others they would be taken for what was written
RESUME, AFTER = PREFIX + "resume", PREFIX + "after"
SIGN_IN, SIGN_OUT = "accounts.begin_session", "accounts.end_session"
LAST_PERSON = "last_person"  # in the cookie: whose browser it was


def is_resuming() -> bool:
    """Whether somebody signs in from the page that carries what they sent."""
    return RESUME in request.form


def sent_fields() -> list[tuple[str, str]]:
    """What goes along: the fields of the form, without those for signing in, and never a password."""
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:
        return []
    return [(name, text) for name, text in fields if not name.startswith(PREFIX) and not is_password(name)]


def ask(*, error: str = "", status: int = 401) -> ResponseReturnValue:
    """The page on which somebody signs in again, and on which all that they sent still is."""
    resuming = is_resuming()
    return render_template(
        "errors/401.html",
        fields=sent_fields(),
        resume=request.form[RESUME] if resuming else _again(),
        after=request.form.get(AFTER, "") if resuming else came_from(),
        email=request.form.get(PREFIX + "email", "") if resuming else "",
        error=error,
    ), status


def _again() -> str:
    """Where this request was to go, if it can be sent once more: not without its files or its passwords."""
    is_whole = not request.files and not any(is_password(name) for name in request.form)
    return request.full_path.rstrip("?") if is_whole and request.method == "POST" else ""


def where_to(user_id: int) -> str:
    """Where what goes along is sent now that somebody has signed in; nowhere if another person had sent it."""
    if session.get(LAST_PERSON, user_id) != user_id:
        return ""
    endpoint, address = addresses.found(request.form[RESUME], "POST") or (SIGN_OUT, "")
    is_public = getattr(current_app.view_functions[endpoint], "is_public", False)
    return "" if is_public or endpoint == SIGN_OUT else address


def drop_sign_in_fields() -> None:
    """Before each request: when a form is sent once more, its view gets it as it was first sent."""
    if request.endpoint == SIGN_IN or request.mimetype != "application/x-www-form-urlencoded":
        return
    if any(name.startswith(PREFIX) for name in request.form):
        kept = [(name, text) for name, text in request.form.items(multi=True) if not name.startswith(PREFIX)]
        request.form = ImmutableMultiDict(kept)


def guard(app: Flask) -> None:
    """Put the gate in front of every route."""
    app.before_request(drop_sign_in_fields)
