"""One story from the first word to the last signature, as people live it: in both languages, with scripts and without."""

import pytest

from tests import cast
from tests.browser.conftest import Visits
from tests.browser.visitor import Organiser, Reviewer, Trainee
from tests.cast import CONDUCT, HOUR, SERVICE, World, both

pytestmark = pytest.mark.browser

WHAT = "A citizen came for the third time, and was sent home again."
SO_WHAT = "Our rule serves the counter, and not those who wait."
NOW_WHAT = "I will ask each one who waits what brought them here."
RATHER = "From Monday on I ask each one who waits, and write down what they say."
REASON = "Say when you begin, and how you will know that it helps."
NEW_PASSWORD = "those who wait are many"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_reflection_is_written_returned_mended_and_signed_off(world: World, visits: Visits, language: str):
    ana, mia = visits(Trainee, world.ana, signed_in=False), visits(Reviewer, world.mia, signed_in=False)
    kris, oki = visits(Reviewer, world.kris, signed_in=False), visits(Organiser, world.oki, signed_in=False)
    conduct, title = world.sessions[CONDUCT], both("Conduct")[language]
    cast.submitted(world, world.ben, SERVICE, at=world.now - HOUR)

    # Ana writes about today's session, saves, comes back, and hands it in.
    ana.signs_in()
    ana.has(submitted=0, signed_off=0, of=5)
    ana.stands(title, "In progress", submitted=0, signed_off=0, asked_for=1)
    ana.goes_to("Today").begins(conduct)
    ana.answers(what=WHAT, so_what=SO_WHAT).saves_the_draft()
    ana.has(submitted=0, signed_off=0, of=5)
    ana.goes_to("Today").writes_on(conduct).has_written(what=WHAT, so_what=SO_WHAT, now_what="")
    ana.answers(now_what=NOW_WHAT).submits().reads(WHAT, SO_WHAT, NOW_WHAT, ana.say("Awaiting review"))
    ana.has(submitted=1, signed_off=0, of=5)
    ana.stands(title, "Awaiting review", submitted=1, signed_off=0, asked_for=1)

    # Mia returns it, which needs a reason, and is led to what waits next.
    mia.signs_in()
    mia.finds_waiting(world.ben, world.ana).takes(world.ana).reads(WHAT, SO_WHAT, NOW_WHAT)
    mia.returns(because=" ", status=422).reads(NOW_WHAT, mia.say("To return a reflection, say what to improve."))
    mia.returns(because=REASON).is_told("Returned. %(name)s will see your reason first.", name="Ana")
    mia.is_asked_by(world.ben).accepts().is_told("Accepted. %(name)s will see it.", name="Ben").is_done()

    # Ana sees that first, with the reason, and writes it anew.
    ana.has(submitted=1, signed_off=0, of=5)
    ana.stands(title, "Your turn", submitted=1, signed_off=0, asked_for=1)
    ana.goes_to("Today").sees_first(title, because=REASON).revises(conduct).reads(REASON)
    ana.has_written(now_what=NOW_WHAT).answers(now_what=RATHER).submits()
    ana.has(submitted=1, signed_off=0, of=5)

    # Mia accepts it; nothing waits for her any more. Then Kris does, who is the last to sign.
    mia.finds_waiting(world.ana).takes(world.ana).reads(RATHER, REASON, mia.say("Round %(round)s", round=2))
    mia.accepts(saying="Now I see it.").is_told("Accepted. %(name)s will see it.", name="Ana").is_done()
    ana.has(submitted=1, signed_off=0, of=5)
    kris.signs_in()
    kris.finds_waiting(world.ben, world.ana).takes(world.ana).reads(RATHER, "Now I see it.")
    kris.accepts().is_asked_by(world.ben)

    # Everybody sees that the module is complete.
    ana.has(submitted=1, signed_off=1, of=5)
    ana.stands(title, "Complete", submitted=1, signed_off=1, asked_for=1)
    oki.signs_in()
    oki.sees_in_the_grid(world.ana, complete=1, of=3).sees_in_the_grid(world.ben, complete=0, of=3)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_they_talk_take_back_and_leave(world: World, visits: Visits, language: str):
    ana, mia = visits(Trainee, world.ana, signed_in=False), visits(Reviewer, world.mia, signed_in=False)
    reflection = cast.submitted(world, world.ana, CONDUCT, at=world.now - HOUR)

    # What one says is new to the other, once.
    ana.signs_in().opens_reflection(reflection).finds_new()
    mia.signs_in().opens_reflection(reflection).comments("Who waits longest?").finds_new()
    ana.comes_back().finds_new("Who waits longest?").replies(world.mia, "The last in line.").finds_new()
    mia.comes_back().finds_new("The last in line.").comes_back().finds_new().reads("The last in line.")

    # What nobody has opened can be taken back; what somebody has opened cannot, though the button was there.
    ana.withdraws().is_told("Your reflection is back with you. Nobody else sees it until you submit it again.")
    mia.comes_back(status=404)
    ana.answers(now_what=RATHER).submits()
    mia.finds_waiting(world.ana).takes(world.ana).reads(RATHER)
    refused = "A reviewer has opened this reflection, so it can no longer be withdrawn."
    ana.withdraws(status=409).reads(ana.say(refused))

    # Another language, another password, and goodbye.
    other = {"id": "en", "en": "id"}[language]
    ana.opens("/").chooses_language(other).chooses_language(language)
    ana.changes_password(cast.PASSWORD, NEW_PASSWORD).signs_out()
    ana.signs_in(NEW_PASSWORD).goes_to("Series").is_at(ana.say("My series"))
