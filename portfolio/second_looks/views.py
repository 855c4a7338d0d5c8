"""Second looks: the list of a cohort's organisers, and the page of whoever looks again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import db
from portfolio.models import Reason, SecondLook, Verdict
from portfolio.queries import organised_ids, to_change
from portfolio.second_looks import blueprint, queries
from portfolio.second_looks.forms import GiveForm, SettleForm
from portfolio.web import levels, reading
from portfolio.web.access import allow, find


@blueprint.get("/cohorts/<id:cohort_id>/second-looks")
def cohort(cohort_id: int) -> ResponseReturnValue:
    """What was asked for in a cohort, and who may be asked."""
    return _list(cohort_id)


def _list(cohort_id: int, wrong: int | None = None, status: int = 200) -> ResponseReturnValue:
    cohort = find(policy.organised_cohorts(current_user), cohort_id)
    people = queries.people_of(cohort.id)
    return render_template(
        "second_looks/cohort.html",
        cohort=cohort,
        looks=[(look, queries.able(people, look)) for look in queries.open_looks(cohort)],
        answered=queries.answered_looks(cohort),
        today=cohort.today(clock.now()),
        wrong=wrong,
    ), status


@blueprint.post("/second-looks/<id:look_id>/reader")
def give(look_id: int) -> ResponseReturnValue:
    """An organiser asks somebody, or somebody else while it is not answered."""
    look = find(queries.to_give(policy.visible_second_looks(current_user)), look_id)
    allow(policy.may_give(current_user, look, organised_ids(current_user)))
    form, able = GiveForm(request.form), queries.able(queries.people_of(look.cohort_id), look)
    chosen = next((each.person for each in able if each.person.id == form.reader.data), None)
    if not form.validate() or chosen is None:
        db.session.rollback()
        return _list(look.cohort_id, wrong=look_id, status=422)
    look.give_to(chosen, by=current_user, now=clock.now())
    db.session.commit()
    flash(gettext("%(name)s was asked to look at it again.", name=chosen.addressed))
    return redirect(url_for("second_looks.cohort", cohort_id=look.cohort_id), 303)


@blueprint.get("/second-looks/<id:look_id>")
def show(look_id: int) -> ResponseReturnValue:
    """For whoever was asked: the text, the decision, the reason. Others are led to the page of the reflection."""
    look = find(queries.to_read(policy.visible_second_looks(current_user)), look_id)
    if not policy.may_settle(current_user, look) or not look.is_open:
        return redirect(url_for("reflections.show", reflection_id=look.reflection_id), 303)
    return _page(look, SettleForm())


def _page(look: SecondLook, form: SettleForm, status: int = 200, wrong_level: str = "") -> ResponseReturnValue:
    now = clock.now()
    reading.record(look.reflection, reader=current_user, reason=Reason.READING, now=now)
    [submission] = [each for each in look.reflection.submissions if each.id == look.review.submission_id]
    return render_template(
        "second_looks/show.html",
        look=look,
        reflection=look.reflection,
        submission=submission,
        form=form,
        chosen=levels.chosen(request.form),
        wrong_level=wrong_level,
        now=now,
    ), status


@blueprint.post("/second-looks/<id:look_id>")
def settle(look_id: int) -> ResponseReturnValue:
    """The second reader says whether the decision stands; if not, the text is open again to its writer."""
    look = find(queries.to_settle(current_user), look_id)
    allow(policy.may_settle(current_user, look))
    reflection = find(to_change(policy.visible_reflections(current_user)), look.reflection_id)
    form, chosen = SettleForm(request.form), levels.chosen(request.form)
    fits = levels.fits(reflection.session.module.rubric, chosen)
    if not form.validate() or not fits:
        db.session.rollback()
        seen = find(queries.to_read(policy.visible_second_looks(current_user)), look_id)
        return _page(seen, form, 422, wrong_level="" if fits else str(levels.NOT_THERE))
    verdict, now = Verdict(form.verdict.data), clock.now()
    reopening = look.settle(verdict, form.answer.data, levels=chosen, by=current_user, now=now)
    if reopening is not None:
        db.session.add(reopening)
    db.session.commit()
    name = reflection.enrolment.user.name
    flash(
        gettext("The text is open again. %(name)s will see your reasons first.", name=name)
        if verdict is Verdict.CHANGED
        else gettext("The decision stands. %(name)s will see your reasons.", name=name)
    )
    return redirect(url_for("reflections.show", reflection_id=look.reflection_id), 303)
