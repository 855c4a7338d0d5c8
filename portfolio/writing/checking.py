"""Before a text is handed in: what in it tells who others are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portfolio.identifying import Excerpt, Finding, Kind, Names, excerpts, identifying
from portfolio.models import Prompt, Reflection


@dataclass(frozen=True)
class Told:
    """An answer in which something tells who others are."""

    prompt: Prompt | None
    key: str
    excerpts: Sequence[Excerpt]


@dataclass(frozen=True)
class Check:
    """What was found in a text that is about to be handed in."""

    answers: Sequence[Told]
    kinds: frozenset[Kind]

    @classmethod
    def of(cls, reflection: Reflection, names: Names) -> "Check":
        """Look through the answers. What was handed in as it stood once before is not asked about again."""
        assert reflection.session.template is not None  # a reflection is begun for sessions that have one
        prompts = {prompt.key: prompt for prompt in reflection.session.template.written}
        known = {
            finding.told
            for submission in reflection.submissions
            for text in submission.words.texts
            for finding in identifying(text, names)
        }
        answers, kinds = [], set()
        for key, answer in reflection.answers.items():
            shown: list[Excerpt] = []
            for text, findings in _new([answer] if isinstance(answer, str) else answer, names, known):
                shown += excerpts(text, findings)
                kinds |= {finding.kind for finding in findings}
            if shown:
                answers.append(Told(prompts.get(key), key, shown))
        return cls(answers, frozenset(kinds))


def _new(texts: Sequence[str], names: Names, known: set[str]) -> Iterator[tuple[str, list[Finding]]]:
    for text in texts:
        if findings := [finding for finding in identifying(text, names) if finding.told not in known]:
            yield text, findings
