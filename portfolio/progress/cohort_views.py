"""Pages of a cohort's progress: the grid, what sticks where, how hard the modules are, and what can be taken away."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from portfolio import clock, policy, reminders
from portfolio.models import Cohort, Concern, Module
from portfolio.progress import backlog, blueprint, difficulty, export, grid, plans, queries, stuck
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
    found = difficulty.overseen(current_user) or abort(404)
    return render_template("progress/compare.html", compared=difficulty.compared(found, clock.now()))


@blueprint.get("/cohorts/<id:cohort_id>/progress")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """The grid of trainees and modules: all of them for organisers, their own for those who guide."""
    cohort, groups, group, plan = _asked(cohort_id)
    order = plan.sorted_by(request.args.get("sort", ""))
    shown = _shown(cohort, group, plan, order=order)
    return render_template(
        "progress/cohort.html",
        **shown,
        groups=groups,
        order=order,
        sort=order.value if isinstance(order, plans.Order) else plans.BY_MODULE + order.slug,
        first_open=grid.first_open(plan, shown["rows"]),
        named=export.WORDS,
        key=export.SIGNS,
    )


def _shown(
    cohort: Cohort, group: str | None, plan: plans.Plan, *, order: plans.Order | Module, where: grid.Stuck | None = None
) -> dict[str, Any]:
    """A page of the trainees of a cohort, or of those with whom something sticks, with what stands above them."""
    trainees = grid.visible_trainees(current_user, cohort, group)
    totals = grid.totals(trainees, plan)
    page = page_number(totals.stuck(where) if where else totals.trainees, grid.PAGE)
    is_organiser, oversees = grid.standing_of(current_user, cohort)
    return {
        "cohort": cohort,
        "group": group,
        "plan": plan,
        "totals": totals,
        "page": page,
        "rows": grid.rows(trainees, plan, order=order, page=page.number, stuck=where),
        "is_organiser": is_organiser,
        "oversees": oversees,
        "may_remind": is_organiser or not oversees,
    }


def _asked(cohort_id: int, *more: ExecutableOption) -> tuple[Cohort, list[str], str | None, plans.Plan]:
    """The cohort, its groups, the one that is asked for, and what is expected today. Three statements."""
    cohort = find(policy.visible_cohorts(current_user).options(*more), cohort_id)
    groups = list(grid.groups(current_user, cohort))
    group = request.args.get("group") or None
    if group is not None and group not in groups:
        if request.endpoint in ("progress.grid_csv", "progress.grid_xlsx"):
            abort(404)  # there is nothing to take away
        raise NoSuchGroup(cohort, groups)
    return cohort, groups, group, plans.plan(cohort, cohort.today(clock.now()))


class NoSuchGroup(Exception):
    """A group was asked for that these trainees are not in. It is no reason to show them all."""

    def __init__(self, cohort: Cohort, groups: list[str]) -> None:
        super().__init__()
        self.cohort, self.groups = cohort, groups


@blueprint.errorhandler(NoSuchGroup)
def no_such_group(unknown: NoSuchGroup) -> ResponseReturnValue:
    """It says so, with those that there are."""
    return render_template("progress/no_group.html", cohort=unknown.cohort, groups=unknown.groups)


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


def _file_name(cohort: Cohort, group: str | None, plan: plans.Plan) -> str:
    parts = [gettext("progress"), cohort.name, group or "", plan.today.isoformat()]
    return " ".join(part for part in parts if part)


@blueprint.get("/cohorts/<id:cohort_id>/stuck")
def stuck_at(cohort_id: int) -> ResponseReturnValue:
    """With whom something sticks in one of three places, and what can be done about it."""
    cohort, groups, group, plan = _asked(cohort_id, joinedload(Cohort.holidays))
    where = next((each for each in grid.Stuck if each.value == request.args.get("at")), grid.Stuck.MISSING)
    shown = _shown(cohort, group, plan, order=plans.Order.NAME, where=where)
    is_waiting, here = where is grid.Stuck.WAITING, [row.enrolment for row in shown["rows"]]
    return render_template(
        "progress/stuck.html",
        **shown | {"may_remind": shown["is_organiser"] if is_waiting else shown["may_remind"]},
        groups=groups,
        where=where,
        held=stuck.held(current_user, here, where),
        desks=backlog.desks(cohort, clock.now()) if is_waiting and shown["oversees"] else [],
        reminded={} if is_waiting else reminders.last_of(cohort, Concern(where.value), [one.user_id for one in here]),
        all_ticked="all" in request.args,
    )


@blueprint.get("/cohorts/<id:cohort_id>/difficulty")
def how_hard(cohort_id: int) -> ResponseReturnValue:
    """How far a cohort is as a whole, and how hard its modules are."""
    cohort = find(policy.overseen_cohorts(current_user), cohort_id)
    plan = plans.plan(cohort, cohort.today(clock.now()))
    due = difficulty.Due(plan.today, plan.sessions, plan.expected)
    return render_template(
        "progress/difficulty.html",
        cohort=cohort,
        plan=plan,
        funnel=difficulty.funnels({cohort.id: due})[cohort.id],
        difficulties=difficulty.difficulties(cohort, plan),
    )
