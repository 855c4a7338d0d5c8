"""A passage is kept in its own words, found again where they stand, offered in a list, and marked on the page."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from portfolio.models import Prompt, Quoted, Template, Words
from portfolio.web.passages import Passage, find, marked, plain, quoted, sentences
from portfolio.web.richtext import render
from tests.markup import Element, Page
from tests.web.reviser import KEYS, examples, text_of, words_at


def entry(**answers: str | list[str]) -> Words:
    """An entry with these answers."""
    return Words("Judul", answers=answers)


def kept(words: Words, quote: str, key: str = "what", item: int = 0, nth: int = 0) -> Quoted:
    """What is kept of these words where they stand, the first time if nothing else is said."""
    start = [found.start() for found in re.finditer(re.escape(quote), text_of(words, key, item))][nth]
    said = quoted(words, Passage(key, item, start, start + len(quote)))
    assert said
    return said


# --- The plain text

PLAIN = [
    ("", ""),
    ("Satu.\nDua.  \nTiga.", "Satu.\nDua.\nTiga."),
    ("Satu.\n\n\n\nDua  kata,\tjauh.", "Satu.\nDua kata, jauh."),
    ("- a\n- b\n  1. c\n\nd", "a\nb\nc\nd"),
    ("3. tiga\n4. empat", "tiga\nempat"),
    ("# Judul\n\n> kutip **tebal**\n> lagi\n\n***\nakhir", "Judul\nkutip tebal\nlagi\nakhir"),
    ("[tautan *miring*](https://a.example) & <b>, `kode`", "tautan miring & <b>, kode"),
    ("```\nsatu\n  dua\n\ntiga\n```\nlalu", "satu\ndua\ntiga\nlalu"),
    ("kata&nbsp;kata &lt;i&gt;", "kata\xa0kata <i>"),
    ("- *a*\n  - b", "a\nb"),
    ("1\\. Bukan daftar", "1. Bukan daftar"),
]


@pytest.mark.parametrize(("markdown", "seen"), PLAIN)
def test_the_plain_text_is_what_is_seen(markdown: str, seen: str):
    assert plain(render(markdown)) == seen


# --- Whole words

SNAPPED = [
    ("Saya belajar mendengar.", "ajar men", "belajar mendengar"),
    ("Saya belajar mendengar.", " belajar ", "belajar"),
    ("Saya belajar mendengar.", ".", "."),
    ("Satu.\n\nDua.", "tu.\nDu", "Satu.\nDua"),
    ("Kami anak-anak desa.", "anak-a", "anak-anak"),
    ("Hari Jum'at itu.", "at itu", "Jum'at itu"),
    ("Jarak 3,5 km.", "5 km", "3,5 km"),
    ("Pukul 08.30 WIB.", "30", "08.30"),
    ("Selesai.Lalu pulang.", "lalu".title(), "Lalu"),
    ("Halo 👩‍👧 di sini", "👧", "👩‍👧"),
    ("Dari 🇮🇩 kami", "🇩", "🇮🇩"),
    ("Bagus 👍🏽 sekali", "👍", "👍🏽"),
    ("Kafe\u0301 itu", "Kafe", "Kafe\u0301"),
    ("**te**bal sekali", "bal", "tebal"),
]


@pytest.mark.parametrize(("markdown", "chosen", "quote"), SNAPPED)
def test_whole_words_are_kept(markdown: str, chosen: str, quote: str):
    words = entry(what=markdown)
    start = text_of(words, "what", 0).index(chosen)
    said = quoted(words, Passage("what", 0, start, start + len(chosen)))
    assert said
    assert said.quote == quote


def test_what_stands_around_is_kept_with_them():
    words = entry(what=["Lain.", "Pagi itu saya datang lebih awal daripada biasa. Saya belajar mendengar. Sungguh."])
    said = kept(words, "Saya belajar mendengar.", item=1)
    assert said == Quoted(
        "what", 1, 48, "Saya belajar mendengar.", " saya datang lebih awal daripada biasa. ", " Sungguh."
    )


NOTHING = [
    Passage("other", 0, 0, 3),
    Passage("what", 1, 0, 3),
    Passage("what", -1, 0, 3),
    Passage("what", 0, -3, 3),
    Passage("what", 0, 4, 5),
    Passage("what", 0, 3, 3),
    Passage("what", 0, 3, 2),
    Passage("what", 0, 5, 900),
    Passage("what", 0, 900, 901),
]


@pytest.mark.parametrize("passage", NOTHING)
def test_where_there_is_nothing_nothing_is_kept(passage: Passage):
    assert quoted(entry(what="Satu dua."), passage) is None


def test_a_quote_has_room_for_a_thousand_characters_of_whole_words():
    words = entry(what="sembilan. " * 300)
    said = quoted(words, Passage("what", 0, 3, 2_500))
    assert said
    assert said.quote == ("sembilan. " * 100).rstrip()
    endless = entry(what="a" * 3_000)
    assert quoted(endless, Passage("what", 0, 5, 6)) is None


def test_a_passage_is_the_value_of_an_option():
    passage = Passage("a.b", 2, 30, 41)
    assert passage.value == "a.b.2.30.41"
    assert Passage.read(passage.value) == passage
    for odd in ("", "what", "what.0.1", "what.0.1.x", "what.0.-1.3", "what.0.1.2²", ".0.1.2", "what.0.1.9999999999"):
        assert Passage.read(odd) is None


# --- Found again

FIRST = "Saya belajar mendengar. Kepala desa marah. Saya belajar mendengar. Kami pulang."


def test_the_same_words_elsewhere_are_told_apart_by_what_stands_around():
    second = kept(entry(what=FIRST), "Saya belajar mendengar.", nth=1)
    assert find(entry(what=FIRST), second) == Passage("what", 0, 43, 66)
    without_first = entry(what="Kepala desa marah. Saya belajar mendengar. Kami pulang.")
    assert find(without_first, second) == Passage("what", 0, 19, 42)
    swapped = entry(what="Kepala desa marah. Saya belajar mendengar. Kami pulang. Saya belajar mendengar.")
    assert find(swapped, second) == Passage("what", 0, 19, 42)


def test_without_a_hint_around_them_the_prompt_decides_then_the_place():
    second = kept(entry(what=FIRST), "Saya belajar mendengar.", nth=1)
    lonely = "Lain sama sekali.\n\nSaya belajar mendengar.\n\nLain lagi di situ."
    assert find(entry(so=lonely, what=lonely, now=lonely), second) == Passage("what", 0, 18, 41)
    twice = "Aduh saja. Saya belajar mendengar. Aduh itu. Saya belajar mendengar. Aduh ini."
    assert find(entry(what=twice), second) == Passage("what", 0, 45, 68)


def test_they_are_found_at_another_prompt_and_in_other_lines():
    said = kept(entry(what=FIRST), "Kepala desa marah. Saya belajar")
    moved = entry(what="Lain.", so=["Satu.", "- Ya.\n- **Kepala   desa**\n  marah.\n\n  Saya *belajar* lagi."])
    found = find(moved, said)
    assert found
    assert (found.key, found.item) == ("so", 1)
    assert words_at(moved, found) == ["Kepala", "desa", "marah.", "Saya", "belajar"]


@pytest.mark.parametrize(
    "text",
    [
        "Saya belajar mendengarkan. Kepala desa marah.",
        "Saya belajar, mendengar.",
        "Saya belajar Mendengar.",
        "Saya belajar",
        "Sayabelajar mendengar.",
        "",
    ],
)
def test_other_words_are_not_taken_for_them(text: str):
    said = kept(entry(what="Saya belajar mendengar"), "belajar mendengar")
    assert find(entry(what=text), said) is None


OTHER = [
    ("anak", "anak-anak"),
    ("5 km", "3,5 km"),
    ("5 km", "5 km2"),
    ("mata", "mata\u0301"),
    ("👩", "👩‍👧"),
    ("at", "Jum'at"),
]


@pytest.mark.parametrize(("quote", "other"), OTHER)
def test_a_part_of_a_word_is_another_word(quote: str, other: str):
    assert find(entry(what=f"Itu {other} juga."), kept(entry(what=f"Itu {quote} juga."), quote)) is None


def test_nothing_is_found_of_nothing():
    assert find(entry(what="Satu."), Quoted("what", 0, 0, " ", "", "")) is None
    assert find(entry(), Quoted("what", 0, 0, "Satu", "", "")) is None


# --- Any text whatever

BITS = [
    *["saya ", "belajar", "anak-anak ", ". ", "\n", "\n\n", "- ", "1. ", "> ", "## ", "*", "**", "`", "```\n", "    "],
    *[
        "\t",
        "[tautan](https://a.example) ",
        "<b>",
        "&amp; ",
        "&nbsp;",
        "\\",
        "👩‍👧",
        "🇮🇩",
        "e\u0301",
        "\u0301",
        "\u200b",
    ],
    *['"', "***\n"],
]
markdown = st.lists(st.sampled_from(BITS), max_size=25).map("".join) | st.text(max_size=60)
places = st.integers(-2, 80)


@examples(0.5)
@given(text=markdown, other=markdown, start=places, length=places)
def test_in_any_text_a_passage_is_where_it_was_kept_and_nowhere_on_other_words(
    text: str, other: str, start: int, length: int
):
    words = entry(what=text)
    shown = text_of(words, "what", 0)
    said = quoted(words, Passage("what", 0, start, start + length))
    if said is None:
        seen = shown[start : start + length] if start >= 0 and length > 0 and start + length <= len(shown) else ""
        assert not re.search(r"[\w!-/]", seen)
        return
    end = said.start + len(said.quote)
    assert shown[said.start : end] == said.quote == said.quote.strip()
    assert said.quote in shown
    assert shown[start : start + length].strip() in said.quote
    assert find(words, said) == Passage("what", 0, said.start, end)
    assert find(entry(so=["", text]), said) == Passage("so", 1, said.start, end)
    if found := find(entry(what=other), said):
        assert words_at(entry(what=other), found) == said.quote.split()


# --- Sentences

TEMPLATE = Template(
    slug="three", prompts=[Prompt(key=key, position=place) for place, key in enumerate(["session", *KEYS])]
)

SENTENCES = [
    ("Saya belajar banyak. Kami pulang awal!", ["Saya belajar banyak.", "Kami pulang awal!"]),
    ("Saya belajar banyak\nKami pulang awal", ["Saya belajar banyak", "Kami pulang awal"]),
    ("dr. Budi datang pukul 14.30 WIB.", ["dr. Budi datang pukul 14.30 WIB."]),
    ("1. Satu hal yang penting\n2. Ya.", ["Satu hal yang penting", "Ya."]),
    ("1\\.\n\nSatu hal yang penting", ["1.\nSatu hal yang penting"]),
    ("1\\. Satu hal yang penting. Ya.", ["1. Satu hal yang penting. Ya."]),
    ("Ya. Begitulah adanya di desa.", ["Ya. Begitulah adanya di desa."]),
    ('"Mengapa begitu?" Saya diam saja…', ['"Mengapa begitu?"', "Saya diam saja…"]),
    ("Sabar", ["Sabar"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_text_has_these_sentences(text: str, expected: list[str]):
    assert [said for _, said in sentences(entry(what=text), TEMPLATE)] == expected


def test_the_sentences_come_in_the_order_of_the_page():
    words = entry(
        old="Prompt yang dihapus.", now="Lalu bagaimana nanti.", so=["Maka begitu.", "", "Maka begini."], what="Apa."
    )
    found = sentences(words, TEMPLATE)
    assert [(passage.key, passage.item) for passage, _ in found] == [
        ("what", 0),
        ("so", 0),
        ("so", 2),
        ("now", 0),
        ("old", 0),
    ]


@examples(0.2)
@given(text=markdown)
def test_the_sentences_leave_out_no_word_and_can_be_quoted(text: str):
    words = entry(what=text)
    shown = text_of(words, "what", 0)
    found = sentences(words, TEMPLATE)
    rest, last = "", 0
    for passage, said in found:
        assert shown[passage.start : passage.end] == said
        rest += shown[last : passage.start]
        last = passage.end
        if re.search(r"\w", said):
            kept = quoted(words, passage)
            assert kept
            assert kept.quote == said
    assert not re.sub(r"\(?(\d{1,3}|[a-zA-Z])[.)]", "", rest + shown[last:]).strip()


# --- Shown

MARK = '<mark class="passage" id="passage-7" data-comment="7">'
LINK = '<a class="passage-link" href="#comment-7" aria-label="Comment on “%s”"></a>'
SHOWN = [
    ("Satu dua tiga.", "dua", f"<p>Satu {MARK}dua</mark>{LINK % 'dua'} tiga.</p>\n"),
    ('A & "B" <c>', '& "B"', f'<p>A {MARK}&amp; "B"</mark>{LINK % "&amp; &#34;B&#34;"} &lt;c&gt;</p>\n'),
    (
        "Satu *dua* tiga.",
        "u dua t",
        f'<p>Sat{MARK}u </mark><em><mark class="passage" data-comment="7">dua</mark></em>'
        f'<mark class="passage" data-comment="7"> t</mark>{LINK % "u dua t"}iga.</p>\n',
    ),
    (
        "- satu\n- dua",
        "tu\ndua",
        f'<ul>\n<li>sa{MARK}tu</mark></li>\n<li><mark class="passage" data-comment="7">dua</mark>'
        f"{LINK % 'tu dua'}</li>\n</ul>\n",
    ),
    (
        "[satu dua](https://a.example) tiga",
        "satu",
        f'<p><a href="https://a.example" rel="noopener noreferrer nofollow ugc">{MARK}satu</mark> dua</a>'
        f"{LINK % 'satu'} tiga</p>\n",
    ),
]


@pytest.mark.parametrize(("text", "quote", "html"), SHOWN)
def test_a_passage_is_marked_so(text: str, quote: str, html: str):
    start = plain(render(text)).index(quote)
    assert marked(render(text), [(start, start + len(quote), 7)]) == html


def test_two_passages_may_overlap():
    html = marked(render("satu dua tiga"), [(5, 13, 2), (0, 8, 1)])
    assert re.sub(r' (class|aria-label)="[^"]*"', "", html) == (
        '<p><mark id="passage-1" data-comment="1">satu </mark>'
        '<mark data-comment="1"><mark id="passage-2" data-comment="2">dua</mark></mark><a href="#comment-1"></a>'
        '<mark data-comment="2"> tiga</mark><a href="#comment-2"></a></p>\n'
    )


def test_a_long_passage_gives_its_link_a_short_name():
    html = marked(render("kata " * 40), [(0, 150, 1)])
    assert f'aria-label="Comment on “{"kata " * 11}kata…”"' in html


def test_without_a_passage_nothing_changes():
    html = render('Satu "dua" &nbsp; & tiga.')
    assert marked(html, []) == html
    assert marked(html, [(3, 3, 1), (4, 2, 2), (900, 901, 3)]) == html
    assert isinstance(marked(html, []), Markup)


def texts_in(element: Element) -> str:
    """The text inside, as it stands."""
    return "".join(child if isinstance(child, str) else texts_in(child) for child in element.children)


def without_spaces(text: str) -> str:
    return re.sub(r"[ \t\r\n\f]", "", text)


spans = st.lists(st.tuples(places, places).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=5)


@examples(0.5)
@given(text=markdown, spans=spans)
def test_marks_are_well_formed_and_hold_their_words_and_the_text_stays(text: str, spans: list[tuple[int, int]]):
    html = render(text)
    shown = plain(html)
    result = marked(html, [(start, end, number) for number, (start, end) in enumerate(spans)])
    assert plain(result) == shown
    page = Page(result)
    assert page.faults == Page(html).faults == []
    bare = re.sub(r'<mark class="passage"[^>]*>|</mark>|<a class="passage-link"[^>]*></a>', "", result)
    assert unescape(bare) == unescape(html)
    for link in page.all("a"):
        assert "a" not in [outer.tag for outer in link.above]
    for number, (start, end) in enumerate(spans):
        marks = [mark for mark in page.all("mark") if mark.get("data-comment") == str(number)]
        words = without_spaces(shown[max(0, start) : max(0, end)])
        assert without_spaces("".join(map(texts_in, marks))) == words
        links = [link for link in page.all("a") if link.get("href") == f"#comment-{number}"]
        if words:
            assert [mark.get("id") for mark in marks] == [f"passage-{number}"] + [None] * (len(marks) - 1)
            assert len(links) == 1
        for mark in marks:
            above = mark.parent
            while above and above.tag == "mark":
                above = above.parent
            assert above
            assert above.tag not in ("ul", "ol", "")
