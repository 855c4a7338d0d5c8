"""Whether the words that a claim quotes are in the text: kept each time that another round comes to stand."""

from collections.abc import Iterable
from datetime import datetime

from portfolio.claims import standing_claims
from portfolio.models import Claim, Reflection, Submission
from portfolio.web.passages import find


def stands(claim: Claim, submission: Submission | None) -> bool:
    """Whether the words that it quotes are in this round."""
    return submission is not None and find(submission.words, claim.quoted) is not None


def follow(reflection: Reflection, claims: Iterable[Claim] | None = None, *, now: datetime) -> None:
    """What is claimed of a text follows it, once a round was handed in or taken back.

    `claims` are those that are not withdrawn, which are asked for if they are not given. While no round stands there is
    nothing that their words could be missing from. Needs `submissions` with their `withdrawal`.
    """
    latest = reflection.latest
    for claim in standing_claims(reflection) if claims is None else claims:
        claim.follow(is_there=latest is None or stands(claim, latest), now=now)
