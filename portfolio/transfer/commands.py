"""`portfolio import`: diaries that were written elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portfolio import clock
from portfolio.database import begin_writing, db
from portfolio.errors import N_, Failure, Refused
from portfolio.models import Cohort, Enrolment, TrainingSession, User
from portfolio.transfer.entries import BadEntry, Entry, parse
from portfolio.transfer.importing import Series, bring_in, load_series
from portfolio.transfer.matching import SessionFacts, match

SUFFIXES = (".md", ".markdown", ".txt")
LARGEST_FILE = 1024 * 1024


@click.group("import")
def import_() -> None:
    """Bring in what was written elsewhere."""


@import_.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--cohort", required=True, metavar="NAME|ID", help="The cohort the entries belong to.")
@click.option("--trainee", required=True, metavar="EMAIL", help="Whose entries they are.")
@click.option("--session", "wanted", metavar="ID", help="The session, by its id in the pack or its number; one file.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def entries(paths: tuple[Path, ...], cohort: str, trainee: str, wanted: str | None, dry_run: bool) -> None:
    """Bring diary entries into a trainee's series, as drafts of that trainee.

    PATHS are Markdown with front matter, or plain text as it stands on a blog; of a folder, all such files in it. The
    same file again creates nothing new.
    """
    files = list(_files(paths))
    if wanted and len(files) != 1:
        raise click.UsageError("--session is for one file at a time")
    begin_writing()
    series = load_series(db.session(), _enrolment(cohort, trainee))
    left = sum(not _take(file, series, wanted) for file in files)
    if dry_run:
        db.session.rollback()
        click.echo("Nothing has been changed.")
    else:
        db.session.commit()
    if left:
        raise Failure(f"{left} of {len(files)} files could not be brought in; the lines above say why")


def _take(file: Path, series: Series, wanted: str | None) -> bool:
    """Bring in one file and say what became of it; whether it is in."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise BadEntry(N_("The file is larger than a diary entry can be."))
        entry = parse(file.name, file.read_bytes())
        if entry.digest in series.digests:
            click.echo(f"{file}: is here already")
            return True
        session = _named(series, wanted) if wanted else _found(entry, series)
        reflection = bring_in(entry, series, session, now=clock.now())
    except (BadEntry, Refused, OSError) as reason:
        click.echo(f"{file}: {reason}", err=True)
        return False
    db.session.add(reflection)
    named = "FINAL" if entry.is_final else f"no. {reflection.number}" if reflection.number else "without number"
    click.echo(f"{file}: {named}, session {session.position} “{session.title}”")
    return True


def _found(entry: Entry, series: Series) -> TrainingSession:
    result = match(entry, series.facts)
    if result.session is None:
        choices = "; ".join(_described(series, facts) for facts in result.candidates)
        raise Refused(f"{result.reason} {'Choose with --session: ' + choices if choices else ''}".strip())
    return series.sessions[result.session.id]


def _described(series: Series, facts: SessionFacts) -> str:
    return f"{series.sessions[facts.id].slug} ({facts.position}. {facts.title_id})"


def _named(series: Series, wanted: str) -> TrainingSession:
    for session in series.sessions.values():
        if wanted in (session.slug, str(session.position)):
            return session
    raise click.BadParameter(f"the cohort has no session {wanted!r} that expects a reflection", param_hint="--session")


def _enrolment(cohort: str, trainee: str) -> Enrolment:
    named = sa.or_(Cohort.name == cohort, sa.cast(Cohort.id, sa.String) == cohort)
    query = (
        sa.select(Enrolment)
        .join(Enrolment.cohort)
        .join(Enrolment.user)
        .where(named, User.email == trainee.strip().lower())
        .options(joinedload(Enrolment.cohort), joinedload(Enrolment.user))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise Failure(f"no trainee {trainee} in a cohort {cohort!r}")
    return found


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and _is_entry(file))
        else:
            yield path


def _is_entry(file: Path) -> bool:
    return file.name.lower() != "readme.md"
