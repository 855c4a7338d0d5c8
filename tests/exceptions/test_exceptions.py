"""Exceptions on screen: a trainee asks, who may answers, and everybody sees what became of it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, joinedload

from portfolio.exceptions import trainees
from portfolio.models import Conflict, Extension, Reflection, Relation, Reopening, Request, State, User
from portfolio.models.exception import REASON_LENGTH
from tests import cast
from tests.cast import CEREMONY, CONDUCT, DAY, JOB, SERVICE, World
from tests.markup import Page

ClientFor = Callable[[User | None], FlaskClient]
ILL = "I had a fever that week."
LATER, LATER_STILL = "2026-03-20", "2026-03-24"
MORE = {"wish": "extension", "wanted_on": LATER, "reason": ILL}
ABSENT = {"wish": "absence", "wanted_on": "", "reason": ILL}


@pytest.fixture
def place(world: World) -> int:
    """Ana's place in the cohort."""
    return world.enrolment(world.ana).id


def ask(world: World, client_for: ClientFor, n: int = SERVICE, who: User | None = None, **form: str) -> int:
    """Somebody, Ana if nobody is named, asks about a session; the number of the request."""
    sent = client_for(who or world.ana).post(f"/sessions/{world.sessions[n].id}/request", data=form or MORE)
    assert sent.status_code == 303, sent.text
    number = world.session.scalars(sa.select(sa.func.max(Request.id))).one()
    world.session.commit()
    assert number is not None
    return number


def requests(session: Session) -> list[tuple[bool, bool | None, str]]:
    """Whether each request is open, was granted, and with which words."""
    session.expire_all()
    found = session.scalars(sa.select(Request).order_by(Request.id)).all()
    session.commit()
    return [(each.is_open, each.is_granted, each.answer) for each in found]


def days(session: Session) -> list[tuple[str, bool]]:
    """The days that were given, and whether they hold."""
    session.expire_all()
    found = session.scalars(sa.select(Extension).order_by(Extension.id)).all()
    session.commit()
    return [(str(each.due_on), each.ended_at is None) for each in found]


def written(session: Session, place: int) -> list[tuple[State, int | None]]:
    """The states and the numbers of a trainee's reflections."""
    session.expire_all()
    query = sa.select(Reflection).where(Reflection.enrolment_id == place).order_by(Reflection.id)
    found = [(each.state, each.number) for each in session.scalars(query)]
    session.commit()
    return found


def words(client: FlaskClient, address: str, status: int = 200) -> str:
    """What stands on a page, which is made without a fault."""
    answer = client.get(address)
    assert answer.status_code == status
    page = Page(answer.text)
    assert page.faults == []
    return page.root.words


# --- Asking


def test_a_trainee_asks_once_and_sees_that_it_waits(world: World, session: Session, client_for: ClientFor):
    ana, address = client_for(world.ana), f"/sessions/{world.sessions[SERVICE].id}/request"
    assert "You have asked for nothing" in words(ana, "/requests/")
    for _ in range(2):  # pressed twice
        assert ana.post(address, data=MORE).status_code == 303
    assert requests(session) == [(True, None, "")]
    other = ana.post(address, data=ABSENT)
    assert other.status_code == 409
    assert ILL in other.text
    assert "You have asked about this session already" in other.text
    seen = words(ana, "/requests/")
    assert "More time, until Friday, 20 March 2026" in seen
    assert "Waits for an answer" in seen
    assert "Take it back" in words(ana, address)
    assert len(requests(session)) == 1


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        (MORE | {"reason": " \n "}, 422, "This field is required."),
        (MORE | {"wanted_on": ""}, 422, "Name the day."),
        ({"reason": ILL}, 422, "Choose one of these."),
        (MORE | {"wish": "holiday"}, 422, ""),
        (MORE | {"reason": "x" * (REASON_LENGTH + 1)}, 422, "Please keep this to 1000 characters."),
        (MORE | {"wanted_on": "2026-03-02"}, 409, "later than the one for everybody"),
        # The final is due on Thursday the 12th of March: 19 days of March, 30 of April, 11 of May are 60.
        (MORE | {"wanted_on": "2026-05-12"}, 409, "Choose a day until Monday, 11 May 2026"),
    ],
)
def test_what_cannot_be_asked_is_given_back(
    world: World, session: Session, client_for: ClientFor, form: dict[str, str], status: int, said: str
):
    address = f"/sessions/{world.sessions[SERVICE].id}/request"
    answer = client_for(world.ana).post(address, data=form)
    assert answer.status_code == status
    assert said in answer.text
    assert answer.text.count('role="alert"') == 1, "it is said once, and where"
    assert form["reason"].strip() in answer.text
    assert requests(session) == []


def test_nothing_is_asked_about_what_is_handed_in_or_not_expected(
    world: World, session: Session, client_for: ClientFor
):
    cast.submitted(world, world.ana, SERVICE)
    for n, said in ((SERVICE, "handed in or excused already"), (CEREMONY, "No reflection is expected")):
        address = f"/sessions/{world.sessions[n].id}/request"
        assert said in words(client_for(world.ana), address)
        answer = client_for(world.ana).post(address, data=MORE)
        assert answer.status_code == 409
        assert ILL in answer.text
    assert requests(session) == []


def test_there_is_a_last_day_and_its_field_is_marked(world: World, session: Session, place: int, client_for: ClientFor):
    number, oki = ask(world, client_for, wish="extension", wanted_on="2026-05-11", reason=ILL), client_for(world.oki)
    form = {"decision": "grant", "answer": "Take your time.", "due_on": "2099-12-31"}
    answer = oki.post(f"/requests/{number}/answer", data=form)
    assert answer.status_code == 409
    assert "Choose a day until Monday, 11 May 2026: that is 60 days after the last day of the programme." in answer.text
    [field] = [each for each in Page(answer.text).root.all("input") if each.get("name") == "due_on"]
    assert (field.get("aria-invalid"), field.get("value")) == ("true", "2099-12-31")
    assert days(session) == []
    assert oki.post(f"/requests/{number}/answer", data=form | {"due_on": "2026-05-11"}).status_code == 303
    assert days(session) == [("2026-05-11", True)]


def test_what_is_taken_back_is_asked_anew(world: World, session: Session, client_for: ClientFor):
    number, ana = ask(world, client_for), client_for(world.ana)
    for _ in range(2):
        assert ana.post(f"/requests/{number}/withdrawal").status_code == 303
    assert "Taken back" in words(ana, "/requests/")
    answer = client_for(world.oki).post(f"/requests/{number}/answer", data={"decision": "grant", "answer": "Yes."})
    assert answer.status_code == 409
    assert "withdrawn" in answer.text
    assert "Yes." in answer.text
    ask(world, client_for, **ABSENT)
    assert [is_open for is_open, *_ in requests(session)] == [False, True]


# --- Answering


def test_more_time_is_granted_until_another_day(world: World, session: Session, client_for: ClientFor):
    number, oki = ask(world, client_for), client_for(world.oki)
    address = f"/cohorts/{world.cohort.id}/exceptions"
    assert f'href="{address}"' in oki.get(f"/cohorts/{world.cohort.id}/progress").text
    seen = words(oki, address)
    for said in ("1 waits for an answer", ILL, "More time, until Friday, 20 March 2026", "No exception before this"):
        assert said in seen
    form = {"decision": "grant", "answer": "Get well.", "due_on": LATER_STILL}
    assert oki.post(f"/requests/{number}/answer", data=form).status_code == 303
    again = oki.post(f"/requests/{number}/answer", data=form)
    assert again.status_code == 409
    assert "answered meanwhile" in again.text
    assert days(session) == [(LATER_STILL, True)]
    mine = words(client_for(world.ana), "/requests/")
    assert "Granted Oki" in mine
    assert "Get well." in mine
    assert "extended until 24 Mar 2026" in words(client_for(world.ana), "/series/")
    assert "Given until Tuesday, 24 March 2026; you had asked for Friday, 20 March 2026. Oki wrote Get well." in mine
    assert "Given until Tuesday, 24 March 2026" in words(
        client_for(world.ana), f"/sessions/{world.sessions[SERVICE].id}/request"
    )
    log = words(oki, address).split("Exceptions log")[1]
    assert "More time until 24 Mar 2026" in log
    said = f"Ana asked: More time, until Friday, 20 March 2026 {ILL} Oki answered · 4 Mar 2026, 12:00 WIB Get well."
    assert said in log
    assert said in words(oki, f"/enrolments/{world.enrolment(world.ana).id}/exceptions")


def test_a_reason_is_never_put_into_the_mouth_of_whoever_said_yes(world: World, client_for: ClientFor):
    number = ask(world, client_for, **ABSENT)
    oki, ana = client_for(world.oki), client_for(world.ana)
    assert oki.post(f"/requests/{number}/answer", data={"decision": "grant", "answer": ""}).status_code == 303
    log = words(oki, f"/cohorts/{world.cohort.id}/exceptions").split("Exceptions log")[1]
    assert f"Ana asked: Not at the session {ILL} Oki · " in log
    place = world.enrolment(world.ana).id
    assert f"Ana asked: Not at the session {ILL} Oki · " in words(oki, f"/enrolments/{place}/exceptions")
    assert f"You asked: Not at the session {ILL} Oki · " in words(ana, "/requests/").split("excused and extended")[1]
    assert f"You asked: Not at the session {ILL} Oki · " in words(ana, "/progress/")
    assert f"Ana asked: Not at the session {ILL} Oki · " in words(
        client_for(world.mia), f"/enrolments/{place}/progress"
    )


def test_an_absence_that_is_granted_begins_an_empty_reflection(
    world: World, session: Session, place: int, client_for: ClientFor
):
    number = ask(world, client_for, **ABSENT)
    form = {"decision": "grant", "answer": "", "due_on": ""}
    assert client_for(world.oki).post(f"/requests/{number}/answer", data=form).status_code == 303
    assert written(session, place) == [(State.EXCUSED, None)]
    progress = world.progress(world.ana, SERVICE)
    assert progress.excused == 1
    assert "Excused" in words(client_for(world.ana), "/series/")
    assert ILL in words(client_for(world.ana), "/progress/")


def test_a_no_needs_a_reason_and_the_words_come_back(world: World, session: Session, client_for: ClientFor):
    number, oki = ask(world, client_for), client_for(world.oki)
    answer = oki.post(f"/requests/{number}/answer", data={"decision": "decline", "answer": " "})
    assert answer.status_code == 422
    assert "a no needs a reason" in answer.text
    assert requests(session) == [(True, None, "")]
    sent = oki.post(f"/requests/{number}/answer", data={"decision": "decline", "answer": "You were there."})
    assert sent.status_code == 303
    assert requests(session) == [(False, False, "You were there.")]
    assert "Declined Oki" in words(client_for(world.ana), "/requests/")
    assert "What you asked for was answered Service (1) Declined" in words(client_for(world.ana), "/")
    log = words(oki, f"/cohorts/{world.cohort.id}/exceptions").split("Exceptions log")[1]
    asked = f"Service (1) · Ana Ana asked: More time, until Friday, 20 March 2026 {ILL}"
    assert f"{asked} Oki answered · 4 Mar 2026, 12:00 WIB You were there." in log


def test_what_was_handed_in_meanwhile_is_not_excused(world: World, session: Session, client_for: ClientFor):
    number = ask(world, client_for, **ABSENT)
    cast.submitted(world, world.ana, SERVICE)
    form = {"decision": "grant", "answer": "Fine."}
    answer = client_for(world.oki).post(f"/requests/{number}/answer", data=form)
    assert answer.status_code == 409
    assert "waiting for a review" in answer.text
    assert "Fine." in answer.text
    assert requests(session) == [(True, None, "")]


def test_one_answer_to_several_is_whole_for_each(world: World, session: Session, client_for: ClientFor):
    numbers = [ask(world, client_for, n, **ABSENT) for n in (SERVICE, CONDUCT)]
    numbers.append(ask(world, client_for, SERVICE, world.ben, **ABSENT))
    cast.submitted(world, world.ana, CONDUCT)
    oki, address = client_for(world.oki), f"/cohorts/{world.cohort.id}/exceptions"
    form = {"decision": "grant", "answer": "A day of the office."}
    none = oki.post(f"{address}/answers", data=form)
    assert none.status_code == 422
    assert focused(none.text).startswith("Mark at least one request")
    partly = oki.post(f"{address}/answers", data=form | {"request": [str(each) for each in numbers]})
    assert partly.status_code == 409
    told = focused(partly.text)
    assert told.startswith("2 requests are answered. 1 could not be answered. Ana, Conduct: ")
    assert "waiting for a review" in told
    assert "A day of the office." in partly.text
    assert [is_open for is_open, *_ in requests(session)] == [False, True, False]


def test_one_answer_to_several_that_all_take_it_says_how_many(world: World, client_for: ClientFor):
    numbers = [str(ask(world, client_for, n, **ABSENT)) for n in (SERVICE, CONDUCT)]
    oki, address = client_for(world.oki), f"/cohorts/{world.cohort.id}/exceptions"
    form = {"decision": "decline", "answer": "You were there.", "request": numbers}
    assert oki.post(f"{address}/answers", data=form).status_code == 303
    assert "2 requests are answered." in words(oki, address)
    assert oki.post(f"{address}/answers", data=form | {"request": ["999999"]}).status_code == 409


def focused(text: str) -> str:
    """What the focus is on when the page is there, which is the first thing on it."""
    main = text.split("<main")[1]
    [note] = [each for each in Page(text).root.all("div") if "autofocus" in each.attributes]
    assert main.index("autofocus") < main.index("<section")
    return note.words


# --- Who may


def test_guides_answer_only_where_they_are_trusted_and_for_their_own(world: World, client_for: ClientFor):
    cici = ask(world, client_for, SERVICE, world.cici, **ABSENT)
    ana = ask(world, client_for, SERVICE, **ABSENT | {"reason": "The ferry did not sail."})
    mia, oki, address = client_for(world.mia), client_for(world.oki), f"/cohorts/{world.cohort.id}/exceptions"
    form = {"decision": "grant", "answer": "Yes."}
    assert mia.get(address).status_code == 404
    assert mia.post(f"/requests/{ana}/answer", data=form).status_code == 404
    assert oki.post(f"{address}/trust", data={"guides": "yes"}).status_code == 303
    assert "1 request waits for your answer" in words(mia, "/reviews/")
    seen = words(mia, address)
    assert "The ferry did not sail." in seen
    assert ILL not in seen  # Cici's
    assert "Who answers" not in seen
    assert mia.post(f"/requests/{cici}/answer", data=form).status_code == 404
    assert mia.post(f"/requests/{ana}/answer", data=form).status_code == 303
    oki.post(f"/requests/{cici}/answer", data=form)
    assert "Cici" in words(oki, address)
    log = words(mia, address)
    assert "Ana" in log
    assert "Cici" not in log
    assert oki.post(f"{address}/trust").status_code == 303
    assert mia.get(address).status_code == 404


def test_it_is_said_who_let_guides_answer_and_when(world: World, client_for: ClientFor):
    oki, address = client_for(world.oki), f"/cohorts/{world.cohort.id}/exceptions"
    assert " said." not in words(oki, address).split("Who answers")[1]
    oki.post(f"{address}/trust", data={"guides": "yes"})
    said = words(oki, address).split("Who answers")[1]
    assert "Those who guide have answered too since 4 Mar 2026, 12:00 WIB, as Oki said." in said
    oki.post(f"{address}/trust")
    said = words(oki, address).split("Who answers")[1]
    assert "Only organisers have answered since 4 Mar 2026, 12:00 WIB, as Oki said." in said


def test_who_is_too_close_to_a_trainee_decides_nothing_of_theirs(
    world: World, session: Session, place: int, client_for: ClientFor
):
    number = ask(world, client_for)
    world.keep(cast.extended(world, world.ana, CONDUCT, cast.NOON.date().replace(day=20)))
    given = session.scalars(sa.select(sa.func.max(Extension.id))).one()
    excused = cast.excused(world, world.ana, JOB).id
    theirs = world.enrolment(world.ana)
    world.keep(Conflict.declare(theirs, world.oki, Relation.FAMILY, "My sister.", by=world.oki, now=world.now))
    oki, address = client_for(world.oki), f"/cohorts/{world.cohort.id}/exceptions"
    seen = words(oki, address)
    assert "1 waits for somebody else" in seen
    assert ILL not in seen.split("Exceptions log")[0]
    form = {"session": str(world.sessions[SERVICE].id), "what": "excuse", "due_on": "", "reason": ILL}
    for path, sent in (
        (f"/requests/{number}/answer", {"decision": "grant", "answer": "Yes."}),
        (f"/enrolments/{place}/exceptions", form),
        (f"/extensions/{given}/end", {}),
        (f"/reflections/{excused}/expectation", {"reason": "No."}),
    ):
        assert oki.post(path, data=sent).status_code == 404, path
    together = {"decision": "grant", "answer": "Yes.", "request": [str(number)]}
    assert oki.post(f"{address}/answers", data=together).status_code == 409
    assert requests(session) == [(True, None, "")]
    assert days(session) == [("2026-03-20", True)]
    assert f"/enrolments/{place}/exceptions" not in oki.get(f"/enrolments/{place}/progress").text
    ben = world.enrolment(world.ben).id
    assert f"/enrolments/{ben}/exceptions" in oki.get(f"/enrolments/{ben}/progress").text
    conflict = session.scalars(sa.select(Conflict)).one()
    conflict.end(now=world.now)
    world.keep()
    assert oki.post(f"/requests/{number}/answer", data={"decision": "grant", "answer": "Yes."}).status_code == 303


def test_that_a_draft_was_begun_is_told_to_nobody(world: World, place: int, client_for: ClientFor):
    cast.only_me(world, world.ana, JOB, said=cast.words("Mine alone.", template="what", title="Mine alone."))
    ask(world, client_for, JOB, **ABSENT)
    seen = words(client_for(world.oki), f"/cohorts/{world.cohort.id}/exceptions")
    assert "Draft" not in seen
    assert "Mine alone." not in seen


# --- Without being asked


def test_an_organiser_gives_time_and_takes_it_back(world: World, session: Session, place: int, client_for: ClientFor):
    oki, address = client_for(world.oki), f"/enrolments/{place}/exceptions"
    assert address in oki.get(f"/enrolments/{place}/progress").text
    form = {"session": str(world.sessions[SERVICE].id), "what": "extension", "due_on": LATER, "reason": ILL}
    for due_on in (LATER, LATER, LATER_STILL):  # once pressed twice
        assert oki.post(address, data=form | {"due_on": due_on}).status_code == 303
    assert days(session) == [(LATER, False), (LATER_STILL, True)]
    number = session.scalars(sa.select(sa.func.max(Extension.id))).one()
    session.commit()
    for _ in range(2):
        assert oki.post(f"/extensions/{number}/end").status_code == 303
    assert days(session) == [(LATER, False), (LATER_STILL, False)]
    log = words(oki, f"/cohorts/{world.cohort.id}/exceptions")
    assert log.count("More time ended") == 1  # the first was replaced, not ended


def test_an_organiser_excuses_and_undoes_it_without_seeing_the_text(
    world: World, session: Session, place: int, client_for: ClientFor
):
    draft = cast.only_me(world, world.ana, SERVICE, said=cast.words("Mine alone.", title="Mine alone."))
    oki, address = client_for(world.oki), f"/enrolments/{place}/exceptions"
    form = {"session": str(draft.training_session_id), "what": "excuse", "due_on": "", "reason": ILL}
    assert oki.post(address, data=form).status_code == 303
    again = oki.post(address, data=form)
    assert again.status_code == 409
    assert ILL in again.text
    assert written(session, place) == [(State.EXCUSED, 1)]
    seen = words(oki, address)
    assert ILL in seen
    assert "Mine alone." not in seen
    undo = f"/reflections/{draft.id}/expectation"
    assert oki.post(undo, data={"reason": " "}).status_code == 422
    assert oki.post(undo, data={"reason": "The list was wrong."}).status_code == 303
    assert written(session, place) == [(State.DRAFT, 1)]
    late = oki.post(undo, data={"reason": "Pressed twice."})
    assert late.status_code == 409
    assert "Pressed twice." in late.text
    log = words(oki, f"/cohorts/{world.cohort.id}/exceptions")
    assert "Expected after all" in log
    assert "The list was wrong." in log
    assert "Mine alone." not in log
    assert "The list was wrong." in words(client_for(world.ana), "/requests/")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"reason": ""}, 422),
        ({"due_on": ""}, 422),
        ({"session": "999999"}, 422),
        ({"session": "x"}, 422),
        ({"what": "all"}, 422),
        ({"due_on": "2026-03-02"}, 409),
        ({"due_on": "2026-05-12"}, 409),
    ],
)
def test_what_cannot_be_given_is_given_back(
    world: World, session: Session, place: int, client_for: ClientFor, change: dict[str, str], status: int
):
    form = {"session": str(world.sessions[SERVICE].id), "what": "extension", "due_on": LATER, "reason": ILL}
    answer = client_for(world.oki).post(f"/enrolments/{place}/exceptions", data=form | change)
    assert answer.status_code == status
    assert (form | change)["reason"] in answer.text
    assert days(session) == []


def test_what_was_asked_for_is_answered_not_given(world: World, place: int, client_for: ClientFor):
    ask(world, client_for)
    oki = client_for(world.oki)
    assert "Ana has asked" in words(oki, f"/enrolments/{place}/exceptions")
    form = {"session": str(world.sessions[SERVICE].id), "what": "excuse", "due_on": "", "reason": "Fine."}
    answer = oki.post(f"/enrolments/{place}/exceptions", data=form)
    assert answer.status_code == 409
    assert "has asked about this session" in answer.text


def test_the_log_tells_everything_the_newest_first(world: World, place: int, client_for: ClientFor):
    world.keep(Reopening.of(cast.accepted(world, world.ana, JOB), "Look again.", by=world.mia, now=world.now))
    form = {"session": str(world.sessions[SERVICE].id), "what": "extension", "due_on": LATER, "reason": ILL}
    client_for(world.oki).post(f"/enrolments/{place}/exceptions", data=form)
    log = words(client_for(world.oki), f"/cohorts/{world.cohort.id}/exceptions").split("Exceptions log")[1]
    assert "Reopened" in log
    assert "More time until 20 Mar 2026" in log


def test_the_page_on_which_one_writes_says_until_when(world: World, client_for: ClientFor):
    draft = cast.draft(world, world.ana, SERVICE, at=world.now - DAY)
    ana = client_for(world.ana)
    edit = f"/reflections/{draft.id}/edit"
    assert "extended until" not in ana.get(edit).text
    assert f"/sessions/{draft.training_session_id}/request" in ana.get(edit).text
    place = world.enrolment(world.ana)
    session = world.load(
        sa.select(Reflection).where(Reflection.id == draft.id).options(joinedload(Reflection.session))
    ).session
    world.keep(Extension.give(place, session, cast.NOON.date().replace(day=20), ILL, by=world.oki, now=world.now))
    assert "extended until Friday, 20 March 2026" in ana.get(edit).text


def test_what_is_begun_at_the_same_moment_is_not_excused_twice(
    world: World, session: Session, place: int, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
):
    number = ask(world, client_for, **ABSENT)
    cast.draft(world, world.ana, SERVICE)  # which whoever answers does not see yet
    monkeypatch.setattr(trainees, "written_about", lambda enrolment, session: None)
    form = {"decision": "grant", "answer": "Get well."}
    answer = client_for(world.oki).post(f"/requests/{number}/answer", data=form)
    assert answer.status_code == 409
    assert "at the same moment" in answer.text
    assert "Get well." in answer.text
    assert requests(session) == [(True, None, "")]
    assert written(session, place) == [(State.DRAFT, 1)]
