"""Entries from files: what is read from them, that no word is lost, and that no file does harm."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.paths import PACKAGE
from portfolio.transfer.entries import BadEntry, Entry, answers_for, parse
from portfolio.transfer.openings import FIELDS

SEED = Path(__file__).parents[3] / "shared" / "data" / "diary-15-seed.txt"
needs_seed = pytest.mark.skipif(not SEED.exists(), reason="the seed diary is somebody's text and does not come along")
FOLDER = PACKAGE / "demo" / "diaries"
DIARIES = sorted(FOLDER.glob("[0-9]*.md"))

# An invented page in the form of the blogs: no blank lines, hard breaks, doubled spaces, the title twice.
PAGE = """\
DIARY LATSAR CPNS (21)
PELAYANAN PUBLIK:
ANTREAN DAN PAPAN JANJI (3)
PELAYANAN PUBLIK:
ANTREAN DAN PAPAN JANJI (3)
Sesi pada tanggal 30 Juli 2018 ini dibuka oleh Ibu Melati
Puspitasari dengan sebuah papan kosong.  Kami menuliskan janji pelayanan kantor
masing – masing di papan itu, lalu menghitung berapa yang pernah diukur oleh antar-
unit.
Topik yang paling mengganjal adalah
waktu
tunggu, sebab tidak seorang pun tahu angkanya.  Kelompok lain diam ketika Bu
Melati bertanya siapa yang mencatatnya setiap hari.
Menurut saya, janji dibuat untuk dipajang, bukan untuk
ditepati.  Papan yang indah memberi rasa aman kepada pimpinan, sedangkan warga tetap
menunggu di kursi yang sama.
Angka seharusnya lebih dahulu daripada papan.
Kemudian barulah janji dirumuskan bersama petugas loket yang menjalankannya setiap
pagi.
Diskusi lain menyangkut pengaduan lewat
pesan singkat yang jarang dijawab pada hari yang sama oleh petugas yang bergiliran.
Lesson learn pertama untuk pekerjaan
saya sebagai Arsiparis adalah mencatat waktu tunggu peminjam berkas selama dua pekan.
Lesson
learn berikutnya yaitu menjawab pengaduan sebelum pulang.
BACA JUGA
DIARY LATSAR CPNS (1)
DIARY LATSAR CPNS (20)
DIARY LATSAR CPNS (21)
DIARY LATSAR CPNS FINAL
0 comments:
Post a Comment
"""

NOTE = """\
---
series: "CATATAN MAGANG"
number: 4
title: "CATATAN MAGANG (4)"
theme: "ETIKA: SIAPA YANG DIDAHULUKAN?"
part: 2
curriculum: magang
agenda: berlatih
module: etika
session_date: 2024-03-08
facilitator: "Bapak Bayu Prakoso"
author: "Peserta 31"
job: "Arsiparis"
visibility: private
intended_level: {rubric: kember-4, score: 2}
---
# CATATAN MAGANG (4)

## ETIKA: SIAPA YANG DIDAHULUKAN?

Kami membahas *antrean* di **dua** loket:

- loket umum
  - pagi
  - sore
- loket khusus

Saya berpendapat bahwa keduanya perlu nomor.

Namun, nomor saja tidak cukup.

Pelajaran untuk pekerjaan saya ada dua. Pertama, menyiapkan nomor. Kedua, menjelaskan
aturannya. Kedua pihak perlu tahu.

**BACA JUGA:** CATATAN MAGANG (3), CATATAN
MAGANG (5)
"""


def read(text: str) -> Entry:
    return parse("entry.md", text.encode())


def read_body(body: str) -> Entry:
    return read("DIARY LATSAR CPNS (3)\n\n" + body)


def fields(entry: Entry) -> Iterator[str]:
    for field in FIELDS:
        answer = entry.answers[field]
        yield answer if isinstance(answer, str) else "\n\n".join(answer)


def squeezed(text: str) -> str:
    return "".join(text.split())


def is_in_order(words: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(word in rest for word in words)


def assert_nothing_lost(entry: Entry) -> None:
    """Each word of the text stands once in one field, in the order of the text (texts with labels aside)."""
    words = entry.text.split()
    assert Counter(word for field in fields(entry) for word in field.split()) == Counter(words)
    for field in fields(entry):
        assert is_in_order(field.split(), words)


# --- The form of the blogs


def test_heading_of_a_page():
    entry = read(PAGE)
    assert (entry.source, entry.series, entry.number, entry.is_final) == ("entry.md", "DIARY LATSAR CPNS", 21, False)
    assert (entry.title, entry.part) == ("Pelayanan publik: antrean dan papan janji", 3)
    assert (entry.session_date, entry.facilitator) == (date(2018, 7, 30), "Ibu Melati Puspitasari")
    assert (entry.module, entry.visibility, entry.author) == (None, None, None)


def test_paragraphs_of_a_page_are_sorted():
    entry = read(PAGE)
    discussed, striking, view = (str(entry.answers[field]).split("\n\n") for field in ("discussed", "striking", "view"))
    assert [paragraph[:16] for paragraph in discussed] == ["Sesi pada tangga", "Diskusi lain men"]
    assert [paragraph[:16] for paragraph in striking] == ["Topik yang palin"]
    assert [paragraph[:16] for paragraph in view] == ["Menurut saya, ja", "Angka seharusnya"]
    assert [lesson[:22] for lesson in entry.answers["lessons"]] == ["Lesson learn pertama u", "Lesson learn berikutny"]


def test_line_breaks_and_doubled_spaces_are_put_right():
    discussed = str(read(PAGE).answers["discussed"])
    assert "Ibu Melati Puspitasari dengan sebuah papan kosong. Kami menuliskan" in discussed
    assert "antar-unit." in discussed


def test_no_word_of_a_page_is_lost():
    entry = read(PAGE)
    body = PAGE.split("JANJI (3)\n")[2].split("BACA JUGA")[0]
    assert squeezed(entry.text) == squeezed(body)
    assert_nothing_lost(entry)


def test_a_note_with_front_matter():
    entry = read(NOTE)
    assert (entry.series, entry.number, entry.part) == ("CATATAN MAGANG", 4, 2)
    assert entry.title == "Etika: siapa yang didahulukan?"
    assert (entry.curriculum, entry.agenda, entry.module) == ("magang", "berlatih", "etika")
    assert (entry.session_date, entry.facilitator) == (date(2024, 3, 8), "Bapak Bayu Prakoso")
    assert (entry.visibility, entry.author, entry.job) == ("only_me", "Peserta 31", "Arsiparis")


def test_emphasis_and_lists_survive():
    assert read(NOTE).answers == {
        "discussed": "Kami membahas *antrean* di **dua** loket:\n\n- loket umum\n  - pagi\n  - sore\n- loket khusus",
        "striking": "",
        "view": "Saya berpendapat bahwa keduanya perlu nomor.\n\nNamun, nomor saja tidak cukup.",
        "lessons": [
            "Pelajaran untuk pekerjaan saya ada dua. Pertama, menyiapkan nomor.",
            "Kedua, menjelaskan aturannya. Kedua pihak perlu tahu.",
        ],
    }


def test_an_entry_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        read(PAGE).number = 22  # type: ignore[misc]


# --- Headings


@pytest.mark.parametrize(
    ("heading", "series", "number", "is_final", "title", "part"),
    [
        ("DIARY LATSAR CPNS (15)\nMANAJEMEN ASN", "DIARY LATSAR CPNS", 15, False, "Manajemen ASN", None),
        ("DIARY LATSAR CPNS FINAL", "DIARY LATSAR CPNS", None, True, None, None),
        ("Diary Latsar CPNS (Final)", "Diary Latsar CPNS", None, True, None, None),
        ("Diary Latsar CPNS #7", "Diary Latsar CPNS", 7, False, None, None),
        ("Diary Latsar CPNS hari ke-7", "Diary Latsar CPNS", 7, False, None, None),
        ("# Catatan Latsar (3): Etika di loket (2)", "Catatan Latsar", 3, False, "Etika di loket", 2),
        ("HABITUASI DI KANTOR (3)\nMINGGU PERTAMA", "HABITUASI DI KANTOR", 3, False, "Minggu pertama", None),
        ("WHOLE OF GOVERNMENT (2)", None, None, False, "Whole of Government", 2),
        ("# Etika publik, bagian 2", None, None, False, "Etika publik", 2),
        ("Etika Publik di Loket\nEtika Publik di Loket", None, None, False, "Etika Publik di Loket", None),
        ("Senin, 2 Juli 2018\nDIARY LATSAR CPNS (1)", "DIARY LATSAR CPNS", 1, False, None, None),
        ("# DIARY LATSAR CPNS (2)\n# DIARY LATSAR CPNS (2)", "DIARY LATSAR CPNS", 2, False, None, None),
        ("## Yang didiskusikan", None, None, False, None, None),
    ],
)
def test_headings(
    heading: str, series: str | None, number: int | None, is_final: bool, title: str | None, part: int | None
):
    entry = read(heading + "\n\nKami membahas banyak hal.\n\nLalu kami pulang.")
    assert (entry.series, entry.number, entry.is_final, entry.title, entry.part) == (
        series, number, is_final, title, part,
    )  # fmt: skip
    assert entry.text.endswith("Kami membahas banyak hal.\n\nLalu kami pulang.")


@pytest.mark.parametrize(
    ("capitals", "title"),
    [
        ("PERAN ASN DALAM NKRI: DARI KKN KE WOG", "Peran ASN dalam NKRI: dari KKN ke WoG"),
        ("NILAI ANEKA BAGI PNS DI JAWA TENGAH", "Nilai ANEKA bagi PNS di Jawa tengah"),
        ("APA ITU KPK? BAGIAN II YG TERAKHIR", "Apa itu KPK? Bagian II yg terakhir"),
    ],
)
def test_a_title_in_capitals_is_set_in_sentence_case(capitals: str, title: str):
    assert read_body(f"{capitals}\n\nKami membahasnya bersama.").title == title


def test_a_sentence_is_no_title():
    entry = read("Hari ini sesi ditiadakan karena hujan")
    assert (entry.title, entry.text) == (None, "Hari ini sesi ditiadakan karena hujan")


def test_a_heading_other_than_the_theme_stays_in_the_text():
    entry = read("---\ntheme: Etika\n---\n# Etika\n\n# Loket tiga\n\nKami membahasnya.")
    assert (entry.title, entry.text) == ("Etika", "# Loket tiga\n\nKami membahasnya.")


# --- Dates and people


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Pada tgl. 5 Agst 2018 kami mulai.", date(2018, 8, 5)),
        ("Selasa, 10 Juli 2018, kami mulai.", date(2018, 7, 10)),
        ("Jum'at, 7 Nopember 2018 kami mulai.", date(2018, 11, 7)),
        ("Pada 23-24 Juli 2018 kami mulai.", date(2018, 7, 23)),
        ("Sesi (10/7/2018) dimulai.", date(2018, 7, 10)),
        ("Sesi 2018-07-10 dimulai.", date(2018, 7, 10)),
        ("On March 3rd, 2024 we began.", date(2024, 3, 3)),
        ("On 3 March 2024 we began.", date(2024, 3, 3)),
        ("Undang-undang 5 Mei 2014 dibahas pada tanggal 2 Juli 2018.", date(2018, 7, 2)),
        ("Proklamasi 17 Agustus 1945 dibahas.", None),
        ("Pada 31 Februari 2018 kami mulai.", None),
        ("Kami mulai hari ini.", None),
    ],
)
def test_session_dates(words: str, day: date | None):
    assert read_body(words).session_date == day


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Kami belajar bersama Ibu Ani Suprihartini. Kami senang.", "Ibu Ani Suprihartini"),
        ("Sesi dipandu Pak Harun. Lalu Bapak Harun Wiratama bercerita.", "Bapak Harun Wiratama"),
        ("Sesi bersama Bpk. Dr. Rahmat Hidayat, M.Si. Kami senang.", "Bapak Dr. Rahmat Hidayat"),
        ("Ibu Sekar Handayani memulai dengan pertanyaan.", "Ibu Sekar Handayani"),
        ("Teman saya, Ibu Rina, datang. Materi dibawakan oleh Pak Surya.", "Pak Surya"),
        ("Fasilitator: Sekar Handayani\nKami senang.", "Sekar Handayani"),
        ("Kami datang ke Ibu Kota bersama Bapak Bupati.", None),
        ("Kami belajar sendiri.", None),
    ],
)
def test_facilitators(words: str, name: str | None):
    assert read_body(words).facilitator == name


# --- Sorting


@pytest.mark.parametrize(
    ("opening", "field"),
    [
        ("Yang paling menarik bagi saya adalah", "striking"),
        ("*Hal menarik* lainnya ialah", "striking"),
        ("Kejutan terbesar datang dari", "striking"),
        ("Saya terkesan dengan", "striking"),
        ("What struck me most was", "striking"),
        ("**Menurut hemat saya**,", "view"),
        ("Penyebabnya, menurut saya,", "view"),
        ("Selain itu, saya berpendapat", "view"),
        ("Bagi saya,", "view"),
        ("In my opinion", "view"),
        ("*Lesson learned* dari sesi ini:", "lessons"),
        ("Hikmah yang dapat dipetik", "lessons"),
        ("Hal yang dapat saya terapkan", "lessons"),
        ("Sebagai Analis Kepegawaian, saya akan", "lessons"),
        ("Ke depan,", "lessons"),
        ("My lesson", "lessons"),
        ("Diskusi lain hari ini", "discussed"),
        ("Selanjutnya kami membahas", "discussed"),
        ("We also discussed", "discussed"),
    ],
)
def test_openings(opening: str, field: str):
    other = "Menurut saya, begitu." if field == "discussed" else "Kami membahas itu."
    entry = read_body(f"Pagi itu cerah.\n\n{other}\n\n{opening} satu hal saja.\n\nDan seterusnya.")
    [answer] = [text for text in fields(entry) if "satu hal saja" in text]
    assert answer == list(fields(entry))[FIELDS.index(field)]  # type: ignore[arg-type]
    assert answer.endswith("Dan seterusnya.")


def test_labels_of_the_template_name_the_field_and_are_not_kept():
    entry = read(
        "# Satu tugas\n\n## Yang didiskusikan\n\nA.\n\n**Menurut saya**\n\nB.\n\nLESSON LEARN:\nC.\n\n## Sumber\n\nD."
    )
    assert entry.answers == {"discussed": "A.", "striking": "", "view": "B.", "lessons": ["C.\n\n## Sumber\n\nD."]}


def test_a_label_broken_off_a_sentence_is_kept():
    entry = read_body("Kami mulai.\nLesson learn\nyang saya ambil adalah tertib.")
    assert entry.answers["lessons"] == ["Lesson learn yang saya ambil adalah tertib."]


def test_an_item_of_a_list_is_no_label():
    assert read_body("Kami mulai.\n\n- Diskusi\n- Pelajaran\n- Menurut saya").text.endswith(
        "- Pelajaran\n- Menurut saya"
    )
    entry = read_body("Kami mulai.\n\n- Pelajaran\n- Menurut saya")
    assert (entry.answers["discussed"], entry.answers["view"]) == ("Kami mulai.\n\n- Pelajaran", "- Menurut saya")


@pytest.mark.parametrize(
    ("text", "lessons"),
    [
        (
            "Pelajaran untuk saya: pertama, mencatat. Kedua, melapor; ketiga, meminta maaf.",
            ["Pelajaran untuk saya: pertama, mencatat.", "Kedua, melapor;", "ketiga, meminta maaf."],
        ),
        (
            "Pelajaran untuk saya: (1) mencatat; (2) melapor.",
            ["Pelajaran untuk saya: (1) mencatat;", "(2) melapor."],
        ),
        (
            "Pelajaran yang saya ambil:\n1. Mencatat.\n2. Melapor.",
            ["Pelajaran yang saya ambil:\n\n1. Mencatat.", "2. Melapor."],
        ),
        (
            "Pelajaran yang saya ambil:\n- Mencatat.\n- Melapor.",
            ["Pelajaran yang saya ambil:\n\n- Mencatat.\n- Melapor."],
        ),
        (
            "Ada dua pelajaran.\n\nPertama, mencatat.\n\nKedua, melapor.",
            ["Ada dua pelajaran.\n\nPertama, mencatat.", "Kedua, melapor."],
        ),
        (
            "Pelajaran pertama: mencatat.\n\nSetiap hari.\n\nPelajaran kedua: melapor.",
            ["Pelajaran pertama: mencatat.\n\nSetiap hari.", "Pelajaran kedua: melapor."],
        ),
        (
            "Lesson learn: kedua pihak bicara. Kedua, itu sulit.",
            ["Lesson learn: kedua pihak bicara. Kedua, itu sulit."],
        ),
    ],
)
def test_lessons_are_told_apart_where_they_are_marked(text: str, lessons: list[str]):
    assert read_body(f"Kami mulai.\n\n{text}").answers["lessons"] == lessons


@pytest.mark.parametrize(
    "footer",
    [
        "BACA JUGA\nDIARY LATSAR CPNS (1)\nDIARY LATSAR CPNS FINAL\n0 comments:\nPost a Comment",
        "**BACA JUGA:** DIARY LATSAR CPNS (1), DIARY LATSAR\nCPNS (4)",
        "Baca juga:\n- [Hari pertama](/2018/07/satu.html)\n- [Hari kedua](/2018/07/dua.html)",
        "Tidak ada komentar:\n\nPosting Komentar",
    ],
)
def test_what_a_blog_puts_below_is_dropped(footer: str):
    assert read_body(f"Kami mulai.\n\n{footer}\n").text == "Kami mulai."


def test_words_that_only_look_like_a_list_are_kept():
    kept = "Kami mulai.\n\nBaca juga undang-undang pelayanan publik.\n\nMenurut saya, itu penting."
    assert read_body(kept).text == kept
    assert (
        read_body("Kami mulai.\nBACA JUGA: DIARY LATSAR CPNS (1)\nTerima kasih.").text == "Kami mulai.\n\nTerima kasih."
    )


# --- Other templates


def test_answers_for_the_diary_and_for_other_templates():
    entry = read(PAGE)
    assert answers_for(entry, ["session", "discussed", "striking", "view", "lessons"]) == entry.answers
    assert answers_for(entry, ["what", "so-what", "now-what"]) == {"what": entry.text}
    assert answers_for(entry, ["session", "notes"]) == {"notes": entry.text}
    with pytest.raises(ValueError, match="without steps"):
        answers_for(entry, [])


# --- Files


def test_the_digest_is_that_of_the_text():
    saved = [
        PAGE.encode(),
        PAGE.encode("utf-8-sig"),
        PAGE.encode("utf-16"),
        PAGE.encode("cp1252"),
        PAGE.replace("\n", "\r\n").encode(),
        PAGE.replace("\n", "  \n").encode() + b"\n\n",
    ]
    assert len({parse("entry.txt", raw).digest for raw in saved}) == 1
    assert read(PAGE + "Satu kalimat lagi.").digest != read(PAGE).digest


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        ("﻿".encode(), "empty"),
        (b"teks\0teks", "not text"),
        (b"\xff\xfeA\xd8", "not text"),
        ("teks\0".encode("utf-16"), "not text"),
        (b"\x89PNG\r\n\x1a\n\xff\xd8\xe1\x02", "UTF-8"),
        ("catatan – hari".encode()[:-6] + b"\xff", "UTF-8"),
        (b"a" * 200_001, "200,000"),
        (b"a" * 2_000_000, "200,000"),
        ("a" + "\u0301\u0327" * 50_000, "accents"),
        (b"DIARY LATSAR CPNS (1)\n\n***\n", "no text"),
        (b"---\nseries: x\n---\n", "no text"),
        (b"---\nseries: x\nteks", "Line 1: the front matter has no closing"),
        (
            b"---\nseries: x\nnote: |\n" + b"  kata\n" * 700 + b"---\nteks",
            "Line 1: the front matter is longer than 4 KB",
        ),
        (b"---\n- x\n---\nteks", "Line 2: the front matter is not made"),
        (b"---\nseries: x\n? [a]\n: b\n---\nteks", "Line 3: the front matter is not made"),
        (b"---\nseries: x\nnumber: [\n---\nteks", "Line 3 of the front matter cannot be read"),
        (b"---\nseries: x\nnumber: dua\n---\nteks", "Line 3 .* “number” is not a whole number"),
        (b"---\nnumber: 0\n---\nteks", "Line 2 .* “number”"),
        (b"---\nnumber: 1\nnumber: 2\n---\nteks", "Line 3 .* “number” stands there twice"),
        (b"---\nsession_date: 2018-99-99\n---\nteks", "Line 2 .* “session_date” is not a date"),
        (b"---\nfinal: mungkin\n---\nteks", "Line 2 .* “final” is neither"),
        (b"---\nvisibility: dunia\n---\nteks", "Line 2 .* “visibility” is none"),
        (b"---\ntheme: [a, b]\n---\nteks", "Line 2 .* “theme” needs one value"),
        (b'---\ntheme: "a\\0"\n---\nteks', "Line 2 .* “theme” .* unreadable"),
        (b'---\ntheme: "\\ud800"\n---\nteks', "Line 2 .* “theme” .* unreadable"),
        (b"---\ntheme: " + b"a" * 300 + b"\n---\nteks", "Line 2 .* “theme” is too long"),
        (b"---\na: &a [x]\nb: *a\n---\nteks", "Line 2 .* references"),
    ],
)
def test_what_is_refused(raw: bytes | str, reason: str):
    with pytest.raises(BadEntry, match=reason) as refused:
        parse("entry.txt", raw.encode() if isinstance(raw, str) else raw)
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("private", "only_me"), ("mentor", "mentor"), ("cohort", "cohort"), ("public", "cohort"), ("null", None)],
)
def test_visibilities(text: str, expected: str | None):
    assert read(f"---\nvisibility: {text}\n---\nKami mulai.").visibility == expected


def test_a_line_above_the_text_is_no_front_matter():
    assert read("---\nKami mulai.").text == "--- Kami mulai."


HOSTILE = {
    "one line": "kata " * 40_000,
    "one word": "a" * 200_000,
    "headings": "".join(f"# Judul {n}\n" for n in range(10_000)),
    "titles in capitals": "".join(f"JUDUL {n}\n" for n in range(10_000)),
    "series": "DIARY LATSAR CPNS (1)\n" * 9_000 + "Teks.",
    "lists of the series": "BACA JUGA\n" * 19_000 + "Teks.",
    "links": "Teks.\nBACA JUGA " + "[" * 190_000,
    "comments": "Teks.\n" + "0 comments:\n" * 16_000,
    "openings": "Menurut saya.\n" * 14_000,
    "lessons": "Lesson learn.\n" * 14_000,
    "ordinals": "Pelajaran pertama. " + "Kedua, Ketiga, " * 13_000,
    "numbers": "Pelajaran: " + "(1) (2) " * 24_000,
    "people": "bersama Ibu " + "Ani " * 49_000,
    "dates": "23 Juli 2018 " * 15_000,
    "digits": "1" * 200_000,
    "items": "- a\n" * 50_000,
    "inner items": " - a\n" * 40_000,
    "short sentences": "Aa.\n" * 50_000,
    "brackets": "(" * 199_000 + "a",
    "stars": "*" * 199_000 + "a",
    "spaces": "a" + " " * 199_000 + "b",
    "blank lines": "a" + "\n" * 199_000 + "b",
    "hyphens": "---\n" * 50_000 + "a",
    "accents": ("a" + "\u0301\u0327" * 15) * 6_000,
    "YAML lists": "---\nx: " + "[" * 4_000 + "\n---\nTeks.",
    "YAML mappings": "---\nx: " + "{a: " * 1_000 + "\n---\nTeks.",
    "YAML keys": "---\n" + "? " * 2_000 + "\n---\nTeks.",
    "YAML bomb": "---\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n---\nTeks.",
    "YAML escapes": '---\nx: "' + "\\U0FFFFFFF" * 300 + '"\n---\nTeks.',
    "YAML tags": "---\nx: !!python/object/apply:os.system [ls]\n---\nTeks.",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_read_or_refused_soon(name: str):
    begin = time.perf_counter()
    with suppress(BadEntry):
        assert_nothing_lost(read(HOSTILE[name]))
    assert time.perf_counter() - begin < 5


# --- No word is lost, whatever the words

WORDS = st.sampled_from(
    [
        "kami",
        "loket",
        "ASN",
        "*antrean*",
        "**janji**",
        "(lama)",
        "–",
        "antar-",
        "nilai,",
        "kedua",
        "Kedua,",
        "2018",
        "你好",
    ]
)
OPENINGS = st.sampled_from(
    [
        "", "", "Menurut saya,", "Yang paling menarik", "Lesson learn", "Pelajaran kedua:", "Pertama,", "Kedua,",
        "Diskusi lain", "- ", "  - ", "1. ", "2. ", "> ", "## Catatan", "Namun,", "Saya",
    ]
)  # fmt: skip
ENDS = st.sampled_from([".", ".", "?", ":", ";", "", '."'])


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Paragraphs as people write them: wrapped or not, with blank lines or without."""
    gap = draw(st.sampled_from(["\n", "\n\n"]))
    paragraphs = ["Pagi itu kami mulai."]
    for _ in range(draw(st.integers(0, 8))):
        words = draw(st.lists(WORDS, min_size=1, max_size=30))
        breaks = [draw(st.sampled_from([" ", " ", " ", "  ", "\n"])) for _ in words]
        text = "".join(word + space for word, space in zip(words, breaks, strict=True)).strip()
        paragraphs.append(f"{draw(OPENINGS)} {text}{draw(ENDS)}")
    return gap.join(paragraphs)


@settings(deadline=None, max_examples=300)
@given(bodies(), st.booleans())
def test_every_word_of_the_body_is_found_once_and_in_order(body: str, has_footer: bool):
    footer = "\nBACA JUGA\nDIARY LATSAR CPNS (1)\n0 comments:\nPost a Comment" if has_footer else ""
    entry = read(f"DIARY LATSAR CPNS (15)\nETIKA PUBLIK (2)\nETIKA PUBLIK (2)\n{body}{footer}")
    assert (entry.series, entry.number, entry.title, entry.part) == ("DIARY LATSAR CPNS", 15, "Etika publik", 2)
    assert squeezed(entry.text) == squeezed(body)
    assert_nothing_lost(entry)


@settings(deadline=None, max_examples=300)
@given(st.text())
def test_any_text_is_read_or_refused(text: str):
    try:
        entry = read(text)
    except BadEntry:
        return
    assert_nothing_lost(entry)
    assert parse("again", text.encode("utf-8-sig")).digest == entry.digest


@settings(deadline=None, max_examples=300)
@given(st.binary() | st.binary().map(b"---\n".__add__))
def test_any_bytes_are_read_or_refused(raw: bytes):
    with suppress(BadEntry):
        parse("entry", raw)


# --- The diaries of the project


@needs_seed
def test_the_seed():
    entry = parse("seed.txt", SEED.read_bytes())
    assert (entry.series, entry.number, entry.is_final) == ("DIARY LATSAR CPNS", 15, False)
    assert (entry.title, entry.part) == ("Whole of Government: teori dan prakteknya di Indonesia", 2)
    assert (entry.session_date, entry.facilitator) == (date(2018, 7, 23), "Ibu Ani Suprihartini")
    starts = {
        "discussed": ["Kegiatan", "Diskusi"],
        "striking": ["Salah"],
        "view": ["Menurut", "Seharusnya", "Diperlukan"],
    }
    for field, words in starts.items():
        assert [paragraph.split()[0] for paragraph in str(entry.answers[field]).split("\n\n")] == words
    assert [lesson.split()[:2] for lesson in entry.answers["lessons"]] == [["Lesson", "learn"]] * 2
    lines = SEED.read_text(encoding="utf-8").splitlines()
    assert squeezed(entry.text) == squeezed("".join(lines[5 : lines.index("BACA JUGA")]))
    assert_nothing_lost(entry)


@pytest.mark.parametrize("path", DIARIES, ids=lambda path: path.stem)
def test_the_diaries(path: Path):
    entry = parse(path.name, path.read_bytes())
    assert entry.series is not None
    assert (entry.number is None) == entry.is_final
    assert entry.title
    assert not entry.title.isupper()
    assert (entry.part, entry.curriculum is None, entry.module is None, entry.visibility is None) == (
        1,
        False,
        False,
        False,
    )
    body = path.read_text(encoding="utf-8").split("\n---\n", 1)[1].split("\n\n", 2)[2].split("**BACA JUGA:**")[0]
    assert squeezed(entry.text) == squeezed(body)
    assert_nothing_lost(entry)
    bare = parse("bare", path.read_bytes().split(b"\n---\n", 1)[1])
    assert (bare.series, bare.number, bare.title) == (entry.series, entry.number, entry.title)
    assert bare.session_date == entry.session_date
    assert bare.facilitator == (entry.facilitator if not entry.is_final else None)
    assert bare.answers == entry.answers


@pytest.mark.parametrize(
    ("name", "lessons"),
    [("01-wawasan-kebangsaan", 2), ("02-analisis-isu-kontemporer", 3), ("03-akuntabilitas", 2), ("06-anti-korupsi", 3)],
)
def test_how_many_lessons_the_diaries_have(name: str, lessons: int):
    path = FOLDER / f"{name}.md"
    assert len(parse(name, path.read_bytes()).answers["lessons"]) == lessons
