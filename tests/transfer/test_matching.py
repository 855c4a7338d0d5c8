"""Sessions for entries: found by theme, module and date, and not found when it is a guess."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from portfolio.clock import WorkCalendar
from portfolio.paths import PACKAGE
from portfolio.transfer import matching
from portfolio.transfer.entries import Entry, parse
from portfolio.transfer.matching import Match, SessionFacts, match

SEED = Path(__file__).parents[3] / "shared" / "data" / "diary-15-seed.txt"
needs_seed = pytest.mark.skipif(not SEED.exists(), reason="the seed diary is somebody's text and does not come along")
CURRICULA = PACKAGE / "packs" / "curricula"
PACKS = sorted(CURRICULA.glob("*.yaml"))
DIARIES = sorted((PACKAGE / "demo" / "diaries").glob("[0-9]*.md"))

ENTRY = parse("entry.txt", b"Kami mulai.")
MONDAY = date(2024, 3, 4)

# An invented programme: module, then its sessions on consecutive days, in Indonesian and English.
PROGRAMME = {
    ("loket", "Pelayanan di Loket", "Service at the Counter"): [
        ("Antrean dan papan janji (1)", "Queues and promises (1)", "diary"),
        ("Antrean dan papan janji (2)", "Queues and promises (2)", "diary"),
        ("Pengaduan warga", "Complaints", "diary"),
    ],
    ("arsip", "Manajemen Arsip Desa", "Village Records Management"): [
        ("Teori dan praktik MAD", "Theory and practice of VRM", "diary"),
        ("Ujian tertulis", "Written test", "none"),
    ],
    ("risiko", "Analisis risiko", "Risk analysis"): [
        ("Mengenali risiko", "Seeing risks", "diary"),
        ("Menimbang risiko", "Weighing risks", "diary"),
    ],
    ("kerja", "Bekerja di kantor asal", "At work"): [
        ("Minggu kerja ke-1", "Week 1", "what"),
        ("Minggu kerja ke-12", "Week 12", "what"),
    ],
    ("penutup", "Penutupan", "Closing"): [
        ("Refleksi akhir", "Final reflection", "final"),
    ],
}  # fmt: skip


def sessions_of(programme: dict[tuple[str, str, str], list[tuple[str, str, str]]]) -> list[SessionFacts]:
    sessions: list[SessionFacts] = []
    for (slug, module_id, module_en), held in programme.items():
        for part, (title_id, title_en, template) in enumerate(held, start=1):
            position = len(sessions) + 1
            day = MONDAY + timedelta(days=position - 1)
            sessions.append(
                SessionFacts(
                    id=100 + position,
                    title_id=title_id,
                    title_en=title_en,
                    module_slug=slug,
                    module_title_id=module_id,
                    module_title_en=module_en,
                    agenda_slug="agenda",
                    position=position,
                    part=part,
                    parts=len(held),
                    starts_on=day,
                    ends_on=day,
                    template=template,
                )
            )
    return sessions


def sessions_of_pack(pack: dict[str, Any], starts_on: date) -> list[SessionFacts]:
    calendar = WorkCalendar()
    modules = [(agenda["id"], module) for agenda in pack["agendas"] for module in agenda["modules"]]
    held = [(agenda, module, part) for agenda, module in modules for part in range(len(module["sessions"]))]
    return [
        SessionFacts(
            id=position,
            title_id=module["sessions"][part]["title"]["id"],
            title_en=module["sessions"][part]["title"]["en"],
            module_slug=module["id"],
            module_title_id=module["title"]["id"],
            module_title_en=module["title"]["en"],
            agenda_slug=agenda,
            position=position,
            part=part + 1,
            parts=len(module["sessions"]),
            starts_on=calendar.nth(starts_on, module["sessions"][part]["day"]),
            ends_on=calendar.nth(starts_on, module["sessions"][part].get("day_to", module["sessions"][part]["day"])),
            template=module["sessions"][part]["reflection"]["template"],
        )
        for position, (agenda, module, part) in enumerate(held, start=1)
    ]


SESSIONS = sessions_of(PROGRAMME)


def entry(title: str | None = None, **facts: Any) -> Entry:
    return replace(ENTRY, title=title, **facts)


def found(result: Match) -> tuple[str, int] | None:
    """Module and part of the session, for short."""
    return (result.session.module_slug, result.session.part) if result.session else None


def offered(result: Match) -> list[tuple[str, int]]:
    assert result.session is None
    return [(session.module_slug, session.part) for session in result.candidates]


@pytest.mark.parametrize(
    ("title", "part", "session"),
    [
        ("Pengaduan warga", None, ("loket", 3)),
        ("PENGADUAN WÁRGA!", None, ("loket", 3)),
        ("Pengaduan wargga", None, ("loket", 3)),
        ("Complaints", None, ("loket", 3)),
        ("Pelayanan di loket: pengaduan warga", None, ("loket", 3)),
        ("Manajemen Arsip Desa: teori dan prakteknya", None, ("arsip", 1)),
        ("Managemen Arsip Desa: Praktik dan Teori", 2, ("arsip", 1)),
        ("MAD: teori dan praktik", None, ("arsip", 1)),
        ("Theory and practice of village records management", None, ("arsip", 1)),
        ("Menimbang resiko", 1, ("risiko", 2)),
        ("Minggu kerja ke-1", None, ("kerja", 1)),
        ("Minggu kerja ke-12", None, ("kerja", 2)),
        ("Refleksi akhir", None, ("penutup", 1)),
    ],
)
def test_the_theme_comes_first(title: str, part: int | None, session: tuple[str, int]):
    """Also before the date, here always that of another session."""
    result = match(entry(title, part=part, session_date=MONDAY), SESSIONS)
    assert (found(result), result.reason) == (session, matching.BY_THEME)
    assert result.candidates == (result.session,)


@pytest.mark.parametrize("part", [1, 2])
def test_the_part_tells_which_session_of_one_theme(part: int):
    assert found(match(entry("Antrean dan papan janji", part=part), SESSIONS)) == ("loket", part)


def test_the_date_tells_which_session_of_one_theme():
    result = match(entry("Antrean dan papan janji", session_date=MONDAY + timedelta(days=1)), SESSIONS)
    assert (found(result), result.reason) == (("loket", 2), matching.BY_PART)


def test_one_theme_without_part_and_date_is_in_doubt():
    result = match(entry("Antrean dan papan janji"), SESSIONS)
    assert (offered(result), result.reason) == ([("loket", 1), ("loket", 2)], matching.THEME_IN_DOUBT)


def test_a_theme_against_the_module_is_in_doubt():
    result = match(entry("Pengaduan warga", module="risiko"), SESSIONS)
    assert offered(result) == [("loket", 3), ("risiko", 1), ("risiko", 2)]
    assert result.reason == matching.CONTRADICTION


def test_a_theme_in_other_words_against_the_part_is_in_doubt():
    result = match(entry("Cara menimbang risiko", part=1, module="risiko"), SESSIONS)
    assert (offered(result)[0], result.reason) == (("risiko", 2), matching.THEME_IN_DOUBT)


@pytest.mark.parametrize(
    ("facts", "session", "reason"),
    [
        ({"title": "Rak yang kosong", "module": "arsip"}, ("arsip", 1), matching.BY_MODULE),
        ({"title": "Manajemen arsip desa: rak yang kosong"}, ("arsip", 1), matching.BY_MODULE),
        ({"title": "MAD dan rak yang kosong"}, ("arsip", 1), matching.BY_MODULE),
        (
            {"title": "Menimbang segala risiko baru", "module": "risiko"},
            ("risiko", 2),
            matching.BY_MODULE_AND_THEME,
        ),
        ({"title": "Yang tak terduga", "module": "risiko", "part": 2}, ("risiko", 2), matching.BY_MODULE_AND_PART),
        ({"title": "Analisa Resiko", "part": 1}, ("risiko", 1), matching.BY_MODULE_AND_PART),
        ({"module": "risiko", "session_date": MONDAY + timedelta(days=6)}, ("risiko", 2), matching.BY_MODULE_AND_DATE),
        ({"title": "Tamu", "session_date": MONDAY + timedelta(days=2)}, ("loket", 3), matching.BY_DATE),
        ({"title": "Apa saja", "is_final": True, "module": "risiko"}, ("penutup", 1), matching.BY_FINAL),
    ],
)
def test_module_date_and_final(facts: dict[str, Any], session: tuple[str, int], reason: str):
    result = match(entry(**facts), SESSIONS)
    assert (found(result), result.reason) == (session, reason)


@pytest.mark.parametrize(
    "facts",
    [
        {"module": "risiko", "title": "Hujan", "part": 1},
        {"module": "risiko", "title": "Mengenali segala risiko baru", "part": 2},
        {"title": "Analisis risiko: hujan"},
    ],
)
def test_a_module_that_leaves_the_session_open_offers_its_sessions(facts: dict[str, Any]):
    result = match(entry(**facts), SESSIONS)
    assert (offered(result), result.reason) == ([("risiko", 1), ("risiko", 2)], matching.MODULE_IN_DOUBT)


def test_sessions_on_one_day_are_offered():
    day = MONDAY + timedelta(days=20)
    same_day = [replace(session, starts_on=day, ends_on=day) for session in SESSIONS]
    result = match(entry("Tamu", session_date=day), same_day)
    assert result.reason == matching.DATE_IN_DOUBT
    assert len(result.candidates) == matching.MOST_CANDIDATES
    assert ("penutup", 1) not in offered(result)  # which is for the final entry


def test_sessions_near_in_theme_are_offered():
    result = match(entry("Warga dan pengaduan lewat surat"), SESSIONS)
    assert (offered(result)[0], result.reason) == (("loket", 3), matching.ONLY_FAINT)


@pytest.mark.parametrize("sessions", [SESSIONS, []])
def test_nothing_like_it(sessions: list[SessionFacts]):
    assert match(entry("Xylofon", session_date=date(2001, 1, 1)), sessions) == Match(None, (), matching.NOTHING)
    assert match(entry(), sessions) == Match(None, (), matching.NOTHING)


def test_a_session_that_asks_for_no_reflection_is_never_meant():
    assert match(entry("Ujian tertulis", session_date=MONDAY + timedelta(days=4)), SESSIONS).session is None


@given(st.text(max_size=60), st.text(max_size=60), st.none() | st.integers(1, 3), st.none() | st.dates())
def test_any_theme_is_matched_or_not(before: str, after: str, part: int | None, day: date | None):
    result = match(entry(f"{before}:{after}", part=part, session_date=day), SESSIONS)
    assert len(result.candidates) <= matching.MOST_CANDIDATES
    assert result.session is None or result.session in SESSIONS


# --- The packs and diaries of the project


@pytest.fixture(params=[date(2018, 6, 25), date(2018, 7, 2), date(2024, 3, 4)], ids=str)
def latsar(request: pytest.FixtureRequest) -> list[SessionFacts]:
    pack = yaml.safe_load((CURRICULA / "latsar-2018.yaml").read_text(encoding="utf-8"))
    return sessions_of_pack(pack, request.param)


@needs_seed
def test_the_seed_is_found_whatever_the_dates(latsar: list[SessionFacts]):
    result = match(parse("seed.txt", SEED.read_bytes()), latsar)
    assert result.session is not None
    assert result.session.title_id == "WoG: teori dan praktiknya di Indonesia"
    assert found(result) == ("whole-of-government", 2)


@pytest.mark.parametrize("has_front_matter", [True, False])
@pytest.mark.parametrize("path", DIARIES, ids=lambda path: path.stem)
def test_the_diaries_are_found_in_their_module(latsar: list[SessionFacts], path: Path, has_front_matter: bool):
    diary = parse(path.name, path.read_bytes())
    module = [session for session in latsar if session.module_slug == diary.module]
    if not has_front_matter:
        diary = parse(path.name, path.read_bytes().split(b"\n---\n", 1)[1])
    result = match(diary, latsar)
    if result.session:
        assert result.session in module
    else:
        assert set(result.candidates) == set(module)
    assert diary.is_final == (result.session is not None and result.session.template == matching.FINAL)


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_each_session_of_each_pack_is_found_by_its_own_title(path: Path):
    sessions = sessions_of_pack(yaml.safe_load(path.read_text(encoding="utf-8")), MONDAY)
    for session in sessions:
        if session.template == matching.NONE:
            continue
        for title in (session.title_id, session.title_en):
            own = entry(title, part=session.numbered, module=session.module_slug, session_date=session.starts_on)
            assert match(own, sessions).session == session, title
