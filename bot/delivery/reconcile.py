"""Did Slack take it or not? Its own history tells, by the marker that every message carries.

Looking is safe at any time. Sending again is not: a request may still be on its way, so that waits until
none can be (`SETTLED_AFTER`). Reading histories is scarce, so it is done page by page and rationed by workspace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.delivery import node, pacing, refusal, undeliverable
from bot.delivery.claim import SETTLED_AFTER
from bot.delivery.model import (
    DEAD,
    FRESH_LOOK,
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
from bot.delivery.outcome import Absent, Blind, Finding, Found, More, NotNow, Search, TokenDead
from bot.delivery.settle import MOST_FAILURES, pause_after, record_sent, release_held
from bot.logs import get_logger

SECOND_LOOK_AFTER = 3_000
LOOK_LEASE = 60_000
LOOK_BACK = 10 * 60_000
"""Before the first attempt: clocks differ."""
HELD_LOOK_EVERY = 10 * 60_000
HELD_LOOKS_FOR = 24 * 60 * 60_000
UNREADABLE_AFTER = 30 * 60_000
MOST_LOOKS = 4
MOST_READ = 1_000
"""Messages. A conversation this busy is left to a person."""

RESEND = "resend"
DROP = "drop"
WHEN_UNREADABLE: Mapping[str, str] = {
    # Twice is better than never: the words somebody typed, and bad news.
    "update.draft_back": RESEND,
    undeliverable.KIND: RESEND,
    undeliverable.INSTEAD: RESEND,
    # Never is better than twice.
    "update.reminder": DROP,
}
"""What to do with a message of a kind when nothing tells whether it arrived. All others are held for a person."""

log = get_logger(__name__)


@dataclass(frozen=True)
class Look:
    """One message to look for, and the page to look at; the first page was asked for at `begun_at`."""

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
        (POST, {"state": UNSURE, "look_at": now, "error": "owner_died", **FRESH_LOOK}),
        # What is still on its way must not arrive after a later change.
        (UPDATE, {"state": QUEUED, "retry_at": OutboxMessage.last_send + SETTLED_AFTER, "error": "owner_died"}),
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
    for pace in _workspaces(session, now, only):
        due = _due(session, pace.workspace_id, now, min(look_room(pace, now), MOST_LOOKS))
        for row in due:
            _lease(session, row.id, now)
            looks.append(Look(row.id, row.fence, row.workspace_id, row.marker, row.look_begun_at or now, search(row)))
        spend_looks(pace, now, len(due))
    session.flush()
    return looks


def settle_look(session: Session, look: Look, finding: Finding, now: int) -> bool:
    """Write down what the history said; whether the message is sent again because of it."""
    goes_out_again = _settle_message(session, look, finding, now)
    mind_the_pace(session, look.workspace_id, finding, now)
    return goes_out_again


def look_room(pace: Pace, now: int) -> int:
    """How many pages of history may be read in a workspace now."""
    return pacing.room(pace.look_tat, now, pace.look_interval, pacing.LOOK_BURST)


def spend_looks(pace: Pace, now: int, count: int) -> None:
    if count:
        pace.look_tat = pacing.after(pace.look_tat, now, pace.look_interval, count)


def mind_the_pace(session: Session, workspace_id: str, finding: Finding, now: int) -> None:
    """Read histories less often when Slack complains, and by and by as often as before when it does not."""
    complaint = isinstance(finding, NotNow) and finding.for_all
    if not complaint and not isinstance(finding, Found | More | Absent):
        return
    slowed = select(Pace).where(Pace.workspace_id == workspace_id)
    if not complaint:
        slowed = slowed.where(Pace.look_interval > pacing.LOOK_INTERVAL)
    pace = session.scalar(slowed.with_for_update().execution_options(populate_existing=True))
    if pace is None:
        return
    if isinstance(finding, NotNow):
        pace.look_interval = pacing.slower_looks(pace.look_interval)
        empty = pacing.emptied(now + finding.wait, pace.look_interval, pacing.LOOK_BURST)
        pace.look_tat = max(pace.look_tat, empty)
    else:
        pace.look_interval = pacing.recovered_looks(pace.look_interval)
    session.flush()


def search(row: Any) -> Search:
    """The page of history to read next for a message, `row` with its parent's `ts`."""
    return Search(
        channel=row.posted_channel or row.channel,
        marker=row.marker,
        oldest=(row.first_send or row.created_at) - LOOK_BACK,
        thread_ts=row.parent_ts,
        cursor=row.look_cursor or "",
    )


def read_on(message: OutboxMessage, begun_at: int, cursor: str, read: int) -> None:
    """The next look at this message's history is at the page after this one."""
    message.look_begun_at, message.look_cursor = begun_at, cursor
    message.look_read += read


def begin_anew(message: OutboxMessage) -> None:
    """The next look at this message's history begins with its newest page."""
    message.look_begun_at, message.look_cursor, message.look_read = None, None, 0


def _workspaces(session: Session, now: int, only: str | None) -> Sequence[Pace]:
    """Where messages are to be looked for, held against other nodes."""
    paces = select(Pace) if only is None else select(Pace).where(Pace.workspace_id == only)
    waiting = select(OutboxMessage.workspace_id).where(is_to_look(OutboxMessage.state), OutboxMessage.look_at <= now)
    return session.scalars(
        paces.where(Pace.workspace_id.in_(waiting), Pace.refused.is_(None))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


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


def _settle_message(session: Session, look: Look, finding: Finding, now: int) -> bool:
    if isinstance(finding, Found):
        record_sent(session, look.id, finding.channel, finding.copies[-1], "history", now)
        for copy in finding.copies[:-1]:
            record_sent(session, look.id, finding.channel, copy, "history", now)
        return False
    message = session.get(OutboxMessage, look.id, with_for_update=True, populate_existing=True)
    if message is None or message.fence != look.fence or message.state not in (UNSURE, HELD):
        return False
    before = message.resends
    match finding:
        case More(channel, cursor, read) if message.look_read + read < MOST_READ:
            message.posted_channel = channel
            read_on(message, look.begun_at, cursor, read)
            message.look_at = now
        case More():
            _cannot_know(session, message, look, "history_too_busy", now)
        case Absent(channel):
            message.posted_channel = channel
            _absent(session, message, look, now)
        case NotNow(reason, wait, for_all) if now < _last_send(message) + UNREADABLE_AFTER:
            log.info("could not look", marker=look.marker, reason=reason, pause=wait)
            message.look_at = now + wait
            if not for_all:
                # It may have been this page that could not be read.
                begin_anew(message)
        case TokenDead(reason):
            # Its turn comes when the installation's does.
            message.look_at = now
            refusal.note(session, look.workspace_id, reason, now)
        case NotNow(reason) | Blind(reason):
            _cannot_know(session, message, look, reason, now)
    session.flush()
    return message.resends > before


def _absent(session: Session, message: OutboxMessage, look: Look, now: int) -> None:
    message.looks += 1
    begin_anew(message)
    settled_at = _last_send(message) + SETTLED_AFTER
    if look.begun_at < settled_at:
        early = look.begun_at + SECOND_LOOK_AFTER
        message.look_at = min(early, settled_at) if message.looks == 1 else settled_at
        return
    _send_again(session, message, "it was not posted; will send it again", now)


def _cannot_know(session: Session, message: OutboxMessage, look: Look, reason: str, now: int) -> None:
    begin_anew(message)
    policy = WHEN_UNREADABLE.get(message.kind)
    # Nor may Slack show the message yet that began the thread, however certainly it stands there.
    may_change = policy == RESEND or reason == "thread_not_found"
    if may_change and look.begun_at < _last_send(message) + SETTLED_AFTER:
        message.look_at = _last_send(message) + SETTLED_AFTER
    elif policy == RESEND:
        _send_again(session, message, "nothing tells whether it was posted; will send it again", now)
    elif policy == DROP:
        log.warning("nothing tells whether it was posted; let it be", marker=message.marker, reason=reason)
        _give_up(session, message, _named(reason), now)
    else:
        _hold(session, message, reason, now)


def _send_again(session: Session, message: OutboxMessage, words: str, now: int) -> None:
    message.failures += 1
    if message.failures >= MOST_FAILURES:
        _give_up(session, message, f"gave_up: {message.error}", now)
        undeliverable.report(session, message.id, now)
        return
    log.warning(words, marker=message.marker, failures=message.failures)
    message.state, message.look_at, message.reported_at = QUEUED, None, None
    message.resends += 1
    message.retry_at = now + pause_after(message.failures)


def _give_up(session: Session, message: OutboxMessage, error: str, now: int) -> None:
    message.state, message.error, message.done_at, message.look_at = DEAD, error, now, None
    session.flush()
    release_held(session, message.id)


def _hold(session: Session, message: OutboxMessage, reason: str, now: int) -> None:
    message.looks += 1
    keep_looking = now < _last_send(message) + HELD_LOOKS_FOR
    message.look_at = now + HELD_LOOK_EVERY if keep_looking else None
    if message.state == HELD:
        return
    message.state, message.error = HELD, _named(reason)
    session.flush()
    undeliverable.report(session, message.id, now)


def _named(reason: str) -> str:
    return reason if reason in _OWN_REASONS else f"history_unreadable: {reason}"


_OWN_REASONS = ("history_too_busy",)


def _last_send(message: OutboxMessage) -> int:
    return message.last_send or message.created_at
