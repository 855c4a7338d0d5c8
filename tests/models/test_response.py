"""What a writer says to a decision, second looks, and blind scoring."""

from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.errors import Refused
from portfolio.models import (
    Acknowledgement,
    Calibration,
    Moderation,
    Rating,
    Reflection,
    Review,
    SecondLook,
    State,
    Submission,
    User,
    Verdict,
)
from portfolio.models.rating import WHOLE
from portfolio.queries import whole
from tests.cast import ANALYTIC, DAY, HOUR, PROMISED, SERVICE_2, World, accepted, returned, with_rubric


def asked(world: World, reason: str = "I think it shows more.") -> SecondLook:
    look = SecondLook.ask(accepted(world, world.ana), reason, now=world.now)
    world.keep(look)
    return look


def test_a_writer_says_what_they_made_of_feedback_and_may_change_it(world: World) -> None:
    reflection = world.load(whole(sa.select(Reflection).where(Reflection.id == returned(world, world.ana).id)))
    review = reflection.submissions[0].reviews[0]
    Acknowledgement.of(review, is_helpful=None, acted_on="", now=world.now)
    world.keep()
    mark = Acknowledgement.of(review, is_helpful=True, acted_on=" I asked Ibu Farah. ", now=world.now + HOUR)
    world.keep()
    assert (mark.read_at, mark.is_helpful, mark.acted_on, mark.acted_at) == (
        world.now, True, "I asked Ibu Farah.", world.now + HOUR,
    )  # fmt: skip
    Acknowledgement.of(review, is_helpful=False, acted_on="I asked Ibu Farah.", now=world.now + DAY)
    assert (mark.is_helpful, mark.acted_at) == (False, world.now + HOUR)
    Acknowledgement.of(review, is_helpful=False, acted_on="", now=world.now + DAY)
    assert mark.acted_at is None


def test_a_second_look_is_asked_for_once_for_a_reason_and_only_at_what_was_accepted(world: World) -> None:
    look = asked(world)
    assert (look.promised_on, look.review.reviewer_id, look.is_open) == (PROMISED, world.kris.id, True)
    reflection = world.reflection(look.reflection)
    assert SecondLook.ask(reflection, "I think it shows more.", now=world.now + DAY).id == look.id
    with pytest.raises(Refused, match="already"):
        SecondLook.ask(reflection, "Please.", now=world.now + DAY)
    with pytest.raises(Refused, match="once a reflection has been accepted"):
        SecondLook.ask(returned(world, world.ana, SERVICE_2), "Please.", now=world.now)
    with pytest.raises(Refused, match="reason"):
        SecondLook.ask(accepted(world, world.ben), " ", now=world.now)


def test_a_second_look_goes_to_somebody_else(world: World) -> None:
    look = asked(world)
    for who, why in ((world.mia, "decided"), (world.kris, "decided"), (world.ana, "own")):
        with pytest.raises(Refused, match=why):
            look.give_to(who, by=world.oki, now=world.now)
    look.give_to(world.paul, by=world.oki, now=world.now)
    world.keep()
    assert (look.reader_id, look.given_by_id, look.given_at) == (world.paul.id, world.oki.id, world.now)
    seen = world.session.scalars(policy.second_looks_awaiting(world.paul)).all()
    readable = world.session.scalars(policy.visible_reflections(world.paul).with_only_columns(Reflection.id)).all()
    world.session.commit()
    assert ([each.id for each in seen], list(readable)) == ([look.id], [look.reflection_id])


def settled(world: World, verdict: Verdict, by: User, answer: str = "I see why.") -> object:
    reflection = world.load(sa.select(Reflection).join(SecondLook, SecondLook.reflection_id == Reflection.id))
    reflection = world.reflection(reflection)
    parts = (SecondLook.review, SecondLook.reader, SecondLook.reflection)
    query = sa.select(SecondLook).options(selectinload(SecondLook.ratings), *(joinedload(part) for part in parts))
    look = world.session.scalars(query).one()
    assert look.reflection is reflection
    result = look.settle(verdict, answer, levels={WHOLE: 3.5}, by=by, now=world.now + DAY)
    world.keep(*([result] if result else []))
    return result


def test_a_decision_that_is_upheld_stands(world: World) -> None:
    with_rubric(world)
    look = asked(world)
    look.give_to(world.oki, by=world.oki, now=world.now)
    assert settled(world, Verdict.UPHELD, world.oki) is None
    assert world.reflection(look.reflection).state is State.ACCEPTED
    assert world.load(sa.select(Rating)).second_look_id == look.id
    assert settled(world, Verdict.UPHELD, world.oki) is None  # twice
    with pytest.raises(Refused, match="answered"):
        settled(world, Verdict.CHANGED, world.oki)


def test_a_decision_that_is_not_upheld_gives_the_text_back_to_its_writer(world: World) -> None:
    with_rubric(world)
    look = asked(world)
    look.give_to(world.oki, by=world.oki, now=world.now)
    assert settled(world, Verdict.CHANGED, world.oki, "It shows more than was seen.") is not None
    reflection = world.reflection(look.reflection)
    assert reflection.state is State.RETURNED
    assert world.load(sa.select(Review).where(Review.step == 0)).is_accepted  # what was decided stays decided


def test_only_who_was_asked_answers_and_says_why(world: World) -> None:
    look = asked(world)
    look.give_to(world.oki, by=world.oki, now=world.now)
    world.keep()
    with pytest.raises(Refused, match="somebody else"):
        settled(world, Verdict.UPHELD, world.paul)
    with pytest.raises(Refused, match="reason"):
        settled(world, Verdict.UPHELD, world.oki, "  ")


# --- Blind scoring


def submission_of(world: World, trainee: User, n: int = 0) -> Submission:
    latest = accepted(world, trainee, n).latest
    assert latest is not None
    return latest


def test_the_same_seed_draws_the_same_and_nobody_is_given_much_more_than_another(world: World) -> None:
    rubric = with_rubric(world)
    candidates = {number: [1, 2, 3, 4] for number in range(100, 140)}

    def draw(seed: str) -> list[tuple[int, list[int]]]:
        drawn = Calibration.draw(world.cohort, rubric, candidates, percent=50, seed=seed, by=world.oki, now=world.now)
        return [(text.submission_id, [scoring.assessor_id for scoring in text.scorings]) for text in drawn.texts]

    first = draw("a seed")
    assert draw("a seed") == first != draw("another")
    assert len(first) == 20
    assert all(len(set(assessors)) == 2 for _, assessors in first)
    load = Counter(assessor for _, assessors in first for assessor in assessors)
    assert set(load.values()) == {10}


def test_a_text_that_too_few_may_score_is_not_drawn(world: World) -> None:
    rubric = with_rubric(world)
    drawn = Calibration.draw(
        world.cohort, rubric, {1: [7], 2: [7, 8], 3: [7, 7]}, percent=100, by=world.oki, now=world.now
    )
    assert [text.submission_id for text in drawn.texts] == [2]
    with pytest.raises(Refused, match="No text"):
        Calibration.draw(world.cohort, rubric, {1: [7]}, percent=100, by=world.oki, now=world.now)


def test_scores_are_of_every_criterion_and_may_change_until_the_sample_is_closed(world: World) -> None:
    rubric = with_rubric(world, ANALYTIC)
    submission = submission_of(world, world.ana)
    sample = Calibration.draw(
        world.cohort, rubric, {submission.id: [world.oki.id, world.obed.id]}, percent=1, by=world.oki, now=world.now
    )
    world.keep(sample)
    [text] = sample.texts
    first, second = text.scorings
    with pytest.raises(Refused, match="each criterion"):
        first.score({"causes": 2}, "", now=world.now)
    first.score({"causes": 2, "steps": 3}, "", now=world.now)
    first.score({"causes": 4, "steps": 3}, " Clear. ", now=world.now + HOUR)
    world.keep()
    assert [(rating.criterion, rating.level) for rating in first.ratings] == [("causes", 4), ("steps", 3)]
    assert (first.note, first.scored_at) == ("Clear.", world.now + HOUR)
    with pytest.raises(Refused, match="scored this text already"):
        first.recuse("I know her.", now=world.now)
    with pytest.raises(Refused, match="reason"):
        second.recuse(" ", now=world.now)
    second.recuse("I know her.", now=world.now)
    with pytest.raises(Refused, match="passed this text on"):
        second.score({"causes": 2, "steps": 3}, "", now=world.now)
    with pytest.raises(Refused, match="Close the sample"):
        Moderation.settle(text, "causes", 3, "Because.", by=world.oki, now=world.now)
    sample.close(now=world.now + DAY)
    with pytest.raises(Refused, match="closed"):
        first.score({"causes": 1, "steps": 1}, "", now=world.now)
    with pytest.raises(Refused, match="not in the rubric"):
        Moderation.settle(text, "causes", 3.5, "Because.", by=world.oki, now=world.now)
    with pytest.raises(Refused, match="reason"):
        Moderation.settle(text, "causes", 3, " ", by=world.oki, now=world.now)
    world.keep(Moderation.settle(text, "causes", 3, "Because.", by=world.oki, now=world.now))
    # The writer is told nothing of blind scores.
    world.session.refresh(submission, ["ratings"])
    assert submission.ratings == []
