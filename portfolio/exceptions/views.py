"""The trainee's side: to ask, to take it back, and to see what was answered."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import Refused
from portfolio.exceptions import blueprint, log, queries
from portfolio.exceptions.doing import carried_out
from portfolio.exceptions.forms import AskForm, mark_day
from portfolio.models import Request, Wish
from portfolio.web.access import allow, find
from portfolio.web.filters import refusal

MOST = 100  # of what one trainee ever asked for, on one page


@blueprint.get("/sessions/<id:session_id>/request")
def form(session_id: int) -> ResponseReturnValue:
    """Ask to be excused from one session, or for more time; and what was asked about it before."""
    return _page(session_id, AskForm())


def _page(session_id: int, form: AskForm, status: int = 200, refused: Refused | None = None) -> ResponseReturnValue:
    session = find(queries.to_ask(current_user), session_id)
    place = queries.place_of(current_user, session)
    slot, asked = place.slot(session, session.cohort.today(clock.now())), queries.asked_before(place, session)
    return render_template(
        "exceptions/ask.html",
        session=session,
        cohort=session.cohort,
        slot=slot,
        asked=asked,
        may_ask=session.is_slot and slot.condition in queries.TO_GIVE and not any(each.is_open for each in asked),
        form=form,
        given_until=queries.given_until(asked),
        refused=refusal(refused),
    ), status


@blueprint.post("/sessions/<id:session_id>/request")
def ask(session_id: int) -> ResponseReturnValue:
    """A trainee asks; who may, answers."""
    session = find(queries.to_ask(current_user), session_id)
    form = AskForm(request.form)
    if not form.validate():
        db.session.rollback()
        return _page(session_id, form, 422)
    place = queries.place_of(current_user, session)

    def act() -> None:
        asked = Request.ask(
            place.enrolment,
            session,
            Wish(form.wish.data),
            form.reason.data,
            wanted_on=form.wanted_on.data,
            ends_on=queries.last_day(place.enrolment.cohort_id),
            reflection=place.reflection,
            before=queries.asked_before(place, session),
            now=clock.now(),
        )
        db.session.add(asked)

    if refused := carried_out(act):
        mark_day(form.wanted_on, refused)
        return _page(session_id, form, 409, refused)
    flash(gettext("You have asked. You will find the answer here."))
    return redirect(url_for("exceptions.mine"), 303)


@blueprint.post("/requests/<id:request_id>/withdrawal")
def withdraw(request_id: int) -> ResponseReturnValue:
    """The trainee does not ask for it any more."""
    asked = find(queries.to_withdraw(current_user), request_id)
    allow(policy.may_withdraw_request(current_user, asked))
    asked.withdraw(now=clock.now())
    db.session.commit()
    flash(gettext("You have taken your request back."))
    return redirect(url_for("exceptions.mine"), 303)


@blueprint.get("/requests/")
def mine() -> ResponseReturnValue:
    """All that a trainee asked for, with the answers, and what was given to them."""
    asked = queries.own_requests(current_user, most=MOST)
    return render_template(
        "exceptions/mine.html",
        asked=asked,
        given_until=queries.given_until(asked),
        given=log.entries(queries.own_enrolments(current_user), log.GIVEN, most=MOST),
    )
