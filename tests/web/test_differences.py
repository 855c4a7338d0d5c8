"""Two texts are compared word by word: nothing of either is left out, quickly, and safely on a page."""

import random
import re
import time
from datetime import date

import pytest
from flask import get_template_attribute
from hypothesis import given
from hypothesis import strategies as st

from portfolio.models import Words
from portfolio.web.differences import Kind, Part, compare, compare_answers, differences, pairs, together
from tests.access.stage import Stage

SAME, ADDED, REMOVED = Kind.SAME, Kind.ADDED, Kind.REMOVED
# Texts that have much in common, as those of one writer have; and whatever else can be typed.
few = st.lists(st.sampled_from(["aku", "di", "antrean", "panjang", " ", " ", "\n", "\n\n", ".", "<b>", "é", "👩‍👧"]))
texts = few.map("".join) | st.text()


def signs(text: str) -> list[str]:
    """Words and signs, by a rule of the test's own."""
    return re.findall(r"\w+|[^\w\s]", text)


def is_within(part: list[str], whole: list[str]) -> bool:
    """Whether all of one list stands in another, in its order."""
    rest = iter(whole)
    return all(sign in rest for sign in part)


@given(old=texts, new=texts)
def test_what_is_not_added_is_the_old_text_and_what_is_not_removed_the_new(old: str, new: str):
    parts = differences(old, new)
    assert "".join(part.text for part in parts if part.kind is not ADDED) == old
    assert "".join(part.text for part in parts if part.kind is not REMOVED) == new
    assert all(part.text for part in parts)


@given(text=texts)
def test_a_text_is_the_same_as_itself(text: str):
    assert differences(text, text) == ([Part(SAME, text)] if text else [])


@given(kept=texts, mine=texts)
def test_both_together_have_every_word_of_each_in_its_order(kept: str, mine: str):
    both = signs(together(kept, mine))
    assert is_within(signs(kept), both)
    assert is_within(signs(mine), both)


@given(olds=st.lists(few.map("".join), max_size=6), news=st.lists(few.map("".join), max_size=6))
def test_several_answers_are_paired_without_losing_one(olds: list[str], news: list[str]):
    found = pairs(olds, news)
    assert [old for old, _ in found if old] == [old for old in olds if old]
    assert [new for _, new in found if new] == [new for new in news if new]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("one two three", "one three", [(SAME, "one "), (REMOVED, "two "), (SAME, "three")]),
        ("one three", "one two three", [(SAME, "one "), (ADDED, "two "), (SAME, "three")]),
        ("Aku pergi.", "Aku pulang.", [(SAME, "Aku "), (REMOVED, "pergi"), (ADDED, "pulang"), (SAME, ".")]),
        # One short word between two changes, or a space, belongs to them …
        ("loket pagi ini", "kantor pagi itu", [(REMOVED, "loket pagi ini"), (ADDED, "kantor pagi itu")]),
        ("lima orang", "enam warga", [(REMOVED, "lima orang"), (ADDED, "enam warga")]),
        # … but a long one does not, nor does the end of a paragraph.
        (
            "loket antrean ini",
            "kantor antrean itu",
            [
                (REMOVED, "loket"),
                (ADDED, "kantor"),
                (SAME, " antrean "),
                (REMOVED, "ini"),
                (ADDED, "itu"),
            ],
        ),
        (
            "Satu.\n\nDua!",
            "Lima.\n\nEnam!",
            [
                (REMOVED, "Satu"),
                (ADDED, "Lima"),
                (SAME, ".\n\n"),
                (REMOVED, "Dua"),
                (ADDED, "Enam"),
                (SAME, "!"),
            ],
        ),
        ("Pagi.\n\nSore.", "Pagi.\n\nSiang.\n\nSore.", [(SAME, "Pagi.\n\n"), (ADDED, "Siang.\n\n"), (SAME, "Sore.")]),
    ],
)
def test_it_reads_well(old: str, new: str, parts: list[tuple[Kind, str]]):
    assert differences(old, new) == [Part(*part) for part in parts]


def test_both_together_say_once_what_they_agree_on():
    kept = "Saya melihat antrean yang panjang di loket."
    mine = "Saya mencatat antrean yang panjang di loket. Lalu saya bertanya."
    both = "Saya melihat mencatat antrean yang panjang di loket. Lalu saya bertanya."
    assert together(kept, mine) == both


def test_texts_with_little_in_common_follow_each_other():
    assert together("Pagi ini hujan deras.", "Rapat mulai siang.") == "Pagi ini hujan deras.\n\nRapat mulai siang."


@pytest.mark.parametrize(("kept", "mine"), [("", "Here."), ("Here.", ""), ("Here.", " "), ("Here.", "Here.")])
def test_what_stands_on_one_side_only_is_taken_as_it_is(kept: str, mine: str):
    assert together(kept, mine) == "Here."


def test_an_entry_is_compared_field_by_field():
    old = Words("Waiting", 1, None, date(2026, 3, 2), "Farah", {"view": "It was long.", "lessons": ["Ask.", "Go."]})
    new = Words("Waiting", 2, None, date(2026, 3, 3), "", {"view": "It was very long.", "lessons": ["Go.", "Stay."]})
    changes = compare(old, new)
    assert [(fact.name, fact.old, fact.new) for fact in changes.facts] == [
        ("number", 1, 2), ("session_date", date(2026, 3, 2), date(2026, 3, 3)), ("facilitator", "Farah", ""),
    ]  # fmt: skip
    assert changes.answers == {
        "view": [[Part(SAME, "It was "), Part(ADDED, "very "), Part(SAME, "long.")]],
        "lessons": [[Part(REMOVED, "Ask.")], [Part(SAME, "Go.")], [Part(ADDED, "Stay.")]],
    }
    assert (changes.added, changes.removed, changes.any) == (2, 2, True)  # very, Stay; Farah, Ask
    assert not compare(old, old).any


def test_an_answer_that_became_several_is_compared_all_the_same():
    assert compare_answers("Ask.", ["Ask.", "Go."]) == [[Part(SAME, "Ask.")], [Part(ADDED, "Go.")]]


VOCABULARY = [f"kata{number}" for number in range(2_000)]
LONG = {
    "a few words changed": (0.02, " "),
    "a few words changed, in sentences": (0.02, ". "),
    "every word changed": (1.0, " "),
    "every word changed, in paragraphs": (1.0, ".\n\n"),
}


@pytest.mark.parametrize("name", LONG)
def test_fifty_thousand_words_and_spaces_take_no_fifth_of_a_second(name: str):
    share, end = LONG[name]
    chance = random.Random(4)
    words = [chance.choice(VOCABULARY) for _ in range(25_000)]
    others = [chance.choice(VOCABULARY) if chance.random() < share else word for word in words]
    old, new = (
        "".join(word + (" " if place % 12 else end) for place, word in enumerate(said)) for said in (words, others)
    )
    best = min(timed(old, new) for _ in range(3))
    assert best < 0.2, f"{best:.3f} s"


@pytest.mark.parametrize(("old", "new"), [("a b" * 25_000, "b a " * 25_000), (".," * 10_000, ",;" * 10_000)])
def test_texts_made_to_be_slow_are_not(old: str, new: str):
    assert min(timed(old, new) for _ in range(3)) < 0.5


def timed(old: str, new: str) -> float:
    before = time.process_time()
    differences(old, new)
    return time.process_time() - before


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "</ins></div><b>", "&lt;b&gt;"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_wrote_stays_text_on_the_page(gates: Stage, text: str):
    app = gates.site.app
    with app.test_request_context():
        compared = get_template_attribute("components/differences.html", "compared")
        one_of = get_template_attribute("components/differences.html", "one_of")
        for parts in (differences(text, ""), differences("", text), differences(text, text), differences("a", text)):
            for made in (compared(parts), one_of(parts, "added"), one_of(parts, "removed")):
                tags = set(re.findall(r"<(/?\w+)", str(made)))
                assert tags <= {"div", "/div", "ins", "/ins", "del", "/del", "mark", "/mark"}
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
    with app.test_request_context():
        assert f">{escaped}</ins>" in str(compared(differences("", text)))
