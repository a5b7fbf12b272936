"""What delivery remembers. All times are milliseconds since 1970, so that pacing is plain arithmetic.

States are compared as SQL literals, never as bound values: only then can the partial indexes be used.

    queued -> sending -> sent
    queued -> cancelled                      its author changed their mind in time
    sending -> queued                        Slack certainly did not take it; try again later
    sending -> unsure -> sent | queued       nobody knows whether Slack took it; its history tells
    unsure -> held | queued | dead           the history cannot be read; its kind says what is worse
    sending -> dead                          it can never be posted
"""

from datetime import date
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from bot.db import Base, BigId, workspace_column
from bot.delivery import pacing

QUEUED = "queued"
SENDING = "sending"
SENT = "sent"
UNSURE = "unsure"
HELD = "held"
DEAD = "dead"
CANCELLED = "cancelled"

POST = "post"
UPDATE = "update"
DELETE = "delete"
"""Never a promise of its own: it takes back a copy too many."""

_OPEN = text("state IN ('queued', 'sending', 'unsure')")
_CHANGES = text("state = 'queued' AND method = 'update'")
_IN_FLIGHT = text("state = 'sending'")
_TO_LOOK = text("state IN ('unsure', 'held')")
_TO_AUDIT = text("audit_at IS NOT NULL")
_GIVEN_UP = text("state = 'dead'")
_DONE = text("done_at IS NOT NULL")
_ROUTINE = text("routine_day IS NOT NULL")


class OutboxMessage(Base):
    """One thing the bot has promised to say, or to say differently from now on (`method` update)."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    marker: Mapped[str] = mapped_column(String(32), unique=True)
    """Opaque, and part of what is posted, so that Slack's history can be searched for it."""
    workspace_id: Mapped[str] = mapped_column(String(32))
    """Without an index of its own: SQLite would take that one and read everything ever said."""
    dedupe: Mapped[str | None] = mapped_column(String(255))
    lane: Mapped[str] = mapped_column(String(96))
    channel: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(8))
    target: Mapped[int | None] = mapped_column(BigInteger, index=True)
    """The message this one is a thread reply to, or, for an update, the message it changes."""
    kind: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    """What it says; empty once that was let go."""
    report_to: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[int] = mapped_column(BigInteger)
    not_before: Mapped[int] = mapped_column(BigInteger)
    """Its author's wish. Until then it is no part of its lane."""
    retry_at: Mapped[int] = mapped_column(BigInteger, default=0)
    """Ours, after a failure. Its lane waits with it, so that order is kept."""
    owner: Mapped[str | None] = mapped_column(String(128))
    lease_until: Mapped[int] = mapped_column(BigInteger, default=0)
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    """Counts claims: a failure reported under an older claim is no longer news."""
    failures: Mapped[int] = mapped_column(BigInteger, default=0)
    first_send: Mapped[int | None] = mapped_column(BigInteger)
    last_send: Mapped[int | None] = mapped_column(BigInteger)
    looks: Mapped[int] = mapped_column(BigInteger, default=0)
    """How often Slack's history was read since the last attempt."""
    look_at: Mapped[int | None] = mapped_column(BigInteger)
    look_begun_at: Mapped[int | None] = mapped_column(BigInteger)
    """When the reading of this history began, while it takes more than one page."""
    look_cursor: Mapped[str | None] = mapped_column(Text)
    """Where to read on."""
    look_read: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """How many messages of it have been read so far."""
    resends: Mapped[int] = mapped_column(BigInteger, default=0)
    posted_channel: Mapped[str | None] = mapped_column(String(64))
    """Where Slack put it: the id of the direct conversation when `channel` is a person."""
    ts: Mapped[str | None] = mapped_column(String(32))
    via: Mapped[str | None] = mapped_column(String(16))
    """How we know that it was posted: Slack's `answer`, or its `history`."""
    audit_at: Mapped[int | None] = mapped_column(BigInteger)
    """When to look for a second copy; set on what had to be sent again."""
    error: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[int | None] = mapped_column(BigInteger)
    """When `report_to` was promised a word on what became of it."""
    done_at: Mapped[int | None] = mapped_column(BigInteger)
    """When it ended; none again once its words were let go."""
    routine_day: Mapped[date | None]
    """Of which day, in the workspace's zone, it is one of the routine posts; none when it is no such post."""
    thread_note: Mapped[str | None] = mapped_column(Text)
    """What it says besides where it stands in a thread: why it does."""

    __table_args__ = (
        UniqueConstraint("dedupe", "workspace_id"),
        Index("ix_outbox_open", "workspace_id", "lane", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_outbox_changes", "workspace_id", sqlite_where=_CHANGES, postgresql_where=_CHANGES),
        Index("ix_outbox_in_flight", "lease_until", sqlite_where=_IN_FLIGHT, postgresql_where=_IN_FLIGHT),
        Index("ix_outbox_to_look", "look_at", sqlite_where=_TO_LOOK, postgresql_where=_TO_LOOK),
        Index("ix_outbox_to_audit", "audit_at", sqlite_where=_TO_AUDIT, postgresql_where=_TO_AUDIT),
        Index("ix_outbox_done", "done_at", sqlite_where=_DONE, postgresql_where=_DONE),
        Index("ix_outbox_routine", "lane", "routine_day", sqlite_where=_ROUTINE, postgresql_where=_ROUTINE),
        Index("ix_outbox_dead", "workspace_id", sqlite_where=_GIVEN_UP, postgresql_where=_GIVEN_UP),
    )


class Lane(Base):
    """One channel of one workspace: its messages go out one by one, at Slack's pace for a channel."""

    __tablename__ = "lane"

    lane: Mapped[str] = mapped_column(String(96), primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    tat: Mapped[int] = mapped_column(BigInteger, default=0)
    """The moment from which the next message is in time (theoretical arrival time)."""
    blocked_until: Mapped[int] = mapped_column(BigInteger, default=0)


class Pace(Base):
    """How one workspace may be spoken to, by all nodes together."""

    __tablename__ = "pace"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    tat: Mapped[int] = mapped_column(BigInteger, default=0)
    interval: Mapped[int] = mapped_column(BigInteger)
    """Milliseconds between messages: grows when Slack complains, creeps back when it does not."""
    burst: Mapped[int] = mapped_column(BigInteger)
    blocked_until: Mapped[int] = mapped_column(BigInteger, default=0)
    change_tat: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """The same as `tat` for changing and deleting messages, which Slack counts apart."""
    look_tat: Mapped[int] = mapped_column(BigInteger, default=0)
    """The same for reading histories."""
    look_interval: Mapped[int] = mapped_column(
        BigInteger, default=pacing.LOOK_INTERVAL, server_default=str(pacing.LOOK_INTERVAL)
    )
    refused: Mapped[str | None] = mapped_column(String(64))
    """Slack's word for why it takes nothing from this installation any more; none while it does."""
    refused_at: Mapped[int | None] = mapped_column(BigInteger)
    asked_at: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """When Slack was last asked whether it still refuses."""
    told_instead: Mapped[str | None] = mapped_column(String(96))
    """The channel that hears what a person should, who cannot be reached."""


class Node(Base):
    """One running process, and when it last said so."""

    __tablename__ = "node"

    node: Mapped[str] = mapped_column(String(128), primary_key=True)
    beat_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[str] = mapped_column(String(32))
    role: Mapped[str | None] = mapped_column(String(32))
    """What it does. None here and below when it was forgotten while it slept, and then beat again."""
    host: Mapped[str | None] = mapped_column(String(64))
    started_at: Mapped[int | None] = mapped_column(BigInteger)


# For statements that run often: they are built once, and spare what it costs to make objects of rows.
OUTBOX = cast(Table, OutboxMessage.__table__)
LANE = cast(Table, Lane.__table__)
PACE = cast(Table, Pace.__table__)

State = InstrumentedAttribute[str] | ColumnElement[str]

FRESH_LOOK = {"looks": 0, "look_cursor": None, "look_begun_at": None, "look_read": 0}
"""Slack's history is read from its newest page."""


def is_queued(state: State) -> ColumnElement[bool]:
    # Said twice, since SQLite does not see that the second implies the first, which is the index's condition.
    return and_(is_open(state), state == literal_column("'queued'"))


def is_change(method: State) -> ColumnElement[bool]:
    return method == literal_column("'update'")


def is_sending(state: State) -> ColumnElement[bool]:
    return state == literal_column("'sending'")


def is_open(state: State) -> ColumnElement[bool]:
    """Still keeps its lane: what comes after it waits."""
    return state.in_([literal_column("'queued'"), literal_column("'sending'"), literal_column("'unsure'")])


def is_to_look(state: State) -> ColumnElement[bool]:
    """Only Slack's history can tell."""
    return state.in_([literal_column("'unsure'"), literal_column("'held'")])
