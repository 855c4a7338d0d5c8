"""Before a text is handed in: a question when it tells who others are; and who exactly will read it, in plain words."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio.models import Reflection, State, User, Visibility
from tests import cast
from tests.cast import CONDUCT, DAY, SERVICE, World, words
from tests.markup import Page

ClientFor = Callable[[User | None], FlaskClient]
CLEAN = "Warga di loket menunggu dua jam. UU 25/2009 pasal 4, anggaran Rp1.250.000.000, tahun 2018."
TELLING = "Warga itu menelepon 0812-3456-7890. Lalu sepi."


@pytest.fixture
def ana(client_for: ClientFor, world: World) -> FlaskClient:
    return client_for(world.ana)


def form(reflection: Reflection, text: str, **more: str) -> dict[str, str]:
    return {
        "version": str(reflection.version), "title": "Those who wait", "number": "1", "visibility": "mentor",
        "answer_discussed": text, "answer_view": "I see.", "answer_lessons-0": "Begin earlier.",
    } | more  # fmt: skip


def form_of(html: str, action: str) -> dict[str, str]:
    """What a form sends beside the button that is pressed."""
    [form] = [form for form in Page(html).all("form") if form.get("action") == action]
    return {field.get("name") or "": field.get("value") or "" for field in form.all("input")}


def send(client: FlaskClient, reflection: Reflection, text: str, **more: str) -> tuple[int, str]:
    response = client.post(f"/reflections/{reflection.id}/submission", data=form(reflection, text, **more))
    return response.status_code, response.location or ""


def test_a_text_that_tells_of_nobody_is_handed_in_at_once(world: World, ana: FlaskClient):
    reflection = cast.begun(world, world.ana)
    assert send(ana, reflection, CLEAN) == (303, f"/reflections/{reflection.id}")
    assert world.reflection(reflection).state is State.SUBMITTED


def test_a_text_that_tells_of_others_is_saved_and_asked_about(world: World, ana: FlaskClient):
    reflection = cast.begun(world, world.ana)
    assert send(ana, reflection, TELLING) == (303, f"/reflections/{reflection.id}/submission")
    kept = world.reflection(reflection)
    assert (kept.state, kept.answers["discussed"], kept.submissions) == (State.DRAFT, TELLING, [])
    page = ana.get(f"/reflections/{reflection.id}/submission")
    assert page.status_code == 200
    assert 'Warga itu menelepon <mark data-says="telephone number">0812-3456-7890</mark>.' in page.text
    assert "Lalu sepi" not in page.text
    assert f'href="/reflections/{reflection.id}/edit"' in page.text


def test_it_is_handed_in_as_it_stands_when_its_writer_says_so(world: World, ana: FlaskClient):
    reflection = cast.begun(world, world.ana)
    send(ana, reflection, TELLING)
    address = f"/reflections/{reflection.id}/submission"
    sent = form_of(ana.get(address).text, address)
    assert sent == {"version": str(world.reflection(reflection).version)}
    for _ in range(2):  # a second press is no second round
        response = ana.post(f"/reflections/{reflection.id}/submission", data={**sent, "as_it_stands": "1"})
        assert (response.status_code, response.location) == (303, f"/reflections/{reflection.id}")
    kept = world.reflection(reflection)
    assert kept.state is State.SUBMITTED
    assert [submission.answers["discussed"] for submission in kept.submissions] == [TELLING]


@pytest.mark.parametrize("version", ["1", "", "x", "99"])
def test_what_was_changed_since_is_looked_at_once_more(world: World, ana: FlaskClient, version: str):
    reflection = cast.begun(world, world.ana)
    send(ana, reflection, TELLING)
    response = ana.post(f"/reflections/{reflection.id}/submission", data={"version": version, "as_it_stands": "1"})
    assert response.status_code == 409
    assert "changed after you looked at it" in response.text
    assert TELLING in response.text
    assert world.reflection(reflection).state is State.DRAFT


def test_what_was_handed_in_once_as_it_stood_is_not_asked_about_again(world: World, ana: FlaskClient):
    reflection = cast.returned(world, world.ana, said=words(TELLING))
    more = "Di 081234567890 tidak ada jawaban."  # the same number, written otherwise
    assert send(ana, reflection, more) == (303, f"/reflections/{reflection.id}")
    reflection = cast.returned(world, world.ana, CONDUCT, said=words(TELLING, template="what"))
    sent = {"version": str(reflection.version), "title": "Conduct", "visibility": "mentor"}
    sent |= {"answer_what": f"{TELLING} Dan 0899-1234-567."}
    response = ana.post(f"/reflections/{reflection.id}/submission", data=sent)
    assert response.location == f"/reflections/{reflection.id}/submission"
    page = ana.get(response.location).text
    assert "0899-1234-567</mark>" in page
    assert "0812-3456-7890</mark>" not in page


def test_names_are_those_of_the_cohort_and_not_ones_own(world: World, ana: FlaskClient):
    world.ben.name, world.mia.name, world.dodi.name = (
        "Baso Mappasessu, S.Kom.",
        "Dra. Sulastri Handayani",
        "Teuku Mirza",
    )
    world.ana.name = "Rani Wulandari"
    world.keep()
    reflection = cast.begun(world, world.ana)
    assert send(ana, reflection, "Saya, Rani Wulandari, dan Teuku Mirza dari angkatan lain.")[1].endswith(
        f"/{reflection.id}"
    )
    other = cast.begun(world, world.ana, 1)
    assert send(ana, other, "Kata Mappasessu dan Bu Sulastri.")[1].endswith("/submission")
    page = ana.get(f"/reflections/{other.id}/submission").text
    assert '<mark data-says="name">Mappasessu</mark> dan Bu <mark data-says="name">Sulastri</mark>' in page


def test_what_cannot_be_handed_in_is_refused_before_anything_is_asked(world: World, ana: FlaskClient):
    reflection = cast.begun(world, world.ana)
    assert send(ana, reflection, TELLING, visibility="only_me")[0] == 409
    kept = world.reflection(reflection)
    assert (kept.state, kept.visibility, kept.answers["discussed"]) == (State.DRAFT, Visibility.ONLY_ME, TELLING)
    back = ana.get(f"/reflections/{reflection.id}/submission")
    assert (back.status_code, back.location) == (303, f"/reflections/{reflection.id}/edit")


def test_where_there_is_nothing_to_ask_the_page_leads_back(world: World, ana: FlaskClient):
    for reflection in (cast.draft(world, world.ana), cast.submitted(world, world.ana, CONDUCT)):
        assert ana.get(f"/reflections/{reflection.id}/submission").location == f"/reflections/{reflection.id}/edit"


def test_a_wrong_form_and_two_tabs_are_answered_as_ever(world: World, ana: FlaskClient):
    reflection = cast.draft(world, world.ana)
    assert send(ana, reflection, TELLING, title="")[0] == 422
    assert send(ana, reflection, TELLING, version="1")[0] == 409


def test_what_somebody_wrote_is_no_markup_on_the_page(world: World, ana: FlaskClient):
    reflection = cast.begun(world, world.ana)
    send(ana, reflection, "<script>alert(1)</script> <b>x@y.example</b> " + TELLING)
    page = ana.get(f"/reflections/{reflection.id}/submission").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- Who will read it


def test_the_page_names_who_will_read_it(world: World, ana: FlaskClient):
    world.mia.address, world.ben.deactivated_at = "Ibu", None
    world.keep()
    reflection = cast.begun(world, world.ana)
    for address in (f"/reflections/{reflection.id}/edit", f"/reflections/{reflection.id}/submission"):
        send(ana, world.reflection(reflection), TELLING, visibility="cohort")
        page = ana.get(address).text
        assert "Ibu Mia (mentor), Kris (coach)" in page
        assert "Oki" in page
        assert "all 2 other trainees of First" in page
        assert "Paul" not in page
        assert "Obed" not in page
        assert "Olla" not in page


def test_where_nobody_guides_yet_that_is_said(world: World, client_for: ClientFor):
    for mentorship in world.enrolment(world.cici).mentorships:
        mentorship.end(now=world.now - DAY)
    world.keep()
    reflection = cast.draft(world, world.cici)
    page = client_for(world.cici).get(f"/reflections/{reflection.id}/edit").text
    assert "nobody yet, since nobody guides you yet" in page
    assert "never submit it" in page


def test_what_others_have_been_given_can_no_longer_be_for_oneself(world: World, ana: FlaskClient):
    draft = ana.get(f"/reflections/{cast.draft(world, world.ana).id}/edit").text
    returned = ana.get(f"/reflections/{cast.returned(world, world.ana, CONDUCT).id}/edit").text
    only_me = 'value="only_me"'
    [choice] = [line for line in draft.splitlines() if only_me in line]
    assert "disabled" not in choice
    [choice] = [line for line in returned.splitlines() if only_me in line]
    assert "disabled" in choice
    assert "already with them" in returned
    assert "already with them" not in draft


def test_what_is_for_oneself_is_kept_without_ever_being_handed_in(
    world: World, ana: FlaskClient, client_for: ClientFor
):
    reflection = cast.only_me(world, world.ana, SERVICE)
    saved = ana.post(f"/reflections/{reflection.id}/edit", data=form(reflection, TELLING, visibility="only_me"))
    assert saved.status_code == 303
    assert world.session.scalar(sa.select(Reflection.submitted_at).where(Reflection.id == reflection.id)) is None
    for who in (world.mia, world.oki, world.ben):
        assert client_for(who).get(f"/reflections/{reflection.id}").status_code == 404
