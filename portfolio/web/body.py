"""The gate for what is sent: not too much, and text that is text."""

from flask import Flask, abort, request

BODY_AT_MOST = 1024 * 1024
FIELD_AT_MOST = 512 * 1024
FIELDS_AT_MOST = 200


def refuse_broken_text() -> None:
    """Before each request: 400 for text that is not UTF-8, or that holds what no database keeps.

    One stray byte makes an urlencoded form arrive empty without a word, and an empty form would be saved as an
    empty text.
    """
    if "\0" in request.path or "%00" in request.query_string.decode("latin-1"):
        abort(400)
    if request.mimetype == "application/x-www-form-urlencoded":
        body = request.get_data(cache=True, parse_form_data=False)
        if body and not request.form:
            abort(400)
    for name, text in request.form.items(multi=True):
        if "\ufffd" in name or "\0" in name or "\0" in text or _has_surrogate(text):
            abort(400)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def guard(app: Flask) -> None:
    """Put the gate in front of every route."""
    app.config["MAX_CONTENT_LENGTH"] = BODY_AT_MOST
    app.config["MAX_FORM_MEMORY_SIZE"] = FIELD_AT_MOST
    app.config["MAX_FORM_PARTS"] = FIELDS_AT_MOST
    app.before_request(refuse_broken_text)
