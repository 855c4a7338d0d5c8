"""Sessions that change mid-course: added, moved, renumbered, retired, brought back; nothing written is lost."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from portfolio.database import Base, word_of
from portfolio.errors import N_, Refused, Stale
from portfolio.models.account import User
from portfolio.models.cohort import Cohort, Module, TrainingSession
from portfolio.models.progress import ModuleProgress
from portfolio.models.rule import RULE_REASON_LENGTH, RuleChange
from portfolio.models.session_impact import Ground, Impact, Wanted

SLUG_LENGTH = 50


class Altered(Enum):
    """What was done to a session."""

    ADDED = "added"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    RETIRED = "retired"
    BROUGHT_BACK = "brought_back"


class SessionChange(Base):
    """A session of a cohort was changed. Never changed itself.

    `from_…` is what the session was, beside it what it became; both are there for every kind, but that what was added
    was nothing before. When the rule of the module follows, its own history has a row as well: `rule_change`.
    """

    __tablename__ = "session_change"
    __table_args__ = (
        sa.CheckConstraint("length(reason) > 0", name="has_a_reason"),
        sa.CheckConstraint(
            "(kind = 'added') = (from_opens_on is null) and (kind = 'added') = (from_due_on is null)"
            " and (kind = 'added') = (from_position is null) and (kind = 'added') = (from_part is null)",
            name="added_from_nothing",
        ),
        sa.CheckConstraint("due_on >= opens_on", name="due_after_opening"),
        sa.CheckConstraint(
            "(kind = 'moved') = (opens_on != from_opens_on or due_on != from_due_on) or kind = 'added'",
            name="moved_to_other_days",
        ),
        sa.CheckConstraint(
            "(kind = 'renumbered') = (position != from_position) or kind = 'added'", name="renumbered_to_another_place"
        ),
        sa.CheckConstraint("required >= 0 and from_required >= 0", name="required_not_negative"),
        sa.CheckConstraint("(rule_change_id is null) = (required = from_required)", name="rule_changes_are_kept"),
        sa.CheckConstraint("gained >= 0 and kept >= 0", name="counts_not_negative"),
        sa.UniqueConstraint("rule_change_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    module_id: Mapped[int] = mapped_column(sa.ForeignKey("module.id"), index=True)
    training_session_id: Mapped[int] = mapped_column(sa.ForeignKey("training_session.id"), index=True)
    kind: Mapped[Altered] = mapped_column(word_of(Altered, "known_kind"))
    reason: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]
    from_opens_on: Mapped[date | None]
    from_due_on: Mapped[date | None]
    from_position: Mapped[int | None]
    from_part: Mapped[int | None]
    opens_on: Mapped[date]
    due_on: Mapped[date]
    position: Mapped[int]
    part: Mapped[int]
    from_required: Mapped[int]
    required: Mapped[int]
    gained: Mapped[int]  # trainees who became complete by it
    kept: Mapped[int]  # trainees who stayed complete though the module asks for more
    rule_change_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rule_change.id"))

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")
    session: Mapped[TrainingSession] = relationship(lazy="raise")
    by: Mapped[User] = relationship(lazy="raise")
    rule_change: Mapped[RuleChange | None] = relationship(lazy="raise")

    @classmethod
    def add(cls, ground: Ground, wanted: Wanted, reason: str, *, seen: str, by: User, now: datetime) -> "SessionChange":
        """A session more. Nobody's completion is lost, also where the rule asks for one more from now on.

        `seen` is the mark of what was shown to whoever publishes, here and in all that follows.
        """
        impact = ground.if_added(wanted)
        _agreed(ground, impact, reason, seen)
        order, parts = [*ground.sessions], ground.parts
        place = _place(ground, wanted.after, order)
        part = parts.index(wanted.after) + 2 if wanted.after is not None else 1
        _line_up([*order[:place], None, *order[place:]])
        for later in parts[part - 1 :]:
            later.part += 1
        ground.module.parts = len(parts) + 1
        session = TrainingSession(
            cohort_id=ground.cohort.id, module_id=ground.module.id, position=place + 1, part=part,
            slug=_slug(wanted.title["en"], ground.sessions), title=wanted.title, facilitator=wanted.facilitator,
            opens_on=wanted.opens_on, due_on=wanted.due_on, mode=wanted.mode,
            is_expected=wanted.template is not None, template=wanted.template, retired_at=None,
        )  # fmt: skip
        return cls._of(Altered.ADDED, ground, session, {}, impact, reason, by=by, now=now)

    @classmethod
    def move(
        cls,
        ground: Ground,
        session: TrainingSession,
        opens_on: date,
        due_on: date,
        reason: str,
        *,
        is_day_off_meant: bool = False,
        seen: str,
        by: User,
        now: datetime,
    ) -> "SessionChange":
        """Other days for everybody; days of single people stay theirs, and of both the later one holds."""
        impact, was = ground.if_moved(session, opens_on, due_on, is_day_off_meant=is_day_off_meant), _facts(session)
        _agreed(ground, impact, reason, seen)
        session.opens_on, session.due_on = opens_on, due_on
        places: defaultdict[int, list[ModuleProgress]] = defaultdict(list)
        for row in ground.beside:
            places[row.enrolment_id].append(row)
        for row in ground.rows:  # what was handed in by the day that holds now is on time
            row.due(session.id, ground.due_on(row, due_on), beside=places[row.enrolment_id], now=now)
        return cls._of(Altered.MOVED, ground, session, was, impact, reason, by=by, now=now)

    @classmethod
    def renumber(
        cls,
        ground: Ground,
        session: TrainingSession,
        after: TrainingSession | None,
        reason: str,
        *,
        seen: str,
        by: User,
        now: datetime,
    ) -> "SessionChange":
        """Another place in its module. The numbers that writers gave their reflections are theirs, and stay."""
        impact, was = ground.if_renumbered(session, after), _facts(session)
        _agreed(ground, impact, reason, seen)
        others = [other for other in ground.sessions if other is not session]
        place = _place(ground, after, others)
        _line_up([*others[:place], session, *others[place:]])
        for part, one in enumerate(sorted(ground.parts, key=lambda one: one.position), start=1):
            one.part = part
        return cls._of(Altered.RENUMBERED, ground, session, was, impact, reason, by=by, now=now)

    @classmethod
    def retire(
        cls, ground: Ground, session: TrainingSession, reason: str, *, seen: str, by: User, now: datetime
    ) -> "SessionChange":
        """Nothing is expected for it any more. What was written stays, and counts; it keeps its place and number."""
        impact, was = ground.if_retired(session), _facts(session)
        _agreed(ground, impact, reason, seen)
        session.retired_at = now
        return cls._of(Altered.RETIRED, ground, session, was, impact, reason, by=by, now=now)

    @classmethod
    def bring_back(
        cls,
        ground: Ground,
        session: TrainingSession,
        reason: str,
        *,
        asks_more: bool = False,
        seen: str,
        by: User,
        now: datetime,
    ) -> "SessionChange":
        """It is expected again, by the day it had; the rule asks for one more only if that is wished."""
        impact, was = ground.if_brought_back(session, asks_more=asks_more), _facts(session)
        _agreed(ground, impact, reason, seen)
        session.retired_at = None
        return cls._of(Altered.BROUGHT_BACK, ground, session, was, impact, reason, by=by, now=now)

    @classmethod
    def _of(
        cls,
        kind: Altered,
        ground: Ground,
        session: TrainingSession,
        was: dict[str, Any],
        impact: Impact,
        reason: str,
        *,
        by: User,
        now: datetime,
    ) -> "SessionChange":
        module, from_required, rule = ground.module, ground.module.required, None
        if impact.required != from_required:
            wanted = replace(module.rule, required=impact.required)
            ways: dict[str, Any] = {"rows": ground.rows, "beside": ground.beside, "before": ground.rules}
            rule = RuleChange.follow(module, wanted, reason, **ways, by=by, now=now)
        return cls(
            cohort_id=ground.cohort.id, module_id=module.id, session=session, kind=kind,
            reason=reason.strip()[:RULE_REASON_LENGTH], by=by, at=now,
            **{f"from_{name}": fact for name, fact in was.items()}, **_facts(session),
            from_required=from_required, required=impact.required, rule_change=rule,
            gained=impact.rule.gain, kept=impact.rule.keep if rule else 0,
        )  # fmt: skip


def _agreed(ground: Ground, impact: Impact, reason: str, seen: str) -> None:
    if not reason.strip():
        raise Refused(N_("Say why, so that others can understand it later."))
    if ground.mark(impact) != seen:
        raise Stale(N_("The sessions or the figures have changed since you looked. Look again, then publish."))


def _facts(session: TrainingSession) -> dict[str, Any]:
    return {name: getattr(session, name) for name in ("opens_on", "due_on", "position", "part")}


def _place(ground: Ground, after: TrainingSession | None, order: Sequence[TrainingSession]) -> int:
    """Where in the programme something stands that comes after this part of the module, or first in it."""
    if after is not None:
        return order.index(after) + 1
    own = [place for place, one in enumerate(order) if one.module_id == ground.module.id]
    return own[0] if own else sum(one.module.position < ground.module.position for one in order)


def _line_up(order: Sequence[TrainingSession | None]) -> None:
    """Let them stand in this order, with room where there is none. No two may stand in one place, not even while they
    change places: so those that move step aside first."""
    moving = [(one, place) for place, one in enumerate(order, start=1) if one is not None and one.position != place]
    for one, _ in moving:
        one.position = -one.position
    if moving and (session := object_session(moving[0][0])) is not None:
        session.flush()
    for one, place in moving:
        one.position = place
    if moving and session is not None:
        session.flush()


def _slug(title: str, sessions: Iterable[TrainingSession]) -> str:
    """A short name for a session that no other of the cohort has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-") or "session"
    taken, number, name = {session.slug for session in sessions}, 1, slug
    while name in taken:
        number += 1
        name = f"{slug}-{number}"
    return name
