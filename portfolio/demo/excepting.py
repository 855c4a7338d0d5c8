"""What the trainees of the demo ask for: to be excused, or more time; and what they are answered."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from portfolio.demo.shown import shown
from portfolio.demo.stories import Actors
from portfolio.models import Cohort, Enrolment, Extension, Request, TrainingSession, Wish

ASKED, ANSWERED, LONG_AGO = timedelta(hours=26), timedelta(hours=3), timedelta(days=6)
MORE = timedelta(days=5)


def ask(cohort: Cohort, actors: Actors, enrolments: list[Enrolment], now: datetime) -> Iterator[Request | Extension]:
    """Let the first ask for more time; of others who are late, one was not there, and one is given more time."""
    words, today = shown()["exceptions"], cohort.today(now)
    first, *others = enrolments
    late = {enrolment: late_with(cohort, enrolment, today) for enrolment in enrolments}
    absent, behind = [enrolment for enrolment in others if late[enrolment]][:2]
    in_vain = words["declined"]
    said = next(each.session for each in first.reflections if each.submitted_at and each.submitted_at < now - LONG_AGO)
    about: dict[str, Any] = {"reflection": None, "before": ()}
    declined = Request.ask(first, said, Wish.EXCUSE, in_vain["reason"], now=now - LONG_AGO, **about)
    declined.decline(in_vain["answer"], by=actors.organiser, now=now - LONG_AGO + ANSWERED)
    yield declined
    until, asked = today + MORE, now - ASKED
    yield Request.ask(first, late[first][0], Wish.EXTENSION, words["waiting"], wanted_on=until, now=asked, **about)
    yield Request.ask(absent, late[absent][0], Wish.ABSENCE, words["absent"], now=asked + ANSWERED, **about)
    granted = Request.ask(
        behind, late[behind][-1], Wish.EXTENSION, words["granted"]["reason"], wanted_on=until, now=asked, **about
    )
    yield granted
    more = granted.grant(words["granted"]["answer"], by=actors.organiser, now=asked + ANSWERED)
    if more is not None:
        yield more


def late_with(cohort: Cohort, enrolment: Enrolment, today: date) -> list[TrainingSession]:
    """The sessions whose day is over, and about which nothing stands of this trainee."""
    there = {each.session for each in enrolment.reflections if each.discarded_at is None}
    return [each for each in cohort.sessions if each.is_slot and each.due_on < today and each not in there]
