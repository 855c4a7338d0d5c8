"""What holds of every page that somebody opens, in whatever language, width and colours they read it."""

import re
from collections import defaultdict
from itertools import groupby
from operator import itemgetter
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

# The rule for small targets is not among those that axe runs unasked.
AXE = """axe.run({resultTypes: ["violations"], preload: false, rules: {"target-size": {enabled: true}}})
    .then(({violations}) => violations)"""
# axe waits by timers, which a browser without scripts does not run; what is promised it does.
PROMISES_FOR_TIMERS = "() => { window.setTimeout = (then, ms) => { if (!(ms > 50)) Promise.resolve().then(then); } }"
TOO_WIDE = """() => {
    const root = document.documentElement, width = root.clientWidth;
    if (root.scrollWidth <= width) return [];
    const sticking = [...document.body.querySelectorAll("*")].filter(
        (part) => part.getBoundingClientRect().right > width + 1 && !part.closest(".scroll"));
    return [`${root.scrollWidth} px of page in ${width}`, ...sticking.slice(0, 5).map(
        (part) => part.cloneNode().outerHTML.slice(0, 120))];
}"""
_found_accessible: set[str] = set()  # on a phone, in the colours of the day
FIND_CONTROLS = """() => {
    const group = (part) => [...document.querySelectorAll(`input[name="${part.name}"]`)];
    const inGroup = (part) => part.type === "radio"
        && part !== (group(part).find((other) => other.checked) ?? group(part)[0]);
    window.controls = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
        .filter((part) => part.checkVisibility() && part.tabIndex >= 0 && part.type !== "hidden" && !inGroup(part));
    return controls.length;
}"""
WHERE = """() => {
    const part = document.activeElement, box = part.getBoundingClientRect(), style = getComputedStyle(part);
    const points = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].map(([right, down]) =>
        document.elementFromPoint(box.left + right * box.width, box.top + down * box.height));
    return {
        number: controls.indexOf(part),
        name: part.outerHTML.slice(0, 120),
        isSkipLink: part.matches(".skip"),
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isInSight: points.some((there) => there && (part.contains(there) || there.contains(part))),
    };
}"""
SEVERAL = 9  # stops inside controls: a date has one for the day, the month, the year and the calendar
REPORTED_ANYWAY = "Failed to load resource"  # Chromium's console says of a page what its status says …
# … and of what our scripts sent, who know what to do about it
ASKED_BY_SCRIPTS = ("/draft", "/sign-in", "/lease", "/opening")


class Check:
    """Looks at pages; `check(page)` fails when something is wrong with the one shown, or was heard of it."""

    def __init__(self) -> None:
        self.visited: list[str] = []
        self.loaded: list[Request] = []
        self._status: dict[Page, int] = {}
        self._heard: defaultdict[Page, list[str]] = defaultdict(list)

    def __call__(self, page: Page, *, status: int = 200) -> None:
        """It came with this status, with one heading, without complaints of the browser, wide or inaccessible parts."""
        self.visited.append(page.url)
        came = self._status[page]
        assert came == status, f"{page.url} came with status {came}; before it: {self.visited[:-1][-3:]}"
        headings = page.locator("h1").all_text_contents()
        assert len(headings) == 1, f"{page.url} has {len(headings)} main headings: {headings}"
        self.fits(page)
        markup = re.sub(r"\d+", "", page.content())  # the same but for its numbers is as accessible
        if markup not in _found_accessible:
            self.is_accessible(page)
            _found_accessible.add(markup)
        self.is_quiet(page)

    def listen(self, context: BrowserContext) -> None:
        """Hear what the browser says of the pages of a context."""
        context.on("requestfinished", lambda request: self.loaded.append(request))
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", self._failed)

    def is_quiet(self, page: Page) -> None:
        """Nothing failed, and nothing was refused by the Content-Security-Policy."""
        heard = self._heard.pop(page, [])
        assert not heard, f"the browser says of {page.url}:\n" + "\n".join(heard)

    def fits(self, page: Page, described: str = "") -> None:
        """Nobody has to scroll sideways."""
        wide = page.evaluate(TOO_WIDE)
        assert not wide, f"{page.url} is too wide {described}:\n" + "\n".join(wide)

    def is_accessible(self, page: Page, described: str = "") -> None:
        """axe finds nothing."""
        page.evaluate(AXE_SCRIPT)
        if page.evaluate("matchMedia('(scripting: none)').matches"):
            page.evaluate(PROMISES_FOR_TIMERS)
        told = [
            f"{violation['id']}: {violation['help']}\n  {' '.join(map(str, node['target']))}\n  {node['html'][:200]}"
            f"\n  {node['failureSummary']}"
            for violation in page.evaluate(AXE)
            for node in violation["nodes"]
            if not (violation["id"] == "target-size" and self._is_free_elsewhere(page, node["target"][0]))
        ]
        assert not told, f"axe says of {page.url} {described}:\n" + "\n".join(told)

    def _is_free_elsewhere(self, page: Page, target: str) -> bool:
        """Whether something is large enough in the middle of the screen: what stays in sight lay over it before."""
        page.locator(target).first.evaluate("(part) => part.scrollIntoView({block: 'center', behavior: 'instant'})")
        again = [
            node["target"][0] for found in page.evaluate(AXE) if found["id"] == "target-size" for node in found["nodes"]
        ]
        return target not in again

    def is_reachable(self, page: Page) -> None:
        """The Tab key leads to every control, in their order, and the focus can be seen; it is held up nowhere."""
        count = page.evaluate(FIND_CONTROLS)
        stops: list[dict[str, Any]] = []
        while len(stops) < count + SEVERAL and (not stops or stops[-1]["number"] != count - 1):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(WHERE))
        stops = [next(inside) for _, inside in groupby(stops, key=itemgetter("number"))]
        assert [stop["number"] for stop in stops] == list(range(count)), [stop["name"] for stop in stops]
        assert stops[0]["isSkipLink"], "the first stop is the way past the bar"
        unmarked = [stop["name"] for stop in stops if not stop["isMarked"]]
        assert not unmarked, f"the focus cannot be seen: {unmarked}"
        assert not [stop["name"] for stop in stops if not stop["isInSight"]], "something covers the focus"

    def _answered(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and not 300 <= response.status < 400:
            self._status[response.frame.page] = response.status

    def _said(self, message: ConsoleMessage) -> None:
        address = _plain(message.location["url"])
        is_page = message.page is not None and address == _plain(message.page.url)
        is_known = is_page or address.partition("?")[0].endswith(ASKED_BY_SCRIPTS)
        if message.type in ("error", "warning") and not (is_known and message.text.startswith(REPORTED_ANYWAY)):
            self._heard[message.page].append(message.text)

    def _failed(self, error: WebError) -> None:
        self._heard[error.page].append(str(error.error))


def _plain(address: str) -> str:
    return address.partition("#")[0]
