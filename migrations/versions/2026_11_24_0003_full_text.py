"""The full-text index of what can be searched: FTS5 on SQLite, GIN on PostgreSQL.

On SQLite the triggers hang on `document`: a later migration that remakes that table has to make them anew.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The words are folded already and stand apart by spaces; where in a text they stand is not asked of the index.
SQLITE = (
    """
    CREATE VIRTUAL TABLE document_words USING fts5(
        tokens, content='document', content_rowid='id', tokenize='ascii', detail=none, columnsize=0
    )
    """,
    "INSERT INTO document_words(document_words) VALUES ('rebuild')",
    """
    CREATE TRIGGER document_words_insert AFTER INSERT ON document BEGIN
        INSERT INTO document_words(rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER document_words_delete AFTER DELETE ON document BEGIN
        INSERT INTO document_words(document_words, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    END
    """,
    """
    CREATE TRIGGER document_words_update AFTER UPDATE OF id, tokens ON document BEGIN
        INSERT INTO document_words(document_words, rowid, tokens) VALUES ('delete', old.id, old.tokens);
        INSERT INTO document_words(rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
)
# Not to_tsvector(): its parser would take the folded words apart by rules of its own. And by a function that costs as
# much as it does, or PostgreSQL would make the vectors of all texts again rather than look a frequent word up.
POSTGRESQL = (
    """
    CREATE FUNCTION document_vector(tokens text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000
    AS $$ BEGIN RETURN array_to_tsvector(string_to_array(tokens, ' ')); END $$
    """,
    "CREATE INDEX document_words ON document USING gin (document_vector(tokens))",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(statement)
    else:
        for statement in POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER document_words_{event}")
        op.execute("DROP TABLE document_words")
    else:
        op.execute("DROP INDEX document_words")
        op.execute("DROP FUNCTION document_vector")
