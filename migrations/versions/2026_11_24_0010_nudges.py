"""Reminders, and what each of them is about.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CONCERNS = ("missing", "returned", "waiting")


def upgrade() -> None:
    op.create_table(
        "nudge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("concern", sa.Enum(*CONCERNS, name="known_concern", native_enum=False, length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"concern IN {CONCERNS}", name=op.f("ck_nudge_known_concern")),
        sa.CheckConstraint("number > 0", name=op.f("ck_nudge_about_something")),
        sa.CheckConstraint("to_id != by_id", name=op.f("ck_nudge_by_somebody_else")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_nudge_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_nudge_cohort_id")),
        sa.ForeignKeyConstraint(["to_id"], ["user.id"], name=op.f("fk_nudge_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudge")),
    )
    with op.batch_alter_table("nudge") as nudge:
        nudge.create_index("ix_nudge_cohort_id_to_id", ["cohort_id", "to_id"])
        nudge.create_index("ix_nudge_to_id_ended_at", ["to_id", "ended_at"])

    op.create_table(
        "nudge_thing",
        sa.Column("nudge_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_nudge_thing_enrolment_id")),
        sa.ForeignKeyConstraint(["nudge_id"], ["nudge.id"], name=op.f("fk_nudge_thing_nudge_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["training_session_id"], ["training_session.id"], name=op.f("fk_nudge_thing_training_session_id")
        ),
        sa.PrimaryKeyConstraint("nudge_id", "enrolment_id", "training_session_id", name=op.f("pk_nudge_thing")),
    )
    with op.batch_alter_table("nudge_thing") as thing:
        thing.create_index(thing.f("ix_nudge_thing_enrolment_id"), ["enrolment_id"])
        thing.create_index(thing.f("ix_nudge_thing_training_session_id"), ["training_session_id"])


def downgrade() -> None:
    op.drop_table("nudge_thing")
    op.drop_table("nudge")
