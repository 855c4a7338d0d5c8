"""What holds for every page, whoever sees it and whatever is on it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.markup import Element, Page

LEFTOVERS = re.compile(r"\bNone\b|\bUndefined\b|\{\{|\}\}|\{%|%\(|object at 0x|<bound|lazy_gettext|l'[A-Z]")
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "form", "list")
ADDRESSES = ("href", "src", "action", "formaction", "poster")
WRITTEN = ("http", "https", "mailto")  # addresses that people may write in their texts
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Linter:
    """Knows the routes and the static files of an application."""

    def __init__(self, app: Flask) -> None:
        self.routes = app.url_map.bind("localhost")
        self.static = Path(app.static_folder or "")
        self.icons = {element.get("id") for element in Page((self.static / "icons.svg").read_text())}

    def faults(self, html: str, address: str) -> list[str]:
        """What is wrong with a page; nothing, it is hoped."""
        page = Page(html)
        checks = (self._head, self._ids, self._forms, self._names, self._markup, self._headings, self._words)
        found = [*page.faults, *(fault for check in checks for fault in check(page))]
        found += [fault for element in page for fault in self._links(element, page, address)]
        return [f"{address}: {fault}" for fault in found]

    def _head(self, page: Page) -> Iterator[str]:
        headings = page.all("h1")
        titles = [title for title in page.all("title") if not any(part.tag == "svg" for part in title.above)]
        if len(headings) != 1 or len(titles) != 1:
            yield f"has {len(headings)} first headings and {len(titles)} titles"
        elif not headings[0].words or not titles[0].words.startswith(headings[0].words):
            yield f"is called {titles[0].words!r} and begins with {headings[0].words!r}"
        if [element.get("lang") in ("id", "en") for element in page.all("html")] != [True]:
            yield "does not say its language"
        if len(page.all("main")) != 1:
            yield "has no main part, or several"
        if not [meta for meta in page.all("meta") if meta.get("name") == "viewport"]:
            yield "does not fit a phone"

    def _ids(self, page: Page) -> Iterator[str]:
        ids = Counter(id for element in page if (id := element.get("id")) is not None)
        yield from (f"the id {id!r} stands {times} times" for id, times in ids.items() if times > 1 or not id)
        for element in page:
            for name in REFERENCES:
                wanted = (element.get(name) or "").split()
                yield from (f"{element} refers to {id!r}, which is not there" for id in wanted if id not in ids)

    def _forms(self, page: Page) -> Iterator[str]:
        for form in page.all("form"):
            if form.get("method") == "dialog" and "dialog" in {element.tag for element in form.above}:
                continue  # it closes the dialog around it, and goes nowhere
            if form.get("method") not in ("post", "get") or not form.get("action"):
                yield f"{form} does not say where it goes, and how"
            if any(outer.tag == "form" for outer in form.above):
                yield f"{form} is inside another form"
            if not [button for button in form.all("button", "input") if button.get("type") in (None, "submit")]:
                yield f"{form} has no button"
        labels = {label.get("for") for label in page.all("label") if label.words}
        for field in page.all("input", "select", "textarea"):
            if field.get("type") == "hidden" or field.get("aria-hidden") == "true":
                continue
            inside = any(outer.tag == "label" for outer in field.above)
            if not (inside or field.get("id") in labels or field.get("aria-label") or field.get("aria-labelledby")):
                yield f"{field} has no label"
            if field.tag == "textarea" and not field.get("maxlength") and field.get("readonly") is None:
                yield f"{field} has no maximum length"

    def _names(self, page: Page) -> Iterator[str]:
        for element in page.all("a", "button", "summary"):
            pictures = [image.get("alt") for image in element.all("img")]
            if not (element.words or element.get("aria-label") or any(pictures)):
                yield f"{element} has no name"
            if [outer for outer in element.above if outer.tag in ("a", "button", "summary")]:
                yield f"{element} is inside something else that is pressed"
        yield from (f"{image} has no alt" for image in page.all("img") if image.get("alt") is None)
        for picture in page.all("svg"):
            named = picture.get("aria-label") or picture.get("aria-labelledby")
            if not (picture.get("aria-hidden") == "true" or named):
                yield f"{picture} neither has a name nor is hidden"
        for table in page.all("table"):
            yield from (f"{cell} has no scope" for cell in table.all("th") if not cell.get("scope"))

    def _markup(self, page: Page) -> Iterator[str]:
        for element in page:
            yield from (
                f"{element} has {name}" for name in element.attributes if name.startswith("on") or name == "style"
            )
            if element.tag in ("style", "iframe", "object", "embed", "base", "font", "center", "marquee"):
                yield f"{element} is not for our pages"
            if element.tag == "script" and (not element.get("src") or element.words):
                yield f"{element} has a script inside the page"
            if element.tag in ("ul", "ol"):
                odd = [child for child in element.children if isinstance(child, Element) and child.tag != "li"]
                yield from (f"{child} is in a list, and is no entry" for child in odd)

    def _headings(self, page: Page) -> Iterator[str]:
        level = 0
        for heading in page.all(*HEADINGS):
            if any("words" in (outer.get("class") or "").split() for outer in heading.above):
                continue  # people divide their texts as they wish
            if int(heading.tag[1]) > level + 1:
                yield f"{heading} ({heading.words}) comes after a heading of level {level}"
            level = int(heading.tag[1])

    def _words(self, page: Page) -> Iterator[str]:
        shown = [page.words, *(value for element in page for value in element.attributes.values())]
        yield from (f"says {text[:80]!r}" for text in shown if LEFTOVERS.search(text))

    def _links(self, element: Element, page: Page, address: str) -> Iterator[str]:
        for name in ADDRESSES:
            if (value := element.get(name)) is not None:
                by_people = any("words" in (outer.get("class") or "").split() for outer in element.above)
                if by_people and urlsplit(value).scheme in WRITTEN:
                    if "noopener" not in (element.get("rel") or ""):
                        yield f"{element} may look back"
                    continue
                method = "POST" if name == "formaction" or element.get("method") == "post" else "GET"
                yield from (f"{element} {why}" for why in self._address(value, method, page, address))

    def _address(self, value: str, method: str, page: Page, address: str) -> Iterator[str]:
        if value.startswith("#"):
            if value[1:] not in {each.get("id") for each in page}:
                yield "leads to no place on this page"
            return
        parts = urlsplit(urljoin(f"http://localhost{address}", value))
        if (parts.scheme, parts.netloc) != ("http", "localhost"):
            yield "leads away"
            return
        path = unquote(parts.path)
        try:
            endpoint, values = self.routes.match(path, method)
        except (HTTPException, RequestRedirect):
            yield f"leads nowhere by {method}"
            return
        if endpoint == "static":
            if not (self.static / values["filename"]).is_file():
                yield "is not there"
            if "v=" not in parts.query:
                yield "has no fingerprint"
            if path.endswith("icons.svg") and parts.fragment not in self.icons:
                yield "is no icon of ours"
