"""Packs: what is refused and where it says so, hostile YAML, and what the library keeps."""

import copy
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, selectinload

from portfolio.cohorts import curriculum, packs, plain_yaml
from portfolio.cohorts.packs import (
    FOLDER,
    FaultyPack,
    install_templates,
    load_programme,
    read_pack,
    read_prompts,
    read_rubrics,
)
from portfolio.errors import Failure
from portfolio.models import Programme, Prompt, Template
from tests import rows
from tests.cohorts.files import NOW, SMALL, Pack

AsFile = Callable[[Any], bytes]
PROMPTS = (FOLDER / "prompts.yaml").read_bytes()
RUBRICS = (FOLDER / "rubrics.yaml").read_bytes()


def faults_of(raw: bytes, read: Callable[[str, bytes], Pack] = read_pack) -> dict[str, str]:
    with pytest.raises(FaultyPack) as refused:
        read("x.yaml", raw)
    return {fault.path: fault.reason for fault in refused.value.faults}


def put(pack: Any, path: str, value: Any) -> None:
    """Change what stands at a path such as "agendas.0.title.en"; `...` takes it away."""
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        pack = pack[step]
    if value is ...:
        del pack[last]
    else:
        pack[last] = value


# --- What is shipped


@pytest.mark.parametrize("slug", packs.shipped_slugs())
def test_a_shipped_pack_is_sound_and_called_by_its_id(slug: str):
    pack = packs.shipped_pack(slug)
    assert pack is not None
    assert pack["id"] == slug


def test_what_is_shipped_are_four_packs_and_the_templates_they_ask_for():
    assert packs.shipped_slugs() == ["foundation-year", "internship-10w", "latsar-2018", "latsar-2021"]
    templates = {template["id"] for template in read_prompts("prompts.yaml", PROMPTS)["templates"]}
    assert templates == set(curriculum.TEMPLATES)


@pytest.mark.parametrize("slug", ["", ".", "../prompts", "no-such-pack", "/etc/passwd"])
def test_no_other_file_passes_for_a_shipped_pack(slug: str):
    assert packs.shipped_pack(slug) is None


# --- Faults of a curriculum

SESSION = "agendas.0.modules.0.sessions.0"
AT_SESSION = "agendas[0].modules[0].sessions[0]"


@pytest.mark.parametrize(
    ("path", "value", "where", "why"),
    [
        ("schema", "lrp-curriculum/2", "schema", "must be lrp-curriculum/1"),
        ("id", "Internship 10W", "id", "a-z, 0-9"),
        ("id", "x" * 61, "id", "at most 60"),
        ("id", "../../etc", "id", "a-z, 0-9"),
        ("version", 1.0, "version", "must be text"),
        ("version", "1.0 final", "version", "must not hold spaces"),
        ("version", "1" * 31, "version", "30 are allowed"),
        ("title.en", ..., "title.en", "is missing"),
        ("title.id", "  ", "title.id", "must not be empty"),
        ("title.fr", "Stage", "title.fr", "is not known here"),
        ("title", "Internship", "title", "must be a mapping"),
        ("summary.en", "<b>bold</b>", "summary.en", "HTML"),
        ("summary.en", "<!-- hidden -->", "summary.en", "HTML"),
        ("summary.en", "a\u202eb", "summary.en", "cannot be seen (U+202E)"),
        ("title.en", "two\nlines", "title.en", "one line"),
        ("languages", ["id"], "languages", "2 to 2"),
        ("languages", ["id", "id"], "languages", "both"),
        ("default_language", "fr", "default_language", "one of id, en"),
        ("totals.hours", 31, "totals.hours", "is 31, but the phases have 30 hours"),
        ("totals.days", 49, "totals.days", "is 49, but the phases have 50 days"),
        ("totals.status", "certain", "totals.status", "one of verified, derived, estimate"),
        ("phases", {}, "phases", "must be a list"),
        ("phases", [], "phases", "1 to 50"),
        ("phases.0.mode", "telepathy", "phases[0].mode", "one of in_person"),
        ("phases.0.days.value", 9, "phases[0].days.value", "first_day to last_day are 10 days"),
        ("phases.1.id", "orient", "phases[1].id", "already the id at phases[0].id"),
        ("phases.1.first_day", 10, "phases[1].first_day", "lies in another phase"),
        ("phases.0.hours.value", 7, "phases[0].hours.value", "its sessions have 6 hours"),
        ("assessment.components.0.weight", 59, "assessment.components", "add up to 99"),
        ("assessment.components.1.id", "reflections", "assessment.components[1].id", "already the id"),
        ("assessment.pass_mark.value", 101, "assessment.pass_mark.value", "between 0 and 100"),
        ("privacy", {"default_visibility": "public"}, "privacy.default_visibility", "one of private"),
        ("agendas.1.id", "arrive", "agendas[1].id", "already the id at agendas[0].id"),
        ("agendas.0.code", 1, "agendas[0].code", "must be text"),
        ("agendas.0.code", "1" * 21, "agendas[0].code", "20 are allowed"),
        ("agendas.0.modules", [], "agendas[0].modules", "1 to 100"),
        ("agendas.0.modules.0.outcomes", [], "agendas[0].modules[0].outcomes", "1 to 30"),
        ("agendas.0.modules.0.hours.value", 4, "agendas[0].modules[0].hours.value", "sessions have 3 hours"),
        (f"{SESSION}.day", 0, f"{AT_SESSION}.day", "between 1"),
        (f"{SESSION}.day", 1.0, f"{AT_SESSION}.day", "whole number"),
        (f"{SESSION}.day", True, f"{AT_SESSION}.day", "whole number"),
        (f"{SESSION}.day", 11, f"{AT_SESSION}.day", "outside of its phase orient, days 1 to 10"),
        (f"{SESSION}.day_to", 11, f"{AT_SESSION}.day_to", "outside of its phase"),
        (f"{SESSION}.day", 6, f"{AT_SESSION}.day_to", "before the day the session begins"),
        (f"{SESSION}.phase", "nowhere", f"{AT_SESSION}.phase", "no phase is called 'nowhere'"),
        (f"{SESSION}.mode", None, f"{AT_SESSION}.mode", "one of"),
        (f"{SESSION}.hours", -1, f"{AT_SESSION}.hours", "between 0"),
        (f"{SESSION}.hours", "1", f"{AT_SESSION}.hours", "must be a number"),
        (f"{SESSION}.hours", float("inf"), f"{AT_SESSION}.hours", "must be a number"),
        (f"{SESSION}.hours", float("nan"), f"{AT_SESSION}.hours", "must be a number"),
        (f"{SESSION}.hours", 10**400, f"{AT_SESSION}.hours", "between 0"),
        (f"{SESSION}.title.en", "x" * 201, f"{AT_SESSION}.title.en", "200 are allowed"),
        (f"{SESSION}.day-to", 3, f"{AT_SESSION}.day-to", "is not known here"),
        (f"{SESSION}.reflection.template", "poem", f"{AT_SESSION}.reflection.template", "one of none, diary"),
        (f"{SESSION}.reflection.expected", "yes please", f"{AT_SESSION}.reflection.expected", "true or false"),
        (f"{SESSION}.reflection.template", "diary", f"{AT_SESSION}.reflection", "only then"),
    ],
)
def test_a_fault_is_found_where_it_is(pack: Pack, as_file: AsFile, path: str, value: Any, where: str, why: str):
    put(pack, path, value)
    assert why in faults_of(as_file(pack))[where]


def test_a_module_and_a_session_may_not_share_an_id(pack: Pack, as_file: AsFile):
    del pack["alignment"]  # which calls the session by its id
    module = pack["agendas"][0]["modules"][0]
    module["sessions"][0]["id"] = module["id"]
    assert faults_of(as_file(pack)) == {
        f"{AT_SESSION}.id": f"{module['id']!r} is already the id at agendas[0].modules[0].id"
    }


def test_a_variant_names_phases_that_exist(as_file: AsFile):
    pack = copy.deepcopy(packs.shipped_pack("latsar-2018"))
    assert pack is not None
    put(pack, "variants.0.phases.0.id", "nowhere")
    assert faults_of(as_file(pack)) == {"variants[0].phases[0].id": "no phase is called 'nowhere'"}


def test_hours_that_are_no_whole_numbers_add_up(pack: Pack, as_file: AsFile):
    sessions = pack["agendas"][0]["modules"][0]["sessions"]
    assert [session["hours"] for session in sessions] == [1, 1, 1]
    for session, hours in zip(sessions, (0.1, 0.2, 2.7), strict=True):
        session["hours"] = hours
    read_pack("x.yaml", as_file(pack))


def test_all_faults_are_told_at_once(pack: Pack, as_file: AsFile):
    del pack["alignment"]  # which calls the module by its id
    put(pack, "title.en", ...)
    put(pack, "totals.hours", 31)
    put(pack, "agendas.0.modules.0.sessions.1.title.id", "")
    put(pack, "agendas.0.modules.1.id", pack["agendas"][0]["id"])
    assert set(faults_of(as_file(pack))) == {
        "title.en",
        "totals.hours",
        "agendas[0].modules[0].sessions[1].title.id",
        "agendas[0].modules[1].id",
    }


def test_no_more_than_fifty_faults_are_told(as_file: AsFile):
    pack = packs.shipped_pack("latsar-2018")
    assert pack is not None
    for _, session in curriculum._sessions(pack):
        session["title"] = {}
    assert len(faults_of(as_file(pack))) == 50


@pytest.mark.parametrize("raw", [b"", b"# nothing\n", b"[]", b"just words", b"12", b"null", b"{}", b"- a\n- b\n"])
def test_what_is_no_pack_at_all_is_refused(raw: bytes):
    assert faults_of(raw)


def test_odd_keys_do_not_reach_the_terminal_as_they_are(pack: Pack, as_file: AsFile):
    pack["\x1b[2J"] = 1
    (where,) = faults_of(as_file(pack))
    assert where.isprintable()
    assert "\x1b" not in where


def places(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield way
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*way, step))


SOUND = packs.shipped_pack(SMALL)
PLACES = list(places(SOUND))[1:]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=3))
def test_whatever_stands_in_a_pack_it_is_judged_and_nothing_breaks(changes: list[tuple[tuple[str | int, ...], Any]]):
    pack: Any = copy.deepcopy(SOUND)
    for way, value in changes:
        at = pack
        try:
            for step in way[:-1]:
                at = at[step]
            at[way[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has taken the place away
    for fault in curriculum.faults_in(pack):
        assert fault.reason
        assert fault.path.isprintable()


# --- Hostile YAML

BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (letter, letter, b",".join([b"*%c" % (letter - 1)] * 9)) for letter in b"bcdefghij"
)


@pytest.mark.parametrize(
    ("raw", "where", "why"),
    [
        (BOMB, "line 1", "anchors"),
        (b"a: *b\n", "line 1", "anchors"),
        (b"&a a: 1\n", "line 1", "anchors"),
        (b"x: 1\n<<: {a: 1}\n", "'<<'", "is not known"),
        (b"a: !!python/object/apply:os.system [id]\n", "line 1", "tags"),
        (b"a: !!binary aGk=\n", "line 1", "tags"),
        (b"!x a: 1\n", "line 1", "tags"),
        (b"a: 1\nb: 2\na: 3\n", "a", "twice (line 3)"),
        (b"b:\n- {title: {id: x, id: y}}\n", "b[0].title.id", "twice (line 2)"),
        (b"? [a, b]\n: 1\n", "", "not a word"),
        (b"a: 2027-01-04\n", "a", "put it in quotes"),
        (b"a: 2027-13-45\n", "a", "put it in quotes"),
        (b"a: " + b"9" * 5000 + b"\n", "a", "not a number that can be kept"),
        (b"a: x\0y\n", "line 1", "does not allow"),
        (b"ok: 1\na: \xe9\n", "line 2", "not UTF-8"),
        (b"\xff\xfea\0:\0 \0", "line 1", "not UTF-8"),
        (b"a: [1, 2\nb: 3\n", "line 2", ""),
        (b"a: 'x\n", "line 2", ""),
        (b"a: 1\n---\nb: 2\n", "line 2", ""),
        (b"[" * 100_000, "line 1", "nested deeper"),
        (b"- " * 100_000, "line 1", "nested deeper"),
        (b"{a: " * 100_000, "line 1", "nested deeper"),
        (b"x" * (plain_yaml.LARGEST + 1), "", "larger than 1024 KiB"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_hostile_yaml_is_refused_at_once(raw: bytes, where: str, why: str):
    started = time.monotonic()
    assert why in faults_of(raw)[where]
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("escape", ["\\0", "\\e[31m", "\\ud800", "\\u200b", "\\uFEFF"])
def test_letters_that_are_hidden_behind_escapes_are_refused(pack: Pack, as_file: AsFile, escape: str):
    raw = as_file(pack).replace(b"en: Ten-week reflective internship", f'en: "Ten{escape}week"'.encode())
    assert "letter" in faults_of(raw)["title.en"]


def test_a_file_may_begin_with_the_mark_of_utf_8(pack: Pack, as_file: AsFile):
    assert read_pack("x.yaml", b"\xef\xbb\xbf" + as_file(pack)) == pack


# --- Prompts


@pytest.mark.parametrize(
    ("path", "value", "where", "why"),
    [
        ("schema", "lrp-prompts/2", "schema", "must be"),
        ("templates.1.id", "diary", "templates[1].id", "already the id"),
        ("templates.0.id", "x" * 31, "templates[0].id", "at most 30"),
        ("templates.0.steps.1.key", "session", "templates[0].steps[1].key", "already the id"),
        ("templates.0.steps.1.prompt.en", ..., "templates[0].steps[1].prompt.en", "is missing"),
        ("templates.0.steps.1.label.en", "<i>x</i>", "templates[0].steps[1].label.en", "HTML"),
        ("templates.0.steps.4.repeat", 1, "templates[0].steps[4].repeat", "true or false"),
        ("templates.0.steps", [], "templates[0].steps", "1 to 20"),
        ("templates.0.note", "x", "templates[0].note", "is not known"),
    ],
)
def test_a_fault_in_prompts_is_found(as_file: AsFile, path: str, value: Any, where: str, why: str):
    prompts = yaml.safe_load(PROMPTS)
    put(prompts, path, value)
    assert why in faults_of(as_file(prompts), read_prompts)[where]


# --- Rubrics


def test_the_rubrics_that_are_shipped_are_sound() -> None:
    shipped = {rubric["id"]: rubric for rubric in packs.rubrics()}
    assert list(shipped) == ["kember-4", "reflect", "moon-4", "value-lifelong", "seed-neutral"]
    assert shipped["kember-4"]["half_levels"] is True
    assert [each["key"] for each in shipped["seed-neutral"]["criteria"]] == [
        "understanding", "analysis", "job-link", "next-step",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "where", "why"),
    [
        ("schema", "lrp-rubrics/2", "schema", "must be lrp-rubrics/1"),
        ("rubrics", [], "rubrics", "1 to 50"),
        ("rubrics.1.id", "kember-4", "rubrics[1].id", "already the id at rubrics[0].id"),
        ("rubrics.0.id", "x" * 31, "rubrics[0].id", "at most 30"),
        ("rubrics.0.kind", "total", "rubrics[0].kind", "one of holistic, analytic"),
        ("rubrics.0.levels.0.title", "x", "rubrics[0].levels[0].title", "is not known"),
        ("rubrics.0.grade", True, "rubrics[0].grade", "is not known"),
        ("rubrics.0.title.id", ..., "rubrics[0].title.id", "is missing"),
        ("rubrics.0.levels.2.name.en", ..., "rubrics[0].levels[2].name.en", "is missing"),
        ("rubrics.0.levels.2.name.en", "x" * 61, "rubrics[0].levels[2].name.en", "60 are allowed"),
        ("rubrics.0.title.en", "<b>Four</b>", "rubrics[0].title.en", "HTML"),
        ("rubrics.0.half_levels", "yes", "rubrics[0].half_levels", "true or false"),
        ("rubrics.0.levels.1.score", 1, "rubrics[0].levels[1].score", "must be 2: levels rise one by one"),
        ("rubrics.0.levels.3.score", 5, "rubrics[0].levels[3].score", "must be 4: levels rise one by one"),
        ("rubrics.0.levels.3.score", 10, "rubrics[0].levels[3].score", "between 1 and 9"),
        ("rubrics.0.levels.0.score", 0, "rubrics[0].levels[0].score", "between 1 and 9"),
        ("rubrics.0.levels.0.score", 1.5, "rubrics[0].levels[0].score", "whole number"),
        ("rubrics.0.kind", "analytic", "rubrics[0].criteria", "which has some"),
        ("rubrics.4.kind", "holistic", "rubrics[4].criteria", "to no other"),
        ("rubrics.4.criteria.1.key", "understanding", "rubrics[4].criteria[1].key", "already the id"),
        ("rubrics.4.criteria.0.key", "whole", "rubrics[4].criteria[0].key", "the text as a whole"),
        ("rubrics.4.criteria.0.weight", 24, "rubrics[4].criteria", "add up to 99"),
        ("rubrics.1.criteria.0.low", ..., "rubrics[1].criteria[0]", "both low and high, or neither"),
    ],
)
def test_a_fault_in_rubrics_is_found(as_file: AsFile, path: str, value: Any, where: str, why: str):
    rubrics = yaml.safe_load(RUBRICS)
    put(rubrics, path, value)
    assert why in faults_of(as_file(rubrics), read_rubrics)[where]


# --- The library


def test_a_pack_is_loaded_once(session: Session, pack: Pack):
    programme, is_new = load_programme(session, pack, NOW)
    assert is_new
    assert load_programme(session, copy.deepcopy(pack), NOW) == (programme, False)
    assert session.scalars(sa.select(Programme)).all() == [programme]
    assert programme.title["en"] == "Ten-week reflective internship"


def test_a_version_keeps_its_content_and_a_new_version_is_a_new_programme(session: Session, pack: Pack):
    load_programme(session, pack, NOW)
    put(pack, "title.en", "Another internship")
    with pytest.raises(Failure, match="raise the version"):
        load_programme(session, pack, NOW)
    pack["version"] = "1.2"
    assert load_programme(session, pack, NOW)[1]


def test_templates_are_installed_once(session: Session, engine: sa.Engine):
    templates = install_templates(session)
    session.commit()
    before = rows.read(engine)
    assert set(templates) == set(curriculum.TEMPLATES)
    assert [prompt.key for prompt in templates["diary"].written] == ["discussed", "striking", "view", "lessons"]
    session.expunge_all()
    install_templates(session)
    session.commit()
    assert rows.read(engine) == before


def test_installing_again_brings_texts_up_to_date_and_removes_nothing(session: Session, engine: sa.Engine):
    install_templates(session)
    session.commit()
    before = rows.read(engine)
    diary = session.scalars(
        sa.select(Template).where(Template.slug == "diary").options(selectinload(Template.prompts))
    ).one()
    for place, prompt in enumerate(reversed(diary.prompts), start=11):
        prompt.position, prompt.label = place, diary.title
    session.flush()
    for prompt in diary.prompts:
        prompt.position -= 10
    own = {"label": diary.title, "prompt": diary.title, "position": 6}
    diary.prompts.append(Prompt(key="our-own", **own))
    diary.title = diary.prompts[0].prompt
    session.commit()
    session.expunge_all()

    install_templates(session)
    session.commit()
    (ours,) = session.scalars(sa.select(Prompt).where(Prompt.key == "our-own"))
    assert ours.position == 6
    session.delete(ours)
    session.commit()
    assert rows.read(engine) == before
