"""Which messages this node sends next.

A claim is committed before the request is made: whatever happens then, the row tells that something may have
been posted. One message of a lane is under way at a time, which keeps the lane's order.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from bot.blocks import with_note
from bot.delivery import pacing, routine
from bot.delivery.model import (
    CANCELLED,
    DEAD,
    FRESH_LOOK,
    HELD,
    LANE,
    OUTBOX,
    PACE,
    POST,
    SENDING,
    SENT,
    UPDATE,
    OutboxMessage,
    is_change,
    is_open,
    is_queued,
    is_sending,
)
from bot.delivery.outcome import Call
from bot.logs import get_logger

MOST_PER_NODE = 32
MOST_PER_WORKSPACE = 4
"""In flight at once. Each may have to be looked up after a crash, and look-ups of a workspace are scarce."""
REQUEST = 10_000
"""How long a request may take."""
QUIET = 15_000
"""How long after that Slack may take to show what it accepted."""
SETTLED_AFTER = REQUEST + QUIET
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
    if free <= 0:
        return []
    paces = session.execute(_PACES_OF_ONE if only else _PACES, {"now": now, "only": only, "most": free}).all()
    if not paces:
        return []
    under_way: dict[str, int] = {each[0]: each[1] for each in session.execute(_UNDER_WAY)}
    heads: list[Any] = []
    for pace in paces:
        room = min(free - len(heads), MOST_PER_WORKSPACE - under_way.get(pace.workspace_id, 0))
        if room > 0:
            heads += _heads(session, pace, now, room)
    claims = _take(session, node, now, heads)
    if claims:
        _move_on(session, now, paces, claims)
    return claims


def is_busy(session: Session, now: int, only: str | None = None) -> bool:
    """Whether anything waits that its author wants sent by now."""
    return bool(session.scalar(_WAITING_IN_ONE if only else _WAITING, {"now": now, "only": only}))


_now = bindparam("now", type_=BigInteger)
_only = bindparam("only", type_=String)
_is_due = and_(is_queued(OUTBOX.c.state), OUTBOX.c.not_before <= _now)
_in_this_workspace = OUTBOX.c.workspace_id == PACE.c.workspace_id


def _believed(tat: ColumnElement[int]) -> ColumnElement[int]:
    """A bucket's `tat`, unless it lies so far ahead that the clock must have been put back since."""
    return case((tat > _now + pacing.FURTHEST, literal_column("0")), else_=tat)


_tat, _change_tat = _believed(PACE.c.tat), _believed(PACE.c.change_tat)

_WAITING = select(exists().where(_is_due))
_WAITING_IN_ONE = select(exists().where(_is_due, OUTBOX.c.workspace_id == _only))

_PACES = (
    select(PACE.c.workspace_id, PACE.c.interval, PACE.c.burst, _tat.label("tat"), _change_tat.label("change_tat"))
    .where(
        PACE.c.refused.is_(None),
        PACE.c.blocked_until <= _now,
        or_(
            and_(
                _tat <= _now + (PACE.c.burst - 1) * PACE.c.interval,
                exists().where(_in_this_workspace, _is_due),
            ),
            and_(
                _change_tat <= _now + (pacing.CHANGE_BURST - 1) * pacing.CHANGE_INTERVAL,
                exists().where(_in_this_workspace, is_change(OUTBOX.c.method), _is_due),
            ),
        ),
    )
    .order_by(PACE.c.tat)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_PACES_OF_ONE = _PACES.where(PACE.c.workspace_id == _only)

_UNDER_WAY = (
    select(OUTBOX.c.workspace_id, func.count()).where(is_sending(OUTBOX.c.state)).group_by(OUTBOX.c.workspace_id)
)

_parent = OUTBOX.alias("parent")
_first = OUTBOX.alias("first")
_posts = bindparam("posts", type_=Boolean)
_changes = bindparam("changes", type_=Boolean)
_HEADS = (
    select(
        OUTBOX.c.id,
        OUTBOX.c.marker,
        OUTBOX.c.workspace_id,
        OUTBOX.c.lane,
        OUTBOX.c.channel,
        OUTBOX.c.method,
        OUTBOX.c.target,
        OUTBOX.c.kind,
        OUTBOX.c.routine_day,
        OUTBOX.c.thread_note,
        _parent.c.state.label("parent_state"),
        _parent.c.target.label("parent_target"),
        _parent.c.thread_note.label("parent_note"),
        _parent.c.marker.label("parent_marker"),
        _parent.c.posted_channel.label("parent_channel"),
        _parent.c.ts.label("parent_ts"),
    )
    .select_from(LANE)
    .join(
        OUTBOX,
        OUTBOX.c.id
        == select(func.min(_first.c.id))
        .where(
            _first.c.workspace_id == LANE.c.workspace_id,
            _first.c.lane == LANE.c.lane,
            is_open(_first.c.state),
            _first.c.not_before <= _now,
        )
        .correlate(LANE)
        .scalar_subquery(),
    )
    .outerjoin(_parent, _parent.c.id == OUTBOX.c.target)
    .where(
        LANE.c.workspace_id == _only,
        _believed(LANE.c.tat) <= _now,
        LANE.c.blocked_until <= _now,
        is_queued(OUTBOX.c.state),
        OUTBOX.c.retry_at <= _now,
        case((is_change(OUTBOX.c.method), _changes), else_=_posts),
        # What it belongs to is in another lane when it is a change.
        or_(_parent.c.state.is_(None), not_(is_open(_parent.c.state))),
    )
    .order_by(LANE.c.tat, OUTBOX.c.id)
    .limit(bindparam("most", type_=Integer))
)

_TAKE = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)), is_queued(OUTBOX.c.state))
    .values(
        state=SENDING,
        owner=bindparam("node"),
        lease_until=_now + LEASE,
        fence=OUTBOX.c.fence + 1,
        look_at=None,
        first_send=func.coalesce(OUTBOX.c.first_send, _now),
        last_send=_now,
        **FRESH_LOOK,
    )
    .returning(OUTBOX.c.id, OUTBOX.c.fence, OUTBOX.c.payload)
)
# Only lanes whose `tat` has passed are claimed, so a lane has no burst to carry over.
_MOVE_LANES = (
    update(LANE).where(LANE.c.lane.in_(bindparam("lanes", expanding=True))).values(tat=_now + pacing.LANE_INTERVAL)
)
_MOVE_PACE = (
    update(PACE)
    .where(PACE.c.workspace_id == _only)
    .values(tat=bindparam("moved_to", type_=BigInteger), change_tat=bindparam("changes_moved_to", type_=BigInteger))
)


def _heads(session: Session, pace: Any, now: int, limit: int) -> list[Any]:
    """The first message of each lane that may send now, together with what it belongs to; as many as are in time."""
    posts = pacing.room(pace.tat, now, pace.interval, pace.burst)
    changes = pacing.room_for_changes(pace.change_tat, now)
    about = {"only": pace.workspace_id, "now": now, "most": limit, "posts": posts > 0, "changes": changes > 0}
    heads = session.execute(_HEADS, about).all()
    # Both in the order of their lanes. What is left out, the next claim reaches.
    return [
        *[head for head in heads if head.method != UPDATE][:posts],
        *[head for head in heads if head.method == UPDATE][:changes],
    ]


def _take(session: Session, node: str, now: int, heads: Sequence[Any]) -> list[Claim]:
    ready = []
    for head in heads:
        if head.target is None or head.parent_state == SENT:
            ready.append(head)
        else:
            _set_aside(session, now, head)
    if not ready:
        return []
    taken = {
        each.id: each for each in session.execute(_TAKE, {"ids": [head.id for head in ready], "node": node, "now": now})
    }
    return [
        Claim(
            id=head.id,
            fence=taken[head.id].fence,
            marker=head.marker,
            workspace_id=head.workspace_id,
            lane=head.lane,
            claimed_at=now,
            call=_call(head, taken[head.id].payload),
        )
        for head in ready
        if head.id in taken
    ]


def _call(head: Any, payload: dict[str, Any]) -> Call:
    channel = head.parent_channel or head.channel
    if head.method == UPDATE:
        noted = _noted(payload, head.parent_note, head.parent_target)
        return Call(head.method, channel, noted, head.parent_marker, ts=head.parent_ts)
    noted = _noted(payload, head.thread_note, head.target)
    return Call(head.method, channel, noted, head.marker, thread_ts=head.parent_ts)


def _noted(payload: dict[str, Any], note: str | None, thread: int | None) -> dict[str, Any]:
    return with_note(payload, note) if note and thread is not None else payload


def _set_aside(session: Session, now: int, head: Any) -> None:
    """What it belongs to is not in Slack: wait if that may still turn up, else give up.

    A routine post does not belong to the one in whose thread it was to stand.
    """
    if head.routine_day is not None and head.parent_state in (*routine.LEFT, None):
        log.info("looks for another thread", marker=head.marker, **_why(head))
        routine.stand_elsewhere(session, head)
        return
    if head.parent_state in (DEAD, CANCELLED, None):
        values = {"state": DEAD, "error": f"parent_{head.parent_state or 'gone'}", "done_at": now}
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


def _move_on(session: Session, now: int, paces: Sequence[Any], claims: list[Claim]) -> None:
    session.execute(_MOVE_LANES, {"lanes": [taken.lane for taken in claims], "now": now})
    counts = Counter((taken.workspace_id, taken.call.method) for taken in claims)
    moved = []
    for pace in paces:
        posts, changes = counts[pace.workspace_id, POST], counts[pace.workspace_id, UPDATE]
        if posts or changes:
            tat = pacing.after(pace.tat, now, pace.interval, posts)
            change_tat = pacing.after(pace.change_tat, now, pacing.CHANGE_INTERVAL, changes)
            moved.append({"only": pace.workspace_id, "moved_to": tat, "changes_moved_to": change_tat})
    session.execute(_MOVE_PACE, moved)
