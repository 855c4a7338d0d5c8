"""What a programme is for: the tree of its outcomes, who answers for each, what shows them, and what is missing."""

from flask import Blueprint

blueprint = Blueprint("outcomes", __name__)

from portfolio.outcomes import claiming, coverage, editing, views  # noqa: E402, F401
