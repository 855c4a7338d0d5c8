"""The form with which a file is sent."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.validators import StopValidation

from portfolio.attachments.limits import FILE_AT_MOST
from portfolio.models.attachment import UPLOAD_LENGTH
from portfolio.web.forms import Form, Line


class File(Field):
    """One file of at most so many bytes. Of several inputs with one name (files, camera) the filled one counts."""

    data: FileStorage | None

    def __init__(self, label: Any = None, *, at_most: int, **values: Any) -> None:
        self.at_most = at_most
        super().__init__(label, **values)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        files = [sent for sent in valuelist if isinstance(sent, FileStorage) and sent.filename]
        self.data = files[0] if files else None

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            raise StopValidation(str(lazy_gettext("Choose a file first.")))


class UploadForm(Form):
    """One file, and the name that the browser made for this upload, so that it can send it again."""

    file = File(lazy_gettext("File"), at_most=FILE_AT_MOST)
    upload = Line(length=UPLOAD_LENGTH)
