"""The files of the one text that a guest's pass is for; the pass is looked up at each request."""

from flask import Response, abort

from portfolio import clock, policy
from portfolio.attachments import blueprint, queries
from portfolio.attachments.sending import send
from portfolio.attachments.store import files
from portfolio.models import Attachment
from portfolio.web import guests, reading
from portfolio.web.access import find, public


@blueprint.get("/guest/files/<id:attachment_id>")
@public
def show_to_guest(attachment_id: int) -> Response:
    """The file."""
    return send(files(), _opened(attachment_id))


@blueprint.get("/guest/files/<id:attachment_id>/small")
@public
def small_to_guest(attachment_id: int) -> Response:
    """The small copy of a picture."""
    attachment = _opened(attachment_id)
    return send(files(), attachment, is_small=attachment.is_image)


def _opened(attachment_id: int) -> Attachment:
    """A file that this guest may see; that they open it is on record before they have it."""
    held, now = guests.held(), clock.now()
    if held is None or not held.lets_in(now):
        abort(404)
    attachment = find(policy.attachments_of_guest(held), attachment_id)
    reading.record_file(queries.shown_to_guest(held), reader=held.guest, now=now)
    return attachment
