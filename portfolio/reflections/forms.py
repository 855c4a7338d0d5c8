"""The form a reflection is written in: its fields are the prompts of the session's template."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import DateField, FieldList, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from portfolio.clock import EARLIEST, LATEST
from portfolio.models import Prompt, Reflection, Visibility, Words
from portfolio.models.reflection import COMMENT_LENGTH, REASON_LENGTH
from portfolio.models.rubric import PARTS_AT_MOST
from portfolio.models.words import ANSWER_LENGTH, FACILITATOR_LENGTH, LARGEST_NUMBER, TITLE_LENGTH
from portfolio.web.filters import WORDS
from portfolio.web.forms import LARGEST_VERSION, Form, Line, Text, Whole

MOST_PARTS = 99


class Day(DateField):
    """A day, within reason."""

    def __init__(self, label: Any = None, **values: Any) -> None:
        super().__init__(label, validators=[Optional(), _within_reason], **values)


def _within_reason(form: Form, field: DateField) -> None:
    if field.data and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(lazy_gettext("Please give a day between 2000 and 2099."))


class ReflectionForm(Form):
    """What every reflection says of itself; `for_prompts` adds a field for each prompt."""

    version = Whole(least=1, most=LARGEST_VERSION, needed=True)
    title = Line(lazy_gettext("Title"), length=TITLE_LENGTH, needed=True)
    number = Whole(lazy_gettext("Number in your series"), least=1, most=LARGEST_NUMBER)
    part = Whole(lazy_gettext("Part"), least=1, most=MOST_PARTS)
    session_date = Day(lazy_gettext("Date of the session"))
    facilitator = Line(lazy_gettext("Facilitator"), length=FACILITATOR_LENGTH)
    visibility = RadioField(
        lazy_gettext("Who may read it"),
        choices=[SelectChoice(known.value, WORDS[known]) for known in Visibility],
        validators=[InputRequired()],
    )

    prompts: Sequence[Prompt] = ()

    @classmethod
    def for_prompts(cls, prompts: Sequence[Prompt]) -> type["ReflectionForm"]:
        """The form for a template's prompts."""
        fields: dict[str, Any] = {"prompts": prompts}
        for prompt in prompts:
            text = Text(length=ANSWER_LENGTH)
            fields[field_name(prompt)] = (
                FieldList(text, min_entries=1, max_entries=PARTS_AT_MOST) if prompt.is_repeated else text
            )
        return type("ReflectionFormForPrompts", (cls,), fields)

    @classmethod
    def of(cls, reflection: Reflection, sent: MultiDict[str, str] | None = None, *, room: int = 0) -> "ReflectionForm":
        """The form of one reflection: as it was sent, or as it is kept, with room for one more of a repeated answer."""
        assert reflection.session.template is not None  # a reflection is begun for sessions that have one
        kind = cls.for_prompts(reflection.session.template.written)
        kept: dict[str, Any] = {}
        for prompt in kind.prompts:
            answer = reflection.answers.get(prompt.key, [] if prompt.is_repeated else "")
            if prompt.is_repeated:
                answer = (answer if isinstance(answer, list) else [answer]) + [""] * room
            kept[field_name(prompt)] = answer[:PARTS_AT_MOST] if prompt.is_repeated else answer
        for name in ("version", "title", "number", "part", "session_date", "facilitator"):
            kept[name] = getattr(reflection, name)
        return kind(sent, data={**kept, "visibility": reflection.visibility.value})

    def answer(self, prompt: Prompt) -> Any:
        """The field (or list of fields) of a prompt."""
        return self[field_name(prompt)]

    def words(self, reflection: Reflection) -> Words:
        """What was written. Answers to prompts that this form does not ask are kept as they are."""
        answers = dict(reflection.answers)
        for prompt in self.prompts:
            data = self.answer(prompt).data
            written = [text for text in data if text] if prompt.is_repeated else data
            if written or prompt.key in answers:
                answers[prompt.key] = written or ([] if prompt.is_repeated else "")
        return Words(
            title=self.title.data,
            number=self.number.data,
            part=self.part.data,
            session_date=self.session_date.data,
            facilitator=self.facilitator.data or "",
            answers=answers,
        )


def field_name(prompt: Prompt) -> str:
    """The name of a prompt's field; keys are slugs, names of attributes are not."""
    return "answer_" + prompt.key.replace("-", "_")


class CommentForm(Form):
    """Something to say, perhaps in answer to somebody."""

    text = Text(lazy_gettext("Your comment"), length=COMMENT_LENGTH, needed=True)
    reply_to = Whole(least=1, most=LARGEST_VERSION)


class ReasonForm(Form):
    """A reason."""

    reason = Text(lazy_gettext("Reason"), length=REASON_LENGTH, needed=True)
