"""Texts become HTML by one list of what is allowed; whatever a text says, nothing of it runs."""

from urllib.parse import urlsplit

import pytest

from portfolio.web import richtext
from portfolio.web.richtext import render
from tests.access.asking import Cell, ask
from tests.access.stage import Stage
from tests.markup import Page

# By hand, so that nobody widens the list by a slip: these elements, with these attributes, and no others.
ALLOWED = {
    "a": {"href", "rel"},
    "blockquote": set(),
    "br": set(),
    "code": set(),
    "em": set(),
    "h3": set(),
    "h4": set(),
    "hr": set(),
    "li": set(),
    "ol": {"start"},
    "p": set(),
    "pre": set(),
    "strong": set(),
    "ul": set(),
}
SCHEMES = {"http", "https", "mailto"}

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    "<img src=`x` onerror=`alert(1)`>",
    "<img/src=x/onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><use href="data:image/svg+xml,<svg onload=alert(1)>"></svg>',
    '<math><mtext><table><mglyph><style><img src onerror=alert(1)></style></mglyph></table></mtext></math>',
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    '<a href="javascript:alert(1)">x</a>',
    '<p style="background:url(javascript:alert(1))">x</p>',
    "<style>@import '//evil.example/x.css';</style>",
    '<link rel=stylesheet href="//evil.example/x.css">',
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
    '<base href="//evil.example/">',
    "</textarea><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](&#x1;javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "<data:text/html,<script>alert(1)</script>>",
    '[x](https://ok.example "onmouseover=alert(1)")',
    "[x](https://ok.example'onmouseover=alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](https://evil.example/track.gif)",
    "![x](javascript:alert(1))",
    "![x\"onerror=\"alert(1)](https://evil.example/x)",
    "```html onload=alert(1)\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "# <svg onload=alert(1)>",
    "**<b onclick=alert(1)>x</b>**",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "＜script＞alert(1)＜/script＞",
]  # fmt: skip


def active(html: str) -> list[str]:
    """What in a piece of HTML is not on the list."""
    page, found = Page(html), []
    found += page.faults
    for element in page:
        odd = element.attributes.keys() - ALLOWED.get(element.tag, set())
        if element.tag not in ALLOWED or odd:
            found.append(f"{element} is not allowed")
        if (address := element.get("href")) is not None and urlsplit(address).scheme not in SCHEMES:
            found.append(f"{element} leads to {address}")
    return found


def test_the_list_is_the_one_that_was_agreed():
    kept = {tag: set(attributes) for tag, attributes in richtext.ALLOWED.items()}
    assert kept == ALLOWED | {"a": {"href"}}  # rel is set for every link, whatever a text says


def test_there_are_enough_payloads():
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 40


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_inert(payload: str):
    for text in (payload, f"Before {payload} after", f"1. {payload}", f"> - {payload}\n\n{payload}"):
        assert active(str(render(text))) == [], text


@pytest.mark.parametrize(
    "html",
    [
        "<p onclick=x>x</p>",
        "<img>",
        '<p><a href="javascript:x">x</a></p>',
        '<p><a href="/x">x</a></p>',
        "<script>x</script>",
        "<p>x",
    ],
)
def test_what_is_active_would_be_found(html: str):
    assert active(html) != []


def test_the_sanitiser_alone_lets_nothing_through():
    """The second wall: were Markdown to pass HTML on, this would still take out what is not on the list."""
    for payload in PAYLOADS:
        assert active(richtext._cleaner.clean(payload)) == [], payload


def test_what_people_write_with_is_kept():
    text = "# Judul\n\n#### Bagian\n\n**tebal** *miring*\nbaris\n\n1. satu\n   - dalam\n2. dua\n\n> kutipan"
    assert str(render(text)).replace("\n", "") == (
        "<h3>Judul</h3><h4>Bagian</h4><p><strong>tebal</strong> <em>miring</em><br>baris</p>"
        "<ol><li>satu<ul><li>dalam</li></ul></li><li>dua</li></ol><blockquote><p>kutipan</p></blockquote>"
    )


def test_a_link_is_kept_and_the_page_there_cannot_look_back():
    assert str(render("[tautan](https://contoh.go.id/a?b=1&c=2)")) == (
        '<p><a href="https://contoh.go.id/a?b=1&amp;c=2" rel="noopener noreferrer nofollow ugc">tautan</a></p>\n'
    )


# --- The preview


def test_a_preview_is_what_readers_see_and_is_kept_nowhere(gates: Stage):
    text = "## Judul\n\n**tebal** <script>alert(1)</script> [x](javascript:alert(1))"
    answer = ask(gates, "writing.preview", "POST", Cell("ana", "", "ok"), data={"text": text})
    assert answer.text == str(render(text))
    assert active(answer.text) == []
    assert gates.changes() == []


def test_a_preview_has_an_end(gates: Stage):
    for length, status in ((20_000, 200), (20_001, 422)):
        answer = ask(gates, "writing.preview", "POST", Cell("ana", "", ""), data={"text": "x" * length})
        assert answer.status_code == status
    assert answer.json == {"errors": {"text": "Please keep this to 20000 characters."}}
