"""Ana's way through a module that asks for a level, for what is on time and for another first: every number by hand."""

import html
import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.models import Basis, Outcome, Reopening, User
from portfolio.models.rating import WHOLE
from tests import cast
from tests.cast import CONDUCT, DAY, HOUR, NOON, SERVICE, SERVICE_2, World, make_world

ClientFor = Callable[[User | None], FlaskClient]
MONDAY, TUESDAY = NOON - 2 * DAY, NOON - DAY  # on which the two parts of Service are due


@pytest.fixture
def world(session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    """One mentor signs; there is a rubric of four levels and half ones."""
    world = make_world(session, steps=["mentor"])
    cast.with_rubric(world)
    monkeypatch.setattr(clock, "now", lambda: world.now)
    return world


class Told:
    """What is said of Ana's module Service: to herself, to her mentor, to the organiser."""

    def __init__(self, world: World, client_for: ClientFor) -> None:
        self.place, self.cohort = world.enrolment(world.ana).id, world.cohort.id
        self.ana, self.mia, self.oki = (client_for(user) for user in (world.ana, world.mia, world.oki))

    def cards(self) -> list[str]:
        path = f"/enrolments/{self.place}/progress"
        return [said(page, "Service") for page in (self.ana.get("/progress/").text, self.mia.get(path).text,
                                                   self.oki.get(path).text)]  # fmt: skip

    def all_are_told(self, *sentences: str) -> None:
        for card in self.cards():
            for sentence in sentences:
                assert sentence in card, (sentence, card)

    def nobody_is_told(self, *words: str) -> None:
        for card in self.cards():
            assert not [each for each in words if each in card], card

    def of_modules(self) -> tuple[int, int, int]:
        """In the grid: how many of the three modules are complete, and figures of Service."""
        page = self.oki.get(f"/cohorts/{self.cohort}/progress?sort=name").text
        [row] = [each for each in page.split("<tr") if ">Ana<" in each]
        cell = re.search(r'data-label="Service".*?(\d+)/(\d+)/(\d+)', row, re.S)
        assert cell
        return int(cell[1]), int(cell[2]), int(cell[3])


def said(page: str, module: str) -> str:
    """All that a card says, as one line."""
    found = re.search(rf"{module}</h3>(.*?)</(?:article|li)>", page, re.S)
    assert found, module
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split())


def signed(world: World, n: int, level: float | None, at: datetime, **written: object) -> None:
    there = cast.submitted(world, world.ana, n, at=at, **written)  # type: ignore[arg-type]
    cast.decide(world, there, Outcome.ACCEPTED, levels={WHOLE: level} if level else None, at=max(at, world.now))


def test_figures_and_words_are_those_worked_out_by_hand_for_all_three(world: World, client_for: ClientFor) -> None:
    told = Told(world, client_for)
    waits = {"prerequisite_id": world.sessions[CONDUCT].module_id}
    cast.rule_changed(world, SERVICE, min_level=3.0, on_time=100, **waits)

    # Nothing is written. Both days of Service are over, so that only an organiser can make it good.
    told.all_are_told(
        "Complete when 2 reflections are signed off at level 3 or above.",
        "At least 100% of those that count were first handed in by their day.",
        "Not before “Conduct” is complete.",
        "2 more at level 3 or above are still missing.",
        "By these days alone this can no longer be reached",
        "Waits for “Conduct”.",
        "0 submitted · 0 signed off · 2 asked for",
    )
    told.nobody_is_told("Level given", "on time; at least")

    # Monday's was handed in on Monday and is signed at 3: one is missing. Tuesday's comes a day late and gets 2.5.
    signed(world, SERVICE, 3.0, MONDAY)
    signed(world, SERVICE_2, 2.5, NOON)
    told.all_are_told(
        "2 submitted · 2 signed off · 2 asked for",
        "1 more at level 3 or above is still missing.",
        "Levels given: 3 · 2.5; asked for is 3 or above.",
        "1 of 1 on time; at least 100% is asked for.",  # what is below the level does not count, late or not
        "Waits for “Conduct”.",
    )
    assert told.of_modules() == (2, 2, 2)

    # The mentor opens it again, and gives no level the second time; then once more, and gives 3.5.
    two = world.reflection(cast.begun(world, world.ana, SERVICE_2))
    world.keep(Reopening.of(two, "Look at it once more.", by=world.mia, now=NOON + HOUR))
    told.all_are_told("2 submitted · 1 signed off · 2 asked for", "1 more at level 3 or above is still missing.")
    world.now = NOON + 2 * HOUR
    signed(world, SERVICE_2, None, world.now, said=cast.words("Better."))
    told.all_are_told("1 is accepted, but no level was given yet.", "Level given: 3; asked for is 3 or above.")
    world.keep(Reopening.of(world.reflection(two), "The level was forgotten.", by=world.mia, now=NOON + 3 * HOUR))
    world.now = NOON + 4 * HOUR
    signed(world, SERVICE_2, 3.5, world.now, said=cast.words("Better still."))
    told.nobody_is_told("still missing", "no level was given")
    told.all_are_told(
        "Levels given: 3 · 3.5; asked for is 3 or above.",
        "1 of 2 on time; at least 100% is asked for.",
        "By these days alone this can no longer be reached",
    )

    # More time, given afterwards: both are on time now. Conduct is all that it waits for.
    cast.extended(world, world.ana, SERVICE_2, date(2026, 3, 4))
    told.all_are_told("2 of 2 on time; at least 100% is asked for.", "Waits for “Conduct”.")
    told.nobody_is_told("can no longer be reached", "Complete since")
    assert world.progress(world.ana).completed_at is None

    # Conduct is accepted, and both are complete at that moment.
    world.now = NOON + 5 * HOUR
    signed(world, CONDUCT, None, world.now)
    told.all_are_told("Complete since Wednesday, 4 March 2026.")
    told.nobody_is_told("Waits for", "still missing", "on time; at least")
    assert world.progress(world.ana).completed_at == world.progress(world.ana, CONDUCT).completed_at == world.now

    # Conduct is opened again, the share is gone, the level is raised: Service stays complete.
    three = world.reflection(cast.begun(world, world.ana, CONDUCT))
    world.keep(Reopening.of(three, "One question is open.", by=world.mia, now=NOON + 6 * HOUR))
    change = cast.rule_changed(world, SERVICE, min_level=4.0, on_time=None)
    assert (change.gained, change.kept) == (0, 1)
    told.all_are_told("Complete since Wednesday, 4 March 2026.", "Levels given: 3 · 3.5; asked for is 4 or above.")
    log = told.oki.get(f"/cohorts/{told.cohort}/rules").text
    assert "Complete when 2 reflections are signed off at level 4 or above." in log
    assert "1 kept complete" in log


def test_a_rule_with_conditions_is_tried_and_published_from_the_page(world: World, client_for: ClientFor) -> None:
    oki, address = client_for(world.oki), f"/modules/{world.sessions[SERVICE].module_id}/rule"
    conduct = world.sessions[CONDUCT].module_id
    cast.accepted(world, world.ana, CONDUCT)
    signed(world, SERVICE, 3.0, MONDAY)
    wish = {"required": "1", "basis": "accepted", "min_level": "3", "on_time": "80", "prerequisite": str(conduct)}
    page = oki.get(address, query_string=wish).text
    assert "1 trainee becomes complete at once" in page
    assert "Complete when 1 reflection is signed off at level 3 or above." in page
    assert "80% of those that count" in page
    seen = {"version": "1", "gain": "1", "keep": "0", "stay": "0", "others": "2", "beyond": "0"}
    assert oki.post(address, data=wish | seen | {"reason": "Fairer."}).status_code == 303
    row = world.progress(world.ana)
    assert row.completed_at is not None
    rule = row.module.rule
    assert (rule.required, rule.basis, rule.min_level, rule.on_time, rule.prerequisite_id) == (
        1, Basis.ACCEPTED, 3.0, 80, conduct,
    )  # fmt: skip
    again = oki.get(address).text
    assert '<option value="3" selected' in again
    assert re.search(r'name="on_time"[^>]* value="80"', again)
    assert '<details class="fold" open' in again


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"on_time": "0"}, "Please give a number from 1 to 100."),
        ({"on_time": "101"}, "Please give a number from 1 to 100."),
        ({"min_level": "4.5"}, "Not a valid choice"),
        ({"min_level": "3", "basis": "submitted"}, "A level can only be asked for of what is accepted"),
        ({"prerequisite": "{itself}"}, "Not a valid choice"),
        ({"prerequisite": "{job}"}, "none could ever be complete: Service → Job → Service."),
    ],
)
def test_what_nobody_could_meet_is_refused_with_the_reason(
    world: World, client_for: ClientFor, wrong: dict[str, str], sentence: str
) -> None:
    job, service = world.sessions[cast.JOB].module_id, world.sessions[SERVICE].module_id
    cast.rule_changed(world, cast.JOB, prerequisite_id=service)
    wish = {"required": "1", "basis": "accepted"} | {
        name: value.format(itself=service, job=job) for name, value in wrong.items()
    }
    oki, address = client_for(world.oki), f"/modules/{service}/rule"
    page = oki.get(address, query_string=wish)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Publish the rule" not in page.text
    sent = {"version": "1", "gain": "0", "keep": "0", "stay": "0", "others": "3", "reason": "So."}
    answer = oki.post(address, data=wish | sent)
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert world.progress(world.ana).module.rule.prerequisite_id is None
