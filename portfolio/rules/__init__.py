"""The rules of a cohort's modules: what makes each complete, changed mid-course with what it does shown first."""

from flask import Blueprint

blueprint = Blueprint("rules", __name__)

from portfolio.rules import views  # noqa: E402, F401
