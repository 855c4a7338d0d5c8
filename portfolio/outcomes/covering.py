"""Coverage maps: each outcome with how far it is shown, put together by agenda."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from portfolio.claims import BEST_FIRST
from portfolio.models import Evidence, LearningOutcome
from portfolio.outcomes.queries import Shown
from portfolio.outcomes.tree import Branch, grown


@dataclass(frozen=True)
class Cell:
    """One outcome at the end of a branch, and how it stands."""

    outcome: LearningOutcome
    above: LearningOutcome | None  # the module's, where it is an indicator
    claims: Sequence[Shown] = ()  # of one trainee
    counts: Mapping[Evidence, int] = field(default_factory=dict)  # of trainees, in a cohort

    @property
    def evidence(self) -> Evidence:
        """How far one trainee has shown it: by the claim that carries best."""
        there = {shown.evidence for shown in self.claims}
        return next((each for each in BEST_FIRST if each in there), Evidence.NOTHING)

    @property
    def shown(self) -> int:
        """How many trainees have shown it."""
        return self.counts.get(Evidence.SHOWN, 0)

    @property
    def figures(self) -> list[tuple[Evidence, int]]:
        """How many trainees have claimed it and not shown it yet, by how it stands."""
        return [(each, number) for each in BEST_FIRST[1:] if (number := self.counts.get(each, 0))]


@dataclass(frozen=True)
class Row:
    """An agenda's outcome, with what is shown below it."""

    outcome: LearningOutcome
    cells: Sequence[Cell]

    def having(self, *evidence: Evidence) -> list[Cell]:
        """The cells that stand so, of one trainee."""
        return [cell for cell in self.cells if cell.evidence in evidence]


@dataclass(frozen=True)
class CoverageMap:
    """What a programme is for, and how far it is shown."""

    top: LearningOutcome | None
    rows: Sequence[Row]
    trainees: int = 1

    @property
    def cells(self) -> list[Cell]:
        """All outcomes at the ends, in the order of the tree."""
        return [cell for row in self.rows for cell in row.cells]

    def having(self, *evidence: Evidence) -> list[Cell]:
        """The cells that stand so, of one trainee."""
        return [cell for cell in self.cells if cell.evidence in evidence]

    @property
    def figures(self) -> list[tuple[Evidence, int]]:
        """How many outcomes stand where with one trainee, the best first; together they are all."""
        return [(each, number) for each in Evidence if (number := len(self.having(each)))]

    @property
    def unseen(self) -> list[Cell]:
        """What nobody in the cohort has shown yet."""
        return [cell for cell in self.cells if not cell.shown]


MakeCell = Callable[[LearningOutcome, LearningOutcome | None], Cell]


def of_trainee(outcomes: Sequence[LearningOutcome], shown: Sequence[Shown]) -> CoverageMap:
    """The map of one trainee."""
    claims: dict[int, list[Shown]] = {}
    for each in shown:
        claims.setdefault(each.claim.outcome_id, []).append(each)
    return _map(outcomes, lambda outcome, above: Cell(outcome, above, claims=claims.get(outcome.id, ())), 1)


def of_cohort(
    outcomes: Sequence[LearningOutcome], counts: Mapping[int, Mapping[Evidence, int]], trainees: int
) -> CoverageMap:
    """The map of a cohort of so many trainees."""
    return _map(outcomes, lambda outcome, above: Cell(outcome, above, counts=counts.get(outcome.id, {})), trainees)


def _map(outcomes: Sequence[LearningOutcome], cell: MakeCell, trainees: int) -> CoverageMap:
    top = grown(outcomes)
    rows = [
        Row(branch.outcome, [cell(leaf, above) for leaf, above in _ends(branch, None)])
        for programme in top
        for branch in programme.below
    ]
    return CoverageMap(top[0].outcome if top else None, rows, trainees)


def _ends(branch: Branch, above: LearningOutcome | None) -> list[tuple[LearningOutcome, LearningOutcome | None]]:
    if branch.is_leaf:
        return [(branch.outcome, above)] if branch.outcome.is_seen_in_texts else []
    return [
        end
        for below in branch.below
        for end in _ends(below, branch.outcome if branch.outcome.is_seen_in_texts else None)
    ]
