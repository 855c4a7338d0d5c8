"""A cohort of 1,300 trainees and 60 sessions, where others time out: the grid, its pages, and taking all of it away."""

import csv
import io
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count, islice

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio import clock
from portfolio.models import (
    Enrolment,
    Module,
    ModuleProgress,
    Outcome,
    Reflection,
    Review,
    Role,
    State,
    Submission,
    TrainingSession,
    User,
    Visibility,
)
from portfolio.progress import backlog
from tests import cast, rows
from tests.cast import NOON, World
from tests.site import Site, Statements
from tests.workbook import Book

pytestmark = pytest.mark.long

FEW, MANY, SESSIONS, MODULES = 50, 1_300, 60, 20
LATER = NOON + timedelta(days=60)  # all is due
SECONDS, MEGABYTES = 5, 100
GRID = (
    6  # statements for what the grid itself is made of: the grid's groups, plan, totals, rows, cells, and whose it is
)
GROUPS = 40


class Big:
    """A cohort with so many trainees; each has handed in half, of which every tenth was returned."""

    def __init__(self, site: Site, trainees: int) -> None:
        self.site, self.statements = site, Statements(site.engine)
        site.become(rows.NOTHING)
        with site.session() as session:
            world = cast.make_world(session, sessions=SESSIONS + 1, steps=["mentor"])  # one is a ceremony
            self.cohort_id, self.oki_id = world.cohort.id, world.oki.id
            self._spread(world)
            self._fill(world, trainees)
            session.commit()
        with site.engine.connect() as connection:
            connection.execute(sa.text("ANALYZE"))
        self.client: FlaskClient = site.sign_in(self.oki_id)

    def _spread(self, world: World) -> None:
        """The sessions are those of twenty modules."""
        slots = [session for session in world.sessions if session.is_expected]
        template = {column.name: getattr(world.cohort.modules[0], column.name) for column in Module.__table__.columns}
        for number in range(MODULES - len(world.cohort.modules)):
            word = f"module-{number}"
            new = template | {"id": 1_000 + number, "position": 100 + number, "slug": word, "code": f"M{number}"}
            new |= {"title": cast.Bilingual(cast.both(f"Module {number}")), "required": 3}
            world.session.execute(sa.insert(Module).values(**new))
            ids = [slot.id for slot in slots[3 + 3 * number : 6 + 3 * number]]
            moved = sa.update(TrainingSession).where(TrainingSession.id.in_(ids)).values(module_id=new["id"])
            world.session.execute(moved)
        world.session.commit()

    def _fill(self, world: World, trainees: int) -> None:
        session, cohort = world.session, world.cohort
        slots = session.execute(
            sa.select(TrainingSession.id, TrainingSession.module_id)
            .where(TrainingSession.cohort_id == cohort.id, TrainingSession.is_expected)
            .order_by(TrainingSession.position)
        ).all()
        module_ids = sorted({module_id for _, module_id in slots})
        session.execute(sa.delete(ModuleProgress).where(ModuleProgress.cohort_id == cohort.id))
        old = session.scalars(sa.select(Enrolment.id).where(Enrolment.cohort_id == cohort.id)).all()
        session.execute(sa.update(Enrolment).where(Enrolment.id.in_(old)).values(withdrawn_at=NOON))
        people = [
            {"id": 10_000 + n, "email": f"t{n}@test.example", "name": f"Trainee {n:04}", "address": "", "job": "",
             "unit": f"Unit {n % 30}", "language": "en", "created_at": NOON}
            for n in range(trainees)
        ]  # fmt: skip
        session.execute(sa.insert(User), [person | {"language": cast.Language.ENGLISH} for person in people])
        session.execute(
            sa.insert(Enrolment),
            [
                {"id": person["id"], "cohort_id": cohort.id, "user_id": person["id"], "group": f"G{n % GROUPS:02}",
                 "created_at": NOON}
                for n, person in enumerate(people)
            ],
        )  # fmt: skip
        progress, reflections, ids = [], [], count(100_000)
        for n, person in enumerate(people):
            counts = {module_id: dict.fromkeys(("waiting", "returned", "accepted"), 0) for module_id in module_ids}
            for k, (slot_id, module_id) in enumerate(slots[: (n % SESSIONS) + 1]):
                state = (State.ACCEPTED, State.SUBMITTED, State.RETURNED)[2 if k % 10 == 9 else n % 2]
                name = {"submitted": "waiting"}.get(state.value, state.value)
                counts[module_id][name] += 1
                waits = state is State.SUBMITTED
                reflections.append(
                    {"id": next(ids), "cohort_id": cohort.id, "enrolment_id": person["id"], "module_id": module_id,
                     "training_session_id": slot_id, "state": state, "version": 1, "visibility": Visibility.MENTOR,
                     "step": 0, "created_at": NOON, "written_at": NOON, "submitted_at": NOON, "stroke": 0,
                     "title": "A title", "facilitator": "", "answers": {}, "tags": [],
                     "awaiting": Role.MENTOR if waits else None, "waiting_since": NOON if waits else None,
                     "promised_on": cast.PROMISED if waits else None,
                     "decided_at": None if waits else NOON + timedelta(days=n % 7)}
                )  # fmt: skip
            progress += [
                {"enrolment_id": person["id"], "module_id": module_id, "cohort_id": cohort.id, "excused": 0,
                 "submitted": sum(there.values()), "kept": {}, **there}
                for module_id, there in counts.items()
            ]  # fmt: skip
        self.handed_in = len(reflections)
        for table, there in ((ModuleProgress, progress), (Reflection, reflections)):
            batches = iter(there)
            while batch := list(islice(batches, 10_000)):
                session.execute(sa.insert(table), batch)
        every = sa.select(
            Reflection.id, Reflection.cohort_id, Reflection.id, sa.literal(1), Reflection.submitted_at,
            sa.literal("A title"), sa.literal(""), sa.literal("{}"), sa.literal("[]"),
        )  # fmt: skip
        columns = [
            "id",
            "cohort_id",
            "reflection_id",
            "round",
            "submitted_at",
            "title",
            "facilitator",
            "answers",
            "tags",
        ]
        session.execute(sa.insert(Submission).from_select(columns, every))
        decided = sa.select(
            Reflection.id, Reflection.cohort_id, Reflection.id, sa.literal(0),
            sa.literal(Role.MENTOR, Review.role.type), sa.literal(world.mia.id),
            sa.case((Reflection.state == State.RETURNED, "returned"), else_="accepted"),
            sa.literal("Well."), Reflection.decided_at,
        ).where(Reflection.decided_at.is_not(None))  # fmt: skip
        columns = [
            "id",
            "cohort_id",
            "submission_id",
            "step",
            "role",
            "reviewer_id",
            "outcome",
            "feedback",
            "decided_at",
        ]
        session.execute(sa.insert(Review).from_select(columns, decided))
        assert Outcome.ACCEPTED.value == "accepted"

    def ask(self, path: str) -> tuple[bytes, float]:
        """What a page is, and the seconds of this process that it took, the second time it is asked for."""
        where = f"/cohorts/{self.cohort_id}/{path}"
        self.client.get(where)
        began = time.process_time()
        with self.statements:
            answer = self.client.get(where)
        assert answer.status_code == 200
        return answer.data, time.process_time() - began


@pytest.fixture(scope="module")
def big(sites: Callable[[str], Site]) -> Iterator[Callable[[int], Big]]:
    """A cohort of so many; the last one made stays until another is asked for."""
    made: dict[int, Big] = {}

    def big(trainees: int) -> Big:
        if trainees not in made:
            made.clear()
            made[trainees] = Big(sites("sqlite"), trainees)
        return made[trainees]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: LATER)
        patch.setattr(backlog, "WINDOW", timedelta(days=90))  # so that all that was decided counts
        yield big


PAGES = ("progress", "progress?sort=module.module-3&group=G07&page=2", "progress?sort=name&page=3",
         "stuck", "stuck?at=waiting", "stuck?at=returned", "difficulty", "progress.csv", "progress.xlsx",
         "stuck.csv", "stuck.xlsx?at=returned", "backlog.csv", "difficulty.csv", "exceptions.csv")  # fmt: skip


def test_a_big_cohort_costs_what_a_small_one_does(big: Callable[[int], Big]):
    found: dict[str, list[tuple[int, float]]] = {}
    for size in (FEW, MANY):
        cohort = big(size)
        for path in PAGES:
            _, seconds = cohort.ask(path)
            found.setdefault(path, []).append((len(cohort.statements), seconds))
    for path, ((few, _), (many, seconds)) in found.items():
        assert few == many, path
        assert seconds < SECONDS, path
    for path in PAGES[:3]:
        assert found[path][1][1] < 0.5, path


def test_the_grid_itself_asks_six_times_at_most(big: Callable[[int], Big]):
    cohort = big(MANY)
    cohort.ask("progress")
    of_the_grid = [said for said in cohort.statements.ran if "enrolment" in said or "training_session" in said]
    of_all_pages = [said for said in of_the_grid if "UNION ALL" in said or "sign_in" in said]
    assert len(of_the_grid) - len(of_all_pages) <= GRID, str(cohort.statements)


def test_all_of_it_is_there(big: Callable[[int], Big]):
    cohort = big(MANY)
    data, _ = cohort.ask("progress.csv")
    _, headings, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert len(lines) == MANY
    assert sum(int(line[4]) for line in lines) == cohort.handed_in
    assert sum(int(line[10]) for line in lines) == MANY * SESSIONS - cohort.handed_in  # all were due before
    assert len(headings) == 13 + 4 * MODULES
    book, _ = cohort.ask("progress.xlsx")
    sheet = Book.read(book).sheets["Progress"]
    assert len(sheet) == MANY + 1
    assert sum(row["E"] for row in sheet[1:]) == cohort.handed_in


@pytest.mark.parametrize("path", ["progress.csv", "progress.xlsx"])
def test_taking_it_away_holds_little_in_memory(big: Callable[[int], Big], path: str):
    cohort = big(MANY)
    cohort.ask(path)  # what is imported and kept once is not counted
    answer = cohort.client.get(f"/cohorts/{cohort.cohort_id}/{path}", buffered=False)
    answer.close()
    tracemalloc.start()
    answer = cohort.client.get(f"/cohorts/{cohort.cohort_id}/{path}", buffered=False)
    sent = sum(len(chunk) for chunk in answer.iter_encoded())
    answer.close()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > 100_000
    assert peak < MEGABYTES * 1_000_000
