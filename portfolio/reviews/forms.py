"""The forms a reviewer writes and decides with."""

from collections.abc import Mapping
from typing import Self

from flask_babel import lazy_gettext

from portfolio.models import FeedbackDraft, Pen, Rubric
from portfolio.models.reflection import REASON_LENGTH
from portfolio.models.words import PEN_LENGTH
from portfolio.web import levels
from portfolio.web.deciding import LARGEST_STEP, Deciding
from portfolio.web.forms import LARGEST_VERSION, Form, Line, Text, Whole


class FeedbackForm(Form):
    """Feedback and levels, for the round that was read and the step it was read for."""

    step = Whole(least=0, most=LARGEST_STEP, needed=True)
    round = Whole(least=1, most=LARGEST_VERSION, needed=True)
    version = Whole(least=0, most=LARGEST_VERSION)  # of what is kept and not sent; 0 is nothing yet
    tab = Line(length=PEN_LENGTH)  # which tab sends this, and which of its saves it is: filled in by its script
    stroke = Whole(least=0, most=LARGEST_VERSION)
    feedback = Text(lazy_gettext("Feedback"), length=REASON_LENGTH)

    rubric: Rubric | None = None
    levels: Mapping[str, float] = {}  # by the key of the criterion

    @classmethod
    def sent(cls, fields: Mapping[str, str], rubric: Rubric | None) -> Self:
        """As it was sent."""
        form = cls(fields)
        form.rubric, form.levels = rubric, levels.chosen(fields)
        return form

    @classmethod
    def kept(cls, draft: FeedbackDraft | None, rubric: Rubric | None) -> Self:
        """As it is kept, as far as it can be chosen from this rubric."""
        if draft is None:
            return cls()
        form = cls(data={"feedback": draft.feedback, "version": draft.version})
        form.rubric, form.levels = rubric, draft.levels if levels.fits(rubric, draft.levels) else {}
        return form

    @property
    def pen(self) -> Pen | None:
        """Which tab sends this, if its script said so."""
        return Pen(self.tab.data, self.stroke.data or 0) if self.tab.data else None

    @property
    def level_error(self) -> str:
        """What is wrong with the levels."""
        return str(self.form_errors[0]) if self.form_errors else ""

    def validate(self, extra_validators: object = None) -> bool:
        """A level is one of those that are shown."""
        fine = super().validate()
        if not levels.fits(self.rubric, self.levels):
            self.form_errors.append(levels.NOT_THERE)
            return False
        return bool(fine)

    def add_other(self, kept: FeedbackDraft) -> None:
        """What another tab kept, below what this one sent, so that no word of either is lost; and its version."""
        mine, other = self.feedback.data or "", kept.feedback
        if other not in mine:
            self.feedback.data = other if mine in other else f"{mine}\n\n{other}"
        self.levels, self.version.data = {**kept.levels, **self.levels}, kept.version


class ReviewForm(FeedbackForm, Deciding):
    """The same with a decision."""
