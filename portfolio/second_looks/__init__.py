"""Second looks: organisers give them to somebody, who reads the text anew and says whether the decision stands."""

from flask import Blueprint

blueprint = Blueprint("second_looks", __name__)

from portfolio.second_looks import views  # noqa: E402, F401
