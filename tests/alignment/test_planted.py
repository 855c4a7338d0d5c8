"""Faults planted in the four packs: each is found, and nothing else is."""

import copy
import random
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from portfolio.alignment import Finding, Kind
from portfolio.cohorts import curriculum, outcome_tree, packs
from tests.alignment.doubles import WAYS

Pack = dict[str, Any]
Planted = list[Finding]

# What is true of the packs as they are shipped: no faults, and these remarks.
REMARKS = {
    "foundation-year": {Kind.CROSS_OWNER: 8},
    "internship-10w": {Kind.CROSS_OWNER: 4},
    "latsar-2018": {Kind.CROSS_SESSION: 1, Kind.CROSS_OWNER: 14},
    "latsar-2021": {Kind.CROSS_SESSION: 1, Kind.CROSS_OWNER: 8},
}


read = cache(packs.shipped_pack)


def shipped(slug: str) -> Pack:
    pack = read(slug)
    assert pack is not None
    return copy.deepcopy(pack)


def outcomes(pack: Pack, rank: str = "") -> list[Pack]:
    return [each for each in pack["alignment"]["outcomes"] if rank in ("", each["rank"])]


def agenda_of(pack: Pack, outcome: Pack) -> str | None:
    by_id = {each["id"]: each for each in outcomes(pack)}
    while outcome["rank"] not in ("agenda", "programme"):
        outcome = by_id[outcome["parent"]]
    return outcome.get("agenda")


def homes(pack: Pack) -> dict[str, str]:
    return {
        session["id"]: agenda["id"]
        for agenda in pack["agendas"]
        for module in agenda["modules"]
        for session in module["sessions"]
    }


# --- What is planted, and what is then to be found


def no_owner(pack: Pack, chance: random.Random) -> Planted:
    """An owner who owns more in the same agenda is taken from one outcome, so that nobody becomes a stranger there."""
    owned = Counter((agenda_of(pack, each), each["owner"]) for each in outcomes(pack))
    among = [
        each
        for each in outcomes(pack)
        if each["rank"] == "programme" or owned[agenda_of(pack, each), each["owner"]] > 1
    ]
    outcome = chance.choice(among)
    del outcome["owner"]
    return [Finding(Kind.NO_OWNER, (outcome["id"],))]


def no_session(pack: Pack, chance: random.Random) -> Planted:
    """The sessions are taken from an indicator; those that serve nothing else are idle from then on."""
    outcome = chance.choice(outcomes(pack, "indicator"))
    taken = outcome.pop("sessions")
    serving = {session for each in outcomes(pack) for session in each.get("sessions", ())}
    idle = [session for session in homes(pack) if session in taken and session not in serving]
    return [
        Finding(Kind.NO_SESSION, (outcome["id"],)),
        *(Finding(Kind.IDLE_SESSION, (), (session,)) for session in idle),
    ]


def a_new_indicator(pack: Pack, chance: random.Random) -> Planted:
    above = chance.choice(outcomes(pack, "module"))
    new = {
        "id": "planted",
        "rank": "indicator",
        "parent": above["id"],
        "words": {"id": "Menerbangkan layang-layang merah.", "en": "Fly a crimson kite."},
        "owner": above["owner"],
    }
    outcomes_of_the_pack = pack["alignment"]["outcomes"]
    outcomes_of_the_pack.insert(chance.randrange(len(outcomes_of_the_pack)), new)
    return [Finding(Kind.NO_SESSION, ("planted",))]


def idle_session(pack: Pack, chance: random.Random) -> Planted:
    module = chance.choice([module for agenda in pack["agendas"] for module in agenda["modules"]])
    session = copy.deepcopy(chance.choice(module["sessions"])) | {"id": "planted-s", "hours": 0}
    module["sessions"].insert(chance.randrange(len(module["sessions"]) + 1), session)
    return [Finding(Kind.IDLE_SESSION, (), ("planted-s",))]


def overlap(pack: Pack, chance: random.Random, rank: str = "indicator") -> Planted:
    """An outcome of somebody else comes to say what one says already, more or less, in one of the languages."""
    order = [outcome.key for outcome in outcome_tree.tree(pack)]
    while True:
        one, other = chance.sample(outcomes(pack, rank), 2)
        if one["owner"] != other["owner"]:
            break
    language = chance.choice(("id", "en"))
    other["words"] = other["words"] | {language: chance.choice(WAYS)(one["words"][language], language, chance)}
    first, second = sorted((one, other), key=lambda each: order.index(each["id"]))
    return [Finding(Kind.OVERLAP, (first["id"], second["id"]), names=(first["owner"], second["owner"]))]


def overlap_of_modules(pack: Pack, chance: random.Random) -> Planted:
    return overlap(pack, chance, "module")


def cross_session(pack: Pack, chance: random.Random) -> Planted:
    crossing = {finding.sessions[0] for finding in outcome_tree.findings(pack) if finding.kind is Kind.CROSS_SESSION}
    session, home = chance.choice([each for each in homes(pack).items() if each[0] not in crossing])
    outcome = chance.choice([each for each in outcomes(pack) if agenda_of(pack, each) not in (None, home)])
    outcome.setdefault("sessions", []).append(session)
    return [Finding(Kind.CROSS_SESSION, (outcome["id"],), (session,))]


def cross_owner(pack: Pack, chance: random.Random) -> Planted:
    owning = {
        owner: {agenda_of(pack, each) for each in outcomes(pack) if each["owner"] == owner} - {None}
        for owner in sorted({each["owner"] for each in outcomes(pack)})
    }
    among = [
        (each, owner)
        for each in outcomes(pack)
        for owner, agendas in owning.items()
        if (agenda := agenda_of(pack, each)) is not None
        and agendas
        and agenda not in agendas
        and owner not in each.get("contributors", ())
    ]
    outcome, owner = chance.choice(among)
    contributors = outcome.setdefault("contributors", [])
    contributors.insert(chance.randrange(len(contributors) + 1), owner)
    return [Finding(Kind.CROSS_OWNER, (outcome["id"],), names=(owner,))]


PLANTS: tuple[Callable[[Pack, random.Random], Planted], ...] = (
    no_owner,
    no_session,
    a_new_indicator,
    idle_session,
    overlap,
    overlap_of_modules,
    cross_session,
    cross_owner,
)


def bare(found: list[Finding]) -> list[Finding]:
    """Without how alike two are, which is the business of other tests."""
    return [Finding(each.kind, each.nodes, each.sessions, None, each.names) for each in found]


@pytest.mark.parametrize("slug", packs.shipped_slugs())
def test_a_shipped_pack_has_no_fault(slug: str) -> None:
    found = outcome_tree.findings(shipped(slug))
    assert Counter(finding.kind for finding in found) == REMARKS[slug]
    assert not any(finding.kind.is_fault for finding in found)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("slug", packs.shipped_slugs())
def test_what_is_planted_is_found_and_nothing_else(
    slug: str, plant: Callable[[Pack, random.Random], Planted], seed: int
) -> None:
    pack = shipped(slug)
    before = bare(outcome_tree.findings(pack))
    planted = plant(pack, random.Random(f"{slug} {plant.__name__} {seed}"))
    assert list(curriculum.faults_in(pack)) == [], "a sound pack still"
    assert Counter(bare(outcome_tree.findings(pack))) == Counter(before) + Counter(planted)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("slug", packs.shipped_slugs())
def test_one_of_each_kind_planted_at_once_is_found_in_order(slug: str, seed: int) -> None:
    pack, chance = shipped(slug), random.Random(f"{slug} {seed}")
    before = bare(outcome_tree.findings(pack))
    planted = [
        finding
        # Who loses an owner comes last, and is none of those of whom two answer for the same.
        for plant in (cross_session, overlap, cross_owner, idle_session, a_new_indicator)
        for finding in plant(pack, chance)
    ]
    touched = {key for finding in planted for key in finding.nodes}
    module = next(each for each in outcomes(pack, "module") if each["id"] not in touched and owns_more(pack, each))
    del module["owner"]
    planted.append(Finding(Kind.NO_OWNER, (module["id"],)))
    found = bare(outcome_tree.findings(pack))
    assert Counter(found) == Counter(before) + Counter(planted)
    assert {finding.kind for finding in planted} == set(Kind)
    order = [outcome.key for outcome in outcome_tree.tree(pack)]
    places = [(list(Kind).index(each.kind), [order.index(str(key)) for key in each.nodes[:1]]) for each in found]
    assert places == sorted(places)


def owns_more(pack: Pack, outcome: Pack) -> bool:
    agenda = agenda_of(pack, outcome)
    return any(
        each is not outcome and each.get("owner") == outcome["owner"] and agenda_of(pack, each) == agenda
        for each in outcomes(pack)
    )


# --- A pack that says nothing of outcomes


@pytest.mark.parametrize("slug", packs.shipped_slugs())
def test_without_a_section_everything_is_served_and_nobody_answers(slug: str) -> None:
    pack = shipped(slug)
    del pack["alignment"]
    assert list(curriculum.faults_in(pack)) == []
    planned = outcome_tree.tree(pack)
    assert [finding.kind for finding in outcome_tree.findings(pack)] == [Kind.NO_OWNER] * len(planned)
    modules = [module for agenda in pack["agendas"] for module in agenda["modules"]]
    assert len(planned) == 1 + len(pack["agendas"]) + sum(len(module["outcomes"]) for module in modules)
    seen: set[str | None] = {None}
    for outcome in planned:
        assert outcome.parent in seen
        assert outcome.key not in seen
        seen.add(outcome.key)


@pytest.mark.parametrize("slug", packs.shipped_slugs())
def test_a_shipped_tree_says_of_agendas_and_modules_what_the_pack_says(slug: str) -> None:
    pack = shipped(slug)
    said = [outcome.words for outcome in outcome_tree.tree(pack) if outcome.rank.name in ("AGENDA", "MODULE")]
    bare_pack = {key: value for key, value in pack.items() if key != "alignment"}
    assert said == [outcome.words for outcome in outcome_tree.tree(bare_pack)[1:]]
