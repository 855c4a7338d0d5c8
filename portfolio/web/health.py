"""`/healthz`: whether this process serves and its database answers."""

import sqlalchemy as sa
from flask import Blueprint
from flask.typing import ResponseReturnValue

from portfolio.database import db
from portfolio.web.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def check() -> ResponseReturnValue:
    """`ok`, or the 503 page."""
    db.session.execute(sa.select(1))
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}
