"""Did Slack take it or not? Its own history tells, by the marker that every message carries.

Looking is safe at any time. Sending again is not: a request may still be on its way, so that waits until
none can be (`SETTLED_AFTER`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.delivery import node, pacing, undeliverable
from bot.delivery.model import (
    DEAD,
    HELD,
    POST,
    QUEUED,
    UNSURE,
    UPDATE,
    OutboxMessage,
    Pace,
    is_sending,
    is_to_look,
)
from bot.delivery.outcome import Absent, Blind, Finding, Found, NotNow, Search
from bot.delivery.settle import MOST_FAILURES, pause_after, record_sent, release_held
from bot.logs import get_logger

REQUEST = 10_000
"""How long a request may take."""
QUIET = 15_000
"""How long after that Slack may take to show what it accepted."""
SETTLED_AFTER = REQUEST + QUIET
SECOND_LOOK_AFTER = 3_000
LOOK_LEASE = 60_000
LOOK_BACK = 10 * 60_000
"""Before the first attempt: clocks differ."""
HELD_LOOK_EVERY = 10 * 60_000
HELD_LOOKS_FOR = 24 * 60 * 60_000
UNREADABLE_AFTER = 30 * 60_000
MOST_LOOKS = 4

log = get_logger(__name__)


@dataclass(frozen=True)
class Look:
    """One message to look for, begun at `begun_at`."""

    id: int
    fence: int
    workspace_id: str
    marker: str
    begun_at: int
    search: Search


def rescue(session: Session, now: int) -> None:
    """Take over what nodes that died, or sleep, had under way."""
    abandoned = (
        is_sending(OutboxMessage.state),
        or_(OutboxMessage.lease_until <= now, OutboxMessage.owner.not_in(node.alive(now))),
    )
    for method, values in (
        (POST, {"state": UNSURE, "look_at": now, "looks": 0, "error": "owner_died"}),
        (UPDATE, {"state": QUEUED, "retry_at": now, "error": "owner_died"}),
    ):
        rescued = session.scalars(
            update(OutboxMessage)
            .where(*abandoned, OutboxMessage.method == method)
            .values(owner=None, **values)
            .returning(OutboxMessage.marker)
            .execution_options(synchronize_session=False)
        ).all()
        for marker in rescued:
            log.warning("took over from a node that died", marker=marker)


def claim_looks(session: Session, now: int, only: str | None = None) -> list[Look]:
    """The messages to look for now, as many as Slack's limit for reading histories allows.

    Of the workspace `only`, or of all.
    """
    looks: list[Look] = []
    paces = select(Pace) if only is None else select(Pace).where(Pace.workspace_id == only)
    workspaces = session.scalars(
        paces.where(
            Pace.workspace_id.in_(
                select(OutboxMessage.workspace_id).where(is_to_look(OutboxMessage.state), OutboxMessage.look_at <= now)
            )
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for pace in workspaces:
        room = pacing.room(pace.look_tat, now, pacing.LOOK_INTERVAL, pacing.LOOK_BURST)
        due = _due(session, pace.workspace_id, now, min(room, MOST_LOOKS))
        for row in due:
            _lease(session, row.id, now)
            looks.append(_look(row, now))
        if due:
            pace.look_tat = pacing.after(pace.look_tat, now, pacing.LOOK_INTERVAL, len(due))
    session.flush()
    return looks


def settle_look(session: Session, look: Look, finding: Finding, now: int) -> None:
    """Write down what the history said."""
    if isinstance(finding, Found):
        record_sent(session, look.id, finding.channel, finding.ts, "history", now)
        return
    message = session.get(OutboxMessage, look.id, with_for_update=True, populate_existing=True)
    if message is None or message.fence != look.fence or message.state not in (UNSURE, HELD):
        return
    message.looks += 1
    match finding:
        case Absent(channel):
            message.posted_channel = channel
            _absent(session, message, look, now)
        case NotNow(reason, wait) if now < _last_send(message) + UNREADABLE_AFTER:
            log.info("could not look", marker=look.marker, reason=reason, pause=wait)
            message.look_at = now + wait
        case NotNow(reason) | Blind(reason):
            _hold(session, message, reason, now)
    session.flush()


def _due(session: Session, workspace_id: str, now: int, limit: int) -> Sequence[Any]:
    parent = aliased(OutboxMessage)
    return session.execute(
        select(*OutboxMessage.__table__.columns, parent.ts.label("parent_ts"))
        .outerjoin(parent, parent.id == OutboxMessage.target)
        .where(
            OutboxMessage.workspace_id == workspace_id,
            is_to_look(OutboxMessage.state),
            OutboxMessage.look_at <= now,
        )
        .order_by(OutboxMessage.look_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxMessage)
    ).all()


def _lease(session: Session, message_id: int, now: int) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(look_at=now + LOOK_LEASE)
        .execution_options(synchronize_session=False)
    )


def _look(row: Any, now: int) -> Look:
    search = Search(
        channel=row.posted_channel or row.channel,
        marker=row.marker,
        oldest=row.first_send - LOOK_BACK,
        thread_ts=row.parent_ts,
    )
    return Look(row.id, row.fence, row.workspace_id, row.marker, now, search)


def _absent(session: Session, message: OutboxMessage, look: Look, now: int) -> None:
    settled_at = _last_send(message) + SETTLED_AFTER
    if look.begun_at < settled_at:
        early = look.begun_at + SECOND_LOOK_AFTER
        message.look_at = min(early, settled_at) if message.looks == 1 else settled_at
        return
    message.failures += 1
    message.look_at = None
    if message.failures >= MOST_FAILURES:
        message.state, message.done_at = DEAD, now
        message.error = f"gave_up: {message.error}"
        session.flush()
        release_held(session, message.id)
        undeliverable.report(session, message.id, now)
        return
    log.warning("it was not posted; will send it again", marker=message.marker, failures=message.failures)
    message.state = QUEUED
    message.resends += 1
    message.retry_at = now + pause_after(message.failures)


def _hold(session: Session, message: OutboxMessage, reason: str, now: int) -> None:
    keep_looking = now < _last_send(message) + HELD_LOOKS_FOR
    message.look_at = now + HELD_LOOK_EVERY if keep_looking else None
    if message.state == HELD:
        return
    message.state = HELD
    message.error = reason if reason in _OWN_REASONS else f"history_unreadable: {reason}"
    session.flush()
    undeliverable.report(session, message.id, now)


_OWN_REASONS = ("history_too_busy",)


def _last_send(message: OutboxMessage) -> int:
    return message.last_send or message.created_at
