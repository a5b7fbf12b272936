"""Routine posts beyond a channel's share of the day go into a thread."""

import sqlalchemy as sa
from alembic import op

revision = "2b696ebdb37b"
down_revision = "52c6645a5820"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("routine_day", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("thread_note", sa.Text(), nullable=True))
        batch_op.create_index(
            "ix_outbox_routine",
            ["lane", "routine_day"],
            unique=False,
            sqlite_where=sa.text("routine_day IS NOT NULL"),
            postgresql_where=sa.text("routine_day IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_routine",
            sqlite_where=sa.text("routine_day IS NOT NULL"),
            postgresql_where=sa.text("routine_day IS NOT NULL"),
        )
        batch_op.drop_column("thread_note")
        batch_op.drop_column("routine_day")
