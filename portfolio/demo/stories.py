"""What happens to one reflection of the demo: a story tells when its next event comes, and then lets it happen."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from babel.dates import format_date

from portfolio import clock
from portfolio.demo.cast import Writer, words
from portfolio.demo.pointing import asked_about
from portfolio.models import (
    Enrolment,
    Language,
    ModuleProgress,
    Outcome,
    ReadEvent,
    Reason,
    Reflection,
    Review,
    TrainingSession,
    User,
    Visibility,
    Words,
)
from portfolio.transfer.entries import Entry
from portfolio.transfer.importing import words_of

Story = Iterator[datetime]
_FULL_DATE = re.compile(r"(Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu), \d{1,2} \w+ \d{4}")
EVENING, MORNING = time(19, 5), time(9, 10)


@dataclass(frozen=True)
class Actors:
    """Those who read and decide."""

    mentors: dict[str, User]  # by group
    coach: User
    organiser: User


@dataclass
class Pace:
    """How quickly somebody writes, and how quickly they are answered."""

    random: random.Random
    behind: int

    def skips(self, before: int) -> bool:
        """Whether the session so many before today's is not written about; most have not begun with today's."""
        return before < self.behind or (before == 0 and self.random.random() < 0.8)

    def is_returned(self) -> bool:
        """Whether a first text is sent back."""
        return self.random.random() < 0.14

    def answer_days(self, group: str) -> int:
        """After how many working days a mentor answers: within the promise mostly; one of them seldom."""
        return self.random.choice((2, 3, 3, 4, 5) if group == "C" else (1, 1, 1, 2, 2, 3))

    def later(self, hours: float) -> timedelta:
        """About so many hours."""
        return timedelta(minutes=round(hours * 60 * self.random.uniform(0.6, 1.4)))


@dataclass(frozen=True)
class Scene:
    """A trainee and a session."""

    enrolment: Enrolment
    session: TrainingSession
    progress: ModuleProgress
    writer: Writer
    actors: Actors
    pace: Pace
    number: int

    def evening(self) -> datetime:
        """The evening of the session."""
        return self._moment(self.session.opens_on, EVENING) + timedelta(minutes=self.pace.random.randrange(170))

    def office_hour(self, after: datetime, working_days: int) -> datetime:
        """Some hour at work, so many working days later."""
        cohort = self.session.cohort
        day = cohort.calendar.after(cohort.today(after), working_days)
        return self._moment(day, MORNING) + timedelta(minutes=self.pace.random.randrange(400))

    def _moment(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=clock.zone(self.session.cohort.time_zone))

    def begin(self, now: datetime) -> Reflection:
        """An empty draft."""
        return Reflection.begin(self.enrolment, self.session, self.progress, number=self.number, now=now)

    def words(self, entry: Entry | None = None) -> Words:
        """What the trainee has to say."""
        if entry is not None:
            return self._retold(words_of(entry, self.session))
        title, answers = self.writer.entry(self.session.slug)
        return Words(
            title=title,
            number=self.number,
            part=self.session.part if self.session.module.parts > 1 else None,
            session_date=self.session.opens_on,
            facilitator=self.session.facilitator,
            answers=answers,
            tags=self._topics(),
        )

    def _retold(self, said: Words) -> Words:
        """An entry of the diaries, as if it had been written about this session: its days are those of the cohort."""
        held = format_date(self.session.opens_on, "EEEE, d MMMM y", locale="id")
        told = {
            key: _FULL_DATE.sub(held, answer)
            if isinstance(answer, str)
            else [_FULL_DATE.sub(held, text) for text in answer]
            for key, answer in said.answers.items()
        }
        return replace(said, answers=told, number=self.number, session_date=self.session.opens_on, tags=self._topics())

    def _topics(self) -> tuple[str, ...]:
        """None, one or two, as people do; those who write in English have none of these."""
        if self.enrolment.user.language is Language.ENGLISH:
            return ()
        known = words()["tags"].get(self.session.module.slug, [])
        return tuple(known[: (self.session.position + len(self.writer.name)) % 3])

    @property
    def mentor(self) -> User:
        """The mentor of the trainee's group."""
        return self.actors.mentors[self.enrolment.group]


def written(scene: Scene, *, entry: Entry | None, returned: bool, stays: bool, shared: bool = False) -> Story:
    """Written on the evening, answered by the mentor (once returned, perhaps), then by the coach, and talked about."""
    pace, talk = scene.pace, words()["talk"]
    now = scene.evening()
    yield now
    reflection = scene.begin(now - pace.later(0.6))
    visibility = Visibility.COHORT if pace.random.random() < 0.2 or shared else Visibility.MENTOR
    write(reflection, scene.words(entry), now, visibility)
    reflection.submit(levels=own_levels(reflection), now=now)
    if returned:
        now = scene.office_hour(now, 1 if stays else pace.answer_days(scene.enrolment.group))
        yield now
        if stays:
            asked_about(reflection, by=scene.mentor, now=now - timedelta(minutes=9))
        decide(reflection, scene.mentor, Outcome.RETURNED, pace.random.choice(talk["returned"]), now)
        if stays:
            return
        now = scene.office_hour(now, pace.random.choice((1, 1, 2, 4))) + timedelta(hours=8)
        yield now
        write(reflection, _improved(reflection.words, scene.writer.addition()), now, visibility)
        reflection.submit(levels=own_levels(reflection), now=now)
    now = scene.office_hour(now, pace.answer_days(scene.enrolment.group))
    yield now
    praise = pace.random.choice(talk["accepted"]) if pace.random.random() < 0.7 else ""
    decide(reflection, scene.mentor, Outcome.ACCEPTED, praise, now)
    if pace.random.random() < 0.3:
        yield from _talk(reflection, scene, now)
    now = scene.office_hour(now, pace.random.choice((1, 1, 2, 2, 3)))
    yield now
    praise = pace.random.choice(talk["coach_accepted"]) if pace.random.random() < 0.35 else ""
    decide(reflection, scene.actors.coach, Outcome.ACCEPTED, praise, now)


def returned_again(scene: Scene) -> Story:
    """Returned, written anew, and returned once more, each on the next working day; it is with its writer."""
    now, reasons = scene.evening(), words()["talk"]["returned"]
    yield now
    reflection, said = scene.begin(now - scene.pace.later(0.6)), scene.words()
    for reason in reasons[:2]:
        write(reflection, said, now, Visibility.MENTOR)
        reflection.submit(levels=own_levels(reflection), now=now)
        now = scene.office_hour(now, 1)
        yield now
        decide(reflection, scene.mentor, Outcome.RETURNED, reason, now)
        now, said = now + timedelta(hours=8), _improved(reflection.words, scene.writer.addition())
        yield now


def _talk(reflection: Reflection, scene: Scene, now: datetime) -> Story:
    thread = scene.pace.random.choice(words()["talk"]["threads"])
    who = {"mentor": scene.mentor, "coach": scene.actors.coach, "trainee": scene.enrolment.user}
    now += scene.pace.later(1)
    yield now
    first = reflection.comment(thread["text"], by=who[thread["by"]], now=now)
    for reply in thread["replies"]:
        now += scene.pace.later(3)
        yield now
        reflection.comment(reply["text"], by=who[reply["by"]], now=now, reply_to=first)
    if thread["replies"][-1:] and thread["replies"][-1]["by"] == "trainee":  # who had the last word waits for nobody
        now += timedelta(hours=20)
        yield now
        first.resolve(by=who[thread["by"]], now=now)


def left_as_draft(scene: Scene, now: datetime) -> Story:
    """Begun and not finished."""
    yield now
    reflection, begun = scene.begin(now), scene.words()
    opening = {key: begun.answers[key] for key in ("discussed",) if key in begun.answers}
    write(reflection, replace(begun, answers=opening), now, Visibility.MENTOR)


def excused(scene: Scene) -> Story:
    """Nothing was expected that day."""
    now = scene.office_hour(scene.evening(), 0)
    yield now
    reflection = Reflection.begin(scene.enrolment, scene.session, scene.progress, number=None, now=now)
    reflection.excuse("Sakit, dengan surat keterangan dokter.", by=scene.actors.organiser, now=now)


def write(reflection: Reflection, said: Words, now: datetime, visibility: Visibility) -> None:
    """Keep what is said."""
    reflection.write(said, version=reflection.version, visibility=visibility, now=now)


def decide(reflection: Reflection, by: User, outcome: Outcome, feedback: str, now: datetime) -> None:
    """Somebody opens the round that was handed in, and decides on it a little later."""
    submission = reflection.latest
    assert submission is not None  # only what was handed in is decided on
    ReadEvent(
        cohort_id=reflection.cohort.id,
        submission=submission,
        reader_id=by.id,
        reason=Reason.REVIEW,
        read_at=now - timedelta(minutes=6),
    )
    levels = levels_of(reflection, by.name, share=0.8)
    Review.decide(reflection, outcome, feedback, round=submission.round, levels=levels, by=by, now=now)


def own_levels(reflection: Reflection) -> dict[str, float]:
    """How a writer sees their own text: about half of them say."""
    return levels_of(reflection, f"{reflection.enrolment.user.name}'s own", share=0.5)


def levels_of(reflection: Reflection, who: str, *, share: float) -> dict[str, float]:
    """What somebody chooses from the rubric of a module; by a chance of its own, so that nothing else depends on it."""
    rubric = reflection.session.module.rubric
    chance = random.Random(f"{who}, {reflection.session.slug}, {len(reflection.submissions)}")
    if rubric is None or chance.random() > share:
        return {}
    middle = rubric.scale[1:]  # nobody here has only copied
    return {criterion.key: chance.choice(middle) for criterion in rubric.criteria}


def _improved(said: Words, addition: str) -> Words:
    """The same entry with what was asked for."""
    answers = dict(said.answers)
    view = answers.get("view", "")
    if isinstance(view, str):
        answers["view"] = f"{view}\n\n{addition}".strip()
    return replace(said, answers=answers)
