"""Reminders: to choose whom, to see what each will read, to send them, and to put one's own away."""

from flask import Blueprint

blueprint = Blueprint("nudges", __name__)

from portfolio.nudges import views  # noqa: E402, F401
