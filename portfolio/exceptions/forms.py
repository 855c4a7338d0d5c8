"""Forms of exceptions: what is asked for, the answer, and what is given without being asked."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.errors import Refused
from portfolio.models import Request, Wish
from portfolio.models.exception import REASON_LENGTH, DayRefused
from portfolio.web.filters import refusal
from portfolio.web.forms import LARGEST_VERSION, Day, Form, Text, Whole

CHOOSE, NAME_A_DAY = lazy_gettext("Choose one of these."), lazy_gettext("Name the day.")
SAY_WHY = lazy_gettext("Say why: a no needs a reason.")


def mark_day(field: Day, refused: Refused) -> None:
    """If a rule said no to the day, its field is the one to mend, and says why."""
    if isinstance(refused, DayRefused):
        field.errors = [refusal(refused)]


def _has_a_day(field: Day, is_needed: bool) -> bool:
    if is_needed and field.data is None and not field.errors:
        field.errors = [NAME_A_DAY]
    return not field.errors


class AskForm(Form):
    """What a trainee asks for about one session."""

    wish = RadioField(
        lazy_gettext("What do you ask for?"),
        choices=[
            SelectChoice(Wish.EXTENSION.value, lazy_gettext("More time")),
            SelectChoice(Wish.ABSENCE.value, lazy_gettext("I was not at this session")),
            SelectChoice(Wish.EXCUSE.value, lazy_gettext("To be excused for another reason")),
        ],
        validators=[InputRequired(CHOOSE)],
    )
    wanted_on = Day(lazy_gettext("Until which day?"))
    reason = Text(lazy_gettext("Why?"), length=REASON_LENGTH, needed=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """More time is asked for until some day."""
        is_complete = super().validate(extra_validators)
        return _has_a_day(self.wanted_on, self.wish.data == Wish.EXTENSION.value) and is_complete


class AnswerForm(Form):
    """Yes or no, with words; and until when, where more time is asked for."""

    decision = RadioField(
        choices=[
            SelectChoice("grant", lazy_gettext("Say yes")),
            SelectChoice("decline", lazy_gettext("Say no")),
        ],
        validators=[InputRequired(CHOOSE)],
    )
    answer = Text(lazy_gettext("A word to the trainee"), length=REASON_LENGTH)
    due_on = Day(lazy_gettext("More time until"))

    @property
    def is_yes(self) -> bool:
        """Whether it is granted."""
        return self.decision.data == "grant"

    @classmethod
    def proposed(cls, asked: Request) -> "AnswerForm":
        """With the day that was asked for."""
        return cls(data={"due_on": asked.wanted_on})

    def validate(self, extra_validators: Any = None) -> bool:
        """A no needs a reason."""
        is_complete = super().validate(extra_validators)
        if self.decision.data == "decline" and not self.answer.data:
            self.answer.errors = [SAY_WHY]
            return False
        return is_complete


class GiveForm(Form):
    """What is given without being asked for, about one session."""

    session = Whole(lazy_gettext("Session"), least=1, most=LARGEST_VERSION, needed=True)
    what = RadioField(
        lazy_gettext("What is given?"),
        choices=[
            SelectChoice("extension", lazy_gettext("More time")),
            SelectChoice("excuse", lazy_gettext("Excused: nothing is expected for this session")),
        ],
        validators=[InputRequired(CHOOSE)],
    )
    due_on = Day(lazy_gettext("Until which day?"))
    reason = Text(lazy_gettext("Why?"), length=REASON_LENGTH, needed=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """More time is given until some day."""
        is_complete = super().validate(extra_validators)
        return _has_a_day(self.due_on, self.what.data == "extension") and is_complete


class UndoForm(Form):
    """Why something is expected after all."""

    reason = Text(lazy_gettext("Why is it expected after all?"), length=REASON_LENGTH, needed=True)


class TrustForm(Form):
    """Whether guides answer too."""

    guides = BooleanField()
