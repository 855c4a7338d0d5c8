"""Forms on the page of a reflection."""

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from portfolio.models import Quoted, Submission
from portfolio.models.aside import ADDENDUM_LENGTH
from portfolio.models.reflection import COMMENT_LENGTH, REASON_LENGTH
from portfolio.models.response import ACTED_ON_LENGTH
from portfolio.web.forms import LARGEST_VERSION, Form, Line, Text, Whole
from portfolio.web.passages import Passage, quoted


class CommentForm(Form):
    """Something to say, perhaps in answer to somebody, or about a passage of the round that was read.

    A script says where the passage is that was selected; without it a sentence is chosen from a list.
    """

    text = Text(lazy_gettext("Your comment"), length=COMMENT_LENGTH, needed=True)
    reply_to = Whole(least=1, most=LARGEST_VERSION)
    round = Whole(least=1, most=LARGEST_VERSION)
    sentence = Line(lazy_gettext("About"), length=60)
    key = Line(length=30)
    item = Line(length=9)
    start = Line(length=9)
    end = Line(length=9)
    back = Line(length=10)  # the page they were on, if it is another one that has this form
    about: Quoted | None = None

    def finds_its_passage(self, read: Submission | None) -> bool:
        """Whether what it is about is there in the round that was read; if it names nothing, it is the whole text."""
        place = ".".join(field.data or "" for field in (self.key, self.item, self.start, self.end))
        named = place if self.start.data else self.sentence.data
        if not named or read is None:
            return True
        passage = Passage.read(named)
        self.about = quoted(read.words, passage) if passage else None
        if self.about is None:
            self.sentence.errors = [
                gettext("These words are not in the text. Choose them again, or comment on the whole text.")
            ]
        return self.about is not None


class AddendumForm(Form):
    """Something to add to an accepted text."""

    text = Text(lazy_gettext("What you want to add"), length=ADDENDUM_LENGTH, needed=True)


class ReasonForm(Form):
    """A reason."""

    reason = Text(lazy_gettext("Reason"), length=REASON_LENGTH, needed=True)


class MarkForm(Form):
    """What a writer makes of feedback: that they read it is said by sending it."""

    helpful = RadioField(
        lazy_gettext("Did it help you?"),
        choices=[
            SelectChoice("yes", lazy_gettext("It helped")),
            SelectChoice("no", lazy_gettext("It did not help")),
            SelectChoice("", lazy_gettext("I would rather not say")),
        ],
        default="",
    )
    acted_on = Text(lazy_gettext("What you did with it"), length=ACTED_ON_LENGTH)

    @property
    def is_helpful(self) -> bool | None:
        """Whether it helped, if they say so."""
        return {"yes": True, "no": False}.get(self.helpful.data)
