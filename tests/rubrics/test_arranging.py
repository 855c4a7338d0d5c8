"""The organiser's pages: which rubric each module uses, and the cohort's own words, version by version."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import joinedload

from portfolio.models import Module, Outcome, Rating, Review, Rubric, User
from portfolio.models.rating import WHOLE
from tests.cast import ANALYTIC, HOLISTIC, NOON, World, module_of, rule_changed, submitted, with_rubric

Clients = Callable[[User | None], FlaskClient]


def used(world: World) -> list[tuple[str, int] | None]:
    """The rubric of each module, in their order, by its slug and version."""
    modules = world.session.scalars(
        sa.select(Module)
        .where(Module.cohort_id == world.cohort.id)
        .options(joinedload(Module.rubric))
        .order_by(Module.position)
        .execution_options(populate_existing=True)
    ).all()
    return [(module.rubric.slug, module.rubric.version) if module.rubric else None for module in modules]


def words_of(rubric: Rubric, **changed: str) -> dict[str, str]:
    """The form of a rubric as its page has it, with some of it changed."""
    form = {}
    for level in rubric.pack["levels"]:
        for text in ("name", "descriptor"):
            for language, said in level.get(text, {}).items():
                form[f"level-{level['score']}-{text}-{language}"] = said
    for each in rubric.pack.get("criteria", ()):
        for text in ("name", "low", "high"):
            for language, said in each.get(text, {}).items():
                form[f"criterion-{each['key']}-{text}-{language}"] = said
    return form | {name.replace("_", "-"): said for name, said in changed.items()}


@pytest.fixture
def oki(world: World, client_for: Clients) -> FlaskClient:
    return client_for(world.oki)


def test_a_module_is_given_a_rubric_of_the_library_and_loses_it_again(world: World, oki: FlaskClient) -> None:
    page = f"/cohorts/{world.cohort.id}/rubrics"
    assert "Four levels of reflection" in oki.get(page).text
    service, conduct = world.sessions[0].module_id, world.sessions[2].module_id
    form = {f"module-{service}": "kember-4", f"module-{conduct}": "-"}
    assert oki.post(page, data=form).status_code == 303
    assert used(world) == [("kember-4", 1), None, None]
    assert oki.post(page, data={f"module-{service}": "-"}).status_code == 303
    assert used(world) == [None, None, None]


def test_one_rubric_can_be_taken_for_all_modules_and_is_there_once(world: World, oki: FlaskClient) -> None:
    page = f"/cohorts/{world.cohort.id}/rubrics"
    for _ in range(2):
        oki.post(page, data={"all": "seed-neutral"})
        assert used(world) == [("seed-neutral", 1)] * 3
    assert world.session.scalar(sa.select(sa.func.count()).select_from(Rubric)) == 1
    oki.post(page, data={"all": "-"})
    assert used(world) == [None] * 3


@pytest.mark.parametrize("form", [{"all": "no-such"}, {"all": ""}, {"module-": "kember-4"}, {"all": "../prompts"}])
def test_what_is_not_in_the_library_changes_nothing(world: World, oki: FlaskClient, form: dict[str, str]) -> None:
    form = {f"{name}{world.sessions[0].module_id}" if name == "module-" else name: slug for name, slug in form.items()}
    if "all" not in form:
        form = dict.fromkeys(form, "no-such")
    assert oki.post(f"/cohorts/{world.cohort.id}/rubrics", data=form).status_code == 422
    assert used(world) == [None] * 3


def test_own_words_are_a_new_version_and_what_was_chosen_keeps_its_words(world: World, oki: FlaskClient) -> None:
    first = with_rubric(world)
    reflection = submitted(world, world.ana)
    world.keep(Review.decide(reflection, Outcome.ACCEPTED, "", round=1, levels={WHOLE: 2.0}, by=world.mia, now=NOON))
    page = f"/rubrics/{first.id}"
    assert "Thought" in oki.get(page).text
    assert oki.post(page, data=words_of(first, level_2_name_en="A thought of one's own")).status_code == 303
    assert used(world) == [("depth", 2)] * 3
    rating = world.session.scalars(sa.select(Rating).options(joinedload(Rating.rubric))).one()
    assert (rating.rubric.version, rating.rubric.levels[1].name["en"]) == (1, "Thought")
    shown = oki.get(f"/cohorts/{world.cohort.id}/rubrics").text
    assert "A thought of one&#39;s own" in shown
    assert "version 2" in shown


def test_saving_the_same_words_makes_no_version(world: World, oki: FlaskClient) -> None:
    first = with_rubric(world, ANALYTIC)
    oki.post(f"/rubrics/{first.id}", data=words_of(first))
    assert used(world) == [("parts", 1)] * 3


def test_a_rubric_that_is_chosen_again_comes_in_the_cohorts_own_words(world: World, oki: FlaskClient) -> None:
    page = f"/cohorts/{world.cohort.id}/rubrics"
    oki.post(page, data={"all": "kember-4"})
    rubric = world.session.scalars(sa.select(Rubric)).one()
    oki.post(f"/rubrics/{rubric.id}", data=words_of(rubric, level_1_name_en="Retelling"))
    for slug in ("moon-4", "kember-4"):
        oki.post(page, data={"all": slug})
    assert used(world) == [("kember-4", 2)] * 3


@pytest.mark.parametrize(
    "changed",
    [
        {"level_2_name_en": ""},
        {"level_2_name_id": "x" * 61},
        {"level_2_descriptor_en": ""},
        {"criterion_causes_low_id": "", "criterion_causes_low_en": ""},
    ],
)
def test_words_that_are_missing_or_too_long_come_back(world: World, oki: FlaskClient, changed: dict[str, str]) -> None:
    rubric = with_rubric(world, ANALYTIC)
    form = words_of(rubric, level_1_name_en="What I wrote just now", **changed)
    answer = oki.post(f"/rubrics/{rubric.id}", data=form)
    assert answer.status_code == 422
    assert "What I wrote just now" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert used(world) == [("parts", 1)] * 3


def test_who_saves_old_words_is_told_and_keeps_what_they_wrote(world: World, oki: FlaskClient) -> None:
    first = with_rubric(world)
    page = f"/rubrics/{first.id}"
    oki.post(page, data=words_of(first, level_1_name_en="Another's word"))
    late = oki.post(page, data=words_of(first, level_1_name_en="My word"))
    assert late.status_code == 409
    assert "changed by somebody else" in late.text
    assert "My word" in late.text
    assert used(world) == [("depth", 2)] * 3


def test_tags_in_own_words_are_only_letters(world: World, oki: FlaskClient) -> None:
    rubric = with_rubric(world)
    oki.post(f"/rubrics/{rubric.id}", data=words_of(rubric, level_1_name_en="<b>Story</b>"))
    shown = oki.get(f"/cohorts/{world.cohort.id}/rubrics").text
    assert "&lt;b&gt;Story" in shown
    assert "<b>Story" not in shown


def test_the_rubric_of_another_cohort_is_not_there(world: World, client_for: Clients) -> None:
    rubric = with_rubric(world)
    olla = client_for(world.olla)
    assert olla.get(f"/cohorts/{world.other.id}/rubrics").status_code == 200
    assert olla.get(f"/rubrics/{rubric.id}").status_code == 404
    assert olla.post(f"/rubrics/{rubric.id}", data=words_of(rubric)).status_code == 404
    assert client_for(world.mia).get(f"/rubrics/{rubric.id}").status_code == 404


def test_only_words_can_be_put_otherwise(world: World) -> None:
    rubric = with_rubric(world)
    cohort = world.cohort
    for pack in (HOLISTIC | {"half_levels": False}, HOLISTIC | {"levels": HOLISTIC["levels"][:3]}, ANALYTIC):
        with pytest.raises(Exception, match="Only the words"):
            rubric.reword(pack, cohort=cohort, now=NOON)


def test_the_rubric_of_a_rule_that_asks_for_a_level_stays(world: World, client_for: Callable[..., FlaskClient]) -> None:
    with_rubric(world)
    rule_changed(world, min_level=2.0)
    answer = client_for(world.oki).post(f"/cohorts/{world.cohort.id}/rubrics", data={"all": "-"})
    assert answer.status_code == 409
    assert "The rule of “Service” asks for a level of its rubric. Change the rule first." in answer.text
    assert module_of(world).rubric is not None
