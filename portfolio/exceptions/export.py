"""The exceptions log to take away: a line for each thing that happened, the newest first."""

from collections.abc import Iterator

import sqlalchemy as sa
from flask import Response
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.exceptions import blueprint, log
from portfolio.exceptions.log import What
from portfolio.models import Cohort, Enrolment, Wish
from portfolio.spreadsheets import Row, Sheet
from portfolio.web.access import find
from portfolio.web.downloads import csv_of, xlsx_of
from portfolio.web.filters import brief, day, words

HAPPENED = {
    What.EXCUSED: lazy_gettext("Excused"),
    What.EXPECTED: lazy_gettext("Expected after all"),
    What.EXTENDED: lazy_gettext("More time"),
    What.ENDED: lazy_gettext("More time ended"),
    What.DECLINED: lazy_gettext("Declined"),
    What.WITHDRAWN: lazy_gettext("Taken back"),
    What.REOPENED: lazy_gettext("Reopened"),
}
WISHES = {
    Wish.EXTENSION: lazy_gettext("More time"),
    Wish.ABSENCE: lazy_gettext("Not at the session"),
    Wish.EXCUSE: lazy_gettext("To be excused"),
}


def headings() -> list[str]:
    """What stands above each column."""
    return [
        gettext("Name"),
        gettext("Group"),
        gettext("Session"),
        gettext("What happened"),
        gettext("Day"),
        gettext("When"),
        gettext("By"),
        gettext("Reason"),
        gettext("Asked for"),
        gettext("Asked because"),
        gettext("Asked until"),
        gettext("More time until"),
    ]


def lines(enrolments: sa.Select[int], time_zone: str) -> Iterator[Row]:
    """The log about these trainees, read as it is wanted. One statement, however long it is."""
    for entry in log.every(enrolments):
        yield [
            entry.enrolment.user.name,
            entry.enrolment.group,
            words(entry.session.title),
            str(HAPPENED[entry.what]),
            clock.day_in(entry.at, time_zone),
            brief(entry.at, time_zone),
            entry.by.addressed,
            entry.reason,
            str(WISHES[entry.wish]) if entry.wish else "",
            entry.asked,
            entry.wanted_on,
            entry.due_on,
        ]


def _about(cohort: Cohort) -> list[Row]:
    today = cohort.today(clock.now())
    return [
        (gettext("Cohort"), cohort.name),
        (gettext("Day"), today, day(today)),
        (gettext("Time zone"), cohort.time_zone),
    ]


def _log(cohort_id: int) -> tuple[str, Cohort, Iterator[Row]]:
    cohort = find(policy.cohorts_with_exceptions(current_user), cohort_id)
    theirs = policy.enrolments_with_exceptions(current_user).where(Enrolment.cohort_id == cohort.id)
    name = f"{gettext('Exceptions')} {cohort.name} {cohort.today(clock.now())}"
    return name, cohort, lines(theirs.with_only_columns(Enrolment.id), cohort.time_zone)


@blueprint.get("/cohorts/<id:cohort_id>/exceptions.csv")
def log_csv(cohort_id: int) -> Response:
    """The log as CSV, sent while it is read."""
    name, cohort, found = _log(cohort_id)

    def rows() -> Iterator[Row]:
        yield [value for said in _about(cohort) for value in said[:2]]
        yield headings()
        yield from found

    return csv_of(name, rows())


@blueprint.get("/cohorts/<id:cohort_id>/exceptions.xlsx")
def log_xlsx(cohort_id: int) -> Response:
    """The log as a workbook."""
    name, cohort, found = _log(cohort_id)
    sheets = [Sheet(gettext("About"), _about(cohort)), Sheet(gettext("Exceptions"), found, headings())]
    return xlsx_of(name, sheets)
