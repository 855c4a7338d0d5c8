"""What people wrote, as safe HTML: one Markdown, one sanitiser, one list of what is allowed."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

ALLOWED: dict[str, set[str]] = {
    "p": set(), "br": set(), "em": set(), "strong": set(), "blockquote": set(), "hr": set(), "code": set(),
    "pre": set(), "ul": set(), "ol": {"start"}, "li": set(), "h3": set(), "h4": set(), "a": {"href"},
}  # fmt: skip

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
_cleaner = nh3.Cleaner(
    tags=set(ALLOWED),
    attributes={**ALLOWED, "*": set()},  # or else it would take `title` and `lang` everywhere
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",  # a text is read on many pages, and leads to none of ours
    link_rel="noopener noreferrer nofollow ugc",
)


@lru_cache(maxsize=4096)
def render(text: str) -> Markup:
    """The HTML of a text in Markdown. Headings begin below those of the page."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag in ("h1", "h2", "h3") else "h4"
    return Markup(_cleaner.clean(_markdown.renderer.render(tokens, _markdown.options, {})))  # noqa: S704 - cleaned
