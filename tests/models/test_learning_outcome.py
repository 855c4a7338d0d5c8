"""What a programme is for: laid out from its pack, owned by one each, published, changed with a record, ended."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio.alignment import PlannedOutcome, Rank
from portfolio.errors import Refused
from portfolio.models import Cohort, LearningOutcome, OutcomeAct, OutcomeChange
from tests.cast import World, both, outcome_of, with_outcomes


def tree(world: World) -> Sequence[LearningOutcome]:
    return world.session.scalars(
        sa.select(LearningOutcome)
        .where(LearningOutcome.cohort_id == world.cohort.id)
        .options(joinedload(LearningOutcome.cohort), selectinload(LearningOutcome.sessions))
        .order_by(LearningOutcome.position)
    ).all()


def said(world: World) -> list[tuple[str, str | None]]:
    """What was done so far, and to which."""
    changes = world.session.scalars(
        sa.select(OutcomeChange).options(joinedload(OutcomeChange.outcome)).order_by(OutcomeChange.id)
    )
    return [(change.act.value, change.outcome.words["en"] if change.outcome else None) for change in changes]


def test_the_tree_is_that_of_the_pack(world: World) -> None:
    with_outcomes(world)
    found = [(node.rank, node.words["en"], [session.slug for session in node.sessions]) for node in tree(world)]
    assert found == [
        (1, "Serves whoever waits", []),
        (2, "Lives values", []),
        (3, "Can do service", ["service-1", "service-2"]),
        (3, "Can do conduct", ["conduct-1", "ceremony"]),
        (2, "Lives work", []),
        (3, "Can do job", ["job-1", "final"]),
    ]
    parents = {node.id: node for node in tree(world)}
    above = [parents[node.parent_id].words["en"] if node.parent_id else None for node in tree(world)]
    assert above == [None, "Serves whoever waits", "Lives values", "Lives values", "Serves whoever waits", "Lives work"]
    assert said(world) == [("laid_out", None), ("published", None)]


def test_what_the_cohort_does_not_have_is_passed_over_with_what_hangs_from_it(world: World) -> None:
    cohort = world.load(
        sa.select(Cohort)
        .where(Cohort.id == world.cohort.id)
        .options(selectinload(Cohort.agendas), selectinload(Cohort.modules), selectinload(Cohort.sessions))
    )
    plan = {"words": both("x"), "owner": "", "contributors": (), "agenda": None, "module": None, "sessions": ()}
    planned = [
        PlannedOutcome(**plan | {"key": "top", "parent": None, "rank": Rank.PROGRAMME}),
        PlannedOutcome(**plan | {"key": "gone", "parent": "top", "rank": Rank.AGENDA, "agenda": "dropped"}),
        PlannedOutcome(**plan | {"key": "lost", "parent": "gone", "rank": Rank.MODULE, "module": "job"}),
        PlannedOutcome(**plan | {"key": "work", "parent": "top", "rank": Rank.AGENDA, "agenda": "work"}),
        PlannedOutcome(**plan | {"key": "job", "parent": "work", "rank": Rank.MODULE, "module": "job",
                                 "sessions": ("job-1", "never-held")}),
    ]  # fmt: skip
    made = LearningOutcome.lay_out(cohort, planned, before=[])
    assert [(node.rank, [session.slug for session in node.sessions]) for node in made] == [
        (1, []),
        (2, []),
        (3, ["job-1"]),
    ]
    with pytest.raises(Refused, match="has its outcomes already"):
        LearningOutcome.lay_out(cohort, planned, before=made)


def test_nothing_is_published_while_nobody_answers_for_one(world: World) -> None:
    with_outcomes(world, owner="", published=False)
    cohort = world.load(sa.select(Cohort).where(Cohort.id == world.cohort.id))
    with pytest.raises(Refused) as no:
        OutcomeChange.publish(cohort, tree(world), by=world.oki, now=world.now)
    assert no.value.values == {"words": both("Serves whoever waits"), "count": 6}
    nodes = tree(world)
    for node in nodes[:-1]:
        node.owner = "The academy"
    nodes[-1].owner = " \u200b"  # nobody, though it is not empty
    with pytest.raises(Refused) as no:
        OutcomeChange.publish(cohort, nodes, by=world.oki, now=world.now)
    assert no.value.values == {"words": both("Can do job"), "count": 1}
    nodes[-1].owner = "A tutor"
    assert OutcomeChange.publish(cohort, nodes, by=world.oki, now=world.now) is not None
    assert cohort.outcomes_published_at == world.now
    assert OutcomeChange.publish(cohort, nodes, by=world.oki, now=world.now) is None, "published already"


def test_nothing_at_all_is_not_published(world: World) -> None:
    with pytest.raises(Refused, match="no outcomes to publish"):
        OutcomeChange.publish(world.cohort, [], by=world.oki, now=world.now)


def test_a_change_is_told_by_what_it_changed(world: World) -> None:
    with_outcomes(world)
    node = outcome_of(world, "service")
    change = node.change(
        both("Serves  well "), " A   tutor ", ["The academy", "", "the ACADEMY"], [], by=world.oki, now=world.now
    )
    assert change is not None
    assert change.told == {
        "words": [both("Can do service"), both("Serves  well")],
        "owner": ["The academy", "A tutor"],
        "contributors": [[], ["The academy"]],
        "sessions": [["service-1", "service-2"], []],
    }
    assert (node.owner, node.contributors) == ("A tutor", ["The academy"])
    assert node.change(both("Serves  well"), "A tutor", ["The academy"], [], by=world.oki, now=world.now) is None


@pytest.mark.parametrize(
    ("owner", "contributors", "sentence"),
    [
        ("", [], "needs somebody who answers"),
        ("\u200b", [], "needs somebody who answers"),
        ("A tutor; The academy", [], "One alone answers"),
        ("A tutor", ["a  TUTOR"], "need not be named among those who contribute"),
        ("A tutor", [f"Unit {n}" for n in range(11)], "At most"),
    ],
)
def test_one_alone_answers_for_each(world: World, owner: str, contributors: list[str], sentence: str) -> None:
    with_outcomes(world)
    node = outcome_of(world, "service")
    with pytest.raises(Refused, match=sentence):
        node.change(node.words, owner, contributors, node.sessions, by=world.oki, now=world.now)
    assert (node.owner, node.contributors) == ("The academy", [])


def test_an_owner_answers_for_those_below_for_whom_nobody_does(world: World) -> None:
    with_outcomes(world, owner="", published=False)
    nodes = {node.words["en"]: node for node in tree(world)}
    nodes["Lives values"].owner = "A dean"
    nodes["Can do conduct"].owner = "A tutor"
    nodes["Can do service"].contributors = ["a dean", "Others"]
    changes = nodes["Lives values"].own_below(tree=nodes.values(), by=world.oki, now=world.now)
    assert [(change.outcome.words["en"], change.told) for change in changes if change.outcome] == [
        ("Can do service", {"owner": ["", "A dean"]})
    ]
    assert nodes["Can do service"].contributors == ["Others"]
    assert [nodes[name].owner for name in ("Can do conduct", "Lives work", "Can do job")] == ["A tutor", "", ""]


def test_an_indicator_hangs_under_a_module_and_nothing_under_an_indicator(world: World) -> None:
    with_outcomes(world)
    added = outcome_of(world, "service").add(
        both("Asks who waits"), "A tutor", position=50, by=world.oki, now=world.now
    )
    world.keep(added)
    assert added.outcome is not None
    assert (added.outcome.rank, added.outcome.owner, added.act) == (4, "A tutor", OutcomeAct.ADDED)
    for node, module, owner, sentence in (
        (added.outcome, None, "A tutor", "only an indicator under that"),
        (next(node for node in tree(world) if node.rank == 1), None, "A tutor", "only an indicator under that"),
        (next(node for node in tree(world) if node.rank == 2), None, "A tutor", "only an indicator under that"),
        (outcome_of(world, "service"), None, "", "needs somebody who answers"),
    ):
        with pytest.raises(Refused, match=sentence):
            node.add(both("More"), owner, module=module, position=51, by=world.oki, now=world.now)


def test_what_is_ended_takes_with_it_what_hangs_below(world: World) -> None:
    with_outcomes(world)
    nodes = {node.words["en"]: node for node in tree(world)}
    changes = nodes["Lives values"].end(tree=nodes.values(), by=world.oki, now=world.now)
    ended = {name for name, node in nodes.items() if not node.is_current}
    assert ended == {"Lives values", "Can do service", "Can do conduct"}
    assert {change.outcome.words["en"] for change in changes if change.outcome} == ended
    assert nodes["Lives values"].end(tree=nodes.values(), by=world.oki, now=world.now) == []
    with pytest.raises(Refused, match="cannot be ended"):
        nodes["Serves whoever waits"].end(tree=nodes.values(), by=world.oki, now=world.now)
    with pytest.raises(Refused, match="has ended"):
        nodes["Can do service"].add(both("More"), "A tutor", position=50, by=world.oki, now=world.now)
