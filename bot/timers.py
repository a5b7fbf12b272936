"""Things that must happen at a moment, kept in the database so that a crash or a restart forgets none.

A timer is armed in the transaction of the fact that caused it, leased by one node when due, and retired in the
transaction of its effect. A timer that keeps failing is set aside as `failed`, with its error, and holds up no other.

Timers that belong together make up a plan, such as all that is to happen in one occurrence. A plan is made anew as a
whole, under a new generation: a timer of an older one never has an effect. Whoever does so locks the record that the
plan is about first, and so does whoever fires; timers are locked after it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import (
    BigInteger,
    CursorResult,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    case,
    delete,
    exists,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from bot.clock import from_millis, to_millis
from bot.db import Base, BigId, insert_or_ignore, insert_or_overwrite, wake
from bot.house import House

LEASE = timedelta(seconds=12)
MAX_ATTEMPTS = 8
CLAIM_LIMIT = 50


class Timer(Base):
    __tablename__ = "timer"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Without an index of its own: SQLite would prefer it to the better ones below, and read all that ever fired.
    workspace_id: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(200))
    """What this timer is for, such as `ritual.open:17`; arming the same key twice arms one timer."""
    kind: Mapped[str] = mapped_column(String(60))
    ref: Mapped[str] = mapped_column(String(120))
    """What the handler needs to know, usually the id of a record."""
    plan: Mapped[str | None] = mapped_column(String(120), default=None)
    """The plan it belongs to, such as `occurrence:17`; none when it stands alone."""
    generation: Mapped[int] = mapped_column(BigInteger, default=0)
    """Which version of its plan armed it."""
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
            "workspace_id",
            "wake_at",
            sqlite_where=text("state = 'armed'"),
            postgresql_where=text("state = 'armed'"),
        ),
        Index(
            "ix_timer_failed",
            "workspace_id",
            "due_at",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
        Index(
            "ix_timer_plan",
            "workspace_id",
            "plan",
            sqlite_where=text("plan IS NOT NULL"),
            postgresql_where=text("plan IS NOT NULL"),
        ),
        Index(
            "ix_timer_retired",
            "due_at",
            sqlite_where=text("state IN ('fired', 'cancelled')"),
            postgresql_where=text("state IN ('fired', 'cancelled')"),
        ),
    )


class Plan(Base):
    """How often a plan was made. The row stays, so that no generation ever comes twice."""

    __tablename__ = "timer_plan"

    workspace_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    generation: Mapped[int] = mapped_column(BigInteger)


ARMED = text("timer.state = 'armed'")
FAILED = text("timer.state = 'failed'")
RETIRED = text("timer.state IN ('fired', 'cancelled')")

Fire = Callable[[Session, House, str], None]
"""What a due timer does, in one transaction: `(session, house, ref)`."""


@dataclass(frozen=True)
class Step:
    """One thing that a plan lets happen."""

    kind: str
    ref: str
    due: datetime

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.ref}"


@dataclass(frozen=True)
class Lease:
    """One due timer, held by this node until another may take it over."""

    timer_id: int
    fence: int
    kind: str
    ref: str
    due: datetime


def replan(session: Session, house: House, plan: str, steps: Sequence[Step]) -> list[Step]:
    """Make a plan anew: `steps` are all that it lets happen from now on. No steps end it.

    What waited and is not among them is cancelled; what is among them waits for its new time. A step is known by its
    kind and ref, and what has fired stays fired whatever its new time: what is to happen again needs another ref.
    Returns the steps that have fired, oldest first: what they promised may still be queued, and is the caller's to
    cancel. The caller holds the record that the plan is about.
    """
    generation = insert_or_overwrite(
        session,
        Plan,
        unique=("workspace_id", "name"),
        counts="generation",
        workspace_id=house.workspace_id,
        name=plan,
        generation=1,
    )
    # Locked before it is judged: one of them may be firing at this moment.
    known = session.execute(_STEPS, {"of_workspace": house.workspace_id, "of_plan": plan}).all()
    kept = {step.key for step in steps}
    ends = [id for id, key, _kind, _ref, _due, state in known if state in ("armed", "failed") and key not in kept]
    if ends:
        session.execute(_END, [{"timer_id": id} for id in ends])
    done = [Step(kind, ref, from_millis(due)) for _id, _key, kind, ref, due, state in known if state == "fired"]
    over = {step.key for step in done}
    for step in steps:
        if step.key not in over:
            _arm(session, house, step.key, step.kind, step.ref, step.due, plan, generation)
    return done


def arm(session: Session, house: House, key: str, kind: str, ref: str, due: datetime, plan: str | None = None) -> None:
    """Arm `kind` at `due`, unless `key` was armed before: then it is armed anew, even if it had fired.

    With `plan` it becomes a part of that plan as it stands.
    """
    generation = _generation(session, house, plan) if plan is not None else 0
    _arm(session, house, key, kind, ref, due, plan, generation)


# These are built once, and of columns rather than of records, since every timer that is armed or fires asks them.
TIMER = cast(Table, Timer.__table__)
_GENERATION_NOW = (
    select(Plan.generation)
    .where(Plan.workspace_id == TIMER.c.workspace_id, Plan.name == TIMER.c.plan)
    .scalar_subquery()
)
_GENERATION = select(Plan.generation).where(
    Plan.workspace_id == bindparam("workspace_id"), Plan.name == bindparam("plan")
)
_GENERATION_HELD = _GENERATION.with_for_update()
_DUE = (
    select(TIMER.c.id, TIMER.c.fence, TIMER.c.kind, TIMER.c.ref, TIMER.c.due_at)
    .where(ARMED, TIMER.c.workspace_id == bindparam("workspace_id"), TIMER.c.wake_at <= bindparam("now"))
    .order_by(TIMER.c.due_at, TIMER.c.id)
    .limit(CLAIM_LIMIT)
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(TIMER)
    .where(TIMER.c.id == bindparam("timer_id"))
    .values(owner=bindparam("node"), fence=TIMER.c.fence + 1, wake_at=bindparam("until"))
)
_RETIRE = (
    update(TIMER)
    .where(TIMER.c.id == bindparam("timer_id"), ARMED, TIMER.c.fence == bindparam("held"))
    .values(state=case((TIMER.c.generation < _GENERATION_NOW, "cancelled"), else_="fired"))
    .returning(TIMER.c.state)
)
_STEPS = (
    select(TIMER.c.id, TIMER.c.key, TIMER.c.kind, TIMER.c.ref, TIMER.c.due_at, TIMER.c.state)
    .where(TIMER.c.workspace_id == bindparam("of_workspace"), TIMER.c.plan == bindparam("of_plan"))
    .order_by(TIMER.c.due_at, TIMER.c.id)
    .with_for_update()
)
_END = update(TIMER).where(TIMER.c.id == bindparam("timer_id")).values(state="cancelled", fence=TIMER.c.fence + 1)
_CANCEL = (
    update(TIMER)
    .where(TIMER.c.workspace_id == bindparam("of_workspace"), TIMER.c.key == bindparam("of_key"), ARMED)
    .values(state="cancelled", fence=TIMER.c.fence + 1)
)
_NEXT_WAKE = (
    select(Timer.wake_at).where(ARMED, Timer.workspace_id == bindparam("workspace_id")).order_by(Timer.wake_at).limit(1)
)


def _generation(session: Session, house: House, plan: str) -> int:
    """A plan's generation, which stays so until this transaction has ended."""
    which = {"workspace_id": house.workspace_id, "plan": plan}
    found = session.scalar(_GENERATION_HELD, which)
    if found is None:
        insert_or_ignore(session, Plan, workspace_id=house.workspace_id, name=plan, generation=0)
        found = session.scalar(_GENERATION_HELD, which)
    return found or 0


def _arm(
    session: Session,
    house: House,
    key: str,
    kind: str,
    ref: str,
    due: datetime,
    plan: str | None,
    generation: int,
) -> None:
    millis = to_millis(due)
    insert_or_overwrite(
        session,
        Timer,
        unique=("workspace_id", "key"),
        counts="fence",
        workspace_id=house.workspace_id,
        key=key,
        plan=plan,
        generation=generation,
        kind=kind,
        ref=ref,
        due_at=millis,
        wake_at=millis,
        state="armed",
        owner=None,
        fence=0,
        attempts=0,
        error=None,
    )
    wake(session, "timers")


def cancel(session: Session, house: House, key: str) -> None:
    session.execute(_CANCEL, {"of_workspace": house.workspace_id, "of_key": key})


def claim(session: Session, workspace_id: str, now: datetime, owner: str) -> list[Lease]:
    """Lease a workspace's timers that are due, oldest first; their `wake_at` moves to the end of the lease."""
    due = session.execute(_DUE, {"workspace_id": workspace_id, "now": to_millis(now)}).all()
    if due:
        until = to_millis(now + LEASE)
        session.execute(_LEASE, [{"timer_id": timer.id, "node": owner, "until": until} for timer in due])
    return [Lease(timer.id, timer.fence + 1, timer.kind, timer.ref, from_millis(timer.due_at)) for timer in due]


def next_wake(session: Session, workspace_id: str) -> datetime | None:
    """When the next timer of a workspace is due, its lease ends or it is tried again."""
    millis = session.scalar(_NEXT_WAKE, {"workspace_id": workspace_id})
    return None if millis is None else from_millis(millis)


def due(session: Session, house: House, key: str) -> datetime | None:
    """When the timer of a key fires; none when it waits for nothing any more."""
    armed = select(Timer.due_at).where(Timer.workspace_id == house.workspace_id, Timer.key == key, ARMED)
    millis = session.scalar(armed)
    return None if millis is None else from_millis(millis)


def ref(session: Session, house: House, key: str) -> str | None:
    """What the timer of a key was armed for last, also when it has fired since; none when it is not known any more."""
    return session.scalar(select(Timer.ref).where(Timer.workspace_id == house.workspace_id, Timer.key == key))


def fire(session: Session, lease: Lease, house: House, handlers: Mapping[str, Fire], hold: Fire | None = None) -> bool:
    """Run a leased timer's handler and retire the timer, in this one transaction; false when it is no longer ours.

    `hold` locks the record that the timer is about. Whoever makes a plan anew takes the same two locks in the same
    order, so that neither waits for the other forever.
    """
    if hold is not None:
        hold(session, house, lease.ref)
    if session.scalar(_RETIRE, {"timer_id": lease.timer_id, "held": lease.fence}) != "fired":
        return False
    handlers[lease.kind](session, house, lease.ref)
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
    query = select(Timer).where(FAILED).order_by(Timer.due_at)
    return list(session.scalars(query if workspace_id is None else query.where(Timer.workspace_id == workspace_id)))


def try_failed_again(session: Session, workspace_id: str, now: datetime) -> int:
    """Arm what was set aside as failed once more, as after a mended program starts; returns how many."""
    statement = (
        update(Timer)
        .where(Timer.workspace_id == workspace_id, FAILED)
        .values(state="armed", wake_at=to_millis(now), owner=None, fence=Timer.fence + 1, attempts=0)
    )
    return cast("CursorResult[object]", session.execute(statement)).rowcount


def forget_retired(session: Session, before: datetime, most: int = 500) -> int:
    """Delete up to `most` timers that fired or were cancelled and were due before `before`; returns how many.

    A plan remembers what has fired for as long as any part of it waits or was due since.
    """
    other = aliased(Timer)
    plan_lives = exists().where(
        other.workspace_id == Timer.workspace_id,
        other.plan == Timer.plan,
        or_(other.state.in_(("armed", "failed")), other.due_at >= to_millis(before)),
    )
    old = (
        select(Timer.id)
        .where(RETIRED, Timer.due_at < to_millis(before), ~plan_lives)
        .order_by(Timer.due_at)
        .limit(most)
    )
    # Retired, asked again: PostgreSQL does not choose anew once it has waited for somebody who arms one of them.
    statement = delete(Timer).where(Timer.id.in_(old), RETIRED).execution_options(synchronize_session=False)
    return cast("CursorResult[object]", session.execute(statement)).rowcount
