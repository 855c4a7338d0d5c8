"""The strip at midnight: which session is today's, in the last second of a day and in the first of the next."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portfolio import clock
from tests.cast import make_world
from tests.site import ONE_DATABASE, Site

CELL = re.compile(r'<li class="([^"]*)">\s*<[^>]*title="\d+ · ([^"]*)"')
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("database", [ONE_DATABASE], indirect=True)
@pytest.mark.parametrize(
    ("zone", "midnight"), [("Asia/Jakarta", 17), ("Asia/Makassar", 16), ("Asia/Jayapura", 15)], ids=str
)
def test_the_strip_turns_with_the_day(
    site: Site, session: Session, monkeypatch: pytest.MonkeyPatch, zone: str, midnight: int
):
    world = make_world(session, time_zone=zone)
    begins = datetime(2026, 3, 2, midnight, tzinfo=UTC)  # 00.00.00 of Tuesday the 3rd, there
    wanted = {
        begins - SECOND: ("Service (1): Open, today", "Service (2): Not yet open"),
        begins: ("Service (1): Late", "Service (2): Open, today"),
        begins + timedelta(days=1) - SECOND: ("Service (1): Late", "Service (2): Open, today"),
        begins + timedelta(days=1): ("Service (1): Late", "Service (2): Late"),
    }
    for now, said in wanted.items():
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        browser = site.sign_in(world.ana.id)
        for path in ("/", "/progress/"):
            cells = CELL.findall(browser.get(path).text)
            assert tuple(words for _, words in cells[:2]) == said, (now, path)
            marked = [words for classes, words in cells if "today" in classes.split()]
            assert marked == [words for _, words in cells if words.endswith(", today")]
            assert len(marked) == 1
