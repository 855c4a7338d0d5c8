"""The library: curriculum and prompt packs, checked whole before anything of them is kept."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portfolio import paths
from portfolio.cohorts import curriculum, plain_yaml
from portfolio.cohorts.shapes import (
    Fault,
    bilingual,
    doubles,
    flag,
    listing,
    mapping,
    one_of,
    slug,
    text,
    whole,
)
from portfolio.database import Bilingual
from portfolio.errors import Failure
from portfolio.models import Programme, Prompt, Template
from portfolio.models.programme import fingerprint

Pack = dict[str, Any]

FOLDER = paths.PACKAGE / "packs"
FAULTS_SHOWN = 50

_STEP = mapping(
    {"key": slug(30), "label": bilingual(100), "prompt": bilingual(500)},
    {"not_here": bilingual(500), "repeat": flag, "min": whole(0, 10)},
)
_TEMPLATE = mapping(
    {"id": slug(30), "title": bilingual(100), "steps": listing(_STEP, most=20)}, {"origin": text(500, lines=True)}
)
_PROMPTS = mapping({"schema": one_of("lrp-prompts/1"), "templates": listing(_TEMPLATE, most=50)})


class FaultyPack(Exception):
    """A pack is refused whole; `faults` says where and why."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        super().__init__(f"{name}: {faults[0]}")
        self.name = name
        self.faults = faults


def read_pack(name: str, raw: bytes) -> Pack:
    """The curriculum pack in a file called `name`; FaultyPack when anything in it is wrong."""
    return _read(name, raw, curriculum.faults_in)


def read_prompts(name: str, raw: bytes) -> Pack:
    """The prompt pack in a file called `name`; FaultyPack when anything in it is wrong."""
    return _read(name, raw, _faults_in_prompts)


def _read(name: str, raw: bytes, faults_in: Callable[[Any], Iterator[Fault]]) -> Pack:
    try:
        pack = plain_yaml.read(raw)
    except plain_yaml.NotPlain as error:
        raise FaultyPack(name, error.faults[:FAULTS_SHOWN]) from error
    if faults := list(islice(faults_in(pack), FAULTS_SHOWN)):
        raise FaultyPack(name, faults)
    checked: Pack = pack
    return checked


def _faults_in_prompts(pack: Any) -> Iterator[Fault]:
    misshapen = list(_PROMPTS(pack, ""))
    yield from misshapen
    if misshapen:
        return
    templates = list(enumerate(pack["templates"]))
    yield from doubles([(f"templates[{t}].id", template["id"]) for t, template in templates])
    for t, template in templates:
        yield from doubles(
            [(f"templates[{t}].steps[{s}].key", step["key"]) for s, step in enumerate(template["steps"])]
        )


# --- What is shipped


def shipped_slugs() -> list[str]:
    """The ids of the curriculum packs that come with Portfolio."""
    return sorted(file.stem for file in (FOLDER / "curricula").glob("*.yaml"))


def shipped_pack(slug: str) -> Pack | None:
    """A curriculum pack that comes with Portfolio, or None."""
    if slug not in shipped_slugs():
        return None
    file = FOLDER / "curricula" / f"{slug}.yaml"
    return read_pack(file.name, file.read_bytes())


# --- Into the library


def load_programme(session: Session, pack: Pack, now: datetime) -> tuple[Programme, bool]:
    """The programme of a checked pack, and whether it is new. What was loaded under a version never changes."""
    programme = session.scalar(
        sa.select(Programme).where(Programme.slug == pack["id"], Programme.version == pack["version"])
    )
    if programme is None:
        programme = Programme.from_pack(pack, now=now)
        session.add(programme)
        session.flush()
        return programme, True
    if programme.digest != fingerprint(pack):
        raise Failure(
            f"{programme.slug} {programme.version} is loaded already, with other content: raise the version in the pack"
        )
    return programme, False


def install_templates(session: Session) -> dict[str, Template]:
    """Every template by its slug, those that are shipped brought up to date. Nothing is removed: texts answer it."""
    file = FOLDER / "prompts.yaml"
    templates = {
        template.slug: template
        for template in session.scalars(sa.select(Template).options(selectinload(Template.prompts)))
    }
    for shipped in read_prompts(file.name, file.read_bytes())["templates"]:
        if shipped["id"] not in templates:
            templates[shipped["id"]] = Template(slug=shipped["id"], prompts=[])
        template = templates[shipped["id"]]
        template.title = Bilingual(shipped["title"])
        session.add(template)
        _install_prompts(session, template, shipped["steps"])
    session.flush()
    return templates


def _install_prompts(session: Session, template: Template, steps: list[Pack]) -> None:
    known = {prompt.key: prompt for prompt in template.prompts}
    shipped = [step["key"] for step in steps]
    places = {key: place for place, key in enumerate([*shipped, *(key for key in known if key not in shipped)], 1)}
    if any(prompt.position != places[key] for key, prompt in known.items()):
        # No two prompts may stand in one place, not even while they change places.
        for prompt in template.prompts:
            prompt.position = -prompt.position
        session.flush()
    for key, prompt in known.items():
        prompt.position = places[key]
    for step in steps:
        if step["key"] not in known:
            known[step["key"]] = Prompt(key=step["key"], position=places[step["key"]])
            template.prompts.append(known[step["key"]])
        prompt = known[step["key"]]
        prompt.label, prompt.prompt = Bilingual(step["label"]), Bilingual(step["prompt"])
        prompt.not_here = Bilingual(step["not_here"]) if "not_here" in step else None
        prompt.is_repeated = step.get("repeat", False)
