"""Pages of progress: a trainee's own, and a trainee's as others see it."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.models import Enrolment
from portfolio.progress import blueprint, growth, queries, records
from portfolio.progress.days import months
from portfolio.progress.pace import catch_up
from portfolio.queries import load_series
from portfolio.turns import together, waiting_for_writer
from portfolio.web.access import find
from portfolio.web.navigation import places


@blueprint.get("/progress/")
def mine() -> ResponseReturnValue:
    """A trainee's own progress."""
    wanted = queries.with_cohort(queries.own_enrolments(current_user)).limit(1)
    enrolment = db.session.scalars(wanted).one_or_none()
    if enrolment is None:
        return render_template("reflections/nothing_yet.html")
    return _page(enrolment)


@blueprint.get("/enrolments/<id:enrolment_id>/progress")
def trainee(enrolment_id: int) -> ResponseReturnValue:
    """A trainee's progress, for those who guide or organise."""
    enrolment = find(queries.with_cohort(policy.visible_enrolments(current_user)), enrolment_id)
    return _page(enrolment)


@blueprint.get("/progress/calendar")
def my_calendar() -> ResponseReturnValue:
    """The days of a trainee's own programme."""
    wanted = queries.with_cohort(queries.own_enrolments(current_user)).limit(1)
    enrolment = db.session.scalars(wanted).one_or_none()
    if enrolment is None:
        return render_template("reflections/nothing_yet.html")
    return _calendar(enrolment)


@blueprint.get("/enrolments/<id:enrolment_id>/progress/calendar")
def calendar(enrolment_id: int) -> ResponseReturnValue:
    """The days of a trainee's programme, for those who guide or organise."""
    return _calendar(find(queries.with_cohort(policy.visible_enrolments(current_user)), enrolment_id))


def _page(enrolment: Enrolment) -> ResponseReturnValue:
    now, is_mine = clock.now(), enrolment.user_id == current_user.id
    series = load_series(enrolment, enrolment.cohort.today(now), viewer=current_user)
    rounds = growth.rounds_of(enrolment, current_user)
    return render_template(
        "progress/trainee.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        series=series,
        agendas=queries.cards(series),
        is_mine=is_mine,
        turns=together(waiting_for_writer(enrolment)) if is_mine else [],
        waiting=records.waiting_for_others(series),
        plan=catch_up(series, enrolment.cohort.calendar),
        growth=growth.growth_of(series, rounds, with_levels=is_mine or not _is_fellow(enrolment)),
        excuses=records.excuses_of(enrolment, current_user),
        may_declare=not is_mine and queries.may_declare(current_user, enrolment),
        now=now,
    )


def _calendar(enrolment: Enrolment) -> ResponseReturnValue:
    cohort, now = enrolment.cohort, clock.now()
    series = load_series(enrolment, cohort.today(now), viewer=current_user)
    holidays = {holiday.day: holiday.name for holiday in cohort.holidays}
    found = months(series.slots, weekend=cohort.weekend, holidays=holidays, today=series.today)
    return render_template(
        "progress/calendar.html",
        enrolment=enrolment,
        cohort=cohort,
        series=series,
        months=found,
        holds_today=any(month.holds(series.today) for month in found),
        is_mine=enrolment.user_id == current_user.id,
    )


def _is_fellow(enrolment: Enrolment) -> bool:
    # Fellow trainees are shown no levels, whatever else they are.
    return enrolment.cohort_id in {cohort_id for cohort_id, _ in places().trainee_in}
