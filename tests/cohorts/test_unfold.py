"""Unfolding: the days of a pack become the days of a cohort's own calendar."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portfolio.cohorts import packs
from portfolio.models import Cohort, Mode, Programme, Template, TrainingSession
from tests.cohorts.files import NOW, Pack

TEMPLATES = {template["id"]: Template(slug=template["id"]) for template in packs.read_prompts(
    "prompts.yaml", (packs.FOLDER / "prompts.yaml").read_bytes()
)["templates"]}  # fmt: skip
MONDAY = date(2027, 1, 4)
NEW_YEAR, IMLEK = date(2027, 1, 1), date(2027, 2, 6)


def unfold(pack: Pack, starts_on: date = MONDAY, **values: Any) -> Cohort:
    programme = Programme.from_pack(pack, now=NOW)
    values = {"name": "A", "time_zone": "Asia/Jakarta", "templates": TEMPLATES, "now": NOW, **values}
    return Cohort.unfold(programme, starts_on=starts_on, **values)


def days(cohort: Cohort, slug: str) -> tuple[date, date]:
    (session,) = [session for session in cohort.sessions if session.slug == slug]
    return session.opens_on, session.due_on


def shipped(slug: str) -> Pack:
    pack = packs.shipped_pack(slug)
    assert pack is not None
    return pack


@pytest.mark.parametrize("slug", packs.shipped_slugs())
def test_a_shipped_pack_unfolds_whole(slug: str):
    pack = shipped(slug)
    holidays = {MONDAY + timedelta(days=n): "off" for n in (0, 7, 8, 9, 31, 60)}
    cohort = unfold(pack, holidays=holidays)
    packed = [each for agenda in pack["agendas"] for module in agenda["modules"] for each in module["sessions"]]
    assert [session.slug for session in cohort.sessions] == [each["id"] for each in packed]
    assert [session.position for session in cohort.sessions] == list(range(1, len(packed) + 1))
    assert [module.position for module in cohort.modules] == list(range(1, len(cohort.modules) + 1))
    for module in cohort.modules:
        assert [session.part for session in module.sessions] == list(range(1, module.parts + 1))
        assert module.required == sum(session.is_expected for session in module.sessions)
    for session, each in zip(cohort.sessions, packed, strict=True):
        assert cohort.calendar.is_working(session.opens_on)
        assert cohort.calendar.is_working(session.due_on)
        assert cohort.starts_on <= session.opens_on <= session.due_on
        # Counted another way: so many working days lie before it.
        passed = cohort.calendar.between(cohort.starts_on - timedelta(days=1), session.opens_on)
        assert passed == each["day"]
        assert session.mode is Mode(each["mode"])
        assert (session.template is None) == (each["reflection"]["template"] == "none")
    assert max(session.due_on for session in cohort.sessions) <= cohort.calendar.nth(MONDAY, pack["totals"]["days"])


@pytest.mark.parametrize("slug", packs.shipped_slugs())
def test_a_shipped_pack_is_stored_whole(session: Session, slug: str):
    programme, _ = packs.load_programme(session, shipped(slug), NOW)
    cohort = Cohort.unfold(
        programme,
        name=slug,
        starts_on=MONDAY,
        time_zone="Asia/Makassar",
        templates=packs.install_templates(session),
        now=NOW,
    )
    session.add(cohort)
    session.commit()
    stored = session.scalar(sa.select(sa.func.count(TrainingSession.id)).where(TrainingSession.cohort_id == cohort.id))
    assert stored == len(cohort.sessions) > 20


def test_working_days_skip_the_weekend(pack: Pack):
    cohort = unfold(pack)
    assert days(cohort, "first-days-s2") == (date(2027, 1, 8), date(2027, 1, 8))  # day 5, a Friday
    week_2 = cohort.modules[1].sessions[0]  # days 6 to 10
    assert (week_2.opens_on, week_2.due_on) == (date(2027, 1, 11), date(2027, 1, 15))


def test_a_session_of_several_days_opens_on_the_first_and_is_due_on_the_last(pack: Pack):
    assert days(unfold(pack), "first-days-s1") == (MONDAY, date(2027, 1, 8))


def test_a_holiday_moves_all_that_comes_after_it(pack: Pack):
    cohort = unfold(pack, holidays={date(2027, 1, 6): "Rabu"})
    assert days(cohort, "first-days-s1") == (MONDAY, date(2027, 1, 11))
    assert [holiday.name for holiday in cohort.holidays] == ["Rabu"]


def test_a_holiday_at_the_weekend_moves_nothing(pack: Pack):
    assert IMLEK.weekday() == 5
    moved = unfold(pack, holidays={IMLEK: "Imlek", NEW_YEAR: "Tahun Baru"})
    assert [s.due_on for s in moved.sessions] == [s.due_on for s in unfold(pack).sessions]


def test_another_weekend_is_another_calendar(pack: Pack):
    cohort = unfold(pack, weekend=[4, 5])
    assert days(cohort, "first-days-s1") == (MONDAY, date(2027, 1, 10))  # to Sunday, past Friday and Saturday
    assert unfold(pack, weekend=[]).sessions[0].due_on == date(2027, 1, 8)
    assert unfold(pack, weekend=[0, 1, 2, 3, 4, 5]).sessions[0].opens_on == date(2027, 1, 10)


def test_what_starts_at_a_weekend_or_on_a_holiday_begins_on_the_next_working_day(pack: Pack):
    assert days(unfold(pack, date(2027, 1, 2)), "first-days-s1")[0] == MONDAY
    cohort = unfold(pack, date(2027, 1, 2), holidays={MONDAY: "off"})
    assert days(cohort, "first-days-s1")[0] == date(2027, 1, 5)


def test_the_last_years_that_a_cohort_may_start_in_have_days_enough(pack: Pack):
    assert unfold(pack, date(2099, 12, 31)).sessions[-1].due_on == date(2100, 3, 10)


def test_a_week_without_a_day_to_work_or_an_unknown_zone_is_refused(pack: Pack):
    with pytest.raises(ValueError, match="weekend"):
        unfold(pack, weekend=range(7))
    with pytest.raises(ValueError, match="time zone"):
        unfold(pack, time_zone="Asia/Nowhere")
