"""Settings, read from the environment once; unsafe ones are refused."""

import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from portfolio import paths
from portfolio.errors import Failure

PREFIX = "PORTFOLIO_"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")
KEY_BYTES = 32
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
MAIL_PORTS = {"smtp": 587, "smtps": 465}
MAIL_FROM = "portfolio@localhost"
DATABASES = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


@dataclass(frozen=True)
class Settings:
    """What differs from one installation to another."""

    database_url: str
    secret_key: str
    files_url: str = ""  # file:///folder, or s3://bucket/prefix; without it no file can be kept
    mail_url: str = field(default="", repr=False)  # smtp(s)://user:password@host, or file:///folder; without it no mail
    mail_from: str = MAIL_FROM
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
        mail_url=_mail_url(given.get("MAIL_URL"), given.get("MAIL_PASSWORD_FILE"), folder),
        mail_from=_mail_from(given.get("MAIL_FROM"), origin),
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
    return _folder_url("PORTFOLIO_FILES_URL", parts)


def _folder_url(name: str, parts: SplitResult) -> str:
    place = Path(unquote(parts.path))
    if parts.netloc or not place.is_absolute() or place == place.parent:
        raise Failure(f"{name} must name a whole path, such as file:///srv/portfolio/files")
    if place.resolve().is_relative_to(paths.PACKAGE):
        raise Failure(f"{name} must not lie among the files of the program, some of which anyone can open")
    return place.resolve().as_uri()


def _mail_url(value: str | None, password_file: str | None, folder: Path) -> str:
    """With the password in it, wherever that came from. What is said of it never repeats it."""
    if not value:
        return (folder.resolve() / "mail").as_uri()
    unclear = Failure(
        "PORTFOLIO_MAIL_URL must look like smtp://user:password@host:587, smtps://host:465 or file:///srv/portfolio/mail;"
        " signs such as / # ? @ in a password are written %2F %23 %3F %40, or it stands in PORTFOLIO_MAIL_PASSWORD_FILE"
    )
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise unclear from None
    if parts.scheme == "file" and not parts.query and not parts.fragment:
        return _folder_url("PORTFOLIO_MAIL_URL", parts)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme not in MAIL_PORTS or not parts.hostname or port == 0:
        raise unclear
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise unclear
    if password_file:
        if password:
            raise Failure(
                "the password stands both in PORTFOLIO_MAIL_URL and in PORTFOLIO_MAIL_PASSWORD_FILE: keep one"
            )
        password = _read_secret(Path(password_file), "the mail password")
    if bool(user) != bool(password):
        raise Failure("for the mail server a user and a password are needed, or neither")
    if not (user + password).isascii():
        raise Failure("the user and the password for the mail server must be ASCII, which is all that SMTP can carry")
    signed_in = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{signed_in}{host}:{port or MAIL_PORTS[parts.scheme]}"


def _mail_from(value: str | None, origin: str | None) -> str:
    if value and not ADDRESS.fullmatch(value):
        raise Failure(
            f"PORTFOLIO_MAIL_FROM must be an address alone, such as portfolio@portfolio.example, not {value!r}"
        )
    host = urlsplit(origin or "").hostname
    ours = f"portfolio@{host}" if host and host not in LOOPBACK else MAIL_FROM
    return value or (ours if ADDRESS.fullmatch(ours) else MAIL_FROM)


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
    key = _read_secret(file, "the secret key")
    if len(key) < KEY_BYTES:
        raise Failure(f"the secret key in {file} is too short: it needs at least {KEY_BYTES} characters")
    return key


def _read_secret(file: Path, what: str) -> str:
    try:
        secret = file.read_text().strip()
        mode = file.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{what} cannot be read from {file}") from error
    if os.name == "posix" and mode & stat.S_IROTH:
        raise Failure(f"{what} in {file} can be read by everyone: chmod 600 it")
    return secret
