"""A valid form for every route that takes one: without it, a refusal would prove nothing."""

import io
from collections import Counter
from typing import Any

from tests.access.stage import FOR_GITA, Stage
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


def _staff(stage: Stage, thing: str) -> tuple[str, str, str, str]:
    """A mentor, an organiser and a trainee of a cohort, and the trainee's place, by their ids."""
    mentor, organiser, trainee = ("otto", "olla", "dodi") if "second" in thing else ("mia", "oki", "ana")
    place = stage.ids[f"{trainee}'s place"]
    return str(stage.ids[mentor]), str(stage.ids[organiser]), str(stage.ids[trainee]), str(place)


def another_rule(stage: Stage, thing: str) -> dict[str, str]:
    """One that is submitted is enough for a module; what that does to those who are in the cohort is known."""
    left = {row["id"] for row in stage.rows["enrolment"] if row["withdrawn_at"] is not None}
    rows = [row for row in stage.rows["module_progress"] if row["module_id"] == stage.ids[thing]]
    there = Counter(
        (row["completed_at"] is not None, row["submitted"] >= 1 - row["excused"])
        for row in rows
        if row["enrolment_id"] not in left
    )
    effect = {"gain": (False, True), "keep": (True, False), "stay": (True, True), "others": (False, False)}
    seen = {name: str(there[complete, met]) for name, (complete, met) in effect.items()}
    return {"required": "1", "basis": "submitted", "reason": "One is enough here.", "version": "1"} | seen


def rubric_in_other_words() -> dict[str, str]:
    """The form of the rubric that the stage has, with another word for everything."""
    words = {f"level-{score}-name": f"Level {score}" for score in range(1, 5)}
    words |= {f"level-{score}-descriptor": f"What level {score} looks like" for score in range(1, 5)}
    for key in ("causes", "steps"):
        words |= {f"criterion-{key}-{text}": f"{key} {text}" for text in ("name", "low", "high")}
    return {f"{name}-{language}": said for name, said in words.items() for language in ("id", "en")}


def excepting(stage: Stage, endpoint: str, thing: str) -> dict[str, str]:
    """To ask for an exception, to answer, to give one unasked, and to take it back."""
    match endpoint.split(".")[1]:
        case "ask":
            return {"wish": "extension", "wanted_on": "2026-06-20", "reason": "I had a fever."}
        case "answer":
            return {"decision": "decline", "answer": "You were there.", "due_on": ""}
        case "answer_many":
            request = "dodi's request" if "second" in thing else "ana's request"
            return {
                "decision": "decline",
                "answer": "You were there.",
                "due_on": "",
                "request": str(stage.ids[request]),
            }
        case "trust":
            return {"guides": "yes"}
        case "give":
            session = "dodi's session" if "dodi" in thing else "a session"
            given = {"session": str(stage.ids[session]), "what": "extension", "due_on": "2026-06-20"}
            return given | {"reason": "The ferry did not sail."}
        case "expect":
            return {"reason": "The list was wrong."}
        case _:
            return {}


def valid(stage: Stage, endpoint: str, thing: str) -> dict[str, Any]:
    """The form that a route takes."""
    if endpoint in ("guests.comment", "guests.decide"):
        return {"about": str(stage.ids["gita's pass"]), "text": "A guest's word."} | deciding(stage, FOR_GITA)
    if endpoint.startswith("saved_comments."):
        return {"title": "Why", "text": "Why do you think so?", "cohort": "-"}
    if endpoint == "rules.publish":
        return another_rule(stage, thing)
    if endpoint.startswith("exceptions."):
        return excepting(stage, endpoint, thing)
    if endpoint == "rubrics.choose":
        return {"all": "kember-4"}
    if endpoint == "rubrics.reword":
        return rubric_in_other_words()
    match endpoint.split(".")[1]:
        case "save" | "submit" | "autosave":
            return writing(stage, thing)
        case "preview":
            return {"text": "A **word** on this."}
        case "write_note":
            noted = stage.row("private_note", reflection_id=stage.ids[thing])
            return {"version": str(noted["version"] if noted else 0), "text": "For me alone."}
        case "keep":
            return deciding(stage, thing) | {"version": "0"}
        case "open_ahead":
            return {"mark": "of an old page"}
        case "decide":
            return deciding(stage, thing)
        case "attach":
            return {"upload": "made by the browser", "file": (io.BytesIO(b"A note."), "notes.txt")}
        case "add":
            return {"text": "It happened as I hoped."}
        case "comment":
            return {"text": "A word on this."}
        case "acknowledge":
            return {"helpful": "yes", "acted_on": "I asked at the counter."}
        case "ask_again":
            return {"reason": "The example is there, in the third answer."}
        case "give":
            return {"reader": str(stage.ids["oki"])}
        case "settle":
            return {"verdict": "upheld", "answer": "I see it so too."}
        case "declare":
            return {"relation": "family", "note": "We are cousins."}
        case "reopen":
            return {"reason": "Something was overlooked."}
        case "answer":
            return {"happened": "yes"}
        case "arrange":
            mentor, organiser, *_ = _staff(stage, thing)
            days = {"starts_on": "2026-03-10", "ends_on": "2026-03-12"}
            return {"absent": mentor, "stand_in": organiser} | days
        case "publish":
            return {"is_public": "yes"}
        case "hand_over":
            mentor, organiser, _, place = _staff(stage, thing)
            return {"role": "mentor", "giver": mentor, "taker": organiser, "enrolment": place}
        case "begin_session":
            return {"email": "ana@test.example", "password": PASSWORD}
        case "invite":
            return {"name": "Farah Nasution", "email": "farah@office.example", "language": "id", "role": ""}
        case "choose_language":
            return {"language": "en"}
        case "save_profile":
            return {"name": "New Name", "job": "Head", "unit": "Office", "language": "id"}
        case "change_password":
            return {"password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
        case "accept_invitation":
            return {"new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
        case "score":
            return {"level-causes": "2", "level-steps": "3", "note": "It begins well."}
        case "recuse":
            return {"reason": "I recognise this text."}
        case "draw":
            return {"percent": "20", "per_text": "2", "rubric": str(stage.ids["a rubric"]), "seed": "x"}
        case "appoint":
            return {"email": "otto@test.example"}
        case "pass_on":
            return {"assessor": str(stage.ids["rian"])}
        case "moderate":
            return {"criterion": "causes", "level": "2.0", "reason": "We read it together."}
        case _:
            return {}
