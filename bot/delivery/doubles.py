"""A second copy can appear where a message was sent again: find it in Slack's history, and delete it.

That happens when Slack took a request long after it should have ended, or a process slept between its last look
at the clock and the request. Histories are read for this only with what looking for lost messages leaves over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from bot import metrics
from bot.delivery import pacing, refusal
from bot.delivery.model import DELETE, SENT, OutboxMessage, Pace, is_to_look
from bot.delivery.outcome import Absent, Blind, Call, Finding, Found, More, NotNow, Outcome, Search, Sent, TokenDead
from bot.delivery.reconcile import (
    LOOK_LEASE,
    MOST_READ,
    begin_anew,
    look_room,
    mind_the_pace,
    read_on,
    search,
    spend_looks,
)
from bot.delivery.settle import AUDIT_AFTER
from bot.logs import get_logger

AGAIN_AFTER = 10 * 60_000
"""When to look a second time, since the message was sent."""
CHECK_AGAIN = 60_000
GIVEN_UP_AFTER = 60 * 60_000
SPARE = pacing.LOOK_BURST // 2
"""Pages that stay for messages that may be lost."""

log = get_logger(__name__)


@dataclass(frozen=True)
class Check:
    """One message that was sent more than once, and the page of history to look at for a second copy."""

    id: int
    workspace_id: str
    marker: str
    begun_at: int
    search: Search


def claim_checks(session: Session, now: int, only: str | None = None) -> list[Check]:
    """The messages to check now: in workspaces where nothing waits to be looked for, with reads to spare."""
    checks: list[Check] = []
    for pace in _workspaces(session, now, only):
        pages = min(look_room(pace, now) - SPARE, pacing.room_for_changes(pace.change_tat, now))
        due = _due(session, pace.workspace_id, now, max(0, pages))
        for row in due:
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == row.id)
                .values(audit_at=now + LOOK_LEASE)
                .execution_options(synchronize_session=False)
            )
            checks.append(Check(row.id, row.workspace_id, row.marker, row.look_begun_at or now, search(row)))
        spend_looks(pace, now, len(due))
    session.flush()
    return checks


def settle_check(session: Session, check: Check, finding: Finding, now: int) -> list[Call]:
    """Write down what the history said; the copies to delete."""
    surplus = _settle_message(session, check, finding, now)
    mind_the_pace(session, check.workspace_id, finding, now)
    return _in_time(session, check.workspace_id, surplus, now) if surplus else []


def note_deleted(check: Check, call: Call, outcome: Outcome) -> None:
    """Count a copy that is gone, and say when one is not: the next check finds it again."""
    about = {"marker": check.marker, "channel": call.channel, "ts": call.ts}
    if isinstance(outcome, Sent):
        metrics.count(metrics.DUPLICATES_DELETED)
        log.error("deleted a second copy", **about)
    else:
        log.error("could not delete a second copy", **about, why=str(outcome))


def _workspaces(session: Session, now: int, only: str | None) -> Sequence[Pace]:
    paces = select(Pace) if only is None else select(Pace).where(Pace.workspace_id == only)
    doubtful = select(OutboxMessage.workspace_id).where(OutboxMessage.audit_at <= now)
    waiting = select(OutboxMessage.workspace_id).where(is_to_look(OutboxMessage.state), OutboxMessage.look_at <= now)
    return session.scalars(
        paces.where(Pace.workspace_id.in_(doubtful), Pace.workspace_id.not_in(waiting), Pace.refused.is_(None))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _due(session: Session, workspace_id: str, now: int, limit: int) -> Sequence[Any]:
    parent = aliased(OutboxMessage)
    return session.execute(
        select(*OutboxMessage.__table__.columns, parent.ts.label("parent_ts"))
        .outerjoin(parent, parent.id == OutboxMessage.target)
        .where(OutboxMessage.workspace_id == workspace_id, OutboxMessage.audit_at <= now)
        .order_by(OutboxMessage.audit_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxMessage)
    ).all()


def _settle_message(session: Session, check: Check, finding: Finding, now: int) -> list[Call]:
    message = session.get(OutboxMessage, check.id, with_for_update=True, populate_existing=True)
    if message is None or message.state != SENT:
        return []
    surplus: list[Call] = []
    match finding:
        case Found(channel, copies, cursor):
            surplus = _surplus(message, channel, copies)
            if surplus:
                _check_again(message, now)
            else:
                _go_on(message, check, cursor, len(copies), now)
        case More(_, cursor, read):
            _go_on(message, check, cursor, read, now)
        case Absent():
            _go_on(message, check, "", 0, now)
        case NotNow(_, wait) if now < _sent_at(message) + GIVEN_UP_AFTER:
            message.audit_at = now + wait
        case TokenDead(reason):
            message.audit_at = now
            refusal.note(session, check.workspace_id, reason, now)
        case NotNow(reason) | Blind(reason):
            log.warning("cannot look for a second copy", marker=message.marker, reason=reason)
            begin_anew(message)
            message.audit_at = None
    session.flush()
    return surplus


def _surplus(message: OutboxMessage, channel: str, copies: tuple[str, ...]) -> list[Call]:
    """All but the copy that we know of, if that one stands."""
    others = [ts for ts in copies if ts != message.ts]
    if not others:
        return []
    log.error("slack has this twice", marker=message.marker, known=message.ts, others=others)
    if message.ts not in copies:
        # Somebody may have deleted it, and then the other one is all there is.
        return []
    return [Call(DELETE, channel, {}, message.marker, ts=ts) for ts in others]


def _in_time(session: Session, workspace_id: str, surplus: list[Call], now: int) -> list[Call]:
    """As many as may be deleted now; what is left, the next check finds."""
    pace = session.get(Pace, workspace_id, with_for_update=True, populate_existing=True)
    if pace is None:
        return []
    calls = surplus[: pacing.room_for_changes(pace.change_tat, now)]
    pace.change_tat = pacing.after(pace.change_tat, now, pacing.CHANGE_INTERVAL, len(calls))
    session.flush()
    return calls


def _check_again(message: OutboxMessage, now: int) -> None:
    """Whether they are gone, the history tells best."""
    begin_anew(message)
    message.audit_at = now + CHECK_AGAIN if now < _sent_at(message) + GIVEN_UP_AFTER else None


def _go_on(message: OutboxMessage, check: Check, cursor: str, read: int, now: int) -> None:
    if cursor and message.look_read + read < MOST_READ:
        read_on(message, check.begun_at, cursor, read)
        message.audit_at = now
        return
    begin_anew(message)
    usual = (_sent_at(message) + after for after in (AUDIT_AFTER, AGAIN_AFTER))
    message.audit_at = next((at for at in usual if check.begun_at < at), None)


def _sent_at(message: OutboxMessage) -> int:
    return message.done_at or message.last_send or message.created_at
