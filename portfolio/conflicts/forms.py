"""The form in which somebody says that they, or another, are too close to a trainee."""

from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.models import Relation
from portfolio.models.conflict import CONFLICT_LENGTH
from portfolio.web.filters import WORDS
from portfolio.web.forms import LARGEST_VERSION, Form, Text, Whole


class ConflictForm(Form):
    """What two people are to each other; `who` only when an organiser says it of another."""

    who = Whole(least=1, most=LARGEST_VERSION)
    relation = RadioField(
        lazy_gettext("What is the relation?"),
        choices=[SelectChoice(relation.value, WORDS[relation]) for relation in Relation],
        validators=[InputRequired(lazy_gettext("Choose what comes closest."))],
    )
    note = Text(lazy_gettext("A note for the organisers"), length=CONFLICT_LENGTH)
