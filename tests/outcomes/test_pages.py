"""The pages of outcomes: taken over, checked, mended and published by an organiser; claimed; confirmed; mapped."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portfolio.models import Claim, Cohort, LearningOutcome, Visibility
from tests.cast import World, accepted, both, claimed, judged, outcome_of, returned, submitted, with_outcomes, words

Clients = Callable[..., FlaskClient]


def text_of(html: str) -> str:
    """What is read, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def outcomes(world: World) -> str:
    return f"/cohorts/{world.cohort.id}/outcomes"


def published_at(world: World) -> object:
    world.session.rollback()
    return world.session.scalar(sa.select(Cohort.outcomes_published_at).where(Cohort.id == world.cohort.id))


def test_an_organiser_takes_over_mends_and_publishes(world: World, client_for: Clients) -> None:
    oki = client_for(world.oki)
    assert "Take the outcomes over" in oki.get(outcomes(world)).text
    assert oki.post(outcomes(world)).status_code == 303
    page = text_of(oki.get(outcomes(world)).text)
    assert "6 things are to be mended." in page
    assert page.count("Nobody answers for it:") == 6

    refused = oki.post(f"{outcomes(world)}/publication")
    assert refused.status_code == 409
    assert "Nobody answers yet for: Serves whoever waits (6 in all)." in text_of(refused.text)
    assert published_at(world) is None

    [top] = world.session.scalars(sa.select(LearningOutcome).where(LearningOutcome.rank == 1))
    form = {"words_id": "Melayani", "words_en": "Serves", "owner": "The academy", "own_below": "1"}
    assert oki.post(f"/outcomes/{top.id}", data=form).status_code == 303
    page = text_of(oki.get(outcomes(world)).text)
    assert "Each outcome has one who answers for it and a session that serves it" in page
    assert "who answers for it (nobody → The academy)" in page
    assert oki.post(f"{outcomes(world)}/publication").status_code == 303
    assert published_at(world) is not None
    assert oki.post(outcomes(world)).status_code == 409, "it has its outcomes already"


def test_each_kind_of_finding_is_named_with_where_to_mend_it(world: World, client_for: Clients) -> None:
    with_outcomes(world, published=False)
    service, conduct, job = (outcome_of(world, slug) for slug in ("service", "conduct", "job"))
    words_of = both("Explains to those who wait why they wait")
    service.change(words_of, "The academy", [], service.sessions, by=world.oki, now=world.now)
    job.change(
        both("Explains to those who wait why they waited"),
        "A tutor",
        [],
        [*job.sessions, service.sessions[0]],
        by=world.oki,
        now=world.now,
    )
    conduct.change(conduct.words, "A dean", ["A tutor"], [], by=world.oki, now=world.now)
    world.keep()
    page = client_for(world.oki).get(outcomes(world))
    said = text_of(page.text)
    assert "4 things are to be mended." in said
    assert "No session serves it: Can do conduct" in said
    assert "This session serves no outcome: Conduct" in said
    assert "This session serves no outcome: Ceremony" in said
    assert "Two say nearly the same, with an owner each (The academy · A tutor):" in said
    assert "2 links across agendas, worth knowing" in said
    assert "Service (1) serves outcomes of another agenda: Explains to those who wait why they waited" in said
    assert "A tutor contributes from another agenda to: Can do conduct" in said
    for node in (service, conduct, job):
        assert f'href="/outcomes/{node.id}"' in page.text


def test_what_cannot_be_kept_comes_back_as_it_was_written(world: World, client_for: Clients) -> None:
    with_outcomes(world)
    oki, node = client_for(world.oki), outcome_of(world, "service")
    form = {"words_id": "Melayani siapa pun", "words_en": "Serves anybody", "owner": ""}
    for change, status, sentence in (
        ({}, 409, "needs somebody who answers for it"),
        ({"owner": "One; two"}, 409, "One alone answers for an outcome."),
        ({"words_en": "", "owner": "A tutor"}, 422, ""),
        ({"owner": "A tutor", "contributors": "x" * 121}, 422, "A name has at most 120 characters."),
        ({"owner": "A tutor", "sessions": "2000000000"}, 422, ""),
    ):
        answer = oki.post(f"/outcomes/{node.id}", data=form | change)
        assert answer.status_code == status, change
        assert sentence in text_of(answer.text)
        assert "Melayani siapa pun" in answer.text
    world.session.rollback()
    assert outcome_of(world, "service").owner == "The academy"


def test_an_indicator_is_added_and_ended(world: World, client_for: Clients) -> None:
    with_outcomes(world)
    oki, node = client_for(world.oki), outcome_of(world, "service")
    new = {"words_id": "Bertanya", "words_en": "Asks who waits", "owner": "A tutor"}
    answer = oki.post(f"/outcomes/{node.id}/parts", data=new)
    assert answer.status_code == 303
    assert "Asks who waits" in oki.get(answer.location).text
    said = text_of(oki.get(outcomes(world)).text)
    assert "No session serves it: Asks who waits" in said, "and no longer the module's, which it stands for"
    assert oki.post(answer.location + "/end").status_code == 303
    assert "Asks who waits" not in text_of(oki.get(outcomes(world)).text).split("Changed so far")[0]


def claim_form(outcome: LearningOutcome) -> dict[str, str]:
    return {"outcome": str(outcome.id), "justification": "I asked who waits.", "sentence": "view.0.0.18"}


def test_a_trainee_claims_and_a_mentor_confirms(world: World, client_for: Clients) -> None:
    with_outcomes(world)
    text, outcome = accepted(world, world.ana), outcome_of(world, "service")
    ana, mia, address = client_for(world.ana), client_for(world.mia), f"/reflections/{text.id}/claims"
    page = ana.get(address)
    assert "Outcomes of this session" in page.text
    assert "Other outcomes" in page.text
    assert ana.post(address, data=claim_form(outcome)).status_code == 303
    [claim] = world.session.scalars(sa.select(Claim))
    assert claim.quoted.quote == "We asked who waits"

    coverage = f"/enrolments/{world.enrolment(world.ana).id}/coverage"
    assert "0 of 3 outcomes are shown Waiting for a reviewer 1 Not claimed yet 2" in text_of(ana.get(coverage).text)
    assert text_of(mia.get("/claims/").text).count("Can do service") == 1
    assert "Can do service" not in ana.get("/claims/").text
    assert "Can do service" not in client_for(world.oki).get("/claims/").text
    assert "Waiting for a reviewer" in mia.get(f"/reflections/{text.id}").text
    no = mia.post(f"/claims/{claim.id}/judgement", data={"verdict": "no", "reason": ""})
    assert no.status_code == 422
    assert "Say what is missing" in no.text
    assert f'aria-describedby="reason-{claim.id}-hint reason-{claim.id}-error" aria-invalid="true"' in no.text
    assert 'tabindex="-1" autofocus' in no.text
    no = mia.post(f"/claims/{claim.id}/judgement", data={"verdict": "no", "reason": "Who was it?"})
    assert no.status_code == 303
    assert "Can do service" not in mia.get("/claims/").text
    assert "Who was it?" in ana.get(address).text
    assert "0 of 3 outcomes are shown Something is missing 1 Not claimed yet 2" in text_of(ana.get(coverage).text)
    assert "Something is missing 1 Not claimed yet 2" in text_of(ana.get("/progress/").text)
    assert mia.post(f"/claims/{claim.id}/judgement", data={"verdict": "yes", "reason": ""}).status_code == 303
    assert "1 of 3 outcomes are shown" in text_of(ana.get(coverage).text)
    assert "1 of 3 outcomes are shown" in text_of(ana.get("/progress/").text)
    cohort = text_of(client_for(world.oki).get(f"/cohorts/{world.cohort.id}/coverage").text)
    assert "1 of 3 outcomes are shown by somebody · 3 trainees" in cohort
    assert "Can do service shown by 1 of 3" in cohort

    assert ana.post(f"/claims/{claim.id}/withdrawal").status_code == 303
    assert "0 of 3 outcomes are shown" in text_of(ana.get(coverage).text)


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"justification": ""}, 422, ""),
        ({"sentence": ""}, 422, "Choose the passage of your text that shows it."),
        ({"sentence": "view.0.0.99999"}, 422, "Choose the passage of your text that shows it."),
        ({"outcome": "2000000000"}, 422, "Choose one of the outcomes."),
        ({"outcome": "of another rank"}, 409, "This outcome cannot be claimed."),
    ],
)
def test_what_is_no_claim_comes_back(
    world: World, client_for: Clients, change: dict[str, str], status: int, sentence: str
) -> None:
    with_outcomes(world)
    text, outcome = submitted(world, world.ana), outcome_of(world, "service")
    if change.get("outcome", "").startswith("of"):
        change = {"outcome": str(outcome.parent_id)}
    answer = client_for(world.ana).post(f"/reflections/{text.id}/claims", data=claim_form(outcome) | change)
    assert answer.status_code == status
    assert sentence in answer.text
    if "justification" not in change:
        assert "I asked who waits." in answer.text
    assert world.session.scalars(sa.select(Claim)).all() == []


def test_a_passage_that_is_gone_can_no_longer_be_confirmed(world: World, client_for: Clients) -> None:
    with_outcomes(world)
    text = returned(world, world.ana)
    claim = claimed(world, text, outcome_of(world, "service"))
    submitted(world, world.ana, said=words("Something else altogether stands here now."))
    mia = client_for(world.mia)
    assert "the words that are quoted are no longer in it" in mia.get(f"/reflections/{text.id}/claims").text
    answer = mia.post(f"/claims/{claim.id}/judgement", data={"verdict": "yes"})
    assert answer.status_code == 409
    assert "no longer in it" in answer.text


def test_what_was_confirmed_counts_only_for_the_round_and_once_it_is_accepted(
    world: World, client_for: Clients
) -> None:
    with_outcomes(world)
    text = returned(world, world.ana)
    claim = judged(world, claimed(world, text, outcome_of(world, "service")))
    ana, coverage = client_for(world.ana), f"/enrolments/{world.enrolment(world.ana).id}/coverage"
    confirmed = "0 of 3 outcomes are shown Confirmed; counts once the text is signed off 1 Not claimed yet 2"
    assert confirmed in text_of(ana.get(coverage).text), "not signed off"
    accepted(world, world.ana)
    waits = "0 of 3 outcomes are shown Waiting for a reviewer 1 Not claimed yet 2"
    assert waits in text_of(ana.get(coverage).text), "another round"
    judged(world, claim)
    assert "1 of 3 outcomes are shown" in text_of(ana.get(coverage).text)


def test_with_whom_a_text_is_shared_sees_nothing_of_what_it_is_claimed_to_show(
    world: World, client_for: Clients
) -> None:
    with_outcomes(world)
    text = accepted(world, world.ana, visibility=Visibility.COHORT)
    claimed(world, text, outcome_of(world, "service"), why="A secret reason.")
    ben = client_for(world.ben)
    page = ben.get(f"/reflections/{text.id}")
    assert page.status_code == 200
    assert "What it shows" not in page.text
    assert ben.get(f"/reflections/{text.id}/claims").status_code == 403


def test_while_nothing_is_published_nobody_is_asked_to_claim(world: World, client_for: Clients) -> None:
    with_outcomes(world, published=False)
    text, ana = accepted(world, world.ana), client_for(world.ana)
    assert "What it shows" not in ana.get(f"/reflections/{text.id}").text
    assert ana.get(f"/reflections/{text.id}/claims").status_code == 404
    assert "No outcomes yet" in ana.get(f"/enrolments/{world.enrolment(world.ana).id}/coverage").text
    assert "outcomes are shown" not in ana.get("/progress/").text
