"""A passage is selected and commented on: by mouse, by thumb, by keyboard, and from a list where no script runs."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from markupsafe import escape
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from portfolio.models import Prompt, Template, Words
from portfolio.paths import top_level
from portfolio.web.headers import POLICY
from portfolio.web.passages import Passage, marked, plain, quoted, sentences
from portfolio.web.richtext import render
from tests.browser.conftest import PATIENCE, PHONE

pytestmark = pytest.mark.browser

HOST = "http://trial.example"  # answered by the test itself
STATIC = top_level("templates").parent / "portfolio" / "static"
TYPES = {".js": "text/javascript", ".css": "text/css"}
DESK = {"width": 1280, "height": 800}

WHAT = "Pagi itu antrean panjang sekali. Saya belajar **mendengar** 👩‍👧 dulu.\n\nKepala desa marah & pulang."
SO = ["Satu hal yang lain.", "- Ya, saya sabar\n- Kami anak-anak desa"]
WORDS = Words("Antrean", answers={"what": WHAT, "so": SO})
TEMPLATE = Template(slug="three", prompts=[Prompt(key="what", position=1), Prompt(key="so", position=2)])
PAGE = """<!doctype html><html lang="id"><meta charset="utf-8"><title>Antrean</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/app.css"><script type="module" src="/js/passage.js"></script>
<main id="main"><h1>Antrean</h1><article class="sheet" data-passages>{answers}</article>
<details id="comment"><summary>Komentar</summary>
<form class="stack" method="post" action="/sent" data-passage-form data-label="Komentari bagian ini">
  <input type="hidden" name="key"><input type="hidden" name="item">
  <input type="hidden" name="start"><input type="hidden" name="end">
  <div data-chosen hidden><blockquote data-quote></blockquote><button type="button" data-drop>Lepas</button></div>
  <p class="field" data-sentences><label for="sentence">Bagian</label>
  <select id="sentence" name="sentence"><option value="">Seluruh teks</option>{options}</select></p>
  <p class="field"><label for="body">Komentar</label><textarea id="body" name="body" rows="3"></textarea></p>
  <p><button class="btn">Kirim</button></p>
</form></details></main>
<nav class="tabs"><a href="#main">Hari ini</a><a href="#main">Saya</a></nav></html>"""


def page_of(words: Words, shown: Callable[[str], str] = render) -> str:
    """A page with these answers and a form."""
    answers = "".join(
        f'<section><h2>{key}</h2><div class="words" data-key="{key}" data-item="{item}">{shown(text)}</div></section>'
        for key, answer in words.answers.items()
        for item, text in enumerate([answer] if isinstance(answer, str) else answer)
    )
    options = "".join(
        f'<option value="{passage.value}">{escape(said)}</option>' for passage, said in sentences(words, TEMPLATE)
    )
    return PAGE.format(answers=answers, options=options)


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`visit(html)`: the page, with our scripts and styles, under our policy."""

    def visit(html: str, **browser: Any) -> Page:
        def answer(route: Route) -> None:
            name = route.request.url.removeprefix(HOST)
            if route.request.method == "GET" and (STATIC / name.lstrip("/")).suffix in TYPES:
                path = STATIC / name.lstrip("/")
                return route.fulfill(body=path.read_text(), content_type=TYPES[path.suffix])
            policy = {"Content-Security-Policy": POLICY}
            return route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy)

        context = new_context(**{"viewport": DESK} | browser)
        context.set_default_timeout(PATIENCE)
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(f"{HOST}/")
        return page

    return visit


def button(page: Page) -> Locator:
    return page.get_by_role("button", name="Komentari bagian ini", exact=True)


def form_of(page: Page) -> dict[str, str]:
    """What the form would send."""
    sent: dict[str, str] = page.evaluate("Object.fromEntries(new FormData(document.forms[0]))")
    return sent


def quote_of(page: Page) -> str:
    """What the server would keep of it."""
    sent = form_of(page)
    assert "sentence" not in sent
    said = quoted(WORDS, Passage(sent["key"], *(int(sent[name]) for name in ("item", "start", "end"))))
    assert said
    return said.quote


SELECT = """([from, to]) => {
    const range = document.createRange();
    const ends = [from, to].map(([key, item, words]) => {
        const answer = document.querySelector(`[data-key="${key}"][data-item="${item}"]`);
        const walker = document.createTreeWalker(answer, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const place = walker.currentNode.data.indexOf(words);
            if (place >= 0) return [walker.currentNode, place, place + words.length];
        }
    });
    range.setStart(ends[0][0], ends[0][1]);
    range.setEnd(ends[1][0], ends[1][2]);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def select(
    page: Page, first: str, last: str = "", at: tuple[str, int] = ("what", 0), to: tuple[str, int] | None = None
):
    """Select from some words to others."""
    page.evaluate(SELECT, [[*at, first], [*(to or at), last or first]])


# --- Counting as the server counts

BITS = """saya|belajar |anak-anak |. |\n|\n\n|- |1. |> |## |*|**|`|```\n|    |\t|  \n|[tautan](https://a.example)
|<b>|&amp; |&nbsp;|&#13;|\\|👩‍👧|🇮🇩|e\u0301|\u0301|\u200b|***\n""".split("|")
READ = """async (seeds) => {
    const { read } = await import("/js/passage.js");
    return [...document.querySelectorAll("[data-key]")].map((answer, number) => {
        const walker = document.createTreeWalker(answer, NodeFilter.SHOW_TEXT), places = [];
        while (walker.nextNode()) {
            let at = 0;
            for (const sign of walker.currentNode.data) {
                places.push([walker.currentNode, at]);
                at += sign.length;
            }
            places.push([walker.currentNode, at]);
        }
        const ranges = places.length ? seeds[number].map((pair) => {
            const [from, to] = pair.map((share) => Math.floor(share * places.length)).sort((a, b) => a - b);
            const range = document.createRange();
            range.setStart(...places[from]);
            range.setEnd(...places[to]);
            const { start, end } = read(answer, range);
            return { start, end, text: range.toString() };
        }) : [];
        return { text: read(answer).text.join(""), ranges };
    });
}"""


def test_browser_and_server_count_alike(visit: Callable[..., Page]):
    chance = random.Random(4)
    texts = ["".join(chance.choices(BITS, k=chance.randint(0, 30))) for _ in range(150)]
    # Marked or not: what a passage is shown with has no part in the counting.
    html = {text: render(text) for text in texts}
    for text in texts[::2]:
        html[text] = marked(html[text], [(chance.randint(0, 9), chance.randint(5, 60), 1), (4, 20, 2)])
    page = visit(page_of(Words("", answers={"x": texts}), lambda text: html[text]))
    seeds = [[(chance.random(), chance.random()) for _ in range(5)] for _ in texts]
    compared = 0
    for text, found in zip(texts, page.evaluate(READ, seeds), strict=True):
        shown = plain(render(text))
        assert found["text"] == shown, text
        for one in found["ranges"]:
            words = shown[one["start"] : one["end"]] if one["end"] >= 0 else ""
            assert re.sub(r"[ \t\r\n\f]", "", words) == re.sub(r"[ \t\r\n\f]", "", one["text"]), text
            assert words == words.strip(" \n")
            compared += bool(words)
    assert compared > 400


# --- By hand


def test_a_passage_is_selected_with_the_mouse(visit: Callable[..., Page]):
    page = visit(page_of(WORDS))
    expect(button(page)).to_be_hidden()
    page.locator("strong").dblclick()
    expect(button(page)).to_be_visible()
    box, word = button(page).bounding_box(), page.locator("strong").bounding_box()
    assert box
    assert word
    assert box["height"] >= 44
    assert 0 < box["y"] - word["y"] < 80
    button(page).click()
    assert quote_of(page) == "mendengar"
    expect(page.get_by_role("group")).to_have_attribute("open", "")
    expect(page.get_by_label("Komentar")).to_be_focused()
    expect(page.locator("[data-quote]")).to_have_text("mendengar")
    expect(page.get_by_label("Bagian")).to_be_hidden()
    expect(button(page)).to_be_hidden()
    assert page.evaluate("getSelection().isCollapsed")

    page.get_by_role("button", name="Lepas").click()
    expect(page.locator("[data-quote]")).to_be_hidden()
    expect(page.get_by_label("Bagian")).to_be_focused()
    assert form_of(page) == {"key": "", "item": "", "start": "", "end": "", "sentence": "", "body": ""}


def test_the_button_goes_with_the_selection(visit: Callable[..., Page]):
    page = visit(page_of(WORDS))
    select(page, "antrean")
    expect(button(page)).to_be_visible()
    page.keyboard.press("Tab")
    expect(button(page)).to_be_focused()
    page.evaluate("getSelection().removeAllRanges()")
    expect(button(page)).to_be_hidden()
    page.get_by_role("heading", name="Antrean").dblclick()  # nobody's answer
    page.wait_for_timeout(250)  # longer than it waits itself
    expect(button(page)).to_be_hidden()


def test_a_passage_goes_over_lines_and_ends_with_its_answer(visit: Callable[..., Page]):
    page = visit(page_of(WORDS))
    select(page, "sabar", "anak desa", at=("so", 1))
    button(page).click()
    assert form_of(page)["item"] == "1"
    assert quote_of(page) == "sabar\nKami anak-anak desa"
    select(page, "esa marah", "Satu", to=("so", 0))  # another takes its place
    button(page).click()
    assert quote_of(page) == "desa marah & pulang."
    assert page.locator("[data-quote]").inner_text() == "desa marah & pulang."


def test_keys_do_it_too(visit: Callable[..., Page]):
    page = visit(page_of(WORDS))
    page.keyboard.press("c")  # nothing is selected
    expect(page.get_by_label("Komentar")).to_be_hidden()
    select(page, "dulu", "Kepala")
    page.keyboard.press("Control+c")
    expect(page.get_by_label("Komentar")).to_be_hidden()
    page.keyboard.press("c")
    expect(page.get_by_label("Komentar")).to_be_focused()
    assert quote_of(page) == "dulu.\nKepala"
    page.keyboard.type("cepat")
    expect(page.get_by_label("Komentar")).to_have_value("cepat")


def test_on_a_phone_the_button_waits_for_the_thumb(visit: Callable[..., Page]):
    page = visit(page_of(WORDS), viewport=PHONE, has_touch=True)
    select(page, "antrean panjang")
    box, tabs = button(page).bounding_box(), page.get_by_role("navigation").bounding_box()
    assert box
    assert tabs
    assert box["height"] >= 44
    assert 0 <= tabs["y"] - (box["y"] + box["height"]) < 24
    button(page).tap()
    assert quote_of(page) == "antrean panjang"


def test_without_scripts_a_sentence_is_chosen_from_the_list(visit: Callable[..., Page]):
    page = visit(page_of(WORDS), java_script_enabled=False)
    page.get_by_text("Komentar", exact=True).first.click()
    expect(page.locator("[data-quote]")).to_be_hidden()
    page.get_by_label("Bagian").select_option(label="Kepala desa marah & pulang.")
    with page.expect_request("**/sent") as sent:
        page.get_by_role("button", name="Kirim").click()
    assert "sentence=what.0." in (sent.value.post_data or "")
    assert "key=&item=&start=&end=" in (sent.value.post_data or "")


def test_what_came_back_from_the_server_stays_chosen(visit: Callable[..., Page]):
    html = page_of(WORDS)
    for name, value in {"key": "what", "item": "0", "start": "9", "end": "16"}.items():
        html = html.replace(f'name="{name}">', f'name="{name}" value="{value}">', 1)
    page = visit(html.replace("data-quote>", "data-quote>antrean").replace("data-chosen hidden", "data-chosen"))
    page.get_by_text("Komentar", exact=True).first.click()
    expect(page.locator("[data-quote]")).to_have_text("antrean")
    expect(page.get_by_label("Bagian")).to_be_hidden()
    assert quote_of(page) == "antrean"
