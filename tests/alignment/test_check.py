"""The alignment check by hand: each kind of finding where it is, and nothing where it only looks like it."""

import random
import time
from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.alignment import Finding, Held, Kind, Node, Rank, check, cycle_in, cycles, same_owner

WORDS = {
    "P": ("Melayani masyarakat.", "Serve the public."),
    "A": ("Menunjukkan sikap bela negara.", "Show state-defence conduct."),
    "B": ("Menerapkan nilai dasar.", "Apply the basic values."),
    "a": ("Menjelaskan wawasan kebangsaan.", "Explain the national outlook."),
    "b": ("Menjelaskan pelayanan publik.", "Explain public service."),
    "a1": ("Menyebutkan konsensus bangsa.", "Name the national consensuses."),
    "b1": ("Mencontohkan asas pelayanan.", "Give examples of service principles."),
}
RANKS = {"P": Rank.PROGRAMME, "A": Rank.AGENDA, "B": Rank.AGENDA, "a": Rank.MODULE, "b": Rank.MODULE}
PARENTS = {"P": None, "A": "P", "B": "P", "a": "A", "b": "B", "a1": "a", "b1": "b"}


def node(key: str, /, **other: object) -> Node:
    """An outcome of the small tree P > A > a > a1, B > b > b1; each agenda has one owner of its own."""
    agenda = None if key == "P" else key[0].upper()
    values: dict[str, object] = {
        "key": key,
        "parent": PARENTS.get(key, key[0]),
        "rank": RANKS.get(key, Rank.INDICATOR),
        "words": dict(zip(("id", "en"), WORDS.get(key, (f"Kata {key}x", f"Word {key}x")), strict=True)),
        "owner": f"Owner {agenda}",
        "contributors": (),
        "agenda": agenda,
    }
    return Node(**(values | other))  # type: ignore[arg-type]


def tree(*changed: Node) -> list[Node]:
    others = {each.key: each for each in changed}
    nodes = [others.pop(key, node(key)) for key in PARENTS]
    return [*nodes, *others.values()]


SESSIONS = [Held("s1", "A", frozenset({"a1"})), Held("s2", "B", frozenset({"b1"}))]


def held(**serves: str) -> list[Held]:
    """s1 in agenda A, s2 in agenda B, s3 in agenda A: which outcomes each serves."""
    return [
        Held(key, agenda, frozenset(serves[key].split()))
        for key, agenda in (("s1", "A"), ("s2", "B"), ("s3", "A"))
        if key in serves
    ]


def test_a_sound_tree_has_nothing_to_mend() -> None:
    assert check(tree(), SESSIONS) == []
    assert check([], []) == []


@pytest.mark.parametrize("owner", ["", " \t\n", "\u200b\u2060", "\u3164\u2800", "\ufe0f", "-", "–", "...", "\x00"])
def test_nobody_answers(owner: str) -> None:
    assert check(tree(node("a", owner=owner), node("P", owner=owner)), SESSIONS) == [
        Finding(Kind.NO_OWNER, ("P",)),
        Finding(Kind.NO_OWNER, ("a",)),
    ]


@pytest.mark.parametrize("owner", ["A", "7", "Direktorat", "ผู้ดูแล", "Dr. -"])
def test_somebody_answers(owner: str) -> None:
    assert check(tree(node("a", owner=owner)), SESSIONS) == []


def test_no_session_serves_a_leaf() -> None:
    nodes = tree(node("a2"))
    assert check(nodes, SESSIONS) == [Finding(Kind.NO_SESSION, ("a2",))]
    assert check(nodes, held(s1="a1 a2", s2="b1")) == []


def test_who_serves_an_outcome_serves_those_above_and_none_below() -> None:
    assert check(tree(), held(s1="a", s2="b1")) == [Finding(Kind.NO_SESSION, ("a1",))]
    assert check(tree()[:5], held(s1="a", s2="b")) == [], "a module without indicators is a leaf"
    assert check(tree()[:5], held(s1="A", s2="b")) == [Finding(Kind.NO_SESSION, ("a",))]
    assert check([node("P")], []) == [Finding(Kind.NO_SESSION, ("P",))]


def test_a_session_that_serves_nothing() -> None:
    assert check(tree(), held(s1="a1", s2="b1", s3="")) == [Finding(Kind.IDLE_SESSION, (), ("s3",))]
    assert check(tree(), held(s1="a1", s2="b1", s3="gone")) == [Finding(Kind.IDLE_SESSION, (), ("s3",))]
    assert check(tree(), held(s1="a1", s2="b1", s3="P")) == []


def test_two_answer_for_the_same() -> None:
    words = {"id": "Menyebutkan konsensus dunia.", "en": "Recite the national anthem."}
    same = node("b2", words={"id": "Menyebutkan  konsensus bangsa", "en": "Recall what unites us."})
    found = check(tree(same), held(s1="a1", s2="b1 b2"))
    assert found == [Finding(Kind.OVERLAP, ("a1", "b2"), likeness=1.0, names=("Owner A", "Owner B"))]
    other = node("b2", words=words)
    assert check(tree(other), held(s1="a1", s2="b1 b2")) == []


def test_three_answer_for_the_same_in_the_order_of_the_outcomes() -> None:
    words = node("a1").words
    nodes = tree(node("b2", words=words, owner="X"), node("b3", words=words, owner="Y"))
    found = check(nodes, held(s1="a1", s2="b1 b2 b3"))
    assert [finding.nodes for finding in found] == [("a1", "b2"), ("a1", "b3"), ("b2", "b3")]
    assert {finding.kind for finding in found} == {Kind.OVERLAP}


@pytest.mark.parametrize("owner", ["owner a", " OWNER \u00a0 A ", "Ｏｗｎｅｒ Ａ", "Owner\u200b A", "Owner\tA", ""])
def test_one_owner_however_written_or_none_does_not_overlap(owner: str) -> None:
    nodes = tree(node("b2", words=node("a1").words, owner=owner))
    found = check(nodes, held(s1="a1", s2="b1 b2"))
    assert [finding.kind for finding in found] == ([] if owner else [Kind.NO_OWNER])


def test_other_ranks_do_not_overlap() -> None:
    assert check(tree(node("b1", words=node("a").words)), SESSIONS) == []
    assert check(tree(node("a1", words=node("a").words, owner="Z")), SESSIONS) == [], "nor what lies above"


def test_those_above_and_below_each_other_do_not_overlap_even_in_one_rank() -> None:
    words, top = node("a1").words, node("a1", key="a0", owner="Z")
    nodes = [*tree(node("a1", parent="a0", words=words)), top]
    assert [finding.kind for finding in check(nodes, SESSIONS)] == []


def test_a_session_serves_another_agenda() -> None:
    found = check(tree(), held(s1="a1 b1 B P", s2="b1 b"))
    assert found == [Finding(Kind.CROSS_SESSION, ("B", "b1"), ("s1",))]
    assert not found[0].kind.is_fault


def test_a_contributor_from_another_agenda() -> None:
    nodes = tree(
        node("P", contributors=("Owner A", "Owner B")),
        node("a1", contributors=("owner  b", "Owner A", "Somebody")),
    )
    found = check(nodes, SESSIONS)
    assert found == [Finding(Kind.CROSS_OWNER, ("a1",), names=("owner b",))]
    assert not found[0].kind.is_fault
    assert check([*nodes, node("a2", owner="Owner B")], held(s1="a1 a2", s2="b1")) == [], "who owns here too"


def test_findings_come_by_kind_and_then_by_place() -> None:
    nodes = tree(
        node("a1", contributors=("Owner B",)), node("b2", words=node("a1").words), node("b3"), node("A", owner="")
    )
    found = check(nodes, held(s1="a1 B", s2="b1 b2", s3=""))
    assert [finding.kind for finding in found] == list(Kind)
    assert [kind for kind in Kind if not kind.is_fault] == [Kind.CROSS_SESSION, Kind.CROSS_OWNER]


TANGLED = tree(
    node("a1", contributors=("Owner B", "x", "Owner A"), owner="Owner C"),
    node("b1", contributors=("Owner C", "Owner A", "owner a")),
    node("b2", words=node("a1").words),
    node("b", owner="-", contributors=("Owner B", "Owner C")),
)
SERVED = [
    *held(s1="a1 b1 B", s2="b1 P", s3=""),
    Held("s4", "A", frozenset({"b"})),
    Held("s5", "B", frozenset({"A", "a"})),
]


def as_told(found: list[Finding]) -> list[tuple[object, ...]]:
    """Those that differ in the session alone come in the order of the sessions."""
    return sorted(
        (list(Kind).index(each.kind), each.nodes, each.sessions, each.likeness or 0, each.names) for each in found
    )


@given(st.permutations(SERVED), st.randoms())
def test_the_order_of_sessions_and_contributors_changes_nothing(sessions: list[Held], chance: random.Random) -> None:
    nodes = [
        Node(
            n.key,
            n.parent,
            n.rank,
            n.words,
            n.owner,
            tuple(chance.sample(n.contributors, len(n.contributors))),
            n.agenda,
        )
        for n in TANGLED
    ]
    found, before = check(nodes, sessions), check(TANGLED, SERVED)
    assert as_told(found) == as_told(before)
    assert {finding.kind for finding in before} == set(Kind)
    places = {each.key: place for place, each in enumerate(nodes)}
    order = [(list(Kind).index(each.kind), [places[key] for key in each.nodes[:1]]) for each in found]
    assert order == sorted(order)


def test_names_of_one_owner_are_one() -> None:
    assert same_owner(" Coach\u00a0 KELOMPOK\u200b") == same_owner("coach kelompok") == "coach kelompok"
    assert same_owner("Straße") == same_owner("STRASSE")
    assert same_owner("Coach 1") != same_owner("Coach 2")


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ({}, None),
        ({"a": None, "b": "a", "c": "b"}, None),
        ({"a": "elsewhere"}, None),
        ({"a": "a"}, ("a", "a")),
        ({"a": "b", "b": "a"}, ("a", "b", "a")),
        ({"d": "c", "c": "b", "b": "a", "a": "c"}, ("c", "b", "a", "c")),
    ],
)
def test_what_lies_above_itself(parents: dict[Hashable, Hashable], expected: tuple[Hashable, ...] | None) -> None:
    assert cycle_in(parents) == expected


def test_each_round_is_told_once() -> None:
    parents = {"x": "a", "a": "b", "b": "a", "c": "c", "d": "c", "e": None}
    assert list(cycles(parents)) == [("a", "b", "a"), ("c", "c")]
    long = {n: n + 1 for n in range(100_000)} | {100_000: 0}
    assert len(cycle_in(long) or ()) == 100_002


# --- How long it takes


def many(chance: random.Random) -> list[Node]:
    letters = "abcdefghijklmnoprstu"
    known = ["".join(chance.choices(letters, k=chance.randint(4, 11))) for _ in range(600)]
    nodes = [node("P")]
    for number in range(1, 2_000):
        words = {language: " ".join(["Menjelaskan", *chance.choices(known, k=9)]) for language in ("id", "en")}
        nodes.append(
            Node(number, "P", Rank.INDICATOR, words, f"Owner {number % 300}", ("Owner 1", "Owner 2"), number % 5)
        )
    return nodes


def test_two_thousand_outcomes_are_checked_at_once() -> None:
    nodes = many(random.Random(5))
    sessions = [Held(number, number % 5, frozenset({number, number + 1})) for number in range(2_000)]
    double = nodes[700].words["id"].split()
    nodes[1400] = node(
        "P", key=1400, rank=Rank.INDICATOR, agenda=0, words={"id": " ".join(reversed(double)), "en": "-"}
    )
    begun = time.process_time()
    found = check(nodes, sessions)
    assert time.process_time() - begun < 2
    assert [finding.nodes for finding in found if finding.kind is Kind.OVERLAP] == [(700, 1400)]


def test_words_without_end_do_not_take_long_either() -> None:
    nodes = [
        node("a1", words={"id": f"{'a' * 1_900}{number}", "en": "z" * number}, owner=f"Owner {number}")
        for number in range(500)
    ]
    nodes = [Node(place, None, n.rank, n.words, n.owner, (), "A") for place, n in enumerate(nodes)]
    begun = time.process_time()
    check(nodes, [])
    assert time.process_time() - begun < 2


def test_the_same_two_thousand_times_does_not_take_long_either() -> None:
    nodes = [node("a1", key=number, owner=f"Owner {number}") for number in range(2_000)]
    begun = time.process_time()
    found = check(nodes, [])
    assert time.process_time() - begun < 2
    assert sum(finding.kind is Kind.OVERLAP for finding in found) == 500
