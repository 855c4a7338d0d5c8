"""Which language a page speaks: the one in the cookie, so that even the page for a lost database knows it."""

from flask import Flask, g, request, session
from flask_babel import Babel, refresh

from portfolio.models import Language
from portfolio.paths import PACKAGE

DEFAULT = Language.INDONESIAN.value
KNOWN = tuple(known.value for known in Language)


def chosen() -> str:
    """`id` or `en`."""
    language = g.get("spoken") or session.get("language")
    return language if language in KNOWN else DEFAULT


def speak(language: str | None) -> None:
    """For this one answer, speak the language asked for; else the one in the cookie; else one the browser prefers.

    For pages of people who come once, and are given no cookie.
    """
    if language not in KNOWN:
        language = session.get("language") or request.accept_languages.best_match(KNOWN)
    g.spoken = language
    refresh()


def start(app: Flask) -> None:
    """Wire Flask-Babel."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(PACKAGE / "translations")
    Babel(app, default_locale=DEFAULT, locale_selector=chosen)
    app.jinja_env.globals["language"] = chosen
