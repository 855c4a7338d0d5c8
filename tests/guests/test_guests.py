"""A guest's whole story: the letter, the link, the one text, a comment, a decision; and every way in which it ends."""

import email
import email.policy
import io
import logging
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portfolio import clock, policy
from portfolio.guests.letters import plain
from portfolio.models import Comment, GuestPass, ReadEvent, Reason, Reflection, Review, State, User, handed_in_with
from tests import cast, rows
from tests.cast import DAY, HOUR, NOON, World, make_world
from tests.lint import Linter
from tests.site import ONE_DATABASE, Site
from tests.test_budget import file_of

BOSS = {"name": "Farah Nasution", "email": "Farah@office.example", "language": "en"}
LINK = re.compile(r"http://localhost/guest/([A-Za-z0-9_-]{43})")
one_database = pytest.mark.parametrize("database", [ONE_DATABASE], indirect=True)
FOUND_NOTHING, OVER = "This link opens nothing", "This link no longer works"


class Time:
    """What time it is for the application."""

    now = NOON


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(clock, "now", lambda: time.now)
    return time


@pytest.fixture
def world(session: Session, time: Time) -> World:
    """The cast; a supervisor signs second, and nobody with an account is Ana's."""
    return make_world(session, now=NOON, steps=("mentor", "supervisor"))


@pytest.fixture
def mail(site: Site) -> Callable[[], list[EmailMessage]]:
    """The letters that were sent since the test began, the oldest first."""
    folder = Path(unquote(urlsplit(site.settings.mail_url).path))
    before = set(folder.glob("*.eml"))

    def letters() -> list[EmailMessage]:
        new = sorted(set(folder.glob("*.eml")) - before, key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in new]

    return letters


@pytest.fixture
def passed_on(world: World) -> Reflection:
    """Ana's, accepted by her mentor; it waits for her supervisor."""
    said = cast.words("What Ana saw at the counter.", title="Those who wait")
    return cast.decide(world, cast.submitted(world, world.ana, at=NOON - DAY, said=said), cast.Outcome.ACCEPTED)


Invite = Callable[..., str]


@pytest.fixture
def invite(
    world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient], mail: Callable[[], list[EmailMessage]]
) -> Invite:
    """Somebody invites the boss: the secret, from the letter."""

    def invite(by: User | None = None, to: Reflection | None = None, **form: str) -> str:
        about = BOSS | {"role": "supervisor"} | form
        answer = client_for(by or world.mia).post(f"/reflections/{(to or passed_on).id}/guests", data=about)
        assert answer.status_code == 303, answer.text
        return secret_in(mail()[-1])

    return invite


def secret_in(letter: EmailMessage) -> str:
    [secret] = LINK.findall(letter.get_content())
    return str(secret)


def stranger(site: Site) -> FlaskClient:
    """A browser that was never here, of somebody who reads English."""
    browser = site.app.test_client()
    with browser.session_transaction() as cookie:
        cookie["language"] = "en"
    return browser


def come_in(site: Site, secret: str) -> FlaskClient:
    """A browser of the guest's, in which the link was opened."""
    browser = site.app.test_client()
    answer = browser.post(f"/guest/{secret}")
    assert (answer.status_code, answer.location) == (303, "/guest/")
    return browser


def fields(page: TestResponse) -> dict[str, str]:
    """What a form on the page says by itself."""
    return dict(re.findall(r'name="(about|round|step)" value="(\d+)"', page.text))


def said_no(answer: TestResponse, status: int, sentence: str, *words: str) -> None:
    assert answer.status_code == status
    assert sentence in answer.text
    for word in words:
        assert f"{word}</textarea>" in answer.text, "words are never lost"


def test_the_whole_story(
    site: Site, session: Session, world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient],
    mail: Callable[[], list[EmailMessage]], caplog: pytest.LogCaptureFixture,
):  # fmt: skip
    caplog.set_level(logging.DEBUG)
    world.mia.address = "Ibu"
    file = file_of(world, passed_on, 1)
    file.key = "f" * 32
    world.keep(file)
    world.session.execute(handed_in_with.insert().values(submission_id=passed_on.latest.id, attachment_id=file.id))
    world.keep()
    site.app.extensions["files"].put(file.key, io.BytesIO(b"bytes"))
    mia = client_for(world.mia)
    mia.post(f"/reflections/{passed_on.id}/guests", data=BOSS | {"role": "supervisor"})

    [letter] = mail()
    secret = secret_in(letter)
    assert letter["To"] == "Farah Nasution <farah@office.example>"
    assert letter["Subject"] == "You are invited to read a reflection"
    text = letter.get_content()
    assert "Ibu Mia asks you to read a reflection that Ana wrote in the training First" in text
    assert "until 18 March 2026" in text
    assert "supervisor" in text
    assert "counter" not in text
    assert "Those who wait" not in text
    mias = mia.get(f"/reflections/{passed_on.id}")
    assert "An invitation was sent to Farah Nasution." in mias.text
    assert "not opened yet" in mias.text
    assert secret not in mias.text

    browser = site.app.test_client()
    landing = browser.get(f"/guest/{secret}")
    assert landing.status_code == 200
    assert "Ibu Mia invites you, Farah Nasution, to read what Ana wrote" in landing.text
    assert "counter" not in landing.text
    browser = come_in(site, secret)
    page = browser.get("/guest/")
    assert page.status_code == 200
    assert "What Ana saw at the counter." in page.text
    assert f"/guest/files/{file.id}" in page.text
    assert browser.get(f"/guest/files/{file.id}").status_code == 200
    assert "/reflections/" not in page.text, "it leads nowhere else"

    answer = browser.post("/guest/comments", data={**fields(page), "text": "I was there too."})
    assert answer.status_code == 303
    assert "I was there too." in browser.get("/guest/").text
    answer = browser.post("/guest/review", data={**fields(page), "outcome": "accepted", "feedback": "Well seen."})
    assert (answer.status_code, answer.location) == (303, "/guest/#decided")
    assert "Your decision" in browser.get("/guest/").text

    seen = client_for(world.ana).get(f"/reflections/{passed_on.id}").text
    assert re.search(r"Farah Nasution</bdi></b> <span class=\"quiet\">\(supervisor, guest\)", seen)
    assert "Well seen." in seen
    assert "I was there too." in seen
    assert "opened 4 Mar 2026" in seen
    assert world.reflection(passed_on).state is State.ACCEPTED
    [said] = session.scalars(sa.select(Comment))
    form = {"text": "I know.", "reply_to": str(said.id)}
    assert client_for(world.ana).post(f"/reflections/{passed_on.id}/comments", data=form).status_code == 303
    assert "I know." in browser.get("/guest/").text
    assert session.scalars(policy.replies_awaiting(world.mia)).all() == [], "the guest was answered, not Mia"
    boss = session.scalars(sa.select(User).where(User.email == "farah@office.example")).one()
    reads = session.scalars(sa.select(ReadEvent).where(ReadEvent.reader_id == boss.id).order_by(ReadEvent.id)).all()
    assert reads[0].reason is Reason.REVIEW
    assert boss.password_hash is None

    everywhere = str(rows.read(site.engine)) + caplog.text + page.text + landing.text + seen
    assert secret not in everywhere


@one_database
def test_looking_at_a_link_does_nothing(site: Site, session: Session, invite: Invite):
    secret = invite()
    before = rows.read(site.engine)
    browser = site.app.test_client()
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        answer = browser.open(f"/guest/{secret}", method=method)
        assert answer.status_code == 200
        assert secret not in answer.text + str(answer.headers)
    assert browser.get("/guest/").status_code == 404, "to look is not to come in"
    assert rows.read(site.engine) == before
    assert come_in(site, secret).head("/guest/").status_code == 200
    assert len(session.scalars(sa.select(ReadEvent)).all()) == 0


@one_database
def test_the_language_of_the_first_page(site: Site, session: Session, invite: Invite):
    browser, secret = site.app.test_client(), invite(language="id")
    assert '<html lang="id">' in browser.get(f"/guest/{secret}").text, "the language in which they were invited"
    answer = browser.post(f"/guest/{secret}", data={"language": "en"})
    assert (answer.status_code, answer.location) == (303, f"/guest/{secret}")
    assert '<html lang="en">' in browser.get(f"/guest/{secret}").text
    assert session.scalars(sa.select(GuestPass.opened_at)).all() == [None]
    assert browser.get("/guest/").status_code == 404, "to choose a language is not to come in"


@one_database
def test_the_pages_are_well_made(
    site: Site, world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient], invite: Invite
):
    secret = invite()
    browser = come_in(site, secret)
    form = {**fields(browser.get("/guest/")), "text": "A word."}
    assert browser.post("/guest/comments", data=form).status_code == 303
    mia = client_for(world.mia)
    answers = [
        browser.get(f"/guest/{secret}"),
        browser.get("/guest/"),
        browser.post("/guest/review", data=form | {"outcome": "returned"}),
        browser.post("/guest/review", data=form | {"outcome": "accepted", "step": "9", "feedback": "Well."}),
        stranger(site).post("/guest/comments", data=form),
        mia.get(f"/reflections/{passed_on.id}"),
        mia.post(f"/reflections/{passed_on.id}/guests", data={"email": "nobody", "role": "mentor"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422, 409, 404, 200, 422]
    linter = Linter(site.app)
    assert [fault for answer in answers for fault in linter.faults(answer.text, answer.request.path)] == []


@one_database
def test_no_search_engine_no_cache_no_referrer(site: Site, invite: Invite):
    secret = invite()
    browser = come_in(site, secret)
    for path in (f"/guest/{secret}", "/guest/", "/guest/there-never-was-one", "/guest/files/1", "/guest/a/b"):
        headers = browser.get(path).headers
        assert headers["X-Robots-Tag"] == "noindex, nofollow", path
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"
    for path in (f"/guest/{secret}", "/guest/", "/guest/there-never-was-one"):
        assert '<meta name="robots" content="noindex, nofollow">' in browser.get(path).text
    assert "X-Robots-Tag" not in browser.get("/sign-in").headers


@one_database
def test_a_wrong_a_cut_and_an_unknown_link_are_one(site: Site, invite: Invite):
    secret = invite()
    wrong = ("A" if secret[0] != "A" else "B") + secret[1:]
    answers = {
        (answer.status_code, answer.data, str(answer.headers))
        for path in (wrong, secret[:30], "there-never-was-such-a-link")
        for answer in [stranger(site).open(f"/guest/{path}", method=method) for method in ("GET", "POST")]
    }
    assert len(answers) == 1
    [(status, page, _)] = answers
    assert status == 404
    assert FOUND_NOTHING in page.decode()


@one_database
def test_an_expired_link(site: Site, time: Time, invite: Invite):
    secret = invite()
    browser = come_in(site, secret)
    form = {**fields(browser.get("/guest/")), "text": "Late."}
    time.now = NOON + 14 * DAY
    for answer in (browser.get("/guest/"), browser.get(f"/guest/{secret}"), browser.post(f"/guest/{secret}")):
        said_no(answer, 410, OVER)
    said_no(browser.post("/guest/comments", data=form), 410, OVER, "Late.")


def test_taken_back_while_the_page_is_open(
    site: Site, session: Session, world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient],
    invite: Invite,
):  # fmt: skip
    browser = come_in(site, invite())
    form = {**fields(browser.get("/guest/")), "outcome": "returned", "feedback": "Say more."}
    [held] = session.scalars(sa.select(GuestPass))
    assert client_for(world.ana).post(f"/guest-passes/{held.id}/revocation").status_code == 303
    before = rows.read(site.engine)
    said_no(browser.post("/guest/review", data=form), 410, OVER, "Say more.")
    said_no(browser.post("/guest/comments", data=form | {"text": "Short."}), 410, OVER, "Short.", "Say more.")
    said_no(browser.get("/guest/"), 410, OVER)
    assert rows.read(site.engine) == before
    assert world.reflection(passed_on).state is State.SUBMITTED


@one_database
def test_a_newer_text_is_read_before_it_is_decided_on(
    site: Site, world: World, time: Time, passed_on: Reflection, invite: Invite
):
    browser = come_in(site, invite())
    form = {**fields(browser.get("/guest/")), "outcome": "returned", "feedback": "For the old text."}
    world.keep(Review.decide(passed_on, cast.Outcome.RETURNED, "No.", round=1, step=1, by=boss_of(world), now=NOON,
                             guest=world.session.scalars(sa.select(GuestPass)).one()))  # fmt: skip
    again = cast.submitted(world, world.ana, said=cast.words("Anew."), at=NOON + HOUR)
    cast.decide(world, again, cast.Outcome.ACCEPTED, at=NOON + HOUR)
    said_no(browser.post("/guest/review", data=form), 409, "The writer has handed in a newer text", "For the old text.")
    assert "Anew." in browser.get("/guest/").text
    said = {**form, "text": "Of the first text."}
    assert browser.post("/guest/comments", data=said).status_code == 303
    assert "Of the first text." in browser.get("/guest/").text


def boss_of(world: World) -> User:
    return world.session.scalars(sa.select(User).where(User.email == "farah@office.example")).one()


@one_database
def test_a_text_that_was_taken_back(site: Site, world: World, invite: Invite):
    fresh = cast.submitted(world, world.ana, cast.CONDUCT)
    browser = come_in(site, invite(to=fresh, role=""))
    form = {**fields(browser.get("/guest/")), "text": "To nothing."}
    fresh = world.reflection(fresh)
    fresh.withdraw(now=NOON)
    world.keep()
    said_no(browser.get("/guest/"), 409, "The writer has taken this text back")
    said_no(browser.post("/guest/comments", data=form), 409, "taken back by its writer", "To nothing.")


def test_the_twenty_first_act_of_an_hour(site: Site, session: Session, time: Time, invite: Invite):
    browser = come_in(site, invite())
    form = fields(browser.get("/guest/"))
    for number in range(20):
        assert browser.post("/guest/comments", data={**form, "text": f"Word {number}."}).status_code == 303
    said_no(browser.post("/guest/comments", data={**form, "text": "One more."}), 429, "a lot in one hour", "One more.")
    review = {**form, "outcome": "accepted", "feedback": "Fine."}
    said_no(browser.post("/guest/review", data=review), 429, "a lot in one hour", "Fine.")
    time.now = NOON + HOUR
    assert browser.post("/guest/review", data=review).status_code == 303


@one_database
def test_what_has_to_be_mended_comes_back(site: Site, world: World, passed_on: Reflection, invite: Invite):
    browser = come_in(site, invite())
    form = fields(browser.get("/guest/"))
    said_no(browser.post("/guest/review", data={**form, "outcome": "returned"}), 422, "say what to improve")
    answer = browser.post("/guest/review", data={**form, "feedback": "Undecided."})
    said_no(answer, 422, "Choose whether to accept or to return it.", "Undecided.")
    answer = browser.post("/guest/review", data={**form, "outcome": "accepted", "feedback": "Good.", "level-x": "3"})
    said_no(answer, 422, "This level is not in the rubric", "Good.")
    said_no(browser.post("/guest/comments", data={**form, "text": ""}), 422, "This field is required.")
    assert world.reflection(passed_on).state is State.SUBMITTED


@one_database
def test_a_guest_who_only_comments_decides_nothing(site: Site, world: World, passed_on: Reflection, invite: Invite):
    browser = come_in(site, invite(by=world.ana, role=""))
    page = browser.get("/guest/")
    assert "/guest/review" not in page.text
    form = {**fields(page), "step": "1", "outcome": "accepted", "feedback": "Mine."}
    said_no(browser.post("/guest/review", data=form), 409, "waits for somebody else", "Mine.")
    assert world.reflection(passed_on).state is State.SUBMITTED


@one_database
def test_two_links_in_one_browser_are_not_mixed_up(site: Site, session: Session, world: World, invite: Invite):
    browser = come_in(site, invite())
    form = {**fields(browser.get("/guest/")), "text": "On the first."}
    other = cast.submitted(world, world.ben)
    browser.post(f"/guest/{invite(to=other, role='')}")
    said_no(browser.post("/guest/comments", data=form), 409, "another link in this browser", "On the first.")
    assert session.scalars(sa.text("SELECT count(*) FROM comment")).one() == 0


@one_database
def test_a_sign_in_and_a_pass_do_not_act_as_each_other(
    site: Site, session: Session, world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient],
    invite: Invite,
):  # fmt: skip
    ben, secret = client_for(world.ben), invite()
    assert ben.post(f"/guest/{secret}").status_code == 303
    assert ben.get(f"/reflections/{passed_on.id}").status_code == 404, "Ben's account sees what it saw before"
    assert ben.get("/series/").status_code == 200
    page = ben.get("/guest/")
    assert "What Ana saw" in page.text
    assert "Ben" not in page.text
    ben.post("/guest/comments", data={**fields(page), "text": "From the guest."})
    [author] = session.scalars(sa.text("SELECT author_id FROM comment"))
    assert author == boss_of(world).id
    ben.post("/guest/language", data={"language": "id"})
    session.refresh(world.ben)
    assert world.ben.language.value == "en"


@one_database
def test_a_guest_reaches_nothing_else(
    site: Site, session: Session, world: World, passed_on: Reflection, invite: Invite
):
    """Every route there is, with the ids of what the guest is shown and of what they are not."""
    mine = file_of(world, passed_on, 1)
    other = cast.submitted(world, world.ben)
    theirs = file_of(world, other, 2)
    world.keep(mine, theirs)
    world.session.execute(handed_in_with.insert().values(submission_id=other.latest.id, attachment_id=theirs.id))
    world.keep()
    browser = come_in(site, invite())
    before = rows.read(site.engine)
    reached = 0
    for rule in site.app.url_map.iter_rules():
        if getattr(site.app.view_functions[rule.endpoint], "is_public", rule.endpoint == "static"):
            continue
        for number in {passed_on.id, other.id, theirs.id}:
            values = {name: "x" * 16 if "code" in name else number for name in rule.arguments}
            path = site.app.url_map.bind("localhost").build(rule.endpoint, values)
            for method in rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
                answer = browser.open(path, method=method)
                asked = answer.status_code == 303 and answer.location.startswith("/sign-in?next=")
                assert asked or answer.status_code == 401, f"{method} {path}: {answer.status_code}"
                reached += 1
    assert reached > 60
    for file in (mine, theirs):  # what Ana has added since is not handed in yet
        assert browser.get(f"/guest/files/{file.id}").status_code == 404
        assert browser.get(f"/guest/files/{file.id}/small").status_code == 404
    assert rows.read(site.engine) == before


@one_database
def test_who_has_an_account_is_no_guest(
    site: Site, session: Session, world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient],
    mail: Callable[[], list[EmailMessage]], invite: Invite,
):  # fmt: skip
    mia = client_for(world.mia)
    answer = mia.post(f"/reflections/{passed_on.id}/guests", data=BOSS | {"email": "ben@test.example"})
    assert answer.status_code == 409
    assert "This person has an account." in answer.text
    assert mail() == []
    browser = come_in(site, invite())
    boss_of(world).password_hash = cast.PASSWORD_HASH
    world.keep()
    said_no(browser.get("/guest/"), 410, OVER)


@one_database
def test_who_may_let_a_guest_sign(
    world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient], session: Session
):
    address = f"/reflections/{passed_on.id}/guests"
    for who, role, status in (
        ("ana", "supervisor", 422),  # her own guests sign nothing
        ("mia", "mentor", 422),  # somebody with an account is Ana's mentor
        ("mia", "coach", 422),  # no step of this cohort
        ("oki", "supervisor", 303),
    ):
        form = BOSS | {"role": role, "email": f"{who}-{role}@office.example"}
        answer = client_for(getattr(world, who)).post(address, data=form)
        assert answer.status_code == status, (who, role)
        assert status == 303 or 'value="Farah Nasution"' in answer.text
    [held] = session.scalars(sa.select(GuestPass))
    assert held.invited_by_id == world.oki.id


def test_twice_is_once_and_a_new_link_ends_the_old(
    site: Site, session: Session, world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient],
    mail: Callable[[], list[EmailMessage]], invite: Invite,
):  # fmt: skip
    first = invite()
    assert invite() == first
    assert len(mail()) == 1
    [held] = session.scalars(sa.select(GuestPass))
    assert client_for(world.ana).post(f"/guest-passes/{held.id}/renewal").status_code == 403, "hers sign nothing"
    assert client_for(world.mia).post(f"/guest-passes/{held.id}/renewal").status_code == 303
    second = secret_in(mail()[-1])
    said_no(stranger(site).get(f"/guest/{first}"), 410, OVER)
    come_in(site, second)
    assert client_for(world.mia).post(f"/guest-passes/{held.id}/renewal").status_code == 409
    assert len(mail()) == 2


@one_database
def test_only_so_many_invitations_a_day(world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient]):
    ana = client_for(world.ana)
    for number in range(20):
        form = BOSS | {"email": f"boss{number}@office.example"}
        assert ana.post(f"/reflections/{passed_on.id}/guests", data=form).status_code == 303
    answer = ana.post(f"/reflections/{passed_on.id}/guests", data=BOSS)
    assert answer.status_code == 409
    assert "a lot of invitations for one day" in answer.text


@one_database
def test_a_letter_that_cannot_be_sent(
    site: Site, session: Session, world: World, passed_on: Reflection, client_for: Callable[..., FlaskClient],
    tmp_path: Path,
):  # fmt: skip
    (tmp_path / "file").write_text("no folder")
    with site.served_as(mail_url=(tmp_path / "file").as_uri()) as app:
        mia = app.test_client()
        mia.set_cookie("portfolio", client_for(world.mia).get_cookie("portfolio").value)
        mia.post(f"/reflections/{passed_on.id}/guests", data=BOSS)
        page = mia.get(f"/reflections/{passed_on.id}").text
    assert "The email to Farah Nasution could not be sent, so nobody has the link." in page
    assert "Send a new link" in page


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Farah Nasution", "Farah Nasution"),
        ("Dr. Farah, S.Tr.IP., M.Si.", "Dr. Farah, S. Tr. IP., M. Si."),
        ("Nur'aini Siti-Aminah", "Nur'aini Siti-Aminah"),
        ("https://evil.example/x", "https evil. example x"),
        ("www.evil.example", "www. evil. example"),
        ("evil。example evil．example", "evil example evil. example"),
        ("boss@evil.example", "boss evil. example"),
        ("Call 08123456789", "Call 0812"),
        ("A\r\nBcc: x", "A Bcc x"),
        ("\u202egnp.live", "gnp. live"),
        ("<a href=x>", "a href x"),
        ("...", "–"),
    ],
)
def test_no_name_becomes_a_link(name: str, told: str):
    assert plain(name) == told
