"""The form with which a cohort's promise is made public."""

from wtforms import BooleanField

from portfolio.web.forms import Form


class PublishForm(Form):
    """Whether everybody may see what is promised, and how it is kept."""

    is_public = BooleanField()
