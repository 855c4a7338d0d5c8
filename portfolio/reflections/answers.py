"""What a writer answers to a decision, and when a conversation is settled."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.models import Acknowledgement, SecondLook
from portfolio.queries import to_change, whole
from portfolio.reflections import blueprint, queries
from portfolio.reflections.forms import CommentForm, MarkForm, ReasonForm
from portfolio.reflections.views import page
from portfolio.web.access import allow, find


@blueprint.post("/reviews/<id:review_id>/acknowledgement")
def acknowledge(review_id: int) -> ResponseReturnValue:
    """The writer has read a decision; whether it helped, and what they did with it."""
    review = find(queries.to_acknowledge(current_user), review_id)
    reflection = review.submission.reflection
    allow(policy.owns(current_user, reflection))
    form = MarkForm(request.form)
    if not form.validate():
        db.session.rollback()
        seen = find(whole(policy.visible_reflections(current_user)), reflection.id)
        return page(seen, CommentForm(), 422, mark=form, marked=review_id)
    Acknowledgement.of(review, is_helpful=form.is_helpful, acted_on=form.acted_on.data, now=clock.now())
    db.session.commit()
    return redirect(url_for("reflections.show", reflection_id=reflection.id, _anchor=f"marks-{review_id}"), 303)


@blueprint.post("/reflections/<id:reflection_id>/second-look")
def ask_again(reflection_id: int) -> ResponseReturnValue:
    """The writer asks that somebody else look at an accepted text."""
    reflection = find(to_change(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_write(current_user, reflection))
    form = ReasonForm(request.form)
    if not form.validate():
        db.session.rollback()
        seen = find(whole(policy.visible_reflections(current_user)), reflection_id)
        return page(seen, CommentForm(), 422, asking=form)
    db.session.add(SecondLook.ask(reflection, form.reason.data, now=clock.now()))
    db.session.commit()
    flash(gettext("The organisers of your cohort will ask somebody else to look at it."))
    return redirect(url_for("reflections.show", reflection_id=reflection_id), 303)


@blueprint.post("/comments/<id:comment_id>/resolution")
def resolve(comment_id: int) -> ResponseReturnValue:
    """Either side says that a conversation is settled; whoever speaks in it again opens it again."""
    comment = find(queries.conversations(current_user), comment_id)
    reflection = comment.submission.reflection
    allow(policy.may_comment(current_user, reflection))
    comment.resolve(by=current_user, now=clock.now())
    db.session.commit()
    return redirect(url_for("reflections.show", reflection_id=reflection.id, _anchor=f"comment-{comment_id}"), 303)
