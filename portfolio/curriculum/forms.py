"""The forms in which a change of a session is tried, and published: each knows what it would do, and how it is done."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portfolio.database import Bilingual
from portfolio.models import (
    DayOff,
    Ground,
    Impact,
    Misplaced,
    Mode,
    SessionChange,
    Template,
    TrainingSession,
    User,
    Wanted,
)
from portfolio.models.rule import RULE_REASON_LENGTH
from portfolio.models.words import FACILITATOR_LENGTH
from portfolio.web.filters import refusal, words
from portfolio.web.forms import Day, Form, Line, Text

TITLE_LENGTH = 150
MARK_LENGTH = 200
FIRST = 0  # in place of the id of a session that it would follow
NO_TEMPLATE = 0
AGREED = ("reason", "seen")


class ChangeForm(Form):
    """A change; to be published with the reason, and the mark of what was shown."""

    reason = Text(lazy_gettext("Why this changes"), length=RULE_REASON_LENGTH, needed=True)
    seen = Line(length=MARK_LENGTH, needed=True)
    day_off: DayOff | None = None  # that has to be meant, or another day

    def is_read(self) -> bool:
        """Whether what is to be tried could be read."""
        wrong = [field.name for field in self if field.name not in AGREED and not field.validate(self)]
        return not wrong

    def tried(self, ground: Ground, session: Any = None) -> Impact | None:
        """What it would do; none if it cannot be, which is then said beside the field."""
        if not self.is_read():
            return None
        try:
            return self.impact(ground, session)
        except Misplaced as no:
            self[no.field].errors = [refusal(no)]
            self.day_off = no if isinstance(no, DayOff) else None
            return None

    def impact(self, ground: Ground, session: TrainingSession) -> Impact:
        """What it would do, of a form that is well filled."""
        raise NotImplementedError

    def publish(self, ground: Ground, session: TrainingSession, *, by: User, now: datetime) -> SessionChange:
        """Do it."""
        raise NotImplementedError

    def offer(self, ground: Ground, session: TrainingSession) -> None:
        """Let what can be chosen be known."""


class DaysForm(ChangeForm):
    """Other days."""

    opens_on = Day(lazy_gettext("Held on, or from"), needed=True)
    due_on = Day(lazy_gettext("Reflections are due on"), needed=True)
    meant = BooleanField(lazy_gettext("The day off is meant"))

    def impact(self, ground: Ground, session: TrainingSession) -> Impact:
        return ground.if_moved(session, *self._days, is_day_off_meant=self.meant.data)

    def publish(self, ground: Ground, session: TrainingSession, *, by: User, now: datetime) -> SessionChange:
        return SessionChange.move(
            ground, session, *self._days, self.reason.data, is_day_off_meant=self.meant.data, seen=self.seen.data,
            by=by, now=now,
        )  # fmt: skip

    @property
    def _days(self) -> tuple[date, date]:
        assert self.opens_on.data is not None
        assert self.due_on.data is not None
        return self.opens_on.data, self.due_on.data


def _place_field() -> SelectField:
    return SelectField(lazy_gettext("Place in the module"), coerce=int, choices=[])


def _places(parts: Sequence[TrainingSession]) -> list[tuple[int, str]]:
    after = [(one.id, gettext("After %(title)s", title=words(one.title))) for one in parts]
    return [(FIRST, gettext("First in the module")), *after]


def _chosen(parts: Sequence[TrainingSession], id: int) -> TrainingSession | None:
    return next((one for one in parts if one.id == id), None)


class PlaceForm(ChangeForm):
    """Another place in the module."""

    after = _place_field()

    def offer(self, ground: Ground, session: TrainingSession) -> None:
        self.after.choices = _places([one for one in ground.parts if one is not session])
        if not self.after.raw_data:
            before = ground.before(session)
            self.after.data = before.id if before else FIRST

    def impact(self, ground: Ground, session: TrainingSession) -> Impact:
        return ground.if_renumbered(session, _chosen(ground.parts, self.after.data))

    def publish(self, ground: Ground, session: TrainingSession, *, by: User, now: datetime) -> SessionChange:
        after = _chosen(ground.parts, self.after.data)
        return SessionChange.renumber(ground, session, after, self.reason.data, seen=self.seen.data, by=by, now=now)


class RetireForm(ChangeForm):
    """It is expected no more."""

    def impact(self, ground: Ground, session: TrainingSession) -> Impact:
        return ground.if_retired(session)

    def publish(self, ground: Ground, session: TrainingSession, *, by: User, now: datetime) -> SessionChange:
        return SessionChange.retire(ground, session, self.reason.data, seen=self.seen.data, by=by, now=now)


class ReturnForm(ChangeForm):
    """It is expected again."""

    asks_more = BooleanField(lazy_gettext("The module’s rule asks for one more reflection"))

    def offer(self, ground: Ground, session: TrainingSession) -> None:
        if self.asks_more.raw_data is None:  # nothing was chosen yet
            self.asks_more.data = ground.asks_again

    def impact(self, ground: Ground, session: TrainingSession) -> Impact:
        return ground.if_brought_back(session, asks_more=self.asks_more.data)

    def publish(self, ground: Ground, session: TrainingSession, *, by: User, now: datetime) -> SessionChange:
        return SessionChange.bring_back(
            ground, session, self.reason.data, asks_more=self.asks_more.data, seen=self.seen.data, by=by, now=now
        )


class AddForm(DaysForm):
    """A new session."""

    title_id = Line(lazy_gettext("Title in Indonesian"), length=TITLE_LENGTH, needed=True)
    title_en = Line(lazy_gettext("Title in English"), length=TITLE_LENGTH, needed=True)
    after = _place_field()
    mode = RadioField(
        lazy_gettext("How it is held"),
        choices=[
            SelectChoice(Mode.IN_PERSON.value, lazy_gettext("In person")),
            SelectChoice(Mode.ONLINE.value, lazy_gettext("Online")),
            SelectChoice(Mode.SELF_PACED.value, lazy_gettext("Self-paced")),
            SelectChoice(Mode.WORKPLACE.value, lazy_gettext("At the workplace")),
        ],
        validators=[InputRequired(lazy_gettext("Choose one of these."))],
    )
    facilitator = Line(lazy_gettext("Facilitator"), length=FACILITATOR_LENGTH)
    template = SelectField(lazy_gettext("Reflection"), coerce=int, choices=[])
    asks_more = BooleanField(lazy_gettext("The module’s rule asks for one more reflection"))

    @classmethod
    def proposed(cls, ground: Ground) -> "AddForm":
        """As the part before it, on the next working day; one more is asked for where all were."""
        last = ground.parts[-1] if ground.parts else None
        next_day = ground.cohort.calendar.nth(max(ground.today, ground.cohort.starts_on), 1)
        return cls(
            data={
                "after": last.id if last else FIRST,
                "opens_on": next_day,
                "due_on": next_day,
                "mode": (last.mode if last else Mode.IN_PERSON).value,
                "facilitator": last.facilitator if last else "",
                "template": last.template_id or NO_TEMPLATE if last else NO_TEMPLATE,
                "asks_more": ground.asks_for_all,
            }
        )

    def know(self, ground: Ground, templates: Sequence[Template]) -> None:
        """Let what can be chosen be known."""
        self.templates = templates
        self.after.choices = _places(ground.parts)
        expected = [(one.id, gettext("Expected: %(template)s", template=words(one.title))) for one in templates]
        self.template.choices = [*expected, (NO_TEMPLATE, gettext("Not expected"))]

    def wanted(self, ground: Ground) -> Wanted:
        """The session that is to be, of a form that is well filled."""
        opens_on, due_on = self._days
        return Wanted(
            title=Bilingual({"id": self.title_id.data, "en": self.title_en.data}),
            after=_chosen(ground.parts, self.after.data),
            opens_on=opens_on,
            due_on=due_on,
            mode=Mode(self.mode.data),
            facilitator=self.facilitator.data or "",
            template=next((one for one in self.templates if one.id == self.template.data), None),
            asks_more=self.asks_more.data,
            is_day_off_meant=self.meant.data,
        )

    def impact(self, ground: Ground, session: Any = None) -> Impact:
        return ground.if_added(self.wanted(ground))

    def publish(self, ground: Ground, session: Any = None, *, by: User, now: datetime) -> SessionChange:
        return SessionChange.add(ground, self.wanted(ground), self.reason.data, seen=self.seen.data, by=by, now=now)
