"""`portfolio import entries`: diaries written elsewhere land in their fields, once, as drafts of their writer."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portfolio.models import Reflection, State, User, Visibility
from tests.cast import SERVICE, World, draft, words
from tests.commands import Run

SHARED = Path(__file__).parents[3] / "shared" / "data"
SEED = SHARED / "diary-15-seed.txt"

BLOG = """\
CATATAN KELAS (3)
PELAYANAN DI LOKET (2)
PELAYANAN DI LOKET (2)
Kegiatan tanggal 3 Maret 2026 kali ini membahas loket
bersama Ibu Farah Anindita. Kami menghitung berapa orang yang datang
dua kali untuk urusan yang sama.
Menurut saya, loket kedua lahir karena loket pertama tidak
berani memutuskan.
Lesson learn yang dapat saya ambil adalah menulis batas
wewenang di atas meja.
Lesson learn lain yaitu mencatat siapa yang pulang dengan
tangan kosong.
BACA JUGA
CATATAN KELAS (1)
CATATAN KELAS (2)
0 comments:
Post a Comment
"""


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """A diary as it stands on a blog."""
    file = tmp_path / "entry.txt"
    file.write_text(BLOG, encoding="utf-8")
    return file


def found(session: Session) -> list[Reflection]:
    session.expire_all()
    return list(session.scalars(sa.select(Reflection).order_by(Reflection.id)))


def bring(on_site: Run, *files: Path, who: User, extra: tuple[str, ...] = ()) -> tuple[int, str, str]:
    done = on_site("import", "entries", *map(str, files), "--cohort", "First", "--trainee", who.email, *extra)
    return done.code, done.out, done.err


def test_a_diary_lands_in_its_fields(on_site: Run, world: World, session: Session, blog: Path) -> None:
    code, out, err = bring(on_site, blog, who=world.ana, extra=("--session", str(world.sessions[SERVICE].position)))
    assert (code, err) == (0, ""), err
    [reflection] = found(session)
    assert reflection.number == 3
    assert reflection.title == "Pelayanan di loket"
    assert reflection.part == 2
    assert str(reflection.session_date) == "2026-03-03"
    assert reflection.facilitator == "Ibu Farah Anindita"
    assert reflection.answers["discussed"].startswith("Kegiatan tanggal 3 Maret 2026 kali ini membahas loket bersama")
    assert reflection.answers["view"].startswith("Menurut saya, loket kedua")
    assert len(reflection.answers["lessons"]) == 2
    assert "BACA JUGA" not in str(reflection.answers)
    assert "Post a Comment" not in str(reflection.answers)
    assert reflection.state is State.DRAFT
    assert reflection.visibility is Visibility.MENTOR
    assert "no. 3" in out


def test_the_same_file_again_creates_nothing_new(on_site: Run, world: World, session: Session, blog: Path) -> None:
    where = ("--session", world.sessions[SERVICE].slug)
    assert bring(on_site, blog, who=world.ana, extra=where)[0] == 0
    before = [(row.id, row.version) for row in found(session)]
    blog.write_text(BLOG.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    code, out, _ = bring(on_site, blog, who=world.ana, extra=where)
    assert code == 0
    assert "is here already" in out
    assert [(row.id, row.version) for row in found(session)] == before


def test_a_dry_run_changes_nothing(on_site: Run, world: World, session: Session, blog: Path) -> None:
    code, out, _ = bring(on_site, blog, who=world.ana, extra=("--session", world.sessions[SERVICE].slug, "--dry-run"))
    assert code == 0
    assert "Nothing has been changed" in out
    assert found(session) == []


def test_what_is_written_already_is_never_overwritten(on_site: Run, world: World, session: Session, blog: Path) -> None:
    mine = draft(world, world.ana, SERVICE, said=words("Written here, by hand."))
    before = mine.answers
    code, _, err = bring(on_site, blog, who=world.ana, extra=("--session", world.sessions[SERVICE].slug))
    assert code == 1
    assert "already" in err
    [kept] = found(session)
    assert kept.answers == before


def test_in_doubt_it_names_the_candidates(on_site: Run, world: World, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "doubt.md"
    module = world.sessions[0].module.slug
    file.write_text(f"---\nmodule: {module}\nnumber: 4\n---\nSesuatu yang lain sama sekali.\n", encoding="utf-8")
    code, _, err = bring(on_site, file, who=world.ana)
    assert code == 1
    assert "--session" in err
    assert world.sessions[0].slug in err
    assert world.sessions[1].slug in err
    assert found(session) == []


@pytest.mark.parametrize("raw", [b"", b"\x00\x01", b"---\nnumber: [\n---\nText\n", b"\xff\xfe\x00"])
def test_a_file_that_holds_no_entry_is_refused_in_one_line(
    on_site: Run, world: World, session: Session, tmp_path: Path, raw: bytes
) -> None:
    file = tmp_path / "broken.md"
    file.write_bytes(raw)
    code, _, err = bring(on_site, file, who=world.ana)
    assert code == 1
    assert "Traceback" not in err
    assert found(session) == []


def test_wrong_use_is_said_in_one_line(on_site: Run, world: World, blog: Path) -> None:
    unknown = on_site("import", "entries", str(blog), "--cohort", "First", "--trainee", "nobody@test.example")
    assert (unknown.code, unknown.err.count("\n")) == (1, 1)
    several = on_site(
        "import", "entries", str(blog), str(blog), "--cohort", "First", "--trainee", world.ana.email, "--session", "1"
    )
    assert (several.code, several.err.count("\n")) == (2, 1)


@pytest.mark.skipif(not SEED.exists(), reason="the seed diary is somebody's text and does not come with the project")
def test_the_seed_diary_lands_in_its_fields_and_session(on_site: Run, site: object, session: Session) -> None:
    made = on_site("cohort", "add", "--programme", "latsar-2018", "--name", "First", "--starts", "2018-07-02")
    assert made.code == 0, made.err
    people = Path("people.csv")
    people.write_text("role,name,email\ntrainee,Ani,ani@test.example\n", encoding="utf-8")
    assert on_site("people", "import", str(people), "--cohort", "First").code == 0
    ani = User(email="ani@test.example", name="Ani")
    assert bring(on_site, SEED, who=ani)[0] == 0
    code, out, _ = bring(on_site, SEED, who=ani)
    assert (code, "is here already" in out) == (0, True)
    [reflection] = found(session)
    assert (reflection.number, reflection.part, str(reflection.session_date)) == (15, 2, "2018-07-23")
    assert reflection.facilitator == "Ibu Ani Suprihartini"
    assert reflection.title == "Whole of Government: teori dan prakteknya di Indonesia"
    assert reflection.answers["discussed"]
    assert reflection.answers["view"].startswith("Menurut saya")
    assert len(reflection.answers["lessons"]) == 2
    slug = session.scalar(
        sa.text("SELECT slug FROM training_session WHERE id = :id"), {"id": reflection.training_session_id}
    )
    assert slug == "whole-of-government-s2"
