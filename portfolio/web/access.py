"""Closed unless opened: who may come in, and what they find."""

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from portfolio.database import LARGEST_ID, Base, db
from portfolio.web import resuming

Model = TypeVar("Model", bound=Base)
View = TypeVar("View", bound=Callable[..., Any])


class IdConverter(IntegerConverter):
    """An id in a URL: what the database could hold, written the one usual way."""

    regex = r"[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        if (number := int(value)) > LARGEST_ID:
            raise ValidationError
        return number


class CodeConverter(BaseConverter):
    """The code of a text that is scored blind, in a URL."""

    regex = r"[A-Za-z0-9_-]{16}"


def public(view: View) -> View:
    """Open a view to those who have not signed in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def find(visible: sa.Select[Model], id: int) -> Model:
    """The thing with this id among those that are visible, else 404: foreign and missing look the same."""
    [description] = visible.column_descriptions
    thing = db.session.scalars(visible.where(description["entity"].id == id)).unique().one_or_none()
    return thing if thing is not None else abort(404)


def allow(allowed: bool) -> None:
    """403 unless allowed: the person may see the thing, but this is not theirs to do."""
    if not allowed:
        abort(403)


def ask_for_sign_in() -> ResponseReturnValue | None:
    """Before each request: everything is closed but what is marked public."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    if getattr(current_app.view_functions[request.endpoint], "is_public", False) or current_user.is_authenticated:
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
    return resuming.ask()


def guard(app: Flask) -> None:
    """Put the gate in front of every route."""
    app.url_map.converters["id"] = IdConverter
    app.url_map.converters["code"] = CodeConverter
    app.before_request(ask_for_sign_in)
