"""One trainee's way through three modules, worked out by hand, and what each of three people is shown at each step."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.models import Basis, Outcome, Reopening, User
from tests import cast
from tests.cast import CONDUCT, JOB, NOON, SERVICE, SERVICE_2, World, make_world

ClientFor = Callable[[User | None], FlaskClient]
MODULES = ("Service", "Conduct", "Job")
Figures = tuple[int, int, int]  # submitted, signed off, asked for


@dataclass
class Told:
    """What the pages say of Ana, once to herself, once to her mentor, once to the organiser."""

    world: World
    ana: FlaskClient
    mia: FlaskClient
    oki: FlaskClient

    def modules(self) -> dict[str, Figures]:
        """Her modules, which everybody must be told alike."""
        line = self.grid()
        organiser = {
            name: tuple(int(line[f"{name}: {what}"]) for what in ("submitted", "signed off", "asked for"))
            for name in MODULES
        }
        place = self.world.enrolment(self.world.ana).id
        for client, path in ((self.ana, "/progress/"), (self.mia, f"/enrolments/{place}/progress")):
            page = client.get(path).text
            assert {name: card(page, name) for name in MODULES} == organiser, path
        return organiser  # type: ignore[return-value]

    def meters(self) -> tuple[int, int, int, int]:
        """In all: submitted, signed off, of how many, expected by today."""
        page = self.ana.get("/progress/").text
        [submitted, accepted] = re.findall(r'<b class="push num">(\d+) of (\d+)</b>', page)
        assert submitted[1] == accepted[1]
        [expected] = re.findall(r"what is expected by today \((\d+)\)", page)
        return int(submitted[0]), int(accepted[0]), int(accepted[1]), int(expected)

    def grid(self) -> dict[str, str]:
        """Her line in what the organiser takes away."""
        answer = self.oki.get(f"/cohorts/{self.world.cohort.id}/progress.csv")
        lines = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
        start = next(number for number, line in enumerate(lines) if line and line[0] == "Name")
        [line] = [line for line in lines[start + 1 :] if line[0] == "Ana"]
        return dict(zip(lines[start], line, strict=True))

    def standing(self) -> tuple[str, str, str]:
        """The states of her modules."""
        line = self.grid()
        service, conduct, job = (line[f"{name}: state"] for name in MODULES)
        return service, conduct, job

    def late(self) -> tuple[int, int]:
        """How many slots of hers are late, and how many are not needed any more, as she and her mentor are shown."""
        place = self.world.enrolment(self.world.ana).id
        pages = [self.ana.get("/progress/").text, self.mia.get(f"/enrolments/{place}/progress").text]
        [told] = {
            (page.count(": Late"), page.count(": Not needed any more (the module is complete)")) for page in pages
        }
        return told[0] // 2, told[1] // 2  # each is said twice: to whoever points at it, and aloud

    def behind(self) -> tuple[int, int]:
        """How many are not submitted though due, and how far ahead of the plan."""
        line = self.grid()
        late = self.late()[0]
        assert int(line["Not submitted though due"]) == late, "the organiser and the trainee are told alike"
        return int(line["Not submitted though due"]), int(line["Ahead of the plan (behind it, if negative)"])


def card(page: str, module: str) -> Figures:
    found = re.search(rf"{module}</h3>.*?(\d+) submitted · (\d+) signed off · (\d+) asked for", page, re.S)
    assert found, module
    submitted, accepted, required = map(int, found.groups())
    return submitted, accepted, required


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """The moment it is, which the story moves on."""
    moment = {"is": NOON}
    monkeypatch.setattr(clock, "now", lambda: moment["is"])
    return moment


def at_noon_of(day: date) -> datetime:
    return NOON + (day - NOON.date())


def test_figures_are_those_worked_out_by_hand_for_all_three(
    session: Session, client_for: ClientFor, now: dict[str, datetime]
) -> None:
    # Service: Mon 2 and Tue 3 March. Conduct: Wed 4. (Thu 5 is a holiday.) Job: Mon 9, and the final until Thu 12.
    world = make_world(session, steps=["mentor"])
    told = Told(world, client_for(world.ana), client_for(world.mia), client_for(world.oki))

    # Wednesday noon. Nothing is written; two days have passed, the third is today.
    assert told.modules() == {"Service": (0, 0, 2), "Conduct": (0, 0, 1), "Job": (0, 0, 2)}
    assert told.meters() == (0, 0, 5, 3)
    assert told.behind() == (2, -2)
    assert told.standing() == ("late", "not yet open", "not yet open")

    # Monday's is handed in, two days late.
    first = cast.submitted(world, world.ana, SERVICE, at=now["is"])
    assert told.modules()["Service"] == (1, 0, 2)
    assert told.meters() == (1, 0, 5, 3)
    assert told.behind() == (1, -1)

    # Tuesday's is excused: it leaves the denominator.
    cast.excused(world, world.ana, SERVICE_2, at=now["is"])
    assert told.modules() == {"Service": (1, 0, 1), "Conduct": (0, 0, 1), "Job": (0, 0, 2)}
    assert told.meters() == (1, 0, 4, 2)
    assert told.behind() == (0, 0)
    assert told.standing() == ("awaiting review", "not yet open", "not yet open")

    # There is time until Friday the 13th for Wednesday's. On Tuesday the 10th, Monday's of Job is late, and that alone.
    cast.extended(world, world.ana, CONDUCT, date(2026, 3, 13))
    world.now = now["is"] = at_noon_of(date(2026, 3, 10))
    assert told.meters() == (1, 0, 4, 2)  # expected: one of Service, one of Job; Conduct not yet
    assert told.behind() == (1, -1)
    assert told.standing() == ("awaiting review", "not yet open", "late")

    # Returned, handed in again, accepted: with the excuse, Service is complete.
    cast.decide(world, world.reflection(first), Outcome.RETURNED, "Say more.", at=now["is"])
    assert told.standing()[0] == "needs revision"
    assert told.modules()["Service"] == (1, 0, 1)
    again = cast.submitted(world, world.ana, SERVICE, said=cast.words("More."), at=now["is"] + timedelta(minutes=1))
    cast.decide(world, again, Outcome.ACCEPTED, at=now["is"] + timedelta(minutes=2))
    assert told.standing()[0] == "complete"
    assert told.modules()["Service"] == (1, 1, 1)
    assert told.meters() == (1, 1, 4, 2)

    # The rule of Job changes: one that is submitted is enough. Handed in a day late, it is complete at once.
    assert (cast.rule_changed(world, JOB, required=1, basis=Basis.SUBMITTED).gained) == 0
    assert told.modules()["Job"] == (0, 0, 1)
    cast.submitted(world, world.ana, JOB, at=now["is"])
    assert told.modules()["Job"] == (1, 0, 1)
    assert told.standing() == ("complete", "not yet open", "complete")
    assert told.behind() == (0, 0)

    # It changes again, to what it was: Ana is kept complete, by name of nobody but the rule.
    change = cast.rule_changed(world, JOB, required=2, basis=Basis.ACCEPTED)
    assert (change.gained, change.kept) == (0, 1)
    assert told.modules()["Job"] == (1, 0, 2)
    assert told.standing() == ("complete", "not yet open", "complete")
    assert told.meters() == (2, 1, 4, 2)

    # The mentor opens Service again, for a reason: that alone takes a completion away.
    world.keep(Reopening.of(world.reflection(again), "One question is open.", by=world.mia, now=now["is"]))
    assert told.standing() == ("needs revision", "not yet open", "complete")
    assert told.modules()["Service"] == (1, 0, 1)
    assert told.meters() == (2, 0, 4, 2)

    # On the 13th there is still time for Conduct, and the final is past its day: but Job is complete without it, so of
    # the 2 that Job was to hold only the 1 that it holds is counted. On the 14th Conduct is late, and that alone.
    now["is"] = at_noon_of(date(2026, 3, 13))
    assert told.behind() == (0, 0)
    assert told.late() == (0, 1)
    assert told.meters() == (2, 0, 4, 4)
    now["is"] = at_noon_of(date(2026, 3, 14))
    assert told.behind() == (1, -1)
    assert told.late() == (1, 1)
    assert told.standing()[1] == "late"

    # What was given and changed is on record.
    kept = session.execute(sa.text("select count(*) from rule_change where length(reason) > 0")).scalar_one()
    assert kept == 2
