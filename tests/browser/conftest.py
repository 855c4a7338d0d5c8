"""A server on this machine, the cast at noon of their Wednesday, and browsers in which they visit it."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from portfolio import clock
from portfolio.models import Language, User
from tests import chromium, rows
from tests.browser import pages
from tests.browser.check import Check
from tests.browser.pages import Stage
from tests.browser.visitor import Somebody, Visits
from tests.cast import NOON, World, make_world
from tests.site import ONE_DATABASE, Site, opened

PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000  # milliseconds, on a machine that does other things too
expect.set_options(timeout=PATIENCE)

BrowserOf = Callable[..., BrowserContext]


class Quiet(WSGIRequestHandler):
    """Serves, and says nothing of it."""

    def log_request(self, *about: Any) -> None:
        pass


@pytest.fixture(scope="session")
def site(new_database: Callable[[str], str]) -> Iterator[Site]:
    """The application as people meet it: a fault shows them the page for faults."""
    with opened(new_database(ONE_DATABASE)) as site:
        site.app.config["PROPAGATE_FAULTS"] = False
        yield site


@pytest.fixture(scope="session")
def base_url(site: Site) -> Iterator[str]:
    """Where it is served, by this process, so that it goes by the clock of the tests."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Quiet)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def language() -> str:
    """What the visitors speak, unless a test says otherwise."""
    return "id"


@pytest.fixture
def scripts() -> bool:
    """Whether their browsers run scripts, unless a test says otherwise."""
    return True


@pytest.fixture
def motion() -> str:
    """Whether pages may move: whoever clicks waits until they stand still, so long stories ask them not to."""
    return "no-preference"


@pytest.fixture
def world(site: Site, session: Session, language: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """The cast, with nothing written yet; it is noon of their Wednesday, and time goes on."""
    now = clock.now
    ahead = NOON - now()
    monkeypatch.setattr(clock, "now", lambda: now() + ahead)
    site.become(rows.NOTHING)
    world = make_world(session, now=clock.now())
    for person in session.scalars(sa.select(User)):
        person.language = Language(language)
    world.keep()
    return world


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine."""
    return browser_type_launch_args | chromium.launch_args()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], pytestconfig: pytest.Config) -> dict[str, Any]:
    """What is shown when a test fails is kept in test-results/."""
    if pytestconfig.option.screenshot == "off":
        pytestconfig.option.screenshot = "only-on-failure"
    return browser_context_args


@pytest.fixture
def check() -> Check:
    """`check(page)`: what holds of every page."""
    return Check()


@pytest.fixture
def browser_of(
    new_context: Callable[..., BrowserContext],
    site: Site,
    base_url: str,
    check: Check,
    language: str,
    scripts: bool,
    motion: str,
) -> BrowserOf:
    """`browser_of(world.ana)`: a phone on which somebody has signed in; that of a stranger for None."""

    def browser_of(user: User | None, **more: Any) -> BrowserContext:
        usual = {"viewport": PHONE, "java_script_enabled": scripts, "reduced_motion": motion}
        context = new_context(**usual | more)
        context.set_default_timeout(PATIENCE)
        check.listen(context)
        client = site.sign_in(user.id if user else None)
        with client.session_transaction() as kept:
            kept["language"] = language
        if cookie := client.get_cookie("portfolio"):
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url}])
        return context

    return browser_of


@pytest.fixture
def visits(browser_of: BrowserOf, check: Check, language: str) -> Visits:
    """`visits(Trainee, world.ana)`: somebody with a browser of their own, signed in if nothing else is said."""

    def visits(kind: type[Somebody], user: User, *, signed_in: bool = True) -> Somebody:
        return kind(user, browser_of(user if signed_in else None).new_page(), check, language)

    return visits


@pytest.fixture(scope="session")
def built(site: Site) -> Stage:
    """The stage, as it is built."""
    return pages.build(site)


@pytest.fixture
def stage(site: Site, built: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """All there is to see, as it was built; it is noon."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    site.become(built.kept)
    return built


@pytest.fixture
def come(stage: Stage, browser_of: BrowserOf) -> Callable[..., Page]:
    """`come("today")`: one of the pages, as it is for the one whose page it is."""

    def come(name: str, **browser: Any) -> Page:
        who, _ = pages.PAGES[name]
        page = browser_of(stage.people.get(who), **browser).new_page()
        if who == "guest":  # who comes by a link, and not by a sign-in
            page.goto(stage.address("a guest's link"))
            page.locator("main button.block").click()
        page.goto(stage.address(name))
        return page

    return come
