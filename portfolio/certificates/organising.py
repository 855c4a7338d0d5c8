"""The certificates of a cohort, for its organisers: who has one, and to revoke it with a reason."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.certificates import blueprint, queries
from portfolio.certificates.forms import RevokeForm
from portfolio.database import db
from portfolio.models import Certificate, Cohort
from portfolio.queries import organised_ids
from portfolio.web.access import allow, find
from portfolio.web.paging import page_number


@blueprint.get("/cohorts/<id:cohort_id>/certificates")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """Which certificates there are, and where each of them stands."""
    return _page(find(policy.organised_cohorts(current_user), cohort_id))


def _page(cohort: Cohort, *, form: RevokeForm | None = None, about: int = 0, status: int = 200) -> tuple[str, int]:
    page = page_number(queries.number_in(cohort), queries.PAGE)
    return render_template(
        "certificates/cohort.html",
        cohort=cohort,
        certificates=queries.certificates_in(cohort, page.number),
        page=page,
        form=form or RevokeForm(),
        about=about,
    ), status


@blueprint.post("/certificates/<id:certificate_id>/revocation")
def revoke(certificate_id: int) -> ResponseReturnValue:
    """Not stand by a certificate any more. Whoever asks for its number is told so, and not why."""
    certificate, form = _to_change(certificate_id), RevokeForm(request.form)
    if not form.validate():
        cohort_id = certificate.cohort_id
        db.session.rollback()
        found = find(policy.organised_cohorts(current_user), cohort_id)
        return _page(found, form=form, about=certificate_id, status=422)
    certificate.revoke(form.reason.data, by=current_user, now=clock.now())
    db.session.commit()
    flash(gettext("The certificate of %(name)s is revoked.", name=certificate.holder))
    return redirect(url_for("certificates.cohort", cohort_id=certificate.cohort_id), 303)


@blueprint.post("/certificates/<id:certificate_id>/clearance")
def clear(certificate_id: int) -> ResponseReturnValue:
    """Let the holder of a revoked certificate make another one."""
    certificate = _to_change(certificate_id)
    certificate.clear(by=current_user, now=clock.now())
    db.session.commit()
    flash(gettext("%(name)s may make another certificate.", name=certificate.holder))
    return redirect(url_for("certificates.cohort", cohort_id=certificate.cohort_id), 303)


def _to_change(certificate_id: int) -> Certificate:
    certificate = find(queries.to_change(policy.visible_certificates(current_user)), certificate_id)
    allow(policy.may_revoke(current_user, certificate, organised_ids(current_user)))
    return certificate
