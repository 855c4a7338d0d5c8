"""The sentences of the application as its catalogue has them, so that a test knows a button by what it says."""

from functools import cache
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from portfolio.paths import PACKAGE

INDONESIAN = PACKAGE / "translations" / "id" / "LC_MESSAGES" / "messages.po"


@cache
def _catalogue() -> Catalog:
    with INDONESIAN.open("rb") as file:
        return read_po(file, locale="id")


class Say:
    """`say("Save draft")`: what a page says in one language. Sentences are known by their English."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, sentence: str, **values: Any) -> str:
        """A sentence with its values; one that the application does not say is a mistake of the test."""
        message = self._find(sentence)
        said = message.string if self.language == "id" else sentence
        assert isinstance(said, str), f"how many? say.many({sentence!r}, …)"
        return said % values if values else said

    def many(self, one: str, several: str, num: int) -> str:
        """A sentence that depends on a number."""
        message = self._find(one)
        if self.language == "id":  # which has one form for all numbers
            return message.string[0] % {"num": num}
        return (one if num == 1 else several) % {"num": num}

    @staticmethod
    def _find(sentence: str) -> Message:
        message = _catalogue().get(sentence)
        assert message is not None, f"no page says {sentence!r}, if the catalogue is right (`make messages`)"
        return message
