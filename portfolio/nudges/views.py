"""To remind people: first what each will read, then it is sent. Whoever was reminded puts it away."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.database import LARGEST_ID, db
from portfolio.models import Cohort, Concern, Language, Nudge, User
from portfolio.nudges import blueprint, queries
from portfolio.nudges.forms import NudgeForm
from portfolio.nudges.queries import Weighed
from portfolio.queries import organised_ids
from portfolio.web.access import allow, find
from portfolio.web.reminding import said_in

SEND = "send"


@dataclass(frozen=True)
class Letter:
    """What some people will read, all the same."""

    language: Language
    said: str
    people: list[User]


@blueprint.get("/cohorts/<id:cohort_id>/reminder")
def preview(cohort_id: int) -> ResponseReturnValue:
    """What those who were chosen will read, and who is left out and why."""
    cohort = find(queries.to_remind_in(current_user), cohort_id)
    form = NudgeForm(data={"about": request.args.get("about", Concern.MISSING.value)})
    concern = form.concern or Concern.MISSING
    allow(_may(cohort, concern))
    return _page(cohort, concern, form, _chosen(request.args.getlist("to")))


def _may(cohort: Cohort, concern: Concern) -> bool:
    """Reviewers are reminded by organisers alone."""
    return concern is not Concern.WAITING or cohort.id in organised_ids(current_user)


def _page(
    cohort: Cohort, concern: Concern, form: NudgeForm, chosen: set[int], status: int = 200
) -> ResponseReturnValue:
    weighed = queries.weighed(cohort, concern, chosen, by=current_user, now=clock.now())
    return render_template(
        "nudges/preview.html",
        cohort=cohort,
        concern=concern,
        form=form,
        weighed=weighed,
        letters=_letters(weighed, concern),
        to_remind=[each for each in weighed if each.things],
        left_out=[(each, gettext(each.left_out.sentence, **each.left_out.values))
                  for each in weighed if each.left_out],
        is_full=len(chosen) == queries.MOST,
    ), status  # fmt: skip


def _letters(weighed: list[Weighed], concern: Concern) -> list[Letter]:
    """The different things that are said, the most frequent first."""
    letters: dict[tuple[str, int], Letter] = {}
    for each in weighed:
        if each.things:
            language, number = each.to.language, len(each.things)
            letter = letters.setdefault(
                (language.value, number), Letter(language, said_in(language, concern, number), [])
            )
            letter.people.append(each.to)
    return sorted(letters.values(), key=lambda letter: -len(letter.people))


def _chosen(marked: list[str]) -> set[int]:
    """Those who were marked."""
    digits = {each for each in marked[: queries.MOST] if each.isascii() and each.isdigit() and len(each) < 11}
    return {number for each in digits if 0 < (number := int(each)) <= LARGEST_ID}


@blueprint.post("/cohorts/<id:cohort_id>/reminder")
def send(cohort_id: int) -> ResponseReturnValue:
    """Send it, or look at it again with one's own sentence. Who has done it meanwhile is left out."""
    cohort, form = find(queries.locked(queries.to_remind_in(current_user)), cohort_id), NudgeForm(request.form)
    concern, chosen = form.concern or Concern.MISSING, _chosen(request.form.getlist("to"))
    allow(_may(cohort, concern))
    if not form.validate() or not chosen:
        return _page(cohort, concern, form, chosen, 422)
    if request.form.get("act") != SEND:
        return _page(cohort, concern, form, chosen)
    now = clock.now()
    weighed = queries.weighed(cohort, concern, chosen, by=current_user, now=now)
    about = {"by": current_user, "now": now}
    to_remind = [each for each in weighed if each.things]
    if not to_remind:
        return _page(cohort, concern, form, chosen, 409)
    for each in to_remind:
        db.session.add(Nudge.send(cohort, each.to, concern, each.things, form.words.data, before=each.before, **about))
    db.session.commit()
    _tell(len(to_remind), len(weighed) - len(to_remind))
    return redirect(url_for("progress.stuck_at", cohort_id=cohort_id, at=concern.value), 303)


def _tell(sent: int, left_out: int) -> None:
    flash(ngettext("%(num)s person is reminded.", "%(num)s people are reminded.", sent))
    if left_out:
        flash(ngettext("%(num)s was left out.", "%(num)s were left out.", left_out))


@blueprint.post("/reminders/<id:nudge_id>/away")
def put_away(nudge_id: int) -> ResponseReturnValue:
    """Whoever was reminded needs to see it no more."""
    nudge = find(policy.own_nudges(current_user), nudge_id)
    nudge.put_away(now=clock.now())
    db.session.commit()
    flash(gettext("The reminder is put away."))
    return redirect(url_for("reviews.queue" if nudge.concern is Concern.WAITING else "reflections.today"), 303)
