"""The guest's own pages, outside of every sign-in: the link, the one text behind it, a comment, a decision.

Whoever comes is looked up by their pass at every request, and by nothing else: these pages do not ask who is signed in.
"""

from collections.abc import Callable
from functools import wraps

from flask import Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import N_, Refused
from portfolio.guests import blueprint, queries
from portfolio.guests.forms import GuestCommentForm, GuestReviewForm, SaidForm
from portfolio.models import Comment, GuestPass, Language, Outcome, Reason, Reflection, Review
from portfolio.models.guest import TooMany
from portfolio.queries import to_change, whole
from portfolio.web import guests, levels, reading
from portfolio.web.access import public
from portfolio.web.filters import refusal

View = Callable[..., ResponseReturnValue]
OVERTAKEN = N_("Somebody else changed this at the same moment. Look again, then decide.")
OTHER_LINK = N_("You have opened another link in this browser since. Open the link in the first email again.")


@blueprint.after_app_request
def hide_from_search(response: Response) -> Response:
    """Nothing behind a link is for a search engine, the pages for wrong links included."""
    if request.path.startswith("/guest/"):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def guests_own(view: View) -> View:
    """A page for whoever holds a pass that counts at this moment. What was written comes back with every no."""

    @wraps(view)
    def seen(**values: object) -> ResponseReturnValue:
        held = guests.held(lock=request.method == "POST")
        if held is None or not held.lets_in(clock.now()):
            return _no_way_in(held)
        try:
            return view(held, **values)
        except (Refused, StaleDataError) as no:
            db.session.rollback()
            sentence = refusal(no) if isinstance(no, Refused) else gettext(OVERTAKEN)
            return _not_now(sentence, 429 if isinstance(no, TooMany) else 409)

    return public(seen)


def _written() -> list[str]:
    return [text for name in ("text", "feedback") if (text := request.form.get(name, "").strip())]


def _no_way_in(held: GuestPass | None) -> ResponseReturnValue:
    """The same page for a wrong link and for one that never was; another for one that is over."""
    db.session.rollback()
    return render_template("guests/no_way_in.html", is_over=held is not None, sent=_written()), 410 if held else 404


def _not_now(sentence: str, status: int) -> ResponseReturnValue:
    return render_template("guests/not_now.html", sentence=sentence, sent=_written()), status


@blueprint.get("/guest/<string(minlength=12, maxlength=100):secret>")
@public
def landing(secret: str) -> ResponseReturnValue:
    """What a link opens first. It does nothing: those who check emails for harm open links too."""
    held = guests.by_secret(secret)
    if held is None or not held.lets_in(clock.now()):
        return _no_way_in(held)
    session.setdefault("language", held.guest.language.value)
    return render_template("guests/landing.html", held=held)


@blueprint.post("/guest/<string(minlength=12, maxlength=100):secret>")
@public
def enter(secret: str) -> ResponseReturnValue:
    """The guest comes in, and the secret leaves the address. Or they choose the language of the first page."""
    if _choose(request.form.get("language")):
        return redirect(url_for("guests.landing", secret=secret), 303)
    held, now = guests.by_secret(secret, lock=True), clock.now()
    if held is None or not held.lets_in(now):
        return _no_way_in(held)
    held.open(now=now)
    db.session.commit()
    guests.admit(secret)
    session.setdefault("language", held.guest.language.value)
    return redirect(url_for("guests.read"), 303)


@blueprint.post("/guest/language")
@public
def choose_language() -> ResponseReturnValue:
    """Speak another language, to this browser."""
    _choose(request.form.get("language"))
    return redirect(url_for("guests.read"), 303)


def _choose(language: str | None) -> bool:
    is_known = language in {each.value for each in Language}
    if is_known:
        session["language"] = language
    return is_known


@blueprint.get("/guest/")
@guests_own
def read(held: GuestPass) -> ResponseReturnValue:
    """The one text that the link is for."""
    return _page(held)


def _page(
    held: GuestPass, status: int = 200, *, said: GuestCommentForm | None = None, review: GuestReviewForm | None = None
) -> ResponseReturnValue:
    reflection = db.session.scalars(whole(policy.reflection_of_guest(held))).unique().one_or_none()
    if reflection is None or reflection.latest is None:
        return _not_now(gettext("The writer has taken this text back. When it is handed in again, it is here."), 409)
    now, guest, chosen = clock.now(), held.guest, levels.chosen(request.form)
    may_sign = held.lets_sign(reflection, guest, now=now)
    reading.record(reflection, reader=guest, reason=Reason.REVIEW if may_sign else Reason.READING, now=now)
    return render_template(
        "guests/read.html",
        held=held,
        reflection=reflection,
        submission=reflection.latest,
        may_sign=may_sign,
        decided=[each for each in reflection.latest.reviews if each.reviewer_id == guest.id],
        talk=_talk(reflection, held),
        form=said or GuestCommentForm(),
        review_form=review or GuestReviewForm(),
        chosen=chosen,
        wrong_level="" if levels.fits(reflection.session.module.rubric, chosen) else levels.NOT_THERE,
    ), status


def _talk(reflection: Reflection, held: GuestPass) -> list[list[Comment]]:
    """The conversations that the guest began, on whichever round that stands: the first word, then the answers."""
    said = [each for submission in reflection.standing for each in submission.comments]
    begun = [each for each in said if each.author_id == held.guest_id and each.parent_id is None]
    return [[first, *(each for each in said if each.parent_id == first.id)] for first in begun]


def _to_change(held: GuestPass) -> Reflection:
    found = db.session.scalars(to_change(policy.reflection_of_guest(held))).unique().one_or_none()
    if found is None:
        raise Refused(N_("The text you read was taken back by its writer."))
    return found


def _check(form: SaidForm, held: GuestPass) -> None:
    """What was written beside one text never comes to stand beside another."""
    if form.about.data not in (None, held.id):
        raise Refused(OTHER_LINK)


def _mend(*, said: GuestCommentForm | None = None, review: GuestReviewForm | None = None) -> ResponseReturnValue:
    db.session.rollback()
    held = guests.held()
    return _page(held, 422, said=said, review=review) if held else _no_way_in(held)


@blueprint.post("/guest/comments")
@guests_own
def comment(held: GuestPass) -> ResponseReturnValue:
    """The guest says something about the text, or goes on with what they said."""
    form, now = GuestCommentForm(request.form), clock.now()
    _check(form, held)
    if not form.validate():
        return _mend(said=form)
    reflection = _to_change(held)
    held.act(now=now)
    answered = queries.comment_of(held, form.reply_to.data)
    said = reflection.comment(form.text.data, by=held.guest, now=now, reply_to=answered, round=form.round.data)
    db.session.add(said)
    db.session.commit()
    return redirect(url_for("guests.read", _anchor=f"comment-{said.parent_id or said.id}"), 303)


@blueprint.post("/guest/review")
@guests_own
def decide(held: GuestPass) -> ResponseReturnValue:
    """The guest accepts it or returns it, for the step that they were asked to sign."""
    form, chosen, now = GuestReviewForm(request.form), levels.chosen(request.form), clock.now()
    _check(form, held)
    if not form.validate():
        return _mend(review=form)
    reflection = _to_change(held)
    if not levels.fits(reflection.session.module.rubric, chosen):
        return _mend(review=form)
    held.act(now=now)
    decision = Review.decide(
        reflection,
        Outcome(form.outcome.data),
        form.feedback.data,
        round=form.round.data or 0,
        step=form.step.data,
        levels=chosen,
        guest=held,
        by=held.guest,
        now=now,
    )
    db.session.add(decision)
    db.session.commit()
    return redirect(url_for("guests.read", _anchor="decided"), 303)
