"""Bring parsed entries into a trainee's series, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from portfolio.errors import N_, Refused
from portfolio.models import (
    Cohort,
    Enrolment,
    Module,
    ModuleProgress,
    Reflection,
    Template,
    TrainingSession,
    Visibility,
    Words,
)
from portfolio.models.words import ANSWER_LENGTH, FACILITATOR_LENGTH, LARGEST_NUMBER, TITLE_LENGTH
from portfolio.transfer.entries import Entry, answers_for
from portfolio.transfer.matching import SessionFacts


@dataclass(frozen=True)
class Series:
    """Where entries go: a trainee, the sessions of the cohort, and what stands there already."""

    enrolment: Enrolment
    sessions: dict[int, TrainingSession]
    progress: dict[int, ModuleProgress]  # by module
    written: dict[int, Reflection]  # by session
    digests: frozenset[str]  # of what was brought in before

    @property
    def facts(self) -> list[SessionFacts]:
        """The sessions as the matcher wants them."""
        return [facts_of(session) for session in self.sessions.values()]


def load_series(session: Session, enrolment: Enrolment) -> Series:
    """All there is to know before entries are brought in."""
    sessions = session.scalars(
        sa.select(TrainingSession)
        .where(TrainingSession.cohort_id == enrolment.cohort_id, TrainingSession.is_expected)
        .where(TrainingSession.retired_at.is_(None))
        .options(
            joinedload(TrainingSession.cohort).selectinload(Cohort.holidays),
            joinedload(TrainingSession.module).joinedload(Module.agenda),
            joinedload(TrainingSession.template).selectinload(Template.prompts),
        )
        .order_by(TrainingSession.position)
    )
    progress = session.scalars(
        sa.select(ModuleProgress)
        .where(ModuleProgress.enrolment_id == enrolment.id)
        .options(joinedload(ModuleProgress.module))
    )
    written = session.scalars(
        sa.select(Reflection)
        .where(Reflection.enrolment_id == enrolment.id)
        .options(selectinload(Reflection.submissions), joinedload(Reflection.progress))
    ).all()
    return Series(
        enrolment=enrolment,
        sessions={found.id: found for found in sessions},
        progress={row.module_id: row for row in progress},
        written={reflection.training_session_id: reflection for reflection in written},
        digests=frozenset(reflection.import_digest for reflection in written if reflection.import_digest),
    )


def facts_of(session: TrainingSession) -> SessionFacts:
    """What the matcher needs to know of a session. Needs `module`, its `agenda` and `template` loaded."""
    return SessionFacts(
        id=session.id,
        title_id=session.title["id"],
        title_en=session.title["en"],
        module_slug=session.module.slug,
        module_title_id=session.module.title["id"],
        module_title_en=session.module.title["en"],
        agenda_slug=session.module.agenda.slug,
        position=session.position,
        part=session.part,
        parts=session.module.parts,
        starts_on=session.opens_on,
        ends_on=session.due_on,
        template=session.template.slug if session.template else "none",
    )


def words_of(entry: Entry, session: TrainingSession) -> Words:
    """What an entry says, in the fields of the session's template. Refused when a text is longer than we keep."""
    assert session.template is not None  # only slots are offered for matching
    answers = answers_for(entry, [prompt.key for prompt in session.template.prompts])
    for text in _texts(answers.values()):
        if len(text) > ANSWER_LENGTH:
            raise Refused(N_("One of its texts has more than %(most)d characters."), most=ANSWER_LENGTH)
    number = entry.number if entry.number and entry.number <= LARGEST_NUMBER else None
    return Words(
        title=(entry.title or str(session.theme))[:TITLE_LENGTH],
        number=None if session.template.is_final else number,
        part=entry.part or (session.part if session.module.parts > 1 else None),
        session_date=entry.session_date or session.opens_on,
        facilitator=(entry.facilitator or session.facilitator)[:FACILITATOR_LENGTH],
        answers=answers,
    )


def bring_in(entry: Entry, series: Series, session: TrainingSession, *, now: datetime) -> Reflection:
    """The entry as a draft of its writer: nobody else sees it until it is submitted.

    Refused when the session has a text already; that one is never overwritten.
    """
    words = words_of(entry, session)
    reflection = series.written.get(session.id)
    if reflection is None:
        progress = series.progress[session.module_id]
        reflection = Reflection.begin(series.enrolment, session, progress, number=words.number, now=now)
    elif reflection.words.texts or reflection.submitted_at is not None:
        raise Refused(N_("There is a reflection for “%(session)s” already."), session=str(session.title))
    visibility = Visibility(entry.visibility) if entry.visibility else Visibility.MENTOR
    reflection.write(words, version=reflection.version, visibility=visibility, now=now)
    reflection.import_digest = entry.digest
    series.written[session.id] = reflection
    return reflection


def _texts(answers: Iterable[str | Sequence[str]]) -> Iterable[str]:
    for answer in answers:
        yield from ([answer] if isinstance(answer, str) else answer)
