"""What a change of a cohort's sessions stands on, and what it would do, known before anything is done."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from typing import Any

from portfolio.database import Bilingual
from portfolio.errors import N_, Refused
from portfolio.models.asked import Mark, Rule
from portfolio.models.cohort import Cohort, Mode, Module, TrainingSession
from portfolio.models.progress import ModuleProgress
from portfolio.models.rubric import Template
from portfolio.models.rule import Effect, RuleChange

Marks = Callable[[ModuleProgress], Mapping[int, Mark]]  # what would be kept of somebody's reflections
FAR = 60  # days between two sessions, from which on the wrong month or year may have been typed


class Misplaced(Refused):
    """A rule said no to what stands in one field, which is named."""

    def __init__(self, field: str, sentence: str, **values: Any) -> None:
        super().__init__(sentence, **values)
        self.field = field


class DayOff(Misplaced):
    """A day on which the cohort does not work, which may be meant; the nearest on which it does is named."""

    def __init__(self, field: str, day: date, nearest: date) -> None:
        sentence = N_("This cohort does not work on %(day)s. The nearest working day is %(nearest)s.")
        super().__init__(field, sentence, day=day, nearest=nearest)
        self.nearest = nearest


@dataclass(frozen=True)
class Wanted:
    """A session that is to be added: what it is, and where it stands."""

    title: Bilingual
    after: TrainingSession | None  # of the same module; none: it comes first
    opens_on: date
    due_on: date
    mode: Mode
    facilitator: str = ""
    template: Template | None = None  # none: no reflection is expected
    asks_more: bool = False  # the module's rule asks for one more
    is_day_off_meant: bool = False


@dataclass(frozen=True)
class Impact:
    """What a change would do, as counts of trainees; `required` is what the module's rule asks for then.

    Late is said of the session that changes, and of nobody whose module is complete without it.
    """

    rule: Effect
    required: int
    late: int = 0  # are late with it at once
    in_time: int = 0  # are no longer late with it
    outlived: int = 0  # have more time of their own, which then is no more than everybody has
    drafts: int = 0  # have a draft about it that is not handed in
    requests: int = 0  # asked about it and have no answer
    excused: int = 0  # were excused from it, and still owe one less though the rule asks for less
    # Days between it and others that are so many that they may not be meant, or none.
    after_last: int = 0  # after the last of the others
    before_previous: int = 0  # before the one that has the number before
    after_next: int = 0  # after the one that has the number after
    open_for: int = 0  # from its opening to its last day

    @property
    def is_nothing(self) -> bool:
        """Whether it makes no difference to anybody at once."""
        touched = (self.late, self.in_time, self.outlived, self.drafts, self.requests, self.excused)
        return not any(touched) and self.rule.is_nothing


@dataclass(frozen=True)
class Ground:
    """What a change stands on, as it is stored now; to be changed, it is read under lock.

    `sessions` are all of the cohort in their order, `rows` the progress of all who are in it, `rules` the earlier
    changes of the module's rule, `made` how often sessions of the cohort were changed. `owing` are the enrolments that
    have yet to hand in about the session. `lowered` is what the rule asked for before the session was retired, and
    what it asked for then, if that was less.
    """

    cohort: Cohort  # with its holidays
    module: Module
    sessions: Sequence[TrainingSession]
    rows: Sequence[ModuleProgress]
    beside: Sequence[ModuleProgress]  # in the modules that wait for this one, or for which it waits
    rules: Sequence[RuleChange]
    made: int
    owing: Collection[int]
    days: Mapping[int, date]  # of their own, for the session, by the id of the enrolment
    today: date
    drafts: int = 0
    requests: int = 0
    excused: int = 0
    lowered: tuple[int, int] | None = None

    @property
    def parts(self) -> list[TrainingSession]:
        """The sessions of the module, retired or not."""
        return [session for session in self.sessions if session.module_id == self.module.id]

    @property
    def titles(self) -> dict[int, Bilingual]:
        """What the modules of the cohort are called, by their ids."""
        return {module.id: module.title for module in self.cohort.modules}

    def asking_for(self, required: int) -> Rule:
        """The rule of the module, if it asked for so many."""
        return replace(self.module.rule, required=required)

    @property
    def slots(self) -> int:
        """How many reflections the module expects."""
        return sum(session.is_slot for session in self.parts)

    @property
    def asks_for_all(self) -> bool:
        """Whether the rule asks for every reflection that the module expects."""
        return self.module.required >= self.slots

    @property
    def asks_again(self) -> bool:
        """Whether what was taken off the rule with the session is to be put back with it, unless somebody objects."""
        return self.lowered is not None and self.asks_for_all

    def mark(self, impact: Impact) -> str:
        """What was looked at, as a short text: another one as soon as anything of it is different."""
        figures = [*astuple(impact.rule), *astuple(impact)[1:]]
        return "-".join(str(figure) for figure in (self.made, len(self.rules), self.module.required, *figures))

    def before(self, session: TrainingSession) -> TrainingSession | None:
        """The part that comes before this one in the module."""
        place = self.parts.index(session)
        return self.parts[place - 1] if place else None

    def if_added(self, wanted: Wanted) -> Impact:
        """What a new session would do, or why it cannot be."""
        if wanted.after is not None and wanted.after not in self.parts:
            raise Misplaced("after", N_("A session stays in its module. Choose a place there."))
        self._fits("opens_on", wanted.opens_on, self.cohort.starts_on, wanted.is_day_off_meant)
        self._fits("due_on", wanted.due_on, wanted.opens_on, wanted.is_day_off_meant)
        far = self._far(None, wanted.after, wanted.opens_on, wanted.due_on)
        if wanted.template is None:
            return self._impact(self.module.required, None, **far)
        required = self.module.required + wanted.asks_more
        return self._impact(required, None, late=len(self._late(wanted.due_on, required)), **far)

    def if_moved(
        self, session: TrainingSession, opens_on: date, due_on: date, *, is_day_off_meant: bool = False
    ) -> Impact:
        """What other days would do, or why they cannot be. What stays as it is, is not asked about."""
        self._is_there(session)
        self._fits("opens_on", opens_on, self.cohort.starts_on, is_day_off_meant or opens_on == session.opens_on)
        self._fits("due_on", due_on, opens_on, is_day_off_meant or due_on == session.due_on)
        if (opens_on, due_on) == (session.opens_on, session.due_on):
            raise Refused(N_("These are its days already."))
        required = self.module.required

        def due(row: ModuleProgress) -> Mapping[int, Mark]:
            return self.due(row, session, due_on)

        were, would_be = self._late(session.due_on), self._late(due_on, required, due)
        owned = [self.days[place] for place in self.owing if place in self.days]
        return self._impact(
            required,
            due,
            late=len(would_be - were),
            in_time=len(were - would_be),
            outlived=sum(session.due_on < own <= due_on for own in owned),
            **self._far(session, self.before(session), opens_on, due_on),
        )

    def if_renumbered(self, session: TrainingSession, after: TrainingSession | None) -> Impact:
        """What another place in the module would do: nothing but that, or why it cannot be."""
        self._is_there(session)
        if after is session or (after is not None and after not in self.parts):
            raise Misplaced("after", N_("A session stays in its module. Choose a place there."))
        if after is self.before(session):
            raise Refused(N_("It has this place already."))
        return self._impact(self.module.required)

    def if_retired(self, session: TrainingSession) -> Impact:
        """What it would do that nothing is expected any more. A rule that nobody could meet then asks for less."""
        self._is_there(session)
        required = min(self.module.required, self.slots - session.is_slot)
        return self._impact(
            required,
            in_time=len(self._late(session.due_on)),
            drafts=self.drafts,
            requests=self.requests,
            excused=self.excused if required < self.module.required else 0,
        )

    def if_brought_back(self, session: TrainingSession, *, asks_more: bool = False) -> Impact:
        """What it would do that it is expected again."""
        if session.retired_at is None:
            raise Refused(N_("This session is not retired."))
        required = self.module.required + (asks_more and session.is_expected)
        return self._impact(
            required,
            late=len(self._late(session.due_on, required)),
            drafts=self.drafts,
            requests=self.requests,
        )

    def _is_there(self, session: TrainingSession) -> None:
        if session.retired_at is not None:
            raise Refused(N_("This session is retired. Bring it back first."))

    def _fits(self, field: str, day: date, earliest: date, is_day_off_meant: bool) -> None:
        if day < earliest and field == "opens_on":
            raise Misplaced(field, N_("This cohort starts on %(day)s. Choose that day or a later one."), day=earliest)
        if day < earliest:
            sentence = N_("A session cannot be due before it opens. Choose %(day)s or a later one.")
            raise Misplaced(field, sentence, day=earliest)
        if not is_day_off_meant and not self.cohort.calendar.is_working(day):
            raise DayOff(field, day, self._nearest(day, earliest))

    def _nearest(self, day: date, earliest: date) -> date:
        # Of two that are as near, the later one: it takes nobody's time.
        later = self.cohort.calendar.nth(day, 1)
        earlier = day
        while earlier >= earliest and not self.cohort.calendar.is_working(earlier):
            earlier -= timedelta(days=1)
        return earlier if earliest <= earlier and day - earlier < later - day else later

    def _late(self, due_on: date, required: int | None = None, due: Marks | None = None) -> frozenset[int]:
        """Who has not handed in by their day, and needs to: now, or where the rule will ask for so many."""
        complete = {row.enrolment_id for row in self.rows if row.completed_at is not None}
        if required is not None:
            complete |= Effect.gainers(self.rows, self.asking_for(required), beside=self.beside, due=due)
        past = {place for place in self.owing if max(due_on, self.days.get(place, due_on)) < self.today}
        return frozenset(past - complete)

    def _far(
        self, session: TrainingSession | None, after: TrainingSession | None, opens_on: date, due_on: date
    ) -> dict[str, int]:
        """What looks like the wrong month or year. Days that stay, and sessions that are retired, are no matter."""
        others = [one for one in self.sessions if one is not session and one.retired_at is None]
        first = min((one.position for one in self.parts if one is not session), default=0)
        place = session.position if session else after.position + 0.5 if after else first - 0.5
        gaps = {"after_last": 0, "before_previous": 0, "after_next": 0, "open_for": (due_on - opens_on).days}
        if others and (session is None or opens_on != session.opens_on):
            previous = [one.opens_on for one in others if one.position < place][-1:]
            following = [one.opens_on for one in others if one.position > place][:1]
            gaps["after_last"] = (opens_on - max(one.opens_on for one in others)).days
            gaps["before_previous"] = max(((day - opens_on).days for day in previous), default=0)
            gaps["after_next"] = max(((opens_on - day).days for day in following), default=0)
        if session is not None and due_on == session.due_on:
            gaps["open_for"] = 0
        if gaps["after_last"] > FAR:  # which says it already
            gaps["after_next"] = 0
        return {name: days if days > FAR else 0 for name, days in gaps.items()}

    def due_on(self, row: ModuleProgress, due_on: date) -> date:
        """The day by which one trainee is to hand in, where `due_on` holds for everybody."""
        return max(due_on, self.days.get(row.enrolment_id, due_on))

    def due(self, row: ModuleProgress, session: TrainingSession, due_on: date) -> Mapping[int, Mark]:
        """What would be kept of a trainee's reflections, were this session due by another day."""
        marks = row.marks
        if session.id in marks:
            marks[session.id] = replace(marks[session.id], due_on=self.due_on(row, due_on))
        return marks

    def _impact(self, required: int, due: Marks | None = None, **counts: int) -> Impact:
        effect = Effect.of(self.rows, self.asking_for(required), beside=self.beside, due=due)
        if required == self.module.required:  # who was kept complete by an earlier rule is so no more and no less
            effect = replace(effect, keep=0, stay=effect.stay + effect.keep)
        return Impact(effect, required, **counts)
