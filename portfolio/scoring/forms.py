"""The forms of an assessor."""

from flask_babel import lazy_gettext

from portfolio.models.reflection import REASON_LENGTH
from portfolio.web.forms import Form, Text


class ScoringForm(Form):
    """A note beside the levels, which come by themselves: see portfolio/web/levels.py."""

    note = Text(lazy_gettext("Note"), length=REASON_LENGTH)


class RecusalForm(Form):
    """Why an assessor passes a text on."""

    reason = Text(lazy_gettext("Reason"), length=REASON_LENGTH, needed=True)
