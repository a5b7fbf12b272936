"""nothing is kept of the setup interview but its answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2302c90ff14a"
down_revision = "88595c1248d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("setup_done", schema=None) as batch_op:
        batch_op.drop_column("kept")


def downgrade() -> None:
    kept = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("setup_done", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept", kept, nullable=False, server_default=sa.text("'{}'")))
    with op.batch_alter_table("setup_done", schema=None) as batch_op:
        batch_op.alter_column("kept", existing_type=kept, server_default=None)
