"""The base of all forms: text is cleaned as it comes in, and every field has a length."""

import unicodedata
from typing import Any

from flask_babel import gettext, lazy_gettext, ngettext
from wtforms import DateField, Field, IntegerField, PasswordField, SelectMultipleField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from portfolio.clock import EARLIEST, LATEST

LARGEST_VERSION = 2**31 - 1


def clean(text: str | None) -> str:
    """One form for what looks the same, one kind of line end, no control characters, no space around."""
    if not text:
        return ""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) != "Cc").strip()


def clean_line(text: str | None) -> str:
    """Cleaned, and on one line."""
    return " ".join(clean(text).split())


def required() -> InputRequired:
    """The field must be filled."""
    return InputRequired(lazy_gettext("This field is required."))


def filled() -> DataRequired:
    """Something must stand in the field when it has been cleaned: spaces are nothing."""
    return DataRequired(lazy_gettext("This field is required."))


def at_most(length: int) -> Length:
    """Not longer than this, and says so."""
    return Length(max=length, message=lazy_gettext("Please keep this to %(max)d characters."))


class _Limited(Field):
    """A field that knows its length, so that a page can show it and a test can ask for it."""

    def __init__(self, label: Any = None, *, length: int, needed: bool = False, **values: Any) -> None:
        self.length = length
        extra = values.pop("validators", [])
        must = required() if isinstance(self, PasswordField) else filled()
        validators = [must if needed else Optional(), at_most(length), *extra]
        super().__init__(label, validators=validators, **values)


class Line(_Limited, StringField):
    """Text on one line."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = clean_line(valuelist[0] if valuelist else "")


class Text(_Limited, TextAreaField):
    """Text of several paragraphs."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = clean(valuelist[0] if valuelist else "")


class Password(_Limited, PasswordField):
    """A password, taken as it is."""


class Whole(IntegerField):
    """A whole number between two bounds."""

    def __init__(self, label: Any = None, *, least: int, most: int, needed: bool = False, **values: Any) -> None:
        self.message = lazy_gettext("Please give a number from %(min)s to %(max)s.", min=least, max=most)
        bounds = NumberRange(min=least, max=most, message=self.message)
        checks = [required() if needed else Optional(), _was_read, bounds]
        super().__init__(label, validators=checks, **values)

    def process_formdata(self, valuelist: list[str]) -> None:
        digits = (valuelist[0] if valuelist else "").strip()
        self.data = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 11 else None
        if digits and self.data is None:
            raise ValueError(self.message)


class Several(SelectMultipleField):
    """Some of those that are offered, by their ids. (WTForms' own refusal has words that our catalogue lacks.)"""

    def __init__(self, label: Any = None, **values: Any) -> None:
        super().__init__(label, coerce=int, choices=[], **values)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the ids that were chosen."""
        try:
            self.data = [int(value) for value in valuelist]
        except ValueError as error:
            self.data = []
            raise ValueError(gettext("Choose among those that are offered.")) from error

    def pre_validate(self, form: PlainForm) -> None:
        """Refuse what is not offered."""
        if not {value for value, *_ in self.iter_choices()} >= set(self.data or []):
            raise ValidationError(gettext("Choose among those that are offered."))


class Day(DateField):
    """A day, within reason."""

    def __init__(self, label: Any = None, *, needed: bool = False, **values: Any) -> None:
        super().__init__(label, validators=[required() if needed else Optional(), _within_reason], **values)


def _within_reason(form: PlainForm, field: DateField) -> None:
    if field.data and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(lazy_gettext("Please give a day between 2000 and 2099."))


def _was_read(form: PlainForm, field: Field) -> None:
    """What could not be read has been complained of once; that is enough."""
    if field.process_errors:
        raise StopValidation


class Form(PlainForm):
    """What our forms share."""

    class Meta:
        """WTForms' own messages come from our catalogue, in the language of the page."""

        def get_translations(self, form: PlainForm) -> Any:
            return _Ours()


class _Ours:
    """WTForms asks for its messages here."""

    def gettext(self, message: str) -> str:
        return gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return ngettext(one, many, number)
