"""The pages of rules: a rule is tried before it is published, and what was not seen is not published."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio.models import Basis, RuleChange
from tests.cast import SERVICE, World, accepted, submitted

AWAY = {"required": "1", "basis": "submitted", "reason": "A holiday fell on it.", "version": "1"}


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
    assert "would not be complete by this rule" not in page.text, "nobody"
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
    accepted(world, world.ana, SERVICE)
    one = {"basis": "accepted", "gain": "1", "keep": "0", "stay": "0", "others": "2"}
    assert oki.post(address, data=AWAY | one).status_code == 303
    page = oki.get(address, query_string={"required": "2", "basis": "accepted"})
    assert "1 would not be complete by this rule, and is kept complete" in page.text
    kept = {"required": "2", "basis": "accepted", "version": "2", "gain": "0", "keep": "1", "stay": "0", "others": "2"}
    assert oki.post(address, data=AWAY | kept).status_code == 303
    assert [change[-1] for change in changes(world)] == [0, 1]
    assert world.progress(world.ana).completed_at is not None


def test_a_rule_that_another_published_meanwhile_is_not_overridden_unseen(
    world: World, oki: FlaskClient, address: str
) -> None:
    nobody = {"gain": "0", "keep": "0", "stay": "0", "others": "3"}
    assert oki.post(address, data=AWAY | nobody).status_code == 303
    answer = oki.post(address, data=AWAY | nobody | {"required": "2"})
    assert answer.status_code == 409
    assert "The rule or its figures have changed since you looked." in answer.text
    assert 'name="version" value="2"' in answer.text, "it can be published from here"
    assert len(changes(world)) == 1


def test_figures_that_have_changed_since_are_shown_again(world: World, oki: FlaskClient, address: str) -> None:
    seen = {"gain": "0", "keep": "0", "stay": "0", "others": "3"}
    submitted(world, world.ana, SERVICE)
    answer = oki.post(address, data=AWAY | seen)
    assert answer.status_code == 409
    assert "The rule or its figures have changed since you looked." in answer.text
    assert "A holiday fell on it." in answer.text, "the reason is given back"
    assert changes(world) == []


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"required": ""}, 422, "This field is required."),
        ({"required": "-1"}, 422, "Please give a number from 1 to 999."),
        ({"required": "1000"}, 422, "Please give a number from 1 to 2."),
        ({"basis": "liked"}, 422, "Not a valid choice"),
        ({"reason": "  "}, 422, "This field is required."),
        ({"required": "0"}, 422, "Please give a number from 1 to 999."),
        ({"required": "3"}, 422, "Please give a number from 1 to 2."),
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
    assert page.status_code == 422
    assert "Please give a number from 1 to 2." in page.text
    assert "Publish the rule" not in page.text


def test_the_rule_that_holds_is_said_to_hold(oki: FlaskClient, address: str) -> None:
    page = oki.get(address, query_string={"required": "2", "basis": "accepted"})
    assert "This is the rule already." in page.text
    assert "Publish the rule" not in page.text


def test_what_cannot_be_tried_is_marked(oki: FlaskClient, address: str) -> None:
    answer = oki.get(address, query_string={"required": "many", "basis": "accepted"})
    assert answer.status_code == 422
    assert "Please give a number from 1 to 999." in answer.text
    assert 'value="many"' in answer.text


def test_who_has_left_is_not_counted(world: World, oki: FlaskClient, address: str) -> None:
    submitted(world, world.cici, SERVICE)
    world.enrolment(world.cici).withdrawn_at = world.now
    world.keep()
    page = oki.get(address, query_string={"required": "1", "basis": "submitted"})
    assert "Nothing changes for anybody at once." in page.text
    assert "complete at once" not in page.text, "nothing is not told"
    assert "for 2 trainees nothing changes" not in page.text
