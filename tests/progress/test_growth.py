"""What a trainee's page tells of growth, waits and exceptions, and to whom."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from portfolio import clock
from portfolio.models import Outcome, Reflection, Request, Review, Role, SecondLook, Wish
from portfolio.models.rating import WHOLE
from portfolio.progress.growth import ticks
from tests import cast
from tests.cast import ANALYTIC, CONDUCT, DAY, HOUR, NOON, SERVICE, SERVICE_2, World
from tests.markup import Element, Page
from tests.site import Site

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("highest", "marks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (5, [0, 2, 4, 6]),
        (9, [0, 5, 10]),
        (20, [0, 5, 10, 15, 20]),
        (387, [0, 100, 200, 300, 400]),
    ],
)
def test_marks_are_round_and_few(highest: float, marks: list[float]):
    assert ticks(highest) == marks


def handed_in(world: World, n: int, levels: dict[str, float] | None = None, *, text: str = "One two.") -> Reflection:
    """Ana's n-th reflection, with how she sees it herself."""
    template = "what" if n == CONDUCT else "diary"
    reflection = cast.draft(world, world.ana, n, said=cast.words(text, template=template))
    reflection.submit(levels=levels, now=NOON)
    world.keep()
    return world.reflection(reflection)


def decided(
    world: World, reflection: Reflection, levels: dict[str, float] | None, *, days: int = 0, accept: bool = True
) -> Reflection:
    """Whoever it waits for decides, with levels."""
    reflection = world.reflection(reflection)
    [by] = [held.user for held in reflection.enrolment.guides(reflection.awaiting)]
    outcome, latest = Outcome.ACCEPTED if accept else Outcome.RETURNED, reflection.latest
    assert latest is not None
    at, about = NOON + days * DAY + HOUR, {"round": latest.round, "levels": levels, "by": by}
    world.keep(Review.decide(reflection, outcome, "" if accept else "Say more.", now=at, **about))
    return world.reflection(reflection)


def browser(site: Site, world: World, who: str) -> FlaskClient:
    return site.sign_in(getattr(world, who).id)


def page_of(site: Site, world: World, who: str) -> Page:
    address = "/progress/" if who == "ana" else f"/enrolments/{world.enrolment(world.ana).id}/progress"
    answer = browser(site, world, who).get(address)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.faults == []
    return page


def charts(page: Page) -> dict[str, list[list[str]]]:
    """What each picture is called, with the rows of its table; each says in words what it shows."""
    found = {}
    for figure in page.root.all("figure"):
        [svg] = [svg for svg in figure.all("svg") if svg.get("role") == "img"]
        named = [part.get("id") for part in svg.all("title", "desc")]
        assert svg.get("aria-labelledby") == " ".join(filter(None, named))
        [title, said] = svg.all("title", "desc")
        rows = [[cell.words for cell in row.all("td")] for row in figure.all("tr") if row.all("td")]
        assert len(svg.all("circle")) == len(rows)
        assert rows[-1][-1] in said.words
        found[title.words] = rows
    return found


def section(page: Page, heading: str) -> Element:
    [found] = [part for part in page.root.all("section") if any(h.words == heading for h in part.all("h2"))]
    return found


def test_the_mean_of_each_review_is_told_and_the_writers_own_is_not_mixed_in(site: Site, world: World):
    cast.with_rubric(world, ANALYTIC)
    reflection = handed_in(world, SERVICE, {"causes": 4, "steps": 4})
    reflection = decided(world, reflection, {"causes": 1, "steps": 2})
    decided(world, reflection, {"causes": 3})
    rows = [["4 Mar 2026", "Service (1) · mentor", "1.5"], ["4 Mar 2026", "Service (1) · coach", "3"]]
    for who in ("ana", "mia", "kris", "oki"):
        assert charts(page_of(site, world, who))["Levels: Parts"] == rows, who


def test_levels_are_shown_when_everybody_has_decided(site: Site, world: World):
    cast.with_rubric(world)
    reflection = decided(world, handed_in(world, SERVICE), {WHOLE: 2.5})
    for who in ("ana", "mia", "kris", "oki"):
        assert "Levels: Depth" not in charts(page_of(site, world, who)), who
    decided(world, reflection, {WHOLE: 3})
    assert [row[-1] for row in charts(page_of(site, world, "kris"))["Levels: Depth"]] == ["2.5", "3"]


def test_rubrics_have_a_line_each(site: Site, world: World):
    cast.with_rubric(world)
    decided(world, handed_in(world, SERVICE), {WHOLE: 2}, accept=False)
    cast.with_rubric(world, ANALYTIC)
    decided(world, handed_in(world, SERVICE_2), {"steps": 4}, accept=False)
    told = charts(page_of(site, world, "ana"))
    assert [row[-1] for row in told["Levels: Depth"]] == ["2"]
    assert [row[-1] for row in told["Levels: Parts"]] == ["4"]


def test_words_and_days_until_the_first_answer(site: Site, world: World, monkeypatch: pytest.MonkeyPatch):
    # The diary has three answers of two words and one of four, the other template three of three. The answer came on
    # Friday, and the day between is a holiday.
    first = handed_in(world, SERVICE)
    decided(world, first, None, days=2, accept=False)
    handed_in(world, CONDUCT, text="One two three.")
    monkeypatch.setattr(clock, "now", lambda: NOON + 3 * DAY)
    told = charts(page_of(site, world, "ana"))
    assert told["Words in each reflection"] == [["4 Mar 2026", "Service (1)", "10"], ["4 Mar 2026", "Conduct", "9"]]
    assert told["Working days until the first answer"] == [["4 Mar 2026", "Service (1)", "1"]]


def test_what_was_taken_back_or_not_handed_in_is_no_growth(site: Site, world: World):
    cast.withdrawn(world, world.ana, SERVICE)
    cast.draft(world, world.ana, SERVICE_2)
    assert charts(page_of(site, world, "ana")) == {}


def test_observers_are_told_neither_levels_nor_reasons(site: Site, world: World):
    cast.shared_with_cohort(world, world.ana, SERVICE)
    cast.excused(world, world.ana, SERVICE_2, reason="Was in hospital.")
    assert charts(page_of(site, world, "obed")) == {}
    for who, is_told in {"ana": True, "mia": True, "kris": True, "oki": True, "obed": False}.items():
        words = page_of(site, world, who).root.words
        assert ("Was in hospital." in words) is is_told, who
        assert ("Excused, and more time" in words) is is_told, who


@on_sqlite
def test_an_excuse_that_was_undone_stays_on_record(site: Site, world: World):
    excused = cast.excused(world, world.ana, SERVICE, reason="Was ill.")
    excused.unexcuse("Was there after all.", by=world.oki, now=NOON + HOUR)
    world.keep()
    record = section(page_of(site, world, "ana"), "Excused, and more time")
    newest, oldest = (row.words for row in record.all("li"))
    assert newest == "Service (1) Oki wrote · 4 Mar 2026, 13:00 WIB Was there after all. Expected after all"
    assert oldest == "Service (1) Oki wrote · 4 Mar 2026, 12:00 WIB Was ill. Excused"


@on_sqlite
def test_all_that_waits_for_others_is_one_list_the_oldest_first(site: Site, world: World):
    cast.with_rubric(world)
    back = cast.returned(world, world.ana, SERVICE, at=NOON - 2 * DAY)
    waiting = cast.submitted(world, world.ana, SERVICE_2, at=NOON - DAY)
    comment = waiting.comment("Is that enough?", by=world.ana, now=NOON)
    world.keep(comment)
    [review] = back.submissions[0].reviews
    about = {"reader_id": world.kris.id, "asked_at": NOON - HOUR, "promised_on": cast.PROMISED, "reason": "Again."}
    world.keep(SecondLook(review_id=review.id, reflection_id=back.id, cohort_id=back.cohort_id, **about))
    told = section(page_of(site, world, "ana"), "Waiting for an answer")
    assert [link.words for link in told.all("a")] == [
        "Service (2) mentor · Mia · 1 working day · promised for Friday, 6 Mar",
        "Service (1) a second look · Kris · since today · promised for Monday, 9 Mar",
        "Service (2) an answer to what you said · since today · promised for Monday, 9 Mar",
    ]
    assert [link.get("href") for link in told.all("a")][1:] == [
        f"/reflections/{back.id}#second-look-1",
        f"/reflections/{waiting.id}#comment-{comment.id}",
    ]
    for_mia = section(page_of(site, world, "mia"), "Waiting for an answer")
    assert [link.words[:18] for link in for_mia.all("a")] == ["Service (2) mentor"], "and who that is"


@on_sqlite
def test_the_next_thing_has_one_button_and_the_rest_is_your_turn(site: Site, world: World):
    first = cast.returned(world, world.ana, SERVICE)
    second = cast.returned(world, world.ana, SERVICE_2)
    page = page_of(site, world, "ana")
    following = section(page, "Next thing to do")
    assert [each.get("href") for each in following.all("a", "button")] == [f"/reflections/{first.id}/edit"]
    turns = section(page, "Your turn")
    assert [link.get("href") for link in turns.all("a")] == [f"/reflections/{second.id}/edit"]
    assert "Next thing to do" not in page_of(site, world, "mia").root.words


@on_sqlite
def test_the_rule_of_a_module_is_said_in_words(site: Site, world: World):
    cast.accepted(world, world.ana, SERVICE)
    words = page_of(site, world, "ana").root.words
    assert "Complete when 2 reflections are signed off. 1 is still missing." in words
    cast.excused(world, world.ana, SERVICE_2)
    words = page_of(site, world, "ana").root.words
    assert "Complete when 1 reflection is signed off. Complete since Wednesday, 4 March 2026." in words


@on_sqlite
def test_what_was_asked_is_shown_at_its_slot_until_it_is_answered(site: Site, world: World):
    place, session = world.enrolment(world.ana), world.sessions[SERVICE]
    about = {"reflection": None, "before": [], "now": NOON - DAY}
    asked = Request.ask(place, session, Wish.EXTENSION, "Ill.", wanted_on=date(2026, 3, 20), **about)
    world.keep(asked)
    said = "asked for more time on 3 Mar 2026, not answered yet"
    for who in ("ana", "mia", "oki"):
        page = page_of(site, world, who)
        assert f"1 · Service (1): Late, {said}" in section(page, "Series").words, who
        assert f"Today Service (1) ({said})" in section(page, "Pace").words, who
    asked.withdraw(now=NOON)
    world.keep()
    assert said not in page_of(site, world, "ana").root.words


@on_sqlite
def test_what_asks_for_nothing_now_is_folded_and_numbers_that_jump_are_explained(site: Site, world: World):
    cast.accepted(world, world.ana, CONDUCT)
    page = page_of(site, world, "ana")
    folds = {each.all("summary")[0].words: "open" in each.attributes for each in page.root.all("details")}
    assert folds == {
        "Work 2 not yet open": False,  # of the strip
        "What the signs and numbers mean": False,
        "Service Late": True,
        "Conduct Complete": False,
        "Work Not yet open": False,  # an agenda in which nothing has begun
        "Job Not yet open": False,
        "Growth words and working days, as lines": False,
        "Figures as a table : Words in each reflection": False,
        "Figures as a table : Working days until the first answer": False,
    }
    assert "No reflection is expected for number 4." in section(page, "Series").words


@on_sqlite
@pytest.mark.parametrize(
    ("until", "today", "folds"),
    [
        (date(2026, 4, 20), date(2026, 3, 4), [True, True]),
        (date(2026, 4, 20), date(2026, 4, 1), [False, True]),  # what is over is folded
        (date(2026, 4, 20), date(2026, 6, 1), [False, True]),  # and of what is all over, the last is not
    ],
)
def test_the_calendar_opens_at_the_month_of_today(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch, until: date, today: date, folds: list[bool]
):
    cast.extended(world, world.ana, SERVICE, until)
    monkeypatch.setattr(clock, "now", lambda: NOON + (today - NOON.date()))
    page = Page(site.sign_in(world.ana.id).get("/progress/calendar").text)
    months = [each for each in page.root.all("details") if each.all("table")]
    assert ["open" in each.attributes for each in months] == folds
    assert [each.all("h2")[0].words for each in months] == ["March 2026", "April 2026"]


@on_sqlite
def test_who_is_late_or_soon_will_be_can_ask_for_more_time_where_it_says_so(site: Site, world: World):
    def asks(who: str) -> list[tuple[str, str]]:
        links = page_of(site, world, who).root.all("a")
        return [(each.attributes["href"], each.words) for each in links if each.words.startswith("Ask for")]

    late, also_late, today = (
        (f"/sessions/{world.sessions[n].id}/request", f"Ask for more time : {title}")
        for n, title in ((SERVICE, "Service (1)"), (SERVICE_2, "Service (2)"), (CONDUCT, "Conduct"))
    )
    assert asks("ana") == [late, also_late, late, today]  # the first is the next thing to do; not for the 9th
    assert asks("mia") == asks("oki") == []  # it is not theirs to ask
    place, about = world.enrolment(world.ana), {"reflection": None, "before": [], "now": NOON - DAY}
    for n in (SERVICE, CONDUCT):
        world.keep(Request.ask(place, world.sessions[n], Wish.EXCUSE, "Ill.", wanted_on=None, **about))
    assert asks("ana") == [also_late]  # what was asked waits for an answer
    cast.returned(world, world.ana, SERVICE_2)
    assert asks("ana") == []


@on_sqlite
def test_on_a_phone_the_days_before_today_are_one_press_away(site: Site, world: World):
    cast.returned(world, world.ana, SERVICE, at=NOON - DAY)
    page = Page(site.sign_in(world.ana.id).get("/progress/calendar").text)
    [earlier] = [each for each in page.root.all("summary") if "Earlier" in each.words]
    assert earlier.words == "Earlier this month Needs revision Late"
    days = {each.all("time")[0].attributes["datetime"]: each for each in page.root.all("td") if each.all("time")}
    past = [day for day, each in days.items() if "past" in each.attributes["class"].split()]
    assert past == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert days["2026-03-04"].attributes["id"] == "today"


@on_sqlite
def test_the_pace_is_a_plan_and_no_reproach(site: Site, world: World):
    # Due on the 2nd and the 3rd, today the 4th another; the 5th is a holiday, and the ceremony on the 6th asks nothing.
    pace = section(page_of(site, world, "ana"), "Pace")
    assert pace.words == (
        "Pace 2 behind today's plan. 1 more is due today. Level again by Friday, at two a day at most: "
        "Today Service (1) besides 1 of that day's own Friday Service (2)"
    )
    cast.submitted(world, world.ana, SERVICE)
    assert "Level again today:" in section(page_of(site, world, "ana"), "Pace").words
    cast.submitted(world, world.ana, SERVICE_2)
    cast.submitted(world, world.ana, CONDUCT)
    assert section(page_of(site, world, "mia"), "Pace").words == "Pace Level with today's plan."


@on_sqlite
def test_the_calendar_says_each_day_and_what_stands_on_it(site: Site, world: World):
    cast.accepted(world, world.ana, SERVICE)
    cast.draft(world, world.ana, SERVICE_2)
    place = world.enrolment(world.ana).id
    page = Page(browser(site, world, "ana").get("/progress/calendar").text)
    assert page.faults == []
    days = {time.get("datetime"): cell for cell in page.root.all("td") for time in cell.all("time")}
    assert len(days) == 31
    assert days["2026-03-02"].words == "2 Monday, 2 March 2026 1 · Service (1) Accepted"
    assert days["2026-03-04"].words == "4 Wednesday, 4 March 2026 Today 3 · Conduct Open"
    assert days["2026-03-04"].get("aria-current") == "date"
    assert days["2026-03-05"].words == "5 Thursday, 5 March 2026 A day off"
    assert days["2026-03-07"].words == "7 Saturday, 7 March 2026 Weekend"
    assert [th.words for th in page.root.all("th")] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    links = [link.get("href") for link in days["2026-03-03"].all("a")]
    assert len(links) == 1
    assert re.fullmatch(r"/reflections/\d+", links[0] or "")
    # For others a draft is not there.
    theirs = Page(browser(site, world, "mia").get(f"/enrolments/{place}/progress/calendar").text)
    told = {time.get("datetime"): cell for cell in theirs.root.all("td") for time in cell.all("time")}
    assert told["2026-03-03"].words == "3 Tuesday, 3 March 2026 2 · Service (2) Late"
    assert told["2026-03-03"].all("a") == []


def test_a_fellow_trainee_who_guides_is_shown_no_levels(site: Site, world: World):
    cast.with_rubric(world)
    decided(world, handed_in(world, SERVICE), {WHOLE: 2}, accept=False)
    place = world.enrolment(world.ana)
    world.keep(place.assign(world.cici, Role.COACH, now=NOON))
    told = charts(page_of(site, world, "cici"))
    assert "Levels: Depth" not in told
    assert "Words in each reflection" in told
