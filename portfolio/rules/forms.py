"""The forms in which a module's rule is tried, and published."""

from collections.abc import Mapping
from typing import Any, Self

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.models import Basis, Effect, Module, Rule
from portfolio.models.asked import LEAST_SHARE, WHOLE_SHARE
from portfolio.models.rule import RULE_REASON_LENGTH
from portfolio.web.filters import score, words
from portfolio.web.forms import LARGEST_VERSION, Form, Text, Whole

MOST_REQUIRED = 999
NOTHING = ""  # is asked for


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
    min_level = SelectField(lazy_gettext("Accepted at this level or above"), choices=[], default=NOTHING)
    on_time = Whole(lazy_gettext("At least so many percent of them on time"), least=LEAST_SHARE, most=WHOLE_SHARE)
    prerequisite = SelectField(lazy_gettext("Not before this module is complete"), choices=[], default=NOTHING)

    @classmethod
    def of(cls, module: Module, sent: Any) -> Self:
        """The form of a module, as it was sent or with the rule that holds. Needs `rubric`, `cohort` and `modules`."""
        rule = module.rule
        held: Mapping[str, object] = {
            "required": rule.required,
            "basis": rule.basis.value,
            "min_level": NOTHING if rule.min_level is None else f"{rule.min_level:g}",
            "on_time": rule.on_time,
            "prerequisite": str(rule.prerequisite_id or NOTHING),
        }
        form = cls(sent, data=None if sent else held)
        form.min_level.choices = [SelectChoice(NOTHING, lazy_gettext("At any level, or none"))]
        if module.rubric is not None:
            names = {float(level.score): words(level.name) for level in module.rubric.levels}
            form.min_level.choices += [
                SelectChoice(f"{level:g}", f"{score(level)} · {names[level]}" if level in names else score(level))
                for level in module.rubric.scale
            ]
        form.prerequisite.choices = [SelectChoice(NOTHING, lazy_gettext("It waits for no other"))]
        form.prerequisite.choices += [
            SelectChoice(str(other.id), words(other.title))
            for other in module.cohort.modules
            if other.id != module.id and other.required
        ]
        return form

    @property
    def has_conditions(self) -> bool:
        """Whether more than a number is asked for, or was to be."""
        return any(field.data or field.errors for field in (self.min_level, self.on_time, self.prerequisite))

    def is_rule_for(self, slots: int) -> bool:
        """Whether it names a rule that could be met where so many reflections are expected."""
        is_read = self.required.validate(self)
        if self.required.data is not None and self.required.data > slots:
            limits = gettext("Please give a number from %(min)s to %(max)s.", min=1, max=slots)
            is_read, self.required.errors = False, [limits]
        others = [field.validate(self) for field in (self.basis, self.min_level, self.on_time, self.prerequisite)]
        return all(others) and is_read

    @property
    def rule(self) -> Rule:
        """The rule that was chosen, of a form that is well filled."""
        assert self.required.data is not None
        return Rule(
            self.required.data,
            Basis(self.basis.data),
            float(self.min_level.data) if self.min_level.data else None,
            self.on_time.data,
            int(self.prerequisite.data) if self.prerequisite.data else None,
        )


class PublishForm(TryForm):
    """The same rule with the reason for it, and the version and the effect that were seen."""

    reason = Text(lazy_gettext("Why the rule changes"), length=RULE_REASON_LENGTH, needed=True)
    version = Whole(least=1, most=LARGEST_VERSION, needed=True)
    gain = Whole(least=0, most=LARGEST_VERSION, needed=True)
    keep = Whole(least=0, most=LARGEST_VERSION, needed=True)
    stay = Whole(least=0, most=LARGEST_VERSION, needed=True)
    others = Whole(least=0, most=LARGEST_VERSION, needed=True)
    beyond = Whole(least=0, most=LARGEST_VERSION)

    @property
    def seen(self) -> tuple[int, Effect]:
        """The version of the rule and the effect that were shown, of a form that is well filled."""
        gain, keep, stay, others = (field.data for field in (self.gain, self.keep, self.stay, self.others))
        assert self.version.data is not None
        assert gain is not None
        assert keep is not None
        assert stay is not None
        assert others is not None
        return self.version.data, Effect(gain, keep, stay, others, self.beyond.data or 0)
