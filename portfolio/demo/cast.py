"""Who is in the demo, and what they can say: the words that come with it."""

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from portfolio.paths import PACKAGE

FOLDER = PACKAGE / "demo"
PASSWORD = "portfolio-demo"
TRAINEE, MENTOR, COACH, ORGANISER = (f"{role}@demo.example" for role in ("trainee", "mentor", "coach", "organiser"))


ASSESSOR = "assessor@demo.example"  # who has no button on the sign-in page: a visitor finds them in the guide


@cache
def words() -> dict[str, Any]:
    """Everything in the demo's files."""
    found: dict[str, Any] = {}
    for name in ("people", "sessions", "talk", "claims", "shown", "scored_blind"):
        found |= yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


@dataclass
class Writer:
    """A trainee of the demo, who never says the same thing twice."""

    name: str
    job: str
    random: random.Random
    sure: frozenset[str] = frozenset()  # the sessions that surely teach them something for their job

    def __post_init__(self) -> None:
        lessons = list(words()["jobs"][self.job]["lessons"])
        self.random.shuffle(lessons)
        self._lessons = lessons
        self._additions = list(words()["talk"]["rewritten"])
        self.random.shuffle(self._additions)
        self._english = {
            entry["session"]: entry for entry in words()["talk"].get("english", []) or words().get("english", [])
            if entry["author"] == self.name
        }  # fmt: skip

    def entry(self, session_slug: str) -> tuple[str, dict[str, str | list[str]]]:
        """A title and the answers of an entry about a session."""
        if written := self._english.get(session_slug):
            fields = ("discussed", "striking", "view", "lessons")
            return written["title"], {field: written[field] for field in fields}
        said = words()["sessions"][session_slug]
        answers: dict[str, str | list[str]] = {
            field: self.random.choice(said[field])
            for field in ("discussed", "striking", "view")
            if field == "discussed" or self.random.random() < 0.75
        }
        has_learnt = self.random.random() < 0.4
        if self._lessons and (has_learnt or session_slug in self.sure):
            answers["lessons"] = [self._lessons.pop()]
        return self.random.choice(words()["titles"][session_slug]), answers

    def addition(self) -> str:
        """What is added after a return; nothing when everything has been said."""
        return self._additions.pop() if self._additions else ""
