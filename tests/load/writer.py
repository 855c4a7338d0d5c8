"""Somebody who writes as a browser's tab does, and remembers what the server said is kept.

Each has reflections of their own, autosaves, hands in, takes back and comments. What got no answer is sent again, as
the scripts and people do it: a save with the next stroke, everything else just so.
"""

import http.client
import random
import re
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE = 20  # seconds, like the script of the page
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
WORDS = (
    "antrean loket pelayanan warga ibu-ibu berkas petugas hari-hari “nilai” naïve 日本 🌱 e\u0301 menunggu & < > % +"
)
DONE = (200, 303)
ENOUGH = 5  # unexpected answers, after which a writer gives up


class Over(Exception):
    """The run ends."""


class Gate:
    """Requests go through while it is open. Closing waits until none is on its way: then what was heard stands."""

    def __init__(self) -> None:
        self._changed, self._inside, self._open, self._over = threading.Condition(), 0, False, False

    @contextmanager
    def through(self) -> Iterator[None]:
        """Wait until it is open, and be on the way; Over when it never opens again."""
        with self._changed:
            self._changed.wait_for(lambda: self._open or self._over)
            if self._over:
                raise Over
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def open(self) -> None:
        """Let them go."""
        with self._changed:
            self._open = True
            self._changed.notify_all()

    def close(self, *, for_ever: bool = False) -> None:
        """Let nobody go, and wait for those on their way."""
        with self._changed:
            self._open, self._over = False, for_ever
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._inside)


@dataclass(frozen=True)
class Answer:
    """What was heard of the server."""

    status: int
    location: str
    text: str


@dataclass(frozen=True)
class Draft:
    """One text as it is sent, and as it should be kept."""

    title: str
    discussed: str
    view: str
    lessons: tuple[str, ...]

    @property
    def fields(self) -> dict[str, str]:
        """As a form sends it."""
        lessons = {f"answer_lessons-{place}": lesson for place, lesson in enumerate(self.lessons)}
        said = {"title": self.title, "answer_discussed": self.discussed, "answer_view": self.view}
        return {"visibility": "mentor", "facilitator": "Ibu Farah"} | said | lessons

    @property
    def kept(self) -> tuple[str, dict[str, object]]:
        """The title and the answers, as the database should have them."""
        return self.title, {"discussed": self.discussed, "view": self.view, "lessons": list(self.lessons)}


@dataclass
class Sheet:
    """One reflection, all that was ever sent for it, and what of that was acknowledged."""

    session_id: int
    name: str
    id: int = 0
    version: str = ""
    tab: str = ""
    stroke: int = 0
    pending: str = ""  # what was sent and not answered yet
    drafts: list[Draft] = field(default_factory=list)
    acknowledged: int = -1  # the last draft that we heard is kept
    stands: int | None = None  # the draft that waits for its review
    handed_in: dict[int, bool] = field(default_factory=dict)  # draft -> whether it was acknowledged
    taken_back: dict[int, bool] = field(default_factory=dict)
    comments: dict[str, bool] = field(default_factory=dict)


class Writer(threading.Thread):
    """One of them, with a browser that is signed in."""

    def __init__(self, number: int, port: int, cookie: str, sessions: list[int], gate: Gate) -> None:
        super().__init__(name=f"writer {number}")
        self.port, self.gate, self.chance = port, gate, random.Random(f"{number} {secrets.token_hex(4)}")
        self.headers = {"Cookie": f"portfolio={cookie}", **FORM}
        self.sheets = [Sheet(session, f"{number}.{place}") for place, session in enumerate(sessions)]
        self.acknowledged: Counter[str] = Counter()
        self.unanswered = 0
        self.conflicts = 0
        self.unexpected: list[str] = []
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def run(self) -> None:
        """Write until it is over."""
        try:
            while True:
                self._step(self.chance.choice(self.sheets))
        except Over:
            pass
        finally:
            self._connection.close()

    def _step(self, sheet: Sheet) -> None:
        if not sheet.id:
            self._begin(sheet)
            self._open(sheet)
        elif sheet.stands is None:
            for _ in range(self.chance.randint(1, 6)):
                self._save(sheet)
            if self.chance.random() < 0.4:
                self._hand_in(sheet)
        elif self.chance.random() < 0.6 and len(sheet.comments) < 60:
            self._comment(sheet)
        else:
            self._take_back(sheet, sheet.stands)
            self._open(sheet)

    # --- What a writer does

    def _begin(self, sheet: Sheet) -> None:
        def heard(answer: Answer) -> None:
            if found := re.search(r"/reflections/(\d+)/", answer.location):
                sheet.id = int(found[1])

        self._insist(sheet, "begin", lambda: self._ask("POST", f"/sessions/{sheet.session_id}/reflection"), heard)

    def _open(self, sheet: Sheet) -> bool:
        """Come to the page in which one writes, as with a new tab; False when it is not to be written on now."""

        def heard(answer: Answer) -> None:
            if found := re.search(r'name="version"[^>]*value="(\d+)"', answer.text):
                sheet.version, sheet.tab, sheet.stroke = found[1], secrets.token_hex(16), 0

        answer = self._insist(sheet, "", lambda: self._ask("GET", f"/reflections/{sheet.id}/edit"), heard)
        if answer.status not in DONE:
            self._complain("opening", answer)
        return answer.status == 200

    def _save(self, sheet: Sheet) -> None:
        number = self._write(sheet)

        def heard(answer: Answer) -> None:
            found = re.search(r'"version":\s*(\d+)', answer.text)
            sheet.version, sheet.acknowledged = found[1] if found else "", number

        self._send(sheet, "save", "draft", number, heard)

    def _hand_in(self, sheet: Sheet) -> None:
        number = self._write(sheet)
        sheet.handed_in[number] = False

        def heard(answer: Answer) -> None:
            sheet.acknowledged = sheet.stands = number
            sheet.handed_in[number] = True

        self._send(sheet, "submission", "submission", number, heard)

    def _take_back(self, sheet: Sheet, number: int) -> None:
        sheet.taken_back[number] = False
        before = self.unanswered

        def heard(answer: Answer) -> None:
            sheet.taken_back[number], sheet.stands = True, None

        answer = self._insist(
            sheet, "withdrawal", lambda: self._ask("POST", f"/reflections/{sheet.id}/withdrawal"), heard
        )
        if answer.status == 409 and self.unanswered > before and self._open(sheet):
            sheet.stands = None  # it was taken back already, and only the answer got lost
        elif answer.status not in DONE:
            self._complain("withdrawal", answer)
        sheet.pending = ""

    def _comment(self, sheet: Sheet) -> None:
        text = f"Komentar {sheet.name}.{len(sheet.comments)}: {self._words(12)}"
        sheet.comments[text] = False

        def heard(answer: Answer) -> None:
            sheet.comments[text] = True

        address = f"/reflections/{sheet.id}/comments"
        answer = self._insist(sheet, "comment", lambda: self._ask("POST", address, {"text": text}), heard)
        if answer.status not in DONE:
            self._complain("comment", answer)

    # --- How it is sent

    def _write(self, sheet: Sheet) -> int:
        number = len(sheet.drafts)
        lessons = tuple(f"Pelajaran {place}: {self._words(8)}" for place in range(self.chance.randint(1, 3)))
        paragraphs = "\n\n".join(self._words(self.chance.randint(5, 60)) for _ in range(self.chance.randint(1, 4)))
        sheet.drafts.append(Draft(f"Catatan {sheet.name}.{number}", paragraphs, self._words(30), lessons))
        return number

    def _words(self, count: int) -> str:
        # As a form cleans it, so that it comes back byte by byte: composed letters, no space around.
        return " ".join(self.chance.choices(WORDS.replace("e\u0301", "é").split(), k=count))

    def _send(self, sheet: Sheet, kind: str, to: str, number: int, heard: Callable[[Answer], None]) -> None:
        """Send a draft until it is kept; what another tab overtook is sent again from a page opened anew."""

        def send() -> Answer | None:
            sheet.stroke += 1
            pen = {"version": sheet.version, "tab": sheet.tab, "stroke": str(sheet.stroke)}
            return self._ask("POST", f"/reflections/{sheet.id}/{to}", sheet.drafts[number].fields | pen)

        while (answer := self._insist(sheet, kind, send, heard)).status not in DONE:
            if answer.status == 409:
                self.conflicts += 1
            else:
                self._complain(kind, answer)
            self._open(sheet)

    def _insist(
        self, sheet: Sheet, kind: str, send: Callable[[], Answer | None], heard: Callable[[Answer], None]
    ) -> Answer:
        """Send until there is an answer. A person who waited in vain opens the page anew now and then."""
        sheet.pending = kind or sheet.pending
        while True:
            with self.gate.through():
                answer = send()
                if answer is not None and answer.status in DONE:
                    heard(answer)
                    sheet.pending = "" if kind else sheet.pending
                    if kind:
                        self.acknowledged[kind] += 1
            if answer is not None and answer.status != 503:
                return answer
            self.unanswered += 1
            threading.Event().wait(self.chance.uniform(0.01, 0.1))
            if kind == "save" and self.chance.random() < 0.2:
                self._open(sheet)

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer | None:
        try:
            self._connection.request(method, path, urlencode(fields or {}) if method == "POST" else None, self.headers)
            response = self._connection.getresponse()
            return Answer(response.status, response.headers.get("Location", ""), response.read().decode())
        except (OSError, http.client.HTTPException):
            self._connection.close()  # the next request opens it again
            return None

    def _complain(self, kind: str, answer: Answer) -> None:
        self.unexpected.append(
            f"{self.name}: {kind} was answered {answer.status}: {' '.join(answer.text.split())[:300]}"
        )
        if len(self.unexpected) >= ENOUGH:
            raise Over
