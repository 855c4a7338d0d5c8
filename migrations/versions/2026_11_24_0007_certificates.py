"""Completion certificates, and the modules that they name.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

HOLDS = sa.text("revoked_at IS NULL AND withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("programme_title", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("cohort_name", sa.String(length=80), nullable=False),
        sa.Column("group", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("hour_unit", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("signed_off", sa.Integer(), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("shows_group", sa.Boolean(), nullable=False),
        sa.Column("shows_modules", sa.Boolean(), nullable=False),
        sa.Column("shows_signed_off", sa.Boolean(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(number) = 16", name=op.f("ck_certificate_number_is_whole")),
        sa.CheckConstraint("length(holder) > 0", name=op.f("ck_certificate_has_a_holder")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_certificate_ends_after_the_start")),
        sa.CheckConstraint("hours > 0", name=op.f("ck_certificate_hours_if_known")),
        sa.CheckConstraint("signed_off >= 0", name=op.f("ck_certificate_signed_off_not_negative")),
        sa.CheckConstraint(
            "(revoked_at is null) = (revoked_by_id is null) and (revoked_at is null or length(revoked_reason) > 0)",
            name=op.f("ck_certificate_revoked_by_somebody_for_a_reason"),
        ),
        sa.CheckConstraint(
            "revoked_at is null or withdrawn_at is null", name=op.f("ck_certificate_revoked_or_withdrawn")
        ),
        sa.CheckConstraint(
            "(cleared_at is null) = (cleared_by_id is null) and (cleared_at is null or revoked_at is not null)",
            name=op.f("ck_certificate_cleared_by_somebody_when_revoked"),
        ),
        sa.ForeignKeyConstraint(["cleared_by_id"], ["user.id"], name=op.f("fk_certificate_cleared_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_certificate_cohort_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_certificate_enrolment_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["user.id"], name=op.f("fk_certificate_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    with op.batch_alter_table("certificate") as certificate:
        certificate.create_index("ix_certificate_cohort_id", ["cohort_id", "issued_at"])
        certificate.create_index(certificate.f("ix_certificate_enrolment_id"), ["enrolment_id"])
        certificate.create_index(
            "uq_certificate_current", ["enrolment_id"], unique=True, sqlite_where=HOLDS, postgresql_where=HOLDS
        )

    op.create_table(
        "certified_module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certified_module_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_certified_module_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certified_module")),
        sa.UniqueConstraint("certificate_id", "module_id", name=op.f("uq_certified_module_certificate_id_module_id")),
        sa.UniqueConstraint("certificate_id", "position", name=op.f("uq_certified_module_certificate_id_position")),
    )
    with op.batch_alter_table("certified_module") as module:
        module.create_index(module.f("ix_certified_module_module_id"), ["module_id"])


def downgrade() -> None:
    op.drop_table("certified_module")
    op.drop_table("certificate")
