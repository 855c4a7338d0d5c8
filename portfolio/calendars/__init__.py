"""The days of a trainee for the calendar of their phone: the link to follow, and a file to take once."""

from flask import Blueprint

blueprint = Blueprint("calendars", __name__)

from portfolio.calendars import views  # noqa: E402, F401
