"""Handing a file out: with a type that we chose, as something to keep and not to open, and in parts if asked."""

import io
import logging
import unicodedata
from urllib.parse import quote

from flask import Response, abort, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from portfolio.attachments import names
from portfolio.attachments.store import Store, small
from portfolio.models import Attachment
from portfolio.web.headers import FILE_POLICY

log = logging.getLogger(__name__)
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})  # what we have drawn ourselves
SMALL_TYPE = "image/webp"
OF_TEXT = frozenset({"text/plain"})


def send(store: Store, attachment: Attachment, *, is_small: bool = False) -> Response:
    """The answer with a file, or with the part of it that was asked for."""
    key = small(attachment.key) if is_small else attachment.key
    try:
        content = store.open(key)
    except FileNotFoundError:
        log.error("the store has no file %s, of attachment %s", key, attachment.id)
        abort(404)
    media_type = SMALL_TYPE if is_small else attachment.media_type
    name = names.with_ending(attachment.name, ".webp") if is_small else attachment.name
    length = content.seek(0, io.SEEK_END)
    content.seek(0)
    response = Response(wrap_file(request.environ, content), mimetype=media_type, direct_passthrough=True)
    response.content_length = length
    if media_type in OF_TEXT:
        response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    response.headers["Content-Disposition"] = disposition(name, "inline" if media_type in SHOWN else "attachment")
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.set_etag(f"{attachment.sha256}{'-small' if is_small else ''}")
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=length)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


def disposition(name: str, how: str) -> str:
    """What to do with a file and what to call it, after RFC 6266: in ASCII, and rightly for those who read that."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(letter for letter in plain if letter.isprintable() and letter not in '"\\%').rstrip(" .").lstrip()
    if not plain or plain.startswith("."):
        plain = names.UNNAMED + (names.ending(name) if names.ending(name).isascii() else "")
    if plain == name:
        return f'{how}; filename="{plain}"'
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
