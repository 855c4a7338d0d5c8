"""A valid form for every route that takes one: without it, a refusal would prove nothing."""

import io
from collections import Counter
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portfolio import clock
from portfolio.database import Bilingual
from portfolio.errors import Refused
from portfolio.models import Cohort, Mode, Template, TrainingSession, Wanted
from tests import cast
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


def another_session(stage: Stage, endpoint: str, thing: str) -> dict[str, str]:
    """A change of sessions, and the mark of what it would do to those who are in the cohort."""
    with stage.site.session() as session:
        about = sa.select(TrainingSession).where(TrainingSession.id == stage.ids[thing])
        if endpoint == "curriculum.add":
            about = sa.select(TrainingSession).where(TrainingSession.module_id == stage.ids[thing]).limit(1)
        found = session.scalars(about).one_or_none()
        if found is None:
            return {"reason": "It is not there."}
        cohorts = sa.select(Cohort).where(Cohort.id == found.cohort_id).options(selectinload(Cohort.holidays))
        here = cast.read_ground(session, session.scalars(cohorts).one(), found, now=clock.now())
        template = session.scalars(sa.select(Template).order_by(Template.id)).first()
        title, monday, last = {"id": "Antrean", "en": "Queues"}, date(2027, 3, 1), here.parts[-1]
        form = {"reason": "A strike.", "opens_on": str(monday), "due_on": str(monday), "after": str(last.id)}
        try:
            match endpoint.split(".")[1]:
                case "move":
                    impact = here.if_moved(found, monday, monday)
                case "renumber":
                    impact = here.if_renumbered(found, last)
                case "retire":
                    impact = here.if_retired(found)
                case "bring_back":
                    impact = here.if_brought_back(found)
                case _:
                    impact = here.if_added(Wanted(Bilingual(title), last, monday, monday, Mode.ONLINE, "", template))
                    form |= {"title_id": title["id"], "title_en": title["en"], "mode": "online", "facilitator": ""}
                    form |= {"template": str(template.id if template else 0)}
        except Refused:  # which the page says too
            return form | {"seen": "nothing"}
        return form | {"seen": here.mark(impact)}


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
            return {"wish": "extension", "wanted_on": "2026-04-20", "reason": "I had a fever."}
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
            given = {"session": str(stage.ids[session]), "what": "extension", "due_on": "2026-04-20"}
            return given | {"reason": "The ferry did not sail."}
        case "expect":
            return {"reason": "The list was wrong."}
        case _:
            return {}


def aiming(stage: Stage, endpoint: str, thing: str) -> dict[str, Any]:
    """To say what a programme is for, to claim that a text shows it, and to confirm that."""
    said = {"words_id": "Melayani yang menunggu", "words_en": "Serves those who wait", "owner": "A tutor"}
    match endpoint.split(".")[1]:
        case "change":
            return said | {"contributors": "The academy", "sessions": [str(stage.ids["a session"])]}
        case "add":
            return said
        case "make":
            handed_in = stage.row("submission", reflection_id=stage.ids[thing])
            key = next(key for key, answer in handed_in["answers"].items() if answer) if handed_in else "view"
            claimed = str(stage.ids["an outcome to claim"])
            return {"outcome": claimed, "justification": "I asked who waits.", "sentence": f"{key}.0.0.6"}
        case "judge":
            return {"verdict": "no", "reason": "Who was it?"}
        case _:
            return {}


def certifying(endpoint: str) -> dict[str, str]:
    """What a certificate shows, and why it is revoked."""
    match endpoint.split(".")[1]:
        case "issue" | "reveal":
            return dict.fromkeys(("tell_name", "tell_group", "tell_modules", "tell_signed_off"), "yes")
        case "revoke":
            return {"reason": "It was made by mistake."}
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
    if endpoint.startswith("curriculum."):
        return another_session(stage, endpoint, thing)
    if endpoint.startswith("outcomes."):
        return aiming(stage, endpoint, thing)
    if endpoint.startswith("certificates."):
        return certifying(endpoint)
    if endpoint.startswith("exceptions."):
        return excepting(stage, endpoint, thing)
    if endpoint == "nudges.send":
        place = stage.ids["dodi's place" if "second" in thing else "ana's place"]
        return {"about": "missing", "to": str(place), "words": "We miss your voice.", "act": "send"}
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
