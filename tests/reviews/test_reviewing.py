"""The page on which somebody decides: what they write is kept, others are told of, and no word is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portfolio import clock
from portfolio.models import FeedbackDraft, Lease, Outcome, Rating, ReadEvent, Reason, Reflection, Review, Role, Visit
from tests import cast
from tests.cast import HOUR, NOON, World
from tests.site import Statements

A, B = "a" * 32, "b" * 32  # two tabs
MINUTE = timedelta(minutes=1)
WORDS = "Say when you begin, and with whom."
AHEAD = {"Sec-Purpose": "prefetch"}


@pytest.fixture
def waiting(world: World) -> Reflection:
    """Handed in by Ana; Mia and Paul are her mentors."""
    world.keep(world.enrolment(world.ana).assign(world.paul, Role.MENTOR, now=NOON - HOUR))
    return cast.submitted(world, world.ana, said=cast.words("Who waits longest?"), at=NOON - HOUR)


@pytest.fixture
def mia(world: World, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    return client_for(world.mia)


@pytest.fixture
def paul(world: World, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    return client_for(world.paul)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """`at(NOON + HOUR)`: for the application it is then."""
    return lambda now: monkeypatch.setattr(clock, "now", lambda: now)


def decide(client: FlaskClient, reflection: Reflection, outcome: str = "accepted", **fields: object) -> TestResponse:
    form = {"round": 1, "step": 0, "outcome": outcome, "feedback": WORDS}
    return client.post(f"/reflections/{reflection.id}/review", data=form | fields)


def keep(client: FlaskClient, reflection: Reflection, **fields: object) -> TestResponse:
    form = {"version": 0, "tab": A, "stroke": 1, "feedback": WORDS}
    address = f"/reflections/{reflection.id}/review/draft?round={fields.pop('round', 1)}&step=0"
    return client.post(address, data=form | fields)


def page(client: FlaskClient, reflection: Reflection, **more: object) -> TestResponse:
    return client.get(f"/reflections/{reflection.id}/review", **more)


def kept(session: Session) -> list[tuple[str, dict[str, float]]]:
    session.rollback()
    return [tuple(row) for row in session.execute(sa.select(FeedbackDraft.feedback, FeedbackDraft.levels))]


def readings(session: Session) -> list[Reason]:
    session.rollback()
    return list(session.scalars(sa.select(ReadEvent.reason).order_by(ReadEvent.id)))


def holder(session: Session) -> int | None:
    session.rollback()
    return session.scalar(sa.select(Lease.holder_id).where(Lease.until > clock.now()))


# --- What is written is kept until it is sent


def test_what_is_kept_is_confirmed_and_there_again(world: World, waiting: Reflection, mia: FlaskClient):
    cast.with_rubric(world)
    answer = keep(mia, waiting, **{"level-whole": "2.5"})
    assert answer.json == {"version": 1, "saved": "12:00 WIB", "told": "", "is_over": False}
    text = page(mia, waiting).text
    assert f">\n{WORDS}</textarea>" in text
    assert "Kept 4 Mar 2026, 12:00 WIB, not sent yet." in text
    assert 'name="level-whole" value="2.5" checked' in text
    assert 'name="version" value="1"' in text


def test_it_costs_two_statements_more_than_nothing(
    world: World, waiting: Reflection, mia: FlaskClient, queries: Statements
):
    keep(mia, waiting)
    with queries:
        assert keep(mia, waiting, feedback="More.", version=1, stroke=2).status_code == 200
    assert len(queries) == 4, str(queries)  # who it is, what it is about; what is kept, and the new words
    assert len(queries.writes) == 1, str(queries)


def test_nobody_else_sees_it(world: World, waiting: Reflection, mia: FlaskClient, paul: FlaskClient, client_for):
    keep(mia, waiting)
    assert WORDS not in page(paul, waiting).text
    for other in (world.ana, world.oki):
        assert WORDS not in client_for(other).get(f"/reflections/{waiting.id}").text


def test_what_comes_late_or_from_another_tab_beats_nothing(waiting: Reflection, mia: FlaskClient, session: Session):
    keep(mia, waiting, feedback="Second.", stroke=2)
    assert keep(mia, waiting, feedback="First.", stroke=1).json["version"] == 1
    answer = keep(mia, waiting, feedback="Another tab.", tab=B)
    assert (answer.status_code, answer.json["conflict"], answer.json["version"]) == (409, True, 1)
    assert kept(session) == [("Second.", {})]


def test_two_tabs_are_both_in_the_field(waiting: Reflection, mia: FlaskClient, session: Session):
    keep(mia, waiting, feedback="In the first tab.")
    answer = keep(mia, waiting, feedback="In the second tab.", tab=B, keep=1)
    assert answer.status_code == 409
    assert ">\nIn the second tab.\n\nIn the first tab.</textarea>" in answer.text
    assert "Both texts are in the field now." in answer.text
    assert kept(session) == [("In the first tab.", {})]


def test_it_is_kept_by_a_button_too(waiting: Reflection, mia: FlaskClient, session: Session):
    answer = keep(mia, waiting, tab="", stroke="", keep=1)
    assert (answer.status_code, answer.location) == (303, f"/reflections/{waiting.id}/review#answer")
    assert kept(session) == [(WORDS, {})]


def test_a_decision_takes_it_along(world: World, waiting: Reflection, mia: FlaskClient, session: Session):
    cast.with_rubric(world, cast.ANALYTIC)
    keep(mia, waiting)
    levels = {"level-causes": "3.0", "level-steps": ""}
    assert decide(mia, waiting, "returned", version=1, **levels).status_code == 303
    assert kept(session) == []
    assert session.execute(sa.select(Rating.criterion, Rating.level)).all() == [("causes", 3.0)]
    late = keep(mia, waiting, version=1, stroke=9)
    assert (late.status_code, late.json) == (409, {"refused": "You have decided on this already."})
    assert kept(session) == []


# --- Not like that: said in words, and all of it is still there


def test_a_return_needs_a_reason(world: World, waiting: Reflection, mia: FlaskClient):
    cast.with_rubric(world)
    answer = decide(mia, waiting, "returned", feedback="  ", **{"level-whole": "3.0"})
    assert answer.status_code == 422
    assert "To return a reflection, say what to improve." in answer.text
    assert 'name="level-whole" value="3.0" checked' in answer.text


@pytest.mark.parametrize("level", ["3.25", "4.5", "0", "-1", "1e9", "nan", "many", "９"])
def test_a_level_is_one_of_the_rubric(
    world: World, waiting: Reflection, mia: FlaskClient, session: Session, level: str
):
    cast.with_rubric(world, cast.ANALYTIC)
    levels = {"level-causes": level, "level-steps": "2.0"}
    answer = decide(mia, waiting, **levels)
    assert answer.status_code == 422
    assert "This level is not in the rubric. Choose one of those that are shown." in answer.text
    assert f">\n{WORDS}</textarea>" in answer.text
    assert 'name="level-steps" value="2.0" checked' in answer.text
    autosaved = keep(mia, waiting, **levels)
    assert autosaved.status_code == 422
    assert autosaved.json["errors"] == {
        "levels": "This level is not in the rubric. Choose one of those that are shown."
    }
    assert kept(session) == []
    assert world.reflection(waiting).latest.reviews == []


def test_where_there_is_no_rubric_there_is_no_level(waiting: Reflection, mia: FlaskClient):
    answer = decide(mia, waiting, **{"level-whole": "3.0"})
    assert answer.status_code == 422
    assert "This level is not in the rubric." in answer.text
    assert f">\n{WORDS}</textarea>" in answer.text


# --- Two decide


def test_the_second_sees_the_first_and_loses_no_word(
    world: World, waiting: Reflection, mia: FlaskClient, paul: FlaskClient, session: Session
):
    cast.with_rubric(world)
    assert decide(paul, waiting, "returned", feedback="Too short.").status_code == 303
    answer = decide(mia, waiting, **{"level-whole": "2.5"})
    assert answer.status_code == 409
    for shown in ("Paul", "Returned", "Too short.", "12:00 WIB", f">\n{WORDS}</textarea>", "2.5"):
        assert shown in answer.text
    assert f'action="/reflections/{waiting.id}/comments"' in answer.text
    assert kept(session) == [(WORDS, {"whole": 2.5})]
    assert [review.reviewer_id for review in world.reflection(waiting).latest.reviews] == [world.paul.id]
    later = page(mia, waiting)
    assert (later.status_code, f">\n{WORDS}</textarea>" in later.text) == (200, True)
    assert mia.post(f"/reflections/{waiting.id}/comments", data={"text": WORDS}).status_code == 303
    assert page(mia, waiting).location == f"/reflections/{waiting.id}"


def test_what_is_not_needed_any_more_is_put_away(
    waiting: Reflection, mia: FlaskClient, paul: FlaskClient, session: Session
):
    keep(mia, waiting)
    decide(paul, waiting)
    assert keep(mia, waiting, feedback="", tab="", stroke="", version=1, keep=1).status_code == 303
    assert kept(session) == [("", {})]
    assert page(mia, waiting).location == f"/reflections/{waiting.id}"


def test_the_tab_of_the_second_hears_of_the_first(
    waiting: Reflection, mia: FlaskClient, paul: FlaskClient, session: Session
):
    decide(paul, waiting)
    answer = keep(mia, waiting)
    assert answer.json["told"] == "This is not waiting for your decision any more. What you write here is kept."
    assert answer.json["is_over"] is True
    assert kept(session) == [(WORDS, {})]


# --- A newer text


def resubmitted(world: World, reflection: Reflection) -> None:
    """Returned by Paul while Mia reads, and handed in again."""
    cast.decide(world, reflection, Outcome.RETURNED, "Too short.", by=world.paul, at=NOON - 10 * MINUTE)
    cast.submitted(world, world.ana, said=cast.words("Who waits longest, and where?"), at=NOON - 5 * MINUTE)


def test_a_decision_on_an_old_round_shows_the_new_one(
    world: World, waiting: Reflection, mia: FlaskClient, session: Session
):
    page(mia, waiting)
    resubmitted(world, waiting)
    assert keep(mia, waiting).json["told"].startswith("The writer has handed in a newer text")
    answer = decide(mia, waiting, version=1)
    assert answer.status_code == 409
    assert "The writer has handed in a newer text since you opened this one. Read that first." in answer.text
    assert "<ins" in answer.text
    assert f">\n{WORDS}</textarea>" in answer.text
    assert 'name="round" value="2"' in answer.text
    assert readings(session) == [Reason.REVIEW, Reason.REVIEW]
    rounds = session.scalars(sa.select(ReadEvent.submission_id).order_by(ReadEvent.id)).all()
    assert list(rounds) == [submission.id for submission in world.reflection(waiting).submissions]
    again = page(mia, waiting)
    assert f">\n{WORDS}</textarea>" in again.text
    assert 'name="version" value="0"' in again.text
    assert decide(mia, waiting, round=2).status_code == 303
    assert kept(session) == []


# --- Who has it before them


def test_others_are_told_and_can_go_on(
    world: World, waiting: Reflection, mia: FlaskClient, paul: FlaskClient, session: Session, at
):
    assert "has had this open" not in page(mia, waiting).text
    at(NOON + 10 * MINUTE)
    text = page(paul, waiting).text
    assert "Mia has had this open since 12:00 WIB; it is kept for them until 12:45 WIB." in text
    assert holder(session) == world.mia.id
    assert keep(paul, waiting).json["told"].startswith("Mia has had this open since 12:00 WIB")
    assert decide(paul, waiting, version=1).status_code == 303
    assert holder(session) is None


def test_it_is_renewed_by_writing_and_by_reading_on(
    world: World, waiting: Reflection, mia: FlaskClient, session: Session, at
):
    def until() -> datetime:
        session.rollback()
        return session.scalars(sa.select(Lease.until)).one()

    page(mia, waiting)
    at(NOON + 4 * MINUTE)
    keep(mia, waiting)
    assert until() == NOON + 45 * MINUTE  # not with every word
    at(NOON + 20 * MINUTE)
    keep(mia, waiting, feedback="More.", version=1, stroke=2)
    assert until() == NOON + 65 * MINUTE
    at(NOON + 60 * MINUTE)
    assert mia.post(f"/reflections/{waiting.id}/lease").json == {"told": "", "is_over": False}
    assert until() == NOON + 105 * MINUTE


def test_who_loses_it_is_told_and_keeps_their_words(
    world: World, waiting: Reflection, mia: FlaskClient, paul: FlaskClient, session: Session, at
):
    page(mia, waiting)
    at(NOON + 50 * MINUTE)
    assert "has had this open" not in page(paul, waiting).text
    assert holder(session) == world.paul.id
    told = "Paul has had this open since 12:50 WIB; it is kept for them until 13:35 WIB."
    assert keep(mia, waiting).json["told"] == told
    assert mia.post(f"/reflections/{waiting.id}/lease").json == {"told": told, "is_over": False}
    assert kept(session) == [(WORDS, {})]
    assert decide(mia, waiting, version=1).status_code == 303


def test_it_can_be_left_to_others(world: World, waiting: Reflection, mia: FlaskClient, session: Session):
    following = cast.submitted(world, world.ben)
    page(mia, waiting)
    answer = mia.post(f"/reflections/{waiting.id}/lease/end", data={"kind": "new"})
    assert (answer.status_code, answer.location) == (303, f"/reflections/{following.id}/review?kind=new")
    assert holder(session) is None


# --- The next one, and the one sent ahead


def test_it_goes_on_under_the_same_filter(world: World, waiting: Reflection, mia: FlaskClient):
    following = cast.submitted(world, world.ben)
    text = page(mia, waiting, query_string={"kind": "new", "cohort": world.cohort.id}).text
    assert f'data-next="/reflections/{following.id}/review?kind=new&amp;cohort={world.cohort.id}"' in text
    answer = decide(mia, waiting, kind="new", cohort=world.cohort.id)
    assert answer.location == f"/reflections/{following.id}/review?kind=new&cohort={world.cohort.id}"
    assert "Accepted. Ana will see it." in mia.get(answer.location).text
    assert decide(mia, following, kind="new").location == "/reviews/?kind=new"


def test_what_is_sent_ahead_is_not_opened(world: World, waiting: Reflection, mia: FlaskClient, session: Session):
    answer = page(mia, waiting, headers=AHEAD)
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert "Cookie" in answer.headers["Vary"]
    assert "data-ahead" in answer.text
    assert readings(session) == [Reason.AHEAD]
    assert holder(session) is None
    assert session.scalars(sa.select(Visit)).all() == []
    reflection = world.reflection(waiting)
    assert reflection.can_withdraw
    assert page(mia, waiting).headers["Cache-Control"] == "no-store"


def mark(answer: TestResponse) -> str:
    return answer.text.partition('data-ahead="')[2].partition('"')[0]


def opening(client: FlaskClient, reflection: Reflection, mark: str, **fields: object) -> TestResponse:
    return client.post(f"/reflections/{reflection.id}/review/opening", data={"mark": mark} | fields)


def test_it_is_opened_when_it_is_looked_at(world: World, waiting: Reflection, mia: FlaskClient, session: Session):
    ahead = mark(page(mia, waiting, headers=AHEAD))
    before = cast.submitted(world, world.ben)
    decide(mia, before)
    answer = opening(mia, waiting, ahead, **{"from": before.id})
    said = {"told": "", "is_over": False, "said": "Accepted. Ben will see it.", "waiting": 1, "next": ""}
    assert answer.json == {"is_current": True} | said
    assert readings(session) == [Reason.AHEAD, Reason.REVIEW]
    assert holder(session) == world.mia.id
    assert not world.reflection(waiting).can_withdraw


def test_the_cookie_by_which_it_is_found_again_stays_as_it_is(world: World, waiting: Reflection, mia: FlaskClient):
    following = cast.submitted(world, world.ben)
    page(mia, waiting)
    page(mia, following, headers=AHEAD)
    assert "Set-Cookie" not in decide(mia, waiting).headers


@pytest.mark.parametrize("what", ["said", "decided", "handed in again", "written elsewhere"])
def test_what_is_not_as_it_was_is_not_opened(
    world: World, waiting: Reflection, mia: FlaskClient, session: Session, what: str
):
    ahead = mark(page(mia, waiting, headers=AHEAD))
    match what:
        case "said":
            world.keep(world.reflection(waiting).comment("A question.", by=world.ana, now=NOON))
        case "decided":
            cast.decide(world, waiting, Outcome.ACCEPTED, by=world.paul, at=NOON)
        case "handed in again":
            resubmitted(world, waiting)
        case "written elsewhere":
            keep(mia, waiting)
    assert opening(mia, waiting, ahead).json == {"is_current": False}
    assert readings(session) == [Reason.AHEAD]


def test_what_is_decided_is_not_sent_ahead(world: World, waiting: Reflection, mia: FlaskClient, session: Session):
    decide(mia, waiting)
    answer = page(mia, waiting, headers=AHEAD)
    assert (answer.status_code, answer.data) == (204, b"")
    assert readings(session) == []


# --- Removed while the page is open


def test_a_mentor_who_is_removed_is_refused_from_the_next_request_on(
    world: World, waiting: Reflection, mia: FlaskClient, session: Session
):
    ahead = mark(page(mia, waiting, headers=AHEAD))
    page(mia, waiting)
    keep(mia, waiting)
    place = world.enrolment(world.ana)
    for mentorship in place.mentorships:
        if mentorship.user_id == world.mia.id:
            mentorship.end(now=NOON - 30 * MINUTE)
    world.keep()
    assert page(mia, waiting).status_code == 403
    answer = decide(mia, waiting, version=1)
    assert (answer.status_code, WORDS in answer.text) == (403, True)
    refused = [keep(mia, waiting, version=1, stroke=2), opening(mia, waiting, ahead)]
    refused += [mia.post(f"/reflections/{waiting.id}/{what}") for what in ("lease", "lease/end")]
    assert {answer.status_code for answer in refused} == {403}
    resubmitted(world, waiting)  # after that it is not there for them at all
    for answer in (page(mia, waiting), decide(mia, waiting), keep(mia, waiting)):
        assert answer.status_code == 404
    assert session.scalars(sa.select(Review.reviewer_id)).all() == [world.paul.id]
