"""The desk of somebody with two thousand things waiting over forty cohorts costs what it costs with twenty."""

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import joinedload, selectinload

from portfolio.models import Cohort, Role, TrainingSession, User, enrol
from tests import cast, rows
from tests.cast import NOON, SERVICE, World
from tests.site import Site, Statements

FEW, MANY = (10, 1), (40, 25)  # cohorts, and trainees in each; two things of each trainee wait
AT_MOST = 6
A_FACTOR = 3  # a page of 50 things costs two and a half times a page of 20, wherever they come from
SPACE = 1_000_000


@pytest.fixture
def sizes(site: Site, world: World, monkeypatch: pytest.MonkeyPatch) -> list[rows.Rows]:
    """The rows of few things, and of many: each trainee of Mia's waits for a review, and for an answer."""
    before = rows.read(site.engine)
    query = sa.select(Cohort).where(Cohort.id == world.other.id).options(
        joinedload(Cohort.programme), selectinload(Cohort.sessions).joinedload(TrainingSession.template)
    )  # fmt: skip
    like = world.load(query)
    templates = {session.template.slug: session.template for session in like.sessions if session.template}
    about = {"name": "Large", "starts_on": cast.FIRST_DAY, "time_zone": "Asia/Jayapura", "templates": templates}
    world.keep(cohort := Cohort.unfold(like.programme, now=NOON, **about))
    empty = rows.read(site.engine)
    world.other_sessions = list(cohort.sessions)
    world.keep(trainee := cast.person("large", now=NOON))
    world.keep(enrol(trainee, cohort, now=NOON))
    world.keep(world.enrolment(trainee).assign(world.mia, Role.MENTOR, now=NOON))
    waiting = cast.submitted(world, trainee, SERVICE)
    world.keep(waiting.comment("Is this enough?", by=trainee, now=NOON))
    filled = rows.read(site.engine, but=["document"])

    def grown(cohorts: int, trainees: int) -> rows.Rows:
        large = rows.repeated(empty, filled, trainees)
        with monkeypatch.context() as patch:
            patch.setattr(rows, "FAR_APART", SPACE)
            every = rows.repeated(before, large, cohorts)
        modules = {session["id"]: session["module_id"] for session in every["training_session"]}
        # A reflection knows its module by way of the progress in it, which has no number of its own.
        every["reflection"] = [row | {"module_id": modules[row["training_session_id"]]} for row in every["reflection"]]
        every["user"] = [row | {"email": f"{row['id']}@test.example"} for row in every["user"]]
        return every

    return [grown(*FEW), grown(*MANY)]


def cost(client: FlaskClient, address: str, timer: Callable[[], float]) -> float:
    """What the page costs at best: other things run on this machine too."""

    def once() -> float:
        began = timer()
        assert client.get(address).status_code == 200
        return timer() - began

    return min(once() for _ in range(5))


def test_two_thousand_things_cost_what_twenty_cost(
    site: Site, world: World, client_for: Callable[[User | None], FlaskClient], sizes: list[rows.Rows], database: str
):
    # SQLite works in this process, PostgreSQL in another, for which this one waits.
    timer = time.process_time if database == "sqlite" else time.perf_counter
    statements, costs = [], []
    for size, all_of_them in zip((FEW, MANY), sizes, strict=True):
        site.become(all_of_them)
        with site.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
        client = client_for(world.mia)
        with (asked := Statements(site.engine)):
            page = client.get("/reviews/").text
        assert f"{2 * size[0] * size[1]} things wait for you" in page
        assert page.count("data-desk-item") == min(50, 2 * size[0] * size[1])
        statements.append(asked)
        costs.append([cost(client, address, timer) for address in ("/reviews/", "/reviews/?kind=replied&overdue=1")])
    few, many = statements
    assert len(few) <= AT_MOST, str(few)
    assert len(many) == len(few), str(many)
    for less, more in zip(*costs, strict=True):
        assert more < A_FACTOR * less, f"{less:.3f} s for few, {more:.3f} s for many"
