"""The forms in which a module's rule is tried, and published."""

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.models import Basis, Effect
from portfolio.models.rule import RULE_REASON_LENGTH
from portfolio.web.forms import LARGEST_VERSION, Form, Text, Whole

MOST_REQUIRED = 999


class TryForm(Form):
    """A rule whose effect is shown; nothing is changed by it."""

    required = Whole(lazy_gettext("How many reflections must count"), least=1, most=MOST_REQUIRED, needed=True)
    basis = RadioField(
        lazy_gettext("A reflection counts when it is"),
        choices=[
            SelectChoice(Basis.SUBMITTED.value, lazy_gettext("submitted, whatever comes of it")),
            SelectChoice(Basis.REVIEWED.value, lazy_gettext("reviewed: accepted or returned")),
            SelectChoice(Basis.ACCEPTED.value, lazy_gettext("accepted")),
        ],
        validators=[InputRequired(lazy_gettext("Choose what makes a reflection count."))],
    )

    def is_rule_for(self, slots: int) -> bool:
        """Whether it names a rule that could be met where so many reflections are expected."""
        is_read = self.required.validate(self)
        if self.required.data is not None and self.required.data > slots:
            limits = gettext("Please give a number from %(min)s to %(max)s.", min=1, max=slots)
            is_read, self.required.errors = False, [limits]
        return self.basis.validate(self) and is_read

    @property
    def rule(self) -> tuple[int, Basis]:
        """The rule that was chosen, of a form that is well filled."""
        assert self.required.data is not None
        return self.required.data, Basis(self.basis.data)


class PublishForm(TryForm):
    """The same rule with the reason for it, and the version and the effect that were seen."""

    reason = Text(lazy_gettext("Why the rule changes"), length=RULE_REASON_LENGTH, needed=True)
    version = Whole(least=1, most=LARGEST_VERSION, needed=True)
    gain = Whole(least=0, most=LARGEST_VERSION, needed=True)
    keep = Whole(least=0, most=LARGEST_VERSION, needed=True)
    stay = Whole(least=0, most=LARGEST_VERSION, needed=True)
    others = Whole(least=0, most=LARGEST_VERSION, needed=True)

    @property
    def seen(self) -> tuple[int, Effect]:
        """The version of the rule and the effect that were shown, of a form that is well filled."""
        gain, keep, stay, others = (field.data for field in (self.gain, self.keep, self.stay, self.others))
        assert self.version.data is not None
        assert gain is not None
        assert keep is not None
        assert stay is not None
        assert others is not None
        return self.version.data, Effect(gain, keep, stay, others)
