"""Writing, reading and talking about reflections."""

from flask import Blueprint

blueprint = Blueprint("reflections", __name__)

from portfolio.reflections import answers, talking, views  # noqa: E402, F401
