"""Sessions that were added, moved, renumbered, retired or brought back.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = ("added", "moved", "renumbered", "retired", "brought_back")


def upgrade() -> None:
    op.create_table(
        "session_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="known_kind", native_enum=False, length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_opens_on", sa.Date(), nullable=True),
        sa.Column("from_due_on", sa.Date(), nullable=True),
        sa.Column("from_position", sa.Integer(), nullable=True),
        sa.Column("from_part", sa.Integer(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("from_required", sa.Integer(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("gained", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("rule_change_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_session_change_known_kind")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_session_change_has_a_reason")),
        sa.CheckConstraint(
            "(kind = 'added') = (from_opens_on is null) and (kind = 'added') = (from_due_on is null)"
            " and (kind = 'added') = (from_position is null) and (kind = 'added') = (from_part is null)",
            name=op.f("ck_session_change_added_from_nothing"),
        ),
        sa.CheckConstraint("due_on >= opens_on", name=op.f("ck_session_change_due_after_opening")),
        sa.CheckConstraint(
            "(kind = 'moved') = (opens_on != from_opens_on or due_on != from_due_on) or kind = 'added'",
            name=op.f("ck_session_change_moved_to_other_days"),
        ),
        sa.CheckConstraint(
            "(kind = 'renumbered') = (position != from_position) or kind = 'added'",
            name=op.f("ck_session_change_renumbered_to_another_place"),
        ),
        sa.CheckConstraint(
            "required >= 0 and from_required >= 0", name=op.f("ck_session_change_required_not_negative")
        ),
        sa.CheckConstraint(
            "(rule_change_id is null) = (required = from_required)",
            name=op.f("ck_session_change_rule_changes_are_kept"),
        ),
        sa.CheckConstraint("gained >= 0 and kept >= 0", name=op.f("ck_session_change_counts_not_negative")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_session_change_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_session_change_cohort_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_session_change_module_id")),
        sa.ForeignKeyConstraint(["rule_change_id"], ["rule_change.id"], name=op.f("fk_session_change_rule_change_id")),
        sa.ForeignKeyConstraint(
            ["training_session_id"], ["training_session.id"], name=op.f("fk_session_change_training_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_change")),
        sa.UniqueConstraint("rule_change_id", name=op.f("uq_session_change_rule_change_id")),
    )
    with op.batch_alter_table("session_change") as change:
        change.create_index(change.f("ix_session_change_cohort_id"), ["cohort_id"])
        change.create_index(change.f("ix_session_change_module_id"), ["module_id"])
        change.create_index(change.f("ix_session_change_training_session_id"), ["training_session_id"])


def downgrade() -> None:
    op.drop_table("session_change")
