"""how many people filled in forms, in groups that name nobody."""

import sqlalchemy as sa
from alembic import op

revision = "3a3310e5299b"
down_revision = "2302c90ff14a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("form_fill", schema=None) as batch_op:
        batch_op.add_column(sa.Column("people_group", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("form_fill", schema=None) as batch_op:
        batch_op.drop_column("people_group")
