"""The letter to a guest: the only place where the secret of a pass is ever written."""

import unicodedata

from babel.dates import format_date
from flask_babel import force_locale, gettext

from portfolio.mail import Letter
from portfolio.models import GuestPass
from portfolio.web.filters import word
from portfolio.web.outbox import link

LONGEST = 60
NO_LINK = frozenset("'’-&,()")  # signs of names of which no mail program makes an address
LONGEST_NUMBER = 4  # more digits in a row become a telephone number


def invitation(held: GuestPass, secret: str, language: str) -> Letter:
    """Who invites, to what, until when, and the link. Not a word of the reflection, nor its title."""
    with force_locale(language):
        until = format_date(held.cohort.today(held.expires_at), "d MMMM y", locale=language)
        names = {
            "guest": plain(held.guest.addressed),
            "inviter": plain(held.invited_by.addressed),
            "writer": plain(held.reflection.enrolment.user.name),
            "cohort": plain(held.cohort.name),
        }
        if held.role:
            asked = gettext(
                "%(inviter)s asks you to read a reflection that %(writer)s wrote in the training %(cohort)s, and to "
                "accept it or return it with a reason (%(role)s).",
                role=word(held.role),
                **names,
            )
        else:
            asked = gettext(
                "%(inviter)s invites you to read a reflection that %(writer)s wrote in the training %(cohort)s. You "
                "can say something about it.",
                **names,
            )
        paragraphs = [
            gettext("Dear %(guest)s,", **names),
            asked,
            gettext("Open it with this link, until %(day)s. You need no account and no password:", day=until),
            link("guests.landing", secret=secret),
            gettext(
                "The link is for you alone. Whoever has it can read the text and answer in your name, so please do "
                "not pass this email on."
            ),
            gettext("If you do not know %(inviter)s, leave the link alone. Then nothing happens.", **names),
        ]
        return Letter(
            to=held.guest.email,
            name=names["guest"],
            subject=gettext("You are invited to read a reflection"),
            text="\n\n".join(paragraphs) + "\n",
        )


def plain(name: str) -> str:
    """A name of which no mail program makes a link: an address loses its signs, and after a dot comes a space."""
    letters, digits = [], 0
    for letter in unicodedata.normalize("NFKC", name):
        digits = digits + 1 if letter.isdigit() else 0
        is_word = unicodedata.category(letter)[0] in "LM" or (letter.isdigit() and digits <= LONGEST_NUMBER)
        letters.append(letter if is_word or letter in NO_LINK else ". " if letter == "." else " ")
    told = " ".join("".join(letters).split()).replace(" .", "").replace(" ,", ",")[:LONGEST].strip()
    return told if any(map(str.isalnum, told)) else "–"
