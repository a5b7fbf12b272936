"""The processes that share a database: each has a row, kept fresh while it lives and removed when it leaves."""

import socket
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import __version__
from bot.clock import from_millis
from bot.db import insert_or_ignore
from bot.delivery.model import Node
from bot.delivery.node import DEAD_AFTER

WEB = "web"
WORKER = "worker"
ROLES = (WEB, WORKER)
"""What a process does: answers Slack, or delivers and keeps time. One process may do both."""


@dataclass(frozen=True)
class Process:
    """One that is alive."""

    node: str
    role: str
    version: str
    host: str
    started: datetime | None


def register(session: Session, node: str, roles: Collection[str], now: int) -> None:
    """Say that `node` has begun, on this machine and with this version."""
    insert_or_ignore(
        session,
        Node,
        node=node,
        beat_at=now,
        version=__version__,
        role=",".join(sorted(roles)),
        host=this_host(),
        started_at=now,
    )


def leave(session: Session, node: str) -> None:
    """Say that `node` has ended: nobody need wait until it seems dead."""
    session.execute(delete(Node).where(Node.node == node))


def alive(session: Session, now: int) -> list[Process]:
    """Every process that said within three seconds that it lives, longest running first."""
    found = session.scalars(select(Node).where(Node.beat_at > now - DEAD_AFTER).order_by(Node.started_at, Node.node))
    return [
        Process(
            node=each.node,
            role=each.role or "unknown",
            version=each.version,
            host=each.host or "unknown",
            started=None if each.started_at is None else from_millis(each.started_at),
        )
        for each in found
    ]


def silent_for(session: Session, node: str, now: int) -> int | None:
    """Milliseconds since `node` last said that it is alive; none when it never did, or has left."""
    beat_at = session.scalar(select(Node.beat_at).where(Node.node == node))
    return None if beat_at is None else now - beat_at


def beats_elsewhere(session: Session) -> dict[str, tuple[str, int]]:
    """The processes of other machines: where they run, and when they last said, by their clock, that they live."""
    found = session.execute(select(Node.node, Node.host, Node.beat_at).where(Node.host != this_host()))
    return {node: (str(host), beat_at) for node, host, beat_at in found}


def this_host() -> str:
    return socket.gethostname()[:64]
