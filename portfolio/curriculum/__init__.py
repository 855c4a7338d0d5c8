"""The sessions of a cohort as they are now, and how they change mid-course, with what that does shown first."""

from flask import Blueprint

blueprint = Blueprint("curriculum", __name__)

from portfolio.curriculum import adding, views  # noqa: E402, F401
