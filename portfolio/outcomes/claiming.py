"""What a reflection shows: claimed by its writer, confirmed or not by those who may sign off."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.claims import claims_on, claims_waiting
from portfolio.database import db
from portfolio.errors import N_, Refused
from portfolio.models import Claim, LearningOutcome, Reason, Reflection
from portfolio.outcomes import blueprint, queries, tree
from portfolio.outcomes.cards import Card, next_here
from portfolio.outcomes.forms import ClaimForm, JudgeForm
from portfolio.queries import organised_ids
from portfolio.web import reading
from portfolio.web.access import allow, find
from portfolio.web.filters import refusal
from portfolio.web.following import stands
from portfolio.web.margin import Margin
from portfolio.web.paging import page_number


@blueprint.get("/claims/")
def waiting() -> ResponseReturnValue:
    """What trainees of theirs claim, and nobody has answered yet."""
    page = page_number(claims_waiting(current_user), queries.PAGE)
    found = queries.claims_to_judge(current_user, page=page.number)
    return render_template("outcomes/waiting.html", claims=found, page=page)


@blueprint.get("/reflections/<id:reflection_id>/claims")
def claims(reflection_id: int) -> ResponseReturnValue:
    """The text that was handed in, what it is claimed to show, and a form to claim or to confirm."""
    reflection = find(queries.to_claim(policy.visible_reflections(current_user)), reflection_id)
    renewed = _renewed(reflection)
    return _page(reflection, renewed or ClaimForm(), is_renewed=renewed is not None)


def _renewed(reflection: Reflection) -> ClaimForm | None:
    """The form with what a claim said that its writer has just withdrawn, to claim the same by other words."""
    asked = request.args.get("again", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10 and policy.owns(current_user, reflection)):
        return None
    claim = queries.claim_to_renew(current_user, reflection, int(asked))
    if claim is None:
        return None
    return ClaimForm(data={"outcome": claim.outcome_id, "justification": claim.justification})


def _page(
    reflection: Reflection,
    form: ClaimForm,
    status: int = 200,
    *,
    judging: JudgeForm | None = None,
    judged: int | None = None,
    refused: Refused | None = None,
    is_renewed: bool = False,
) -> ResponseReturnValue:
    is_mine, latest = policy.owns(current_user, reflection), reflection.latest
    if not is_mine:
        allow(reflection.enrolment.is_guided_by(current_user) or reflection.cohort_id in organised_ids(current_user))
    if latest is None or reflection.cohort.outcomes_published_at is None:
        abort(404)
    reading.record(reflection, reader=current_user, reason=Reason.READING, now=clock.now())
    cards = [Card.of(claim, reflection) for claim in claims_on(reflection, current_user)]
    may_judge, chosen = policy.may_judge(current_user, reflection), form.outcome.data
    following = None
    if may_judge:
        following = next_here(cards, judged) or queries.next_to_judge(current_user, after=reflection)
    return render_template(
        "outcomes/claims.html",
        reflection=reflection,
        cohort=reflection.cohort,
        submission=latest,
        margin=Margin.bare(reflection, about=form.about),
        cards=cards,
        offered=_offered(reflection, {card.claim.outcome_id for card in cards} - {chosen}) if is_mine else [],
        is_mine=is_mine,
        may_claim=policy.may_claim(current_user, reflection),
        may_judge=may_judge,
        may_decide=policy.may_decide(current_user, reflection),
        following=following,
        form=form,
        judging=judging or JudgeForm(),
        judged=judged,
        refused=refusal(refused),
        is_renewed=is_renewed,
    ), status


def _offered(reflection: Reflection, claimed: set[int]) -> list[tuple[str, list[LearningOutcome]]]:
    """What can be claimed: first what the session of this text serves, then the rest of its module, then all others."""
    leaves = [leaf for branch in tree.grown(queries.tree_of(reflection.cohort_id)) for leaf in branch.leaves]
    open_ones = [leaf for leaf in leaves if leaf.id not in claimed]
    here = reflection.training_session_id
    served = [leaf for leaf in open_ones if here in {session.id for session in leaf.sessions}]
    others = [leaf for leaf in open_ones if leaf not in served]
    groups = [(gettext("Outcomes of this session"), served), (gettext("Other outcomes"), others)]
    return [(label, some) for label, some in groups if some]


@blueprint.post("/reflections/<id:reflection_id>/claims")
def make(reflection_id: int) -> ResponseReturnValue:
    """Claim that what was handed in shows an outcome."""
    reflection = find(queries.to_make(policy.visible_reflections(current_user)), reflection_id)
    allow(policy.may_claim(current_user, reflection))
    if reflection.latest is None:
        raise Refused(N_("Hand in your reflection first; then say what it shows."))
    form = ClaimForm(request.form)
    is_well = form.validate()
    is_found = form.finds_its_passage(reflection.latest)
    outcome = queries.outcome_to_claim(reflection, form.outcome.data or 0)
    if outcome is None and not form.outcome.errors:
        form.outcome.errors = [gettext("Choose one of the outcomes.")]
    if outcome is None or not (is_well and is_found):
        return _again(reflection_id, form, 422)
    before, now = claims_on(reflection, current_user), clock.now()
    try:
        claim = Claim.make(reflection, outcome, form.justification.data, form.about, before=before, now=now)
    except Refused as no:
        return _again(reflection_id, form, 409, refused=no)
    db.session.add(claim)
    db.session.commit()
    flash(gettext("Claimed. Your reviewer is asked to confirm it."), f"claim-{claim.id}")
    return redirect(url_for("outcomes.claims", reflection_id=reflection_id, _anchor=f"claim-{claim.id}"), 303)


def _again(reflection_id: int, form: ClaimForm, status: int, **more: Any) -> ResponseReturnValue:
    """The page with what was written, to mend it."""
    db.session.rollback()
    return _page(find(queries.to_claim(policy.visible_reflections(current_user)), reflection_id), form, status, **more)


@blueprint.post("/claims/<id:claim_id>/withdrawal")
def withdraw(claim_id: int) -> ResponseReturnValue:
    """Claim it no longer; or anew, by other words."""
    claim = find(queries.to_change(policy.visible_claims(current_user)), claim_id)
    allow(policy.may_claim(current_user, claim.reflection))
    claim.withdraw(now=clock.now())
    db.session.commit()
    if request.form.get("anew"):
        address = url_for("outcomes.claims", reflection_id=claim.reflection_id, again=claim.id, _anchor="claiming")
        return redirect(address, 303)
    flash(gettext("Withdrawn. What was said of it stays on record."))
    return redirect(url_for("outcomes.claims", reflection_id=claim.reflection_id), 303)


@blueprint.post("/claims/<id:claim_id>/judgement")
def judge(claim_id: int) -> ResponseReturnValue:
    """Confirm that the text shows it, or say what is missing."""
    claim = find(queries.to_change(policy.visible_claims(current_user)), claim_id)
    allow(policy.may_judge(current_user, claim.reflection))
    form, reflection_id, latest = JudgeForm(request.form), claim.reflection_id, claim.reflection.latest
    if not form.is_well_filled():
        return _again(reflection_id, ClaimForm(), 422, judging=form, judged=claim_id)
    try:
        claim.judge(
            is_confirmed=form.verdict.data == "yes",
            reason=form.reason.data or "",
            is_there=stands(claim, latest),
            submission=latest,
            seen=form.seen.data,
            by=current_user,
            now=clock.now(),
        )
    except Refused as no:
        return _again(reflection_id, ClaimForm(), 409, judging=form, judged=claim_id, refused=no)
    db.session.commit()
    said = gettext("Confirmed.") if form.verdict.data == "yes" else gettext("Kept. The writer sees what is missing.")
    flash(said, f"claim-{claim_id}")
    return redirect(url_for("outcomes.claims", reflection_id=reflection_id, _anchor=f"claim-{claim_id}"), 303)
