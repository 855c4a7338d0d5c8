"""Lessons for one's job: all on one page, and what became of them."""

from flask import Blueprint

blueprint = Blueprint("lessons", __name__)

from portfolio.lessons import views  # noqa: E402, F401
