"""Rules that change: who gains, that nobody loses, and what is refused."""

import pytest

from portfolio.errors import Refused, Stale
from portfolio.models import Basis, Effect, Rule, RuleChange, State, User
from tests.cast import CONDUCT, SERVICE, SERVICE_2, World, accepted, excused, module_of, rule_changed, submitted


def complete(world: World, trainee: User) -> bool:
    return world.progress(trainee, SERVICE).completed_at is not None


def test_who_meets_the_new_rule_is_complete_at_once(world: World) -> None:
    submitted(world, world.ana, SERVICE)
    submitted(world, world.ana, SERVICE_2)
    submitted(world, world.ben, SERVICE)
    change = rule_changed(world, basis=Basis.SUBMITTED)
    assert (change.version, change.gained, change.kept) == (2, 1, 0)
    assert (change.from_required, change.from_basis, change.required) == (2, Basis.ACCEPTED, 2)
    assert [complete(world, trainee) for trainee in (world.ana, world.ben, world.cici)] == [True, False, False]
    assert world.progress(world.ana).completed_at == world.now


def test_who_was_complete_stays_so_when_more_is_asked_for(world: World) -> None:
    rule_changed(world, required=1)
    accepted(world, world.ana, SERVICE)
    since = world.progress(world.ana).completed_at
    change = rule_changed(world, required=2, reason="Two, as the others.")
    assert (change.version, change.gained, change.kept, change.reason) == (3, 0, 1, "Two, as the others.")
    assert world.progress(world.ana).completed_at == since is not None
    assert not world.progress(world.ana).is_met([])


def test_an_excuse_counts_in_the_effect(world: World) -> None:
    accepted(world, world.ana, SERVICE)
    excused(world, world.ben, SERVICE_2)
    rows = [world.progress(trainee) for trainee in (world.ana, world.ben, world.cici)]
    assert [Effect.of(rows, Rule(required, Basis.ACCEPTED), beside=[]) for required in (0, 1, 2)] == [
        Effect(gain=0, keep=0, stay=0, others=3),  # a module that asks for nothing has nothing to complete
        Effect(gain=2, keep=0, stay=0, others=1),
        Effect(gain=0, keep=0, stay=0, others=3),
    ]


@pytest.mark.parametrize(
    ("required", "basis", "reason", "sentence"),
    [
        (0, Basis.ACCEPTED, "None.", "could never be complete"),
        (3, Basis.ACCEPTED, "More.", "expects 2 reflections, so nobody could ever meet a rule of 3"),
        (2, Basis.ACCEPTED, "More.", "the rule already"),
        (1, Basis.ACCEPTED, " \n", "Say why"),
    ],
)
def test_a_rule_is_refused_in_words(world: World, required: int, basis: Basis, reason: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        rule_changed(world, required=required, basis=basis, reason=reason)
    world.session.rollback()
    assert world.progress(world.ana).module.required == 2


@pytest.mark.parametrize("seen", [(1, Effect(1, 0, 0, 0)), (2, Effect(0, 0, 0, 1))], ids=["figures", "version"])
def test_what_was_not_seen_is_not_published(world: World, seen: tuple[int, Effect]) -> None:
    rule_changed(world, required=1)
    row, module = world.progress(world.ana), module_of(world)
    with pytest.raises(Stale, match="changed since"):
        RuleChange.publish(
            module, Rule(2, Basis.ACCEPTED), "Fairer.", rows=[row], beside=[], before=[], seen=seen,
            by=world.oki, now=world.now,
        )  # fmt: skip
    world.session.rollback()


def test_another_module_keeps_its_rule(world: World) -> None:
    before = world.progress(world.ana, CONDUCT)
    was = (before.module.required, before.module.basis)
    rule_changed(world, required=1, basis=Basis.SUBMITTED)
    after = world.progress(world.ana, CONDUCT).module
    assert (after.required, after.basis) == was
    assert submitted(world, world.ana, CONDUCT).state is State.SUBMITTED
    assert not world.progress(world.ana, CONDUCT).completed_at
