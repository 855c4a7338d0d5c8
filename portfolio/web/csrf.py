"""Refuse what another site sends in somebody's name; by headers, so that no token can expire while someone writes."""

from flask import Flask, abort, current_app, request

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


def refuse_cross_site() -> None:
    """Before each unsafe request: browsers say where it comes from, and only we may be that place.

    `Sec-Fetch-Site` where the browser sends it, else `Origin`. A client that sends neither is no browser that
    carries somebody's cookie to us unasked.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            abort(403)
        return
    origin = request.headers.get("Origin")
    ours = current_app.config["PUBLIC_ORIGIN"] or request.host_url.rstrip("/")
    if origin is not None and origin != ours:
        abort(403)


def guard(app: Flask) -> None:
    """Put the check in front of every route."""
    app.before_request(refuse_cross_site)
