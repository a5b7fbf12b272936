"""What an answer means for the row: the verbs that end a claim.

Failures are fenced: one reported under a claim that others have since taken over changes nothing. A success
needs no fence, because its `ts` proves it, however late it comes and from whomever.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, literal_column, select, update
from sqlalchemy.orm import Session

from bot.delivery import outbox, pacing, refusal, routine, undeliverable
from bot.delivery.claim import SETTLED_AFTER, Claim
from bot.delivery.model import (
    CANCELLED,
    DEAD,
    FRESH_LOOK,
    OUTBOX,
    PACE,
    POST,
    QUEUED,
    SENDING,
    SENT,
    UNSURE,
    UPDATE,
    Lane,
    OutboxMessage,
    Pace,
)
from bot.delivery.outcome import (
    Later,
    Never,
    NotTried,
    Outcome,
    RateLimited,
    Sent,
    TokenDead,
    Unreachable,
    Unsure,
)
from bot.logs import get_logger

MOST_FAILURES = 12
"""About an hour, with the growing pauses between them."""
LONGEST_PAUSE = 15 * 60_000
UNREACHABLE_PAUSE = 3_000
AUDIT_AFTER = 60_000
NO_THREAD = (
    "thread_not_found",
    "cannot_reply_to_message",
    "restricted_action_thread_locked",
    "restricted_action_non_threadable_channel",
)
"""How Slack says that a thread takes nothing: it was deleted or locked, or its channel has none."""

log = get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """What became of a claim, and when that was known."""

    claim: Claim
    outcome: Outcome
    at: int


def settle_all(session: Session, answers: Sequence[Answer]) -> int:
    """Write down what became of several claims, in one transaction; how many of them others had taken over."""
    _record_all_sent(session, [each for each in answers if isinstance(each.outcome, Sent)])
    failed = [each for each in answers if not isinstance(each.outcome, Sent)]
    return sum(not settle(session, each.claim, each.outcome, each.at) for each in failed)


def settle(session: Session, claim: Claim, outcome: Outcome, now: int) -> bool:
    """Write down what became of a claim; false, and nothing is changed, when others have taken it over."""
    if isinstance(outcome, Sent):
        _record_all_sent(session, [Answer(claim, outcome, now)])
        return True
    message = session.get(OutboxMessage, claim.id, with_for_update=True, populate_existing=True)
    if message is None or message.fence != claim.fence or message.state != SENDING:
        log.warning("a failure came too late to matter", marker=claim.marker, outcome=type(outcome).__name__)
        return False
    message.owner = None
    _settle_failure(session, message, claim, outcome, now)
    return True


def _settle_failure(session: Session, message: OutboxMessage, claim: Claim, outcome: Outcome, now: int) -> None:
    match outcome:
        case NotTried():
            _requeue(message, now, pause=0, reason="claim_was_stale")
        case RateLimited(wait):
            _requeue(message, now, pause=wait, reason="ratelimited")
            _slow_down(session, claim, now + wait, now)
        case Unreachable(reason):
            _requeue(message, now, pause=UNREACHABLE_PAUSE, reason=reason)
            _block_workspace(session, claim.workspace_id, now + UNREACHABLE_PAUSE)
        case TokenDead(reason):
            _requeue(message, now, pause=0, reason=reason)
            refusal.note(session, claim.workspace_id, reason, now)
        case Later(reason, wait):
            _fail(session, message, now, reason, wait)
        case Unsure(reason) if claim.call.method == POST:
            _doubt(message, now, reason)
        case Unsure(reason):
            # Saying it again does no harm, but what is still on its way must not arrive after a later change.
            settled = (message.last_send or now) + SETTLED_AFTER
            _fail(session, message, now, reason, max(pause_after(message.failures + 1), settled - now))
        case Never(reason) if reason in NO_THREAD and message.routine_day is not None and message.target:
            # What stands in that thread is another's: what becomes of it does not matter here.
            _requeue(message, now, pause=0, reason=reason)
            session.flush()
            routine.begin_thread(session, message)
        case Never(reason):
            _give_up(session, message, now, reason)
    session.flush()


def record_sent(session: Session, message_id: int, channel: str, ts: str, via: str, now: int) -> None:
    """It is in Slack; what waited for it may go on."""
    message = session.get(OutboxMessage, message_id, with_for_update=True, populate_existing=True)
    if message is None:
        return
    if message.state == SENT:
        if message.ts != ts:
            log.error("slack has this twice", marker=message.marker, first=message.ts, second=ts)
            message.audit_at = now
        return
    if message.state == DEAD:
        bring_along(session, message_id)
    message.state = SENT
    message.posted_channel, message.ts, message.via = channel, ts, via
    message.owner, message.look_at, message.error = None, None, None
    message.look_begun_at, message.look_cursor, message.look_read = None, None, 0
    message.done_at = now
    if message.resends:
        message.audit_at = now + AUDIT_AFTER
    session.flush()
    release_held(session, message_id)
    log.info("posted", marker=message.marker, kind=message.kind, channel=channel, ts=ts, via=via)


def release_held(session: Session, message_id: int) -> None:
    """What was held back with a message is looked at again: the message is in Slack, or will never be."""
    _release_held(session, [message_id])


def bring_along(session: Session, message_id: int) -> int:
    """What died with a message goes out after it, of several changes the last; how many do."""
    family = session.execute(_FAMILY, {"target": message_id}).all()
    changes = [each.id for each in family if each.method == UPDATE]
    orphans = [each for each in family if each.state == DEAD and each.error == PARENT_DEAD]
    outdated = [each.id for each in orphans if each.method == UPDATE and each.id != max(changes)]
    revived = [each.id for each in orphans if each.id not in outdated]
    if outdated:
        session.execute(_AMONG.values(state=CANCELLED, error="changed_again"), {"ids": outdated})
    # Lanes that nobody used for long may have been forgotten.
    for workspace_id, lane in sorted({(each.workspace_id, each.lane) for each in orphans}):
        outbox.make_room(session, workspace_id, lane)
    if revived:
        session.execute(_AMONG.values(state=QUEUED, error=None, done_at=None, retry_at=0), {"ids": revived})
    return len(revived)


def pause_after(failures: int) -> int:
    """Milliseconds until the next attempt: 2 s, doubling to a quarter of an hour, spread by a fifth."""
    return int(min(1_000 * 2**failures, LONGEST_PAUSE) * random.uniform(0.8, 1.2))


PARENT_DEAD = "parent_dead"
_FAMILY = (
    select(OUTBOX.c.id, OUTBOX.c.workspace_id, OUTBOX.c.lane, OUTBOX.c.method, OUTBOX.c.state, OUTBOX.c.error)
    .where(OUTBOX.c.target == bindparam("target"), OUTBOX.c.state != literal_column("'cancelled'"))
    .order_by(OUTBOX.c.id)
    .with_for_update()
)
_AMONG = update(OUTBOX).where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))

_RELEASE = (
    update(OUTBOX)
    .where(
        OUTBOX.c.target.in_(bindparam("ids", expanding=True)),
        OUTBOX.c.state == literal_column("'held'"),
        OUTBOX.c.first_send.is_(None),
    )
    .values(state=QUEUED, error=None)
)


def _release_held(session: Session, ids: Sequence[int]) -> None:
    session.execute(_RELEASE, {"ids": ids})


_BELIEVED = (
    select(OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.resends, OUTBOX.c.kind)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(OUTBOX.c.id)
    .with_for_update()
)
_RECORD = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("message_id"))
    .values(
        state=SENT,
        posted_channel=bindparam("stands_in"),
        ts=bindparam("stands_at"),
        via="answer",
        owner=None,
        look_at=None,
        error=None,
        done_at=bindparam("now", type_=BigInteger),
        **FRESH_LOOK,
    )
)


def _record_all_sent(session: Session, answers: Sequence[Answer]) -> None:
    """As `record_sent`, for the many that need nothing unusual."""
    if not answers:
        return
    believed = {each.id: each for each in session.execute(_BELIEVED, {"ids": [each.claim.id for each in answers]})}
    plain: list[dict[str, Any]] = []
    for answer in answers:
        assert isinstance(answer.outcome, Sent)
        message = believed.get(answer.claim.id)
        channel, ts = answer.outcome.channel, answer.outcome.ts
        if message is None or message.state in (SENT, DEAD) or message.resends:
            record_sent(session, answer.claim.id, channel, ts, "answer", answer.at)
            continue
        plain.append({"message_id": message.id, "stands_in": channel, "stands_at": ts, "now": answer.at})
        log.info("posted", marker=answer.claim.marker, kind=message.kind, channel=channel, ts=ts, via="answer")
    if plain:
        session.execute(_RECORD, plain)
        _release_held(session, [each["message_id"] for each in plain])
    _speed_up(session, sorted({answer.claim.workspace_id for answer in answers}))


def _requeue(message: OutboxMessage, now: int, *, pause: int, reason: str) -> None:
    log.info("will try again", marker=message.marker, reason=reason, pause=pause)
    message.state, message.retry_at, message.error = QUEUED, now + pause, reason


def _fail(session: Session, message: OutboxMessage, now: int, reason: str, wait: int | None) -> None:
    message.failures += 1
    if message.failures >= MOST_FAILURES:
        _give_up(session, message, now, f"gave_up: {reason}")
        return
    pause = wait if wait is not None else pause_after(message.failures)
    log.warning("will try again", marker=message.marker, reason=reason, failures=message.failures, pause=pause)
    message.state, message.retry_at, message.error = QUEUED, now + pause, reason


def _doubt(message: OutboxMessage, now: int, reason: str) -> None:
    log.warning("may or may not have been posted", marker=message.marker, reason=reason)
    message.state, message.look_at, message.error = UNSURE, now, reason
    message.looks, message.look_begun_at, message.look_cursor, message.look_read = 0, None, None, 0


def _give_up(session: Session, message: OutboxMessage, now: int, reason: str) -> None:
    message.state, message.done_at, message.error = DEAD, now, reason
    session.flush()
    release_held(session, message.id)
    undeliverable.report(session, message.id, now)


def _slow_down(session: Session, claim: Claim, until: int, now: int) -> None:
    if claim.call.method == UPDATE:
        _block_changes(session, claim.workspace_id, until, now)
        return
    # The workspace before the lane, as in claiming: two nodes then cannot wait for each other.
    pace = session.get(Pace, claim.workspace_id, with_for_update=True, populate_existing=True)
    if pace is not None:
        pace.interval = pacing.slower(pace.interval)
        pace.blocked_until = max(pace.blocked_until, until)
        pace.tat = max(pace.tat, pacing.emptied(until, pace.interval, pace.burst))
        session.flush()
    session.execute(
        update(Lane)
        .where(Lane.lane == claim.lane)
        .values(blocked_until=until)
        .execution_options(synchronize_session=False)
    )


def _block_changes(session: Session, workspace_id: str, until: int, now: int) -> None:
    """Slack counts them apart: everything else goes on."""
    # What lies further ahead is not believed, and would hold up nothing.
    empty = min(pacing.emptied(until, pacing.CHANGE_INTERVAL, pacing.CHANGE_BURST), now + pacing.FURTHEST)
    session.execute(
        update(Pace)
        .where(Pace.workspace_id == workspace_id, Pace.change_tat < empty)
        .values(change_tat=empty)
        .execution_options(synchronize_session=False)
    )


def _block_workspace(session: Session, workspace_id: str, until: int) -> None:
    session.execute(
        update(Pace)
        .where(Pace.workspace_id == workspace_id, Pace.blocked_until < until)
        .values(blocked_until=until)
        .execution_options(synchronize_session=False)
    )


_SLOWED = (
    select(PACE.c.workspace_id, PACE.c.interval)
    .where(PACE.c.workspace_id.in_(bindparam("ids", expanding=True)), PACE.c.interval > pacing.WORKSPACE_INTERVAL)
    .order_by(PACE.c.workspace_id)
)


def _speed_up(session: Session, workspace_ids: Sequence[str]) -> None:
    for pace in session.execute(_SLOWED, {"ids": workspace_ids}).all():
        session.execute(
            update(PACE)
            .where(PACE.c.workspace_id == pace.workspace_id, PACE.c.interval == pace.interval)
            .values(interval=pacing.recovered(pace.interval))
        )
