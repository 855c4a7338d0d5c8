"""Progress: what each verb adds and takes away, and when a module is complete."""

import threading
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portfolio.models import Basis, Enrolment, Module, ModuleProgress, Outcome, Reflection, Reopening, State
from portfolio.queries import to_change
from tests.cast import (
    CEREMONY,
    CONDUCT,
    DAY,
    FINAL,
    HOUR,
    JOB,
    SERVICE_2,
    World,
    accepted,
    begun,
    decide,
    draft,
    excused,
    make_world,
    only_me,
    returned,
    submitted,
    withdrawn,
    words,
)

NOTHING = {"submitted": 0, "waiting": 0, "returned": 0, "accepted": 0, "excused": 0}


def reopen(world: World, reflection: Reflection, at: datetime) -> Reflection:
    world.keep(Reopening.of(world.reflection(reflection), "Look again.", by=world.mia, now=at))
    return world.reflection(reflection)


# --- What is counted


@pytest.mark.parametrize(
    ("become", "counts"),
    [
        (begun, {}),
        (draft, {}),
        (only_me, {}),
        (withdrawn, {}),
        (submitted, {"submitted": 1, "waiting": 1}),
        (returned, {"submitted": 1, "returned": 1}),
        (accepted, {"submitted": 1, "accepted": 1}),
        (excused, {"excused": 1}),
    ],
)
def test_each_state_counts_for_what_it_is(world: World, become, counts: dict[str, int]) -> None:
    become(world, world.ana)
    assert world.progress(world.ana).counts == NOTHING | counts
    assert world.progress(world.ana, CONDUCT).counts == NOTHING
    assert world.progress(world.ben).counts == NOTHING


def test_a_reflection_is_counted_once_however_often_it_goes_around(world: World) -> None:
    for round in range(3):
        at = world.now + round * DAY
        returned(world, world.ana, said=words(f"Round {round}."), at=at)
        assert world.progress(world.ana).counts == NOTHING | {"submitted": 1, "returned": 1}
    reflection = accepted(world, world.ana, said=words("At last."), at=world.now + 4 * DAY)
    reopen(world, reflection, world.now + 5 * DAY)
    assert world.progress(world.ana).counts == NOTHING | {"submitted": 1, "returned": 1}


def test_the_first_of_two_steps_changes_no_count(world: World) -> None:
    decide(world, submitted(world, world.ana), Outcome.ACCEPTED)
    assert world.progress(world.ana).counts == NOTHING | {"submitted": 1, "waiting": 1}


def test_every_trainee_has_a_row_for_every_module(world: World) -> None:
    rows = world.session.scalars(
        sa.select(ModuleProgress).join(Enrolment).where(Enrolment.user_id == world.ana.id)
    ).all()
    assert {row.module_id for row in rows} == {session.module_id for session in world.sessions}
    assert {row.cohort_id for row in rows} == {world.cohort.id}
    assert [row.counts for row in rows] == [NOTHING] * 3


# --- When a module is complete


def test_a_module_is_complete_when_all_that_it_requires_is_accepted(world: World) -> None:
    accepted(world, world.ana)
    progress = world.progress(world.ana)
    assert (progress.required, progress.counting, progress.is_met([]), progress.completed_at) == (2, 1, False, None)
    accepted(world, world.ana, SERVICE_2, decided=world.now + 3 * DAY)
    progress = world.progress(world.ana)
    assert (progress.counting, progress.is_met([]), progress.completed_at) == (2, True, world.now + 3 * DAY)


@pytest.mark.parametrize(
    ("basis", "complete_from"),
    [(Basis.SUBMITTED, "submitted"), (Basis.REVIEWED, "returned"), (Basis.ACCEPTED, "accepted")],
)
def test_what_counts_is_the_rule_of_the_module(session: Session, basis: Basis, complete_from: str) -> None:
    world = make_world(session, basis=basis)
    became_complete = []
    for become in (draft, submitted, returned, accepted):
        trainee = {draft: world.cici, submitted: world.cici, returned: world.ana, accepted: world.ben}[become]
        become(world, trainee, CONDUCT)
        if world.progress(trainee, CONDUCT).completed_at is not None:
            became_complete.append(become.__name__)
    order = ["submitted", "returned", "accepted"]
    assert became_complete == order[order.index(complete_from) :]


def test_completion_keeps_its_first_moment_whatever_follows(session: Session) -> None:
    world = make_world(session, basis=Basis.SUBMITTED)
    submitted(world, world.ana, CONDUCT)
    accepted(world, world.ana, CONDUCT)
    assert world.progress(world.ana, CONDUCT).completed_at == world.now


def test_completion_outlasts_a_withdrawal(session: Session) -> None:
    world = make_world(session, basis=Basis.SUBMITTED)
    withdrawn(world, world.ana, CONDUCT)
    progress = world.progress(world.ana, CONDUCT)
    assert (progress.counts, progress.is_met([]), progress.completed_at) == (NOTHING, False, world.now)


def test_completion_outlasts_more_being_required(world: World) -> None:
    accepted(world, world.ana, CONDUCT)
    world.session.execute(sa.update(Module).where(Module.id == world.sessions[CEREMONY].module_id).values(required=2))
    progress = world.progress(world.ana, CONDUCT)
    assert (progress.is_met([]), progress.completed_at) == (False, world.now + HOUR)


def test_only_opening_again_takes_completion_away_and_accepting_again_gives_it_anew(world: World) -> None:
    reflection = accepted(world, world.ana, CONDUCT)
    reopen(world, reflection, world.now + DAY)
    assert world.progress(world.ana, CONDUCT).completed_at is None
    accepted(world, world.ana, CONDUCT, said=words("Again.", template="what"), at=world.now + 2 * DAY)
    assert world.progress(world.ana, CONDUCT).completed_at == world.now + 2 * DAY + HOUR


@pytest.mark.parametrize("basis", [Basis.SUBMITTED, Basis.REVIEWED])
def test_opening_again_what_still_counts_takes_nothing_away(session: Session, basis: Basis) -> None:
    world = make_world(session, basis=basis)
    reflection = accepted(world, world.ana, CONDUCT)
    before = world.progress(world.ana, CONDUCT).completed_at
    reopen(world, reflection, world.now + DAY)
    assert before is not None
    assert world.progress(world.ana, CONDUCT).completed_at == before


def test_opening_one_again_takes_nothing_away_while_enough_others_are_accepted(world: World) -> None:
    reflection = accepted(world, world.ana)
    accepted(world, world.ana, SERVICE_2)
    world.session.execute(sa.update(Module).where(Module.id == reflection.module_id).values(required=1))
    reopen(world, reflection, world.now + DAY)
    assert world.progress(world.ana).completed_at == world.now + HOUR


# --- Excuses


def test_what_is_excused_is_not_required(world: World) -> None:
    accepted(world, world.ana, JOB)
    assert world.progress(world.ana, JOB).completed_at is None
    excused(world, world.ana, FINAL, at=world.now + DAY)
    progress = world.progress(world.ana, JOB)
    assert (progress.required, progress.counting, progress.completed_at) == (1, 1, world.now + DAY)


def test_what_is_excused_and_handed_in_all_the_same_is_required_again(world: World) -> None:
    excused(world, world.ana, JOB, said=words())
    assert world.progress(world.ana, JOB).required == 1
    submitted(world, world.ana, JOB, said=words("All the same."))
    assert world.progress(world.ana, JOB).required == 2
    assert world.progress(world.ana, JOB).counts == NOTHING | {"submitted": 1, "waiting": 1}


def test_an_excuse_undone_requires_it_again(world: World) -> None:
    reflection = excused(world, world.ana, JOB)
    reflection.unexcuse("Is well again.", by=world.oki, now=world.now)
    world.keep()
    progress = world.progress(world.ana, JOB)
    assert (progress.required, progress.counts) == (2, NOTHING)


def test_never_less_than_nothing_is_required(world: World) -> None:
    excused(world, world.ana, CONDUCT)
    world.session.execute(sa.update(Module).values(required=0))
    assert world.progress(world.ana, CONDUCT).required == 0


def test_a_module_that_asks_for_nothing_is_never_complete(world: World) -> None:
    world.session.execute(sa.update(Module).values(required=0))
    accepted(world, world.ana, CONDUCT)
    progress = world.progress(world.ana, CONDUCT)
    assert (progress.is_met([]), progress.completed_at) == (False, None)


# --- Counting again


def states(world: World, trainee_progress: ModuleProgress) -> list[State]:
    return list(
        world.session.scalars(
            sa.select(Reflection.state).where(
                Reflection.enrolment_id == trainee_progress.enrolment_id,
                Reflection.module_id == trainee_progress.module_id,
            )
        )
    )


def test_what_the_verbs_kept_equals_a_recount(world: World) -> None:
    returned(world, world.ana)
    accepted(world, world.ana, SERVICE_2)
    accepted(world, world.ana, CONDUCT)
    excused(world, world.ana, JOB)
    submitted(world, world.ana, FINAL)
    rows = world.session.scalars(sa.select(ModuleProgress).options(joinedload(ModuleProgress.module))).all()
    assert [row.recount(states(world, row), row.marks) for row in rows] == [False] * len(rows)
    assert not any(world.session.is_modified(row) for row in rows)


def test_a_recount_puts_right_what_is_wrong_and_says_so(world: World) -> None:
    accepted(world, world.ana, CONDUCT)
    progress = world.progress(world.ana, CONDUCT)
    progress.submitted = progress.waiting = 5
    progress.accepted, progress.excused = 0, 3
    assert progress.recount([State.ACCEPTED], progress.marks)
    assert progress.counts == NOTHING | {"submitted": 1, "accepted": 1}
    assert progress.completed_at == world.now + HOUR


def test_a_recount_gives_a_completion_that_was_missed(world: World) -> None:
    accepted(world, world.ana, CONDUCT)
    progress = world.progress(world.ana, CONDUCT)
    progress.completed_at = None
    assert not progress.recount([State.ACCEPTED], progress.marks)
    progress.settle([], now=world.now + DAY)
    assert progress.completed_at == world.now + DAY


def test_a_recount_takes_no_completion_away(world: World) -> None:
    accepted(world, world.ana, CONDUCT)
    progress = world.progress(world.ana, CONDUCT)
    progress.recount([State.RETURNED], {})
    progress.settle([], now=world.now + DAY)
    assert progress.completed_at == world.now + HOUR


# --- At the same moment


def test_two_that_are_handed_in_at_the_same_moment_are_both_counted(world: World, engine: sa.Engine) -> None:
    first, second = draft(world, world.ana), draft(world, world.ana, SERVICE_2)
    writing = engine.execution_options(sqlite_begin="IMMEDIATE")

    def load(session: Session, reflection: Reflection) -> Reflection:
        return session.scalars(to_change(sa.select(Reflection).where(Reflection.id == reflection.id))).unique().one()

    def hand_in_the_second() -> None:
        with Session(writing) as session:
            load(session, second).submit(now=world.now)
            session.commit()

    with Session(writing) as session:
        slow = load(session, first)
        meanwhile = threading.Thread(target=hand_in_the_second)
        meanwhile.start()
        meanwhile.join(timeout=0.3)  # it waits for us, or it is done and we know nothing of it
        slow.submit(now=world.now)
        session.commit()
    meanwhile.join()
    assert world.progress(world.ana).counts == NOTHING | {"submitted": 2, "waiting": 2}
