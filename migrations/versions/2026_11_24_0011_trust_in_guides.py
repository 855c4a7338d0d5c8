"""Who said when whether guides may excuse.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cohort") as cohort:
        cohort.add_column(sa.Column("trust_set_at", sa.DateTime(timezone=True), nullable=True))
        cohort.add_column(sa.Column("trust_set_by_id", sa.Integer(), nullable=True))
        cohort.create_foreign_key(cohort.f("fk_cohort_trust_set_by_id"), "user", ["trust_set_by_id"], ["id"])
        cohort.create_check_constraint(
            cohort.f("ck_cohort_trust_set_by_somebody"), "(trust_set_at is null) = (trust_set_by_id is null)"
        )


def downgrade() -> None:
    with op.batch_alter_table("cohort") as cohort:
        cohort.drop_constraint(cohort.f("ck_cohort_trust_set_by_somebody"), type_="check")
        cohort.drop_constraint(cohort.f("fk_cohort_trust_set_by_id"), type_="foreignkey")
        cohort.drop_column("trust_set_by_id")
        cohort.drop_column("trust_set_at")
