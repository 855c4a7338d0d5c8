"""Outcomes: the tree of what a programme is for, what serves it, what was changed; claims and what was said of them.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ACTS = ("laid_out", "added", "changed", "ended", "published")
STANDS = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("cohort") as cohort:
        cohort.add_column(sa.Column("outcomes_published_at", sa.DateTime(timezone=True), nullable=True))

    op.create_table(
        "learning_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("parent_rank", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("contributors", sa.JSON(), nullable=False),
        sa.Column("agenda_id", sa.Integer(), nullable=True),
        sa.Column("module_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rank between 1 and 4", name=op.f("ck_learning_outcome_known_rank")),
        sa.CheckConstraint("parent_rank = rank - 1", name=op.f("ck_learning_outcome_hangs_one_below")),
        sa.CheckConstraint(
            "(rank = 1) = (parent_id is null)", name=op.f("ck_learning_outcome_only_the_first_rank_is_on_top")
        ),
        sa.CheckConstraint("(rank = 2) = (agenda_id is not null)", name=op.f("ck_learning_outcome_agenda_of_its_rank")),
        sa.CheckConstraint("(rank = 3) = (module_id is not null)", name=op.f("ck_learning_outcome_module_of_its_rank")),
        sa.ForeignKeyConstraint(["agenda_id"], ["agenda.id"], name=op.f("fk_learning_outcome_agenda_id")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_learning_outcome_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id", "parent_id", "parent_rank"],
            ["learning_outcome.cohort_id", "learning_outcome.id", "learning_outcome.rank"],
            name=op.f("fk_learning_outcome_cohort_id_parent_id_parent_rank"),
        ),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_learning_outcome_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_outcome")),
        sa.UniqueConstraint("cohort_id", "id", "rank", name=op.f("uq_learning_outcome_cohort_id_id_rank")),
        sa.UniqueConstraint("cohort_id", "position", name=op.f("uq_learning_outcome_cohort_id_position")),
    )
    with op.batch_alter_table("learning_outcome") as outcome:
        outcome.create_index(outcome.f("ix_learning_outcome_agenda_id"), ["agenda_id"])
        outcome.create_index(outcome.f("ix_learning_outcome_module_id"), ["module_id"])
        outcome.create_index(outcome.f("ix_learning_outcome_parent_id"), ["parent_id"])

    op.create_table(
        "outcome_session",
        sa.Column("learning_outcome_id", sa.Integer(), nullable=False),
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learning_outcome_id"],
            ["learning_outcome.id"],
            name=op.f("fk_outcome_session_learning_outcome_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["training_session_id"],
            ["training_session.id"],
            name=op.f("fk_outcome_session_training_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("learning_outcome_id", "training_session_id", name=op.f("pk_outcome_session")),
    )
    with op.batch_alter_table("outcome_session") as serving:
        serving.create_index(serving.f("ix_outcome_session_training_session_id"), ["training_session_id"])

    op.create_table(
        "outcome_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.Enum(*ACTS, name="known_act", native_enum=False, length=20), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"act IN {ACTS}", name=op.f("ck_outcome_change_known_act")),
        sa.CheckConstraint(
            "(act in ('laid_out', 'published')) = (outcome_id is null)", name=op.f("ck_outcome_change_of_one_or_of_all")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_outcome_change_by_id")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_outcome_change_cohort_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["outcome_id"], ["learning_outcome.id"], name=op.f("fk_outcome_change_outcome_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_change")),
    )
    with op.batch_alter_table("outcome_change") as change:
        change.create_index(change.f("ix_outcome_change_cohort_id"), ["cohort_id"])
        change.create_index(change.f("ix_outcome_change_outcome_id"), ["outcome_id"])

    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("justification", sa.String(length=500), nullable=False),
        sa.Column("passage", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(justification) > 0", name=op.f("ck_claim_is_justified")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_claim_cohort_id")),
        sa.ForeignKeyConstraint(["outcome_id"], ["learning_outcome.id"], name=op.f("fk_claim_outcome_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_claim_reflection_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_claim_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim") as claim:
        claim.create_index("ix_claim_cohort_id", ["cohort_id", "outcome_id"])
        claim.create_index(claim.f("ix_claim_outcome_id"), ["outcome_id"])
        claim.create_index(claim.f("ix_claim_submission_id"), ["submission_id"])
        claim.create_index(
            "uq_claim_that_stands",
            ["reflection_id", "outcome_id"],
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        )

    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("is_confirmed or length(reason) > 0", name=op.f("ck_judgement_declined_for_a_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_judgement_by_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_judgement_claim_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_judgement_cohort_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_judgement_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
    )
    with op.batch_alter_table("judgement") as judgement:
        judgement.create_index(judgement.f("ix_judgement_claim_id"), ["claim_id"])
        judgement.create_index(judgement.f("ix_judgement_cohort_id"), ["cohort_id"])
        judgement.create_index(judgement.f("ix_judgement_submission_id"), ["submission_id"])


def downgrade() -> None:
    op.drop_table("judgement")
    op.drop_table("claim")
    op.drop_table("outcome_change")
    op.drop_table("outcome_session")
    op.drop_table("learning_outcome")
    with op.batch_alter_table("cohort") as cohort:
        cohort.drop_column("outcomes_published_at")
