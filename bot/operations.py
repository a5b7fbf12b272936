"""What an operator sees and moves: messages that wait or failed, and timers.

Each move leaves a line in the audit trail. Operators speak for the whole database: nothing here asks for a workspace.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session, aliased

from bot.audit import Event
from bot.clock import from_millis, to_millis
from bot.db import Base, wake
from bot.delivery import outbox, refusal
from bot.delivery.model import (
    CANCELLED,
    DEAD,
    HELD,
    QUEUED,
    SENDING,
    SENT,
    UNSURE,
    UPDATE,
    OutboxMessage,
)
from bot.delivery.refusal import Refusal, refusals
from bot.delivery.settle import bring_along, release_held
from bot.delivery.undeliverable import explain
from bot.timers import Timer

R = TypeVar("R", bound=Base)

UNFINISHED = (DEAD, HELD, UNSURE, SENDING, QUEUED)
"""The states in which a message is listed, most in need of a person first."""
ARMED = "armed"
FAILED = "failed"


@dataclass(frozen=True)
class Message:
    """One promise that is not kept yet. What it says stays out: it may be for one person's eyes."""

    id: int
    workspace: str
    state: str
    kind: str
    channel: str
    promised: datetime
    next_try: datetime | None
    """When it goes out at the earliest; none unless it is queued."""
    failures: int
    reason: str
    """Slack's word or ours; empty when nothing went wrong."""
    why: str
    mend: str


@dataclass(frozen=True)
class Alarm:
    """One timer that waits for its moment, or was given up."""

    id: int
    workspace: str
    state: str
    kind: str
    key: str
    due: datetime
    attempts: int
    error: str


@dataclass(frozen=True)
class Move:
    """What became of one thing that an operator wanted moved."""

    id: int
    done: bool
    says: str


def messages(session: Session, states: Collection[str] = UNFINISHED) -> list[Message]:
    """The messages in these states: those most in need of a person first, and among them the oldest."""
    rows = session.scalars(select(OutboxMessage).where(_state_in(states)).order_by(OutboxMessage.id)).all()
    refused = {each.workspace_id: each for each in refusals(session)}
    return [
        _message(row, refused.get(row.workspace_id))
        for row in sorted(rows, key=lambda row: UNFINISHED.index(row.state))
    ]


def dead(session: Session) -> list[int]:
    """The ids of everything that was given up, oldest first."""
    return list(session.scalars(select(OutboxMessage.id).where(_state_in((DEAD,))).order_by(OutboxMessage.id)))


def retry(session: Session, ids: Sequence[int], now: datetime) -> list[Move]:
    """Queue dead and held messages again, and spare queued ones the rest of their pause."""
    return _move(session, ids, lambda message: _retry(session, message, frozenset(ids), now))


def drop(session: Session, ids: Sequence[int], reason: str, now: datetime) -> list[Move]:
    """Take back promises that should not be kept any more."""
    return _move(session, ids, lambda message: _drop(session, message, reason, now))


def alarms(session: Session, *, only_failed: bool = False) -> list[Alarm]:
    """Timers that were given up, then those that wait, soonest first."""
    states = (FAILED,) if only_failed else (FAILED, ARMED)
    rows = session.scalars(
        select(Timer).where(Timer.state.in_([_literal(state) for state in states])).order_by(Timer.due_at, Timer.id)
    ).all()
    return [_alarm(row) for row in sorted(rows, key=lambda row: states.index(row.state))]


def retry_timers(session: Session, ids: Sequence[int], now: datetime) -> list[Move]:
    """Arm timers that were given up once more, for now."""
    moves = []
    for number in _once(ids):
        timer = _locked(session, Timer, number)
        moves.append(_retry_timer(session, number, timer, now))
    wake(session, "timers")
    return moves


def message_lines(found: Sequence[Message], now: datetime) -> list[str]:
    """What `drumbeat outbox list` prints: a line a message, and below it why and what to do."""
    if not found:
        return ["No message waits, and none was given up."]
    lines = []
    for each in found:
        tried = f", tried {each.failures} times" if each.failures else ""
        lines.append(
            f"{each.id:>7}  {each.state:<8} {each.kind} to {each.channel} ({each.workspace}),"
            f" promised {_ago(now - each.promised)} ago{tried}{_coming(each, now)}"
        )
        if each.why:
            lines.append(f"{'':>7}  {each.why} [{each.reason}]")
            lines.append(f"{'':>7}  -> {each.mend}")
        elif each.reason:
            lines.append(f"{'':>7}  {each.reason}")
    counts = [(sum(each.state == state for each in found), state) for state in UNFINISHED]
    return [*lines, f"{', '.join(f'{count} {state}' for count, state in counts if count)}."]


def alarm_lines(found: Sequence[Alarm], now: datetime) -> list[str]:
    """What `drumbeat timers` prints: a line a timer, and below it what went wrong."""
    if not found:
        return ["No timer waits, and none was given up."]
    lines = []
    for each in found:
        ahead = f"in {_ago(each.due - now)}" if each.due > now else f"{_ago(now - each.due)} ago"
        tried = f", tried {each.attempts} times" if each.attempts else ""
        lines.append(
            f"{each.id:>7}  {each.state:<8} {each.key} ({each.workspace}),"
            f" due {each.due:%Y-%m-%d %H:%M} UTC, {ahead}{tried}"
        )
        if each.error:
            lines.append(f"{'':>7}  {each.error}")
    failed = sum(each.state == FAILED for each in found)
    return [*lines, f"{failed} failed, {len(found) - failed} armed."]


def _coming(message: Message, now: datetime) -> str:
    if message.next_try is None or message.next_try <= now:
        return ""
    return f", goes out in {_ago(message.next_try - now)}"


def _ago(passed: timedelta) -> str:
    seconds = max(0, int(passed.total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def _message(row: OutboxMessage, refused: Refusal | None) -> Message:
    # Only what went wrong for good has words for people; a passing trouble is told by its name.
    why, mend = _explained(row) if row.error and row.state in (DEAD, HELD) else ("", "")
    reason = row.error or ""
    if refused and row.state in (QUEUED, UNSURE):
        reason = refused.reason
        why, mend = f"{refused}.", f"{refusal.MEND[0].upper()}{refusal.MEND[1:]}."
    return Message(
        id=row.id,
        workspace=row.workspace_id,
        state=row.state,
        kind=row.kind,
        channel=row.channel,
        promised=from_millis(row.created_at),
        next_try=from_millis(max(row.created_at, row.not_before, row.retry_at)) if row.state == QUEUED else None,
        failures=row.failures,
        reason=reason,
        why=why,
        mend=mend,
    )


def _explained(row: OutboxMessage) -> tuple[str, str]:
    reason = row.error or ""
    if reason == "parent_cancelled":
        return f"The message it belongs to ({row.target}) was taken back.", "Drop this one too."
    if reason.startswith("parent_"):
        return f"The message it belongs to ({row.target}) is not in Slack.", "Retry that one: this one goes with it."
    return explain(reason)


def _alarm(row: Timer) -> Alarm:
    return Alarm(
        id=row.id,
        workspace=row.workspace_id,
        state=row.state,
        kind=row.kind,
        key=row.key,
        due=from_millis(row.due_at),
        attempts=row.attempts,
        error=row.error or "",
    )


def _move(session: Session, ids: Sequence[int], move: Callable[[OutboxMessage], Move]) -> list[Move]:
    moves = []
    for number in _once(ids):
        # Locked: what the relay does with it meanwhile happens before or after, never in between.
        message = _locked(session, OutboxMessage, number)
        moves.append(Move(number, False, "there is no such message") if message is None else move(message))
        session.flush()
    wake(session, "relay")
    return moves


def _retry(session: Session, message: OutboxMessage, together_with: frozenset[int], now: datetime) -> Move:
    if message.target in together_with and message.state in (QUEUED, CANCELLED):
        return Move(message.id, True, f"goes with {message.target}")
    if message.state == QUEUED:
        return _hurry(session, message, now)
    if message.state not in (DEAD, HELD):
        return Move(message.id, False, _NO_RETRY[message.state])
    if refusal := _would_come_to_nothing(session, message, together_with):
        return Move(message.id, False, refusal)
    old = message.state
    # A lane that nobody used for long may have been forgotten.
    outbox.make_room(session, message.workspace_id, message.lane)
    if old == HELD and message.first_send is not None:
        says = f"queued again; if it had arrived in {message.channel} after all, it will be there twice"
        message.resends += 1
    else:
        says = "queued again"
    message.state, message.error, message.done_at = QUEUED, None, None
    message.failures, message.retry_at, message.look_at, message.looks = 0, 0, None, 0
    # Should it be given up once more, that is news.
    message.reported_at = None
    if brought := bring_along(session, message.id):
        says += f", and {brought} more that belong to it"
    _note(session, message, "message.retried", now, was=old)
    return Move(message.id, True, says)


_NO_RETRY = {
    SENT: "has been sent",
    CANCELLED: "was taken back",
    SENDING: "is on its way right now",
    UNSURE: "may have arrived, and Slack's history is being asked: that decides within a minute",
}


def _hurry(session: Session, message: OutboxMessage, now: datetime) -> Move:
    if message.not_before > to_millis(now):
        return Move(message.id, False, f"is queued for {from_millis(message.not_before):%Y-%m-%d %H:%M} UTC")
    if message.retry_at <= to_millis(now):
        return Move(message.id, False, "is queued already, and goes out when its turn comes")
    message.retry_at = 0
    _note(session, message, "message.retried", now, was=QUEUED)
    return Move(message.id, True, "tried at once instead of after its pause")


def _would_come_to_nothing(session: Session, message: OutboxMessage, together_with: frozenset[int]) -> str | None:
    """Why sending this again would fail at once, or undo what was said later."""
    if message.target is None:
        return None
    target = session.get(OutboxMessage, message.target)
    if target is not None and target.state == CANCELLED:
        return f"belongs to {target.id}, which was taken back: drop this one too"
    if target is not None and target.state in (DEAD, HELD) and target.id not in together_with:
        return f"belongs to {target.id}, which is {target.state}: retry that one too, or drop this one"
    if message.method == UPDATE and _was_changed_later(session, message):
        return "a later change of the same message has gone out or will: drop this one"
    return None


def _was_changed_later(session: Session, message: OutboxMessage) -> bool:
    later = aliased(OutboxMessage)
    found = select(later.id).where(
        later.target == message.target,
        later.method == UPDATE,
        later.id > message.id,
        later.state.not_in([CANCELLED, DEAD]),
    )
    return session.scalar(found.limit(1)) is not None


def _drop(session: Session, message: OutboxMessage, reason: str, now: datetime) -> Move:
    if message.state not in (QUEUED, HELD, DEAD):
        return Move(message.id, False, _NO_RETRY[message.state])
    old = message.state
    message.state, message.error, message.done_at, message.look_at = (
        CANCELLED,
        f"dropped: {reason}",
        to_millis(now),
        None,
    )
    session.flush()
    # What waits with it is given up then, and says so.
    release_held(session, message.id)
    _note(session, message, "message.dropped", now, was=old, reason=reason)
    return Move(message.id, True, "dropped")


def _retry_timer(session: Session, number: int, timer: Timer | None, now: datetime) -> Move:
    if timer is None:
        return Move(number, False, "there is no such timer")
    if timer.state == ARMED:
        return Move(number, False, f"is armed for {from_millis(timer.due_at):%Y-%m-%d %H:%M} UTC and needs no help")
    if timer.state != FAILED:
        return Move(number, False, "has fired" if timer.state == "fired" else "was cancelled")
    old = timer.error
    timer.state, timer.wake_at, timer.attempts = ARMED, to_millis(now), 0
    timer.owner, timer.error, timer.fence = None, None, timer.fence + 1
    _record(session, timer.workspace_id, "timer.retried", f"timer:{number}", now, key=timer.key, error=old)
    return Move(number, True, f"{timer.key} fires again at once")


def _note(session: Session, message: OutboxMessage, kind: str, now: datetime, **detail: Any) -> None:
    _record(session, message.workspace_id, kind, f"message:{message.id}", now, marker=message.marker, **detail)


def _record(session: Session, workspace_id: str, kind: str, subject: str, now: datetime, **detail: Any) -> None:
    session.add(
        Event(
            workspace_id=workspace_id,
            at=now,
            actor=None,
            kind=kind,
            subject=subject,
            # Not by the calendar, and by nobody whom Slack knows.
            detail={"by": "operator", **detail},
        )
    )


def _locked(session: Session, record: type[R], number: int) -> R | None:
    """The record of this number, until the transaction ends; none also when no database counts so far."""
    if number.bit_length() > 63:
        return None
    return session.get(record, number, with_for_update=True, populate_existing=True)


def _once(ids: Sequence[int]) -> list[int]:
    """In the order in which every transaction takes them, so that two never wait for each other."""
    return sorted(set(ids))


def _state_in(states: Collection[str]) -> Any:
    return OutboxMessage.state.in_([_literal(state) for state in states])


def _literal(state: str) -> Any:
    # A bound value would keep partial indexes from being used.
    return literal_column(f"'{state}'")
