"""Scoring texts blind: the pages of assessors, which hold nothing that tells whose a text is."""

from flask import Blueprint

blueprint = Blueprint("scoring", __name__)

from portfolio.scoring import views  # noqa: E402, F401
