"""Every component in all its states, for those who build the pages; shown in development only."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from portfolio import clock
from portfolio.models import State, Visibility
from portfolio.series import Condition
from portfolio.web.access import public
from portfolio.web.forms import Form, Line, Text

blueprint = Blueprint("styleguide", __name__)


class Example(Form):
    """Fields to look at."""

    line = Line("Judul", length=80, needed=True)
    text = Text("Menurut saya", length=2000)


@blueprint.get("/styleguide")
@public
def show() -> ResponseReturnValue:
    """The components."""
    if not current_app.config["IS_DEVELOPMENT"]:
        abort(404)
    faulty = Example(line="", text="Aturan yang tidak terlihat selalu kalah dari hubungan yang terlihat.")
    faulty.validate()
    now = clock.now()
    return render_template(
        "styleguide/show.html",
        conditions_=list(Condition),
        states=list(State),
        visibilities=list(Visibility),
        plain=Example(),
        faulty=faulty,
        now=now,
        yesterday=now - timedelta(days=1),
    )
