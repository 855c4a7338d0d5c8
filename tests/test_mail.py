"""Mail: to a real server on this machine, to servers that misbehave, into a folder."""

import ssl
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from portfolio import mail
from portfolio.config import Settings, from_environment
from portfolio.errors import Failure
from portfolio.mail import FolderPostbox, Letter, NotSent, SmtpPostbox
from tests.mailserver import mail_server, make_certificate

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
OURS = "portfolio@portfolio.example"
SECRET = "https://portfolio.example/guests/kept-between-us"
LETTER = Letter("rani@test.example", "A reflection waits for you", f"Open {SECRET}\n.\n..and answer.\n")


def send(url: str, letter: Letter = LETTER) -> None:
    mail.at(url, OURS).send(letter, now=NOW)


def reason(url: str, letter: Letter = LETTER) -> str:
    """Why it was not sent; nothing of the letter is in it, and nothing leads from it to what would tell."""
    with pytest.raises(NotSent) as caught:
        send(url, letter)
    said = str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    for kept in ("rani", "test.example", "waits", "kept-between-us", "hush"):
        assert kept not in said
    return said


@pytest.fixture
def short_of_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.3)


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine is spoken to as if it were another."""
    monkeypatch.setattr(mail, "LOOPBACK", ())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    try:
        return make_certificate(tmp_path_factory.mktemp("certificate"))
    except RuntimeError as error:
        pytest.skip(str(error))


@pytest.fixture
def trusted(certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The certificate of the server, which this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    return certificate[1]


# --- What arrives


def test_a_letter_arrives_as_it_was_written():
    with mail_server() as server:
        send(server.url())
        [message] = server.messages
    assert message["From"] == "Portfolio <portfolio@portfolio.example>"
    assert message["To"] == "rani@test.example"
    assert message["Subject"] == "A reflection waits for you"
    assert message["Date"] == "Wed, 04 Mar 2026 05:06:07 +0000"
    assert message["Message-ID"].endswith("@portfolio.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert "ehlo portfolio.example" in server.heard
    assert f"mail FROM:<{OURS}>" in [line.split(" size=")[0] for line in server.heard]
    assert "rcpt TO:<rani@test.example>" in server.heard


def test_letters_beyond_ascii_arrive():
    text = "Yth. Bapak Dr. Ngurah — “catatan” ke‑3 ✓\n" + "kata " * 400 + "\n"
    with mail_server() as server:
        send(
            server.url(),
            Letter("ngurah@bücher.example", "Menunggu: “Belum Ada Kabar” — é", text, "I Gusti Ngurah Ré, M.Si."),
        )
        [message] = server.messages
    assert message["Subject"] == "Menunggu: “Belum Ada Kabar” — é"
    [to] = message["To"].addresses
    assert (to.display_name, to.addr_spec) == ("I Gusti Ngurah Ré, M.Si.", "ngurah@xn--bcher-kva.example")
    assert message.get_content().replace("\r\n", "\n") == text
    assert server.letters[0].isascii()
    assert max(map(len, server.letters[0].split(b"\r\n"))) <= 998


def test_two_letters_have_names_of_their_own():
    with mail_server() as server:
        send(server.url())
        send(server.url())
    first, second = (message["Message-ID"] for message in server.messages)
    assert first != second


# --- Encryption and signing in


def test_a_server_on_this_machine_needs_no_encryption():
    with mail_server() as server:
        send(server.url(signed_in="ngurah%40a.example:h%2Fush@"))
    assert server.encrypted == [False]
    assert server.sign_ins == [b"\0ngurah@a.example\0h/ush"]


@pytest.mark.usefixtures("far_away")
def test_another_machine_is_spoken_to_encrypted(trusted: ssl.SSLContext):
    with mail_server(tls=trusted) as server:
        send(server.url(host="localhost", signed_in="portfolio:hush@"))
    assert server.encrypted == [True]
    assert server.sign_ins == [b"\0portfolio\0hush"]
    assert [line.split()[0].upper() for line in server.heard][:4] == ["CONNECT", "EHLO", "STARTTLS", "EHLO"]


@pytest.mark.usefixtures("far_away")
def test_another_machine_that_does_not_encrypt_gets_nothing():
    with mail_server() as server:
        assert "STARTTLS" in reason(server.url(signed_in="portfolio:hush@"))
    assert [line.split()[0].upper() for line in server.heard] == ["CONNECT", "EHLO"]


@pytest.mark.usefixtures("far_away")
def test_a_certificate_that_nobody_vouches_for_is_not_accepted(certificate: tuple[Path, ssl.SSLContext]):
    with mail_server(tls=certificate[1]) as server:
        assert "certificate" in reason(server.url(host="localhost", signed_in="portfolio:hush@"))
    assert (server.letters, server.sign_ins) == ([], [])


@pytest.mark.usefixtures("far_away")
def test_a_certificate_for_another_name_is_not_accepted(trusted: ssl.SSLContext):
    with mail_server(tls=trusted) as server:
        assert "certificate" in reason(server.url(host="127.0.0.1", signed_in="portfolio:hush@"))
    assert (server.letters, server.sign_ins) == ([], [])


def test_a_server_may_encrypt_from_the_first_byte(trusted: ssl.SSLContext):
    with mail_server(tls=trusted, encrypts_at_once=True) as server:
        send(server.url("smtps", host="localhost"))
    assert server.encrypted == [True]


@pytest.mark.usefixtures("short_of_patience")
def test_a_server_that_does_not_encrypt_from_the_first_byte_gets_nothing():
    with mail_server() as server:
        reason(server.url("smtps", host="localhost", signed_in="portfolio:hush@"))
    assert (server.letters, server.sign_ins) == ([], [])


# --- Servers that say no, or nothing


@pytest.mark.parametrize(
    ("command", "answer", "said"),
    [
        ("RCPT", "550 5.1.1 <rani@test.example>: nobody here", "the mail server refuses the recipient (550 5.1.1)"),
        ("RCPT", "450 rani@test.example, come later", "the mail server refuses the recipient (450)"),
        ("MAIL", "553 5.7.1 not yours", "the mail server refuses the sender (553 5.7.1)"),
        ("AUTH", "535 5.7.8 hush is wrong", "does not accept the user and the password (535 5.7.8)"),
        ("CONNECT", "421 too busy", "the mail server says no (421)"),
        ("DATA", "451 4.3.0 not now", "the mail server says no (451 4.3.0)"),
        ("LETTER", "552 5.3.4 too large, rani@test.example", "the mail server says no (552 5.3.4)"),
    ],
)
def test_what_a_server_refuses_is_said_without_its_words(command: str, answer: str, said: str):
    with mail_server(answers={command: answer}) as server:
        assert said in reason(server.url(signed_in="portfolio:hush@"))


COMMANDS = ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"]


@pytest.mark.usefixtures("short_of_patience")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_that_hangs_is_not_waited_for(command: str):
    with mail_server(hangs_at=command) as server:
        assert "timed out" in reason(server.url())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_that_goes_away_is_noticed(command: str):
    with mail_server(drops_at=command) as server:
        reason(server.url())
    assert server.letters == []


@pytest.mark.usefixtures("short_of_patience")
@pytest.mark.parametrize("farewell", [{"hangs_at": "QUIT"}, {"drops_at": "QUIT"}, {"answers": {"QUIT": "500 no"}}])
def test_what_was_taken_is_sent_whatever_the_farewell(farewell: dict[str, object]):
    with mail_server(**farewell) as server:
        send(server.url())
    assert len(server.letters) == 1


def test_no_server_at_all_is_said():
    with mail_server() as server:
        pass
    assert "refused" in reason(server.url())


# --- Nothing gets into a header, and nothing out of the letter

BROKEN = ["\r\nBcc: eve@evil.example", "\nBcc: eve@evil.example", "\r\n\r\nWritten by eve", "\x85Bcc: eve@evil.example"]


@pytest.mark.parametrize("more", [*BROKEN, ", eve@evil.example", ";eve@evil.example", " <eve@evil.example>", "\0"])
@pytest.mark.parametrize("form", ["rani@test.example{}", "{}rani@test.example", "rani{}@test.example"])
def test_no_address_becomes_two_or_a_header(more: str, form: str):
    with mail_server() as server:
        assert "written down" in reason(server.url(), Letter(form.format(more), "Hello", "Hello"))
    assert server.heard == []


@pytest.mark.parametrize(
    "address",
    ["", "rani", "@test.example", "rani@", "Rani <rani@test.example>", "räni@test.example", "a@b@c", "a@b..c"],
)
def test_what_is_no_address_is_refused(address: str, tmp_path: Path):
    reason(tmp_path.as_uri(), Letter(address, "Hello", "Hello"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("more", [*BROKEN, "\u2028Bcc: eve@evil.example", "\0", "\ud800", "\u202e"])
def test_a_subject_or_a_name_stays_one_line(more: str):
    with mail_server() as server:
        send(server.url(), Letter("rani@test.example", f"Hello{more}", "Hello", f"Rani{more}"))
        [message] = server.messages
    assert message["Bcc"] is None
    assert len(message.keys()) == 9
    assert [to.addr_spec for to in message["To"].addresses] == ["rani@test.example"]
    assert message["Subject"].startswith("Hello")
    assert message["Subject"].isprintable()
    assert message.get_content() == "Hello\r\n"
    assert [line for line in server.heard if "evil" in line] == []


def test_the_words_of_a_letter_are_in_no_representation():
    for thing in (
        LETTER,
        mail.at("smtp://portfolio:hush@mail.example", OURS),
        Settings("", "", mail_url="smtp://a:hush@b"),
    ):
        for kept in ("rani", "waits", "kept-between-us", "hush"):
            assert kept not in repr(thing)


# --- Into a folder


def test_a_folder_keeps_each_letter_for_us_alone(tmp_path: Path):
    folder = tmp_path / "a place" / "mail"
    send(folder.as_uri())
    send(folder.as_uri())
    first, second = sorted(folder.iterdir())
    assert first.name.startswith("20260304T050607Z-")
    assert first.suffix == ".eml"
    assert first.name != second.name
    assert (folder.stat().st_mode & 0o777, first.stat().st_mode & 0o777) == (0o700, 0o600)
    message = message_from_bytes(first.read_bytes(), policy=policy.default)
    assert message["To"] == "rani@test.example"
    assert SECRET in message.get_body().get_content()  # type: ignore[attr-defined]


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path):
    (tmp_path / "mail").write_text("in the way")
    assert "File exists" in reason((tmp_path / "mail").as_uri())


def test_what_the_disk_does_not_take_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mail.os, "fsync", full)
    assert "No space left" in reason(tmp_path.as_uri())
    assert list(tmp_path.iterdir()) == []


# --- Settings


def settings(tmp_path: Path, **given: str) -> Settings:
    return from_environment(
        {"PORTFOLIO_INSTANCE": str(tmp_path)} | {f"PORTFOLIO_{name}": given[name] for name in given}
    )


def test_mail_goes_into_the_instance_folder_unless_a_setting_says_otherwise(tmp_path: Path):
    assert mail.at(settings(tmp_path).mail_url, OURS) == FolderPostbox(tmp_path / "mail", OURS)
    assert settings(tmp_path).mail_from == "portfolio@localhost"
    elsewhere = settings(tmp_path, MAIL_URL=f"file://{tmp_path}/else%20where")
    assert mail.at(elsewhere.mail_url, OURS) == FolderPostbox(tmp_path / "else where", OURS)
    public = settings(tmp_path, PUBLIC_ORIGIN="https://portfolio.example:8443")
    assert public.mail_from == "portfolio@portfolio.example"
    assert settings(tmp_path, MAIL_FROM="latsar@office.example").mail_from == "latsar@office.example"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("smtp://mail.example", "smtp://mail.example:587"),
        ("smtps://mail.example/", "smtps://mail.example:465"),
        ("smtp://localhost:25", "smtp://localhost:25"),
        ("smtp://[::1]:25", "smtp://[::1]:25"),
        ("smtp://me@office.example:a%2Fb@mail.example:26", "smtp://me%40office.example:a%2Fb@mail.example:26"),
    ],
)
def test_the_address_of_a_server(tmp_path: Path, given: str, meant: str):
    assert settings(tmp_path, MAIL_URL=given).mail_url == meant
    assert isinstance(mail.at(meant, OURS), SmtpPostbox)


def test_the_password_may_stand_in_a_file(tmp_path: Path):
    file = tmp_path / "password"
    file.write_text("hu/sh@:%\n")
    file.chmod(0o600)
    given = {"MAIL_URL": "smtp://portfolio@mail.example", "MAIL_PASSWORD_FILE": str(file)}
    assert settings(tmp_path, **given).mail_url == "smtp://portfolio:hu%2Fsh%40%3A%25@mail.example:587"
    with pytest.raises(Failure, match="both"):
        settings(tmp_path, **given | {"MAIL_URL": "smtp://portfolio:hush@mail.example"})
    file.chmod(0o644)
    with pytest.raises(Failure, match="chmod 600"):
        settings(tmp_path, **given)
    with pytest.raises(Failure, match="cannot be read"):
        settings(tmp_path, **given | {"MAIL_PASSWORD_FILE": str(tmp_path / "nowhere")})


@pytest.mark.parametrize(
    "given",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://portfolio:hush@",
        "smtp://portfolio:hu/sh@mail.example",
        "smtp://portfolio:hu#sh@mail.example",
        "smtp://portfolio:hush@mail.example/path",
        "smtp://portfolio:hush@mail.example?tls=no",
        "smtp://portfolio:hush@mail.example:0",
        "smtp://portfolio:hush@mail.example:99999",
        "smtp://portfolio:hush@mail.example:port",
        "smtp://portfolio:hush@[mail.example",
        "smtp://portfolio@mail.example",
        "smtp://:hush@mail.example",
        "smtp://portfolio:hüsh@mail.example",
        "file://host/mail",
        "file:///",
        "file:///mail?hush",
    ],
)
def test_an_unclear_address_is_said_in_one_line_without_the_password(tmp_path: Path, given: str):
    with pytest.raises(Failure) as caught:
        settings(tmp_path, MAIL_URL=given)
    assert "\n" not in str(caught.value)
    assert "hush" not in str(caught.value).replace("user:password", "")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("given", ["portfolio", "Portfolio <a@b.example>", "a@b.example, c@d.example", "a@b\r\nBcc: c"])
def test_who_mail_is_from_is_one_address(tmp_path: Path, given: str):
    with pytest.raises(Failure, match="PORTFOLIO_MAIL_FROM"):
        settings(tmp_path, MAIL_FROM=given)


def test_a_host_that_no_address_can_have_is_no_fault(tmp_path: Path):
    assert settings(tmp_path, PUBLIC_ORIGIN="https://[2001:db8::1]").mail_from == "portfolio@localhost"
