"""Who is reminded in the demo: somebody who is late and asked for nothing, and the mentor of the first trainee."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from portfolio.demo.excepting import late_with
from portfolio.demo.stories import Actors
from portfolio.models import Cohort, Concern, Enrolment, Nudge, Role, State
from portfolio.models.nudge import Thing

REMINDED = timedelta(hours=5)


def remind(cohort: Cohort, actors: Actors, enrolments: list[Enrolment], now: datetime) -> Iterator[Nudge]:
    """As their organiser would, some hours ago."""
    first, *others = enrolments
    at, today = now - REMINDED, cohort.today(now - REMINDED)
    late = [(enrolment, missing) for enrolment in others if (missing := late_with(cohort, enrolment, today))]
    who, missing = late[-1]
    things = [Thing(who.id, session.id) for session in missing]
    yield Nudge.send(cohort, who.user, Concern.MISSING, things, before=(), by=actors.organiser, now=at)
    mentor = actors.mentors[first.group]
    waiting = [
        Thing(each.enrolment.id, each.session.id, each.waiting_since)
        for enrolment in enrolments
        if actors.mentors[enrolment.group] is mentor
        for each in enrolment.reflections
        if each.state is State.SUBMITTED
        and each.awaiting is Role.MENTOR
        and each.waiting_since
        and each.waiting_since < at
    ]
    if waiting:
        yield Nudge.send(cohort, mentor, Concern.WAITING, waiting, before=(), by=actors.organiser, now=at)
