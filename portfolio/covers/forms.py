"""Forms for cover and for giving trainees to another."""

from collections.abc import Sequence

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.models import Cohort, Role, User
from portfolio.web.filters import word
from portfolio.web.forms import Day, Form

Sent = MultiDict[str, str]


def _people(people: Sequence[User]) -> list[SelectChoice]:
    return [SelectChoice(str(person.id), person.addressed) for person in people]


class CoverForm(Form):
    """Who is away, who stands in, and on which days; both are chosen from people that `of` names."""

    absent = SelectField(lazy_gettext("Who is away"), choices=[])
    stand_in = SelectField(
        lazy_gettext("Who stands in"), choices=[], validators=[InputRequired(lazy_gettext("Choose somebody."))]
    )
    starts_on = Day(lazy_gettext("First day"), needed=True)
    ends_on = Day(lazy_gettext("Last day"), needed=True)

    @classmethod
    def of(cls, absent: Sequence[User] | None, stand_ins: Sequence[User], sent: Sent | None = None) -> "CoverForm":
        """The form with these people to choose from; a mentor says it of nobody but themselves."""
        form = cls(sent)
        if absent is None:
            del form.absent
        else:
            form.absent.choices = _people(absent)
        form.stand_in.choices = [SelectChoice("", lazy_gettext("Choose …")), *_people(stand_ins)]
        return form


class HandOverForm(Form):
    """Some trainees of one guide are given to another, in one role."""

    role = SelectField(lazy_gettext("As"), choices=[])
    giver = SelectField(lazy_gettext("In place of"), choices=[])
    taker = SelectField(
        lazy_gettext("Give to"), choices=[], validators=[InputRequired(lazy_gettext("Choose somebody."))]
    )

    @classmethod
    def of(cls, cohort: Cohort, people: Sequence[User], sent: Sent) -> "HandOverForm":
        """The form with the steps of a cohort and these people to choose from."""
        form = cls(sent)
        form.role.choices = [SelectChoice(step, word(Role(step))) for step in cohort.sign_off_steps]
        form.giver.choices = [SelectChoice("", lazy_gettext("Nobody yet")), *_people(people)]
        form.taker.choices = [SelectChoice("", lazy_gettext("Choose …")), *_people(people)]
        return form


def chosen_trainees(sent: Sent) -> frozenset[int]:
    """The enrolments whose boxes were ticked."""
    given = (value for value in sent.getlist("enrolment") if value.isascii() and value.isdigit())
    return frozenset(int(value) for value in given if len(value) < 10)
