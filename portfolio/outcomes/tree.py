"""The outcomes of a cohort as a tree, as it is shown and as it is checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portfolio.alignment import Finding, Held, Kind, Node, Rank, check
from portfolio.models import LearningOutcome, TrainingSession


@dataclass(frozen=True)
class Branch:
    """An outcome with those below it, and what the check says of it."""

    outcome: LearningOutcome
    below: list["Branch"] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        """Whether it is shown by texts itself, and not by those below it."""
        return not self.below

    def every(self) -> Iterator["Branch"]:
        """This branch and all below it, from top to bottom."""
        yield self
        for branch in self.below:
            yield from branch.every()

    @property
    def leaves(self) -> list[LearningOutcome]:
        """The outcomes at its ends that a text can show."""
        return [each.outcome for each in self.every() if each.is_leaf and each.outcome.is_seen_in_texts]


def grown(outcomes: Sequence[LearningOutcome]) -> list[Branch]:
    """The branches from the top, each in its order; what is aimed at no longer is left out."""
    branches = {outcome.id: Branch(outcome) for outcome in outcomes if outcome.is_current}
    top: list[Branch] = []
    for branch in sorted(branches.values(), key=lambda each: each.outcome.position):
        parent = branches.get(branch.outcome.parent_id or 0)
        (parent.below if parent else top).append(branch)
    return top


def flat(outcomes: Sequence[LearningOutcome]) -> list[Branch]:
    """Every branch, from top to bottom, as one reads the tree."""
    return [each for branch in grown(outcomes) for each in branch.every()]


@dataclass(frozen=True)
class Found:
    """What the check found, with the rows that it is about."""

    kind: Kind
    outcomes: tuple[LearningOutcome, ...]
    sessions: tuple[TrainingSession, ...]
    names: tuple[str, ...]
    likeness: float | None


def findings(outcomes: Sequence[LearningOutcome], sessions: Sequence[TrainingSession]) -> list[Found]:
    """What is wrong with the outcomes of a cohort, or worth knowing.

    Needs `sessions` of the outcomes, and `module` of the sessions, loaded. Retired sessions are held no more.
    """
    branches = flat(outcomes)
    agendas = dict(_agendas(grown(outcomes), None))
    nodes = [
        Node(
            key=each.id,
            parent=each.parent_id,
            rank=Rank(each.rank),
            words=each.words,
            owner=each.owner,
            contributors=tuple(each.contributors),
            agenda=agendas[each.id],
        )
        for each in (branch.outcome for branch in branches)
    ]
    serves: dict[int, set[int]] = {session.id: set() for session in sessions}
    for branch in branches:
        for session in branch.outcome.sessions:
            serves.setdefault(session.id, set()).add(branch.outcome.id)
    held = [
        Held(session.id, session.module.agenda_id, frozenset(serves[session.id]))
        for session in sessions
        if session.retired_at is None
    ]
    by_id = {branch.outcome.id: branch.outcome for branch in branches}
    session_by_id = {session.id: session for session in sessions}
    return [_found(finding, by_id, session_by_id) for finding in check(nodes, held)]


def _agendas(branches: Sequence[Branch], agenda: int | None) -> Iterator[tuple[int, int | None]]:
    for branch in branches:
        here = branch.outcome.agenda_id if branch.outcome.agenda_id is not None else agenda
        yield branch.outcome.id, here
        yield from _agendas(branch.below, here)


def _found(finding: Finding, outcomes: dict[int, LearningOutcome], sessions: dict[int, TrainingSession]) -> Found:
    return Found(
        finding.kind,
        tuple(outcomes[key] for key in finding.nodes if isinstance(key, int)),
        tuple(sessions[key] for key in finding.sessions if isinstance(key, int)),
        finding.names,
        finding.likeness,
    )
