"""One running process among others: it has a name and says every second that it is alive."""

import os
import socket
import uuid

from sqlalchemy import ScalarSelect, delete, select, update
from sqlalchemy.orm import Session

from bot import __version__
from bot.db import insert_or_ignore
from bot.delivery.model import Node

BEAT_EVERY = 1.0
"""Seconds."""
DEAD_AFTER = 3_000
FORGOTTEN_AFTER = 24 * 60 * 60 * 1_000


def new_node_id() -> str:
    """A name no other process has had: a restarted process is a new node."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def beat(session: Session, node: str, now: int) -> None:
    """Say that `node` is alive, and forget nodes that were last heard of a day ago."""
    if not insert_or_ignore(session, Node, node=node, beat_at=now, version=__version__):
        session.execute(update(Node).where(Node.node == node).values(beat_at=now))
    session.execute(delete(Node).where(Node.beat_at < now - FORGOTTEN_AFTER))


def alive(now: int) -> ScalarSelect[str]:
    """The names of the nodes that are alive."""
    return select(Node.node).where(Node.beat_at > now - DEAD_AFTER).scalar_subquery()
