"""Choosing rubrics for modules, and putting one into other words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portfolio.models import Module, Rubric
from portfolio.models.rating import CRITERION_LENGTH, DESCRIPTOR_LENGTH, END_LENGTH, LEVEL_LENGTH
from portfolio.web.filters import words
from portfolio.web.forms import Form, Line

LANGUAGES = {"id": lazy_gettext("Indonesian"), "en": lazy_gettext("English")}
NO_RUBRIC = "-"  # which is no slug
ALL = "all"

Pack = Mapping[str, Any]


class ChoiceForm(Form):
    """A rubric, or none, for each module or for all of them; `of` adds the fields."""

    @classmethod
    def of(
        cls, modules: Sequence[Module], library: Sequence[Pack], sent: MultiDict[str, str] | None = None
    ) -> "ChoiceForm":
        """The form of a cohort, as it was sent or as it is kept."""
        choices = [SelectChoice(NO_RUBRIC, lazy_gettext("No rubric"))]
        choices += [SelectChoice(pack["id"], words(pack["title"])) for pack in library]
        fields = {field_of(module): SelectField(words(module.title), choices=choices) for module in modules}
        kept = {field_of(module): module.rubric.slug if module.rubric else NO_RUBRIC for module in modules}
        if sent and ALL in sent:
            fields = {ALL: SelectField(lazy_gettext("One for all modules"), choices=choices)}
        return type("ChoiceFormOfModules", (cls,), fields)(sent, data=kept)

    def chosen(self, modules: Sequence[Module]) -> dict[Module, str | None]:
        """The slug of a rubric, or none, for each module of which something was said."""
        slugs = {module: self[ALL if ALL in self else field_of(module)] for module in modules}
        return {
            module: None if field.data == NO_RUBRIC else field.data for module, field in slugs.items() if field.raw_data
        }


def field_of(module: Module) -> str:
    """The name of a module's field."""
    return f"module-{module.id}"


@dataclass(frozen=True)
class Place:
    """A text of a rubric that can be put otherwise; those of one group are all said or all left out."""

    name: str
    length: int
    kept: Mapping[str, str]
    group: str = ""


class WordsForm(Form):
    """The words of a rubric in both languages; `of` adds two fields for each text."""

    places: Sequence[Place] = ()

    @classmethod
    def of(cls, rubric: Rubric, sent: MultiDict[str, str] | None = None) -> "WordsForm":
        """The form of one rubric, as it was sent or as it is kept."""
        places = list(_places(rubric.pack))
        fields: dict[str, Any] = {"places": places}
        kept = {}
        for place in places:
            for language, tongue in LANGUAGES.items():
                fields[f"{place.name}-{language}"] = Line(tongue, length=place.length, needed=not place.group)
                kept[f"{place.name}-{language}"] = place.kept.get(language, "")
        return type("WordsFormOfOne", (cls,), fields)(sent, data=kept)

    def validate(self, extra_validators: object = None) -> bool:
        """What may be left out is left out in both languages."""
        fine = super().validate()
        groups = defaultdict(list)
        for place in self.places:
            groups[place.group].extend(self.pair(place.name))
        for fields in (fields for group, fields in groups.items() if group):
            missing = [field for field in fields if not field.data]
            for field in missing if len(missing) < len(fields) else ():
                field.errors = [lazy_gettext("Say it in both languages, or leave all of it out.")]
                fine = False
        return fine

    def pair(self, name: str) -> list[Any]:
        """The fields of one text, one for each language."""
        return [self[f"{name}-{language}"] for language in LANGUAGES]

    def said(self, name: str) -> dict[str, str] | None:
        """One text in both languages."""
        text = dict(zip(LANGUAGES, (field.data for field in self.pair(name)), strict=True))
        return text if all(text.values()) else None

    def pack(self, rubric: Rubric) -> dict[str, Any]:
        """The rubric in these words."""
        pack = dict(rubric.pack)
        pack["levels"] = [
            self._reworded(level, f"level-{level['score']}", ("name", "descriptor")) for level in pack["levels"]
        ]
        if pack.get("criteria"):
            pack["criteria"] = [
                self._reworded(each, f"criterion-{each['key']}", ("name", "low", "high")) for each in pack["criteria"]
            ]
        return pack

    def _reworded(self, part: Pack, name: str, texts: Sequence[str]) -> dict[str, Any]:
        said = {text: self.said(f"{name}-{text}") for text in texts}
        bare = {key: value for key, value in part.items() if key not in texts}
        return bare | {text: words for text, words in said.items() if words}


def _places(pack: Pack) -> Iterator[Place]:
    for level in pack["levels"]:
        name = f"level-{level['score']}"
        yield Place(f"{name}-name", LEVEL_LENGTH, level["name"])
        yield Place(f"{name}-descriptor", DESCRIPTOR_LENGTH, level.get("descriptor", {}), f"{name}-descriptor")
    for each in pack.get("criteria", ()):
        name = f"criterion-{each['key']}"
        yield Place(f"{name}-name", CRITERION_LENGTH, each["name"])
        for end in ("low", "high"):
            yield Place(f"{name}-{end}", END_LENGTH, each.get(end, {}), f"{name}-ends")
