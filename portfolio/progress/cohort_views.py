"""Pages of a cohort's progress: the grid, what sticks where, how hard the modules are, and what can be taken away."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.models import Cohort
from portfolio.progress import blueprint, difficulty, export, grid, queries, stuck
from portfolio.web.access import find
from portfolio.web.downloads import csv_of, xlsx_of
from portfolio.web.paging import page_number


@blueprint.get("/cohorts/")
def cohorts() -> ResponseReturnValue:
    """The cohorts whose grid this person may see."""
    found = queries.cohorts_of(current_user)
    if len(found) == 1:
        return redirect(url_for("progress.cohort", cohort_id=found[0].id), 303)
    return render_template(
        "progress/cohorts.html", cohorts=found, may_compare=len(difficulty.overseen(current_user)) > 1
    )


@blueprint.get("/cohorts/compare")
def compare() -> ResponseReturnValue:
    """The cohorts that this person organises or observes, side by side."""
    found = difficulty.overseen(current_user)
    return render_template("progress/compare.html", compared=difficulty.compared(found, clock.now()))


@blueprint.get("/cohorts/<id:cohort_id>/progress")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """The grid of trainees and modules: all of them for organisers, their own for those who guide."""
    cohort, groups, group, plan = _asked(cohort_id)
    trainees = grid.visible_trainees(current_user, cohort, group)
    totals = grid.totals(trainees, plan)
    page = page_number(totals.trainees, grid.PAGE)
    order = plan.sorted_by(request.args.get("sort", ""))
    rows = grid.rows(trainees, plan, order=order, page=page.number)
    is_organiser, oversees = grid.standing_of(current_user, cohort)
    return render_template(
        "progress/cohort.html",
        cohort=cohort,
        groups=groups,
        group=group,
        plan=plan,
        totals=totals,
        page=page,
        order=order,
        sort=order.value if isinstance(order, grid.Order) else grid.BY_MODULE + order.slug,
        rows=rows,
        first_open=grid.first_open(plan, rows),
        named=export.WORDS,
        key=export.SIGNS,
        is_organiser=is_organiser,
        oversees=oversees,
    )


def _asked(cohort_id: int) -> tuple[Cohort, list[str], str | None, grid.Plan]:
    """The cohort, its groups, the one that is asked for, and what is expected today. Three statements."""
    cohort = find(policy.visible_cohorts(current_user), cohort_id)
    groups = list(grid.groups(current_user, cohort))
    group = request.args.get("group", "")
    return cohort, groups, group if group in groups else None, grid.plan(cohort, cohort.today(clock.now()))


@blueprint.get("/cohorts/<id:cohort_id>/progress.csv")
def grid_csv(cohort_id: int) -> ResponseReturnValue:
    """The whole grid as CSV, sent while it is read."""
    cohort, _, group, plan = _asked(cohort_id)
    trainees = grid.visible_trainees(current_user, cohort, group)
    return csv_of(_file_name(cohort, group, plan), export.one_table(trainees, cohort, plan))


@blueprint.get("/cohorts/<id:cohort_id>/progress.xlsx")
def grid_xlsx(cohort_id: int) -> ResponseReturnValue:
    """The whole grid as a workbook."""
    cohort, _, group, plan = _asked(cohort_id)
    trainees = grid.visible_trainees(current_user, cohort, group)
    return xlsx_of(_file_name(cohort, group, plan), export.sheets(trainees, cohort, plan))


def _file_name(cohort: Cohort, group: str | None, plan: grid.Plan) -> str:
    parts = [gettext("progress"), cohort.name, group or "", plan.today.isoformat()]
    return " ".join(part for part in parts if part)


@blueprint.get("/cohorts/<id:cohort_id>/stuck")
def stuck_at(cohort_id: int) -> ResponseReturnValue:
    """With whom something sticks in one of three places, and what can be done about it."""
    cohort, groups, group, plan = _asked(cohort_id)
    where = next((each for each in grid.Stuck if each.value == request.args.get("at")), grid.Stuck.MISSING)
    trainees = grid.visible_trainees(current_user, cohort, group)
    totals = grid.totals(trainees, plan)
    page = page_number(totals.stuck(where), grid.PAGE)
    rows = grid.rows(trainees, plan, order=grid.Order.NAME, page=page.number, stuck=where)
    is_organiser, oversees = grid.standing_of(current_user, cohort)
    return render_template(
        "progress/stuck.html",
        cohort=cohort,
        groups=groups,
        group=group,
        plan=plan,
        totals=totals,
        page=page,
        where=where,
        rows=rows,
        held=stuck.held(current_user, [row.enrolment for row in rows], where),
        desks=stuck.desks(cohort, plan.today) if where is grid.Stuck.WAITING and oversees else [],
        is_organiser=is_organiser,
    )


@blueprint.get("/cohorts/<id:cohort_id>/difficulty")
def how_hard(cohort_id: int) -> ResponseReturnValue:
    """How far a cohort is as a whole, and how hard its modules are."""
    cohort = find(policy.overseen_cohorts(current_user), cohort_id)
    plan = grid.plan(cohort, cohort.today(clock.now()))
    due = difficulty.Due(plan.today, plan.sessions, plan.expected)
    return render_template(
        "progress/difficulty.html",
        cohort=cohort,
        plan=plan,
        funnel=difficulty.funnels({cohort.id: due})[cohort.id],
        difficulties=difficulty.difficulties(cohort, plan),
    )
