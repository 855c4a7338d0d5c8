"""A trainee's own certificate: what will be on it, what anybody may read of it, the sheet, and its end."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.certificates import blueprint, queries, typesetting
from portfolio.certificates.forms import RevealForm
from portfolio.database import db
from portfolio.errors import N_, Refused
from portfolio.models import Certificate, Completion, Enrolment, Revealed
from portfolio.models.certificate import new_number
from portfolio.web.access import allow, find
from portfolio.web.downloads import pdf_of
from portfolio.web.language import chosen
from portfolio.web.outbox import link


@blueprint.get("/certificate/")
def mine() -> ResponseReturnValue:
    """The certificate of the cohort that a trainee is in, the newest first."""
    places = queries.places_of(current_user)
    return _page(places[0].id) if places else render_template("certificates/nothing.html")


@blueprint.get("/enrolments/<id:enrolment_id>/certificate")
def of_enrolment(enrolment_id: int) -> ResponseReturnValue:
    """The certificate of one cohort, for somebody who was a trainee in several."""
    return _page(enrolment_id)


def _page(enrolment_id: int) -> ResponseReturnValue:
    enrolment: Enrolment = find(queries.whole(policy.enrolments_to_certify(current_user)), enrolment_id)
    made = queries.certificates_of(enrolment)
    held = next((certificate for certificate in made if certificate.holds), None)
    return render_template(
        "certificates/mine.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        completion=Completion.of(enrolment.progress),
        certificate=held,
        barred=next((certificate for certificate in made if certificate.is_barring), None),
        earlier=[certificate for certificate in made if not certificate.holds],
        is_reopened=held is not None and queries.is_reopened(held),
        last_day=queries.last_day(enrolment.cohort),
        form=RevealForm.showing(held.revealed if held else Revealed()),
        address=address_of(held) if held else "",
        others=[place for place in queries.places_of(current_user) if place.id != enrolment.id],
    )


def address_of(certificate: Certificate) -> str:
    """Where anybody can check it."""
    return link("certificates.verify", number=certificate.shown_number)


@blueprint.post("/enrolments/<id:enrolment_id>/certificate")
def issue(enrolment_id: int) -> ResponseReturnValue:
    """Make the certificate of a programme that is complete. Sent twice, it is one."""
    enrolment, form = find(queries.to_issue(current_user), enrolment_id), RevealForm(request.form)
    issued = Certificate.issue(
        enrolment,
        shows=form.revealed,
        ends_on=queries.last_day(enrolment.cohort),
        before=queries.certificates_of(enrolment),
        number=new_number(),
        now=clock.now(),
    )
    db.session.add(issued)
    db.session.commit()
    flash(gettext("Your certificate is made."))
    return redirect(url_for("certificates.of_enrolment", enrolment_id=enrolment_id), 303)


@blueprint.post("/certificates/<id:certificate_id>/revealed")
def reveal(certificate_id: int) -> ResponseReturnValue:
    """Let anybody who has the number read this much from now on."""
    certificate = _own_to_change(certificate_id)
    certificate.reveal(RevealForm(request.form).revealed, now=clock.now())
    db.session.commit()
    flash(gettext("The public page now shows what you ticked, and nothing else of you."))
    return redirect(url_for("certificates.of_enrolment", enrolment_id=certificate.enrolment_id), 303)


@blueprint.post("/certificates/<id:certificate_id>/withdrawal")
def withdraw(certificate_id: int) -> ResponseReturnValue:
    """Its holder does not want it any more. Whoever asks for its number is told that there is none."""
    certificate = _own_to_change(certificate_id)
    certificate.withdraw(now=clock.now())
    db.session.commit()
    flash(gettext("The certificate is withdrawn: nobody finds its number any more."))
    return redirect(url_for("certificates.of_enrolment", enrolment_id=certificate.enrolment_id), 303)


def _own_to_change(certificate_id: int) -> Certificate:
    certificate = find(queries.to_change(policy.visible_certificates(current_user)), certificate_id)
    allow(policy.may_reveal(current_user, certificate))
    return certificate


@blueprint.get("/certificates/<id:certificate_id>.pdf")
def sheet(certificate_id: int) -> Response:
    """The certificate to print, for its holder and the organisers, while it holds."""
    certificate = find(queries.with_sheet(policy.visible_certificates(current_user)), certificate_id)
    if not certificate.holds:
        raise Refused(N_("This certificate does not hold any more."))
    made = typesetting.sheet(certificate, address=address_of(certificate), language=chosen())
    return pdf_of(" ".join((gettext("certificate"), certificate.shown_number)), made)
