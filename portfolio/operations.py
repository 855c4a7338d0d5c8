"""For those who run an installation: `portfolio backup`, `restore` and `check-deploy`."""

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app

from portfolio import schema
from portfolio.archives import (
    ATTACHED,
    DATABASE,
    add_files,
    check_files,
    database_in,
    is_archive,
    open_archive,
    put_files,
)
from portfolio.attachments.store import Disk, Store, files, new_key
from portfolio.database import db
from portfolio.errors import Failure
from portfolio.mail import FolderPostbox
from portfolio.models import User
from portfolio.web import outbox

DEMO_ADDRESSES = "%@demo.example"
ELSEWHERE = (
    "is for SQLite; PostgreSQL has its own: pg_dump --format=custom, and pg_restore; then copy the folder of the files"
)
ROOM = 2**30  # bytes that should be free where files are kept


def _database_file() -> Path:
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Failure(f"this command {ELSEWHERE}")
    return Path(url.database)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy the whole database and all files to FILE, a tar archive, while the server goes on."""
    source = _database_file()
    if file.exists():
        raise Failure(f"{file} is there already; a backup overwrites nothing")
    unfinished = file.with_name(file.name + ".unfinished")
    copy = file.with_name(file.name + ".database")
    try:
        for one in (unfinished, copy):
            os.close(os.open(one, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(copy)) as there:
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")
        _check(copy)
        with open_archive(unfinished, "w:") as archive:
            archive.add(copy, DATABASE)
            count, missing = add_files(archive, files(), _attached(copy))
        unfinished.rename(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Failure(f"the backup cannot be written to {file}: {error.strerror or error}") from error
    finally:
        copy.unlink(missing_ok=True)
    if missing:
        raise Failure(f"{file} is written, but {missing} files that the database names are missing or changed")
    click.echo(f"{file}: {file.stat().st_size:,} bytes with {count} files, whole and checked.")


def _attached(database: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as found:
        if not found.execute("SELECT 1 FROM sqlite_master WHERE name = 'attachment'").fetchone():
            return []  # a database from before there were files
        return list(found.execute(ATTACHED))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Replace a database that has people in it. Stop the server first.")
def restore(file: Path, replace: bool) -> None:
    """Put the database and the files back as they were in FILE; older backups are a database alone."""
    target = _database_file()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".restore-") as folder:
        whole = is_archive(file)
        database = database_in(file, Path(folder)) if whole else file
        _check(database)
        if whole:
            check_files(file, _attached(database))
        if (
            not replace
            and schema.current(db.engine)
            and db.session.scalar(sa.select(sa.func.count()).select_from(User))
        ):
            raise Failure("there are people in this database; --replace puts the backup in its place")
        count = put_files(file, files()) if whole else 0
        db.session.remove()
        db.engine.dispose()
        with closing(sqlite3.connect(database)) as there, closing(sqlite3.connect(target)) as here:
            there.backup(here)
    schema.upgrade(db.engine)
    click.echo(f"The database is as it was in {file}, with {count} files.")


def _check(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as found:
            [answer] = found.execute("PRAGMA integrity_check").fetchone()
            found.execute("SELECT version_num FROM alembic_version")
    except sqlite3.DatabaseError as error:
        raise Failure(f"{file} is no backup of a Portfolio database") from error
    if answer != "ok":
        raise Failure(f"{file} is damaged: {answer}")


@click.command("check-deploy")
def check_deploy() -> None:
    """Say whether this installation is fit to be used by people."""
    for remark in _remarks():
        click.echo(f"take note: {remark}", err=True)
    faults = list(_faults())
    for fault in faults:
        click.echo(f"not yet: {fault}", err=True)
    if faults:
        raise Failure(f"{len(faults)} things to mend before people use this installation")
    click.echo("This installation is fit to be used.")


def _remarks() -> Iterator[str]:
    """What may be meant so, but hardly for long."""
    postbox = outbox.postbox()
    if current_app.config["IS_PUBLIC"] and isinstance(postbox, FolderPostbox):
        yield f"mail reaches nobody, it only goes into the folder {postbox.folder}: set PORTFOLIO_MAIL_URL"


def _faults() -> Iterator[str]:
    if not current_app.config["IS_PUBLIC"]:
        yield "PORTFOLIO_PUBLIC_ORIGIN is not set, so only this machine is served and cookies may travel unencrypted"
    if "PORTFOLIO_SECRET_KEY_FILE" not in os.environ:
        yield "PORTFOLIO_SECRET_KEY_FILE is not set, so the key lies beside the data it protects"
    if schema.current(db.engine) != schema.newest():
        yield "the database is not up to date: run `portfolio db upgrade`"
    elif db.session.scalar(sa.select(sa.func.count()).where(User.email.like(DEMO_ADDRESSES))):
        yield "the accounts of the demo are in this database, and everyone knows their password"
    yield from _faults_of_store(files())


def _faults_of_store(store: Store) -> Iterator[str]:
    """A small file is kept, read and removed again; a folder must be ours alone, and have room."""
    key, content = new_key(), b"may be removed"
    try:
        store.put(key, BytesIO(content))
        with store.open(key) as kept:
            if bytes(kept.read()) != content:
                yield "the place for files (PORTFOLIO_FILES_URL) gives back something else than it was given"
        store.delete(key)
    except Exception as error:
        yield f"no file can be kept (PORTFOLIO_FILES_URL): {str(error).splitlines()[0]}"
        return
    if isinstance(store, Disk):
        if os.name == "posix" and stat.S_IMODE(store.folder.stat().st_mode) & 0o077:
            yield f"others can look into the folder of the files: chmod 700 {store.folder}"
        if shutil.disk_usage(store.folder).free < ROOM:
            yield f"there is less than 1 GB of room for files in {store.folder}"
