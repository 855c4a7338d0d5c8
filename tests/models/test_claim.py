"""What a reflection shows: claimed by its writer, confirmed for the round that stands, or not."""

import pytest
import sqlalchemy as sa

from portfolio.claims import evidence as in_sql
from portfolio.errors import Refused
from portfolio.models import Claim, Evidence, LearningOutcome, Quoted, Reflection
from tests.cast import (
    DAY,
    HOUR,
    World,
    accepted,
    claimed,
    draft,
    excused,
    followed,
    judged,
    outcome_of,
    returned,
    submitted,
    with_outcomes,
    withdrawn,
    words,
)

ABOUT = Quoted("view", 0, 0, "We asked", "", " who waits")


def make(
    world: World,
    reflection: Reflection,
    outcome: LearningOutcome,
    why: str = "I asked.",
    about: Quoted | None = ABOUT,
    before: list[Claim] | None = None,
) -> Claim:
    return Claim.make(world.reflection(reflection), outcome, why, about, before=before or [], now=world.now)


def test_what_was_handed_in_can_be_claimed_whatever_became_of_it(world: World) -> None:
    with_outcomes(world)
    outcome = outcome_of(world, "service")
    for text in (submitted(world, world.ana), returned(world, world.ben), accepted(world, world.ana, 1)):
        claim = make(world, text, outcome)
        assert (claim.quoted, claim.justification, claim.made_at) == (ABOUT, "I asked.", world.now)
        assert claim.submission is world.reflection(text).latest


def test_what_was_not_handed_in_shows_nothing_yet(world: World) -> None:
    with_outcomes(world)
    outcome = outcome_of(world, "service")
    for text in (draft(world, world.ana), excused(world, world.ben)):
        with pytest.raises(Refused, match="Hand in your reflection first"):
            make(world, text, outcome)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"why": "  "}, "Say in a sentence"),
        ({"about": None}, "Choose the passage"),
        ({"rank": 2}, "cannot be claimed"),
        ({"ended": True}, "cannot be claimed"),
        ({"unpublished": True}, "cannot be claimed"),
    ],
)
def test_what_is_no_claim_is_refused(world: World, change: dict[str, object], sentence: str) -> None:
    with_outcomes(world, published="unpublished" not in change)
    outcome, text = outcome_of(world, "service"), submitted(world, world.ana)
    if "rank" in change:
        outcome = world.load(sa.select(LearningOutcome).where(LearningOutcome.id == outcome.parent_id))
    outcome.ended_at = world.now if "ended" in change else None
    with pytest.raises(Refused, match=sentence):
        make(world, text, outcome, str(change.get("why", "I asked.")), None if "about" in change else ABOUT)


def test_the_same_twice_is_one_claim_and_another_has_to_wait(world: World) -> None:
    with_outcomes(world)
    outcome, text = outcome_of(world, "service"), submitted(world, world.ana)
    world.keep(first := make(world, text, outcome))
    assert make(world, text, outcome, before=[first]) is first
    with pytest.raises(Refused, match="claimed this outcome already"):
        make(world, text, outcome, "Another reason.", before=[first])
    first.withdraw(now=world.now)
    assert make(world, text, outcome, "Another reason.", before=[first]) is not first


def test_ten_outcomes_are_enough_for_one_text(world: World) -> None:
    with_outcomes(world)
    outcome, text = outcome_of(world, "service"), submitted(world, world.ana)
    others = [Claim(outcome_id=1000 + n, withdrawn_at=None) for n in range(10)]
    with pytest.raises(Refused, match="at most"):
        make(world, text, outcome, before=others)
    others[0].withdrawn_at = world.now
    assert make(world, text, outcome, before=others).justification == "I asked."


def test_a_judgement_is_for_the_round_that_stands(world: World) -> None:
    with_outcomes(world)
    text = returned(world, world.ana)
    claim = judged(world, claimed(world, text, outcome_of(world, "service")), yes=False, reason="Who was it?")
    first = world.reflection(text).latest
    said = claim.judgement_of(first)
    assert said is not None
    assert (said.is_confirmed, said.reason, said.by_id) == (False, "Who was it?", world.mia.id)
    again = submitted(world, world.ana, said=words("We asked who waits, and wrote it down."), at=world.now + DAY)
    latest = world.reflection(again).latest
    assert claim.judgement_of(latest) is None, "nobody has said anything of the new round"
    claim = judged(world, claim)
    assert [(each.is_confirmed, each.submission_id) for each in claim.judgements] == [
        (False, first.id if first else 0),
        (True, latest.id if latest else 0),
    ]


def test_what_cannot_be_judged_is_refused_and_the_same_twice_is_one(world: World) -> None:
    with_outcomes(world)
    claim = judged(world, claimed(world, submitted(world, world.ana), outcome_of(world, "service")))
    latest = world.reflection(claim.reflection).latest
    yes = {
        "is_confirmed": True,
        "reason": "",
        "is_there": True,
        "submission": latest,
        "by": world.mia,
        "now": world.now,
    }
    assert claim.judge(**yes) is claim.judgements[0]  # type: ignore[arg-type]
    with pytest.raises(Refused, match="Mia has answered this claim meanwhile"):
        claim.judge(**yes | {"by": world.kris})  # type: ignore[arg-type]
    seen = claim.judgements[0].id
    assert claim.judge(**yes | {"by": world.kris, "seen": seen}) is claim.judgements[1]  # type: ignore[arg-type]
    for change, sentence in (
        ({"is_there": False}, "no longer in it"),
        ({"submission": None}, "no longer in it"),
        ({"is_confirmed": False}, "Say what is missing"),
    ):
        with pytest.raises(Refused, match=sentence):
            claim.judge(**yes | change)  # type: ignore[arg-type]
    claim.withdraw(now=world.now)
    with pytest.raises(Refused, match="withdrawn this claim"):
        claim.judge(**yes)  # type: ignore[arg-type]
    assert len(claim.judgements) == 2


def test_a_claim_is_adrift_from_the_first_round_without_its_words(world: World) -> None:
    with_outcomes(world)
    text = returned(world, world.ana)
    claim = claimed(world, text, outcome_of(world, "service"))
    assert claim.adrift_at is None
    text = returned(world, world.ana, said=words("Something else."), at=world.now + DAY)
    assert again(world, claim).adrift_at == world.now + DAY
    text = returned(world, world.ana, said=words("Something else again."), at=world.now + 2 * DAY)
    assert again(world, claim).adrift_at == world.now + DAY, "since then, and not since the last round"
    withdrawn(world, world.ana, said=words("We asked who waits, once more."), at=world.now + 3 * DAY)
    assert again(world, claim).adrift_at == world.now + 3 * DAY + HOUR, "that round had them, and was taken back"
    submitted(world, world.ana, said=words("We asked who waits, once more."), at=world.now + 4 * DAY)
    assert again(world, claim).adrift_at is None


def test_while_nothing_stands_no_words_are_missing(world: World) -> None:
    with_outcomes(world)
    text = submitted(world, world.ana)
    claim = claimed(world, text, outcome_of(world, "service"))
    text = world.reflection(text)
    text.withdraw(now=world.now + HOUR)
    followed(world, text)
    assert claim.adrift_at is None


@pytest.mark.parametrize(
    ("state", "said", "adrift", "evidence"),
    [
        ("submitted", None, False, Evidence.WAITING),
        ("submitted", True, False, Evidence.CONFIRMED),
        ("submitted", False, False, Evidence.DECLINED),
        ("returned", True, False, Evidence.CONFIRMED),
        ("accepted", None, False, Evidence.WAITING),
        ("accepted", True, False, Evidence.SHOWN),
        ("accepted", False, False, Evidence.DECLINED),
        ("accepted", True, True, Evidence.ADRIFT),
        ("submitted", None, True, Evidence.ADRIFT),
    ],
)
def test_how_far_a_claim_carries(world: World, state: str, said: bool | None, adrift: bool, evidence: Evidence) -> None:
    with_outcomes(world)
    text = {"submitted": submitted, "returned": returned, "accepted": accepted}[state](world, world.ana)
    claim = claimed(world, text, outcome_of(world, "service"))
    if said is not None:
        claim = judged(world, claim, yes=said, reason="" if said else "Who was it?")
    claim.follow(is_there=not adrift, now=world.now)
    world.keep()
    assert claim.evidence_in(world.reflection(text)) is evidence
    there = sa.select(in_sql()).select_from(Claim).join(Claim.reflection)
    assert Evidence(world.session.scalar(there)) is evidence, "the database reckons alike"


def again(world: World, claim: Claim) -> Claim:
    return world.load(sa.select(Claim).where(Claim.id == claim.id))
