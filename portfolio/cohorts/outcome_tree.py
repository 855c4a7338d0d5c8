"""The outcomes of a checked pack as a tree, and what the alignment check finds in it, with where to mend it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.alignment import Finding, Held, Kind, Node, PlannedOutcome, Rank, check
from portfolio.cohorts.outcome_shapes import RANKS

Pack = dict[str, Any]


# What of an outcome is mended.
_KEYS = {
    Kind.NO_OWNER: ".owner",
    Kind.NO_SESSION: ".sessions",
    Kind.OVERLAP: ".owner",
    Kind.CROSS_SESSION: ".sessions",
    Kind.CROSS_OWNER: ".contributors",
}


@dataclass(frozen=True)
class Told:
    """A finding in words, and the place in the pack where it is mended."""

    path: str
    words: str
    is_fault: bool

    def __str__(self) -> str:
        return f"{self.path}: {'' if self.is_fault else 'remark: '}{self.words}"


def tree(pack: Pack) -> list[PlannedOutcome]:
    """The outcomes, each parent before its children, in the order of the pack.

    A pack without the section `alignment` has the outcomes that its agendas and modules name: all sessions of a module
    serve each of the module's outcomes, and nobody answers for any.
    """
    return [outcome for outcome, _ in _placed(pack)]


def _placed(pack: Pack) -> list[tuple[PlannedOutcome, str]]:
    """The outcomes, and where in the pack each stands."""
    return list(_explicit(pack) if "alignment" in pack else _derived(pack))


def _explicit(pack: Pack) -> Iterator[tuple[PlannedOutcome, str]]:
    homes = {module["id"]: agenda["id"] for agenda in pack["agendas"] for module in agenda["modules"]}
    below: dict[str | None, list[tuple[str, Pack]]] = defaultdict(list)
    for o, each in enumerate(pack["alignment"]["outcomes"]):
        below[each.get("parent")].append((f"alignment.outcomes[{o}]", each))

    def beneath(above: PlannedOutcome | None) -> Iterator[tuple[PlannedOutcome, str]]:
        for path, each in below[above.key if above else None]:
            module = each.get("module") or (above.module if above else None)
            outcome = PlannedOutcome(
                key=each["id"],
                parent=above.key if above else None,
                rank=RANKS[each["rank"]],
                words=dict(each["words"]),
                owner=each.get("owner", ""),
                contributors=tuple(each.get("contributors", ())),
                agenda=homes[module] if module else each.get("agenda"),
                module=module,
                sessions=tuple(each.get("sessions", ())),
            )
            yield outcome, path
            yield from beneath(outcome)

    yield from beneath(None)


def _derived(pack: Pack) -> Iterator[tuple[PlannedOutcome, str]]:
    def outcome(key: str, parent: str | None, rank: Rank, words: dict[str, str], **where: Any) -> PlannedOutcome:
        nowhere: dict[str, Any] = {"agenda": None, "module": None, "sessions": ()}
        return PlannedOutcome(key, parent, rank, dict(words), owner="", contributors=(), **(nowhere | where))

    # A full stop is in no id, so no agenda or module can be called as another outcome is.
    yield outcome("programme", None, Rank.PROGRAMME, pack["summary"]), "summary"
    for a, agenda in enumerate(pack["agendas"]):
        key, path = f"agenda.{agenda['id']}", f"agendas[{a}]"
        yield outcome(key, "programme", Rank.AGENDA, agenda["outcome"], agenda=agenda["id"]), f"{path}.outcome"
        for m, module in enumerate(agenda["modules"]):
            place = {
                "agenda": agenda["id"],
                "module": module["id"],
                "sessions": tuple(session["id"] for session in module["sessions"]),
            }
            for o, words in enumerate(module["outcomes"]):
                outcome_key = f"module.{module['id']}.{o + 1}"
                at = f"{path}.modules[{m}].outcomes[{o}]"
                yield outcome(outcome_key, key, Rank.MODULE, words, **place), at


# --- The check


def findings(pack: Pack) -> list[Finding]:
    """What the alignment check finds in a checked pack; outcomes and sessions by their ids in it."""
    outcomes = tree(pack)
    serves: dict[str, set[str]] = defaultdict(set)
    for outcome in outcomes:
        for session in outcome.sessions:
            serves[session].add(outcome.key)
    return check(
        [
            Node(each.key, each.parent, each.rank, each.words, each.owner, each.contributors, each.agenda)
            for each in outcomes
        ],
        [
            Held(session["id"], agenda["id"], frozenset(serves[session["id"]]))
            for agenda in pack["agendas"]
            for module in agenda["modules"]
            for session in module["sessions"]
        ],
    )


def described(pack: Pack, found: Sequence[Finding]) -> list[Told]:
    """The findings in words, each with the path at which it is mended."""
    places = {outcome.key: path for outcome, path in _placed(pack)}
    places_of_sessions = {
        session["id"]: f"agendas[{a}].modules[{m}].sessions[{s}]"
        for a, agenda in enumerate(pack["agendas"])
        for m, module in enumerate(agenda["modules"])
        for s, session in enumerate(module["sessions"])
    }
    words = {outcome.key: outcome.words["en"] for outcome in tree(pack)}
    titles = {
        session["id"]: session["title"]["en"]
        for agenda in pack["agendas"]
        for module in agenda["modules"]
        for session in module["sessions"]
    }
    told = []
    for finding in found:
        nodes = [str(key) for key in finding.nodes]
        session = str(finding.sessions[0]) if finding.sessions else ""
        path = places[nodes[0]] if nodes else places_of_sessions[session]
        if path.startswith("alignment."):
            path += _KEYS.get(finding.kind, "")
        match finding.kind:
            case Kind.NO_OWNER:
                says = f"nobody answers for {_quoted(words[nodes[0]])}: name one owner"
            case Kind.NO_SESSION:
                says = f"no session serves {_quoted(words[nodes[0]])}: name those that do under sessions"
            case Kind.IDLE_SESSION:
                says = f"session {session} ({titles[session]}) serves no outcome: name it under the sessions of one"
            case Kind.OVERLAP:
                alike = "the same" if finding.likeness == 1 else "nearly the same"
                says = (
                    f"{_quoted(words[nodes[0]])} says {alike} as {_quoted(words[nodes[1]])} at {places[nodes[1]]}, and "
                    f"two answer for it, {finding.names[0]} and {finding.names[1]}: leave it to one, or part what "
                    f"each is for"
                )
            case Kind.CROSS_SESSION:
                others = ", ".join(nodes)
                says = f"session {session} ({titles[session]}) serves outcomes of other agendas than its own: {others}"
            case Kind.CROSS_OWNER:
                says = (
                    f"{finding.names[0]} contributes to {_quoted(words[nodes[0]])}, and answers for outcomes of other "
                    f"agendas only"
                )
        told.append(Told(path, says, finding.kind.is_fault))
    return told


def _quoted(words: str, longest: int = 80) -> str:
    """The words on one line, shortened."""
    line = " ".join(words.split())
    return f"“{line}”" if len(line) <= longest else f"“{line[: longest - 1].rstrip()}…”"
