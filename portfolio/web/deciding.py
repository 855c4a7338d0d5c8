"""The form of a decision, for whoever decides: feedback, and whether it is accepted or returned."""

from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.models import Outcome
from portfolio.models.reflection import REASON_LENGTH
from portfolio.web.forms import Form, Text

LARGEST_STEP = 20


class Deciding(Form):
    """Feedback and a decision."""

    feedback = Text(lazy_gettext("Feedback"), length=REASON_LENGTH)
    outcome = RadioField(
        choices=[SelectChoice(outcome.value, outcome.value) for outcome in Outcome],
        validators=[InputRequired(lazy_gettext("Choose whether to accept or to return it."))],
    )

    def validate(self, extra_validators: object = None) -> bool:
        """To return something needs a reason."""
        fine = super().validate()
        if fine and self.outcome.data == Outcome.RETURNED.value and not self.feedback.data:
            self.feedback.errors = [lazy_gettext("To return a reflection, say what to improve.")]
            return False
        return fine
