"""Forms on the page of a reflection."""

from flask_babel import lazy_gettext

from portfolio.models.aside import ADDENDUM_LENGTH
from portfolio.models.reflection import COMMENT_LENGTH, REASON_LENGTH
from portfolio.web.forms import LARGEST_VERSION, Form, Text, Whole


class CommentForm(Form):
    """Something to say, perhaps in answer to somebody."""

    text = Text(lazy_gettext("Your comment"), length=COMMENT_LENGTH, needed=True)
    reply_to = Whole(least=1, most=LARGEST_VERSION)


class AddendumForm(Form):
    """Something to add to an accepted text."""

    text = Text(lazy_gettext("What you want to add"), length=ADDENDUM_LENGTH, needed=True)


class ReasonForm(Form):
    """A reason."""

    reason = Text(lazy_gettext("Reason"), length=REASON_LENGTH, needed=True)
