"""Places in a saved comment that are filled with what it is about: `{name}`, or `{nama}` for those who prefer it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext

from portfolio.models import Reflection, SavedComment
from portfolio.web.filters import words

# By its English name: its Indonesian name, and what it stands for.
PLACEHOLDERS: Mapping[str, tuple[str, object]] = {
    "name": ("nama", lazy_gettext("the writer's name, with the form of address they chose")),
    "session": ("sesi", lazy_gettext("what the session was about")),
    "module": ("mata_pelatihan", lazy_gettext("the module")),
    "number": ("nomor", lazy_gettext("the number of the entry in the series")),
    "title": ("judul", lazy_gettext("the title the writer gave it")),
}
_NAMES = {alias: name for name, (alias, _) in PLACEHOLDERS.items()} | {name: name for name in PLACEHOLDERS}
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Ready:
    """A saved comment as it would be said of one reflection."""

    saved: SavedComment
    text: str


def filled(text: str, reflection: Reflection) -> str:
    """A text with its places filled, in the language of the page; braces that name none of them stay as they are."""
    about = reflection.latest or reflection
    values = {
        "name": reflection.enrolment.user.addressed,
        "session": words(reflection.session.theme),
        "module": words(reflection.session.module.title),
        "number": gettext("FINAL") if about.number is None else str(about.number),
        "title": about.title,
    }
    return _PLACE.sub(lambda place: values.get(_NAMES.get(place[1].lower(), ""), place[0]), text)


def ready(saved: Sequence[SavedComment], reflection: Reflection) -> list[Ready]:
    """Saved comments as they would be said of a reflection."""
    return [Ready(each, filled(each.text, reflection)) for each in saved]
