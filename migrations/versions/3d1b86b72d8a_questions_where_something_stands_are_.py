"""questions where something stands are counted."""

import sqlalchemy as sa
from alembic import op

revision = "3d1b86b72d8a"
down_revision = "95eda5627ff1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "status_ask",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("status_ask", schema=None) as batch_op:
        batch_op.create_index("ix_status_ask_asked_at", ["workspace_id", "asked_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("status_ask", schema=None) as batch_op:
        batch_op.drop_index("ix_status_ask_asked_at")

    op.drop_table("status_ask")
