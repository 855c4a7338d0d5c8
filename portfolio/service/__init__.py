"""Service: how long writers wait for an answer, whether promises are kept, and whether all are treated alike."""

from flask import Blueprint

blueprint = Blueprint("service", __name__)

from portfolio.service import views  # noqa: E402, F401
