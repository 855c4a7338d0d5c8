"""A letter goes out when what it tells of is committed, and only then; and its links lead to us, whoever asks."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, abort, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portfolio.database import db
from portfolio.errors import Refused
from portfolio.mail import Letter
from portfolio.models import User
from portfolio.web import outbox
from portfolio.web.access import public
from tests.cast import NOON
from tests.mailserver import mail_server
from tests.site import Site

LETTER = Letter("rani@test.example", "Rani is here", "https://portfolio.example/kept-between-us\n")
SORRY = "This is saved, but the email about it could not be sent."


def write(name: str = "Rani") -> None:
    db.session.add(User(email=f"{name.casefold()}@test.example", name=name, created_at=NOON))
    db.session.flush()


def done() -> ResponseReturnValue:
    return redirect("/sign-in", 303)


# --- What views may do; each is a page of the application below


def commits() -> ResponseReturnValue:
    write()
    outbox.send_after_commit(LETTER)
    db.session.commit()
    return done()


def says_more() -> ResponseReturnValue:
    write()
    outbox.send_after_commit(LETTER, when_sent="Rani has mail.", when_not="Rani has no mail.")
    db.session.commit()
    return done()


def commits_what_came_before() -> ResponseReturnValue:
    write()
    db.session.commit()
    write("Budi")
    outbox.send_after_commit(LETTER)
    return done()


def rolls_back() -> ResponseReturnValue:
    write()
    outbox.send_after_commit(LETTER)
    db.session.rollback()
    return done()


def rolls_back_then_commits() -> ResponseReturnValue:
    outbox.send_after_commit(LETTER)
    db.session.rollback()
    write("Budi")
    db.session.commit()
    return done()


def forgets_then_commits() -> ResponseReturnValue:
    outbox.send_after_commit(LETTER)
    db.session.remove()
    write("Budi")
    db.session.commit()
    return done()


def is_refused() -> ResponseReturnValue:
    write()
    outbox.send_after_commit(LETTER)
    raise Refused("No.")


def breaks() -> ResponseReturnValue:
    write()
    outbox.send_after_commit(LETTER)
    raise ZeroDivisionError


def cannot_commit() -> ResponseReturnValue:
    outbox.send_after_commit(LETTER)
    write()
    db.session.add(User(email="budi@test.example", created_at=NOON))  # without a name
    db.session.commit()
    return done()


def commits_a_part_only() -> ResponseReturnValue:
    outbox.send_after_commit(LETTER)
    with db.session.begin_nested():
        write()
    db.session.rollback()
    return done()


def commits_without_a_part() -> ResponseReturnValue:
    write()
    outbox.send_after_commit(LETTER)
    part = db.session.begin_nested()
    write("Budi")
    part.rollback()
    db.session.commit()
    return done()


def another_commits() -> ResponseReturnValue:
    outbox.send_after_commit(LETTER)
    with db.session.session_factory() as another:
        another.execute(sa.select(sa.func.count()).select_from(User))
        another.commit()
    return done()


def commits_then_breaks() -> ResponseReturnValue:
    write()
    outbox.send_after_commit(LETTER)
    db.session.commit()
    abort(409)


def commits_then_reads() -> ResponseReturnValue:
    outbox.send_after_commit(LETTER)
    db.session.commit()
    db.session.scalar(sa.select(sa.func.count()).select_from(User))
    return done()


def commits_quietly() -> ResponseReturnValue:
    write("Sari")
    db.session.commit()
    return done()


# What each answers with, and who is there afterwards.
SENDING = {commits: (303, ["Rani"]), commits_without_a_part: (303, ["Rani"]), commits_then_breaks: (409, ["Rani"])}
NOT_SENDING = {
    commits_what_came_before: (303, ["Rani"]),
    rolls_back: (303, []),
    rolls_back_then_commits: (303, ["Budi"]),
    forgets_then_commits: (303, ["Budi"]),
    is_refused: (409, []),
    breaks: (500, []),
    cannot_commit: (500, []),
    commits_a_part_only: (303, []),
    another_commits: (303, []),
}
Served = Callable[[str], Flask]


@pytest.fixture
def served(site: Site) -> Iterator[Served]:
    """The application with these pages, and with another postbox."""
    closing = []
    site.holds = None  # another engine writes

    def served(mail_url: str) -> Flask:
        context = site.served_as(mail_url=mail_url)
        app = context.__enter__()
        closing.append(context)
        app.config["PROPAGATE_FAULTS"] = False
        for view in (*SENDING, *NOT_SENDING, says_more, commits_then_reads, commits_quietly):
            app.add_url_rule(f"/{view.__name__}", view_func=public(view), methods=["POST"])
        return app

    yield served
    for context in closing:
        context.__exit__(None, None, None)


def post(app: Flask, view: Callable[..., object]) -> tuple[int, str]:
    """What is answered, and the page that follows."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    status = client.post(f"/{view.__name__}").status_code
    return status, client.get("/sign-in").get_data(as_text=True)


def people(session: Session) -> list[str]:
    session.commit()  # or else it goes on seeing what it saw before
    return list(session.scalars(sa.select(User.name).order_by(User.name)))


@pytest.mark.parametrize("view", SENDING)
def test_a_letter_goes_out_with_the_commit(
    served: Served, session: Session, tmp_path: Path, view: Callable[..., object]
):
    status, page = post(served(tmp_path.as_uri()), view)
    assert (status, people(session)) == SENDING[view]
    [letter] = tmp_path.iterdir()
    assert "Subject: Rani is here" in letter.read_text()
    assert SORRY not in page


@pytest.mark.parametrize("view", NOT_SENDING)
def test_a_letter_without_its_commit_never_goes_out(
    served: Served, session: Session, tmp_path: Path, view: Callable[..., object]
):
    app = served(tmp_path.as_uri())
    status, page = post(app, view)
    assert (status, people(session)) == NOT_SENDING[view]
    assert post(app, commits_quietly)[0] == 303  # nor with what somebody commits afterwards
    assert "Sari" in people(session)
    assert list(tmp_path.iterdir()) == []
    assert SORRY not in page


@pytest.mark.parametrize("answers", [{}, {"RCPT": "550 5.1.1 <rani@test.example> is unknown"}])
def test_what_came_of_it_is_said_on_the_next_page(served: Served, session: Session, answers: dict[str, str]):
    with mail_server(answers=answers) as server:
        _, page = post(served(server.url()), says_more)
    assert ("Rani has mail." in page, "Rani has no mail." in page) == (not answers, bool(answers))
    assert len(server.letters) == (0 if answers else 1)
    assert people(session) == ["Rani"]


def test_a_mail_server_that_is_away_takes_nothing_back_and_tells_the_log_nothing(
    served: Served, session: Session, caplog: pytest.LogCaptureFixture
):
    with mail_server() as server:
        pass
    assert SORRY in post(served(server.url()), commits)[1]
    assert people(session) == ["Rani"]
    assert "cannot be reached: Connection refused" in caplog.text
    for kept in ("rani", "Rani", "kept-between-us", "Traceback"):
        assert kept not in caplog.text


def test_nobody_waits_for_the_database_while_the_mail_server_is_slow(served: Served, tmp_path: Path):
    app = served(tmp_path.as_uri())
    held = []

    class Slow:
        def send(self, letter: Letter, **when: object) -> None:
            held.append((db.session().in_transaction(), db.engine.pool.checkedout()))  # type: ignore[attr-defined]

    app.extensions["postbox"] = Slow()
    post(app, commits_then_reads)
    assert held == [(False, 0)]


def test_a_letter_that_could_wait_for_nothing_is_a_fault(app: Flask):
    with app.app_context(), pytest.raises(RuntimeError):
        outbox.send_after_commit(LETTER)
    with app.test_request_context():
        with pytest.raises(RuntimeError):
            outbox.send_after_commit(LETTER)
        with db.session.begin_nested(), pytest.raises(RuntimeError):
            outbox.send_after_commit(LETTER)


# --- Links


def links(app: Flask) -> None:
    app.add_url_rule("/link", view_func=public(link))


def link() -> str:
    return outbox.link("accounts.invitation", secret="a b?")


ELSEWHERE = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "host=evil.example",
    "X-Original-Host": "evil.example",
}


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("header", ELSEWHERE)
def test_no_header_changes_where_a_link_leads(site: Site, header: str, behind: bool):
    with site.served_as(public_origin="https://portfolio.example", is_behind_proxy=behind) as app:
        links(app)
        headers = {"Host": "portfolio.example"} | {header: ELSEWHERE[header]}
        response = app.test_client().get("/link", headers=headers)
    if header == "Host":
        assert response.status_code == 400
        assert b"evil" not in response.data
    else:
        assert response.text == "https://portfolio.example/invitations/a%20b%3F"


@pytest.mark.parametrize(
    ("host", "leads_to"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost:8000", "http://localhost:8000"),
        ("evil.example", None),
        ("localhost.evil.example", None),
        ("localhost@evil.example", None),
        ("evil.example#@localhost", None),
    ],
)
def test_without_a_public_origin_links_lead_to_this_machine_only(site: Site, host: str, leads_to: str | None):
    with site.served_as() as app:
        links(app)
        response = app.test_client().get("/link", headers={"Host": host})
    if leads_to is None:
        assert response.status_code == 400
        assert b"evil" not in response.data
    else:
        assert response.text == f"{leads_to}/invitations/a%20b%3F"
