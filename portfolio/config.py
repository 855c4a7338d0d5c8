"""Settings, read from the environment once; unsafe ones are refused."""

import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from portfolio import paths
from portfolio.errors import Failure

PREFIX = "PORTFOLIO_"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")
KEY_BYTES = 32
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
DATABASES = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


@dataclass(frozen=True)
class Settings:
    """What differs from one installation to another."""

    database_url: str
    secret_key: str
    files_url: str = ""  # file:///folder, or s3://bucket/prefix; without it no file can be kept
    public_origin: str | None = None  # https://… ; None serves this machine only
    is_behind_proxy: bool = False
    is_development: bool = False  # shows the style guide

    @property
    def is_public(self) -> bool:
        """Whether others than this machine are served."""
        return self.public_origin is not None and urlsplit(self.public_origin).hostname not in LOOPBACK

    @property
    def trusted_hosts(self) -> list[str]:
        """The host names this installation answers to."""
        return [urlsplit(self.public_origin or "").hostname or ""] if self.is_public else list(LOOPBACK)


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; Failure says which one is unsafe, and why."""
    given = {name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)}
    folder = Path(given.get("INSTANCE") or paths.instance())
    origin = _origin(given.get("PUBLIC_ORIGIN"))
    key_file = Path(given.get("SECRET_KEY_FILE") or folder / "secret-key")
    settings = Settings(
        database_url=_database_url(given.get("DATABASE_URL") or f"sqlite:///{_made(folder) / 'portfolio.sqlite3'}"),
        secret_key=_secret_key(key_file, may_make="SECRET_KEY_FILE" not in given),
        files_url=_files_url(given.get("FILES_URL"), folder),
        public_origin=origin,
        is_behind_proxy=given.get("BEHIND_PROXY") == "1",
        is_development=given.get("DEVELOPMENT") == "1",
    )
    if settings.is_public and settings.is_development:
        raise Failure("PORTFOLIO_DEVELOPMENT is for this machine only; unset it, or unset PORTFOLIO_PUBLIC_ORIGIN")
    return settings


def _database_url(value: str) -> str:
    scheme, there, rest = value.partition("://")
    try:
        url = make_url(DATABASES.get(scheme, scheme) + there + rest)
        url.get_dialect().import_dbapi()
    except (ValueError, ArgumentError) as error:
        message = "PORTFOLIO_DATABASE_URL must look like sqlite:////folder/file or postgresql://user@host/name"
        raise Failure(message) from error
    except ImportError as error:
        raise Failure(f"the database of PORTFOLIO_DATABASE_URL needs the package {error.name}") from error
    if url.get_backend_name() not in DATABASES:
        raise Failure("PORTFOLIO_DATABASE_URL must be that of SQLite or PostgreSQL")
    return url.render_as_string(hide_password=False)


def _origin(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise Failure(f"PORTFOLIO_PUBLIC_ORIGIN must look like https://portfolio.example, not {value!r}")
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Failure("PORTFOLIO_PUBLIC_ORIGIN must begin with https://, since people sign in with passwords")
    return f"{parts.scheme}://{parts.netloc}"


def _files_url(value: str | None, folder: Path) -> str:
    if not value:
        return (folder.resolve() / "files").as_uri()
    parts = urlsplit(value)
    if parts.query or parts.fragment or parts.username or parts.scheme not in ("s3", "file"):
        raise Failure("PORTFOLIO_FILES_URL must look like s3://bucket/prefix or file:///srv/portfolio/files")
    if parts.scheme == "s3":
        if not BUCKET.fullmatch(parts.netloc):
            raise Failure(f"PORTFOLIO_FILES_URL names no bucket: {value!r}")
        if find_spec("obstore") is None:
            raise Failure("PORTFOLIO_FILES_URL with s3:// needs the package obstore")
        return value
    place = Path(unquote(parts.path))
    if parts.netloc or not place.is_absolute() or place == place.parent:
        raise Failure("PORTFOLIO_FILES_URL must name a whole path, such as file:///srv/portfolio/files")
    if place.resolve().is_relative_to(paths.PACKAGE):
        raise Failure("PORTFOLIO_FILES_URL must not lie among the files of the program, some of which anyone can open")
    return place.resolve().as_uri()


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"the folder {folder} cannot be made: {error.strerror}") from error
    return folder


def _secret_key(file: Path, *, may_make: bool) -> str:
    if may_make and not file.exists():
        _made(file.parent)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_hex(KEY_BYTES))
    try:
        key = file.read_text().strip()
        mode = file.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"the secret key cannot be read from {file}") from error
    if len(key) < KEY_BYTES:
        raise Failure(f"the secret key in {file} is too short: it needs at least {KEY_BYTES} characters")
    if os.name == "posix" and mode & stat.S_IROTH:
        raise Failure(f"the secret key in {file} can be read by everyone: chmod 600 it")
    return key
