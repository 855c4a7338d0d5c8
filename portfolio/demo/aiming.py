"""What the demo's programme is for, what its trainees say they have shown of it, and what their mentors answer."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from portfolio.cohorts.outcome_tree import tree
from portfolio.demo.cast import words
from portfolio.demo.stories import Actors
from portfolio.models import Claim, Cohort, Enrolment, LearningOutcome, OutcomeChange, Reflection, State
from portfolio.web.passages import quoted, sentences

SEED = 15
CLAIMING, ANSWERING = timedelta(minutes=20), timedelta(hours=20)
CLAIMED, CONFIRMED, DECLINED = 0.55, 0.75, 0.87


def aim(cohort: Cohort, actors: Actors, begun: datetime) -> tuple[list[LearningOutcome], list[OutcomeChange]]:
    """The outcomes of the programme, taken over and published before the cohort begins; and the record of that."""
    outcomes = LearningOutcome.lay_out(cohort, tree(cohort.programme.pack), before=[])
    taken_over = OutcomeChange.laid_out(cohort, by=actors.organiser, now=begun)
    published = OutcomeChange.publish(cohort, outcomes, by=actors.organiser, now=begun + ANSWERING)
    assert published is not None
    return outcomes, [taken_over, published]


def claim(
    outcomes: list[LearningOutcome], actors: Actors, enrolments: list[Enrolment], now: datetime
) -> Iterator[Claim]:
    """Of about every second text its writer says what it shows; most of that is confirmed, some waits."""
    chance = random.Random(SEED)
    above = {id(each.parent) for each in outcomes}
    ends = [each for each in outcomes if each.is_seen_in_texts and id(each) not in above]
    for enrolment in enrolments:
        for reflection in enrolment.reflections:
            served = [each for each in ends if reflection.session in each.sessions]
            if reflection.latest is None or not served or chance.random() > CLAIMED:
                continue
            yield _claimed(enrolment, reflection, chance.choice(served), actors, chance, now)


def _claimed(
    enrolment: Enrolment,
    reflection: Reflection,
    outcome: LearningOutcome,
    actors: Actors,
    chance: random.Random,
    now: datetime,
) -> Claim:
    said: dict[str, Any] = words()["claims"]
    latest, template = reflection.latest, reflection.session.template
    assert latest is not None
    assert template is not None
    longest = sorted(sentences(latest.words, template), key=lambda each: -len(each[1]))[:3]
    about = quoted(latest.words, chance.choice(longest)[0])
    moment = min(latest.submitted_at + CLAIMING, now)
    return Claim.make(reflection, outcome, chance.choice(said["why"]), about, before=[], now=moment)


def answer(claims: list[Claim], actors: Actors, now: datetime) -> None:
    """What the mentors say of what is claimed, once they have accepted the text."""
    chance, missing = random.Random(SEED), words()["claims"]["missing"]
    for made in claims:
        luck, answered, reflection = chance.random(), made.made_at + ANSWERING, made.reflection
        if reflection.state is State.ACCEPTED and luck < DECLINED and answered < now:
            made.judge(
                is_confirmed=luck < CONFIRMED,
                reason="" if luck < CONFIRMED else chance.choice(missing),
                is_there=True,
                submission=reflection.latest,
                by=actors.mentors[reflection.enrolment.group],
                now=answered,
            )
