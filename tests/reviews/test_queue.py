"""What stands on the desk, for whom, and how it is found there: kinds, filters, pages, counts."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import joinedload, selectinload

from portfolio.models import (
    Comment,
    Conflict,
    Cover,
    Enrolment,
    Lease,
    Reflection,
    Relation,
    Reopening,
    Role,
    SecondLook,
    User,
)
from tests import cast
from tests.cast import CONDUCT, DAY, HOUR, JOB, NOON, SERVICE, SERVICE_2, World
from tests.markup import Page

ClientFor = Callable[[User | None], FlaskClient]
ITEM = re.compile(r'<a class="item" href="([^"]+)" data-desk-item>(.*?)</a>', re.S)
CHOICE = re.compile(r'<a class="tag( here)?" href="[^"]*"[^>]*>(.*?)</a>', re.S)


class Desk:
    """The desk of somebody, as a browser gets it."""

    def __init__(self, client: FlaskClient, address: str = "/reviews/") -> None:
        answer = client.get(address)
        assert answer.status_code == 200
        self.html = answer.text
        self.items = [(address, plain(html)) for address, html in ITEM.findall(answer.text)]
        self.choices = [plain(html) for _, html in CHOICE.findall(answer.text)]
        self.chosen = [plain(html) for here, html in CHOICE.findall(answer.text) if here]

    @property
    def addresses(self) -> list[str]:
        return [address for address, _ in self.items]

    def item(self, address: str) -> str:
        [text] = [text for there, text in self.items if there == address]
        return text


def plain(html: str) -> str:
    """The words of a piece of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def desk_of(client_for: ClientFor) -> Callable[..., Desk]:
    return lambda user, address="/reviews/": Desk(client_for(user), address)


DeskOf = Callable[..., Desk]


def review_of(reflection: Reflection) -> str:
    return f"/reflections/{reflection.id}/review"


# --- What stands there


def test_it_holds_all_four_kinds_each_with_its_own_address(world: World, desk_of: DeskOf):
    new = cast.submitted(world, world.ana, SERVICE, at=NOON - 6 * HOUR)
    cast.returned(world, world.ana, SERVICE_2, at=NOON - 5 * HOUR)
    again = cast.submitted(world, world.ana, SERVICE_2, said=cast.words("More."), at=NOON - 3 * HOUR)
    reopened = cast.accepted(world, world.ben, SERVICE, at=NOON - 2 * DAY)
    world.keep(Reopening.of(reopened, "One thing more.", by=world.mia, now=NOON - DAY))
    reopened = cast.submitted(world, world.ben, SERVICE, said=cast.words("Thing."), at=NOON - 2 * HOUR)
    talked = cast.accepted(world, world.ben, SERVICE_2, at=NOON - DAY)
    question = asked(world, talked, answered_by=world.ben)
    disputed = cast.accepted(world, world.dodi, CONDUCT, at=NOON - DAY)
    world.keep(look := SecondLook.ask(disputed, "It was unfair.", now=NOON))
    look.give_to(world.mia, by=world.olla, now=NOON)
    world.keep()

    desk = desk_of(world.mia)
    assert "5 things wait for you" in desk.html
    assert {address: next(kind for kind in KINDS if kind in text) for address, text in desk.items} == {
        review_of(new): "New",
        review_of(again): "Resubmitted",
        review_of(reopened): "Resubmitted",
        f"/reflections/{talked.id}#comment-{question.id}": "Replied",
        f"/second-looks/{look.id}": "Second look",
    }
    assert desk.choices == ["All 5", "New 1", "Resubmitted 2", "Replied 1", "Second look 1"]
    assert desk.chosen == ["All 5"]


KINDS = ("New", "Resubmitted", "Replied", "Second look")


def asked(world: World, talked: Reflection, *, answered_by: User, at: datetime = NOON) -> Comment:
    """What Mia asked, and its writer has answered."""
    world.keep(question := talked.comment("Who?", by=world.mia, now=at - HOUR))
    world.keep(talked.comment("They.", by=answered_by, now=at, reply_to=question))
    return question


def test_a_reply_stands_there_once_and_not_among_the_news_too(world: World, client_for: ClientFor):
    talked = cast.accepted(world, world.ana, SERVICE, at=NOON - DAY)
    mia, kris = client_for(world.mia), client_for(world.kris)
    for guide in (mia, kris):
        guide.get(f"/reflections/{talked.id}")
    question = asked(world, talked, answered_by=world.ana, at=NOON + HOUR)

    assert Desk(mia).addresses == [f"/reflections/{talked.id}#comment-{question.id}"]
    assert "New comments" not in Desk(mia).html
    assert Desk(kris).addresses == []
    assert "New comments" in Desk(kris).html  # he is not asked, but would want to know

    world.keep(talked.comment("I see.", by=world.mia, now=NOON + 2 * HOUR, reply_to=question))
    assert Desk(mia).addresses == []


def test_what_is_nobodys_business_or_nobodys_turn_does_not_stand_there(world: World, desk_of: DeskOf):
    cast.draft(world, world.ana, SERVICE)
    cast.only_me(world, world.ana, SERVICE_2)
    cast.withdrawn(world, world.ana, CONDUCT)
    cast.returned(world, world.ana, JOB)
    cast.submitted(world, world.dodi, SERVICE)  # another mentor's
    cast.submitted(world, world.cici, SERVICE)  # has no mentor, and waits for one
    left = cast.submitted(world, world.ben, SERVICE)
    world.keep(left.comment("Hello?", by=world.ben, now=NOON))
    world.enrolment(world.ben).withdrawn_at = NOON
    world.keep()
    for who in (world.mia, world.kris, world.paul, world.oki, world.ana):
        desk = desk_of(who)
        assert (desk.items, "Nothing waits for you" in desk.html) == ([], True), who.name


def test_a_conversation_about_what_became_private_or_was_taken_back_waits_for_nobody(world: World, desk_of: DeskOf):
    taken_back = cast.submitted(world, world.ana, SERVICE)
    world.keep(taken_back.comment("Is this enough?", by=world.ana, now=NOON))
    assert len(desk_of(world.mia).items) == 2
    world.reflection(taken_back).withdraw(now=NOON + HOUR)
    world.keep()
    assert desk_of(world.mia).items == []


def test_whoever_declares_a_conflict_has_the_trainee_no_longer(world: World, desk_of: DeskOf):
    of_ana, of_ben = cast.submitted(world, world.ana, SERVICE), cast.submitted(world, world.ben, SERVICE)
    assert set(desk_of(world.mia).addresses) == {review_of(of_ana), review_of(of_ben)}
    place = world.load(
        sa.select(Enrolment)
        .where(Enrolment.user_id == world.ana.id)
        .options(
            joinedload(Enrolment.cohort),
            selectinload(Enrolment.mentorships),
            selectinload(Enrolment.conflicts),
        )
    )
    Conflict.declare(place, world.mia, Relation.FAMILY, "My niece.", by=world.mia, now=NOON)
    world.keep()
    assert desk_of(world.mia).addresses == [review_of(of_ben)]


def test_whoever_stands_in_has_it_too_with_for_whom_and_until_when(world: World, desk_of: DeskOf):
    world.mia.address = "Ibu"
    of_ana, of_ben = cast.submitted(world, world.ana, SERVICE), cast.submitted(world, world.ben, SERVICE_2)
    world.keep(world.enrolment(world.ben).assign(world.paul, Role.MENTOR, now=NOON))
    talked = cast.accepted(world, world.ana, JOB, at=NOON - DAY)
    question = asked(world, talked, answered_by=world.ana)
    friday = date(2026, 3, 6)
    arranged = Cover.arrange(world.cohort, world.mia, world.paul, NOON.date(), friday, by=world.mia, now=NOON)
    world.keep(arranged)

    desk = desk_of(world.paul)
    assert set(desk.addresses) == {
        review_of(of_ana), review_of(of_ben), f"/reflections/{talked.id}#comment-{question.id}"
    }  # fmt: skip
    by_cover = "for Ibu Mia, until Friday, 6 March 2026"
    assert {address: by_cover in text for address, text in desk.items} == {
        review_of(of_ana): True,
        review_of(of_ben): False,  # his own trainee
        f"/reflections/{talked.id}#comment-{question.id}": True,
    }
    arranged.call_off(now=NOON)
    world.keep()
    assert desk_of(world.paul).addresses == [review_of(of_ben)]


def test_that_somebody_else_reads_it_is_shown_and_the_next_one_is_another(world: World, desk_of: DeskOf):
    world.paul.address = "Bapak"
    first = cast.submitted(world, world.ana, SERVICE, at=NOON - DAY)
    second = cast.submitted(world, world.ben, SERVICE, at=NOON)
    begin = re.compile(r'<a class="btn block" href="([^"]+)" data-desk-first>')
    assert begin.findall(desk_of(world.mia).html) == [review_of(first)]

    world.keep(lease := Lease.of(first, world.paul, now=NOON - timedelta(minutes=10)))
    desk = desk_of(world.mia)
    assert "Bapak Paul is reading it since 11:50 WIB" in desk.item(review_of(first))
    assert "is reading" not in desk.item(review_of(second))
    assert desk.addresses == [review_of(first), review_of(second)]  # the promise stays the promise
    assert begin.findall(desk.html) == [review_of(second)]

    lease.until = NOON
    world.keep()
    assert "is reading" not in desk_of(world.mia).item(review_of(first))


def test_a_promise_that_has_passed_is_told_by_word_and_icon_in_working_days(world: World, desk_of: DeskOf):
    late = cast.submitted(world, world.ana, SERVICE, at=NOON - 7 * DAY)  # a Wednesday: promised for the Friday
    fine = cast.submitted(world, world.ben, SERVICE, at=NOON - DAY)
    desk = desk_of(world.mia)
    # From Friday to Wednesday it is Monday, Tuesday, Wednesday.
    assert "overdue by 3 working days" in desk.item(review_of(late))
    assert "waiting 5 working days · promised for 27 Feb 2026" in desk.item(review_of(late))
    assert "overdue" not in desk.item(review_of(fine))
    assert "waiting 1 working day" in desk.item(review_of(fine))
    assert desk.html.count("#late") == 2  # on the item, and on the filter
    assert "Overdue only 1" in desk.choices


# --- Filters


@pytest.fixture
def two_cohorts(world: World) -> World:
    """Mia guides in the second cohort too: three things wait in the first, one in the second; one is overdue."""
    world.keep(world.enrolment(world.dodi).assign(world.mia, Role.MENTOR, now=NOON))
    cast.submitted(world, world.ana, SERVICE, at=NOON - 7 * DAY)
    cast.returned(world, world.ana, SERVICE_2, at=NOON - 5 * HOUR)
    cast.submitted(world, world.ana, SERVICE_2, said=cast.words("More."), at=NOON - 3 * HOUR)
    cast.submitted(world, world.ben, SERVICE, at=NOON)
    cast.submitted(world, world.dodi, SERVICE, at=NOON)
    return world


def test_each_filter_shows_its_part_and_counts_go_with_what_else_is_chosen(two_cohorts: World, desk_of: DeskOf):
    mia, second = two_cohorts.mia, two_cohorts.other.id
    everything = desk_of(mia)
    assert (len(everything.items), everything.choices) == (4, ["All 4", "New 3", "Resubmitted 1", "Overdue only 1"])
    assert "First (3)" in everything.html
    assert "Second (1)" in everything.html

    new = desk_of(mia, "/reviews/?kind=new")
    assert (len(new.items), new.chosen) == (3, ["New 3"])
    assert "First (2)" in new.html
    assert "Second (1)" in new.html
    assert new.html.count('aria-current="true"') == 1
    assert all(address.endswith("/review?kind=new") for address in new.addresses)

    here = desk_of(mia, f"/reviews/?cohort={second}")
    assert [text for _, text in here.items if "Dodi" in text] == [text for _, text in here.items]
    assert here.choices == ["All 4", "New 1", "Resubmitted 0"]

    late = desk_of(mia, f"/reviews/?overdue=1&cohort={two_cohorts.cohort.id}&kind=new")
    assert (len(late.items), late.chosen) == (1, ["New 1", "Overdue only 1"])
    wanted = {"kind=new", f"cohort={two_cohorts.cohort.id}", "overdue=1"}
    assert set(late.addresses[0].partition("?")[2].replace("&amp;", "&").split("&")) == wanted


def test_a_filter_stays_until_it_is_cleared(two_cohorts: World, client_for: ClientFor):
    mia = client_for(two_cohorts.mia)
    assert len(Desk(mia, "/reviews/?kind=resubmitted").items) == 1
    assert Desk(mia).chosen == ["Resubmitted 1"]  # by the bar
    assert Desk(mia, "/reviews/?kind=all").chosen == ["All 4"]
    assert len(Desk(mia).items) == 4
    assert Desk(client_for(two_cohorts.kris)).chosen == []


def test_a_filter_that_leaves_nothing_says_how_much_there_is(two_cohorts: World, desk_of: DeskOf):
    desk = desk_of(two_cohorts.mia, "/reviews/?kind=replied")
    assert (desk.items, desk.chosen) == ([], ["Replied 0"])
    assert "Nothing waits for you here" in desk.html
    assert "In all, 4 things wait for you." in desk.html
    nowhere = desk_of(two_cohorts.mia, "/reviews/?cohort=2000000000")
    assert (len(nowhere.items), nowhere.chosen) == (4, ["All 4"])  # nothing waits there any more: it is no filter


def test_an_odd_wish_is_passed_over(two_cohorts: World, client_for: ClientFor):
    mia = client_for(two_cohorts.mia)
    odd = ("", "x", "0", "-1", "9" * 30, "９", "'", "é", "x" * 5000, "new'--")
    for name, value in product(("kind", "cohort", "overdue", "page"), odd):
        answer = mia.get("/reviews/", query_string={name: value})
        assert (answer.status_code, len(ITEM.findall(answer.text))) == (200, 4), f"{name}={value[:20]}"
        assert Page(answer.text).faults == []


def test_one_thing_alone_needs_no_filter(world: World, desk_of: DeskOf):
    cast.submitted(world, world.ana, SERVICE)
    desk = desk_of(world.mia)
    assert (len(desk.items), desk.choices) == (1, [])
    assert "1 thing waits for you" in desk.html


# --- Pages and cost


def test_pages_keep_the_filter_and_show_everything_once(crowd: World, client_for: ClientFor):
    mia = client_for(crowd.mia)
    assert Desk(mia).choices == ["All 120", "New 60", "Replied 60"]
    first, second = Desk(mia, "/reviews/?kind=new"), Desk(mia, "/reviews/?kind=new&page=2")
    assert (len(first.items), len(second.items)) == (50, 10)
    assert not set(first.addresses) & set(second.addresses)
    assert 'href="/reviews/?page=2&amp;kind=new"' in first.html
    assert "data-desk-first" in first.html
    assert "data-desk-first" not in second.html
    assert len(Desk(mia, "/reviews/?kind=new&page=99").items) == 10
