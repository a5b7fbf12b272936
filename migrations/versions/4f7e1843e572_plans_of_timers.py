"""plans of timers."""

import sqlalchemy as sa
from alembic import op

revision = "4f7e1843e572"
down_revision = "d27d18a3c8ab"
branch_labels = None
depends_on = None

# What was armed for an occurrence becomes a part of its plan, so that it moves and ends with it.
RITUALS = "UPDATE timer SET plan = 'occurrence:' || ref WHERE kind LIKE 'ritual.%'"
PROMPTS = "UPDATE timer SET plan = 'occurrence:' || {until_colon} WHERE kind LIKE 'update.%'"


def upgrade() -> None:
    op.create_table(
        "timer_plan",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name"),
    )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("plan", sa.String(length=120), nullable=True))
        batch_op.create_index(
            "ix_timer_plan",
            ["workspace_id", "plan"],
            unique=False,
            sqlite_where=sa.text("plan IS NOT NULL"),
            postgresql_where=sa.text("plan IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_timer_retired",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('fired', 'cancelled')"),
            postgresql_where=sa.text("state IN ('fired', 'cancelled')"),
        )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_index("ix_timer_workspace_id")
        batch_op.drop_index("ix_timer_wake")
        batch_op.drop_index("ix_timer_failed")
        batch_op.create_index(
            "ix_timer_wake",
            ["workspace_id", "wake_at"],
            unique=False,
            sqlite_where=sa.text("state = 'armed'"),
            postgresql_where=sa.text("state = 'armed'"),
        )
        batch_op.create_index(
            "ix_timer_failed",
            ["workspace_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
    is_postgres = op.get_bind().dialect.name == "postgresql"
    op.execute(RITUALS)
    op.execute(
        PROMPTS.format(until_colon="split_part(ref, ':', 1)" if is_postgres else "substr(ref, 1, instr(ref, ':') - 1)")
    )


def downgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.create_index("ix_timer_workspace_id", ["workspace_id"], unique=False)
        batch_op.drop_index("ix_timer_wake")
        batch_op.drop_index("ix_timer_failed")
        batch_op.create_index(
            "ix_timer_wake",
            ["wake_at"],
            unique=False,
            sqlite_where=sa.text("state = 'armed'"),
            postgresql_where=sa.text("state = 'armed'"),
        )
        batch_op.create_index(
            "ix_timer_failed",
            ["workspace_id"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_timer_retired",
            sqlite_where=sa.text("state IN ('fired', 'cancelled')"),
            postgresql_where=sa.text("state IN ('fired', 'cancelled')"),
        )
        batch_op.drop_index(
            "ix_timer_plan",
            sqlite_where=sa.text("plan IS NOT NULL"),
            postgresql_where=sa.text("plan IS NOT NULL"),
        )
        batch_op.drop_column("plan")

    op.drop_table("timer_plan")
