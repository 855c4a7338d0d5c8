"""What stands beside a reflection: files, notes, discarded drafts, addenda, lessons, and what can be searched.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addendum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_addendum_says_something")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_addendum_cohort_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_addendum_reflection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
    )
    with op.batch_alter_table("addendum", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_addendum_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_addendum_reflection_id"), ["reflection_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("upload", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "image",
                "pdf",
                "audio",
                "document",
                name="known_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_has_a_size")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_attachment_cohort_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_attachment_owner_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_attachment_reflection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("key", name=op.f("uq_attachment_key")),
        sa.UniqueConstraint("reflection_id", "upload", name=op.f("uq_attachment_reflection_id_upload")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index("ix_attachment_owner_id", ["owner_id"], unique=False)

    op.create_table(
        "discard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("session_date", sa.Date(), nullable=True),
        sa.Column("facilitator", sa.String(length=120), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_discard_cohort_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_discard_reflection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discard")),
    )
    with op.batch_alter_table("discard", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_discard_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_discard_discarded_at"), ["discarded_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_discard_reflection_id"), ["reflection_id"], unique=False)

    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ask_on", sa.Date(), nullable=True),
        sa.Column(
            "happened",
            sa.Enum(
                "yes",
                "partly",
                "not_yet",
                "no_longer",
                name="known_happened",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_lesson_says_something")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_lesson_cohort_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_lesson_reflection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
    )
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_ask_on"), ["ask_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lesson_reflection_id"), ["reflection_id"], unique=False)

    op.create_table(
        "private_note",
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_private_note_cohort_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_private_note_reflection_id")),
        sa.PrimaryKeyConstraint("reflection_id", name=op.f("pk_private_note")),
    )
    with op.batch_alter_table("private_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_private_note_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "submission_attachment",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_submission_attachment_attachment_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_attachment_submission_id")
        ),
        sa.PrimaryKeyConstraint("submission_id", "attachment_id", name=op.f("pk_submission_attachment")),
    )
    with op.batch_alter_table("submission_attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_attachment_attachment_id"), ["attachment_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "submission",
                "feedback",
                "comment",
                "addendum",
                name="known_source",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("addendum_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(source = 'addendum') = (addendum_id is not null)", name=op.f("ck_document_addendum_is_named")
        ),
        sa.CheckConstraint(
            "(source = 'comment') = (comment_id is not null)", name=op.f("ck_document_comment_is_named")
        ),
        sa.CheckConstraint("(source = 'feedback') = (review_id is not null)", name=op.f("ck_document_review_is_named")),
        sa.CheckConstraint(
            "(source = 'submission') = (submission_id is not null)", name=op.f("ck_document_submission_is_named")
        ),
        sa.ForeignKeyConstraint(["addendum_id"], ["addendum.id"], name=op.f("fk_document_addendum_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_document_cohort_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_document_comment_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_document_reflection_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_document_review_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_document_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("addendum_id", name=op.f("uq_document_addendum_id")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_document_comment_id")),
        sa.UniqueConstraint("review_id", name=op.f("uq_document_review_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_document_submission_id")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index("ix_document_reflection_id", ["reflection_id"], unique=False)

    # What is there already gets a value; from then on the application gives it.
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("tab", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("stroke", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.alter_column("stroke", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("tags", existing_type=sa.JSON(), server_default=None)

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.alter_column("tags", existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_column("tags")

    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.drop_column("tags")
        batch_op.drop_column("stroke")
        batch_op.drop_column("tab")
        batch_op.drop_column("discarded_at")

    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index("ix_document_reflection_id")
        batch_op.drop_index(batch_op.f("ix_document_cohort_id"))

    op.drop_table("document")
    with op.batch_alter_table("submission_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_attachment_attachment_id"))

    op.drop_table("submission_attachment")
    with op.batch_alter_table("private_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_private_note_cohort_id"))

    op.drop_table("private_note")
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_reflection_id"))
        batch_op.drop_index(batch_op.f("ix_lesson_cohort_id"))
        batch_op.drop_index(batch_op.f("ix_lesson_ask_on"))

    op.drop_table("lesson")
    with op.batch_alter_table("discard", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_discard_reflection_id"))
        batch_op.drop_index(batch_op.f("ix_discard_discarded_at"))
        batch_op.drop_index(batch_op.f("ix_discard_cohort_id"))

    op.drop_table("discard")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_owner_id")
        batch_op.drop_index(batch_op.f("ix_attachment_cohort_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("addendum", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_addendum_reflection_id"))
        batch_op.drop_index(batch_op.f("ix_addendum_cohort_id"))

    op.drop_table("addendum")
