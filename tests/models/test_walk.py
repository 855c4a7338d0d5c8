"""Random walks: whatever people do, in whatever order, no text is lost, history stays, and progress is right.

The machine keeps a model of its own, of the simplest kind: every text that was ever written or handed in. After each
step everything is stored, read back as plain rows, and compared.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.pool import StaticPool

from portfolio.database import Base, drive_sqlite
from portfolio.errors import Refused, Stale
from portfolio.models import (
    Basis,
    Comment,
    Effect,
    Module,
    ModuleProgress,
    Outcome,
    ReadEvent,
    Reason,
    Reflection,
    Reopening,
    Review,
    Role,
    RuleChange,
    User,
    Visibility,
    Words,
)
from portfolio.queries import to_change
from tests import rows
from tests.cast import (
    CONDUCT,
    DAY,
    HOUR,
    SERVICE,
    SERVICE_2,
    World,
    accepted,
    draft,
    make_world,
    returned,
    submitted,
)

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
    "comment": "id",
    "addendum": "id",
    "read_event": "id",
}
# What a conversation tells of itself, which goes on.
GOES_ON = frozenset({"turn", "awaits_id", "waiting_since", "promised_on", "resolved_at", "resolved_by_id"})
LOOKED_AT = (*HISTORY, "discard", "lesson", "document", "reflection", "module_progress", "module")
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
}

PUT_AWAY = ("discard", "restore", "begin_again", "add")

which = st.integers(0, 19)
# Whoever it waits for, most of the time.
guides = st.sampled_from([None, None, None, "mia", "kris", "paul"])
reasons = st.sampled_from(["Because.", "Because.", " "])


def lasting(row: Row) -> Row:
    """What of a row is never changed."""
    return {name: value for name, value in row.items() if name not in GOES_ON}


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
        does=st.sampled_from([*["write", "submit", "submit", "withdraw"] * 2, "comment", *PUT_AWAY]),
        data=st.data(),
    )
    def the_writer(self, n: int, does: str, data: st.DataObject) -> None:
        getattr(self, does)(n, data)

    @rule(n=which, does=st.sampled_from([*["decide"] * 5, "reopen", "read", "comment"]), data=st.data())
    def a_guide(self, n: int, does: str, data: st.DataObject) -> None:
        getattr(self, does)(n, data)

    @rule(n=which, does=st.sampled_from(["excuse", "unexcuse", "another rule"]), data=st.data())
    def the_organiser(self, n: int, does: str, data: st.DataObject) -> None:
        getattr(self, does.replace(" ", "_"))(n, data)

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
        self.happens("withdraw", n, lambda session, reflection: reflection.withdraw(now=self.now))

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

        def verb(session: Session, reflection: Reflection) -> None:
            round, by = len(reflection.submissions) - behind, self.guide(session, who, reflection)
            session.add(Review.decide(reflection, outcome, feedback, round=round, by=by, now=self.now))

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
        required, basis = data.draw(st.integers(0, 3), "required"), data.draw(st.sampled_from(Basis), "basis")
        reason, is_seen = data.draw(reasons, "reason"), data.draw(st.sampled_from([True] * 5 + [False]), "seen")

        def verb(session: Session, reflection: Reflection) -> None:
            module = session.scalars(
                sa.select(Module)
                .where(Module.id == reflection.module_id)
                .options(selectinload(Module.sessions), joinedload(Module.cohort))
            ).one()
            rows = session.scalars(sa.select(ModuleProgress).where(ModuleProgress.module_id == module.id)).all()
            before = session.scalars(sa.select(RuleChange).where(RuleChange.module_id == module.id)).all()
            effect = Effect.of(rows, required, basis)
            seen = len(before) + 1, effect if is_seen else replace(effect, others=effect.others + 1)
            by = self.person(session, "oki")
            change = RuleChange.publish(
                module, required, basis, reason, rows=rows, before=before, seen=seen, by=by, now=self.now
            )
            self.reached["kept complete"] += change.kept
            session.add(change)

        self.happens("another rule", n, verb)

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
        self.progress_is_what_a_recount_gives(after)
        self.completion_is_lost_only_by_opening_again(after)

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
            counting = row[{"submitted": "submitted", "reviewed": "accepted", "accepted": "accepted"}[module["basis"]]]
            counting += row["returned"] if module["basis"] == "reviewed" else 0
            if module["required"] and counting + states["excused"] >= module["required"]:
                assert row["completed_at"] is not None

    def completion_is_lost_only_by_opening_again(self, after: Stored) -> None:
        opened = [row for row in after["reopening"] if row not in self.before["reopening"]]
        for earlier, later in zip(self.before["module_progress"], after["module_progress"], strict=True):
            if earlier["completed_at"] != later["completed_at"]:
                if earlier["completed_at"] is not None:
                    assert later["completed_at"] is None
                    assert len(opened) == 1
                    self.reached["completion lost"] += 1
                else:
                    self.reached["completion"] += 1


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
        there = [
            submitted(world, world.ana, SERVICE),
            returned(world, world.ana, SERVICE_2),
            accepted(world, world.ana, CONDUCT),
            draft(world, world.ben, CONDUCT),
            returned(world, world.ben, SERVICE),
        ]
        there[-1].excuse("Was ill.", by=world.oki, now=world.now + 2 * HOUR)
        world.keep()
        ids, world.now = [reflection.id for reflection in there], world.now + DAY
    about = {"world": world, "engine": engine, "start": rows.read(engine), "reflections": ids, "reached": Counter()}
    yield type("WalkHere", (Walk,), about)
    engine.dispose()


def test_no_text_is_lost_history_stays_and_progress_is_right_wherever_people_go(walk: type[Walk]) -> None:
    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=40,
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
    verbs |= {"another rule", "another rule refused", "kept complete"}
    assert walk.reached.keys() >= verbs | {"stale", "completion", "completion lost"}
    assert walk.reached["kept complete"]
