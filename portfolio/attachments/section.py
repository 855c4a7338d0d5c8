"""What the page on which somebody writes shows of its files."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_decimal, gettext, lazy_gettext

from portfolio import clock
from portfolio.attachments import blueprint
from portfolio.attachments.limits import FILE_AT_MOST, FILES_AT_MOST, MIB, REMOVED_LAST
from portfolio.attachments.sniffing import ACCEPT
from portfolio.models import Attachment, Kind, Reflection

KINDS = {
    Kind.IMAGE: lazy_gettext("Picture"),
    Kind.PDF: lazy_gettext("PDF"),
    Kind.AUDIO: lazy_gettext("Recording"),
    Kind.DOCUMENT: lazy_gettext("Document"),
}


@dataclass(frozen=True)
class Section:
    """The files beside a living text, those removed in the last week, and what a form for another one needs."""

    reflection: Reflection
    files: Sequence[Attachment]
    removed: Sequence[Attachment]
    upload: str  # of the form without a script: sent twice, it is one file

    accept = ACCEPT
    file_at_most = FILE_AT_MOST
    most_mib = FILE_AT_MOST // MIB
    files_at_most = FILES_AT_MOST


@blueprint.app_template_global("files_of")
def section_of(reflection: Reflection, now: datetime | None = None) -> Section:
    """Needs `attachments` of the reflection loaded."""
    since = (now or clock.now()) - REMOVED_LAST
    removed = [file for file in reflection.attachments if file.removed_at is not None and file.removed_at > since]
    return Section(reflection, reflection.files, removed, secrets.token_urlsafe(16))


@blueprint.app_template_filter("kind")
def kind(attachment: Attachment) -> str:
    """What sort of file it is, in a word."""
    return str(KINDS[attachment.kind])


@blueprint.app_template_filter("weight")
def weight(size: int) -> str:
    """1.4 MB, 1,4 MB; or KB when it is less than one of them."""
    if size >= MIB:
        return gettext("%(size)s MB", size=format_decimal(round(size / MIB, 1)))
    return gettext("%(size)s KB", size=format_decimal(max(1, round(size / 1024))))
