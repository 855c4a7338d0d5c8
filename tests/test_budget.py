"""No page asks the database more than its budget, however much there is to show."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portfolio import clock
from portfolio.models import (
    Attachment,
    CalendarFeed,
    Calibration,
    Certificate,
    Concern,
    Conflict,
    Enrolment,
    Extension,
    Kind,
    ModuleProgress,
    Nudge,
    NudgeThing,
    Quoted,
    Reflection,
    Relation,
    Request,
    Revealed,
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
from tests.cast import A_NEW_SESSION, NOON, World
from tests.scoring import sampling
from tests.site import Site, Statements

AT_MOST = 12
# The pages of one reflection show all that was ever said of it.
BUDGETS = {
    "reflections.show": 16,
    "reviews.review": 18,
    "reviews.queue": 7,  # 6 while one is reminded of nothing
    "attention.mine": 8,
    "progress.mine": 13,  # all that there is to say of one person
    "progress.trainee": 13,
}
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
    _claim(world, talked, size)
    opened, closed = _sample(world)
    certificate = _certify(world, size)
    places = _nudge(world, size)
    feed, secret = CalendarFeed.open(world.ana, before=None, now=NOON)
    world.keep(feed)
    return {
        "a calendar": f"/calendar/{secret}.ics",
        "a certificate": f"/verify/{certificate.shown_number}",
        "a sheet": f"/certificates/{certificate.id}.pdf",
        "a text to score": f"/scoring/{opened.texts[1].code}",
        "an open sample": f"/calibrations/{opened.id}",
        "a closed sample": f"/calibrations/{closed.id}",
        "talked about": f"/reflections/{talked.id}",
        "what it shows": f"/reflections/{talked.id}/claims",
        "what is shown": f"/enrolments/{place.id}/coverage",
        "an outcome": f"/outcomes/{cast.outcome_of(world, 'service').id}",
        "to review": f"/reflections/{talked.id}/review",
        "to write": f"/reflections/{draft.id}/edit",
        "before it is handed in": f"/reflections/{draft.id}/submission",
        "to note": f"/reflections/{talked.id}/note",
        "of a trainee": f"/enrolments/{place.id}/progress",
        "days of a trainee": f"/enrolments/{place.id}/progress/calendar",
        "to say who is too close": f"/enrolments/{place.id}/conflict",
        "of a cohort": f"/cohorts/{place.cohort_id}/progress",
        "to ask for an exception": f"/sessions/{world.sessions[0].id}/request",
        "a session to add": f"/modules/{world.sessions[0].module_id}/sessions?{A_NEW_SESSION}",
        "exceptions of a trainee": f"/enrolments/{place.id}/exceptions",
        "to remind trainees": _reminding("missing", places),
        "to remind of what came back": _reminding("returned", places),
        "to remind reviewers": _reminding("waiting", [world.mia.id, world.kris.id]),
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


def _claim(world: World, talked: Reflection, size: int) -> None:
    """What the programme is for, with as many indicators as `size`; all of them claimed, confirmed, and changed."""
    cast.with_outcomes(world)
    above = cast.outcome_of(world, "service")
    for n in range(size):
        words = cast.both(f"Sees {n} who wait")
        world.keep(change := above.add(words, "A tutor", position=100 + n, by=world.oki, now=NOON))
        assert change.outcome is not None
        cast.judged(world, cast.claimed(world, talked, change.outcome))


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


def _certify(world: World, size: int) -> Certificate:
    """Ana's certificate, which names as many modules as there are, and as many that others had revoked."""
    mine = sa.select(ModuleProgress).where(ModuleProgress.enrolment_id == world.enrolment(world.ana).id)
    for progress in world.session.scalars(mine):
        progress.completed_at = NOON
    world.keep()
    everything = Revealed(name=True, group=True, modules=True, signed_off=True)
    for _ in range(size):
        made = cast.certified(world, world.ana, everything)
        made.revoke("Made by mistake.", by=world.oki, now=NOON)
        world.keep()
    return cast.certified(world, world.ana, everything)


def _nudge(world: World, size: int) -> list[int]:
    """Ana and Mia were reminded of each session, often; the places of all trainees."""
    place = world.enrolment(world.ana)
    about = {"cohort_id": place.cohort_id, "number": 1, "words": "Well.", "by_id": world.oki.id, "at": NOON}
    for session in world.sessions[:size]:
        for to, concern in ((world.ana, Concern.MISSING), (world.mia, Concern.WAITING)):
            thing = NudgeThing(enrolment_id=place.id, training_session_id=session.id)
            world.session.add(Nudge(to_id=to.id, concern=concern, things=[thing], **about))
    places = sa.select(Enrolment.id).where(Enrolment.cohort_id == place.cohort_id).order_by(Enrolment.id)
    return list(world.session.scalars(places.limit(size)))


def _reminding(about: str, chosen: list[int]) -> str:
    return f"/cohorts/1/reminder?about={about}" + "".join(f"&to={number}" for number in chosen)


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
    ("oki", "/cohorts/1/rules"), ("oki", "/modules/1/rule?required=1&basis=submitted&on_time=80&prerequisite=2"),
    ("oki", "/cohorts/1/sessions"), ("oki", "/sessions/1/change?what=retirement"),
    ("oki", "/sessions/1/change?what=days&opens_on=2027-03-01&due_on=2027-03-01"), ("oki", "a session to add"),
    ("mia", "/claims/"), ("oki", "/cohorts/1/outcomes"), ("oki", "an outcome"), ("oki", "/cohorts/1/coverage"),
    ("ana", "what it shows"),
    ("mia", "what it shows"), ("ana", "what is shown"), ("mia", "what is shown"),
    ("oki", "/cohorts/1/second-looks"), ("oki", "/second-looks/1"), ("oki", "/cohorts/1/conflicts"),
    ("ana", "/requests/"), ("ana", "to ask for an exception"), ("oki", "/cohorts/1/exceptions"),
    ("oki", "exceptions of a trainee"),
    ("mia", "to say who is too close"), ("oki", "to say who is too close"),
    ("oki", "/cohorts/1/progress?sort=module.service&group=A"), ("oki", "/cohorts/1/stuck"),
    ("oki", "/cohorts/1/stuck?at=waiting"), ("mia", "/cohorts/1/stuck?at=returned"), ("oki", "/cohorts/1/difficulty"),
    ("oki", "/cohorts/1/progress.csv"), ("oki", "/cohorts/1/progress.xlsx"),
    ("oki", "/cohorts/compare"),
    ("ana", "/certificate/"), ("nobody", "a certificate"), ("nobody", "/verify/"), ("ana", "a sheet"),
    ("oki", "/cohorts/1/certificates"),
    ("oki", "/cohorts/1/stuck.csv"), ("oki", "/cohorts/1/stuck.xlsx?at=waiting"),
    ("mia", "/cohorts/1/stuck.csv?at=returned"),
    ("oki", "/cohorts/1/backlog.csv"), ("oki", "/cohorts/1/backlog.xlsx"),
    ("oki", "/cohorts/1/difficulty.csv"), ("oki", "/cohorts/1/difficulty.xlsx"),
    ("oki", "/cohorts/1/exceptions.csv"), ("oki", "/cohorts/1/exceptions.xlsx"),
    ("oki", "to remind trainees"), ("oki", "to remind of what came back"), ("oki", "to remind reviewers"),
    ("mia", "to remind trainees"),
]  # fmt: skip


OF_ONE = {
    "talked about": "reflections.show",
    "to review": "reviews.review",
    "/progress/": "progress.mine",
    "of a trainee": "progress.trainee",
}


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
