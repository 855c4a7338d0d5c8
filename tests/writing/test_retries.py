"""An answer got lost and the same comes again, twenty times at once: it is kept once, and each hears so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portfolio.models import Comment, Submission, User
from tests import cast
from tests.cast import CONDUCT, World
from tests.site import Site

TIMES = 20
TEXT = {"title": "Conduct", "visibility": "mentor", "answer_what": "What was sent twenty times."}
PEN = {"version": "1", "tab": "a" * 32, "stroke": "1"}

AtOnce = Callable[..., list[TestResponse]]


@pytest.fixture
def at_once(site: Site, world: World) -> AtOnce:
    """`at_once(world.ana, address, form)`: the same form, sent by twenty at the same moment."""

    def at_once(user: User, address: str, form: dict[str, str]) -> list[TestResponse]:
        cookie = site.sign_in(user.id).get_cookie("portfolio")
        assert cookie is not None
        world.keep()  # what a thread sends must not wait for the test
        ready = Barrier(TIMES)

        def send(_: int) -> TestResponse:
            client = FlaskClient(site.app, site.app.response_class)  # not ours, which shares the test's session
            client.set_cookie("portfolio", cookie.value)
            ready.wait()
            return client.post(address, data=form, buffered=True)

        with ThreadPoolExecutor(TIMES) as threads:
            return list(threads.map(send, range(TIMES)))

    return at_once


def test_a_save_is_kept_once(world: World, at_once: AtOnce):
    draft = cast.begun(world, world.ana, CONDUCT)
    answers = at_once(world.ana, f"/reflections/{draft.id}/draft", TEXT | PEN)
    assert [answer.json for answer in answers] == [{"version": 2, "saved": "12:00 WIB"}] * TIMES
    kept = world.reflection(draft)
    assert (kept.version, kept.answers) == (2, {"what": TEXT["answer_what"]})


def test_it_is_handed_in_once(world: World, at_once: AtOnce):
    draft = cast.begun(world, world.ana, CONDUCT)
    answers = at_once(world.ana, f"/reflections/{draft.id}/submission", TEXT | PEN)
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, f"/reflections/{draft.id}")}
    submissions = world.session.scalars(sa.select(Submission).where(Submission.reflection_id == draft.id)).all()
    assert [(submission.round, submission.answers) for submission in submissions] == [
        (1, {"what": TEXT["answer_what"]})
    ]
    progress = world.progress(world.ana, CONDUCT)
    assert (progress.submitted, progress.waiting) == (1, 1)


@pytest.mark.parametrize("who", ["ana", "mia"])
def test_a_comment_is_said_once(world: World, at_once: AtOnce, who: str):
    talked_about = cast.submitted(world, world.ana, CONDUCT)
    address = f"/reflections/{talked_about.id}/comments"
    answers = at_once(getattr(world, who), address, {"text": "Sent twenty times."})
    [said] = world.session.scalars(sa.select(Comment)).all()
    assert said.text == "Sent twenty times."
    wanted = (303, f"/reflections/{talked_about.id}#comment-{said.id}")
    assert {(answer.status_code, answer.location) for answer in answers} == {wanted}


def test_it_is_begun_once(world: World, at_once: AtOnce):
    answers = at_once(world.ana, f"/sessions/{world.sessions[CONDUCT].id}/reflection", {})
    begun = cast.begun(world, world.ana, CONDUCT)
    wanted = (303, f"/reflections/{begun.id}/edit")
    assert {(answer.status_code, answer.location) for answer in answers} == {wanted}
