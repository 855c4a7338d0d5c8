"""What tells who somebody is, and what only looks like it."""

import pytest

from portfolio.identifying import Kind, Names, excerpts, identifying

WRITER = "Rani Wulandari, S.Kom."
COHORT = Names(
    [
        "Rani Wulandari, S.Kom.",
        "Baso Mappasessu",
        "Dr. Andi Nurmala, M.Si.",
        "I Gede Artawan",
        "Raden Ajeng Anastasia Kusumawardhani-Prawirodirdjo, S.Tr.IP., M.Si.",
        "Dewi Wulandari",
        "Ma'ruf Amin",
        "Budi Setia",
        "Indah Lestari S.Pd.",
        "Ani Bo",
        "Sari Kusumaningrum",
        "José Pereira",
    ],
    but=WRITER,
)

FOUND = [
    # Official numbers
    ("NIP 198503152010011002 tercatat di berkas.", Kind.NIP, "198503152010011002"),
    ("NIP: 19850315 201001 1 002", Kind.NIP, "19850315 201001 1 002"),
    ("NIP. 19850315 201001 1 002, golongan III/a", Kind.NIP, "19850315 201001 1 002"),
    ("(199002292012) dan 199605172023212015.", Kind.NIP, "199605172023212015"),  # by contract
    ("NIK-nya 3273014501900001 saya lihat", Kind.NIK, "3273014501900001"),
    ("KTP 3273 0145 0190 0001", Kind.NIK, "3273 0145 0190 0001"),
    ("KTP 327301 450190 0001", Kind.NIK, "327301 450190 0001"),
    # Telephone numbers
    ("Hubungi 081234567890 ya", Kind.PHONE, "081234567890"),
    ("WA 0812-3456-7890.", Kind.PHONE, "0812-3456-7890"),
    ("WA 0812 3456 789, lalu", Kind.PHONE, "0812 3456 789"),
    ("telepon 0812 34 56 78 90", Kind.PHONE, "0812 34 56 78 90"),
    ("di +62 812-3456-7890 2024", Kind.PHONE, "+62 812-3456-7890"),
    ("di +6281234567890", Kind.PHONE, "+6281234567890"),
    ("di +62 21 5550123", Kind.PHONE, "+62 21 5550123"),
    ("di 6281234567890", Kind.PHONE, "6281234567890"),
    ("kantor (021) 5550123", Kind.PHONE, "(021) 5550123"),
    ("0812.3456.7890", Kind.PHONE, "0812.3456.7890"),
    # Addresses
    ("kirim ke baso.mappasessu+dinas@sukatani.example.", Kind.EMAIL, "baso.mappasessu+dinas@sukatani.example"),
    ("<warga@contoh.example>", Kind.EMAIL, "warga@contoh.example"),
    # People
    ("Saya berterima kasih kepada Baso Mappasessu.", Kind.NAME, "Baso Mappasessu"),
    ("kata baso mappasessu kepada saya", Kind.NAME, "baso mappasessu"),
    ("BASO MAPPASESSU tidak datang", Kind.NAME, "BASO MAPPASESSU"),
    ("**Mappasessu** terlambat", Kind.NAME, "Mappasessu"),
    ("Pak Baso terlambat", Kind.NAME, "Baso"),
    ("loket Andi Nurmala ramai", Kind.NAME, "Andi Nurmala"),
    ("Kusumawardhani-Prawirodirdjo marah", Kind.NAME, "Kusumawardhani-Prawirodirdjo"),
    ("Artawan-lah yang bertanya", Kind.NAME, "Artawan"),
    ("Menurut Ma’ruf itu benar", Kind.NAME, "Ma’ruf"),
    ("Menurut Dewi Wulandari itu benar", Kind.NAME, "Dewi Wulandari"),
    ("Bu Indah menolong warga", Kind.NAME, "Indah"),
    ("ibu sari menolong warga", Kind.NAME, "sari"),
    ("Indah Lestari menolong warga", Kind.NAME, "Indah Lestari"),
    ("Jose datang", Kind.NAME, "Jose"),
]

NOTHING = """
Pada tahun 2018 dan 2019 kami mulai.
UU 25/2009, UU Nomor 25 Tahun 2009, PP 11/2017 dan Perka LAN 12/2018.
Permen PAN-RB No. 38 Tahun 2017 Pasal 12 ayat (3).
Anggaran Rp1.250.000.000 terserap 87,5%.
Anggaran Rp 1.250.000.000.000.000,00 di APBN.
Pagu 1250000000000000 dan 12000000000000000 rupiah.
Realisasi 198.503.152.010.011.002 rupiah.
Buka pukul 08.00-16.30, lalu 08.00 s.d. 12.00 WIB.
Tanggal 08-12-2024 atau 08/12/2024, 2024-08-12.
Nomor surat 0812/SK/2024 dan 800/123/BKPSDM/2024.
Nomor surat 081/234567890/2024.
Nomor 123456789012345678 bukan apa-apa.
Nomor 198513152010011002 tidak punya bulan.
Nomor 198503152010131002 tidak punya bulan.
Antrean A-0812, loket 8, 1.234 warga, 12 345 berkas.
Rekening 0123456789 dan NPWP 01.234.567.8-901.000.
Kode 9781234567897 dan 62812.
Saya menulis @baso di grup; a@b belum alamat.
Rani Wulandari yang menulis ini; Wulandari juga nama saya.
Indah sekali hari ini, Lestari alamnya, dan Setia pada tugas.
Budi pekerti dan sari laporan itu penting bagi Dewi Fortuna.
Kami budi setia kepada negara.
Bo Ani Amin? Ani datang.
Nurmalasari dan Artawandi orang lain; baso tahu itu enak.
Kementerian Dalam Negeri dan Inspektorat Kabupaten Sukatani.
Akuntabilitas, Nasionalisme, Etika Publik, Komitmen Mutu, Anti Korupsi.
""".strip().splitlines()


@pytest.mark.parametrize(("text", "kind", "told"), FOUND)
def test_what_tells_who_somebody_is_is_found(text: str, kind: Kind, told: str) -> None:
    assert [(found.kind, found.text) for found in identifying(text, COHORT)] == [(kind, told)]
    [found] = identifying(text, COHORT)
    assert text[found.start : found.end] == told


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_looks_like_it_is_let_be(text: str) -> None:
    assert identifying(text, COHORT) == []


def test_several_in_one_text_come_in_order_and_none_twice() -> None:
    text = "Baso (baso@contoh.example, 081234567890, NIP 198503152010011002) duduk di sebelah Artawan."
    kinds = [found.kind for found in identifying(text, COHORT)]
    assert kinds == [Kind.NAME, Kind.EMAIL, Kind.PHONE, Kind.NIP, Kind.NAME]


def test_however_it_is_written_it_tells_the_same() -> None:
    [spaced], [joined] = identifying("0812-3456-7890", COHORT), identifying("081234567890", COHORT)
    assert spaced.told == joined.told == "081234567890"


def test_what_is_found_is_shown_in_its_sentence() -> None:
    text = "Hari itu ramai. Mappasessu menelepon 081234567890 dua kali! Lalu sepi.\n\nArtawan pulang"
    shown = excerpts(text, identifying(text, COHORT))
    assert [list(excerpt.pieces) for excerpt in shown] == [
        [
            ("", None),
            ("Mappasessu", Kind.NAME),
            (" menelepon ", None),
            ("081234567890", Kind.PHONE),
            (" dua kali!", None),
        ],
        [("", None), ("Artawan", Kind.NAME), (" pulang", None)],
    ]


def test_a_long_sentence_is_cut_around_what_was_found() -> None:
    text = f"{'kata ' * 100}Artawan{' kata' * 100}"
    [shown] = excerpts(text, identifying(text, COHORT))
    before, found, after = shown.pieces
    assert before[0].startswith("… ")
    assert before[0].endswith("kata ")
    assert len(before[0]) < 150
    assert found == ("Artawan", Kind.NAME)
    assert after[0].startswith(" kata")
    assert after[0].endswith(" …")
    assert len(after[0]) < 150


def test_a_text_without_end_is_looked_through_at_once() -> None:
    for text in (
        "1" * 20_000,
        "a" * 20_000,
        "a." * 10_000,
        "0812 " * 4_000,
        "+62 " * 5_000,
        "@" * 20_000,
        "Artawan " * 2_500,
    ):
        findings = identifying(text, COHORT)
        assert len(excerpts(text, findings)) <= 2_500
