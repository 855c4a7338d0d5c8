"""Exceptions: a trainee asks to be excused or for more time, and sees the answer; what is given is logged."""

from flask import Blueprint

blueprint = Blueprint("exceptions", __name__)

from portfolio.exceptions import deciding, export, giving, views  # noqa: E402, F401
