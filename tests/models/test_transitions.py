"""Where each verb may happen: the table of the code, and what the verbs really do, against a grid written by hand."""

import ast
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portfolio import paths
from portfolio.errors import Refused
from portfolio.models import TRANSITIONS, Action, Discard, Outcome, Reflection, Reopening, Review, State
from tests import rows
from tests.cast import (
    HOUR,
    World,
    accepted,
    added_to,
    decide,
    discarded,
    draft,
    excused,
    only_me,
    returned,
    shared_with_cohort,
    submitted,
    withdrawn,
    words,
)
from tests.site import Statements

GRID = """
          draft      submitted               returned   accepted  excused
write     draft      .                       returned   .         excused
submit    submitted  .                       submitted  .         submitted
discard   draft      .                       .          .         .
restore   draft      .                       .          .         .
withdraw  .          draft|returned|excused  .          .         .
return    .          returned                .          .         .
pass_on   .          submitted               .          .         .
accept    .          accepted                .          .         .
add       .          .                       .          accepted  .
reopen    .          .                       .          returned  .
excuse    excused    .                       excused    .         .
unexcuse  .          .                       .          .         draft|returned
"""

# What each verb makes of a reflection that came to be as named: the state it leads to; "-" where it is refused and
# nothing changes; "same" where it is what happened already and nothing changes.
VERBS = """
                    write    submit    discard restore withdraw return   accept    add      reopen   excuse  unexcuse
draft               draft    submitted draft   -       -        -        -         -        -        excused -
only_me             draft    -         draft   -       -        -        -         -        -        excused -
discarded           draft    -         same    draft   -        -        -         -        -        excused -
begun_anew          draft    -         draft   draft   -        -        -         -        -        excused -
withdrawn           draft    submitted draft   -       -        -        -         -        -        excused -
submitted           -        same      -       -       draft    returned submitted -        -        -       -
shared              -        same      -       -       draft    returned submitted -        -        -       -
at_second_step      -        same      -       -       -        returned accepted  -        -        -       -
returned            returned submitted -       -       -        -        -         -        -        excused -
resubmitted         -        same      -       -       returned returned submitted -        -        -       -
withdrawn_again     returned submitted -       -       -        -        -         -        -        excused -
accepted            -        -         -       -       -        -        -         accepted returned -       -
added_to            -        -         -       -       -        -        -         accepted returned -       -
reopened            returned submitted -       -       -        -        -         -        -        excused -
excused             excused  -         -       -       -        -        -         -        -        -       draft
excused_draft       excused  submitted -       -       -        -        -         -        -        -       draft
excused_withdrawn   excused  submitted -       -       -        -        -         -        -        -       draft
excused_returned    excused  submitted -       -       -        -        -         -        -        -       returned
excused_submitted   -        same      -       -       excused  returned submitted -        -        -       -
excused_resubmitted -        same      -       -       excused  returned submitted -        -        -       -
"""


def table(grid: str) -> dict[str, dict[str, str]]:
    """The cells of a grid by the names of row and column."""
    head, *lines = [line.split() for line in grid.strip().splitlines()]
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in lines}


def reopened(world: World) -> Reflection:
    reflection = accepted(world, world.ana)
    world.keep(Reopening.of(reflection, "It belongs to another session.", by=world.kris, now=world.now + 3 * HOUR))
    return world.reflection(reflection)


def begun_anew(world: World) -> Reflection:
    reflection = discarded(world, world.ana)
    reflection.begin_again(number=1, now=world.now + 2 * HOUR)
    world.keep()
    return world.reflection(reflection)


def withdrawn_again(world: World) -> Reflection:
    reflection = handed_in(world, returned(world, world.ana))
    reflection.withdraw(now=world.now + 5 * HOUR)
    world.keep()
    return world.reflection(reflection)


def excused_withdrawn(world: World) -> Reflection:
    withdrawn(world, world.ana)
    return excused(world, world.ana, at=world.now + 2 * HOUR)


def excused_returned(world: World) -> Reflection:
    reflection = returned(world, world.ana)
    reflection.excuse("Left for a court hearing.", by=world.oki, now=world.now + 2 * HOUR)
    world.keep()
    return world.reflection(reflection)


def handed_in(world: World, reflection: Reflection) -> Reflection:
    reflection.submit(now=world.now + 4 * HOUR)
    world.keep()
    return world.reflection(reflection)


SITUATIONS: dict[str, Callable[[World], Reflection]] = {
    "draft": lambda world: draft(world, world.ana),
    "only_me": lambda world: only_me(world, world.ana),
    "discarded": lambda world: discarded(world, world.ana),
    "begun_anew": begun_anew,
    "withdrawn": lambda world: withdrawn(world, world.ana),
    "submitted": lambda world: submitted(world, world.ana),
    "shared": lambda world: shared_with_cohort(world, world.ana),
    "at_second_step": lambda world: decide(world, submitted(world, world.ana), Outcome.ACCEPTED, "Good."),
    "returned": lambda world: returned(world, world.ana),
    "resubmitted": lambda world: handed_in(world, returned(world, world.ana)),
    "withdrawn_again": withdrawn_again,
    "accepted": lambda world: accepted(world, world.ana),
    "added_to": lambda world: added_to(world, world.ana),
    "reopened": reopened,
    "excused": lambda world: excused(world, world.ana),
    "excused_draft": lambda world: excused(world, world.ana, said=words("I was there for half of it.")),
    "excused_withdrawn": excused_withdrawn,
    "excused_returned": excused_returned,
    "excused_submitted": lambda world: handed_in(world, excused(world, world.ana, said=words())),
    "excused_resubmitted": lambda world: handed_in(world, excused_returned(world)),
}


def attempt(verb: str, world: World, reflection: Reflection) -> None:
    """Do one thing that changes something wherever it is allowed, by somebody who may."""
    at = world.now + 9 * HOUR
    reviewer = world.kris if reflection.step else world.mia
    match verb:
        case "write":
            reflection.write(words("Something else."), version=reflection.version, now=at)
        case "submit":
            reflection.submit(now=at)
        case "discard":
            reflection.discard(now=at)
        case "restore":
            never = Discard(cohort=reflection.cohort, words=words("Never written."), discarded_at=at)
            reflection.restore(reflection.discards[-1] if reflection.discards else never, now=at)
        case "withdraw":
            reflection.withdraw(now=at)
        case "return" | "accept":
            outcome = Outcome.RETURNED if verb == "return" else Outcome.ACCEPTED
            last = max((submission.round for submission in reflection.submissions), default=1)
            world.session.add(Review.decide(reflection, outcome, "Because.", round=last, by=reviewer, now=at))
        case "add":
            reflection.add("And a week later I saw it again.", now=at)
        case "reopen":
            world.session.add(Reopening.of(reflection, "A second look.", by=reviewer, now=at))
        case "excuse":
            reflection.excuse("Was ill.", by=world.oki, now=at)
        case "unexcuse":
            reflection.unexcuse("Is well again.", by=world.oki, now=at)
        case _:
            raise AssertionError(verb)


def test_the_table_of_the_code_is_the_one_written_here() -> None:
    written = {
        (State(state), Action(action)): frozenset(State(word) for word in cell.split("|"))
        for action, row in table(GRID).items()
        for state, cell in row.items()
        if cell != "."
    }
    assert dict(TRANSITIONS) == written
    assert set(table(GRID)) == {action.value for action in Action}
    assert set(table(GRID)["write"]) == {state.value for state in State}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_verb_leads_where_the_grid_says_or_is_refused_and_changes_nothing(
    situation: str, world: World, engine: sa.Engine, queries: Statements
) -> None:
    expected, came = table(VERBS)[situation], {}
    start = SITUATIONS[situation](world)
    before = rows.read(engine)
    for verb in expected:
        reflection = world.reflection(start)
        try:
            with queries:
                attempt(verb, world, reflection)
                world.session.flush()
        except Refused:
            came[verb] = "-"
            world.session.commit()  # whatever was changed before it was refused would be stored now
            assert rows.differences(before, rows.read(engine)) == [], verb
        else:
            came[verb] = reflection.state.value if queries.writes else "same"
            world.session.rollback()
    assert came == expected


def test_every_verb_is_tried_in_every_situation() -> None:
    assert set(table(VERBS)) == set(SITUATIONS)


def test_the_state_is_assigned_in_one_place() -> None:
    assigned = []
    for file in sorted(paths.PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            names = [name for target in targets if target is not None for name in ast.walk(target)]
            if any(isinstance(name, ast.Attribute) and name.attr == "state" for name in names):
                assigned.append(file.relative_to(paths.PACKAGE).as_posix())
    assert assigned == ["models/reflection.py"]
