"""changes have a pace of their own."""

import sqlalchemy as sa
from alembic import op

revision = "07ebeb2c7675"
down_revision = "eed00c7ad90b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_changes",
            ["workspace_id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued' AND method = 'update'"),
            postgresql_where=sa.text("state = 'queued' AND method = 'update'"),
        )

    with op.batch_alter_table("pace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("change_tat", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.alter_column("look_interval", server_default="1600")
    op.execute("UPDATE pace SET look_interval = 1600 WHERE look_interval < 1600")


def downgrade() -> None:
    with op.batch_alter_table("pace", schema=None) as batch_op:
        batch_op.alter_column("look_interval", server_default="1200")
        batch_op.drop_column("change_tat")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_changes",
            sqlite_where=sa.text("state = 'queued' AND method = 'update'"),
            postgresql_where=sa.text("state = 'queued' AND method = 'update'"),
        )
