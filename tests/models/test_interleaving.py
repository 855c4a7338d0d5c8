"""Two tabs of one writer and a reviewer, in whatever order: no text disappears, and what lost was shown to its writer.

The machine plays the pages: what a tab has open, what it sends by itself and when that arrives, the page with both
texts, and the choice made there. Each text is written once, so that it is known by its words. After each step the
database is asked where every text is. It may be the living one, handed in, or put away; one that is none of these
must have stood before the eyes of whoever put another in its place. A text that was sent and not kept must have come
back in the answer, unless its own tab had sent a later one before.

PORTFOLIO_INTERLEAVINGS=1000 has it play that many.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from portfolio.database import Base, drive_sqlite
from portfolio.errors import Refused, Stale
from portfolio.models import Outcome, Pen, ReadEvent, Reason, Reflection, Reopening, Review, Role, State, User, Words
from portfolio.queries import to_change
from portfolio.web.differences import together
from tests import rows
from tests.cast import SERVICE, World, draft, make_world
from tests.extent import INTERLEAVINGS

STEPS = 40


@dataclass(frozen=True)
class Save:
    """What a tab sends by itself: its text, the version it knows, and which of its saves it is, counted."""

    text: str
    version: int
    stroke: int


@dataclass
class Tab:
    """A tab of the writer's browser: the page in it, and all that it ever showed."""

    name: str
    page: str = "reading"  # "writing", or "both" for the page with both texts
    version: int = 0
    text: str = ""
    merged: str = ""
    stroke: int = 0
    under_way: list[Save] = field(default_factory=list)
    arrived: Save | None = None  # the last, by its stroke, that the server has answered well
    shown: set[str] = field(default_factory=set)


tabs = st.integers(0, 1)
DONE_IN_A_TAB = [
    *["types", "saves_by_itself", "is_caught_up_with"] * 5,
    *["sends_the_form", "undoes"] * 2,
    *["presses", "presses", "leaves"],
]
FATES = ["heard", "unheard", "late"]


class Interleaving(RuleBasedStateMachine):
    """Ana writes in two tabs, Mia and Kris review."""

    world: World
    engine: sa.Engine
    start: rows.Rows
    id: int
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        rows.replace(self.engine, self.start)
        self.now = self.world.now
        self.session = Session(self.engine, expire_on_commit=False)
        self.reflection = self.loaded()
        self.tabs = [Tab("one"), Tab("two")]
        self.written = 0
        self.kept: set[str] = set()  # every text that was ever the living one
        self.settled: set[str] = set()  # those that lost, before the eyes of whoever had them lose
        self.living = self.stored()[0]
        for tab in self.tabs:
            self.opens(tab)

    def loaded(self) -> Reflection:
        """The reflection as it is stored, with what its verbs need."""
        query = to_change(sa.select(Reflection).where(Reflection.id == self.id))
        return self.session.scalars(query.execution_options(populate_existing=True)).unique().one()

    def teardown(self) -> None:
        self.session.close()

    # --- In a tab

    @rule(n=tabs, does=st.sampled_from(DONE_IN_A_TAB), data=st.data())
    def the_writer(self, n: int, does: str, data: st.DataObject) -> None:
        tab = self.tabs[n]
        if tab.page == "both" and does != "leaves":
            self.chooses(tab, data)
        elif tab.page == "reading" and does != "presses":
            self.opens(tab)
        else:
            getattr(self, does)(tab, data)

    def leaves(self, tab: Tab, data: st.DataObject) -> None:
        self.opens(tab)

    def types(self, tab: Tab, data: st.DataObject) -> None:
        self.written += 1
        blank = data.draw(st.integers(0, 9), "blank if 0") == 0
        tab.text = "" if blank else f"Text {self.written} of tab {tab.name}."
        tab.shown.add(tab.text)

    def undoes(self, tab: Tab, data: st.DataObject) -> None:
        if tab.arrived:
            tab.text = tab.arrived.text

    def saves_by_itself(self, tab: Tab, data: st.DataObject) -> None:
        tab.stroke += 1
        save, fate = Save(tab.text, tab.version, tab.stroke), data.draw(st.sampled_from(FATES), "fate")
        if fate == "late":
            tab.under_way.append(save)
        else:
            self.arrives(tab, save, is_heard=fate == "heard")

    def is_caught_up_with(self, tab: Tab, data: st.DataObject) -> None:
        if tab.under_way:
            which = data.draw(st.integers(0, len(tab.under_way) - 1), "which")
            self.arrives(tab, tab.under_way.pop(which), is_heard=data.draw(st.booleans(), "is heard"))

    def sends_the_form(self, tab: Tab, data: st.DataObject) -> None:
        tab.stroke += 1
        pen = Pen(tab.name, tab.stroke) if data.draw(st.booleans(), "with a script") else None
        self.sends(tab, tab.text, tab.version, pen, data.draw(st.booleans(), "hands in"))

    def chooses(self, tab: Tab, data: st.DataObject) -> None:
        choice = data.draw(st.sampled_from(["mine", "kept", "both", "both"]), "choice")
        self.reached[f"chose {choice}"] += 1
        if choice == "kept" or not self.reflection.is_writable:
            tab.page = "reading"
        else:
            text = tab.text if choice == "mine" else tab.merged
            tab.shown.add(text)
            self.sends(tab, text, tab.version, None, data.draw(st.booleans(), "hands in"))

    def presses(self, tab: Tab, data: st.DataObject) -> None:
        there = self.reflection
        fits = {State.DRAFT: ["restore", "begin again"] if there.discarded_at else ["discard"]}
        fits[State.SUBMITTED] = ["withdraw"]
        anything = ["discard", "restore", "begin again", "withdraw"]
        does = data.draw(st.sampled_from(fits.get(there.state, anything) * 4 + anything), "button")
        if does == "discard":
            self.happens(does, lambda: there.discard(now=self.now))
        elif does == "begin again":
            self.happens(does, lambda: there.begin_again(number=1, now=self.now))
        elif does == "withdraw":
            self.happens(does, lambda: there.withdraw(now=self.now))
        elif restorable := [kept for kept in there.discards if kept.restored_at is None]:
            self.happens(does, lambda: there.restore(restorable[-1], now=self.now))

    def opens(self, tab: Tab) -> None:
        there = self.reflection
        tab.page = "writing" if there.is_writable and there.discarded_at is None else "reading"
        tab.version, tab.text = there.version, self.living
        tab.shown.add(self.living)

    # --- At the desk

    @rule(does=st.sampled_from(["open", "return", "accept", "accept"]))
    def the_reviewer(self, does: str) -> None:
        does = "reopen" if self.reflection.state is State.ACCEPTED else does
        if self.reflection.state in (State.SUBMITTED, State.ACCEPTED):
            self.happens(does, lambda: getattr(self, f"_{does}")())

    def _open(self) -> None:
        if self.reflection.latest is not None and self.reflection.awaiting is not None:
            about = {"cohort_id": self.reflection.cohort_id, "submission": self.reflection.latest}
            self.session.add(ReadEvent(**about, reader=self._guide(), reason=Reason.REVIEW, read_at=self.now))

    def _return(self) -> None:
        self._decide(Outcome.RETURNED)

    def _accept(self) -> None:
        self._decide(Outcome.ACCEPTED)

    def _reopen(self) -> None:
        if self.reflection.latest is None or self.reflection.latest.reopening is None:
            self.session.add(Reopening.of(self.reflection, "Once more.", by=self._guide(), now=self.now))

    def _decide(self, outcome: Outcome) -> None:
        round = self.reflection.latest.round if self.reflection.latest else 1
        feedback = f"At {self.now}."  # each says something else, so that none is taken for another
        decision = Review.decide(self.reflection, outcome, feedback, round=round, by=self._guide(), now=self.now)
        self.session.add(decision)

    def _guide(self) -> User:
        of = self.world.kris if self.reflection.awaiting is Role.COACH else self.world.mia
        return self.session.get_one(User, of.id)

    # --- What the server does with it

    def arrives(self, tab: Tab, save: Save, *, is_heard: bool) -> None:
        """A save of the tab's own: its script hears the version, or that the text was not taken (and still has it)."""
        refusal = self.happens("save", lambda: self._write(save.text, save.version, Pen(tab.name, save.stroke)), by=tab)
        if refusal is None:
            if tab.arrived and tab.arrived.stroke > save.stroke:
                self.reached["late save passed over"] += 1
            else:
                tab.arrived = save
                assert self.living == save.text, "said to be kept, but is not"
            if is_heard and tab.page == "writing":
                tab.version = self.reflection.version
        if self.reflection.tab == tab.name and tab.arrived:
            assert self.living == tab.arrived.text, "an older save of a tab has beaten its newer one"

    def sends(self, tab: Tab, text: str, version: int, pen: Pen | None, hands_in: bool) -> None:
        """The form, by hand: afterwards there is another page, and no words are lost on the way to it."""
        refusal = self.happens("send", lambda: self._write(text, version, pen), by=tab)
        if isinstance(refusal, Stale):
            self.reached["both shown"] += 1
            tab.page, tab.text, tab.version = "both", text, self.reflection.version
            tab.merged = together(self.living, text)
            tab.shown |= {text, self.living, tab.merged}
        elif refusal is not None:
            tab.page = "reading"  # the page that says why has the text
            tab.shown.add(text)
        else:
            if pen:
                assert self.living == text, "said to be kept, but is not"
                tab.arrived = Save(text, version, pen.stroke)
            assert self.living == text
            if hands_in:
                self.happens("hand in", lambda: self.reflection.submit(now=self.now))
            self.opens(tab)

    def _write(self, text: str, version: int, pen: Pen | None) -> None:
        words = self.reflection.words
        told = Words(words.title, words.number, words.part, words.session_date, words.facilitator, {"view": text})
        self.reflection.write(told, version=version, pen=pen, now=self.now)

    def happens(self, name: str, verb: Callable[[], Any], *, by: Tab | None = None) -> Refused | None:
        """A moment later, in a transaction of its own; then every text is looked for."""
        self.now += timedelta(hours=5)
        refusal = None
        try:
            verb()
        except Refused as no:
            refusal = no
        self.session.commit()
        if name not in ("save", "send"):  # which change nothing but the reflection itself
            self.reflection = self.loaded()
        self.reached[name if refusal is None else f"{name} {type(refusal).__name__.lower()}"] += 1
        before = self.living
        self.living, handed_in, put_away = self.stored()
        self.kept.add(self.living)
        if refusal is not None:
            assert self.living == before
        if before not in handed_in | put_away | {self.living, ""}:
            assert by is not None, f"“{before}” disappeared by “{name}”"
            assert before in by.shown, f"“{before}” lost to “{self.living}” unseen"
            self.settled.add(before)
            self.reached["lost, and was shown"] += 1
        missing = self.kept - self.settled - {self.living, ""} - handed_in - put_away
        assert not missing, f"nowhere to be found after “{name}”: {missing}"
        return refusal

    def stored(self) -> tuple[str, set[str], set[str]]:
        """The living text, those handed in, and those put away that can be brought back, as the database has them."""
        table = Base.metadata.tables
        ask = self.session.scalars
        living = ask(sa.select(said(table["reflection"])).where(table["reflection"].c.id == self.id)).one()
        handed_in = set(ask(sa.select(said(table["submission"]))))
        put_away = set(ask(sa.select(said(table["discard"])).where(table["discard"].c.restored_at.is_(None))))
        self.session.commit()
        return living or "", handed_in, put_away


def said(table: sa.Table) -> sa.ColumnElement[str]:
    return sa.func.json_extract(table.c.answers, "$.view")


@pytest.fixture
def interleaving() -> Iterator[type[Interleaving]]:
    """A machine on a database in memory, where a draft has been begun."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    drive_sqlite(engine)
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        world = make_world(session)
        reflection = draft(world, world.ana, SERVICE)
        about = {"world": world, "engine": engine, "start": rows.read(engine), "id": reflection.id}
    yield type("InterleavingHere", (Interleaving,), about | {"reached": Counter()})
    engine.dispose()


def test_no_text_disappears_and_what_lost_was_shown_however_two_tabs_and_a_reviewer_take_turns(
    interleaving: type[Interleaving],
):
    run_state_machine_as_test(
        interleaving,
        settings=settings(
            max_examples=INTERLEAVINGS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The same each time; so they are known to have been everywhere.
    verbs = {"save", "send", "hand in", "discard", "restore", "begin again", "withdraw", "open", "return", "accept"}
    chosen = {"both shown", "chose mine", "chose kept", "chose both", "save stale", "lost, and was shown"}
    print(dict(interleaving.reached))  # shown by -s
    assert interleaving.reached.keys() >= verbs | chosen | {"send stale", "late save passed over"}


def test_a_late_save_does_not_beat_the_newer_one_that_took_it_back(world: World):
    """Typed, sent, changed, undone, sent again: words that are kept already are the newest all the same."""
    reflection = draft(world, world.ana, SERVICE)
    before = reflection.words

    def save(words: Words, stroke: int) -> None:
        there = world.reflection(reflection)
        there.write(words, version=reflection.version, pen=Pen("one", stroke), now=world.now)
        world.keep()

    save(typed := replace(before, title="Typed"), 1)
    save(typed, 3)  # the second, with what was undone since, is still under way
    save(replace(before, title="Undone"), 2)
    assert world.reflection(reflection).title == "Typed"
