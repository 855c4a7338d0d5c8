"""The public pages on which anybody checks a number: no sign-in, no cookie, and nothing but what its holder agreed to.

A number that never was, one that was mistyped, and one that its holder withdrew are answered alike. There is nothing to
guess: a number holds 80 bits of chance.
"""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portfolio.certificates import blueprint, queries
from portfolio.certificates.forms import VerifyForm
from portfolio.models.certificate import grouped, number_in
from portfolio.web import language
from portfolio.web.access import public


@blueprint.after_app_request
def hide_from_search(response: Response) -> Response:
    """No certificate is for a search engine, and neither are the pages for wrong numbers."""
    if request.path.startswith("/verify/"):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/verify/")
@public
def ask() -> ResponseReturnValue:
    """The form for a number that is typed. That of a certificate leads to its page; another is given back."""
    _speak()
    form = VerifyForm(request.args if "number" in request.args else None)
    if not form.number.raw_data:
        return render_template("certificates/verify.html", form=form)
    if not form.validate() or form.read is None:
        return render_template("certificates/verify.html", form=form), 422
    if queries.of_number(form.read) is not None:
        asked = request.args.get("language")
        wanted = asked if asked in language.KNOWN else None
        return redirect(url_for("certificates.verify", number=grouped(form.read), language=wanted), 303)
    return _unknown(form)


@blueprint.get("/verify/<string(maxlength=100):number>")
@public
def verify(number: str) -> ResponseReturnValue:
    """What a QR code opens: whether the certificate is valid, and what its holder agreed to show."""
    _speak()
    read = number_in(number)
    certificate = queries.of_number(read) if read else None
    if certificate is None:
        return _unknown(VerifyForm())
    return render_template(
        "certificates/verified.html",
        certificate=certificate,
        cohort=certificate.cohort,
        is_reopened=certificate.holds and queries.is_reopened(certificate),
    )


def _unknown(form: VerifyForm) -> ResponseReturnValue:
    return render_template("certificates/verify.html", form=form, is_unknown=True), 404


def _speak() -> None:
    """The language that is asked for in the address; else that of the browser, unless one was chosen here before."""
    language.speak(request.args.get("language"))
