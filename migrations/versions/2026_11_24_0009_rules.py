"""Rules of modules ask for a level, for what is on time, for another module; what they are judged by is kept.

Revision ID: 0009
Revises: 0008
"""

from collections import defaultdict
from datetime import UTC
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CHANGED = "required != from_required or basis != from_basis"
CHANGES = (
    "required != from_required or basis != from_basis"
    " or coalesce(min_level, -1) != coalesce(from_min_level, -1) or coalesce(on_time, -1) != coalesce(from_on_time, -1)"
    " or coalesce(prerequisite_id, -1) != coalesce(from_prerequisite_id, -1)"
)
LEVELS = "{0}min_level between 0 and 9 and {0}min_level * 2 = round({0}min_level * 2)"


def upgrade() -> None:
    with op.batch_alter_table("module") as module:
        module.add_column(sa.Column("min_level", sa.Double(), nullable=True))
        module.add_column(sa.Column("on_time", sa.Integer(), nullable=True))
        module.add_column(sa.Column("prerequisite_id", sa.Integer(), nullable=True))
        module.create_foreign_key(
            op.f("fk_module_prerequisite_id"), "module", ["prerequisite_id"], ["id"], ondelete="SET NULL"
        )
        module.create_index(module.f("ix_module_prerequisite_id"), ["prerequisite_id"])
        module.create_check_constraint(op.f("ck_module_level_in_halves"), LEVELS.format(""))
        module.create_check_constraint(
            op.f("ck_module_level_of_what_is_accepted"), "min_level is null or basis = 'accepted'"
        )
        module.create_check_constraint(op.f("ck_module_share_within_reason"), "on_time between 1 and 100")
        module.create_check_constraint(op.f("ck_module_waits_for_another"), "prerequisite_id != id")

    with op.batch_alter_table("rule_change") as change:
        for first in ("from_", ""):
            change.add_column(sa.Column(f"{first}min_level", sa.Double(), nullable=True))
            change.add_column(sa.Column(f"{first}on_time", sa.Integer(), nullable=True))
            change.add_column(sa.Column(f"{first}prerequisite_id", sa.Integer(), nullable=True))
            change.create_foreign_key(
                op.f(f"fk_rule_change_{first}prerequisite_id"), "module", [f"{first}prerequisite_id"], ["id"]
            )
            change.create_check_constraint(op.f(f"ck_rule_change_{first}level_in_halves"), LEVELS.format(first))
            change.create_check_constraint(
                op.f(f"ck_rule_change_{first}level_of_what_is_accepted"),
                f"{first}min_level is null or {first}basis = 'accepted'",
            )
            change.create_check_constraint(
                op.f(f"ck_rule_change_{first}share_within_reason"), f"{first}on_time between 1 and 100"
            )
            change.create_check_constraint(
                op.f(f"ck_rule_change_{first}waits_for_another"), f"{first}prerequisite_id != module_id"
            )
        change.drop_constraint(op.f("ck_rule_change_changes_something"), type_="check")
        change.create_check_constraint(op.f("ck_rule_change_changes_something"), CHANGES)

    with op.batch_alter_table("module_progress") as progress:
        progress.add_column(sa.Column("kept", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("module_progress") as progress:
        progress.alter_column("kept", server_default=None)
    _keep()


def _keep() -> None:
    """Of what is handed in: the state, when it was first handed in, by when it had to, the level it was accepted with."""
    connection = op.get_bind()
    levels = _levels(connection)
    rows = connection.execute(
        sa.text(
            "select reflection.id, reflection.enrolment_id, reflection.module_id, training_session.id as session_id,"
            " reflection.state, training_session.due_on, extension.due_on as extended_to, cohort.time_zone,"
            " min(submission.submitted_at) as first from reflection"
            " join training_session on training_session.id = reflection.training_session_id"
            " join cohort on cohort.id = reflection.cohort_id"
            " join submission on submission.reflection_id = reflection.id"
            " left join withdrawal on withdrawal.submission_id = submission.id"
            " left join extension on extension.enrolment_id = reflection.enrolment_id"
            " and extension.training_session_id = reflection.training_session_id and extension.ended_at is null"
            " where withdrawal.submission_id is null and reflection.state in ('submitted', 'returned', 'accepted')"
            " group by reflection.id, training_session.id, training_session.due_on, extension.due_on, cohort.time_zone"
        ).columns(due_on=sa.Date(), extended_to=sa.Date(), first=sa.DateTime(timezone=True))
    )
    found: defaultdict[tuple[int, int], dict[str, list[object]]] = defaultdict(dict)
    for row in rows:
        moment = row.first if row.first.tzinfo else row.first.replace(tzinfo=UTC)
        day = moment.astimezone(ZoneInfo(row.time_zone)).date()
        due_on = max(row.due_on, row.extended_to or row.due_on)
        level = levels.get(row.id) if row.state == "accepted" else None
        found[row.enrolment_id, row.module_id][str(row.session_id)] = [
            row.state, day.isoformat(), due_on.isoformat(), level,
        ]  # fmt: skip
    progress = sa.table(
        "module_progress", sa.column("enrolment_id"), sa.column("module_id"), sa.column("kept", sa.JSON())
    )
    for (enrolment_id, module_id), kept in found.items():
        connection.execute(
            progress.update()
            .where(progress.c.enrolment_id == enrolment_id, progress.c.module_id == module_id)
            .values(kept=kept)
        )


def _levels(connection: sa.Connection) -> dict[int, float]:
    """The mean that was chosen at the last step of the round that stands, by the weights of the rubric."""
    rows = connection.execute(
        sa.text(
            "select submission.reflection_id, submission.round, review.step, rubric.pack, rating.criterion,"
            " rating.level from submission"
            " join review on review.submission_id = submission.id"
            " left join withdrawal on withdrawal.submission_id = submission.id"
            " left join rating on rating.review_id = review.id"
            " left join rubric on rubric.id = rating.rubric_id"
            " where withdrawal.submission_id is null"
        ).columns(pack=sa.JSON())
    )
    last: dict[int, tuple[tuple[int, int], list[tuple[float, int]]]] = {}
    for row in rows:
        when = row.round, row.step
        if row.reflection_id not in last or last[row.reflection_id][0] < when:
            last[row.reflection_id] = when, []
        if last[row.reflection_id][0] == when and row.criterion is not None:
            weights = {each["key"]: each["weight"] for each in row.pack.get("criteria") or ()}
            last[row.reflection_id][1].append((row.level, weights.get(row.criterion, 100)))
    return {
        id: sum(level * weight for level, weight in chosen) / sum(weight for _, weight in chosen)
        for id, (_, chosen) in last.items()
        if chosen
    }


def downgrade() -> None:
    with op.batch_alter_table("module_progress") as progress:
        progress.drop_column("kept")
    # What the rule of before cannot say is not kept: a change of that alone was none.
    op.execute("delete from rule_change where required = from_required and basis = from_basis")
    with op.batch_alter_table("rule_change") as change:
        change.drop_constraint(op.f("ck_rule_change_changes_something"), type_="check")
        for first in ("", "from_"):
            for name in ("level_in_halves", "level_of_what_is_accepted", "share_within_reason", "waits_for_another"):
                change.drop_constraint(op.f(f"ck_rule_change_{first}{name}"), type_="check")
            change.drop_constraint(op.f(f"fk_rule_change_{first}prerequisite_id"), type_="foreignkey")
            for name in ("min_level", "on_time", "prerequisite_id"):
                change.drop_column(f"{first}{name}")
        change.create_check_constraint(op.f("ck_rule_change_changes_something"), CHANGED)
    with op.batch_alter_table("module") as module:
        module.drop_index(module.f("ix_module_prerequisite_id"))
        for name in ("level_in_halves", "level_of_what_is_accepted", "share_within_reason", "waits_for_another"):
            module.drop_constraint(op.f(f"ck_module_{name}"), type_="check")
        module.drop_constraint(op.f("fk_module_prerequisite_id"), type_="foreignkey")
        for name in ("prerequisite_id", "on_time", "min_level"):
            module.drop_column(name)
