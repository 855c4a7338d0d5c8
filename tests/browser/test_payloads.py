"""Nothing that people write runs in anybody's browser: forty payloads in every text there is, seen as each role."""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import BrowserContext, Dialog, Request

from tests import markup
from tests.browser import pages
from tests.browser.conftest import BrowserOf
from tests.browser.pages import Stage
from tests.payloads import PAYLOADS, in_turn, poisoned, texts
from tests.rows import Rows, read
from tests.site import Site

pytestmark = pytest.mark.browser

# Who looks, and at how many pages of one route: a second trainee, guide and officer see what the first ones see.
ROLES = {"ana": 3, "mia": 3, "oki": 3, "nobody": 3, "cici": 1, "kris": 1, "obed": 1, "asta": 1}
# What a browser shows that no text may have made; `part` is each element of a page and of its templates.
FOREIGN = """() => {
    const all = (root) => [...root.querySelectorAll("*")].flatMap((part) =>
        part.content instanceof DocumentFragment ? [part, ...all(part.content)] : [part]);
    const isOurs = (address) => !address || new URL(address, location).origin === location.origin;
    const odd = (part) => {
        const tag = part.localName, is = (name) => part.getAttribute(name) ?? "";
        if ([...part.attributes].some(({name}) => name.startsWith("on") || name === "xlink:href")) return "handles";
        if (/^(xss|iframe|object|embed|base|style|marquee|math|maction|animate|video|source|mglyph|body)$/.test(tag)
            && part !== document.body) return "is there";
        if (part.hasAttribute("style") && part.getAttribute("style").includes("xss")) return "has a style";
        if (tag === "script" && (part.textContent || !isOurs(part.src))) return "is a script";
        if (tag === "link" && !isOurs(part.href)) return "loads";
        if (tag === "meta" && part.httpEquiv) return "is obeyed";
        if (tag === "img" && !/^(\\/attachments\\/|\\/static\\/|data:image|blob:)/.test(is("src"))) return "is shown";
        if (!isOurs(is("action")) || !isOurs(is("formaction"))) return "sends away";
        if (part.hasAttribute("href") && !/^(https?:|mailto:|)$/.test(part.protocol ?? "")) return "leads to a script";
        return "";
    };
    return [...all(document).filter(odd).map((part) => `${odd(part)}: ${part.outerHTML.slice(0, 150)}`),
            ...(window.__xss ? ["a payload ran"] : []), ...window.__reports];
}"""
LISTEN = """window.__reports = [];
document.addEventListener("securitypolicyviolation", (event) => {
    window.__reports.push(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});"""
# Whatever can be opened, previewed or pointed at, since scripts may show texts then. Nothing is sent by it.
STIR = """() => {
    for (const part of document.querySelectorAll("summary")) part.parentElement.open = true;
    for (const part of document.querySelectorAll("button[type=button]:not(dialog:not([open]) *)")) part.click();
    for (const part of document.querySelectorAll("input, textarea, a")) {
        for (const kind of ["mouseover", "focus", "blur"]) part.dispatchEvent(new Event(kind, {bubbles: true}));
    }
}"""
SEND = """([action, fields]) => {
    const form = Object.assign(document.createElement("form"), {method: "post", action});
    for (const [name, value] of fields) {
        form.append(Object.assign(document.createElement("textarea"), {name, value}));
    }
    document.body.append(form);
    form.submit();
}"""
# What would take away what is to be seen.
LEFT_ALONE = {
    "end_session", "choose_language", "change_password", "accept_invitation",
    "submit", "withdraw", "discard", "restore", "remove", "revoke", "renew", "end", "close", "recuse", "pass_on",
}  # fmt: skip
ENOUGH = 3  # forms of one kind
ALL = "\n\n".join(PAYLOADS)
NAME = "<img src=x onerror=window.__xss=1>"  # of a file: without a slash, before which nothing is part of it


class Watched:
    """A browser in which nothing of what people wrote may run."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.heard: list[str] = []
        self.base_url = base_url
        context.add_init_script(LISTEN)
        context.on("dialog", self._asked)
        context.on("request", self._loads)
        self.page = context.new_page()
        self.page.on("popup", lambda other: self.heard.append(f"opened {other.url}"))

    def opens(self, address: str) -> None:
        """Come to a page, and do there whatever can be done without sending anything."""
        self.page.goto(address)
        self.is_safe()
        self.page.evaluate(STIR)
        if self.page.locator("[data-tool=preview]").count():
            self.page.wait_for_timeout(150)  # it is fetched
        self.is_safe()

    def sends(self, action: str, **fields: str) -> None:
        """Send a form, and look at what comes back."""
        with self.page.expect_event("load"):
            self.page.evaluate(SEND, [action, list(fields.items())])
        self.is_safe()
        self.page.evaluate(STIR)
        self.is_safe()

    def is_safe(self) -> None:
        """Nothing ran, nothing was made, nothing was asked of another host, nothing was refused."""
        found = self.page.evaluate(FOREIGN)
        assert found + self.heard == [], self.page.url

    def _asked(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self.heard.append(f"asked: {dialog.message}")
        dialog.accept()

    def _loads(self, request: Request) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:")):
            self.heard.append(f"loaded {request.url}")


def poison(site: Site, stage: Stage) -> None:
    """All payloads behind every text of the stage, and once more through every form there is."""
    turns, filled = in_turn(), Counter[str]()

    def poisoned_text(text: str, column: sa.Column[Any]) -> str:
        length = getattr(column.type, "length", None) if site.engine.dialect.name == "postgresql" else None
        whole = "\n\n".join((text, *next(turns)))[:length]
        return whole.lower() if column.name == "email" else whole

    site.become(poisoned({"addendum": [_addendum(stage)]} | stage.kept, poisoned_text))
    for who in ("ana", "mia", "oki"):
        client = site.sign_in(stage.people[who].id)
        for _, html in seen_by(site, stage, who).values():
            for form in markup.Page(html).all("form"):
                _fill(client, form, turns, filled)
    talk = site.sign_in(stage.people["mia"].id)
    for payload in PAYLOADS:
        said = talk.post(f"/reflections/{stage.ids['discussed']}/comments", data={"text": payload})
        assert said.status_code == 303


def _addendum(stage: Stage) -> dict[str, Any]:
    comment, reflection_id = stage.kept["comment"][0], stage.ids["final"]
    about = {"id": 1, "cohort_id": comment["cohort_id"], "reflection_id": reflection_id}
    return about | {"text": "Since then:", "added_at": comment["created_at"]}


def _without_payload(rows: Rows) -> set[str]:
    """The columns of texts in which no payload stands."""
    columns = [str(column).split(".") for column in texts()]
    return {
        f"{table}.{name}"
        for table, name in columns
        if not any("__xss" in str(row[name]) for row in rows.get(table, []))
    }


def _fill(client: FlaskClient, form: markup.Element, turns: Iterator[tuple[str, ...]], filled: Counter[str]) -> None:
    """Send a form with payloads in all of its texts, as long as they may be; some of each kind are enough."""
    action = form.get("action") or ""
    routes = client.application.url_map.bind("localhost")
    if form.get("method") != "post" or not routes.test(action, method="POST"):
        return
    endpoint = routes.match(action, method="POST")[0]
    if endpoint.partition(".")[2] in LEFT_ALONE or filled[endpoint] >= ENOUGH:
        return
    filled[endpoint] += 1
    fields: dict[str, Any] = {}
    for field in form.all("input", "textarea", "button"):
        name, kind = field.get("name"), field.get("type") or field.tag
        room = int(field.get("maxlength") or 500)
        if not name or (kind == "radio" and "checked" not in field.attributes):
            continue
        if kind == "file":
            fields[name] = (io.BytesIO(picture()), f"{NAME[: room - 5]}.png")
        elif kind in ("text", "search", "textarea"):
            fields[name] = "\n\n".join(next(turns))[:room]
        elif kind != "submit" or name not in fields:
            fields[name] = field.get("value") or ""
    assert client.post(action, data=fields).status_code < 500, action


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


def seen_by(site: Site, stage: Stage, who: str) -> dict[str, tuple[str, str]]:
    """Some pages of every route that somebody may open, whichever routes there are: address -> endpoint and page."""
    user, routes = stage.people.get(who), site.app.url_map.bind("localhost")
    client, found, count = site.sign_in(user.id if user else None), {}, Counter[str]()
    gets = [rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    plain = sorted(rule.rule for rule in gets if not rule.arguments)
    of_one = [
        routes.build(rule.endpoint, {"reflection_id": stage.ids[thing]}, method="GET")
        for thing in ("draft", "returned", "discussed", "final")
        for rule in gets
        if rule.arguments == {"reflection_id"}
    ]
    for address in dict.fromkeys([*(stage.address(name) for name in pages.PAGES), *plain, *of_one]):
        if not routes.test(address.partition("?")[0], method="GET"):
            continue
        endpoint = routes.match(address.partition("?")[0], method="GET")[0]
        if count[endpoint] < ROLES[who]:
            answer = client.get(address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                found[address] = (endpoint, answer.text)
                count[endpoint] += 1
    return found


@pytest.fixture
def watch(stage: Stage, browser_of: BrowserOf, base_url: str) -> Callable[[str], Watched]:
    """`watch("mia")`: the browser of somebody."""
    return lambda who: Watched(browser_of(stage.people.get(who)), base_url)


@pytest.mark.slow
def test_nothing_that_was_written_runs(site: Site, stage: Stage, watch: Callable[[str], Watched]):
    poison(site, stage)
    assert _without_payload(read(site.engine)) <= {
        "cohort.weekend", "feedback_draft.levels",  # numbers
        "certificate.hour_unit", "prompt.not_here",  # not used by the cast
    }  # fmt: skip
    seen = set()
    for who in ROLES:
        browser = watch(who)
        for address, (endpoint, _) in seen_by(site, stage, who).items():
            browser.opens(address)
            seen.add(endpoint)
        browser.page.context.close()
    guest = watch("nobody")
    guest.page.goto(stage.address("a guest's link"))
    guest.page.locator("main form button").first.click()
    guest.page.wait_for_url("**/guest/")
    guest.opens(stage.address("a guest's text"))
    seen.add("guests.read")
    gets = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert gets - seen <= pages.NO_PAGES | {"attachments.show", "attachments.small"}


@pytest.mark.slow
def test_nothing_runs_that_was_asked_for_or_is_given_back(stage: Stage, watch: Callable[[str], Watched]):
    browser, draft = watch("ana"), f"/reflections/{stage.ids['draft']}"
    for query in (PAYLOADS[5], PAYLOADS[7], ALL[:400]):
        for address in ("/", "/series/", "/progress/", "/search", "/lessons/"):
            asked = "&".join(f"{name}={_quoted(query)}" for name in ("q", "tag", "state", "module", "cohort", "page"))
            browser.opens(f"{address}?{asked}")
        browser.page.goto(f"/{_quoted(query)}")
        browser.is_safe()
    texts = {"answer_discussed": ALL, "answer_view": ALL, "answer_lessons-0": ALL, "answer_lessons-1": PAYLOADS[0]}
    about = {"title": PAYLOADS[6], "facilitator": PAYLOADS[5], "visibility": "mentor", "tags": ", ".join(PAYLOADS[:4])}
    browser.page.goto("/")
    browser.sends(f"{draft}/edit", version="1", **about, **texts)
    assert browser.page.locator("h1").count() == 1
    browser.sends(f"{draft}/edit", version=PAYLOADS[5], number=PAYLOADS[5], **about | {"title": ALL}, **texts)
    browser.sends(f"/reflections/{stage.ids['discussed']}/comments", text=ALL * 5)
    browser.sends("/profile", name=ALL, job=ALL, unit=ALL, address=PAYLOADS[5], language=PAYLOADS[5])
    browser.page.context.clear_cookies()
    browser.sends(f"{draft}/edit", version="1", **about, **texts)
    browser.sends("/sign-in", email=PAYLOADS[5], password=PAYLOADS[5], next=PAYLOADS[5])
    browser = watch("mia")
    browser.page.goto("/")
    browser.sends(f"/reflections/{stage.ids['discussed']}/review", round="1", step="0", outcome="x", feedback=ALL * 5)


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_this_would_see_a_payload_that_runs(browser_of: BrowserOf, base_url: str):
    browser = Watched(browser_of(None), base_url)
    browser.page.route("**/open", lambda route: route.fulfill(body=ALL, content_type="text/html"))
    browser.page.goto(f"{base_url}/open")
    with pytest.raises(AssertionError):
        browser.is_safe()
    assert "a payload ran" in browser.page.evaluate(FOREIGN)
