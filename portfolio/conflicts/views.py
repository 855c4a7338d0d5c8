"""Declaring a conflict of interest, and the organisers' list of them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.conflicts import blueprint, queries
from portfolio.conflicts.forms import ConflictForm
from portfolio.database import db
from portfolio.models import Conflict, Enrolment, Relation, User
from portfolio.queries import organised_ids
from portfolio.web.access import allow, find


@blueprint.get("/enrolments/<id:enrolment_id>/conflict")
def form(enrolment_id: int) -> ResponseReturnValue:
    """Say that one is too close to a trainee; an organiser may say it of another."""
    return _page(find(queries.to_judge(current_user), enrolment_id), ConflictForm())


def _people(enrolment: Enrolment) -> list[User]:
    """Of whom this person may say it: of themselves, or, where they organise, of everybody who works there."""
    if enrolment.cohort_id in organised_ids(current_user):
        return queries.people_of(enrolment)
    return [current_user]


def _page(enrolment: Enrolment, form: ConflictForm, status: int = 200, is_unknown: bool = False) -> ResponseReturnValue:
    people = _people(enrolment)
    holding = {conflict.user_id: conflict for conflict in enrolment.conflicts if conflict.ended_at is None}
    return render_template(
        "conflicts/form.html",
        enrolment=enrolment,
        cohort=enrolment.cohort,
        people=people,
        is_organiser=people != [current_user],
        declared=holding.get(current_user.id),
        form=form,
        is_unknown=is_unknown,
    ), status


@blueprint.post("/enrolments/<id:enrolment_id>/conflict")
def declare(enrolment_id: int) -> ResponseReturnValue:
    """From now on this person decides nothing more of this trainee; what they decided stays."""
    enrolment = find(queries.to_judge(current_user), enrolment_id)
    form, people = ConflictForm(request.form), _people(enrolment)
    who = next((person for person in people if person.id == (form.who.data or current_user.id)), None)
    if not form.validate() or who is None:
        db.session.rollback()
        return _page(find(queries.to_judge(current_user), enrolment_id), form, 422, is_unknown=who is None)
    relation, now = Relation(form.relation.data), clock.now()
    db.session.add(Conflict.declare(enrolment, who, relation, form.note.data, by=current_user, now=now))
    for look in queries.open_looks(enrolment, who):
        look.take_back()
    db.session.commit()
    if people != [current_user]:
        flash(gettext("%(name)s decides nothing more of %(trainee)s.", name=who.name, trainee=enrolment.user.name))
        return redirect(url_for("conflicts.cohort", cohort_id=enrolment.cohort_id), 303)
    name = enrolment.user.name
    flash(gettext("You decide nothing more of %(name)s. The organisers find somebody else.", name=name))
    return redirect(url_for("reflections.today"), 303)


@blueprint.get("/cohorts/<id:cohort_id>/conflicts")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """What was declared in a cohort, and which trainees have nobody since."""
    cohort = find(policy.organised_cohorts(current_user), cohort_id)
    return render_template("conflicts/cohort.html", cohort=cohort, declared=queries.declared_in(cohort))


@blueprint.post("/conflicts/<id:conflict_id>/end")
def end(conflict_id: int) -> ResponseReturnValue:
    """An organiser says that it holds no longer; what was said stays on record."""
    conflict = find(policy.visible_conflicts(current_user), conflict_id)
    allow(policy.may_end(current_user, conflict, organised_ids(current_user)))
    conflict.end(now=clock.now())
    db.session.commit()
    flash(gettext("Ended. Whoever should guide the trainee again has to be assigned anew."))
    return redirect(url_for("conflicts.cohort", cohort_id=conflict.cohort_id), 303)
