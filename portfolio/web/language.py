"""Which language a page speaks: the one in the cookie, so that even the page for a lost database knows it."""

from flask import Flask, session
from flask_babel import Babel

from portfolio.models import Language
from portfolio.paths import PACKAGE

DEFAULT = Language.INDONESIAN.value


def chosen() -> str:
    """`id` or `en`."""
    language = session.get("language")
    return language if language in {known.value for known in Language} else DEFAULT


def start(app: Flask) -> None:
    """Wire Flask-Babel."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(PACKAGE / "translations")
    Babel(app, default_locale=DEFAULT, locale_selector=chosen)
    app.jinja_env.globals["language"] = chosen
