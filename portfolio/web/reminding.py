"""What a reminder says: one kind sentence for each concern, in the language of whoever reads it."""

from flask import Flask
from flask_babel import force_locale, ngettext

from portfolio.models import Concern, Language


def said(concern: Concern, number: int) -> str:
    """The sentence, in the language of the page: what waits, and a way on. Nothing of others, and no blame."""
    match concern:
        case Concern.MISSING:
            return ngettext(
                "%(num)s reflection is past its day. Would you like more time? Ask for it.",
                "%(num)s reflections are past their day. Would you like more time? Ask for it.",
                number,
            )
        case Concern.RETURNED:
            return ngettext(
                "%(num)s reflection has come back to you. If a comment is unclear, ask whoever wrote it.",
                "%(num)s reflections have come back to you. If a comment is unclear, ask whoever wrote it.",
                number,
            )
        case Concern.WAITING:
            return ngettext(
                "%(num)s reflection waits for your decision. If you cannot get to it, an organiser can find help.",
                "%(num)s reflections wait for your decision. If you cannot get to them, an organiser can find help.",
                number,
            )


def said_in(language: Language, concern: Concern, number: int) -> str:
    """The same in another language."""
    with force_locale(language.value):
        return said(concern, number)


def start(app: Flask) -> None:
    """Give it to the templates."""
    app.jinja_env.globals["reminder_says"] = said
