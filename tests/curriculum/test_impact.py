"""What a change of a session is said to do is what the pages show a moment later, trainee by trainee."""

import itertools
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.models import Basis, ModuleProgress
from portfolio.series import Condition, load_series
from tests.cast import (
    A_NEW_SESSION,
    NOON,
    SERVICE,
    SERVICE_2,
    World,
    accepted,
    draft,
    excused,
    extended,
    make_world,
    retired,
    rule_changed,
    submitted,
)
from tests.site import Site

TODAY = date(2026, 3, 4)  # a Wednesday; the two sessions of the first module were due on Monday and Tuesday
Slots = set[tuple[int, int]]  # the enrolment, and the session with which it is late
HAS: dict[str, Callable[..., Any]] = {
    "nothing": lambda *_: None,
    "draft": draft,
    "submitted": submitted,
    "accepted": accepted,
    "excused": excused,
}
OWN_DAYS = (None, date(2026, 3, 5), date(2026, 3, 20))


@pytest.fixture
def many(site: Site, session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    """A trainee for each way in which two reflections can stand: in turn with no more time, a day, and long."""
    monkeypatch.setattr(clock, "now", lambda: NOON)

    def many() -> World:
        ways = list(itertools.product(HAS, repeat=2))
        world = make_world(session, now=NOON, trainees=len(ways), steps=["coach"])
        for number, (trainee, stands) in enumerate(zip(world.trainees, ways, strict=True)):
            for n, way in zip((SERVICE, SERVICE_2), stands, strict=True):
                HAS[way](world, trainee, n)
                own = OWN_DAYS[(number + n) % len(OWN_DAYS)]
                if own is not None and way in ("nothing", "draft"):
                    extended(world, trainee, n, own)
        return world

    return site.once("many", session, many)


def late(app: Flask, world: World) -> Slots:
    """Who is late with what, as each of them sees it."""
    world.session.rollback()
    found = set()
    with app.app_context():
        places = [world.enrolment(trainee) for trainee in world.trainees]
        for place, trainee in zip(places, world.trainees, strict=True):
            series = load_series(place, TODAY, viewer=trainee)
            found |= {(place.id, slot.session.id) for slot in series.having(Condition.LATE)}
    return found


def complete(world: World) -> set[int]:
    world.session.rollback()
    module_id = world.sessions[SERVICE].module_id
    query = sa.select(ModuleProgress.enrolment_id).where(
        ModuleProgress.module_id == module_id, ModuleProgress.completed_at.is_not(None)
    )
    return set(world.session.scalars(query))


def said(text: str) -> Counter[str]:
    """The figures of a preview."""
    effect = text[text.index('id="effect"') :]
    effect = effect[: effect.index("</ul>")]
    found: Counter[str] = Counter()
    for name, words in {
        "late": r"(\d+) trainees? (?:is|are) late with it at once",
        "in time": r"(\d+) trainees? (?:is|are) no longer late with it",
        "gain": r"(\d+) trainees? becomes? complete at once",
    }.items():
        found[name] = sum(int(number) for number in re.findall(words, effect))
    return found


def add(world: World, **more: str) -> tuple[str, str, dict[str, str]]:
    address = f"/modules/{world.sessions[SERVICE].module_id}/sessions"
    new = dict(part.split("=") for part in A_NEW_SESSION.split("&")) | {
        "opens_on": "2026-03-02",
        "due_on": "2026-03-03",
    }
    return address, address, {name: value for name, value in (new | more).items() if value}


def change(world: World, what: str, n: int = SERVICE, **sent: str) -> tuple[str, str, dict[str, str]]:
    session = f"/sessions/{world.sessions[n].id}"
    return f"{session}/change", f"{session}/{what}", {"what": what} | sent


def days(due_on: str) -> dict[str, str]:
    return {"opens_on": "2026-03-02", "due_on": due_on}


# What is done beforehand, and then: each where the rule asks for both, and where one that is submitted is enough.
BEFORE: dict[str, Callable[[World], Any]] = {
    "asks for both": lambda world: None,
    "one is enough": lambda world: rule_changed(world, required=1, basis=Basis.SUBMITTED),
    "on time": lambda world: rule_changed(world, required=1, basis=Basis.SUBMITTED, on_time=100),
}
CHANGES: dict[str, Callable[[World], tuple[str, str, dict[str, str]]]] = {
    "added": lambda world: add(world, asks_more=""),
    "added, asking for more": add,
    "added for later": lambda world: add(world, opens_on="2026-03-10", due_on="2026-03-10"),
    "later": lambda world: change(world, "days", **days("2026-03-06")),
    "sooner": lambda world: change(world, "days", SERVICE_2, **days("2026-03-02")),
    "another place": lambda world: change(world, "place", SERVICE_2, after="0"),
    "retired": lambda world: change(world, "retirement"),
    "the other retired": lambda world: change(world, "retirement", SERVICE_2),
}


def agree(site: Site, world: World, wanted: tuple[str, str, dict[str, str]]) -> Counter[str]:
    """Oki looks, publishes, and the two are compared; back come the figures."""
    (tried, posted, sent), oki, app = wanted, site.sign_in(world.oki.id), site.app
    was, done = late(app, world), complete(world)
    page = oki.get(tried, query_string=sent)
    assert page.status_code == 200
    [seen] = re.findall(r'name="seen" value="([^"]+)"', page.text)
    answer = oki.post(posted, data=sent | {"seen": seen, "reason": "It has to be."})
    assert answer.status_code == 303
    session_id = int(answer.location.split("/")[-2])
    now, gained = late(app, world), complete(world) - done
    with_it = {place for place, session in now - was if session == session_id}
    no_more = {place for place, session in was - now if session == session_id}
    figures = said(page.text)
    assert figures == {"late": len(with_it), "in time": len(no_more), "gain": len(gained)}
    assert complete(world) >= done
    # With other sessions nothing changes, but for those whose module is complete now.
    others = {(place, session) for place, session in was ^ now if session != session_id}
    assert {place for place, _ in others} <= gained
    return figures


@pytest.mark.parametrize("does", CHANGES)
@pytest.mark.parametrize("before", BEFORE)
def test_what_was_said_is_what_comes(many: World, site: Site, before: str, does: str) -> None:
    BEFORE[before](many)
    figures = agree(site, many, CHANGES[does](many))
    if does in ("added", "added, asking for more"):
        assert figures["late"] > 0
    if does in ("later", "retired", "the other retired"):
        assert figures["in time"] > 0


@pytest.mark.parametrize("asks_more", ["", "y"])
@pytest.mark.parametrize("before", BEFORE)
def test_what_was_said_is_what_comes_back(many: World, site: Site, before: str, asks_more: str) -> None:
    BEFORE[before](many)
    retired(many, SERVICE_2)
    sent = {"asks_more": asks_more} if asks_more else {}
    figures = agree(site, many, change(many, "return", SERVICE_2, **sent))
    assert figures["late"] > 0


def test_who_is_complete_without_a_session_is_not_late_with_it(many: World, site: Site) -> None:
    """One that is submitted is enough: whoever handed in or was excused from one is not late with a third."""
    rule_changed(many, required=1, basis=Basis.SUBMITTED)
    figures = agree(site, many, add(many, asks_more=""))
    lacking = len(many.trainees) - len(complete(many))
    assert figures["late"] == lacking < len(many.trainees)


def test_excuses_alone_complete_a_module_that_asks_for_something_again(world: World, site: Site) -> None:
    """Both are retired, so nothing is asked for. One is asked for again: Ben, excused meanwhile, owes none."""
    written = draft(world, world.ben, SERVICE)
    retired(world, SERVICE)
    retired(world, SERVICE_2)
    world.reflection(written).excuse("Was ill.", by=world.oki, now=world.now)
    world.keep()
    figures = agree(site, world, change(world, "return", SERVICE_2, asks_more="y"))
    assert figures == {"late": 2, "in time": 0, "gain": 1}
