"""A claim whose words are gone, what was said of one before, and how all of it is told to whom it concerns."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio import clock
from portfolio.models import Claim
from portfolio.outcomes import queries
from tests import cast
from tests.cast import (
    DAY,
    HOUR,
    World,
    accepted,
    claimed,
    decide,
    judged,
    outcome_of,
    returned,
    submitted,
    with_outcomes,
    words,
)
from tests.commands import Run
from tests.outcomes.test_pages import text_of

Clients = Callable[..., FlaskClient]
GONE = "Something else altogether stands here now."


@pytest.fixture
def adrift(world: World) -> Claim:
    """Claimed, returned, and handed in again without the words that the claim quotes."""
    with_outcomes(world)
    claim = claimed(world, returned(world, world.ana), outcome_of(world, "service"))
    submitted(world, world.ana, said=words(GONE), at=world.now + DAY)
    return claim


def moved_on(world: World, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    monkeypatch.setattr(clock, "now", lambda: world.now + DAY + hours * HOUR)


def of(world: World, claim_id: int) -> Claim:
    world.session.rollback()
    return world.load(sa.select(Claim).where(Claim.id == claim_id))


def test_nobody_is_asked_to_confirm_words_that_are_gone(world: World, client_for: Clients, adrift: Claim) -> None:
    mia, reflection = client_for(world.mia), f"/reflections/{adrift.reflection_id}"
    assert "No claims wait" in mia.get("/claims/").text
    assert "Claims to confirm 0" in text_of(mia.get("/reviews/").text)
    for page in (reflection, f"{reflection}/review", f"{reflection}/claims"):
        said = text_of(mia.get(page).text)
        assert "Its words are no longer in the text Can do service" in said or "Can do service Its words" in said, page
        assert "Waiting for a reviewer" not in said, page
    assert "Does this passage show it?" not in mia.get(f"{reflection}/claims").text


def test_its_writer_is_told_and_claims_the_same_anew_with_one_press(
    world: World, client_for: Clients, adrift: Claim
) -> None:
    ana, address = client_for(world.ana), f"/reflections/{adrift.reflection_id}/claims"
    home = ana.get("/")
    assert "Claim anew, or withdraw: the words you quoted are no longer in the text" in home.text
    assert f'href="{address}#claim-{adrift.id}"' in home.text
    assert "Claim anew, or withdraw" in ana.get("/progress/").text
    assert "Claim it by other words" in ana.get(address).text
    sent = ana.post(f"/claims/{adrift.id}/withdrawal", data={"anew": "1"})
    assert (sent.status_code, sent.location) == (303, f"{address}?again={adrift.id}#claiming")
    page = ana.get(sent.location).text
    assert re.search(rf'<option value="{adrift.outcome_id}" selected>', page)
    assert "I asked who waits.</textarea>" in page
    assert "now choose the words that show it" in page
    form = {"outcome": str(adrift.outcome_id), "justification": "I asked who waits.", "sentence": "view.0.0.9"}
    assert ana.post(address, data=form).status_code == 303
    assert "Claim anew" not in ana.get("/").text
    assert "selected>Can do service" not in ana.get(sent.location).text, "it is claimed again"
    assert "Can do service" in client_for(world.mia).get("/claims/").text


def test_what_another_withdrew_is_offered_to_nobody_else(world: World, client_for: Clients, adrift: Claim) -> None:
    other = submitted(world, world.ben)
    adrift = of(world, adrift.id)
    adrift.withdraw(now=world.now)
    world.keep()
    for again in (str(adrift.id), "x", "9" * 30, "²", ""):
        page = client_for(world.ben).get(f"/reflections/{other.id}/claims?again={again}")
        assert page.status_code == 200
        assert "I asked who waits." not in page.text
    mia = client_for(world.mia).get(f"/reflections/{adrift.reflection_id}/claims?again={adrift.id}")
    assert "I asked who waits." not in mia.text


def test_a_round_handed_in_and_taken_back_by_its_writer_keeps_what_is_there(
    world: World, client_for: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_outcomes(world)
    claim = claimed(world, returned(world, world.ana), outcome_of(world, "service"))
    reflection = cast.draft(world, world.ana, said=words(GONE), at=world.now + DAY)
    ana = client_for(world.ana)
    moved_on(world, monkeypatch, 1)
    # The text is kept already, so it is handed in as it stands.
    form = {"as_it_stands": "1", "version": str(reflection.version)}
    assert ana.post(f"/reflections/{reflection.id}/submission", data=form).status_code == 303
    assert of(world, claim.id).adrift_at == world.now + DAY + HOUR
    moved_on(world, monkeypatch, 2)
    assert ana.post(f"/reflections/{reflection.id}/withdrawal").status_code == 303
    assert of(world, claim.id).adrift_at is None, "the round that stands has them"


def test_figures_map_and_rows_say_the_same_and_add_up(world: World, client_for: Clients, adrift: Claim) -> None:
    judged(world, claimed(world, accepted(world, world.ana, 1), outcome_of(world, "conduct")), yes=False, reason="Who?")
    ana, place = client_for(world.ana), world.enrolment(world.ana)
    figures = "Something is missing 1 Its words are no longer in the text 1 Not claimed yet 1"
    page = ana.get(f"/enrolments/{place.id}/coverage").text
    assert figures in text_of(page)
    desc = re.search(r"<desc[^>]*>(.*?)</desc>", page, re.S)
    assert desc
    assert text_of(desc[1]) == "Something is missing: 1. Its words are no longer in the text: 1. Not claimed yet: 1."
    assert page.count('class="evidence declined"') == page.count('class="evidence adrift"') == 1
    assert f"0 of 3 outcomes are shown. {figures}" in text_of(ana.get("/progress/").text)
    cohort = text_of(client_for(world.oki).get(f"/cohorts/{world.cohort.id}/coverage").text)
    assert "Can do service shown by 0 of 3 Its words are no longer in the text: 1" in cohort
    assert "Can do conduct shown by 0 of 3 Something is missing: 1" in cohort


def test_what_was_said_before_stands_beside_the_claim_with_whose_words_it_is(world: World, client_for: Clients) -> None:
    with_outcomes(world)
    claim = claimed(world, returned(world, world.ana), outcome_of(world, "service"))
    judged(world, claim, yes=False, reason="Who was it?")
    submitted(world, world.ana, said=words("We asked who waits, and wrote it down."), at=world.now + DAY)
    mia, kris, address = client_for(world.mia), client_for(world.kris), f"/reflections/{claim.reflection_id}/claims"
    said = text_of(mia.get(address).text)
    assert "In the words of Ana" in said
    assert re.search(r"You · [^·]+ · round 1 Something is missing: Who was it\? Said of an earlier text;", said), said
    judged(world, claim, yes=True, reason="Now I see it.")
    page = kris.get(address)
    assert "Mia has answered this already." in text_of(page.text)
    assert re.search(r"Mia · [^·]+ Confirmed: Now I see it\.", text_of(page.text))
    said = text_of(client_for(world.ana).get(address).text)
    assert "In your words" in said
    assert "Who was it?" in said


def test_nobody_overrules_another_unawares(world: World, client_for: Clients) -> None:
    with_outcomes(world)
    claim = claimed(world, accepted(world, world.ana), outcome_of(world, "service"))
    kris, address = client_for(world.kris), f"/reflections/{claim.reflection_id}/claims"
    assert 'name="seen" value=""' in kris.get(address).text
    claim = judged(world, claim)
    no = {"verdict": "no", "reason": "Who was it?", "seen": ""}
    answer = kris.post(f"/claims/{claim.id}/judgement", data=no)
    assert answer.status_code == 409
    assert "Mia has answered this claim meanwhile. Read that first. What you wrote is still here." in text_of(
        answer.text
    )
    assert "Who was it?</textarea>" in answer.text
    [seen] = re.findall(r'name="seen" value="(\d+)"', answer.text)
    assert int(seen) == claim.judgements[0].id
    assert kris.post(f"/claims/{claim.id}/judgement", data=no | {"seen": seen}).status_code == 303


def test_an_answer_is_told_until_its_writer_opens_it(
    world: World, client_for: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_outcomes(world)
    text = accepted(world, world.ana)
    claim = judged(world, claimed(world, text, outcome_of(world, "service")), at=world.now + DAY)
    judged(world, claimed(world, text, outcome_of(world, "conduct")), yes=False, reason="Who?", at=world.now + DAY)
    ana = client_for(world.ana)
    moved_on(world, monkeypatch, 1)
    home = text_of(ana.get("/").text)
    assert "Read the answer to what you claimed · 2 claims · Mia" in home
    assert "Read the answer" not in client_for(world.ben).get("/").text
    assert ana.get(f"/reflections/{text.id}/claims").status_code == 200
    assert "Read the answer" not in ana.get("/").text
    moved_on(world, monkeypatch, 3)
    judged(world, claim, yes=False, reason="On second thought.", by=world.kris, at=world.now + DAY + 2 * HOUR)
    assert "Read the answer to what you claimed · Kris" in text_of(ana.get("/").text)


def test_after_an_answer_there_is_a_way_on(world: World, client_for: Clients) -> None:
    with_outcomes(world)
    first = submitted(world, world.ana)
    one = claimed(world, first, outcome_of(world, "service"))
    two = claimed(world, first, outcome_of(world, "conduct"))
    other = claimed(world, submitted(world, world.ben), outcome_of(world, "service"))
    mia, address = client_for(world.mia), f"/reflections/{first.id}/claims"
    assert "3 claims wait." in text_of(mia.get("/claims/").text)
    assert "Claims to confirm 3" in text_of(mia.get("/reviews/").text)

    def judge(claim: Claim) -> str:
        sent = mia.post(f"/claims/{claim.id}/judgement", data={"verdict": "yes"})
        assert (sent.status_code, sent.location) == (303, f"{address}#claim-{claim.id}")
        page = mia.get(address).text
        card = page.split(f'id="claim-{claim.id}"')[1].split("</article>")[0]
        assert 'role="status"' in card
        assert "Confirmed." in text_of(card)
        assert page.count("Confirmed.</p>") == 1, "once, and where one looks"
        assert 'href="/claims/"' in card
        assert f'href="/reflections/{first.id}/review"' in card
        return card

    assert f'href="{address}#claim-{two.id}"' in judge(one)
    assert f'href="/reflections/{other.reflection_id}/claims#claim-{other.id}"' in judge(two)
    decide(world, first, cast.Outcome.ACCEPTED)
    judged(world, other)
    page = mia.get(address).text
    assert "Next claim that waits" not in page
    assert "Back to the review" not in page, "it waits for Kris now"


def test_many_claims_stand_on_several_pages(world: World, client_for: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    with_outcomes(world)
    for n, slug in enumerate(("service", "conduct", "job")):
        claimed(world, submitted(world, world.ana, n), outcome_of(world, slug))
    mia = client_for(world.mia)
    first, second = mia.get("/claims/").text, mia.get("/claims/?page=2").text
    assert [first.count('class="item"'), second.count('class="item"')] == [2, 1]
    assert "Page 1 of 2" in first
    assert "3 claims wait." in text_of(second)


def test_what_was_chosen_in_an_old_tab_is_chosen_still(world: World, client_for: Clients) -> None:
    with_outcomes(world)
    text, outcome = submitted(world, world.ana), outcome_of(world, "service")
    claimed(world, text, outcome)
    form = {"outcome": str(outcome.id), "justification": "Another reason.", "sentence": "view.0.0.18"}
    answer = client_for(world.ana).post(f"/reflections/{text.id}/claims", data=form)
    assert answer.status_code == 409
    assert f'<option value="{outcome.id}" selected>' in answer.text
    assert "You have claimed this outcome already." in answer.text.split('id="claiming"')[1], "where the form is"


def test_withdrawing_asks_first(world: World, client_for: Clients) -> None:
    with_outcomes(world)
    claim = claimed(world, submitted(world, world.ana), outcome_of(world, "service"))
    page = client_for(world.ana).get(f"/reflections/{claim.reflection_id}/claims").text
    folded = page.split("<details")[1].split("</details>")[0]
    assert f"/claims/{claim.id}/withdrawal" in folded
    assert "Yes, withdraw it" in folded


def test_the_command_finds_what_was_never_followed(world: World, on_site: Run, adrift: Claim) -> None:
    adrift = of(world, adrift.id)
    adrift.adrift_at = None
    claimed(world, submitted(world, world.ben), outcome_of(world, "service"))
    world.keep()
    done = on_site("claims", "follow")
    assert done.out == "2 claims looked at; of 1 the words are no longer in the text.\n"
    assert of(world, adrift.id).adrift_at is not None
