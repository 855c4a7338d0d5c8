"""Reminders on screen: what is shown before is what is stored and read; who is left out and why; done is gone."""

import re
from collections.abc import Callable, Iterable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.models import Concern, Cover, Language, Nudge, Request, User, Wish
from portfolio.models.nudge import WORDS_LENGTH
from tests.cast import (
    CONDUCT,
    DAY,
    NOON,
    SERVICE,
    SERVICE_2,
    World,
    excused,
    extended,
    only_me,
    returned,
    submitted,
)
from tests.markup import Page

ClientFor = Callable[[User | None], FlaskClient]
TWO = "2 reflections are past their day. Would you like more time? Ask for it."
BACK = "1 reflection has come back to you. If a comment is unclear, ask whoever wrote it."
THREE_WAIT = "3 reflections wait for your decision. If you cannot get to them, an organiser can find help."
OWN = "We miss your voice in the group."


def address(world: World) -> str:
    return f"/cohorts/{world.cohort.id}/reminder"


def place(world: World, user: User) -> int:
    return world.enrolment(user).id


def form(world: World, *chosen: int, about: str = "missing", words: str = "", act: str = "send") -> dict[str, object]:
    return {"about": about, "to": [str(number) for number in chosen], "words": words, "act": act}


def seen(client: FlaskClient, where: str, **query: object) -> str:
    answer = client.get(where, query_string=query)
    assert answer.status_code == 200, answer.status
    page = Page(answer.text)
    assert page.faults == []
    return page.root.words


def kept(session: Session) -> list[tuple[int, Concern, int, str]]:
    """To whom, of what, how many, and with which words."""
    session.expire_all()
    found = session.scalars(sa.select(Nudge).order_by(Nudge.id)).all()
    session.commit()
    return [(each.to_id, each.concern, each.number, each.words) for each in found]


def left_out(world: World, client: FlaskClient, chosen: Iterable[int], about: str = "missing") -> dict[str, str]:
    """Who is left out, by their names, and why."""
    answer = client.get(address(world), query_string={"about": about, "to": list(chosen)})
    listed = answer.text.split('id="left-out"')[-1].split("</ul>")[0] if 'id="left-out"' in answer.text else ""
    rows = re.findall(r"<li><p[^>]*><bdi>(.*?)</bdi>.*?</p><p[^>]*>(.*?)</p></li>", listed)
    return dict(rows)


def test_what_is_shown_before_is_what_is_stored_and_read(world: World, session: Session, client_for: ClientFor):
    oki, ana = client_for(world.oki), client_for(world.ana)
    mine = place(world, world.ana)
    assert TWO in seen(oki, address(world), about="missing", to=mine)
    assert kept(session) == [], "to look at it sends nothing"
    looked = oki.post(address(world), data=form(world, mine, words=OWN, act="look"))
    assert looked.status_code == 200
    for said in (TWO, OWN):
        assert said in Page(looked.text).root.words
    assert "1 person will be reminded" in Page(looked.text).root.words
    assert kept(session) == []
    sent = oki.post(address(world), data=form(world, mine, words=OWN))
    assert (sent.status_code, sent.location) == (303, f"/cohorts/{world.cohort.id}/stuck?at=missing")
    assert kept(session) == [(world.ana.id, Concern.MISSING, 2, OWN)]
    today = seen(ana, "/")
    assert TWO in today
    assert OWN in today
    assert "Oki · today" in today
    assert f"/sessions/{world.sessions[SERVICE].id}/request" in ana.get("/").text
    assert TWO not in seen(client_for(world.ben), "/"), "nobody else reads it"


def test_each_reads_it_in_their_own_language_and_figures(world: World, client_for: ClientFor):
    submitted(world, world.ben, SERVICE)
    world.ben.language = Language.INDONESIAN
    world.keep()
    text = (
        client_for(world.oki)
        .get(address(world), query_string={"to": [place(world, world.ana), place(world, world.ben)]})
        .text
    )
    assert '<blockquote class="stack tight" lang="en">' in text
    assert '<blockquote class="stack tight" lang="id">' in text
    assert TWO in Page(text).root.words
    assert "2 people will be reminded" in Page(text).root.words


def test_who_is_left_out_and_why(world: World, session: Session, client_for: ClientFor):
    # Ana has done it; Ben is excused from one and has more time for the other; Cici has left.
    for n in (SERVICE, SERVICE_2):
        submitted(world, world.ana, n)
    excused(world, world.ben, SERVICE)
    extended(world, world.ben, SERVICE_2, date(2026, 3, 20))
    world.enrolment(world.cici).withdrawn_at = NOON
    world.keep()
    everybody = [place(world, user) for user in (world.ana, world.ben, world.cici)]
    oki = client_for(world.oki)
    assert left_out(world, oki, everybody) == {
        "Ana": "It is done: nothing of this waits for them.",
        "Ben": "They are excused, or have more time.",
        "Cici": "They have left the cohort.",
    }
    answer = oki.post(address(world), data=form(world, *everybody, words=OWN))
    assert answer.status_code == 409
    assert "Nobody can be reminded of this now." in answer.text
    assert kept(session) == []


def test_whoever_asked_is_answered_and_not_reminded(world: World, session: Session, client_for: ClientFor):
    mine = world.enrolment(world.ana)
    oki = client_for(world.oki)
    oki.post(address(world), data=form(world, mine.id))
    for n in (SERVICE, SERVICE_2):
        asked = Request.ask(mine, world.sessions[n], Wish.ABSENCE, "Ill.", reflection=None, before=[], now=world.now)
        world.keep(asked)
    assert "past their day. Would" not in seen(client_for(world.ana), "/"), "asking is an answer to a reminder"
    session.execute(sa.delete(Nudge))
    session.commit()
    assert left_out(world, oki, [mine.id]) == {
        "Ana": "They have asked to be excused or for more time. Answer that first."
    }


def test_nothing_is_asked_on_the_first_day(world: World, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "now", lambda: NOON - 2 * DAY)
    assert left_out(world, client_for(world.oki), [place(world, world.ana)]) == {
        "Ana": "Nothing of this was asked of them yet."
    }


def test_the_cap_is_told_before_and_kept(
    world: World, session: Session, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
):
    oki, mine = client_for(world.oki), place(world, world.ana)
    assert oki.post(address(world), data=form(world, mine)).status_code == 303
    assert left_out(world, oki, [mine]) == {"Ana": "They were reminded less than three working days ago."}
    assert oki.post(address(world), data=form(world, mine)).status_code == 409
    assert client_for(world.mia).post(address(world), data=form(world, mine)).status_code == 409
    assert len(kept(session)) == 1
    monkeypatch.setattr(clock, "now", lambda: NOON + 6 * DAY)
    assert oki.post(address(world), data=form(world, mine)).status_code == 303
    assert len(kept(session)) == 2
    assert seen(client_for(world.ana), "/").count("past their day. Would you like") == 2, "once to read, once to hear"


def test_what_is_done_is_reminded_of_no_more(world: World, client_for: ClientFor):
    oki, ana = client_for(world.oki), client_for(world.ana)
    oki.post(address(world), data=form(world, place(world, world.ana), place(world, world.ben)))
    submitted(world, world.ana, SERVICE)
    assert "1 reflection is past its day." in seen(ana, "/"), "the figure follows what is done"
    submitted(world, world.ana, SERVICE_2)
    assert "past its day. Would" not in seen(ana, "/")
    assert TWO in seen(client_for(world.ben), "/")


def test_a_reminder_is_put_away_by_its_reader_alone(world: World, session: Session, client_for: ClientFor):
    client_for(world.oki).post(address(world), data=form(world, place(world, world.ana)))
    [number] = session.scalars(sa.select(Nudge.id)).all()
    session.commit()
    for other in (world.oki, world.ben):
        assert client_for(other).post(f"/reminders/{number}/away").status_code == 404
    ana = client_for(world.ana)
    assert TWO in seen(ana, "/")
    assert ana.post(f"/reminders/{number}/away").status_code == 303
    assert TWO not in seen(ana, "/")


def test_what_came_back_is_reminded_of_until_it_is_handed_in_again(world: World, client_for: ClientFor):
    back, oki, ana = returned(world, world.ana, SERVICE, at=NOON - DAY), client_for(world.oki), client_for(world.ana)
    mine = place(world, world.ana)
    assert BACK in seen(oki, address(world), about="returned", to=mine)
    oki.post(address(world), data=form(world, mine, about="returned"))
    assert BACK in seen(ana, "/")
    assert f"/reflections/{back.id}" in ana.get("/").text
    submitted(world, world.ana, SERVICE)
    assert BACK not in seen(ana, "/")
    assert left_out(world, oki, [mine], "returned") == {"Ana": "It is done: nothing of this waits for them."}


def test_a_reviewer_is_reminded_on_their_desk_until_they_decide(world: World, session: Session, client_for: ClientFor):
    for trainee, n in ((world.ana, SERVICE), (world.ben, SERVICE), (world.ben, CONDUCT)):
        submitted(world, trainee, n)
    oki, mia = client_for(world.oki), client_for(world.mia)
    stuck = oki.get(f"/cohorts/{world.cohort.id}/stuck?at=waiting").text
    assert f'name="to" value="{world.mia.id}"' in stuck
    assert THREE_WAIT in seen(oki, address(world), about="waiting", to=world.mia.id)
    assert left_out(world, oki, [world.kris.id, world.ana.id], "waiting") == {
        "Kris": "It is done: nothing of this waits for them."
    }, "who reviews nothing here is not found"
    assert oki.post(address(world), data=form(world, world.mia.id, about="waiting")).status_code == 303
    assert kept(session) == [(world.mia.id, Concern.WAITING, 3, "")]
    assert THREE_WAIT in seen(mia, "/reviews/")
    assert "Reminded on 4 Mar 2026 by Oki" in seen(oki, f"/cohorts/{world.cohort.id}/stuck", at="waiting")
    world.enrolment(world.ben).withdrawn_at = NOON
    world.keep()
    assert "1 reflection waits for your decision." in seen(mia, "/reviews/"), "nothing of those who left waits"


def test_whoever_is_away_is_not_reminded(world: World, client_for: ClientFor):
    submitted(world, world.ana, SERVICE)
    cohort = world.enrolment(world.ana).cohort
    world.keep(
        Cover.arrange(cohort, world.mia, world.kris, date(2026, 3, 4), date(2026, 3, 6), by=world.oki, now=world.now)
    )
    assert left_out(world, client_for(world.oki), [world.mia.id], "waiting") == {
        "Mia": "They are away, and somebody stands in."
    }


def test_guides_remind_their_own_and_nobody_reminds_reviewers_but_organisers(
    world: World, session: Session, client_for: ClientFor
):
    mia = client_for(world.mia)
    everybody = [place(world, user) for user in (world.ana, world.cici)]
    assert mia.post(address(world), data=form(world, *everybody)).status_code == 303
    assert [to for to, *_ in kept(session)] == [world.ana.id], "Cici has another guide"
    assert mia.get(address(world), query_string={"about": "waiting", "to": world.kris.id}).status_code == 403
    assert mia.post(address(world), data=form(world, world.kris.id, about="waiting")).status_code == 403
    assert client_for(world.obed).get(address(world)).status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to": []}, "Nobody is chosen"),
        ({"to": ["x", "-1", "9" * 30]}, "Nobody is chosen"),
        ({"words": "x" * (WORDS_LENGTH + 1)}, "Please keep this to 300 characters."),
        ({"about": "everything"}, ""),
    ],
)
def test_what_cannot_be_sent_is_given_back(
    world: World, session: Session, client_for: ClientFor, change: dict[str, object], said: str
):
    sent = form(world, place(world, world.ana), words=OWN) | change
    answer = client_for(world.oki).post(address(world), data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert kept(session) == []


def test_what_is_for_its_writer_alone_is_counted_and_not_shown(world: World, client_for: ClientFor):
    only_me(world, world.ana, SERVICE)
    page = client_for(world.oki).get(address(world), query_string={"to": place(world, world.ana)}).text
    assert TWO in Page(page).root.words
    assert "We asked who waits" not in page


def test_the_list_says_who_was_reminded_when_and_by_whom(
    world: World, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
):
    oki, where = client_for(world.oki), f"/cohorts/{world.cohort.id}/stuck"
    assert "Reminded on" not in seen(oki, where)
    oki.post(address(world), data=form(world, place(world, world.ana)))
    monkeypatch.setattr(clock, "now", lambda: NOON + 7 * DAY)
    client_for(world.mia).post(address(world), data=form(world, place(world, world.ana)))
    listed = seen(oki, where)
    assert "Reminded on 11 Mar 2026 by Mia · 2 times in all" in listed
    assert listed.count("Reminded on") == 1
    assert oki.get(where + "?all=1").text.count("checked") == 3
    assert oki.get(where).text.count("checked") == 0
    assert 'name="to"' not in client_for(world.obed).get(where).text, "observers remind nobody"
