"""Cohorts: what is learnt, who takes part, and the pages of those who organise."""

from flask import Blueprint

blueprint = Blueprint("cohorts", __name__)
