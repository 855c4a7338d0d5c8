"""The calendar itself, read again by the library that made it and by hand: whole days, whole titles, nothing else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar, Event

from portfolio.calendars.making import calendar
from portfolio.database import Bilingual
from portfolio.models import Cohort, Enrolment, Language, Module, Reflection, State, TrainingSession
from portfolio.series import Series, Slot
from tests.site import ONE_DATABASE

pytestmark = pytest.mark.parametrize("database", [ONE_DATABASE], indirect=True)

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
DUE = date(2026, 3, 4)
HOME = "https://portfolio.example/"
AWKWARD = {
    "commas": "Asking, listening, and, then, writing",
    "semicolons and colons": 'Who; why: "when"; END:VCALENDAR',
    "backslashes": r"C:\new\, \; \\ and \n as it is",
    "two lines": "The first line\nthe second",
    "lines of another system": "The first line\r\nATTACH:https://evil.example\r\nthe third",
    "a lone return": "The first line\rATTENDEE:mailto:x@evil.example",
    "an event of its own": "Title\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Another",
    "emoji": "Melayani 🎉👩🏽‍🏫 dengan hati ❤️",
    "from right to left": "\u202eمن اليمين\u202c إلى اليسار",
    "200 letters": "x" * 200,
    "200 wide letters": "反" * 200,
    "signs that nobody sees": "A\0 title\x07 with\x1b bells\x7f",
}


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def series(
    *slots: Slot, today: date = DUE, zone: str = "Asia/Jakarta", name: str = "First", enrolment: int = 7
) -> Series:
    return Series(Enrolment(id=enrolment, cohort=Cohort(name=name, time_zone=zone)), slots, today, is_own=True)


def slot(
    title: str = "Service",
    *,
    id: int = 1,
    module: str = "Serving",
    opens_on: date = DUE,
    due_on: date = DUE,
    today: date = DUE,
    state: State | None = None,
    is_excused: bool = False,
    extended_to: date | None = None,
) -> Slot:
    both = {language.value: title for language in Language}
    inside = Module(title=Bilingual({language.value: module for language in Language}))
    session = TrainingSession(id=id, title=Bilingual(both), module=inside, opens_on=opens_on, due_on=due_on)
    written = Reflection(state=state) if state else None
    return Slot(session, written, today, is_excused=is_excused, extended_to=extended_to)


def made(*all_series: Series, language: Language = Language.ENGLISH, origin: str = HOME) -> bytes:
    return calendar(all_series, language=language, origin=origin, address=lambda slot: f"{HOME}{slot.session.id}")


def events(ics: bytes) -> list[Event]:
    read = Calendar.from_ical(ics)
    assert not read.errors
    found = read.walk("VEVENT")
    assert [event for event in found if event.errors] == []
    return found


def lines(ics: bytes) -> list[str]:
    """Its lines, unfolded by hand."""
    return ics.decode().replace("\r\n ", "").split("\r\n")


def escaped(text: str) -> str:
    """A text as it stands in a calendar, by hand: RFC 5545, 3.3.11."""
    for sign in "\\,;":
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", r"\n")


def test_a_calendar_as_it_is_sent():
    told = lines(made(series(slot("Service, well done", id=3))))
    [uid] = [line for line in told if line.startswith("UID:")]
    told.remove(uid)
    assert sorted(told) == sorted([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Portfolio//Calendar//EN",
        "NAME:Reflections: First", "X-WR-CALNAME:Reflections: First",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H", "X-PUBLISHED-TTL:PT12H",
        "BEGIN:VEVENT", "DTSTAMP:20260303T170000Z",
        "DTSTART;VALUE=DATE:20260304", "DTEND;VALUE=DATE:20260305",
        r"SUMMARY:Due: Service\, well done", r"DESCRIPTION:Serving\nOpen\n\nhttps://portfolio.example/3",
        "URL:https://portfolio.example/3", "CATEGORIES:First", "TRANSP:TRANSPARENT",
        "END:VEVENT", "END:VCALENDAR", "",
    ])  # fmt: skip


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_a_title_comes_out_as_it_went_in(text: str):
    ics = made(series(slot(text, module=text), name=text))
    wanted = text.replace("\r\n", "\n").replace("\r", "\n")
    wanted = "".join(sign for sign in wanted if sign not in "\0\x07\x1b\x7f")
    [event] = events(ics)
    assert str(event["summary"]) == f"Due: {wanted}"
    assert str(event["description"]) == f"{wanted}\nOpen\n\n{HOME}1"
    assert [str(name) for name in event.categories] == [wanted]
    for name in ("NAME", "X-WR-CALNAME"):  # which the library does not read as texts
        assert f"{name}:Reflections: {escaped(wanted)}" in lines(ics)
    names = [line.partition(":")[0].partition(";")[0] for line in lines(ics)]
    assert names.count("BEGIN") == names.count("END") == 2
    assert not {"ATTACH", "ATTENDEE", "VALARM"} & set(names)
    for line in ics.split(b"\r\n"):
        assert len(line) <= 75, "an octet too many for some programmes"
        line.decode()  # no letter is cut in two
    assert b"\n" not in ics.replace(b"\r\n", b"")
    assert b"\r" not in ics.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("zone", "midnight"), [("Asia/Jakarta", 17), ("Asia/Makassar", 16), ("Asia/Jayapura", 15)], ids=str
)
def test_no_day_is_shifted_at_midnight(zone: str, midnight: int):
    first_of_the_next = datetime(2026, 3, 4, midnight, tzinfo=UTC)  # 00.00.00 of the 5th, there
    for now, today, state in ((first_of_the_next - SECOND, DUE, "Open"), (first_of_the_next, DUE + DAY, "Late")):
        assert Cohort(time_zone=zone).today(now) == today
        ics = made(series(slot(today=today), today=today, zone=zone))
        assert "DTSTART;VALUE=DATE:20260304" in lines(ics)
        [event] = events(ics)
        assert (type(event["dtstart"].dt), event["dtstart"].dt) == (date, date(2026, 3, 4))
        assert (type(event["dtend"].dt), event["dtend"].dt) == (date, date(2026, 3, 5))
        assert str(event["description"]).splitlines()[1] == state
        # What is said is dated to the beginning of the day on which it is so.
        assert event["dtstamp"].dt == datetime(today.year, today.month, today.day, midnight, tzinfo=UTC) - DAY


@pytest.mark.parametrize(
    ("found", "summary", "state"),
    [
        (slot(), "Due: Service", "Open"),
        (slot(today=DUE - DAY), "Due: Service", "Not yet open"),
        (slot(today=DUE + DAY), "Due: Service", "Late"),
        (slot(state=State.DRAFT), "Due: Service", "Draft"),
        (slot(state=State.SUBMITTED, today=DUE + DAY), "Handed in: Service", "Awaiting review"),
        (slot(state=State.RETURNED), "To revise: Service", "Needs revision"),
        (slot(state=State.ACCEPTED), "Handed in: Service", "Accepted"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_it_stands(found: Slot, summary: str, state: str):
    [event] = events(made(series(found)))
    assert str(event["summary"]) == summary
    assert str(event["description"]).splitlines()[:2] == ["Serving", state]


def test_who_was_given_more_time_has_it_on_their_day():
    [event] = events(made(series(slot(extended_to=date(2026, 3, 12)))))
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 3, 12), date(2026, 3, 13))


def test_what_lasts_several_days_is_due_on_the_last():
    [event] = events(made(series(slot(due_on=date(2026, 3, 31)))))
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 3, 31), date(2026, 4, 1))


def test_what_is_excused_is_left_out():
    assert events(made(series(slot(is_excused=True), slot("Conduct", id=2))))[0]["summary"] == "Due: Conduct"
    assert events(made(series(slot(is_excused=True)))) == []


def test_several_cohorts_in_one_calendar():
    ics = made(series(slot()), series(slot("Conduct", id=2), name="Second", zone="Asia/Jayapura", enrolment=8))
    told = [(str(event["summary"]), [str(name) for name in event.categories]) for event in events(ics)]
    assert told == [("Due: Service", ["First"]), ("Due: Conduct", ["Second"])]
    assert str(Calendar.from_ical(ics)["x-wr-calname"]) == "Reflections"


def uid(ics: bytes) -> str:
    [event] = events(ics)
    return str(event["uid"])


def test_an_event_stays_the_same_one():
    first = uid(made(series(slot())))
    later = slot("Another title", due_on=DUE + 9 * DAY, today=DUE + DAY, state=State.ACCEPTED)
    assert uid(made(series(later, today=DUE + DAY, name="Renamed"), language=Language.INDONESIAN)) == first
    others = [
        uid(made(series(slot(id=2)))),
        uid(made(series(slot(), enrolment=8))),
        uid(made(series(slot()), origin="https://another.example/")),
    ]
    assert len({first, *others}) == 4, "nobody's day is taken for another's"
    assert made(series(slot())) == made(series(slot()))


def test_in_the_language_of_the_reader():
    [event] = events(made(series(slot(today=DUE + DAY)), language=Language.INDONESIAN))
    assert str(event["description"]).splitlines()[1] == "Terlambat"
