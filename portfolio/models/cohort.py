"""A cohort: one run of a programme, with a curriculum and a calendar of its own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio import clock
from portfolio.database import Base, Bilingual, word_of
from portfolio.errors import N_, Refused
from portfolio.models.asked import Basis, Rule
from portfolio.models.programme import Programme

if TYPE_CHECKING:
    from portfolio.models.account import User
    from portfolio.models.enrolment import Appointment, Enrolment
    from portfolio.models.rating import Rubric
    from portfolio.models.rubric import Template

COHORT_NAME_LENGTH = 80
PROMISED_WORKING_DAYS = 2
SIGNING = frozenset({"mentor", "coach", "supervisor"})  # the roles that may sign off


class Mode(Enum):
    """How a session is held."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    SELF_PACED = "self_paced"
    WORKPLACE = "workplace"


class Cohort(Base):
    """One run of a programme; its agendas, modules and sessions are rows of its own, to be corrected mid-course."""

    __tablename__ = "cohort"
    __table_args__ = (
        sa.CheckConstraint("promised_working_days between 0 and 60", name="promise_within_reason"),
        sa.CheckConstraint("length(name) > 0", name="has_a_name"),
        sa.CheckConstraint("(trust_set_at is null) = (trust_set_by_id is null)", name="trust_set_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(COHORT_NAME_LENGTH), unique=True)
    series: Mapped[str] = mapped_column(sa.String(COHORT_NAME_LENGTH))
    starts_on: Mapped[date]
    time_zone: Mapped[str] = mapped_column(sa.String(40))
    weekend: Mapped[list[int]] = mapped_column(sa.JSON)  # 0 is Monday
    sign_off_steps: Mapped[list[str]] = mapped_column(sa.JSON)  # roles, in the order in which they sign
    promised_working_days: Mapped[int] = mapped_column(default=PROMISED_WORKING_DAYS)
    is_promise_public: Mapped[bool] = mapped_column(default=False)  # with how it is kept, on a page for everybody
    guides_may_excuse: Mapped[bool] = mapped_column(default=False)  # and give more time, beside the organisers
    outcomes_published_at: Mapped[datetime | None]  # since then trainees see what the programme is for, and claim it
    trust_set_at: Mapped[datetime | None]  # when somebody last said whether they may
    trust_set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(lazy="raise")
    trust_set_by: Mapped["User | None"] = relationship(lazy="raise")
    agendas: Mapped[list["Agenda"]] = relationship(
        back_populates="cohort", lazy="raise", order_by="Agenda.position", cascade="all, delete-orphan"
    )
    modules: Mapped[list["Module"]] = relationship(back_populates="cohort", lazy="raise", order_by="Module.position")
    sessions: Mapped[list["TrainingSession"]] = relationship(
        back_populates="cohort", lazy="raise", order_by="TrainingSession.position"
    )
    holidays: Mapped[list["Holiday"]] = relationship(
        back_populates="cohort", lazy="raise", order_by="Holiday.day", cascade="all, delete-orphan"
    )
    rubrics: Mapped[list["Rubric"]] = relationship(
        back_populates="cohort", lazy="raise", order_by="Rubric.slug, Rubric.version", cascade="all, delete-orphan"
    )
    enrolments: Mapped[list["Enrolment"]] = relationship(back_populates="cohort", lazy="raise")
    appointments: Mapped[list["Appointment"]] = relationship(back_populates="cohort", lazy="raise")

    @property
    def calendar(self) -> clock.WorkCalendar:
        """The days this cohort works. Needs `holidays` loaded."""
        return clock.WorkCalendar(frozenset(self.weekend), frozenset(holiday.day for holiday in self.holidays))

    def today(self, now: datetime) -> date:
        """The day it is in the cohort's zone."""
        return clock.day_in(now, self.time_zone)

    def promise(self, since: datetime) -> date:
        """The day by which a reviewer promises to answer what waits since then. Needs `holidays` loaded."""
        return self.calendar.after(self.today(since), self.promised_working_days)

    def trust_guides(self, is_trusted: bool, *, by: "User", now: datetime) -> None:
        """Let those who guide a trainee excuse them and give them more time, or no longer; the same changes nothing."""
        if self.guides_may_excuse is not is_trusted:
            self.guides_may_excuse = is_trusted
            self.trust_set_at, self.trust_set_by, self.trust_set_by_id = now, by, by.id

    @classmethod
    def unfold(
        cls,
        programme: Programme,
        *,
        name: str,
        starts_on: date,
        time_zone: str,
        templates: Mapping[str, "Template"],
        now: datetime,
        series: str | None = None,
        weekend: Iterable[int] = (clock.SATURDAY, clock.SUNDAY),
        holidays: Mapping[date, str] | None = None,
        sign_off_steps: Sequence[str] = ("mentor",),
        promised_working_days: int = PROMISED_WORKING_DAYS,
        facilitators: Mapping[str, str] | None = None,
    ) -> "Cohort":
        """A cohort with its own copy of the programme's curriculum, dated from `starts_on`.

        `templates` holds every template by its slug; `facilitators` may name who leads a module, by the module's slug.
        """
        clock.zone(time_zone)
        if not sign_off_steps or len(set(sign_off_steps)) < len(sign_off_steps) or set(sign_off_steps) - SIGNING:
            raise ValueError(f"sign-off steps are some of {', '.join(sorted(SIGNING))}, each once")
        cohort = cls(
            programme=programme,
            name=name,
            series=series or programme.title["id"][:COHORT_NAME_LENGTH],
            starts_on=starts_on,
            time_zone=time_zone,
            weekend=sorted(set(weekend)),
            sign_off_steps=list(sign_off_steps),
            promised_working_days=promised_working_days,
            guides_may_excuse=False,
            created_at=now,
            holidays=[Holiday(day=day, name=named) for day, named in sorted((holidays or {}).items())],
        )
        calendar, first = cohort.calendar, {"module": 1, "session": 1}
        for position, agenda_pack in enumerate(programme.pack["agendas"], start=1):
            agenda = Agenda.from_pack(agenda_pack, cohort=cohort, position=position)
            for module_pack in agenda_pack["modules"]:
                module = Module.from_pack(module_pack, agenda=agenda, position=first["module"])
                module.unfold_sessions(
                    module_pack["sessions"],
                    first_position=first["session"],
                    calendar=calendar,
                    templates=templates,
                    facilitator=(facilitators or {}).get(module.slug, ""),
                )
                first["module"] += 1
                first["session"] += len(module.sessions)
        return cohort


class Holiday(Base):
    """A day on which a cohort does not work."""

    __tablename__ = "holiday"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(sa.String(120), default="")

    cohort: Mapped[Cohort] = relationship(back_populates="holidays", lazy="raise")


class Agenda(Base):
    """A block of the curriculum, with the outcome it is for."""

    __tablename__ = "agenda"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "slug"), sa.UniqueConstraint("cohort_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"))
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(sa.String(60))
    code: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[Bilingual]
    outcome: Mapped[Bilingual]

    cohort: Mapped[Cohort] = relationship(back_populates="agendas", lazy="raise")
    modules: Mapped[list["Module"]] = relationship(
        back_populates="agenda", lazy="raise", order_by="Module.position", cascade="all, delete-orphan"
    )

    @classmethod
    def from_pack(cls, pack: Mapping[str, Any], *, cohort: Cohort, position: int) -> "Agenda":
        """An agenda of a cohort as the pack has it, without its modules."""
        return cls(
            cohort=cohort,
            position=position,
            slug=pack["id"],
            code=str(pack["code"]),
            title=Bilingual(pack["title"]),
            outcome=Bilingual(pack["outcome"]),
        )


class Module(Base):
    """A module and its rule, which asked.py puts in words."""

    __tablename__ = "module"
    __table_args__ = (
        sa.UniqueConstraint("cohort_id", "slug"),
        sa.UniqueConstraint("cohort_id", "position"),
        sa.CheckConstraint("required >= 0", name="required_not_negative"),
        sa.CheckConstraint(
            "min_level between 0 and 9 and min_level * 2 = round(min_level * 2)", name="level_in_halves"
        ),
        sa.CheckConstraint("min_level is null or basis = 'accepted'", name="level_of_what_is_accepted"),
        sa.CheckConstraint("on_time between 1 and 100", name="share_within_reason"),
        sa.CheckConstraint("prerequisite_id != id", name="waits_for_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"))
    agenda_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(sa.String(60))
    code: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[Bilingual]
    outcomes: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON)
    required: Mapped[int]
    basis: Mapped[Basis] = mapped_column(word_of(Basis, "known_basis"), default=Basis.ACCEPTED)
    min_level: Mapped[float | None]
    on_time: Mapped[int | None]  # percent
    prerequisite_id: Mapped[int | None] = mapped_column(sa.ForeignKey("module.id", ondelete="SET NULL"), index=True)
    rubric_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rubric.id"), index=True)
    parts: Mapped[int]  # how many sessions it has

    cohort: Mapped[Cohort] = relationship(back_populates="modules", lazy="raise")
    agenda: Mapped[Agenda] = relationship(back_populates="modules", lazy="raise")
    rubric: Mapped["Rubric | None"] = relationship(lazy="raise")
    sessions: Mapped[list["TrainingSession"]] = relationship(
        back_populates="module", lazy="raise", order_by="TrainingSession.position", cascade="all, delete-orphan"
    )

    @classmethod
    def from_pack(cls, pack: Mapping[str, Any], *, agenda: Agenda, position: int) -> "Module":
        """A module as the pack has it, without its sessions; every expected reflection is required."""
        return cls(
            cohort=agenda.cohort,
            agenda=agenda,
            position=position,
            slug=pack["id"],
            code=str(pack["code"]),
            title=Bilingual(pack["title"]),
            outcomes=[dict(Bilingual(outcome)) for outcome in pack["outcomes"]],
            required=sum(session["reflection"]["expected"] for session in pack["sessions"]),
            parts=len(pack["sessions"]),
        )

    @property
    def rule(self) -> Rule:
        """What makes it complete."""
        return Rule(self.required, self.basis, self.min_level, self.on_time, self.prerequisite_id)

    @rule.setter
    def rule(self, rule: Rule) -> None:
        self.required, self.basis = rule.required, rule.basis
        self.min_level, self.on_time, self.prerequisite_id = rule.min_level, rule.on_time, rule.prerequisite_id

    def use(self, rubric: "Rubric | None") -> None:
        """Its reflections are looked at with this rubric, or with none, from now on; what was chosen before stays.

        The level that its rule asks for, if any, has to be in it.
        """
        if self.min_level is not None and (rubric is None or self.min_level not in rubric.scale):
            raise Refused(
                N_("The rule of “%(module)s” asks for a level of its rubric. Change the rule first."), module=self.title
            )
        self.rubric = rubric

    def unfold_sessions(
        self,
        packs: Sequence[Mapping[str, Any]],
        *,
        first_position: int,
        calendar: clock.WorkCalendar,
        templates: Mapping[str, "Template"],
        facilitator: str,
    ) -> None:
        """The sessions of this module, each dated by the working day that the pack gives it."""
        for part, pack in enumerate(packs, start=1):
            start, asked = self.cohort.starts_on, pack["reflection"]
            TrainingSession(
                cohort=self.cohort,
                module=self,
                position=first_position + part - 1,
                part=part,
                slug=pack["id"],
                title=Bilingual(pack["title"]),
                facilitator=facilitator,
                opens_on=calendar.nth(start, pack["day"]),
                due_on=calendar.nth(start, pack.get("day_to", pack["day"])),
                mode=Mode(pack["mode"]),
                is_expected=asked["expected"],
                template=templates[asked["template"]] if asked["expected"] else None,
            )


class TrainingSession(Base):
    """One session ("Session" on screen): what a reflection is written about."""

    __tablename__ = "training_session"
    __table_args__ = (
        sa.UniqueConstraint("cohort_id", "slug"),
        sa.UniqueConstraint("cohort_id", "position"),
        sa.CheckConstraint("due_on >= opens_on", name="due_after_opening"),
        sa.CheckConstraint("not is_expected or template_id is not null", name="expected_has_template"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id", ondelete="CASCADE"))
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id", ondelete="CASCADE"), index=True)
    template_id: Mapped[int | None] = mapped_column(sa.ForeignKey("template.id"), index=True)
    position: Mapped[int]  # in the programme, from 1
    part: Mapped[int]  # in its module, from 1
    slug: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[Bilingual]
    facilitator: Mapped[str] = mapped_column(sa.String(120), default="")
    opens_on: Mapped[date]
    due_on: Mapped[date]
    mode: Mapped[Mode] = mapped_column(word_of(Mode, "known_mode"))
    is_expected: Mapped[bool]
    retired_at: Mapped[datetime | None]

    cohort: Mapped[Cohort] = relationship(back_populates="sessions", lazy="raise")
    module: Mapped[Module] = relationship(back_populates="sessions", lazy="raise")
    template: Mapped["Template | None"] = relationship(lazy="raise")

    @property
    def theme(self) -> Bilingual:
        """The title without the number of the part."""
        return Bilingual({language: re.sub(r"\s*\(\d+\)$", "", words) for language, words in self.title.items()})

    @property
    def is_slot(self) -> bool:
        """Whether one reflection is expected for it."""
        return self.is_expected and self.retired_at is None
