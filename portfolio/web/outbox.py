"""Letters about what was done: they go out when it has been committed, and only then."""

import logging
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, flash, g, has_request_context, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session, SessionTransaction

from portfolio import clock, mail
from portfolio.config import Settings
from portfolio.database import db
from portfolio.errors import Failure
from portfolio.mail import Letter, NotSent, Postbox

log = logging.getLogger(__name__)
WAITING = "letters"  # in the session: they wait for the end of its transaction


@dataclass(frozen=True)
class _Order:
    """A letter, and what the person who caused it is told afterwards."""

    letter: Letter
    when_sent: str
    when_not: str


def send_after_commit(letter: Letter, *, when_sent: str = "", when_not: str = "") -> None:
    """Send a letter once this request's transaction is committed; if it is rolled back, never.

    The page that follows then says `when_sent`, if anything, or `when_not`. What was done stays done either way.
    """
    session = db.session()
    if not has_request_context() or not session.in_transaction() or session.in_nested_transaction():
        raise RuntimeError("a letter waits for the transaction of a request, not for part of one")
    session.info.setdefault(WAITING, []).append(_Order(letter, when_sent, when_not))


# Only the session knows for sure whether it was committed, and these two are called on every way out of a transaction.
@sa.event.listens_for(db.session, "after_commit")
def _committed(session: Session) -> None:
    if not session.in_nested_transaction() and (waiting := session.info.pop(WAITING, None)):
        g.setdefault("letters_due", []).extend(waiting)


@sa.event.listens_for(db.session, "after_transaction_end")
def _ended(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(WAITING, None)


def link(endpoint: str, **values: Any) -> str:
    """A whole address for a letter: where people find this installation, whatever a request says of its host.

    Without a public origin only this machine is served: TRUSTED_HOSTS has refused any name but its own.
    """
    origin = current_app.config["PUBLIC_ORIGIN"] or request.host_url.rstrip("/")
    return f"{origin}{url_for(endpoint, _external=False, **values)}"


def postbox() -> Postbox:
    """The postbox of this application."""
    found: Postbox | None = current_app.extensions["postbox"]
    if found is None:
        raise Failure("no place for mail is set")
    return found


def start(app: Flask, settings: Settings) -> None:
    """Give the application its postbox, which is emptied when the answer to a request is ready."""
    app.extensions["postbox"] = mail.at(settings.mail_url, settings.mail_from) if settings.mail_url else None

    @app.after_request
    def send(response: Response) -> Response:
        if due := g.pop("letters_due", []):
            db.session.close()  # the mail server may be slow: nobody waits for our connection meanwhile
        for order in due:
            if said := _send(order):
                flash(said)
        return response


def _send(order: _Order) -> str:
    """What the person is told."""
    try:
        postbox().send(order.letter, now=clock.now())
    except (NotSent, Failure) as error:
        log.error("a mail could not be sent: %s", error)
        return order.when_not or gettext(
            "This is saved, but the email about it could not be sent. Try again later, or tell the organiser."
        )
    return order.when_sent
