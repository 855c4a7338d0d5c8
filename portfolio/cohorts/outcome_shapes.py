"""What the section `alignment` of a pack must be: the tree of outcomes, who answers for each, and what serves it."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from portfolio.alignment import MOST_CONTRIBUTORS, OWNER_LENGTH, WORDS_LENGTH, Rank, cycles, same_owner
from portfolio.cohorts.shapes import Fault, bilingual, doubles, listing, mapping, one_of, slug, text

Pack = dict[str, Any]
Rule = Callable[[Pack], Iterator[Fault]]

RANKS = {rank.name.lower(): rank for rank in Rank}
ONE_OWNER = "one accountable owner; the others are contributors"

_name = text(OWNER_LENGTH)


def _owner(value: Any, path: str) -> Iterator[Fault]:
    """One who answers; several would be none."""
    if isinstance(value, list | dict):
        yield Fault(path, ONE_OWNER)
    else:
        yield from _name(value, path)


def _owners(value: Any, path: str) -> Iterator[Fault]:
    yield Fault(path, ONE_OWNER)


_OUTCOME = mapping(
    {"id": slug(), "rank": one_of(*RANKS), "words": bilingual(WORDS_LENGTH, lines=True)},
    {
        "parent": slug(),
        "agenda": slug(),
        "module": slug(),
        "owner": _owner,
        "contributors": listing(_name, least=0, most=MOST_CONTRIBUTORS),
        "sessions": listing(slug(), least=0, most=1_000),
    },
)


def _outcome(value: Any, path: str) -> Iterator[Fault]:
    if isinstance(value, dict) and "owners" in value:
        yield from _owners(value["owners"], f"{path}.owners")
        value = {key: each for key, each in value.items() if key != "owners"}
    yield from _OUTCOME(value, path)


ALIGNMENT = mapping({"outcomes": listing(_outcome, most=2_000)})

# --- What has to agree. As in a curriculum, a rule is asked once the values that it needs have their shape.

RULES: list[tuple[tuple[str, ...], Rule]] = []


def _rule(*needed: str) -> Callable[[Rule], Rule]:
    def keep(rule: Rule) -> Rule:
        RULES.append((needed, rule))
        return rule

    return keep


def _outcomes(pack: Pack) -> list[tuple[str, Pack]]:
    if "alignment" not in pack:
        return []
    return [(f"alignment.outcomes[{o}]", each) for o, each in enumerate(pack["alignment"]["outcomes"])]


def _of(*keys: str) -> tuple[str, ...]:
    return tuple(f"alignment.outcomes.{key}" for key in keys)


@_rule(*_of("id"))
def _ids(pack: Pack) -> Iterator[Fault]:
    yield from doubles([(f"{path}.id", each["id"]) for path, each in _outcomes(pack)])


@_rule(*_of("id", "parent", "rank"))
def _parents(pack: Pack) -> Iterator[Fault]:
    """Each outcome stands under one exactly one rank higher; those that lie above themselves are told as that alone."""
    outcomes = _outcomes(pack)
    first: dict[str, Pack] = {}
    paths: dict[str, str] = {}
    for path, each in outcomes:
        first.setdefault(each["id"], each)
        paths.setdefault(each["id"], path)
    round_about: set[object] = set()
    for cycle in cycles({key: each.get("parent") for key, each in first.items()}):
        round_about.update(cycle)
        yield Fault(f"{paths[str(cycle[0])]}.parent", f"lies above itself: {', '.join(map(str, cycle))}")
    for path, each in outcomes:
        rank, parent = RANKS[each["rank"]], each.get("parent")
        if parent is not None and parent not in first:
            yield Fault(f"{path}.parent", f"no outcome is called {parent!r}")
        elif each["id"] in round_about:
            continue
        elif rank is Rank.PROGRAMME:
            if parent is not None:
                yield Fault(f"{path}.parent", "the outcome of the programme stands at the top, under no other")
        elif parent is None:
            yield Fault(f"{path}.parent", f"is missing: {each['rank']} stands under {Rank(rank - 1).name.lower()}")
        elif RANKS[first[parent]["rank"]] != rank - 1:
            above = f"{parent!r} is of rank {first[parent]['rank']}"
            yield Fault(f"{path}.parent", f"{above}; {each['rank']} stands under {Rank(rank - 1).name.lower()}")


@_rule(*_of("rank", "agenda", "module"), "agendas.id", "agendas.modules.id")
def _agendas_and_modules(pack: Pack) -> Iterator[Fault]:
    agendas = {agenda["id"] for agenda in pack["agendas"]}
    modules = {module["id"] for agenda in pack["agendas"] for module in agenda["modules"]}
    for path, each in _outcomes(pack):
        for key, known in (("agenda", agendas), ("module", modules)):
            if each["rank"] == key and key not in each:
                yield Fault(f"{path}.{key}", f"is missing: of which {key} it is the outcome")
            elif each["rank"] != key and key in each:
                yield Fault(f"{path}.{key}", f"belongs to rank {key} only; the {key} of others is that of their parent")
            elif key in each and each[key] not in known:
                yield Fault(f"{path}.{key}", f"no {key} is called {each[key]!r}")


@_rule(*_of("id", "parent", "rank", "agenda", "module"), "agendas.id", "agendas.modules.id")
def _modules_in_their_agenda(pack: Pack) -> Iterator[Fault]:
    known = {agenda["id"] for agenda in pack["agendas"]}
    homes: dict[str, set[str]] = defaultdict(set)
    for agenda in pack["agendas"]:
        for module in agenda["modules"]:
            homes[module["id"]].add(agenda["id"])
    agendas = {each["id"]: each.get("agenda") for _, each in _outcomes(pack) if each["rank"] == "agenda"}
    for path, each in _outcomes(pack):
        if each["rank"] == "module" and (home := homes.get(each.get("module", ""))):
            above = agendas.get(each.get("parent", ""))
            if above in known and above not in home:
                yield Fault(f"{path}.module", f"lies in agenda {min(home)}, and its parent in agenda {above}")


@_rule(*_of("owner", "contributors"))
def _contributors(pack: Pack) -> Iterator[Fault]:
    for path, each in _outcomes(pack):
        seen: dict[str, str] = {}
        for c, name in enumerate(each.get("contributors", [])):
            at, plain = f"{path}.contributors[{c}]", same_owner(name)
            if not plain:
                yield Fault(at, "names nobody")
            elif plain == same_owner(each.get("owner", "")):
                yield Fault(at, f"{name!r} is the owner already")
            elif plain in seen:
                yield Fault(at, f"{name!r} stands already at {seen[plain]}")
            else:
                seen[plain] = at


@_rule(*_of("sessions"), "agendas.modules.sessions.id")
def _sessions(pack: Pack) -> Iterator[Fault]:
    known = {
        session["id"] for agenda in pack["agendas"] for module in agenda["modules"] for session in module["sessions"]
    }
    for path, each in _outcomes(pack):
        seen: dict[str, str] = {}
        for s, session in enumerate(each.get("sessions", [])):
            at = f"{path}.sessions[{s}]"
            if session not in known:
                yield Fault(at, f"no session is called {session!r}")
            elif session in seen:
                yield Fault(at, f"{session!r} stands already at {seen[session]}")
            else:
                seen[session] = at
