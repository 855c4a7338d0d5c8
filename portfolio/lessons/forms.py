"""What became of a lesson, as its writer says it."""

from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from portfolio.models import Happened
from portfolio.web.filters import WORDS
from portfolio.web.forms import Form, Line, required


class AnswerForm(Form):
    """One of four answers, given with the press of a button."""

    happened = RadioField(
        lazy_gettext("Did it happen?"),
        choices=[SelectChoice(known.value, WORDS[known]) for known in Happened],
        validators=[required()],
    )
    then = Line(length=10)  # the page to go back to: "today", or else the list
