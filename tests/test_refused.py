"""When a rule says no to handing in, the draft is kept, and the page says both."""

import pytest
from flask.testing import FlaskClient

from portfolio.models import State, Visibility
from tests.cast import World, draft

FIELDS = {"title": "Those who wait", "number": "1", "part": "1", "session_date": "2026-03-02", "facilitator": ""}


@pytest.mark.parametrize(
    ("visibility", "text", "said"),
    [("only_me", "A text for myself.", "for you only"), ("mentor", "", "nothing to submit")],
    ids=["for its writer only", "empty"],
)
def test_what_cannot_be_handed_in_stays_a_draft(
    world: World, client_for, visibility: str, text: str, said: str
) -> None:
    reflection = draft(world, world.ana)
    sent = FIELDS | {"version": str(reflection.version), "visibility": visibility, "answer_discussed": text}
    ana: FlaskClient = client_for(world.ana)
    answer = ana.post(f"/reflections/{reflection.id}/submission", data=sent)
    assert answer.status_code == 409
    assert said in answer.text
    assert "Your draft is saved." in answer.text
    kept = world.reflection(reflection)
    assert (kept.state, kept.visibility) == (State.DRAFT, Visibility(visibility))
    assert kept.answers["discussed"] == text
    assert f'value="{kept.version}"' in answer.text


def test_a_refusal_leads_back_to_where_one_was(world: World, client_for) -> None:
    reflection = draft(world, world.ana)
    ana: FlaskClient = client_for(world.ana)
    page = f"/reflections/{reflection.id}"
    refused = ana.post(f"{page}/withdrawal", headers={"Referer": f"http://localhost{page}"})
    assert refused.status_code == 409
    assert f'href="{page}"' in refused.text
    elsewhere = ana.post(f"{page}/withdrawal", headers={"Referer": f"http://evil.example{page}"})
    assert "evil.example" not in elsewhere.text
    assert f'href="{page}"' not in elsewhere.text


def test_a_page_that_asks_for_a_password_does_not_claim_to_have_kept_it(client_for) -> None:
    refused = client_for(None).post("/sign-in", data={"email": "nobody@test.example", "password": "a guess of mine"})
    assert refused.status_code == 422
    assert "a guess of mine" not in refused.text
    assert "Tulisan Anda masih ada" not in refused.text
