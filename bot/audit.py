"""The audit trail: who did what when, appended in the transaction of the deed and never changed."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Index, String, Table, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.house import House

PROGRAM = "program:"
"""What an actor begins with who is no person; the name of the program's token follows."""


def is_program(actor: str) -> bool:
    return actor.startswith(PROGRAM)


class Event(Base):
    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    at: Mapped[datetime]
    actor: Mapped[str | None] = mapped_column(String(32))
    """Slack user id, or `program:` and a name; none when Drumbeat acted by the calendar."""
    kind: Mapped[str] = mapped_column(String(60))
    """What happened, such as `update.submitted`."""
    subject: Mapped[str] = mapped_column(String(120))
    """What it happened to, such as `update:17`."""
    detail: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_event_subject", "workspace_id", "subject"),)


# As a statement of its own, which costs a fraction of an object that the session keeps until it writes it.
_APPEND = insert(cast(Table, Event.__table__))


def newest(session: Session, house: House, but: str) -> int:
    """The id of the last that happened in a workspace, of another kind than `but`; 0 when nothing has."""
    query = select(Event.id).where(Event.workspace_id == house.workspace_id, Event.kind != but)
    return session.scalar(query.order_by(Event.id.desc()).limit(1)) or 0


def record(session: Session, house: House, kind: str, subject: str, *, actor: str | None = None, **detail: Any) -> None:
    event = {
        "workspace_id": house.workspace_id,
        "at": house.clock.now(),
        "actor": actor,
        "kind": kind,
        "subject": subject,
        "detail": detail,
    }
    session.execute(_APPEND, event)
