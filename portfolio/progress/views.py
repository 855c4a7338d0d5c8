"""Pages of progress: a trainee's own, and a trainee's as others see it."""

from collections.abc import Callable

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio import clock, policy
from portfolio.claims import covered_by
from portfolio.database import db
from portfolio.models import Enrolment
from portfolio.progress import blueprint, growth, queries, records
from portfolio.progress.days import months
from portfolio.progress.pace import catch_up
from portfolio.series import load_series
from portfolio.turns import together, waiting_for_writer
from portfolio.web.access import find
from portfolio.web.navigation import places


@blueprint.get("/progress/")
def mine() -> ResponseReturnValue:
    """A trainee's own progress."""
    return _of_mine(_page)


def _of_mine(page: Callable[[Enrolment], ResponseReturnValue]) -> ResponseReturnValue:
    """A page of the newest cohort this person is a trainee in, if there is one."""
    wanted = queries.with_cohort(queries.own_enrolments(current_user)).limit(1)
    enrolment = db.session.scalars(wanted).unique().one_or_none()
    return render_template("reflections/nothing_yet.html") if enrolment is None else page(enrolment)


@blueprint.get("/enrolments/<id:enrolment_id>/progress")
def trainee(enrolment_id: int) -> ResponseReturnValue:
    """A trainee's progress, for those who guide or organise."""
    enrolment = find(queries.with_cohort(policy.visible_enrolments(current_user)), enrolment_id)
    return _page(enrolment)


@blueprint.get("/progress/calendar")
def my_calendar() -> ResponseReturnValue:
    """The days of a trainee's own programme."""
    return _of_mine(_calendar)


@blueprint.get("/enrolments/<id:enrolment_id>/progress/calendar")
def calendar(enrolment_id: int) -> ResponseReturnValue:
    """The days of a trainee's programme, for those who guide or organise."""
    return _calendar(find(queries.with_cohort(policy.visible_enrolments(current_user)), enrolment_id))


def _page(enrolment: Enrolment) -> ResponseReturnValue:
    now, is_mine = clock.now(), enrolment.user_id == current_user.id
    series = load_series(enrolment, enrolment.cohort.today(now), viewer=current_user)
    rounds = growth.rounds_of(enrolment, current_user)
    may_declare, may_excuse = (False, False) if is_mine else queries.may_judge(current_user, enrolment)
    with_levels = is_mine or not _is_fellow(enrolment)
    return render_template(
        "progress/trainee.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        series=series,
        agendas=queries.cards(series),
        is_mine=is_mine,
        turns=together(waiting_for_writer(enrolment)) if is_mine else [],
        waiting=records.waiting_for_others(series),
        asked=records.asked_about(enrolment, current_user),
        plan=catch_up(series, enrolment.cohort.calendar),
        covered=covered_by(enrolment) if enrolment.cohort.outcomes_published_at else None,
        growth=growth.growth_of(series, rounds, with_levels=with_levels),
        levels_of={round_.session_id for round_ in rounds} if with_levels else set(),
        excuses=records.excuses_of(enrolment, current_user),
        may_declare=may_declare,
        may_excuse=may_excuse,
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
