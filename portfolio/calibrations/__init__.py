"""Samples that are scored blind, as organisers draw, follow and close them, and compare the scores."""

from flask import Blueprint

blueprint = Blueprint("calibrations", __name__)

from portfolio.calibrations import views  # noqa: E402, F401
