"""Cover and reassignment: who stands in for a mentor who is away, and who takes trainees over."""

from flask import Blueprint

blueprint = Blueprint("covers", __name__)

from portfolio.covers import assigning, views  # noqa: E402, F401
