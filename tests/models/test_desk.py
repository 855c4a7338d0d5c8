"""Leases, feedback that is not sent yet, saved comments, rubrics and what is chosen from them."""

from datetime import timedelta

import pytest

from portfolio.errors import Refused, Stale
from portfolio.models import FeedbackDraft, Lease, Outcome, Pen, Review, Rubric, SavedComment
from portfolio.models.desk import LEASE_LASTS
from portfolio.models.rating import WHOLE
from tests.cast import ANALYTIC, DAY, HOLISTIC, HOUR, World, draft, submitted, with_rubric

MINUTE = timedelta(minutes=1)

# --- Leases


def test_a_lease_lasts_45_minutes_and_is_renewed_by_its_holder(world: World) -> None:
    lease = Lease.of(submitted(world, world.ana), world.mia, now=world.now)
    assert lease.until == world.now + 45 * MINUTE
    assert lease.is_live(world.now + 44 * MINUTE)
    assert not lease.is_live(world.now + 45 * MINUTE)
    assert lease.take(world.mia, now=world.now + 30 * MINUTE)
    assert (lease.taken_at, lease.until) == (world.now, world.now + 75 * MINUTE)


def test_a_lease_of_another_is_not_taken_while_it_runs(world: World) -> None:
    lease = Lease.of(submitted(world, world.ana), world.mia, now=world.now)
    assert lease.is_of_another(world.kris, world.now)
    assert not lease.is_of_another(world.mia, world.now)
    assert not lease.take(world.kris, now=world.now + 44 * MINUTE)
    assert lease.holder_id == world.mia.id
    assert lease.take(world.kris, now=world.now + LEASE_LASTS)
    assert (lease.holder_id, lease.taken_at) == (world.kris.id, world.now + LEASE_LASTS)


def test_only_its_holder_gives_a_lease_up(world: World) -> None:
    lease = Lease.of(submitted(world, world.ana), world.mia, now=world.now)
    lease.give_up(world.kris, now=world.now + MINUTE)
    assert lease.is_live(world.now + 2 * MINUTE)
    lease.give_up(world.mia, now=world.now + MINUTE)
    assert not lease.is_live(world.now + MINUTE)
    lease.give_up(world.mia, now=world.now + HOUR)
    assert lease.until == world.now + MINUTE


# --- Feedback that is not sent yet


def begun(world: World) -> FeedbackDraft:
    submission = submitted(world, world.ana).latest
    assert submission is not None
    feedback = FeedbackDraft.begin(submission, world.mia, now=world.now)
    feedback.keep("First.", {}, version=0, pen=Pen("one", 1), now=world.now)
    world.keep(feedback)
    return feedback


def test_feedback_is_kept_and_the_same_again_changes_nothing(world: World) -> None:
    feedback = begun(world)
    version = feedback.version
    feedback.keep("First.", {}, version=0, now=world.now + HOUR)
    world.keep()
    assert (feedback.version, feedback.written_at) == (version, world.now)
    feedback.keep("Second.", {WHOLE: 2.5}, version=version, now=world.now + HOUR)
    world.keep()
    assert (feedback.feedback, feedback.levels, feedback.version) == ("Second.", {WHOLE: 2.5}, version + 1)


def test_another_tab_with_an_older_text_is_stale(world: World) -> None:
    feedback = begun(world)
    with pytest.raises(Stale):
        feedback.keep("From elsewhere.", {}, version=0, pen=Pen("two", 9), now=world.now)
    assert feedback.feedback == "First."


def test_the_tab_that_wrote_last_is_taken_whatever_it_has_heard_and_its_late_saves_are_passed_over(
    world: World,
) -> None:
    feedback = begun(world)
    feedback.keep("Third.", {}, version=0, pen=Pen("one", 3), now=world.now)
    feedback.keep("Second, late.", {}, version=0, pen=Pen("one", 2), now=world.now)
    feedback.keep("Third.", {}, version=0, pen=Pen("one", 5), now=world.now)
    feedback.keep("Fourth, late.", {}, version=0, pen=Pen("one", 4), now=world.now)
    assert (feedback.feedback, feedback.stroke) == ("Third.", 5)


# --- Saved comments


def test_a_saved_comment_says_something_and_counts_its_uses(world: World) -> None:
    saved = SavedComment(owner=world.mia, title="", text="Well seen.", uses=0, created_at=world.now)
    with pytest.raises(Refused, match="nothing to save"):
        saved.change("", "  \n", None)
    saved.change("Praise", "Well seen, {name}.", world.cohort)
    saved.use(now=world.now + HOUR)
    saved.use(now=world.now + DAY)
    assert (saved.text, saved.cohort, saved.uses, saved.used_at) == (
        "Well seen, {name}.", world.cohort, 2, world.now + DAY,
    )  # fmt: skip
    saved.remove(now=world.now)
    saved.remove(now=world.now + DAY)
    assert saved.removed_at == world.now
    saved.bring_back()
    assert saved.removed_at is None


# --- Rubrics


def test_a_holistic_rubric_has_one_criterion_and_half_levels_where_it_says_so(world: World) -> None:
    rubric = with_rubric(world)
    assert [criterion.key for criterion in rubric.criteria] == [WHOLE]
    assert rubric.scale == [1, 1.5, 2, 2.5, 3, 3.5, 4]
    parts = with_rubric(world, ANALYTIC)
    assert [criterion.key for criterion in parts.criteria] == ["causes", "steps"]
    assert parts.scale == [1, 2, 3, 4]


@pytest.mark.parametrize("chosen", [{WHOLE: 4.5}, {WHOLE: 0.5}, {WHOLE: 2.25}, {"style": 2.0}, {WHOLE: float("nan")}])
def test_a_level_that_is_not_in_the_rubric_is_refused(world: World, chosen: dict[str, float]) -> None:
    with pytest.raises(Refused, match="not in the rubric"):
        with_rubric(world).ratings(chosen)


def test_a_rubric_is_adopted_once_and_what_says_something_else_is_a_new_version(world: World) -> None:
    first = with_rubric(world)
    assert with_rubric(world).id == first.id
    better = HOLISTIC | {"title": {"id": "Kedalaman", "en": "Depth of thought"}}
    second = with_rubric(world, better)
    assert (first.slug, first.version, second.slug, second.version) == ("depth", 1, "depth", 2)
    assert with_rubric(world).id == first.id
    assert isinstance(second, Rubric)
    assert str(second.title) == "Kedalaman"


def test_a_writers_own_levels_and_a_reviewers_stand_beside_each_other(world: World) -> None:
    with_rubric(world, ANALYTIC)
    reflection = draft(world, world.ana)
    reflection.submit(levels={"causes": 2}, now=world.now)
    world.keep()
    reflection = world.reflection(reflection)
    levels = {"causes": 3.0, "steps": 4.0}
    review = Review.decide(reflection, Outcome.ACCEPTED, "", round=1, levels=levels, by=world.mia, now=world.now)
    world.keep(review)
    submission = review.submission
    world.session.refresh(submission, ["ratings"])
    assert [(rating.criterion, rating.level) for rating in submission.own_ratings] == [("causes", 2)]
    assert [(rating.criterion, rating.level) for rating in review.ratings] == [("causes", 3), ("steps", 4)]
    assert len(submission.ratings) == 3


def test_no_level_is_kept_of_a_decision_that_is_refused(world: World) -> None:
    with_rubric(world)
    reflection = submitted(world, world.ana)
    with pytest.raises(Refused, match="not in the rubric"):
        Review.decide(reflection, Outcome.ACCEPTED, "", round=1, levels={WHOLE: 7}, by=world.mia, now=world.now)
    world.session.rollback()
    assert world.reflection(reflection).awaiting is not None
