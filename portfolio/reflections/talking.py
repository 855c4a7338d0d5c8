"""Talk about what was submitted, and about passages of it."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.queries import to_change, whole
from portfolio.reflections import blueprint, queries
from portfolio.reflections.forms import CommentForm
from portfolio.reflections.views import page
from portfolio.web.access import allow, find


@blueprint.post("/reflections/<id:reflection_id>/comments")
def comment(reflection_id: int) -> ResponseReturnValue:
    """Say something about the round that was read, about a passage of it, or in answer to somebody."""
    reflection = find(to_change(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_comment(current_user, reflection))
    form = CommentForm(request.form)
    is_well = form.validate()
    answered = queries.comment_on(reflection, form.reply_to.data) if is_well else None
    if is_well and form.reply_to.data and answered is None:
        abort(404)
    try:
        read = None if form.reply_to.data else reflection.round_that_stands(form.round.data)
        if not form.finds_its_passage(read) or not is_well:
            return _again(reflection_id, form, 422)
        moment, round_ = clock.now(), read.round if read else None
        said = reflection.comment(
            form.text.data, by=current_user, now=moment, reply_to=answered, about=form.about, round=round_
        )
    except Refused as no:
        if reflection.latest is None:  # there is no form on the page then
            raise
        return _again(reflection_id, form, 409, refused=no)
    db.session.add(said)
    db.session.commit()
    if read is not None and read is not reflection.latest:
        flash(
            gettext(
                "A newer round has come since. Your comment stands with round %(round)s, which you read.",
                round=read.round,
            )
        )
    is_deciding = form.back.data == "review" and policy.may_decide(current_user, reflection)
    page_of_it = "reviews.review" if is_deciding else "reflections.show"
    return redirect(url_for(page_of_it, reflection_id=reflection_id, _anchor=f"comment-{said.id}"), 303)


def _again(reflection_id: int, form: CommentForm, status: int, refused: Refused | None = None) -> ResponseReturnValue:
    """The page with what was written, to mend it."""
    db.session.rollback()
    if refused:
        form.reply_to.data = None  # what it answers is not on the page any more
    return page(find(whole(policy.visible_reflections(current_user)), reflection_id), form, status, refused=refused)
