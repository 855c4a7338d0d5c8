"""The alignment check: has each outcome one who answers for it and sessions that serve it, and is none told twice?

Pure: nodes of an outcome tree and sessions in, findings out. Nothing here reads a pack, a database or the clock.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum

from portfolio.likeness import Saying, near_pairs

WORDS_LENGTH = 2_000
OWNER_LENGTH = 120
KEY_LENGTH = 80
MOST_CONTRIBUTORS = 10
MOST_OVERLAPS = 500  # pairs that are named: a hundred times the same sentence would be five thousand

# Drawn as nothing, though Unicode counts them among letters, marks and symbols.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {chr(n) for n in range(0xFE00, 0xFE10)}


class Rank(IntEnum):
    """How far down the tree an outcome stands; a child stands exactly one lower than its parent."""

    PROGRAMME = 1
    AGENDA = 2
    MODULE = 3
    INDICATOR = 4


@dataclass(frozen=True)
class PlannedOutcome:
    """An outcome as a curriculum pack plans it; agenda, module and sessions by their ids in the pack."""

    key: str
    parent: str | None
    rank: Rank
    words: dict[str, str]
    owner: str
    contributors: tuple[str, ...]
    agenda: str | None
    module: str | None
    sessions: tuple[str, ...]


@dataclass(frozen=True)
class Node:
    """An outcome in the tree: its words in each language, who answers for it (""), and who contributes."""

    key: Hashable
    parent: Hashable | None
    rank: Rank
    words: Mapping[str, str]
    owner: str
    contributors: tuple[str, ...]
    agenda: Hashable | None  # the agenda of the curriculum in which it lies; None for the programme's


@dataclass(frozen=True)
class Held:
    """A session that is held, in which agenda, and the outcomes that it serves."""

    key: Hashable
    agenda: Hashable
    serves: frozenset[Hashable]


class Kind(Enum):
    """What may be found; in the order in which it is told."""

    NO_OWNER = "no_owner"
    NO_SESSION = "no_session"
    IDLE_SESSION = "idle_session"
    OVERLAP = "overlap"
    CROSS_SESSION = "cross_session"
    CROSS_OWNER = "cross_owner"

    @property
    def is_fault(self) -> bool:
        """Whether it has to be mended; what crosses agendas is only worth knowing."""
        return self not in (Kind.CROSS_SESSION, Kind.CROSS_OWNER)


@dataclass(frozen=True)
class Finding:
    """One thing found: the outcomes and sessions it is about, how alike two outcomes are, and whose names matter."""

    kind: Kind
    nodes: tuple[Hashable, ...]
    sessions: tuple[Hashable, ...] = ()
    likeness: float | None = None
    names: tuple[str, ...] = ()


def same_owner(name: str) -> str:
    """What all ways of writing one owner have in common; "" for what names nobody, such as blanks or a dash."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    # A tab parts words as a space does; other controls, and what is drawn as nothing, are not there at all.
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in plain
        if letter.isspace() or not (unicodedata.category(letter).startswith("C") or letter in _BLANK)
    )
    return " ".join(seen.split()) if any(map(str.isalnum, seen)) else ""


def check(nodes: Sequence[Node], sessions: Sequence[Held]) -> list[Finding]:
    """Everything found, by kind and then by the place of the outcome in `nodes`.

    - NO_OWNER: an outcome that nobody answers for.
    - NO_SESSION: an outcome without children that no session serves. A session that serves an outcome serves those
      above it as well, not those below.
    - IDLE_SESSION: a session that serves none of the outcomes; in the order of `sessions`.
    - OVERLAP: two outcomes of one rank that say the same or nearly so, and two different owners, who are named.
      What is nearly the same is told in `portfolio.likeness`.
    - CROSS_SESSION: a session that serves outcomes of other agendas than its own: those outcomes. A remark.
    - CROSS_OWNER: a contributor who owns outcomes in other agendas and none in this one. A remark.
    """
    owners = {node.key: same_owner(node.owner) for node in nodes}
    return [
        *_without_owner(nodes, owners),
        *_without_session(nodes, sessions),
        *_idle(nodes, sessions),
        *_overlaps(nodes, owners),
        *_crossing_sessions(nodes, sessions),
        *_crossing_owners(nodes, owners),
    ]


def _without_owner(nodes: Sequence[Node], owners: Mapping[Hashable, str]) -> Iterator[Finding]:
    for node in nodes:
        if not owners[node.key]:
            yield Finding(Kind.NO_OWNER, (node.key,))


def _without_session(nodes: Sequence[Node], sessions: Sequence[Held]) -> Iterator[Finding]:
    parents = {node.parent for node in nodes}
    served: set[Hashable] = set().union(*(session.serves for session in sessions))
    for node in nodes:
        if node.key not in parents and node.key not in served:
            yield Finding(Kind.NO_SESSION, (node.key,))


def _idle(nodes: Sequence[Node], sessions: Sequence[Held]) -> Iterator[Finding]:
    known = {node.key for node in nodes}
    for session in sessions:
        if known.isdisjoint(session.serves):
            yield Finding(Kind.IDLE_SESSION, (), (session.key,))


def _overlaps(nodes: Sequence[Node], owners: Mapping[Hashable, str]) -> Iterator[Finding]:
    by_rank: dict[Rank, list[tuple[int, Node]]] = defaultdict(list)
    for place, node in enumerate(nodes):
        if owners[node.key]:
            by_rank[node.rank].append((place, node))
    parents = {node.key: node.parent for node in nodes}
    found: list[tuple[int, int, float]] = []
    for ranked in by_rank.values():
        sayings = [Saying(node.words, owners[node.key]) for _, node in ranked]
        for one, other, likeness in near_pairs(sayings, most=MOST_OVERLAPS):
            if not _is_above(ranked[one][1], ranked[other][1], parents):
                found.append((ranked[one][0], ranked[other][0], likeness))
    for one, other, likeness in sorted(found)[:MOST_OVERLAPS]:
        pair = (nodes[one], nodes[other])
        yield Finding(
            Kind.OVERLAP,
            tuple(node.key for node in pair),
            likeness=likeness,
            names=tuple(" ".join(node.owner.split()) for node in pair),
        )


def _is_above(one: Node, other: Node, parents: Mapping[Hashable, Hashable | None]) -> bool:
    """Whether one of two outcomes stands somewhere above the other."""
    for low, high in ((one.key, other.key), (other.key, one.key)):
        at, seen = parents.get(low), {low}
        while at is not None and at not in seen:
            if at == high:
                return True
            seen.add(at)
            at = parents.get(at)
    return False


def _crossing_sessions(nodes: Sequence[Node], sessions: Sequence[Held]) -> Iterator[Finding]:
    places = {node.key: place for place, node in enumerate(nodes)}
    found: list[tuple[list[int], Held]] = []
    for session in sessions:
        served = sorted(places[key] for key in session.serves if key in places)
        if crossed := [place for place in served if nodes[place].agenda not in (None, session.agenda)]:
            found.append((crossed, session))
    for crossed, session in sorted(found, key=lambda each: each[0][0]):
        yield Finding(Kind.CROSS_SESSION, tuple(nodes[place].key for place in crossed), (session.key,))


def _crossing_owners(nodes: Sequence[Node], owners: Mapping[Hashable, str]) -> Iterator[Finding]:
    agendas: dict[str, set[Hashable]] = defaultdict(set)
    for node in nodes:
        if owners[node.key] and node.agenda is not None:
            agendas[owners[node.key]].add(node.agenda)
    for node in nodes:
        if node.agenda is None:
            continue
        named = {same_owner(name): " ".join(name.split()) for name in sorted(node.contributors, reverse=True)}
        for name in sorted(named):
            if agendas.get(name) and node.agenda not in agendas[name]:
                yield Finding(Kind.CROSS_OWNER, (node.key,), names=(named[name],))


def cycles(parents: Mapping[Hashable, Hashable | None]) -> Iterator[tuple[Hashable, ...]]:
    """Each round of things that lie above themselves, closed: (a, b, a) where b is above a, and a above b."""
    done: set[Hashable] = set()
    for start in parents:
        way: dict[Hashable, int] = {}
        at: Hashable | None = start
        while at is not None and at in parents and at not in done and at not in way:
            way[at] = len(way)
            at = parents[at]
        if at is not None and at in way:
            yield (*list(way)[way[at] :], at)
        done.update(way)


def cycle_in(parents: Mapping[Hashable, Hashable | None]) -> tuple[Hashable, ...] | None:
    """The first round of things that lie above themselves, closed as in (a, b, a); None when there is none."""
    return next(cycles(parents), None)
