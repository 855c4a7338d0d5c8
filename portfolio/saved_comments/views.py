"""The page of saved comments, and what one does with them."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.models import Cohort, SavedComment
from portfolio.models.desk import MOST_SAVED
from portfolio.saved_comments import blueprint, queries
from portfolio.saved_comments.forms import ONESELF, SavedCommentForm
from portfolio.web.access import allow, find
from portfolio.web.filters import refusal
from portfolio.web.placeholders import PLACEHOLDERS


def _theirs_to_share_in() -> Sequence[Cohort]:
    """The cohorts in which they guide or organise; whoever does neither has no use for saved comments."""
    cohorts = queries.cohorts_to_share_with(current_user)
    allow(bool(cohorts))
    return cohorts


def _one(saved_id: int) -> SavedComment:
    """One of their own, to change; what others share is seen, and not theirs to change."""
    saved = find(queries.with_cohort(policy.visible_saved_comments(current_user)), saved_id)
    allow(policy.may_change(current_user, saved))
    return saved


@blueprint.get("/saved-comments/")
def mine() -> ResponseReturnValue:
    """Own ones and those shared with this person, the most used first; or those in which something is found."""
    _theirs_to_share_in()
    asked = request.args.get("q", "").strip()[:100]
    found = queries.found(current_user, asked)
    own = queries.count_of(current_user)
    values = {"asked": asked, "found": found, "own": own, "most": MOST_SAVED, "placeholders": PLACEHOLDERS}
    return render_template("saved_comments/mine.html", removed=_removed(), **values)


def _removed() -> SavedComment | None:
    """What was removed just now, which can still be brought back."""
    number = request.args.get("removed", "")
    return queries.removed(current_user, int(number)) if number.isascii() and number.isdigit() else None


@blueprint.get("/saved-comments/new")
def write() -> ResponseReturnValue:
    """Write a comment to be used again."""
    return _form_page(SavedCommentForm.of(None, _theirs_to_share_in()), None)


def _form_page(
    form: SavedCommentForm, saved: SavedComment | None, status: int = 200, refused: Refused | None = None
) -> ResponseReturnValue:
    said = refusal(refused)
    values = {"form": form, "saved": saved, "refused": said, "placeholders": PLACEHOLDERS}
    return render_template("saved_comments/form.html", **values), status


def _sent() -> MultiDict[str, str]:
    """The form of a new one; or that of a review, from which only the feedback is taken."""
    if "from" in request.form:
        return MultiDict({"text": request.form.get("feedback", ""), "cohort": ONESELF})
    return request.form


@blueprint.post("/saved-comments/")
def keep() -> ResponseReturnValue:
    """Keep a new one."""
    form = SavedCommentForm.of(None, cohorts := _theirs_to_share_in(), _sent())
    if not form.validate():
        return _form_page(form, None, 422)
    about = (form.title.data, form.text.data, form.shared_with(cohorts))
    try:
        saved = SavedComment.keep(*about, by=current_user, beside=queries.count_of(current_user), now=clock.now())
    except Refused as no:
        return _form_page(form, None, 409, refused=no)
    db.session.add(saved)
    db.session.commit()
    flash(gettext("The comment is saved."))
    return redirect(url_for("saved_comments.mine", _anchor=f"saved-{saved.id}"), 303)


@blueprint.get("/saved-comments/<id:saved_id>")
def show(saved_id: int) -> ResponseReturnValue:
    """One of their own, to be said better."""
    saved = _one(saved_id)
    return _form_page(SavedCommentForm.of(saved, queries.cohorts_to_share_with(current_user)), saved)


@blueprint.post("/saved-comments/<id:saved_id>")
def change(saved_id: int) -> ResponseReturnValue:
    """Say it better, share it, or keep it to oneself."""
    saved = _one(saved_id)
    form = SavedCommentForm.of(saved, cohorts := queries.cohorts_to_share_with(current_user), request.form)
    if not form.validate():
        return _form_page(form, saved, 422)
    saved.change(form.title.data, form.text.data, form.shared_with(cohorts))
    db.session.commit()
    flash(gettext("The comment is saved."))
    return redirect(url_for("saved_comments.mine", _anchor=f"saved-{saved.id}"), 303)


@blueprint.post("/saved-comments/<id:saved_id>/removal")
def remove(saved_id: int) -> ResponseReturnValue:
    """Offer it no longer; it can be brought back."""
    _one(saved_id).remove(now=clock.now())
    db.session.commit()
    return redirect(url_for("saved_comments.mine", removed=saved_id), 303)


@blueprint.post("/saved-comments/<id:saved_id>/restoration")
def bring_back(saved_id: int) -> ResponseReturnValue:
    """Offer it again."""
    _one(saved_id).bring_back(beside=queries.count_of(current_user))
    db.session.commit()
    flash(gettext("The comment is back."))
    return redirect(url_for("saved_comments.mine", _anchor=f"saved-{saved_id}"), 303)


@blueprint.post("/saved-comments/<id:saved_id>/use")
def use(saved_id: int) -> ResponseReturnValue:
    """It was put into somebody's feedback: what is used most comes first. For the script of the review page."""
    find(policy.visible_saved_comments(current_user).with_for_update(), saved_id).use(now=clock.now())
    db.session.commit()
    return "", 204
