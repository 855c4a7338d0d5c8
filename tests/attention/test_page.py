"""The page of one's own trainees: what is there of each, why they may need somebody, and where the links lead.

The first cohort is in Jakarta and does not work on Thursday the 5th. Its days: Mo 2 and Tu 3 service, We 4 conduct,
Mo 9 the job, Tu 10 to Th 12 the last one. The second, in Makassar, works on that Thursday: Mo 2, Tu 3, We 4, Fr 6 the
job, Mo 9 to We 11 the last one. So both are asked for five reflections.
"""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portfolio import clock
from portfolio.models import (
    Basis,
    Conflict,
    Cover,
    Enrolment,
    Extension,
    Outcome,
    Reflection,
    Relation,
    Reopening,
    Review,
    Role,
    State,
    User,
    Visibility,
)
from tests import cast
from tests.cast import CONDUCT, DAY, HOUR, JOB, NOON, SERVICE, SERVICE_2, World
from tests.markup import Element, Page
from tests.site import Site, Statements

MONDAY, TUESDAY = NOON + 5 * DAY, NOON + 6 * DAY  # the 9th and the 10th


def turn_to(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def page(site: Site, who: User) -> Element:
    answer = site.sign_in(who.id).get("/trainees/")
    assert answer.status_code == 200
    return Page(answer.text).root


def cards(site: Site, who: User) -> dict[str, Element]:
    """What is there of each trainee, by name, in the order of the page."""
    return {heading.words: _card(heading) for heading in page(site, who).all("h3")}


def _card(heading: Element) -> Element:
    return next(above for above in heading.above if above.tag in ("article", "li"))


def reasons(card: Element) -> list[str]:
    """The names of the reasons, in their order."""
    return [each.words for each in card.all("span") if "state" in (each.get("class") or "")]


def links(card: Element) -> list[str]:
    return [link.get("href") or "" for link in card.all("a")]


def test_what_a_complete_module_can_do_without_is_not_missing(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
):
    turn_to(monkeypatch, TUESDAY)
    assert "although 4 reflections were due" in cards(site, world.mia)["Ana"].words
    cast.rule_changed(world, SERVICE, required=1, basis=Basis.SUBMITTED)
    cast.submitted(world, world.ana, SERVICE, at=NOON)
    # Of Service nothing is missing now; of what was due before the 10th that leaves one of Conduct and one of Job.
    assert "although 2 reflections were due" in cards(site, world.mia)["Ana"].words


def test_each_is_counted_by_the_calendar_and_the_zone_of_their_cohort(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
):
    world.keep(world.enrolment(world.dodi).assign(world.mia, Role.COACH, now=NOON))
    # 23.30 on Monday in Jakarta, half past midnight on Tuesday in Makassar.
    turn_to(monkeypatch, datetime(2026, 3, 9, 16, 30, tzinfo=UTC))
    found = cards(site, world.mia)
    assert list(found) == ["Dodi", "Ana", "Ben"], "who has been silent longest comes first, then by name"
    assert "Nothing handed in for 6 working days, although 4 reflections were due." in found["Dodi"].words
    assert "Nothing handed in for 4 working days, although 3 reflections were due." in found["Ana"].words
    assert "0 submitted · 0 signed off · 4 expected by today" in found["Ana"].words
    assert "Second" in found["Dodi"].words
    assert "First · Group A" in found["Ana"].words
    assert f"/enrolments/{world.enrolment(world.ana).id}/progress" in links(found["Ana"])
    assert "Write to them" not in found["Ana"].words, "there is nothing yet to write about"


def test_what_is_not_handed_in_stays_hidden(site: Site, world: World, monkeypatch: pytest.MonkeyPatch):
    hidden = cast.words("Nobody reads this.", title="A secret")
    cast.draft(world, world.ana, SERVICE, said=hidden)
    cast.withdrawn(world, world.ana, SERVICE_2, said=hidden)
    cast.only_me(world, world.ana, CONDUCT)
    cast.excused(world, world.ana, JOB, said=hidden)
    turn_to(monkeypatch, MONDAY)
    card = cards(site, world.mia)["Ana"]
    assert reasons(card) == ["Silent"]
    assert "Nothing handed in yet 0 submitted · 0 signed off · 3 expected by today" in card.words
    assert "although 3 reflections were due" in card.words
    assert not [link for link in links(card) if "/reflections/" in link]


def test_excused_and_extended(site: Site, world: World, monkeypatch: pytest.MonkeyPatch):
    cast.excused(world, world.ana, SERVICE)
    cast.accepted(world, world.ana, SERVICE_2)
    place = world.enrolment(world.ana)
    more = Extension.give(place, world.sessions[CONDUCT], date(2026, 3, 9), "Was ill.", by=world.oki, now=NOON)
    world.keep(more)
    turn_to(monkeypatch, TUESDAY)
    card = cards(site, world.mia)["Ana"]
    assert reasons(card) == [], "the first thing that is missing was due on Monday"
    assert "1 submitted · 1 signed off · 3 expected by today" in card.words
    more.end(by=world.oki, now=NOON)
    world.keep()
    card = cards(site, world.mia)["Ana"]
    assert reasons(card) == ["Silent"]
    assert "Nothing handed in for 3 working days, although 2 reflections were due." in card.words
    assert "Last handed in: 6 days ago" in card.words
    assert "1 submitted · 1 signed off · 3 expected by today" in card.words


def test_returned_twice_and_not_read(site: Site, world: World, monkeypatch: pytest.MonkeyPatch):
    cast.returned(world, world.ana, SERVICE, at=NOON - 2 * DAY)
    back = cast.returned(world, world.ana, SERVICE, at=NOON - DAY, said=cast.words("Once more."))
    turn_to(monkeypatch, MONDAY)
    card = cards(site, world.mia)["Ana"]
    assert reasons(card) == ["Silent", "Returned twice", "Feedback not read"]
    assert "“Service (1)” has been back with them for 3 working days." in card.words
    assert "For 3 working days there has been no sign that the feedback on “Service (1)” was read." in card.words
    assert links(card).count(f"/reflections/{back.id}") == 2
    assert f"/reflections/{back.id}#commenting" in links(card)
    site.sign_in(world.ana.id).get(f"/reflections/{back.id}")
    assert reasons(cards(site, world.mia)["Ana"]) == ["Silent", "Returned twice"]
    cast.submitted(world, world.ana, SERVICE, at=MONDAY, said=cast.words("And again."))
    assert reasons(cards(site, world.mia)["Ana"]) == []


def test_once_returned_and_once_reopened_is_not_returned_twice(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
):
    cast.returned(world, world.ana, SERVICE, at=NOON - 2 * DAY)
    fine = cast.accepted(world, world.ana, SERVICE, at=NOON - DAY, said=cast.words("Once more."))
    world.keep(Reopening.of(world.reflection(fine), "A mistake of mine.", by=world.kris, now=NOON))
    assert world.reflection(fine).state is State.RETURNED
    turn_to(monkeypatch, MONDAY)
    assert reasons(cards(site, world.mia)["Ana"]) == ["Silent"]


def test_who_writes_on_has_seen_the_feedback(site: Site, world: World, monkeypatch: pytest.MonkeyPatch):
    cast.returned(world, world.ana, SERVICE, at=NOON - DAY)
    turn_to(monkeypatch, MONDAY)
    assert "Feedback not read" in reasons(cards(site, world.mia)["Ana"])
    cast.draft(world, world.ana, SERVICE, said=cast.words("What I write now."), at=NOON)
    assert "Feedback not read" not in reasons(cards(site, world.mia)["Ana"])


def rate(world: World, reflection: Reflection, level: float, by: User, at: datetime) -> None:
    reflection = world.reflection(reflection)
    world.keep(Review.decide(reflection, Outcome.ACCEPTED, "", round=1, levels={"whole": level}, by=by, now=at))


def test_falling_levels(site: Site, world: World):
    cast.with_rubric(world)
    given = {SERVICE: (4, 4), SERVICE_2: (4, 2.5), CONDUCT: (3, 3)}
    texts = {}
    for n, (first, second) in given.items():
        handed_in = NOON - 10 * HOUR + n * HOUR
        template = "what" if n == CONDUCT else "diary"
        texts[n] = cast.submitted(world, world.ana, n, at=handed_in, said=cast.words(template=template))
        rate(world, texts[n], first, world.mia, handed_in + HOUR / 4)
        if n == CONDUCT:
            assert reasons(cards(site, world.mia)["Ana"]) == [], "five are too few"
        rate(world, texts[n], second, world.kris, handed_in + HOUR / 2)
    card = cards(site, world.mia)["Ana"]
    assert reasons(card) == ["Lower levels"]
    assert "The last 3 reviews gave a level of 2.8 on average, the 3 before them 4.0." in card.words
    opened = [link for link in links(card) if "/reflections/" in link]
    assert opened == [f"/reflections/{texts[n].id}" for n in (CONDUCT, SERVICE_2, CONDUCT)]


def test_what_waits_past_its_promise_leads_to_where_it_is_answered(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
):
    waiting = cast.submitted(world, world.ana, SERVICE)
    talked = cast.accepted(world, world.ben, SERVICE)
    world.keep(question := talked.comment("Why?", by=world.mia, now=NOON))
    world.keep(talked.comment("Because.", by=world.ben, now=NOON, reply_to=question))
    found = cards(site, world.mia)
    assert reasons(found["Ben"]) == reasons(found["Ana"]) == [], "both were promised for Monday"
    assert "1 conversation waits for your word" in found["Ben"].words
    turn_to(monkeypatch, TUESDAY)
    found = cards(site, world.mia)
    assert [reasons(found[name])[0] for name in ("Ana", "Ben")] == ["Waits for you"] * 2
    assert "“Service (1)” waits for your decision, overdue by 1 working day." in found["Ana"].words
    assert f"/reflections/{waiting.id}/review" in links(found["Ana"])
    assert "A conversation about “Service (1)” waits for your answer, overdue by 1 working day." in found["Ben"].words
    assert links(found["Ben"]).count(f"/reflections/{talked.id}#comment-{question.id}") == 2
    coach = cards(site, world.kris)
    assert "Waits for you" not in reasons(coach["Ana"]), "it waits for the mentor"


def test_nobody_needs_anybody(site: Site, world: World):
    cast.accepted(world, world.ana, SERVICE, visibility=Visibility.COHORT)
    found = page(site, world.mia)
    assert "Nobody needs you right now" in found.words
    assert [heading.words for heading in found.all("h3")] == ["Ana", "Ben"]
    assert f"/cohorts/{world.cohort.id}/progress" in links(found)


@pytest.mark.parametrize("who", ["paul", "oki", "ana", "obed", "asta"])
def test_whoever_guides_nobody_now_is_told_so(site: Site, world: World, who: str):
    found = page(site, getattr(world, who))
    assert "You guide nobody just now" in found.words
    assert found.all("h3") == []


def test_who_stands_in_sees_for_whom_and_not_those_they_are_too_close_to(site: Site, world: World):
    today = date(2026, 3, 4)
    world.keep(Cover.arrange(world.cohort, world.mia, world.oki, today, today, by=world.mia, now=NOON))
    found = cards(site, world.oki)
    assert list(found) == ["Ana", "Ben"]
    assert "for Mia, until Wednesday, 4 March 2026" in found["Ana"].words
    assert "until Wednesday" not in cards(site, world.mia)["Ana"].words
    place = world.load(
        sa.select(Enrolment)
        .where(Enrolment.user_id == world.ana.id)
        .options(selectinload(Enrolment.mentorships), selectinload(Enrolment.conflicts))
    )
    world.session.refresh(place, ["cohort"])
    world.keep(Conflict.declare(place, world.oki, Relation.FAMILY, "", by=world.oki, now=NOON))
    assert list(cards(site, world.oki)) == ["Ben"]


def test_who_left_the_cohort_is_not_listed(site: Site, world: World):
    world.enrolment(world.ben).withdrawn_at = NOON
    world.keep()
    assert list(cards(site, world.mia)) == ["Ana"]


def test_eight_statements_for_everybody_in_two_cohorts(
    site: Site, crowd: World, queries: Statements, monkeypatch: pytest.MonkeyPatch
):
    turn_to(monkeypatch, TUESDAY)
    crowd.keep(crowd.enrolment(crowd.dodi).assign(crowd.mia, Role.COACH, now=NOON))
    mentor = site.sign_in(crowd.mia.id)
    with queries:
        answer = mentor.get("/trainees/?page=2")
    assert "Page 2 of 2" in answer.text
    assert len(queries) <= 8, str(queries)
    assert not queries.writes


def test_the_way_there(site: Site, world: World):
    assert "/trainees/" in links(page(site, world.mia).all("header")[0])
    desk = Page(site.sign_in(world.mia.id).get("/reviews/").text).root
    assert "/trainees/" in links(desk.all("main")[0])
