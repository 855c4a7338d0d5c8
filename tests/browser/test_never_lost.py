"""No word is lost between the keyboard and the server: whatever breaks while somebody writes, every word is there."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, Route, expect
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy.orm import Session

from portfolio.models import SignIn, User
from tests import cast
from tests.browser.catalogue import Say
from tests.browser.check import Check
from tests.browser.serving import Served
from tests.browser.visitor import Trainee, Visits
from tests.cast import CONDUCT, PASSWORD, World, both
from tests.site import Site

pytestmark = pytest.mark.browser

WORDS = " ".join(f"kata{number}" for number in range(1, 301))
SHORT = "What I wrote before the network went away."
WHAT = both("what")["id"]
PHONE = {"width": 390, "height": 844}
COPIES = "Object.keys(localStorage).filter((name) => name.startsWith('portfolio/copy/')).length"
WORKER = """navigator.serviceWorker.ready.then(() => caches.open("pages")).then((kept) => kept.keys())
    .then((all) => all.length > 0)"""


@pytest.fixture
def draft(world: World) -> str:
    """Where Ana writes about today's session."""
    return f"/reflections/{cast.begun(world, world.ana, CONDUCT).id}/edit"


@pytest.fixture
def ana(world: World, visits: Visits, draft: str) -> Trainee:
    """Ana, who has it open."""
    return visits(Trainee, world.ana).opens(draft)


def writes(page: Page, text: str) -> None:
    """Type it, a word at a time."""
    page.get_by_label(WHAT, exact=True).focus()
    for word in text.split(" "):
        page.keyboard.insert_text(f"{word} ")


def kept(world: World) -> str:
    """What the database has of it."""
    return str(world.reflection(cast.begun(world, world.ana, CONDUCT)).answers.get("what", ""))


def is_told(page: Page, sentence: str) -> None:
    """The bar says how safe the words are."""
    expect(page.get_by_role("banner")).to_contain_text(sentence)


def is_saved(page: Page) -> None:
    expect(page.get_by_role("banner")).to_contain_text(re.compile(Say("id")("Saved %(time)s", time=r"\d\d\.\d\d WIB")))


def signs_in(page: Page, user: User) -> None:
    """By the form that is there."""
    say = Say("id")
    page.get_by_label(say("Email address")).fill(user.email)
    page.get_by_label(say("Password")).fill(PASSWORD)
    page.get_by_role("button", name=say("Sign in"), exact=True).click()


@contextmanager
def unplugged(context: BrowserContext) -> Iterator[None]:
    """The network is cut."""
    context.set_offline(True)
    yield
    context.set_offline(False)


def crashes(page: Page) -> None:
    """It is gone, without a last message."""
    with suppress(PlaywrightError), page.expect_event("crash"):
        page.goto("chrome://crash", timeout=3_000)
    page.close()


def ends_all_sessions(session: Session) -> None:
    session.execute(sa.delete(SignIn))
    session.commit()


# --- What breaks


@pytest.mark.parametrize("is_kept_offline", [True, False], ids=["with a worker", "without"])
def test_the_server_is_killed_while_somebody_writes(
    site: Site,
    world: World,
    draft: str,
    tmp_path: Path,
    new_context: Callable[..., BrowserContext],
    is_kept_offline: bool,
):
    say = Say("id")
    with Served(site.settings, tmp_path) as server:
        page = new_context(viewport=PHONE).new_page()
        page.goto(server.address + draft)
        signs_in(page, world.ana)
        page.get_by_label(WHAT, exact=True).wait_for()
        if is_kept_offline:
            page.wait_for_function(WORKER)
        writes(page, WORDS)
        server.kill()
        writes(page, "terakhir")
        is_told(page, say("Not yet saved: no connection."))
        if is_kept_offline:
            page.reload()
            page.get_by_role("button", name=say("Use the text from this device")).click()
            expect(page.get_by_label(WHAT, exact=True)).to_have_value(f"{WORDS} terakhir ")
        server.start()
        page.context.clear_cookies()
        page.goto(server.address + draft)
        signs_in(page, world.ana)
        if page.evaluate(COPIES):
            page.get_by_role("button", name=say("Use the text from this device")).click()
        expect(page.get_by_label(WHAT, exact=True)).to_have_value(re.compile(f"^{WORDS} terakhir ?$"))
        is_saved(page)
    assert kept(world) == f"{WORDS} terakhir"


def test_the_network_is_cut_and_comes_back(world: World, ana: Trainee):
    with unplugged(ana.page.context):
        writes(ana.page, WORDS)
        is_told(ana.page, f"{ana.say('Not yet saved: no connection.')} {ana.say('Your text is kept on this device.')}")
        assert ana.page.evaluate(COPIES) == 1
    is_saved(ana.page)
    assert kept(world) == WORDS
    assert ana.page.evaluate(COPIES) == 0


def test_what_is_submitted_without_a_network_waits(world: World, ana: Trainee):
    writes(ana.page, SHORT)
    with unplugged(ana.page.context):
        ana.page.get_by_role("button", name=ana.say("Submit"), exact=True).click()
        is_told(ana.page, ana.say("Not yet saved: no connection."))
    ana.submits().reads(SHORT)
    assert kept(world) == SHORT


def test_the_tab_is_closed_before_the_pause(world: World, ana: Trainee):
    address = ana.page.url
    context = ana.page.context
    writes(ana.page, WORDS)
    crashes(ana.page)
    again = Trainee(ana.user, context.new_page(), ana.check, ana.language).opens(address)
    offered = again.part(again.say("This device has a text that was not saved"))
    expect(offered).to_contain_text("kata300")
    again.check.is_accessible(again.page)
    assert kept(world) == "", "nothing is replaced unasked"
    again.page.get_by_role("button", name=again.say("Use the text from this device")).click()
    again.has_written(what=f"{WORDS} ")
    is_saved(again.page)
    assert kept(world) == WORDS


def test_the_tab_is_left_before_the_pause(world: World, ana: Trainee):
    address = ana.page.url
    writes(ana.page, WORDS)
    ana.goes_to("Today")
    deadline = time.monotonic() + 10
    while kept(world) != WORDS and time.monotonic() < deadline:  # it is sent while the next page is on its way
        time.sleep(0.1)
        world.session.rollback()  # else it looks at what it saw before
    assert kept(world) == WORDS
    assert ana.opens(address).page.evaluate(COPIES) == 0


def test_who_writes_before_the_scripts_are_there_goes_on_writing(world: World, visits: Visits, draft: str):
    ana = visits(Trainee, world.ana)
    held: list[Route] = []
    ana.page.route("**/editor.js*", lambda route: held.append(route))
    ana.page.goto(draft, wait_until="commit")
    writes(ana.page, "Before.")
    while not held:
        ana.page.wait_for_timeout(20)
    held[0].continue_()
    expect(ana.page.get_by_role("toolbar").first).to_be_visible()
    ana.page.keyboard.insert_text("After.")
    ana.has_written(what="Before. After.")
    is_saved(ana.page)


def test_what_is_saved_can_be_kept_instead_of_the_copy(world: World, ana: Trainee):
    writes(ana.page, SHORT)
    crashes(ana.page)
    again = Trainee(ana.user, ana.page.context.new_page(), ana.check, ana.language).opens(ana.page.url)
    again.page.get_by_role("button", name=again.say("Keep what is saved")).click()
    again.has_written(what="")
    assert again.page.evaluate(COPIES) == 0


def test_a_browser_that_keeps_no_copy_says_so_and_asks_before_the_page_is_left(ana: Trainee):
    ana.page.evaluate("void (Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); })")
    asked: list[str] = []
    ana.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with unplugged(ana.page.context):
        writes(ana.page, SHORT)
        is_told(ana.page, ana.say("This browser keeps no copy: do not close this page."))
        ana.page.get_by_role("link", name=ana.say("Portfolio"), exact=True).click(no_wait_after=True)
        ana.has_written(what=f"{SHORT} ")
    assert asked == ["beforeunload"]


# --- The session is over


def test_the_session_is_over_while_somebody_writes(world: World, ana: Trainee, session: Session):
    ends_all_sessions(session)
    writes(ana.page, WORDS)
    dialog = ana.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    ana.check.is_accessible(ana.page)
    dialog.get_by_label(ana.say("Email address")).fill(ana.user.email)
    dialog.get_by_label(ana.say("Password")).fill("not the password")
    dialog.get_by_role("button", name=ana.say("Sign in"), exact=True).click()
    expect(dialog).to_contain_text(ana.say("The email address or the password is not right."))
    dialog.get_by_label(ana.say("Password")).fill(PASSWORD)
    dialog.get_by_role("button", name=ana.say("Sign in"), exact=True).click()
    expect(dialog).to_be_hidden()
    is_saved(ana.page)
    ana.has_written(what=f"{WORDS} ")
    assert kept(world) == WORDS


def test_what_was_submitted_after_the_session_had_ended_is_submitted(world: World, ana: Trainee, session: Session):
    ends_all_sessions(session)
    writes(ana.page, SHORT)
    ana.page.get_by_role("button", name=ana.say("Submit"), exact=True).click()
    signs_in_within(ana, world.ana)
    ana.is_told("Your reflection has been submitted.").reads(SHORT)


def test_another_person_who_signs_in_on_the_page_sees_nothing_of_it(world: World, ana: Trainee, session: Session):
    ends_all_sessions(session)
    writes(ana.page, SHORT)
    expect(ana.page.get_by_role("dialog")).to_be_visible()
    signs_in_within(ana, world.ben)
    expect(ana.page).to_have_url(re.compile("/$"))
    expect(ana.page.locator("body")).not_to_contain_text(SHORT)
    assert ana.page.evaluate(COPIES) == 1, "it waits for Ana"
    ana.page.go_back()
    expect(ana.page.locator("body")).not_to_contain_text(SHORT)
    ben = Trainee(world.ben, ana.page, ana.check, ana.language)
    ben.opens("/").signs_out()
    ana.opens("/")
    signs_in(ana.page, world.ana)
    ana.page.goto(f"/reflections/{cast.begun(world, world.ana, CONDUCT).id}/edit")
    expect(ana.part(ana.say("This device has a text that was not saved"))).to_contain_text(SHORT)


def signs_in_within(ana: Trainee, user: User) -> None:
    dialog = ana.page.get_by_role("dialog")
    dialog.get_by_label(ana.say("Email address")).fill(user.email)
    dialog.get_by_label(ana.say("Password")).fill(PASSWORD)
    dialog.get_by_role("button", name=ana.say("Sign in"), exact=True).click()


# --- Signing out


def test_signing_out_leaves_nothing_when_all_is_saved(ana: Trainee):
    ana.page.wait_for_function(WORKER)
    writes(ana.page, SHORT)
    is_saved(ana.page)
    ana.signs_out()
    assert ana.page.evaluate("Object.keys(localStorage)") == ["portfolio/person"]
    assert ana.page.evaluate("caches.open('pages').then((kept) => kept.keys()).then((all) => all.length)") == 0


@pytest.mark.parametrize(
    ("choice", "copies", "answer"),
    [
        ("Save it now, then sign out", 0, SHORT),
        ("Sign out, and keep it on this device for me", 1, ""),
        ("Sign out, and delete it", 0, ""),
    ],
)
def test_signing_out_asks_what_to_do_with_what_is_not_sent(
    world: World, ana: Trainee, choice: str, copies: int, answer: str
):
    writes(ana.page, SHORT)
    crashes(ana.page)
    leaving = Trainee(ana.user, ana.page.context.new_page(), ana.check, ana.language).opens("/profile")
    leaving.page.get_by_role("button", name=leaving.say("Sign out"), exact=True).click()
    expect(leaving.page.get_by_role("dialog")).to_contain_text(leaving.say("Some text is not saved yet"))
    leaving.check.is_accessible(leaving.page)
    leaving.page.get_by_role("dialog").get_by_role("button", name=leaving.say(choice)).click()
    leaving.page.wait_for_url("**/sign-in")
    assert leaving.page.evaluate(COPIES) == copies
    assert kept(world) == answer


# --- Two tabs, and messages that come late


def test_two_tabs_of_one_text_do_not_overwrite_each_other(world: World, ana: Trainee):
    other = Trainee(ana.user, ana.page.context.new_page(), ana.check, ana.language).opens(ana.page.url)
    writes(other.page, "The other tab.")
    is_saved(other.page)
    writes(ana.page, SHORT)
    both_texts = ana.page.get_by_role("button", name=ana.say("See both texts"))
    expect(both_texts).to_be_visible()
    assert kept(world) == "The other tab."
    with ana.page.expect_navigation():
        both_texts.click()
    ana.looks(409).reads(SHORT, "The other tab.")


def test_a_message_that_comes_late_beats_nothing(world: World, ana: Trainee):
    late: list[str] = []
    ana.page.route("**/draft", lambda route: (late.append(route.request.post_data or ""), route.abort())[0], times=1)
    writes(ana.page, "First thoughts.")
    is_told(ana.page, ana.say("Not yet saved: no connection."))
    writes(ana.page, "Second thoughts.")
    is_saved(ana.page)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = ana.page.request.post(ana.page.url.replace("/edit", "/draft"), data=late[0], headers=headers)
    assert answer.status == 200
    assert kept(world) == "First thoughts. Second thoughts."


# --- Without a network


def test_a_page_that_was_opened_once_can_be_written_on_without_a_server(
    site: Site, world: World, draft: str, tmp_path: Path, new_context: Callable[..., BrowserContext], check: Check
):
    say = Say("id")
    with Served(site.settings, tmp_path) as server:
        page = new_context(viewport=PHONE).new_page()
        page.goto(server.address + draft)
        signs_in(page, world.ana)
        page.get_by_label(WHAT, exact=True).wait_for()
        page.wait_for_function(WORKER)
        writes(page, SHORT)
        is_saved(page)
        server.kill()
        page.goto(f"{server.address}/progress/")
        expect(page.get_by_role("heading", name="Tidak ada jaringan")).to_be_visible()
        check.is_accessible(page)
        page.goto(server.address + draft)
        expect(page.get_by_label(WHAT, exact=True)).to_have_value(re.compile(f"^{SHORT}"))  # newer than the page's own
        page.get_by_label(WHAT, exact=True).fill(WORDS)
        is_told(page, say("Not yet saved: no connection."))
        server.start()
        is_saved(page)
    assert kept(world) == WORDS
