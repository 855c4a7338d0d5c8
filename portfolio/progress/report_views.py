"""The reports of a cohort's progress, sent as CSV and XLSX, each linked from the page on which the same is shown."""

from flask import Response, abort, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import selectinload

from portfolio import clock, policy
from portfolio.models import Cohort
from portfolio.progress import backlog, blueprint, difficulty, grid, plans, reports
from portfolio.progress.reports import Report
from portfolio.web.access import find
from portfolio.web.downloads import csv_of, xlsx_of


def _csv(report: Report) -> Response:
    return csv_of(report.file_name, report.one_table())


def _xlsx(report: Report) -> Response:
    return xlsx_of(report.file_name, report.sheets())


def _difficulty(cohort_id: int) -> Report:
    cohort = find(policy.overseen_cohorts(current_user), cohort_id)
    plan = plans.plan(cohort, cohort.today(clock.now()))
    lines = reports.difficulty_lines(difficulty.difficulties(cohort, plan))
    return Report(gettext("Difficulty"), cohort, plan, reports.difficulty_headings(), lines)


def _stuck(cohort_id: int) -> Report:
    cohort = find(policy.visible_cohorts(current_user), cohort_id)
    group = request.args.get("group") or None
    if group is not None and group not in grid.groups(current_user, cohort):
        abort(404)
    where = next((each for each in grid.Stuck if each.value == request.args.get("at")), grid.Stuck.MISSING)
    trainees = grid.visible_trainees(current_user, cohort, group)
    plan = plans.plan(cohort, cohort.today(clock.now()))
    lines = reports.stuck_lines(trainees, cohort, plan, where)
    return Report(str(reports.NAMES[where]), cohort, plan, reports.stuck_headings(where), lines)


def _backlog(cohort_id: int) -> Report:
    cohort = find(policy.overseen_cohorts(current_user).options(selectinload(Cohort.holidays)), cohort_id)
    now = clock.now()
    plan, lines = plans.plan(cohort, cohort.today(now)), reports.backlog_lines(backlog.desks(cohort, now))
    return Report(gettext("On whose desk"), cohort, plan, reports.backlog_headings(), lines)


@blueprint.get("/cohorts/<id:cohort_id>/difficulty.csv")
def difficulty_csv(cohort_id: int) -> Response:
    """How hard the modules are, as CSV."""
    return _csv(_difficulty(cohort_id))


@blueprint.get("/cohorts/<id:cohort_id>/difficulty.xlsx")
def difficulty_xlsx(cohort_id: int) -> Response:
    """The same as a workbook."""
    return _xlsx(_difficulty(cohort_id))


@blueprint.get("/cohorts/<id:cohort_id>/stuck.csv")
def stuck_csv(cohort_id: int) -> Response:
    """What sticks in one of the three places with whom, as CSV."""
    return _csv(_stuck(cohort_id))


@blueprint.get("/cohorts/<id:cohort_id>/stuck.xlsx")
def stuck_xlsx(cohort_id: int) -> Response:
    """The same as a workbook."""
    return _xlsx(_stuck(cohort_id))


@blueprint.get("/cohorts/<id:cohort_id>/backlog.csv")
def backlog_csv(cohort_id: int) -> Response:
    """What waits for whom, and how long answers took, as CSV."""
    return _csv(_backlog(cohort_id))


@blueprint.get("/cohorts/<id:cohort_id>/backlog.xlsx")
def backlog_xlsx(cohort_id: int) -> Response:
    """The same as a workbook."""
    return _xlsx(_backlog(cohort_id))
