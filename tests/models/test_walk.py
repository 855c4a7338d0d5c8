"""Random walks: whatever people do, in whatever order, no text is lost, history stays, and progress is right.

The machine keeps a model of its own, of the simplest kind: every text that was ever written or handed in. After each
step everything is stored, read back as plain rows, and compared.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.pool import StaticPool

from portfolio.claims import evidence
from portfolio.database import Base, Bilingual, drive_sqlite
from portfolio.errors import Refused, Stale
from portfolio.models import (
    Basis,
    Claim,
    Cohort,
    Comment,
    Effect,
    Extension,
    Judgement,
    LearningOutcome,
    Mode,
    Module,
    ModuleProgress,
    Outcome,
    Quoted,
    ReadEvent,
    Reason,
    Reflection,
    Reopening,
    Review,
    Role,
    RuleChange,
    SessionChange,
    Template,
    TrainingSession,
    User,
    Visibility,
    Wanted,
    Words,
)
from portfolio.models.rating import WHOLE
from portfolio.queries import to_change
from portfolio.web.following import follow, stands
from tests import rows
from tests.cast import (
    CONDUCT,
    DAY,
    HOUR,
    SERVICE,
    SERVICE_2,
    World,
    accepted,
    claimed,
    draft,
    judged,
    make_world,
    outcome_of,
    read_ground,
    returned,
    rule_changed,
    submitted,
    with_outcomes,
    with_rubric,
)
from tests.extent import WALKS

Row = dict[str, Any]
Stored = dict[str, list[Row]]

# What is never changed, by its key.
HISTORY = {
    "submission": "id",
    "withdrawal": "submission_id",
    "review": "id",
    "reopening": "submission_id",
    "excuse": "id",
    "rule_change": "id",
    "session_change": "id",
    "comment": "id",
    "addendum": "id",
    "read_event": "id",
    "judgement": "id",
}
# What a conversation tells of itself, which goes on.
GOES_ON = frozenset({"turn", "awaits_id", "waiting_since", "promised_on", "resolved_at", "resolved_by_id"})
LOOKED_AT = (*HISTORY, "claim", "discard", "lesson", "document", "reflection", "module_progress", "module",
             "extension", "training_session", "rating")  # fmt: skip
STEPS = 2  # mentor, then coach
WRITABLE = ("draft", "returned", "excused")
FITTING = {
    "write": WRITABLE,
    "submit": WRITABLE,
    "discard": ("draft",),
    "restore": ("draft",),
    "begin again": ("draft",),
    "add": ("accepted",),
    "withdraw": ("submitted",),
    "read": ("submitted",),
    "returned": ("submitted",),
    "accepted": ("submitted",),
    "reopen": ("accepted",),
    "excuse": ("draft", "returned"),
    "unexcuse": ("excused",),
    "comment": ("submitted", "returned", "accepted"),
    "another rule": ("draft", "submitted", "returned", "accepted", "excused"),
    "more time": ("submitted", "returned", "accepted"),
    "other sessions": ("draft", "submitted", "returned", "accepted", "excused"),
    "claim": ("submitted", "returned", "accepted"),
    "judge a claim": ("submitted", "returned", "accepted"),
    "withdraw a claim": ("submitted", "returned", "accepted"),
}
CHANGES = ("add", "add", "move", "renumber", "retire", "bring_back")

PUT_AWAY = ("discard", "restore", "discard", "restore", "begin_again", "add", "add")

which = st.integers(0, 19)
# Whoever it waits for, most of the time.
guides = st.sampled_from([None, None, None, "mia", "kris", "paul"])
reasons = st.sampled_from(["Because.", "Because.", " "])


def lasting(row: Row) -> Row:
    """What of a row is never changed."""
    return {name: value for name, value in row.items() if name not in GOES_ON}


def claims_of(session: Session, reflection: Reflection) -> list[Claim]:
    """What is claimed of a reflection and not withdrawn, with what was said of it."""
    standing = sa.select(Claim).where(Claim.reflection_id == reflection.id, Claim.withdrawn_at.is_(None))
    return list(session.scalars(standing.options(selectinload(Claim.judgements).joinedload(Judgement.by))))


class Walk(RuleBasedStateMachine):
    """Ana and Ben write, Mia and Kris decide, Oki excuses."""

    world: World
    engine: sa.Engine
    start: rows.Rows
    reflections: list[int]
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        rows.replace(self.engine, self.start)
        self.now = self.world.now
        there = self.stored()
        self.living = {row["id"]: said(row) for row in there["reflection"]}
        self.handed_in = {(row["reflection_id"], row["round"]): said(row) for row in there["submission"]}
        self.put_away: dict[int, list[Row]] = {id: [] for id in self.reflections}  # what was discarded, in order
        self.before = there
        self.wrote = 0

    # --- Who does something

    @rule(
        n=which,
        does=st.sampled_from(
            [
                *["write", "submit", "submit", "withdraw"] * 2,
                "comment",
                "claim",
                "claim",
                "unclaim",
                *PUT_AWAY,
                "restore",
            ]
        ),
        data=st.data(),
    )
    def the_writer(self, n: int, does: str, data: st.DataObject) -> None:
        getattr(self, does)(n, data)

    @rule(
        n=which, does=st.sampled_from([*["decide"] * 5, "reopen", "read", "comment", "judge", "judge"]), data=st.data()
    )
    def a_guide(self, n: int, does: str, data: st.DataObject) -> None:
        getattr(self, does)(n, data)

    @rule(
        n=which,
        does=st.sampled_from(["excuse", "unexcuse", "more time", *["another rule"] * 5]),
        data=st.data(),
    )
    def the_organiser(self, n: int, does: str, data: st.DataObject) -> None:
        getattr(self, does.replace(" ", "_"))(n, data)

    @rule(n=which, data=st.data())
    def the_curriculum(self, n: int, data: st.DataObject) -> None:
        self.other_sessions(n, data)

    # --- What they do

    def write(self, n: int, data: st.DataObject) -> None:
        self.wrote += 1
        text = f"Text {self.wrote - data.draw(st.integers(0, 1), 'the same again')}"
        lessons, text = data.draw(st.sampled_from([([text, text], text)] * 5 + [([], " ")]), "answers")
        told = Words(text, self.wrote, None, None, "", {"discussed": text, "lessons": lessons})
        behind = data.draw(st.sampled_from([0, 0, 0, 1]), "versions behind")
        visibility = data.draw(st.sampled_from([None, None, None, *Visibility]), "visibility")

        def verb(session: Session, reflection: Reflection) -> None:
            reflection.write(told, version=reflection.version - behind, visibility=visibility, now=self.now)
            self.living[reflection.id] = said(vars(told))

        self.happens("write", n, verb)

    def submit(self, n: int, data: st.DataObject) -> None:
        def verb(session: Session, reflection: Reflection) -> None:
            submission = reflection.submit(now=self.now)
            follow(reflection, claims_of(session, reflection), now=self.now)
            self.handed_in.setdefault((reflection.id, submission.round), self.living[reflection.id])

        self.happens("submit", n, verb)

    def discard(self, n: int, data: st.DataObject) -> None:
        def verb(session: Session, reflection: Reflection) -> None:
            before = self.living[reflection.id]
            reflection.discard(now=self.now)
            blank = said(vars(reflection.words))
            if before | {"number": None} != blank:  # there is nothing to keep of what was not touched
                self.put_away[reflection.id].append(before)
            self.living[reflection.id] = blank

        self.happens("discard", n, verb)

    def restore(self, n: int, data: st.DataObject) -> None:
        later = data.draw(st.sampled_from([0, 0, 0, 8]), "days later")

        def verb(session: Session, reflection: Reflection) -> None:
            self.now += later * DAY
            if not reflection.discards:
                raise Refused("nothing was discarded")
            which = data.draw(st.integers(0, len(reflection.discards) - 1), "which")
            reflection.restore(reflection.discards[which], now=self.now)
            self.living[reflection.id] = self.put_away[reflection.id][which]

        self.happens("restore", n, verb)

    def begin_again(self, n: int, data: st.DataObject) -> None:
        def verb(session: Session, reflection: Reflection) -> None:
            was_there = reflection.discarded_at is None
            reflection.begin_again(number=self.wrote or None, now=self.now)
            if not was_there:
                self.living[reflection.id] = said(vars(reflection.words))

        self.happens("begin again", n, verb)

    def add(self, n: int, data: st.DataObject) -> None:
        text = data.draw(st.sampled_from(["Later.", "Later still.", " "]), "added")
        self.happens("add", n, lambda session, reflection: reflection.add(text, now=self.now))

    def withdraw(self, n: int, data: st.DataObject) -> None:
        def verb(session: Session, reflection: Reflection) -> None:
            reflection.withdraw(now=self.now)
            follow(reflection, claims_of(session, reflection), now=self.now)

        self.happens("withdraw", n, verb)

    def claim(self, n: int, data: st.DataObject) -> None:
        which = data.draw(st.integers(0, 2), "outcome")

        def verb(session: Session, reflection: Reflection) -> None:
            outcome = session.scalars(sa.select(LearningOutcome).where(LearningOutcome.rank == 3)).all()[which]
            said = str(reflection.latest.answers.get("discussed", "")) if reflection.latest else ""
            about, before = (
                Quoted("discussed", 0, 0, said, "", "") if said.strip() else None,
                claims_of(session, reflection),
            )
            session.add(Claim.make(reflection, outcome, "Here.", about, before=before, now=self.now))

        self.happens("claim", n, verb)

    def judge(self, n: int, data: st.DataObject) -> None:
        is_confirmed, reason = data.draw(st.booleans(), "confirmed"), data.draw(reasons, "reason")
        who, is_seen = data.draw(guides, "reviewer"), data.draw(st.sampled_from([True] * 5 + [False]), "seen")

        def verb(session: Session, reflection: Reflection) -> None:
            claim = self.one_claim(session, reflection, n)
            seen = claim.judgements[-1].id if claim.judgements and is_seen else None
            latest, by = reflection.latest, self.guide(session, who, reflection)
            about = {"is_there": stands(claim, latest), "submission": latest, "seen": seen}
            claim.judge(is_confirmed=is_confirmed, reason=reason, by=by, now=self.now, **about)

        self.happens("judge a claim", n, verb)

    def unclaim(self, n: int, data: st.DataObject) -> None:
        def verb(session: Session, reflection: Reflection) -> None:
            self.one_claim(session, reflection, n).withdraw(now=self.now)

        self.happens("withdraw a claim", n, verb)

    def one_claim(self, session: Session, reflection: Reflection, n: int) -> Claim:
        if not (there := claims_of(session, reflection)):
            raise Refused("nothing is claimed")
        return there[n % len(there)]

    def read(self, n: int, data: st.DataObject) -> None:
        reason, who = data.draw(st.sampled_from(Reason), "reason"), data.draw(guides, "reader")

        def verb(session: Session, reflection: Reflection) -> None:
            if reflection.latest is None:
                raise Refused("there is nothing to read")
            about = {"cohort_id": reflection.cohort_id, "submission": reflection.latest}
            reader = self.guide(session, who, reflection)
            session.add(ReadEvent(**about, reader=reader, reason=reason, read_at=self.now))

        self.happens("read", n, verb)

    def decide(self, n: int, data: st.DataObject) -> None:
        outcome = data.draw(st.sampled_from([Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.RETURNED]), "outcome")
        feedback, who = data.draw(reasons, "feedback"), data.draw(guides, "reviewer")
        behind = data.draw(st.sampled_from([0, 0, 0, 1]), "rounds behind")
        level = data.draw(st.sampled_from([None, 2.0, 2.5, 3.0]), "level")
        levels = {} if level is None else {WHOLE: level}

        def verb(session: Session, reflection: Reflection) -> None:
            round, by = len(reflection.submissions) - behind, self.guide(session, who, reflection)
            session.add(Review.decide(reflection, outcome, feedback, round=round, levels=levels, by=by, now=self.now))

        self.happens(outcome.value, n, verb)

    def reopen(self, n: int, data: st.DataObject) -> None:
        reason, who = data.draw(reasons, "reason"), data.draw(guides, "reviewer")

        def verb(session: Session, reflection: Reflection) -> None:
            by = self.guide(session, who, reflection)
            session.add(Reopening.of(reflection, reason, by=by, now=self.now))

        self.happens("reopen", n, verb)

    def excuse(self, n: int, data: st.DataObject) -> None:
        reason = data.draw(reasons, "reason")

        def verb(session: Session, reflection: Reflection) -> None:
            reflection.excuse(reason, by=self.person(session, "oki"), now=self.now)

        self.happens("excuse", n, verb)

    def unexcuse(self, n: int, data: st.DataObject) -> None:
        reason = data.draw(reasons, "reason")

        def verb(session: Session, reflection: Reflection) -> None:
            reflection.unexcuse(reason, by=self.person(session, "oki"), now=self.now)

        self.happens("unexcuse", n, verb)

    def another_rule(self, n: int, data: st.DataObject) -> None:
        what = data.draw(st.sampled_from(["number", "level", "level", "level", "on time", "first"]), "what changes")
        asked: dict[str, Any] = {}
        if what == "number":
            asked = {"required": data.draw(st.integers(0, 3), "required"), "basis": data.draw(st.sampled_from(Basis))}
        elif what == "level":
            asked = {"min_level": data.draw(st.sampled_from([None, 2.0, 2.5, 2.5, 9.0])), "basis": Basis.ACCEPTED}
        elif what == "on time":
            asked = {"on_time": data.draw(st.sampled_from([None, 50, 100, 101]))}
        first = data.draw(st.sampled_from([None, 0, 1, 2]), "which module first") if what == "first" else None
        reason, is_seen = data.draw(reasons, "reason"), data.draw(st.sampled_from([True] * 5 + [False]), "seen")

        def verb(session: Session, reflection: Reflection) -> None:
            module = session.scalars(
                sa.select(Module)
                .where(Module.id == reflection.module_id)
                .options(
                    selectinload(Module.sessions),
                    joinedload(Module.cohort).selectinload(Cohort.modules),
                    joinedload(Module.rubric),
                )
            ).one()
            before_it = {"prerequisite_id": None if first is None else module.cohort.modules[first].id}
            wanted = replace(module.rule, **(before_it if what == "first" else asked))
            there = session.scalars(
                sa.select(ModuleProgress)
                .where(ModuleProgress.cohort_id == module.cohort_id)
                .options(joinedload(ModuleProgress.module))
            ).all()
            rows = [row for row in there if row.module_id == module.id]
            before = session.scalars(sa.select(RuleChange).where(RuleChange.module_id == module.id)).all()
            effect = Effect.of(rows, wanted, beside=there)
            seen = len(before) + 1, effect if is_seen else replace(effect, others=effect.others + 1)
            by = self.person(session, "oki")
            change = RuleChange.publish(
                module, wanted, reason, rows=rows, beside=there, before=before, seen=seen, by=by, now=self.now
            )
            self.reached["kept complete"] += change.kept
            self.reached["a level asked for"] += wanted.min_level is not None
            self.reached["on time asked for"] += wanted.on_time is not None
            self.reached["another module first"] += wanted.prerequisite_id is not None
            session.add(change)

        self.happens("another rule", n, verb)

    def more_time(self, n: int, data: st.DataObject) -> None:
        """Given, or ended where there was some."""
        days, is_ended = data.draw(st.integers(0, 20), "days"), data.draw(st.booleans(), "ended")

        def verb(session: Session, reflection: Reflection) -> None:
            by, held, place = self.person(session, "oki"), reflection.extension, reflection.enrolment
            set_committed_value(place, "cohort", reflection.cohort)
            if held is not None:
                set_committed_value(held, "enrolment", place)
                set_committed_value(held, "session", reflection.session)
                held.end(by=by, now=self.now)
                session.flush()
            if held is None or not is_ended:
                due_on = self.now.date() + days * DAY
                session.add(Extension.give(place, reflection.session, due_on, "Ill.", before=held, by=by, now=self.now))

        self.happens("more time", n, verb)

    def other_sessions(self, n: int, data: st.DataObject) -> None:
        does = data.draw(st.sampled_from(CHANGES), "change")
        asks_more = data.draw(st.sampled_from([True] * 4 + [False]), "one more")
        day = self.world.cohort.starts_on + data.draw(st.integers(-1, 60), "day") * DAY
        reason, place = data.draw(reasons, "reason"), data.draw(st.integers(-1, 3), "place")
        is_seen = data.draw(st.sampled_from([True] * 5 + [False]), "seen")

        def verb(session: Session, reflection: Reflection) -> None:
            cohort = session.scalars(
                sa.select(Cohort).where(Cohort.id == reflection.cohort_id).options(selectinload(Cohort.holidays))
            ).one()
            about = session.get_one(TrainingSession, reflection.training_session_id)
            here = read_ground(session, cohort, about, now=self.now)
            after = None if place < 0 else here.parts[place % len(here.parts)]
            if n % 4 and does == "renumber":  # most of the time to where it does not stand already
                after = here.parts[-1] if about is not here.parts[-1] else None
            template = session.scalars(sa.select(Template).order_by(Template.id)).first()
            title = Bilingual({"id": "Antrean", "en": "Queues"})
            wanted = Wanted(title, after, day, day + DAY, Mode.ONLINE, "", template, asks_more, is_day_off_meant=True)
            tries: dict[str, tuple[Any, tuple[Any, ...], dict[str, bool]]] = {
                "add": (here.if_added, (wanted,), {}),
                "move": (here.if_moved, (about, day, day + DAY), {"is_day_off_meant": True}),
                "renumber": (here.if_renumbered, (about, after), {}),
                "retire": (here.if_retired, (about,), {}),
                "bring_back": (here.if_brought_back, (about,), {"asks_more": asks_more}),
            }
            what = "bring_back" if n % 4 and about.retired_at is not None else does
            look, given, chosen = tries[what]
            seen = here.mark(look(*given, **chosen)) if is_seen else "something else"
            act = getattr(SessionChange, what)
            change = act(here, *given, reason, **chosen, seen=seen, by=self.person(session, "oki"), now=self.now)
            session.add(change)
            self.reached[f"session: {what}"] += 1
            self.reached["kept complete though more is asked for"] += change.kept
            self.reached["rule lowered"] += change.required < change.from_required

        self.happens("other sessions", n, verb)

    def comment(self, n: int, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(["ana", "mia"]), "author")
        is_answer = data.draw(st.booleans(), "an answer")

        def verb(session: Session, reflection: Reflection) -> None:
            last = session.scalars(
                sa.select(Comment)
                .where(Comment.submission_id.in_([submission.id for submission in reflection.submissions]))
                .order_by(Comment.id.desc())
                .limit(1)
                .options(joinedload(Comment.submission), joinedload(Comment.parent))
            ).one_or_none()
            by, answered = self.person(session, who), last if is_answer else None
            session.add(reflection.comment("Why?", by=by, now=self.now, reply_to=answered))

        self.happens("comment", n, verb)

    # --- How it happens

    def happens(self, name: str, n: int, verb: Any) -> None:
        """A moment later, in a transaction of its own. What was changed before a refusal is stored on purpose."""
        self.now += timedelta(hours=7, minutes=len(name))
        # Most of the time where it may happen; every fourth time anywhere.
        fitting = [row["id"] for row in self.before["reflection"] if row["state"] in FITTING[name]]
        among = fitting if fitting and n % 4 else self.reflections
        with Session(self.engine, expire_on_commit=False) as session:
            chosen = sa.select(Reflection).where(Reflection.id == among[n % len(among)])
            reflection = session.scalars(to_change(chosen)).unique().one()
            try:
                verb(session, reflection)
            except Refused as refusal:
                self.reached["stale" if isinstance(refusal, Stale) else f"{name} refused"] += 1
                happened = False
            else:
                happened = True
            session.commit()
        after = self.stored()
        if happened:
            self.reached[name] += 1
        else:
            assert after == self.before
        self.look(after)
        self.before = after

    def person(self, session: Session, name: str) -> User:
        return session.get_one(User, getattr(self.world, name).id)

    def guide(self, session: Session, name: str | None, reflection: Reflection) -> User:
        return self.person(session, name or ("kris" if reflection.awaiting is Role.COACH else "mia"))

    def stored(self) -> Stored:
        """Every row as the database has it; faster than `tests.rows`, since this is read some thousand times."""
        with self.engine.connect() as connection:
            return {
                table: [dict(row) for row in connection.exec_driver_sql(f'select * from "{table}"').mappings()]
                for table in LOOKED_AT
            }

    # --- What must be true

    def look(self, after: Stored) -> None:
        self.no_text_is_lost(after)
        self.what_was_discarded_stays_as_it_was(after)
        self.what_can_be_found_is_what_stands(after)
        self.lessons_are_those_of_a_round(after)
        self.history_is_never_changed(after)
        self.rounds_go_up(after)
        for reflection in after["reflection"]:
            self.where_it_stands_is_what_history_says(reflection, after)
        self.what_is_kept_of_each_is_what_history_says(after)
        self.progress_is_what_a_recount_gives(after)
        self.sessions_stand_in_order_and_rules_can_be_met(after)
        self.completion_is_lost_only_by_opening_again(after)
        self.claims_stand_as_a_recount_has_it(after)

    def no_text_is_lost(self, after: Stored) -> None:
        assert {row["id"]: said(row) for row in after["reflection"]} == self.living
        assert {(row["reflection_id"], row["round"]): said(row) for row in after["submission"]} == self.handed_in

    def what_was_discarded_stays_as_it_was(self, after: Stored) -> None:
        for id in self.reflections:
            rows = sorted((row for row in after["discard"] if row["reflection_id"] == id), key=lambda row: row["id"])
            assert [said(row) for row in rows] == self.put_away[id]
        for reflection in after["reflection"]:
            if reflection["discarded_at"] is not None:
                assert json.loads(reflection["answers"]) == {}
                assert reflection["state"] in ("draft", "excused")

    def what_can_be_found_is_what_stands(self, after: Stored) -> None:
        taken_back = {row["submission_id"] for row in after["withdrawal"]}
        latest = {row["reflection_id"]: row["id"] for row in after["submission"] if row["id"] not in taken_back}
        found = [row for row in after["document"] if row["submission_id"] is not None]
        assert sorted(row["submission_id"] for row in found) == sorted(latest.values())
        by_source = Counter(row["source"] for row in after["document"])
        assert by_source["comment"] == len(after["comment"])
        assert by_source["addendum"] == len(after["addendum"])
        assert by_source["feedback"] == sum(bool(row["feedback"].strip()) for row in after["review"])

    def lessons_are_those_of_a_round(self, after: Stored) -> None:
        told = {(row["reflection_id"], text) for row in after["submission"] for text in said(row).get("lessons", [])}
        there = [(row["reflection_id"], row["text"]) for row in after["lesson"]]
        assert set(there) <= told
        assert len(set(there)) == len(there)

    def history_is_never_changed(self, after: Stored) -> None:
        for table, key in HISTORY.items():
            there = {row[key]: lasting(row) for row in after[table]}
            assert [row for row in self.before[table] if there.get(row[key]) != lasting(row)] == []

    def rounds_go_up(self, after: Stored) -> None:
        for id in self.reflections:
            there = [row for row in after["submission"] if row["reflection_id"] == id]
            assert [row["round"] for row in there] == list(range(1, len(there) + 1))
            assert sorted({row["submitted_at"] for row in there}) == [row["submitted_at"] for row in there]

    def claims_stand_as_a_recount_has_it(self, after: Stored) -> None:
        taken_back = {row["submission_id"] for row in after["withdrawal"]}
        latest = {row["reflection_id"]: row for row in after["submission"] if row["id"] not in taken_back}
        states = {row["id"]: row["state"] for row in after["reflection"]}
        with Session(self.engine) as session:
            there = dict(tuple(row) for row in session.execute(sa.select(Claim.id, evidence()).join(Claim.reflection)))
        for row in after["claim"]:
            if row["withdrawn_at"] is not None:
                continue
            text, wanted = latest.get(row["reflection_id"]), "waiting"
            quote = re.escape(json.loads(row["passage"])["quote"])
            is_adrift = text is not None and re.search(rf"(?<!\w){quote}(?!\w)", text["answers"]) is None
            assert (row["adrift_at"] is not None) == is_adrift
            of_it = [each for each in after["judgement"] if each["claim_id"] == row["id"]]
            of_it = [each for each in of_it if text is not None and each["submission_id"] == text["id"]]
            if of_it:
                wanted = "declined"
                if of_it[-1]["is_confirmed"]:
                    wanted = "shown" if states[row["reflection_id"]] == "accepted" else "confirmed"
            assert there[row["id"]] == ("adrift" if is_adrift else wanted)
            self.reached[f"claim: {there[row['id']]}"] += 1

    def where_it_stands_is_what_history_says(self, reflection: Row, after: Stored) -> None:
        taken_back = {row["submission_id"] for row in after["withdrawal"]}
        standing = [
            row
            for row in after["submission"]
            if row["reflection_id"] == reflection["id"] and row["id"] not in taken_back
        ]
        state, since = "draft", ""
        if standing:
            latest = standing[-1]
            reviews = [row for row in after["review"] if row["submission_id"] == latest["id"]]
            assert [row["step"] for row in reviews] == list(range(len(reviews)))
            state = "accepted" if len(reviews) == STEPS else "submitted"
            if any(row["outcome"] == "returned" for row in reviews):
                state = "returned"
            if any(row["submission_id"] == latest["id"] for row in after["reopening"]):
                assert state == "accepted"
                state = "returned"
            since = max([latest["submitted_at"], *(row["decided_at"] for row in reviews)])
            assert reflection["submitted_at"] == latest["submitted_at"]
        else:
            assert reflection["submitted_at"] is None
        excuses = [row for row in after["excuse"] if row["reflection_id"] == reflection["id"]]
        if excuses and excuses[-1]["is_granted"] and excuses[-1]["at"] > since:
            state = "excused"
        assert reflection["state"] == state
        assert (reflection["awaiting"], reflection["step"]) == (
            (None, 0) if state != "submitted" else (["mentor", "coach"][len(reviews)], len(reviews))
        )
        assert (reflection["visibility"] != "only_me") or not standing

    def progress_is_what_a_recount_gives(self, after: Stored) -> None:
        for row in after["module_progress"]:
            states = Counter(
                reflection["state"]
                for reflection in after["reflection"]
                if (reflection["enrolment_id"], reflection["module_id"]) == (row["enrolment_id"], row["module_id"])
            )
            assert (row["waiting"], row["returned"], row["accepted"], row["excused"]) == (
                states["submitted"], states["returned"], states["accepted"], states["excused"],
            )  # fmt: skip
            assert row["submitted"] == states["submitted"] + states["returned"] + states["accepted"]
            [module] = [module for module in after["module"] if module["id"] == row["module_id"]]
            of = {"submitted": ("submitted", "returned", "accepted"), "reviewed": ("returned", "accepted")}
            counting = [
                (state, handed_in, due, level)
                for state, handed_in, due, level in json.loads(row["kept"]).values()
                if state in of.get(module["basis"], ("accepted",))
                and (module["min_level"] is None or (level is not None and level >= module["min_level"]))
            ]
            on_time = sum(handed_in <= due for _, handed_in, due, _ in counting)
            is_open = module["prerequisite_id"] is None or any(
                other["completed_at"] is not None
                for other in after["module_progress"]
                if (other["enrolment_id"], other["module_id"]) == (row["enrolment_id"], module["prerequisite_id"])
            )
            is_met = is_open and on_time * 100 >= (module["on_time"] or 0) * len(counting)
            if module["required"] and len(counting) + states["excused"] >= module["required"] and is_met:
                assert row["completed_at"] is not None

    def what_is_kept_of_each_is_what_history_says(self, after: Stored) -> None:
        taken_back = {row["submission_id"] for row in after["withdrawal"]}
        days = {row["id"]: row["due_on"] for row in after["training_session"]}
        for reflection in after["reflection"]:
            place, session_id = reflection["enrolment_id"], reflection["training_session_id"]
            [row] = [
                row
                for row in after["module_progress"]
                if (row["enrolment_id"], row["module_id"]) == (place, reflection["module_id"])
            ]
            kept = json.loads(row["kept"]).get(str(session_id))
            if reflection["state"] in ("draft", "excused"):
                assert kept is None
                continue
            there = [
                row
                for row in after["submission"]
                if row["reflection_id"] == reflection["id"] and row["id"] not in taken_back
            ]
            handed_in = datetime.fromisoformat(there[0]["submitted_at"]) + timedelta(hours=7)  # in Jakarta
            own = [
                row["due_on"]
                for row in after["extension"]
                if (row["enrolment_id"], row["training_session_id"], row["ended_at"]) == (place, session_id, None)
            ]
            level = None
            if reflection["state"] == "accepted":
                last = [row["id"] for row in after["review"] if row["submission_id"] == there[-1]["id"]][-1]
                level = next((row["level"] for row in after["rating"] if row["review_id"] == last), None)
            assert kept == [reflection["state"], handed_in.date().isoformat(), max([days[session_id], *own]), level]

    def sessions_stand_in_order_and_rules_can_be_met(self, after: Stored) -> None:
        ids = {row["id"] for row in after["training_session"]}
        assert ids >= {row["id"] for row in self.before["training_session"]}, "none is ever deleted"
        for cohort_id in {row["cohort_id"] for row in after["training_session"]}:
            there = [row for row in after["training_session"] if row["cohort_id"] == cohort_id]
            assert sorted(row["position"] for row in there) == list(range(1, len(there) + 1))
        for module in after["module"]:
            own = [row for row in after["training_session"] if row["module_id"] == module["id"]]
            own.sort(key=lambda row: row["position"])
            assert [row["part"] for row in own] == list(range(1, module["parts"] + 1))
            assert own[-1]["position"] - own[0]["position"] == len(own) - 1, "a module stays together"
            assert module["required"] <= sum(row["is_expected"] and row["retired_at"] is None for row in own)
            rules = [row for row in after["rule_change"] if row["module_id"] == module["id"]]
            assert [row["version"] for row in rules] == list(range(2, len(rules) + 2))
            assert [row["from_required"] for row in rules[1:]] == [row["required"] for row in rules[:-1]]
            assert not rules or rules[-1]["required"] == module["required"]

    def completion_is_lost_only_by_opening_again(self, after: Stored) -> None:
        opened, together = [row for row in after["reopening"] if row not in self.before["reopening"]], []
        for earlier, later in zip(self.before["module_progress"], after["module_progress"], strict=True):
            if earlier["completed_at"] != later["completed_at"]:
                if earlier["completed_at"] is not None:
                    assert later["completed_at"] is None
                    assert len(opened) == 1
                    self.reached["completion lost"] += 1
                else:
                    self.reached["completion"] += 1
                    together.append(earlier["enrolment_id"])
        if len(set(together)) < len(together):
            self.reached["complete with another"] += 1


def said(row: Any) -> Row:
    """What a row says, of all that can be written."""
    answers = json.loads(row["answers"]) if isinstance(row["answers"], str) else row["answers"]
    facts = {name: row[name] for name in ("title", "number", "part", "facilitator")}
    return facts | {"session_date": str(row["session_date"])} | answers


@pytest.fixture
def walk() -> Iterator[type[Walk]]:
    """A machine on a database in memory, where there is a reflection in each state."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    drive_sqlite(engine)
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        world = make_world(session)
        with_rubric(world)
        with_outcomes(world)
        rule_changed(world, SERVICE, required=1)
        rule_changed(world, CONDUCT, prerequisite_id=world.sessions[SERVICE].module_id)
        there = [
            submitted(world, world.ana, SERVICE),
            returned(world, world.ana, SERVICE_2),
            accepted(world, world.ana, CONDUCT),
            draft(world, world.ben, CONDUCT),
            returned(world, world.ben, SERVICE),
        ]
        there[-1].excuse("Was ill.", by=world.oki, now=world.now + 2 * HOUR)
        world.keep()
        for reflection in there[1:3]:
            judged(world, claimed(world, reflection, outcome_of(world, "service")))
        ids, world.now = [reflection.id for reflection in there], world.now + DAY
    about = {"world": world, "engine": engine, "start": rows.read(engine), "reflections": ids, "reached": Counter()}
    yield type("WalkHere", (Walk,), about)
    engine.dispose()


def test_no_text_is_lost_history_stays_and_progress_is_right_wherever_people_go(walk: type[Walk]) -> None:
    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The same walks each time; so they are known to have been everywhere.
    verbs = {"write", "submit", "withdraw", "read", "returned", "accepted", "reopen", "excuse", "unexcuse", "comment"}
    verbs |= {"discard", "restore", "restore refused", "begin again", "add", "add refused"}
    verbs |= {"another rule", "another rule refused", "kept complete", "more time"}
    verbs |= {"a level asked for", "on time asked for", "another module first"}
    assert walk.reached.keys() >= verbs | {"stale", "completion", "completion lost"}
    for name in ("kept complete", "complete with another", "a level asked for", "on time asked for"):
        assert walk.reached[name], name
    assert walk.reached["another module first"]
    assert walk.reached.keys() >= {"other sessions refused", *(f"session: {does}" for does in CHANGES)}
    assert walk.reached["kept complete though more is asked for"]
    assert walk.reached["rule lowered"]
    kinds = ("shown", "confirmed", "waiting", "declined", "adrift")
    assert walk.reached.keys() >= {"claim", "claim refused", "judge a claim", *(f"claim: {kind}" for kind in kinds)}
