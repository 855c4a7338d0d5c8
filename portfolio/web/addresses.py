"""Which addresses are ours: nobody is led, and nothing is sent, to any other."""

from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def found(address: str | None, method: str = "GET") -> tuple[str, str] | None:
    """The endpoint behind an address of ours, and the address as it may be used; None for anything else."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return None
    if not address.isprintable():
        return None
    parts = urlsplit(address)
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(parts.path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    return endpoint, parts.path + (f"?{parts.query}" if parts.query else "")
