"""Pages without a network: the browser's worker that keeps them, and the page it shows in place of all others."""

from flask import Blueprint, Response, current_app, render_template, send_from_directory

from portfolio.web.access import public

blueprint = Blueprint("offline", __name__)


@blueprint.get("/sw.js")
@public
def worker() -> Response:
    """The worker; it is served from the root, since it may serve the pages below its own address only."""
    return send_from_directory(str(current_app.static_folder), "sw.js", mimetype="text/javascript")


@blueprint.get("/offline")
@public
def page() -> str:
    """What is shown without a network. It is the same for everybody, in both languages."""
    return render_template("offline.html")
