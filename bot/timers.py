"""Things that must happen at a moment, kept in the database so that a crash or a restart forgets none.

A timer is armed in the transaction of the fact that caused it, leased by one node when due, and retired in the
transaction of its effect. A timer that keeps failing is set aside as `failed`, with its error, and holds up no other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import BigInteger, CursorResult, Index, String, Text, UniqueConstraint, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.clock import from_millis, to_millis
from bot.db import Base, BigId, insert_or_ignore, wake, workspace_column
from bot.house import House

LEASE = timedelta(seconds=12)
MAX_ATTEMPTS = 8
CLAIM_LIMIT = 50


class Timer(Base):
    __tablename__ = "timer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    workspace_id: Mapped[str] = workspace_column()
    key: Mapped[str] = mapped_column(String(200))
    """What this timer is for, such as `ritual.open:17`; arming the same key twice arms one timer."""
    kind: Mapped[str] = mapped_column(String(60))
    ref: Mapped[str] = mapped_column(String(120))
    """What the handler needs to know, usually the id of a record."""
    generation: Mapped[int] = mapped_column(BigInteger, default=0)
    """Which version of a plan armed it, for plans that are made anew as a whole."""
    due_at: Mapped[int] = mapped_column(BigInteger)
    wake_at: Mapped[int] = mapped_column(BigInteger)
    """When to look at it next: its due time, the end of a lease, or the next attempt (epoch ms)."""
    state: Mapped[str] = mapped_column(String(12), default="armed")
    owner: Mapped[str | None] = mapped_column(String(120), default=None)
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    attempts: Mapped[int] = mapped_column(BigInteger, default=0)
    error: Mapped[str | None] = mapped_column(Text, default=None)

    # The state test is a literal: a bound value would keep SQLite from using the partial index.
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(
            "ix_timer_wake",
            "wake_at",
            sqlite_where=text("state = 'armed'"),
            postgresql_where=text("state = 'armed'"),
        ),
        Index(
            "ix_timer_failed",
            "workspace_id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
    )


ARMED = text("timer.state = 'armed'")

Fire = Callable[[Session, House, str], None]
"""What a due timer does, in one transaction: `(session, house, ref)`."""


@dataclass(frozen=True)
class Lease:
    """One due timer, held by this node until another may take it over."""

    timer_id: int
    fence: int
    kind: str
    due: datetime


def arm(session: Session, house: House, key: str, kind: str, ref: str, due: datetime) -> None:
    """Arm `kind` at `due`, unless `key` was armed before: then it is armed anew, even if it had fired."""
    millis = to_millis(due)
    armed = insert_or_ignore(
        session,
        Timer,
        workspace_id=house.workspace_id,
        key=key,
        kind=kind,
        ref=ref,
        generation=0,
        due_at=millis,
        wake_at=millis,
        state="armed",
        fence=0,
        attempts=0,
    )
    if not armed:
        session.execute(
            update(Timer)
            .where(Timer.workspace_id == house.workspace_id, Timer.key == key)
            .values(
                due_at=millis,
                wake_at=millis,
                state="armed",
                owner=None,
                fence=Timer.fence + 1,
                attempts=0,
                error=None,
            )
        )
    wake(session, "timers")


def cancel(session: Session, house: House, key: str) -> None:
    session.execute(
        update(Timer)
        .where(Timer.workspace_id == house.workspace_id, Timer.key == key, ARMED)
        .values(state="cancelled", fence=Timer.fence + 1)
    )


def claim(session: Session, workspace_id: str, now: datetime, owner: str) -> list[Lease]:
    """Lease a workspace's timers that are due, oldest first; their `wake_at` moves to the end of the lease."""
    millis = to_millis(now)
    due = session.scalars(
        select(Timer)
        .where(ARMED, Timer.workspace_id == workspace_id, Timer.wake_at <= millis)
        .order_by(Timer.due_at, Timer.id)
        .limit(CLAIM_LIMIT)
        .with_for_update(skip_locked=True)
    ).all()
    for timer in due:
        timer.owner = owner
        timer.fence += 1
        timer.wake_at = millis + int(LEASE.total_seconds() * 1000)
    session.flush()
    return [Lease(timer.id, timer.fence, timer.kind, from_millis(timer.due_at)) for timer in due]


def next_wake(session: Session, workspace_id: str) -> datetime | None:
    """When the next timer of a workspace is due, its lease ends or it is tried again."""
    armed = select(Timer.wake_at).where(ARMED, Timer.workspace_id == workspace_id)
    millis = session.scalar(armed.order_by(Timer.wake_at).limit(1))
    return None if millis is None else from_millis(millis)


def fire(session: Session, lease: Lease, house: House, handlers: Mapping[str, Fire]) -> bool:
    """Run a leased timer's handler and retire the timer, in this one transaction; false when it is no longer ours."""
    timer = session.get(Timer, lease.timer_id, with_for_update=True)
    if timer is None or timer.state != "armed" or timer.fence != lease.fence:
        return False
    timer.state = "fired"
    session.flush()
    handlers[timer.kind](session, house, timer.ref)
    return True


def postpone(session: Session, lease: Lease, now: datetime, error: str) -> bool:
    """After a failed attempt: try again later, or set it aside as `failed`; true when it was set aside."""
    timer = session.get(Timer, lease.timer_id, with_for_update=True)
    if timer is None or timer.state != "armed" or timer.fence != lease.fence:
        return False
    timer.attempts += 1
    timer.error = error
    timer.wake_at = to_millis(now + timedelta(seconds=2**timer.attempts))
    if timer.attempts >= MAX_ATTEMPTS:
        timer.state = "failed"
    return timer.state == "failed"


def failed(session: Session, workspace_id: str | None) -> list[Timer]:
    """What was set aside in a workspace, or in all of them, oldest first."""
    query = select(Timer).where(Timer.state == "failed").order_by(Timer.due_at)
    return list(session.scalars(query if workspace_id is None else query.where(Timer.workspace_id == workspace_id)))


def try_failed_again(session: Session, workspace_id: str, now: datetime) -> int:
    """Arm what was set aside as failed once more, as after a mended program starts; returns how many."""
    statement = (
        update(Timer)
        .where(Timer.workspace_id == workspace_id, Timer.state == "failed")
        .values(state="armed", wake_at=to_millis(now), owner=None, fence=Timer.fence + 1, attempts=0)
    )
    return cast("CursorResult[object]", session.execute(statement)).rowcount


def forget_retired(session: Session, before: datetime) -> int:
    """Delete timers that fired or were cancelled and whose due time is before `before`; returns how many."""
    statement = Timer.__table__.delete().where(  # type: ignore[attr-defined]  # declarative hides the Table
        Timer.state.in_(("fired", "cancelled")), Timer.due_at < to_millis(before)
    )
    return cast("CursorResult[object]", session.execute(statement)).rowcount
