"""Promise to say something: rooms write it down in the transaction of the fact that caused it.

Commit, and it will be said once; roll back, and it never was. Messages of one channel keep their order, and so do
the changes that are made to them later.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import CursorResult, and_, bindparam, case, func, literal_column, or_, select
from sqlalchemy import update as change
from sqlalchemy.orm import Session

from bot.aliases import NONE, Aliases
from bot.blocks import Message, check_message
from bot.clock import to_millis
from bot.db import insert_for_id, insert_missing, insert_or_ignore, wake
from bot.delivery import pacing
from bot.delivery.model import (
    CANCELLED,
    DEAD,
    LANE,
    OUTBOX,
    POST,
    QUEUED,
    SENT,
    UPDATE,
    Lane,
    OutboxMessage,
    Pace,
    is_queued,
)
from bot.delivery.routine import LEFT, Routine, thread_for
from bot.house import House


@dataclass(frozen=True)
class Posted:
    """Where a message stands in Slack. `channel` is the conversation's own id, never a person's."""

    channel: str
    ts: str


def post(
    session: Session,
    house: House,
    channel: str,
    message: Message,
    *,
    kind: str,
    dedupe: str | None = None,
    thread_of: int | None = None,
    report_to: str | None = None,
    not_before: datetime | None = None,
    routine: bool = False,
) -> int:
    """Promise `message` in a channel or to a person (Slack ids) and return its id.

    A known `dedupe` key returns the id of the message it belongs to and writes nothing. `thread_of` is the id
    of the message to reply under. `report_to` (a Slack user id) is told when it cannot be delivered. When a channel
    has had as many `routine` posts in a day as the organisation wants, one more replies under the last of them.
    """
    now = house.clock.now()
    return enqueue(
        session,
        house.workspace_id,
        to_millis(now),
        channel,
        message,
        kind=kind,
        dedupe=dedupe,
        thread_of=thread_of,
        report_to=report_to,
        not_before=to_millis(not_before) if not_before else 0,
        routine=_routine(house, max(not_before or now, now)) if routine else None,
        aliases=house.words.aliases,
    )


def post_pages(
    session: Session, house: House, channel: str, pages: Sequence[Message], *, kind: str, dedupe: str
) -> int:
    """The same for what may be too long for one message: the first page in the channel, the others in its thread.

    Returns the id of the first.
    """
    first, *others = pages
    head = post(session, house, channel, first, kind=kind, dedupe=dedupe)
    for number, page in enumerate(others, start=1):
        reply(session, house, head, page, kind=kind, dedupe=f"{dedupe}:{number}")
    return head


def known(session: Session, house: House, channel: str, ts: str) -> int:
    """A message in Slack that somebody else posted, to reply under; its id. It is never changed."""
    lane = _lane_of(house.workspace_id, channel)
    now = to_millis(house.clock.now())
    row = _new(workspace_id=house.workspace_id, now=now, lane=lane, channel=channel, method=POST, target=None)
    row |= {"kind": "known", "payload": {}, "not_before": 0, "state": SENT, "posted_channel": channel, "ts": ts}
    row |= {"dedupe": f"known:{channel}:{ts}", "marker": uuid.uuid4().hex}
    insert_missing(session, OutboxMessage, [row])
    found = _known(session, house.workspace_id, row["dedupe"])
    assert found is not None
    return found


def find(session: Session, house: House, dedupe: str) -> int | None:
    """The id of what was promised under this key; none when nothing was."""
    return _known(session, house.workspace_id, dedupe)


def reply(
    session: Session,
    house: House,
    message_id: int,
    message: Message,
    *,
    kind: str,
    dedupe: str,
    report_to: str | None = None,
) -> int:
    """Promise `message` in the thread of another one, wherever that stands."""
    channel = _found(session, _PARENT, house.workspace_id, message_id).channel
    return post(session, house, channel, message, kind=kind, dedupe=dedupe, thread_of=message_id, report_to=report_to)


def reply_all(
    session: Session,
    house: House,
    message_id: int,
    messages: Mapping[str, Message],
    *,
    kind: str,
    report_to: str | None = None,
) -> dict[str, int]:
    """The same for many messages, by their `dedupe` keys; returns their ids by those."""
    if not messages:
        return {}
    parent = _found(session, _PARENT, house.workspace_id, message_id)
    make_room(session, house.workspace_id, parent.lane)
    alike = _new(
        workspace_id=house.workspace_id,
        now=to_millis(house.clock.now()),
        lane=parent.lane,
        channel=parent.channel,
        method=POST,
        target=parent.target or parent.id,
        kind=kind,
        report_to=report_to,
        not_before=parent.not_before,
    )
    rows = [
        alike | {"marker": uuid.uuid4().hex, "dedupe": dedupe, "payload": house.words.aliases.labels(message.payload())}
        for dedupe, message in messages.items()
    ]
    insert_missing(session, OutboxMessage, rows)
    wake(session, "relay")
    known = session.execute(_KNOWN_AMONG, {"workspace_id": house.workspace_id, "keys": list(messages)})
    return {dedupe: id for id, dedupe in known}


def update(session: Session, house: House, message_id: int, message: Message) -> None:
    """The same Slack message says this from now on, also when it is still on its way."""
    original = _found(session, _AS_IT_STANDS, house.workspace_id, message_id)
    if original.method != POST:
        raise ValueError(f"message {message_id} is itself an update")
    if original.state == CANCELLED:
        # It was taken back before it was said: nothing stands that could say something else.
        return
    payload = house.words.aliases.labels(message.payload())
    if original.first_send is None and _replaced_untried(session, message_id, payload):
        return
    # A message was checked when it was made; of one that changes another Slack only takes less text.
    check_message({"text": message.text}, for_update=True)
    if original.says == payload:
        return
    if original.last_update is not None and _replaced_untried(session, original.last_update, payload):
        return
    _write(
        session,
        workspace_id=house.workspace_id,
        now=to_millis(house.clock.now()),
        # Apart from what is posted there: changes are many at times, and Slack takes few.
        lane=f"{original.lane}/changes",
        channel=original.channel,
        method=UPDATE,
        target=message_id,
        kind=original.kind,
        payload=payload,
        report_to=original.report_to,
        not_before=original.not_before,
    )


def cancel(session: Session, house: House, message_id: int) -> bool:
    """Take a promise back; true when it was still queued, false when it is under way or past.

    Its `dedupe` key is free then: the same may be promised again.
    """
    result = session.execute(
        change(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            OutboxMessage.workspace_id == house.workspace_id,
            is_queued(OutboxMessage.state),
        )
        .values(state=CANCELLED, dedupe=None, done_at=to_millis(house.clock.now()))
        .execution_options(synchronize_session=False)
    )
    return _rows(result) == 1


def sent_as(session: Session, house: House, message_id: int) -> Posted | None:
    """Where a message stands in Slack, or None while that is not known."""
    found = session.execute(
        select(OutboxMessage.posted_channel, OutboxMessage.ts).where(
            OutboxMessage.id == message_id,
            OutboxMessage.workspace_id == house.workspace_id,
            OutboxMessage.state == SENT,
        )
    ).one_or_none()
    if found is None or found.posted_channel is None or found.ts is None:
        return None
    return Posted(found.posted_channel, found.ts)


@dataclass(frozen=True)
class Fate:
    """What has become of a message: its state, where it stands in Slack (when it does), and since when."""

    state: str
    posted: Posted | None
    at: datetime | None
    why: str = ""
    """Slack's word for why it was given up, or why it is tried again."""

    @property
    def is_lost(self) -> bool:
        """Whether it will never be posted."""
        return self.state == DEAD

    @property
    def is_sent(self) -> bool:
        return self.state == SENT


def fates(session: Session, house: House, message_ids: Collection[int]) -> dict[int, Fate]:
    """What has become of these messages, by id."""
    columns = select(OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.posted_channel, OUTBOX.c.ts, OUTBOX.c.error)
    rows = session.execute(columns.where(OUTBOX.c.workspace_id == house.workspace_id, OUTBOX.c.id.in_(message_ids)))
    found = {}
    for id, state, channel, ts, error in rows:
        posted = Posted(channel, ts) if state == SENT and channel and ts else None
        # Slack's name for a message is the moment at which it was posted.
        at = datetime.fromtimestamp(float(ts), UTC) if posted and ts else None
        found[id] = Fate(state, posted, at, error or "")
    return found


def fates_of_changes(session: Session, house: House, message_ids: Collection[int]) -> dict[int, Fate]:
    """What has become of the last change of each of these messages, by the message's id; those never changed are none.

    A change is no message of its own, so it stands nowhere.
    """
    query = select(OUTBOX.c.target, OUTBOX.c.state, OUTBOX.c.done_at, OUTBOX.c.error).where(
        OUTBOX.c.workspace_id == house.workspace_id,
        OUTBOX.c.target.in_(message_ids),
        OUTBOX.c.method == literal_column("'update'"),
        OUTBOX.c.state != literal_column("'cancelled'"),
    )
    return {
        target: Fate(state, None, datetime.fromtimestamp(done_at / 1000, UTC) if done_at else None, error or "")
        for target, state, done_at, error in session.execute(query.order_by(OUTBOX.c.id))
    }


@dataclass(frozen=True)
class Posts:
    """The routine posts of one channel (its Slack id) on one day: how many stand in it, and how many in threads."""

    channel: str
    day: date
    posts: int
    in_threads: int


def routine_posts(session: Session, house: House, since: date) -> list[Posts]:
    """The routine posts of each channel and day, from a day on."""
    in_thread = case((OUTBOX.c.target.is_(None), 0), else_=1)
    first = _lane_of(house.workspace_id, "")
    query = (
        select(OUTBOX.c.channel, OUTBOX.c.routine_day, func.count(), func.sum(in_thread))
        .where(
            # By the lane, since that is what the index knows: `/` is followed by `0`.
            OUTBOX.c.lane >= first,
            OUTBOX.c.lane < first[:-1] + "0",
            OUTBOX.c.workspace_id == house.workspace_id,
            OUTBOX.c.routine_day >= since,
            OUTBOX.c.state.not_in(LEFT),
        )
        .group_by(OUTBOX.c.channel, OUTBOX.c.routine_day)
        .order_by(OUTBOX.c.routine_day, OUTBOX.c.channel)
    )
    return [
        Posts(channel, day, count - int(threads), int(threads))
        for channel, day, count, threads in session.execute(query)
    ]


def posted_to(session: Session, house: House, since: datetime) -> dict[str, int]:
    """How many messages went into each channel since then, threads apart, the most first; people are no channels."""
    first = _lane_of(house.workspace_id, "")
    query = (
        select(OUTBOX.c.channel, func.count())
        .where(
            OUTBOX.c.lane >= first,
            OUTBOX.c.lane < first[:-1] + "0",
            OUTBOX.c.workspace_id == house.workspace_id,
            OUTBOX.c.state == SENT,
            OUTBOX.c.method == POST,
            OUTBOX.c.target.is_(None),
            OUTBOX.c.kind != "known",
            OUTBOX.c.created_at >= to_millis(since),
            or_(OUTBOX.c.channel.startswith("C"), OUTBOX.c.channel.startswith("G")),
        )
        .group_by(OUTBOX.c.channel)
        .order_by(func.count().desc(), OUTBOX.c.channel)
    )
    return {channel: count for channel, count in session.execute(query)}


def enqueue(
    session: Session,
    workspace_id: str,
    now: int,
    channel: str,
    message: Message,
    *,
    kind: str,
    dedupe: str | None = None,
    thread_of: int | None = None,
    report_to: str | None = None,
    not_before: int = 0,
    routine: Routine | None = None,
    aliases: Aliases = NONE,
) -> int:
    """`post` for delivery itself, which speaks for a workspace without its house. Times in milliseconds."""
    lane = _lane_of(workspace_id, channel)
    if routine is not None:
        hold_lane(session, workspace_id, channel)
        thread_of = thread_for(session, workspace_id, lane, routine, max(now, not_before))
    if thread_of is not None:
        parent = _found(session, _PARENT, workspace_id, thread_of)
        if parent.channel != channel:
            raise ValueError(f"a reply to message {thread_of} belongs in {parent.channel}, not {channel}")
        # Slack knows one level: a reply to a reply goes under the message that began the thread.
        thread_of = parent.target or parent.id
        lane, not_before = parent.lane, max(not_before, parent.not_before)
    return _write(
        session,
        workspace_id=workspace_id,
        now=now,
        lane=lane,
        channel=channel,
        method=POST,
        target=thread_of,
        kind=kind,
        payload=aliases.labels(message.payload()),
        report_to=report_to,
        not_before=not_before,
        dedupe=dedupe,
        routine_day=routine.day if routine else None,
        thread_note=routine.note if routine else None,
    )


def hold_lane(session: Session, workspace_id: str, channel: str) -> str:
    """Keep others from holding this lane until the transaction ends; returns its name. They may still post to it."""
    lane = _lane_of(workspace_id, channel)
    make_room(session, workspace_id, lane)
    # Not more than that: whoever has made room, too, would then wait for us, and we for them.
    session.execute(select(Lane.lane).where(Lane.lane == lane).with_for_update(key_share=True))
    return lane


def make_room(session: Session, workspace_id: str, lane: str) -> None:
    """See that a lane is there, and that nobody forgets it as idle before this transaction ends."""
    # Nearly always it is there. Forgotten between the two, it is made anew.
    while not _is_kept(session, lane):
        make_pace(session, workspace_id)
        insert_or_ignore(session, Lane, lane=lane, workspace_id=workspace_id, tat=0, blocked_until=0)


def make_pace(session: Session, workspace_id: str) -> None:
    """See that delivery knows the workspace."""
    insert_or_ignore(
        session,
        Pace,
        workspace_id=workspace_id,
        interval=pacing.WORKSPACE_INTERVAL,
        burst=pacing.WORKSPACE_BURST,
        tat=0,
        blocked_until=0,
        look_tat=0,
    )


def _routine(house: House, at: datetime) -> Routine:
    organisation = house.definitions.organisation
    most = organisation.channel_posts_a_day
    note = house.words.render("delivery/routine.txt.j2", most=most)
    return Routine(at.astimezone(organisation.zone).date(), most, note)


def _write(
    session: Session, *, workspace_id: str, now: int, lane: str, dedupe: str | None = None, **values: Any
) -> int:
    make_room(session, workspace_id, lane)
    row = _new(workspace_id=workspace_id, now=now, lane=lane, **values)
    written = insert_for_id(session, OutboxMessage, marker=uuid.uuid4().hex, dedupe=dedupe, **row)
    if written is not None:
        wake(session, "relay")
        return written
    known = _known(session, workspace_id, dedupe or "")
    if known is None:
        raise RuntimeError(f"the outbox refused a message to {lane}")
    return known


def _new(*, now: int, **values: Any) -> dict[str, Any]:
    """The row of a message that waits and was never tried."""
    return {"state": QUEUED, "created_at": now, **_NEVER_TRIED, **values}


_NEVER_TRIED = {"retry_at": 0, "lease_until": 0, "fence": 0, "failures": 0, "looks": 0, "resends": 0}


def _lane_of(workspace_id: str, channel: str) -> str:
    return f"{workspace_id}/{channel}"


_KEEP = select(LANE.c.lane).where(LANE.c.lane == bindparam("lane")).with_for_update(read=True, key_share=True)


def _is_kept(session: Session, lane: str) -> bool:
    return session.execute(_KEEP, {"lane": lane}).first() is not None


def _known(session: Session, workspace_id: str, dedupe: str) -> int | None:
    return session.execute(_KNOWN, {"workspace_id": workspace_id, "dedupe": dedupe}).scalar()


# Built once, since cards are changed in place more often than anything else is said.
_KNOWN = select(OUTBOX.c.id).where(
    OUTBOX.c.workspace_id == bindparam("workspace_id"), OUTBOX.c.dedupe == bindparam("dedupe")
)
_KNOWN_AMONG = select(OUTBOX.c.id, OUTBOX.c.dedupe).where(
    OUTBOX.c.workspace_id == bindparam("workspace_id"), OUTBOX.c.dedupe.in_(bindparam("keys", expanding=True))
)
_PARENT = select(OUTBOX.c.id, OUTBOX.c.target, OUTBOX.c.lane, OUTBOX.c.channel, OUTBOX.c.not_before).where(
    OUTBOX.c.id == bindparam("message_id"), OUTBOX.c.workspace_id == bindparam("workspace_id")
)
_last = OUTBOX.alias("last")
_AS_IT_STANDS = (
    select(
        OUTBOX.c.state,
        OUTBOX.c.method,
        OUTBOX.c.lane,
        OUTBOX.c.channel,
        OUTBOX.c.kind,
        OUTBOX.c.report_to,
        OUTBOX.c.not_before,
        OUTBOX.c.first_send,
        _last.c.id.label("last_update"),
        func.coalesce(_last.c.payload, OUTBOX.c.payload, type_=OUTBOX.c.payload.type).label("says"),
    )
    .select_from(OUTBOX)
    .outerjoin(
        _last,
        and_(
            _last.c.target == OUTBOX.c.id,
            _last.c.method == literal_column("'update'"),
            _last.c.state.not_in([literal_column("'cancelled'"), literal_column("'dead'")]),
        ),
    )
    .where(OUTBOX.c.id == bindparam("message_id"), OUTBOX.c.workspace_id == bindparam("workspace_id"))
    .order_by(_last.c.id.desc())
    .limit(1)
)
"""A message, and what it says by the last of its changes that was not given up."""
_REPLACE_UNTRIED = (
    change(OUTBOX)
    .where(OUTBOX.c.id == bindparam("message_id"), is_queued(OUTBOX.c.state), OUTBOX.c.first_send.is_(None))
    .values(payload=bindparam("says"))
)


def _found(session: Session, query: Any, workspace_id: str, message_id: int) -> Any:
    found = session.execute(query, {"message_id": message_id, "workspace_id": workspace_id}).one_or_none()
    if found is None:
        raise LookupError(f"workspace {workspace_id} has no message {message_id}")
    return found


def _replaced_untried(session: Session, message_id: int, payload: dict[str, Any]) -> bool:
    """Change what a message will say, if it was never tried.

    Later that would be wrong: a change may already wait behind it, or a success come late that is the old words'.
    """
    return _rows(session.execute(_REPLACE_UNTRIED, {"message_id": message_id, "says": payload})) == 1


def _rows(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
