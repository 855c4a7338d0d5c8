"""What a rule may ask beside a number: a level, what is on time, another module first. Every table is made by hand."""

from datetime import date, datetime

import pytest

from portfolio.errors import Refused
from portfolio.models import Basis, Extension, Mark, Outcome, Reflection, Reopening, Rule, State, User
from portfolio.models.rating import WHOLE, Rubric
from tests import cast
from tests.cast import ANALYTIC, CONDUCT, DAY, HOLISTIC, HOUR, JOB, NOON, SERVICE, SERVICE_2, World

# Service is due on Monday the 2nd and Tuesday the 3rd of March; it is Wednesday noon.
MONDAY, TUESDAY = NOON - 2 * DAY, NOON - DAY
DUE = date(2026, 3, 2)


def signed(world: World, trainee: User, n: int, level: float | None, *, at: datetime) -> Reflection:
    """Handed in then, and accepted an hour later; whoever signs last gives the level."""
    reflection = cast.submitted(world, trainee, n, at=at)
    while reflection.state is State.SUBMITTED:
        is_last = reflection.step + 1 == len(reflection.cohort.sign_off_steps)
        chosen = {WHOLE: level} if level is not None and is_last else {WHOLE: 4.0} if level is not None else None
        reflection = cast.decide(world, reflection, Outcome.ACCEPTED, levels=chosen)
    return reflection


def complete(world: World, trainee: User, n: int = SERVICE) -> bool:
    return world.progress(trainee, n).completed_at is not None


# --- Values


@pytest.mark.parametrize(
    ("state", "level", "min_level", "basis", "counts"),
    [
        (State.SUBMITTED, None, None, Basis.SUBMITTED, True),
        (State.SUBMITTED, None, None, Basis.REVIEWED, False),
        (State.RETURNED, None, None, Basis.REVIEWED, True),
        (State.RETURNED, None, None, Basis.ACCEPTED, False),
        (State.ACCEPTED, None, None, Basis.ACCEPTED, True),
        (State.ACCEPTED, None, 1.0, Basis.ACCEPTED, False),  # no level was given yet
        (State.ACCEPTED, 2.5, 3.0, Basis.ACCEPTED, False),
        (State.ACCEPTED, 3.0, 3.0, Basis.ACCEPTED, True),
        (State.ACCEPTED, 3.5, 3.0, Basis.ACCEPTED, True),
    ],
)
def test_what_counts(state: State, level: float | None, min_level: float | None, basis: Basis, counts: bool) -> None:
    assert Rule(1, basis, min_level).is_reached_by(Mark(state, DUE, DUE, level)) is counts


@pytest.mark.parametrize(
    ("share", "on_time", "of", "enough"),
    [
        (None, 0, 5, True),
        (80, 4, 5, True),
        (80, 3, 4, False),  # 75 %
        (80, 0, 0, True),  # all is excused
        (100, 4, 5, False),
        (1, 0, 5, False),
        (67, 2, 3, False),  # 66.7 %
        (66, 2, 3, True),
    ],
)
def test_how_many_on_time_are_enough(share: int | None, on_time: int, of: int, enough: bool) -> None:
    assert Rule(1, Basis.ACCEPTED, on_time=share).is_timely(on_time, of) is enough


def test_what_is_kept_is_read_back_as_it_was() -> None:
    mark = Mark(State.ACCEPTED, date(2026, 3, 4), DUE, 2.5)
    assert mark.kept == ["accepted", "2026-03-04", "2026-03-02", 2.5]
    assert (Mark.read(mark.kept), mark.is_on_time) == (mark, False)


@pytest.mark.parametrize(
    ("weights", "chosen", "mean"),
    [
        ((50, 50), {"causes": 2.0, "steps": 3.0}, 2.5),
        ((80, 20), {"causes": 2.0, "steps": 3.0}, 2.2),
        ((80, 20), {"steps": 3.0}, 3.0),  # by what a level was chosen for
        ((80, 20), {}, None),
    ],
)
def test_a_level_is_the_mean_by_the_weights(
    weights: tuple[int, int], chosen: dict[str, float], mean: float | None
) -> None:
    criteria = [{**each, "weight": weight} for each, weight in zip(ANALYTIC["criteria"], weights, strict=True)]
    assert Rubric(pack={**ANALYTIC, "criteria": criteria}).mean(chosen) == mean


# --- A level


def test_only_what_reaches_the_level_counts(world: World) -> None:
    cast.with_rubric(world)
    cast.rule_changed(world, min_level=3.0)
    signed(world, world.ana, SERVICE, 3.0, at=MONDAY)
    signed(world, world.ana, SERVICE_2, 2.5, at=TUESDAY)
    row = world.progress(world.ana)
    assert (row.accepted, row.counting, row.completed_at) == (2, 1, None)
    assert [mark.level for mark in row.marks.values()] == [3.0, 2.5]


def test_without_a_level_it_does_not_reach_one_until_it_is_given(world: World) -> None:
    cast.with_rubric(world)
    cast.rule_changed(world, required=1, min_level=1.0)
    reflection = signed(world, world.ana, SERVICE, None, at=MONDAY)
    assert not complete(world, world.ana)
    world.keep(Reopening.of(reflection, "I forgot the level.", by=world.mia, now=NOON))
    assert world.progress(world.ana).marks[world.sessions[SERVICE].id].level is None
    signed(world, world.ana, SERVICE, 1.0, at=NOON + HOUR)
    assert complete(world, world.ana)


def test_the_level_is_that_of_whoever_accepts_it_last(world: World) -> None:
    """The mentor gives 4, the coach, who signs last, 2."""
    cast.with_rubric(world)
    signed(world, world.ana, SERVICE, 2.0, at=MONDAY)
    assert world.progress(world.ana).marks[world.sessions[SERVICE].id].level == 2.0


# --- On time


def test_who_is_late_once_too_often_is_not_complete_and_more_time_mends_it(world: World) -> None:
    cast.rule_changed(world, on_time=100)
    signed(world, world.ana, SERVICE, None, at=MONDAY)
    signed(world, world.ana, SERVICE_2, None, at=NOON)  # a day late
    assert not complete(world, world.ana)
    cast.extended(world, world.ana, SERVICE_2, date(2026, 3, 6))
    assert complete(world, world.ana)


def test_when_the_time_that_was_given_ends_nothing_is_lost(world: World) -> None:
    cast.rule_changed(world, on_time=100)
    signed(world, world.ana, SERVICE, None, at=MONDAY)
    signed(world, world.ana, SERVICE_2, None, at=NOON)
    more = cast.extended(world, world.ana, SERVICE_2, date(2026, 3, 6))
    end(world, more)
    row = world.progress(world.ana)
    assert row.marks[world.sessions[SERVICE_2].id].due_on == date(2026, 3, 3)
    assert complete(world, world.ana)
    assert not row.is_met([])


def end(world: World, more: Extension) -> None:
    world.enrolment(world.ana)
    more.end(by=world.oki, now=NOON)
    world.keep()


def test_an_excuse_leaves_what_was_late_out(world: World) -> None:
    cast.rule_changed(world, on_time=100)
    signed(world, world.ana, SERVICE, None, at=MONDAY)
    late = cast.returned(world, world.ana, SERVICE_2, at=NOON)
    late.excuse("Was away.", by=world.oki, now=NOON + 2 * HOUR)
    world.keep()
    assert complete(world, world.ana)
    assert list(world.progress(world.ana).marks) == [world.sessions[SERVICE].id]


def test_first_handed_in_is_what_matters_and_what_was_withdrawn_was_not(world: World) -> None:
    session_id = world.sessions[SERVICE].id
    cast.returned(world, world.ana, SERVICE, at=MONDAY)
    cast.submitted(world, world.ana, SERVICE, said=cast.words("More."), at=NOON)
    assert world.progress(world.ana).marks[session_id].is_on_time
    cast.withdrawn(world, world.ben, SERVICE, at=MONDAY)
    assert world.progress(world.ben).marks == {}
    cast.submitted(world, world.ben, SERVICE, at=NOON)
    assert not world.progress(world.ben).marks[session_id].is_on_time


@pytest.mark.parametrize(("hour", "is_on_time"), [(16, True), (17, False)])
def test_the_day_is_that_of_the_cohort(world: World, hour: int, is_on_time: bool) -> None:
    """17.00 in London is midnight in Jakarta."""
    cast.submitted(world, world.ana, SERVICE, at=MONDAY.replace(hour=hour))
    assert world.progress(world.ana).marks[world.sessions[SERVICE].id].is_on_time is is_on_time


# --- Another module first


def after(world: World, n: int, first: int) -> None:
    """The module of one session waits for that of another."""
    cast.rule_changed(world, n, prerequisite_id=world.sessions[first].module_id)


def test_what_waited_becomes_complete_with_what_it_waited_for_and_so_on(world: World) -> None:
    after(world, CONDUCT, SERVICE)
    cast.rule_changed(world, JOB, required=1, prerequisite_id=world.sessions[CONDUCT].module_id)
    cast.accepted(world, world.ana, JOB)
    cast.accepted(world, world.ana, CONDUCT)
    cast.accepted(world, world.ana, SERVICE)
    assert [complete(world, world.ana, n) for n in (SERVICE, CONDUCT, JOB)] == [False, False, False]
    last = cast.accepted(world, world.ana, SERVICE_2)
    since = {world.progress(world.ana, n).completed_at for n in (SERVICE, CONDUCT, JOB)}
    assert since == {last.decided_at}
    # What it waited for is opened again: the others stay as they are.
    world.keep(Reopening.of(world.reflection(last), "One thing more.", by=world.mia, now=NOON + 3 * DAY))
    assert [complete(world, world.ana, n) for n in (SERVICE, CONDUCT, JOB)] == [False, True, True]


def test_to_open_one_again_that_is_not_needed_loses_nothing_though_the_first_module_is_open(world: World) -> None:
    cast.rule_changed(world, SERVICE, required=1, prerequisite_id=world.sessions[CONDUCT].module_id)
    first = cast.accepted(world, world.ana, CONDUCT)
    cast.accepted(world, world.ana, SERVICE)
    more = cast.accepted(world, world.ana, SERVICE_2)
    world.keep(Reopening.of(world.reflection(first), "Once more.", by=world.mia, now=NOON + DAY))
    world.keep(Reopening.of(world.reflection(more), "This too.", by=world.mia, now=NOON + DAY))
    assert complete(world, world.ana, SERVICE)


def test_a_rule_by_which_a_module_is_complete_completes_what_waited_for_it(world: World) -> None:
    after(world, CONDUCT, SERVICE)
    cast.accepted(world, world.ana, CONDUCT)
    cast.accepted(world, world.ana, SERVICE)
    change = cast.rule_changed(world, SERVICE, required=1)
    assert (change.gained, change.kept) == (1, 0)
    assert [complete(world, world.ana, n) for n in (SERVICE, CONDUCT)] == [True, True]


def test_to_wait_from_now_on_takes_nothing_away(world: World) -> None:
    cast.accepted(world, world.ana, CONDUCT)
    change = cast.rule_changed(world, CONDUCT, prerequisite_id=world.sessions[SERVICE].module_id)
    assert (change.gained, change.kept) == (0, 1)
    assert complete(world, world.ana, CONDUCT)


# --- What is refused


@pytest.mark.parametrize(
    ("asked", "has_rubric", "sentence"),
    [
        ({"min_level": 3.0, "basis": Basis.SUBMITTED}, True, "only be asked for of what is accepted"),
        ({"min_level": 3.0, "basis": Basis.REVIEWED}, True, "only be asked for of what is accepted"),
        ({"min_level": 3.0}, False, "no rubric"),
        ({"min_level": 4.5}, True, "not in the rubric"),
        ({"min_level": 2.25}, True, "not in the rubric"),
        ({"on_time": 0}, True, "from 1 to 100"),
        ({"on_time": 101}, True, "from 1 to 100"),
        ({"prerequisite_id": 10_000}, True, "same cohort"),
    ],
)
def test_what_nobody_could_meet_is_refused(
    world: World, asked: dict[str, object], has_rubric: bool, sentence: str
) -> None:
    if has_rubric:
        cast.with_rubric(world)
    with pytest.raises(Refused, match=sentence):
        cast.rule_changed(world, **asked)
    world.session.rollback()
    assert world.progress(world.ana).module.rule == Rule(2, Basis.ACCEPTED)


def test_modules_cannot_wait_for_themselves_nor_for_each_other(world: World) -> None:
    with pytest.raises(Refused, match="wait for itself"):
        after(world, SERVICE, SERVICE)
    world.session.rollback()
    after(world, CONDUCT, SERVICE)
    after(world, JOB, CONDUCT)
    with pytest.raises(Refused, match="wait for the next") as refused:
        after(world, SERVICE, JOB)
    world.session.rollback()
    assert [title["en"] for title in refused.value.values["circle"]] == ["Service", "Job", "Conduct", "Service"]


def test_nothing_waits_for_a_module_that_is_never_complete(world: World) -> None:
    cast.module_of(world, CONDUCT).required = 0
    world.keep()
    with pytest.raises(Refused, match="asks for nothing"):
        after(world, SERVICE, CONDUCT)
    world.session.rollback()


def test_a_module_keeps_a_rubric_that_has_the_level_it_asks_for(world: World) -> None:
    cast.with_rubric(world)
    cast.rule_changed(world, min_level=2.5)
    module, whole_levels = cast.module_of(world), {**HOLISTIC, "half_levels": False}
    for other in (None, Rubric(pack=whole_levels)):
        with pytest.raises(Refused, match="Change the rule first"):
            module.use(other)
    world.session.rollback()
