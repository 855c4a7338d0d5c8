"""One entry of a diary, from Markdown with front matter or from the plain text of a blog page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portfolio.errors import N_
from portfolio.transfer import frontmatter, headings
from portfolio.transfer.frontmatter import FrontMatter, Visibility
from portfolio.transfer.headings import Heading
from portfolio.transfer.indonesian import date_in, facilitator_in
from portfolio.transfer.paragraphs import joined, pieces_of
from portfolio.transfer.sections import Answers, answers_of
from portfolio.transfer.sources import BadEntry, digest_of, text_of

__all__ = ["BadEntry", "Entry", "answers_for", "parse"]

NO_TEXT = N_("The file has no text below its heading.")

_ABOUT_THE_SESSION = "session"  # the step that asks for theme, day and facilitator, which have places of their own
_OPENING = 2_000  # characters in which a writer has said when it was and who led it
_SEARCHED = 20_000  # … and in which that person may be named more fully


@dataclass(frozen=True)
class Entry:
    """What a file says; None where it says nothing. Every word of its text is in `text`, and once in `answers`."""

    source: str
    series: str | None
    number: int | None
    is_final: bool
    title: str | None
    part: int | None
    session_date: date | None
    facilitator: str | None
    text: str
    answers: Answers
    curriculum: str | None
    agenda: str | None
    module: str | None
    visibility: Visibility | None
    author: str | None
    job: str | None
    digest: str


def parse(name: str, raw: bytes) -> Entry:
    """The entry in a file called `name`; BadEntry when it holds none."""
    source = text_of(raw)
    front, body = frontmatter.split(source)
    heading, lines = headings.read(body.split("\n"), _known(front))
    body = headings.without_series_list("\n".join(headings.without_comments(lines)), heading.series)
    pieces = pieces_of(body.split("\n"))
    text, answers = joined(pieces), answers_of(pieces)
    # Labels of questions with nothing below them are no text either.
    if not any(character.isalnum() for character in text) or not any(answers.values()):
        raise BadEntry(NO_TEXT)
    return Entry(
        source=name,
        series=heading.series,
        number=heading.number,
        is_final=heading.is_final,
        title=heading.title,
        part=heading.part,
        session_date=front.session_date or date_in(text[:_OPENING]),
        facilitator=front.facilitator or facilitator_in(text[:_OPENING], text[:_SEARCHED]),
        text=text,
        answers=answers,
        curriculum=front.curriculum,
        agenda=front.agenda,
        module=front.module,
        visibility=front.visibility,
        author=front.author,
        job=front.job,
        digest=digest_of(source),
    )


def answers_for(entry: Entry, steps: Sequence[str]) -> Answers:
    """An entry's text under a template's steps: sorted if it has those that are needed, else whole in the first."""
    if {field for field, answer in entry.answers.items() if answer} <= set(steps):
        return {field: answer for field, answer in entry.answers.items() if field in steps}
    free = [step for step in steps if step != _ABOUT_THE_SESSION] or list(steps)
    if not free:
        raise ValueError("a template without steps has no place for a text")
    return {free[0]: entry.text}


def _known(front: FrontMatter) -> Heading:
    """What the front matter tells of the heading. Its title may be that of the series, with the theme apart."""
    named = headings.series_of(front.title or "", front.series) or Heading(title=front.title)
    title, part = headings.title_and_part(front.theme or named.title or "")
    return Heading(
        series=front.series or named.series,
        number=front.number or named.number,
        is_final=front.is_final or named.is_final,
        title=title or None,
        part=front.part or part,
    )
