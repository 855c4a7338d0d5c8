"""`portfolio search`: whether what can be searched is what stands."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portfolio import spelling
from portfolio.database import begin_writing, db
from portfolio.errors import Failure
from portfolio.models import Document, Reflection, Source, Submission

Row = dict[str, Any]
AT_ONCE = 200  # reflections read at a time
NAMED = {
    Source.SUBMISSION: "submission_id",
    Source.FEEDBACK: "review_id",
    Source.COMMENT: "comment_id",
    Source.ADDENDUM: "addendum_id",
}


@click.group()
def search() -> None:
    """What can be searched."""


@search.command()
@click.option("--check", is_flag=True, help="Only say whether it is right; change nothing.")
def rebuild(check: bool) -> None:
    """Make what can be searched anew from what was handed in and said."""
    begin_writing()
    there, wanted = sorted(map(_same, _kept())), sorted(map(_same, _wanted()))
    wrong = len(set(there) ^ set(wanted))
    if check:
        db.session.rollback()
        if wrong:
            raise Failure(f"{wrong} texts are not found as they stand; run without --check to mend")
        click.echo(f"All {len(wanted)} texts are found as they stand.")
        return
    renew()
    db.session.commit()
    click.echo(f"{len(wanted)} texts can be found, {wrong} put right.")


def renew() -> None:
    """Make all documents anew, without committing: by the order in which they came, as the verbs would have."""
    db.session.execute(sa.delete(Document).execution_options(synchronize_session=False))
    rows = sorted(_wanted(), key=lambda row: row["at"])
    for first in range(0, len(rows), AT_ONCE):
        db.session.execute(sa.insert(Document), rows[first : first + AT_ONCE])


def _same(row: Row) -> tuple[str, int, int, str, str]:
    source = row["source"]
    return source.value, row[NAMED[source]], row["reflection_id"], row["body"], row["tokens"]


def _kept() -> Iterator[Row]:
    names = ("source", "reflection_id", "body", "tokens", *NAMED.values())
    columns = [getattr(Document, name) for name in names]
    return (dict(zip(names, row, strict=True)) for row in db.session.execute(sa.select(*columns)))


def _wanted() -> Iterator[Row]:
    ids = db.session.scalars(sa.select(Reflection.id).order_by(Reflection.id)).all()
    for first in range(0, len(ids), AT_ONCE):
        for reflection in db.session.scalars(_with_talk(ids[first : first + AT_ONCE])):
            yield from _of(reflection)
        db.session.expunge_all()


def _of(reflection: Reflection) -> Iterator[Row]:
    """What is found of one reflection: the text that stands, and all that was said."""

    def row(source: Source, id: int, at: datetime, texts: Iterable[str], tags: Iterable[str] = ()) -> Row:
        body = "\n\n".join(text for text in texts if text)
        return {
            **dict.fromkeys(NAMED.values()),
            NAMED[source]: id,
            "source": source,
            "cohort_id": reflection.cohort_id,
            "reflection_id": reflection.id,
            "body": body,
            "tokens": spelling.tokens(body, reflection.cohort_id, tags),
            "at": at,
        }

    if latest := reflection.latest:
        texts = [latest.title, *latest.words.texts]
        yield row(Source.SUBMISSION, latest.id, latest.submitted_at, texts, latest.tags or ())
    for submission in reflection.submissions:
        for review in submission.reviews:
            if review.feedback:
                yield row(Source.FEEDBACK, review.id, review.decided_at, [review.feedback])
        for comment in submission.comments:
            yield row(Source.COMMENT, comment.id, comment.created_at, [comment.text])
    for addendum in reflection.addenda:
        yield row(Source.ADDENDUM, addendum.id, addendum.added_at, [addendum.text])


def _with_talk(ids: Sequence[int]) -> sa.Select[Reflection]:
    submissions = selectinload(Reflection.submissions)
    return (
        sa.select(Reflection)
        .where(Reflection.id.in_(ids))
        .options(
            joinedload(Reflection.cohort),
            submissions.joinedload(Submission.withdrawal),
            submissions.selectinload(Submission.reviews),
            submissions.selectinload(Submission.comments),
            selectinload(Reflection.addenda),
        )
        .order_by(Reflection.id)
    )
