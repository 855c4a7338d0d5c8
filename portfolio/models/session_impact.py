"""What a change of a cohort's sessions stands on, and what it would do, known before anything is done."""

from collections.abc import Callable, Mapping, Sequence
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
    """What a change would do, as counts of trainees; `required` is what the module's rule asks for then."""

    rule: Effect
    required: int
    late: int = 0  # are late at once
    in_time: int = 0  # are no longer late
    outlived: int = 0  # have more time of their own, which then is no more than everybody has
    drafts: int = 0  # have a draft about it that is not handed in
    requests: int = 0  # asked about it and have no answer
    excused: int = 0  # were excused from it, and still owe one less though the rule asks for less


@dataclass(frozen=True)
class Ground:
    """What a change stands on, as it is stored now; to be changed, it is read under lock.

    `sessions` are all of the cohort in their order, `rows` the progress of all who are in it, `rules` the earlier
    changes of the module's rule, `made` how often sessions of the cohort were changed. `owing` has an entry for
    everybody who has yet to hand in about the session: the day of their own, if they have one.
    """

    cohort: Cohort  # with its holidays
    module: Module
    sessions: Sequence[TrainingSession]
    rows: Sequence[ModuleProgress]
    beside: Sequence[ModuleProgress]  # in the modules that wait for this one, or for which it waits
    rules: Sequence[RuleChange]
    made: int
    owing: Sequence[date | None]
    days: Mapping[int, date]  # of their own, for the session, by the id of the enrolment
    today: date
    drafts: int = 0
    requests: int = 0
    excused: int = 0

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
        if wanted.template is None:
            return self._impact(self.module.required)
        owed = self._late(wanted.due_on)
        return self._impact(self.module.required + wanted.asks_more, late=owed)

    def if_moved(
        self, session: TrainingSession, opens_on: date, due_on: date, *, is_day_off_meant: bool = False
    ) -> Impact:
        """What other days would do, or why they cannot be. What stays as it is, is not asked about."""
        self._is_there(session)
        self._fits("opens_on", opens_on, self.cohort.starts_on, is_day_off_meant or opens_on == session.opens_on)
        self._fits("due_on", due_on, opens_on, is_day_off_meant or due_on == session.due_on)
        if (opens_on, due_on) == (session.opens_on, session.due_on):
            raise Refused(N_("These are its days already."))
        were, would_be = self._late_ones(session.due_on), self._late_ones(due_on)
        return self._impact(
            self.module.required,
            lambda row: self.due(row, session, due_on),
            late=sum(then and not now for now, then in zip(were, would_be, strict=True)),
            in_time=sum(now and not then for now, then in zip(were, would_be, strict=True)),
            outlived=sum(own is not None and session.due_on < own <= due_on for own in self.owing),
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
            in_time=self._late(session.due_on),
            drafts=self.drafts,
            requests=self.requests,
            excused=self.excused if required < self.module.required else 0,
        )

    def if_brought_back(self, session: TrainingSession, *, asks_more: bool = False) -> Impact:
        """What it would do that it is expected again."""
        if session.retired_at is None:
            raise Refused(N_("This session is not retired."))
        more = asks_more and session.is_expected
        return self._impact(
            self.module.required + more,
            late=self._late(session.due_on),
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

    def _late_ones(self, due_on: date) -> list[bool]:
        return [max(due_on, own or due_on) < self.today for own in self.owing]

    def _late(self, due_on: date) -> int:
        return sum(self._late_ones(due_on))

    def due_on(self, row: ModuleProgress, due_on: date) -> date:
        """The day by which one trainee is to hand in, where `due_on` holds for everybody."""
        return max(due_on, self.days.get(row.enrolment_id, due_on))

    def due(self, row: ModuleProgress, session: TrainingSession, due_on: date) -> Mapping[int, Mark]:
        """What would be kept of a trainee's reflections, were this session due by another day."""
        marks = row.marks
        if session.id in marks:
            marks[session.id] = replace(marks[session.id], due_on=self.due_on(row, due_on))
        return marks

    def _impact(
        self, required: int, due: Callable[[ModuleProgress], Mapping[int, Mark]] | None = None, **counts: int
    ) -> Impact:
        rule = self.asking_for(required)
        return Impact(Effect.of(self.rows, rule, beside=self.beside, due=due), required, **counts)
