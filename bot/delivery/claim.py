"""Which messages this node sends next.

A claim is committed before the request is made: whatever happens then, the row tells that something may have
been posted. One message of a lane is under way at a time, which keeps the lane's order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from bot.delivery import pacing
from bot.delivery.model import (
    CANCELLED,
    DEAD,
    FRESH_LOOK,
    HELD,
    SENDING,
    SENT,
    UPDATE,
    Lane,
    OutboxMessage,
    Pace,
    is_open,
    is_queued,
    is_sending,
)
from bot.delivery.outcome import Call
from bot.logs import get_logger

MOST_PER_NODE = 8
MOST_PER_WORKSPACE = 4
"""In flight at once. Each may have to be looked up after a crash, and look-ups are scarce."""
LEASE = 12_000
STALE_AFTER = 1_500
"""A claim older than this is not acted on: its node may have been asleep and another may have taken over."""

log = get_logger(__name__)


@dataclass(frozen=True)
class Claim:
    """One message that is this node's to send, until its lease ends."""

    id: int
    fence: int
    marker: str
    workspace_id: str
    lane: str
    claimed_at: int
    call: Call


def claim(session: Session, node: str, now: int, free: int, only: str | None = None) -> list[Claim]:
    """Claim at most `free` messages that are due and in time with every pace, oldest lanes first.

    Of the workspace `only`, or of all.
    """
    claims: list[Claim] = []
    for pace in _workspaces_in_time(session, now, only):
        if len(claims) < free:
            claims += _claim_in_workspace(session, node, now, pace, free - len(claims))
    return claims


def is_busy(session: Session, now: int, only: str | None = None) -> bool:
    """Whether anything waits that its author wants sent by now."""
    waiting = exists().where(is_queued(OutboxMessage.state), OutboxMessage.not_before <= now)
    if only is not None:
        waiting = waiting.where(OutboxMessage.workspace_id == only)
    return bool(session.scalar(select(waiting)))


def _workspaces_in_time(session: Session, now: int, only: str | None) -> Sequence[Pace]:
    waiting = exists().where(
        OutboxMessage.workspace_id == Pace.workspace_id,
        is_queued(OutboxMessage.state),
        OutboxMessage.not_before <= now,
    )
    paces = select(Pace) if only is None else select(Pace).where(Pace.workspace_id == only)
    return session.scalars(
        paces.where(Pace.blocked_until <= now, Pace.tat <= now + (Pace.burst - 1) * Pace.interval, waiting)
        .order_by(Pace.tat)
        .limit(64)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _claim_in_workspace(session: Session, node: str, now: int, pace: Pace, free: int) -> list[Claim]:
    in_flight = session.scalar(
        select(func.count()).where(OutboxMessage.workspace_id == pace.workspace_id, is_sending(OutboxMessage.state))
    )
    limit = min(
        free,
        pacing.room(pace.tat, now, pace.interval, pace.burst),
        MOST_PER_WORKSPACE - (in_flight or 0),
    )
    if limit <= 0:
        return []
    heads = _heads(session, pace.workspace_id, now, limit)
    claims = [taken for head in heads if (taken := _take(session, node, now, head))]
    if claims:
        _move_on(session, now, pace, claims)
    return claims


def _heads(session: Session, workspace_id: str, now: int, limit: int) -> Sequence[Any]:
    """The first message of each lane that may send now, together with what it belongs to."""
    first = aliased(OutboxMessage)
    parent = aliased(OutboxMessage)
    head = (
        select(func.min(first.id))
        .where(
            first.workspace_id == Lane.workspace_id,
            first.lane == Lane.lane,
            is_open(first.state),
            first.not_before <= now,
        )
        .correlate(Lane)
        .scalar_subquery()
    )
    return session.execute(
        select(
            *OutboxMessage.__table__.columns,
            parent.state.label("parent_state"),
            parent.marker.label("parent_marker"),
            parent.posted_channel.label("parent_channel"),
            parent.ts.label("parent_ts"),
        )
        .select_from(Lane)
        .join(OutboxMessage, OutboxMessage.id == head)
        .outerjoin(parent, parent.id == OutboxMessage.target)
        .where(
            Lane.workspace_id == workspace_id,
            Lane.tat <= now,
            Lane.blocked_until <= now,
            is_queued(OutboxMessage.state),
            OutboxMessage.retry_at <= now,
        )
        .order_by(Lane.tat, OutboxMessage.id)
        .limit(limit)
    ).all()


def _take(session: Session, node: str, now: int, head: Any) -> Claim | None:
    if head.parent_state not in (None, SENT):
        _set_aside(session, now, head)
        return None
    taken = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == head.id, is_queued(OutboxMessage.state))
        .values(
            state=SENDING,
            owner=node,
            lease_until=now + LEASE,
            fence=OutboxMessage.fence + 1,
            look_at=None,
            **FRESH_LOOK,
            first_send=case((OutboxMessage.first_send.is_(None), now), else_=OutboxMessage.first_send),
            last_send=now,
        )
        .returning(OutboxMessage.fence, OutboxMessage.payload)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        return None
    return Claim(
        id=head.id,
        fence=taken.fence,
        marker=head.marker,
        workspace_id=head.workspace_id,
        lane=head.lane,
        claimed_at=now,
        call=_call(head, taken.payload),
    )


def _call(head: Any, payload: dict[str, Any]) -> Call:
    channel = head.parent_channel or head.channel
    if head.method == UPDATE:
        return Call(head.method, channel, payload, head.parent_marker, ts=head.parent_ts)
    return Call(head.method, channel, payload, head.marker, thread_ts=head.parent_ts)


def _set_aside(session: Session, now: int, head: Any) -> None:
    """What it belongs to is not in Slack: wait if that may still turn up, else give up."""
    if head.parent_state in (DEAD, CANCELLED):
        values = {"state": DEAD, "error": f"parent_{head.parent_state}", "done_at": now}
        log.error("gave up a message with the one it belongs to", marker=head.marker, **_why(head))
    elif head.parent_state == HELD:
        values = {"state": HELD, "error": "parent_held"}
        log.warning("holding a message back with the one it belongs to", marker=head.marker, **_why(head))
    else:
        return
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == head.id, is_queued(OutboxMessage.state))
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _why(head: Any) -> dict[str, str]:
    return {"kind": head.kind, "channel": head.channel, "parent": head.parent_marker}


def _move_on(session: Session, now: int, pace: Pace, claims: list[Claim]) -> None:
    session.execute(
        update(Lane)
        .where(Lane.lane.in_([taken.lane for taken in claims]))
        # Only lanes whose `tat` has passed are claimed, so a lane has no burst to carry over.
        .values(tat=now + pacing.LANE_INTERVAL)
        .execution_options(synchronize_session=False)
    )
    pace.tat = pacing.after(pace.tat, now, pace.interval, len(claims))
    session.flush()
