"""What a rule says when it says no."""

from typing import Any


def N_(sentence: str) -> str:
    """Mark a sentence for translation where no language is known yet; it is translated when it is shown."""
    return sentence


class Refused(Exception):
    """A rule said no.

    `sentence` is meant for the person: English, marked with `N_`, with `%(name)s` places filled from `values`.
    """

    def __init__(self, sentence: str, **values: Any) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class Stale(Refused):
    """The text was changed elsewhere since this form was opened."""


class Failure(Exception):
    """A command or a setting cannot be carried out; the message is one clear line for the operator."""
