"""The pages of an assessor. What they are given to show is made blind here: no template sees whose a text is."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import Select

from portfolio import clock
from portfolio.database import Bilingual, db
from portfolio.models import Scoring
from portfolio.models.words import Answer
from portfolio.scoring import blueprint, queries
from portfolio.scoring.forms import RecusalForm, ScoringForm
from portfolio.scoring.redaction import Identity, Kind, redact
from portfolio.web import levels, reading
from portfolio.web.richtext import render


@dataclass(frozen=True)
class Answered:
    """An answer, without what tells whose it is, under the label of its prompt."""

    label: Bilingual | None
    parts: list[Markup]


@dataclass(frozen=True)
class Blind:
    """A text to score, as its assessor may see it."""

    code: str
    answers: list[Answered]
    files: int  # that were left out


@blueprint.get("/scoring/")
def texts() -> ResponseReturnValue:
    """The texts that this person scores blind, by their codes."""
    return render_template("scoring/texts.html", scorings=queries.texts_of(current_user))


@blueprint.get("/scoring/<code:code>")
def text(code: str) -> ResponseReturnValue:
    """A text alone, with the rubric."""
    return _page(code, ScoringForm(), RecusalForm())


def _page(code: str, form: ScoringForm, recusal: RecusalForm, error: str = "") -> ResponseReturnValue:
    scoring = _find(queries.to_read(queries.coded(current_user, code)))
    is_wrong = bool(error or form.errors or recusal.errors)
    is_theirs = scoring.recused_at is None  # who has passed it on has no more business with it
    if is_theirs:
        reading.record_scoring(scoring.text, reader=current_user, now=clock.now())
    kept = {rating.criterion: rating.level for rating in scoring.ratings}
    if not is_wrong:
        form.note.data = scoring.note
    return render_template(
        "scoring/text.html",
        scoring=scoring,
        calibration=scoring.text.calibration,
        text=_blind(scoring) if is_theirs else None,
        chosen=levels.chosen(request.form) if is_wrong else kept,
        error=error,
        form=form,
        recusal=recusal,
        following=queries.next_text(current_user, after=code),
    ), (422 if is_wrong else 200)


@blueprint.post("/scoring/<code:code>")
def score(code: str) -> ResponseReturnValue:
    """Score a text; until the sample is closed that may be done again."""
    scoring = _find(queries.to_score(queries.coded(current_user, code)))
    form, chosen, rubric = ScoringForm(request.form), levels.chosen(request.form), scoring.text.calibration.rubric
    wrong = "" if levels.fits(rubric, chosen) else str(levels.NOT_THERE)
    if not wrong and len(chosen) < len(rubric.criteria):
        wrong = gettext("Choose a level for each criterion.")
    if not form.validate() or wrong:
        db.session.rollback()
        return _page(code, form, RecusalForm(), wrong)
    scoring.score(chosen, form.note.data, now=clock.now())
    db.session.commit()
    flash(gettext("Scored. You can change it until the sample is closed."))
    following = queries.next_text(current_user, after=code)
    return redirect(url_for("scoring.text", code=following) if following else url_for("scoring.texts"), 303)


@blueprint.post("/scoring/<code:code>/recusal")
def recuse(code: str) -> ResponseReturnValue:
    """Pass a text on: the assessor knows after all whose it is, or is too close to judge it."""
    scoring = _find(queries.to_score(queries.coded(current_user, code)))
    form = RecusalForm(request.form)
    if not form.validate():
        db.session.rollback()
        return _page(code, ScoringForm(), form)
    scoring.recuse(form.reason.data, now=clock.now())
    db.session.commit()
    flash(gettext("Passed on. Thank you for saying so; the organiser gives it to somebody else."))
    return redirect(url_for("scoring.texts"), 303)


def _find(scorings: Select[Scoring]) -> Scoring:
    found = db.session.scalars(scorings).unique().one_or_none()
    return found if found is not None else abort(404)


def _blind(scoring: Scoring) -> Blind:
    submission = scoring.text.submission
    identity = queries.identity_of(submission)
    template = submission.reflection.session.template
    labels = {prompt.key: prompt.label for prompt in template.written} if template else {}
    order = [*labels, *(key for key in submission.answers if key not in labels)]
    answers = [_answered(labels.get(key), answer, identity) for key in order if (answer := submission.answers.get(key))]
    return Blind(scoring.text.code, answers, queries.files_left_out(submission))


def _answered(label: Bilingual | None, answer: Answer, identity: Identity) -> Answered:
    hidden = {
        Kind.NAME: gettext("[name hidden]"),
        Kind.NUMBER: gettext("[number hidden]"),
        Kind.ADDRESS: gettext("[address hidden]"),
        Kind.WORKPLACE: gettext("[workplace hidden]"),
    }
    parts = [answer] if isinstance(answer, str) else answer
    return Answered(label, [redact(render(part), identity, hidden) for part in parts if part.strip()])
