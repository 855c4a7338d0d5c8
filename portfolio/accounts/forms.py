"""Forms for signing in, for passwords, and for the profile."""

from flask_babel import lazy_gettext
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, Length

from portfolio.accounts.passwords import LONGEST, SHORTEST
from portfolio.models import Language
from portfolio.models.account import EMAIL_LENGTH, JOB_LENGTH, NAME_LENGTH
from portfolio.web.forms import Form, Line, Password

LANGUAGES = [
    SelectChoice(Language.INDONESIAN.value, "Bahasa Indonesia"),
    SelectChoice(Language.ENGLISH.value, "English"),
]


class SignInForm(Form):
    """Address and password."""

    email = Line(lazy_gettext("Email address"), length=EMAIL_LENGTH, needed=True)
    password = Password(lazy_gettext("Password"), length=LONGEST, needed=True)


class NewPasswordForm(Form):
    """A new password, twice."""

    new_password = Password(
        lazy_gettext("New password"),
        length=LONGEST,
        needed=True,
        validators=[Length(min=SHORTEST, message=lazy_gettext("Please choose at least %(min)d characters."))],
    )
    repeated = Password(
        lazy_gettext("New password, once more"),
        length=LONGEST,
        needed=True,
        validators=[EqualTo("new_password", lazy_gettext("The two passwords are not the same."))],
    )


class ChangePasswordForm(NewPasswordForm):
    """The present password as well."""

    password = Password(lazy_gettext("Present password"), length=LONGEST, needed=True)


class ProfileForm(Form):
    """What a person says of themselves."""

    name = Line(lazy_gettext("Full name"), length=NAME_LENGTH, needed=True)
    job = Line(lazy_gettext("Post (job title)"), length=JOB_LENGTH)
    unit = Line(lazy_gettext("Work unit"), length=JOB_LENGTH)
    language = SelectField(lazy_gettext("Language"), choices=LANGUAGES)
