"""A valid form for every route that takes one: without it, a refusal would prove nothing."""

import io
from typing import Any

from tests.access.stage import Stage
from tests.cast import PASSWORD

NEW_PASSWORD = "another password, as long"


def writing(stage: Stage, thing: str) -> dict[str, str]:
    """What its writer sends to save or to submit it, from the text as it stands."""
    kept = stage.row("reflection", id=stage.ids[thing])
    return {
        "version": str(kept["version"] if kept else 1),
        "title": "A new title",
        "number": "7",
        "session_date": "2026-03-03",
        "facilitator": "Ibu Farah",
        "visibility": "cohort",
        "answer_discussed": "We discussed it anew.",
        "answer_view": "I see it otherwise.",
        "answer_lessons-0": "Begin earlier.",
    }


def deciding(stage: Stage, thing: str) -> dict[str, str]:
    """Accepting the round that was read."""
    handed_in = stage.row("submission", reflection_id=stage.ids[thing])
    reflection = stage.row("reflection", id=stage.ids[thing])
    round, step = (handed_in["round"] if handed_in else 1), (reflection["step"] if reflection else 0)
    return {"round": str(round), "step": str(step), "outcome": "accepted", "feedback": "Well seen."}


def valid(stage: Stage, endpoint: str, thing: str) -> dict[str, Any]:
    """The form that a route takes."""
    match endpoint.split(".")[1]:
        case "save" | "submit" | "autosave":
            return writing(stage, thing)
        case "preview":
            return {"text": "A **word** on this."}
        case "write_note":
            noted = stage.row("private_note", reflection_id=stage.ids[thing])
            return {"version": str(noted["version"] if noted else 0), "text": "For me alone."}
        case "decide":
            return deciding(stage, thing)
        case "attach":
            return {"upload": "made by the browser", "file": (io.BytesIO(b"A note."), "notes.txt")}
        case "add":
            return {"text": "It happened as I hoped."}
        case "comment":
            return {"text": "A word on this."}
        case "reopen":
            return {"reason": "Something was overlooked."}
        case "answer":
            return {"happened": "yes"}
        case "begin_session":
            return {"email": "ana@test.example", "password": PASSWORD}
        case "choose_language":
            return {"language": "en"}
        case "save_profile":
            return {"name": "New Name", "job": "Head", "unit": "Office", "language": "id"}
        case "change_password":
            return {"password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
        case "accept_invitation":
            return {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
        case _:
            return {}
