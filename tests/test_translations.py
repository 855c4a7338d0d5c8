"""The catalogue is whole, fresh and compiled, in the words that were agreed on; and no page speaks past it."""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import pytest
import wtforms
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from jinja2 import Environment, nodes
from werkzeug.datastructures import MultiDict
from wtforms.fields import choices, datetime, numeric

from portfolio.paths import PACKAGE, top_level
from portfolio.web.forms import Form
from portfolio.web.wtforms_messages import MESSAGES
from tests.access.stage import Stage
from tests.markup import Element, Page
from tests.site import Site

ROOT = PACKAGE.parent
INDONESIAN = PACKAGE / "translations" / "id" / "LC_MESSAGES"
TEMPLATES = top_level("templates")
PLACE = re.compile(r"%\(\w+\)[sd]")


@cache
def catalogue() -> Catalog:
    with (INDONESIAN / "messages.po").open("rb") as file:
        return read_po(file, locale="id")


def messages(of: Catalog | None = None) -> list[Message]:
    return [message for message in of or catalogue() if message.id]


def each(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """A sentence, or one sentence for each grammatical number."""
    return (text,) if isinstance(text, str) else tuple(text)


def pairs() -> Iterator[tuple[str, str]]:
    """Each English sentence with its Indonesian, which is one for all numbers."""
    for message in messages():
        yield from ((english, each(message.string)[0]) for english in each(message.id))


def as_pattern(text: str) -> re.Pattern[str]:
    """A sentence with whatever values."""
    return re.compile(".+?".join(map(re.escape, PLACE.split(text))))


# --- The files


def test_the_catalogue_has_every_message_and_no_other():
    with (ROOT / "babel.cfg").open() as file:
        where, how = parse_mapping_cfg(file)
    fresh = Catalog()
    for _, _, message, _, context in extract_from_dir(ROOT, where, how, {**DEFAULT_KEYWORDS, "lazy_gettext": None}):
        fresh.add(message, context=context)
    said, kept = ({message.id for message in messages(of)} for of in (fresh, catalogue()))
    assert len(said) > 300, "babel.cfg looks in the wrong place"
    assert (said - kept, kept - said) == (set(), set()), "new, gone: run `make messages`, and translate what is new"


def test_every_message_is_translated():
    assert [message.id for message in messages() if not all(each(message.string or ""))] == []
    assert [message.id for message in messages() if message.fuzzy] == []
    assert list(catalogue().obsolete) == []
    assert catalogue().num_plurals == 1


def test_what_is_compiled_is_what_is_written():
    with (INDONESIAN / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    written, shipped = (
        {each(message.id): each(message.string) for message in messages(of)} for of in (catalogue(), compiled)
    )
    assert shipped == written, "run `make messages`"
    assert compiled.num_plurals == 1


# --- The words


def test_a_translation_has_the_places_of_its_sentence_and_no_markup():
    for english, indonesian in pairs():
        assert Counter(PLACE.findall(english)) == Counter(PLACE.findall(indonesian)), english
        for text in english, indonesian:
            assert "%" not in PLACE.sub("", text), f"{text!r}: a page would look for a value"
            assert not re.search(r"[<>]|&\w+;", text), f"{text!r}: markup is the template's"
    assert [(message.id, faults) for message, faults in catalogue().check()] == []


def test_a_translation_begins_and_ends_like_its_sentence():
    for english, indonesian in pairs():
        # A sentence may begin with a number in one language, and with a word in the other.
        begins = english[0].isupper() or (english[0] == "%" and english.endswith("."))
        assert begins == indonesian[0].isupper() or not indonesian[0].isalpha(), (english, indonesian)
        ends = {text[-1] if text[-1] in ".:?!…" else "" for text in (english, indonesian)}
        assert len(ends) == 1, (english, indonesian)
        for text in english, indonesian:
            assert text == text.strip(), text
            assert not re.search(r'"|\.\.\.|  ', text), f"{text!r}: “ ”, …, and single spaces"


# Each has a better word: Anda, surel, kata sandi, unggah, unduh, daring, draf, tenggat, kirim, tinjauan, antrean …
INFORMAL = re.compile(
    r"\banda\b|(?<!%\()\b(?i:kamu|kau|e-?mail|password|upload|download|online|offline|draft|deadline|submit|review|feedback|"
    r"log-?in|log-?out|antri\w*|praktek|analisa|resiko|ijin|silahkan|standarisasi|sistim|merubah|sekedar|kadaluwarsa)\b"
)
REPEATED = re.compile(r"(?:\d|%\(\w+\)[sd]) (\w{2,})-\1\b", re.IGNORECASE)  # a number is plural enough


def is_formal(text: str) -> bool:
    return not INFORMAL.search(text) and not REPEATED.search(text)


def test_the_indonesian_is_formal():
    assert [indonesian for _, indonesian in pairs() if not is_formal(indonesian)] == []


@pytest.mark.parametrize(
    "text",
    ["Ubah kata sandi anda.", "Kamu belum menulis.", "Alamat email", "3 refleksi-refleksi", "%(num)s kata-kata"],
)
def test_what_is_informal_is_found(text: str):
    assert not is_formal(text)
    assert is_formal("Anda masuk dengan %(email)s, sungguh-sungguh, 2 refleksi sehari.")


# --- What is said past the catalogue

SEEN_OR_HEARD = ("aria-label", "aria-description", "title", "placeholder", "alt")
LONG_ENOUGH = re.compile(r"[^\W\d_]{3}")
NAMES = re.compile(r"\b(WIB|WITA|WIT|English|Bahasa Indonesia|Ctrl|Enter|Esc)\b")
NO_TEXT = re.compile(r"\{% block width %\}\w*\{% endblock %\}")  # a class of the page
OUTSIDE_A_TAG = re.compile(r'[\w-]+="[^"]*"')  # attributes that a macro gives to a tag


def literals(template: str) -> list[str]:
    """What a template says by itself, in whatever language the page is."""
    source, jinja = NO_TEXT.sub("", template), Environment(autoescape=True)
    parts = (text if kind == "data" else "\0" for _, kind, text in jinja.lex(source))
    page = Page(re.sub("\0+", "\0", "".join(parts)))
    found = [
        OUTSIDE_A_TAG.sub("", child)
        for element in (page.root, *page)
        if element.tag not in ("script", "style")
        for child in element.children
        if isinstance(child, str)
    ]
    found += [element.get(name) or "" for element in page for name in SEEN_OR_HEARD]
    tree = jinja.parse(source)
    marked = {
        id(word)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext")
        for word in call.find_all(nodes.Const)
    }
    words = [word.value for word in tree.find_all(nodes.Const) if id(word) not in marked]
    found += [word for word in words if isinstance(word, str) and re.match(r"[A-Z][a-z]|\w+ .*[.?!…]$", word)]
    return [text.replace("\0", " ").strip() for text in found if LONG_ENOUGH.search(NAMES.sub("", text))]


PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
PAGES.remove("styleguide/show.html")  # which shows invented texts to those who build the pages
PAGES.remove("offline.html")  # which speaks both languages, since it does not know who reads it


@pytest.mark.parametrize("name", PAGES)
def test_a_template_says_nothing_by_itself(name: str):
    assert literals((TEMPLATES / name).read_text()) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Not translated</p>",
        "<p>{{ name }}: late</p>",
        "{% if late %}late{% endif %}",
        '<a href="/" aria-label="The first page">{{ icon("home") }}</a>',
        '<input placeholder="{{ name }} here">',
        '{{ empty("check", "Nothing here") }}',
        '{% set words = {"late": "Late"} %}',
    ],
)
def test_what_a_template_says_by_itself_is_found(template: str):
    good = '{% block width %}wide{% endblock %}<p class="one">{{ _("Late") }} · 23.59 WIB {{ icon("home wide") }}</p>'
    assert literals(good) == []
    assert len(literals(good + template)) == 1


def test_what_a_rule_says_is_marked():
    said = {"Refused", "Stale", "BadEntry", "flash"}
    unmarked = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in said
        if call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
    ]
    assert unmarked == []


@pytest.mark.parametrize("sentence", MESSAGES)
def test_wtforms_says_what_we_translate_of_it(sentence: str):
    parts = (wtforms.validators, choices, datetime, numeric)
    assert any(f'gettext("{sentence}")' in inspect.getsource(part) for part in parts)


def kinds_of_form(kind: type[Form] = Form) -> Iterator[type[Form]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds_of_form(below)


@pytest.mark.parametrize("sent", ["", "x", "x" * 50_000, "9" * 10, "1000-01-01"])
def test_every_form_complains_in_indonesian(sites: Callable[[str], Site], sent: str):
    complaints: list[str] = []
    for kind in kinds_of_form():
        with sites("sqlite").app.test_request_context():
            form = kind(MultiDict(dict.fromkeys(kind()._fields, sent)))
            form.validate()
            errors = [error for field in form for error in field.errors]
            complaints += [str(error) for error in errors if not isinstance(error, list)]
    known = [as_pattern(text) for _, text in pairs()]
    assert complaints
    assert [text for text in complaints if not any(one.fullmatch(text) for one in known)] == []


# --- The pages

SEPARATOR = re.compile(r"\s+·\s+|: ")


def english_of(html: str) -> list[str]:
    """What a page says in English, in the voice of the application."""
    foreign = [as_pattern(text) for text, translated in pairs() if text != translated and not NAMES.fullmatch(text)]
    ours = [element for element in Page(html) if not any(is_by_people(one) for one in (element, *element.above))]
    texts = [child for element in ours for child in element.children if isinstance(child, str)]
    texts += [element.get(name) or "" for element in ours for name in SEEN_OR_HEARD]
    told = {" ".join(part.split()) for text in texts for part in (text, *SEPARATOR.split(text))}
    return sorted(text for text in told if any(one.fullmatch(text) for one in foreign))


def is_by_people(element: Element) -> bool:
    return element.tag in ("bdi", "textarea") or "words" in (element.get("class") or "").split()


def in_indonesian(stage: Stage, who: str) -> FlaskClient:
    client = stage.browser(who)
    client.post("/language", data={"language": "id"})
    return client


@pytest.mark.parametrize(
    ("who", "addresses"),
    [
        ("nobody", ["/sign-in", "/invitations/{a link}", "/invitations/{an old link}"]),
        ("ana", ["/", "/series/", "/progress/", "/profile"]),
        (
            "ana",
            ["/reflections/{ana's draft}/edit", "/reflections/{ana's rewriting}", "/reflections/{ana's submitted}"],
        ),
        ("mia", ["/reviews/", "/reflections/{ana's submitted}/review", "/reflections/{ana's accepted}"]),
        ("oki", ["/cohorts/{the first cohort}/progress", "/enrolments/{ana's place}/progress"]),
    ],
)
def test_a_page_speaks_indonesian(gates: Stage, who: str, addresses: list[str]):
    client, things = in_indonesian(gates, who), {**gates.ids, **gates.secrets}
    for address in addresses:
        answer = client.get(re.sub(r"\{(.+?)\}", lambda name: str(things[name[1]]), address))
        assert answer.status_code in (200, 410)
        assert '<html lang="id">' in answer.text
        assert english_of(answer.text) == []


def test_the_pages_for_faults_speak_indonesian(gates: Stage):
    ana, mia = in_indonesian(gates, "ana"), in_indonesian(gates, "mia")
    draft, accepted = (f"/reflections/{gates.ids[thing]}" for thing in ("ana's draft", "ana's accepted"))
    answers = [
        ana.post(f"{draft}/edit", data=b"title=\xe9", content_type="application/x-www-form-urlencoded"),
        in_indonesian(gates, "nobody").post(f"{draft}/edit", data={"title": "x"}),
        ana.post(f"{draft}/edit", data={"title": "x"}, headers={"Origin": "https://evil.example"}),
        ana.get("/no-such-page"),
        ana.delete(draft),
        ana.post(f"{draft}/withdrawal"),
        ana.post(f"{draft}/edit", data={"title": "x" * 2_000_000}),
        mia.post(f"{accepted}/reopening"),
        ana.post(f"{draft}/edit", data={"title": "", "number": "x", "session_date": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [400, 401, 403, 404, 405, 409, 413, 422, 422]
    for answer in answers:
        assert '<html lang="id">' in answer.text
        assert english_of(answer.text) == []


def test_english_is_found(gates: Stage):
    found = english_of(gates.browser("ana").get("/").text)
    assert {"Skip to the content", "Series", "Accepted"} <= set(found)
    assert [text for text in found if re.fullmatch(r"\d+ expected by today", text)]
