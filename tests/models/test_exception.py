"""Exceptions: what may be asked for and when, who may answer, and what an answer does to days and counts."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.errors import Refused
from portfolio.models import (
    CalendarFeed,
    Enrolment,
    Extension,
    ModuleProgress,
    Reflection,
    Request,
    State,
    TrainingSession,
    User,
    Wish,
)
from portfolio.series import Condition, Series, load_series
from tests.cast import DAY, SERVICE, World, begun, returned, submitted

LATER = date(2026, 3, 20)


def asked(world: World, wish: Wish = Wish.EXCUSE, n: int = SERVICE, reason: str = "I was ill.") -> Request:
    """Ana asks about a session of hers."""
    place = world.enrolment(world.ana)
    session = world.sessions_of(place)[n]
    wanted = LATER if wish is Wish.EXTENSION else None
    request = Request.ask(place, session, wish, reason, wanted_on=wanted, reflection=None, before=[], now=world.now)
    world.keep(request)
    return again(world, request)


def again(world: World, request: Request) -> Request:
    return world.load(
        sa.select(Request)
        .where(Request.id == request.id)
        .options(
            joinedload(Request.session),
            joinedload(Request.enrolment).options(
                joinedload(Enrolment.cohort),
                joinedload(Enrolment.user),
                selectinload(Enrolment.progress).joinedload(ModuleProgress.module),
            ),
        )
    )


def given(world: World, due_on: date = LATER, n: int = SERVICE) -> Extension:
    """Ana has more time for a session."""
    place = world.enrolment(world.ana)
    extension = Extension.give(place, world.sessions_of(place)[n], due_on, "Ill.", by=world.oki, now=world.now)
    world.keep(extension)
    return extension


def series(app: Flask, world: World, today: date, viewer: User | None = None) -> Series:
    place = world.enrolment(world.ana)
    with app.app_context():
        return load_series(place, today, viewer=viewer or world.ana)


# --- Asking


def test_the_same_again_is_one_request_and_another_has_to_wait(world: World) -> None:
    first = asked(world)
    place = world.enrolment(world.ana)
    session = world.sessions_of(place)[SERVICE]
    same = Request.ask(
        place, session, Wish.EXCUSE, " I was ill. ", reflection=None, before=[first], now=world.now + DAY
    )
    assert same is first
    with pytest.raises(Refused, match="already"):
        Request.ask(place, session, Wish.ABSENCE, "Away.", reflection=None, before=[first], now=world.now)
    first.withdraw(now=world.now)
    assert Request.ask(place, session, Wish.ABSENCE, "Away.", reflection=None, before=[first], now=world.now).is_open
    world.session.rollback()


@pytest.mark.parametrize("day", [None, date(2026, 3, 3), date(2026, 2, 1)])
def test_more_time_is_until_a_later_day(world: World, day: date | None) -> None:
    place = world.enrolment(world.ana)
    session = world.sessions_of(place)[SERVICE]
    assert session.due_on <= date(2026, 3, 3), "it is noon of the 4th"
    with pytest.raises(Refused, match="later"):
        Request.ask(place, session, Wish.EXTENSION, "Ill.", wanted_on=day, reflection=None, before=[], now=world.now)
    world.session.rollback()


def test_what_is_handed_in_needs_no_excuse_and_what_came_back_may(world: World) -> None:
    place = world.enrolment(world.ana)
    session = world.sessions_of(place)[SERVICE]
    waiting = submitted(world, world.ana)
    with pytest.raises(Refused, match="handed in"):
        Request.ask(place, session, Wish.EXCUSE, "Ill.", reflection=waiting, before=[], now=world.now)
    world.session.rollback()
    back = returned(world, world.ben)
    place = world.enrolment(world.ben)
    session = world.sessions_of(place)[SERVICE]
    assert Request.ask(place, session, Wish.EXCUSE, "Ill.", reflection=back, before=[], now=world.now).is_open
    world.session.rollback()


def test_a_reason_is_needed_to_ask_and_to_decline(world: World) -> None:
    place = world.enrolment(world.ana)
    session = world.sessions_of(place)[SERVICE]
    with pytest.raises(Refused, match="why"):
        Request.ask(place, session, Wish.EXCUSE, " \n ", reflection=None, before=[], now=world.now)
    world.session.rollback()
    request = asked(world)
    with pytest.raises(Refused, match="why"):
        request.decline("  ", by=world.oki, now=world.now)
    assert request.is_open


# --- Answering


def test_an_answer_stands(world: World) -> None:
    request = asked(world)
    request.decline("You were there.", by=world.oki, now=world.now + DAY)
    world.keep()
    assert (request.is_granted, request.answer, request.answered_by_id) == (False, "You were there.", world.oki.id)
    for act in (
        lambda: request.decline("No.", by=world.oki, now=world.now),
        lambda: request.grant("Yes.", by=world.oki, now=world.now),
        lambda: request.withdraw(now=world.now),
    ):
        with pytest.raises(Refused, match="meanwhile"):
            act()


def test_nobody_answers_themselves_and_what_was_withdrawn_is_not_answered(world: World) -> None:
    request = asked(world)
    with pytest.raises(Refused, match="themselves"):
        request.decline("No.", by=world.ana, now=world.now)
    place = world.enrolment(world.ana)
    with pytest.raises(Refused, match="themselves"):
        Extension.give(place, world.sessions_of(place)[0], LATER, "For me.", by=world.ana, now=world.now)
    request.withdraw(now=world.now)
    with pytest.raises(Refused, match="withdrawn"):
        request.decline("No.", by=world.oki, now=world.now)
    world.session.rollback()


def test_an_excuse_leaves_the_count_and_coming_back_puts_it_in_again(world: World) -> None:
    request, reflection = asked(world), begun(world, world.ana)
    before = world.progress(world.ana).required
    reflection = world.reflection(reflection)
    assert again(world, request).grant("", reflection=reflection, by=world.oki, now=world.now) is None
    world.keep()
    assert (reflection.state, reflection.excuses[-1].reason) == (State.EXCUSED, "I was ill.")
    assert world.progress(world.ana).required == before - 1
    world.reflection(reflection).unexcuse("It was another week.", by=world.oki, now=world.now)
    world.keep()
    assert world.progress(world.ana).required == before


def test_more_time_moves_the_day_of_one_person(app: Flask, world: World) -> None:
    request = asked(world, Wish.EXTENSION)
    extension = request.grant("", by=world.oki, now=world.now)
    assert extension is not None
    world.keep(extension)
    assert (extension.due_on, extension.reason) == (LATER, "I was ill.")
    slot = series(app, world, LATER).slots[SERVICE]
    assert (slot.condition, slot.due_on, slot.is_extended) == (Condition.OPEN, LATER, True)
    assert series(app, world, LATER + DAY).slots[SERVICE].condition is Condition.LATE
    with app.app_context():
        [theirs] = [load_series(world.enrolment(world.ben), LATER, viewer=world.ben).slots[SERVICE]]
    assert (theirs.condition, theirs.is_extended) == (Condition.LATE, False)


def test_a_later_day_takes_the_place_of_the_one_before(app: Flask, world: World) -> None:
    first = given(world)
    place = world.enrolment(world.ana)
    session = world.sessions_of(place)[SERVICE]
    second = Extension.give(place, session, LATER + DAY, "Still ill.", before=first, by=world.oki, now=world.now + DAY)
    world.keep(second)
    assert (first.ended_at, first.ended_by_id) == (world.now + DAY, world.oki.id)
    assert series(app, world, LATER).slots[SERVICE].due_on == LATER + DAY
    second.end(by=world.oki, now=world.now + DAY)
    world.keep()
    assert series(app, world, LATER).slots[SERVICE].due_on == session.due_on


def test_a_session_that_was_moved_beyond_the_day_given_holds_for_all(app: Flask, world: World) -> None:
    given(world)
    session = world.load(
        sa.select(TrainingSession).where(
            TrainingSession.id == world.sessions_of(world.enrolment(world.ana))[SERVICE].id
        )
    )
    session.due_on = LATER + 2 * DAY
    world.keep()
    slot = series(app, world, LATER).slots[SERVICE]
    assert (slot.due_on, slot.is_extended) == (LATER + 2 * DAY, False)


# --- Who may


def requests_of(world: World, user: User) -> list[int]:
    found = list(world.session.scalars(policy.visible_requests(user).with_only_columns(Request.id)))
    world.session.commit()
    return found


def test_guides_see_and_answer_requests_only_where_they_are_trusted_to(world: World) -> None:
    asked(world)
    everybody = (world.ana, world.ben, world.mia, world.kris, world.oki, world.obed, world.otto)
    assert [bool(requests_of(world, user)) for user in everybody] == [True, False, False, False, True, False, False]
    cohort = world.enrolment(world.ana).cohort
    cohort.guides_may_excuse = True
    world.keep()
    assert [bool(requests_of(world, user)) for user in everybody] == [True, False, True, True, True, False, False]
    place = world.enrolment(world.ana)
    assert policy.may_excuse(world.mia, place, [])
    assert not policy.may_excuse(world.ana, place, [])
    assert policy.may_excuse(world.oki, place, [place.cohort_id])
    to_excuse = world.session.scalars(policy.enrolments_to_excuse(world.ana).with_only_columns(Enrolment.id)).all()
    assert to_excuse == [], "nobody excuses themselves or a colleague"


def test_a_calendar_has_one_link_at_a_time(world: World) -> None:
    first, secret = CalendarFeed.open(world.ana, before=None, now=world.now)
    world.keep(first)
    second, other = CalendarFeed.open(world.ana, before=first, now=world.now + DAY)
    world.keep(second)
    assert secret != other
    assert len(secret) >= 43
    assert secret not in (first.digest, second.digest), "what is stored opens nothing"
    assert first.ended_at == world.now + DAY
    assert world.session.scalars(policy.own_feeds(world.ana)).all() == [second]
    assert isinstance(begun(world, world.ana), Reflection)
