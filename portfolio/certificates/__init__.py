"""Completion certificates: made by trainees, checked by anybody who has the number, revoked by organisers."""

from flask import Blueprint

blueprint = Blueprint("certificates", __name__)

from portfolio.certificates import organising, verifying, views  # noqa: E402, F401
