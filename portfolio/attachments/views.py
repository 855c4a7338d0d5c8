"""Adding a file, removing it, bringing it back, opening it."""

import logging
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from portfolio import clock, policy
from portfolio.attachments import blueprint, queries
from portfolio.attachments.forms import UploadForm
from portfolio.attachments.intake import TOO_LARGE, Taken, discard, take
from portfolio.attachments.limits import BODY_AT_MOST, FILE_AT_MOST, MIB
from portfolio.attachments.section import section_of
from portfolio.attachments.sending import send
from portfolio.attachments.store import FULL, Unstored, files, new_key
from portfolio.database import begin_writing, db
from portfolio.errors import N_, Refused
from portfolio.models import Attachment, Reflection
from portfolio.models.state import NOT_NOW
from portfolio.web import body, reading, sessions
from portfolio.web.access import allow, find
from portfolio.web.filters import refusal

log = logging.getLogger(__name__)
NO_ROOM = N_(
    "There is no room for files at the moment, so this one was not kept. Your text is saved as it was. "
    "Please tell the organiser."
)
NOT_KEPT = N_(
    "Files cannot be kept at the moment, so this one was not. Your text is saved as it was. Try again in a minute."
)


def _own(reflection_id: int) -> Reflection:
    """A reflection of the person's own, locked, to put a file beside it."""
    return _writers_own(queries.to_attach(policy.visible_reflections(current_user)), reflection_id)


def _look_at(reflection_id: int) -> Reflection:
    """The same, not locked, to say something about it."""
    return _writers_own(queries.to_look_at(policy.visible_reflections(current_user)), reflection_id)


def _writers_own(reflections: sa.Select[Reflection], reflection_id: int) -> Reflection:
    reflection = find(reflections, reflection_id)
    allow(policy.may_write(current_user, reflection))
    return reflection


@blueprint.post("/reflections/<id:reflection_id>/attachments")
@body.takes_files(BODY_AT_MOST)
@sessions.writes_late
def attach(reflection_id: int) -> ResponseReturnValue:
    """Take a file in. The same upload again is the same file: its answer may have been lost on the way.

    It is read, looked at and stored while nothing is locked: all of that takes its time.
    """
    reflection = _look_at(reflection_id)
    if not reflection.is_writable:
        return _say_no(Refused(NOT_NOW[reflection.state]))
    db.session.rollback()
    try:
        form = _sent()
        reflection = _look_at(reflection_id)
        if (known := queries.same_upload(reflection, form.upload.data)) is not None:
            return _answer(reflection, known)
        if not form.validate():
            return _refuse(reflection, form, 422)
        db.session.rollback()
        assert form.file.data is not None  # held by the form
        taken = take(cast(BinaryIO, form.file.data.stream), form.file.data.filename or "")
        key = taken.put(files())
    except Refused as no:
        return _refuse_late(reflection_id, no, 422)
    except (Unstored, OSError) as error:
        return _not_stored(reflection_id, error)
    try:
        return _keep(reflection_id, taken, key, form.upload.data)
    except BaseException:
        discard(files(), key)
        raise


def _sent() -> UploadForm:
    if not body.read_files():
        raise Refused(TOO_LARGE, most=FILE_AT_MOST // MIB)
    form = UploadForm(CombinedMultiDict([request.form, request.files]))
    form.upload.data = form.upload.data or new_key()
    return form


def _keep(reflection_id: int, taken: Taken, key: str, upload: str) -> ResponseReturnValue:
    begin_writing()
    reflection = _own(reflection_id)
    if (known := queries.same_upload(reflection, upload)) is not None:  # sent twice at once
        discard(files(), key)
        return _answer(reflection, known)
    try:
        queries.room_of(current_user).check(reflection, taken.size)
    except Refused as no:
        discard(files(), key)
        return _refuse_late(reflection_id, no, 422)
    attachment = Attachment(
        cohort_id=reflection.cohort_id,
        owner_id=current_user.id,
        upload=upload,
        key=key,
        name=taken.name,
        kind=taken.kind,
        media_type=taken.media_type,
        size=taken.size,
        sha256=taken.sha256,
        width=taken.width,
        height=taken.height,
        added_at=clock.now(),
    )
    try:
        reflection.attach(attachment, now=clock.now())
    except Refused as no:
        discard(files(), key)
        return _say_no(no)
    db.session.commit()
    return _answer(reflection, attachment)


def _not_stored(reflection_id: int, error: Unstored | OSError) -> ResponseReturnValue:
    """The disk is full (while the file came in, or when it was stored), or the store does not answer."""
    is_full = error.is_full if isinstance(error, Unstored) else error.errno in FULL
    if not is_full and not isinstance(error, Unstored):
        raise error
    log.error("a file could not be kept: %s", error)
    return _refuse_late(reflection_id, Refused(NO_ROOM if is_full else NOT_KEPT), 507 if is_full else 503)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _answer(reflection: Reflection, attachment: Attachment, said: str = "") -> ResponseReturnValue:
    """Back to the text; for the script, the list of files as it is now."""
    if _wants_json():
        shown = render_template("attachments/_list.html", section=section_of(reflection))
        return {"id": attachment.id, "name": attachment.name, "list": shown}
    flash(said or gettext("%(name)s is added.", name=attachment.name))
    return redirect(url_for("writing.edit", reflection_id=reflection.id, _anchor="files"), 303)


def _refuse(reflection: Reflection, form: UploadForm, status: int) -> ResponseReturnValue:
    """The sentence beside the field; for the script, the sentence."""
    if _wants_json():
        return {"refused": str(form.file.errors[0] if form.file.errors else form.upload.errors[0])}, status
    values: dict[str, Any] = {"form": form, "section": section_of(reflection)}
    return render_template("attachments/add.html", reflection=reflection, **values), status


def _refuse_late(reflection_id: int, no: Refused, status: int) -> ResponseReturnValue:
    """The same, after what was read of the reflection was let go."""
    db.session.rollback()
    form = UploadForm()
    form.file.errors = [refusal(no)]
    return _refuse(_look_at(reflection_id), form, status)


def _say_no(no: Refused) -> ResponseReturnValue:
    """A rule says no: the page for that, or the sentence for the script."""
    if not _wants_json():
        raise no
    db.session.rollback()
    return {"refused": refusal(no)}, 409


def _mine(attachment_id: int) -> tuple[Attachment, Reflection]:
    """A file of the person's own, and what it is beside."""
    attachment = find(queries.to_open(policy.visible_attachments(current_user)), attachment_id)
    allow(policy.may_write(current_user, attachment.reflection))
    return attachment, _own(attachment.reflection_id)


@blueprint.post("/attachments/<id:attachment_id>/removal")
def remove(attachment_id: int) -> ResponseReturnValue:
    """Take a file from the living text."""
    attachment, reflection = _mine(attachment_id)
    reflection.detach(attachment, now=clock.now())
    db.session.commit()
    said = gettext("%(name)s is removed. For a week you can bring it back.", name=attachment.name)
    return _answer(reflection, attachment, said)


@blueprint.post("/attachments/<id:attachment_id>/return")
def bring_back(attachment_id: int) -> ResponseReturnValue:
    """Undo the removal."""
    attachment, reflection = _mine(attachment_id)
    if not attachment.is_kept:
        queries.room_of(current_user).check(reflection, 0)
    reflection.attach(attachment, now=clock.now())
    db.session.commit()
    return _answer(reflection, attachment, gettext("%(name)s is back.", name=attachment.name))


@blueprint.get("/attachments/<id:attachment_id>")
def show(attachment_id: int) -> ResponseReturnValue:
    """The file."""
    return send(files(), _opened(attachment_id))


@blueprint.get("/attachments/<id:attachment_id>/small")
def small(attachment_id: int) -> ResponseReturnValue:
    """The small copy of a picture."""
    attachment = _opened(attachment_id)
    return send(files(), attachment, is_small=attachment.is_image)


def _opened(attachment_id: int) -> Attachment:
    """A file that the person may see; that they open somebody else's is on record before they have it."""
    attachment = find(queries.to_open(policy.visible_attachments(current_user)), attachment_id)
    if not policy.owns(current_user, attachment.reflection):
        submission = queries.handed_in(attachment, current_user)
        assert submission is not None  # else it is not visible to others
        reading.record_file(submission, reader=current_user, now=clock.now())
    return attachment
