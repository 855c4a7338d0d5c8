"""Forms in which an outcome is changed or added, claimed, and confirmed."""

from collections.abc import Iterable

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.alignment import MOST_CONTRIBUTORS, OWNER_LENGTH
from portfolio.models import Quoted, Submission
from portfolio.models.claim import JUDGED_LENGTH, JUSTIFICATION_LENGTH
from portfolio.models.learning_outcome import OUTCOME_LENGTH
from portfolio.web.forms import LARGEST_VERSION, Form, Line, Several, Text, Whole
from portfolio.web.passages import Passage, quoted


class OutcomeForm(Form):
    """What an outcome says, who answers for it, who contributes, and which sessions serve it."""

    words_id = Text(lazy_gettext("In Indonesian"), length=OUTCOME_LENGTH, needed=True)
    words_en = Text(lazy_gettext("In English"), length=OUTCOME_LENGTH, needed=True)
    owner = Line(lazy_gettext("Who answers for it"), length=OWNER_LENGTH)
    contributors = Text(lazy_gettext("Who contributes"), length=(OWNER_LENGTH + 2) * MOST_CONTRIBUTORS)
    sessions = Several()
    own_below = BooleanField()

    @property
    def words(self) -> dict[str, str]:
        """What it says, by language."""
        return {"id": self.words_id.data, "en": self.words_en.data}

    @property
    def names(self) -> list[str]:
        """Who contributes, one on each line."""
        return [line for line in (self.contributors.data or "").splitlines() if line.strip()]

    def is_well_filled(self, session_ids: Iterable[int]) -> bool:
        """Whether all of it can be kept; `session_ids` are those that can be chosen."""
        self.sessions.choices = [(id, "") for id in session_ids]
        is_well = self.validate()
        if any(len(" ".join(name.split())) > OWNER_LENGTH for name in self.names):
            limits = gettext("A name has at most %(most)s characters.", most=OWNER_LENGTH)
            self.contributors.errors, is_well = [limits], False
        return is_well


class AddForm(Form):
    """An outcome to be put below another."""

    words_id = Text(lazy_gettext("In Indonesian"), length=OUTCOME_LENGTH, needed=True)
    words_en = Text(lazy_gettext("In English"), length=OUTCOME_LENGTH, needed=True)
    owner = Line(lazy_gettext("Who answers for it"), length=OWNER_LENGTH)
    module = SelectField(lazy_gettext("Module"), coerce=int, choices=[], default=0)

    @property
    def words(self) -> dict[str, str]:
        """What it says, by language."""
        return {"id": self.words_id.data, "en": self.words_en.data}

    def is_well_filled(self, module_ids: Iterable[int]) -> bool:
        """Whether it can be added; `module_ids` are those that it may be of, none where it needs no module."""
        self.module.choices = [(id, "") for id in module_ids] or [(0, "")]
        return self.validate()


class ClaimForm(Form):
    """Which outcome a text shows, where, and how.

    A script says where the passage is that was selected; without it a sentence is chosen from a list.
    """

    outcome = Whole(lazy_gettext("Outcome"), least=1, most=LARGEST_VERSION, needed=True)
    justification = Text(lazy_gettext("How this passage shows it"), length=JUSTIFICATION_LENGTH, needed=True)
    sentence = Line(lazy_gettext("Passage"), length=60)
    key = Line(length=30)
    item = Line(length=9)
    start = Line(length=9)
    end = Line(length=9)
    about: Quoted | None = None

    def finds_its_passage(self, read: Submission | None) -> bool:
        """Whether it names a passage, and that stands in the round that was read."""
        place = ".".join(field.data or "" for field in (self.key, self.item, self.start, self.end))
        named = place if self.start.data else self.sentence.data
        passage = Passage.read(named) if named else None
        self.about = quoted(read.words, passage) if passage and read is not None else None
        if self.about is None:
            self.sentence.errors = [gettext("Choose the passage of your text that shows it.")]
        return self.about is not None


class JudgeForm(Form):
    """Whether a reviewer confirms what is claimed."""

    verdict = RadioField(
        lazy_gettext("Does this passage show it?"),
        choices=[SelectChoice("yes", lazy_gettext("Yes, I confirm it")), SelectChoice("no", lazy_gettext("Not yet"))],
        validators=[InputRequired(lazy_gettext("Choose one of the two."))],
    )
    reason = Text(lazy_gettext("What is missing, or a word of your own"), length=JUDGED_LENGTH)
    seen = Whole(least=0, most=LARGEST_VERSION)  # the judgement that they had before them

    def is_well_filled(self) -> bool:
        """Whether it can be kept: who does not confirm it says what is missing."""
        is_well = self.validate()
        if self.verdict.data == "no" and not (self.reason.data or "").strip():
            self.reason.errors = [gettext("Say what is missing, so that the writer can show it.")]
            return False
        return is_well
