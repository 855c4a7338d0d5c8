"""The server is killed again and again while people write: nothing that was acknowledged is lost, nothing is twice."""

import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portfolio.models import Comment, ModuleProgress, Reflection, State, Submission, Withdrawal
from tests import cast, postgres
from tests.load.server import Server
from tests.load.writer import Gate, Sheet, Writer
from tests.site import Site, opened

WRITERS, SESSIONS_EACH = 16, 6
LIVES = (0.5, 3.0)  # seconds until the next kill
LONGEST_LIFE = 20.0
RESTART_WITHIN = 3.0
ACKNOWLEDGED_A_ROUND = 100
Figures = dict[str, object]


@dataclass
class Found:
    """What the database did not keep as it was promised; and what it kept without having been able to say so."""

    lost: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    unheard: int = 0


def run(rounds: int = 100, database: str = "sqlite", *, pace: int = ACKNOWLEDGED_A_ROUND) -> Figures:
    """Kill it so many times. On a busy machine it lives longer, for `pace` acknowledgements a round on the average."""
    began, found, restarts, gate = time.monotonic(), Found(), [], Gate()
    with prepared(database) as (site, server, writers_of):
        restarts.append(server.start())
        writers = writers_of(gate)
        for writer in writers:
            writer.start()
        try:
            for number in range(1, rounds + 1):
                gate.open()
                _live(writers, pace * number)
                server.kill()
                gate.close()
                restarts.append(server.start())
                compare(site, [sheet for writer in writers for sheet in writer.sheets], found)
        finally:
            gate.close(for_ever=True)
            server.kill()
            for writer in writers:
                writer.join()
    acknowledged = acknowledged_by(writers)
    unexpected = [said for writer in writers for said in writer.unexpected]
    for said in [*sorted(found.lost | found.doubled | found.damaged), *unexpected][:40]:
        print(said, file=sys.stderr)
    figures: Figures = {
        "run": "kill9",
        "database": database,
        "rounds": rounds,
        "clients": WRITERS,
        "acknowledged": acknowledged.total(),
        "lost": len(found.lost),
        "doubled": len(found.doubled),
        "damaged": len(found.damaged),
        "unexpected": len(unexpected),
        **{f"acknowledged_{kind}s": count for kind, count in sorted(acknowledged.items())},
        "unanswered": sum(writer.unanswered for writer in writers),
        "kept_unheard": found.unheard,
        "conflicts": sum(writer.conflicts for writer in writers),
        "restart_median_s": round(statistics.median(restarts), 2),
        "restart_slowest_s": round(max(restarts), 2),
        "seconds": round(time.monotonic() - began),
    }
    return figures | {"missed": missed(figures)}


def _live(writers: list[Writer], enough: int) -> None:
    """Let them write for a random while, and longer while they are behind."""
    latest = time.monotonic() + LONGEST_LIFE
    time.sleep(random.uniform(*LIVES))
    while acknowledged_by(writers).total() < enough and time.monotonic() < latest:
        time.sleep(0.02)


def acknowledged_by(writers: list[Writer]) -> Counter[str]:
    """How often each thing was acknowledged."""
    return sum((writer.acknowledged for writer in writers), Counter())


def missed(figures: Figures) -> list[str]:
    """The goals that these figures do not reach."""
    none = [name for name in ("lost", "doubled", "damaged", "unexpected") if figures[name] != 0]
    few = int(str(figures["acknowledged"])) < ACKNOWLEDGED_A_ROUND * int(str(figures["rounds"]))
    slow = float(str(figures["restart_slowest_s"])) > RESTART_WITHIN
    return none + ["acknowledged"] * few + ["restart_slowest_s"] * slow


@contextmanager
def prepared(database: str) -> Iterator[tuple[Site, Server, "WritersOf"]]:
    """A database with sixteen trainees who are signed in, a server for it that is not started, and the writers."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portfolio-kill9-")))
        if database == "postgresql":
            url = stack.enter_context(postgres.server()).create_database()
        else:
            url = f"sqlite:///{folder / 'portfolio.sqlite3'}"
        site = stack.enter_context(opened(url))
        key = folder / "secret-key"
        key.touch(mode=0o600)
        key.write_text(site.settings.secret_key)
        with site.session() as session:
            world = cast.make_world(session, trainees=WRITERS, sessions=SESSIONS_EACH + 4)
            sessions = [about.id for about in world.sessions[:SESSIONS_EACH]]
            trainees = [trainee.id for trainee in world.trainees]
        cookies = [site.sign_in(trainee).get_cookie("portfolio") for trainee in trainees]
        site.engine.dispose()
        server = Server(folder, url)
        stack.callback(server.kill)
        yield site, server, WritersOf(server.port, [cookie.value for cookie in cookies if cookie], sessions)


@dataclass(frozen=True)
class WritersOf:
    """Makes the writers."""

    port: int
    cookies: list[str]
    sessions: list[int]

    def __call__(self, gate: Gate) -> list[Writer]:
        """One for each cookie."""
        numbered = enumerate(self.cookies)
        return [Writer(number, self.port, cookie, self.sessions, gate) for number, cookie in numbered]


def compare(site: Site, sheets: Iterable[Sheet], found: Found) -> None:
    """Compare what the database has with what the writers heard. Nobody may be writing."""
    with Session(site.engine) as session:
        kept = Kept.of(session)
        for sheet in (sheet for sheet in sheets if sheet.id):
            _compare_text(sheet, kept, found)
            _compare_rounds(sheet, kept, found)
            _compare_comments(sheet, kept, found)
        found.damaged.update(_damage(session))
    site.engine.dispose()  # so that nothing of ours is open when the server is killed


@dataclass(frozen=True)
class Kept:
    """What the database has."""

    reflections: dict[int, tuple[State, str, object]]
    submissions: dict[int, list[tuple[str, object, bool]]]  # with whether they were taken back
    comments: Counter[str]

    @classmethod
    def of(cls, session: Session) -> "Kept":
        """Read it."""
        texts = sa.select(Reflection.id, Reflection.state, Reflection.title, Reflection.answers)
        rounds = sa.select(
            Submission.reflection_id, Submission.title, Submission.answers, Withdrawal.submission_id.is_not(None)
        ).outerjoin(Withdrawal, Withdrawal.submission_id == Submission.id)
        submissions: dict[int, list[tuple[str, object, bool]]] = {}
        for reflection_id, title, answers, is_taken_back in session.execute(rounds):
            submissions.setdefault(reflection_id, []).append((title, answers, is_taken_back))
        return cls(
            {id: (state, title, answers) for id, state, title, answers in session.execute(texts)},
            submissions,
            Counter(session.scalars(sa.select(Comment.text))),
        )


def _compare_text(sheet: Sheet, kept: Kept, found: Found) -> None:
    """What is kept is the last text that was acknowledged, or one that was sent after it."""
    state, *text = kept.reflections.get(sheet.id, (None, "", {}))
    number = _number(sheet, text[0])
    if number is None or tuple(text) != sheet.drafts[number].kept:
        if sheet.acknowledged >= 0 or state is None:
            found.lost.add(f"text {sheet.name}.{sheet.acknowledged} is not there, but {text}")
        return
    if number < sheet.acknowledged:
        found.lost.add(f"text {sheet.name}.{sheet.acknowledged} is not there, but the older {number}")
    found.unheard += number > sheet.acknowledged
    if not sheet.pending and (state is State.SUBMITTED) != (sheet.stands is not None):
        found.lost.add(f"{sheet.name} is {state}, and its writer heard otherwise of {number}")


def _compare_rounds(sheet: Sheet, kept: Kept, found: Found) -> None:
    rounds = kept.submissions.get(sheet.id, [])
    times = Counter(title for title, _, _ in rounds)
    taken_back = {title for title, _, is_taken_back in rounds if is_taken_back}
    for title, answers, _ in rounds:
        number = _number(sheet, title)
        if number not in sheet.handed_in or (title, answers) != sheet.drafts[number].kept:
            found.lost.add(f"round {title} of {sheet.name} is not what was handed in")
    for number, is_acknowledged in sheet.handed_in.items():
        title = sheet.drafts[number].title
        if is_acknowledged and not times[title]:
            found.lost.add(f"submission {title} is not there")
        if times[title] > 1:
            found.doubled.add(f"submission {title} is there {times[title]} times")
        found.unheard += times[title] > 0 and not is_acknowledged
    for number, is_acknowledged in sheet.taken_back.items():
        if is_acknowledged and sheet.drafts[number].title not in taken_back:
            found.lost.add(f"the withdrawal of {sheet.drafts[number].title} is not there")


def _compare_comments(sheet: Sheet, kept: Kept, found: Found) -> None:
    for text, is_acknowledged in sheet.comments.items():
        if is_acknowledged and not kept.comments[text]:
            found.lost.add(f"not there: {text}")
        if kept.comments[text] > 1:
            found.doubled.add(f"{kept.comments[text]} times there: {text}")
        found.unheard += kept.comments[text] > 0 and not is_acknowledged


def _number(sheet: Sheet, title: str) -> int | None:
    """Which of the drafts has this title."""
    prefix = f"Catatan {sheet.name}."
    number = title.removeprefix(prefix)
    is_ours = title.startswith(prefix) and number.isdigit() and int(number) < len(sheet.drafts)
    return int(number) if is_ours else None


def _damage(session: Session) -> Iterator[str]:
    """What the database itself finds wrong, and progress that is not what the reflections say."""
    if session.get_bind().dialect.name == "sqlite":
        said = session.execute(sa.text("PRAGMA integrity_check")).scalars().all()
        yield from (f"integrity_check: {line}" for line in said if line != "ok")
        yield from (f"foreign_key_check: {row}" for row in session.execute(sa.text("PRAGMA foreign_key_check")))
    submitted = dict(
        session.execute(
            sa.select(Reflection.enrolment_id, sa.func.count())
            .where(Reflection.state == State.SUBMITTED)
            .group_by(Reflection.enrolment_id)
        ).all()
    )
    counted = session.execute(
        sa.select(ModuleProgress.enrolment_id, sa.func.sum(ModuleProgress.submitted)).group_by(
            ModuleProgress.enrolment_id
        )
    )
    for enrolment_id, count in counted:
        if count != submitted.get(enrolment_id, 0):
            yield f"the progress of enrolment {enrolment_id} counts {count}, not {submitted.get(enrolment_id, 0)}"
