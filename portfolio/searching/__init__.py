"""The page on which people find again what was written and said."""

from flask import Blueprint

blueprint = Blueprint("searching", __name__)

from portfolio.searching import views  # noqa: E402, F401
