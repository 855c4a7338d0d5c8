"""Comments on passages: of the text that visitors find, and of the one that came back to the first trainee."""

from datetime import datetime, timedelta
from typing import Any

from portfolio.demo.cast import words
from portfolio.models import Comment, Quoted, Reflection, User
from portfolio.web.passages import find, quoted, sentences


def about(reflection: Reflection, said: str) -> Quoted:
    """These words of what was handed in last."""
    assert reflection.latest is not None  # only what was handed in is talked about
    handed_in = reflection.latest.words
    passage = find(handed_in, Quoted("", 0, 0, said, "", ""))
    found = quoted(handed_in, passage) if passage else None
    assert found is not None, f"{said!r} is not in {reflection.title!r}"
    return found


def pointed_out(reflection: Reflection, said: list[dict[str, Any]], *, by: User, now: datetime) -> list[Comment]:
    """Comments on passages, one after the other."""
    return [
        reflection.comment(
            one["text"], by=by, about=about(reflection, one["quote"]), now=now + timedelta(minutes=4 * number)
        )
        for number, one in enumerate(said)
    ]


def asked_about(reflection: Reflection, *, by: User, now: datetime) -> None:
    """A question about each of some sentences of a text that nobody has chosen beforehand."""
    assert reflection.latest is not None
    assert reflection.session.template is not None
    said = [text for _, text in sentences(reflection.latest.words, reflection.session.template)]
    shown: dict[str, Any] = words()["shown"]
    for number, question in enumerate(shown["asked_about"]):
        sentence = said[(number + 1) * len(said) // (len(shown["asked_about"]) + 2)]
        pointed_out(reflection, [{"quote": sentence, "text": question}], by=by, now=now + timedelta(minutes=number))
