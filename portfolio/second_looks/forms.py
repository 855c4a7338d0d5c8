"""Forms of second looks: whom to ask, and what they say."""

from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.models import Verdict
from portfolio.models.response import LOOK_LENGTH
from portfolio.web.forms import LARGEST_VERSION, Form, Text, Whole


class GiveForm(Form):
    """Who is asked to look."""

    reader = Whole(least=1, most=LARGEST_VERSION, needed=True)


class SettleForm(Form):
    """Whether the decision stands, and why."""

    verdict = RadioField(
        choices=[
            SelectChoice(Verdict.UPHELD.value, lazy_gettext("The decision stands")),
            SelectChoice(Verdict.CHANGED.value, lazy_gettext("The decision is changed: the text is open again")),
        ],
        validators=[InputRequired(lazy_gettext("Choose whether the decision stands."))],
    )
    answer = Text(lazy_gettext("Your reasons"), length=LOOK_LENGTH, needed=True)
