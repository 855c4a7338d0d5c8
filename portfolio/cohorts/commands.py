"""The commands `portfolio programme`, `portfolio cohort` and `portfolio people`."""

import csv
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portfolio import clock
from portfolio.cohorts import options, outcome_tree, packs, plain_csv, plain_yaml
from portfolio.cohorts.holidays_csv import read_holidays
from portfolio.cohorts.packs import FaultyPack
from portfolio.cohorts.people import Invitation, apply, plan_people, read_people
from portfolio.cohorts.plain_csv import FaultyFile, as_cell
from portfolio.database import LARGEST_ID, begin_writing, db
from portfolio.errors import Failure
from portfolio.models import GUIDES, Appointment, Cohort, Enrolment, Office, Programme, Role, TrainingSession, User
from portfolio.models.cohort import COHORT_NAME_LENGTH, PROMISED_WORKING_DAYS

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LOCAL_ORIGIN = "http://127.0.0.1:8000"


@contextmanager
def naming_faults() -> Iterator[None]:
    """A faulty file ends the command: a line for each fault, and exit status 1."""
    try:
        yield
    except (FaultyPack, FaultyFile) as error:
        _show(error.name, error.faults)
        raise SystemExit(1) from error


def _show(name: str, faults: Sequence[object]) -> None:
    for fault in faults:
        click.echo(f"{name}: {fault}", err=True)


def _content(file: Path, longest: int) -> bytes:
    """What is in a file, and one byte more than is allowed if there is too much."""
    try:
        with file.open("rb") as opened:
            return opened.read(longest + 1)
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}") from error


# --- Programmes


@click.group()
def programme() -> None:
    """Programmes: the curriculum packs in the library."""


@programme.command("load")
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
def load_programmes(files: tuple[Path, ...]) -> None:
    """Put curriculum packs into the library; none of them when one is faulty."""
    now = clock.now()
    read, faulty = [], False
    for file in files:
        try:
            read.append(packs.read_pack(str(file), _content(file, plain_yaml.LARGEST)))
        except FaultyPack as error:
            _show(error.name, error.faults)
            faulty = True
    if faulty:
        raise SystemExit(1)
    begin_writing()
    session = db.session()
    loaded = [packs.load_programme(session, pack, now) for pack in read]
    session.commit()
    for pack, (_, is_new) in zip(read, loaded, strict=True):
        click.echo(f"{pack['id']}@{pack['version']}: {'loaded' if is_new else 'is loaded already'}")


@programme.command("list")
def list_programmes() -> None:
    """List the programmes in the library, and those that come with Portfolio."""
    loaded = db.session().scalars(sa.select(Programme).order_by(Programme.slug, Programme.id)).all()
    for each in loaded:
        click.echo(f"{each.slug}@{each.version}: {each.title['en']}")
    for slug in packs.shipped_slugs():
        if (pack := packs.shipped_pack(slug)) and all(each.slug != slug for each in loaded):
            click.echo(f"{slug}@{pack['version']}: {pack['title']['en']} (comes with Portfolio, not yet used)")


@programme.command("check")
@click.argument("file", metavar="FILE", type=FILE)
def check_programme(file: Path) -> None:
    """Say what is wrong in a curriculum pack, and whether each outcome has an owner and sessions; change nothing."""
    content = _content(file, plain_yaml.LARGEST)
    numbered = plain_yaml.lines(content)

    def show(path: str, words: object, *, err: bool) -> None:
        line = plain_yaml.line_of(path, numbered)
        click.echo(f"{file}:{line}: {words}" if line else f"{file}: {words}", err=err)

    try:
        pack = packs.read_pack(str(file), content)
    except FaultyPack as error:
        for fault in error.faults:
            show(fault.path, fault, err=True)
        raise SystemExit(1) from error
    told = outcome_tree.described(pack, outcome_tree.findings(pack))
    for each in told:
        show(each.path, each, err=each.is_fault)
    faults = sum(each.is_fault for each in told)
    outcomes = len(outcome_tree.tree(pack))
    click.echo(f"{pack['id']}@{pack['version']}: {outcomes} outcomes, {faults} faults, {len(told) - faults} remarks")
    if faults:
        raise SystemExit(1)


# --- Cohorts


@click.group()
def cohort() -> None:
    """Cohorts: the runs of a programme."""


@cohort.command("add")
@click.option("--programme", "wanted", metavar="SLUG[@VERSION]", required=True, help="The newest when none is named.")
@click.option("--name", metavar="TEXT", type=options.line(COHORT_NAME_LENGTH), required=True)
@click.option(
    "--starts",
    "starts_on",
    metavar="YYYY-MM-DD",
    type=options.day,
    required=True,
    help="The first day of the programme.",
)
@click.option(
    "--zone",
    metavar="ZONE",
    type=options.zone,
    default="WIB",
    show_default=True,
    help="WIB, WITA, WIT, or such as Asia/Jakarta.",
)
@click.option("--weekend", metavar="DAYS", type=options.weekend, default="sat,sun", show_default=True)
@click.option(
    "--holiday",
    "holidays",
    metavar="YYYY-MM-DD[=NAME]",
    type=options.holiday,
    multiple=True,
    help="May be given several times.",
)
@click.option("--holidays", "holiday_file", type=FILE, help="A CSV file with the columns day and name.")
@click.option(
    "--step",
    "steps",
    type=click.Choice([role.value for role in GUIDES]),
    multiple=True,
    default=[Role.MENTOR.value],
    show_default=True,
    help="Who signs off, in this order.",
)
@click.option(
    "--promise",
    type=click.IntRange(0, 60),
    default=PROMISED_WORKING_DAYS,
    show_default=True,
    help="Working days within which reviewers answer.",
)
@click.option(
    "--series", metavar="TEXT", type=options.line(COHORT_NAME_LENGTH), help="What the series of reflections is called."
)
@click.option("--organiser", "organisers", metavar="EMAIL", multiple=True, help="May be given several times.")
def add_cohort(
    wanted: str,
    name: str,
    starts_on: date,
    zone: str,
    weekend: list[int],
    holidays: tuple[tuple[date, str], ...],
    holiday_file: Path | None,
    steps: tuple[str, ...],
    promise: int,
    series: str | None,
    organisers: tuple[str, ...],
) -> None:
    """Start a cohort of a programme."""
    now = clock.now()
    if len(set(steps)) < len(steps):
        raise click.UsageError("a sign-off step is named twice")
    with naming_faults():
        listed = read_holidays(str(holiday_file), _content(holiday_file, plain_csv.LARGEST)) if holiday_file else {}
    begin_writing()
    session = db.session()
    if session.scalar(sa.select(Cohort.id).where(Cohort.name == name)) is not None:
        raise Failure(f"a cohort is called {name!r} already")
    begun = Cohort.unfold(
        _programme(session, wanted, now),
        name=name,
        starts_on=starts_on,
        time_zone=zone,
        templates=packs.install_templates(session),
        now=now,
        series=series,
        weekend=weekend,
        holidays=listed | dict(holidays),
        sign_off_steps=steps,
        promised_working_days=promise,
    )
    session.add(begun)
    for organiser in _organisers(session, organisers):
        session.add(Appointment(cohort=begun, user=organiser, office=Office.ORGANISER, started_at=now))
    session.commit()
    for line in _described(session, Cohort.id == begun.id):
        click.echo(line)


def _programme(session: Session, wanted: str, now: datetime) -> Programme:
    slug, _, version = wanted.partition("@")
    known = sa.select(Programme).where(Programme.slug == slug).order_by(Programme.id.desc()).limit(1)
    if found := session.scalar(known.where(Programme.version == version) if version else known):
        return found
    pack = packs.shipped_pack(slug)
    if pack is None or version not in ("", pack["version"]):
        raise Failure(f"there is no programme {wanted!r}; `portfolio programme list` names those there are")
    return packs.load_programme(session, pack, now)[0]


def _organisers(session: Session, emails: Sequence[str]) -> Sequence[User]:
    wanted = {email.strip().lower() for email in emails}
    found = session.scalars(sa.select(User).where(User.email.in_(wanted), User.deactivated_at.is_(None))).all()
    if unknown := wanted - {user.email for user in found}:
        raise Failure(f"there is no open account of {', '.join(map(repr, sorted(unknown)))}")
    return found


@cohort.command("list")
def list_cohorts() -> None:
    """List the cohorts."""
    for line in _described(db.session(), sa.true()):
        click.echo(line)


def _described(session: Session, wanted: sa.ColumnElement[bool]) -> Iterator[str]:
    """A line for each cohort."""
    last_day = sa.select(sa.func.max(TrainingSession.due_on)).where(TrainingSession.cohort_id == Cohort.id)
    slots = sa.select(sa.func.count(TrainingSession.id)).where(
        TrainingSession.cohort_id == Cohort.id, TrainingSession.is_expected, TrainingSession.retired_at.is_(None)
    )
    trainees = sa.select(sa.func.count(Enrolment.id)).where(
        Enrolment.cohort_id == Cohort.id, Enrolment.withdrawn_at.is_(None)
    )
    found = session.execute(
        sa.select(
            Cohort.id,
            Cohort.name,
            Programme.slug,
            Programme.version,
            Cohort.starts_on,
            last_day.scalar_subquery(),
            Cohort.time_zone,
            slots.scalar_subquery(),
            trainees.scalar_subquery(),
        )
        .join(Cohort.programme)
        .where(wanted)
        .order_by(Cohort.id)
    )
    for number, name, slug, version, first, last, zone, reflections, people in found:
        yield (
            f"{number} {name!r}: {slug}@{version}, {first} to {last} ({zone}), "
            f"{reflections} reflections each, {people} trainees"
        )


# --- People


@click.group()
def people() -> None:
    """People: trainees, those who guide them, and those who organise."""


@people.command("import")
@click.argument("file", type=FILE)
@click.option("--cohort", "wanted", metavar="NAME|ID", required=True)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option(
    "--links",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file for the one-use links of those who are new.  [default: invitations-COHORT-TIME.csv]",
)
def import_people(file: Path, wanted: str, dry_run: bool, links: Path | None) -> None:
    """Bring the people of a CSV file into a cohort: all of them, or none when there is a fault."""
    now = clock.now()
    with naming_faults():
        rows = read_people(str(file), _content(file, plain_csv.LARGEST))
    if not dry_run:
        begin_writing()
    session = db.session()
    cohort = _cohort(session, wanted)
    plan = plan_people(session, cohort, rows)
    if dry_run:
        for step in plan.steps:
            click.echo(step)
    if plan.faults:
        _show(str(file), plan.faults)
        raise SystemExit(1)
    new = sum(step.is_new for step in plan.steps)
    changed = sum(bool(step.changes) and not step.is_new for step in plan.steps)
    counts = f"{new} new people, {changed} known with changes, {len(rows) - new - changed} already so"
    if dry_run:
        click.echo(f"{counts}; nothing was changed")
        return
    for step in plan.steps:
        if step.remarks:
            click.echo(f"{step.row.email}: {'; '.join(step.remarks)}")
    links = links or Path(f"invitations-{_file_word(cohort)}-{now:%Y%m%dT%H%M%SZ}.csv")
    try:
        invitations = apply(session, cohort, plan, now)
        with _written(links, invitations):
            session.commit()
    except sa.exc.IntegrityError as error:
        raise Failure("somebody else changed the same people meanwhile; nothing was imported, try again") from error
    click.echo(f"{counts}; the links are in {links}" if invitations else counts)


def _cohort(session: Session, wanted: str) -> Cohort:
    """By its name, else by its number."""
    found = session.scalar(sa.select(Cohort).where(Cohort.name == wanted))
    if found is None and wanted.isascii() and wanted.isdecimal() and int(wanted[:12]) <= LARGEST_ID:
        found = session.get(Cohort, int(wanted))
    if found is None:
        raise Failure(f"there is no cohort {wanted!r}; `portfolio cohort list` names those there are")
    return found


def _file_word(cohort: Cohort) -> str:
    return re.sub(r"[^a-z0-9]+", "-", cohort.name.casefold()).strip("-") or str(cohort.id)


@contextmanager
def _written(file: Path, invitations: Sequence[Invitation]) -> Iterator[None]:
    """The links are on the disk before the block runs, since nobody can tell them afterwards; gone if it fails."""
    if not invitations:
        yield
        return
    origin = current_app.config.get("PUBLIC_ORIGIN") or LOCAL_ORIGIN
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Failure(f"{file} cannot be made, and nothing was imported: {error.strerror}") from error
    try:
        # Excel takes a file for UTF-8 only when it begins with the mark.
        with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(["name", "email", "link"])
            for each in invitations:
                writer.writerow([as_cell(each.name), as_cell(each.email), f"{origin}/invitations/{each.secret}"])
            opened.flush()
            os.fsync(descriptor)
        yield
    except BaseException:
        file.unlink(missing_ok=True)
        raise
