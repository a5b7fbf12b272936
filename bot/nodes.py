"""The processes that share a database: each has a row, kept fresh while it lives and removed when it leaves."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.delivery.model import Node


def silent_for(session: Session, node: str, now: int) -> int | None:
    """Milliseconds since `node` last said that it is alive; none when it never did, or has left."""
    beat_at = session.scalar(select(Node.beat_at).where(Node.node == node))
    return None if beat_at is None else now - beat_at
