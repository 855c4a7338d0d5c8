"""A claim as its page shows it: how it stands, what was said of it, and by whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from portfolio.models import Claim, Evidence, Judgement, Reflection
from portfolio.web.following import stands


@dataclass(frozen=True)
class Card:
    """A claim beside the round that stands."""

    claim: Claim
    evidence: Evidence
    said: Judgement | None  # what counts now
    before: list[tuple[int, Judgement]]  # what was said earlier, with the round it was said of; the newest first

    @property
    def stands(self) -> bool:
        """Whether the words that it quotes are in the text."""
        return self.evidence is not Evidence.ADRIFT

    @classmethod
    def of(cls, claim: Claim, reflection: Reflection) -> "Card":
        """Needs `judgements` with `by`, and the `submissions` of the reflection with their `withdrawal`."""
        rounds = {submission.id: submission.round for submission in reflection.submissions}
        is_there = stands(claim, reflection.latest)
        said = claim.judgement_of(reflection.latest)
        before = [(rounds[each.submission_id], each) for each in reversed(claim.judgements) if each is not said]
        return cls(claim, claim.evidence_in(reflection) if is_there else Evidence.ADRIFT, said, before)


def next_here(cards: Iterable[Card], judged: int | None) -> Claim | None:
    """The first claim of a text that waits for an answer, but for the one that was just looked at."""
    waiting = [card.claim for card in cards if card.evidence is Evidence.WAITING and card.claim.id != judged]
    return waiting[0] if waiting else None
