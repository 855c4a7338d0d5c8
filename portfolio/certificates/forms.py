"""The forms of certificates: what anybody may read, why one is revoked, and a number that is checked."""

from flask_babel import lazy_gettext
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from portfolio.models import Revealed
from portfolio.models.certificate import REVOKED_REASON_LENGTH, number_in
from portfolio.web.forms import Form, Line, Text

TYPED_LENGTH = 60


class RevealForm(Form):
    """What anybody may read who has the number. Nothing is ticked by itself."""

    tell_name = BooleanField(lazy_gettext("My name"))
    tell_group = BooleanField(lazy_gettext("My group"))
    tell_modules = BooleanField(lazy_gettext("The modules, and the day on which each was complete"))
    tell_signed_off = BooleanField(lazy_gettext("How many reflections were signed off"))

    @property
    def revealed(self) -> Revealed:
        """What was ticked."""
        return Revealed(
            name=self.tell_name.data,
            group=self.tell_group.data,
            modules=self.tell_modules.data,
            signed_off=self.tell_signed_off.data,
        )

    @classmethod
    def showing(cls, revealed: Revealed) -> "RevealForm":
        """The form as it was last answered."""
        return cls(
            tell_name=revealed.name,
            tell_group=revealed.group,
            tell_modules=revealed.modules,
            tell_signed_off=revealed.signed_off,
        )


class RevokeForm(Form):
    """Why a certificate is revoked."""

    reason = Text(lazy_gettext("Why it is revoked"), length=REVOKED_REASON_LENGTH, needed=True)


def _is_number(form: Form, field: Field) -> None:
    if number_in(field.data) is None:
        raise ValidationError(
            lazy_gettext(
                "This is no number of a certificate: it has 16 letters and figures, such as %(example)s.",
                example="7K2M-Q9XA-4TBC-01ZP",
            )
        )


class VerifyForm(Form):
    """A number as somebody types it from a sheet."""

    number = Line(lazy_gettext("Number of the certificate"), length=TYPED_LENGTH, needed=True, validators=[_is_number])

    @property
    def read(self) -> str | None:
        """The number that was meant, if it is one."""
        return number_in(self.number.data or "")
