"""The forms for inviting a guest, and those on the guest's own page."""

import re

from flask_babel import lazy_gettext
from wtforms import Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from portfolio.models import Language
from portfolio.models.account import EMAIL_LENGTH, NAME_LENGTH
from portfolio.models.reflection import COMMENT_LENGTH
from portfolio.web.deciding import LARGEST_STEP, Deciding
from portfolio.web.forms import LARGEST_VERSION, Form, Line, Text, Whole

EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")


def _is_address(form: Form, field: Field) -> None:
    if not EMAIL.fullmatch(field.data):
        raise ValidationError(lazy_gettext("This is not an email address, such as nama@instansi.go.id."))


class InviteForm(Form):
    """Whom to invite, in which language to write to them, and what they may sign, if anything."""

    name = Line(lazy_gettext("Full name"), length=NAME_LENGTH, needed=True)
    email = Line(lazy_gettext("Email address"), length=EMAIL_LENGTH, needed=True, validators=[_is_address])
    language = SelectField(
        lazy_gettext("Language of the invitation"),
        default=Language.INDONESIAN.value,
        choices=[
            SelectChoice(Language.INDONESIAN.value, "Bahasa Indonesia"),
            SelectChoice(Language.ENGLISH.value, "English"),
        ],
    )
    role = RadioField(lazy_gettext("What they may do"), default="", validators=[Optional()], choices=[])


class SaidForm(Form):
    """What every form of a guest says: with which pass, and about which round."""

    about = Whole(least=1, most=LARGEST_VERSION, needed=True)
    round = Whole(least=1, most=LARGEST_VERSION, needed=True)


class GuestCommentForm(SaidForm):
    """Something a guest has to say, perhaps in a conversation of their own."""

    text = Text(lazy_gettext("Your comment"), length=COMMENT_LENGTH, needed=True)
    reply_to = Whole(least=1, most=LARGEST_VERSION)


class GuestReviewForm(SaidForm, Deciding):
    """A guest's decision, for the step that they were asked to sign."""

    step = Whole(least=0, most=LARGEST_STEP, needed=True)
