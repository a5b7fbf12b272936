"""prompts and the messages that carry them: who waits in an open occurrence is handed over when Drumbeat starts."""

import sqlalchemy as sa
from alembic import op

revision = "eed00c7ad90b"
down_revision = "8457b278a2bd"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "person", "day", "what"),
    )
    with op.batch_alter_table("day_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_day_message_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "reminding",
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("profile", sa.String(length=12), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "person"),
    )
    op.create_table(
        "prompt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("ref", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("report_to", sa.String(length=32), nullable=True),
        sa.Column("prompted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("day_message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["day_message_id"],
            ["day_message.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workspace_id", "key"),
    )
    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prompt_day_message_id"), ["day_message_id"], unique=False)
        batch_op.create_index(
            "ix_prompt_open",
            ["workspace_id", "person"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_prompt_workspace_id"), ["workspace_id"], unique=False)

    op.execute(
        "UPDATE timer SET state = 'cancelled' WHERE state IN ('armed', 'failed')"
        " AND kind IN ('update.prompt', 'update.remind', 'update.snooze')"
    )
    with op.batch_alter_table("update_ask", schema=None) as batch_op:
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("prompted_at")
        batch_op.drop_column("snoozed_until")
        batch_op.drop_column("message_id")


def downgrade() -> None:
    op.execute("UPDATE timer SET state = 'cancelled' WHERE state IN ('armed', 'failed') AND kind LIKE 'prompts.%'")
    with op.batch_alter_table("update_ask", schema=None) as batch_op:
        batch_op.add_column(sa.Column("message_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("prompted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("prompt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prompt_workspace_id"))
        batch_op.drop_index(
            "ix_prompt_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_prompt_day_message_id"))

    op.drop_table("prompt")
    op.drop_table("reminding")
    with op.batch_alter_table("day_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_day_message_workspace_id"))

    op.drop_table("day_message")
