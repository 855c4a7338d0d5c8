"""One letter, sent: to a mail server, or into a folder. Nothing that a letter says, or to whom, is told to a log."""

import os
import re
import secrets
import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from portfolio.config import LOOPBACK, MAIL_PORTS
from portfolio.disk import bring_to_disk

TIMEOUT = 10.0  # seconds, for each answer of the server
CALLED = "Portfolio"  # whom a letter says it is from
ENHANCED = re.compile(rb"\d\.\d{1,3}\.\d{1,3}")  # what a server says more exactly, still without any words


class NotSent(Exception):
    """A letter could not be sent. The message is the reason, for a log; it holds no address and no words."""


@dataclass(frozen=True, repr=False)
class Letter:
    """Plain text for one person; `name` is what they are called, if one knows."""

    to: str
    subject: str
    text: str
    name: str = ""


class Postbox(Protocol):
    """Where letters are dropped."""

    def send(self, letter: Letter, *, now: datetime) -> None:
        """Let it go; NotSent when it cannot."""


@dataclass(frozen=True, repr=False)
class SmtpPostbox:
    """A mail server. To another machine everything is encrypted, and that machine proves that it is the one meant."""

    url: str
    sender: str

    def send(self, letter: Letter, *, now: datetime) -> None:
        """Handed over when the server has said that it takes it."""
        message, to = _written(letter, self.sender, now)
        try:
            with closing(self._connected()) as server:
                server.send_message(message, self.sender, [to])
                with suppress(Exception):  # it has the letter; a poor farewell does not take it back
                    server.quit()
        except Exception as error:
            raise NotSent(_reason(error)) from None  # what smtplib says names the address

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or MAIL_PORTS[parts.scheme]
        ourselves = self.sender.rpartition("@")[2]  # else smtplib asks the name service who we are, and waits for it
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, ourselves, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, port, ourselves, timeout=TIMEOUT)
        try:
            if parts.scheme == "smtp" and host not in LOOPBACK:
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


@dataclass(frozen=True)
class FolderPostbox:
    """A folder that only we can look into; each letter is a file, which mail programs open."""

    folder: Path
    sender: str

    def send(self, letter: Letter, *, now: datetime) -> None:
        """Written under another name, brought to the disk, and only then called a letter."""
        message, _ = _written(letter, self.sender, now)
        path = self.folder / f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(8)}.eml"
        unfinished = path.with_suffix(".unfinished")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(bytes(message))
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            bring_to_disk(self.folder)
        except OSError as error:
            raise NotSent(f"the folder {self.folder}: {error.strerror}") from None


def at(url: str, sender: str) -> Postbox:
    """The postbox of a setting: `smtp://…`, `smtps://…` or `file:///folder`."""
    parts = urlsplit(url)
    return FolderPostbox(Path(unquote(parts.path)), sender) if parts.scheme == "file" else SmtpPostbox(url, sender)


def _written(letter: Letter, sender: str, now: datetime) -> tuple[EmailMessage, str]:
    """The letter as it travels, and the address it goes to, which is the one it shows."""
    try:
        to = _address(letter.to, _line(letter.name))
        message = EmailMessage(SMTP)
        message["From"] = _address(sender, CALLED)
        message["To"] = to
        message["Subject"] = _line(letter.subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # so that nobody's "I am on leave" answers it
        # Not 8bit, which a server need not take.
        message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
        bytes(message)
    except Exception as error:  # the parser of addresses has many, IndexError among them
        raise NotSent(f"it cannot be written down ({type(error).__name__})") from None
    return message, to.addr_spec


def _line(text: str) -> str:
    """One line: what would break a header, or turn the direction of writing, becomes a space."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _address(text: str, name: str) -> Address:
    """Exactly one address, in ASCII; ValueError for anything else."""
    local, _, domain = text.rpartition("@")
    plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    if not local or not domain or not plain.isascii() or not plain.isprintable() or " " in plain:
        raise ValueError
    address = Address(name, addr_spec=plain)
    if address.addr_spec != plain:  # it was read as something else than it says
        raise ValueError
    return address


def _reason(error: Exception) -> str:
    """What went wrong, without the words of the server: they often repeat the address."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            [(code, said)] = error.recipients.values()
            return f"the mail server refuses the recipient ({_codes(code, said)})"
        case smtplib.SMTPSenderRefused():
            return f"the mail server refuses the sender ({_codes(error.smtp_code, error.smtp_error)})"
        case smtplib.SMTPAuthenticationError():
            codes = _codes(error.smtp_code, error.smtp_error)
            return f"the mail server does not accept the user and the password ({codes})"
        case smtplib.SMTPResponseException():
            return f"the mail server says no ({_codes(error.smtp_code, error.smtp_error)})"
        case smtplib.SMTPNotSupportedError() | smtplib.SMTPServerDisconnected():
            return f"the mail server: {error}"  # smtplib's own words
        case smtplib.SMTPException():
            return f"the mail server: {type(error).__name__}"
        case ssl.SSLCertVerificationError():
            return f"the certificate of the mail server is not accepted: {error.verify_message}"
        case OSError():
            return f"the mail server cannot be reached: {error.strerror or type(error).__name__}"
        case _:
            return type(error).__name__


def _codes(code: int, said: bytes | str) -> str:
    enhanced = ENHANCED.match(said if isinstance(said, bytes) else said.encode())
    return f"{code} {enhanced.group().decode()}" if enhanced else str(code)
