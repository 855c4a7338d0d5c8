"""Comments kept for the next time: one's own, and those shared in a cohort."""

from flask import Blueprint

blueprint = Blueprint("saved_comments", __name__)

from portfolio.saved_comments import views  # noqa: E402, F401
