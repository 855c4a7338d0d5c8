"""Whether the words that a claim quotes are still in the text.

Whether they are cannot be asked of a database: the text is searched as it is read. So every claim that is there is taken
to have its words, and `portfolio claims follow` looks for those of all; without it each is looked for when the next round
of its text is handed in or taken back.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("claim") as claim:
        claim.add_column(sa.Column("adrift_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("claim") as claim:
        claim.drop_column("adrift_at")
