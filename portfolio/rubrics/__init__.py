"""Which rubric each module of a cohort uses, and the cohort's own words for its levels."""

from flask import Blueprint

blueprint = Blueprint("rubrics", __name__)

from portfolio.rubrics import views  # noqa: E402, F401
