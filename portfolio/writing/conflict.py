"""Two texts of one reflection: where they differ, and what its writer chose for each part."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, RadioField

from portfolio.models import Prompt, Reflection, Visibility
from portfolio.models.rubric import PARTS_AT_MOST
from portfolio.web.differences import Part, differences, pairs, together
from portfolio.web.filters import short_day, word
from portfolio.web.forms import Text
from portfolio.writing.forms import ReflectionForm, field_name

# Which text is sent, by which tab: no part of it. Without a tab, what is chosen here is never taken for a late save.
NO_TEXT = ("version", "more", "tab", "stroke")
CHOICE, MINE = "choice.", "mine."


@dataclass(frozen=True)
class Differing:
    """A field that the two texts have differently."""

    name: str
    label: object
    prompt: Prompt | None
    mine: Sequence[str]  # as a form sends it
    kept: Sequence[str]
    shown: tuple[str, str]  # mine and kept, where it is no text
    parts: Sequence[Sequence[Part]]  # from the kept to mine, where it is one
    merged: Sequence[str]

    @property
    def is_text(self) -> bool:
        """Whether both can be put together."""
        return bool(self.parts)

    @property
    def is_repeated(self) -> bool:
        """Whether it has several answers."""
        return self.prompt is not None and self.prompt.is_repeated

    def names(self, values: Sequence[str]) -> list[tuple[str, str]]:
        """The names under which a form sends these values."""
        if self.is_repeated:
            return [(f"{self.name}-{place}", value) for place, value in enumerate(values)]
        return [(self.name, value) for value in values]


@dataclass(frozen=True)
class Conflict:
    """What was sent and what is kept: where they differ, and what both have, as a form sends it."""

    differing: Sequence[Differing]
    agreed: Sequence[tuple[str, str]]

    @classmethod
    def between(cls, mine: ReflectionForm, kept: ReflectionForm) -> "Conflict":
        """Compare what was sent with what is kept, field by field."""
        prompts = {field_name(prompt): prompt for prompt in mine.prompts}
        differing: list[Differing] = []
        agreed: list[tuple[str, str]] = []
        for field in mine:
            name = field.short_name
            if name in NO_TEXT:
                continue
            found = _compared(field, kept[name], prompts.get(name))
            if found.mine == found.kept:
                agreed += found.names(found.mine)
            else:
                differing.append(found)
        return cls(differing, agreed)

    @property
    def mine(self) -> list[tuple[str, str]]:
        """What was sent, as a form sends it."""
        return [*self.agreed, *(pair for found in self.differing for pair in found.names(found.mine))]


def _compared(mine: Field, kept: Field, prompt: Prompt | None) -> Differing:
    here, there = _values(mine), _values(kept)
    paired = pairs(there, here) if isinstance(mine, Text | FieldList) and here != there else []
    return Differing(
        name=mine.short_name,
        label=mine.label.text,
        prompt=prompt,
        mine=here,
        kept=there,
        shown=(_shown(mine), _shown(kept)),
        parts=[differences(before, after) for before, after in paired],
        merged=_at_most([together(before, after) for before, after in paired]),
    )


def settled(sent: MultiDict[str, str], reflection: Reflection) -> MultiDict[str, str]:
    """What was sent, with the choices made between two texts carried out: mine, what is kept, or both as edited."""
    chosen = {key.removeprefix(CHOICE): choice for key, choice in sent.items() if key.startswith(CHOICE)}
    if not chosen:
        return sent
    kept = ReflectionForm.of(reflection)
    result = MultiDict((key, value) for key, value in sent.items(multi=True) if not key.startswith((CHOICE, MINE)))
    for name, choice in chosen.items():
        if name not in kept or choice not in ("mine", "kept"):
            continue
        for key in [key for key in result if _belongs(key, name)]:
            result.poplist(key)
        for key, value in _as_sent(sent, name) if choice == "mine" else _as_kept(kept[name]):
            result.add(key, value)
    return result


def _as_sent(sent: MultiDict[str, str], name: str) -> list[tuple[str, str]]:
    own = [(key.removeprefix(MINE), value) for key, value in sent.items(multi=True) if key.startswith(MINE)]
    return [(key, value) for key, value in own if _belongs(key, name)]


def _as_kept(field: Field) -> list[tuple[str, str]]:
    if isinstance(field, FieldList):
        return [(entry.name, entry.data or "") for entry in field]
    return [(field.name, value) for value in _values(field)]


def _belongs(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name}-")  # one of several answers


def _values(field: Field) -> list[str]:
    if isinstance(field, FieldList):
        return [entry.data for entry in field if entry.data]
    if isinstance(field, Text | RadioField):
        return [field.data] if field.data else []
    value = field._value()
    return [str(value)] if value else []


def _shown(field: Field) -> str:
    if isinstance(field, RadioField):
        return word(Visibility(field.data))
    if hasattr(field.data, "isoformat"):
        return short_day(field.data)
    return ", ".join(_values(field))


def _at_most(texts: list[str]) -> list[str]:
    """As many as a form takes; the last holds what would be too many."""
    return [
        *texts[: PARTS_AT_MOST - 1],
        *(["\n\n".join(texts[PARTS_AT_MOST - 1 :])] if texts[PARTS_AT_MOST - 1 :] else []),
    ]
