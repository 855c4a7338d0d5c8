"""The library: curriculum, prompt and rubric packs, checked whole before anything of them is kept."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from itertools import islice, pairwise
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
from portfolio.models.rating import (
    CRITERION_LENGTH,
    DESCRIPTOR_LENGTH,
    END_LENGTH,
    HIGHEST_SCORE,
    LEVEL_LENGTH,
    MOST_CRITERIA,
    WHOLE,
)

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

_LEVEL = mapping(
    {"score": whole(1, HIGHEST_SCORE), "name": bilingual(LEVEL_LENGTH)},
    {"key": slug(30), "descriptor": bilingual(DESCRIPTOR_LENGTH)},
)
_CRITERION = mapping(
    {"key": slug(30), "weight": whole(1, 100), "name": bilingual(CRITERION_LENGTH)},
    {"low": bilingual(END_LENGTH), "high": bilingual(END_LENGTH)},
)
_RUBRIC = mapping(
    {
        "id": slug(30),
        "title": bilingual(100),
        "kind": one_of("holistic", "analytic"),
        "levels": listing(_LEVEL, least=2, most=HIGHEST_SCORE),
    },
    {"source": text(200), "half_levels": flag, "criteria": listing(_CRITERION, most=MOST_CRITERIA)},
)
_RUBRICS = mapping({"schema": one_of("lrp-rubrics/1"), "rubrics": listing(_RUBRIC, most=50)})


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


def read_rubrics(name: str, raw: bytes) -> list[Pack]:
    """The rubrics in a file called `name`; FaultyPack when anything in it is wrong."""
    checked: list[Pack] = _read(name, raw, _faults_in_rubrics)["rubrics"]
    return checked


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


def _faults_in_rubrics(pack: Any) -> Iterator[Fault]:
    misshapen = list(_RUBRICS(pack, ""))
    yield from misshapen
    if misshapen:
        return
    rubrics = list(enumerate(pack["rubrics"]))
    yield from doubles([(f"rubrics[{r}].id", rubric["id"]) for r, rubric in rubrics])
    for r, rubric in rubrics:
        yield from _faults_in_scale(rubric, f"rubrics[{r}]")
        yield from _faults_in_criteria(rubric, f"rubrics[{r}]")


def _faults_in_scale(rubric: Pack, path: str) -> Iterator[Fault]:
    """Levels rise one by one, so that half a level lies between two of them."""
    scores = [level["score"] for level in rubric["levels"]]
    for number, (before, score) in enumerate(pairwise(scores), start=1):
        if score != before + 1:
            yield Fault(f"{path}.levels[{number}].score", f"must be {before + 1}: levels rise one by one")


def _faults_in_criteria(rubric: Pack, path: str) -> Iterator[Fault]:
    criteria = rubric.get("criteria", [])
    if (rubric["kind"] == "analytic") != bool(criteria):
        yield Fault(f"{path}.criteria", "belong to an analytic rubric, which has some, and to no other")
    yield from doubles([(f"{path}.criteria[{c}].key", each["key"]) for c, each in enumerate(criteria)])
    for c, each in enumerate(criteria):
        if each["key"] == WHOLE:
            yield Fault(f"{path}.criteria[{c}].key", f"must not be {WHOLE!r}, which is the text as a whole")
        if ("low" in each) != ("high" in each):
            yield Fault(f"{path}.criteria[{c}]", "needs both low and high, or neither")
    if criteria and (total := sum(each["weight"] for each in criteria)) != 100:
        yield Fault(f"{path}.criteria", f"have weights that add up to {total}; 100 is the whole")


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


@cache
def rubrics() -> list[Pack]:
    """The rubrics that come with Portfolio, in their order."""
    file = FOLDER / "rubrics.yaml"
    return read_rubrics(file.name, file.read_bytes())


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
