"""A mentor's own trainees, with the reasons for which somebody may need them now."""

from flask import Blueprint

blueprint = Blueprint("attention", __name__)

from portfolio.attention import views  # noqa: E402, F401
