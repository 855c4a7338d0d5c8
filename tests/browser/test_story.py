"""One story from the first word to the last signature, in both languages, with scripts and without."""

import pytest

from tests import cast
from tests.browser.visitor import Organiser, Reviewer, Trainee, Visits
from tests.cast import CONDUCT, HOUR, PASSWORD, SERVICE, World, both

pytestmark = pytest.mark.browser

WHAT = "A citizen came for the third time, and was sent home again."
SO_WHAT = "Our rule serves the counter, and not those who wait."
NOW_WHAT = "I will ask each one who waits what brought them here."
BETTER = "From Monday on I ask each one who waits, and write down what they say."
QUESTION, ANSWER, THANKS = "Who waits longest?", "Those who live far away.", "So I thought."
REASON = "Say when you begin, and how you will know that it helps."
PRAISE = "Now I can see you do it."
NEW_PASSWORD = "those who wait are many"


@pytest.fixture
def motion(scripts: bool) -> str:
    """Half of the stories are told without, in half the time; without scripts, and in all other tests, pages move."""
    return "reduce" if scripts else "no-preference"


@pytest.mark.parametrize(
    ("language", "scripts"), [("id", True), ("en", False)], ids=["with scripts", "without scripts, in English"]
)
def test_a_reflection_from_the_first_word_to_the_last_signature(world: World, visits: Visits, language: str):
    ana, mia = visits(Trainee, world.ana, signed_in=False), visits(Reviewer, world.mia, signed_in=False)
    kris, oki = visits(Reviewer, world.kris, signed_in=False), visits(Organiser, world.oki, signed_in=False)
    conduct, title = world.sessions[CONDUCT], both("Conduct")[language]
    cast.submitted(world, world.ben, SERVICE, at=world.now - HOUR)

    # Ana writes about today's session, saves it, comes back, and hands it in.
    ana.signs_in()
    ana.has(submitted=0, signed_off=0, of=5)
    ana.stands(title, "In progress", submitted=0, signed_off=0, asked_for=1)
    ana.goes_to("Today").begins(conduct).answers(what=WHAT, so_what=SO_WHAT).saves_the_draft()
    ana.goes_to("Today").writes_on(conduct).has_written(what=WHAT, so_what=SO_WHAT, now_what="")
    ana.answers(now_what=NOW_WHAT).submits().reads(WHAT, SO_WHAT, NOW_WHAT, ana.say("Awaiting review"))

    # While nobody has opened it she can take it back. Once Mia has, she cannot, though her page still has the button.
    ana.withdraws().is_told("Your reflection is back with you. Nobody else sees it until you submit it again.")
    ana.has(submitted=0, signed_off=0, of=5)
    ana.goes_to("Today").writes_on(conduct).has_written(now_what=NOW_WHAT).submits()
    ana.has(submitted=1, signed_off=0, of=5)
    ana.stands(title, "Awaiting review", submitted=1, signed_off=0, asked_for=1)
    ana.reads_again(title)
    mia.signs_in().finds_waiting(world.ben, world.ana).takes(world.ana).reads(WHAT, SO_WHAT, NOW_WHAT)
    refused = "A reviewer has opened this reflection, so it can no longer be withdrawn."
    ana.withdraws(status=409).reads(ana.say(refused)).follows(ana.say("To the first page")).reads_again(title)

    # They talk. What one says is new to the other, once.
    mia.asks(QUESTION).finds_new()
    ana.comes_back().finds_new(QUESTION).replies(QUESTION, ANSWER).finds_new()
    mia.comes_back().finds_new(ANSWER).comes_back().finds_new().reads(QUESTION, ANSWER)
    mia.replies(QUESTION, THANKS)  # or it would wait for her

    # Mia returns it, which needs a reason, and is led to what waits next.
    mia.returns(because=" ", status=422)
    mia.reads(WHAT, SO_WHAT, NOW_WHAT, mia.say("To return a reflection, say what to improve."))
    mia.returns(because=REASON).is_told("Returned. %(name)s will see your reason first.", name="Ana")
    mia.is_asked_by(world.ben).accepts().is_told("Accepted. %(name)s will see it.", name="Ben").is_done()

    # Ana sees that first, with the reason, and writes it anew.
    ana.has(submitted=1, signed_off=0, of=5)
    ana.stands(title, "Your turn", submitted=1, signed_off=0, asked_for=1)
    ana.goes_to("Today").sees_first(title, because=REASON).revises(conduct).reads(REASON)
    ana.has_written(now_what=NOW_WHAT).answers(now_what=BETTER).submits()
    ana.has(submitted=1, signed_off=0, of=5)

    # Mia accepts it, and nothing waits for her any more. Then Kris does, who is the last to sign.
    mia.goes_to("Desk").finds_waiting(world.ana).takes(world.ana)
    mia.reads(BETTER, REASON, mia.say("Round %(round)s", round=2))
    mia.accepts(saying=PRAISE).is_told("Accepted. %(name)s will see it.", name="Ana").is_done()
    ana.has(submitted=1, signed_off=0, of=5)
    kris.signs_in().finds_waiting(world.ben, world.ana).takes(world.ana).reads(BETTER, PRAISE)
    kris.accepts().is_asked_by(world.ben)

    # The module is complete, and all can see it.
    ana.has(submitted=1, signed_off=1, of=5)
    ana.stands(title, "Complete", submitted=1, signed_off=1, asked_for=1)
    oki.signs_in()
    oki.sees_in_the_grid(world.ana, complete=1, of=3).sees_in_the_grid(world.ben, complete=0, of=3)

    # Another language, another password, and goodbye.
    [other] = {"id", "en"} - {language}
    ana.chooses_language(other).changes_password(PASSWORD, NEW_PASSWORD).signs_out()
    ana.signs_in(NEW_PASSWORD).goes_to("Series").is_at(ana.say("My series")).reads(both("Conduct")[other])
