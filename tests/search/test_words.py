"""What a question means: spellings, mistakes, beginnings, and whatever else people type."""

import random

import pytest
import sqlalchemy as sa

from portfolio import spelling
from portfolio.models import Document, State
from tests import cast
from tests.cast import CONDUCT, DAY, NOON, SERVICE, SERVICE_2, World, words
from tests.search.conftest import Finds

ONE = [("submission", "Those who wait")]


@pytest.fixture
def written(world: World) -> World:
    """One reflection of Ana's, of which every search is to find something or nothing."""
    cast.submitted(world, world.ana, said=words("Pelayanan publik di Kabupaten Bogor: efektif, terukur; 100% Jum'at."))
    return world


@pytest.mark.parametrize(
    "text",
    ["pelayanan", "PELAYANAN", "publik", "public", "Pélayanan", "publik pelayanan", "efektif", "effektif", "efectif",
     "bogor", "bog", "pelay", "pelayanan kabu", "100", "jum'at", "“publik”", "bogor!"],
)  # fmt: skip
def test_a_word_is_found_however_it_is_spelt(finds: Finds, written: World, text: str):
    assert finds(written.mia, text) == ONE


@pytest.mark.parametrize("text", ["pekayanan", "pelayaann", "pelayana", "kabupatn", "terrukur", "bogir", "efektip"])
def test_a_mistake_or_two_do_no_harm(finds: Finds, written: World, text: str):
    assert finds(written.mia, text) == ONE


@pytest.mark.parametrize("text", ["bugar", "pekabanak", "ogor x", "elayanan publikasi", "di luar", "be", "layanan"])
def test_what_is_another_word_is_not_found(finds: Finds, written: World, text: str):
    assert finds(written.mia, text) == []


@pytest.mark.parametrize(
    "text",
    ["publik AND", "pub%", "^publik", "publik -bogor", "{}publik", "publik\x00", "publik*", "(publik",
     "publik" + " " * 9_000,
     "publik " * 2_000, '"publik" "bogor"', "publik & bogor"],
)  # fmt: skip
def test_signs_mean_nothing(finds: Finds, written: World, text: str):
    assert finds(written.mia, text) == ONE


@pytest.mark.parametrize(
    "text",
    ['"', "''", "NOT publik OR", "publik NEAR(bogor)", "tokens:publik", "*", "publ*ik*", "%", "_", "(", ")(", "{}",
     "\\", "';--", "c1wpublik", "\x00", "\ud800", "x" * 10_000, "&|!<->:*",
     "🙂", "١٢٣", "नमस्ते", "ﬁ", "İ", "ß", "\u0301"],
)  # fmt: skip
def test_whatever_is_typed_is_meant_literally(finds: Finds, written: World, text: str):
    assert finds(written.mia, text) == []


def test_exact_words_come_before_those_that_are_nearly_so(finds: Finds, world: World):
    cast.submitted(world, world.ana, SERVICE, said=words("kelambu", title="Older"), at=NOON - DAY)
    cast.submitted(world, world.ana, SERVICE_2, said=words("kelambi", title="Newer"))
    assert [title for _, title in finds(world.mia, "kelambu")] == ["Older", "Newer"]


def test_words_that_are_found_often_are_not_widened(finds: Finds, world: World):
    for n in (SERVICE, SERVICE_2):
        cast.submitted(world, world.ana, n, said=words("kelambu", title="Right"))
    cast.submitted(world, world.ben, said=words("kelambu", title="Right"))
    cast.submitted(world, world.ben, SERVICE_2, said=words("kelambi", title="Nearly"))
    assert {title for _, title in finds(world.mia, "kelambu")} == {"Right"}


def test_a_draft_forgives_mistakes_too(finds: Finds, world: World):
    cast.draft(world, world.ana, said=words("pelayanan"))
    assert finds(world.ana, "pekayanan") == [("draft", "Those who wait")]


def test_what_was_written_later_is_known_later(finds: Finds, world: World):
    """Also when a text was taken back and another has its place in the table."""
    cast.submitted(world, world.ben, said=words("kelambu"))
    assert finds(world.mia, "kelanbu") == ONE
    gone = cast.submitted(world, world.ana, said=words("kelambu"))
    assert len(finds(world.mia, "kelanbu")) == 2
    gone.withdraw(now=NOON)
    world.keep()
    cast.submitted(world, world.ana, SERVICE_2, said=words("jendela", title="Later"))
    assert finds(world.mia, "jendila") == [("submission", "Later")]
    assert len(finds(world.mia, "kelanbu")) == 1


def test_filters_narrow(finds: Finds, world: World):
    cast.returned(world, world.ana, SERVICE, said=words("kelambu", title="A", tags=("Etika publik",)), at=NOON - DAY)
    cast.accepted(world, world.ana, SERVICE_2, said=words("kelambu", title="B"), at=NOON - DAY)
    cast.accepted(world, world.ana, CONDUCT, said=words("kelambu", title="C", template="what"), at=NOON - DAY)
    cast.draft(world, world.ana, 4, said=words("kelambu", title="D", tags=("etika public",)))

    def titles(**filters: object) -> set[str]:
        return {title for place, title in finds(world.ana, "kelambu", **filters) if place in ("submission", "draft")}

    assert titles() == {"A", "B", "C", "D"}
    assert titles(module="service") == {"A", "B"}
    assert titles(state=State.ACCEPTED) == {"B", "C"}
    assert titles(state=State.ACCEPTED, module="service") == {"B"}
    assert titles(tag="ETIKA PUBLIK") == {"A", "D"}
    assert titles(tag="etika") == set()
    assert titles(module="no-such") == set()
    assert finds(world.ana, "", tag="etika publik", state=State.RETURNED) == [("submission", "A")]
    assert finds(world.ana, "") == []


def test_the_index_follows_rows_that_are_deleted_or_changed(finds: Finds, written: World):
    cohort_id = written.cohort.id
    written.session.execute(sa.update(Document).values(tokens=spelling.tokens("jendela", cohort_id)))
    assert finds(written.mia, "jendela") == ONE
    assert finds(written.mia, "bogor") == []
    written.session.execute(sa.delete(Document))
    assert finds(written.mia, "jendela") == []


VOCABULARY = [
    "antre",
    "antrean",
    "loket",
    "publik",
    "public",
    "warga",
    "wargo",
    "masa",
    "massa",
    "etika",
    "2018",
    "a",
    "di",
]


@pytest.mark.parametrize("seed", range(6))
def test_everything_found_is_what_a_plain_look_through_finds(finds: Finds, world: World, seed: int):
    """Small texts of few words, and all questions of one and two of them: compared with reading every text."""
    chance, texts = random.Random(seed), {}
    for trainee in (world.ana, world.ben):
        for n in (SERVICE, SERVICE_2, 4):
            text = " ".join(chance.choices(VOCABULARY, k=chance.randint(1, 4)))
            title = f"T{trainee.id}n{n}"
            texts[title] = {spelling.fold(word) for word in [*text.split(), title, "And", "again"]}
            cast.submitted(world, trainee, n, said=words(text, title=title))
    for _ in range(25):
        asked = chance.choices(VOCABULARY, k=chance.randint(1, 2))
        found = {title for _, title in finds(world.mia, " ".join(asked))}
        exact = {title for title, there in texts.items() if all(_meets(word, there, asked) for word in asked)}
        assert exact <= found
        if len(exact) >= 3:
            assert found == exact
        for title in found - exact:
            assert all(_meets(word, texts[title], asked) or _nearly(word, texts[title]) for word in asked)


def _meets(word: str, there: set[str], asked: list[str]) -> bool:
    folded = spelling.fold(word)
    begins = word == asked[-1] and len(folded) >= 3 and any(other.startswith(folded) for other in there)
    return folded in there or begins


def _nearly(word: str, there: set[str]) -> bool:
    folded = spelling.fold(word)
    return any(_distance(folded, other) <= spelling.edits(folded) for other in there)


def _distance(one: str, other: str) -> int:
    """Letters to change, add, leave out or swap with the next: by the book."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            best = min(row[-1] + 1, rows[-1][j] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@pytest.mark.parametrize(
    ("one", "other"),
    [("public", "publik"), ("sistem", "system"), ("aktivitas", "aktifitas"), ("izin", "ijin"), ("foto", "photo"),
     ("kualitas", "kwalitas"), ("objek", "obyek"), ("Qur'an", "kur'an"), ("ANALISIS", "analysis"),
     ("complex", "compleks"), ("efektif", "effektif"), ("naïve", "naife"), ("Ⅳ", "iv")],
)  # fmt: skip
def test_spellings_of_one_word_are_one(one: str, other: str):
    assert spelling.words(one) == spelling.words(other)


@pytest.mark.parametrize(
    ("one", "other"), [("cari", "kari"), ("masa", "massa"), ("saya", "saia"), ("baca", "baka"), ("bunga", "buga")]
)
def test_other_words_stay_others(one: str, other: str):
    assert spelling.fold(one) != spelling.fold(other)
