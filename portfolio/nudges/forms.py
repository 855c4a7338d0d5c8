"""The form with which people are reminded."""

from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.models import Concern
from portfolio.models.nudge import WORDS_LENGTH
from portfolio.web.forms import Form, Line


class NudgeForm(Form):
    """Of what they are reminded, and a sentence of one's own. Who, the page says."""

    about = RadioField(
        choices=[SelectChoice(concern.value, concern.value) for concern in Concern],
        validators=[InputRequired()],
    )
    words = Line(lazy_gettext("A sentence of your own"), length=WORDS_LENGTH)

    @property
    def concern(self) -> Concern | None:
        """What was chosen, if it is one of them."""
        return next((concern for concern in Concern if concern.value == self.about.data), None)
