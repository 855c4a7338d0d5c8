"""Saved comments: whose they are, in which order they come, how their places are filled, and how many fit."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio.errors import Refused
from portfolio.models import Cohort, Mentorship, SavedComment, User
from portfolio.models.desk import MOST_SAVED
from tests.cast import FINAL, NOON, World, submitted, words

Clients = Callable[[User | None], FlaskClient]


def saved(world: World, by: User, text: str, *, title: str = "", uses: int = 0, cohort: Cohort | None = None) -> int:
    """One of somebody's, which was used so often."""
    comment = SavedComment.keep(title, text, cohort, by=by, beside=0, now=NOON)
    for _ in range(uses):
        comment.use(now=NOON)
    world.keep(comment)
    return comment.id


def texts_on(page: str, *texts: str) -> list[str]:
    """Those of the texts that stand on a page, in the order in which they do."""
    return sorted((text for text in texts if text in page), key=page.index)


def row(world: World, number: int) -> SavedComment:
    """As it is kept now."""
    return world.load(sa.select(SavedComment).where(SavedComment.id == number))


@pytest.fixture
def mia(world: World, client_for: Clients) -> FlaskClient:
    return client_for(world.mia)


def test_one_is_written_found_and_said_better(world: World, mia: FlaskClient) -> None:
    assert "Nothing saved yet" in mia.get("/saved-comments/").text
    form = {"title": "Ask why", "text": "Why do you think so, {name}?", "cohort": "-"}
    assert mia.post("/saved-comments/", data=form).status_code == 303
    kept = world.session.scalars(sa.select(SavedComment)).one()
    assert (kept.owner_id, kept.title, kept.cohort_id) == (world.mia.id, "Ask why", None)
    assert "Why do you think so, {name}?" in mia.get(f"/saved-comments/{kept.id}").text
    mia.post(f"/saved-comments/{kept.id}", data=form | {"text": "And why?", "cohort": str(world.cohort.id)})
    kept = row(world, kept.id)
    assert (kept.text, kept.cohort_id) == ("And why?", world.cohort.id)


def test_the_most_used_come_first_also_among_those_that_are_found(world: World, mia: FlaskClient) -> None:
    for text, uses in (("Ask about the queue.", 1), ("Name a queue you know.", 7), ("Say when you begin.", 3)):
        saved(world, world.mia, text, uses=uses)
    texts = ("Ask about the queue.", "Name a queue you know.", "Say when you begin.")
    assert texts_on(mia.get("/saved-comments/").text, *texts) == [texts[1], texts[2], texts[0]]
    assert texts_on(mia.get("/saved-comments/?q=QUEUE").text, *texts) == [texts[1], texts[0]]
    assert texts_on(mia.get("/saved-comments/?q=you+queue").text, *texts) == [texts[1]]
    assert "Nothing found" in mia.get("/saved-comments/?q=elephant").text


def test_what_is_used_counts(world: World, mia: FlaskClient) -> None:
    mine = saved(world, world.mia, "Mine.")
    shared = saved(world, world.kris, "Of Kris.", cohort=world.cohort)
    for number in (mine, mine, shared):
        assert mia.post(f"/saved-comments/{number}/use").status_code == 204
    assert (row(world, mine).uses, row(world, shared).uses) == (2, 1)
    assert row(world, mine).used_at == NOON


def test_what_is_shared_is_seen_by_those_who_guide_or_organise_there_and_changed_by_none(
    world: World, client_for: Clients
) -> None:
    shared = saved(world, world.mia, "For all of us.", cohort=world.cohort)
    own = saved(world, world.mia, "For me alone.")
    for reader in (world.kris, world.oki):
        page = client_for(reader).get("/saved-comments/").text
        assert texts_on(page, "For all of us.", "For me alone.") == ["For all of us."]
        assert "Shared by Mia in First" in page
        assert client_for(reader).get(f"/saved-comments/{shared}").status_code == 403
        assert client_for(reader).post(f"/saved-comments/{shared}/removal").status_code == 403
        assert client_for(reader).get(f"/saved-comments/{own}").status_code == 404
    for stranger in (world.otto, world.olla):
        assert "For all of us." not in client_for(stranger).get("/saved-comments/").text
        assert client_for(stranger).post(f"/saved-comments/{shared}/use").status_code == 404


def test_who_no_longer_guides_there_no_longer_sees_what_is_shared(world: World, client_for: Clients) -> None:
    saved(world, world.oki, "For all of us.", cohort=world.cohort)
    kris = client_for(world.kris)
    assert "For all of us." in kris.get("/saved-comments/").text
    world.session.execute(sa.update(Mentorship).where(Mentorship.user_id == world.kris.id).values(ended_at=NOON))
    world.keep()
    assert kris.get("/saved-comments/").status_code == 403
    world.keep(
        world.enrolment(world.dodi).assign(world.kris, world.enrolment(world.dodi).mentorships[0].role, now=NOON)
    )
    assert "For all of us." not in kris.get("/saved-comments/").text


def test_it_is_shared_only_in_ones_own_cohorts(world: World, mia: FlaskClient) -> None:
    form = {"text": "For others.", "cohort": str(world.other.id)}
    answer = mia.post("/saved-comments/", data=form)
    assert answer.status_code == 422
    assert "For others." in answer.text
    assert "Second" not in mia.get("/saved-comments/new").text


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_what_says_nothing_or_too_much_is_not_kept(world: World, mia: FlaskClient, text: str) -> None:
    answer = mia.post("/saved-comments/", data={"title": "A name", "text": text, "cohort": "-"})
    assert answer.status_code == 422
    assert 'value="A name"' in answer.text
    assert world.session.scalar(sa.select(sa.func.count()).select_from(SavedComment)) == 0


def test_two_hundred_fit_and_the_next_comes_back_in_words(world: World, mia: FlaskClient) -> None:
    world.keep(*(SavedComment.keep("", f"No. {n}.", None, by=world.mia, beside=0, now=NOON) for n in range(MOST_SAVED)))
    answer = mia.post("/saved-comments/", data={"text": "One too many.", "cohort": "-"})
    assert answer.status_code == 409
    assert "One too many." in answer.text
    assert "200 saved comments" in answer.text
    first = world.session.scalars(sa.select(sa.func.min(SavedComment.id))).one()
    mia.post(f"/saved-comments/{first}/removal")
    assert mia.post("/saved-comments/", data={"text": "Now it fits.", "cohort": "-"}).status_code == 303
    assert mia.post(f"/saved-comments/{first}/restoration").status_code == 409


def test_others_never_crowd_out_ones_own(world: World, mia: FlaskClient) -> None:
    theirs = (SavedComment.keep("", f"No. {n}.", world.cohort, by=world.oki, beside=0, now=NOON) for n in range(200))
    world.keep(*theirs)
    saved(world, world.mia, "My only one.")
    assert "My only one." in mia.get("/saved-comments/").text


def test_what_is_removed_can_be_brought_back(world: World, mia: FlaskClient) -> None:
    number = saved(world, world.mia, "Do not lose me.")
    after = mia.post(f"/saved-comments/{number}/removal")
    page = mia.get(after.location).text
    assert "Removed: Do not lose me." in page
    assert 'id="saved-' not in page
    assert "Removed:" not in mia.get("/saved-comments/").text
    mia.post(f"/saved-comments/{number}/restoration")
    assert row(world, number).removed_at is None
    assert f'id="saved-{number}"' in mia.get("/saved-comments/").text


def test_the_review_page_has_them_filled_in_for_the_text_before_it(world: World, mia: FlaskClient) -> None:
    world.ana.address = "Ibu"
    world.keep()
    text = "{nama}|{name}|{sesi}|{module}|{MATA_PELATIHAN}|{nomor}|{title}|{judul}|{other}|{}|{ name }|{{number}}"
    saved(world, world.mia, text)
    about = submitted(world, world.ana, said=words(number=12, title="Who {name} <waits>"))
    page = mia.get(f"/reflections/{about.id}/review").text
    who, title = "Ibu Ana", "Who {name} &lt;waits&gt;"
    filled = f"{who}|{who}|Service|Service|Service|12|{title}|{title}|{{other}}|{{}}|{{ name }}|{{12}}"
    assert filled in page


def test_a_capstone_is_called_final(world: World, mia: FlaskClient) -> None:
    saved(world, world.mia, "No. {number}.")
    about = submitted(world, world.ana, FINAL)
    assert "No. FINAL." in mia.get(f"/reflections/{about.id}/review").text


def test_feedback_is_saved_as_it_is_written_on_the_review_page(world: World, mia: FlaskClient) -> None:
    form = {"from": "feedback", "feedback": "Say who waits longest.", "title": "ignored", "cohort": "9"}
    assert mia.post("/saved-comments/", data=form).status_code == 303
    kept = world.session.scalars(sa.select(SavedComment)).one()
    assert (kept.text, kept.title, kept.cohort_id) == ("Say who waits longest.", "", None)


def test_trainees_and_observers_have_none(world: World, client_for: Clients) -> None:
    form = {"text": "Mine.", "cohort": "-"}
    for page in ("/saved-comments/", "/saved-comments/new"):
        assert client_for(world.ana).get(page).status_code == 403
        assert client_for(world.obed).get(page).status_code == 403
    assert client_for(world.ana).post("/saved-comments/", data=form).status_code == 403


def test_an_empty_comment_is_refused_by_the_model(world: World) -> None:
    with pytest.raises(Refused, match="nothing to save"):
        SavedComment.keep("A name", "  ", None, by=world.mia, beside=0, now=NOON)
