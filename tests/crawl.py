"""Every page that somebody can come to by following links."""

from collections import deque
from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.markup import Page

STARTS = ("/", "/series/", "/progress/", "/reviews/", "/cohorts/", "/profile", "/sign-in")
AT_MOST = 300


def crawl(client: FlaskClient, starts: Iterable[str] = STARTS, *, only: str = "") -> dict[str, TestResponse]:
    """The answers by their addresses, redirections among them, static files left out; or only those that begin so."""
    found: dict[str, TestResponse] = {}
    waiting = deque(starts)
    while waiting:
        address = waiting.popleft()
        if address in found:
            continue
        assert len(found) < AT_MOST, "a trap of links"
        found[address] = response = client.get(address)
        waiting.extend(link for link in _links(response, address) if link.startswith(only))
    return found


def pages(answers: dict[str, TestResponse]) -> dict[str, TestResponse]:
    """Those of them that are pages of ours."""
    return {
        address: answer
        for address, answer in answers.items()
        if answer.mimetype == "text/html" and answer.location is None
    }


def _links(response: TestResponse, address: str) -> Iterable[str]:
    links = [link.get("href") for link in Page(response.text).all("a")] if response.mimetype == "text/html" else []
    for link in (*links, response.location):
        if link:
            parts = urlsplit(urldefrag(urljoin(f"http://localhost{address}", link)).url)
            if parts.netloc == "localhost" and not parts.path.startswith("/static/"):
                yield parts._replace(scheme="", netloc="").geturl()
