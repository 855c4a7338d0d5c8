"""How often somebody may be reminded, by hand: over a holiday and a weekend, and of one thing three times at most.

It is noon of Wednesday, 4 March 2026; Thursday is a holiday. Three working days later is Tuesday.
"""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portfolio.errors import Refused
from portfolio.models import Cohort, Concern, Nudge, User
from portfolio.models.nudge import Thing
from tests.cast import CONDUCT, DAY, NOON, SERVICE, SERVICE_2, World


@pytest.fixture
def cohort(world: World) -> Cohort:
    """The first cohort, with its holidays."""
    return world.load(sa.select(Cohort).where(Cohort.id == world.cohort.id).options(selectinload(Cohort.holidays)))


@pytest.fixture
def things(world: World) -> list[Thing]:
    """Two sessions of Ana's."""
    place = world.enrolment(world.ana)
    return [Thing(place.id, world.sessions[n].id) for n in (SERVICE, SERVICE_2)]


def before(world: World, to: User) -> list[Nudge]:
    """What somebody was reminded of until now."""
    found = world.session.scalars(
        sa.select(Nudge)
        .where(Nudge.to_id == to.id)
        .options(selectinload(Nudge.things))
        .order_by(Nudge.id)
        .execution_options(populate_existing=True)
    ).all()
    world.session.commit()
    return list(found)


def remind(
    world: World,
    cohort: Cohort,
    things: list[Thing],
    at: datetime,
    concern: Concern = Concern.MISSING,
    by: User | None = None,
    words: str = "",
) -> Nudge:
    """Ana is reminded."""
    earlier = before(world, world.ana)
    nudge = Nudge.send(cohort, world.ana, concern, things, words, before=earlier, by=by or world.oki, now=at)
    world.keep(nudge)
    return nudge


def refused(world: World, cohort: Cohort, things: list[Thing], at: datetime, by: User | None = None) -> str:
    """Why Ana is not reminded."""
    with pytest.raises(Refused) as why:
        remind(world, cohort, things, at, by=by)
    world.session.rollback()
    return str(why.value)


def test_what_is_stored_is_what_was_said(world: World, cohort: Cohort, things: list[Thing]):
    remind(world, cohort, things, NOON, words="  We miss\n your voice.  ")
    [nudge] = before(world, world.ana)
    assert (nudge.concern, nudge.number, nudge.words) == (Concern.MISSING, 2, "We miss your voice.")
    assert (nudge.by_id, nudge.at, nudge.ended_at) == (world.oki.id, NOON, None)
    assert {(each.enrolment_id, each.training_session_id) for each in nudge.things} == {
        (each.enrolment_id, each.training_session_id) for each in things
    }


@pytest.mark.parametrize(
    ("again", "is_fine"),
    [
        (datetime(2026, 3, 4, 6, 0, tzinfo=UTC), False),  # an hour later
        (datetime(2026, 3, 5, 5, 0, tzinfo=UTC), False),  # the holiday counts for nothing
        (datetime(2026, 3, 6, 5, 0, tzinfo=UTC), False),  # Friday: one
        (datetime(2026, 3, 8, 5, 0, tzinfo=UTC), False),  # Sunday: one still
        (datetime(2026, 3, 9, 16, 59, 59, tzinfo=UTC), False),  # Monday, a second before midnight in Jakarta: two
        (datetime(2026, 3, 9, 17, 0, tzinfo=UTC), True),  # Tuesday begins: three
        (datetime(2026, 3, 10, 5, 0, tzinfo=UTC), True),
    ],
)
def test_three_working_days_lie_between_two_reminders(
    world: World, cohort: Cohort, things: list[Thing], again: datetime, is_fine: bool
):
    remind(world, cohort, things, NOON)
    if is_fine:
        assert remind(world, cohort, things, again).number == 2
    else:
        assert "less than three working days" in refused(world, cohort, things, again)


def test_the_pause_holds_for_whoever_reminds_and_of_whatever(world: World, cohort: Cohort, things: list[Thing]):
    remind(world, cohort, things, NOON)
    assert "less than three working days" in refused(world, cohort, things, NOON + DAY, by=world.mia)
    with pytest.raises(Refused, match="less than three working days"):
        remind(world, cohort, things, NOON + DAY, Concern.RETURNED)
    world.session.rollback()
    assert len(before(world, world.ana)) == 1


def test_nobody_is_reminded_of_one_thing_more_than_three_times(world: World, cohort: Cohort, things: list[Thing]):
    for n in range(3):
        assert remind(world, cohort, things, NOON + n * 7 * DAY).number == 2
    later = NOON + 21 * DAY
    assert "three times already" in refused(world, cohort, things, later)
    another = Thing(things[0].enrolment_id, world.sessions[CONDUCT].id)
    nudge = remind(world, cohort, [*things, another], later)
    assert nudge.number == 1, "of what is new alone"
    assert [each.training_session_id for each in nudge.things] == [another.training_session_id]


def test_what_came_back_again_is_another_thing(world: World, cohort: Cohort, things: list[Thing]):
    first = [Thing(things[0].enrolment_id, things[0].training_session_id, NOON - DAY)]
    for n in range(3):
        remind(world, cohort, first, NOON + n * 7 * DAY, Concern.RETURNED)
    with pytest.raises(Refused, match="three times already"):
        remind(world, cohort, first, NOON + 21 * DAY, Concern.RETURNED)
    world.session.rollback()
    again = [Thing(things[0].enrolment_id, things[0].training_session_id, NOON + 20 * DAY)]
    assert remind(world, cohort, again, NOON + 21 * DAY, Concern.RETURNED).number == 1


def test_another_of_the_kind_takes_the_place_of_the_one_before(world: World, cohort: Cohort, things: list[Thing]):
    remind(world, cohort, things, NOON)
    remind(world, cohort, things, NOON + 7 * DAY, Concern.RETURNED)
    remind(world, cohort, things, NOON + 14 * DAY)
    ended = [nudge.ended_at for nudge in before(world, world.ana)]
    assert ended == [NOON + 14 * DAY, None, None]


def test_a_reminder_is_put_away_once(world: World, cohort: Cohort, things: list[Thing]):
    nudge = remind(world, cohort, things, NOON)
    nudge.put_away(now=NOON + DAY)
    nudge.put_away(now=NOON + 2 * DAY)
    assert nudge.ended_at == NOON + DAY
    world.session.rollback()


def test_nobody_reminds_themselves_nor_of_nothing_nor_a_closed_account(
    world: World, cohort: Cohort, things: list[Thing]
):
    about = {"before": [], "now": NOON}
    with pytest.raises(Refused, match="themselves"):
        Nudge.weigh(cohort, world.oki, Concern.WAITING, things, by=world.oki, **about)
    with pytest.raises(Refused, match="It is done"):
        Nudge.weigh(cohort, world.ana, Concern.MISSING, [], by=world.oki, **about)
    with pytest.raises(Refused, match="closed"):
        Nudge.weigh(cohort, world.deni, Concern.MISSING, things, by=world.oki, **about)
