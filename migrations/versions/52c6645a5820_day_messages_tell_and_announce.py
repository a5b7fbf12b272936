"""Day messages tell things and announce what comes later; decisions and namings are asked in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "52c6645a5820"
down_revision = "07ebeb2c7675"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("ask_id")

    with op.batch_alter_table("naming", schema=None) as batch_op:
        batch_op.drop_column("message_id")

    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("foreseen", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("news", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.drop_column("news")
        batch_op.drop_column("foreseen")

    with op.batch_alter_table("naming", schema=None) as batch_op:
        batch_op.add_column(sa.Column("message_id", sa.Integer(), nullable=True))

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ask_id", sa.Integer(), nullable=True))
