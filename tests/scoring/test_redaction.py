"""What tells whose a text is does not come through, however it is written; the rest of the text does."""

import time

import pytest
from markupsafe import Markup

from portfolio.scoring.redaction import SIGN, Identity, Kind, redact, spans
from portfolio.web.richtext import render

LABELS = {kind: f"[{kind.value} hidden]" for kind in Kind}
RANI = Identity(
    name="Rani Ma'ruf Wulandari",
    email="rani.w@sukatani.example",
    unit="Dinas Perhubungan Kabupaten Sukatani",
    job="Pengelola Kepegawaian",
    group="B",
    others=("Sari Kusumaningrum", "Baso Mappasessu", "Al"),
)


def shown(text: str, identity: Identity = RANI) -> str:
    """A text as an assessor reads it."""
    plain = redact(render(text), identity, LABELS).striptags()
    return " ".join(plain.split())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Saya Rani.", f"Saya {SIGN}."),
        ("RANI WULANDARI menulis", f"{SIGN} menulis"),
        ("rani  \n wulandari", SIGN),
        ("Kata Wulandari's adik", f"Kata {SIGN}'s adik"),
        ("**Ra**ni dan Wulan*dari*", f"{SIGN} dan {SIGN}"),
        ("R\u200ba\u00adni", SIGN),
        ("Ráni", SIGN),
        ("ＲＡＮＩ", SIGN),
        ("Maruf atau Ma'ruf", f"{SIGN} atau {SIGN}"),
        ("akun @rani_w dan RaniMarufWulandari", f"akun {SIGN} dan {SIGN}"),
        ("kami, Sari Kusumaningrum, berdua", f"kami, {SIGN}, berdua"),
        ("bersama Bu Sari dan Pak Baso", f"bersama Bu {SIGN} dan Pak {SIGN}"),
        ("di Dinas Perhubungan kami", f"di {SIGN} kami"),
        ("KABUPATEN SUKATANI", SIGN),
        ("sebagai pengelola kepegawaian", f"sebagai {SIGN}"),
        ("dalam kelompok B itu", f"dalam {SIGN} itu"),
        ("surat ke rani.w@sukatani.example!", f"surat ke {SIGN}!"),
        ("surat ke lain@kantor.example.", f"surat ke {SIGN}."),
        ("telepon 0812-3456-7890", f"telepon {SIGN}"),
        ("telepon +62 812 3456 7890", f"telepon {SIGN}"),
        ("telepon (021) 555 0199", f"telepon {SIGN}"),
        ("NIP 19870312 201903 1 004.", f"NIP {SIGN}."),
        ("NIP 198703122019031004.", f"NIP {SIGN}."),
        ("lihat https://rani.example/blog?x=1 dulu", f"lihat {SIGN} dulu"),
        ("lihat rani-menulis.blogspot.com dulu", f"lihat {SIGN} dulu"),
        ("lihat [catatan saya](https://rani.example/blog) dulu", "lihat catatan saya dulu"),
    ],
)
def test_it_is_blacked_out(text: str, left: str):
    assert shown(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Berani menunggu, dan Raninya tidak ada",  # inside another word
        "Pada 2018-07-23 kami, 24 orang, belajar dari 08.00 sampai 16.30",
        "Anggaran Rp1.250.000.000 untuk 2.000 orang",
        "Dinas itu dan kabupaten itu, perhubungan itu",  # each word alone is anybody's
        "Al itu singkat",
        "Kelompok A dan B berbeda",
        "a < b & c > d",
    ],
)
def test_the_rest_stays(text: str):
    assert shown(text) == text


def test_it_is_said_what_was_left_out_and_no_link_remains():
    html = redact(render("Rani <b> [di sini](https://x.example/rani) \n\n3. Rani"), RANI, LABELS)
    assert html.count('<span class="withheld" role="img" aria-label="[name hidden]">▒▒▒</span>') == 2
    assert '<ol start="3">' in html
    assert "href" not in html
    assert "&lt;b&gt;" in html


def test_marks_stay_whole_where_a_name_reaches_across_them():
    html = redact(Markup("<p>Kata <em>Sari</em> <strong>Kusumaningrum</strong> itu</p>"), RANI, LABELS)
    assert html.count("▒▒▒") == 1
    assert [html.count(f"<{tag}>") for tag in ("p", "em", "strong")] == [1, 1, 1]
    assert "Kusumaningrum" not in html


def test_no_text_takes_long():
    people = Identity("Rani Wulandari", others=tuple(f"Orang{n} Nama{n} Akhir{n}" for n in range(2000)))
    began = time.process_time()
    for text in ("a" * 20_000, "a." * 10_000, "0 " * 10_000, "a-" * 10_000, "a@" * 10_000, "rani 0812-" * 2_000):
        spans(text, people)
    assert time.process_time() - began < 5
