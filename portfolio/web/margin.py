"""The margin of a text: which of its passages were commented on, and which can be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from portfolio.models import Comment, Quoted, Reflection, Submission, User
from portfolio.models.reflection import COMMENT_LENGTH
from portfolio.web.filters import words as in_our_language
from portfolio.web.passages import Passage, Span, find, quoted, sentences, shortened

SHOWN = 90  # characters of a sentence in the list

Spans = Mapping[tuple[str, int], Sequence[Span]]


@dataclass(frozen=True)
class Chosen:
    """A passage that is about to be commented on."""

    passage: Passage
    quote: str


@dataclass(frozen=True)
class Margin:
    """What stands beside the rounds of a reflection, for one who reads it."""

    reflection: Reflection
    found: frozenset[int]  # comments whose passage stands in the latest round
    chosen: Chosen | None  # what is to be commented on, when a form has to be mended
    _spans: Mapping[int, Spans]  # by the number of the round
    longest: int = COMMENT_LENGTH

    @classmethod
    def of(cls, reflection: Reflection, viewer: User, *, about: Quoted | None = None) -> "Margin":
        """Beside the rounds that a person may see. Needs `submissions` with their `withdrawal` and `comments`.

        `about` is what they wanted to comment on, of whichever round it was.
        """
        is_mine = reflection.enrolment.user_id == viewer.id
        rounds = reflection.submissions if is_mine else reflection.standing
        said = {round_.round: [comment for comment in round_.comments if comment.is_open] for round_ in rounds}
        spans = {round_.round: _placed(said[round_.round], round_) for round_ in rounds}
        latest = reflection.latest
        if latest is None:
            return cls(reflection, frozenset(), None, spans)
        spans[latest.round] = _placed([comment for comments in said.values() for comment in comments], latest)
        found = frozenset(int(id) for places in spans[latest.round].values() for _, _, id in places)
        return cls(reflection, found, _chosen(latest, about), spans)

    @classmethod
    def bare(cls, reflection: Reflection, *, about: Quoted | None = None) -> "Margin":
        """Beside the round that stands, without what was said of it. Needs `submissions` with their `withdrawal`."""
        latest = reflection.latest
        return cls(reflection, frozenset(), _chosen(latest, about) if latest else None, {})

    def spans(self, submission: Submission) -> Spans:
        """From where to where in each answer of a round, with the number of the comment."""
        return self._spans.get(submission.round, {})

    @property
    def sentences(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What can be chosen without selecting it: under the label of each prompt, values with their words."""
        latest, template = self.reflection.latest, self.reflection.session.template
        if latest is None or template is None:
            return []
        labels = {prompt.key: in_our_language(prompt.label) for prompt in template.written}
        offered = sentences(latest.words, template)
        return [
            (labels.get(key, key), [(passage.value, shortened(text, SHOWN)) for passage, text in some])
            for key, some in groupby(offered, key=lambda one: one[0].key)
        ]


def still_there(reflection: Reflection, comments: Sequence[Comment]) -> Iterator[tuple[Comment, bool]]:
    """The comments, each with whether the words it is about stand in the text as it is being written."""
    for comment in comments:
        yield comment, comment.quoted is not None and find(reflection.words, comment.quoted) is not None


def _placed(comments: Sequence[Comment], submission: Submission) -> Spans:
    spans: dict[tuple[str, int], list[Span]] = {}
    for comment in comments:
        if comment.quoted is not None and (passage := find(submission.words, comment.quoted)):
            here = spans.setdefault((passage.key, passage.item), [])
            here.append((passage.start, passage.end, comment.id))
    return spans


def _chosen(submission: Submission, about: Quoted | None) -> Chosen | None:
    passage = find(submission.words, about) if about else None
    said = quoted(submission.words, passage) if passage else None
    return Chosen(passage, said.quote) if passage and said else None
