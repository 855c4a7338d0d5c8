"""Files beside a reflection: taken in, kept, handed out, removed."""

from flask import Blueprint

blueprint = Blueprint("attachments", __name__)

from portfolio.attachments import for_guests, views  # noqa: E402, F401
