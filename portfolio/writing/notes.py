"""The private note beside a reflection: its writer's alone, in every state."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import Stale
from portfolio.models import PrivateNote, Reflection
from portfolio.queries import note_beside
from portfolio.web.access import allow, find
from portfolio.web.differences import differences, together
from portfolio.writing import blueprint, queries
from portfolio.writing.forms import NoteForm


def _page(
    reflection: Reflection, note: PrivateNote | None, form: NoteForm, status: int = 200, sent: str = ""
) -> ResponseReturnValue:
    """The note to write on; with what was sent beside what is kept, when another tab wrote since."""
    return render_template(
        "writing/note.html",
        reflection=reflection,
        note=note,
        form=form,
        version=note.version if note else 0,
        is_stale=status == 409,
        parts=differences(note.text, sent) if note and sent else [],
    ), status


@blueprint.get("/reflections/<id:reflection_id>/note")
def note(reflection_id: int) -> ResponseReturnValue:
    """What the writer noted for themselves."""
    reflection = find(queries.to_note(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.owns(current_user, reflection))
    kept = note_beside(reflection, current_user)
    return _page(reflection, kept, NoteForm(data={"text": kept.text if kept else ""}))


@blueprint.post("/reflections/<id:reflection_id>/note")
def write_note(reflection_id: int) -> ResponseReturnValue:
    """Keep the note; both texts come back when another tab wrote since."""
    # Locked, so that of two notes begun at the same moment the second finds the first.
    locked = queries.to_note(policy.visible_reflections(current_user)).with_for_update(of=[Reflection], key_share=True)
    reflection = find(locked, reflection_id)
    allow(policy.owns(current_user, reflection))
    kept, form, now = note_beside(reflection, current_user), NoteForm(request.form), clock.now()
    if not form.validate():
        return _page(reflection, kept, form, 422)
    text = form.text.data or ""
    try:
        if kept:
            kept.write(text, version=form.version.data or 0, now=now)
        elif text:
            about = {"reflection_id": reflection.id, "cohort_id": reflection.cohort_id}
            db.session.add(PrivateNote(**about, text=text, written_at=now))
    except Stale:
        both = NoteForm(data={"text": together(kept.text if kept else "", text)})
        return _page(reflection, kept, both, 409, sent=text)
    db.session.commit()
    flash(gettext("Your note is saved. Only you see it."))
    return redirect(url_for("reflections.show", reflection_id=reflection_id, _anchor="note"), 303)
