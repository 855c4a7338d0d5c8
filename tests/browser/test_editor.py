"""The tools above a text: for hands on keys, for thumbs, for those who listen, and for what was written elsewhere."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from portfolio.models.words import count_words
from portfolio.web.forms import clean
from portfolio.web.richtext import render
from tests import cast
from tests.browser.check import Check
from tests.browser.conftest import BrowserOf
from tests.cast import CONDUCT, World

pytestmark = pytest.mark.browser

PASTE = """(area, {html, plain}) => {
    const data = new DataTransfer();
    if (html) data.setData("text/html", html);
    if (plain) data.setData("text/plain", plain);
    area.focus();
    area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
CONVERT = """async (html) => {
    const {toMarkdown} = await import(document.getElementById("editor-tools").dataset.paste);
    return toMarkdown(html);
}"""
COUNT = """async (text) => {
    const address = document.querySelector("script[src*='js/editor.js']").src;
    return (await import(address)).countWords(text);
}"""


@pytest.fixture
def language() -> str:
    """The names below are English."""
    return "en"


@pytest.fixture
def page(world: World, browser_of: BrowserOf, base_url: str) -> Iterator[Page]:
    """Ana's draft, open in her phone's editor. Nothing saves itself meanwhile: that is tested elsewhere."""
    draft = cast.draft(world, world.ana, CONDUCT)
    page = browser_of(world.ana).new_page()
    page.route("**/draft", lambda route: route.fulfill(json={"version": draft.version, "saved": ""}))
    page.goto(f"{base_url}/reflections/{draft.id}/edit")
    yield page
    page.context.set_offline(True)  # so that a page that is closed sends nothing into the next test


@pytest.fixture
def area(page: Page) -> Locator:
    """The first text, empty."""
    area = page.locator("textarea[data-editor]").first
    area.fill("")
    area.focus()
    return area


def tool(area: Locator, name: str) -> Locator:
    frame = area.page.locator(".editor").first
    return frame.get_by_role("button", name=name, exact=True)


# --- Buttons and keys

PRESSED = [
    ("Bold", "kata", "**kata**"),
    ("Bold", "**kata**", "kata"),
    ("Italic", "kata", "*kata*"),
    ("Italic", "**kata**", "***kata***"),
    ("Bold", " dua kata ", " **dua kata** "),
    ("Bold", "- satu\n- dua\n\ntiga", "- **satu**\n- **dua**\n\n**tiga**"),
    ("Heading", "Judul", "## Judul"),
    ("Heading", "### Judul", "Judul"),
    ("Bulleted list", "satu\ndua", "- satu\n- dua"),
    ("Bulleted list", "1. satu\n2. dua", "- satu\n- dua"),
    ("Bulleted list", "- satu\n- dua", "satu\ndua"),
    ("Numbered list", "satu\n\ndua", "1. satu\n\n2. dua"),
    ("Quote", "kata orang", "> kata orang"),
    ("Quote", "> kata orang", "kata orang"),
    ("Link", "tautan", "[tautan](https://)"),
    ("Link", "https://contoh.go.id", "[text of the link](https://contoh.go.id)"),
]


@pytest.mark.parametrize(("name", "before", "after"), PRESSED)
def test_a_button_changes_what_is_selected_and_undo_takes_it_back(area: Locator, name: str, before: str, after: str):
    area.page.keyboard.insert_text(before)
    area.select_text()
    tool(area, name).click()
    expect(area).to_have_value(after)
    expect(area).to_be_focused()
    area.page.keyboard.press("Control+z")
    expect(area).to_have_value(before)
    area.page.keyboard.press("Control+Shift+z")
    expect(area).to_have_value(after)


@pytest.mark.parametrize(
    ("key", "after"),
    [("b", "**bold text**"), ("i", "*italic text*"), ("k", "[text of the link](https://)")],
)
def test_a_shortcut_shows_what_to_write_and_where(area: Locator, key: str, after: str):
    area.page.keyboard.press(f"Control+{key}")
    expect(area).to_have_value(after)
    area.page.keyboard.insert_text("X")
    expect(area).to_have_value("[text of the link](X)" if key == "k" else after.replace(after.strip("*"), "X"))


def test_a_word_without_a_selection_is_taken_whole(area: Locator):
    area.page.keyboard.insert_text("dua kata")
    area.page.keyboard.press("Control+b")
    expect(area).to_have_value("dua **kata**")


def test_every_change_is_heard_as_if_typed(area: Locator):
    area.page.evaluate("""() => {
        window.heard = 0;
        document.querySelector("textarea[data-editor]").form.addEventListener("input", () => { heard += 1; });
    }""")
    changes: list[Callable[[], None]] = [
        lambda: area.page.keyboard.press("Control+b"),
        lambda: tool(area, "Heading").click(),
        lambda: tool(area, "Heading").click(),
        lambda: area.evaluate(PASTE, {"html": "<p>dari <b>Word</b></p>", "plain": "dari Word"}),
    ]
    for number, change in enumerate(changes, start=1):
        change()
        area.page.wait_for_function("(number) => heard >= number", arg=number)


def test_lists_go_on_and_end(area: Locator):
    area.page.keyboard.type("- satu\ndua\n\nselesai")
    expect(area).to_have_value("- satu\n- dua\n\nselesai")
    area.page.keyboard.press("Enter")
    area.page.keyboard.type("9. sembilan\nsepuluh\n\n")
    expect(area).to_have_value("- satu\n- dua\n\nselesai\n9. sembilan\n10. sepuluh\n\n")
    area.page.keyboard.type("\n> kata orang\nlagi\n\n5.\n-\n")
    expect(area).to_have_value(
        "- satu\n- dua\n\nselesai\n9. sembilan\n10. sepuluh\n\n\n> kata orang\n> lagi\n\n5.\n-\n"
    )


def test_tab_leaves_and_arrows_lead_along_the_tools(area: Locator):
    page, buttons = area.page, page_buttons(area)
    page.keyboard.press("Shift+Tab")
    expect(buttons.first).to_be_focused()
    for key, place in (("ArrowRight", 1), ("ArrowLeft", 0), ("ArrowLeft", 7), ("ArrowRight", 0), ("End", 7)):
        page.keyboard.press(key)
        expect(buttons.nth(place)).to_be_focused()
    page.keyboard.press("Tab")
    expect(area).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(buttons.nth(7)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(area).not_to_be_focused()
    expect(area).to_have_value("")


def page_buttons(area: Locator) -> Locator:
    buttons = area.page.get_by_role("toolbar").first.get_by_role("button")
    expect(buttons).to_have_count(8)
    return buttons


def test_the_tools_can_be_touched_and_cover_nothing(area: Locator, check: Check):
    for width in (320, 390):
        area.page.set_viewport_size({"width": width, "height": 844})
        boxes = [box for button in page_buttons(area).all() if (box := button.bounding_box())]
        text = area.bounding_box()
        assert text
        assert len(boxes) == 8
        for box in boxes:
            assert box["width"] >= 44
            assert box["height"] >= 44
            assert box["y"] + box["height"] <= text["y"]
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    check(area.page)


# --- Pasting

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {margin:0cm;} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=IN style='tab-interval:36.0pt'><!--StartFragment-->%s<!--EndFragment--></body></html>"""
BULLET = """<p class=MsoListParagraph%s style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level%d lfo1'>
<![if !supportLists]><span style='font-family:Symbol;mso-list:Ignore'>%s<span style='font:7.0pt "Times New Roman"'>
&nbsp;&nbsp;&nbsp;&nbsp; </span></span><![endif]>%s<o:p></o:p></p>"""

SAMPLES = {
    "word: headings and emphasis": (
        WORD
        % """<h1><b><span lang=IN>Pelayanan<o:p></o:p></span></b></h1>
        <p class=MsoNormal><b style='mso-bidi-font-weight:normal'>Tebal</b>, <i>miring</i>
        dan<span style='mso-spacerun:yes'>&nbsp; </span><span style='color:red'>merah</span>.<o:p></o:p></p>
        <p class=MsoNormal><o:p>&nbsp;</o:p></p><h2>Antrean</h2><p class=MsoNormal>Teks.</p>""",
        "## Pelayanan\n\n**Tebal**, *miring* dan merah.\n\n#### Antrean\n\nTeks.",
    ),
    "word: a list that is none": (
        WORD
        % "".join(
            (
                BULLET % ("CxSpFirst", 1, "·", "Satu"),
                BULLET % ("CxSpMiddle", 2, "o", "Dalam"),
                BULLET % ("CxSpMiddle", 2, "o", "Dalam <b>lagi</b>"),
                BULLET % ("CxSpLast", 1, "·", "Dua"),
                "<p class=MsoNormal>Sesudahnya.</p>",
            )
        ),
        "- Satu\n  - Dalam\n  - Dalam **lagi**\n- Dua\n\nSesudahnya.",
    ),
    "word: a numbered list from three": (
        WORD % (BULLET % ("CxSpFirst", 1, "3.", "Tiga") + BULLET % ("CxSpLast", 1, "4.", "Empat")),
        "3. Tiga\n4. Empat",
    ),
    "word: quote, title, comment and tracked deletion": (
        WORD
        % """<p class=MsoTitle>Judul</p><p class=MsoQuote><i>Kata orang.</i></p>
        <p class=MsoNormal>Tetap<del cite="mailto:a" datetime="2026-01-01"> hilang</del>.</p>
        <div style='mso-element:comment-list'><p>Komentar</p></div>""",
        "## Judul\n\n> *Kata orang.*\n\nTetap.",
    ),
    "word: a table": (
        WORD
        % """<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal><b>Unit</b></p></td>
        <td><p class=MsoNormal>Waktu</p></td></tr><tr><td><p>Loket 1</p></td><td><p>5 menit</p></td></tr></table>""",
        "**Unit** · Waktu\nLoket 1 · 5 menit",
    ),
    "google docs: the wrapper that is not bold": (
        """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1">
        <h2 dir="ltr"><span style="font-weight:400;white-space:pre-wrap;">Diskusi</span></h2>
        <p dir="ltr"><span style="font-weight:400;font-style:normal;white-space:pre-wrap;">Saya </span>
        <span style="font-weight:700;font-style:normal;white-space:pre-wrap;">belajar</span><span
         style="font-weight:400;font-style:italic;white-space:pre-wrap;"> banyak</span></p><br />
        <p dir="ltr"><a href="https://contoh.go.id/a" style="text-decoration:none"><span
         style="font-weight:400;text-decoration:underline;">situs</span></a></p></b>
        <br class="Apple-interchange-newline">""",
        "## Diskusi\n\nSaya **belajar** *banyak*\n\n[situs](https://contoh.go.id/a)",
    ),
    "google docs: lists inside lists": (
        """<b style="font-weight:normal;"><ul><li dir="ltr" aria-level="1"><p role="presentation"><span>Satu</span></p>
        </li><ul><li dir="ltr" aria-level="2"><p role="presentation"><span>Dalam</span></p></li></ul>
        <li dir="ltr" aria-level="1"><p role="presentation"><span>Dua</span></p></li></ul></b>""",
        "- Satu\n  - Dalam\n- Dua",
    ),
    "libreoffice": (
        """<!DOCTYPE html><html><head><title></title><meta name="generator" content="LibreOffice 24.2 (Linux)"/>
        <style type="text/css">p { line-height: 115% }</style></head><body lang="id-ID">
        <h3 class="western">Pelajaran</h3><p style="margin-bottom: 0cm"><font face="Liberation Serif, serif">Isi
        <i><b>penting</b></i></font></p><ol><li><p style="margin-bottom: 0cm">Satu</p></li><li><p>Dua</p></li></ol>
        <blockquote>Kata orang</blockquote></body></html>""",
        "## Pelajaran\n\nIsi ***penting***\n\n1. Satu\n2. Dua\n\n> Kata orang",
    ),
    "blogger": (
        """<div class="separator" style="clear: both;"><a href="https://1.bp.blogspot.com/a.jpg"
         imageanchor="1"><img border="0" src="https://1.bp.blogspot.com/s320/a.jpg" onload="alert(1)" /></a></div>
        <span style="font-family: &quot;arial&quot;;">Baris satu<br />Baris dua<br /><br />Paragraf</span>
        <div style="text-align: justify;"><strike>Bukan</strike> <u>ini</u></div>""",
        "Baris satu\nBaris dua\n\nParagraf\n\nBukan ini",
    ),
    "wordpress": (
        """<!-- wp:heading --><h2 class="wp-block-heading">Refleksi</h2><!-- /wp:heading -->
        <figure class="wp-block-image"><img src="https://x.example/a.png" alt="Foto"><figcaption>Foto</figcaption>
        </figure><blockquote class="wp-block-quote"><p>Satu.</p><p>Dua.</p><cite>Orang</cite></blockquote>
        <ul class="wp-block-list"><li>Satu<ol><li>Dalam</li></ol></li><li>Dua</li></ul>
        <hr class="wp-block-separator"/><pre class="wp-block-verse">Baris
Baris</pre>""",
        "## Refleksi\n\nFoto\n\n> Satu.\n>\n> Dua.\n>\n> Orang\n\n- Satu\n  1. Dalam\n- Dua\n\nBaris\nBaris",
    ),
    "scripts and frames": (
        """<p onclick="alert(1)">Teks<script>alert(1)</script><style>p{}</style></p><iframe src="https://x"></iframe>
        <svg><text>tidak</text></svg><object>tidak</object><p style="display:none">tidak</p><p hidden>tidak</p>
        <button>tidak</button><img src=x onerror=alert(1)>""",
        "Teks",
    ),
    "links": (
        """<p><a href="javascript:alert(1)">satu</a> <a href=" java&#10;script:alert(1)">dua</a>
        <a href="data:text/html,x">tiga</a> <a href="#bagian">empat</a> <a href="/dalam">lima</a>
        <a href="file:///C:/x.docx">enam</a> <a name="jangkar">tujuh</a> <a href="mailto:a@b.example">delapan</a>
        <a href="https://c.example/x_(y)" onclick="x()" title="z">sembilan</a> <a href="https://c.example/"></a>
        <a href="https://c.example/">https://c.example</a></p>""",
        "satu dua tiga empat lima enam tujuh [delapan](mailto:a@b.example)\n"
        "[sembilan](https://c.example/x_\\(y\\)) <https://c.example/>".replace("\n", " "),
    ),
    "emphasis over paragraphs, and beside signs": (
        """<b><p>Satu</p><p>Dua</p></b><p><b>Catatan:</b>teks, <b>a</b><b>b</b> <i>c</i>.</p><h3><b></b></h3>""",
        "**Satu**\n\n**Dua**\n\n**Catatan**:teks, **ab** *c*.",
    ),
    "a page held together by tables": (
        """<table><tr><td><p>Satu</p><ul><li>dua</li></ul></td></tr><tr><td></td></tr></table>""",
        "Satu\n\n- dua",
    ),
    "signs that mean something": (
        "<p># satu</p><p>a*b*c dan 5 * 3, nama_berkas_ini, [x](y) &lt;b&gt; &amp;amp;</p><p>&gt; dua</p><p>1. tiga</p>",
        "\\# satu\n\na\\*b\\*c dan 5 * 3, nama_berkas_ini, [x\\](y) \\<b> \\&amp;\n\n\\> dua\n\n1. tiga",
    ),
    "nothing": ("<meta charset=utf-8><p>&nbsp;</p><div><br></div>", ""),
}


@pytest.fixture(scope="module")
def converted() -> dict[str, str]:
    """What became of the samples: filled by the first test that asks, since a page takes long to open."""
    return {}


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_written_elsewhere_becomes_clean(name: str, converted: dict[str, str], request: pytest.FixtureRequest):
    if not converted:
        page: Page = request.getfixturevalue("page")
        converted.update({name: page.evaluate(CONVERT, html) for name, (html, _) in SAMPLES.items()})
        request.getfixturevalue("check").is_quiet(page)
        assert [frame.url for frame in page.frames] == [page.url]
    assert converted[name] == SAMPLES[name][1]


def test_a_paste_goes_to_lines_of_its_own_and_is_undone_at_once(area: Locator, check: Check):
    area.page.keyboard.insert_text("Sebelum")
    assert not [request for request in check.loaded if "vendor" in request.url], "pages stay light"
    area.evaluate(PASTE, {"html": "<ul><li>satu</li><li>dua</li></ul>", "plain": "satu\ndua"})
    expect(area).to_have_value("Sebelum\n\n- satu\n- dua")
    assert [request for request in check.loaded if "vendor" in request.url]
    area.page.keyboard.press("Control+z")
    expect(area).to_have_value("Sebelum")
    check.is_quiet(area.page)


def test_a_paste_without_a_network_is_the_plain_text(area: Locator):
    area.page.context.set_offline(True)
    area.evaluate(PASTE, {"html": "<p>satu <b>dua</b></p>", "plain": "satu dua"})
    expect(area).to_have_value("satu dua")


def test_an_address_on_words_makes_them_a_link(area: Locator):
    area.page.keyboard.insert_text("situs kami")
    area.select_text()
    area.evaluate(PASTE, {"html": "", "plain": "https://contoh.go.id"})
    expect(area).to_have_value("[situs kami](https://contoh.go.id)")


@pytest.mark.parametrize("html", ["", f"<p>{'kata ' * 5000}</p>"])
def test_what_does_not_fit_is_said(area: Locator, html: str):
    area.evaluate(PASTE, {"html": html, "plain": "kata " * 5000})
    expect(area.page.get_by_role("alert")).to_contain_text("longer than this field can hold")
    assert len(area.input_value()) == 20_000


# --- The preview


def test_the_preview_is_what_readers_see(area: Locator, check: Check):
    text = "## Judul\n\n- **satu**\n- [dua](https://contoh.go.id)\n\n<img src=x onerror=alert(1)>"
    area.fill(text)
    tool(area, "Preview").click()
    panel = area.page.get_by_role("region", name="Preview").first
    expect(panel.get_by_role("heading", name="Judul")).to_be_visible()
    assert panel.locator(".words").inner_html() == str(render(text)).replace("&quot;", '"')
    expect(area).to_be_hidden()
    tool(area, "Bold").click(force=True)
    check(area.page)
    tool(area, "Preview").click()
    expect(area).to_have_value(text)
    expect(panel).to_be_hidden()


def test_a_preview_that_cannot_be_shown_leaves_the_text(area: Locator):
    area.fill("kata")
    area.page.context.set_offline(True)
    tool(area, "Preview").click()
    expect(area.page.get_by_role("alert")).to_contain_text("Your text is still here")
    expect(area).to_have_value("kata")


# --- How many words

COUNTED = [
    "",
    "satu",
    "Satu, dua; tiga!",
    "sama-sama belajar, rapat’nya tiga-tiganya",
    "12 kata 3 x² Ⅻ ½ 5a a5 _b_ c_d",
    "- **tebal** *miring* [tautan](https://contoh.go.id/a-b)",
    "Caf\u00e9 cafe\u0301 na\u00efve \u0645\u0631\u062d\u0628\u0627 日本語 ทดสอบ हिन्दी",
    "👍 ok 👨‍👩‍👧 𝔘𝔫𝔦 — – … ' - '",
    "kata\u00a0kata\u200bkata\nkata\tkata",
]


def test_words_are_counted_as_the_server_counts_them(area: Locator):
    for text in COUNTED:
        assert area.page.evaluate(COUNT, text) == count_words([clean(text)]), text


def test_the_count_goes_along_with_the_writing(area: Locator):
    for other in area.page.locator("textarea[data-editor]").all()[1:]:
        other.fill("")
    count = area.page.locator("[data-count]").first
    area.fill("satu")
    expect(count).to_have_text("1 word")
    area.page.locator("textarea[data-editor]").nth(1).fill("dua tiga")
    expect(count).to_have_text("1 word")
    expect(area.page.locator("[data-words]")).to_contain_text(
        "3 words in all. Many entries say what matters in 300 to 500"
    )
    expect(area).to_have_accessible_description(re.compile(r"1 word$"))


# --- Without scripts


class TestWithoutScripts:
    """What is written is written all the same."""

    @pytest.fixture
    def scripts(self) -> bool:
        return False

    def test_there_is_a_text_and_nothing_else(self, page: Page, check: Check):
        area = page.locator("textarea[data-editor]").first
        expect(area).to_be_visible()
        expect(page.get_by_role("toolbar")).to_have_count(0)
        expect(page.get_by_text("Preview", exact=True)).to_have_count(0)
        expect(page.locator("[data-words]")).to_be_hidden()
        check(page)
