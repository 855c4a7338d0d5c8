"""The commands of programmes, cohorts and people: what they say, what they leave, and what they never say."""

import csv
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session, selectinload

from portfolio import clock
from portfolio.cohorts import commands, packs
from portfolio.errors import Failure
from portfolio.models import Appointment, Cohort, Enrolment, Holiday, Programme, Token, TrainingSession, User
from portfolio.models.account import digest
from tests import rows
from tests.cohorts.files import ANA, EVERYBODY, MIA, NOW, text_of
from tests.site import Site

Run = Callable[..., Result]
ADD = ("add", "--programme", "latsar-2021", "--name", "Angkatan I", "--starts", "2027-01-04")
SHIPPED = packs.FOLDER / "curricula"


@pytest.fixture
def run(site: Site, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`portfolio …` on the database of the test, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def run(command: click.Command, *arguments: str | Path) -> Result:
        session.commit()
        with site.app.app_context():
            result = CliRunner().invoke(command, [str(argument) for argument in arguments])
        session.expire_all()
        assert "Traceback" not in result.output
        assert isinstance(result.exception, SystemExit | Failure | None), repr(result.exception)
        return result

    return run


def says(result: Result) -> str:
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def refuses(result: Result, code: int = 1) -> str:
    """What a command says on standard error, or as its one line of failure."""
    assert result.exit_code == code, result.output
    return str(result.exception) if isinstance(result.exception, Failure) else result.stderr


# --- Programmes


def test_packs_are_loaded_once(run: Run, session: Session):
    files = (SHIPPED / "latsar-2018.yaml", SHIPPED / "foundation-year.yaml")
    assert says(run(commands.programme, "load", *files)) == "latsar-2018@2018.2: loaded\nfoundation-year@1.1: loaded\n"
    assert says(run(commands.programme, "load", files[0])) == "latsar-2018@2018.2: is loaded already\n"
    assert len(session.scalars(sa.select(Programme)).all()) == 2


def test_one_faulty_pack_keeps_all_out_and_every_fault_is_a_line(run: Run, tmp_path: Path, engine: sa.Engine):
    faulty, broken = tmp_path / "faulty.yaml", tmp_path / "broken.yaml"
    sound = (SHIPPED / "latsar-2018.yaml").read_text()
    faulty.write_text(sound.replace("hours: 1141", "hours: 1142").replace("minutes: 45", "minutes: many"))
    broken.write_text("a: &a [*a]")
    result = run(commands.programme, "load", SHIPPED / "latsar-2018.yaml", faulty, broken)
    assert refuses(result).splitlines() == [
        f"{faulty}: hour_unit.minutes: must be a whole number",
        f"{faulty}: totals.hours: is 1142, but the phases have 1141 hours",
        f"{broken}: line 1: anchors (&) and aliases (*) are not allowed",
    ]
    assert result.stdout == ""
    assert rows.read(engine) == rows.NOTHING


def test_other_content_under_the_same_version_is_refused(run: Run, tmp_path: Path, engine: sa.Engine):
    run(commands.programme, "load", SHIPPED / "latsar-2018.yaml")
    before = rows.read(engine)
    changed = tmp_path / "changed.yaml"
    changed.write_text((SHIPPED / "latsar-2018.yaml").read_text().replace("Basic training", "First training"))
    result = run(commands.programme, "load", SHIPPED / "foundation-year.yaml", changed)
    assert "raise the version" in refuses(result)
    assert result.stdout == ""
    assert rows.read(engine) == before


def test_programmes_are_listed_those_shipped_as_well(run: Run):
    run(commands.programme, "load", SHIPPED / "latsar-2018.yaml")
    listed = says(run(commands.programme, "list")).splitlines()
    assert len(listed) == 4
    assert listed[0].startswith("latsar-2018@2018.2: Basic training")
    assert [line.endswith("(comes with Portfolio, not yet used)") for line in listed] == [False, True, True, True]


# --- Cohorts


def test_a_cohort_is_started_with_what_is_usual(run: Run, session: Session):
    said = says(run(commands.cohort, *ADD))
    cohort = session.scalars(sa.select(Cohort)).one()
    assert said == (
        f"{cohort.id} 'Angkatan I': latsar-2021@2022.2, 2027-01-04 to 2027-04-15 (Asia/Jakarta), "
        "44 reflections each, 0 trainees\n"
    )
    assert (cohort.weekend, cohort.sign_off_steps, cohort.promised_working_days) == ([5, 6], ["mentor"], 2)
    assert cohort.created_at == NOW
    assert cohort.series.startswith("Pelatihan Dasar CPNS")
    assert says(run(commands.cohort, "list")) == said


def test_a_cohort_is_started_with_what_is_asked_for(run: Run, session: Session, tmp_path: Path):
    session.add(User(email="olga@demo.example", name="Olga", created_at=NOW))
    holidays = tmp_path / "holidays.csv"
    holidays.write_text("name;day\nImlek;2027-02-06\nNyepi;2027-03-08\n")
    options = ("--zone", "wit", "--weekend", "fri,sat", "--holiday", "2027-01-05", "--holiday", "2027-02-06=Imlek 2578")
    steps = ("--step", "mentor", "--step", "coach", "--promise", "5", "--series", "DIARY LATSAR CPNS")
    extra = ("--holidays", holidays, "--organiser", "Olga@Demo.Example")
    says(run(commands.cohort, *ADD, *options, *steps, *extra))
    cohort = session.scalars(sa.select(Cohort)).one()
    assert (cohort.time_zone, cohort.weekend, cohort.series) == ("Asia/Jayapura", [4, 5], "DIARY LATSAR CPNS")
    assert (cohort.sign_off_steps, cohort.promised_working_days) == (["mentor", "coach"], 5)
    assert [(day.day, day.name) for day in session.scalars(sa.select(Holiday).order_by(Holiday.day))] == [
        (date(2027, 1, 5), ""),
        (date(2027, 2, 6), "Imlek 2578"),
        (date(2027, 3, 8), "Nyepi"),
    ]
    second = session.scalars(sa.select(TrainingSession).where(TrainingSession.position == 2)).one()
    assert second.opens_on == date(2027, 1, 6)
    assert session.scalars(sa.select(Appointment)).one().cohort_id == cohort.id


def test_the_newest_version_is_taken_when_none_is_named(run: Run, session: Session, tmp_path: Path):
    newer = tmp_path / "newer.yaml"
    newer.write_text((SHIPPED / "latsar-2021.yaml").read_text().replace("version: '2022.2'", "version: '2027.1'"))
    run(commands.programme, "load", SHIPPED / "latsar-2021.yaml", newer)
    says(run(commands.cohort, *ADD))
    says(run(commands.cohort, "add", "--programme", "latsar-2021@2022.2", "--name", "B", "--starts", "2027-01-04"))
    found = session.execute(sa.select(Cohort.name, Programme.version).join(Cohort.programme).order_by(Cohort.id)).all()
    assert [tuple(row) for row in found] == [("Angkatan I", "2027.1"), ("B", "2022.2")]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--programme", "nowhere"), "there is no programme 'nowhere'"),
        (("--programme", "../prompts"), "there is no programme"),
        (("--programme", "latsar-2021@1"), "there is no programme 'latsar-2021@1'"),
        (("--organiser", "nobody@demo.example"), "there is no open account of 'nobody@demo.example'"),
    ],
)
def test_a_cohort_that_cannot_be_started_leaves_nothing(
    run: Run, engine: sa.Engine, options: tuple[str, ...], why: str
):
    assert why in refuses(run(commands.cohort, *ADD, *options))
    assert rows.read(engine) == rows.NOTHING


def test_two_cohorts_may_not_have_one_name(run: Run):
    run(commands.cohort, *ADD)
    assert refuses(run(commands.cohort, *ADD)) == "a cohort is called 'Angkatan I' already"


@pytest.mark.parametrize(
    "options",
    [
        ("--starts", "4 January"),
        ("--starts", "20270104"),
        ("--starts", "2027-02-30"),
        ("--starts", "1999-12-31"),
        ("--starts", "9999-12-31"),
        ("--zone", "Asia/Nowhere"),
        ("--zone", "../../etc/passwd"),
        ("--weekend", "caturday"),
        ("--weekend", "mon,tue,wed,thu,fri,sat,sun"),
        ("--holiday", "tomorrow"),
        ("--holidays", "no-such-file.csv"),
        ("--step", "assessor"),
        ("--step", "coach", "--step", "coach"),
        ("--promise", "61"),
        ("--name", " "),
        ("--name", "x" * 81),
        ("--name", "a\u200bb"),
        ("--series", "x" * 81),
        ("--no-such-option",),
    ],
    ids=" ".join,
)
def test_wrong_use_is_told_from_failure(run: Run, engine: sa.Engine, options: tuple[str, ...]):
    refuses(run(commands.cohort, *ADD, *options), 2)
    assert rows.read(engine) == rows.NOTHING


def test_every_faulty_holiday_is_a_line(run: Run, tmp_path: Path):
    holidays = tmp_path / "holidays.csv"
    holidays.write_text("day,name\n2027-02-30,x\n2027-03-08,Nyepi\ntomorrow,y\n2027-03-08,Waisak\n")
    assert refuses(run(commands.cohort, *ADD, "--holidays", holidays)).splitlines() == [
        f"{holidays}: line 2, day: there is no day 2027-02-30",
        f"{holidays}: line 4, day: 'tomorrow' is not a day; write it as 2027-01-31",
        f"{holidays}: line 5, day: 2027-03-08 stands in the file twice, with different names",
    ]


# --- People


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of five people."""
    file = tmp_path / "people.csv"
    file.write_text(text_of(EVERYBODY))
    return file


def test_people_are_imported_and_their_links_written(
    run: Run, session: Session, cohort: Cohort, people: Path, tmp_path: Path
):
    result = run(commands.people, "import", people, "--cohort", "Angkatan I")
    links = tmp_path / "invitations-angkatan-i-20270104T020000Z.csv"
    assert says(result) == f"5 new people, 0 known with changes, 0 already so; the links are in {links.name}\n"
    assert stat.S_IMODE(links.stat().st_mode) == 0o600
    with links.open(encoding="utf-8-sig", newline="") as opened:
        written = list(csv.DictReader(opened))
    assert [(each["name"], each["email"]) for each in written[:2]] == [
        ("Mia Lestari", "mia@demo.example"),
        ("Kris Widodo", "kris@demo.example"),
    ]
    secrets = [each["link"].removeprefix("http://127.0.0.1:8000/invitations/") for each in written]
    assert {digest(secret) for secret in secrets} == set(session.scalars(sa.select(Token.digest)))
    assert not any(secret in result.output for secret in secrets)
    enrolments = session.scalars(sa.select(Enrolment).options(selectinload(Enrolment.mentorships))).all()
    assert [len(enrolment.mentorships) for enrolment in enrolments] == [2, 2]


def test_links_lead_to_the_public_address(
    run: Run, site: Site, cohort: Cohort, people: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(site.app.config, "PUBLIC_ORIGIN", "https://portfolio.example")
    run(commands.people, "import", people, "--cohort", "Angkatan I", "--links", "links.csv")
    assert Path("links.csv").read_text().count("https://portfolio.example/invitations/") == 5


def test_a_name_that_looks_like_a_formula_is_no_formula_in_the_links(run: Run, cohort: Cohort, tmp_path: Path):
    people = tmp_path / "people.csv"
    people.write_text(text_of(["mentor,=1+1,a@demo.example"]))
    run(commands.people, "import", people, "--cohort", "Angkatan I", "--links", "links.csv")
    assert "\n'=1+1,a@demo.example,http" in Path("links.csv").read_text()


def test_a_second_import_changes_nothing_and_writes_no_links(
    run: Run, session: Session, engine: sa.Engine, cohort: Cohort, people: Path, tmp_path: Path
):
    run(commands.people, "import", people, "--cohort", str(cohort.id), "--links", "first.csv")
    before = rows.read(engine)
    result = run(commands.people, "import", people, "--cohort", str(cohort.id), "--links", "second.csv")
    assert says(result) == "0 new people, 0 known with changes, 5 already so\n"
    assert rows.read(engine) == before
    assert not Path("second.csv").exists()


def test_a_dry_run_says_all_and_changes_nothing(
    run: Run, engine: sa.Engine, cohort: Cohort, people: Path, tmp_path: Path
):
    before = rows.read(engine)
    said = says(run(commands.people, "import", people, "--cohort", "Angkatan I", "--dry-run")).splitlines()
    assert said[0] == "line 2: mia@demo.example: new person"
    assert len(said) == 6
    assert said[-1] == "5 new people, 0 known with changes, 0 already so; nothing was changed"
    assert rows.read(engine) == before
    assert list(tmp_path.glob("*")) == [people]


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_faults_are_lines_and_nothing_is_left_behind(
    run: Run, engine: sa.Engine, cohort: Cohort, tmp_path: Path, dry: tuple[str, ...]
):
    before, people = rows.read(engine), tmp_path / "people.csv"
    people.write_text(text_of([MIA, "nobody", ANA, "mentor,B,b"]))
    told = refuses(run(commands.people, "import", people, "--cohort", "Angkatan I", *dry)).splitlines()
    assert [line.split(": ")[1] for line in told] == ["line 3, role", "line 3, name", "line 3, email", "line 5, email"]
    people.write_text(text_of([MIA, ANA, ANA.replace("ana", "D").replace("kris", "mia")]))
    told = refuses(run(commands.people, "import", people, "--cohort", "Angkatan I", *dry)).splitlines()
    assert [line.split(": ")[1] for line in told] == ["line 3, coach", "line 4, coach"]
    assert rows.read(engine) == before
    assert list(tmp_path.glob("*")) == [people]


def test_what_an_import_leaves_alone_is_said(run: Run, session: Session, cohort: Cohort, people: Path):
    session.add(User(email="mia@demo.example", name="Mia L.", created_at=NOW))
    assert says(run(commands.people, "import", people, "--cohort", "Angkatan I", "--links", "x.csv")).splitlines() == [
        "mia@demo.example: keeps the name 'Mia L.'; keeps the address empty",
        "4 new people, 1 known with changes, 0 already so; the links are in x.csv",
    ]


@pytest.mark.parametrize("wanted", ["Angkatan II", "0", "999999", "9" * 30, "１", ""])
def test_an_unknown_cohort_is_refused(run: Run, engine: sa.Engine, cohort: Cohort, people: Path, wanted: str):
    before = rows.read(engine)
    assert "there is no cohort" in refuses(run(commands.people, "import", people, "--cohort", wanted))
    assert rows.read(engine) == before


def test_links_are_never_written_over(run: Run, engine: sa.Engine, cohort: Cohort, people: Path):
    before = rows.read(engine)
    Path("links.csv").write_text("precious")
    told = refuses(run(commands.people, "import", people, "--cohort", "Angkatan I", "--links", "links.csv"))
    assert told == "links.csv cannot be made, and nothing was imported: File exists"
    assert Path("links.csv").read_text() == "precious"
    assert rows.read(engine) == before


def test_links_are_not_left_behind_when_the_people_are_not_kept(
    run: Run, site: Site, engine: sa.Engine, cohort: Cohort, people: Path
):
    before = rows.read(engine)

    def refuse(session: Session) -> None:
        raise sa.exc.IntegrityError("COMMIT", {}, Exception("somebody was faster"))

    sa.event.listen(Session, "before_commit", refuse)
    try:
        with site.app.app_context():
            result = CliRunner().invoke(
                commands.people, ["import", str(people), "--cohort", "Angkatan I", "--links", "links.csv"]
            )
    finally:
        sa.event.remove(Session, "before_commit", refuse)
    assert "nothing was imported, try again" in refuses(result)
    assert not Path("links.csv").exists()
    assert rows.read(engine) == before


def test_a_file_without_end_is_not_read_to_its_end(run: Run, cohort: Cohort, tmp_path: Path):
    endless = tmp_path / "endless.csv"
    with endless.open("wb") as opened:
        opened.truncate(2**31)
    assert "larger than 5 MiB" in refuses(run(commands.people, "import", endless, "--cohort", "Angkatan I"))
    assert "larger than 1024 KiB" in refuses(run(commands.programme, "load", endless))


def test_every_command_explains_itself(run: Run):
    for group in (commands.programme, commands.cohort, commands.people):
        for command in (group, *group.commands.values()):
            assert (command.help or "").strip().endswith(".")
            assert says(run(command, "--help"))
