"""The page of searches."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio import search
from portfolio.models import State
from portfolio.models.words import TAG_LENGTH
from portfolio.searching import blueprint, passages, queries
from portfolio.web.forms import clean_line
from portfolio.web.paging import page_number

ASKED_AT_MOST = 200  # letters kept in the field and in links to other pages


@blueprint.get("/search")
def find() -> ResponseReturnValue:
    """Find again what was written and said, as far as this person may see it."""
    text = clean_line(request.args.get("q"))[:ASKED_AT_MOST]
    modules = queries.modules_of(current_user)
    module = next((slug for slug, _ in modules if slug == request.args.get("module")), None)
    state = next((state for state in State if state.value == request.args.get("state")), None)
    tag = clean_line(request.args.get("tag"))[:TAG_LENGTH] or None
    found = search.find(current_user, text, module=module, state=state, tag=tag)
    page = page_number(found.total, search.PAGE)
    asked = {"q": text, "module": module, "state": state.value if state else None, "tag": tag}
    return render_template(
        "searching/find.html",
        found=found,
        shown=passages.show(found.page(page.number), found.terms),
        page=page,
        asked={name: value for name, value in asked.items() if value},
        modules=modules,
        states=State,
        tags=queries.own_tags(current_user),
    )
