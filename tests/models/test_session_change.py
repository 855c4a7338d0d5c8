"""Sessions that change mid-course: who may what when, what it would do, and what never changes by it."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from portfolio.database import Bilingual
from portfolio.errors import Refused, Stale
from portfolio.models import (
    Altered,
    Basis,
    DayOff,
    Ground,
    Impact,
    Misplaced,
    RuleChange,
    SessionChange,
    TrainingSession,
)
from tests import rows
from tests.cast import (
    CEREMONY,
    CONDUCT,
    DAY,
    FINAL,
    FIRST_DAY,
    HOLIDAY,
    JOB,
    SERVICE,
    SERVICE_2,
    World,
    accepted,
    draft,
    excused,
    extended,
    ground,
    retired,
    returned,
    rule_changed,
    session_added,
    submitted,
    wanted,
)

FRIDAY, SATURDAY, MONDAY, SUNDAY = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 15)


def order(world: World) -> list[tuple[int, int, str]]:
    """Every session of the cohort as it is stored: its place, its part, its short name."""
    world.session.rollback()
    columns = TrainingSession.position, TrainingSession.part, TrainingSession.slug
    query = sa.select(*columns).where(TrainingSession.cohort_id == world.cohort.id)
    return [tuple(row) for row in world.session.execute(query.order_by(TrainingSession.position))]  # type: ignore[misc]


def moved(world: World, opens_on: date, due_on: date, n: int = SERVICE, *, is_day_off_meant: bool = False) -> Impact:
    here = ground(world, n)
    impact = here.if_moved(world.sessions[n], opens_on, due_on, is_day_off_meant=is_day_off_meant)
    change = SessionChange.move(
        here, world.sessions[n], opens_on, due_on, "A strike.", is_day_off_meant=is_day_off_meant,
        seen=here.mark(impact), by=world.oki, now=world.now,
    )  # fmt: skip
    world.keep(change)
    return impact


def brought_back(world: World, n: int = SERVICE, *, asks_more: bool = False) -> SessionChange:
    here = ground(world, n)
    seen = here.mark(here.if_brought_back(world.sessions[n], asks_more=asks_more))
    change = SessionChange.bring_back(
        here, world.sessions[n], "The speaker is well.", asks_more=asks_more, seen=seen, by=world.oki, now=world.now
    )
    world.keep(change)
    return change


def renumbered(world: World, n: int, after: int | None) -> SessionChange:
    here = ground(world, n)
    place = None if after is None else world.sessions[after]
    seen = here.mark(here.if_renumbered(world.sessions[n], place))
    change = SessionChange.renumber(
        here, world.sessions[n], place, "It builds on it.", seen=seen, by=world.oki, now=world.now
    )
    world.keep(change)
    return change


# What may be done to a session that is there, and to one that is retired.
VERBS: dict[str, Callable[[Ground, TrainingSession], Impact]] = {
    "move": lambda here, session: here.if_moved(session, MONDAY, MONDAY),
    "renumber": lambda here, session: here.if_renumbered(session, here.parts[1]),
    "retire": lambda here, session: here.if_retired(session),
    "bring back": lambda here, session: here.if_brought_back(session),
}
ALLOWED = {
    ("there", "move"): True,
    ("there", "renumber"): True,
    ("there", "retire"): True,
    ("there", "bring back"): False,
    ("retired", "move"): False,
    ("retired", "renumber"): False,
    ("retired", "retire"): False,
    ("retired", "bring back"): True,
}


@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_what_may_be_done_to_a_session_is_this_and_no_more(world: World, state: str, verb: str) -> None:
    if state == "retired":
        retired(world)
    here = ground(world)
    if ALLOWED[state, verb]:
        VERBS[verb](here, world.sessions[SERVICE])
    else:
        with pytest.raises(Refused):
            VERBS[verb](here, world.sessions[SERVICE])


def test_a_session_is_added_in_its_place_and_all_that_follows_moves_on(world: World) -> None:
    was = order(world)
    change = session_added(world, after=world.sessions[SERVICE])
    assert order(world) == [
        was[0],
        (2, 2, "queues"),
        (3, 3, was[1][2]),
        *((n + 1, part, slug) for n, part, slug in was[2:]),
    ]
    assert (change.kind, change.from_position, change.position, change.part) == (Altered.ADDED, None, 2, 2)
    assert world.progress(world.ana).module.parts == 3
    assert session_added(world, title=Bilingual({"id": "Antre", "en": "Queues!"})).session.slug == "queues-2"
    assert [row[2] for row in order(world)][:4] == ["queues-2", was[0][2], "queues", was[1][2]]


def test_a_session_may_be_added_for_which_nothing_is_expected(world: World) -> None:
    change = session_added(world, template=None, asks_more=True)
    assert change.rule_change is None
    assert not change.session.is_slot


def test_the_rule_asks_for_one_more_if_that_is_wished_and_who_is_complete_stays_so(world: World) -> None:
    accepted(world, world.ana, SERVICE)
    accepted(world, world.ana, SERVICE_2)
    rule_changed(world, required=1)
    accepted(world, world.ben, SERVICE)
    here = ground(world)
    assert not here.asks_for_all
    impact = here.if_added(wanted(world, asks_more=True))
    assert (impact.required, impact.rule.gain, impact.rule.keep, impact.rule.stay, impact.rule.others) == (
        2,
        0,
        1,
        1,
        1,
    )
    change = session_added(world, asks_more=True)
    assert change.rule_change is not None
    assert (change.from_required, change.required, change.gained, change.kept) == (1, 2, 0, 1)
    assert (change.rule_change.version, change.rule_change.required, change.rule_change.kept) == (3, 2, 1)
    assert world.progress(world.ben).completed_at is not None
    assert world.progress(world.ben).module.required == 2


def test_a_session_on_a_day_that_is_past_makes_everybody_late_who_is_there(world: World) -> None:
    assert ground(world).if_added(wanted(world)).late == 0, "the day is not over"
    here = ground(world, JOB)  # nobody has anything about that one, as of a new one
    past = wanted(world, opens_on=FIRST_DAY, due_on=date(2026, 3, 3))
    assert here.if_added(past).late == 3
    assert here.if_added(wanted(world, opens_on=FIRST_DAY, due_on=date(2026, 3, 3), template=None)).late == 0


def test_other_days_say_who_is_late_who_no_longer_and_whose_own_day_no_longer_matters(world: World) -> None:
    """Due on 2 March, and today is the 4th. Ana has until the 6th, Ben handed in, Cici is late."""
    extended(world, world.ana, SERVICE, FRIDAY)
    submitted(world, world.ben, SERVICE)
    session = world.sessions[SERVICE]
    assert (session.opens_on, session.due_on) == (FIRST_DAY, FIRST_DAY)
    impact = ground(world).if_moved(session, FIRST_DAY, FRIDAY)
    assert (impact.late, impact.in_time, impact.outlived) == (0, 1, 1)
    assert (ground(world).if_moved(session, FIRST_DAY, date(2026, 3, 4)).outlived) == 0
    moved(world, FIRST_DAY, MONDAY)
    back = ground(world).if_moved(session, FIRST_DAY, date(2026, 3, 3))
    assert (back.late, back.in_time, back.outlived) == (1, 0, 0), "Ana has a day of her own again"


@pytest.mark.parametrize(
    ("opens_on", "due_on", "field", "sentence"),
    [
        (date(2026, 3, 1), MONDAY, "opens_on", "This cohort starts on 2026-03-02. Choose that day or a later one."),
        (
            FRIDAY,
            date(2026, 3, 4),
            "due_on",
            "A session cannot be due before it opens. Choose 2026-03-06 or a later one.",
        ),
        (
            SATURDAY,
            MONDAY,
            "opens_on",
            "This cohort does not work on 2026-03-07. The nearest working day is 2026-03-06.",
        ),
        (FRIDAY, SUNDAY, "due_on", "This cohort does not work on 2026-03-15. The nearest working day is 2026-03-16."),
        (
            HOLIDAY,
            MONDAY,
            "opens_on",
            "This cohort does not work on 2026-03-05. The nearest working day is 2026-03-06.",
        ),
    ],
)
def test_days_that_cannot_be_are_refused_with_the_place_and_the_reason(
    world: World, opens_on: date, due_on: date, field: str, sentence: str
) -> None:
    before = rows.read(world.session.get_bind())
    with pytest.raises(Misplaced) as refusal:
        moved(world, opens_on, due_on)
    assert (refusal.value.field, str(refusal.value)) == (field, sentence)
    with pytest.raises(Misplaced) as refusal:
        session_added(world, opens_on=opens_on, due_on=due_on)
    assert (refusal.value.field, str(refusal.value)) == (field, sentence)
    world.session.rollback()
    assert rows.read(world.session.get_bind()) == before


def test_a_day_off_may_be_meant_and_one_that_stays_is_not_asked_about(world: World) -> None:
    with pytest.raises(DayOff) as refusal:
        moved(world, FIRST_DAY, SATURDAY)
    assert refusal.value.nearest == FRIDAY
    moved(world, FIRST_DAY, SATURDAY, is_day_off_meant=True)
    moved(world, date(2026, 3, 3), SATURDAY)
    assert world.sessions[SERVICE].due_on == SATURDAY


def test_the_nearest_working_day_is_never_before_the_cohort_or_the_opening(world: World) -> None:
    with pytest.raises(DayOff) as refusal:
        ground(world).if_moved(world.sessions[SERVICE], SATURDAY, SATURDAY, is_day_off_meant=False)
    assert refusal.value.nearest == FRIDAY
    with pytest.raises(DayOff) as refusal:
        moved(world, HOLIDAY, HOLIDAY)
    assert refusal.value.nearest == FRIDAY, "of two as near, the later"
    moved(world, SATURDAY, MONDAY, is_day_off_meant=True)
    with pytest.raises(DayOff) as refusal:
        moved(world, SATURDAY, SATURDAY)
    assert (refusal.value.field, refusal.value.nearest) == ("due_on", MONDAY), "not before it opens"


def test_the_same_again_is_no_change(world: World) -> None:
    for verb in (
        lambda: moved(world, FIRST_DAY, FIRST_DAY),
        lambda: renumbered(world, SERVICE, None),
        lambda: renumbered(world, SERVICE_2, SERVICE),
    ):
        with pytest.raises(Refused):
            verb()


def test_a_session_gets_another_place_in_its_module_and_no_reflection_another_number(world: World) -> None:
    was = order(world)
    written = [accepted(world, world.ana, SERVICE), draft(world, world.ana, SERVICE_2)]
    numbers = [(each.number, each.part) for each in written]
    change = renumbered(world, SERVICE_2, None)
    assert order(world) == [(1, 1, was[1][2]), (2, 2, was[0][2]), *was[2:]]
    assert (change.from_position, change.position, change.from_part, change.part) == (2, 1, 2, 1)
    assert [(each.number, each.part) for each in map(world.reflection, written)] == numbers
    assert change.rule_change is None


@pytest.mark.parametrize("after", [SERVICE, CONDUCT])
def test_a_session_stays_in_its_module(world: World, after: int) -> None:
    n = SERVICE if after == SERVICE else SERVICE_2
    with pytest.raises(Misplaced) as refusal:
        renumbered(world, n, after)
    assert refusal.value.field == "after"


def test_a_rule_that_nobody_could_meet_any_more_asks_for_what_is_left(world: World) -> None:
    """Two are asked for. Ana has one accepted, about the one that stays; Ben about the one that goes; Cici none."""
    accepted(world, world.ana, SERVICE)
    accepted(world, world.ben, SERVICE_2)
    draft(world, world.cici, SERVICE_2)
    impact = ground(world, SERVICE_2).if_retired(world.sessions[SERVICE_2])
    assert (impact.required, impact.rule.gain, impact.rule.keep, impact.rule.others) == (1, 2, 0, 1)
    assert impact.drafts == 1
    change = retired(world, SERVICE_2)
    assert (change.from_required, change.required, change.gained, change.kept) == (2, 1, 2, 0)
    assert [world.progress(who).completed_at is not None for who in (world.ana, world.ben, world.cici)] == [
        True, True, False,
    ]  # fmt: skip
    kept = world.session.scalars(sa.select(RuleChange)).one()
    assert (kept.id, kept.version, kept.reason) == (change.rule_change_id, 2, "The speaker fell ill.")
    assert (kept.from_basis, kept.basis) == (Basis.ACCEPTED, Basis.ACCEPTED)


def test_who_was_excused_from_what_is_retired_still_owes_one_less_and_that_is_told(world: World) -> None:
    excused(world, world.ben, SERVICE_2)
    impact = ground(world, SERVICE_2).if_retired(world.sessions[SERVICE_2])
    assert (impact.required, impact.rule.gain, impact.excused) == (1, 1, 1)
    rule_changed(world, required=1)
    assert ground(world, SERVICE_2).if_retired(world.sessions[SERVICE_2]).excused == 0, "the rule stays"


def test_a_rule_that_can_still_be_met_stays_and_so_does_one_beside_which_nothing_was_expected(world: World) -> None:
    rule_changed(world, required=1)
    assert retired(world, SERVICE_2).rule_change is None
    assert retired(world, CEREMONY).rule_change is None


def test_a_module_of_which_nothing_is_left_asks_for_nothing_and_nobody_becomes_complete_by_it(world: World) -> None:
    accepted(world, world.ana, CONDUCT)
    change = retired(world, CONDUCT)
    assert (change.required, change.gained) == (0, 0)
    assert world.progress(world.ana, CONDUCT).completed_at is not None
    assert world.progress(world.ben, CONDUCT).completed_at is None


def test_what_is_brought_back_is_expected_again_and_the_rule_asks_for_more_only_if_wished(world: World) -> None:
    accepted(world, world.ana, SERVICE)
    retired(world, SERVICE_2)
    assert brought_back(world, SERVICE_2).rule_change is None
    assert world.sessions[SERVICE_2].is_slot
    assert world.progress(world.ana).module.required == 1
    retired(world, SERVICE_2)
    change = brought_back(world, SERVICE_2, asks_more=True)
    assert (change.required, change.kept) == (2, 1)
    assert world.progress(world.ana).completed_at is not None


def test_nothing_is_changed_without_a_reason_nor_by_what_was_not_seen(world: World) -> None:
    here, session = ground(world), world.sessions[SERVICE]
    seen = here.mark(here.if_retired(session))
    with pytest.raises(Refused, match="Say why"):
        SessionChange.retire(here, session, "  ", seen=seen, by=world.oki, now=world.now)
    submitted(world, world.ana, SERVICE)
    later = ground(world)
    with pytest.raises(Stale, match="changed since you looked"):
        SessionChange.retire(later, session, "Ill.", seen=seen, by=world.oki, now=world.now)
    assert session.retired_at is None


@pytest.mark.parametrize("done", ["elsewhere", "the rule"])
def test_what_another_did_meanwhile_is_looked_at_first(world: World, done: str) -> None:
    here, session = ground(world), world.sessions[SERVICE]
    seen = here.mark(here.if_retired(session))
    if done == "elsewhere":
        retired(world, FINAL)
    else:
        rule_changed(world, required=1)
    with pytest.raises(Stale):
        SessionChange.retire(ground(world), session, "Ill.", seen=seen, by=world.oki, now=world.now)


def test_every_reflection_and_completion_stays_as_it_was_whatever_is_done_to_sessions(world: World) -> None:
    accepted(world, world.ana, SERVICE)
    accepted(world, world.ana, SERVICE_2)
    returned(world, world.ben, SERVICE)
    excused(world, world.ben, CONDUCT)
    draft(world, world.cici, SERVICE)
    submitted(world, world.cici, JOB)
    extended(world, world.cici, FINAL, date(2026, 5, 4))
    kept = ("reflection", "submission", "review", "excuse", "document", "lesson", "extension", "enrolment")

    def there() -> dict[str, object]:
        stored = rows.read(world.session.get_bind())
        world.session.rollback()
        return {table: stored[table] for table in kept}

    def complete() -> set[tuple[int, int, str]]:
        stored = rows.read(world.session.get_bind())["module_progress"]
        world.session.rollback()
        return {
            (row["enrolment_id"], row["module_id"], str(row["completed_at"])) for row in stored if row["completed_at"]
        }

    before, completed = there(), complete()
    assert completed
    for act in (
        lambda: session_added(world, after=world.sessions[SERVICE], asks_more=True, is_day_off_meant=True),
        lambda: moved(world, MONDAY, MONDAY),
        lambda: renumbered(world, SERVICE_2, None),
        lambda: retired(world, SERVICE),
        lambda: retired(world, SERVICE_2),
        lambda: retired(world, CONDUCT),
        lambda: brought_back(world, SERVICE, asks_more=True),
        lambda: session_added(world, JOB, template=None, is_day_off_meant=True),
    ):
        world.now += DAY
        act()
        assert there() == before
        assert complete() >= completed
