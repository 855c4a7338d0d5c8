"""Guests: inviting somebody without an account to one reflection, and the pages that they are then shown."""

from flask import Blueprint

blueprint = Blueprint("guests", __name__)

from portfolio.guests import inviting, views  # noqa: E402, F401
