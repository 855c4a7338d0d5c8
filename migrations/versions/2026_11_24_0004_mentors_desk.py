"""The mentor's desk: rubrics, leases, saved comments, passages and turns, second looks, cover, guests, blind scoring.

Revision ID: 0004
Revises: 0003
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


COMMENT_CHECKS = (
    ("ck_comment_known_turn", "turn IN ('writer', 'guide')"),
    ("ck_comment_quote_has_a_place", "(quote is null) = (prompt_key is null)"),
    ("ck_comment_replies_have_no_turn", "parent_id is null or (turn is null and quote is null)"),
    ("ck_comment_resolved_waits_for_nobody", "resolved_at is null or turn is null"),
)


def comment_columns() -> list[sa.Column[Any]]:
    """Those that a comment gets."""
    return [
        sa.Column("prompt_key", sa.String(length=30), nullable=True),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("quote", sa.String(length=1000), nullable=True),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=True),
        sa.Column("turn", sa.String(length=20), nullable=True),
        sa.Column("awaits_id", sa.Integer(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
    ]


def know_words(table: str, column: str, words: Sequence[str]) -> None:
    """Let a column take these words and no others."""
    name, rule = op.f(f"ck_{table}_known_{column}"), f"{column} IN ({', '.join(map(repr, words))})"
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
    with op.batch_alter_table(table) as batch:
        batch.create_check_constraint(name, sa.text(rule))


def give_turns() -> None:
    """Whose turn it is in the conversations there are: of whoever did not speak last.

    The promise is counted in plain days here, since which days a cohort works is not for a migration to know.
    """
    spoken = """
        SELECT coalesce(comment.parent_id, comment.id) AS opening, comment.author_id, comment.created_at,
               enrolment.user_id AS writer_id, cohort.promised_working_days
        FROM comment
        JOIN submission ON submission.id = comment.submission_id
        JOIN reflection ON reflection.id = submission.reflection_id
        JOIN enrolment ON enrolment.id = reflection.enrolment_id
        JOIN cohort ON cohort.id = comment.cohort_id
        ORDER BY comment.created_at, comment.id
    """
    moment = sa.DateTime(timezone=True)
    comment = sa.table(
        "comment",
        *(sa.column(name) for name in ("id", "turn", "awaits_id")),
        sa.column("waiting_since", moment),
        sa.column("promised_on", sa.Date()),
    )
    turns: dict[int, dict[str, Any]] = {}
    for opening, author, at, writer, promised in op.get_bind().execute(sa.text(spoken).columns(created_at=moment)):
        last_guide = author if author != writer else turns.get(opening, {}).get("last_guide")
        turns[opening] = {"author": author, "writer": writer, "at": at, "promised": promised, "last_guide": last_guide}
    for opening, last in turns.items():
        waits = last["author"] == last["writer"]
        values = {
            "turn": "guide" if waits else "writer",
            "awaits_id": last["last_guide"] if waits else None,
            "waiting_since": last["at"] if waits else None,
            "promised_on": (last["at"] + timedelta(days=last["promised"])).date() if waits else None,
        }
        op.execute(comment.update().where(comment.c.id == opening).values(**values))


def upgrade() -> None:
    op.create_table(
        "cover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("absent_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arranged_by_id", sa.Integer(), nullable=False),
        sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("absent_id != stand_in_id", name=op.f("ck_cover_by_somebody_else")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_cover_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["absent_id"], ["user.id"], name=op.f("fk_cover_absent_id")),
        sa.ForeignKeyConstraint(["arranged_by_id"], ["user.id"], name=op.f("fk_cover_arranged_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cover_cohort_id")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["user.id"], name=op.f("fk_cover_stand_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
    )
    with op.batch_alter_table("cover", schema=None) as batch_op:
        batch_op.create_index("ix_cover_absent_id", ["absent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cover_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index("ix_cover_stand_in_id", ["stand_in_id", "until"], unique=False)

    op.create_table(
        "rubric",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pack", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_rubric_cohort_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric")),
        sa.UniqueConstraint("cohort_id", "slug", "version", name=op.f("uq_rubric_cohort_id_slug_version")),
    )
    op.create_table(
        "saved_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_saved_comment_says_something")),
        sa.CheckConstraint("uses >= 0", name=op.f("ck_saved_comment_uses_not_negative")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_saved_comment_cohort_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_saved_comment_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_comment")),
    )
    with op.batch_alter_table("saved_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_comment_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index("ix_saved_comment_owner_id", ["owner_id"], unique=False)

    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("per_text", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("per_text between 2 and 9", name=op.f("ck_calibration_scored_by_some")),
        sa.CheckConstraint("percent between 1 and 100", name=op.f("ck_calibration_percent_within_reason")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_calibration_cohort_id")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["user.id"], name=op.f("fk_calibration_drawn_by_id")),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name=op.f("fk_calibration_rubric_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )
    with op.batch_alter_table("calibration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "family",
                "friendship",
                "business",
                "dispute",
                "other",
                name="known_relation",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_conflict_cohort_id")),
        sa.ForeignKeyConstraint(["declared_by_id"], ["user.id"], name=op.f("fk_conflict_declared_by_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_conflict_enrolment_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_conflict_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflict_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conflict_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_conflict_current",
            ["enrolment_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "guest_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column("guest_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "mentor",
                "coach",
                "supervisor",
                "assessor",
                name="known_role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("hour_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_guest_pass_cohort_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["user.id"], name=op.f("fk_guest_pass_guest_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["user.id"], name=op.f("fk_guest_pass_invited_by_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_guest_pass_reflection_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["user.id"], name=op.f("fk_guest_pass_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_pass")),
        sa.UniqueConstraint("digest", name=op.f("uq_guest_pass_digest")),
    )
    with op.batch_alter_table("guest_pass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guest_pass_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guest_pass_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index("ix_guest_pass_reflection_id", ["reflection_id"], unique=False)

    op.create_table(
        "lease",
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_lease_cohort_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["user.id"], name=op.f("fk_lease_holder_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_lease_reflection_id")),
        sa.PrimaryKeyConstraint("reflection_id", name=op.f("pk_lease")),
    )
    with op.batch_alter_table("lease", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lease_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lease_holder_id"), ["holder_id"], unique=False)

    op.create_table(
        "feedback_draft",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tab", sa.String(length=40), nullable=True),
        sa.Column("stroke", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_feedback_draft_cohort_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user.id"], name=op.f("fk_feedback_draft_reviewer_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_feedback_draft_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", "reviewer_id", name=op.f("pk_feedback_draft")),
    )
    with op.batch_alter_table("feedback_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_draft_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_draft_reviewer_id"), ["reviewer_id"], unique=False)

    op.create_table(
        "sampled_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["calibration_id"], ["calibration.id"], name=op.f("fk_sampled_text_calibration_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_sampled_text_cohort_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_sampled_text_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampled_text")),
        sa.UniqueConstraint(
            "calibration_id", "submission_id", name=op.f("uq_sampled_text_calibration_id_submission_id")
        ),
        sa.UniqueConstraint("code", name=op.f("uq_sampled_text_code")),
    )
    with op.batch_alter_table("sampled_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sampled_text_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sampled_text_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "acknowledgement",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_helpful", sa.Boolean(), nullable=True),
        sa.Column("acted_on", sa.String(length=1000), nullable=False),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("acted_at is null or length(acted_on) > 0", name=op.f("ck_acknowledgement_acting_is_told")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_acknowledgement_cohort_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_acknowledgement_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_acknowledgement")),
    )
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acknowledgement_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "moderation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=30), nullable=False),
        sa.Column("level", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(length=5000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_moderation_has_a_reason")),
        sa.CheckConstraint("level between 0 and 9", name=op.f("ck_moderation_level_within_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_moderation_by_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_moderation_cohort_id")),
        sa.ForeignKeyConstraint(["text_id"], ["sampled_text.id"], name=op.f("fk_moderation_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation")),
    )
    with op.batch_alter_table("moderation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderation_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_moderation_text_id"), ["text_id"], unique=False)

    op.create_table(
        "scoring",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("assessor_id", sa.Integer(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("recused_at is null or length(note) > 0", name=op.f("ck_scoring_recused_for_a_reason")),
        sa.CheckConstraint("recused_at is null or scored_at is null", name=op.f("ck_scoring_scored_or_recused")),
        sa.ForeignKeyConstraint(["assessor_id"], ["user.id"], name=op.f("fk_scoring_assessor_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_scoring_cohort_id")),
        sa.ForeignKeyConstraint(["text_id"], ["sampled_text.id"], name=op.f("fk_scoring_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring")),
        sa.UniqueConstraint("text_id", "assessor_id", name=op.f("uq_scoring_text_id_assessor_id")),
    )
    with op.batch_alter_table("scoring", schema=None) as batch_op:
        batch_op.create_index("ix_scoring_assessor_id", ["assessor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scoring_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "second_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("reflection_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "verdict",
            sa.Enum("upheld", "changed", name="known_verdict", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_at is null) = (verdict is null)", name=op.f("ck_second_look_answered_with_a_verdict")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_second_look_has_a_reason")),
        sa.CheckConstraint("verdict is null or length(answer) > 0", name=op.f("ck_second_look_answered_for_a_reason")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_second_look_cohort_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["user.id"], name=op.f("fk_second_look_given_by_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["user.id"], name=op.f("fk_second_look_reader_id")),
        sa.ForeignKeyConstraint(["reflection_id"], ["reflection.id"], name=op.f("fk_second_look_reflection_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_second_look_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_look")),
        sa.UniqueConstraint("review_id", name=op.f("uq_second_look_review_id")),
    )
    with op.batch_alter_table("second_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_look_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index("ix_second_look_reader_id", ["reader_id", "answered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_second_look_reflection_id"), ["reflection_id"], unique=False)

    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("second_look_id", sa.Integer(), nullable=True),
        sa.Column("scoring_id", sa.Integer(), nullable=True),
        sa.Column("criterion", sa.String(length=30), nullable=False),
        sa.Column("level", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "(review_id is not null and second_look_id is null and scoring_id is null) or (review_id is null and (second_look_id is null or scoring_id is null))",
            name=op.f("ck_rating_belongs_to_one"),
        ),
        sa.CheckConstraint("level * 2 = round(level * 2)", name=op.f("ck_rating_level_in_halves")),
        sa.CheckConstraint("level between 0 and 9", name=op.f("ck_rating_level_within_reason")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_rating_cohort_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_rating_review_id")),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name=op.f("fk_rating_rubric_id")),
        sa.ForeignKeyConstraint(["scoring_id"], ["scoring.id"], name=op.f("fk_rating_scoring_id")),
        sa.ForeignKeyConstraint(["second_look_id"], ["second_look.id"], name=op.f("fk_rating_second_look_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_rating_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("review_id", "criterion", name=op.f("uq_rating_review_id_criterion")),
        sa.UniqueConstraint("scoring_id", "criterion", name=op.f("uq_rating_scoring_id_criterion")),
        sa.UniqueConstraint("second_look_id", "criterion", name=op.f("uq_rating_second_look_id_criterion")),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_rubric_id"), ["rubric_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rating_submission_id"), ["submission_id"], unique=False)
        batch_op.create_index(
            "uq_rating_own",
            ["submission_id", "criterion"],
            unique=True,
            sqlite_where=sa.text("review_id IS NULL AND second_look_id IS NULL AND scoring_id IS NULL"),
            postgresql_where=sa.text("review_id IS NULL AND second_look_id IS NULL AND scoring_id IS NULL"),
        )

    with op.batch_alter_table("cohort") as cohort:
        cohort.add_column(sa.Column("is_promise_public", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("cohort") as cohort:
        cohort.alter_column("is_promise_public", server_default=None)

    with op.batch_alter_table("comment") as comment:
        for column in comment_columns():
            comment.add_column(column)
        for name, rule in COMMENT_CHECKS:
            comment.create_check_constraint(comment.f(name), sa.text(rule))
        comment.drop_index(comment.f("ix_comment_cohort_id"))
        comment.create_index("ix_comment_cohort_id_turn", ["cohort_id", "turn"])
        comment.create_foreign_key(comment.f("fk_comment_awaits_id"), "user", ["awaits_id"], ["id"])
        comment.create_foreign_key(comment.f("fk_comment_resolved_by_id"), "user", ["resolved_by_id"], ["id"])
    give_turns()

    with op.batch_alter_table("module") as module:
        module.add_column(sa.Column("rubric_id", sa.Integer(), nullable=True))
        module.create_index(module.f("ix_module_rubric_id"), ["rubric_id"])
        module.create_foreign_key(module.f("fk_module_rubric_id"), "rubric", ["rubric_id"], ["id"])

    know_words("read_event", "reason", ["reading", "review", "ahead", "scoring"])
    know_words("appointment", "office", ["organiser", "observer", "assessor"])


def downgrade() -> None:
    op.execute("UPDATE read_event SET reason = 'reading' WHERE reason IN ('ahead', 'scoring')")
    op.execute("DELETE FROM appointment WHERE office = 'assessor'")
    know_words("appointment", "office", ["organiser", "observer"])
    know_words("read_event", "reason", ["reading", "review"])

    with op.batch_alter_table("module") as module:
        module.drop_constraint(module.f("fk_module_rubric_id"), type_="foreignkey")
        module.drop_index(module.f("ix_module_rubric_id"))
        module.drop_column("rubric_id")

    with op.batch_alter_table("comment") as comment:
        for name, _ in COMMENT_CHECKS:
            comment.drop_constraint(comment.f(name), type_="check")
        comment.drop_constraint(comment.f("fk_comment_resolved_by_id"), type_="foreignkey")
        comment.drop_constraint(comment.f("fk_comment_awaits_id"), type_="foreignkey")
        comment.drop_index("ix_comment_cohort_id_turn")
        comment.create_index(comment.f("ix_comment_cohort_id"), ["cohort_id"])
        for column in reversed(comment_columns()):
            comment.drop_column(column.name)

    with op.batch_alter_table("cohort") as cohort:
        cohort.drop_column("is_promise_public")

    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_rating_own",
            sqlite_where=sa.text("review_id IS NULL AND second_look_id IS NULL AND scoring_id IS NULL"),
            postgresql_where=sa.text("review_id IS NULL AND second_look_id IS NULL AND scoring_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_rating_submission_id"))
        batch_op.drop_index(batch_op.f("ix_rating_rubric_id"))
        batch_op.drop_index(batch_op.f("ix_rating_cohort_id"))

    op.drop_table("rating")
    with op.batch_alter_table("second_look", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_second_look_reflection_id"))
        batch_op.drop_index("ix_second_look_reader_id")
        batch_op.drop_index(batch_op.f("ix_second_look_cohort_id"))

    op.drop_table("second_look")
    with op.batch_alter_table("scoring", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scoring_cohort_id"))
        batch_op.drop_index("ix_scoring_assessor_id")

    op.drop_table("scoring")
    with op.batch_alter_table("moderation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderation_text_id"))
        batch_op.drop_index(batch_op.f("ix_moderation_cohort_id"))

    op.drop_table("moderation")
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acknowledgement_cohort_id"))

    op.drop_table("acknowledgement")
    with op.batch_alter_table("sampled_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sampled_text_submission_id"))
        batch_op.drop_index(batch_op.f("ix_sampled_text_cohort_id"))

    op.drop_table("sampled_text")
    with op.batch_alter_table("feedback_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_draft_reviewer_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_draft_cohort_id"))

    op.drop_table("feedback_draft")
    with op.batch_alter_table("lease", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lease_holder_id"))
        batch_op.drop_index(batch_op.f("ix_lease_cohort_id"))

    op.drop_table("lease")
    with op.batch_alter_table("guest_pass", schema=None) as batch_op:
        batch_op.drop_index("ix_guest_pass_reflection_id")
        batch_op.drop_index(batch_op.f("ix_guest_pass_guest_id"))
        batch_op.drop_index(batch_op.f("ix_guest_pass_cohort_id"))

    op.drop_table("guest_pass")
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_conflict_current",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_conflict_user_id"))
        batch_op.drop_index(batch_op.f("ix_conflict_cohort_id"))

    op.drop_table("conflict")
    with op.batch_alter_table("calibration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_cohort_id"))

    op.drop_table("calibration")
    with op.batch_alter_table("saved_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_saved_comment_owner_id")
        batch_op.drop_index(batch_op.f("ix_saved_comment_cohort_id"))

    op.drop_table("saved_comment")
    op.drop_table("rubric")
    with op.batch_alter_table("cover", schema=None) as batch_op:
        batch_op.drop_index("ix_cover_stand_in_id")
        batch_op.drop_index(batch_op.f("ix_cover_cohort_id"))
        batch_op.drop_index("ix_cover_absent_id")

    op.drop_table("cover")
