"""Levels on the pages: a writer's own view, theirs alone until the decision, then beside what the reviewer chose."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio.models import Outcome, Rating, Reflection, Review, User, Visibility
from portfolio.models.rating import WHOLE
from tests.cast import ANALYTIC, DAY, NOON, World, draft, with_rubric, words

Clients = Callable[[User | None], FlaskClient]


# Words that stand on a page only where somebody's choice is shown.
OWN, THEIRS = "between Thought and Reflection", "4 · Change"


def form_of(reflection: Reflection, **more: str) -> dict[str, str]:
    """What the page to write on sends."""
    said = {"version": str(reflection.version), "title": "A title", "visibility": "mentor"}
    return said | {"answer_discussed": "We asked who waits."} | {f"level-{key}": value for key, value in more.items()}


def own_levels(world: World) -> list[tuple[str, float]]:
    """What was kept as a writer's own."""
    return [
        (rating.criterion, rating.level)
        for rating in world.session.scalars(sa.select(Rating).where(Rating.review_id.is_(None)).order_by(Rating.id))
    ]


def handed_in(world: World, visibility: Visibility = Visibility.MENTOR) -> Reflection:
    """Handed in by Ana, who sees it between two levels."""
    with_rubric(world)
    reflection = draft(world, world.ana, visibility=visibility)
    reflection.submit(levels={WHOLE: 2.5}, now=NOON - DAY)
    world.keep()
    return world.reflection(reflection)


def decide(world: World, reflection: Reflection, by: User, outcome: Outcome = Outcome.ACCEPTED) -> None:
    """With the highest level."""
    reflection = world.reflection(reflection)
    assert reflection.latest is not None
    levels = {WHOLE: 4.0}
    world.keep(
        Review.decide(reflection, outcome, "Well.", round=reflection.latest.round, levels=levels, by=by, now=NOON)
    )


def test_the_page_to_write_on_asks_for_an_own_view_where_there_is_a_rubric(world: World, client_for: Clients) -> None:
    reflection, ana = draft(world, world.ana), client_for(world.ana)
    assert "How do you see it yourself?" not in ana.get(f"/reflections/{reflection.id}/edit").text
    with_rubric(world)
    page = ana.get(f"/reflections/{reflection.id}/edit").text
    assert "How do you see it yourself?" in page
    assert "2.5 · between Thought and Reflection" in page
    assert "What change looks like." in page


def test_what_a_writer_chooses_is_handed_in_with_the_text(world: World, client_for: Clients) -> None:
    with_rubric(world, ANALYTIC)
    reflection = draft(world, world.ana)
    form = form_of(reflection, causes="3.0", steps="")
    assert client_for(world.ana).post(f"/reflections/{reflection.id}/submission", data=form).status_code == 303
    assert world.reflection(reflection).state.value == "submitted"
    assert own_levels(world) == [("causes", 3.0)]


@pytest.mark.parametrize("has_rubric", [True, False])
def test_handing_in_needs_no_level(world: World, client_for: Clients, has_rubric: bool) -> None:
    if has_rubric:
        with_rubric(world)
    reflection = draft(world, world.ana)
    client_for(world.ana).post(f"/reflections/{reflection.id}/submission", data=form_of(reflection))
    assert world.reflection(reflection).state.value == "submitted"
    assert own_levels(world) == []


@pytest.mark.parametrize("bad", [{"causes": "2.5"}, {"style": "2.0"}, {"causes": "9"}, {"causes": "<b>"}])
def test_a_level_that_is_not_in_the_rubric_hands_in_nothing_and_keeps_the_text(
    world: World, client_for: Clients, bad: dict[str, str]
) -> None:
    with_rubric(world, ANALYTIC)
    reflection = draft(world, world.ana)
    form = form_of(reflection, steps="3.0", **bad) | {"answer_view": "These words must not be lost."}
    answer = client_for(world.ana).post(f"/reflections/{reflection.id}/submission", data=form)
    assert answer.status_code == 422
    assert "This level is not in the rubric." in answer.text
    assert "These words must not be lost." in answer.text
    assert 'name="level-steps" value="3.0" checked' in answer.text
    kept = world.reflection(reflection)
    assert (kept.state.value, kept.answers["view"]) == ("draft", "These words must not be lost.")
    assert own_levels(world) == []


def test_the_question_before_handing_in_keeps_the_choice_and_asks_again(world: World, client_for: Clients) -> None:
    with_rubric(world)
    reflection, ana = draft(world, world.ana), client_for(world.ana)
    form = form_of(reflection, whole="2.5") | {"answer_discussed": "Call ben@test.example about it."}
    asked = ana.post(f"/reflections/{reflection.id}/submission", data=form)
    page = ana.get(asked.location).text
    assert "Before you submit" in page
    assert 'name="level-whole" value="2.5" checked' in page
    version = str(world.reflection(reflection).version)
    as_it_stands = {"as_it_stands": "1", "version": version}
    address = f"/reflections/{reflection.id}/submission"
    answer = ana.post(address, data=as_it_stands | {"level-whole": "2.25"})
    assert answer.status_code == 422
    assert "Before you submit" in answer.text
    assert ana.post(address, data=as_it_stands | {"level-whole": "3.5"}).status_code == 303
    assert own_levels(world) == [("whole", 3.5)]


def test_before_the_decision_the_writers_own_levels_are_theirs_alone(world: World, client_for: Clients) -> None:
    reflection = handed_in(world)
    shown = f"/reflections/{reflection.id}"
    assert OWN in client_for(world.ana).get(shown).text
    for reader in (world.mia, world.kris, world.oki):
        page = client_for(reader).get(shown)
        assert page.status_code == 200
        assert OWN not in page.text
    review = client_for(world.mia).get(f"{shown}/review").text
    assert review.count(OWN) == 1  # as one of the levels to choose from
    assert 'value="2.5" checked' not in review
    decide(world, reflection, world.mia)
    assert OWN not in client_for(world.oki).get(shown).text  # the coach has not decided
    assert client_for(world.kris).get(f"{shown}/review").text.count(OWN) == 1


def test_after_the_decision_both_stand_side_by_side(world: World, client_for: Clients) -> None:
    reflection = handed_in(world)
    decide(world, reflection, world.mia)
    decide(world, reflection, world.kris)
    for reader in (world.ana, world.mia, world.kris, world.oki):
        page = client_for(reader).get(f"/reflections/{reflection.id}").text
        assert OWN in page
        assert THEIRS in page
        assert "by the writer" in page


def test_an_earlier_round_shows_the_levels_of_its_own_decision(world: World, client_for: Clients) -> None:
    reflection = handed_in(world)
    decide(world, reflection, world.mia, Outcome.RETURNED)
    again = draft(world, world.ana, said=words("Once more, with the causes."))
    again.submit(levels={WHOLE: 1.5}, now=NOON)
    world.keep()
    page = client_for(world.mia).get(f"/reflections/{reflection.id}").text
    assert OWN in page
    assert THEIRS in page
    assert "between Story and Thought" not in page  # the round that waits


def test_fellow_trainees_and_strangers_are_shown_no_levels(world: World, client_for: Clients) -> None:
    reflection = handed_in(world, Visibility.COHORT)
    decide(world, reflection, world.mia)
    decide(world, reflection, world.kris)
    page = client_for(world.ben).get(f"/reflections/{reflection.id}")
    assert page.status_code == 200
    assert OWN not in page.text
    assert THEIRS not in page.text
    for stranger in (world.dodi, world.otto, world.olla):
        assert client_for(stranger).get(f"/reflections/{reflection.id}").status_code == 404


def test_levels_of_another_rubric_than_the_reviewers_stand_by_themselves(world: World, client_for: Clients) -> None:
    reflection = handed_in(world)
    with_rubric(world, ANALYTIC)
    reflection = world.reflection(reflection)
    world.session.refresh(reflection.session.module, ["rubric"])
    levels = {"causes": 4.0}
    world.keep(Review.decide(reflection, Outcome.RETURNED, "Why?", round=1, levels=levels, by=world.mia, now=NOON))
    page = client_for(world.ana).get(f"/reflections/{reflection.id}").text
    assert page.count('<table class="beside-levels') == 2
    assert OWN in page
