"""releases say how they roll out, what they do not do and where more is written."""

import sqlalchemy as sa
from alembic import op

revision = "fb2bd27f6b0b"
down_revision = "3a3310e5299b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rollout", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("limits", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("links", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_column("links")
        batch_op.drop_column("limits")
        batch_op.drop_column("rollout")
