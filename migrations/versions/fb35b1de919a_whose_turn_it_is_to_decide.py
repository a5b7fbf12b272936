"""Whose turn it is to decide, who was asked for a view, and how entries end."""

import sqlalchemy as sa
from alembic import op

revision = "fb35b1de919a"
down_revision = "afc055892528"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision_opinion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("decision_id", "person"),
    )
    with op.batch_alter_table("decision_opinion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_opinion_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_opinion_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "decision_turn",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("because", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.String(length=32), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("decision_id", "person"),
    )
    with op.batch_alter_table("decision_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_turn_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_turn_workspace_id"), ["workspace_id"], unique=False)

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("inform_person", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("unheeded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_by", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("ended_because", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("superseded_by", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("superseded_by")
        batch_op.drop_column("ended_because")
        batch_op.drop_column("ended_by")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("unheeded_at")
        batch_op.drop_column("inform_person")

    with op.batch_alter_table("decision_turn", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_turn_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_decision_turn_decision_id"))

    op.drop_table("decision_turn")
    with op.batch_alter_table("decision_opinion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_opinion_workspace_id"))
        batch_op.drop_index(batch_op.f("ix_decision_opinion_decision_id"))

    op.drop_table("decision_opinion")
