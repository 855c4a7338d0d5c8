"""The pages of rules: a rule is tried before it is published, and what was not seen is not published."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio.models import Basis, RuleChange
from tests.cast import SERVICE, SERVICE_2, World, accepted, submitted

AWAY = {"required": "1", "basis": "submitted", "reason": "A holiday fell on it."}


@pytest.fixture
def oki(world: World, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    return client_for(world.oki)


@pytest.fixture
def address(world: World) -> str:
    return f"/modules/{world.sessions[SERVICE].module_id}/rule"


def changes(world: World) -> list[tuple[int, int, Basis, int, int]]:
    world.session.rollback()
    found = world.session.scalars(sa.select(RuleChange).order_by(RuleChange.id))
    return [(one.version, one.required, one.basis, one.gained, one.kept) for one in found]


def test_what_a_rule_would_do_is_shown_and_nothing_is_changed(world: World, oki: FlaskClient, address: str) -> None:
    submitted(world, world.ana, SERVICE)
    page = oki.get(address, query_string={"required": "1", "basis": "submitted"})
    assert "1 trainee becomes complete at once" in page.text
    assert "0 would not be complete by this rule" in page.text
    assert "for 2 trainees nothing changes" in page.text
    assert changes(world) == []
    assert world.progress(world.ana).module.required == 2


def test_a_rule_that_was_tried_is_published_and_is_the_rule_from_then_on(
    world: World, oki: FlaskClient, address: str
) -> None:
    submitted(world, world.ana, SERVICE)
    seen = {"gain": "1", "keep": "0", "stay": "0", "others": "2"}
    assert oki.post(address, data=AWAY | seen).status_code == 303
    assert changes(world) == [(2, 1, Basis.SUBMITTED, 1, 0)]
    assert world.progress(world.ana).completed_at is not None
    page = oki.get(f"/cohorts/{world.cohort.id}/rules")
    assert "The new rule holds from now on." in page.text
    assert "A holiday fell on it." in page.text
    assert "1 trainee became complete" in page.text


def test_who_is_complete_is_named_as_kept_before_and_kept_after(world: World, oki: FlaskClient, address: str) -> None:
    for n in (SERVICE, SERVICE_2):
        accepted(world, world.ana, n)
    nothing = {"gain": "0", "keep": "0", "stay": "1", "others": "2"}
    assert oki.post(address, data=AWAY | {"basis": "accepted"} | nothing).status_code == 303
    page = oki.get(address, query_string={"required": "0", "basis": "accepted"})
    assert "1 would not be complete by this rule, and is kept complete" in page.text
    kept = {"required": "0", "basis": "accepted", "gain": "0", "keep": "1", "stay": "0", "others": "2"}
    assert oki.post(address, data=AWAY | kept).status_code == 303
    assert [change[-1] for change in changes(world)] == [0, 1]
    assert world.progress(world.ana).completed_at is not None


def test_figures_that_have_changed_since_are_shown_again(world: World, oki: FlaskClient, address: str) -> None:
    seen = {"gain": "0", "keep": "0", "stay": "0", "others": "3"}
    submitted(world, world.ana, SERVICE)
    answer = oki.post(address, data=AWAY | seen)
    assert answer.status_code == 409
    assert "The figures have changed since you looked." in answer.text
    assert "A holiday fell on it." in answer.text, "the reason is given back"
    assert changes(world) == []


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"required": ""}, 422, "This field is required."),
        ({"required": "-1"}, 422, "Please give a number from 0 to 999."),
        ({"required": "1000"}, 422, "Please give a number from 0 to 999."),
        ({"basis": "liked"}, 422, "Not a valid choice"),
        ({"reason": "  "}, 422, "This field is required."),
        ({"required": "3"}, 409, "nobody could ever meet a rule of 3"),
        ({"required": "2", "basis": "accepted"}, 409, "This is the rule already."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(
    world: World, oki: FlaskClient, address: str, wrong: dict[str, str], status: int, sentence: str
) -> None:
    seen = {"gain": "0", "keep": "0", "stay": "0", "others": "3"}
    answer = oki.post(address, data=AWAY | seen | wrong)
    assert answer.status_code == status
    assert sentence in answer.text
    assert "A holiday fell on it." in answer.text or "reason" in wrong
    assert changes(world) == []


def test_a_rule_that_nobody_could_meet_cannot_be_published_from_the_page(oki: FlaskClient, address: str) -> None:
    page = oki.get(address, query_string={"required": "9", "basis": "accepted"})
    assert "Only 2 reflections are expected in this module, so nobody could ever meet this rule." in page.text
    assert "Publish the rule" not in page.text


def test_what_cannot_be_tried_is_marked(oki: FlaskClient, address: str) -> None:
    answer = oki.get(address, query_string={"required": "many", "basis": "accepted"})
    assert answer.status_code == 422
    assert "Please give a number from 0 to 999." in answer.text
    assert 'value="many"' in answer.text


def test_who_has_left_is_not_counted(world: World, oki: FlaskClient, address: str) -> None:
    submitted(world, world.cici, SERVICE)
    world.enrolment(world.cici).withdrawn_at = world.now
    world.keep()
    page = oki.get(address, query_string={"required": "1", "basis": "submitted"})
    assert "0 trainees become complete at once" in page.text
    assert "for 2 trainees nothing changes" in page.text
