"""What is the same, what is nearly the same, and what only looks like it."""

import itertools
import random
from collections import Counter
from collections.abc import Callable

import pytest

from portfolio.cohorts import outcome_tree, packs
from portfolio.likeness import NEAR, Saying, _alike, _gist, likeness, near_pairs
from tests.alignment.doubles import WAYS, with_a_slip

NEARLY_THE_SAME = [
    # Word for word, and other signs or letters.
    ("en", "Apply digital skills at work.", "apply digital skills at work"),
    ("id", "Menjelaskan sistem merit.", "MENJELASKAN  SISTEM\nMERIT"),
    # Other order.
    (
        "id",
        "Menjelaskan kedudukan, peran, hak, kewajiban, dan kode etik ASN.",
        "Mampu menjelaskan kode etik, kewajiban, hak, peran serta kedudukan ASN",
    ),
    (
        "en",
        "Explain the merit system and how the civil service is managed.",
        "Explains how the civil service is managed, and the merit system",
    ),
    # A slip of the pen.
    ("id", "Menyusun rencana aksi bela negara sesuai jabatan.", "Menyusun rencana aksi bela negara sesuai jabtaan."),
    ("en", "Analyse causes with a suitable technique.", "Analyse causes with a suitable tecnique."),
    ("id", "Menerapkan akuntabilitas dalam tugas.", "Menerapkan akutabilitas dalam tugas."),
    # Plurals, spellings, endings.
    ("id", "Menerapkan nilai-nilai dasar dalam tugas jabatan.", "Menerapkan nilai dasar dalam tugas jabatannya"),
    ("en", "Name the duties of the agency.", "Name the duty of agencies"),
    ("en", "Analyse the behaviour of an organisation.", "Analyze the behavior of organizations"),
    # The passive, and who is meant.
    ("id", "Menyusun rencana aksi bela negara sesuai jabatan.", "Rencana aksi bela negara disusun sesuai jabatan"),
    ("id", "Menjelaskan konsep aktualisasi.", "Peserta dapat menjelaskan konsep dari aktualisasi tersebut."),
    ("en", "Draft the plan with coach and mentor.", "Participants will be able to draft a plan with mentor and coach"),
    # A word more.
    (
        "en",
        "Respect differences and build a good climate at work.",
        "Respect differences and build a good, friendly climate at work.",
    ),
    ("id", "Menganalisis satu isu kontemporer yang relevan.", "Menganalisis isu kontemporer yang relevan"),
    # Numbers in figures and in words.
    ("en", "Write two learning goals.", "Write 2 learning goals"),
    ("id", "Menulis tiga tujuan belajar.", "Menulis 3 tujuan belajar"),
]  # fmt: skip
TWO_THINGS = [
    # The same about something else.
    ("en", "Explain the values of A", "Explain the values of B"),
    ("en", "Explain the concept of nationalism at work", "Explain the concept of accountability at work"),
    ("id", "Menjelaskan konsep nasionalisme dalam tugas", "Menjelaskan konsep akuntabilitas dalam tugas"),
    ("id", "Menyusun rancangan bersama coach kelompok dan mentor", "Mempertahankan rancangan bagi coach dan mentor"),
    # Something else about the same.
    ("en", "Explain the merit system of the civil service", "Apply the merit system of the civil service"),
    ("id", "Menjelaskan sistem merit ASN di unit kerja", "Menerapkan sistem merit ASN di unit kerja"),
    # Other numbers.
    ("en", "Show understanding of agendas II and III", "Show understanding of agendas III and IV"),
    ("id", "Menunjukkan pemahaman agenda I", "Menunjukkan pemahaman agenda II"),
    ("en", "Write two learning goals", "Write three learning goals"),
    ("id", "Menulis dua tujuan belajar", "Menulis tiga tujuan belajar"),
    ("en", "Lay out the tasks of week 1", "Lay out the tasks of week 2"),
    # A negation.
    ("en", "Carry out the planned task with supervision", "Carry out the planned task without supervision"),
    ("id", "Menggunakan data yang boleh dibuka", "Menggunakan data yang tidak boleh dibuka"),
    ("en", "Accept gifts from users", "Don't accept gifts from users"),
    # A second thing, in a short sentence.
    ("id", "Menjelaskan konsep aktualisasi", "Menjelaskan konsep dan tahapan aktualisasi"),
    ("en", "Explain the concept", "Explain the concept and stages"),
    # Words that only look alike.
    ("en", "Adapt the plan of the unit to others", "Adopt the plan of the unit with others"),
    ("id", "Menjaga ranah efektif dalam kerja", "Menjaga ranah afektif dalam kerja"),
    ("en", "Follow the formal path", "Follow the informal path"),
    # Nothing in common, and nothing at all.
    ("en", "Keep fit", "Draft the plan"),
    ("en", "", "Draft the plan"),
    ("en", "", ""),
    ("id", "…", "!"),
]  # fmt: skip


def alike(language: str, one: str, other: str) -> float:
    return likeness(one, other, language) or 0


@pytest.mark.parametrize(("language", "one", "other"), NEARLY_THE_SAME)
def test_near_doubles_are_known(language: str, one: str, other: str) -> None:
    assert alike(language, one, other) >= NEAR
    assert alike(language, other, one) == alike(language, one, other)


@pytest.mark.parametrize(("language", "one", "other"), TWO_THINGS)
def test_two_things_are_two_things(language: str, one: str, other: str) -> None:
    assert alike(language, one, other) < NEAR
    assert alike(language, other, one) < NEAR


def test_a_word_that_is_used_elsewhere_is_no_slip_of_the_pen() -> None:
    says = ["Adjust the policing of borders", "Adjust the policies of borders"]
    apart = [*says, "Read about policing", "Write policies"]
    assert [pair[:2] for pair in near_pairs([Saying({"en": each}, each) for each in says], most=9)] == []
    slip = ["Read the regulation aloud", "Read the regulatoin aloud"]
    assert [pair[:2] for pair in near_pairs([Saying({"en": each}, each) for each in slip], most=9)] == [(0, 1)]
    both = [*slip, "Quote a regulation", "Quote a regulatoin"]
    assert (0, 1) not in [pair[:2] for pair in near_pairs([Saying({"en": each}, each) for each in both], most=9)]
    assert len(apart) == 4


@pytest.mark.parametrize("slug", packs.shipped_slugs())
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("way", WAYS)
def test_every_true_sentence_knows_its_doubles_and_no_other_sentence(
    slug: str, language: str, way: Callable[[str, str, random.Random], str]
) -> None:
    pack = packs.shipped_pack(slug)
    assert pack is not None
    chance = random.Random(f"{slug} {language}")
    sentences = [outcome.words[language] for outcome in outcome_tree.tree(pack)]
    doubles = [way(sentence, language, chance) for sentence in sentences]
    for sentence, double in zip(sentences, doubles, strict=True):
        assert alike(language, sentence, double) >= NEAR, (sentence, double)
    for one, other in itertools.permutations(range(len(sentences)), 2):
        assert alike(language, sentences[one], doubles[other]) < NEAR, (sentences[one], doubles[other])


def test_no_more_pairs_are_told_than_are_asked_for() -> None:
    same = [Saying({"id": "Menjelaskan nilai dasar", "en": "Explain values"}, place) for place in range(60)]
    assert near_pairs(same, most=5) == [(0, other, 1.0) for other in range(1, 6)]


@pytest.mark.parametrize("seed", range(60))
def test_not_comparing_everything_misses_nothing(seed: int) -> None:
    chance = random.Random(seed)
    known = ["jabatan", "akuntabilitas", "negara", "menulis", "rancangan", "nilai", "dasar", "unit", "agenda", "isu"]

    def sentence() -> str:
        words = [chance.choice(known) for _ in range(chance.randint(0, 9))]
        if chance.random() < 0.5 and words:
            words = with_a_slip(" ".join(words), "id", chance).lower().split()
        if chance.random() < 0.2:
            words.append(chance.choice(("2", "tidak")))
        return " ".join(words)

    sayings = [Saying({"id": sentence()}, chance.randrange(12)) for _ in range(40)]
    gists = [_gist(saying.words["id"], "id") for saying in sayings]
    used = Counter(word for gist in gists for word in gist.words)
    expected = [
        (one, other)
        for one, other in itertools.combinations(range(len(sayings)), 2)
        if sayings[one].whose != sayings[other].whose
        and gists[one].marks == gists[other].marks
        and (_alike(gists[one], gists[other], used) or 0) >= NEAR
    ]
    assert [pair[:2] for pair in near_pairs(sayings, most=1_000)] == expected
