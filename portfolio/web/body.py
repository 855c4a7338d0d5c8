"""The gate for what is sent: not too much, and text that is text."""

import io
from collections.abc import Callable
from typing import IO, Any, TypeVar

import flask
from flask import Flask, abort, current_app, request

BODY_AT_MOST = 1024 * 1024
FIELD_AT_MOST = 512 * 1024
FIELDS_AT_MOST = 200
IN_VAIN_AT_MOST = 4  # so many times a limit is read and thrown away, since a browser listens only when it has spoken
CHUNK = 64 * 1024

View = TypeVar("View", bound=Callable[..., Any])


class Request(flask.Request):
    """A request that closes its temporary files also when its body came to an end too soon."""

    def _get_file_stream(self, *about: Any, **more: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*about, **more)
        self.__dict__.setdefault("streams", []).append(stream)
        return stream

    def close(self) -> None:
        super().close()
        for stream in self.__dict__.get("streams", []):
            stream.close()


def takes_files(at_most: int) -> Callable[[View], View]:
    """A view that takes a body of more than others. It calls `read_files` itself, when it knows that it wants it."""

    def mark(view: View) -> View:
        view.body_at_most = at_most  # type: ignore[attr-defined]
        return view

    return mark


def read_files() -> bool:
    """Read the body of a view that takes files: Werkzeug puts what is large into a temporary file, not into memory.

    False when it is larger than the view takes. 400 for broken text, as everywhere.
    """
    at_most: int = getattr(current_app.view_functions[request.endpoint or ""], "body_at_most")  # noqa: B009 - mypy
    length = request.content_length
    if length is None or length > at_most:
        _throw_away(request.environ["wsgi.input"], min(length or at_most, IN_VAIN_AT_MOST * at_most))
        return False
    request.max_content_length = at_most
    _refuse_broken_fields()
    return True


def _throw_away(stream: io.BufferedIOBase, length: int) -> None:
    while length > 0 and (chunk := stream.read(min(CHUNK, length))):
        length -= len(chunk)


def refuse_broken_text() -> None:
    """Before each request: 400 for text that is not UTF-8, or that holds what no database keeps.

    One stray byte makes an urlencoded form arrive empty without a word, and an empty form would be saved as an
    empty text.
    """
    if "\0" in request.path or "%00" in request.query_string.decode("latin-1"):
        abort(400)
    is_for_files = hasattr(current_app.view_functions.get(request.endpoint or ""), "body_at_most")
    if is_for_files and request.mimetype == "multipart/form-data":
        return  # it is read when its view asks for it
    if request.mimetype == "application/x-www-form-urlencoded":
        body = request.get_data(cache=True, parse_form_data=False)
        if body and not request.form:
            abort(400)
    _refuse_broken_fields()


def _refuse_broken_fields() -> None:
    for name, text in request.form.items(multi=True):
        if "\ufffd" in name or "\0" in name or "\0" in text or _has_surrogate(text):
            abort(400)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def guard(app: Flask) -> None:
    """Put the gate in front of every route."""
    app.request_class = Request
    app.config["MAX_CONTENT_LENGTH"] = BODY_AT_MOST
    app.config["MAX_FORM_MEMORY_SIZE"] = FIELD_AT_MOST
    app.config["MAX_FORM_PARTS"] = FIELDS_AT_MOST
    app.before_request(refuse_broken_text)
