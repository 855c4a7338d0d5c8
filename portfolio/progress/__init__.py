"""How far a trainee, a module and a cohort are."""

from flask import Blueprint

blueprint = Blueprint("progress", __name__)

from portfolio.progress import cohort_views, report_views, views  # noqa: E402, F401
