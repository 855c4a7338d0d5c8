"""The section `alignment` of a pack: each fault by its reason, path and line, and what the command says of it."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from portfolio.alignment import PlannedOutcome, Rank
from portfolio.cohorts import commands, curriculum, outcome_tree, packs, plain_yaml

Pack = dict[str, Any]
FILE = packs.FOLDER / "curricula" / "internship-10w.yaml"
SHIPPED = yaml.safe_load(FILE.read_text(encoding="utf-8"))
PLACES = {each["id"]: place for place, each in enumerate(SHIPPED["alignment"]["outcomes"])}


@pytest.fixture
def pack() -> Pack:
    return copy.deepcopy(SHIPPED)


def outcome(pack: Pack, key: str) -> Pack:
    found: Pack = pack["alignment"]["outcomes"][PLACES[key]]
    return found


def at(key: str, rest: str) -> str:
    return f"alignment.outcomes[{PLACES[key]}]{rest}"


def faults(pack: Pack) -> list[tuple[str, str]]:
    return [(fault.path, fault.reason) for fault in curriculum.faults_in(pack)]


ONE_OWNER = "one accountable owner; the others are contributors"


@pytest.mark.parametrize(
    ("key", "changed", "where", "why"),
    [
        ("task", {"id": "team"}, ".id", None),
        ("task", {"id": "Task One"}, ".id", None),
        ("task", {"rank": "topic"}, ".rank", "must be one of programme, agenda, module, indicator"),
        ("task", {"words": {"id": "Kerja."}}, ".words.en", "is missing"),
        ("task", {"words": {"id": "Kerja.", "en": "<b>Work</b>"}}, ".words.en", "only plain text is allowed"),
        ("task", {"owner": ["Mentor", "Coach"]}, ".owner", ONE_OWNER),
        ("task", {"owner": {"name": "Mentor"}}, ".owner", ONE_OWNER),
        ("task", {"owners": ["Mentor", "Coach"]}, ".owners", ONE_OWNER),
        ("task", {"owners": "Mentor"}, ".owners", ONE_OWNER),
        ("task", {"owner": "  "}, ".owner", "must not be empty"),
        ("task", {"owner": "M\u200bentor"}, ".owner", "cannot be seen (U+200B)"),
        ("task", {"owner": "x" * 121}, ".owner", "120 are allowed"),
        ("task", {"owner": 7}, ".owner", "must be text"),
        ("task", {"answers": "Mentor"}, ".answers", "is not known here"),
        ("task", {"contributors": "Mentor"}, ".contributors", "must be a list"),
        ("task", {"contributors": [f"Office {n}" for n in range(11)]}, ".contributors", "0 to 10 are allowed"),
        ("task", {"contributors": ["Tutor", "-"]}, ".contributors[1]", "names nobody"),
        ("task", {"contributors": ["MENTOR at  the workplace"]}, ".contributors[0]", "is the owner already"),
        ("task", {"contributors": ["A b", "C", "a  B"]}, ".contributors[2]", "stands already at"),
        ("task-i1", {"sessions": ["task-s1", "task-s9"]}, ".sessions[1]", "no session is called 'task-s9'"),
        ("task-i1", {"sessions": ["task-s1", "task-s1"]}, ".sessions[1]", "stands already at"),
        ("task", {"module": "tasks"}, ".module", "no module is called 'tasks'"),
        ("task", {"module": ...}, ".module", "is missing"),
        ("task", {"module": "team"}, ".module", "lies in agenda relate, and its parent in agenda practise"),
        ("task", {"agenda": "practise"}, ".agenda", "belongs to rank agenda only"),
        ("task-i1", {"module": "task"}, ".module", "belongs to rank module only"),
        ("practise", {"agenda": "rest"}, ".agenda", "no agenda is called 'rest'"),
        ("practise", {"agenda": ...}, ".agenda", "is missing"),
        ("task-i1", {"parent": "tasks"}, ".parent", "no outcome is called 'tasks'"),
        ("task-i1", {"parent": ...}, ".parent", "is missing: indicator stands under module"),
        ("task-i1", {"parent": "practise"}, ".parent", "'practise' is of rank agenda; indicator stands under module"),
        ("task-i1", {"parent": "team-i1"}, ".parent", "is of rank indicator; indicator stands under module"),
        ("arrive", {"parent": "carry"}, ".parent", "'carry' is of rank agenda; agenda stands under programme"),
        ("task-i1", {"parent": "task-i1"}, ".parent", "lies above itself: task-i1, task-i1"),
    ],
)
def test_a_fault_is_told_where_it_is(pack: Pack, key: str, changed: Pack, where: str, why: str | None) -> None:
    each = outcome(pack, key)
    each.update(changed)
    for name in [name for name, value in changed.items() if value is ...]:
        del each[name]
    told = faults(pack)
    if why is None:
        assert at(key, where) in [path for path, _ in told] or at("team", where) in [path for path, _ in told]
    else:
        assert [path for path, _ in told] == [at(key, where)]
        assert why in told[0][1]


@pytest.mark.parametrize("section", [None, [], "x", {}, {"outcomes": []}, {"outcomes": None}, {"outcomes": [1]}])
def test_a_section_of_another_shape_is_refused(pack: Pack, section: Any) -> None:
    pack["alignment"] = section
    assert faults(pack)


def test_the_outcome_of_the_programme_stands_under_nothing(pack: Pack) -> None:
    pack["alignment"]["outcomes"].append(outcome(pack, "graduate") | {"id": "second", "parent": "task"})
    place = len(pack["alignment"]["outcomes"]) - 1
    assert faults(pack) == [
        (f"alignment.outcomes[{place}].parent", "the outcome of the programme stands at the top, under no other")
    ]


def test_a_cycle_is_told_as_that_alone_and_once(pack: Pack) -> None:
    outcome(pack, "graduate")["parent"] = "task-i1"
    assert faults(pack) == [
        (at("graduate", ".parent"), "lies above itself: graduate, task-i1, task, practise, graduate")
    ]


def test_each_of_two_cycles_is_told(pack: Pack) -> None:
    outcome(pack, "task")["parent"] = "task-i1"
    outcome(pack, "team")["parent"] = "team-i2"
    assert faults(pack) == [
        (at("task", ".parent"), "lies above itself: task, task-i1, task"),
        (at("team", ".parent"), "lies above itself: team, team-i2, team"),
    ]


def test_several_faults_are_told_at_once(pack: Pack) -> None:
    outcome(pack, "task")["owner"] = ["A", "B"]
    outcome(pack, "team")["parent"] = "nowhere"
    outcome(pack, "goals-i1")["sessions"] = ["gone"]
    assert [path for path, _ in faults(pack)] == [
        at("task", ".owner"), at("team", ".parent"), at("goals-i1", ".sessions[0]"),
    ]  # fmt: skip


def test_the_tree_of_a_pack(pack: Pack) -> None:
    pack["alignment"]["outcomes"].reverse()
    planned = outcome_tree.tree(pack)
    assert [each.rank for each in planned[:3]] == [Rank.PROGRAMME, Rank.AGENDA, Rank.MODULE]
    by_key = {each.key: each for each in planned}
    assert len(by_key) == len(planned) == len(PLACES)
    assert planned[0].agenda is planned[0].module is None
    assert by_key["practise"] == PlannedOutcome(
        key="practise",
        parent="graduate",
        rank=Rank.AGENDA,
        words=SHIPPED["agendas"][1]["outcome"],
        owner="Placement coordinator",
        contributors=("Mentor at the workplace",),
        agenda="practise",
        module=None,
        sessions=(),
    )
    indicator = by_key["team-i3"]
    assert (indicator.agenda, indicator.module, indicator.sessions) == ("relate", "team", ("team-s3",))
    assert (indicator.owner, indicator.contributors) == ("Mentor at the workplace", ())
    seen: set[str | None] = {None}
    for each in planned:
        assert each.parent in seen
        seen.add(each.key)


def test_the_tree_that_is_made_of_a_pack_without_a_section(pack: Pack) -> None:
    del pack["alignment"]
    planned = outcome_tree.tree(pack)
    assert planned[0] == PlannedOutcome("programme", None, Rank.PROGRAMME, SHIPPED["summary"], "", (), None, None, ())
    assert planned[1].key == "agenda.arrive"
    assert planned[2] == PlannedOutcome(
        "module.first-days.1",
        "agenda.arrive",
        Rank.MODULE,
        SHIPPED["agendas"][0]["modules"][0]["outcomes"][0],
        "",
        (),
        "arrive",
        "first-days",
        ("first-days-s1", "first-days-s2", "first-days-s3"),
    )


# --- Lines


def test_every_place_of_a_file_has_its_line() -> None:
    raw = b"a: 1\nb:\n- c: x\n  d: [1,\n    2]\n-\n  e: {f: 1}\n"
    assert plain_yaml.lines(raw) == {
        "": 1, "a": 1, "b": 2, "b[0]": 3, "b[0].c": 3, "b[0].d": 4, "b[0].d[0]": 4, "b[0].d[1]": 5,
        "b[1]": 7, "b[1].e": 7, "b[1].e.f": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "line"),
    [("b[1].e.f", 7), ("b[1].e.g", 7), ("b[0].z", 3), ("b[0].d[7].x", 4), ("z", None), ("", None), ("line 3", None)],
)
def test_what_is_missing_has_the_line_of_what_is_around_it(path: str, line: int | None) -> None:
    numbered = plain_yaml.lines(b"a: 1\nb:\n- c: x\n  d: [1,\n    2]\n-\n  e: {f: 1}\n")
    assert plain_yaml.line_of(path, numbered) == line


@pytest.mark.parametrize("raw", [b"", b"\xff", b"a: &a [*a]", b"a: [1", b"a: x\0y", b"? [a]\n: 1\n", b"[" * 50_000])
def test_what_cannot_be_read_has_no_lines(raw: bytes) -> None:
    assert set(plain_yaml.lines(raw)) <= {""}


# --- The command


@pytest.fixture
def checked(tmp_path: Path) -> Callable[..., tuple[Path, Result]]:
    """`portfolio programme check` on a shipped file in which some text has been put for another."""

    def check(*changes: tuple[str, str], name: str = FILE.name) -> tuple[Path, Result]:
        text = (FILE.parent / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        file = tmp_path / "pack.yaml"
        file.write_text(text, encoding="utf-8")
        return file, CliRunner().invoke(commands.check_programme, [str(file)])

    return check


def line_of(file: Path, *wanted: str) -> int:
    """The line with the last of the wanted texts, each looked for after the one before."""
    lines, number = file.read_text(encoding="utf-8").splitlines(), 0
    for text in wanted:
        number = next(place for place in range(number, len(lines)) if text in lines[place]) + 1
    return number


@pytest.mark.parametrize("slug", packs.shipped_slugs())
def test_a_sound_pack_passes_with_its_remarks(checked: Callable[..., tuple[Path, Result]], slug: str) -> None:
    _, result = checked(name=f"{slug}.yaml")
    assert result.exit_code == 0
    assert result.stderr == ""
    *remarks, last = result.stdout.splitlines()
    assert all(": remark: " in line for line in remarks)
    assert last.endswith(f" outcomes, 0 faults, {len(remarks)} remarks")


TASK = "  - id: task-i1\n    rank: indicator\n    parent: task\n"


def test_a_cycle_is_refused_with_its_line(checked: Callable[..., tuple[Path, Result]]) -> None:
    file, result = checked((TASK, TASK.replace("parent: task", "parent: task-i1")))
    line = line_of(file, "id: task-i1", "parent: task-i1")
    path = at("task-i1", ".parent")
    assert result.exit_code == 1
    assert result.stderr == f"{file}:{line}: {path}: lies above itself: task-i1, task-i1\n"
    assert result.stdout == ""


@pytest.mark.parametrize("owner", ["owner: [Mentor, Coach]", "owners: [Mentor, Coach]"])
def test_two_owners_are_refused_with_their_line(checked: Callable[..., tuple[Path, Result]], owner: str) -> None:
    file, result = checked((TASK, TASK + f"    {owner}\n"), *owned_once())
    path = at("task-i1", f".{owner.partition(':')[0]}")
    assert result.exit_code == 1
    assert result.stderr == f"{file}:{line_of(file, owner)}: {path}: {ONE_OWNER}\n"


def owned_once() -> list[tuple[str, str]]:
    """The owner whom the indicator has already is taken away."""
    text = FILE.read_text(encoding="utf-8")
    begin = text.index(TASK) + len(TASK)
    words = text[begin : text.index("    owner:", begin)]
    return [(f"{words}    owner: Mentor at the workplace\n", words)]


AGAIN = "Choose a piece of work; put a specific question about its quality."


def test_every_kind_of_finding_is_told_with_its_line(checked: Callable[..., tuple[Path, Result]]) -> None:
    file, result = checked(
        *owned_once(),
        ("    sessions: [feedback-s1]\n", ""),
        ("Observe a team meeting and note who decides what.", AGAIN),
        ("    sessions: [goals-s1]\n", "    sessions: [goals-s1, ethics-s1]\n"),
    )
    assert result.exit_code == 1
    no_owner = line_of(file, "id: task-i1")
    no_session = line_of(file, "id: feedback-i1")
    idle = line_of(file, "id: feedback-s1")
    overlap = line_of(file, "id: feedback-i1", "owner:")
    crossing = line_of(file, "sessions: [goals-s1, ethics-s1]")
    task, feedback, team = PLACES["task-i1"], PLACES["feedback-i1"], PLACES["team-i1"]
    asks = "“Choose one piece of work and put a specific question about its quality.”"
    assert result.stderr.splitlines() == [
        f"{file}:{no_owner}: alignment.outcomes[{task}].owner: nobody answers for “Record the steps of a task while "
        "doing it, with times and decisions.”: name one owner",
        f"{file}:{no_session}: alignment.outcomes[{feedback}].sessions: no session serves {asks}: name those that do "
        "under sessions",
        f"{file}:{idle}: agendas[1].modules[2].sessions[0]: session feedback-s1 (Week 5: notes from the week) serves "
        "no outcome: name it under the sessions of one",
        f"{file}:{overlap}: alignment.outcomes[{feedback}].owner: {asks} says the same as “{AGAIN}” at "
        f"alignment.outcomes[{team}], and two answer for it, Mentor at the workplace and Head of the host unit: leave "
        "it to one, or part what each is for",
    ]
    assert (
        f"{file}:{crossing}: alignment.outcomes[{PLACES['goals-i1']}].sessions: remark: session ethics-s1 (Week 8: "
        "notes from the week) serves outcomes of other agendas than its own: goals-i1"
    ) in result.stdout.splitlines()
    assert "remark: Placement tutor contributes to " in result.stdout
    assert result.stdout.splitlines()[-1] == "internship-10w@1.1: 45 outcomes, 4 faults, 5 remarks"


def test_other_faults_have_their_line_too(checked: Callable[..., tuple[Path, Result]]) -> None:
    file, result = checked(("  hours: 30\n", "  hours: 31\n"), ("default_language: en\n", ""))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{file}: default_language: is missing",
        f"{file}:{line_of(file, 'hours: 31')}: totals.hours: is 31, but the phases have 30 hours",
    ]


def test_what_is_no_plain_yaml_is_told_as_by_load(checked: Callable[..., tuple[Path, Result]]) -> None:
    file, result = checked(("id: internship-10w\n", "id: &x internship-10w\n"))
    assert result.exit_code == 1
    assert result.stderr == f"{file}: line 3: anchors (&) and aliases (*) are not allowed\n"
