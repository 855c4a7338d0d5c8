"""Cover, conflicts of interest, and guests: who may act for whom, and for how long."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import policy
from portfolio.errors import Refused
from portfolio.models import (
    Conflict,
    Cover,
    Enrolment,
    GuestPass,
    Outcome,
    Reflection,
    Relation,
    Review,
    Role,
    State,
    User,
)
from portfolio.models.guest import ACTS_AT_MOST, PASS_LASTS, TooMany
from tests.cast import DAY, HOUR, World, draft, person, returned, submitted

MONDAY, FRIDAY = date(2026, 3, 9), date(2026, 3, 13)


def arranged(world: World, first: date = MONDAY, last: date = FRIDAY, absent: User | None = None) -> Cover:
    """Otto, from elsewhere, stands in for Mia."""
    cover = Cover.arrange(world.cohort, absent or world.mia, world.otto, first, last, by=world.oki, now=world.now)
    world.keep(cover)
    return cover


def queue(world: World, user: User) -> list[int]:
    found = list(world.session.scalars(policy.awaiting(user).with_only_columns(Reflection.id)))
    world.session.commit()
    return found


def test_cover_holds_from_the_first_moment_of_its_days_to_the_last_in_the_zone_of_the_cohort(world: World) -> None:
    cover = arranged(world)
    first, after = datetime(2026, 3, 8, 17, tzinfo=UTC), datetime(2026, 3, 13, 17, tzinfo=UTC)  # midnight in Jakarta
    moment = timedelta(microseconds=1)
    assert [cover.is_in_force(at) for at in (first - moment, first, after - moment, after)] == [
        False,
        True,
        True,
        False,
    ]
    assert [cover.is_over(at) for at in (first, after - moment, after)] == [False, False, True]


def test_cover_that_is_called_off_ends_there(world: World) -> None:
    cover = arranged(world)
    at = datetime(2026, 3, 10, 5, tzinfo=UTC)
    cover.call_off(now=at)
    cover.call_off(now=at + DAY)
    assert (cover.ended_at, cover.is_in_force(at), cover.is_over(at)) == (at, False, True)


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (FRIDAY, MONDAY, "before the first"),
        (date(2026, 2, 2), date(2026, 3, 3), "over already"),
        (MONDAY, MONDAY + timedelta(days=92), "three months"),
    ],
)
def test_days_that_make_no_sense_are_refused(world: World, first: date, last: date, why: str) -> None:
    with pytest.raises(Refused, match=why):
        arranged(world, first, last)


def test_nobody_stands_in_for_themselves_nor_with_a_closed_account(world: World) -> None:
    with pytest.raises(Refused, match="for themselves"):
        arranged(world, absent=world.otto)
    with pytest.raises(Refused, match="closed"):
        Cover.arrange(world.cohort, world.mia, world.deni, MONDAY, FRIDAY, by=world.oki, now=world.now)


def test_a_stand_in_sees_reviews_and_talks_while_they_stand_in_and_keeps_what_they_decided(world: World) -> None:
    reflection, another = submitted(world, world.ana), submitted(world, world.ben)
    cover = arranged(world)
    assert queue(world, world.otto) == []
    assert not policy.may_decide(world.otto, reflection)
    world.otto.standing_in = (cover,)
    assert sorted(queue(world, world.otto)) == sorted([reflection.id, another.id])
    reflection = world.reflection(reflection)
    assert policy.may_decide(world.otto, reflection)
    assert policy.may_comment(world.otto, reflection)
    review = Review.decide(reflection, Outcome.ACCEPTED, "", round=1, by=world.otto, now=world.now)
    world.keep(review)
    assert (review.reviewer_id, review.role) == (world.otto.id, Role.MENTOR)
    world.otto.standing_in = ()
    readable = list(world.session.scalars(policy.visible_reflections(world.otto).with_only_columns(Reflection.id)))
    assert readable == [reflection.id]  # what they reviewed; no more


def test_a_trainee_who_stands_in_does_not_decide_on_their_own(world: World) -> None:
    reflection = submitted(world, world.ana)
    cover = Cover.arrange(world.cohort, world.mia, world.ana, MONDAY, FRIDAY, by=world.oki, now=world.now)
    world.ana.standing_in = (cover,)
    assert not policy.may_decide(world.ana, reflection)
    assert queue(world, world.ana) == []
    with pytest.raises(Refused, match="somebody else's decision"):
        Review.decide(reflection, Outcome.ACCEPTED, "", round=1, by=world.ana, now=world.now)


# --- Conflicts


def place(world: World, trainee: User) -> Enrolment:
    return world.load(
        sa.select(Enrolment)
        .where(Enrolment.user_id == trainee.id)
        .options(joinedload(Enrolment.cohort), selectinload(Enrolment.mentorships), selectinload(Enrolment.conflicts))
    )


def test_who_declares_a_conflict_guides_that_trainee_no_longer(world: World) -> None:
    waiting, other = submitted(world, world.ana), submitted(world, world.ben)
    conflict = Conflict.declare(
        place(world, world.ana), world.mia, Relation.FAMILY, " A cousin. ", by=world.mia, now=world.now
    )
    world.keep(conflict)
    assert (conflict.note, conflict.user_id, conflict.declared_at) == ("A cousin.", world.mia.id, world.now)
    assert queue(world, world.mia) == [other.id]
    with pytest.raises(Refused, match="somebody else's decision"):
        Review.decide(world.reflection(waiting), Outcome.ACCEPTED, "", round=1, by=world.mia, now=world.now + HOUR)
    world.session.rollback()
    again = Conflict.declare(place(world, world.ana), world.mia, Relation.OTHER, "", by=world.oki, now=world.now)
    assert again.id == conflict.id


def test_after_a_conflict_has_ended_another_can_be_declared(world: World) -> None:
    first = Conflict.declare(place(world, world.ana), world.kris, Relation.DISPUTE, "", by=world.oki, now=world.now)
    world.keep(first)
    first.end(now=world.now + DAY)
    first.end(now=world.now + 2 * DAY)
    world.keep()
    assert first.ended_at == world.now + DAY
    second = Conflict.declare(
        place(world, world.ana), world.kris, Relation.FAMILY, "", by=world.kris, now=world.now + 2 * DAY
    )
    world.keep(second)
    assert second.id != first.id


def test_nobody_is_in_conflict_with_themselves(world: World) -> None:
    with pytest.raises(Refused, match="their own"):
        Conflict.declare(place(world, world.ana), world.ana, Relation.OTHER, "", by=world.ana, now=world.now)


# --- Guests


def invited(world: World, reflection: Reflection, role: Role | None = Role.MENTOR) -> GuestPass:
    guest = person("guest", password_hash=None)
    world.keep(guest)
    issued, secret = GuestPass.issue(reflection, guest, role, by=world.mia, now=world.now)
    world.keep(issued)
    assert len(secret) >= 43
    assert secret not in str(vars(issued))
    return issued


def test_a_guest_signs_off_the_step_they_were_asked_for_and_no_other(world: World) -> None:
    reflection = submitted(world, world.ana)
    mentor, coach = invited(world, reflection), None
    guest = mentor.guest
    decide = {"round": 1, "by": guest, "now": world.now}
    with pytest.raises(Refused, match="somebody else's decision"):
        Review.decide(reflection, Outcome.ACCEPTED, "", **decide)
    review = Review.decide(reflection, Outcome.ACCEPTED, "Seen at work.", guest=mentor, **decide)
    world.keep(review)
    assert (review.role, review.reviewer_id) == (Role.MENTOR, guest.id)
    reflection = world.reflection(reflection)
    assert reflection.awaiting is Role.COACH
    with pytest.raises(Refused, match="somebody else's decision"):
        Review.decide(reflection, Outcome.ACCEPTED, "More.", guest=mentor, **decide)
    assert coach is None


def test_a_guest_signs_nothing_by_a_pass_for_another_reflection_nor_by_one_to_read(world: World) -> None:
    reflection, another = submitted(world, world.ana), submitted(world, world.ben)
    issued = invited(world, reflection)
    assert issued.lets_sign(reflection, issued.guest, now=world.now)
    assert not issued.lets_sign(another, issued.guest, now=world.now)
    assert not issued.lets_sign(reflection, world.kris, now=world.now)
    issued.role = None
    assert not issued.lets_sign(reflection, issued.guest, now=world.now)


def test_a_pass_ends_by_itself_and_when_it_is_taken_back(world: World) -> None:
    issued = invited(world, submitted(world, world.ana))
    assert issued.is_valid(world.now + PASS_LASTS - HOUR)
    assert not issued.is_valid(world.now + PASS_LASTS)
    issued.revoke(by=world.ana, now=world.now + HOUR)
    issued.revoke(by=world.mia, now=world.now + DAY)
    assert (issued.revoked_at, issued.revoked_by_id) == (world.now + HOUR, world.ana.id)
    with pytest.raises(Refused, match="taken back"):
        issued.act(now=world.now + HOUR)
    assert not issued.lets_sign(issued.reflection, issued.guest, now=world.now + HOUR)


def test_a_guest_does_only_so_much_in_an_hour(world: World) -> None:
    issued = invited(world, submitted(world, world.ana))
    for _ in range(ACTS_AT_MOST):
        issued.act(now=world.now)
    with pytest.raises(TooMany):
        issued.act(now=world.now + HOUR - timedelta(seconds=1))
    issued.act(now=world.now + HOUR)
    assert issued.acts == 1


@pytest.mark.parametrize("case", ["draft", "has an account", "the writer", "no such step"])
def test_a_pass_is_not_given_where_it_must_not_be(world: World, case: str) -> None:
    reflection = draft(world, world.ana) if case == "draft" else returned(world, world.ana)
    assert case != "draft" or reflection.state is State.DRAFT
    guest = {"has an account": world.otto, "the writer": world.ana}.get(case, person("guest", password_hash=None))
    if case == "the writer":
        guest.password_hash = None
    role = Role.SUPERVISOR if case == "no such step" else Role.COACH
    why = {"draft": "nothing submitted", "has an account": "account", "the writer": "own", "no such step": "no step"}
    with pytest.raises(Refused, match=why[case]):
        GuestPass.issue(reflection, guest, role, by=world.mia, now=world.now)
