"""A mail server of our own on 127.0.0.1, which takes letters, or misbehaves as it is told."""

import shutil
import socketserver
import ssl
import subprocess
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass
class MailServer:
    """How it behaves, and what it has got."""

    tls: ssl.SSLContext | None = None  # offers STARTTLS with it
    encrypts_at_once: bool = False
    answers: dict[str, str] = field(default_factory=dict)  # instead of the usual, to the command of this name
    hangs_at: str = ""  # says nothing more, from this command on
    drops_at: str = ""  # closes the connection at this command
    port: int = 0
    heard: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)  # whether each letter came so
    letters: list[bytes] = field(default_factory=list)
    sign_ins: list[bytes] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def url(self, scheme: str = "smtp", signed_in: str = "", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{signed_in}{host}:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """The letters, read."""
        read = [message_from_bytes(letter, policy=policy.default) for letter in self.letters]
        return [message for message in read if isinstance(message, EmailMessage)]


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        with suppress(OSError):  # whoever is dropped, or does not trust us, goes away
            self._talk(self.server.is_told)  # type: ignore[attr-defined]

    def _talk(self, told: MailServer) -> None:
        encrypted = told.encrypts_at_once
        if encrypted:
            self._encrypt(told)
        line = "CONNECT"
        while line:
            command = line.split()[0].upper()
            told.heard.append(line)
            if command == told.drops_at:
                return
            if command == told.hangs_at:
                told.is_over.wait()
                return
            if command in told.answers:
                self._say(told.answers[command])
            elif command == "CONNECT":
                self._say("220 here")
            elif command == "EHLO":
                tls = ["250-STARTTLS"] if told.tls and not encrypted else []
                self._say("\r\n".join(["250-here", *tls, "250 AUTH PLAIN"]))
            elif command == "STARTTLS":
                self._say("220 go on")
                self._encrypt(told)
                encrypted = True
            elif command == "AUTH":
                told.sign_ins.append(b64decode(line.split()[2]))
                self._say("235 welcome")
            elif command == "DATA":
                self._say("354 speak")
                told.letters.append(self._letter())
                told.encrypted.append(encrypted)
                self._say(told.answers.get("LETTER", "250 taken"))
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 well")
            line = self.rfile.readline().decode().strip()

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _encrypt(self, told: MailServer) -> None:
        assert told.tls
        self.connection = told.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = True


@contextmanager
def mail_server(**told: object) -> Iterator[MailServer]:
    """A server that behaves so, for as long as the block runs."""
    behaves = MailServer(**told)  # type: ignore[arg-type]
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.is_told = behaves  # type: ignore[attr-defined]
        behaves.port = server.server_address[1]
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        try:
            yield behaves
        finally:
            behaves.is_over.set()
            server.shutdown()
            thread.join()


def make_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of our own for `localhost`, and what a server needs to show it; RuntimeError without openssl."""
    if shutil.which("openssl") is None:
        raise RuntimeError("openssl is not installed, so there is no certificate to test with")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context
