"""installations are refused, and somebody is told instead."""

import sqlalchemy as sa
from alembic import op

revision = "f3916af9dad8"
down_revision = "4f7e1843e572"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refused", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("refused_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("told_instead", sa.String(length=96), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("pace", schema=None) as batch_op:
        batch_op.drop_column("told_instead")
        batch_op.drop_column("asked_at")
        batch_op.drop_column("refused_at")
        batch_op.drop_column("refused")
