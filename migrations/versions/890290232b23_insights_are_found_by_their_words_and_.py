"""insights are found by their words and by what they mean."""

from alembic import op

revision = "890290232b23"
down_revision = "12209e770370"
branch_labels = None
depends_on = None

INDEXES = {"insight_words": ", prefix='1 2 3'", "insight_meanings": ""}


def upgrade() -> None:
    # Empty, since insights come with the same release: none was ever kept without.
    for name, options in INDEXES.items():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(words, tokenize='ascii'{options}, detail=none)")
        else:
            op.execute(
                f"CREATE TABLE {name} (rowid bigint PRIMARY KEY REFERENCES insight (id) ON DELETE CASCADE,"
                " words tsvector NOT NULL)"
            )
            op.execute(f"CREATE INDEX ix_{name} ON {name} USING gin (words)")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"DROP TABLE {name}")
