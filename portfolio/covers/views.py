"""Cover: who stands in for whom, on which days."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.covers import blueprint, queries
from portfolio.covers.forms import CoverForm, Sent
from portfolio.database import db
from portfolio.models import Cohort, Cover
from portfolio.queries import organised_ids
from portfolio.web.access import allow, find


@blueprint.get("/cover/")
def mine() -> ResponseReturnValue:
    """The cover that concerns this person, and where they may arrange some."""
    now = clock.now()
    return render_template(
        "covers/mine.html",
        covers=queries.covers(current_user, None, now),
        cohorts=queries.cohorts_to_cover(current_user),
        organised=organised_ids(current_user),
        now=now,
    )


@blueprint.get("/cohorts/<id:cohort_id>/cover")
def of_cohort(cohort_id: int) -> ResponseReturnValue:
    """The cover in one cohort, and the form to arrange more."""
    cohort = find(policy.cohorts_to_cover(current_user), cohort_id)
    return _page(cohort, _form(cohort), 200)


def _form(cohort: Cohort, sent: Sent | None = None) -> CoverForm:
    staff = queries.staff_of(cohort)
    if cohort.id in organised_ids(current_user):
        return CoverForm.of(queries.guides_of(cohort), staff, sent)
    return CoverForm.of(None, [person for person in staff if person.id != current_user.id], sent)


def _page(cohort: Cohort, form: CoverForm, status: int) -> ResponseReturnValue:
    now = clock.now()
    return render_template(
        "covers/cohort.html",
        cohort=cohort,
        form=form,
        covers=queries.covers(current_user, cohort, now),
        organised=organised_ids(current_user),
        now=now,
    ), status


@blueprint.post("/cohorts/<id:cohort_id>/cover")
def arrange(cohort_id: int) -> ResponseReturnValue:
    """A mentor names who stands in for them, or an organiser does."""
    cohort = find(policy.cohorts_to_cover(current_user), cohort_id)
    form = _form(cohort, request.form)
    if not form.validate():
        return _page(cohort, form, 422)
    absent = queries.person(int(form.absent.data)) if form.absent else current_user
    stand_in = queries.person(int(form.stand_in.data))
    assert form.starts_on.data is not None  # both days are needed
    assert form.ends_on.data is not None
    cover = Cover.arrange(
        cohort, absent, stand_in, form.starts_on.data, form.ends_on.data, by=current_user, now=clock.now()
    )
    db.session.add(cover)
    db.session.commit()
    flash(
        gettext(
            "%(name)s stands in. What waits for a decision is on their desk on these days.", name=stand_in.addressed
        )
    )
    return redirect(url_for("covers.of_cohort", cohort_id=cohort_id), 303)


@blueprint.post("/cover/<id:cover_id>/end")
def call_off(cover_id: int) -> ResponseReturnValue:
    """It ends here, or does not begin."""
    cover = find(policy.visible_covers(current_user), cover_id)
    allow(policy.may_call_off(current_user, cover, organised_ids(current_user)))
    cover.call_off(now=clock.now())
    db.session.commit()
    flash(gettext("The cover has ended."))
    return redirect(url_for("covers.mine"), 303)
