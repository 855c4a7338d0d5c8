"""Signing in and out: Flask-Login over sign-ins that are rows, so that they can be ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, g, request, session
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy.orm import joinedload

from portfolio import clock
from portfolio.database import begin_writing, db
from portfolio.models import Conflict, Cover, SignIn, User
from portfolio.models.account import SIGN_IN_LASTS, digest
from portfolio.web.csrf import SAFE
from portfolio.web.resuming import LAST_PERSON

View = TypeVar("View", bound=Callable[..., Any])


def writes_late(view: View) -> View:
    """A view that does slow work first and calls `begin_writing` itself: nobody else's writing waits for it."""
    view.writes_late = True  # type: ignore[attr-defined]
    return view


def load(secret: str) -> User | None:
    """The person whose browser holds this secret, while the sign-in counts, with those they stand in for just now."""
    now = clock.now()
    in_force = sa.and_(
        Cover.stand_in_id == SignIn.user_id, Cover.ended_at.is_(None), Cover.since <= now, Cover.until > now
    )
    query = sa.select(SignIn, Cover).outerjoin(Cover, in_force).where(SignIn.digest == digest(secret))
    rows = db.session.execute(query.options(joinedload(SignIn.user))).all()
    sign_in = rows[0][0] if rows else None
    if sign_in is None or not sign_in.is_valid(now) or not sign_in.user.is_active:
        return None
    if request.method not in SAFE:
        sign_in.seen(now=now)
    g.sign_in = sign_in
    covers: list[Cover | None] = [row[1] for row in rows]
    sign_in.user.standing_in = tuple(cover for cover in covers if cover)
    if sign_in.user.standing_in:
        close = sa.select(Conflict.enrolment_id).where(Conflict.user_id == sign_in.user_id, Conflict.ended_at.is_(None))
        sign_in.user.too_close_to = frozenset(db.session.scalars(close))
    return sign_in.user


def begin(user: User) -> None:
    """Sign a person in on this browser."""
    row, secret = user.sign_in(now=clock.now())
    db.session.add(row)
    session.clear()
    session.permanent = True
    session["language"], session[LAST_PERSON] = user.language.value, user.id
    g.sign_in, user.sign_in_secret = row, secret
    login_user(user)


def end() -> None:
    """Sign this browser out; its cookie is worth nothing from now on."""
    g.sign_in.end(now=clock.now())
    kept = {name: session[name] for name in ("language", LAST_PERSON) if name in session}
    logout_user()
    session.clear()
    session.update(kept)


def start(app: Flask) -> None:
    """Wire Flask-Login, and begin the transaction of each request that will write before anything is read in it."""
    app.permanent_session_lifetime = timedelta(days=SIGN_IN_LASTS.days)
    manager = LoginManager(app)
    manager.session_protection = None  # phones change their address while someone writes
    manager.user_loader(load)

    @app.before_request
    def write_from_the_start() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method not in SAFE and not getattr(view, "writes_late", False):
            begin_writing()
