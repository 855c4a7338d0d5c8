"""Pages for signing in and out, for the profile, and for the link that begins an account."""

from flask import abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_login import current_user

from portfolio import clock
from portfolio.accounts import blueprint, passwords
from portfolio.accounts.forms import ChangePasswordForm, NewPasswordForm, ProfileForm, SignInForm
from portfolio.accounts.queries import demo_accounts, token_by_secret, user_by_email, with_sign_ins
from portfolio.database import begin_writing, db
from portfolio.models import Language, Token, User
from portfolio.web import addresses, resuming, sessions
from portfolio.web.access import public


def safe_next(address: str | None) -> str:
    """A page of ours that was asked for before signing in; home for anything else."""
    found = addresses.found(address)
    return found[1] if found else url_for("reflections.today")


def _sign_in_page(form: SignInForm, status: int) -> ResponseReturnValue:
    if resuming.is_resuming():
        return resuming.ask(error=next(str(field.errors[0]) for field in form if field.errors), status=status)
    demo = [] if current_app.config["IS_PUBLIC"] else demo_accounts()
    after = request.values.get("next", "")
    return render_template("accounts/sign_in.html", form=form, demo=demo, after=after), status


@blueprint.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The page for signing in."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")), 303)
    return _sign_in_page(SignInForm(), 200)


@blueprint.post("/sign-in")
@public
@sessions.writes_late
def begin_session() -> ResponseReturnValue:
    """Sign in; from the page that carries what was sent after the session had ended, then do what was asked."""
    form = SignInForm(request.form, prefix=resuming.PREFIX if resuming.is_resuming() else "")
    if not form.validate():
        return _sign_in_page(form, 422)
    found = user_by_email(form.email.data)
    right = passwords.is_right(found.password_hash if found and found.is_active else None, form.password.data)
    if not right or found is None:
        form.password.errors = [gettext("The email address or the password is not right.")]
        return _sign_in_page(form, 422)
    renewed = passwords.make_hash(form.password.data) if passwords.is_outdated(found.password_hash or "") else None
    db.session.rollback()
    begin_writing()
    user = with_sign_ins(found.id)
    user.password_hash = renewed or user.password_hash
    resumed = resuming.where_to(user.id) if resuming.is_resuming() else ""
    sessions.begin(user)
    db.session.commit()
    if resumed:
        return redirect(resumed, 307)  # the browser sends the same form once more, to where it was to go
    return redirect(safe_next(request.form.get("next") or request.form.get(resuming.AFTER)), 303)


@blueprint.post("/sign-out")
def end_session() -> ResponseReturnValue:
    """Sign out."""
    sessions.end()
    db.session.commit()
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    """Speak another language to somebody who has not signed in, or to somebody who has, from now on."""
    known = {language.value: language for language in Language}
    chosen = known.get(request.form.get("language", "")) or abort(400)
    if current_user.is_authenticated:
        current_user.language = chosen
        db.session.commit()
    session["language"] = chosen.value
    return redirect(safe_next(request.form.get("next")), 303)


@blueprint.get("/profile")
def profile() -> ResponseReturnValue:
    """What a person says of themselves."""
    form = ProfileForm(obj=current_user, language=current_user.language.value)
    return render_template("accounts/profile.html", form=form, password_form=ChangePasswordForm())


@blueprint.post("/profile")
def save_profile() -> ResponseReturnValue:
    """Keep what a person says of themselves."""
    form = ProfileForm(request.form)
    if not form.validate():
        return render_template("accounts/profile.html", form=form, password_form=ChangePasswordForm()), 422
    current_user.name, current_user.job, current_user.unit = form.name.data, form.job.data, form.unit.data
    current_user.language = Language(form.language.data)
    db.session.commit()
    session["language"] = form.language.data
    with force_locale(form.language.data):
        flash(gettext("Your profile is saved."))
    return redirect(url_for("accounts.profile"), 303)


@blueprint.post("/profile/password")
@sessions.writes_late
def change_password() -> ResponseReturnValue:
    """Choose another password; every other browser is signed out."""
    form, person = ChangePasswordForm(request.form), current_user
    if form.validate() and not passwords.is_right(person.password_hash, form.password.data):
        form.password.errors = [gettext("This is not your present password.")]
    if form.errors:
        about = ProfileForm(obj=person, language=person.language.value)
        return render_template("accounts/profile.html", form=about, password_form=form), 422
    new_hash, person_id, kept = passwords.make_hash(form.new_password.data), person.id, g.sign_in.id
    db.session.rollback()
    begin_writing()
    user: User = with_sign_ins(person_id)
    keep = next((row for row in user.sign_ins if row.id == kept), None)
    user.change_password(new_hash, now=clock.now(), keep=keep)
    db.session.commit()
    flash(gettext("Your password has been changed. Other devices have been signed out."))
    return redirect(url_for("accounts.profile"), 303)


def _invitation_page(form: NewPasswordForm, token: Token, usable: bool, status: int) -> ResponseReturnValue:
    return render_template("accounts/invitation.html", form=form, token=token, usable=usable), status


@blueprint.get("/invitations/<string(maxlength=100):secret>")
@public
def invitation(secret: str) -> ResponseReturnValue:
    """The page behind a one-use link."""
    token = token_by_secret(secret) or abort(404)
    usable = token.is_usable(clock.now())
    return _invitation_page(NewPasswordForm(), token, usable, 200 if usable else 410)


@blueprint.post("/invitations/<string(maxlength=100):secret>")
@public
@sessions.writes_late
def accept_invitation(secret: str) -> ResponseReturnValue:
    """Choose the first password, and be signed in."""
    form, now = NewPasswordForm(request.form), clock.now()
    token = token_by_secret(secret) or abort(404)
    if not token.is_usable(now):
        return _invitation_page(form, token, False, 410)
    if not form.validate():
        return _invitation_page(form, token, True, 422)
    new_hash = passwords.make_hash(form.new_password.data)
    db.session.rollback()
    begin_writing()
    token = token_by_secret(secret) or abort(404)
    token.use(now=now)
    token.user.change_password(new_hash, now=now)
    sessions.begin(token.user)
    db.session.commit()
    return redirect(url_for("reflections.today"), 303)
