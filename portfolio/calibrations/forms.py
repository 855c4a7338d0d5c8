"""The forms of those who organise blind scoring."""

from flask_babel import lazy_gettext

from portfolio.database import LARGEST_ID
from portfolio.models.account import EMAIL_LENGTH
from portfolio.models.calibration import ASSESSORS_PER_TEXT, SEED_LENGTH
from portfolio.models.reflection import REASON_LENGTH
from portfolio.web.forms import Form, Line, Text, Whole

CRITERION_LENGTH, LEVEL_LENGTH = 30, 5


class DrawForm(Form):
    """How a sample is drawn."""

    percent = Whole(lazy_gettext("How many of the texts, in percent"), least=1, most=100, needed=True, default=20)
    per_text = Whole(lazy_gettext("How many score each text"), least=2, most=9, needed=True, default=ASSESSORS_PER_TEXT)
    rubric = Whole(lazy_gettext("Rubric"), least=1, most=LARGEST_ID, needed=True)
    seed = Line(lazy_gettext("Seed of the lottery"), length=SEED_LENGTH)


class AssessorForm(Form):
    """Whom to appoint."""

    email = Line(lazy_gettext("E-mail of an existing account"), length=EMAIL_LENGTH, needed=True)


class PassOnForm(Form):
    """Who scores a text in the place of somebody who has passed it on."""

    assessor = Whole(lazy_gettext("Assessor"), least=1, most=LARGEST_ID, needed=True)


class ModerationForm(Form):
    """What level one criterion of a text has after all, and why."""

    criterion = Line(lazy_gettext("Criterion"), length=CRITERION_LENGTH, needed=True)
    level = Line(lazy_gettext("Level"), length=LEVEL_LENGTH, needed=True)
    reason = Text(lazy_gettext("Reason"), length=REASON_LENGTH, needed=True)
