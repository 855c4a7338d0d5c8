"""The pages of sessions that change: what would be done is shown in figures, and what was not seen is not done."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio.models import Altered, Request, SessionChange, TrainingSession, Wish
from tests.cast import (
    A_NEW_SESSION,
    CEREMONY,
    CONDUCT,
    FINAL,
    SERVICE,
    SERVICE_2,
    World,
    accepted,
    draft,
    excused,
    extended,
    retired,
    rule_changed,
    submitted,
)

WHY = {"reason": "The speaker fell ill."}


@pytest.fixture
def oki(world: World, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    return client_for(world.oki)


def page_of(world: World, n: int = SERVICE) -> str:
    return f"/sessions/{world.sessions[n].id}/change"


def lines(text: str) -> list[str]:
    """What a page says a change would do, line by line."""
    effect = text[text.index('id="effect"') :]
    effect = effect[: effect.index("</ul>")]
    found = re.findall(r"<span class=\"grow\">(.*?)</span>", effect, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in found]


def mark(text: str) -> str:
    """What the page says was seen."""
    [seen] = re.findall(r'name="seen" value="([^"]+)"', text)
    return str(seen)


def changes(world: World) -> list[tuple[str, int, int]]:
    world.session.rollback()
    found = world.session.scalars(sa.select(SessionChange).order_by(SessionChange.id))
    return [(one.kind.value, one.training_session_id, one.required) for one in found]


def stored(world: World, n: int = SERVICE) -> TrainingSession:
    world.session.rollback()
    return world.load(sa.select(TrainingSession).where(TrainingSession.id == world.sessions[n].id))


NOTHING = "Nothing changes for anybody at once."
LOWERED = (
    "The rule of the module changes with it: Complete when 2 reflections are signed off."
    " → Complete when 1 reflection is signed off."
)
COUNTS = (
    "What was handed in about it stays, can be read, and still counts for its writer."
    " It is not expected of anybody else."
)


def test_a_retirement_is_shown_number_by_number_before_it_is_done(world: World, oki: FlaskClient) -> None:
    """Two are asked for, and it is the 4th; both sessions were due by the 3rd. Ana has the one that stays accepted,
    Ben the one that goes; Cici has a draft about it and asks for more time. So two gain, and Cici and Ana owe it late.
    """
    accepted(world, world.ana, SERVICE)
    accepted(world, world.ben, SERVICE_2)
    draft(world, world.cici, SERVICE_2)
    session = world.sessions[SERVICE_2]
    assert session.due_on < date(2026, 3, 4)
    asked = Request.ask(
        world.enrolment(world.cici), session, Wish.EXTENSION, "Ill.", wanted_on=date(2026, 4, 1), reflection=None,
        before=[], now=world.now,
    )  # fmt: skip
    world.keep(asked)
    page = oki.get(page_of(world, SERVICE_2), query_string={"what": "retirement"})
    assert lines(page.text) == [
        LOWERED,
        "2 trainees become complete at once",
        "2 trainees are no longer late with it",
        COUNTS,
        "1 trainee has a draft about it, and keeps it: it can still be handed in, and counts then",
        "1 request about it needs no answer any more",
    ]
    assert changes(world) == []
    answer = oki.post(f"/sessions/{session.id}/retirement", data=WHY | {"seen": mark(page.text)})
    assert answer.status_code == 303
    assert changes(world) == [("retired", session.id, 1)]
    assert [world.progress(who).completed_at is not None for who in (world.ana, world.ben, world.cici)] == [
        True, True, False,
    ]  # fmt: skip
    log = oki.get(f"/cohorts/{world.cohort.id}/sessions").text
    for said in ("The sessions are changed.", "Retired", "The speaker fell ill.", "2 trainees became complete"):
        assert said in log
    rules = oki.get(f"/cohorts/{world.cohort.id}/rules").text
    assert "The speaker fell ill." in rules, "the history of the rules has no hole"
    assert "Rule 2" in rules


def test_other_days_are_shown_number_by_number_before_they_are_done(world: World, oki: FlaskClient) -> None:
    """Due on the 2nd, and it is the 4th: Ben handed in, Ana has until the 6th, Cici is late and Dodi is elsewhere."""
    extended(world, world.ana, SERVICE, date(2026, 3, 6))
    submitted(world, world.ben, SERVICE)
    days = {"what": "days", "opens_on": "2026-03-02", "due_on": "2026-03-06"}
    page = oki.get(page_of(world), query_string=days)
    assert lines(page.text) == [
        "1 trainee is no longer late with it",
        "1 trainee has more time of their own, which then is no more than everybody has",
    ]
    answer = oki.post(f"/sessions/{world.sessions[SERVICE].id}/days", data=WHY | days | {"seen": mark(page.text)})
    assert answer.status_code == 303
    assert stored(world).due_on == date(2026, 3, 6)
    back = days | {"due_on": "2026-03-03"}
    page = oki.get(page_of(world), query_string=back)
    assert lines(page.text) == ["1 trainee is late with it at once"]


def test_a_new_session_is_shown_number_by_number_before_it_is_there(world: World, oki: FlaskClient) -> None:
    """One is asked for: Ana and Ben are complete by one. With two, both are kept, so only Cici, of what was due
    yesterday, is late.
    """
    accepted(world, world.ana, SERVICE)
    accepted(world, world.ben, SERVICE_2)
    rule_changed(world, required=1)
    address = f"/modules/{world.sessions[SERVICE].module_id}/sessions"
    new = dict(part.split("=") for part in A_NEW_SESSION.split("&")) | {
        "opens_on": "2026-03-02",
        "due_on": "2026-03-03",
    }
    page = oki.get(address, query_string=new)
    assert lines(page.text) == [
        "The rule of the module changes with it: Complete when 1 reflection is signed off."
        " → Complete when 2 reflections are signed off.",
        "2 would not be complete by this rule, and are kept complete",
        "1 trainee is late with it at once",
    ]
    assert oki.post(address, data=WHY | new | {"seen": mark(page.text)}).status_code == 303
    assert [world.progress(who).completed_at is not None for who in (world.ana, world.ben)] == [True, True]
    assert [kind for kind, _, required in changes(world) if required == 2] == ["added"]
    assert "Queues" in oki.get(f"/cohorts/{world.cohort.id}/sessions").text
    unchosen = {name: value for name, value in new.items() if name != "asks_more"} | {"title_en": "More queues"}
    assert lines(oki.get(address, query_string=unchosen).text) == ["1 trainee is late with it at once"]
    later = unchosen | {"opens_on": "2026-03-10", "due_on": "2026-03-10"}
    assert lines(oki.get(address, query_string=later).text) == [NOTHING]


def test_that_one_more_is_asked_for_is_proposed_where_all_were(world: World, oki: FlaskClient) -> None:
    address = f"/modules/{world.sessions[SERVICE].module_id}/sessions"
    assert BOX in oki.get(address).text
    rule_changed(world, required=1)
    assert BOX not in oki.get(address).text


BOX = 'name="asks_more" value="y" checked'


def test_that_one_more_is_asked_for_again_is_proposed_where_the_retirement_took_it_off(
    world: World, oki: FlaskClient
) -> None:
    """Two are asked for of two; both are retired, and come back one by one."""
    retired(world, SERVICE_2)
    retired(world, SERVICE)
    page = oki.get(page_of(world, SERVICE)).text
    assert BOX in page
    assert "When it was retired, the number went from 1 to 0." in page
    assert "With one more: Complete when 1 reflection is signed off." in page
    assert "When it was retired, the number went from 2 to 1." in oki.get(page_of(world, SERVICE_2)).text
    for n, required in ((SERVICE, 1), (SERVICE_2, 2)):
        assert BOX in oki.get(page_of(world, n)).text
        tried = oki.get(page_of(world, n), query_string={"what": "return", "asks_more": "y"})
        sent = WHY | {"asks_more": "y", "seen": mark(tried.text)}
        assert oki.post(f"/sessions/{world.sessions[n].id}/return", data=sent).status_code == 303
        assert changes(world)[-1] == ("brought_back", world.sessions[n].id, required)


def test_it_is_offered_but_not_proposed_where_nothing_was_taken_off_or_somebody_decided_since(
    world: World, oki: FlaskClient
) -> None:
    rule_changed(world, required=1)
    retired(world, SERVICE_2)
    page = oki.get(page_of(world, SERVICE_2)).text
    assert BOX not in page
    assert 'name="asks_more"' in page
    assert "When it was retired" not in page
    retired(world, CONDUCT)
    assert BOX in oki.get(page_of(world, CONDUCT)).text
    unticked = oki.get(page_of(world, CONDUCT), query_string={"what": "return"}).text
    assert BOX not in unticked, "it was unticked by whoever tried"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"opens_on": "2027-03-02", "due_on": "2027-03-02"}, "This is 357 days after the last session."),
        ({"opens_on": "2026-03-02", "due_on": "2027-03-02"}, "It is due 365 days after it opens."),
        ({"opens_on": "2026-05-01", "due_on": "2026-05-01"}, None),  # 60 days after the one that comes next
        (
            {"opens_on": "2026-05-04", "due_on": "2026-05-04"},
            "This is 63 days after the session that comes after it by number.",
        ),
        ({"opens_on": "2026-05-11", "due_on": "2026-05-11"}, "This is 62 days after the last session."),
    ],
)
def test_what_looks_like_the_wrong_year_is_remarked_and_not_refused(
    world: World, oki: FlaskClient, days: dict[str, str], said: str | None
) -> None:
    address = f"/modules/{world.sessions[SERVICE].module_id}/sessions"
    new = dict(part.split("=") for part in A_NEW_SESSION.split("&")) | days
    page = oki.get(address, query_string=new)
    told = [line for line in lines(page.text) if line.startswith(("This is", "It is due"))]
    assert told == ([said] if said else [])
    assert oki.post(address, data=WHY | new | {"seen": mark(page.text)}).status_code == 303


def test_days_far_from_those_of_its_neighbours_are_remarked(world: World, oki: FlaskClient) -> None:
    """The second part of Service is moved to the next year; so Conduct, which comes next, is held far before it."""
    far = {"what": "days", "opens_on": "2027-03-02", "due_on": "2027-03-02"}
    page = oki.get(page_of(world, SERVICE_2), query_string=far)
    assert "This is 357 days after the last session." in lines(page.text)
    sent = WHY | far | {"seen": mark(page.text)}
    assert oki.post(f"/sessions/{world.sessions[SERVICE_2].id}/days", data=sent).status_code == 303
    late = {"what": "days", "opens_on": "2026-03-10", "due_on": "2026-03-10"}
    assert "This is 357 days before the session that comes before it by number." in lines(
        oki.get(page_of(world, CONDUCT), query_string=late).text
    )
    first = {"what": "days", "opens_on": "2026-12-01", "due_on": "2026-12-01"}
    assert "This is 270 days after the session that comes after it by number." in lines(
        oki.get(page_of(world, CONDUCT), query_string=first).text
    )


def test_a_session_gets_another_place_and_comes_back_from_retirement(world: World, oki: FlaskClient) -> None:
    accepted(world, world.ana, SERVICE)
    session = world.sessions[SERVICE_2]
    page = oki.get(page_of(world, SERVICE_2), query_string={"what": "place", "after": "0"})
    assert lines(page.text) == [
        "The sessions are counted anew. The numbers that writers gave their reflections stay.", NOTHING,
    ]  # fmt: skip
    sent = WHY | {"after": "0", "seen": mark(page.text)}
    assert oki.post(f"/sessions/{session.id}/place", data=sent).status_code == 303
    assert (stored(world, SERVICE_2).position, stored(world, SERVICE_2).part) == (1, 1)
    retired(world, SERVICE_2)
    page = oki.get(page_of(world, SERVICE_2), query_string={"what": "return"})
    assert lines(page.text) == ["2 trainees are late with it at once"], "Ana is complete"
    more = oki.get(page_of(world, SERVICE_2), query_string={"what": "return", "asks_more": "y"})
    assert "1 would not be complete by this rule, and is kept complete" in lines(more.text)
    sent = WHY | {"asks_more": "y", "seen": mark(more.text)}
    assert oki.post(f"/sessions/{session.id}/return", data=sent).status_code == 303
    assert stored(world, SERVICE_2).retired_at is None
    assert [kind for kind, _, _ in changes(world)] == ["renumbered", "retired", "brought_back"]
    assert world.progress(world.ana).completed_at is not None


@pytest.mark.parametrize(
    ("what", "sent", "field", "sentence"),
    [
        ("days", {"opens_on": "2026-03-01"}, "opens_on", "This cohort starts on Monday, 2 March 2026."),
        ("days", {"opens_on": "2026-03-10"}, "due_on", "A session cannot be due before it opens."),
        ("days", {"opens_on": ""}, "opens_on", "This field is required."),
        ("days", {"due_on": "tomorrow"}, "due_on", "Not a valid date value."),
        ("days", {"due_on": "2100-01-01"}, "due_on", "Please give a day between 2000 and 2099."),
        ("days", {"due_on": "2026-03-07"}, "due_on", "The nearest working day is Friday, 6 March 2026."),
        ("place", {"after": "999"}, "after", "Not a valid choice."),
        ("place", {"after": "here"}, "after", "Invalid Choice: could not coerce"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_when_it_is_tried_and_when_it_is_sent(
    world: World, oki: FlaskClient, what: str, sent: dict[str, str], field: str, sentence: str
) -> None:
    days = {"opens_on": "2026-03-03", "due_on": "2026-03-09"} if what == "days" else {}
    tried = oki.get(page_of(world), query_string={"what": what} | days | sent)
    posted = oki.post(f"/sessions/{world.sessions[SERVICE].id}/{what}", data=WHY | days | sent | {"seen": "0"})
    for answer in (tried, posted):
        assert answer.status_code == 422
        [said] = re.findall(rf'id="{field}-error">.*?<span>(.*?)</span>', answer.text, re.DOTALL)
        assert sentence in said
        assert 'id="effect"' not in answer.text
    assert "The speaker fell ill." in posted.text, "the reason is given back"
    assert changes(world) == []


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"title_en": " "}, "title_en", "This field is required."),
        ({"title_id": "x" * 151}, "title_id", "Please keep this to 150 characters."),
        ({"opens_on": "2026-02-27", "due_on": "2026-03-09"}, "opens_on", "This cohort starts on Monday, 2 March 2026."),
        ({"mode": "telepathy"}, "mode", "Not a valid choice"),
        ({"template": "999"}, "template", "Not a valid choice"),
        ({"opens_on": "2026-03-08", "due_on": "2026-03-09"}, "opens_on", "The nearest working day is Monday, 9 March"),
    ],
)
def test_what_is_wrong_of_a_new_session_is_said_at_its_place(
    world: World, oki: FlaskClient, wrong: dict[str, str], field: str, sentence: str
) -> None:
    address = f"/modules/{world.sessions[SERVICE].module_id}/sessions"
    new = dict(part.split("=") for part in A_NEW_SESSION.split("&"))
    for answer in (
        oki.get(address, query_string=new | wrong),
        oki.post(address, data=WHY | new | wrong | {"seen": "0"}),
    ):
        assert answer.status_code == 422
        [said] = re.findall(rf'id="{field}-error">.*?<span>(.*?)</span>', answer.text, re.DOTALL)
        assert sentence in said
    assert changes(world) == []


def test_a_day_off_is_offered_another_or_can_be_meant(world: World, oki: FlaskClient) -> None:
    days = {"what": "days", "opens_on": "2026-03-03", "due_on": "2026-03-07"}
    page = oki.get(page_of(world), query_string=days)
    assert "Take Friday, 6 March 2026" in page.text
    assert 'name="meant" value="y"' in page.text
    page = oki.get(page_of(world), query_string=days | {"meant": "y"})
    sent = WHY | days | {"meant": "y", "seen": mark(page.text)}
    assert oki.post(f"/sessions/{world.sessions[SERVICE].id}/days", data=sent).status_code == 303
    assert stored(world).due_on == date(2026, 3, 7)


def test_a_change_without_a_reason_is_none(world: World, oki: FlaskClient) -> None:
    seen = mark(oki.get(page_of(world), query_string={"what": "retirement"}).text)
    answer = oki.post(f"/sessions/{world.sessions[SERVICE].id}/retirement", data={"reason": "  ", "seen": seen})
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    assert 'id="effect"' in answer.text, "it can be done from here"
    assert changes(world) == []


def test_of_two_who_change_something_the_second_is_shown_what_the_first_did(world: World, oki: FlaskClient) -> None:
    first, second = page_of(world, SERVICE), page_of(world, SERVICE_2)
    seen = {address: mark(oki.get(address, query_string={"what": "retirement"}).text) for address in (first, second)}
    away = {address: address.replace("change", "retirement") for address in (first, second)}
    assert oki.post(away[first], data=WHY | {"seen": seen[first]}).status_code == 303
    answer = oki.post(away[second], data=WHY | {"seen": seen[second]})
    assert answer.status_code == 409
    assert "The sessions or the figures have changed since you looked." in answer.text
    assert "The speaker fell ill." in answer.text, "the reason is given back"
    assert "Nothing has to be handed in here." in lines(answer.text)[0], "there is none left"
    assert len(changes(world)) == 1
    assert oki.post(away[second], data=WHY | {"seen": mark(answer.text)}).status_code == 303


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("days", "This session is retired. Bring it back first."),
        ("place", "This session is retired. Bring it back first."),
        ("retirement", "This session is retired. Bring it back first."),
    ],
)
def test_what_is_retired_is_brought_back_before_anything_else(
    world: World, oki: FlaskClient, what: str, sentence: str
) -> None:
    retired(world)
    form = WHY | {"opens_on": "2026-03-09", "due_on": "2026-03-09", "after": str(world.sessions[SERVICE_2].id)}
    answer = oki.post(f"/sessions/{world.sessions[SERVICE].id}/{what}", data=form | {"seen": "0"})
    assert answer.status_code == 409
    assert sentence in answer.text
    assert len(changes(world)) == 1


# --- What everybody else sees of it


def test_a_draft_about_a_session_that_was_retired_is_kept_apart_and_can_be_handed_in(
    world: World, client_for: Callable[..., FlaskClient]
) -> None:
    written = draft(world, world.ana, SERVICE)
    retired(world, SERVICE)
    ana = client_for(world.ana)
    assert "Drafts about sessions that were retired" in ana.get("/series/").text
    page = ana.get(f"/reflections/{written.id}/edit").text
    assert "This session was retired on" in page
    assert "by Oki" in page
    assert "The speaker fell ill." in page
    assert "due Monday" not in page
    today = ana.get("/").text
    assert world.sessions[SERVICE].title["en"] not in today, "nothing is to be written"
    world.reflection(written).submit(now=world.now)
    world.keep()
    assert world.progress(world.ana).submitted == 1
    assert "Drafts about sessions that were retired" not in ana.get("/series/").text


def test_a_retired_session_is_not_begun(world: World, client_for: Callable[..., FlaskClient]) -> None:
    retired(world, SERVICE)
    answer = client_for(world.ana).post(f"/sessions/{world.sessions[SERVICE].id}/reflection")
    assert answer.status_code == 409


def test_what_was_asked_about_a_session_waits_no_more_when_it_is_retired_and_again_when_it_is_back(
    world: World, oki: FlaskClient, client_for: Callable[..., FlaskClient]
) -> None:
    session = world.sessions[FINAL]
    asked = Request.ask(
        world.enrolment(world.ana), session, Wish.EXCUSE, "On duty.", reflection=None, before=[], now=world.now
    )
    world.keep(asked)
    exceptions = f"/cohorts/{world.cohort.id}/exceptions"
    assert "On duty." in oki.get(exceptions).text
    retired(world, FINAL)
    assert "On duty." not in oki.get(exceptions).text
    assert "Nothing to answer any more" in client_for(world.ana).get("/requests/").text
    no = {"decision": "decline", "answer": "It is not held.", "due_on": ""}
    answer = oki.post(f"/requests/{asked.id}/answer", data=no)
    assert answer.status_code == 409
    assert "This session was retired" in answer.text
    page = oki.get(page_of(world, FINAL), query_string={"what": "return"})
    assert "1 request about it waits for an answer again" in lines(page.text)
    assert oki.post(f"/sessions/{session.id}/return", data=WHY | {"seen": mark(page.text)}).status_code == 303
    assert "On duty." in oki.get(exceptions).text


def test_what_was_handed_in_about_a_retired_session_hides_nothing_that_is_late(
    world: World, oki: FlaskClient, client_for: Callable[..., FlaskClient]
) -> None:
    """Ana handed in about the second session, which was retired; the first one, due on the 2nd, is late anyway.

    Ben's excuse still takes one off what he owes, so that his module is complete and nothing of it is late.
    """
    submitted(world, world.ana, SERVICE_2)
    excused(world, world.ben, SERVICE_2)
    retired(world, SERVICE_2)
    late = oki.get(f"/cohorts/{world.cohort.id}/stuck?at=missing").text
    assert [who.name in late for who in (world.ana, world.ben, world.cici)] == [True, False, True]
    days = client_for(world.ana).get("/progress/").text
    assert world.sessions[SERVICE].title["en"] in days


def test_all_sessions_stand_in_the_list_with_what_they_are_today(world: World, oki: FlaskClient) -> None:
    retired(world, CEREMONY)
    page = oki.get(f"/cohorts/{world.cohort.id}/sessions").text
    rows = {n: page.split(f'id="session-{world.sessions[n].id}"')[1].split("</li>")[0] for n in range(6)}
    assert "Held" in rows[SERVICE]
    assert "Retired" in rows[CEREMONY]
    assert "no reflection is expected" in rows[CEREMONY]
    assert "To come" in rows[FINAL]
    assert [kind for kind, _, _ in changes(world)] == [Altered.RETIRED.value]
    assert world.sessions[CONDUCT].title["en"] in rows[CONDUCT]


def test_of_two_changes_at_the_same_moment_one_is_made_and_the_other_looked_at_again(
    world: World, client_for: Callable[..., FlaskClient]
) -> None:
    """Two windows of an organiser: both have looked, both publish, and neither waits for the other to be done."""
    windows = {SERVICE: client_for(world.oki), FINAL: client_for(world.oki)}
    seen = {n: mark(oki.get(page_of(world, n), query_string={"what": "retirement"}).text) for n, oki in windows.items()}

    def publish(n: int) -> int:
        address = f"/sessions/{world.sessions[n].id}/retirement"
        return windows[n].post(address, data=WHY | {"seen": seen[n]}).status_code

    world.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish, windows)) == [303, 409]
    assert len(changes(world)) == 1
