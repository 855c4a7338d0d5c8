"""The desk of those who review."""

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)

from portfolio.reviews import keeping, reviewing, views  # noqa: E402, F401
