"""What a reflection shows: claimed by its writer, confirmed or not by those who may sign off."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portfolio import clock, policy
from portfolio.claims import claims_on
from portfolio.database import db
from portfolio.errors import N_, Refused
from portfolio.models import Claim, LearningOutcome, Reason, Reflection, Submission
from portfolio.outcomes import blueprint, queries, tree
from portfolio.outcomes.forms import ClaimForm, JudgeForm
from portfolio.queries import organised_ids
from portfolio.web import reading
from portfolio.web.access import allow, find
from portfolio.web.filters import refusal
from portfolio.web.margin import Margin
from portfolio.web.passages import find as find_passage


@blueprint.get("/claims/")
def waiting() -> ResponseReturnValue:
    """What trainees of theirs claim, and nobody has answered yet."""
    return render_template("outcomes/waiting.html", claims=queries.claims_to_judge(current_user), now=clock.now())


@blueprint.get("/reflections/<id:reflection_id>/claims")
def claims(reflection_id: int) -> ResponseReturnValue:
    """The text that was handed in, what it is claimed to show, and a form to claim or to confirm."""
    reflection = find(queries.to_claim(policy.visible_reflections(current_user)), reflection_id)
    return _page(reflection, ClaimForm())


def _page(
    reflection: Reflection,
    form: ClaimForm,
    status: int = 200,
    *,
    judging: JudgeForm | None = None,
    judged: int | None = None,
    refused: Refused | None = None,
) -> ResponseReturnValue:
    is_mine, latest = policy.owns(current_user, reflection), reflection.latest
    if not is_mine:
        allow(reflection.enrolment.is_guided_by(current_user) or reflection.cohort_id in organised_ids(current_user))
    if latest is None or reflection.cohort.outcomes_published_at is None:
        abort(404)
    reading.record(reflection, reader=current_user, reason=Reason.READING, now=clock.now())
    made = claims_on(reflection, current_user)
    return render_template(
        "outcomes/claims.html",
        reflection=reflection,
        cohort=reflection.cohort,
        submission=latest,
        margin=Margin.bare(reflection, about=form.about),
        claims=[(claim, claim.judgement_of(latest), _stands(claim, latest)) for claim in made],
        offered=_offered(reflection, {claim.outcome_id for claim in made}) if is_mine else [],
        is_mine=is_mine,
        may_claim=policy.may_claim(current_user, reflection),
        may_judge=policy.may_judge(current_user, reflection),
        form=form,
        judging=judging or JudgeForm(),
        judged=judged,
        refused=refusal(refused),
    ), status


def _stands(claim: Claim, submission: Submission | None) -> bool:
    """Whether the words that it quotes stand in this round."""
    return submission is not None and find_passage(submission.words, claim.quoted) is not None


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
    reflection = find(queries.to_claim(policy.visible_reflections(current_user)), reflection_id)
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
    flash(gettext("Claimed. Your reviewer is asked to confirm it."))
    return redirect(url_for("outcomes.claims", reflection_id=reflection_id, _anchor=f"claim-{claim.id}"), 303)


def _again(reflection_id: int, form: ClaimForm, status: int, **more: Any) -> ResponseReturnValue:
    """The page with what was written, to mend it."""
    db.session.rollback()
    return _page(find(queries.to_claim(policy.visible_reflections(current_user)), reflection_id), form, status, **more)


@blueprint.post("/claims/<id:claim_id>/withdrawal")
def withdraw(claim_id: int) -> ResponseReturnValue:
    """Claim it no longer."""
    claim = find(queries.to_change(policy.visible_claims(current_user)), claim_id)
    allow(policy.may_claim(current_user, claim.reflection))
    claim.withdraw(now=clock.now())
    db.session.commit()
    flash(gettext("Withdrawn. What was said of it stays on record."))
    return redirect(url_for("outcomes.claims", reflection_id=claim.reflection_id), 303)


@blueprint.post("/claims/<id:claim_id>/judgement")
def judge(claim_id: int) -> ResponseReturnValue:
    """Confirm that the text shows it, or say what is missing."""
    claim = find(queries.to_change(policy.visible_claims(current_user)), claim_id)
    allow(policy.may_judge(current_user, claim.reflection))
    form, reflection_id, latest = JudgeForm(request.form), claim.reflection_id, claim.reflection.latest
    if not form.validate():
        return _again(reflection_id, ClaimForm(), 422, judging=form, judged=claim_id)
    try:
        claim.judge(
            is_confirmed=form.verdict.data == "yes",
            reason=form.reason.data or "",
            is_there=_stands(claim, latest),
            submission=latest,
            by=current_user,
            now=clock.now(),
        )
    except Refused as no:
        return _again(reflection_id, ClaimForm(), 409, judging=form, judged=claim_id, refused=no)
    db.session.commit()
    flash(gettext("Confirmed.") if form.verdict.data == "yes" else gettext("Kept. The writer sees what is missing."))
    return redirect(url_for("outcomes.claims", reflection_id=reflection_id, _anchor=f"claim-{claim_id}"), 303)
