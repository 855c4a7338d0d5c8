"""Writing a reflection, until it is handed in."""

from flask import Blueprint

blueprint = Blueprint("writing", __name__)

from portfolio.writing import notes, views  # noqa: E402, F401
