"""No page asks the database more than its budget, however much there is to show."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portfolio import clock
from portfolio.models import (
    Attachment,
    CalendarFeed,
    Calibration,
    Conflict,
    Extension,
    Kind,
    Quoted,
    Reflection,
    Relation,
    Request,
    Review,
    SavedComment,
    SecondLook,
    State,
    Submission,
    Wish,
    handed_in_with,
)
from tests import cast, rows
from tests.access.asking import Cell, ask, cells
from tests.access.stage import Stage
from tests.access.table import TABLE
from tests.cast import NOON, World
from tests.scoring import sampling
from tests.site import Site, Statements

AT_MOST = 12
# The pages of one reflection show all that was ever said of it.
BUDGETS = {"reflections.show": 15, "reviews.review": 17, "reviews.queue": 6, "attention.mine": 8}
GETS = sorted(endpoint for endpoint, method in TABLE if method == "GET")
FEW, MANY = 3, 60


@pytest.mark.parametrize("endpoint", GETS)
def test_a_page_asks_little(gates: Stage, endpoint: str):
    statements = Statements(gates.site.engine)
    for cell in cells(endpoint, "GET"):
        if cell.wanted == "ok":
            with statements:
                ask(gates, endpoint, "GET", cell)
            most = BUDGETS.get(endpoint, AT_MOST)
            assert len(statements) <= most, f"{cell}: {len(statements)} statements\n\n{statements}"


@pytest.mark.parametrize("thing", ["ana's draft", "ana's rewriting", "ana's excused", "ana's withdrawn"])
def test_a_text_that_is_saved_by_itself_costs_three_statements(gates: Stage, thing: str):
    with (statements := Statements(gates.site.engine)):
        answer = ask(gates, "writing.autosave", "POST", Cell("ana", thing, "ok"))
    assert answer.status_code == 200
    assert len(statements) <= 3, str(statements)
    assert len(statements.writes) == 1


def write(world: World, site: Site, size: int) -> dict[str, str]:
    """As many trainees, reflections and comments as `size`; the addresses of the pages on which they are."""
    for n in range(size):
        cast.accepted(world, world.ana, n)
    before = rows.read(site.engine)
    cast.grow(world.session, world, 1)
    site.become(rows.repeated(before, rows.read(site.engine), size))
    talked = cast.submitted(world, world.ana, size, visibility=cast.Visibility.COHORT)
    waits = Quoted("view", 0, 0, "who waits", "We asked ", ", and why.")
    world.keep(*(talked.comment(f"Word {n}.", by=world.mia, about=waits, now=NOON) for n in range(size)))
    cast.with_rubric(world)
    shared = {"by": world.mia, "beside": 0, "now": NOON}
    world.keep(*(SavedComment.keep("", f"No. {n}.", world.cohort, **shared) for n in range(size)))
    place, naming = world.enrolment(world.ana), cast.words("Ask ben@test.example.")
    draft = cast.draft(world, world.ana, size + 1, said=naming)
    for reflection in (talked, draft):
        world.keep(*(file_of(world, reflection, number) for number in range(size)))
    last = world.reflection(talked).submissions[-1].id
    handed_in = sa.select(sa.literal(last), Attachment.id).where(Attachment.reflection_id == talked.id)
    world.session.execute(handed_in_with.insert().from_select(["submission_id", "attachment_id"], handed_in))
    _answer(world, size)
    _except(world, size)
    world.keep()
    opened, closed = _sample(world)
    feed, secret = CalendarFeed.open(world.ana, before=None, now=NOON)
    world.keep(feed)
    return {
        "a calendar": f"/calendar/{secret}.ics",
        "a text to score": f"/scoring/{opened.texts[1].code}",
        "an open sample": f"/calibrations/{opened.id}",
        "a closed sample": f"/calibrations/{closed.id}",
        "talked about": f"/reflections/{talked.id}",
        "to review": f"/reflections/{talked.id}/review",
        "to write": f"/reflections/{draft.id}/edit",
        "before it is handed in": f"/reflections/{draft.id}/submission",
        "to note": f"/reflections/{talked.id}/note",
        "of a trainee": f"/enrolments/{place.id}/progress",
        "days of a trainee": f"/enrolments/{place.id}/progress/calendar",
        "to say who is too close": f"/enrolments/{place.id}/conflict",
        "of a cohort": f"/cohorts/{place.cohort_id}/progress",
        "to ask for an exception": f"/sessions/{world.sessions[0].id}/request",
        "exceptions of a trainee": f"/enrolments/{place.id}/exceptions",
    }


def _answer(world: World, size: int) -> None:
    """Second looks at what Ana had accepted, and conflicts that have ended."""
    place = world.enrolment(world.ana)
    mine = sa.select(Review.id, Submission.reflection_id).join(Review.submission).join(Submission.reflection)
    about = {"cohort_id": place.cohort_id, "reason": "Look again.", "asked_at": NOON, "promised_on": cast.PROMISED}
    for review_id, reflection_id in world.session.execute(mine.where(Reflection.enrolment_id == place.id).limit(size)):
        look = SecondLook(review_id=review_id, reflection_id=reflection_id, reader_id=world.oki.id, **about)
        world.session.add(look)
    said = {"relation": Relation.OTHER, "declared_by_id": world.mia.id, "declared_at": NOON, "ended_at": NOON}
    for _ in range(size):
        conflict = Conflict(user_id=world.mia.id, enrolment_id=place.id, cohort_id=place.cohort_id, note="", **said)
        world.session.add(conflict)


def _except(world: World, size: int) -> None:
    """What Ana asked about each session, once in vain and once still open, and a day of her own for each."""
    place = world.enrolment(world.ana)
    of = {"cohort_id": place.cohort_id, "enrolment_id": place.id}
    asked = {"wish": Wish.EXCUSE, "reason": "Ill.", "asked_at": NOON, **of}
    no = {"answered_at": NOON, "answered_by_id": world.oki.id, "is_granted": False, "answer": "No."}
    for session in world.sessions[:size]:
        about = {"training_session_id": session.id}
        world.session.add_all([Request(**asked, **about), Request(**asked, **about, **no)])
        given = {"due_on": cast.PROMISED, "reason": "Ill.", "by_id": world.oki.id, "at": NOON}
        world.session.add(Extension(**of, **about, **given))


def _sample(world: World) -> tuple[Calibration, Calibration]:
    """All that Ana had accepted is scored blind: once it waits, once it is scored and closed."""
    place = world.enrolment(world.ana)
    accepted = sa.select(Submission.id).join(Submission.reflection).where(Reflection.state == State.ACCEPTED)
    ids = list(world.session.scalars(accepted.where(Reflection.enrolment_id == place.id)))
    able = {submission_id: [world.asta.id, world.olla.id] for submission_id in ids}
    opened, closed = (sampling.sample(world, able, rubric=sampling.rubric_in(world)) for _ in range(2))
    texts = [*opened.texts]
    sampling.score_all(world, closed, [{"causes": 1 + n % 4, "steps": 3} for n in range(2 * len(ids))])
    closed.close(now=NOON)
    world.keep()
    for text in texts[::2]:
        text.scorings[0].recuse("Known.", now=NOON)
    world.keep()
    return opened, closed


def file_of(world: World, reflection: Reflection, number: int) -> Attachment:
    """A picture beside a reflection; its bytes are nowhere."""
    key, about = f"{reflection.id}.{number}", {"kind": Kind.IMAGE, "media_type": "image/png", "size": 1}
    owner = {"cohort_id": reflection.cohort_id, "reflection_id": reflection.id, "owner_id": world.ana.id}
    return Attachment(upload=key, key=key, name=f"{number}.png", sha256="0" * 64, added_at=NOON, **about, **owner)


PAGES = [
    ("mia", "/service/mine"), ("oki", "/cohorts/1/service"), ("mia", "/cover/"), ("oki", "/cohorts/1/cover"),
    ("oki", "/cohorts/1/mentors"),
    ("ana", "/"), ("ana", "/series/"), ("ana", "/progress/"), ("ana", "/progress/calendar"), ("ana", "/lessons/"),
    ("ana", "/calendar-link"), ("ana", "/calendar-link/days.ics"), ("nobody", "a calendar"),
    ("ana", "talked about"), ("ana", "to write"),
    ("ben", "talked about"), ("mia", "/reviews/"), ("mia", "to review"), ("mia", "of a trainee"),
    ("mia", "days of a trainee"),
    ("mia", "/reviews/?kind=replied"), ("mia", "/trainees/"), ("kris", "/trainees/"),
    ("asta", "/scoring/"), ("asta", "a text to score"), ("oki", "/cohorts/1/calibrations"),
    ("oki", "an open sample"), ("oki", "a closed sample"),
    ("mia", "of a cohort"), ("mia", "/cohorts/"), ("kris", "/reviews/"), ("kris", "talked about"),
    ("ana", "before it is handed in"), ("ana", "to note"), ("ana", "/search"), ("ana", "/search?q=waits"),
    ("mia", "/search?q=waits"), ("oki", "/search?q=waits"), ("oki", "of a cohort"),
    ("oki", "of a trainee"), ("oki", "talked about"), ("obed", "of a cohort"), ("obed", "of a trainee"),
    ("oki", "/cohorts/1/rules"), ("oki", "/modules/1/rule?required=1&basis=submitted"),
    ("oki", "/cohorts/1/second-looks"), ("oki", "/second-looks/1"), ("oki", "/cohorts/1/conflicts"),
    ("ana", "/requests/"), ("ana", "to ask for an exception"), ("oki", "/cohorts/1/exceptions"),
    ("oki", "exceptions of a trainee"),
    ("mia", "to say who is too close"), ("oki", "to say who is too close"),
    ("oki", "/cohorts/1/progress?sort=module.service&group=A"), ("oki", "/cohorts/1/stuck"),
    ("oki", "/cohorts/1/stuck?at=waiting"), ("mia", "/cohorts/1/stuck?at=returned"), ("oki", "/cohorts/1/difficulty"),
    ("oki", "/cohorts/1/progress.csv"), ("oki", "/cohorts/1/progress.xlsx"),
    ("oki", "/cohorts/compare"),
]  # fmt: skip


OF_ONE = {"talked about": "reflections.show", "to review": "reviews.review"}


@pytest.fixture(scope="module")
def asked(sites: Callable[[str], Site]) -> Callable[[str, str], list[Statements]]:
    """What each page asks, with few rows and with many."""
    site, found = sites("sqlite"), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOON)
        for size in (FEW, MANY):
            site.become(rows.NOTHING)
            with site.session() as session:
                world = cast.make_world(session, sessions=MANY + 6, steps=["mentor"])
                addresses = write(world, site, size)
                for who, what in PAGES:
                    client = site.sign_in(None if who == "nobody" else getattr(world, who).id)
                    with (statements := Statements(site.engine)):
                        answer = client.get(addresses.get(what, what))
                    assert answer.status_code == (303 if what == "/cohorts/" else 200), what  # there is one
                    found.setdefault((who, what), []).append(statements)
    return lambda who, what: found[who, what]


@pytest.mark.parametrize(("who", "what"), PAGES)
def test_a_page_asks_no_more_for_sixty_than_for_three(
    asked: Callable[[str, str], list[Statements]], who: str, what: str
):
    few, many = asked(who, what)
    assert len(few) <= max(AT_MOST, BUDGETS.get(OF_ONE.get(what, ""), 0)), f"{len(few)} statements\n\n{few}"
    assert len(many) == len(few), f"{len(few)} statements for {FEW}, {len(many)} for {MANY}\n\n{many}"


def test_the_recorder_hears_every_question(site: Site, queries: Statements):
    with queries:
        site.app.test_client().get("/healthz")
    assert [statement.split() for statement in queries.ran] == [["SELECT", "1"]]
