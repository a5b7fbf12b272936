"""actions come from more than releases."""

import sqlalchemy as sa
from alembic import op

revision = "bd478e44e8ec"
down_revision = "5612920fa312"
branch_labels = None
depends_on = None

REST = "id, workspace_id, what, owner, due_on, state, agreed_by, agreed_at, ended_by, ended_at, because, version"
BEFORE, AFTER = "lookback.action-late", "action.late"
"""What the timer of an action is called."""


def upgrade() -> None:
    _create("action", sa.Column("source", sa.String(length=60), nullable=False))
    op.execute(f"INSERT INTO action (source, {REST}) SELECT 'release:' || release_id, {REST} FROM look_back_action")
    _drop("look_back_action", "release_id")
    _index("action", "source")
    _count_on("action")
    _rename_timers(BEFORE, AFTER)


def downgrade() -> None:
    release = sa.Column(
        "release_id",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        sa.ForeignKey("release.id", ondelete="CASCADE"),
        nullable=False,
    )
    _create("look_back_action", release)
    number = "CAST(substr(source, 9) AS bigint)"
    op.execute(
        f"INSERT INTO look_back_action (release_id, {REST}) "
        f"SELECT {number}, {REST} FROM action WHERE source LIKE 'release:%'"
    )
    _drop("action", "source")
    _index("look_back_action", "release_id")
    _count_on("look_back_action")
    _rename_timers(AFTER, BEFORE)


def _create(table: str, source: "sa.Column[int] | sa.Column[str]") -> None:
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        source,
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("agreed_by", sa.String(length=32), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _drop(table: str, source: str) -> None:
    for column in ("workspace_id", source):
        op.drop_index(f"ix_{table}_{column}", table)
    op.drop_table(table)


def _index(table: str, source: str) -> None:
    for column in ("workspace_id", source):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _count_on(table: str) -> None:
    """The rows keep their numbers, since timers and messages name them: new ones go on from there."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _rename_timers(old: str, new: str) -> None:
    op.execute(f"UPDATE timer SET kind = '{new}', key = replace(key, '{old}:', '{new}:') WHERE kind = '{old}'")
