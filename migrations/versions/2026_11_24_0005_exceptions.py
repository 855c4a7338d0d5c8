"""Exceptions: requests, extensions; whether guides may excuse; rules that change; the calendar feed.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HOLDS = sa.text("ended_at IS NULL")
OPEN = sa.text("answered_at IS NULL AND withdrawn_at IS NULL")


BASES = ("submitted", "reviewed", "accepted")


def upgrade() -> None:
    with op.batch_alter_table("cohort") as cohort:
        cohort.add_column(sa.Column("guides_may_excuse", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("cohort") as cohort:
        cohort.alter_column("guides_may_excuse", server_default=None)

    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_calendar_feed_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feed_digest")),
    )
    with op.batch_alter_table("calendar_feed") as feed:
        feed.create_index(
            "uq_calendar_feed_current", ["user_id"], unique=True, sqlite_where=HOLDS, postgresql_where=HOLDS
        )

    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_extension_has_a_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_extension_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_extension_cohort_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_extension_ended_by_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_extension_enrolment_id")),
        sa.ForeignKeyConstraint(
            ["training_session_id"], ["training_session.id"], name=op.f("fk_extension_training_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    with op.batch_alter_table("extension") as extension:
        extension.create_index(extension.f("ix_extension_cohort_id"), ["cohort_id"])
        extension.create_index(extension.f("ix_extension_training_session_id"), ["training_session_id"])
        extension.create_index(
            "uq_extension_current",
            ["enrolment_id", "training_session_id"],
            unique=True,
            sqlite_where=HOLDS,
            postgresql_where=HOLDS,
        )

    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column(
            "wish",
            sa.Enum("excuse", "absence", "extension", name="known_wish", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("wish IN ('excuse', 'absence', 'extension')", name=op.f("ck_request_known_wish")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_request_has_a_reason")),
        sa.CheckConstraint(
            "(wish = 'extension') = (wanted_on is not null)", name=op.f("ck_request_extensions_name_a_day")
        ),
        sa.CheckConstraint(
            "(answered_at is null) = (answered_by_id is null) and (answered_at is null) = (is_granted is null)",
            name=op.f("ck_request_answered_by_somebody"),
        ),
        sa.CheckConstraint(
            "answered_at is null or withdrawn_at is null", name=op.f("ck_request_answered_or_withdrawn")
        ),
        sa.CheckConstraint(
            "is_granted or is_granted is null or length(answer) > 0", name=op.f("ck_request_declined_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_request_answered_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_request_cohort_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_request_enrolment_id")),
        sa.ForeignKeyConstraint(
            ["training_session_id"], ["training_session.id"], name=op.f("fk_request_training_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    with op.batch_alter_table("request") as request:
        request.create_index("ix_request_cohort_id", ["cohort_id", "answered_at"])
        request.create_index(request.f("ix_request_enrolment_id"), ["enrolment_id"])
        request.create_index(request.f("ix_request_training_session_id"), ["training_session_id"])
        request.create_index(
            "uq_request_open",
            ["enrolment_id", "training_session_id"],
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )

    op.create_table(
        "rule_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_required", sa.Integer(), nullable=False),
        sa.Column("from_basis", sa.Enum(*BASES, name="known_from_basis", native_enum=False, length=20), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Enum(*BASES, name="known_basis", native_enum=False, length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gained", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"from_basis IN {BASES}", name=op.f("ck_rule_change_known_from_basis")),
        sa.CheckConstraint(f"basis IN {BASES}", name=op.f("ck_rule_change_known_basis")),
        sa.CheckConstraint("version > 1", name=op.f("ck_rule_change_version_after_the_first")),
        sa.CheckConstraint("required >= 0 and from_required >= 0", name=op.f("ck_rule_change_required_not_negative")),
        sa.CheckConstraint(
            "required != from_required or basis != from_basis", name=op.f("ck_rule_change_changes_something")
        ),
        sa.CheckConstraint("gained >= 0 and kept >= 0", name=op.f("ck_rule_change_counts_not_negative")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_rule_change_has_a_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_rule_change_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_rule_change_cohort_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_rule_change_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_change")),
        sa.UniqueConstraint("module_id", "version", name=op.f("uq_rule_change_module_id_version")),
    )
    with op.batch_alter_table("rule_change") as change:
        change.create_index(change.f("ix_rule_change_cohort_id"), ["cohort_id"])


def downgrade() -> None:
    op.drop_table("rule_change")
    op.drop_table("request")
    op.drop_table("extension")
    op.drop_table("calendar_feed")
    with op.batch_alter_table("cohort") as cohort:
        cohort.drop_column("guides_may_excuse")
