"""The page of searches: what it shows, how it marks, and how little it asks the database."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from portfolio import search
from portfolio.models import PrivateNote, User
from portfolio.searching.passages import Cutter
from tests import cast
from tests.cast import DAY, NOON, SERVICE, SERVICE_2, World, words
from tests.markup import Page
from tests.site import Statements

Browsers = Callable[[User | None], FlaskClient]


def said_in(text: str) -> str:
    """A page's words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


def links(page: str) -> list[str]:
    """Where the hits lead."""
    return list(re.findall(r'<h3><a href="([^"]+)"', page))


def test_an_empty_page_invites(client_for: Browsers, world: World):
    page = client_for(world.ana).get("/search")
    assert page.status_code == 200
    assert "Find again what was written" in page.text
    assert "places" not in page.text


def test_each_hit_leads_to_its_place(client_for: Browsers, world: World):
    reflection = cast.accepted(world, world.ana, said=words("kelambu", title="The text"), at=NOON - DAY)
    world.keep(comment := reflection.comment("Satu kelambu?", by=world.mia, now=NOON))
    addendum = world.reflection(reflection).add("Kelambu lagi.", now=NOON)
    world.keep()
    note = PrivateNote(reflection_id=reflection.id, cohort_id=reflection.cohort_id, text="kelambu", written_at=NOON)
    world.keep(note)
    draft = cast.draft(world, world.ana, SERVICE_2, said=words("kelambu", title="The draft"))
    page = client_for(world.ana).get("/search?q=kelambu").text
    show = f"/reflections/{reflection.id}"
    assert set(links(page)) == {
        show, f"{show}#comment-{comment.id}", f"{show}#addendum-{addendum.id}", f"{show}#note",
        f"/reflections/{draft.id}/edit",
    }  # fmt: skip
    words_ = said_in(page)
    for shown in ("5 places", "Comment by Mia", "Your private note", "Your draft", "only you find this", "Addendum"):
        assert shown in words_
    others = client_for(world.mia).get("/search?q=kelambu").text
    assert "3 places" in said_in(others)
    assert "only you find this" not in others


def test_what_was_looked_for_is_marked_where_most_of_it_stands(client_for: Browsers, world: World):
    text = "kelambu " + "lain " * 200 + "di sini **kelambu** dekat jendela, *begitu* saja " + "lain " * 200
    cast.submitted(world, world.ana, said=words(text))
    page = client_for(world.mia).get("/search?q=jendela+kelambu").text
    [passage] = re.findall(r'<p class="passage"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert "<mark>kelambu</mark> dekat <mark>jendela</mark>, begitu saja" in passage
    assert passage.startswith("… ")
    assert passage.endswith(" …")
    assert 25 <= len(said_in(passage).split()) <= 34


HOSTILE = (
    "<script>alert(1)</script> kelambu <mark>bukan</mark> <img src=x onerror=kelambu> &lt;b&gt; {{ 7*7 }} **kelambu**"
)


def test_markup_in_a_text_stays_text(client_for: Browsers, world: World):
    cast.submitted(world, world.ana, said=words(HOSTILE, title=f"{HOSTILE[:150]}"))
    page = client_for(world.mia).get("/search?q=kelambu+bukan").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "{{ 7*7 }}" in page
    assert set(re.findall(r"<mark>(.*?)</mark>", page)) == {"kelambu", "bukan"}
    assert Page(page).faults == []


def test_markup_in_a_question_stays_text(client_for: Browsers, world: World):
    page = client_for(world.mia).get("/search", query_string={"q": HOSTILE, "tag": '"><script>', "module": "<b>"}).text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_long_list_has_pages_that_keep_the_question(client_for: Browsers, crowd: World):
    client = client_for(crowd.oki)
    first = client.get("/search?q=waits&module=service").text
    assert len(links(first)) == search.PAGE
    assert "Page 1 of" in first
    [later] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = client.get(unescape(later)).text
    assert "q=waits" in later
    assert "module=service" in later
    assert len(links(second)) == search.PAGE
    far = client.get("/search?q=waits&page=999").text
    assert links(far)


@pytest.mark.parametrize("wrong", ["state=burnt", "module=nosuch", "page=x", "page=-1", "tag=%2A", "q=%F0%28", "q="])
def test_what_is_wrong_in_an_address_is_passed_over(client_for: Browsers, world: World, wrong: str):
    cast.submitted(world, world.ana)
    assert client_for(world.ana).get(f"/search?{wrong}").status_code == 200
    assert client_for(world.ana).get(f"/search?q=waits&{wrong}").status_code == 200


def test_more_than_are_counted(client_for: Browsers, world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "MOST_FOUND", 2)
    for n in (SERVICE, SERVICE_2, 4):
        cast.submitted(world, world.ana, n)
    assert "More than 2 places" in said_in(client_for(world.mia).get("/search?q=waits").text)


@pytest.mark.parametrize("who", ["ana", "mia", "oki"])
@pytest.mark.parametrize("question", ["", "q=waits", "q=wiats", "q=nowhere+atall", "q=waits&tag=etika&state=submitted"])
def test_a_search_asks_little_however_much_there_is(
    client_for: Browsers, crowd: World, queries: Statements, who: str, question: str
):
    client = client_for(getattr(crowd, who))
    with queries:
        client.get(f"/search?{question}")
    assert len(queries) <= 12, str(queries)


def test_topics_are_given_found_and_followed(client_for: Browsers, world: World):
    draft = cast.draft(world, world.ana)
    client, form = client_for(world.ana), {"title": "Those who wait", "visibility": "mentor", "answer_view": "kelambu"}
    topics = " Etika,  pelayanan publik ,etika, #antrean, Pelayanan-Public, 🙂, "
    sent = {**form, "version": str(draft.version), "tags": topics}
    assert client.post(f"/reflections/{draft.id}/edit", data=sent).status_code == 303
    kept = world.reflection(draft)
    assert kept.tags == ["Etika", "pelayanan publik", "antrean"]
    page = client.get("/search").text
    assert "/search?tag=pelayanan+publik" in page
    assert links(client.get("/search?tag=Pelayanan+public").text) == [f"/reflections/{draft.id}/edit"]
    assert "/search?tag=Etika" in client.get(f"/reflections/{draft.id}").text
    # A form that does not ask for topics takes none away; one that does may.
    assert client.post(f"/reflections/{draft.id}/edit", data={**form, "version": str(kept.version)}).status_code == 303
    assert world.reflection(draft).tags == kept.tags
    empty = {**form, "version": str(world.reflection(draft).version), "tags": ""}
    assert client.post(f"/reflections/{draft.id}/edit", data=empty).status_code == 303
    assert world.reflection(draft).tags == []


@pytest.mark.parametrize("topics", [", ".join(f"topic {n}" for n in range(11)), "x" * 41, "ok, " + "y" * 60, "z" * 500])
def test_too_many_or_too_long_topics_are_given_back(client_for: Browsers, world: World, topics: str):
    draft = cast.draft(world, world.ana)
    sent = {"title": "T", "visibility": "mentor", "version": str(draft.version), "tags": topics}
    answer = client_for(world.ana).post(f"/reflections/{draft.id}/edit", data=sent)
    assert answer.status_code == 422
    assert topics in answer.text
    assert world.reflection(draft).tags == []


@pytest.mark.parametrize("body", ["", " ", "🙂", "kelambu", "# Judul\n\n> kelambu\n- satu\n1. dua", "kelambu " * 5_000])
def test_every_body_has_a_passage(body: str):
    cut = Cutter(search.terms_of("kelambu")).passage(body)
    assert sum(len(piece.text) for piece in cut) < 500
    assert any(piece.is_found for piece in cut) == ("kelambu" in body)
