"""The form a reflection is written in: its fields are the prompts of the session's template."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portfolio.models import Pen, Prompt, Reflection, Visibility, Words
from portfolio.models.aside import NOTE_LENGTH
from portfolio.models.rubric import PARTS_AT_MOST
from portfolio.models.words import (
    ANSWER_LENGTH,
    FACILITATOR_LENGTH,
    LARGEST_NUMBER,
    MOST_TAGS,
    PEN_LENGTH,
    TAG_LENGTH,
    TITLE_LENGTH,
)
from portfolio.spelling import fold_tag
from portfolio.web.filters import WORDS
from portfolio.web.forms import LARGEST_VERSION, Day, Form, Line, Text, Whole, clean_line

MOST_PARTS = 99
# How many words most entries need to say what matters; said beside the count, never a rule.
ADVISED_WORDS = (300, 500)


class Topics(Line):
    """Tags on one line, with commas between; each once, however it is spelt."""

    def __init__(self, label: Any = None, **values: Any) -> None:
        longest = MOST_TAGS * (TAG_LENGTH + 2)
        super().__init__(label, length=longest, validators=[_few_and_short], **values)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Cleaned; what has neither letter nor digit is no topic."""
        super().process_formdata(valuelist)
        found: dict[str, str] = {}
        for tag in (self.data or "").split(","):
            found.setdefault(fold_tag(tag), clean_line(tag.strip(" #")))
        self.data = ", ".join(tag for folded, tag in found.items() if folded)

    @property
    def tags(self) -> tuple[str, ...]:
        """The topics themselves."""
        return tuple(self.data.split(", ")) if self.data else ()


def _few_and_short(form: Form, field: Topics) -> None:
    if len(field.tags) > MOST_TAGS:
        raise ValidationError(lazy_gettext("Please keep this to %(max)d topics.", max=MOST_TAGS))
    if any(len(tag) > TAG_LENGTH for tag in field.tags):
        raise ValidationError(lazy_gettext("Please keep each topic to %(max)d characters.", max=TAG_LENGTH))


class ReflectionForm(Form):
    """What every reflection says of itself; `for_prompts` adds a field for each prompt."""

    version = Whole(least=1, most=LARGEST_VERSION, needed=True)
    tab = Line(length=PEN_LENGTH)  # which tab sends this, and which of its saves it is: filled in by its script
    stroke = Whole(least=0, most=LARGEST_VERSION)
    title = Line(lazy_gettext("Title"), length=TITLE_LENGTH, needed=True)
    number = Whole(lazy_gettext("Number in your series"), least=1, most=LARGEST_NUMBER)
    part = Whole(lazy_gettext("Part"), least=1, most=MOST_PARTS)
    session_date = Day(lazy_gettext("Date of the session"))
    facilitator = Line(lazy_gettext("Facilitator"), length=FACILITATOR_LENGTH)
    tags = Topics(lazy_gettext("Topics"))
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
        kept["tags"] = ", ".join(reflection.tags or ())
        return kind(sent, data={**kept, "visibility": reflection.visibility.value})

    def answer(self, prompt: Prompt) -> Any:
        """The field (or list of fields) of a prompt."""
        return self[field_name(prompt)]

    @property
    def pen(self) -> Pen | None:
        """Which tab sends this, if its script said so."""
        return Pen(self.tab.data, self.stroke.data or 0) if self.tab.data else None

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
            tags=self.tags.tags if self.tags.raw_data else tuple(reflection.tags or ()),  # a form may not ask for them
        )


class NoteForm(Form):
    """What a writer notes beside a reflection, for themselves. Version 0 is that of a note that was not there yet."""

    version = Whole(least=0, most=LARGEST_VERSION, needed=True)
    text = Text(lazy_gettext("Your private note"), length=NOTE_LENGTH)


class AsItStandsForm(Form):
    """The kept text is to be handed in as it stands."""

    version = Whole(least=1, most=LARGEST_VERSION, needed=True)


class PreviewForm(Form):
    """A text that its writer wants to see as others will."""

    text = Text(length=ANSWER_LENGTH)


def field_name(prompt: Prompt) -> str:
    """The name of a prompt's field; keys are slugs, names of attributes are not."""
    return "answer_" + prompt.key.replace("-", "_")
