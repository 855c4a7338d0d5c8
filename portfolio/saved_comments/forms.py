"""The form of a saved comment."""

from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portfolio.models import Cohort, SavedComment
from portfolio.models.desk import SAVED_LENGTH, SAVED_TITLE_LENGTH
from portfolio.web.forms import Form, Line, Text

ONESELF = "-"


class SavedCommentForm(Form):
    """What it says, by what one finds it, and who may use it too."""

    title = Line(lazy_gettext("Short name"), length=SAVED_TITLE_LENGTH)
    text = Text(lazy_gettext("Comment"), length=SAVED_LENGTH, needed=True)
    cohort = SelectField(lazy_gettext("Who may use it"), choices=[])

    @classmethod
    def of(
        cls, saved: SavedComment | None, cohorts: Sequence[Cohort], sent: MultiDict[str, str] | None = None
    ) -> "SavedCommentForm":
        """The form of one, as it was sent or as it is kept, for a person who may share it with these cohorts."""
        kept = {"cohort": ONESELF}
        if saved is not None:
            shared = {str(cohort.id) for cohort in cohorts} & {str(saved.cohort_id)}
            kept = {"title": saved.title, "text": saved.text, "cohort": shared.pop() if shared else ONESELF}
        form = cls(sent, data=kept)
        shared_with = [
            # Not lazily: what is lazy counts as markup, and a name is none.
            SelectChoice(str(cohort.id), gettext("Also those who guide or organise in %(cohort)s", cohort=cohort.name))
            for cohort in cohorts
        ]
        form.cohort.choices = [SelectChoice(ONESELF, lazy_gettext("Only me")), *shared_with]
        return form

    def shared_with(self, cohorts: Sequence[Cohort]) -> Cohort | None:
        """The cohort that was chosen."""
        return next((cohort for cohort in cohorts if str(cohort.id) == self.cohort.data), None)
