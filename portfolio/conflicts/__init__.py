"""Conflicts of interest: somebody says that they are too close to a trainee to judge them."""

from flask import Blueprint

blueprint = Blueprint("conflicts", __name__)

from portfolio.conflicts import views  # noqa: E402, F401
