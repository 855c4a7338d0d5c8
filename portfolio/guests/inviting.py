"""Inviting a guest, sending the link anew, taking it back: for the writer, those who guide them, and organisers."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.errors import N_, Refused
from portfolio.guests import blueprint, letters, queries
from portfolio.guests.forms import InviteForm
from portfolio.models import GuestPass, Reflection, Role, User
from portfolio.models.guest import TooMany
from portfolio.web import guests
from portfolio.web.access import allow, find
from portfolio.web.outbox import send_after_commit

A_DAY_AT_MOST = 20


@blueprint.post("/reflections/<id:reflection_id>/guests")
def invite(reflection_id: int) -> ResponseReturnValue:
    """Send somebody without an account a link to this one reflection. Sent twice, it is one link."""
    reflection = find(queries.to_invite(current_user), reflection_id)
    is_organiser = guests.organises(current_user, reflection.cohort_id)
    allow(policy.may_invite(current_user, reflection, is_organiser))
    may_let_sign = policy.may_let_sign(current_user, reflection, is_organiser)
    steps, form, now = guests.free_steps(reflection) if may_let_sign else [], InviteForm(request.form), clock.now()
    form.role.choices = ["", *(step.value for step in steps)]
    if not form.validate():
        db.session.rollback()
        return _mend(reflection_id, form)
    guest = queries.guest(form.name.data, form.email.data, form.language.data, now=now)
    role = Role(form.role.data) if form.role.data else None
    before = queries.open_passes(reflection, guest, now=now)
    if any(role in (None, each.role) for each in before):
        flash(gettext("%(name)s has a link already. If it did not arrive, send a new one.", name=guest.name))
    else:
        _issue(reflection, guest, role, before, language=form.language.data, now=now)
    db.session.commit()
    return redirect(_address(reflection_id), 303)


@blueprint.post("/guest-passes/<id:pass_id>/renewal")
def renew(pass_id: int) -> ResponseReturnValue:
    """Send a new link in place of one that did not arrive or has expired, which then opens nothing more."""
    old, now = find(guests.to_change(policy.visible_guest_passes(current_user)), pass_id), clock.now()
    reflection = old.reflection
    is_organiser = guests.organises(current_user, old.cohort_id)
    allow(policy.may_invite(current_user, reflection, is_organiser))
    allow(old.role is None or policy.may_let_sign(current_user, reflection, is_organiser))
    if old.revoked_at is not None:
        raise Refused(N_("This link was taken back, or a newer one was sent. Invite them anew."))
    _issue(reflection, old.guest, old.role, [old], language=old.guest.language.value, now=now)
    db.session.commit()
    return redirect(_address(reflection.id), 303)


@blueprint.post("/guest-passes/<id:pass_id>/revocation")
def revoke(pass_id: int) -> ResponseReturnValue:
    """End a link: from the next request on it opens nothing."""
    ended = find(guests.to_change(policy.visible_guest_passes(current_user)), pass_id)
    ended.revoke(by=current_user, now=clock.now())
    db.session.commit()
    flash(gettext("The link of %(name)s no longer opens anything.", name=ended.guest.name))
    return redirect(_address(ended.reflection_id), 303)


def _issue(
    reflection: Reflection, guest: User, role: Role | None, before: list[GuestPass], *, language: str, now: datetime
) -> None:
    """A new pass in place of earlier ones, and the letter with its secret."""
    if queries.given_today(current_user, now=now) >= A_DAY_AT_MOST:
        raise TooMany(N_("These are a lot of invitations for one day. Please invite more people tomorrow."))
    issued, secret = GuestPass.issue(reflection, guest, role, by=current_user, now=now)
    for each in before:
        each.revoke(by=current_user, now=now)
    db.session.add(issued)
    send_after_commit(
        letters.invitation(issued, secret, language),
        when_sent=gettext("An invitation was sent to %(name)s.", name=guest.name),
        when_not=gettext(
            "The email to %(name)s could not be sent, so nobody has the link. Try “Send a new link” in a while.",
            name=guest.name,
        ),
    )


def _mend(reflection_id: int, form: InviteForm) -> ResponseReturnValue:
    reflection = find(queries.to_invite(current_user), reflection_id)
    section = guests.invited(reflection, current_user)
    return render_template("guests/invite.html", reflection=reflection, section=section, form=form), 422


def _address(reflection_id: int) -> str:
    return url_for("reflections.show", reflection_id=reflection_id, _anchor="guests")
