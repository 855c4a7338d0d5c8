"""The page of one's own trainees."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio import clock
from portfolio.attention import blueprint, queries, reasons
from portfolio.web.paging import page_number

PAGE = 50


@blueprint.get("/trainees/")
def mine() -> ResponseReturnValue:
    """Everybody this person guides, those first for whom there is something to do."""
    guided = queries.trainees(current_user, now=clock.now())
    page = page_number(len(guided), PAGE)
    return render_template(
        "attention/mine.html",
        guided=guided,
        shown=guided[(page.number - 1) * PAGE : page.number * PAGE],
        page=page,
        in_need=sum(bool(trainee.reasons) for trainee in guided),
        cohorts=queries.cohorts(guided),
        rules=reasons,
    )
